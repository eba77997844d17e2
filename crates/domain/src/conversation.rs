//! Conversations: always about something, between two people or among the people of a thing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::{ConversationId, MessageId};
use crate::mark::words;
use crate::tenant::Person;
use crate::text::MessageText;

/// The most unread messages that are counted: beyond, people read "99+".
pub const MAX_UNREAD: u32 = 99;

words! {
    /// A thing that people can talk, or read news, about.
    ThingKind { Offer "offer", Barter "barter", Notice "notice", Event "event", Conversation "conversation" }
}

/// Which thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ThingRef {
    /// Of what kind.
    pub kind: ThingKind,
    /// Its id.
    #[cfg_attr(feature = "schema", schema(value_type = Uuid))]
    pub id: Uuid,
}

/// A thing in few words. The title is absent when the thing is gone, or the viewer may no longer know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ThingView {
    /// Of what kind.
    pub kind: ThingKind,
    /// Its id.
    #[cfg_attr(feature = "schema", schema(value_type = Uuid))]
    pub id: Uuid,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

words! {
    /// With whom: with the author of a post alone, or with everybody of a barter or an event.
    ConversationWith { Author "author", Everybody "everybody" }
}

words! {
    /// What a message is: words, a way to be reached that somebody gives on purpose, or what is left of a message that was taken back or
    /// whose author has left.
    MessageKind { Text "text", Contact "contact", Gone "gone" }
}

/// What is asked to begin a conversation. One that exists already goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewConversation {
    /// About what: an offer, a barter, a notice or an event.
    pub about: ThingRef,
    /// With whom.
    pub with: ConversationWith,
    /// The first message.
    pub text: MessageText,
}

/// What is asked for a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// Words, or a way to be reached: never `gone`.
    pub kind: MessageKind,
    /// The words; a telephone number or an address when it is a way to be reached.
    pub text: MessageText,
}

/// A message as somebody of the conversation reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MessageView {
    /// Which; later messages have larger ids.
    pub id: MessageId,
    /// What it is.
    pub kind: MessageKind,
    /// Whose; absent when she has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Person>,
    /// Whether the viewer wrote it.
    pub mine: bool,
    /// Its words; absent when they are gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<MessageText>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A conversation as one of its people sees it. Nobody learns who has read what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConversationView {
    /// Which.
    pub id: ConversationId,
    /// About what.
    pub about: ThingView,
    /// With whom.
    pub with: ConversationWith,
    /// The others in it whom the viewer meets; the first twelve of many.
    pub people: Vec<Person>,
    /// How many others there are.
    pub others: u32,
    /// The last message that the viewer may read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<MessageView>,
    /// How many messages of others she has not read, at most [`MAX_UNREAD`].
    pub unread: u32,
    /// Whether she wants no word about it.
    pub muted: bool,
    /// Whether she can write: not when the only other one has left, or the two no longer meet.
    pub may_write: bool,
    /// When the last message came.
    pub updated_at: DateTime<Utc>,
}

/// Up to which message the viewer has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadUpTo {
    /// The last message she has seen.
    pub message: MessageId,
}

/// Whether the viewer wants word about a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Mute {
    /// No word.
    pub muted: bool,
}
