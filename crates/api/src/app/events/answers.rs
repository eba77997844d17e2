//! What people answer, and what they bring.

use domain::event::places::Line;
use domain::event::{AnswerState, Answered, Event, NewAnswer, TakeBringLine};
use domain::id::{EventId, LineId, TenantId};
use domain::news::NewsKind;

use super::super::{App, AppError, news};
use super::offers;
use super::open;
use super::words::about;
use crate::store::events::PlacesOfDate;
use crate::store::events::answers::{self, Found};
use crate::store::{self, Tx, Viewer};

/// Answers to an event, or answers anew.
///
/// # Errors
/// `event_not_open`, `event_full`, `not_found`, `invalid`.
pub async fn answer(app: &App, viewer: &Viewer, id: EventId, asked: NewAnswer) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let event = open(app, &tx, viewer, id).await?;
    let on = event.open_date(asked.date, now)?;
    let before = answers::find(&tx, id, on.date, viewer.tenant).await?;
    let mut counts = answers::counts(&tx, id, on.date).await?;
    let was = before.map(|b| b.answer);
    let mut places = PlacesOfDate::new(&tx, &event, on.date, counts);
    places.know([viewer.residence].into_iter().chain(was.map(|w| w.residence))).await?;
    let waits_at = before.filter(|b| b.answer.state == AnswerState::Waitlisted).map(|b| b.position);
    let line = if event.asks_line(&asked, viewer.residence, was, &places.room, now) {
        places.line(waits_at).await?
    } else {
        Line::of([])
    };
    let Answered { answer, queues, look, gives_back } =
        event.answer(asked, viewer.residence, was, places.room, line.parties(), now)?;
    if Some(answer) == was {
        return Ok(());
    }
    let position = match before {
        Some(before) if !queues => before.position,
        Some(_) | None => answers::end_of_line(&tx, id, on.date, app.clock.id()).await?,
    };
    answers::put(&tx, id, on.date, viewer.tenant, &Found { answer, position }, now).await?;
    counts.replace(was.as_ref(), Some(&answer));
    if gives_back {
        store::events::bring::give_back(&tx, &event, on.date, viewer.tenant).await?;
    }
    if look {
        offers::look(app, &tx, &event, on, &mut counts, now).await?;
    }
    answers::keep_counts(&tx, &event, on.date, counts).await?;
    store::events::touch(&tx, id).await?;
    talk(&tx, &event, viewer.tenant, answer.state).await?;
    tell_hosts(app, &tx, &event, viewer.tenant, (was.map(|w| w.state), answer.state)).await?;
    Ok(tx.commit().await?)
}

/// Whoever comes, perhaps, is one of those who talk about it.
async fn talk(tx: &Tx, event: &Event, who: TenantId, state: AnswerState) -> Result<(), AppError> {
    match state {
        AnswerState::Going | AnswerState::Maybe => Ok(store::conversations::join_event(tx, event.id, who).await?),
        AnswerState::Declined | AnswerState::Waitlisted | AnswerState::Offered => leave_talk(tx, event, who).await,
    }
}

/// Leaves the conversation unless she comes to another date, or is a host.
pub(super) async fn leave_talk(tx: &Tx, event: &Event, who: TenantId) -> Result<(), AppError> {
    let hers = answers::of_person(tx, event.id, who).await?;
    let comes = hers.iter().any(|a| matches!(a, AnswerState::Going | AnswerState::Maybe));
    if !comes && !event.is_host(who) {
        store::conversations::leave_event(tx, event.id, who).await?;
    }
    Ok(())
}

/// Hosts hear what has become of an answer; that somebody says no only when she was to come, and then not who she is.
async fn tell_hosts(
    app: &App,
    tx: &Tx,
    event: &Event,
    by: TenantId,
    (was, is): (Option<AnswerState>, AnswerState),
) -> Result<(), AppError> {
    let says_no = is == AnswerState::Declined;
    if says_no && was.is_none_or(|was| was == AnswerState::Declined) {
        return Ok(());
    }
    let hosts = event.hosts().filter(|&host| host != by && !app.store.are_apart(host, by));
    // Of all dates together: "3 réponses".
    news::tell(app, tx, hosts, about(event.id), NewsKind::EventAnswer, (!says_no).then_some(by)).await
}

/// Says how many of a line the viewer brings.
///
/// # Errors
/// `line_full`, `event_not_open`, `not_now` unless she goes, `not_found`, `invalid`.
pub async fn bring(
    app: &App,
    viewer: &Viewer,
    id: EventId,
    line: LineId,
    asked: TakeBringLine,
) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let event = open(app, &tx, viewer, id).await?;
    let on = event.open_date(asked.date, now)?;
    let hers = answers::find(&tx, id, on.date, viewer.tenant).await?.map(|f| f.answer.state);
    let (taken, mine) = store::events::bring::taken(&tx, line, on.date, viewer.tenant).await?;
    let taking = event.take_line(line, asked, taken, mine, hers, now)?;
    store::events::bring::put(&tx, line, taking.date, viewer.tenant, taking.count).await?;
    Ok(tx.commit().await?)
}
