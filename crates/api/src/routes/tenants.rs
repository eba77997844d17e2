//! Oneself, and whom one no longer wants to meet.

use actix_web::{HttpResponse, delete, get, patch, put, web};
use domain::id::TenantId;
use domain::page::Page;
use domain::problem::ProblemCode;
use domain::tenant::{BlockView, EditMe, Me};

use super::extract::{Body, IfMatch, Who};
use super::failure::{Always, Failure, Known, Readable, SignedInOnly, Timely, Unchanged};
use crate::app::{self, App};
use crate::store;

fn answer(me: &Me) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("ETag", format!("\"{}\"", me.version)))
        .insert_header(("Cache-Control", "no-store"))
        .json(me)
}

/// Oneself.
#[utoipa::path(tag = "tenants", responses((status = 200, body = Me), SignedInOnly, Always))]
#[get("/tenants/me")]
pub async fn get_me(app: web::Data<App>, who: Who) -> Result<HttpResponse, Failure> {
    let me = app::tenants::me(&app, who.0.tenant).await?.ok_or(ProblemCode::SessionEnded)?;
    Ok(answer(&me))
}

/// Changes first name, mark, language or what I speak.
#[utoipa::path(
    tag = "tenants",
    params(("If-Match" = String, Header, pattern = "^\"[1-9][0-9]*\"$", description = "The version that was read")),
    request_body = EditMe,
    responses((status = 200, body = Me), SignedInOnly, Readable, Timely, Unchanged, Always)
)]
#[patch("/tenants/me")]
pub async fn edit_me(
    app: web::Data<App>,
    who: Who,
    read: IfMatch,
    body: Body<EditMe>,
) -> Result<HttpResponse, Failure> {
    let me = app::tenants::edit(&app, &who.0, read.0, body.0).await?;
    Ok(answer(&me))
}

/// Blocks a neighbour: from now on we no longer meet in lists, counts and rings, what ran between us has ended, and nobody is told.
/// Twice is once.
#[utoipa::path(
    tag = "tenants",
    params(("id" = TenantId, Path, description = "The neighbour")),
    responses((status = 204, description = "We no longer meet"), SignedInOnly, Known, Timely, Always)
)]
#[put("/tenants/{id}/block")]
pub async fn block_neighbour(app: web::Data<App>, who: Who, id: web::Path<TenantId>) -> Result<HttpResponse, Failure> {
    app::blocks::block(&app, &who.0, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a block back. What had ended stays so.
#[utoipa::path(
    tag = "tenants",
    params(("id" = TenantId, Path, description = "The neighbour")),
    responses((status = 204, description = "I no longer block this neighbour"), SignedInOnly, Known, Always)
)]
#[delete("/tenants/{id}/block")]
pub async fn unblock_neighbour(
    app: web::Data<App>,
    who: Who,
    id: web::Path<TenantId>,
) -> Result<HttpResponse, Failure> {
    app::blocks::unblock(&app, &who.0, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whom I have blocked, the last one first: all of them, at most 1,000.
#[utoipa::path(tag = "tenants", responses((status = 200, body = Page<BlockView>), SignedInOnly, Always))]
#[get("/tenants/me/blocks")]
pub async fn list_blocks(app: web::Data<App>, who: Who) -> Result<HttpResponse, Failure> {
    let items = store::blocks::list(&*app.store, &who.0).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(Page { items, next: None }))
}
