//! Calendars for other programs: one event as a file, and what can be subscribed to.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, delete, get, put, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::calendar::{CalendarKind, CalendarView};
use domain::id::EventId;
use domain::page::Page;
use domain::problem::ProblemCode;

use super::extract::{Caller, Who};
use super::failure::{Always, Failure, Known, Limited, SignedInOnly, Timely};
use crate::app::{self, App};
use crate::keys::sha256;

const TYPE: &str = "text/calendar; charset=utf-8";

/// One event as a file for a calendar (iCalendar, RFC 5545). It names no person.
#[utoipa::path(
    tag = "events",
    params(("id" = EventId, Path, description = "The event")),
    responses((status = 200, description = "The event", content_type = "text/calendar"), SignedInOnly, Known, Always)
)]
#[get("/events/{id}.ics")]
pub async fn get_event_ics(app: web::Data<App>, who: Who, id: web::Path<EventId>) -> Result<HttpResponse, Failure> {
    let file = app::calendars::event(&app, &who.0, *id).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"rendez-vous.ics\""));
    Ok(answer.content_type(TYPE).body(file))
}

/// My calendars that can be subscribed to, and their addresses.
#[utoipa::path(tag = "events", responses((status = 200, body = Page<CalendarView>), SignedInOnly, Always))]
#[get("/calendars")]
pub async fn list_calendars(app: web::Data<App>, who: Who) -> Result<web::Json<Page<CalendarView>>, Failure> {
    Ok(web::Json(Page { items: app::calendars::list(&app, &who.0).await?, next: None }))
}

fn kind(word: &str) -> Result<CalendarKind, Failure> {
    CalendarKind::from_word(word).ok_or_else(|| ProblemCode::NotFound.into())
}

/// Gives one of my calendars an address, or another one: the one before leads nowhere from now on.
#[utoipa::path(
    tag = "events",
    params(("kind" = CalendarKind, Path, description = "Which")),
    responses((status = 200, body = CalendarView), SignedInOnly, Known, Timely, Always)
)]
#[put("/calendars/{kind}")]
pub async fn renew_calendar(
    app: web::Data<App>,
    who: Who,
    word: web::Path<String>,
) -> Result<web::Json<CalendarView>, Failure> {
    Ok(web::Json(app::calendars::renew(&app, &who.0, kind(&word)?).await?))
}

/// Takes the address of one of my calendars away.
#[utoipa::path(
    tag = "events",
    params(("kind" = CalendarKind, Path, description = "Which")),
    responses((status = 204), SignedInOnly, Known, Always)
)]
#[delete("/calendars/{kind}")]
pub async fn close_calendar(app: web::Data<App>, who: Who, word: web::Path<String>) -> Result<HttpResponse, Failure> {
    app::calendars::close(&app, &who.0, kind(&word)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A calendar by its secret: whoever has the address reads it, and learns no name from it.
#[utoipa::path(
    tag = "events",
    security(()),
    params(("secret" = String, Path, pattern = "^[A-Za-z0-9_-]{22,64}$", description = "The secret in its address")),
    responses(
        (status = 200, description = "The calendar", content_type = "text/calendar"),
        (status = 304, description = "The one that `If-None-Match` names"),
        Known, Limited, Always
    )
)]
#[get("/calendars/{secret}.ics")]
pub async fn get_calendar(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    secret: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let file = app::calendars::read(&app, &secret, &caller.address).await?;
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&sha256(file.as_bytes())[..18]));
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::ETAG, tag.clone()))
        .insert_header((header::CACHE_CONTROL, "private, max-age=300"))
        .insert_header(("X-Robots-Tag", "noindex"));
    let held = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|v| v.to_str().ok());
    if held.flat_map(|v| v.split(',')).any(|held| held.trim().trim_start_matches("W/") == tag) {
        return Ok(answer.status(StatusCode::NOT_MODIFIED).finish());
    }
    Ok(answer.content_type(TYPE).body(file))
}
