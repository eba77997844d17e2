//! What is known of a person: what stands where and for how long, who looked at it, and all of it to take along (GDPR, articles 13,
//! 15 and 20).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::barter::BarterView;
use crate::calendar::CalendarKind;
use crate::category::Category;
use crate::conversation::{ConversationView, MessageView};
use crate::event::{AnswerState, EventView, Guests};
use crate::id::{EventId, LineId};
use crate::mark::words;
use crate::news::NewsView;
use crate::notice::NoticeView;
use crate::offer::OfferView;
use crate::session::SessionView;
use crate::tenant::{BlockView, Me};
use crate::text::Words;

/// A sentence in the two languages of the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sentence {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

words! {
    /// A thing of which something is kept.
    Topic {
        Account "account", Devices "devices", Offers "offers", Exchanges "exchanges", Notices "notices", Events "events",
        Conversations "conversations", News "news", Blocks "blocks", Household "household", Codes "codes", Accesses "accesses", Leaving "leaving", Work "work", Places "places", Memory "memory", Browser "browser", Backups "backups", Logs "logs", Keys "keys",
    }
}

words! {
    /// What an erasure does.
    Fate { Erased "erased", Emptied "emptied", Kept "kept", NotPersonal "not_personal" }
}

/// One thing of which something is kept, in plain words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct KeptThing {
    /// Which.
    pub topic: Topic,
    /// What it is called.
    pub title: Sentence,
    /// What is kept of it, and why.
    pub what: Sentence,
    /// For how long.
    pub how_long: Sentence,
    /// What leaving does to it.
    pub leaving: Fate,
    /// The same in words.
    pub leaving_words: Sentence,
    /// Whether the office can see it.
    pub office_sees: bool,
}

words! {
    /// What somebody of the office or of its support did with something that is about a household or about everybody.
    AccessWhat {
        CodePrinted "code_printed", RollChanged "roll_changed", LeaseEnded "lease_ended", LeaseReopened "lease_reopened",
        BackupTaken "backup_taken", BackupRestored "backup_restored",
    }
}

/// One access of the office or of its support.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccessView {
    /// What was done.
    pub what: AccessWhat,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it was about everybody, not about this household alone.
    pub everybody: bool,
}

/// The household as the office knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HouseholdView {
    /// The office's own reference.
    pub reference: String,
    /// How many seats.
    pub seats: u8,
    /// How many are taken.
    pub seats_taken: u8,
    /// The order of the letter boxes, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter_box: Option<u32>,
    /// When the lease ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// When join codes were printed, and until when each is good.
    pub codes: Vec<CodeView>,
}

/// A join code of the household; the code itself is not known to the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CodeView {
    /// When it was printed.
    pub issued_at: DateTime<Utc>,
    /// Until when it opens.
    pub expires_at: DateTime<Utc>,
    /// When it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// What is known about the viewer, what the office sees of it, and who looked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Transparency {
    /// All that is kept, thing by thing.
    pub things: Vec<KeptThing>,
    /// The household as the office knows it: this, and nothing else, it sees.
    pub household: HouseholdView,
    /// What was done by the office or its support, newest first; at most two hundred of the last 24 months.
    pub accesses: Vec<AccessView>,
}

/// The account, for the export: what [`Me`] tells, and what is kept beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AccountExport {
    /// Oneself.
    #[serde(flatten)]
    pub me: Me,
    /// The day on which she last used the account.
    pub last_seen_at: DateTime<Utc>,
    /// How many warnings about an unused account are out.
    pub warnings: u8,
}

/// All about one person: `data.json` of the export. Others appear as the person saw them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Export {
    /// The version of this form: 1.
    pub version: u32,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The account.
    pub account: AccountExport,
    /// The household as the office knows it.
    pub household: HouseholdView,
    /// The devices that are signed in.
    pub devices: Vec<SessionView>,
    /// All offers and requests, newest first.
    pub offers: Vec<OfferView>,
    /// All exchanges, the last changed first.
    pub exchanges: Vec<BarterView>,
    /// All notices, newest first; their photos lie in the folder `photos/` of the archive.
    pub notices: Vec<NoticeView>,
    /// All events of which she is a host, newest first.
    pub events: Vec<EventView>,
    /// What she has answered to events.
    pub answers: Vec<AnswerExport>,
    /// What she brings to them.
    pub takings: Vec<TakingExport>,
    /// The calendars that can be subscribed to.
    pub calendars: Vec<CalendarExport>,
    /// All conversations with all messages that she may read.
    pub conversations: Vec<ConversationExport>,
    /// Her news.
    pub news: Vec<NewsView>,
    /// Whom she has blocked, the last one first.
    pub blocks: Vec<BlockView>,
    /// The services that these offers and exchanges name, in the office's words.
    pub services: Vec<Category>,
    /// What was made with an `Idempotency-Key` during the last day.
    pub recent_requests: Vec<RecentRequest>,
    /// What was done by the office or its support.
    pub accesses: Vec<AccessView>,
}

/// An answer to an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AnswerExport {
    /// To which event.
    pub event: EventId,
    /// Its title, when she may know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// To which of its dates.
    pub date: NaiveDate,
    /// What.
    pub answer: AnswerState,
    /// How many guests come along.
    pub guests: Guests,
    /// Until when an offered place is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_until: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Something that she brings to an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TakingExport {
    /// To which event.
    pub event: EventId,
    /// Which line of the event.
    pub line: LineId,
    /// What.
    pub what: Words,
    /// To which of its dates.
    pub date: NaiveDate,
    /// How many.
    pub number: u8,
}

/// A calendar that can be subscribed to; its address is not kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CalendarExport {
    /// Which.
    pub kind: CalendarKind,
    /// Since when it has its address.
    pub created_at: DateTime<Utc>,
}

/// A conversation, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConversationExport {
    /// The conversation.
    pub conversation: ConversationView,
    /// Whether she is no longer in it, because she does not come to the event any more: then what she wrote is here, and nothing else.
    pub left: bool,
    /// Its messages, the oldest first.
    pub messages: Vec<MessageView>,
}

/// The form of [`Export`] that this program writes.
pub const EXPORT_VERSION: u32 = 1;

/// What a request with an `Idempotency-Key` has made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecentRequest {
    /// The key.
    pub key: String,
    /// The thing it made.
    #[cfg_attr(feature = "schema", schema(value_type = Uuid))]
    pub made: uuid::Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
}
