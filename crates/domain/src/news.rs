//! News (nouvelles): what concerns a person, one line for each thing, or date of an event, the newest first; and what an open page hears at once.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::conversation::{MessageView, ThingRef, ThingView};
use crate::id::ConversationId;
use crate::mark::words;
use crate::problem::FieldCode;
use crate::tenant::Person;

words! {
    /// What has happened to a thing. Each says whom it concerns and what she can do.
    NewsKind {
        BarterProposed "barter_proposed", BarterCountered "barter_countered", BarterAgreed "barter_agreed",
        BarterDeclined "barter_declined", BarterWithdrawn "barter_withdrawn", BarterExpired "barter_expired",
        BarterDissolved "barter_dissolved", BarterCompleted "barter_completed", RingProposed "ring_proposed",
        LegScheduled "leg_scheduled", LegDone "leg_done", LegReminder "leg_reminder", LegConfirmed "leg_confirmed",
        LegDisputed "leg_disputed", LegWaived "leg_waived",
        OfferEnding "offer_ending", OfferExpired "offer_expired",
        NoticeEnding "notice_ending", NoticeExpired "notice_expired", NoticeAlike "notice_alike",
        EventAnswer "event_answer", EventChanged "event_changed", EventPostponed "event_postponed",
        EventCancelled "event_cancelled", EventPlaceOffered "event_place_offered", EventPlaceLost "event_place_lost",
        EventHost "event_host", EventSoon "event_soon", Message "message",
    }
}

impl NewsKind {
    /// Whether it asks for something: an answer, a tap. Such news stay on top of what only tells.
    #[must_use]
    pub const fn asks(self) -> bool {
        matches!(
            self,
            Self::BarterProposed
                | Self::BarterCountered
                | Self::RingProposed
                | Self::LegDone
                | Self::LegReminder
                | Self::OfferEnding
                | Self::NoticeEnding
                | Self::NoticeAlike
                | Self::EventPlaceOffered
                | Self::Message
        )
    }
}

/// One line of news: the last that happened to a thing, or to one date of an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewsView {
    /// Which line; another one as soon as something else has happened to the thing.
    #[cfg_attr(feature = "schema", schema(value_type = Uuid))]
    pub id: Uuid,
    /// About what.
    pub about: ThingView,
    /// What happened last.
    pub kind: NewsKind,
    /// How many times since it was last read: "3 réponses".
    pub count: u32,
    /// Through whom, when that may be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Person>,
    /// Of which date of an event; absent: of the whole thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it was not read yet.
    pub unread: bool,
}

/// How many lines can be read at once: as many as one page of news may have.
pub const MAX_READ_LINES: usize = 100;

/// What the viewer has seen: all there is, unless something is named; then what fits all that is named. Nothing is read that came while a
/// page was on its way to her.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadNews {
    /// Of this thing alone, because its page is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<ThingRef>,
    /// Nothing that came later than this line: the `newest` of what was not read when the page was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Uuid>))]
    pub up_to: Option<Uuid>,
    /// These lines alone, at most a hundred: those that were shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Vec<Uuid>>, max_items = 100))]
    pub lines: Option<Vec<Uuid>>,
}

impl ReadNews {
    /// Whether it can be done.
    ///
    /// # Errors
    /// Where the value stands that is refused, and why.
    pub fn check(&self) -> Result<(), (&'static str, FieldCode)> {
        match &self.lines {
            Some(lines) if lines.len() > MAX_READ_LINES => Err(("/lines", FieldCode::TooLong)),
            Some(_) | None => Ok(()),
        }
    }
}

/// What is not read yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Unread {
    /// Conversations with messages that were not read and that are not muted; at most 99.
    pub conversations: u32,
    /// Lines of news that were not read, without messages; at most 99.
    pub news: u32,
    /// The newest line of news, read or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Uuid>))]
    pub newest: Option<Uuid>,
}

/// What an open page hears: one event of `GET /stream`, as the JSON of its `data`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Live {
    /// What is not read; comes first, and whenever it changes. Whoever was away reads anew what she shows.
    Unread(Unread),
    /// A message in a conversation of the viewer's, also her own from another page.
    Message {
        /// Where.
        conversation: ConversationId,
        /// The message, or what is left of one that was taken back.
        message: MessageView,
    },
    /// Something has happened to a thing that concerns the viewer.
    News {
        /// To what.
        about: ThingRef,
    },
    /// A new post reaches the viewer.
    Post {
        /// Which.
        about: ThingRef,
    },
}
