//! One's own data: what is kept, all of it to take along, leaving, the receipt.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::TenantId;
use domain::leaving::{Leave, Leaving, Neighbour, ReceiptToken, ReceiptView};
use domain::own_data::Transparency;
use domain::problem::ProblemCode;

use super::cookies;
use super::extract::{Body, Who};
use super::failure::{Always, Failure, Known, Left, Limited, Readable, SignedInOnly, Timely};
use crate::app::{self, App};

/// What is kept about oneself, what the office sees of it, and what it did.
#[utoipa::path(tag = "tenants", responses((status = 200, body = Transparency), SignedInOnly, Always))]
#[get("/tenants/me/transparency")]
pub async fn get_transparency(app: web::Data<App>, who: Who) -> Result<web::Json<Transparency>, Failure> {
    Ok(web::Json(app::own_data::transparency(&app, &who.0).await?))
}

/// All about oneself, as a ZIP: `index.html` to read, `data.json` and its JSON Schema for programs, the photos of one's notices.
#[utoipa::path(
    tag = "tenants",
    responses((status = 200, description = "The archive", content_type = "application/zip"), SignedInOnly, Limited, Always)
)]
#[get("/tenants/me/export")]
pub async fn export_me(app: web::Data<App>, who: Who) -> Result<HttpResponse, Failure> {
    let export = app::own_data::export(&app, &who.0).await?;
    let photos: Vec<_> = export.notices.iter().filter_map(|n| Some((n.id, n.photo?.id))).collect();
    let packed = web::block(move || app::export::Archive::begin(&export)).await;
    let mut archive = packed.map_err(|_| ProblemCode::Unavailable)??;
    app::photos::take_along(&app, &photos, &mut archive).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header(("Content-Disposition", "attachment; filename=\"de-toit-a-toit.zip\""))
        .body(archive.finish()?))
}

/// Leaves for good: at once, or after a pause of seven days that signing in stops. Signs out everywhere.
#[utoipa::path(
    tag = "tenants",
    request_body = Leave,
    responses((status = 202, description = "It will be done; the receipt tells how far it is", body = Leaving), SignedInOnly, Readable, Timely, Limited, Always)
)]
#[post("/tenants/me/leave")]
pub async fn leave(
    request: HttpRequest,
    app: web::Data<App>,
    who: Who,
    body: Body<Leave>,
) -> Result<HttpResponse, Failure> {
    let leaving = app::leaving::leave(&app, &who.0, body.0).await?;
    let mut answer = HttpResponse::Accepted();
    cookies::forget(&request, &mut answer);
    Ok(answer.json(leaving))
}

/// A neighbour of whom the viewer may know: one of her offers reaches the viewer, or they have an exchange together.
#[utoipa::path(
    tag = "tenants",
    params(("id" = TenantId, Path, description = "The neighbour")),
    responses((status = 200, body = Neighbour), SignedInOnly, Known, Left, Always)
)]
#[get("/tenants/{id}")]
pub async fn get_neighbour(
    app: web::Data<App>,
    who: Who,
    id: web::Path<TenantId>,
) -> Result<web::Json<Neighbour>, Failure> {
    Ok(web::Json(app::leaving::neighbour(&app, &who.0, *id).await?))
}

/// How far an erasure is, and its receipt. Whoever has the token may read it: it holds nothing about a person.
#[utoipa::path(
    tag = "tenants",
    security(()),
    params(("token" = ReceiptToken, Path, description = "The token that was sent with `leave`")),
    responses((status = 200, body = ReceiptView), Known, Always)
)]
#[get("/receipts/{token}")]
pub async fn get_receipt(app: web::Data<App>, token: web::Path<String>) -> Result<web::Json<ReceiptView>, Failure> {
    let token = ReceiptToken::parse(token.into_inner()).map_err(|_| ProblemCode::NotFound)?;
    Ok(web::Json(app::leaving::receipt(&app, &token).await?))
}
