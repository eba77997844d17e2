//! Offers (annonces): a service given or wanted.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::category::CategorySlug;
use crate::circle::Circle;
use crate::double_option;
use crate::id::{BarterId, OfferId, OfficeId, ResidenceId, TenantId};
use crate::mark::words;
use crate::problem::{FieldCode, ProblemCode};
use crate::tenant::{Person, ResidenceBrief};
use crate::text::{Body, Title, Words};

pub use crate::in_return::InReturn;

/// How long an offer lives unless it is renewed.
pub const OFFER_LIFE_DAYS: i64 = 60;
/// How long before its end its author is warned.
pub const OFFER_WARNING_DAYS: i64 = 3;

words! {
    /// Whether a service is given or wanted.
    OfferKind { Offer "offer", Request "request" }
}

words! {
    /// Where an offer stands in its life. Only open ones are in the lists.
    OfferState { Open "open", Paused "paused", Closed "closed", Expired "expired" }
}

words! {
    /// What can be done to an offer by its author.
    OfferAction { Edit "edit", Pause "pause", Resume "resume", Renew "renew", Close "close" }
}

/// How many people an offer can serve: 1 to 20.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = u8, minimum = 1, maximum = 20))]
#[serde(try_from = "u8", into = "u8")]
pub struct Capacity(u8);

impl Capacity {
    /// The most people.
    pub const MAX: u8 = 20;

    /// One person.
    pub const ONE: Self = Self(1);

    /// Takes a number of people.
    ///
    /// # Errors
    /// `OutOfRange`.
    pub fn parse(n: u8) -> Result<Self, FieldCode> {
        if (1..=Self::MAX).contains(&n) { Ok(Self(n)) } else { Err(FieldCode::OutOfRange) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Capacity {
    type Error = FieldCode;
    fn try_from(n: u8) -> Result<Self, FieldCode> {
        Self::parse(n)
    }
}

impl From<Capacity> for u8 {
    fn from(capacity: Capacity) -> Self {
        capacity.0
    }
}

/// What is asked for a new offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOffer {
    /// Given or wanted.
    pub kind: OfferKind,
    /// The service: a category that is not a group.
    pub category: CategorySlug,
    /// Its title.
    pub title: Title,
    /// More about it; may be empty.
    pub text: Body,
    /// How far it reaches.
    pub circle: Circle,
    /// Rough times, in own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Words>,
    /// How many people it can serve.
    pub capacity: Capacity,
    /// What would please in return.
    pub in_return: InReturn,
}

/// What is changed of an offer; what is absent stays. The kind stays for ever.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditOffer {
    /// Another service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategorySlug>,
    /// Another title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Another text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Body>,
    /// Another reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circle: Option<Circle>,
    /// Other rough times; `null` removes them.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double_option")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Words>))]
    pub times: Option<Option<Words>>,
    /// Another number of people, not below those already promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// Something else in return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_return: Option<InReturn>,
}

/// An offer, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Which.
    pub id: OfferId,
    /// The office in which it lives.
    pub office: OfficeId,
    /// Whose.
    pub author: TenantId,
    /// The residence from which it reaches.
    pub residence: ResidenceId,
    /// Given or wanted.
    pub kind: OfferKind,
    /// The service.
    pub category: CategorySlug,
    /// Its title.
    pub title: Title,
    /// More about it.
    pub text: Body,
    /// How far it reaches.
    pub circle: Circle,
    /// Rough times.
    pub times: Option<Words>,
    /// How many people it can serve.
    pub capacity: Capacity,
    /// How many places are promised.
    pub taken: u8,
    /// What would please in return.
    pub in_return: InReturn,
    /// Where it stands.
    pub state: OfferState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends unless renewed.
    pub expires_at: DateTime<Utc>,
    /// Grows with every change.
    pub version: u32,
    /// Whether neighbours do not meet it, because its author asked to leave and may still come back.
    pub hidden: bool,
    /// The agreed ring in which it stands: at most one.
    pub ring: Option<BarterId>,
}

impl Offer {
    /// A new offer.
    ///
    /// # Errors
    /// `Invalid` when it names no service or too many in return.
    pub fn post(
        id: OfferId,
        office: OfficeId,
        author: TenantId,
        residence: ResidenceId,
        new: NewOffer,
        now: DateTime<Utc>,
    ) -> Result<Self, FieldCode> {
        new.in_return.check()?;
        Ok(Self {
            id,
            office,
            author,
            residence,
            kind: new.kind,
            category: new.category,
            title: new.title,
            text: new.text,
            circle: new.circle,
            times: new.times,
            capacity: new.capacity,
            taken: 0,
            in_return: new.in_return,
            state: OfferState::Open,
            created_at: now,
            expires_at: now + TimeDelta::days(OFFER_LIFE_DAYS),
            version: 1,
            hidden: false,
            ring: None,
        })
    }

    /// Whether its author can do this now.
    #[must_use]
    pub fn allows(&self, action: OfferAction) -> bool {
        match (action, self.state) {
            (OfferAction::Edit, OfferState::Open | OfferState::Paused)
            | (OfferAction::Pause, OfferState::Open)
            | (OfferAction::Resume, OfferState::Paused)
            | (OfferAction::Close, OfferState::Open | OfferState::Paused | OfferState::Expired) => true,
            // A full offer has nothing to renew; its author makes another.
            (OfferAction::Renew, OfferState::Open | OfferState::Closed | OfferState::Expired) => {
                self.taken < self.capacity.get()
            }
            (OfferAction::Edit, OfferState::Closed | OfferState::Expired)
            | (OfferAction::Pause, OfferState::Paused | OfferState::Closed | OfferState::Expired)
            | (OfferAction::Resume, OfferState::Open | OfferState::Closed | OfferState::Expired)
            | (OfferAction::Renew, OfferState::Paused)
            | (OfferAction::Close, OfferState::Closed) => false,
        }
    }

    /// What its author can do now.
    #[must_use]
    pub fn actions(&self) -> Vec<OfferAction> {
        OfferAction::ALL.iter().copied().filter(|&a| self.allows(a)).collect()
    }

    fn step(mut self, action: OfferAction) -> Result<Self, ProblemCode> {
        if !self.allows(action) {
            return Err(ProblemCode::NotNow);
        }
        self.version += 1;
        Ok(self)
    }

    /// Takes it off the lists for a while.
    ///
    /// # Errors
    /// `NotNow` unless it is open.
    pub fn pause(self) -> Result<Self, ProblemCode> {
        Ok(Self { state: OfferState::Paused, ..self.step(OfferAction::Pause)? })
    }

    /// Brings it back; when its life ended during the pause it gets a new one.
    ///
    /// # Errors
    /// `NotNow` unless it is paused.
    pub fn resume(self, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        let resumed = self.step(OfferAction::Resume)?;
        let expires_at =
            if resumed.expires_at <= now { now + TimeDelta::days(OFFER_LIFE_DAYS) } else { resumed.expires_at };
        Ok(Self { state: OfferState::Open, expires_at, ..resumed })
    }

    /// Gives it another 60 days from now.
    ///
    /// # Errors
    /// `NotNow` when it is paused or full.
    pub fn renew(self, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        Ok(Self {
            state: OfferState::Open,
            expires_at: now + TimeDelta::days(OFFER_LIFE_DAYS),
            ..self.step(OfferAction::Renew)?
        })
    }

    /// Ends it.
    ///
    /// # Errors
    /// `NotNow` when it is closed already.
    pub fn close(self) -> Result<Self, ProblemCode> {
        Ok(Self { state: OfferState::Closed, ..self.step(OfferAction::Close)? })
    }

    /// Ends it when its life is over; none when it is not, or when it is already out of the lists.
    #[must_use]
    pub fn expire(self, now: DateTime<Utc>) -> Option<Self> {
        (self.state == OfferState::Open && self.expires_at <= now).then(|| Self {
            state: OfferState::Expired,
            version: self.version + 1,
            ..self
        })
    }

    /// When its author is asked whether it goes on.
    #[must_use]
    pub fn warn_at(&self) -> DateTime<Utc> {
        self.expires_at - TimeDelta::days(OFFER_WARNING_DAYS)
    }

    /// Whether its author is to be asked now: it is open, and its end is near.
    #[must_use]
    pub fn asks(&self, now: DateTime<Utc>) -> bool {
        self.state == OfferState::Open && (self.warn_at()..self.expires_at).contains(&now)
    }

    /// Changes what the author wishes to change.
    ///
    /// # Errors
    /// `NotNow` when it is out of its life, or when fewer places are wished than are promised.
    pub fn edit(self, edit: EditOffer) -> Result<Self, ProblemCode> {
        let mut offer = self.step(OfferAction::Edit)?;
        let EditOffer { category, title, text, circle, times, capacity, in_return } = edit;
        if capacity.is_some_and(|c| c.get() <= offer.taken) && capacity != Some(offer.capacity) {
            return Err(ProblemCode::NotNow);
        }
        offer.category = category.unwrap_or(offer.category);
        offer.title = title.unwrap_or(offer.title);
        offer.text = text.unwrap_or(offer.text);
        offer.circle = circle.unwrap_or(offer.circle);
        offer.times = times.unwrap_or(offer.times);
        offer.capacity = capacity.unwrap_or(offer.capacity);
        offer.in_return = in_return.unwrap_or(offer.in_return);
        Ok(offer)
    }

    /// Promises one place; at the last one the offer closes.
    ///
    /// # Errors
    /// `OfferFull`, or `OfferNotOpen` when it is closed or expired. A paused one keeps the exchanges that are being agreed.
    pub fn take_place(self) -> Result<Self, ProblemCode> {
        if self.taken >= self.capacity.get() {
            return Err(ProblemCode::OfferFull);
        }
        match self.state {
            OfferState::Closed | OfferState::Expired => Err(ProblemCode::OfferNotOpen),
            OfferState::Open | OfferState::Paused => {
                let taken = self.taken + 1;
                let state = if taken == self.capacity.get() { OfferState::Closed } else { self.state };
                Ok(Self { taken, state, version: self.version + 1, ..self })
            }
        }
    }

    /// Whether a ring can have a place of it: it is open, and stands in no other agreed ring.
    ///
    /// # Errors
    /// `OfferFull`, `OfferNotOpen`, or `SuggestionGone` when it stands in another ring.
    pub fn check_ring_place(&self) -> Result<(), ProblemCode> {
        if self.taken >= self.capacity.get() {
            Err(ProblemCode::OfferFull)
        } else if self.state != OfferState::Open || self.hidden {
            Err(ProblemCode::OfferNotOpen)
        } else if self.ring.is_some() {
            Err(ProblemCode::SuggestionGone)
        } else {
            Ok(())
        }
    }

    /// Promises one place to a ring, as [`Offer::take_place`].
    ///
    /// # Errors
    /// As [`Offer::check_ring_place`].
    pub fn take_ring_place(self, ring: BarterId) -> Result<Self, ProblemCode> {
        self.check_ring_place()?;
        Ok(Self { ring: Some(ring), ..self.take_place()? })
    }

    /// The agreed ring in which it stood is over.
    #[must_use]
    pub fn leave_ring(self) -> Self {
        Self { ring: None, version: self.version + 1, ..self }
    }

    /// Gives a promised place back. A closed offer stays closed: its author renews it if she wishes.
    #[must_use]
    pub fn give_back(self) -> Self {
        Self { taken: self.taken.saturating_sub(1), version: self.version + 1, ..self }
    }

    /// Gives a place back that was promised to somebody who is gone. An offer that closed only because it was full is open again, unless
    /// its life is over: it did not serve anybody, and something else may be found for it.
    #[must_use]
    pub fn give_back_open(self, now: DateTime<Utc>) -> Self {
        let was_full = self.state == OfferState::Closed && self.taken == self.capacity.get();
        let state = if was_full && self.expires_at > now { OfferState::Open } else { self.state };
        Self { state, ..self.give_back() }
    }
}

/// An offer as a viewer sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OfferView {
    /// Which.
    pub id: OfferId,
    /// Given or wanted.
    pub kind: OfferKind,
    /// The service.
    pub category: CategorySlug,
    /// Its title.
    pub title: Title,
    /// More about it.
    pub text: Body,
    /// How far it reaches.
    pub circle: Circle,
    /// Rough times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Words>,
    /// How many people it can serve.
    pub capacity: Capacity,
    /// How many places are left.
    pub places_left: u8,
    /// What would please in return.
    pub in_return: InReturn,
    /// Whose.
    pub author: Person,
    /// Where its author lives.
    pub residence: ResidenceBrief,
    /// How far that is from the viewer, in metres, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// Where it stands.
    pub state: OfferState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends unless renewed.
    pub expires_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: u32,
    /// What the viewer can do to it now; empty for what is not her own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<OfferAction>,
}
