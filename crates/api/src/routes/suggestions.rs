//! Suggestions: who can help with a post, and rings of three or four.

use actix_web::{HttpResponse, get, web};
use domain::id::OfferId;
use domain::page::Page;
use domain::problem::FieldCode;
use domain::suggestion::{MatchView, RingView};
use serde::{Deserialize, Serialize};

use super::extract::{Query, Who};
use super::failure::{Always, Failure, Known, Readable, SignedInOnly};
use crate::app::{self, App};

const MATCHES: u8 = 10;
const MAX_MATCHES: u8 = 50;
const RINGS: u8 = 5;
const MAX_RINGS: u8 = 20;

/// How many neighbours to suggest.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatchQuery {
    /// How many, 1 to 50; 10 when absent.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<u8>,
}

/// Which rings to suggest.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RingQuery {
    /// Only those through this post of mine; through all my posts when absent.
    offer: Option<OfferId>,
    /// How many, 1 to 20; 5 when absent.
    #[param(minimum = 1, maximum = 20)]
    limit: Option<u8>,
}

fn limit(asked: Option<u8>, usual: u8, most: u8) -> Result<usize, Failure> {
    match asked.unwrap_or(usual) {
        n if (1..=most).contains(&n) => Ok(usize::from(n)),
        _ => Err(Failure::field("?limit", FieldCode::OutOfRange)),
    }
}

fn whole<T: Serialize>(items: Vec<T>) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(Page { items, next: None })
}

/// Neighbours who can help with my post, or whom I can help, the best first: one suggestion for each.
#[utoipa::path(
    tag = "suggestions",
    params(("id" = OfferId, Path, description = "My post"), MatchQuery),
    responses((status = 200, body = Page<MatchView>), SignedInOnly, Known, Readable, Always)
)]
#[get("/offers/{id}/matches")]
pub async fn list_matches(
    app: web::Data<App>,
    who: Who,
    id: web::Path<OfferId>,
    query: Query<MatchQuery>,
) -> Result<HttpResponse, Failure> {
    let limit = limit(query.0.limit, MATCHES, MAX_MATCHES)?;
    Ok(whole(app::suggestions::matches(&app, &who.0, *id, limit).await?))
}

/// Rings of three or four neighbours in which I can stand, the best first.
#[utoipa::path(
    tag = "suggestions",
    params(RingQuery),
    responses((status = 200, body = Page<RingView>), SignedInOnly, Known, Readable, Always)
)]
#[get("/rings")]
pub async fn list_rings(app: web::Data<App>, who: Who, query: Query<RingQuery>) -> Result<HttpResponse, Failure> {
    let limit = limit(query.0.limit, RINGS, MAX_RINGS)?;
    Ok(whole(app::suggestions::list_rings(&app, &who.0, query.0.offer, limit).await?))
}
