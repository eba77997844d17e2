//! The square and the search: what is new around, and what has certain words.

use actix_web::{HttpResponse, get, web};
use domain::circle::Circle;
use domain::page::Page;
use domain::problem::FieldCode;
use domain::square::{PostKind, PostView};
use serde::Deserialize;
use uuid::Uuid;

use super::extract::{Query, Who};
use super::failure::{Always, Failure, Readable, SignedInOnly};
use super::offers::limit;
use crate::app::App;
use crate::search::Rank;
use crate::store::square::SquareFilter;

/// The most characters that are looked for.
const MOST_CHARACTERS: usize = 200;

/// Which posts of the square to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SquareQuery {
    /// How far to look: posts whose author lives within this circle of mine. All that reaches me when absent.
    circle: Option<Circle>,
    /// Only these.
    kind: Option<PostKind>,
    /// Only those with these words: everything in it is text.
    #[param(min_length = 1, max_length = 200)]
    q: Option<String>,
    /// The `next` of the page before.
    after: Option<Uuid>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// What to look for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// How far to look, as on the square.
    circle: Option<Circle>,
    /// Only these.
    kind: Option<PostKind>,
    /// The words: everything in it is text.
    #[param(min_length = 1, max_length = 200)]
    q: String,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

fn words(typed: &str) -> Result<&str, Failure> {
    if typed.is_empty() {
        return Err(Failure::field("?q", FieldCode::Required));
    }
    if typed.chars().nth(MOST_CHARACTERS).is_some() {
        return Err(Failure::field("?q", FieldCode::TooLong));
    }
    Ok(typed)
}

fn page(json: String) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).content_type("application/json").body(json)
}

/// What is new around me: offers, notices and events, newest first.
#[utoipa::path(tag = "square", params(SquareQuery), responses((status = 200, body = Page<PostView>), SignedInOnly, Readable, Always))]
#[get("/square")]
pub async fn get_square(app: web::Data<App>, who: Who, query: Query<SquareQuery>) -> Result<HttpResponse, Failure> {
    let SquareQuery { circle, kind, q, after, limit: asked } = query.0;
    let limit = limit(asked)?;
    let words = q.as_deref().map(words).transpose()?;
    let filter = SquareFilter { circle, kind };
    Ok(page(app.store.square_json(&who.0, filter, words, after, limit, app.clock.now()).await?))
}

/// What I may see with these words, the best first.
#[utoipa::path(tag = "square", params(SearchQuery), responses((status = 200, body = Page<PostView>), SignedInOnly, Readable, Always))]
#[get("/search")]
pub async fn search(app: web::Data<App>, who: Who, query: Query<SearchQuery>) -> Result<HttpResponse, Failure> {
    let SearchQuery { circle, kind, q, after, limit: asked } = query.0;
    let limit = limit(asked)?;
    let words = words(&q)?;
    let wrong = || Failure::field("?after", FieldCode::WrongForm);
    let after = after.map(|a| Rank::parse(&a).ok_or_else(wrong)).transpose()?;
    let filter = SquareFilter { circle, kind };
    Ok(page(app.store.search_json(&who.0, filter, words, after, limit, app.clock.now()).await?))
}
