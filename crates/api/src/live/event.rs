//! What a page hears, as text (server-sent events, WHATWG HTML, 9.2.6): written once, however many pages hear it.

use std::sync::Arc;

use domain::conversation::MessageView;
use domain::conversation::{MessageKind, ThingRef};
use domain::id::{ConversationId, MessageId};
use domain::news::{Live, Unread};

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// The message it brings, where a page may go on from when it comes back.
    pub id: Option<MessageId>,
    /// Its lines but for the id, with the empty one at the end.
    pub text: Arc<str>,
}

impl Event {
    fn new(name: &str, id: Option<MessageId>, what: &Live) -> Self {
        // Our own values always have a JSON form, of one line.
        let data = serde_json::to_string(what).unwrap_or_default();
        Self { id, text: format!("event: {name}\ndata: {data}\n\n").into() }
    }

    /// What is not read.
    #[must_use]
    pub fn unread(unread: Unread) -> Self {
        Self::new("unread", None, &Live::Unread(unread))
    }

    /// A message, or what is left of one: that was heard of before, and nobody goes on from there.
    #[must_use]
    pub fn message(conversation: ConversationId, message: MessageView) -> Self {
        let id = (message.kind != MessageKind::Gone).then_some(message.id);
        Self::new("message", id, &Live::Message { conversation, message })
    }

    /// Something has happened to a thing.
    #[must_use]
    pub fn news(about: ThingRef) -> Self {
        Self::new("news", None, &Live::News { about })
    }

    /// A new post.
    #[must_use]
    pub fn post(about: ThingRef) -> Self {
        Self::new("post", None, &Live::Post { about })
    }
}
