//! What happens, as it happens.

use domain::id::MessageId;

use crate::transport::network;
use crate::{Client, Error, Request, Response, Stream};

impl Client {
    /// `GET /stream`: what happens to what concerns me, at once. After a lost connection with the last [`Heard::id`](crate::Heard::id).
    ///
    /// # Errors
    /// `session_ended`, `unavailable` when too many pages are open.
    pub async fn stream(&self, last: Option<MessageId>) -> Result<Stream, Error> {
        let mut request = Request::get("/api/v1/stream");
        request.headers.push(("Accept", "text/event-stream".to_owned()));
        if let Some(last) = last {
            request.headers.push(("Last-Event-ID", last.to_string()));
        }
        let token = || self.tokens().map(|t| t.access_token);
        let mut answer = self.transport.open(&self.base, &request, token().as_deref()).await?;
        if answer.status() == 401 && self.can_refresh() && self.refresh_session().await.is_ok() {
            answer = self.transport.open(&self.base, &request, token().as_deref()).await?;
        }
        if !answer.status().is_success() {
            let status = answer.status().as_u16();
            let refused = Response { status, body: answer.text().await.map_err(network)? };
            return Err(refused.body().err().unwrap_or_else(|| Error::Network("no stream".to_owned())));
        }
        Ok(Stream::new(answer))
    }
}
