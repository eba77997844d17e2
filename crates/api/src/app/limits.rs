//! Limits on tries: so many failures in a window of time for one address, one code, one name. Kept in memory, by hash alone.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;

use chrono::TimeDelta;
use domain::Timestamp;
use domain::problem::{Problem, ProblemCode};

use super::AppError;

/// How many windows are kept before old ones are swept.
const SWEEP_AT: usize = 50_000;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Wrong join codes from one address: a hall where many join at once has one address.
    JoinAddress,
    /// Tries with one code.
    JoinCode,
    /// Wrong passwords from one address.
    SignInAddress,
    /// Wrong passwords for one name, whether it exists or not.
    SignInName,
    /// Wrong passwords of somebody signed in who asks to leave: perhaps somebody else holds the phone.
    LeavePassword,
    /// Wrong secrets of calendars from one address.
    CalendarAddress,
    /// Exports: each reads all that somebody has.
    Export,
    /// Photos that are sent: each is worth a second of a processor.
    Photo,
}

impl Limit {
    /// How many failures in how many minutes.
    const fn rule(self) -> (u32, i64) {
        match self {
            Self::JoinAddress => (20, 15),
            Self::JoinCode => (10, 60),
            Self::SignInAddress | Self::CalendarAddress => (50, 15),
            Self::SignInName | Self::LeavePassword => (10, 15),
            Self::Export => (20, 60),
            Self::Photo => (60, 60),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Window {
    since: Timestamp,
    count: u32,
}

/// Counts failures.
#[derive(Debug, Default)]
pub struct Limits {
    windows: Mutex<HashMap<(Limit, u64), Window>>,
    /// Keyed anew at each start: what is counted cannot be read back.
    hasher: RandomState,
}

impl Limits {
    /// Counts one try. It is given back when it was no failure.
    ///
    /// # Errors
    /// `too_many_requests` with the seconds to wait.
    pub(super) fn take(&self, limit: Limit, key: &str, now: Timestamp) -> Result<(), AppError> {
        let (most, minutes) = limit.rule();
        let mut windows = self.windows.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if windows.len() >= SWEEP_AT {
            windows.retain(|(limit, _), w| now < w.since + TimeDelta::minutes(limit.rule().1));
        }
        let window = windows.entry((limit, self.hasher.hash_one(key))).or_insert(Window { since: now, count: 0 });
        let end = window.since + TimeDelta::minutes(minutes);
        // A clock that was set back must not lock anybody out for long.
        if now >= end || now < window.since {
            *window = Window { since: now, count: 0 };
        } else if window.count >= most {
            let wait = u32::try_from((end - now).num_seconds()).unwrap_or(0) + 1;
            return Err(Problem { retry_after: Some(wait), ..Problem::new(ProblemCode::TooManyRequests) }.into());
        }
        window.count += 1;
        Ok(())
    }

    /// Takes a try back: it was none of a guesser.
    pub(super) fn give_back(&self, limit: Limit, key: &str) {
        let mut windows = self.windows.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(window) = windows.get_mut(&(limit, self.hasher.hash_one(key))) {
            window.count = window.count.saturating_sub(1);
        }
    }
}
