//! The dates of an event: each named by the day in Paris on which it begins.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::{Event, EventDate, EventError, EventState, MyAnswer, Places};
use crate::moment::{LocalTime, from_paris};
use crate::problem::{FieldCode, FieldError, ProblemCode};

/// How long an event may last.
pub const MAX_LENGTH_DAYS: i64 = 14;
/// How far ahead an event may lie, its last date included.
pub const MAX_AHEAD_DAYS: i64 = 400;

/// How many days an agenda tells at once.
pub const MAX_AGENDA_DAYS: i64 = 62;
/// How long a date lasts that is on several days of an agenda.
pub const SEVERAL_DAYS: TimeDelta = TimeDelta::hours(24);

/// Until when a date is on the days of an agenda. A party until one in the morning belongs to its evening; what lasts longer than that goes on
/// to its end.
#[must_use]
pub fn on_days_until(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> DateTime<Utc> {
    if ends_at - starts_at >= SEVERAL_DAYS {
        return ends_at;
    }
    let start = LocalTime::at(starts_at).naive();
    let midnight = start.date().succ_opt().and_then(|next| from_paris(next.and_time(NaiveTime::MIN)).ok());
    midnight.map_or(ends_at, |midnight| midnight.min(ends_at))
}

/// One date of an event. It ends as long after its beginning as the first date does, by the clock of a traveller: what a calendar makes of
/// a begin and an end (RFC 5545, 3.8.5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTime {
    /// The day in Paris on which it begins: its name.
    pub date: NaiveDate,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Whether just this date was cancelled.
    pub cancelled: bool,
}

impl EventTime {
    /// As a viewer sees it, with what the store has counted.
    #[must_use]
    pub fn view(self, places: Option<Places>, taken: u32, waiting: u32, my_answer: Option<MyAnswer>) -> EventDate {
        EventDate {
            date: self.date,
            start: LocalTime::at(self.starts_at),
            end: LocalTime::at(self.ends_at),
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            cancelled: self.cancelled,
            taken,
            places,
            waiting,
            my_answer,
        }
    }
}

impl Event {
    /// The days of its dates, in their order.
    #[must_use]
    pub fn days(&self) -> Vec<NaiveDate> {
        let first = self.start.date();
        self.repeat.as_ref().map_or_else(|| vec![first], |repeat| repeat.dates(first))
    }

    pub(super) fn on(&self, date: NaiveDate) -> EventTime {
        let starts_at = self.start.on(date).instant();
        let length = self.end.instant() - self.start.instant();
        EventTime { date, starts_at, ends_at: starts_at + length, cancelled: self.cancelled.contains(&date) }
    }

    /// Its dates, in their order; one when it does not repeat, at most 60.
    #[must_use]
    pub fn dates(&self) -> Vec<EventTime> {
        self.days().into_iter().map(|day| self.on(day)).collect()
    }

    /// When its last date is over, cancelled or not: so long lists tell what has become of it.
    #[must_use]
    pub fn over_at(&self) -> DateTime<Utc> {
        self.dates().iter().map(|on| on.ends_at).max().unwrap_or_else(|| self.end.instant())
    }

    /// Since when its dates go by: from now on. While it is postponed nothing does.
    #[must_use]
    pub fn since(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.postponed_at.unwrap_or(now)
    }

    /// Whether somebody may still come to a date, or might have if the event had not been postponed: what happens to it is a word to her.
    #[must_use]
    pub fn is_awaited(&self, on: EventTime, now: DateTime<Utc>) -> bool {
        (self.stands() || self.state == EventState::Postponed) && !on.cancelled && on.ends_at > self.since(now)
    }

    /// The next date that is not cancelled and not over.
    #[must_use]
    pub fn next_date(&self, now: DateTime<Utc>) -> Option<EventTime> {
        self.dates().into_iter().find(|on| !on.cancelled && on.ends_at > now)
    }

    /// The date at which a view opens: the one asked for, else the next, else the last.
    #[must_use]
    pub fn opens_at(&self, asked: Option<NaiveDate>, now: DateTime<Utc>) -> EventTime {
        let dates = self.dates();
        let asked = dates.iter().find(|on| Some(on.date) == asked);
        let next = || dates.iter().find(|on| !on.cancelled && on.ends_at > now);
        asked.or_else(next).or(dates.last()).copied().unwrap_or_else(|| self.on(self.start.date()))
    }

    /// The date that somebody names, or the only one.
    ///
    /// # Errors
    /// `Required` at `/date` when the event repeats, `UnknownValue` when it has no such date.
    pub fn named_date(&self, date: Option<NaiveDate>) -> Result<EventTime, FieldError> {
        let refuse = |code| FieldError { pointer: "/date".to_owned(), code };
        match (date, &self.repeat) {
            (None, Some(_)) => Err(refuse(FieldCode::Required)),
            (None, None) => Ok(self.on(self.start.date())),
            (Some(date), _) if self.days().contains(&date) => Ok(self.on(date)),
            (Some(_), _) => Err(refuse(FieldCode::UnknownValue)),
        }
    }

    /// A date that takes answers now: it is neither cancelled nor over, and the event stands.
    ///
    /// # Errors
    /// As [`Event::named_date`]; `EventNotOpen`.
    pub fn open_date(&self, date: Option<NaiveDate>, now: DateTime<Utc>) -> Result<EventTime, EventError> {
        let on = self.named_date(date)?;
        if self.is_open(on, now) { Ok(on) } else { Err(ProblemCode::EventNotOpen.into()) }
    }

    /// Whether a date takes answers now.
    #[must_use]
    pub fn is_open(&self, on: EventTime, now: DateTime<Utc>) -> bool {
        self.stands() && !on.cancelled && now < on.ends_at
    }

    /// Whether places of a date can be offered now: until it begins. A postponed event offers none, and takes back none.
    #[must_use]
    pub fn offers(&self, on: EventTime, now: DateTime<Utc>) -> bool {
        self.stands() && !on.cancelled && now < on.starts_at
    }

    /// Its first date lies ahead.
    pub(super) fn check_start(&self, now: DateTime<Utc>) -> Result<(), FieldError> {
        if self.start.instant() > now { Ok(()) } else { Err(out_of_range("/start")) }
    }

    /// Its times can be, and something of it is still to come.
    pub(super) fn check_times(&self, now: DateTime<Utc>) -> Result<(), FieldError> {
        let length = self.end.instant() - self.start.instant();
        if length <= TimeDelta::zero() || length > TimeDelta::days(MAX_LENGTH_DAYS) {
            return Err(out_of_range("/end"));
        }
        let latest = now + TimeDelta::days(MAX_AHEAD_DAYS);
        if self.start.instant() > latest {
            return Err(out_of_range("/start"));
        }
        if let Some(repeat) = &self.repeat {
            let within = |error: FieldError| FieldError { pointer: format!("/repeat{}", error.pointer), ..error };
            repeat.check(self.start.date()).map_err(within)?;
        }
        if self.dates().last().is_some_and(|on| on.starts_at > latest) {
            return Err(out_of_range("/repeat/ends"));
        }
        if self.next_date(now).is_none() {
            return Err(out_of_range(if self.repeat.is_some() { "/repeat" } else { "/end" }));
        }
        Ok(())
    }
}

pub(super) fn out_of_range(pointer: &str) -> FieldError {
    FieldError { pointer: pointer.to_owned(), code: FieldCode::OutOfRange }
}
