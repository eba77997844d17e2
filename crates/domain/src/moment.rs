//! Moments that people agree on.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::problem::FieldCode;

/// The first and the last year that a day and an hour may lie in: what is agreed lies months away, never centuries.
pub const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;

/// Takes a moment, in whole milliseconds: what the database keeps.
///
/// # Errors
/// `OutOfRange` outside of [`YEARS`].
pub fn parse(at: DateTime<Utc>) -> Result<DateTime<Utc>, FieldCode> {
    let whole = DateTime::from_timestamp_millis(at.timestamp_millis());
    whole.filter(|at| YEARS.contains(&at.year())).ok_or(FieldCode::OutOfRange)
}

/// What clocks in Paris show: one hour more than UTC, two in summer.
#[must_use]
pub fn in_paris(at: DateTime<Utc>) -> NaiveDateTime {
    let utc = at.naive_utc();
    let hours = if is_summer(utc) { 2 } else { 1 };
    utc.checked_add_signed(TimeDelta::hours(hours)).unwrap_or(utc)
}

/// What clocks in Paris show at a moment that there is, in whole seconds: `2026-12-05T18:00:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "schema",
    schema(
        value_type = String,
        example = "2026-12-05T18:00:00",
        pattern = "^2[01][0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
    )
)]
#[serde(try_from = "NaiveDateTime", into = "NaiveDateTime")]
pub struct LocalTime(NaiveDateTime);

impl LocalTime {
    /// Takes a time as clocks show it.
    ///
    /// # Errors
    /// `OutOfRange` outside of [`YEARS`]; `NoSuchTime` in the hour that is left out when summer time begins.
    pub fn parse(local: NaiveDateTime) -> Result<Self, FieldCode> {
        let whole = local.with_nanosecond(0).unwrap_or(local);
        from_paris(whole).map(|_| Self(whole))
    }

    /// What clocks show at an instant, the split seconds left out.
    #[must_use]
    pub fn at(at: DateTime<Utc>) -> Self {
        let local = in_paris(at);
        Self(local.with_nanosecond(0).unwrap_or(local))
    }

    /// The instant; the first of two in the hour that comes twice.
    #[must_use]
    pub fn instant(self) -> DateTime<Utc> {
        instant(self.0)
    }

    /// The day.
    #[must_use]
    pub const fn date(self) -> NaiveDate {
        self.0.date()
    }

    /// Day and hour.
    #[must_use]
    pub const fn naive(self) -> NaiveDateTime {
        self.0
    }

    /// The same hour of another day; where clocks leave it out, one hour later.
    #[must_use]
    pub fn on(self, day: NaiveDate) -> Self {
        Self::at(instant(day.and_time(self.0.time())))
    }
}

impl TryFrom<NaiveDateTime> for LocalTime {
    type Error = FieldCode;
    fn try_from(local: NaiveDateTime) -> Result<Self, FieldCode> {
        Self::parse(local)
    }
}

impl From<LocalTime> for NaiveDateTime {
    fn from(local: LocalTime) -> Self {
        local.0
    }
}

/// The instant at which clocks in Paris show `local`; the first of two in the hour that comes twice in autumn (RFC 5545, 3.3.5).
///
/// # Errors
/// `OutOfRange` outside of [`YEARS`]; `NoSuchTime` in the hour that is left out in spring.
pub fn from_paris(local: NaiveDateTime) -> Result<DateTime<Utc>, FieldCode> {
    if !YEARS.contains(&local.year()) {
        return Err(FieldCode::OutOfRange);
    }
    let at = instant(local);
    if in_paris(at) == local { Ok(at) } else { Err(FieldCode::NoSuchTime) }
}

/// As [`from_paris`]; in the hour that is left out, counted as if winter time went on (RFC 5545, 3.3.5).
fn instant(local: NaiveDateTime) -> DateTime<Utc> {
    let earlier = |hours| local.checked_sub_signed(TimeDelta::hours(hours));
    earlier(2).filter(|&utc| is_summer(utc)).or_else(|| earlier(1)).unwrap_or(local).and_utc()
}

/// Summer time lasts from the last Sunday of March to the last Sunday of October, each time at 01:00 UTC (Directive 2000/84/EC).
fn is_summer(utc: NaiveDateTime) -> bool {
    // Both months have 31 days.
    let change = |month: u32| {
        let last = NaiveDate::from_ymd_opt(utc.year(), month, 31)?;
        (last - TimeDelta::days(last.weekday().num_days_from_sunday().into())).and_hms_opt(1, 0, 0)
    };
    change(3).zip(change(10)).is_some_and(|(begin, end)| (begin..end).contains(&utc))
}

/// For serde: a moment that must be there.
pub(crate) fn needed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    parse(DateTime::deserialize(deserializer)?).map_err(de::Error::custom)
}

/// For serde: a moment that may be missing.
pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    Option::<DateTime<Utc>>::deserialize(deserializer)?.map(parse).transpose().map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_lies_in_a_year_that_people_can_mean() {
        for (typed, code) in [
            ("2026-12-05T09:00:00Z", None),
            ("2000-01-01T00:00:00Z", None),
            ("2199-12-31T23:59:59Z", None),
            ("1999-12-31T23:59:59Z", Some(FieldCode::OutOfRange)),
            ("2200-01-01T00:00:00Z", Some(FieldCode::OutOfRange)),
        ] {
            assert_eq!(parse(typed.parse().unwrap()).err(), code, "{typed}");
        }
        for far in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert_eq!(parse(far), Err(FieldCode::OutOfRange));
        }
    }

    #[test]
    fn a_moment_has_whole_milliseconds() {
        let at = parse("2026-12-05T09:00:00.123456789Z".parse().unwrap()).unwrap();
        assert_eq!(at, "2026-12-05T09:00:00.123Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn clocks_in_paris_change_on_the_last_sundays_of_march_and_october() {
        for (utc, paris) in [
            ("2026-11-23T08:00:00Z", "2026-11-23T09:00:00"),
            ("2026-07-14T21:30:00Z", "2026-07-14T23:30:00"),
            // 2026: 29 March and 25 October; 2025: 30 March and 26 October.
            ("2026-03-29T00:59:59Z", "2026-03-29T01:59:59"),
            ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00"),
            ("2026-10-25T00:59:59Z", "2026-10-25T02:59:59"),
            ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00"),
            ("2025-03-30T01:00:00Z", "2025-03-30T03:00:00"),
            ("2025-10-26T01:00:00Z", "2025-10-26T02:00:00"),
            // 2024: the last day of March is a Sunday.
            ("2024-03-31T00:59:59Z", "2024-03-31T01:59:59"),
            ("2024-03-31T01:00:00Z", "2024-03-31T03:00:00"),
            ("2026-12-31T23:00:00Z", "2027-01-01T00:00:00"),
        ] {
            assert_eq!(in_paris(utc.parse().unwrap()), paris.parse().unwrap(), "{utc}");
        }
    }

    #[test]
    fn no_instant_is_too_far_for_clocks_in_paris() {
        assert_eq!(in_paris(DateTime::<Utc>::MAX_UTC), DateTime::<Utc>::MAX_UTC.naive_utc());
        let _ = in_paris(DateTime::<Utc>::MIN_UTC);
    }
}
