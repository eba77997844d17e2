//! Words to all who come to an event: kept with what happened, told some at a time by the worker.

use chrono::NaiveDate;
use domain::conversation::{ThingKind, ThingRef};
use domain::event::{AnswerState, Event};
use domain::id::{EventId, TenantId};
use domain::news::NewsKind;
use uuid::Uuid;

use super::super::{App, AppError, news};
use super::{is_soon, watch};
use crate::store::events::words::{Which, Whom};
use crate::store::news::Happened;
use crate::store::outbox::{self, Task};
use crate::store::{self, Tx};

/// How many are told in one transaction.
const AT_ONCE: u64 = 200;

/// All who may still come.
const COMING: [AnswerState; 4] =
    [AnswerState::Going, AnswerState::Maybe, AnswerState::Waitlisted, AnswerState::Offered];

pub(super) fn about(event: EventId) -> (ThingKind, Uuid) {
    (ThingKind::Event, event.0)
}

/// All who may come to one of the dates of an event, or to any that is to come, are to be told, and its hosts: not whoever does it.
pub(super) async fn to_many(
    app: &App,
    tx: &Tx,
    event: &Event,
    kind: NewsKind,
    date: Option<NaiveDate>,
    by: TenantId,
) -> Result<(), AppError> {
    let which = date.map_or_else(|| Which::All(event.since(app.clock.now())), Which::One);
    let whom = Whom { answers: &COMING, hosts: true, by: Some(by) };
    to_these(app, tx, (event, event.id), kind, which, whom).await
}

/// All who may come to a date that is no more are to be told that it is cancelled. Hosts hear that the event has changed.
pub(super) async fn of_a_lost_date(
    app: &App,
    tx: &Tx,
    event: &Event,
    date: NaiveDate,
    by: TenantId,
) -> Result<(), AppError> {
    let whom = Whom { answers: &COMING, hosts: false, by: Some(by) };
    to_these(app, tx, (event, event.id), NewsKind::EventCancelled, Which::One(date), whom).await
}

/// All who may come to an event that is going to be erased are to be told that it is cancelled: about a thing that is nowhere.
pub(super) async fn of_its_end(app: &App, tx: &Tx, event: &Event) -> Result<(), AppError> {
    let which = Which::Next(event.since(app.clock.now()));
    to_these(
        app,
        tx,
        (event, EventId(app.clock.id())),
        NewsKind::EventCancelled,
        which,
        Whom { answers: &COMING, hosts: false, by: None },
    )
    .await
}

async fn to_these(
    app: &App,
    tx: &Tx,
    event: (&Event, EventId),
    kind: NewsKind,
    which: Which,
    whom: Whom<'_>,
) -> Result<(), AppError> {
    let id = app.clock.id();
    store::events::words::keep(tx, id, event, kind, which, whom).await?;
    Ok(outbox::ask(tx, app.clock.id(), Task::EventWord, id, app.clock.now()).await?)
}

/// Tells some of those who are to be told, and comes back for the others.
pub(in crate::app) async fn tell_some(app: &App, tx: &Tx, id: Uuid) -> Result<(), AppError> {
    let some = store::events::words::take_some(tx, id, AT_ONCE).await?;
    for one in &some {
        let (kind, thing) = about(one.event);
        let about = ThingRef { kind, id: thing };
        let happened = Happened { about, kind: one.kind, by: None, date: one.date, at: app.clock.now() };
        news::tell_all(app, tx, [one.to], &happened).await?;
    }
    if some.len() as u64 == AT_ONCE {
        outbox::ask(tx, app.clock.id(), Task::EventWord, id, app.clock.now()).await?;
    }
    Ok(())
}

/// The day before: those who go are told.
pub(in crate::app) async fn tick_soon(app: &App, tx: &Tx, id: Uuid) -> Result<(), AppError> {
    let now = app.clock.now();
    let Some(event) = store::events::lock(tx, EventId(id)).await? else { return Ok(()) };
    for on in event.dates() {
        if event.offers(on, now) && is_soon(on, now) {
            let which = Which::One(on.date);
            let whom = Whom { answers: &[AnswerState::Going], hosts: false, by: None };
            to_these(app, tx, (&event, event.id), NewsKind::EventSoon, which, whom).await?;
        }
    }
    watch(app, tx, &event, now).await
}
