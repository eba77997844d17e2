//! Talking, as the tests do it.

use std::collections::HashSet;

use client::{Client, Error, Heard, Stream};
use domain::conversation::{
    ConversationView, ConversationWith, MessageKind, MessageView, NewConversation, NewMessage, ThingKind, ThingRef,
};
use domain::id::{ConversationId, MessageId};
use domain::news::{Live, Unread};
use domain::text::MessageText;
use uuid::Uuid;

use super::{PATIENCE, Person, key};

pub fn text(words: &str) -> MessageText {
    MessageText::parse(words).expect("a message")
}

pub fn about(kind: ThingKind, id: Uuid) -> ThingRef {
    ThingRef { kind, id }
}

/// A first message to the author of a thing.
pub fn to_author(thing: ThingRef, words: &str) -> NewConversation {
    NewConversation { about: thing, with: ConversationWith::Author, text: text(words) }
}

/// A first message to everybody of a thing.
pub fn to_everybody(thing: ThingRef, words: &str) -> NewConversation {
    NewConversation { about: thing, with: ConversationWith::Everybody, text: text(words) }
}

impl Person {
    pub async fn start(&self, new: &NewConversation) -> ConversationView {
        self.client.start_conversation(new, &key()).await.expect("a conversation")
    }

    /// As [`Person::start`], and the open pages have heard it: one that opens from now on hears nothing of it by itself.
    pub async fn start_heard(&self, new: &NewConversation) -> ConversationView {
        let mut own = self.page().await;
        let talk = self.start(new).await;
        own.until_heard(talk.last.as_ref().expect("her words").id).await;
        talk
    }

    /// As [`Person::say`], and the open pages have heard it.
    pub async fn say_heard(&self, id: ConversationId, words: &str) -> MessageView {
        let mut own = self.page().await;
        let message = self.say(id, words).await;
        own.until_heard(message.id).await;
        message
    }

    pub async fn try_say(&self, id: ConversationId, words: &str) -> Result<MessageView, Error> {
        say(&self.client, id, words).await
    }

    pub async fn say(&self, id: ConversationId, words: &str) -> MessageView {
        self.try_say(id, words).await.expect("the message is sent")
    }

    /// A conversation as she sees it.
    pub async fn talk(&self, id: ConversationId) -> ConversationView {
        self.client.get_conversation(id).await.expect("hers")
    }

    /// The words of all messages that she reads, the oldest first; `-` where they are gone.
    pub async fn reads(&self, id: ConversationId) -> Vec<String> {
        let page = self.client.list_messages(id, None, Some(100)).await.expect("hers");
        let words = |m: MessageView| m.text.map_or("-".to_owned(), |t| t.to_string());
        page.items.into_iter().rev().map(words).collect()
    }

    /// A page of hers that is open, and has been greeted.
    pub async fn page(&self) -> Open {
        Open::of(&self.client, None).await
    }
}

pub async fn say(client: &Client, id: ConversationId, words: &str) -> Result<MessageView, Error> {
    client.send_message(id, &NewMessage { kind: MessageKind::Text, text: text(words) }, &key()).await
}

/// An open page. It knows a message by its id, as every page does: one may come twice.
pub struct Open {
    stream: Stream,
    known: HashSet<(MessageId, bool)>,
}

impl Open {
    /// Opens a page and reads what is not read.
    pub async fn of(client: &Client, last: Option<MessageId>) -> Self {
        let mut open = Self::not_greeted(client, last).await;
        open.unread().await;
        open
    }

    /// Opens a page and reads nothing yet.
    pub async fn not_greeted(client: &Client, last: Option<MessageId>) -> Self {
        Self { stream: client.stream(last).await.expect("the page opens"), known: HashSet::new() }
    }

    /// What comes next; none when the server has closed the page.
    pub async fn next(&mut self) -> Option<Heard> {
        let next = tokio::time::timeout(PATIENCE, self.stream.next());
        next.await.expect("something comes, or the end").expect("what comes can be read")
    }

    /// The first thing of this kind, whatever comes before.
    pub async fn find<T>(&mut self, kind: impl Fn(Heard) -> Option<T>) -> T {
        loop {
            let heard = self.next().await.expect("the page is open");
            if let Some(found) = kind(heard) {
                return found;
            }
        }
    }

    pub async fn unread(&mut self) -> Unread {
        self.find(|heard| match heard.live {
            Live::Unread(unread) => Some(unread),
            _ => None,
        })
        .await
    }

    /// The next message, with its id where a page goes on.
    pub async fn message(&mut self) -> (Option<MessageId>, ConversationId, MessageView) {
        loop {
            let (id, conversation, message) = self
                .find(|heard| match heard.live {
                    Live::Message { conversation, message } => Some((heard.id, conversation, message)),
                    _ => None,
                })
                .await;
            if self.known.insert((message.id, message.kind == MessageKind::Gone)) {
                return (id, conversation, message);
            }
        }
    }

    async fn until_heard(&mut self, id: MessageId) {
        while self.message().await.2.id != id {}
    }

    /// The words of the next message.
    pub async fn words(&mut self) -> String {
        let (_, _, message) = self.message().await;
        message.text.map_or("-".to_owned(), |t| t.to_string())
    }

    /// Reads until the server closes the page.
    pub async fn end(mut self) {
        while self.next().await.is_some() {}
    }
}
