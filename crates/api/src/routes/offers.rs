//! Offers.

use actix_web::{HttpResponse, delete, get, patch, post, web};
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::id::OfferId;
use domain::offer::{EditOffer, NewOffer, OfferAction, OfferKind, OfferView};
use domain::page::{DEFAULT_LIMIT, MAX_LIMIT, Page};
use domain::problem::{FieldCode, ProblemCode};
use serde::Deserialize;

use super::extract::{Body, IdemKey, IfMatch, Query, Who};
use super::failure::{Always, Failure, Known, Readable, SignedInOnly, Timely, Unchanged};
use crate::app::{self, App};
use crate::store::{self, Viewer, offers::BoardFilter};

/// Which offers to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfferQuery {
    /// How far to look: offers whose author lives within this circle of mine. All that reaches me when absent.
    circle: Option<Circle>,
    /// Given or wanted.
    kind: Option<OfferKind>,
    /// One service, or all of a group.
    category: Option<CategorySlug>,
    /// My own, in whatever state; alone, without the filters above.
    mine: Option<bool>,
    /// The `next` of the page before.
    after: Option<OfferId>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// A limit within its bounds.
pub fn limit(asked: Option<u16>) -> Result<u16, Failure> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        n if (1..=MAX_LIMIT).contains(&n) => Ok(n),
        _ => Err(Failure::field("?limit", FieldCode::OutOfRange)),
    }
}

/// A category and, if it is a group, the services in it.
async fn categories(
    app: &App,
    viewer: &Viewer,
    asked: Option<CategorySlug>,
) -> Result<Option<Vec<CategorySlug>>, Failure> {
    let Some(asked) = asked else { return Ok(None) };
    let tree = store::categories::tree(&*app.store, viewer.office).await?;
    if tree.iter().all(|c| c.slug != asked) {
        return Err(Failure::field("?category", FieldCode::UnknownValue));
    }
    Ok(Some(
        tree.into_iter().filter(|c| c.slug == asked || c.parent.as_ref() == Some(&asked)).map(|c| c.slug).collect(),
    ))
}

async fn one(
    app: &App,
    viewer: &Viewer,
    id: OfferId,
    mut answer: actix_web::HttpResponseBuilder,
) -> Result<HttpResponse, Failure> {
    let (json, version) = app.store.offer_json(viewer, id, app.clock.now()).await?.ok_or(ProblemCode::NotFound)?;
    answer.insert_header(("ETag", format!("\"{version}\""))).insert_header(("Cache-Control", "no-store"));
    Ok(answer.content_type("application/json").body(json))
}

/// What reaches me, newest first.
#[utoipa::path(tag = "offers", params(OfferQuery), responses((status = 200, body = Page<OfferView>), SignedInOnly, Readable, Always))]
#[get("/offers")]
pub async fn list_offers(app: web::Data<App>, who: Who, query: Query<OfferQuery>) -> Result<HttpResponse, Failure> {
    let OfferQuery { circle, kind, category, mine, after, limit: asked } = query.0;
    let limit = limit(asked)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header(("Cache-Control", "no-store"));
    if mine == Some(true) {
        let mut items = app.store.own_offers(&who.0, after, limit).await?;
        let more = items.len() > usize::from(limit);
        items.truncate(usize::from(limit));
        let next = items.last().filter(|_| more).map(|o| o.id.to_string());
        return Ok(answer.json(Page { items, next }));
    }
    let categories = categories(&app, &who.0, category).await?;
    let page = app
        .store
        .offers_json(&who.0, &BoardFilter { circle, kind, categories, before: after }, limit, app.clock.now())
        .await?;
    Ok(answer.content_type("application/json").body(page))
}

/// Posts an offer.
#[utoipa::path(
    tag = "offers",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 100, pattern = "^[!-~]+$", description = "The same key twice makes one offer")),
    request_body = NewOffer,
    responses((status = 201, body = OfferView), SignedInOnly, Readable, Timely, Always)
)]
#[post("/offers")]
pub async fn create_offer(
    app: web::Data<App>,
    who: Who,
    key: IdemKey,
    body: Body<NewOffer>,
) -> Result<HttpResponse, Failure> {
    let id = app::offers::create(&app, &who.0, body.0, key.0.as_ref()).await?;
    one(&app, &who.0, id, HttpResponse::Created()).await
}

/// One offer that reaches me, or my own.
#[utoipa::path(
    tag = "offers",
    params(("id" = OfferId, Path, description = "The offer")),
    responses((status = 200, body = OfferView), SignedInOnly, Known, Always)
)]
#[get("/offers/{id}")]
pub async fn get_offer(app: web::Data<App>, who: Who, id: web::Path<OfferId>) -> Result<HttpResponse, Failure> {
    one(&app, &who.0, *id, HttpResponse::Ok()).await
}

/// Edits my offer.
#[utoipa::path(
    tag = "offers",
    params(("id" = OfferId, Path, description = "The offer"), ("If-Match" = String, Header, pattern = "^\"[1-9][0-9]*\"$", description = "The version that was read")),
    request_body = EditOffer,
    responses((status = 200, body = OfferView), SignedInOnly, Known, Readable, Timely, Unchanged, Always)
)]
#[patch("/offers/{id}")]
pub async fn edit_offer(
    app: web::Data<App>,
    who: Who,
    id: web::Path<OfferId>,
    read: IfMatch,
    body: Body<EditOffer>,
) -> Result<HttpResponse, Failure> {
    app::offers::edit(&app, &who.0, *id, read.0, body.0).await?;
    one(&app, &who.0, *id, HttpResponse::Ok()).await
}

async fn act(app: &App, who: &Who, id: OfferId, action: OfferAction) -> Result<HttpResponse, Failure> {
    app::offers::act(app, &who.0, id, action).await?;
    one(app, &who.0, id, HttpResponse::Ok()).await
}

/// Closes my offer.
#[utoipa::path(
    tag = "offers",
    params(("id" = OfferId, Path, description = "The offer")),
    responses((status = 200, body = OfferView), SignedInOnly, Known, Timely, Always)
)]
#[delete("/offers/{id}")]
pub async fn close_offer(app: web::Data<App>, who: Who, id: web::Path<OfferId>) -> Result<HttpResponse, Failure> {
    act(&app, &who, *id, OfferAction::Close).await
}

/// Takes my offer off the lists for a while.
#[utoipa::path(
    tag = "offers",
    params(("id" = OfferId, Path, description = "The offer")),
    responses((status = 200, body = OfferView), SignedInOnly, Known, Timely, Always)
)]
#[post("/offers/{id}/pause")]
pub async fn pause_offer(app: web::Data<App>, who: Who, id: web::Path<OfferId>) -> Result<HttpResponse, Failure> {
    act(&app, &who, *id, OfferAction::Pause).await
}

/// Brings my offer back to the lists.
#[utoipa::path(
    tag = "offers",
    params(("id" = OfferId, Path, description = "The offer")),
    responses((status = 200, body = OfferView), SignedInOnly, Known, Timely, Always)
)]
#[post("/offers/{id}/resume")]
pub async fn resume_offer(app: web::Data<App>, who: Who, id: web::Path<OfferId>) -> Result<HttpResponse, Failure> {
    act(&app, &who, *id, OfferAction::Resume).await
}

/// Gives my offer 60 more days.
#[utoipa::path(
    tag = "offers",
    params(("id" = OfferId, Path, description = "The offer")),
    responses((status = 200, body = OfferView), SignedInOnly, Known, Timely, Always)
)]
#[post("/offers/{id}/renew")]
pub async fn renew_offer(app: web::Data<App>, who: Who, id: web::Path<OfferId>) -> Result<HttpResponse, Failure> {
    act(&app, &who, *id, OfferAction::Renew).await
}
