//! Which legs make a barter: a gift, a swap, a ring; nothing else.

use std::collections::BTreeSet;

use super::MAX_PARTIES;
use crate::id::{OfferId, TenantId};
use crate::leg::TermsLeg;
use crate::problem::FieldCode;

/// The people of some legs.
pub(super) fn people(legs: &[TermsLeg]) -> BTreeSet<TenantId> {
    legs.iter().flat_map(|leg| [leg.giver, leg.receiver]).collect()
}

/// A post stands in one leg, or in two when they are what its author gives and what she gets: an offer and what is wanted in return
/// for it. So it is promised to one person at once.
fn each_post_once(legs: &[TermsLeg]) -> bool {
    let posts: BTreeSet<OfferId> = legs.iter().flat_map(TermsLeg::posts).collect();
    posts.into_iter().all(|post| {
        let of: Vec<&TermsLeg> = legs.iter().filter(|leg| leg.posts().any(|p| p == post)).collect();
        match of[..] {
            [leg] => leg.offer != leg.wish,
            [a, b] => (a.giver == b.receiver || a.receiver == b.giver) && a.offer != a.wish && b.offer != b.wish,
            _ => false,
        }
    })
}

/// Checks the shape of terms: a gift (one leg), a swap (two legs, one each way) or a ring (three or four, each gives once and gets
/// once), in which the author takes part.
///
/// # Errors
/// `Required` without legs, `OutOfRange` with too many, `UnknownValue` when they are no gift, swap or ring.
pub fn check_shape(legs: &[TermsLeg], author: TenantId) -> Result<(), FieldCode> {
    if legs.is_empty() {
        return Err(FieldCode::Required);
    }
    if legs.len() > MAX_PARTIES {
        return Err(FieldCode::OutOfRange);
    }
    let people = people(legs);
    let givers: BTreeSet<_> = legs.iter().map(|l| l.giver).collect();
    let receivers: BTreeSet<_> = legs.iter().map(|l| l.receiver).collect();
    let shape = if legs.len() == 1 {
        people.len() == 2
    } else {
        people.len() == legs.len() && givers == people && receivers == people
    };
    let nobody_alone = legs.iter().all(|l| l.giver != l.receiver);
    // Four people in two pairs are two barters, not a ring.
    let one_ring = legs.len() < 4 || {
        let mut at = legs[0].giver;
        let mut seen = BTreeSet::new();
        while seen.insert(at) {
            at = legs.iter().find(|l| l.giver == at).map_or(at, |l| l.receiver);
        }
        seen.len() == legs.len()
    };
    if shape && each_post_once(legs) && nobody_alone && one_ring && people.contains(&author) {
        Ok(())
    } else {
        Err(FieldCode::UnknownValue)
    }
}
