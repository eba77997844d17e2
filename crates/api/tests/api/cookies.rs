//! The browser: tokens in cookies that scripts cannot read and other sites cannot send.

use domain::problem::ProblemCode;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE, USER_AGENT};
use serde_json::Value;

use crate::support::{Answer, Place, Toit, join, on_both_databases};

on_both_databases!(
    a_browser_gets_its_tokens_in_cookies_that_scripts_cannot_read,
    cookies_open_what_a_bearer_token_opens,
    a_write_with_cookies_needs_the_header_of_our_own_page,
    refreshing_rotates_the_cookies,
    signing_out_takes_the_cookies_back,
    on_plain_http_away_from_localhost_cookies_lose_prefix_and_secure,
    a_stolen_cookie_of_another_name_opens_nothing,
    the_device_is_told_from_its_user_agent,
);

const PHONE: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36";

struct Browser {
    cookies: Vec<String>,
    body: Value,
}

/// Joins as the page does, at this host.
async fn join_at(toit: &Toit, host: Option<&str>) -> Browser {
    let code = toit.code(Place::A).await;
    let body = serde_json::to_string(&join(&code, "Awa")).expect("JSON");
    let mut request = toit.raw().request(Method::POST, "/join").header(CONTENT_TYPE, "application/json");
    request = request.header("Toit-Browser", "1").header(USER_AGENT, PHONE).body(body);
    if let Some(host) = host {
        request = request.header(HOST, host);
    }
    let answer = Answer::of(request).await;
    let cookies = cookies(&answer);
    Browser { cookies, body: answer.ok() }
}

fn cookies(answer: &Answer) -> Vec<String> {
    answer.headers.get_all(SET_COOKIE).iter().map(|c| c.to_str().expect("ASCII").to_owned()).collect()
}

/// What a browser sends back of the cookies that it was given.
fn sent_back(cookies: &[String]) -> String {
    cookies.iter().map(|c| c.split(';').next().expect("name and value")).collect::<Vec<_>>().join("; ")
}

fn attributes(cookie: &str) -> Vec<String> {
    let mut attributes: Vec<String> = cookie.split(';').skip(1).map(|a| a.trim().to_lowercase()).collect();
    attributes.retain(|a| !a.starts_with("max-age"));
    attributes.sort();
    attributes
}

async fn a_browser_gets_its_tokens_in_cookies_that_scripts_cannot_read(toit: &Toit) {
    let browser = join_at(toit, None).await;
    assert_eq!(browser.cookies.len(), 2);
    for cookie in &browser.cookies {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        assert_eq!(attributes(cookie), ["httponly", "path=/", "samesite=strict", "secure"]);
        assert!(cookie.contains("Max-Age="), "the browser keeps it when it is closed: {cookie}");
        let value = cookie.split(['=', ';']).nth(1).expect("a value");
        assert!(value.len() > 40 && !browser.body.to_string().contains(value), "a token stands in the body");
    }
    assert_eq!(browser.body.get("tokens"), None);
    assert_eq!(browser.body["me"]["first_name"], "Awa");
}

async fn cookies_open_what_a_bearer_token_opens(toit: &Toit) {
    let browser = join_at(toit, None).await;
    let get = |path| toit.raw().request(Method::GET, path).header(COOKIE, sent_back(&browser.cookies));
    assert_eq!(Answer::of(get("/tenants/me")).await.ok()["id"], browser.body["me"]["id"]);
    assert_eq!(Answer::of(get("/offers")).await.status, 200);
}

async fn a_write_with_cookies_needs_the_header_of_our_own_page(toit: &Toit) {
    let browser = join_at(toit, None).await;
    let version = browser.body["me"]["version"].to_string();
    let write = |method, path| {
        let request = toit.raw().request(method, path).header(COOKIE, sent_back(&browser.cookies));
        request.header(CONTENT_TYPE, "application/json").header("If-Match", format!("\"{version}\""))
    };
    let edit = || write(Method::PATCH, "/tenants/me").body(r#"{"language":"en"}"#);
    Answer::of(edit()).await.refused(ProblemCode::MissingBrowserHeader);
    for (method, path) in [
        (Method::POST, "/offers"),
        (Method::POST, "/barters"),
        (Method::DELETE, "/session"),
        (Method::DELETE, "/sessions"),
        (Method::POST, "/session/refresh"),
    ] {
        let answer = Answer::of(write(method, path).body("{}")).await;
        assert_eq!(answer.problem().code, ProblemCode::MissingBrowserHeader, "{path}");
    }
    let done = Answer::of(edit().header("Toit-Browser", "1")).await.ok();
    assert_eq!(done["language"], "en");
}

async fn refreshing_rotates_the_cookies(toit: &Toit) {
    let browser = join_at(toit, None).await;
    let refresh = |cookies: &[String]| {
        let request = toit.raw().request(Method::POST, "/session/refresh").header(COOKIE, sent_back(cookies));
        request.header(CONTENT_TYPE, "application/json").header("Toit-Browser", "1").body("{}")
    };
    toit.wait(chrono::TimeDelta::minutes(11)).await;
    let old = toit.raw().request(Method::GET, "/tenants/me").header(COOKIE, sent_back(&browser.cookies));
    Answer::of(old).await.refused(ProblemCode::Unauthenticated);
    let answer = Answer::of(refresh(&browser.cookies)).await;
    let new = cookies(&answer);
    assert_eq!(answer.ok().get("tokens"), None);
    assert_eq!(new.len(), 2);
    assert!(new.iter().all(|c| !browser.cookies.contains(c)));
    let again = toit.raw().request(Method::GET, "/tenants/me").header(COOKIE, sent_back(&new));
    assert_eq!(Answer::of(again).await.status, 200);
    Answer::of(refresh(&[])).await.refused(ProblemCode::Unauthenticated);
}

async fn signing_out_takes_the_cookies_back(toit: &Toit) {
    let browser = join_at(toit, None).await;
    let request = toit.raw().request(Method::DELETE, "/session").header(COOKIE, sent_back(&browser.cookies));
    let answer = Answer::of(request.header("Toit-Browser", "1")).await;
    assert_eq!(answer.status, 204);
    let gone = cookies(&answer);
    assert_eq!(gone.len(), 2);
    for cookie in &gone {
        assert!(cookie.starts_with("__Host-") && cookie.contains("=;") && cookie.contains("Max-Age=0"), "{cookie}");
        assert_eq!(attributes(cookie), ["httponly", "path=/", "samesite=strict", "secure"]);
    }
    let old = toit.raw().request(Method::GET, "/tenants/me").header(COOKIE, sent_back(&browser.cookies));
    Answer::of(old).await.refused(ProblemCode::SessionEnded);
}

async fn on_plain_http_away_from_localhost_cookies_lose_prefix_and_secure(toit: &Toit) {
    let browser = join_at(toit, Some("192.168.1.20:8080")).await;
    assert_eq!(browser.cookies.len(), 2);
    for cookie in &browser.cookies {
        assert!(!cookie.starts_with("__Host-"), "{cookie}");
        assert_eq!(attributes(cookie), ["httponly", "path=/", "samesite=strict"]);
    }
    let me = toit.raw().request(Method::GET, "/tenants/me").header(COOKIE, sent_back(&browser.cookies));
    assert_eq!(Answer::of(me.header(HOST, "192.168.1.20:8080")).await.status, 200);
    for host in ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
        let browser = join_at(toit, Some(host)).await;
        assert!(browser.cookies.iter().all(|c| c.starts_with("__Host-")), "{host}: {:?}", browser.cookies);
    }
    for host in ["localhost.example.org", "127.0.0.1.example.org", "example.org", "notlocalhost"] {
        let browser = join_at(toit, Some(host)).await;
        assert!(browser.cookies.iter().all(|c| !c.starts_with("__Host-")), "{host}: {:?}", browser.cookies);
    }
}

async fn a_stolen_cookie_of_another_name_opens_nothing(toit: &Toit) {
    let browser = join_at(toit, None).await;
    // Without the prefix another page of the host could have set it.
    let renamed = sent_back(&browser.cookies).replace("__Host-", "");
    let request = toit.raw().request(Method::GET, "/tenants/me").header(COOKIE, renamed);
    Answer::of(request).await.refused(ProblemCode::Unauthenticated);
}

async fn the_device_is_told_from_its_user_agent(toit: &Toit) {
    let browser = join_at(toit, None).await;
    let list = toit.raw().request(Method::GET, "/sessions").header(COOKIE, sent_back(&browser.cookies));
    let list = Answer::of(list).await.ok();
    assert_eq!(list["items"][0]["device"], "phone");
    assert!(!list.to_string().contains("Pixel"), "no more of it is kept");
}
