//! What handlers take from a request: the viewer, a body, a query, headers.

use std::future::{Ready, ready};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use domain::problem::{FieldCode, Problem, ProblemCode};
use domain::session::Device;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::failure::Failure;
use super::{Lanes, MAX_BODY, cookies};
use crate::app::{App, IdempotencyKey};
use crate::photos;
use crate::store::Viewer;

/// The header that only our own page sends: no form and no other site can (defence against CSRF).
pub const BROWSER_HEADER: &str = "Toit-Browser";

/// What the web side knows besides the use cases.
#[derive(Debug)]
pub struct Web {
    /// Whether a proxy in front says who calls (`X-Forwarded-For`) and how (`X-Forwarded-Proto`).
    pub behind_proxy: bool,
    /// The methods of each path of the API.
    pub methods: Methods,
    /// The OpenAPI document.
    pub openapi: Bytes,
    /// The requests that are under way.
    pub lanes: Lanes,
    /// How long a body may take to arrive.
    pub body_time: Duration,
    /// How long a photo may take to arrive.
    pub photo_time: Duration,
}

/// The methods of each path of the API, for the answer 405.
#[derive(Debug, Default)]
pub struct Methods(Vec<(Vec<String>, Vec<&'static str>)>);

impl Methods {
    pub fn new(api: &utoipa::openapi::OpenApi) -> Self {
        let methods = |item: &utoipa::openapi::PathItem| {
            let named = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            named.into_iter().filter(|(_, o)| o.is_some()).map(|(name, _)| name).collect()
        };
        Self(
            api.paths
                .paths
                .iter()
                .map(|(path, item)| (path.split('/').map(str::to_owned).collect(), methods(item)))
                .collect(),
        )
    }

    /// The methods that a path takes; none when there is no such path.
    pub fn of(&self, path: &str) -> Vec<&'static str> {
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |known: &[String]| {
            // "{id}.ics" names what is before its end.
            let ends = |known: &str, part: &str| {
                known.split_once('}').is_some_and(|(_, end)| part.len() > end.len() && part.ends_with(end))
            };
            let same = |(known, part): (&String, &&str)| {
                known == part || (known.starts_with('{') && !part.is_empty() && ends(known, part))
            };
            known.len() == parts.len() && known.iter().zip(&parts).all(same)
        };
        // A path that is written out comes before one with a name in it: "/tenants/me" is no neighbour.
        let written_out = self.0.iter().find(|(known, _)| *known == parts);
        let longest = |(known, _): &&(Vec<String>, _)| known.iter().filter(|part| part.contains("}.")).count();
        let found = written_out.or_else(|| self.0.iter().rev().filter(|(known, _)| fits(known)).max_by_key(longest));
        found.map(|(_, methods)| methods.clone()).unwrap_or_default()
    }
}

type Later<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

fn app(request: &HttpRequest) -> Result<Data<App>, Failure> {
    request.app_data::<Data<App>>().cloned().ok_or_else(|| ProblemCode::Internal.into())
}

/// Whether the page in a browser asks, which keeps its tokens in cookies.
pub fn is_browser(request: &HttpRequest) -> bool {
    request.headers().contains_key(BROWSER_HEADER)
}

/// The signed-in person.
pub struct Who(pub Viewer);

/// The token, from the header or from the cookie; a write with a cookie needs the browser's header.
fn token(request: &HttpRequest) -> Result<String, Failure> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let bearer = value
            .to_str()
            .ok()
            .and_then(|v| v.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        return bearer.map(|(_, token)| token.trim().to_owned()).ok_or_else(|| ProblemCode::Unauthenticated.into());
    }
    let token = cookies::access(request).ok_or(ProblemCode::Unauthenticated)?;
    if *request.method() != Method::GET && !is_browser(request) {
        return Err(ProblemCode::MissingBrowserHeader.into());
    }
    Ok(token)
}

impl FromRequest for Who {
    type Error = Failure;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let asked = token(request).and_then(|token| Ok((app(request)?, token)));
        Box::pin(async move {
            let (app, token) = asked?;
            Ok(Self(app.authenticate(&token).await?))
        })
    }
}

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + Serialize + 'static> FromRequest for Body<T> {
    type Error = Failure;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = request.content_type().eq_ignore_ascii_case("application/json");
        let announced = announced(request);
        let payload = actix_web::web::Payload::from_request(request, payload).into_inner();
        let time = request.app_data::<Data<Web>>().map_or(Duration::ZERO, |web| web.body_time);
        Box::pin(async move {
            if !json {
                return Err(ProblemCode::UnsupportedMediaType.into());
            }
            let payload = payload.map_err(|_| ProblemCode::MalformedRequest)?;
            read_json(&read_body(payload, announced, MAX_BODY, time).await?).map(Self)
        })
    }
}

fn announced(request: &HttpRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH).and_then(|l| l.to_str().ok()?.parse().ok())
}

/// All of a body, unless it is too large or comes too slowly.
async fn read_body(
    payload: actix_web::web::Payload,
    announced: Option<usize>,
    most: usize,
    time: Duration,
) -> Result<Bytes, Failure> {
    if announced.is_some_and(|n| n > most) {
        return Err(ProblemCode::BodyTooLarge.into());
    }
    // Whoever sends a byte a minute must not keep a place that others wait for.
    let bytes = tokio::time::timeout(time, payload.to_bytes_limited(most)).await;
    let bytes = bytes.map_err(|_| ProblemCode::TooSlow)?.map_err(|_| ProblemCode::BodyTooLarge)?;
    Ok(bytes.map_err(|_| ProblemCode::MalformedRequest)?)
}

/// The bytes of a photo. What it is, they say themselves; only JSON is a mistake for sure.
pub async fn read_photo(request: &HttpRequest, payload: actix_web::web::Payload) -> Result<Bytes, Failure> {
    if request.content_type().eq_ignore_ascii_case("application/json") {
        return Err(ProblemCode::UnsupportedMediaType.into());
    }
    let time = request.app_data::<Data<Web>>().map_or(Duration::ZERO, |web| web.photo_time);
    read_body(payload, announced(request), photos::MOST_BYTES, time).await
}

/// Whether the bytes are JSON at all, whatever they say.
fn is_json(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

/// Reads a JSON text; a refused value is told by its pointer.
fn read_json<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, Failure> {
    // Serde would take an array for an object whose members have lost their names.
    if bytes.trim_ascii_start().first() != Some(&b'{') && is_json(bytes) {
        return Err(Failure::field("", FieldCode::WrongForm));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => refused(pointer, &inner.to_string()),
            // Serde's word for `null` where a word of a list belongs, too.
            serde_json::error::Category::Syntax if is_json(bytes) => Failure::field(pointer, FieldCode::WrongForm),
            serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof
            | serde_json::error::Category::Io => ProblemCode::MalformedRequest.into(),
        }
    })?;
    reader.end().map_err(|_| ProblemCode::MalformedRequest)?;
    let (sent, read) = (serde_json::from_slice(bytes), serde_json::to_value(&value));
    match sent.ok().zip(read.ok()).and_then(|(sent, read)| list_for_object(&sent, &read, String::new())) {
        Some(pointer) => Err(Failure::field(pointer, FieldCode::WrongForm)),
        None => Ok(value),
    }
}

/// Where, further down, a list was sent for an object: serde takes that too.
fn list_for_object(sent: &Value, read: &Value, pointer: String) -> Option<String> {
    match (sent, read) {
        (Value::Array(_), Value::Object(_)) => Some(pointer),
        (Value::Array(sent), Value::Array(read)) => {
            sent.iter().zip(read).enumerate().find_map(|(n, (s, r))| list_for_object(s, r, format!("{pointer}/{n}")))
        }
        // The names are our own: what is unknown was refused before.
        (Value::Object(sent), Value::Object(read)) => {
            read.iter().find_map(|(name, r)| list_for_object(sent.get(name)?, r, format!("{pointer}/{name}")))
        }
        _ => None,
    }
}

/// A path of serde as a JSON Pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// Why serde refused a value. Our own values say it by their code; the rest is told apart by how serde begins its sentence.
fn refused(pointer: String, sentence: &str) -> Failure {
    let (text, _) = sentence.rsplit_once(" at line ").unwrap_or((sentence, ""));
    let quoted = || text.split('`').nth(1).unwrap_or_default().replace('~', "~0").replace('/', "~1");
    if let Some(code) = FieldCode::from_text(text) {
        Failure::field(pointer, code)
    } else if text.starts_with("missing field") {
        Failure::field(format!("{pointer}/{}", quoted()), FieldCode::Required)
    } else if text.starts_with("unknown field") || text.starts_with("duplicate field") {
        let field = quoted();
        let pointer = if pointer.ends_with(&format!("/{field}")) { pointer } else { format!("{pointer}/{field}") };
        Failure::field(pointer, FieldCode::UnknownField)
    } else if text.starts_with("unknown variant") {
        Failure::field(pointer, FieldCode::UnknownValue)
    } else if text.starts_with("invalid value: integer") || text.contains("out of range") {
        Failure::field(pointer, FieldCode::OutOfRange)
    } else {
        Failure::field(pointer, FieldCode::WrongForm)
    }
}

/// A query, every part of which is known.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(request.query_string().as_bytes()));
        ready(serde_path_to_error::deserialize(pairs).map(Self).map_err(|error| {
            let path = pointer(error.path());
            let failure = refused(path, &error.into_inner().to_string());
            query_pointer(failure)
        }))
    }
}

/// Query parameters are named with a question mark instead of a slash.
fn query_pointer(failure: Failure) -> Failure {
    let mut problem: Problem = failure.into_problem();
    for error in &mut problem.errors {
        error.pointer = format!("?{}", error.pointer.trim_start_matches('/'));
    }
    problem.into()
}

/// The version in `If-Match`.
pub struct IfMatch(pub u32);

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let version = match request.headers().get(header::IF_MATCH) {
            None => Err(ProblemCode::PreconditionRequired.into()),
            // Anything that is not one of our versions fits none.
            Some(value) => value
                .to_str()
                .ok()
                .and_then(|v| v.trim().trim_matches('"').parse().ok())
                .map(Self)
                .ok_or_else(|| ProblemCode::PreconditionFailed.into()),
        };
        ready(version)
    }
}

/// The header `Idempotency-Key`, if there is one.
pub struct IdemKey(pub Option<IdempotencyKey>);

impl FromRequest for IdemKey {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.headers().get("Idempotency-Key").map(|value| {
            let refused = || Failure::field("Idempotency-Key", FieldCode::WrongForm);
            IdempotencyKey::parse(value.to_str().map_err(|_| refused())?).map_err(|_| refused())
        });
        ready(key.transpose().map(Self))
    }
}

/// From where and with what somebody calls.
pub struct Caller {
    /// The address, to count tries by.
    pub address: String,
    /// The kind of device.
    pub device: Device,
}

/// An address as proxies write it, some with a port.
fn parse_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|a| a.ip()))
}

/// What stands for one connection at home: an IPv4 address, or the half of an IPv6 address that a provider gives to one customer, who has
/// 2^64 of the other halves to try from.
fn home(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

impl FromRequest for Caller {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let proxied = request.app_data::<Data<Web>>().is_some_and(|w| w.behind_proxy);
        // The last entry of the last line is our own proxy's; all before it anybody can write.
        let forwarded = request.headers().get_all("X-Forwarded-For").last().and_then(|v| v.to_str().ok());
        let forwarded = forwarded.filter(|_| proxied).and_then(|f| parse_address(f.rsplit(',').next()?));
        let address = forwarded.or_else(|| request.peer_addr().map(|a| a.ip())).map(home).unwrap_or_default();
        let agent = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let device = match agent {
            _ if !is_browser(request) => Device::Program,
            a if a.contains("iPad") || a.contains("Tablet") || (a.contains("Android") && !a.contains("Mobile")) => {
                Device::Tablet
            }
            a if a.contains("Mobi") || a.contains("iPhone") => Device::Phone,
            _ => Device::Computer,
        };
        ready(Ok(Self { address, device }))
    }
}

#[cfg(test)]
mod tests {
    use super::{home, parse_address};

    #[test]
    fn one_connection_at_home_is_one_caller() {
        let caller = |address: &str| home(address.parse().unwrap());
        assert_eq!(caller("2001:db8:1:2:aaaa::1"), caller("2001:db8:1:2::ffff"));
        assert_ne!(caller("2001:db8:1:2::1"), caller("2001:db8:1:3::1"));
        assert_eq!(caller("::ffff:192.0.2.7"), caller("192.0.2.7"));
        assert_ne!(caller("192.0.2.7"), caller("192.0.2.8"));
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for text in ["192.0.2.7", " 192.0.2.7", "192.0.2.7:51000"] {
            assert_eq!(parse_address(text), "192.0.2.7".parse().ok(), "{text}");
        }
        assert_eq!(parse_address("[2001:db8::1]:443"), "2001:db8::1".parse().ok());
        assert_eq!(parse_address("unknown"), None);
    }
}
