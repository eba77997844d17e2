//! Joining, signing in and out.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use domain::id::SessionId;
use domain::page::Page;
use domain::problem::ProblemCode;
use domain::session::{Refresh, SessionView, SignIn, SignedIn};
use domain::tenant::{Join, JoinCheck, JoinPlace};

use super::cookies;
use super::extract::{Body, Caller, IdemKey, Who, is_browser};
use super::failure::{Always, Failure, Known, Limited, Readable, SignedInOnly, Timely};
use crate::app::{self, App};
use crate::store;

/// What a join code opens.
#[utoipa::path(tag = "session", security(()), request_body = JoinCheck, responses((status = 200, body = JoinPlace), Readable, Limited, Always))]
#[post("/join/check")]
pub async fn check_join_code(
    app: web::Data<App>,
    caller: Caller,
    body: Body<JoinCheck>,
) -> Result<HttpResponse, Failure> {
    let place = app::tenants::check_join_code(&app, &body.0.code, &caller.address).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(place))
}

/// Becomes a tenant and signs in.
#[utoipa::path(
    tag = "session",
    security(()),
    params(("Idempotency-Key" = Option<String>, Header, max_length = 100, pattern = "^[!-~]+$", description = "The same key twice takes one seat")),
    request_body = Join,
    responses((status = 201, body = SignedIn), Readable, Timely, Limited, Always)
)]
#[post("/join")]
pub async fn join(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    key: IdemKey,
    body: Body<Join>,
) -> Result<HttpResponse, Failure> {
    let signed_in = app::tenants::join(&app, &body.0, key.0.as_ref(), &caller.address, caller.device).await?;
    Ok(cookies::hand_over(&request, signed_in, HttpResponse::Created()))
}

/// Signs in.
#[utoipa::path(
    tag = "session",
    security(()),
    request_body = SignIn,
    responses((status = 200, body = SignedIn), (status = 401, description = "Name and password do not go together", body = domain::problem::Problem, content_type = "application/problem+json"), Readable, Limited, Always)
)]
#[post("/session")]
pub async fn sign_in(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    body: Body<SignIn>,
) -> Result<HttpResponse, Failure> {
    let signed_in = app::sessions::sign_in(&app, &body.0, &caller.address, caller.device).await?;
    Ok(cookies::hand_over(&request, signed_in, HttpResponse::Ok()))
}

/// A new pair of tokens for the refresh token.
#[utoipa::path(tag = "session", security(()), request_body = Refresh, responses((status = 200, body = SignedIn), SignedInOnly, Readable, Always))]
#[post("/session/refresh")]
pub async fn refresh_session(
    request: HttpRequest,
    app: web::Data<App>,
    body: Body<Refresh>,
) -> Result<HttpResponse, Failure> {
    let token = match (body.0.refresh_token, cookies::refresh(&request)) {
        (Some(token), _) => token,
        (None, Some(_)) if !is_browser(&request) => return Err(ProblemCode::MissingBrowserHeader.into()),
        (None, from_cookie) => from_cookie.ok_or(ProblemCode::Unauthenticated)?,
    };
    let signed_in = app::sessions::refresh(&app, &token).await?;
    Ok(cookies::hand_over(&request, signed_in, HttpResponse::Ok()))
}

/// Signs out here.
#[utoipa::path(tag = "session", responses((status = 204, description = "Signed out"), SignedInOnly, Always))]
#[delete("/session")]
pub async fn sign_out(request: HttpRequest, app: web::Data<App>, who: Who) -> Result<HttpResponse, Failure> {
    app::sessions::end(&app, &who.0, who.0.session).await?;
    let mut answer = HttpResponse::NoContent();
    cookies::forget(&request, &mut answer);
    Ok(answer.finish())
}

/// The devices that are signed in.
#[utoipa::path(tag = "session", responses((status = 200, body = Page<SessionView>), SignedInOnly, Always))]
#[get("/sessions")]
pub async fn list_sessions(app: web::Data<App>, who: Who) -> Result<web::Json<Page<SessionView>>, Failure> {
    let items = store::sessions::list(&*app.store, &who.0, app.clock.now()).await?;
    Ok(web::Json(Page { items, next: None }))
}

/// Signs all devices out, this one too.
#[utoipa::path(tag = "session", responses((status = 204, description = "Signed out everywhere"), SignedInOnly, Always))]
#[delete("/sessions")]
pub async fn end_all_sessions(request: HttpRequest, app: web::Data<App>, who: Who) -> Result<HttpResponse, Failure> {
    app::sessions::end_all(&app, &who.0).await?;
    let mut answer = HttpResponse::NoContent();
    cookies::forget(&request, &mut answer);
    Ok(answer.finish())
}

/// Signs one device out.
#[utoipa::path(
    tag = "session",
    params(("id" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "Signed out"), SignedInOnly, Known, Always)
)]
#[delete("/sessions/{id}")]
pub async fn end_session(app: web::Data<App>, who: Who, id: web::Path<SessionId>) -> Result<HttpResponse, Failure> {
    app::sessions::end(&app, &who.0, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}
