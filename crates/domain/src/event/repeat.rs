//! Repetition: the dates on which an event comes again. The meaning of RFC 5545's RRULE, without its language.

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use serde::{Deserialize, Serialize};

use super::number::{Count, Interval};
use crate::mark::words;
use crate::moment::LocalTime;
use crate::problem::{FieldCode, FieldError};

/// The most dates of one event.
pub const MAX_DATES: usize = 60;
/// How many days after its first date an event may come again.
pub const MAX_DAYS: i64 = 400;

words! {
    /// In which steps an event comes again.
    Every { Daily "daily", Weekly "weekly", Monthly "monthly" }
}

words! {
    /// What a monthly event keeps: the number of the day (the 12th), or the weekday and which one it is (the first Tuesday; a fifth
    /// one is meant as the last).
    MonthlyBy { Day "day", Weekday "weekday" }
}

/// When a repetition ends: always somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatEnds {
    /// With the last date on this day or before it.
    Until(NaiveDate),
    /// After so many dates, those left out included.
    Count(Count),
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for RepeatEnds {
    /// One of the two, and nothing beside it: a derived schema would leave that out.
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{
            AdditionalProperties, KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type,
        };
        use utoipa::openapi::{Ref, RefOr, Schema};
        let only = |name: &str, of: RefOr<Schema>, said: &str| {
            let closed = Some(AdditionalProperties::FreeForm(false));
            ObjectBuilder::new().description(Some(said)).property(name, of).required(name).additional_properties(closed)
        };
        let day =
            ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
        let count = Ref::from_schema_name(<Count as utoipa::ToSchema>::name());
        OneOfBuilder::new()
            .description(Some("When a repetition ends: always somewhere."))
            .item(only("until", day.into(), "With the last date on this day or before it."))
            .item(only("count", count.into(), "After so many dates, those left out included."))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for RepeatEnds {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        use utoipa::PartialSchema as _;
        schemas.push((Count::name().into_owned(), Count::schema()));
    }
}

/// On which dates an event comes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// Each day, week or month.
    pub every: Every,
    /// Or only each second, third …
    #[serde(default, skip_serializing_if = "Interval::is_each")]
    pub interval: Interval,
    /// What it keeps from month to month; the number of the day when absent. Only with `monthly`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_by: Option<MonthlyBy>,
    /// When it ends.
    pub ends: RepeatEnds,
    /// Dates that are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 60))]
    pub except: Vec<NaiveDate>,
}

impl Repeat {
    /// Whether it can be, for an event whose first date begins on `start`. Pointers begin at the repetition.
    ///
    /// # Errors
    /// `OutOfRange` when it ends before `start`, has too many or too late dates, or leaves out what is no date of it, or all;
    /// `UnknownValue` for `monthly_by` without months.
    pub fn check(&self, start: NaiveDate) -> Result<(), FieldError> {
        let refuse = |pointer: &str, code| Err(FieldError { pointer: pointer.to_owned(), code });
        if self.monthly_by.is_some() && self.every != Every::Monthly {
            return refuse("/monthly_by", FieldCode::UnknownValue);
        }
        let all = self.all(start);
        let (pointer, fits) = match self.ends {
            RepeatEnds::Until(day) => ("/ends/until", start <= day && day <= last_day(start) && all.len() <= MAX_DATES),
            RepeatEnds::Count(count) => ("/ends/count", all.len() == usize::from(count.get())),
        };
        if !fits {
            return refuse(pointer, FieldCode::OutOfRange);
        }
        if self.except.len() > MAX_DATES || all.iter().all(|day| self.except.contains(day)) {
            return refuse("/except", FieldCode::OutOfRange);
        }
        match self.except.iter().position(|day| !all.contains(day)) {
            Some(at) => refuse(&format!("/except/{at}"), FieldCode::OutOfRange),
            None => Ok(()),
        }
    }

    /// Its dates, in their order, without those that are left out. A month that has no such day is passed over.
    #[must_use]
    pub fn dates(&self, start: NaiveDate) -> Vec<NaiveDate> {
        let mut dates = self.all(start);
        dates.retain(|day| !self.except.contains(day));
        dates
    }

    /// Its dates with those that are left out. Never more than one too many.
    pub(super) fn all(&self, start: NaiveDate) -> Vec<NaiveDate> {
        let end = last_day(start);
        let (end, most) = match self.ends {
            RepeatEnds::Until(day) => (day.min(end), MAX_DATES + 1),
            RepeatEnds::Count(count) => (end, usize::from(count.get())),
        };
        // A step can fall on no day at all: what ends the walk is the month, not the day.
        let steps = (0..).map_while(|n| self.step(start, n)).take_while(|(earliest, _)| *earliest <= end);
        steps.filter_map(|(_, day)| day).filter(|day| *day <= end).take(most).collect()
    }

    /// The earliest day on which the step can fall, and the day on which it does; none when the calendar ends.
    fn step(&self, start: NaiveDate, n: u16) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let steps = i64::from(n) * i64::from(self.interval.get());
        let after = |days: i64| {
            let day = start.checked_add_signed(TimeDelta::try_days(days)?)?;
            Some((day, Some(day)))
        };
        match self.every {
            Every::Daily => after(steps),
            Every::Weekly => after(steps * 7),
            Every::Monthly => {
                let months = i64::from(start.month0()) + steps;
                let year = start.year().checked_add(i32::try_from(months / 12).ok()?)?;
                let month = u32::try_from(months % 12).ok()? + 1;
                let day = match self.by() {
                    MonthlyBy::Day => NaiveDate::from_ymd_opt(year, month, start.day()),
                    MonthlyBy::Weekday => which(start, year, month),
                };
                Some((NaiveDate::from_ymd_opt(year, month, 1)?, day))
            }
        }
    }

    fn by(&self) -> MonthlyBy {
        self.monthly_by.unwrap_or(MonthlyBy::Day)
    }

    /// The repetition of an event that begins at `start`, as a calendar reads it (RFC 5545, 3.3.10), without the dates that are left
    /// out: `FREQ=MONTHLY;BYDAY=1TU;COUNT=10`.
    #[must_use]
    pub fn to_rrule_text(&self, start: LocalTime) -> String {
        let first = start.date();
        let mut text = String::from(match self.every {
            Every::Daily => "FREQ=DAILY",
            Every::Weekly => "FREQ=WEEKLY",
            Every::Monthly => "FREQ=MONTHLY",
        });
        if !self.interval.is_each() {
            let _ = write!(text, ";INTERVAL={}", self.interval.get());
        }
        match (self.every, self.by()) {
            (Every::Monthly, MonthlyBy::Day) => {
                let _ = write!(text, ";BYMONTHDAY={}", first.day());
            }
            (Every::Monthly, MonthlyBy::Weekday) => {
                let _ = write!(text, ";BYDAY={}{}", ordinal(first).map_or(-1, i16::from), two_letters(first.weekday()));
            }
            (Every::Daily | Every::Weekly, _) => {}
        }
        match self.ends {
            RepeatEnds::Count(count) => {
                let _ = write!(text, ";COUNT={}", count.get());
            }
            RepeatEnds::Until(day) => {
                // In UTC, because the beginning names its time zone; the whole last day is in.
                let late = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default();
                let end = LocalTime::parse(day.and_time(late)).map_or(day.and_time(late), |t| t.instant().naive_utc());
                let _ = write!(text, ";UNTIL={}", end.format("%Y%m%dT%H%M%SZ"));
            }
        }
        text
    }
}

fn last_day(start: NaiveDate) -> NaiveDate {
    start.checked_add_signed(TimeDelta::days(MAX_DAYS)).unwrap_or(NaiveDate::MAX)
}

/// The how manieth of its weekday a day is in its month; none for a fifth, which is the last.
fn ordinal(day: NaiveDate) -> Option<u8> {
    u8::try_from(day.day0() / 7 + 1).ok().filter(|n| *n < 5)
}

/// The day of a month that is what `start` is in its own: the first Tuesday, the last Friday.
fn which(start: NaiveDate, year: i32, month: u32) -> Option<NaiveDate> {
    let nth = |n| NaiveDate::from_weekday_of_month_opt(year, month, start.weekday(), n);
    match ordinal(start) {
        Some(n) => nth(n),
        None => nth(5).or_else(|| nth(4)),
    }
}

const fn two_letters(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}
