//! One typed method for each endpoint of De toit à toit.
//!
//! Handler, operation id and method have one name. On a machine requests go through `reqwest` with `Authorization: Bearer`; in the
//! browser through `fetch` with cookies that scripts cannot read.
//!
//! ```no_run
//! # async fn example() -> Result<(), client::Error> {
//! let client = client::Client::program("https://voisins.example.org");
//! let circles = client.list_circles().await?;
//! # Ok(()) }
//! ```

mod barters;
mod blocks;
mod conversations;
mod events;
#[cfg(not(target_arch = "wasm32"))]
mod heard;
mod notices;
mod offers;
mod own_data;
mod sessions;
mod square;
#[cfg(not(target_arch = "wasm32"))]
mod stream;
mod suggestions;
#[cfg(target_arch = "wasm32")]
#[path = "transport_browser.rs"]
mod transport;
#[cfg(not(target_arch = "wasm32"))]
#[path = "transport_native.rs"]
mod transport;

pub use events::EventFilter;
#[cfg(not(target_arch = "wasm32"))]
pub use heard::{Heard, Stream};
pub use offers::OfferFilter;
pub use square::SquareFilter;

use domain::problem::{Problem, ProblemCode};
use domain::session::Tokens;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::{Arc, Mutex};

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The server answered with a problem.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// No answer: no network, or the server is away.
    #[error("no answer: {0}")]
    Network(String),
    /// An answer that is not the server's own, from a proxy for instance.
    #[error("unexpected answer with status {status}")]
    Unexpected {
        /// Its HTTP status.
        status: u16,
        /// The beginning of its body.
        body: String,
    },
}

impl Error {
    /// The code, when the server answered with a problem.
    #[must_use]
    pub fn code(&self) -> Option<ProblemCode> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            Self::Network(_) | Self::Unexpected { .. } => None,
        }
    }

    /// The whole problem, when the server answered with one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Network(_) | Self::Unexpected { .. } => None,
        }
    }
}

/// A method of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes or acts.
    Post,
    /// Puts a thing where it is named; twice is once.
    Put,
    /// Changes a part.
    Patch,
    /// Ends.
    Delete,
}

/// One request, before it is sent.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    path: String,
    body: Option<String>,
    /// A body that is no JSON: a file.
    file: Option<Vec<u8>>,
    headers: Vec<(&'static str, String)>,
}

impl Request {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: None, file: None, headers: Vec::new() }
    }

    fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path)
    }

    fn post(path: impl Into<String>) -> Self {
        Self::new(Method::Post, path)
    }

    fn json(mut self, body: &impl Serialize) -> Self {
        // Our own values always have a JSON form; an empty body would only be refused by the server.
        self.body = Some(serde_json::to_string(body).unwrap_or_default());
        self
    }

    fn bytes(mut self, file: Vec<u8>) -> Self {
        self.file = Some(file);
        self
    }

    /// The same key twice does the thing once (kept for 24 hours).
    fn idempotency_key(mut self, key: &str) -> Self {
        self.headers.push(("Idempotency-Key", key.to_owned()));
        self
    }

    fn if_match(mut self, version: u32) -> Self {
        self.headers.push(("If-Match", format!("\"{version}\"")));
        self
    }
}

/// An answer, before it is read.
#[derive(Clone, Debug)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Body as text.
    pub body: String,
}

impl Response {
    fn unexpected(&self) -> Error {
        Error::Unexpected { status: self.status, body: self.body.chars().take(500).collect() }
    }

    /// The body of a good answer; what a bad one says.
    fn body(self) -> Result<Self, Error> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        match transport::parse::<Problem>(&self.body) {
            Some(problem) => Err(Error::Problem(Box::new(problem))),
            None => Err(self.unexpected()),
        }
    }

    fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        let good = self.body()?;
        let text = if good.body.is_empty() { "null" } else { &good.body };
        transport::parse(text).ok_or_else(|| good.unexpected())
    }
}

/// A caller of the API. Cheap to clone; clones share the tokens.
#[derive(Clone, Debug)]
pub struct Client {
    transport: transport::Transport,
    base: Arc<str>,
    tokens: Arc<Mutex<Option<Tokens>>>,
}

impl Client {
    fn with_base(base: &str) -> Self {
        Self { transport: transport::Transport::new(), base: base.trim_end_matches('/').into(), tokens: Arc::default() }
    }

    /// A program that calls the server at `base` ("https://voisins.example.org").
    #[cfg(not(target_arch = "wasm32"))]
    #[must_use]
    pub fn program(base: &str) -> Self {
        Self::with_base(base)
    }

    /// The SPA, which calls the server it came from.
    #[cfg(target_arch = "wasm32")]
    #[must_use]
    pub fn browser() -> Self {
        Self::with_base("")
    }

    /// The tokens of the last answer that held some.
    #[must_use]
    pub fn tokens(&self) -> Option<Tokens> {
        self.tokens.lock().ok().and_then(|tokens| tokens.clone())
    }

    /// Uses these tokens from now on.
    pub fn set_tokens(&self, tokens: Option<Tokens>) {
        if let Ok(mut held) = self.tokens.lock() {
            *held = tokens;
        }
    }

    async fn send(&self, request: &Request) -> Result<Response, Error> {
        let token = self.tokens().map(|t| t.access_token);
        self.transport.send(&self.base, request, token.as_deref()).await
    }

    async fn call<T: DeserializeOwned>(&self, request: Request) -> Result<T, Error> {
        self.send_signed_in(request).await?.read()
    }

    /// An answer that is no text.
    async fn fetch(&self, request: Request) -> Result<Vec<u8>, Error> {
        let token = || self.tokens().map(|t| t.access_token);
        let mut answer = self.transport.fetch(&self.base, &request, token().as_deref()).await?;
        if answer.0 == 401 && self.can_refresh() && self.refresh_session().await.is_ok() {
            answer = self.transport.fetch(&self.base, &request, token().as_deref()).await?;
        }
        let (status, bytes) = answer;
        if (200..300).contains(&status) {
            return Ok(bytes);
        }
        Response { status, body: String::from_utf8_lossy(&bytes).into_owned() }.body().map(|_| bytes)
    }

    /// Sends once; when the access token is too old, refreshes the session and sends once more. Not generic: a browser loads it once.
    async fn send_signed_in(&self, request: Request) -> Result<Response, Error> {
        match self.send(&request).await?.body() {
            Err(Error::Problem(p)) if p.code == ProblemCode::Unauthenticated && self.can_refresh() => {
                if self.refresh_session().await.is_err() {
                    return Err(Error::Problem(p));
                }
                self.send(&request).await
            }
            first => first,
        }
    }

    fn can_refresh(&self) -> bool {
        cfg!(target_arch = "wasm32") || self.tokens().is_some()
    }
}
