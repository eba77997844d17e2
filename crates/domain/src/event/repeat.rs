//! Repetition: the dates on which an event comes again. The meaning of RFC 5545's RRULE, without its language.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::number::{Count, Interval};
use crate::mark::words;

words! {
    /// In which steps an event comes again.
    Every { Daily "daily", Weekly "weekly", Monthly "monthly" }
}

words! {
    /// What a monthly event keeps: the number of the day (the 12th), or the weekday and which one it is (the first Tuesday).
    MonthlyBy { Day "day", Weekday "weekday" }
}

/// When a repetition ends: always somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RepeatEnds {
    /// With the last date on this day or before it.
    Until(NaiveDate),
    /// After so many dates, those left out included.
    Count(Count),
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
