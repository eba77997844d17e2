//! Rings: barters of three or four that the program found. They have no author, and nobody refused them.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Barter, BarterState, Party, Terms, check_shape, proposal_life_days};
use crate::id::{BarterId, OfferId, OfficeId, TenantId};
use crate::leg::{LegState, TermsLeg};
use crate::problem::FieldCode;

/// Whether these are the services of a ring: by hand two people agree, about one or two.
#[must_use]
pub const fn is_ring(legs: &[TermsLeg]) -> bool {
    legs.len() > 2
}

impl Barter {
    /// A ring that the program found and `proposer` was the first to agree to. Its people stand in the order of giving, from the smallest
    /// id on, and its terms have no author: nothing of it says who was first.
    ///
    /// # Errors
    /// As [`check_shape`]; `UnknownValue` for a gift or a swap.
    pub fn propose_ring(
        id: BarterId,
        office: OfficeId,
        proposer: TenantId,
        legs: Vec<TermsLeg>,
        now: DateTime<Utc>,
    ) -> Result<Self, FieldCode> {
        check_shape(&legs, proposer)?;
        if legs.len() < 3 {
            return Err(FieldCode::UnknownValue);
        }
        let legs = in_order(legs);
        let consented = |tenant| (tenant == proposer).then_some(1);
        Ok(Self {
            id,
            office,
            state: BarterState::Proposed,
            revision: 1,
            parties: legs.iter().map(|l| Party { tenant: l.giver, consented: consented(l.giver) }).collect(),
            expires_at: now + TimeDelta::days(proposal_life_days(legs.len())),
            terms: vec![Terms { version: 1, author: TenantId::GONE, note: None, legs, created_at: now }],
            legs: Vec::new(),
            created_at: now,
            updated_at: now,
        })
    }

    /// Whether it is a ring. Said by the terms: people may have left.
    #[must_use]
    pub fn is_ring(&self) -> bool {
        is_ring(&self.newest().legs)
    }

    /// All posts that it needs to be agreed.
    #[must_use]
    pub fn posts(&self) -> BTreeSet<OfferId> {
        self.newest().legs.iter().flat_map(TermsLeg::posts).collect()
    }

    /// The posts of which it holds a place, one of each: those of the legs that began and were not waived.
    #[must_use]
    pub fn held(&self) -> BTreeSet<OfferId> {
        self.legs.iter().filter(|l| l.state != LegState::Waived).flat_map(|l| l.terms.posts()).collect()
    }

    /// The posts that stand in it as in their one ring: until it is over.
    #[must_use]
    pub fn held_in_ring(&self) -> BTreeSet<OfferId> {
        if self.is_ring() && self.state == BarterState::Agreed { self.held() } else { BTreeSet::new() }
    }

    /// Ends a ring that waits for answers and can no longer be made, because a post that it needs is gone or promised elsewhere. None when
    /// it is no ring or does not wait any more.
    #[must_use]
    pub fn no_longer_possible(mut self, now: DateTime<Utc>) -> Option<Self> {
        (self.is_ring() && self.state == BarterState::Proposed).then(|| {
            self.state = BarterState::Withdrawn;
            self.revision += 1;
            self.updated_at = now;
            self
        })
    }

    /// Ends what runs between people who shall not meet any more, without a word about why: a proposal reads as if nobody had answered in
    /// time, a ring as no longer possible, what was agreed as dissolved. None when nothing runs.
    #[must_use]
    pub fn part(mut self, now: DateTime<Utc>) -> Option<Self> {
        match self.state {
            BarterState::Proposed if self.is_ring() => return self.no_longer_possible(now),
            BarterState::Proposed => {
                self.state = BarterState::Expired;
                self.expires_at = self.expires_at.min(now);
            }
            BarterState::Agreed => self.dissolve(),
            BarterState::Completed
            | BarterState::Declined
            | BarterState::Withdrawn
            | BarterState::Expired
            | BarterState::Dissolved => return None,
        }
        self.revision += 1;
        self.updated_at = now;
        Some(self)
    }
}

/// The legs of a ring as they hand on from each to the next, the giver with the smallest id first.
fn in_order(mut legs: Vec<TermsLeg>) -> Vec<TermsLeg> {
    legs.sort_by_key(|l| l.giver);
    for n in 1..legs.len() {
        let next = legs[n - 1].receiver;
        if let Some(at) = (n..legs.len()).find(|&at| legs[at].giver == next) {
            legs.swap(n, at);
        }
    }
    legs
}
