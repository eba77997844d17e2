//! What people answer, and what becomes of it: a place, the waiting list, an offer that is held for a day.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::places::{Party, Room};
use super::{AnswerState, Event, EventError, EventState, EventTime, Guests, NewAnswer, Reply, TakeBringLine};
use crate::id::{LineId, ResidenceId};
use crate::problem::{FieldCode, ProblemCode};

/// How long an offered place is held.
const OFFER_HOURS: i64 = 24;

/// Until when a place that is offered now is held: 24 hours, or until the date begins.
#[must_use]
pub fn offer_until(on: EventTime, now: DateTime<Utc>) -> DateTime<Utc> {
    (now + TimeDelta::hours(OFFER_HOURS)).min(on.starts_at)
}

/// Somebody's answer to one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it has become.
    pub state: AnswerState,
    /// How many guests come along.
    pub guests: Guests,
    /// Where whoever answered lives.
    pub residence: ResidenceId,
    /// Until when a place is held, while one is offered.
    pub offer_until: Option<DateTime<Utc>>,
}

impl Answer {
    /// The people who come with it.
    #[must_use]
    pub const fn party(&self) -> Party {
        Party { size: self.guests.party(), residence: self.residence }
    }

    /// Whether it has its places: it goes, or they are held for it.
    #[must_use]
    pub const fn is_seated(&self) -> bool {
        match self.state {
            AnswerState::Going | AnswerState::Offered => true,
            AnswerState::Maybe | AnswerState::Declined | AnswerState::Waitlisted => false,
        }
    }

    /// How many places it takes.
    #[must_use]
    pub const fn seats(&self) -> u32 {
        if self.is_seated() { self.guests.party() } else { 0 }
    }

    /// Whether a place was offered to it, and silence has given it back.
    #[must_use]
    pub fn has_lapsed(&self, now: DateTime<Utc>) -> bool {
        self.state == AnswerState::Offered && self.offer_until.is_none_or(|until| until <= now)
    }

    /// A place is held for it. Only for one that waits.
    #[must_use]
    pub fn offered(self, on: EventTime, now: DateTime<Utc>) -> Self {
        Self { state: AnswerState::Offered, offer_until: Some(offer_until(on, now)), ..self }
    }

    /// Its offer has lapsed: she may still come, if she says so again, at the end of the line.
    #[must_use]
    pub fn lapsed(self) -> Self {
        Self { state: AnswerState::Maybe, guests: Guests::NONE, offer_until: None, ..self }
    }
}

/// An answer that is to be kept, and what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The answer as it is now. One that waited already keeps its place in line.
    pub answer: Answer,
    /// Whether it goes to the end of the line.
    pub queues: bool,
    /// Whether places became free or the line changed: time to look who is next ([`Room::next_offers`]).
    pub look: bool,
    /// Whether she no longer comes: what she was to bring is given back.
    pub gives_back: bool,
}

/// What somebody brings of a line from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taking {
    /// For which date.
    pub date: NaiveDate,
    /// How many.
    pub count: u8,
}

impl Event {
    /// Whether it is published; whether it has ended, its dates say.
    pub(super) const fn stands(&self) -> bool {
        match self.state {
            EventState::Published => true,
            EventState::Draft | EventState::Postponed | EventState::Cancelled | EventState::Ended => false,
        }
    }

    /// Whether an offered place of a date goes to the next one now. While an event is postponed silence means nothing.
    #[must_use]
    pub fn takes_back(&self, on: EventTime, answer: &Answer, now: DateTime<Utc>) -> bool {
        self.is_open(on, now) && answer.has_lapsed(now)
    }

    /// The places of each of its dates, with what the store has counted.
    #[must_use]
    pub fn room(&self, taken: u32, taken_by: impl IntoIterator<Item = (ResidenceId, u32)>) -> Room {
        Room {
            places: self.places.map(|n| n.get().into()),
            per_residence: self.places_per_residence.map(|n| n.get().into()),
            taken,
            taken_by: taken_by.into_iter().collect(),
        }
    }

    /// Whether an answer depends on those who wait: only when there is a place that one of them might want. Otherwise nobody has to read
    /// who they are, however many.
    #[must_use]
    pub fn asks_line(
        &self,
        asked: &NewAnswer,
        residence: ResidenceId,
        before: Option<Answer>,
        room: &Room,
        now: DateTime<Utc>,
    ) -> bool {
        let queues = self.open_date(asked.date, now).is_ok_and(|on| now < on.starts_at);
        if asked.answer != Reply::Going || !queues {
            return false;
        }
        let mut room = room.clone();
        let mut seat = before.filter(Answer::is_seated);
        if let Some(gone) = seat.take_if(|it| it.has_lapsed(now)) {
            room.leave(gone.party());
        }
        let size = asked.guests.party().saturating_sub(seat.map_or(0, |it| it.seats()));
        size > 0 && room.fits(Party { size, residence })
    }

    /// What an answer becomes. `before` is what she answered before, `room` the places as they are with it, `line` those who wait before
    /// her in their order: all of them unless she waits herself, or as good as all ([`super::places::Line`]). From the beginning on the line counts no more; whoever comes finds a
    /// place or not.
    ///
    /// # Errors
    /// `EventNotOpen`; `EventFull` when there is no place for more guests, or none any more and nobody is to wait: the answer before still
    /// stands; a value that cannot be: the date, the guests.
    pub fn answer(
        &self,
        asked: NewAnswer,
        residence: ResidenceId,
        before: Option<Answer>,
        mut room: Room,
        line: impl IntoIterator<Item = Party>,
        now: DateTime<Utc>,
    ) -> Result<Answered, EventError> {
        let on = self.open_date(asked.date, now)?;
        let lapsed = before.is_some_and(|it| it.has_lapsed(now));
        let mut before = before;
        if let Some(gone) = before.filter(|_| lapsed) {
            room.leave(gone.party());
            before = Some(gone.lapsed());
        }
        let (was, held) = (before.map(|it| it.state), before.map_or(Guests::NONE, |it| it.guests));
        let becomes = |state, guests| Answer { state, guests, residence, offer_until: None };
        let keeps = |answer: Answer| Answered {
            answer,
            queues: false,
            look: lapsed,
            gives_back: was == Some(AnswerState::Going) && answer.state != AnswerState::Going,
        };
        let waited = matches!(was, Some(AnswerState::Waitlisted));
        let seated = before.filter(Answer::is_seated);
        let state = match asked.answer {
            Reply::Going => AnswerState::Going,
            Reply::Maybe => AnswerState::Maybe,
            Reply::Declined => AnswerState::Declined,
        };
        if asked.answer != Reply::Going {
            if asked.guests != Guests::NONE {
                return Err(EventError::value("/guests", FieldCode::OutOfRange));
            }
            let look = lapsed || waited || seated.is_some();
            return Ok(Answered { look, ..keeps(becomes(state, Guests::NONE)) });
        }

        let party = Party { size: asked.guests.party(), residence };
        // Whoever had more guests before there could be fewer keeps them.
        let had = (waited || seated.is_some()).then_some(held);
        if asked.guests > self.guests && had.is_none_or(|had| asked.guests > had) {
            return Err(EventError::value("/guests", FieldCode::OutOfRange));
        }
        let going = keeps(becomes(AnswerState::Going, asked.guests));
        let queue = now < on.starts_at;
        let line = line.into_iter().take_while(|_| queue);
        if let Some(seat) = seated {
            if asked.guests <= seat.guests {
                return Ok(Answered { look: lapsed || asked.guests < seat.guests, ..going });
            }
            if !room.can_ever_hold(party.size) {
                return Err(EventError::value("/guests", FieldCode::OutOfRange));
            }
            return if room.grows(seat.party(), party.size, line) {
                Ok(going)
            } else {
                Err(ProblemCode::EventFull.into())
            };
        }
        if !room.can_ever_hold(party.size) && had.is_none_or(|had| asked.guests > had) {
            return Err(EventError::value("/guests", FieldCode::OutOfRange));
        }
        if room.seats(party, line) {
            Ok(Answered { look: lapsed || waited, ..going })
        } else if queue {
            let waits = keeps(becomes(AnswerState::Waitlisted, asked.guests));
            Ok(Answered { queues: !waited, look: lapsed || (waited && asked.guests != held), ..waits })
        } else {
            Err(ProblemCode::EventFull.into())
        }
    }

    /// With how many people, herself included, somebody has places if she says now that she comes: with more [`Event::answer`] lets her wait,
    /// or refuses. None: with as many as she may bring, or nobody can answer. The rest is as there.
    #[must_use]
    pub fn places_for(
        &self,
        on: EventTime,
        residence: ResidenceId,
        before: Option<Answer>,
        mut room: Room,
        line: impl IntoIterator<Item = Party>,
        now: DateTime<Utc>,
    ) -> Option<u32> {
        if !self.is_open(on, now) {
            return None;
        }
        let mut seat = before.filter(Answer::is_seated);
        if let Some(gone) = seat.take_if(|it| it.has_lapsed(now)) {
            room.leave(gone.party());
        }
        let (has, home) = seat.map_or((0, residence), |it| (it.seats(), it.residence));
        let free = room.free_for(home)?;
        let line = line.into_iter().take_while(|_| now < on.starts_at);
        let sits = free > 0 && room.seats(Party { size: 1, residence: home }, line);
        Some(if sits { has + free } else { has })
    }

    /// How many of a line somebody brings from now on. `taken` is what all bring of it for that date, `mine` what she does, `hers` her own
    /// answer to that date.
    ///
    /// # Errors
    /// `EventNotOpen`, or as [`Event::named_date`]; `NotFound` without such a line; `NotNow` unless she goes; `OutOfRange` at `/count`
    /// when it is more than is wanted; `LineFull`.
    pub fn take_line(
        &self,
        line: LineId,
        asked: TakeBringLine,
        taken: u32,
        mine: u8,
        hers: Option<AnswerState>,
        now: DateTime<Utc>,
    ) -> Result<Taking, EventError> {
        let on = self.open_date(asked.date, now)?;
        let line = self.lines.iter().find(|it| it.id == line).ok_or(ProblemCode::NotFound)?;
        let taking = Taking { date: on.date, count: asked.count };
        // Giving back is always possible.
        if asked.count <= mine {
            return Ok(taking);
        }
        if hers != Some(AnswerState::Going) {
            return Err(ProblemCode::NotNow.into());
        }
        if asked.count > line.wanted.get() {
            return Err(EventError::value("/count", FieldCode::OutOfRange));
        }
        let others = taken.saturating_sub(mine.into());
        if others + u32::from(asked.count) > u32::from(line.wanted.get()) {
            return Err(ProblemCode::LineFull.into());
        }
        Ok(taking)
    }
}
