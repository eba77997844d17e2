//! Notices and their photos.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, delete, get, patch, post, put, web};
use domain::id::{NoticeId, PhotoId};
use domain::notice::{EditNotice, NewNotice, NoticeAction, NoticeView, PhotoSize};
use domain::page::Page;
use domain::problem::ProblemCode;
use serde::Deserialize;

use super::extract::{Body, IdemKey, IfMatch, Query, Who, read_photo};
use super::failure::{Always, Failure, Known, Limited, Photographed, Readable, SignedInOnly, Timely, Unchanged};
use super::offers::limit;
use crate::app::{self, App};
use crate::store::Viewer;

/// Which of my notices to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticeQuery {
    /// The `next` of the page before.
    after: Option<NoticeId>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// How to show a photo.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PhotoQuery {
    /// At most 480 pixels wide and high, or 1,280; large when absent.
    size: Option<PhotoSize>,
    /// The photo that is meant: then a browser does not show the one before from its memory. Another one is not found.
    photo: Option<PhotoId>,
}

async fn one(
    app: &App,
    viewer: &Viewer,
    id: NoticeId,
    mut answer: HttpResponseBuilder,
) -> Result<HttpResponse, Failure> {
    let notice = app.store.notice(viewer, id).await?.ok_or(ProblemCode::NotFound)?;
    answer.insert_header((header::ETAG, format!("\"{}\"", notice.version)));
    Ok(answer.json(notice))
}

/// My own notices, in whatever state, newest first. Those of others stand on the square.
#[utoipa::path(tag = "notices", params(NoticeQuery), responses((status = 200, body = Page<NoticeView>), SignedInOnly, Readable, Always))]
#[get("/notices")]
pub async fn list_notices(
    app: web::Data<App>,
    who: Who,
    query: Query<NoticeQuery>,
) -> Result<web::Json<Page<NoticeView>>, Failure> {
    let limit = limit(query.0.limit)?;
    let mut items = app.store.own_notices(&who.0, query.0.after, limit).await?;
    let more = items.len() > usize::from(limit);
    items.truncate(usize::from(limit));
    let next = items.last().filter(|_| more).map(|n| n.id.to_string());
    Ok(web::Json(Page { items, next }))
}

/// Posts a notice.
#[utoipa::path(
    tag = "notices",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 100, pattern = "^[!-~]+$", description = "The same key twice makes one notice")),
    request_body = NewNotice,
    responses((status = 201, body = NoticeView), SignedInOnly, Readable, Timely, Always)
)]
#[post("/notices")]
pub async fn create_notice(
    app: web::Data<App>,
    who: Who,
    key: IdemKey,
    body: Body<NewNotice>,
) -> Result<HttpResponse, Failure> {
    let id = app::notices::create(&app, &who.0, body.0, key.0.as_ref()).await?;
    one(&app, &who.0, id, HttpResponse::Created()).await
}

/// One notice that reaches me, or my own.
#[utoipa::path(
    tag = "notices",
    params(("id" = NoticeId, Path, description = "The notice")),
    responses((status = 200, body = NoticeView), SignedInOnly, Known, Always)
)]
#[get("/notices/{id}")]
pub async fn get_notice(app: web::Data<App>, who: Who, id: web::Path<NoticeId>) -> Result<HttpResponse, Failure> {
    one(&app, &who.0, *id, HttpResponse::Ok()).await
}

/// Edits my notice.
#[utoipa::path(
    tag = "notices",
    params(("id" = NoticeId, Path, description = "The notice"), ("If-Match" = String, Header, pattern = "^\"[1-9][0-9]*\"$", description = "The version that was read")),
    request_body = EditNotice,
    responses((status = 200, body = NoticeView), SignedInOnly, Known, Readable, Timely, Unchanged, Always)
)]
#[patch("/notices/{id}")]
pub async fn edit_notice(
    app: web::Data<App>,
    who: Who,
    id: web::Path<NoticeId>,
    read: IfMatch,
    body: Body<EditNotice>,
) -> Result<HttpResponse, Failure> {
    app::notices::edit(&app, &who.0, *id, read.0, body.0).await?;
    one(&app, &who.0, *id, HttpResponse::Ok()).await
}

async fn act(app: &App, who: &Who, id: NoticeId, action: NoticeAction) -> Result<HttpResponse, Failure> {
    app::notices::act(app, &who.0, id, action).await?;
    one(app, &who.0, id, HttpResponse::Ok()).await
}

/// Takes my notice down for good; its photo goes with it.
#[utoipa::path(
    tag = "notices",
    params(("id" = NoticeId, Path, description = "The notice")),
    responses((status = 200, body = NoticeView), SignedInOnly, Known, Timely, Always)
)]
#[delete("/notices/{id}")]
pub async fn withdraw_notice(app: web::Data<App>, who: Who, id: web::Path<NoticeId>) -> Result<HttpResponse, Failure> {
    act(&app, &who, *id, NoticeAction::Withdraw).await
}

/// Found, answered, mended: a banner says so for seven days.
#[utoipa::path(
    tag = "notices",
    params(("id" = NoticeId, Path, description = "The notice")),
    responses((status = 200, body = NoticeView), SignedInOnly, Known, Timely, Always)
)]
#[post("/notices/{id}/resolve")]
pub async fn resolve_notice(app: web::Data<App>, who: Who, id: web::Path<NoticeId>) -> Result<HttpResponse, Failure> {
    act(&app, &who, *id, NoticeAction::Resolve).await
}

/// Still: gives my notice one more life from now on, three times at most.
#[utoipa::path(
    tag = "notices",
    params(("id" = NoticeId, Path, description = "The notice")),
    responses((status = 200, body = NoticeView), SignedInOnly, Known, Timely, Always)
)]
#[post("/notices/{id}/renew")]
pub async fn renew_notice(app: web::Data<App>, who: Who, id: web::Path<NoticeId>) -> Result<HttpResponse, Failure> {
    act(&app, &who, *id, NoticeAction::Renew).await
}

/// What was found near what I have lost, or the other way round; at most ten, the closest first, without `next`.
#[utoipa::path(
    tag = "notices",
    params(("id" = NoticeId, Path, description = "My notice")),
    responses((status = 200, body = Page<NoticeView>), SignedInOnly, Known, Always)
)]
#[get("/notices/{id}/alike")]
pub async fn list_alike_notices(
    app: web::Data<App>,
    who: Who,
    id: web::Path<NoticeId>,
) -> Result<web::Json<Page<NoticeView>>, Failure> {
    let items = app::alike::list(&app, &who.0, *id).await?;
    Ok(web::Json(Page { items, next: None }))
}

/// Puts a photo to my notice: the bytes of a JPEG, PNG or WebP file, at most 10 MB. It takes the place of the one before. All that the
/// camera wrote into the file is left out.
#[utoipa::path(
    tag = "notices",
    params(("id" = NoticeId, Path, description = "My notice")),
    request_body(description = "The file", content_type = "application/octet-stream"),
    responses((status = 200, body = NoticeView), SignedInOnly, Known, Photographed, Timely, Limited, Always)
)]
#[put("/notices/{id}/photo")]
pub async fn put_notice_photo(
    request: HttpRequest,
    app: web::Data<App>,
    who: Who,
    id: web::Path<NoticeId>,
    payload: web::Payload,
) -> Result<HttpResponse, Failure> {
    app::photos::may_put(&app, &who.0, *id).await?;
    let file = read_photo(&request, payload).await?;
    app::photos::put(&app, &who.0, *id, file).await?;
    one(&app, &who.0, *id, HttpResponse::Ok()).await
}

/// Takes the photo off my notice.
#[utoipa::path(
    tag = "notices",
    params(("id" = NoticeId, Path, description = "My notice")),
    responses((status = 200, body = NoticeView), SignedInOnly, Known, Timely, Always)
)]
#[delete("/notices/{id}/photo")]
pub async fn delete_notice_photo(
    app: web::Data<App>,
    who: Who,
    id: web::Path<NoticeId>,
) -> Result<HttpResponse, Failure> {
    app::photos::delete(&app, &who.0, *id).await?;
    one(&app, &who.0, *id, HttpResponse::Ok()).await
}

/// The photo of a notice that reaches me.
#[utoipa::path(
    tag = "notices",
    params(("id" = NoticeId, Path, description = "The notice"), PhotoQuery),
    responses(
        (status = 200, description = "The picture", content_type = "image/jpeg"),
        (status = 304, description = "The one that `If-None-Match` names"),
        SignedInOnly, Known, Readable, Always
    )
)]
#[get("/notices/{id}/photo")]
pub async fn get_notice_photo(
    request: HttpRequest,
    app: web::Data<App>,
    who: Who,
    id: web::Path<NoticeId>,
    query: Query<PhotoQuery>,
) -> Result<HttpResponse, Failure> {
    let photo = app::photos::find(&app, &who.0, *id).await?;
    if query.0.photo.is_some_and(|meant| meant != photo) {
        return Err(ProblemCode::NotFound.into());
    }
    let size = query.0.size.unwrap_or(PhotoSize::Large);
    let tag = format!("\"{photo}-{}\"", size.as_str());
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::ETAG, tag.clone()))
        // A few minutes, so that a photo goes with its notice; on this device alone.
        .insert_header((header::CACHE_CONTROL, "private, max-age=300"))
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"photo.jpg\""));
    let held = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|v| v.to_str().ok());
    if held.flat_map(|v| v.split(',')).any(|held| held.trim().trim_start_matches("W/") == tag) {
        return Ok(answer.status(actix_web::http::StatusCode::NOT_MODIFIED).finish());
    }
    let picture = app::photos::picture(&app, photo, size).await?;
    Ok(answer.content_type("image/jpeg").body(picture))
}
