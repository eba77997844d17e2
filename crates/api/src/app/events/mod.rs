//! Events: what hosts do. What people answer, what the clock does, and words to many stand beside it.

pub mod answers;
mod hosts;
pub mod leaving;
mod offers;
pub mod read;
mod words;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use domain::Timestamp;
use domain::event::{EditEvent, Event, EventAction, EventTime, NewEvent};
use domain::id::{EventId, LineId, ResidenceId};
use domain::moment::LocalTime;
use domain::news::NewsKind;
use domain::problem::{FieldCode, Problem, ProblemCode};

use super::{App, AppError, IdempotencyKey, idempotency};
use crate::store::outbox::{self, Task};
use crate::store::{self, Tx, Viewer};

pub use hosts::{add_host, remove_host};
pub(super) use offers::tick as tick_offers;
pub(super) use words::{tell_some, tick_soon};

impl From<domain::event::EventError> for AppError {
    fn from(error: domain::event::EventError) -> Self {
        Problem::from(error).into()
    }
}

fn refused(error: domain::problem::FieldError) -> AppError {
    domain::event::EventError::from(error).into()
}

/// An event is at a residence of the office that takes part, or at none.
fn check_residence(app: &App, viewer: &Viewer, residence: Option<ResidenceId>) -> Result<(), AppError> {
    let Some(residence) = residence else { return Ok(()) };
    let atlas = app.store.atlas();
    let is_ours = atlas.place(residence).is_some_and(|p| p.spot.office == viewer.office && p.spot.wave.is_live());
    if is_ours { Ok(()) } else { Err(AppError::field("/residence", FieldCode::UnknownValue)) }
}

/// At ten in the morning of the day before.
fn soon_at(on: EventTime) -> Option<Timestamp> {
    let ten = on.date.pred_opt()?.and_time(NaiveTime::from_hms_opt(10, 0, 0)?);
    Some(LocalTime::parse(ten).ok()?.instant())
}

/// Asks to come back the day before its next date. What is due already and was not done yet still is.
async fn watch(app: &App, tx: &Tx, event: &Event, now: Timestamp) -> Result<(), AppError> {
    outbox::forget_later(tx, Task::EventSoon, event.id.0, now).await?;
    let dates = event.dates();
    let stands = dates.into_iter().filter(|on| event.offers(*on, now));
    if let Some(at) = stands.filter_map(soon_at).find(|at| *at > now) {
        outbox::ask(tx, app.clock.id(), Task::EventSoon, event.id.0, at).await?;
    }
    Ok(())
}

/// Makes an event: for all whom it reaches, or as a draft.
///
/// # Errors
/// `invalid`, `idempotency_key_reused`.
pub async fn create(
    app: &App,
    viewer: &Viewer,
    new: NewEvent,
    key: Option<&IdempotencyKey>,
) -> Result<EventId, AppError> {
    let content = serde_json::to_vec(&new).unwrap_or_default();
    let scope = idempotency::scope(idempotency::EVENTS, viewer.tenant);
    let made = app
        .once(&scope, key, &[&content], async |tx, id| {
            // What the office changes meanwhile does not change the answer to a request that is sent again.
            check_residence(app, viewer, new.residence)?;
            let (new, now) = (new.clone(), app.clock.now());
            let line = || LineId(app.clock.id());
            let event = Event::create(EventId(id), viewer.office, viewer.tenant, viewer.residence, new, line, now)
                .map_err(refused)?;
            store::events::insert(tx, &event).await?;
            watch(app, tx, &event, now).await
        })
        .await?;
    Ok(EventId(made.id()))
}

/// An event of which the viewer may know, held until the end of the transaction.
async fn open(app: &App, tx: &Tx, viewer: &Viewer, id: EventId) -> Result<Event, AppError> {
    let event = store::events::lock(tx, id).await?.ok_or(ProblemCode::NotFound)?;
    if app.store.may_see_event(viewer, &event, &[]) {
        return Ok(event);
    }
    let hers = store::events::answers::of_person(tx, id, viewer.tenant).await?;
    if app.store.may_see_event(viewer, &event, &hers) { Ok(event) } else { Err(ProblemCode::NotFound.into()) }
}

/// Edits an event that is still as the viewer read it.
///
/// # Errors
/// `precondition_failed`, `not_now`, `not_yours`, `not_found`, `invalid`.
pub async fn edit(app: &App, viewer: &Viewer, id: EventId, read: u32, edit: EditEvent) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let before = open(app, &tx, viewer, id).await?;
    before.check(viewer.tenant, EventAction::Edit, now)?;
    if before.version != read {
        return Err(ProblemCode::PreconditionFailed.into());
    }
    check_residence(app, viewer, edit.residence.flatten())?;
    let edited = before.clone().edit(viewer.tenant, edit, || LineId(app.clock.id()), now)?;
    let after = &edited.event;
    for &date in &edited.lost {
        let on = before.named_date(Some(date)).map_err(refused)?;
        if before.is_awaited(on, now) {
            words::of_a_lost_date(app, &tx, &before, date, viewer.tenant).await?;
        }
    }
    store::events::save_edit(&tx, &edited, &before).await?;
    if edited.tells {
        words::to_many(app, &tx, after, NewsKind::EventChanged, None, viewer.tenant).await?;
    }
    offers::hold_anew(app, &tx, &before, after, now).await?;
    if edited.look {
        offers::look_everywhere(app, &tx, after, now).await?;
    }
    watch(app, &tx, after, now).await?;
    Ok(tx.commit().await?)
}

/// Forgets a draft.
///
/// # Errors
/// `not_now` when it was published, `not_yours`, `not_found`.
pub async fn delete(app: &App, viewer: &Viewer, id: EventId) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    let event = open(app, &tx, viewer, id).await?;
    event.check(viewer.tenant, EventAction::Delete, app.clock.now())?;
    store::news::forget_things(&tx, &[id.0]).await?;
    store::events::delete(&tx, id).await?;
    Ok(tx.commit().await?)
}

/// Shows a draft to those whom it reaches.
///
/// # Errors
/// `not_now`, `not_yours`, `not_found`.
pub async fn publish(app: &App, viewer: &Viewer, id: EventId) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let before = open(app, &tx, viewer, id).await?;
    let after = before.clone().publish(viewer.tenant, now)?;
    store::events::save(&tx, &after, before.version).await?;
    watch(app, &tx, &after, now).await?;
    Ok(tx.commit().await?)
}

/// Takes an event off its dates until there is a new one.
///
/// # Errors
/// `not_now`, `not_yours`, `not_found`.
pub async fn postpone(app: &App, viewer: &Viewer, id: EventId) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let before = open(app, &tx, viewer, id).await?;
    let after = before.clone().postpone(viewer.tenant, now)?;
    store::events::save(&tx, &after, before.version).await?;
    words::to_many(app, &tx, &after, NewsKind::EventPostponed, None, viewer.tenant).await?;
    watch(app, &tx, &after, now).await?;
    Ok(tx.commit().await?)
}

/// Cancels an event, or one of its dates; all who were to come are told.
///
/// # Errors
/// `not_now`, `not_yours`, `not_found`.
pub async fn cancel(app: &App, viewer: &Viewer, id: EventId, date: Option<NaiveDate>) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let before = open(app, &tx, viewer, id).await?;
    // The one date of an event that does not repeat is all of it.
    let only = before.repeat.is_none() && date == Some(before.start.date());
    let date = date.filter(|_| !only);
    let after = match date {
        Some(date) => before.clone().cancel_date(viewer.tenant, date, now)?,
        None => before.clone().cancel(viewer.tenant, now)?,
    };
    store::events::save(&tx, &after, before.version).await?;
    words::to_many(app, &tx, &after, NewsKind::EventCancelled, date, viewer.tenant).await?;
    watch(app, &tx, &after, now).await?;
    Ok(tx.commit().await?)
}

/// How late the word that something is tomorrow may be.
const SOON_HOURS: i64 = 12;

fn is_soon(on: EventTime, now: Timestamp) -> bool {
    soon_at(on).is_some_and(|at| at <= now && now < at + TimeDelta::hours(SOON_HOURS))
}
