//! What goes into the market and what comes out of it: posts, turns, rings and matches. Values, without rules.

use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::id::{HouseholdId, OfferId, ResidenceId, TenantId};
use domain::offer::{InReturn, OfferKind};
use domain::suggestion::MatchKind;

/// How many posts of one person take part: the newest, by `since`, then by id. Whoever posts thousands is no heavier than that.
pub const PERSON_POSTS: usize = 32;

/// An open offer or request, as the market sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// Which.
    pub id: OfferId,
    /// Whose.
    pub author: TenantId,
    /// The author's household: two people of one household are never matched with each other.
    pub household: HouseholdId,
    /// The residence from which it reaches.
    pub residence: ResidenceId,
    /// Given or wanted.
    pub kind: OfferKind,
    /// The service.
    pub category: CategorySlug,
    /// What the author would like back for an offer, or would give for a request.
    pub in_return: InReturn,
    /// How far it reaches.
    pub circle: Circle,
    /// The languages its author speaks.
    pub languages: Languages,
    /// Since when the wish in it waits, in milliseconds since 1970.
    pub since: i64,
    /// How many people it can still serve; at 0 it matches nothing.
    pub places_left: u8,
    /// Whether it stands in an agreed ring; then it can be in no other ring, but still be matched directly.
    pub in_ring: bool,
}

/// A set of languages, one bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Languages(pub u32);

impl Languages {
    /// No language: shares one with nobody.
    pub const EMPTY: Self = Self(0);

    /// The set of these small numbers; those from 32 on are left out.
    #[must_use]
    pub fn of(indexes: impl IntoIterator<Item = u8>) -> Self {
        Self(indexes.into_iter().filter(|&i| i < 32).fold(0, |set, i| set | 1 << i))
    }

    /// Whether a language is in both.
    #[must_use]
    pub const fn shares(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What one person does in a ring: gives one service, gets one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Turn {
    /// Who.
    pub person: TenantId,
    /// The post by which she gives: her offer, or her request that names this service in return.
    pub give: OfferId,
    /// The post by which she wants: her request, or her offer that names this service in return. Often the same post.
    pub want: OfferId,
    /// What she gives.
    pub category: CategorySlug,
}

/// Two to four people each of whom gives to the next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ring {
    /// `turns[i]` gives to `turns[i + 1]`, the last to the first. The person with the smallest id stands first, so that one
    /// ring has one form.
    pub turns: Vec<Turn>,
    /// The longest way between a giver and her receiver, in metres.
    pub farthest_m: u32,
    /// Since when the oldest wish in it waits.
    pub since: i64,
}

/// One service of a match, and from which posts it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hand {
    /// The giver's post: her offer, or her request that names this service in return.
    pub give: OfferId,
    /// The receiver's post that asks for this service by name. None when she does not: her offer takes anything in return; that
    /// offer is then the `give` of the other hand of the same match.
    pub want: Option<OfferId>,
    /// The service.
    pub category: CategorySlug,
}

/// One neighbour who can help the author of a post, or whom she can help.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Match {
    /// How. A swap has both hands, a gift and a half have one.
    pub kind: MatchKind,
    /// The other one.
    pub person: TenantId,
    /// What the author of the post gives.
    pub gives: Option<Hand>,
    /// What the author of the post gets.
    pub gets: Option<Hand>,
    /// How far the two live from each other, in metres; 0 within a residence.
    pub distance_m: u32,
    /// Since when the oldest wish in it waits.
    pub since: i64,
}

/// Who swaps with whom on a swap day: every person and every post stands in one ring at most, and no ring has two people of one household
/// (but two people of one household may swap, each in a ring of her own).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packing {
    /// Swaps of two, rings of three and of four.
    pub rings: Vec<Ring>,
}

impl Packing {
    /// How many people swap.
    #[must_use]
    pub fn people(&self) -> usize {
        self.rings.iter().map(|r| r.turns.len()).sum()
    }
}
