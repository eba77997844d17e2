//! Conversations.

use domain::conversation::{ConversationView, MessageView, Mute, NewConversation, NewMessage, ReadUpTo, ThingRef};
use domain::id::{ConversationId, MessageId};
use domain::page::Page;

use crate::{Client, Error, Method, Request};

fn path(id: ConversationId) -> String {
    format!("/api/v1/conversations/{id}")
}

impl Client {
    /// `GET /conversations`: mine, the last written to first; those about one thing alone with `about`.
    ///
    /// # Errors
    /// `invalid`.
    pub async fn list_conversations(
        &self,
        about: Option<ThingRef>,
        after: Option<&str>,
    ) -> Result<Page<ConversationView>, Error> {
        let about = about.map(|a| format!("about_kind={}&about_id={}", a.kind.as_str(), a.id));
        let query: Vec<String> = about.into_iter().chain(after.map(|a| format!("after={a}"))).collect();
        self.call(Request::get(format!("/api/v1/conversations?{}", query.join("&")))).await
    }

    /// `POST /conversations`: begins one about a thing, or goes on with the one there is.
    ///
    /// # Errors
    /// `not_found` when I may not know of the thing, `not_now` when nobody is there to talk to, `invalid`, `idempotency_key_reused`.
    pub async fn start_conversation(&self, new: &NewConversation, key: &str) -> Result<ConversationView, Error> {
        self.call(Request::post("/api/v1/conversations").json(new).idempotency_key(key)).await
    }

    /// `GET /conversations/{id}`.
    ///
    /// # Errors
    /// `not_found` when I am not in it.
    pub async fn get_conversation(&self, id: ConversationId) -> Result<ConversationView, Error> {
        self.call(Request::get(path(id))).await
    }

    /// `GET /conversations/{id}/messages`: the newest first; `after` goes back in time.
    ///
    /// # Errors
    /// `not_found` when I am not in it.
    pub async fn list_messages(
        &self,
        id: ConversationId,
        after: Option<MessageId>,
        limit: Option<u16>,
    ) -> Result<Page<MessageView>, Error> {
        let after = after.map(|m| format!("after={m}"));
        let limit = limit.map(|n| format!("limit={n}"));
        let query: Vec<String> = after.into_iter().chain(limit).collect();
        self.call(Request::get(format!("{}/messages?{}", path(id), query.join("&")))).await
    }

    /// `POST /conversations/{id}/messages`.
    ///
    /// # Errors
    /// `not_now` when nobody is there any more, `not_found`, `invalid`, `idempotency_key_reused`.
    pub async fn send_message(&self, id: ConversationId, new: &NewMessage, key: &str) -> Result<MessageView, Error> {
        self.call(Request::post(format!("{}/messages", path(id))).json(new).idempotency_key(key)).await
    }

    /// `DELETE /conversations/{id}/messages/{message}`: takes my own message back.
    ///
    /// # Errors
    /// `not_yours`, `not_found`.
    pub async fn take_message_back(&self, id: ConversationId, message: MessageId) -> Result<(), Error> {
        self.call(Request::new(Method::Delete, format!("{}/messages/{message}", path(id)))).await
    }

    /// `POST /conversations/{id}/read`: up to here I have read. Nobody else learns of it.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn read_conversation(&self, id: ConversationId, up_to: MessageId) -> Result<(), Error> {
        self.call(Request::post(format!("{}/read", path(id))).json(&ReadUpTo { message: up_to })).await
    }

    /// `PUT /conversations/{id}/mute`: no word about it, or word again.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn mute_conversation(&self, id: ConversationId, muted: bool) -> Result<(), Error> {
        self.call(Request::new(Method::Put, format!("{}/mute", path(id))).json(&Mute { muted })).await
    }
}
