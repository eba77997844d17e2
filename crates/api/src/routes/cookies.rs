//! Tokens of a browser: in cookies that scripts cannot read and other sites cannot send.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use domain::session::SignedIn;

use super::extract::{Web, is_browser};

/// The cookie of the access token.
pub const ACCESS: &str = "__Host-toit-access";
/// The cookie of the refresh token.
const REFRESH: &str = "__Host-toit-refresh";
/// As long as a session lives without being used.
const DAYS: i64 = 90;

/// Whether the proxy in front says that the browser came by https.
pub fn is_https(request: &HttpRequest) -> bool {
    let forwarded =
        || request.headers().get("X-Forwarded-Proto").is_some_and(|p| p.as_bytes().eq_ignore_ascii_case(b"https"));
    request.app_data::<Data<Web>>().is_some_and(|w| w.behind_proxy) && forwarded()
}

/// On plain http other than localhost (a phone that tries a demo over the local network) browsers refuse `Secure` cookies, and so the
/// prefix too.
fn is_secure(request: &HttpRequest) -> bool {
    let host = request.headers().get("Host").and_then(|h| h.to_str().ok()).unwrap_or_default();
    is_https(request) || is_local(host)
}

/// Whether a host is this machine, which browsers trust without https.
pub fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name == "localhost" || name.ends_with(".localhost") || name == "127.0.0.1" || name == "[::1]"
}

fn name(request: &HttpRequest, name: &'static str) -> &'static str {
    if is_secure(request) { name } else { name.trim_start_matches("__Host-") }
}

fn read(request: &HttpRequest, cookie: &'static str) -> Option<String> {
    request.cookie(name(request, cookie)).map(|c| c.value().to_owned()).filter(|v| !v.is_empty())
}

/// The access token of a browser.
pub fn access(request: &HttpRequest) -> Option<String> {
    read(request, ACCESS)
}

/// The refresh token of a browser.
pub fn refresh(request: &HttpRequest) -> Option<String> {
    read(request, REFRESH)
}

fn cookie(request: &HttpRequest, which: &'static str, value: String, life: Duration) -> Cookie<'static> {
    Cookie::build(name(request, which), value)
        .path("/")
        .http_only(true)
        .secure(is_secure(request))
        .same_site(SameSite::Strict)
        .max_age(life)
        .finish()
}

/// Answers to a program with tokens in the body, to a browser with tokens in cookies.
pub fn hand_over(
    request: &HttpRequest,
    mut signed_in: SignedIn,
    mut answer: actix_web::HttpResponseBuilder,
) -> HttpResponse {
    if is_browser(request)
        && let Some(tokens) = signed_in.tokens.take()
    {
        // The access cookie outlives its token: a late request then hears "refresh", not "who are you".
        answer.cookie(cookie(request, ACCESS, tokens.access_token, Duration::days(DAYS)));
        answer.cookie(cookie(request, REFRESH, tokens.refresh_token, Duration::days(DAYS)));
    }
    answer.insert_header(("Cache-Control", "no-store")).json(signed_in)
}

/// Takes the cookies back.
pub fn forget(request: &HttpRequest, answer: &mut actix_web::HttpResponseBuilder) {
    for which in [ACCESS, REFRESH] {
        answer.cookie(cookie(request, which, String::new(), Duration::ZERO));
    }
}
