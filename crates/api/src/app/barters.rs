//! Proposing, answering and carrying out barters.

use std::collections::BTreeMap;

use domain::barter::{Barter, BarterAction, BarterState, CounterOffer, NewBarter, NewLeg, check_shape};
use domain::circle::Circle;
use domain::id::{BarterId, LegId, OfferId};
use domain::leg::{Leg, LegAction, LegState, TermsLeg};
use domain::offer::{Offer, OfferKind, OfferState};
use domain::problem::{FieldCode, Problem, ProblemCode};
use domain::text::Body;
use uuid::Uuid;

use super::{App, AppError, IdempotencyKey, idempotency};
use crate::store::outbox::{self, Task};
use crate::store::{self, StoreError, Tx, Viewer};

/// Turns what is asked into terms: copies the words of the offers, so that later edits change nothing that was agreed.
async fn terms(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    asked: Vec<NewLeg>,
    before: &[OfferId],
) -> Result<Vec<TermsLeg>, AppError> {
    let tree = store::categories::tree(tx, viewer.office).await?;
    let mut legs = Vec::with_capacity(asked.len());
    for (n, leg) in asked.into_iter().enumerate() {
        let at = |field: &str| format!("/legs/{n}/{field}");
        let offer = match leg.offer {
            Some(id) => Some(
                offer_for(app, tx, viewer, &leg, id, before)
                    .await?
                    .ok_or_else(|| AppError::field(&at("offer"), FieldCode::UnknownValue))?,
            ),
            None => None,
        };
        let category = match (&offer, leg.category) {
            (Some(offer), _) => offer.category.clone(),
            (None, Some(category)) => category,
            (None, None) => return Err(AppError::field(&at("category"), FieldCode::Required)),
        };
        let known = tree.iter().find(|c| c.slug == category && c.parent.is_some());
        // A service that the office took off the tree lives on in the offers that name it.
        let sensitive = match (known, &offer) {
            (Some(known), _) => known.sensitive,
            (None, Some(_)) => false,
            (None, None) => return Err(AppError::field(&at("category"), FieldCode::UnknownValue)),
        };
        let what = leg
            .what
            .or_else(|| offer.as_ref().map(|o| o.title.clone()))
            .ok_or_else(|| AppError::field(&at("what"), FieldCode::Required))?;
        let nothing = || Body::parse("").map_err(|code| AppError::field(&at("what"), code));
        legs.push(TermsLeg {
            id: LegId(app.clock.id()),
            giver: leg.giver,
            receiver: leg.receiver,
            offer: leg.offer,
            wish: leg.wish,
            category,
            what,
            details: offer.map_or_else(nothing, |o| Ok(o.text))?,
            at: leg.at,
            place: leg.place,
            sensitive,
        });
    }
    check_shape(&legs, viewer.tenant).map_err(|code| AppError::field("/legs", code))?;
    Ok(legs)
}

/// The offer from which a leg comes: it reaches the one who proposes, and its author stands on the right side of the leg. One that stands
/// in the terms already (`before`) may stay, also when it was paused since.
async fn offer_for(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    leg: &NewLeg,
    id: OfferId,
    before: &[OfferId],
) -> Result<Option<Offer>, AppError> {
    let Some(offer) = store::offers::load(tx, id).await? else { return Ok(None) };
    if !before.contains(&id) && !store::offers::is_visible(&app.store.atlas(), viewer, &offer) {
        return Ok(None);
    }
    let right_side = match offer.kind {
        OfferKind::Offer => leg.giver == offer.author,
        OfferKind::Request => leg.receiver == offer.author,
    };
    if !right_side {
        return Ok(None);
    }
    match offer.state {
        OfferState::Open | OfferState::Paused => Ok(Some(offer)),
        OfferState::Closed if offer.taken >= offer.capacity.get() => Err(ProblemCode::OfferFull.into()),
        OfferState::Closed | OfferState::Expired => Err(ProblemCode::OfferNotOpen.into()),
    }
}

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
    let scope = idempotency::scope(idempotency::BARTERS, viewer.tenant);
    let made = app
        .once(&scope, key, &[&content], async |tx, id| {
            let legs = terms(app, tx, viewer, new.legs, &[]).await?;
            let mut approached = false;
            for leg in &legs {
                if let Some(offer) = leg.offer {
                    approached |= store::offers::load(tx, offer).await?.is_some_and(|o| o.author != viewer.tenant);
                }
            }
            // Rings are put together by the program, never by hand.
            if !approached || legs.len() > 2 {
                return Err(AppError::field("/legs", FieldCode::UnknownValue));
            }
            for leg in &legs {
                for person in [leg.giver, leg.receiver] {
                    let known = store::tenants::find(tx, person).await?.filter(|t| t.office == viewer.office);
                    let reached =
                        known.is_some_and(|t| app.store.atlas().reaches(viewer.residence, Circle::Office, t.residence));
                    if !reached {
                        return Err(ProblemCode::NotFound.into());
                    }
                }
            }
            let barter = Barter::propose(BarterId(id), viewer.office, viewer.tenant, legs, new.note, app.clock.now())
                .map_err(|code| AppError::field("/legs", code))?;
            store::barters::insert(tx, &barter).await?;
            watch(app, tx, None, &barter).await
        })
        .await?;
    Ok(BarterId(made.id()))
}

/// Asks the clock to come back when it has to; not again for an instant that was asked for already.
async fn watch(app: &App, tx: &Tx, before: Option<&Barter>, after: &Barter) -> Result<(), AppError> {
    let due = after.next_due();
    if let Some(at) = due.filter(|_| before.is_none_or(|b| b.next_due() != due)) {
        outbox::ask(tx, app.clock.id(), Task::Barter, after.id.0, at).await?;
    }
    Ok(())
}

/// How many places of which offers the open or fulfilled legs of an agreed barter hold.
fn places(legs: &[Leg]) -> BTreeMap<OfferId, u8> {
    let mut places = BTreeMap::new();
    for leg in legs.iter().filter(|l| l.state != LegState::Waived) {
        if let Some(offer) = leg.terms.offer {
            *places.entry(offer).or_insert(0) += 1;
        }
    }
    places
}

/// Takes the places that an agreement promises and gives back those that it no longer needs, offers in the order of their ids, so that two
/// agreements never wait for each other.
pub(super) async fn move_places(tx: &Tx, before: &[Leg], after: &[Leg]) -> Result<(), AppError> {
    let (held, needed) = (places(before), places(after));
    let mut offers: Vec<OfferId> = held.keys().chain(needed.keys()).copied().collect();
    offers.sort_unstable();
    offers.dedup();
    for id in offers {
        let (held, needed) = (held.get(&id).copied().unwrap_or(0), needed.get(&id).copied().unwrap_or(0));
        if held == needed {
            continue;
        }
        let Some(mut offer) = store::offers::load(tx, id).await? else {
            // Given back to an offer that is gone: nothing to do. Taken from it: it cannot be.
            if needed > held {
                return Err(ProblemCode::OfferNotOpen.into());
            }
            continue;
        };
        let read = offer.version;
        for _ in held..needed {
            offer = offer.take_place()?;
        }
        for _ in needed..held {
            offer = offer.give_back();
        }
        store::offers::save(tx, &offer, read).await?;
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
const TRIES: usize = 5;

/// Loads, lets `decide` decide, saves with all that follows.
async fn change(
    app: &App,
    viewer: &Viewer,
    id: BarterId,
    decide: impl AsyncFn(&Tx, &Barter) -> Result<BarterAction, AppError>,
) -> Result<(), AppError> {
    for _ in 0..TRIES {
        let tx = app.store.begin().await?;
        let before = store::barters::load(&tx, id).await?.ok_or(ProblemCode::NotFound)?;
        if before.parties.iter().all(|p| p.tenant != viewer.tenant) {
            return Err(ProblemCode::NotFound.into());
        }
        let action = decide(&tx, &before).await?;
        let after = match before.clone().act(viewer.tenant, action, app.clock.now()) {
            Ok(after) => after,
            Err(ProblemCode::Stale) => {
                drop(tx);
                return Err(stale(app, viewer, id).await);
            }
            Err(ProblemCode::Invalid) => return Err(AppError::field("/legs", FieldCode::UnknownValue)),
            Err(code) => return Err(code.into()),
        };
        match keep(app, &tx, &before, &after).await {
            Ok(()) => return Ok(tx.commit().await?),
            // Another one was faster; what it did decides what this one may still do.
            Err(AppError::Problem(p)) if p.code == ProblemCode::Stale => drop(tx),
            Err(error) => return Err(error),
        }
    }
    Err(stale(app, viewer, id).await)
}

async fn keep(app: &App, tx: &Tx, before: &Barter, after: &Barter) -> Result<(), AppError> {
    store::barters::save(tx, after, before).await?;
    move_places(tx, &before.legs, &after.legs).await?;
    watch(app, tx, Some(before), after).await
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
        let in_terms: Vec<OfferId> = before.terms.iter().flat_map(|t| &t.legs).filter_map(|leg| leg.offer).collect();
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
            store::barters::save(tx, &after, &before).await?;
            move_places(tx, &before.legs, &after.legs).await?;
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

/// Says whether an error only means that somebody was faster.
pub(super) fn is_stale(error: &AppError) -> bool {
    matches!(error, AppError::Problem(p) if p.code == ProblemCode::Stale)
        || matches!(error, AppError::Store(StoreError::Stale))
}
