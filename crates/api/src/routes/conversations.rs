//! Conversations and their messages.

use actix_web::{HttpResponse, delete, get, post, put, web};
use domain::conversation::{
    ConversationView, MessageView, Mute, NewConversation, NewMessage, ReadUpTo, ThingKind, ThingRef,
};
use domain::id::{ConversationId, MessageId};
use domain::page::Page;
use domain::problem::{FieldCode, ProblemCode};
use serde::Deserialize;
use uuid::Uuid;

use super::barters::cursor;
use super::extract::{Body, IdemKey, Query, Who};
use super::failure::{Always, Failure, Known, Readable, SignedInOnly, Timely};
use super::offers::limit;
use crate::app::{self, App};
use crate::store::conversations as talk;

/// Which conversations to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConversationQuery {
    /// Those about one thing: of what kind. Together with `about_id`.
    about_kind: Option<ThingKind>,
    /// Those about one thing: which.
    about_id: Option<Uuid>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// Which messages to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    /// The `next` of the page before: further back in time.
    after: Option<MessageId>,
    /// How many, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// My conversations, the last written to first.
#[utoipa::path(tag = "conversations", params(ConversationQuery), responses((status = 200, body = Page<ConversationView>), SignedInOnly, Readable, Always))]
#[get("/conversations")]
pub async fn list_conversations(
    app: web::Data<App>,
    who: Who,
    query: Query<ConversationQuery>,
) -> Result<HttpResponse, Failure> {
    let ConversationQuery { about_kind, about_id, after, limit: asked } = query.0;
    let limit = limit(asked)?;
    let about = match (about_kind, about_id) {
        (Some(kind), Some(id)) => Some(ThingRef { kind, id }),
        (None, None) => None,
        (Some(_), None) => return Err(Failure::field("?about_id", FieldCode::Required)),
        (None, Some(_)) => return Err(Failure::field("?about_kind", FieldCode::Required)),
    };
    let before = after.map(|a| cursor(&a).ok_or_else(|| Failure::field("?after", FieldCode::WrongForm))).transpose()?;
    let filter = talk::Filter { id: None, about, before: before.map(|(at, id)| (at, ConversationId(id))) };
    let mut items = talk::page(&app.store, &who.0, &filter, limit).await?;
    let more = items.len() > usize::from(limit);
    items.truncate(usize::from(limit));
    let next = items.last().filter(|_| more).map(|c| format!("{}_{}", c.updated_at.timestamp_millis(), c.id));
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(Page { items, next }))
}

async fn one(
    app: &App,
    who: &Who,
    id: ConversationId,
    mut answer: actix_web::HttpResponseBuilder,
) -> Result<HttpResponse, Failure> {
    let found = talk::find(&app.store, &who.0, id).await?.ok_or(ProblemCode::NotFound)?;
    Ok(answer.insert_header(("Cache-Control", "no-store")).json(found))
}

/// Begins a conversation about a thing, or goes on with the one there is.
#[utoipa::path(
    tag = "conversations",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 100, pattern = "^[!-~]+$", description = "The same key twice writes one message")),
    request_body = NewConversation,
    responses((status = 201, body = ConversationView), SignedInOnly, Known, Readable, Timely, Always)
)]
#[post("/conversations")]
pub async fn start_conversation(
    app: web::Data<App>,
    who: Who,
    key: IdemKey,
    body: Body<NewConversation>,
) -> Result<HttpResponse, Failure> {
    let id = app::conversations::start(&app, &who.0, body.0, key.0.as_ref()).await?;
    one(&app, &who, id, HttpResponse::Created()).await
}

/// One of my conversations.
#[utoipa::path(
    tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation")),
    responses((status = 200, body = ConversationView), SignedInOnly, Known, Always)
)]
#[get("/conversations/{id}")]
pub async fn get_conversation(
    app: web::Data<App>,
    who: Who,
    id: web::Path<ConversationId>,
) -> Result<HttpResponse, Failure> {
    one(&app, &who, *id, HttpResponse::Ok()).await
}

/// Its messages, the newest first.
#[utoipa::path(
    tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation"), MessageQuery),
    responses((status = 200, body = Page<MessageView>), SignedInOnly, Known, Readable, Always)
)]
#[get("/conversations/{id}/messages")]
pub async fn list_messages(
    app: web::Data<App>,
    who: Who,
    id: web::Path<ConversationId>,
    query: Query<MessageQuery>,
) -> Result<HttpResponse, Failure> {
    let limit = limit(query.0.limit)?;
    let found = talk::messages(&app.store, &who.0, *id, query.0.after, limit).await?;
    let mut items = found.ok_or(ProblemCode::NotFound)?;
    let more = items.len() > usize::from(limit);
    items.truncate(usize::from(limit));
    let next = items.last().filter(|_| more).map(|m| m.id.to_string());
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(Page { items, next }))
}

/// Writes a message.
#[utoipa::path(
    tag = "conversations",
    params(
        ("id" = ConversationId, Path, description = "The conversation"),
        ("Idempotency-Key" = Option<String>, Header, max_length = 100, pattern = "^[!-~]+$", description = "The same key twice writes one message")
    ),
    request_body = NewMessage,
    responses((status = 201, body = MessageView), SignedInOnly, Known, Readable, Timely, Always)
)]
#[post("/conversations/{id}/messages")]
pub async fn send_message(
    app: web::Data<App>,
    who: Who,
    id: web::Path<ConversationId>,
    key: IdemKey,
    body: Body<NewMessage>,
) -> Result<HttpResponse, Failure> {
    let message = app::conversations::send(&app, &who.0, *id, body.0, key.0.as_ref()).await?;
    let message = talk::message(&app.store, &who.0, *id, message).await?.ok_or(ProblemCode::NotFound)?;
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(message))
}

/// Takes my own message back: its words are gone for everybody.
#[utoipa::path(
    tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation"), ("message" = MessageId, Path, description = "The message")),
    responses((status = 204, description = "Taken back"), SignedInOnly, Known, Always)
)]
#[delete("/conversations/{id}/messages/{message}")]
pub async fn take_message_back(
    app: web::Data<App>,
    who: Who,
    ids: web::Path<(ConversationId, MessageId)>,
) -> Result<HttpResponse, Failure> {
    let (id, message) = *ids;
    app::conversations::take_back(&app, &who.0, id, message).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Up to here I have read. Nobody else learns of it.
#[utoipa::path(
    tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation")),
    request_body = ReadUpTo,
    responses((status = 204, description = "Noted"), SignedInOnly, Known, Readable, Always)
)]
#[post("/conversations/{id}/read")]
pub async fn read_conversation(
    app: web::Data<App>,
    who: Who,
    id: web::Path<ConversationId>,
    body: Body<ReadUpTo>,
) -> Result<HttpResponse, Failure> {
    app::conversations::read(&app, &who.0, *id, body.0.message).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// No word about it, or word again.
#[utoipa::path(
    tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation")),
    request_body = Mute,
    responses((status = 204, description = "Noted"), SignedInOnly, Known, Readable, Always)
)]
#[put("/conversations/{id}/mute")]
pub async fn mute_conversation(
    app: web::Data<App>,
    who: Who,
    id: web::Path<ConversationId>,
    body: Body<Mute>,
) -> Result<HttpResponse, Failure> {
    app::conversations::mute(&app, &who.0, *id, body.0.muted).await?;
    Ok(HttpResponse::NoContent().finish())
}
