//! Oneself.

use actix_web::{HttpResponse, get, patch, web};
use domain::problem::ProblemCode;
use domain::tenant::{EditMe, Me};

use super::extract::{Body, IfMatch, Who};
use super::failure::{Always, Failure, Readable, SignedInOnly, Timely, Unchanged};
use crate::app::{self, App};

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

/// Changes first name, mark or language.
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
