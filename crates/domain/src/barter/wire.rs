//! Barters on the wire: what is asked, what is shown.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{BarterState, BarterVerb, Need, Terms};
use crate::category::CategorySlug;
use crate::id::{BarterId, OfferId, TenantId};
use crate::leg::{Leg, LegVerb};
use crate::mark::words;
use crate::suggestion::RingId;
use crate::tenant::Person;
use crate::text::{Note, Title, Words};

/// One service of a proposal, as it is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewLeg {
    /// Who does it.
    pub giver: TenantId,
    /// For whom.
    pub receiver: TenantId,
    /// The offer it comes from; its words are copied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferId>,
    /// The receiver's own post that asks for it, when it is another one; it is promised as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<OfferId>,
    /// The service, when it comes from no offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategorySlug>,
    /// What, in words; the title of the offer when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<Title>,
    /// When, if fixed already.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::moment::optional")]
    pub at: Option<DateTime<Utc>>,
    /// Where, in own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Words>,
}

/// A proposal: either legs, or a ring that was suggested.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewBarter {
    /// One leg for a gift, two for a swap; none with a ring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 2))]
    pub legs: Vec<NewLeg>,
    /// A ring that `GET /rings` suggested: proposes it, or consents when another of its people was faster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<RingId>,
    /// A note with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

/// A counter-offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CounterOffer {
    /// The version that was read.
    pub on_version: u32,
    /// The new legs.
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 2))]
    pub legs: Vec<NewLeg>,
    /// A note with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

/// Consent to one exact version.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The version that was read.
    pub version: u32,
}

/// One of the people of a barter, as the others see her.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PartyView {
    /// Who.
    pub person: Person,
    /// The version she has consented to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consented: Option<u32>,
}

/// One service of an agreed barter, as a viewer sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LegView {
    /// The leg.
    #[serde(flatten)]
    pub leg: Leg,
    /// What the viewer can do with it now.
    pub actions: Vec<LegVerb>,
}

/// How far a ring has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RingAnswers {
    /// How many have agreed.
    pub agreed: u8,
    /// How many people it has.
    pub people: u8,
}

/// A barter as one of its people sees it. A ring that was never agreed shows its people in the order of giving, the viewer first, and of
/// the terms only the two legs of the viewer; their author is the nil UUID, because the program found it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BarterView {
    /// Which.
    pub id: BarterId,
    /// Where it stands.
    pub state: BarterState,
    /// Grows with every change.
    pub revision: u32,
    /// Its people, the one who proposed first; those of a ring in the order of giving, the viewer first.
    pub parties: Vec<PartyView>,
    /// All versions of the terms, the newest last.
    pub terms: Vec<Terms>,
    /// The services, once agreed.
    pub legs: Vec<LegView>,
    /// What the viewer can do now.
    pub actions: Vec<BarterVerb>,
    /// How many have agreed to a ring that not all have agreed to, also after it has ended so. Who, nobody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<RingAnswers>,
    /// What waits for the viewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// When something last happened.
    pub updated_at: DateTime<Utc>,
    /// When the proposal ends unless all consent.
    pub expires_at: DateTime<Utc>,
}

words! {
    /// The three parts of "my exchanges".
    BarterPart { NeedsMe "needs_me", Running "running", Over "over" }
}
