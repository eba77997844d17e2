//! What hosts change of an event, and what that does to its dates.

use chrono::{DateTime, NaiveDate, Utc};

use super::dates::out_of_range;
use super::{BringLine, EditEvent, Event, EventAction, EventError, EventState, MAX_LINES, NewBringLine};
use crate::id::{LineId, TenantId};
use crate::problem::{FieldCode, FieldError, ProblemCode};

/// An event after an edit, and what became of its dates. Answers and what people bring go with the date that they are for.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    /// The event as it is now.
    pub event: Event,
    /// Dates that have another day now, from and to. No day is both.
    pub moved: Vec<(NaiveDate, NaiveDate)>,
    /// Dates that are no more: their answers go. Those that were still to come need a word.
    pub lost: Vec<NaiveDate>,
    /// Lines that are no more: what people bring of them is forgotten.
    pub lines_gone: Vec<LineId>,
    /// Whether those who answered hear of it: the date or the place has changed.
    pub tells: bool,
    /// Whether the number of places or a time has changed (a date that had begun may lie ahead again), or a postponed event goes on (each
    /// offer then holds anew, [`super::offer_until`]): time to look who is next on each date.
    pub look: bool,
}

impl Event {
    /// Changes what a host wishes to change. A postponed event with a start is published again.
    ///
    /// Dates that keep their day keep their answers. When not one day is kept, because the whole series moves, the first date still to come
    /// becomes the first new one, the second the second.
    ///
    /// # Errors
    /// As [`Event::check`]; the value that cannot be.
    pub fn edit(
        self,
        actor: TenantId,
        edit: EditEvent,
        line_id: impl FnMut() -> LineId,
        now: DateTime<Utc>,
    ) -> Result<Edited, EventError> {
        let old = self.clone();
        let mut event = self.step(actor, EventAction::Edit, now)?;
        let EditEvent { title, text, place, residence, start, end, circle, places, .. } = edit;
        let EditEvent { places_per_residence, guests, access, bring, repeat, .. } = edit;
        let (resumes, says_repeat) = (old.state == EventState::Postponed && start.is_some(), repeat.is_some());
        event.title = title.unwrap_or(event.title);
        event.text = text.unwrap_or(event.text);
        event.place = place.unwrap_or(event.place);
        event.at_residence = residence.unwrap_or(event.at_residence);
        event.start = start.unwrap_or(event.start);
        event.end = end.unwrap_or(event.end);
        event.circle = circle.unwrap_or(event.circle);
        event.places = places.unwrap_or(event.places);
        event.places_per_residence = places_per_residence.unwrap_or(event.places_per_residence);
        event.guests = guests.unwrap_or(event.guests);
        event.access = access.unwrap_or(event.access);
        event.repeat = repeat.unwrap_or(event.repeat);
        if let Some(bring) = bring {
            event.lines = lines(&old.lines, bring, line_id)?;
        }
        let lines_gone = old.lines.iter().map(|line| line.id).filter(|&id| event.lines.iter().all(|l| l.id != id));
        let lines_gone = lines_gone.collect();

        let retimed = (old.start, old.end, &old.repeat) != (event.start, event.end, &event.repeat);
        let pairs = old.pairs(&event, now);
        if retimed {
            event.move_exceptions(&pairs, says_repeat);
            event.cancelled = follow(&pairs, &old.cancelled);
        }
        if resumes {
            event.state = EventState::Published;
            event.postponed_at = None;
        }
        if retimed || resumes {
            // A series that runs keeps its first day, which is over; another one must lie ahead, as every single date must.
            let keeps_day = old.start.date() == event.start.date() && event.repeat.is_some();
            if resumes || (old.start != event.start && !keeps_day) {
                event.check_start(now)?;
            }
            event.check_times(now)?;
        }
        let days = event.days();
        event.cancelled.retain(|day| days.contains(day));
        let kept = |&(from, to): &(NaiveDate, NaiveDate)| old.days().contains(&from) && days.contains(&to);
        let pairs: Vec<_> = pairs.into_iter().filter(kept).collect();
        let lost = old.days().into_iter().filter(|day| pairs.iter().all(|(from, _)| from != day)).collect();
        let placed = (&old.place, old.at_residence) != (&event.place, event.at_residence);
        let tells = old.state != EventState::Draft && (retimed || placed || resumes);
        event.sequence += u32::from(tells);
        let room = |e: &Self| (e.places, e.places_per_residence);
        Ok(Edited {
            moved: pairs.into_iter().filter(|(from, to)| from != to).collect(),
            lost,
            lines_gone,
            tells,
            look: resumes || retimed || room(&old) != room(&event),
            event,
        })
    }

    /// Which old day becomes which new one, those that are left out included.
    fn pairs(&self, new: &Self, now: DateTime<Utc>) -> Vec<(NaiveDate, NaiveDate)> {
        let (old_days, new_days) = (self.all_days(), new.all_days());
        let kept: Vec<_> = old_days.iter().filter(|day| new_days.contains(day)).map(|&day| (day, day)).collect();
        if !kept.is_empty() {
            return kept;
        }
        let since = self.since(now);
        let to_come = old_days.into_iter().filter(|&day| self.on(day).ends_at > since);
        to_come.zip(new_days).collect()
    }

    fn all_days(&self) -> Vec<NaiveDate> {
        let first = self.start.date();
        self.repeat.as_ref().map_or_else(|| vec![first], |repeat| repeat.all(first))
    }

    /// Dates that are left out move as the others do, unless the edit itself says which.
    fn move_exceptions(&mut self, pairs: &[(NaiveDate, NaiveDate)], said: bool) {
        if let Some(repeat) = self.repeat.as_mut().filter(|_| !said) {
            repeat.except = follow(pairs, &repeat.except);
        }
    }

    /// Shows a draft to those whom it reaches.
    ///
    /// # Errors
    /// As [`Event::check`]; `NotNow` also when its first date has begun.
    pub fn publish(self, actor: TenantId, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        Ok(Self { state: EventState::Published, created_at: now, ..self.step(actor, EventAction::Publish, now)? })
    }

    /// Takes it off all its dates until there is a new one. Answers stay; nobody gets a place meanwhile, or loses one.
    ///
    /// # Errors
    /// As [`Event::check`].
    pub fn postpone(self, actor: TenantId, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        let event = self.step(actor, EventAction::Postpone, now)?;
        let sequence = event.sequence + 1;
        Ok(Self { state: EventState::Postponed, postponed_at: Some(now), sequence, ..event })
    }

    /// Cancels it whole.
    ///
    /// # Errors
    /// As [`Event::check`].
    pub fn cancel(self, actor: TenantId, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        let event = self.step(actor, EventAction::Cancel, now)?;
        Ok(Self { state: EventState::Cancelled, sequence: event.sequence + 1, ..event })
    }

    /// Cancels one date of an event that repeats. When none is on, or still to come, the event is cancelled.
    ///
    /// # Errors
    /// As [`Event::check`]; `NotFound` when it has no such date, `NotNow` when that one is cancelled or over.
    pub fn cancel_date(self, actor: TenantId, date: NaiveDate, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        let mut event = self.step(actor, EventAction::CancelDate, now)?;
        let on = event.named_date(Some(date)).map_err(|_| ProblemCode::NotFound)?;
        if on.cancelled || on.ends_at <= now {
            return Err(ProblemCode::NotNow);
        }
        event.cancelled.push(date);
        event.cancelled.sort_unstable();
        event.sequence += 1;
        if event.next_date(now).is_none() {
            event.state = EventState::Cancelled;
        }
        Ok(event)
    }
}

/// What becomes of some of the days.
fn follow(pairs: &[(NaiveDate, NaiveDate)], days: &[NaiveDate]) -> Vec<NaiveDate> {
    pairs.iter().filter(|(from, _)| days.contains(from)).map(|&(_, to)| to).collect()
}

/// The lines as they are asked: those with an id are old ones, the others are new.
pub(super) fn lines(
    old: &[BringLine],
    asked: Vec<NewBringLine>,
    mut line_id: impl FnMut() -> LineId,
) -> Result<Vec<BringLine>, FieldError> {
    if asked.len() > MAX_LINES {
        return Err(out_of_range("/bring"));
    }
    let mut lines: Vec<BringLine> = Vec::with_capacity(asked.len());
    for (at, NewBringLine { id, what, wanted }) in asked.into_iter().enumerate() {
        let unknown = |id| old.iter().all(|line| line.id != id) || lines.iter().any(|line| line.id == id);
        if id.is_some_and(unknown) {
            return Err(FieldError { pointer: format!("/bring/{at}/id"), code: FieldCode::UnknownValue });
        }
        lines.push(BringLine { id: id.unwrap_or_else(&mut line_id), what, wanted });
    }
    Ok(lines)
}
