//! The only place that reads the clock and makes ids; everything else gets both as arguments.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use domain::Timestamp;
use uuid::Uuid;
use uuid::timestamp::context::ContextV7;

/// Tells the time: the machine's, or one that a test moves by hand.
#[derive(Clone)]
pub struct Clock {
    /// Milliseconds since 1970; none for the machine's own clock.
    hand: Option<Arc<AtomicI64>>,
    /// Keeps ids of one millisecond in the order in which they were made.
    ids: Arc<Mutex<ContextV7>>,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).finish()
    }
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self { hand: None, ids: Arc::new(Mutex::new(ContextV7::new())) }
    }

    /// A clock that stands until it is moved. Clones share the hand.
    #[must_use]
    pub fn by_hand(start: Timestamp) -> Self {
        Self { hand: Some(Arc::new(AtomicI64::new(start.timestamp_millis()))), ..Self::system() }
    }

    /// Moves a clock that is moved by hand; does nothing to the machine's.
    pub fn advance(&self, by: TimeDelta) {
        if let Some(hand) = &self.hand {
            hand.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }

    /// The time, in whole milliseconds: what the database keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let millis = match &self.hand {
            Some(hand) => hand.load(Ordering::SeqCst),
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
            None => Utc::now().timestamp_millis(),
        };
        DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// A new id (UUIDv7), later in order than all that this process made before in the same millisecond.
    #[must_use]
    pub fn id(&self) -> Uuid {
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        let context = self.ids.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_millisecond_keep_their_order() {
        let clock = Clock::by_hand(DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        let ids: Vec<Uuid> = (0..10_000).map(|_| clock.id()).collect();
        assert!(ids.is_sorted());
    }
}
