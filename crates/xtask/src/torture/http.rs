//! One question to the server, one answer with its head: by hand, so that nothing is sent again behind our back.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bench::plain::Connection;

/// What is asked.
pub struct Call<'a> {
    pub method: &'a str,
    pub path: String,
    pub token: Option<&'a str>,
    /// Headers besides, each with its end of line.
    pub headers: String,
    pub body: Option<Value>,
}

impl<'a> Call<'a> {
    pub fn get(path: impl Into<String>, token: Option<&'a str>) -> Self {
        Self { method: "GET", path: path.into(), token, headers: String::new(), body: None }
    }

    pub fn post(path: impl Into<String>, token: Option<&'a str>, body: Value) -> Self {
        Self { method: "POST", body: Some(body), ..Self::get(path, token) }
    }

    /// With a key, so that the same thing asked twice is done once.
    pub fn once(self, key: &str) -> Self {
        Self { headers: format!("Idempotency-Key: {key}\r\n"), ..self }
    }

    fn bytes(&self) -> Vec<u8> {
        let body = self.body.as_ref().map(Value::to_string);
        let authorization = self.token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let about = match &body {
            Some(body) => format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()),
            None => String::new(),
        };
        let Self { method, path, headers, .. } = self;
        let body = body.unwrap_or_default();
        format!("{method} /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}{headers}{about}\r\n{body}")
            .into_bytes()
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).with_context(|| format!("an answer that was not expected: {}", self.shown()))
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The stable code of a problem.
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn shown(&self) -> String {
        format!("{} {}", self.status, String::from_utf8_lossy(&self.body).chars().take(300).collect::<String>())
    }
}

/// A connection that is kept.
pub struct Way(Connection);

impl Way {
    pub fn open(server: SocketAddr) -> Result<Self> {
        Connection::open(server).map(Self)
    }

    /// Asks.
    ///
    /// # Errors
    /// When no answer came: nobody knows whether it was done.
    pub fn ask(&mut self, call: &Call<'_>) -> Result<Answer> {
        let (status, body) = self.0.send(&call.bytes())?;
        Ok(Answer { status, head: self.0.head().into_owned(), body })
    }
}
