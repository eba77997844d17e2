//! Barters and their legs. Every action answers with the whole barter as it now stands.

use actix_web::{HttpResponse, get, post, web};
use chrono::DateTime;
use domain::Timestamp;
use domain::barter::{BarterAction, BarterPart, BarterView, Consent, CounterOffer, NewBarter};
use domain::id::{BarterId, LegId};
use domain::leg::{Appointment, LegAction};
use domain::page::Page;
use domain::problem::{FieldCode, ProblemCode};
use serde::Deserialize;
use uuid::Uuid;

use super::extract::{Body, IdemKey, Query, Who};
use super::failure::{Always, Failure, Known, Readable, SignedInOnly, Timely};
use super::offers::limit;
use crate::app::{self, App};
use crate::store;

/// Which barters to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BarterQuery {
    /// What needs me, what runs, what is over; all when absent.
    part: Option<BarterPart>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// Where a page ended: milliseconds and id.
pub(super) fn cursor(text: &str) -> Option<(Timestamp, Uuid)> {
    let (millis, id) = text.split_once('_')?;
    Some((DateTime::from_timestamp_millis(millis.parse().ok()?)?, id.parse().ok()?))
}

async fn one(
    app: &App,
    who: &Who,
    id: BarterId,
    mut answer: actix_web::HttpResponseBuilder,
) -> Result<HttpResponse, Failure> {
    let barter = store::barters::find(&*app.store, &who.0, id).await?.ok_or(ProblemCode::NotFound)?;
    Ok(answer.insert_header(("Cache-Control", "no-store")).json(barter))
}

/// My barters, the last changed first.
#[utoipa::path(tag = "barters", params(BarterQuery), responses((status = 200, body = Page<BarterView>), SignedInOnly, Readable, Always))]
#[get("/barters")]
pub async fn list_barters(app: web::Data<App>, who: Who, query: Query<BarterQuery>) -> Result<HttpResponse, Failure> {
    let BarterQuery { part, after, limit: asked } = query.0;
    let limit = limit(asked)?;
    let before = after.map(|a| cursor(&a).ok_or_else(|| Failure::field("?after", FieldCode::WrongForm))).transpose()?;
    let before = before.map(|(at, id)| (at, BarterId(id)));
    let mut items = store::barters::list(&*app.store, &who.0, part, before, limit).await?;
    let more = items.len() > usize::from(limit);
    items.truncate(usize::from(limit));
    let next = items.last().filter(|_| more).map(|b| format!("{}_{}", b.updated_at.timestamp_millis(), b.id));
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(Page { items, next }))
}

/// Proposes a barter.
#[utoipa::path(
    tag = "barters",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 100, pattern = "^[!-~]+$", description = "The same key twice makes one barter")),
    request_body = NewBarter,
    responses((status = 201, body = BarterView), SignedInOnly, Known, Readable, Timely, Always)
)]
#[post("/barters")]
pub async fn propose_barter(
    app: web::Data<App>,
    who: Who,
    key: IdemKey,
    body: Body<NewBarter>,
) -> Result<HttpResponse, Failure> {
    let id = app::barters::propose(&app, &who.0, body.0, key.0.as_ref()).await?;
    one(&app, &who, id, HttpResponse::Created()).await
}

/// One of my barters.
#[utoipa::path(
    tag = "barters",
    params(("id" = BarterId, Path, description = "The barter")),
    responses((status = 200, body = BarterView), SignedInOnly, Known, Always)
)]
#[get("/barters/{id}")]
pub async fn get_barter(app: web::Data<App>, who: Who, id: web::Path<BarterId>) -> Result<HttpResponse, Failure> {
    one(&app, &who, *id, HttpResponse::Ok()).await
}

async fn act(app: &App, who: &Who, id: BarterId, action: BarterAction) -> Result<HttpResponse, Failure> {
    app::barters::act(app, &who.0, id, action).await?;
    one(app, who, id, HttpResponse::Ok()).await
}

/// Consents to exactly one version of the terms.
#[utoipa::path(
    tag = "barters",
    params(("id" = BarterId, Path, description = "The barter")),
    request_body = Consent,
    responses((status = 200, body = BarterView), SignedInOnly, Known, Readable, Timely, Always)
)]
#[post("/barters/{id}/consent")]
pub async fn consent_to_barter(
    app: web::Data<App>,
    who: Who,
    id: web::Path<BarterId>,
    body: Body<Consent>,
) -> Result<HttpResponse, Failure> {
    act(&app, &who, *id, BarterAction::Consent { version: body.0.version }).await
}

/// Writes the next version of the terms.
#[utoipa::path(
    tag = "barters",
    params(("id" = BarterId, Path, description = "The barter")),
    request_body = CounterOffer,
    responses((status = 200, body = BarterView), SignedInOnly, Known, Readable, Timely, Always)
)]
#[post("/barters/{id}/counter")]
pub async fn counter_barter(
    app: web::Data<App>,
    who: Who,
    id: web::Path<BarterId>,
    body: Body<CounterOffer>,
) -> Result<HttpResponse, Failure> {
    app::barters::counter(&app, &who.0, *id, body.0).await?;
    one(&app, &who, *id, HttpResponse::Ok()).await
}

/// Actions on a barter that need no more words.
macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident $path:literal => $action:expr),+ $(,)?) => {$(
        $(#[$doc])*
        #[utoipa::path(
            tag = "barters",
            params(("id" = BarterId, Path, description = "The barter")),
            responses((status = 200, body = BarterView), SignedInOnly, Known, Timely, Always)
        )]
        #[post($path)]
        pub async fn $name(app: web::Data<App>, who: Who, id: web::Path<BarterId>) -> Result<HttpResponse, Failure> {
            act(&app, &who, *id, $action).await
        }
    )+};
}

verbs! {
    /// Says no to a proposal.
    decline_barter "/barters/{id}/decline" => BarterAction::Decline,
    /// Takes my own proposal back.
    withdraw_barter "/barters/{id}/withdraw" => BarterAction::Withdraw,
    /// Ends what was agreed; open legs are waived.
    dissolve_barter "/barters/{id}/dissolve" => BarterAction::Dissolve,
}

/// Fixes day and place of a leg, or changes them.
#[utoipa::path(
    tag = "barters",
    params(("id" = BarterId, Path, description = "The barter"), ("leg" = LegId, Path, description = "The leg")),
    request_body = Appointment,
    responses((status = 200, body = BarterView), SignedInOnly, Known, Readable, Timely, Always)
)]
#[post("/barters/{id}/legs/{leg}/schedule")]
pub async fn schedule_leg(
    app: web::Data<App>,
    who: Who,
    ids: web::Path<(BarterId, LegId)>,
    body: Body<Appointment>,
) -> Result<HttpResponse, Failure> {
    let (id, leg) = *ids;
    act(&app, &who, id, BarterAction::Leg(leg, LegAction::Schedule(body.0))).await
}

/// Actions on a leg that need no more words.
macro_rules! leg_verbs {
    ($($(#[$doc:meta])* $name:ident $path:literal => $action:expr),+ $(,)?) => {$(
        $(#[$doc])*
        #[utoipa::path(
            tag = "barters",
            params(("id" = BarterId, Path, description = "The barter"), ("leg" = LegId, Path, description = "The leg")),
            responses((status = 200, body = BarterView), SignedInOnly, Known, Timely, Always)
        )]
        #[post($path)]
        pub async fn $name(app: web::Data<App>, who: Who, ids: web::Path<(BarterId, LegId)>) -> Result<HttpResponse, Failure> {
            let (id, leg) = *ids;
            act(&app, &who, id, BarterAction::Leg(leg, $action)).await
        }
    )+};
}

leg_verbs! {
    /// Confirms that the two have met.
    meet_for_leg "/barters/{id}/legs/{leg}/met" => LegAction::Met,
    /// Says that it is done.
    finish_leg "/barters/{id}/legs/{leg}/done" => LegAction::Done,
    /// Confirms that it is done.
    confirm_leg "/barters/{id}/legs/{leg}/confirm" => LegAction::Confirm,
    /// The receiver forgives it.
    waive_leg "/barters/{id}/legs/{leg}/waive" => LegAction::Waive,
    /// Says that it is not done.
    dispute_leg "/barters/{id}/legs/{leg}/dispute" => LegAction::Dispute,
    /// Says that it is sorted out.
    settle_leg "/barters/{id}/legs/{leg}/settle" => LegAction::Settle,
}
