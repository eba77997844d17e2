//! Requests by hand: what no well-behaved client sends.

use domain::problem::{FieldCode, Problem, ProblemCode};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// Sends what it is told, bad or not.
#[derive(Clone)]
pub struct Raw {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Raw {
    pub fn new(base: &str, token: Option<String>) -> Self {
        Self { http: reqwest::Client::new(), base: base.to_owned(), token }
    }

    /// A request to a path below `/api/v1`, or to any path that begins with `//`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix('/') {
            Some(whole) if whole.starts_with('/') => format!("{}{whole}", self.base),
            _ => format!("{}/api/v1{path}", self.base),
        };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// Posts a text that is said to be JSON.
    pub async fn post(&self, path: &str, body: impl Into<String>) -> Answer {
        self.send_json(Method::POST, path, body).await
    }

    pub async fn send_json(&self, method: Method, path: &str, body: impl Into<String>) -> Answer {
        Answer::of(self.request(method, path).header(CONTENT_TYPE, "application/json").body(body.into())).await
    }
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let mut response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream") {
            // It has no end: what comes first is enough.
            let first = response.chunk().await.expect("the server begins").unwrap_or_default();
            return Self { status, headers, body: String::from_utf8_lossy(&first).into_owned() };
        }
        Self { status, headers, body: response.text().await.expect("the answer is text") }
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {:?}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// Reads it as a problem in the one form that every error has.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem: Problem = serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {:?}", self.body));
        assert_eq!((problem.status, problem.code.status()), (self.status, self.status), "{self:?}");
        assert_ne!(self.status, 500, "{self:?}");
        problem
    }

    /// Expects a problem with this code.
    #[track_caller]
    pub fn refused(&self, code: ProblemCode) -> Problem {
        let problem = self.problem();
        assert_eq!(problem.code, code, "{self:?}");
        problem
    }

    /// Expects that this one value is refused for this reason.
    #[track_caller]
    pub fn invalid(&self, pointer: &str, code: FieldCode) {
        let problem = self.refused(ProblemCode::Invalid);
        let errors: Vec<_> = problem.errors.iter().map(|e| (e.pointer.as_str(), e.code)).collect();
        assert_eq!(errors, [(pointer, code)], "{self:?}");
    }

    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.json()
    }
}
