//! What the program suggests: direct matches of one offer, and rings of three or four neighbours. Nobody is bound by a suggestion;
//! it becomes a barter when somebody proposes it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::category::CategorySlug;
use crate::id::OfferId;
use crate::mark::words;
use crate::problem::FieldCode;
use crate::tenant::{Person, ResidenceBrief};
use crate::text::Title;

/// For how many days a ring that ended without an agreement is not proposed again.
pub const RING_REST_DAYS: i64 = 90;
/// How many rings that wait for answers one person can stand in at once.
pub const MAX_OPEN_RINGS: usize = 5;

words! {
    /// How a neighbour can help: a swap, a gift, or one half of a swap whose other half is still to be found between the two.
    MatchKind { Swap "swap", Gift "gift", Half "half" }
}

/// One service of a suggestion: what somebody gives, and from which posts that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SuggestedService {
    /// The service.
    pub category: CategorySlug,
    /// The title of the post that tells most about it: the giver's offer, else the receiver's wish.
    pub title: Title,
    /// The giver's post, or the receiver's request when the giver has none: what a leg of a proposal names as `offer`.
    pub offer: OfferId,
    /// The receiver's post that asks for it, when it is another one: what a leg names as `wish`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<OfferId>,
    /// Whether the two must have met before a day is fixed.
    pub sensitive: bool,
}

/// A neighbour who can help, and the reason: who seeks what, who gives what, how far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MatchView {
    /// How.
    pub kind: MatchKind,
    /// Who.
    pub person: Person,
    /// Where she lives.
    pub residence: ResidenceBrief,
    /// How far that is, in metres.
    pub distance_m: u32,
    /// What the viewer gives her; none when the viewer only receives, or when that is to be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub give: Option<SuggestedService>,
    /// What the viewer gets from her; none when the viewer only gives, or when that is to be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub get: Option<SuggestedService>,
    /// Since when the oldest wish in it waits.
    pub since: DateTime<Utc>,
}

/// The name of a suggested ring: opaque, at most 500 characters of base64url (RFC 4648). It says which posts it is made of, so that any
/// server can check whether the ring still holds; to nobody else, because it is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, min_length = 1, max_length = 500, pattern = "^[A-Za-z0-9_-]+$"))]
#[serde(try_from = "String", into = "String")]
pub struct RingId(String);

impl RingId {
    /// The most characters.
    pub const MAX: usize = 500;

    /// Takes a name.
    ///
    /// # Errors
    /// `WrongForm` when it cannot be one.
    pub fn parse(text: impl Into<String>) -> Result<Self, FieldCode> {
        let text = text.into();
        let fits = (1..=Self::MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if fits { Ok(Self(text)) } else { Err(FieldCode::WrongForm) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RingId {
    type Error = FieldCode;
    fn try_from(text: String) -> Result<Self, FieldCode> {
        Self::parse(text)
    }
}

impl From<RingId> for String {
    fn from(id: RingId) -> Self {
        id.0
    }
}

/// A suggested ring as one of its people sees it: all first names, and of the services only what she gives and what she gets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RingView {
    /// Which: what `POST /barters` takes.
    pub id: RingId,
    /// Its people in the order of giving: the viewer first, who gives to the second; the last gives to the viewer.
    pub people: Vec<Person>,
    /// What the viewer gives to the second.
    pub give: SuggestedService,
    /// What the viewer gets from the last.
    pub get: SuggestedService,
    /// The longest way between a giver and a receiver in it, in metres.
    pub farthest_m: u32,
    /// Since when the oldest wish in it waits.
    pub since: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_ring_is_base64url_of_a_bounded_length() {
        assert!(RingId::parse("Az09_-").is_ok());
        for wrong in [String::new(), "a b".to_owned(), "é".to_owned(), "a".repeat(RingId::MAX + 1)] {
            assert_eq!(RingId::parse(wrong), Err(FieldCode::WrongForm));
        }
    }
}
