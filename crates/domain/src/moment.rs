//! Moments that people agree on.

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Deserializer, de};

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
}
