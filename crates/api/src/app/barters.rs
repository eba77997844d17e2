//! Proposing, answering and carrying out barters.

use domain::barter::{Barter, BarterAction, BarterState, CounterOffer, NewBarter};
use domain::circle::Circle;
use domain::id::{BarterId, LegId, OfferId, TenantId};
use domain::leg::{LegAction, TermsLeg};
use domain::problem::{FieldCode, Problem, ProblemCode};
use uuid::Uuid;

use super::places::{self, Back};
use super::terms::terms;
use super::{App, AppError, IdempotencyKey, barter_news, idempotency, rings};
use crate::store::outbox::{self, Task};
use crate::store::{self, StoreError, Tx, Viewer};

/// Proposes a barter. It starts from an offer that reaches the viewer: nobody is approached out of the blue.
///
/// # Errors
/// `not_found` when somebody in it cannot be known, `invalid`, `offer_not_open`, `offer_full`, `idempotency_key_reused`.
pub async fn propose(
    app: &App,
    viewer: &Viewer,
    new: NewBarter,
    key: Option<&IdempotencyKey>,
) -> Result<BarterId, AppError> {
    let content = serde_json::to_vec(&new).unwrap_or_default();
    if let Some(ring) = &new.ring {
        // Words would name who wrote them, and a ring has no author.
        if new.note.is_some() {
            return Err(AppError::field("/note", FieldCode::UnknownValue));
        }
        if !new.legs.is_empty() {
            return Err(AppError::field("/legs", FieldCode::UnknownValue));
        }
        return rings::propose(app, viewer, ring, key, &content).await;
    }
    let scope = idempotency::scope(idempotency::BARTERS, viewer.tenant);
    let made = app
        .once(&scope, key, &[&content], async |tx, id| {
            let legs = terms(app, tx, viewer, new.legs.clone(), &[]).await?;
            let mut approached = false;
            for leg in &legs {
                for post in leg.posts() {
                    approached |= store::offers::load(tx, post).await?.is_some_and(|o| o.author != viewer.tenant);
                }
            }
            if !approached {
                return Err(AppError::field("/legs", FieldCode::UnknownValue));
            }
            let people: Vec<TenantId> = legs.iter().flat_map(|leg| [leg.giver, leg.receiver]).collect();
            for &person in &people {
                let known = store::tenants::find(tx, person).await?.filter(|t| t.office == viewer.office);
                let reached =
                    known.is_some_and(|t| app.store.atlas().reaches(viewer.residence, Circle::Office, t.residence));
                if !reached {
                    return Err(ProblemCode::NotFound.into());
                }
            }
            if !store::blocks::none_among(tx, &people).await? {
                return Err(ProblemCode::NotFound.into());
            }
            let (note, now) = (new.note.clone(), app.clock.now());
            let barter = Barter::propose(BarterId(id), viewer.office, viewer.tenant, legs, note, now)
                .map_err(|code| AppError::field("/legs", code))?;
            store::barters::insert(tx, &barter).await?;
            barter_news::proposed(app, tx, &barter, viewer.tenant).await?;
            watch(app, tx, None, &barter).await
        })
        .await?;
    Ok(BarterId(made.id()))
}

/// Asks the clock to come back when it has to; not again for an instant that was asked for already.
pub(super) async fn watch(app: &App, tx: &Tx, before: Option<&Barter>, after: &Barter) -> Result<(), AppError> {
    let due = after.next_due();
    if let Some(at) = due.filter(|_| before.is_none_or(|b| b.next_due() != due)) {
        outbox::ask(tx, app.clock.id(), Task::Barter, after.id.0, at).await?;
    }
    Ok(())
}

/// The newest state, for an answer that says that it has changed.
async fn stale(app: &App, viewer: &Viewer, id: BarterId) -> AppError {
    match store::barters::find(&*app.store, viewer, id).await {
        Ok(Some(newest)) => {
            Problem { current: serde_json::to_value(newest).ok(), ..Problem::new(ProblemCode::Stale) }.into()
        }
        Ok(None) => ProblemCode::NotFound.into(),
        Err(error) => error.into(),
    }
}

/// How often a change is tried anew when another one was faster by a hair.
pub(super) const TRIES: usize = 5;

/// Loads, lets `decide` decide, saves with all that follows.
async fn change(
    app: &App,
    viewer: &Viewer,
    id: BarterId,
    decide: impl AsyncFn(&Tx, &Barter) -> Result<BarterAction, AppError>,
) -> Result<(), AppError> {
    for _ in 0..TRIES {
        match try_to_change(app, viewer, id, &decide).await {
            Ok(false) | Err(AppError::Store(StoreError::Crossed(_))) => {}
            Ok(true) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Err(stale(app, viewer, id).await)
}

/// False when it has to be looked at again.
async fn try_to_change(
    app: &App,
    viewer: &Viewer,
    id: BarterId,
    decide: &impl AsyncFn(&Tx, &Barter) -> Result<BarterAction, AppError>,
) -> Result<bool, AppError> {
    let tx = app.store.begin().await?;
    let before = store::barters::load(&tx, id).await?.ok_or(ProblemCode::NotFound)?;
    if before.parties.iter().all(|p| p.tenant != viewer.tenant) {
        return Err(ProblemCode::NotFound.into());
    }
    let action = decide(&tx, &before).await?;
    let consents = matches!(action, BarterAction::Consent { .. });
    let after = match before.clone().act(viewer.tenant, action, app.clock.now()) {
        Ok(after) => after,
        Err(ProblemCode::Stale) => {
            drop(tx);
            return Err(stale(app, viewer, id).await);
        }
        Err(ProblemCode::Invalid) => return Err(AppError::field("/legs", FieldCode::UnknownValue)),
        Err(code) => return Err(code.into()),
    };
    let is_ring = after.is_ring();
    if is_ring
        && consents
        && let Some(code) = places::check_ring(&tx, &before).await?
    {
        drop(tx);
        return if rings::end_if_impossible(app, id).await? { Err(code.into()) } else { Ok(false) };
    }
    match keep(app, &tx, &before, &after, Some(viewer.tenant)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(true)
        }
        // Another one was faster; what it did decides what this one may still do. A ring whose post was promised to another one at this
        // moment is looked at again, so that it ends for all.
        Err(AppError::Problem(p)) if p.code == ProblemCode::Stale || is_ring => Ok(false),
        Err(error) => Err(error),
    }
}

/// Saves a barter that has changed through `by`, or by itself, with all that follows from it.
pub(super) async fn keep(
    app: &App,
    tx: &Tx,
    before: &Barter,
    after: &Barter,
    by: Option<TenantId>,
) -> Result<(), AppError> {
    save(app, tx, before, after, by, Back::Closed).await?;
    watch(app, tx, Some(before), after).await
}

async fn save(
    app: &App,
    tx: &Tx,
    before: &Barter,
    after: &Barter,
    by: Option<TenantId>,
    back: Back,
) -> Result<(), AppError> {
    store::barters::save(tx, after, before).await?;
    places::move_places(tx, before, after, back).await?;
    barter_news::changed(app, tx, before, after, by).await?;
    rings::settle(app, tx, before, after).await
}

/// Does something with a barter that needs no more words: consents, declines, withdraws, dissolves, or acts on a leg.
///
/// # Errors
/// `stale` with the newest, `not_now`, `not_yours`, `not_found`, `offer_full`, `offer_not_open`, `must_have_met`.
pub async fn act(app: &App, viewer: &Viewer, id: BarterId, action: BarterAction) -> Result<(), AppError> {
    change(app, viewer, id, async |_, _| Ok(action.clone())).await
}

/// Does something with one leg.
///
/// # Errors
/// As [`act`].
pub async fn act_on_leg(
    app: &App,
    viewer: &Viewer,
    id: BarterId,
    leg: LegId,
    action: LegAction,
) -> Result<(), AppError> {
    act(app, viewer, id, BarterAction::Leg(leg, action)).await
}

/// Writes the next version of the terms.
///
/// # Errors
/// `stale` with the newest, `invalid`, `not_now`, `not_found`.
pub async fn counter(app: &App, viewer: &Viewer, id: BarterId, counter: CounterOffer) -> Result<(), AppError> {
    change(app, viewer, id, async |tx, before| {
        // Old terms first: nobody is asked to mend words about a version that is gone.
        if before.state != BarterState::Proposed || before.newest().version != counter.on_version {
            return Ok(BarterAction::Counter { on_version: counter.on_version, legs: Vec::new(), note: None });
        }
        let in_terms: Vec<OfferId> = before.terms.iter().flat_map(|t| &t.legs).flat_map(TermsLeg::posts).collect();
        let legs = terms(app, tx, viewer, counter.legs.clone(), &in_terms).await?;
        Ok(BarterAction::Counter { on_version: counter.on_version, legs, note: counter.note.clone() })
    })
    .await
}

/// What the clock does to a barter.
pub(super) async fn tick(app: &App, tx: &Tx, id: Uuid) -> Result<(), AppError> {
    let Some(before) = store::barters::load(tx, BarterId(id)).await? else { return Ok(()) };
    let after = match before.clone().tick(app.clock.now()) {
        Some(after) => {
            save(app, tx, &before, &after, None, Back::Closed).await?;
            after
        }
        None => before.clone(),
    };
    // Asked for anew even when nothing happened: the row that brought us here is gone.
    let due = after.next_due().filter(|at| *at > app.clock.now() && after.revision != before.revision);
    if let Some(at) = due {
        outbox::ask(tx, app.clock.id(), Task::Barter, id, at).await?;
    }
    Ok(())
}

/// Ends what runs between two people who shall not meet any more; nobody is told why. What they had promised each other is free for others.
///
/// # Errors
/// `stale` when somebody was faster: then the transaction is begun anew.
pub(super) async fn part(app: &App, tx: &Tx, one: TenantId, other: TenantId) -> Result<(), AppError> {
    let now = app.clock.now();
    let running = store::barters::running_between(tx, one, other).await?;
    for before in places::hold(tx, &running).await? {
        if let Some(after) = before.clone().part(now) {
            save(app, tx, &before, &after, None, Back::Open { now, gone: None }).await?;
        }
    }
    Ok(())
}

/// Says whether an error only means that somebody was faster.
pub(super) fn is_stale(error: &AppError) -> bool {
    matches!(error, AppError::Problem(p) if p.code == ProblemCode::Stale)
        || matches!(error, AppError::Store(StoreError::Stale | StoreError::Crossed(_)))
}
