//! The places of posts that agreements hold: taken when all have agreed, given back when it comes to nothing.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::barter::Barter;
use domain::id::{BarterId, TenantId};
use domain::offer::Offer;
use domain::problem::ProblemCode;

use super::AppError;
use crate::store::{self, Tx};

/// What becomes of a post that had closed because it was full, when a place comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// It stays closed: its author renews it if she wishes.
    Closed,
    /// It is open again, so that something else can be found for it; but not a post of this person, who leaves.
    Open {
        /// When.
        now: Timestamp,
        /// Who leaves.
        gone: Option<TenantId>,
    },
}

/// Keeps these barters as they are until the end of the transaction, and then all posts of theirs: whoever changes several in one takes no
/// post before it has all of the barters, and the posts in the order of their ids. Answers them as they are now; one that is gone is left out.
pub(super) async fn hold(tx: &Tx, barters: &[BarterId]) -> Result<Vec<Barter>, AppError> {
    store::hold::barters(tx, barters).await?;
    let mut held = Vec::with_capacity(barters.len());
    for &id in barters {
        held.extend(store::barters::load(tx, id).await?);
    }
    store::hold::offers(tx, held.iter().flat_map(Barter::held).collect::<BTreeSet<_>>()).await?;
    Ok(held)
}

/// Takes the places that an agreement promises and gives back those that it no longer needs, posts in the order of their ids, so that two
/// agreements never wait for each other. A post that stands in several legs is promised once.
pub(super) async fn move_places(tx: &Tx, before: &Barter, after: &Barter, back: Back) -> Result<(), AppError> {
    let (held, needed) = (before.held(), after.held());
    let (in_ring, stays) = (before.held_in_ring(), after.held_in_ring());
    for &id in held.union(&needed) {
        let (held, needed) = (held.contains(&id), needed.contains(&id));
        let leaves_ring = in_ring.contains(&id) && !stays.contains(&id);
        if held == needed && !leaves_ring {
            continue;
        }
        let Some(mut offer) = store::offers::load(tx, id).await? else {
            // Given back to an offer that is gone: nothing to do. Taken from it: it cannot be.
            if needed && !held {
                return Err(ProblemCode::OfferNotOpen.into());
            }
            continue;
        };
        let read = offer.version;
        if needed && !held {
            offer = if after.is_ring() { offer.take_ring_place(after.id)? } else { offer.take_place()? };
        }
        if leaves_ring {
            offer = offer.leave_ring();
        }
        if held && !needed {
            offer = give_back(tx, offer, back).await?;
        }
        store::offers::save(tx, &offer, read).await?;
    }
    Ok(())
}

async fn give_back(tx: &Tx, offer: Offer, back: Back) -> Result<Offer, AppError> {
    let Back::Open { now, gone } = back else { return Ok(offer.give_back()) };
    if gone == Some(offer.author) {
        return Ok(offer.give_back());
    }
    // Who has asked to leave, and may still come back, has only her open posts hidden.
    let author = store::tenants::find(tx, offer.author).await?;
    let hidden = author.is_none_or(|a| a.leaving.is_some_and(|l| l.why.hides_offers()));
    let opened = offer.give_back_open(now);
    Ok(Offer { hidden: opened.hidden || hidden, ..opened })
}

/// Why a ring can no longer be made: none when it can.
pub(super) async fn check_ring(tx: &Tx, ring: &Barter) -> Result<Option<ProblemCode>, AppError> {
    for id in ring.posts() {
        let Some(offer) = store::offers::load(tx, id).await? else { return Ok(Some(ProblemCode::OfferNotOpen)) };
        if let Err(code) = offer.check_ring_place() {
            return Ok(Some(code));
        }
    }
    Ok(None)
}
