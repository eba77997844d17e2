//! Events: what hosts do, what people answer.

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, delete, get, patch, post, put, web};
use chrono::{NaiveDate, NaiveTime};
use domain::event::{
    AttendeeView, EditEvent, EventDay, EventSummary, EventView, MAX_AGENDA_DAYS, NewAnswer, NewEvent, OfDate,
    TakeBringLine,
};
use domain::id::{EventId, LineId, TenantId};
use domain::moment::{LocalTime, in_paris};
use domain::page::Page;
use domain::problem::{FieldCode, ProblemCode};
use serde::Deserialize;

use super::extract::{Body, IdemKey, IfMatch, Query, Who};
use super::failure::{Always, Failure, Known, Readable, SignedInOnly, Timely, Unchanged};
use super::offers::limit;
use crate::app::{self, App};
use crate::store::Viewer;
use crate::store::events::{AttendeesAfter, Span, parse_cursor};

/// Which dates to list. What begins on one day and is over within 24 hours is on that day alone, but for what goes on just now: that is on
/// this day, too.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// From this day on; today when absent. What reaches me is shown from today on at the earliest.
    from: Option<NaiveDate>,
    /// Until this day, itself included.
    to: Option<NaiveDate>,
    /// Only those that I host, my drafts among them, and those that I have answered without declining.
    mine: Option<bool>,
    /// The `next` of the page before.
    #[param(max_length = 100)]
    after: Option<String>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// Which days to count.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventDayQuery {
    /// From this day on.
    from: NaiveDate,
    /// Until this day, itself included; 62 days at most.
    to: NaiveDate,
    /// Only what I host, my drafts among it, and what I have answered without declining.
    mine: Option<bool>,
}

/// At which of its dates to open an event.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DateQuery {
    /// The day on which that date begins; the next one when absent, or when it has no such date.
    date: Option<NaiveDate>,
}

/// Which answers to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AttendeeQuery {
    /// The day on which that date begins. Needed when the event repeats.
    date: Option<NaiveDate>,
    /// The `next` of the page before.
    #[param(max_length = 100)]
    after: Option<String>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// An event to whoever has just done something with it.
async fn one(
    app: &App,
    viewer: &Viewer,
    id: EventId,
    date: Option<NaiveDate>,
    answer: HttpResponseBuilder,
) -> Result<HttpResponse, Failure> {
    let event = app.store.event_after(viewer, id, date, app.clock.now()).await?;
    Ok(shown(&event.ok_or(ProblemCode::NotFound)?, answer))
}

fn shown(event: &EventView, mut answer: HttpResponseBuilder) -> HttpResponse {
    answer.insert_header((header::ETAG, format!("\"{}\"", event.version)));
    answer.json(event)
}

/// The beginning of a day in Paris.
fn morning(day: NaiveDate, parameter: &str) -> Result<domain::Timestamp, Failure> {
    let midnight = LocalTime::parse(day.and_time(NaiveTime::MIN));
    midnight.map(LocalTime::instant).map_err(|code| Failure::field(parameter, code))
}

/// The dates of events that reach me, the soonest first; or those of my own events and answers.
#[utoipa::path(tag = "events", params(EventQuery), responses((status = 200, body = Page<EventSummary>), SignedInOnly, Readable, Always))]
#[get("/events")]
pub async fn list_events(
    app: web::Data<App>,
    who: Who,
    query: Query<EventQuery>,
) -> Result<web::Json<Page<EventSummary>>, Failure> {
    let EventQuery { from, to, mine, after, limit: wanted } = query.0;
    let limit = limit(wanted)?;
    let now = app.clock.now();
    let today = in_paris(now).date();
    let no_cursor = || Failure::field("?after", FieldCode::WrongForm);
    let after = after.map(|text| parse_cursor(&text).ok_or_else(no_cursor)).transpose()?;
    let end = to.map(|day| day.succ_opt().ok_or_else(|| Failure::field("?to", FieldCode::OutOfRange))).transpose()?;
    let to = end.map(|day| morning(day, "?to")).transpose()?;
    if mine == Some(true) {
        let span = Span { from: morning(from.unwrap_or(today), "?from")?, to };
        return Ok(web::Json(app.store.own_agenda(&who.0, span, from.is_none(), after, limit, now).await?));
    }
    let span = Span { from: morning(from.unwrap_or(today).max(today), "?from")?, to };
    Ok(web::Json(app.store.agenda(&who.0, span, after, limit, now).await?))
}

/// The days on which something is, each with how many dates `GET /events` lists from that day until that day.
#[utoipa::path(tag = "events", params(EventDayQuery), responses((status = 200, body = Page<EventDay>), SignedInOnly, Readable, Always))]
#[get("/events/days")]
pub async fn list_event_days(
    app: web::Data<App>,
    who: Who,
    query: Query<EventDayQuery>,
) -> Result<web::Json<Page<EventDay>>, Failure> {
    let EventDayQuery { from, to, mine } = query.0;
    if to < from || (to - from).num_days() >= MAX_AGENDA_DAYS {
        return Err(Failure::field("?to", FieldCode::OutOfRange));
    }
    morning(from, "?from")?;
    let end = to.succ_opt().ok_or_else(|| Failure::field("?to", FieldCode::OutOfRange))?;
    let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
    let mornings = days.iter().copied().chain([end]).map(|day| morning(day, "?to")).collect::<Result<Vec<_>, _>>()?;
    let now = app.clock.now();
    let counts = if mine == Some(true) {
        app.store.own_days(&who.0, &mornings, now).await?
    } else {
        app.store.agenda_days(&who.0, &mornings, morning(in_paris(now).date(), "?from")?, now)
    };
    let items = days.into_iter().zip(counts).filter(|(_, count)| *count > 0);
    Ok(web::Json(Page { items: items.map(|(day, count)| EventDay { day, count }).collect(), next: None }))
}

/// Makes an event: for all whom it reaches, or as a draft.
#[utoipa::path(
    tag = "events",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 100, pattern = "^[!-~]+$", description = "The same key twice makes one event")),
    request_body = NewEvent,
    responses((status = 201, body = EventView), SignedInOnly, Readable, Timely, Always)
)]
#[post("/events")]
pub async fn create_event(
    app: web::Data<App>,
    who: Who,
    key: IdemKey,
    body: Body<NewEvent>,
) -> Result<HttpResponse, Failure> {
    let id = app::events::create(&app, &who.0, body.0, key.0.as_ref()).await?;
    one(&app, &who.0, id, None, HttpResponse::Created()).await
}

/// One event that reaches me, that I host, or that I have answered; opened at one of its dates.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "The event"), DateQuery),
    responses((status = 200, body = EventView), SignedInOnly, Known, Readable, Always)
)]
#[get("/events/{id}")]
pub async fn get_event(
    app: web::Data<App>,
    who: Who,
    id: web::Path<EventId>,
    query: Query<DateQuery>,
) -> Result<HttpResponse, Failure> {
    let event = app.store.event(&who.0, *id, query.0.date, app.clock.now()).await?.ok_or(ProblemCode::NotFound)?;
    Ok(shown(&event, HttpResponse::Ok()))
}

/// Edits an event that I host. A postponed one with a new start is published again.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "The event"), ("If-Match" = String, Header, pattern = "^\"[1-9][0-9]*\"$", description = "The version that was read")),
    request_body = EditEvent,
    responses((status = 200, body = EventView), SignedInOnly, Known, Readable, Timely, Unchanged, Always)
)]
#[patch("/events/{id}")]
pub async fn edit_event(
    app: web::Data<App>,
    who: Who,
    id: web::Path<EventId>,
    read: IfMatch,
    body: Body<EditEvent>,
) -> Result<HttpResponse, Failure> {
    app::events::edit(&app, &who.0, *id, read.0, body.0).await?;
    one(&app, &who.0, *id, None, HttpResponse::Ok()).await
}

/// Forgets my draft.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "My draft")),
    responses((status = 204), SignedInOnly, Known, Timely, Always)
)]
#[delete("/events/{id}")]
pub async fn delete_event(app: web::Data<App>, who: Who, id: web::Path<EventId>) -> Result<HttpResponse, Failure> {
    app::events::delete(&app, &who.0, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Shows a draft to all whom it reaches.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "The draft")),
    responses((status = 200, body = EventView), SignedInOnly, Known, Timely, Always)
)]
#[post("/events/{id}/publish")]
pub async fn publish_event(app: web::Data<App>, who: Who, id: web::Path<EventId>) -> Result<HttpResponse, Failure> {
    app::events::publish(&app, &who.0, *id).await?;
    one(&app, &who.0, *id, None, HttpResponse::Ok()).await
}

/// Takes an event off its dates; all who come are told. A new start is said by an edit.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "The event")),
    responses((status = 200, body = EventView), SignedInOnly, Known, Timely, Always)
)]
#[post("/events/{id}/postpone")]
pub async fn postpone_event(app: web::Data<App>, who: Who, id: web::Path<EventId>) -> Result<HttpResponse, Failure> {
    app::events::postpone(&app, &who.0, *id).await?;
    one(&app, &who.0, *id, None, HttpResponse::Ok()).await
}

/// Cancels an event, or one of its dates; all who come are told.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "The event")),
    request_body = OfDate,
    responses((status = 200, body = EventView), SignedInOnly, Known, Readable, Timely, Always)
)]
#[post("/events/{id}/cancel")]
pub async fn cancel_event(
    app: web::Data<App>,
    who: Who,
    id: web::Path<EventId>,
    body: Body<OfDate>,
) -> Result<HttpResponse, Failure> {
    app::events::cancel(&app, &who.0, *id, body.0.date).await?;
    one(&app, &who.0, *id, body.0.date, HttpResponse::Ok()).await
}

/// Answers to an event, or answers anew. Whether "going" means a place or the waiting list, the answer says.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "The event")),
    request_body = NewAnswer,
    responses((status = 200, body = EventView), SignedInOnly, Known, Readable, Timely, Always)
)]
#[put("/events/{id}/answer")]
pub async fn answer_event(
    app: web::Data<App>,
    who: Who,
    id: web::Path<EventId>,
    body: Body<NewAnswer>,
) -> Result<HttpResponse, Failure> {
    app::events::answers::answer(&app, &who.0, *id, body.0).await?;
    one(&app, &who.0, *id, body.0.date, HttpResponse::Ok()).await
}

/// Says how many of a line I bring.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "The event"), ("line" = LineId, Path, description = "The line")),
    request_body = TakeBringLine,
    responses((status = 200, body = EventView), SignedInOnly, Known, Readable, Timely, Always)
)]
#[put("/events/{id}/bring/{line}")]
pub async fn bring_to_event(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(EventId, LineId)>,
    body: Body<TakeBringLine>,
) -> Result<HttpResponse, Failure> {
    let (id, line) = *path;
    app::events::answers::bring(&app, &who.0, id, line, body.0).await?;
    one(&app, &who.0, id, body.0.date, HttpResponse::Ok()).await
}

/// Who comes to a date: for hosts all who may come, for those who go who else does.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "The event"), AttendeeQuery),
    responses((status = 200, body = Page<AttendeeView>), SignedInOnly, Known, Readable, Always)
)]
#[get("/events/{id}/attendees")]
pub async fn list_attendees(
    app: web::Data<App>,
    who: Who,
    id: web::Path<EventId>,
    query: Query<AttendeeQuery>,
) -> Result<web::Json<Page<AttendeeView>>, Failure> {
    let AttendeeQuery { date, after, limit: wanted } = query.0;
    let limit = limit(wanted)?;
    let no_cursor = || Failure::field("?after", FieldCode::WrongForm);
    let after = after.map(|text| AttendeesAfter::parse(&text).ok_or_else(no_cursor)).transpose()?;
    Ok(web::Json(app::events::read::attendees(&app, &who.0, *id, date, after, limit).await?))
}

/// Names somebody who goes as a host, too; five at most beside the author.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "My event"), ("tenant" = TenantId, Path, description = "Who")),
    responses((status = 200, body = EventView), SignedInOnly, Known, Timely, Always)
)]
#[put("/events/{id}/hosts/{tenant}")]
pub async fn add_event_host(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(EventId, TenantId)>,
) -> Result<HttpResponse, Failure> {
    let (id, host) = *path;
    app::events::add_host(&app, &who.0, id, host).await?;
    one(&app, &who.0, id, None, HttpResponse::Ok()).await
}

/// Takes a co-host off, or steps down.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "The event"), ("tenant" = TenantId, Path, description = "Who")),
    responses((status = 200, body = EventView), SignedInOnly, Known, Timely, Always)
)]
#[delete("/events/{id}/hosts/{tenant}")]
pub async fn remove_event_host(
    app: web::Data<App>,
    who: Who,
    path: web::Path<(EventId, TenantId)>,
) -> Result<HttpResponse, Failure> {
    let (id, host) = *path;
    app::events::remove_host(&app, &who.0, id, host).await?;
    one(&app, &who.0, id, None, HttpResponse::Ok()).await
}
