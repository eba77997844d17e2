//! What becomes of events when somebody leaves: her answers are taken back, what she hosts goes on with the others or ends.

use chrono::NaiveDate;
use domain::event::{Event, EventState, Left};
use domain::id::{EventId, TenantId};
use domain::news::NewsKind;

use super::super::{App, AppError, news};
use super::{offers, watch, words};
use crate::store::events::answers;
use crate::store::outbox::{self, Task};
use crate::store::{self, Tx};

/// How many of her answers one transaction takes back.
const ANSWERS_AT_ONCE: u64 = 20;
/// How many answers of others to an event that goes are deleted in one.
const GUESTS_AT_ONCE: u64 = 500;

/// Takes back some of what somebody has answered; false when there is nothing left.
pub(in crate::app) async fn take_back_some(app: &App, who: TenantId) -> Result<bool, AppError> {
    let tx = app.store.begin().await?;
    let some = store::events::answered_dates(&tx, who, ANSWERS_AT_ONCE).await?;
    for &(event, date) in &some {
        take_back(app, &tx, event, date, who).await?;
    }
    tx.commit().await?;
    Ok(!some.is_empty())
}

async fn take_back(app: &App, tx: &Tx, id: EventId, date: NaiveDate, who: TenantId) -> Result<(), AppError> {
    let now = app.clock.now();
    let Some(event) = store::events::lock(tx, id).await? else { return Ok(()) };
    let Some(found) = answers::find(tx, id, date, who).await? else { return Ok(()) };
    let mut counts = answers::counts(tx, id, date).await?;
    counts.replace(Some(&found.answer), None);
    store::events::bring::give_back(tx, &event, date, who).await?;
    answers::delete(tx, id, date, who).await?;
    if let Ok(on) = event.named_date(Some(date)) {
        offers::look(app, tx, &event, on, &mut counts, now).await?;
    }
    answers::keep_counts(tx, &event, date, counts).await?;
    Ok(store::events::touch(tx, id).await?)
}

/// Takes one step with one of the events that somebody hosts; false when there is none.
pub(in crate::app) async fn leave_one(app: &App, who: TenantId) -> Result<bool, AppError> {
    let tx = app.store.begin().await?;
    let Some(id) = store::events::hosted(&tx, who).await? else { return Ok(false) };
    let Some(before) = store::events::lock(&tx, id).await? else {
        return Err(domain::problem::ProblemCode::Stale.into());
    };
    match before.clone().without(who, app.clock.now()) {
        Left::GoesOn(after) => go_on(app, &tx, &before, after, who).await?,
        Left::Cancelled(after) => cancel(app, &tx, &before, &after).await?,
        Left::Gone => delete_some(&tx, &before).await?,
    }
    tx.commit().await?;
    Ok(true)
}

/// As it is kept once a co-host is gone: when nobody else hosts it and its author has asked to leave, it is hidden as all that she posted.
pub(super) async fn hidden_with_its_author(tx: &Tx, event: Event) -> Result<Event, AppError> {
    if event.hidden || event.state == EventState::Draft || !event.co_hosts.is_empty() {
        return Ok(event);
    }
    let author = store::tenants::find(tx, event.author).await?;
    let hidden = author.and_then(|a| a.leaving).is_some_and(|l| l.why.hides_offers());
    Ok(Event { hidden, ..event })
}

async fn go_on(app: &App, tx: &Tx, before: &Event, after: Event, who: TenantId) -> Result<(), AppError> {
    if before.author != who {
        store::events::remove_host(tx, before.id, who).await?;
        let after = hidden_with_its_author(tx, after).await?;
        return Ok(store::events::save(tx, &after, before.version).await?);
    }
    store::events::remove_host(tx, before.id, after.author).await?;
    let Some(heir) = store::tenants::find(tx, after.author).await? else {
        return Err(domain::problem::ProblemCode::Stale.into());
    };
    // Where she lived is nobody's business any more: it reaches from where its author lives now.
    let after = hidden_with_its_author(tx, Event { residence: heir.residence, hidden: false, ..after }).await?;
    store::events::save(tx, &after, before.version).await?;
    news::tell(app, tx, [after.author], words::about(after.id), NewsKind::EventHost, None).await
}

async fn cancel(app: &App, tx: &Tx, before: &Event, after: &Event) -> Result<(), AppError> {
    let now = app.clock.now();
    store::events::words::forget(tx, before.id).await?;
    words::of_its_end(app, tx, before).await?;
    store::events::forget_lines(tx, before).await?;
    store::events::save(tx, after, before.version).await?;
    outbox::forget_task(tx, Task::EventOffer, before.id.0).await?;
    watch(app, tx, after, now).await
}

async fn delete_some(tx: &Tx, event: &Event) -> Result<(), AppError> {
    let lines: Vec<_> = event.lines.iter().map(|l| l.id.0).collect();
    if store::events::delete_some_answers(tx, event.id, &lines, GUESTS_AT_ONCE).await? > 0 {
        return Ok(());
    }
    store::events::words::forget(tx, event.id).await?;
    store::news::forget_things(tx, &[event.id.0]).await?;
    Ok(store::events::delete(tx, event.id).await?)
}
