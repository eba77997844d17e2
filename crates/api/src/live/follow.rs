//! The tasks behind the open pages: each ends with them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use domain::conversation::{MessageView, ThingKind};
use domain::id::{ConversationId, MessageId, TenantId};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{Notify, watch};
use tokio::time::{interval, sleep};

use super::posts::{Posts, until};
use super::{Event, Lines, Live};
use crate::store::conversations::{self, Hearer};
use crate::store::{Change, StoreError};

/// How many changes are taken in at once.
const BATCH: usize = 256;
/// The numbers of unread things are counted at most so often for each person.
const COUNTED_EACH: Duration = Duration::from_millis(250);
/// When the database does not answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// So often it is looked for sessions that have ended without a word.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Hands on what is written.
pub(super) async fn follow(live: Weak<Live>, mut heard: Receiver<Change>) {
    let mut posts = Posts::default();
    loop {
        let first = tokio::select! {
            first = heard.recv() => Some(first),
            () = until(posts.due()) => None,
        };
        let Some(live) = live.upgrade() else { return };
        match first {
            None => {}
            Some(Ok(first)) => {
                let mut changes = vec![first];
                let mut fell_behind = false;
                while changes.len() < BATCH {
                    match heard.try_recv() {
                        Ok(more) => changes.push(more),
                        Err(TryRecvError::Lagged(_)) => fell_behind = true,
                        Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                    }
                }
                if fell_behind {
                    live.all_anew();
                } else if let Err(error) = live.take_in(&changes, &mut posts).await {
                    tracing::warn!(%error, "open pages could not follow a write");
                    live.all_anew();
                }
            }
            Some(Err(RecvError::Lagged(_))) => live.all_anew(),
            Some(Err(RecvError::Closed)) => return,
        }
        live.hand_posts(&mut posts);
    }
}

/// Lets all pages come back, whenever something may have been missed.
pub(super) async fn mend(live: Weak<Live>, mut missed: watch::Receiver<u64>) {
    while missed.changed().await.is_ok() {
        let Some(live) = live.upgrade() else { return };
        live.all_anew();
    }
}

/// Counts for those whose numbers may have changed: one after the other, so that messages never wait for it.
pub(super) async fn count(live: Weak<Live>, to_count: Arc<Notify>) {
    loop {
        to_count.notified().await;
        let Some(here) = live.upgrade() else { return };
        let some = std::mem::take(&mut *here.uncounted.lock().unwrap_or_else(PoisonError::into_inner));
        let mut pause = COUNTED_EACH;
        for who in some {
            let Some(viewer) = here.viewer(who) else { continue };
            match here.store.unread(&viewer).await {
                Ok(unread) => here.hand(who, &Event::unread(unread)),
                Err(error) => {
                    tracing::warn!(%error, "what is unread could not be counted");
                    here.count_anew([who]);
                    pause = PATIENCE;
                }
            }
        }
        drop(here);
        sleep(pause).await;
    }
}

/// Closes pages whose session has ended without a word.
pub(super) async fn look_around(live: Weak<Live>) {
    let mut every_minute = interval(LOOK_EVERY);
    loop {
        every_minute.tick().await;
        let Some(live) = live.upgrade() else { return };
        if let Err(error) = live.end_those_signed_out().await {
            tracing::warn!(%error, "the sessions of open pages could not be looked at");
        }
    }
}

impl Live {
    /// Closes all pages, because they may have missed something: they come back with the last id that they heard, and read anew what they
    /// show.
    fn all_anew(&self) {
        // In one hold: a page that opened in between would have its number given to another one.
        let mut lines = self.lines();
        *lines = Lines { last: lines.last, ..Lines::default() };
    }

    async fn take_in(&self, changes: &[Change], posts: &mut Posts) -> Result<(), StoreError> {
        let people = self.people();
        if people.is_empty() {
            return Ok(());
        }
        let mut messages: BTreeSet<(ConversationId, MessageId)> = BTreeSet::new();
        let mut changed: BTreeMap<&str, (ThingKind, BTreeSet<uuid::Uuid>)> = BTreeMap::new();
        let mut post = |kind: ThingKind, id| {
            changed.entry(kind.as_str()).or_insert_with(|| (kind, BTreeSet::new())).1.insert(id);
        };
        for change in changes {
            match *change {
                Change::Message(conversation, message) => {
                    messages.insert((conversation, message));
                }
                Change::News(who, about) if people.contains(&who) => {
                    // Of messages she hears by themselves: that she has read some changes only her numbers.
                    if about.kind != ThingKind::Conversation {
                        self.hand(who, &Event::news(about));
                    }
                    self.count_anew([who]);
                }
                Change::News(..) => {}
                Change::SessionEnded(session) => self.end_session(session),
                // Whoever is blocked hears nothing of it.
                Change::Block(blocker, _) => self.count_anew(people.get(&blocker).copied()),
                Change::Offer(id) => post(ThingKind::Offer, id.0),
                Change::Notice(id) => post(ThingKind::Notice, id.0),
                Change::Event(id) => post(ThingKind::Event, id.0),
            }
        }
        for (conversation, message) in messages {
            self.take_in_message(conversation, message, &people).await?;
        }
        for (kind, ids) in changed.into_values() {
            let new = conversations::new_posts(&self.store, kind, &ids, self.clock.now()).await?;
            self.take_in_posts(&new, posts);
        }
        Ok(())
    }

    async fn take_in_message(
        &self,
        conversation: ConversationId,
        message: MessageId,
        people: &HashSet<TenantId>,
    ) -> Result<(), StoreError> {
        let hearers = conversations::hearers(&self.store, conversation, people).await?;
        if hearers.is_empty() {
            return Ok(());
        }
        let Some(heard) = conversations::heard(&self.store, message).await? else { return Ok(()) };
        // Two texts, however many hear it.
        let own = Event::message(conversation, MessageView { mine: true, ..heard.message.clone() });
        let others = Event::message(conversation, heard.message.clone());
        for who in hearers.iter().filter(|hearer| heard.is_for(&self.store, hearer)).map(Hearer::who) {
            let mine = heard.author == Some(who);
            self.hand(who, if mine { &own } else { &others });
            self.count_anew([who].into_iter().filter(|_| !mine));
        }
        Ok(())
    }
}
