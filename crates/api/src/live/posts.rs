//! New posts for open pages: each page hears of one in a second, the newest, so that a busy evening does not ring without end.

use std::collections::HashMap;
use std::time::Duration;

use domain::id::TenantId;
use tokio::time::{Instant, sleep_until};

use super::{Event, Live};
use crate::store::conversations::NewPost;

/// How long a page is left in peace.
const PEACE: Duration = Duration::from_secs(1);

/// Who has heard of a post a moment ago, and what waits for her.
#[derive(Debug, Default)]
pub(super) struct Posts {
    of: HashMap<TenantId, (Instant, Option<Event>)>,
}

impl Posts {
    /// When somebody can hear of the next one.
    pub fn due(&self) -> Option<Instant> {
        self.of.values().map(|(heard, _)| *heard + PEACE).min()
    }
}

/// Waits for an instant; for ever when there is none.
pub(super) async fn until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}

impl Live {
    /// Tells of new posts those whom they reach.
    pub(super) fn take_in_posts(&self, new: &[NewPost], posts: &mut Posts) {
        if new.is_empty() {
            return;
        }
        let atlas = self.store.atlas();
        let viewers: Vec<_> = self.lines().of.values().filter_map(|l| l.first().map(|l| l.viewer.clone())).collect();
        for post in new {
            let event = Event::post(post.about);
            for viewer in viewers.iter().filter(|viewer| post.reaches(&self.store, &atlas, viewer)) {
                match posts.of.get_mut(&viewer.tenant) {
                    Some((_, waiting)) => *waiting = Some(event.clone()),
                    None => {
                        self.hand(viewer.tenant, &event);
                        posts.of.insert(viewer.tenant, (Instant::now(), None));
                    }
                }
            }
        }
    }

    /// Hands out what has waited long enough.
    pub(super) fn hand_posts(&self, posts: &mut Posts) {
        let now = Instant::now();
        posts.of.retain(|who, (heard, waiting)| {
            if *heard + PEACE > now {
                return true;
            }
            let Some(event) = waiting.take() else { return false };
            self.hand(*who, &event);
            *heard = now;
            true
        });
    }
}
