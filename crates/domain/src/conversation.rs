//! Conversations: always about something, between two people or among the people of a thing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::barter::BarterState;
use crate::id::{ConversationId, MessageId};
use crate::mark::words;
use crate::problem::FieldCode;
use crate::tenant::Person;
use crate::text::{MessageText, Words};

/// The most unread messages that are counted: beyond, people read "99+".
pub const MAX_UNREAD: u32 = 99;
/// The most others of a conversation that are counted.
pub const MAX_OTHERS: u32 = 1_000;
/// How many of them are named.
pub const NAMED_PEOPLE: usize = 12;

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
    /// Whether the viewer knows its name still, because she talks about it, and can no longer open it.
    #[serde(default)]
    pub closed: bool,
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

impl NewConversation {
    /// Whether there can be such a conversation at all: a post has an author to write to, a barter has its people, an event has both.
    ///
    /// # Errors
    /// Where the value stands that is refused, and why.
    pub fn check(&self) -> Result<(), (&'static str, FieldCode)> {
        match (self.about.kind, self.with) {
            (ThingKind::Offer | ThingKind::Notice | ThingKind::Event, ConversationWith::Author)
            | (ThingKind::Barter | ThingKind::Event, ConversationWith::Everybody) => Ok(()),
            (ThingKind::Offer | ThingKind::Notice, ConversationWith::Everybody)
            | (ThingKind::Barter, ConversationWith::Author) => Err(("/with", FieldCode::UnknownValue)),
            (ThingKind::Conversation, _) => Err(("/about/kind", FieldCode::UnknownValue)),
        }
    }
}

/// Whether the people of a barter can begin to talk: not while they may not know of each other (`known`), as in a ring before all have
/// consented, and not about what never came about.
#[must_use]
pub const fn may_begin_about(barter: BarterState, known: bool) -> bool {
    match barter {
        BarterState::Proposed | BarterState::Agreed | BarterState::Completed | BarterState::Dissolved => known,
        BarterState::Declined | BarterState::Withdrawn | BarterState::Expired => false,
    }
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

impl NewMessage {
    /// Whether it can be sent: a way to be reached is one short line.
    ///
    /// # Errors
    /// Where the value stands that is refused, and why.
    pub fn check(&self) -> Result<(), (&'static str, FieldCode)> {
        match self.kind {
            MessageKind::Text => Ok(()),
            MessageKind::Contact => Words::parse(self.text.as_str()).map(drop).map_err(|code| ("/text", code)),
            MessageKind::Gone => Err(("/kind", FieldCode::UnknownValue)),
        }
    }
}

impl MessageId {
    /// The id of a message that comes after `last`, whatever the clock said that made this one: servers' clocks differ, and a message that
    /// stood before one that was read would never be seen.
    #[must_use]
    pub fn after(self, last: Option<Self>) -> Self {
        match last {
            Some(last) if last >= self => Self(Uuid::from_u128(last.0.as_u128().saturating_add(1))),
            Some(_) | None => self,
        }
    }
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
    /// How many others there are whom the viewer meets, at most [`MAX_OTHERS`].
    pub others: u32,
    /// The last message that the viewer may read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<MessageView>,
    /// How many messages of others she has not read, at most [`MAX_UNREAD`].
    pub unread: u32,
    /// Whether she wants no word about it.
    pub muted: bool,
    /// Whether she can write: not when nobody is there any more whom she meets.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> MessageText {
        MessageText::parse(text).unwrap()
    }

    #[test]
    fn each_thing_is_talked_about_with_those_it_has() {
        let check = |kind, with| {
            NewConversation { about: ThingRef { kind, id: Uuid::nil() }, with, text: text("Bonjour") }.check()
        };
        let allowed: Vec<_> = ThingKind::ALL
            .iter()
            .flat_map(|&kind| ConversationWith::ALL.iter().map(move |&with| (kind, with)))
            .filter(|&(kind, with)| check(kind, with).is_ok())
            .collect();
        assert_eq!(
            allowed,
            [
                (ThingKind::Offer, ConversationWith::Author),
                (ThingKind::Barter, ConversationWith::Everybody),
                (ThingKind::Notice, ConversationWith::Author),
                (ThingKind::Event, ConversationWith::Author),
                (ThingKind::Event, ConversationWith::Everybody),
            ]
        );
    }

    #[test]
    fn people_talk_about_what_came_about_once_they_may_know_of_each_other() {
        for &state in BarterState::ALL {
            assert!(!may_begin_about(state, false), "{state:?}");
        }
        let talk: Vec<_> = BarterState::ALL.iter().copied().filter(|&s| may_begin_about(s, true)).collect();
        assert_eq!(talk, [BarterState::Proposed, BarterState::Agreed, BarterState::Completed, BarterState::Dissolved]);
    }

    #[test]
    fn a_way_to_be_reached_is_one_short_line_and_nothing_is_sent_that_is_gone() {
        let check = |kind, words: &str| NewMessage { kind, text: text(words) }.check();
        assert_eq!(check(MessageKind::Contact, "06 12 34 56 78, le soir"), Ok(()));
        assert_eq!(check(MessageKind::Contact, "06\n07"), Err(("/text", FieldCode::ControlCharacter)));
        assert_eq!(check(MessageKind::Contact, &"1".repeat(121)), Err(("/text", FieldCode::TooLong)));
        assert_eq!(check(MessageKind::Text, &"1\n".repeat(1_000)), Ok(()));
        assert_eq!(check(MessageKind::Gone, "a"), Err(("/kind", FieldCode::UnknownValue)));
    }

    #[test]
    fn the_next_message_stands_after_the_last_whatever_the_clock_says() {
        let id = |n: u128| MessageId(Uuid::from_u128(n));
        assert_eq!(id(7).after(None), id(7));
        assert_eq!(id(7).after(Some(id(3))), id(7));
        assert_eq!(id(7).after(Some(id(7))), id(8));
        assert_eq!(id(7).after(Some(id(900))), id(901));
    }
}
