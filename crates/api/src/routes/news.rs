//! News: what concerns me, one line for each thing, or date of an event.

use actix_web::{HttpResponse, get, post, web};
use domain::news::{NewsView, ReadNews, Unread};
use domain::page::Page;
use serde::Deserialize;
use uuid::Uuid;

use super::extract::{Body, Query, Who};
use super::failure::{Always, Failure, Readable, SignedInOnly};
use super::offers::limit;
use crate::app::{self, App};

/// Which news to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NewsQuery {
    /// The `next` of the page before.
    after: Option<Uuid>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// What concerns me, newest first: news of 90 days, one line for each thing or date of an event, and conversations that I have not read.
#[utoipa::path(tag = "news", params(NewsQuery), responses((status = 200, body = Page<NewsView>), SignedInOnly, Readable, Always))]
#[get("/news")]
pub async fn list_news(app: web::Data<App>, who: Who, query: Query<NewsQuery>) -> Result<HttpResponse, Failure> {
    let NewsQuery { after, limit: asked } = query.0;
    let page: Page<NewsView> = app.store.news(&who.0, after, limit(asked)?).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(page))
}

/// How much I have not read.
#[utoipa::path(tag = "news", responses((status = 200, body = Unread), SignedInOnly, Always))]
#[get("/news/unread")]
pub async fn get_unread(app: web::Data<App>, who: Who) -> Result<HttpResponse, Failure> {
    let unread = app.store.unread(&who.0).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(unread))
}

/// I have seen these lines, the news of one thing, or all there is. Messages stay unread.
#[utoipa::path(tag = "news", request_body = ReadNews, responses((status = 204, description = "Read"), SignedInOnly, Readable, Always))]
#[post("/news/read")]
pub async fn read_news(app: web::Data<App>, who: Who, body: Body<ReadNews>) -> Result<HttpResponse, Failure> {
    app::news::read(&app, &who.0, &body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
