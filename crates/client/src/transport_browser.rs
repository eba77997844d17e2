//! Requests from the SPA: `fetch`, same origin, cookies that scripts cannot read.

use gloo_net::http::RequestBuilder;
use serde::de::DeserializeOwned;

use crate::{Error, Method, Request, Response};

#[derive(Clone, Debug)]
pub struct Transport;

impl Transport {
    pub fn new() -> Self {
        Self
    }

    pub async fn send(&self, base: &str, request: &Request, _token: Option<&str>) -> Result<Response, Error> {
        let response = self.answer(base, request).await?;
        let status = response.status();
        let body = response.text().await.map_err(network)?;
        Ok(Response { status, body })
    }

    /// Status and body, whatever the body is.
    pub async fn fetch(&self, base: &str, request: &Request, _token: Option<&str>) -> Result<(u16, Vec<u8>), Error> {
        let response = self.answer(base, request).await?;
        let status = response.status();
        Ok((status, response.binary().await.map_err(network)?))
    }

    async fn answer(&self, base: &str, request: &Request) -> Result<gloo_net::http::Response, Error> {
        let method = match request.method {
            Method::Get => gloo_net::http::Method::GET,
            Method::Post => gloo_net::http::Method::POST,
            Method::Put => gloo_net::http::Method::PUT,
            Method::Patch => gloo_net::http::Method::PATCH,
            Method::Delete => gloo_net::http::Method::DELETE,
        };
        // A header that no form and no other site can send (defence against CSRF).
        let mut builder =
            RequestBuilder::new(&format!("{base}{}", request.path)).method(method).header("Toit-Browser", "1");
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let built = match (&request.body, &request.file) {
            (Some(body), _) => builder.header("Content-Type", "application/json").body(body.clone()),
            (None, Some(file)) => builder
                .header("Content-Type", "application/octet-stream")
                .body(js_sys::Uint8Array::from(file.as_slice())),
            (None, None) => builder.build(),
        };
        built.map_err(network)?.send().await.map_err(network)
    }
}

fn network(error: gloo_net::Error) -> Error {
    Error::Network(error.to_string())
}

/// Reads JSON by the browser's own parser: a second one would be loaded by every visitor.
pub fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(text).ok()?).ok()
}
