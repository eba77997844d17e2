//! Proposing and ending rings: one barter of any number of proposals at once, rest after a refusal, nothing that tells who it was.

use chrono::TimeDelta;
use domain::barter::{Barter, BarterAction, BarterState};
use domain::category::CategorySlug;
use domain::id::{BarterId, TenantId};
use domain::problem::ProblemCode;
use domain::suggestion::{MAX_OPEN_RINGS, RING_REST_DAYS, RingId};

use super::barters::{self, TRIES, is_stale};
use super::{App, AppError, IdempotencyKey, barter_news, idempotency, places, suggestions};
use crate::keys::sha256;
use crate::store::rings::{Key, Proposed};
use crate::store::{self, Tx, Viewer};

/// Stands for who gives which service to whom, wherever one begins to tell it. Not for the posts: posting the same thing anew does not bring
/// back a ring that was refused.
pub(super) fn key<'a>(turns: impl IntoIterator<Item = (TenantId, &'a CategorySlug)>) -> Key {
    let mut turns: Vec<_> = turns.into_iter().collect();
    if let Some(first) = (0..turns.len()).min_by_key(|&n| turns[n].0) {
        turns.rotate_left(first);
    }
    let text: Vec<String> = turns.into_iter().map(|(giver, service)| format!("{giver} {service}")).collect();
    sha256(format!("ring {}", text.join(" ")).as_bytes())
}

fn key_of(ring: &Barter) -> Key {
    key(ring.newest().legs.iter().map(|l| (l.giver, &l.category)))
}

/// Proposes a ring that was suggested, or agrees to it when another of its people was faster.
///
/// # Errors
/// `suggestion_gone` when it cannot be made now or rests; `not_now` when the viewer stands in too many rings that wait for answers;
/// `offer_full`, `offer_not_open`, `idempotency_key_reused`.
pub(super) async fn propose(
    app: &App,
    viewer: &Viewer,
    ring: &RingId,
    once: Option<&IdempotencyKey>,
    content: &[u8],
) -> Result<BarterId, AppError> {
    let turns = suggestions::decode(app, ring).ok_or(ProblemCode::SuggestionGone)?.turns;
    let name = key(turns.iter().map(|t| (t.person, &t.category)));
    let (scope, content) = (idempotency::scope(idempotency::BARTERS, viewer.tenant), [content]);
    for _ in 0..TRIES {
        let mut waits = None;
        let made =
            app.once_or_found(&scope, once, &content, async |tx, id| match store::rings::find(tx, &name).await? {
                Some(Proposed { rests_until: Some(until), .. }) if until > app.clock.now() => {
                    Err(ProblemCode::SuggestionGone.into())
                }
                Some(Proposed { barter, rests_until: None }) => {
                    join(app, tx, viewer, barter, &mut waits).await?;
                    Ok(barter.0)
                }
                before => {
                    let people: Vec<TenantId> = turns.iter().map(|t| t.person).collect();
                    let before = before.map(|b| b.barter);
                    // From here on nobody makes a ring with one of them: what is counted, and what was found, holds.
                    if !store::blocks::hold_all(tx, &people).await? {
                        return Err(ProblemCode::SuggestionGone.into());
                    }
                    if store::rings::find(tx, &name).await?.map(|b| b.barter) != before {
                        return Err(ProblemCode::Stale.into());
                    }
                    begin(app, tx, viewer, ring, BarterId(id), &name, before).await?;
                    Ok(id)
                }
            });
        match made.await {
            Ok(made) => return Ok(BarterId(made.id())),
            // Another of its people was faster: agreed to is what she made.
            Err(error) if is_stale(&error) => {}
            Err(error) => {
                // Its posts may also be taken because the others agreed to this very ring at this moment: then it is looked at again.
                let is_over = match waits {
                    Some(waits) => end_if_impossible(app, waits).await?,
                    None => true,
                };
                if is_over {
                    return Err(error);
                }
            }
        }
    }
    Err(ProblemCode::Stale.into())
}

async fn begin(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    ring: &RingId,
    id: BarterId,
    name: &Key,
    before: Option<BarterId>,
) -> Result<(), AppError> {
    if store::rings::waiting_with(tx, viewer.tenant).await? >= MAX_OPEN_RINGS as u64 {
        return Err(ProblemCode::NotNow.into());
    }
    let legs = suggestions::ring_from_rows(app, tx, viewer, ring).await?;
    let barter = Barter::propose_ring(id, viewer.office, viewer.tenant, legs, app.clock.now())
        .ok()
        .filter(|barter| key_of(barter) == *name)
        .ok_or(ProblemCode::SuggestionGone)?;
    let people: Vec<TenantId> = barter.parties.iter().map(|p| p.tenant).collect();
    if !store::blocks::none_among(tx, &people).await? {
        return Err(ProblemCode::SuggestionGone.into());
    }
    store::barters::insert(tx, &barter).await?;
    store::rings::keep(tx, name, id, before).await?;
    barter_news::proposed(app, tx, &barter, viewer.tenant).await?;
    barters::watch(app, tx, None, &barter).await
}

/// The viewer agrees to a ring that lives already, unless she has; `waits` says which, when it waits for her.
async fn join(app: &App, tx: &Tx, viewer: &Viewer, id: BarterId, waits: &mut Option<BarterId>) -> Result<(), AppError> {
    let before = store::barters::load(tx, id).await?.ok_or(ProblemCode::SuggestionGone)?;
    let me = before.parties.iter().find(|p| p.tenant == viewer.tenant).ok_or(ProblemCode::SuggestionGone)?;
    if me.consented.is_some() {
        return Ok(());
    }
    *waits = Some(id);
    if let Some(code) = places::check_ring(tx, &before).await? {
        return Err(code.into());
    }
    let consent = BarterAction::Consent { version: before.newest().version };
    let after = before.clone().act(viewer.tenant, consent, app.clock.now())?;
    barters::keep(app, tx, &before, &after, Some(viewer.tenant)).await
}

/// Ends a ring that waits for answers when a post that it needs is gone or promised elsewhere: for all its people alike, and without rest.
/// Whether it has ended so.
pub(super) async fn end_if_impossible(app: &App, id: BarterId) -> Result<bool, AppError> {
    for _ in 0..TRIES {
        let tx = app.store.begin().await?;
        let Some(before) = store::barters::load(&tx, id).await? else { return Ok(false) };
        let Some(after) = before.clone().no_longer_possible(app.clock.now()) else {
            return Ok(before.state == BarterState::Withdrawn);
        };
        if places::check_ring(&tx, &before).await?.is_none() {
            return Ok(false);
        }
        match barters::keep(app, &tx, &before, &after, None).await {
            Ok(()) => {
                tx.commit().await?;
                return Ok(true);
            }
            Err(error) if is_stale(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// What follows for the ring when its barter ends: refused or broken off it rests; carried out, or no longer possible, it may come back.
pub(super) async fn settle(app: &App, tx: &Tx, before: &Barter, after: &Barter) -> Result<(), AppError> {
    if !after.is_ring() || before.state == after.state {
        return Ok(());
    }
    match after.state {
        BarterState::Declined | BarterState::Expired | BarterState::Dissolved => {
            let until = app.clock.now() + TimeDelta::days(RING_REST_DAYS);
            store::rings::rest(tx, after.id, until).await?;
        }
        BarterState::Withdrawn | BarterState::Completed => store::rings::forget(tx, after.id).await?,
        BarterState::Proposed | BarterState::Agreed => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_ring_has_one_key_wherever_one_begins_and_another_the_other_way_round() {
        let service = |slug| CategorySlug::parse(slug).expect("a slug");
        let [a, b, c] = [1, 2, 3].map(|n| TenantId(Uuid::from_u128(n)));
        let (ironing, letters, lamps) = (service("ironing"), service("letters"), service("lamps"));
        let ring = key([(a, &ironing), (b, &letters), (c, &lamps)]);
        assert_eq!(key([(c, &lamps), (a, &ironing), (b, &letters)]), ring);
        assert_ne!(key([(a, &ironing), (c, &lamps), (b, &letters)]), ring);
        assert_ne!(key([(a, &letters), (b, &ironing), (c, &lamps)]), ring);
    }
}
