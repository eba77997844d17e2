//! The square (la place): offers, notices and events that reach a viewer, as one list.

use serde::{Deserialize, Serialize};

use crate::event::EventCard;
use crate::mark::words;
use crate::notice::NoticeView;
use crate::offer::OfferView;

words! {
    /// Which posts of the square to list.
    PostKind { Offer "offer", Request "request", LostFound "lost_found", Notice "notice", Event "event" }
}

/// One post of the square.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "post", rename_all = "snake_case")]
pub enum PostView {
    /// A service given or wanted.
    Offer(OfferView),
    /// Lost or found, a question, news, trouble, thanks.
    Notice(NoticeView),
    /// A party, a swap, an outing; with its next date.
    Event(EventCard),
}
