//! What an open page hears at once (server-sent events).

use std::convert::Infallible;
use std::sync::Arc;

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::id::MessageId;
use domain::problem::{Problem, ProblemCode};
use futures_util::StreamExt;

use super::extract::Who;
use super::failure::{Always, Failure, SignedInOnly};
use crate::live::Live;

/// The last message that a page has heard of, when it comes back.
fn last_heard(request: &HttpRequest) -> Option<MessageId> {
    request.headers().get("Last-Event-ID")?.to_str().ok()?.trim().parse().ok()
}

/// What happens, as it happens: each `data` is a `Live`. Begins with `unread`; with `Last-Event-ID`, what was written in my conversations since
/// that message follows (up to a hundred messages; a few may come twice).
#[utoipa::path(
    tag = "conversations",
    params(("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that had one")),
    responses((status = 200, description = "Events, until one side hangs up", content_type = "text/event-stream"), SignedInOnly, Always)
)]
#[get("/stream")]
pub async fn stream(live: Data<Live>, who: Who, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let live: Arc<Live> = live.into_inner();
    // Opened first: what is written while it is greeted comes twice rather than never.
    let busy = || Failure::from(Problem { retry_after: Some(5), ..Problem::new(ProblemCode::Unavailable) });
    let mut page = live.open(&who.0).ok_or_else(busy)?;
    page.greet(&who.0, last_heard(&request)).await?;
    let events = page.map(|text| Ok::<_, Infallible>(Bytes::from(text)));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-store, no-transform"))
        // Proxies that collect answers before they hand them on leave this one alone.
        .insert_header((HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")))
        .streaming(events))
}
