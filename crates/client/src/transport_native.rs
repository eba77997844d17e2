//! Requests from a machine: `reqwest`.

use serde::de::DeserializeOwned;

use crate::{Error, Method, Request, Response};

#[derive(Clone, Debug)]
pub struct Transport {
    http: reqwest::Client,
}

impl Transport {
    pub fn new() -> Self {
        Self { http: reqwest::Client::new() }
    }

    pub async fn send(&self, base: &str, request: &Request, token: Option<&str>) -> Result<Response, Error> {
        let response = self.answer(base, request, token).await?;
        let status = response.status().as_u16();
        let body = response.text().await.map_err(network)?;
        Ok(Response { status, body })
    }

    /// Status and body, whatever the body is.
    pub async fn fetch(&self, base: &str, request: &Request, token: Option<&str>) -> Result<(u16, Vec<u8>), Error> {
        let response = self.answer(base, request, token).await?;
        let status = response.status().as_u16();
        Ok((status, response.bytes().await.map_err(network)?.to_vec()))
    }

    /// An answer that is read while it comes.
    pub async fn open(&self, base: &str, request: &Request, token: Option<&str>) -> Result<reqwest::Response, Error> {
        self.answer(base, request, token).await
    }

    async fn answer(&self, base: &str, request: &Request, token: Option<&str>) -> Result<reqwest::Response, Error> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self.http.request(method, format!("{base}{}", request.path));
        if let Some(token) = token {
            builder = builder.bearer_auth(token);
        }
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(body) = &request.body {
            builder = builder.header("Content-Type", "application/json").body(body.clone());
        } else if let Some(file) = &request.file {
            builder = builder.header("Content-Type", "application/octet-stream").body(file.clone());
        }
        builder.send().await.map_err(network)
    }
}

pub fn network(error: reqwest::Error) -> Error {
    Error::Network(error.without_url().to_string())
}

/// Reads JSON.
pub fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}
