//! One open page as its connection reads it: what was missed, then what happens, and a sign of life in between.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use domain::id::{MessageId, TenantId};
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::{Event, Live};
use crate::store::{self, StoreError, Viewer};

/// So often a connection says that it lives: proxies close what is silent for a minute.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// The most messages that are told after the fact; whoever missed more reads anew.
const MISSED: usize = 100;
/// Messages of other conversations may have been written a moment before the last one that was heard, and been kept a moment after it: so many
/// milliseconds are told twice. A page knows a message by its id.
const OVERLAP_MS: u64 = 60_000;

/// An open page. Closed when it is dropped.
#[derive(Debug)]
pub struct Page {
    live: Arc<Live>,
    who: TenantId,
    number: u64,
    first: VecDeque<String>,
    queue: mpsc::Receiver<Event>,
    /// The last message that the page can go on from.
    told: Option<MessageId>,
    sign_of_life: Interval,
}

/// Where a page goes on that has heard a message: a little before it.
fn from(last: MessageId) -> MessageId {
    // A UUIDv7 begins with its milliseconds, in 48 bits (RFC 9562, 5.7).
    let millis = (last.0.as_u128() >> 80).saturating_sub(u128::from(OVERLAP_MS));
    MessageId(uuid::Uuid::from_u128(millis << 80))
}

impl Page {
    pub(super) fn new(live: Arc<Live>, who: TenantId, number: u64, queue: mpsc::Receiver<Event>) -> Self {
        let mut sign_of_life = interval_at(Instant::now() + SIGN_OF_LIFE, SIGN_OF_LIFE);
        sign_of_life.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { live, who, number, first: VecDeque::new(), queue, told: None, sign_of_life }
    }

    /// Lets the page hear first what is not read and, when it was there before, what was written since.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn greet(&mut self, viewer: &Viewer, last: Option<MessageId>) -> Result<(), StoreError> {
        let store = Arc::clone(&self.live.store);
        // After a restart all pages come back: not all in one moment.
        let pause = 1_000 + self.number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 4_000;
        self.first.push_back(format!("retry: {pause}\n\n"));
        let unread = Event::unread(store.unread(viewer).await?);
        self.first.push_back(unread.text.to_string());
        let Some(last) = last else { return Ok(()) };
        let missed = store::conversations::after(&store, viewer, from(last), MISSED + 1).await?;
        if missed.len() <= MISSED {
            for (conversation, message) in missed {
                let text = self.write(&Event::message(conversation, message));
                self.first.push_back(text);
            }
        }
        Ok(())
    }

    /// An event with its id, when it leads further than the last one: a page that comes back goes on from the last id it has got.
    fn write(&mut self, event: &Event) -> String {
        match event.id.filter(|id| self.told.is_none_or(|told| told < *id)) {
            Some(id) => {
                self.told = Some(id);
                format!("id: {id}\n{}", event.text)
            }
            None => event.text.to_string(),
        }
    }
}

impl Stream for Page {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<String>> {
        if let Some(first) = self.first.pop_front() {
            return Poll::Ready(Some(first));
        }
        match self.queue.poll_recv(cx) {
            Poll::Ready(Some(event)) => {
                self.sign_of_life.reset();
                Poll::Ready(Some(self.write(&event)))
            }
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => self.sign_of_life.poll_tick(cx).map(|_| Some(":\n\n".to_owned())),
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.live.forget(self.who, self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_back_goes_on_a_minute_before_the_last_message_she_heard() {
        let last = MessageId("019abc00-0000-7abc-8def-0123456789ab".parse().unwrap());
        let (start, end) = (from(last).0.as_u128() >> 80, last.0.as_u128() >> 80);
        assert_eq!(end - start, u128::from(OVERLAP_MS));
        assert_eq!(from(MessageId(uuid::Uuid::nil())).0, uuid::Uuid::nil());
    }
}
