//! What only a broken program or somebody with bad intent sends: refused in the one form that errors have, never a 500.

use domain::problem::{FieldCode, ProblemCode};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use crate::support::{Answer, Place, RealThings, Toit, on_both_databases, operations};

on_both_databases!(
    paths_and_queries_full_of_percent_signs_are_refused,
    halves_of_characters_cannot_be_read,
    zero_bytes_are_refused_wherever_a_text_is_kept,
    numbers_that_no_computer_counts_to_are_refused,
    days_that_nobody_can_mean_are_refused,
    what_would_please_in_return_holds_nothing_unknown,
    a_list_is_never_taken_for_an_object,
    headers_that_are_no_text_change_nothing,
    cursors_that_nobody_was_given_are_refused,
    nothing_of_the_api_is_kept_on_the_way,
);

const GARBAGE: [&str; 10] =
    ["%00", "%", "%zz", "%ff%fe", "%C0%AF", "%2e%2e%2f", "..%5c", "%F0%9F%90%88", "%0d%0aX:%20y", "%25%30%30"];

async fn paths_and_queries_full_of_percent_signs_are_refused(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    for garbage in GARBAGE {
        for path in ["/offers/", "/barters/", "/residences/", "/sessions/", "/", "//", "//api/docs/"] {
            for raw in [toit.raw(), awa.raw()] {
                let answer = raw.get(&format!("{path}{garbage}")).await;
                assert!(answer.status < 500, "{path}{garbage}: {answer:?}");
            }
        }
        for query in ["circle", "kind", "category", "mine", "after", "limit", garbage] {
            let answer = awa.raw().get(&format!("/offers?{query}={garbage}")).await;
            assert_eq!(answer.problem().code, ProblemCode::Invalid, "{query}={garbage}");
        }
        let answer = awa.raw().get(&format!("/barters?after={garbage}")).await;
        answer.invalid("?after", FieldCode::WrongForm);
    }
}

/// A body for a new offer, with a title as the wire has it.
fn offer(category: &str, title: &str) -> String {
    format!(
        r#"{{"kind":"offer","category":"{category}","title":"{title}","text":"","circle":"office","capacity":1,"in_return":{{"kind":"nothing"}}}}"#
    )
}

async fn halves_of_characters_cannot_be_read(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let category = awa.services.one.as_str();
    for half in [r"\ud83d", r"\udc08", r"\udc08\ud83d", r"\ud83dx", r"\u12", r"\x41"] {
        let answer = awa.raw().post("/offers", offer(category, half)).await;
        assert!(matches!(answer.problem().code, ProblemCode::MalformedRequest | ProblemCode::Invalid), "{half}");
    }
    let cat = awa.raw().post("/offers", offer(category, r"\ud83d\udc08")).await.ok();
    assert_eq!(cat["title"], "🐈");
    let mut bytes = offer(category, "x").into_bytes();
    let at = bytes.windows(3).position(|w| w == b"\"x\"").expect("the title") + 1;
    bytes[at] = 0xff;
    let request = awa.raw().request(Method::POST, "/offers").header(CONTENT_TYPE, "application/json").body(bytes);
    Answer::of(request).await.refused(ProblemCode::MalformedRequest);
}

/// Puts `text` at every string of a JSON value in turn.
fn each_string(value: &Value, text: &str) -> Vec<Value> {
    match value {
        Value::String(_) => vec![json!(text)],
        Value::Array(items) => (0..items.len())
            .flat_map(|n| {
                each_string(&items[n], text).into_iter().map(move |changed| {
                    let mut items = items.clone();
                    items[n] = changed;
                    Value::Array(items)
                })
            })
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, field)| {
                each_string(field, text).into_iter().map(move |changed| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), changed);
                    Value::Object(fields)
                })
            })
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// PostgreSQL cannot keep a zero byte in a text; SQLite's tools stop reading there.
async fn zero_bytes_are_refused_wherever_a_text_is_kept(toit: &Toit) {
    let (things, [awa, _]) = RealThings::of(toit).await;
    let document: Value = serde_json::from_str(&api::openapi_json()).expect("the document is JSON");
    let mut tried = 0;
    for operation in operations(&document).into_iter().filter(|o| o.takes_a_body()) {
        for body in each_string(&operation.body(), "a\u{0}b") {
            tried += 1;
            let path = format!("/{}", things.fill(&operation.path));
            let request = awa.raw().request(operation.method.clone(), &path).header("If-Match", "\"1\"");
            let answer = Answer::of(request.header(CONTENT_TYPE, "application/json").body(body.to_string())).await;
            assert!(answer.status < 500, "{}: {body}: {answer:?}", operation.id);
        }
    }
    assert!(tried > 20, "{tried}");
    for (field, body) in [
        ("title", json!({ "title": "a\u{0}b" })),
        ("text", json!({ "text": "a\u{0}b" })),
        ("times", json!({ "times": "a\u{0}b" })),
    ] {
        let path = things.fill("/api/v1/offers/{id}");
        let request = awa.raw().request(Method::PATCH, &format!("/{path}")).header("If-Match", "\"1\"");
        let answer = Answer::of(request.header(CONTENT_TYPE, "application/json").body(body.to_string())).await;
        answer.invalid(&format!("/{field}"), FieldCode::ControlCharacter);
    }
}

async fn numbers_that_no_computer_counts_to_are_refused(toit: &Toit) {
    let (things, [awa, _]) = RealThings::of(toit).await;
    let consent = format!("/{}", things.fill("/api/v1/barters/{id}/consent"));
    for number in ["4294967296", "-1", "1.5", "1e400", "-0.1", "123456789012345678901234567890", "NaN", "0x10", "1e3"] {
        let answer = awa.raw().post(&consent, format!(r#"{{"version":{number}}}"#)).await;
        assert!(matches!(answer.status, 400 | 422), "{number}: {answer:?}");
        let limit = awa.raw().get(&format!("/offers?limit={number}")).await;
        assert_eq!(limit.problem().code, ProblemCode::Invalid, "{number}");
    }
    let answer = awa.raw().post(&consent, r#"{"version":4294967295}"#).await;
    assert_eq!(answer.status, 409, "{answer:?}");
}

async fn days_that_nobody_can_mean_are_refused(toit: &Toit) {
    let (things, [awa, _]) = RealThings::of(toit).await;
    let schedule = format!("/{}", things.fill("/api/v1/barters/{id}/legs/{leg}/schedule"));
    for far in [
        "0001-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "+262142-12-31T23:59:59Z",
        "-262143-01-01T00:00:00Z",
    ] {
        let answer = awa.raw().post(&schedule, json!({ "at": far }).to_string()).await;
        answer.invalid("/at", FieldCode::OutOfRange);
    }
    for beyond in ["+262143-01-01T00:00:00Z", "+999999-01-01T00:00:00Z", "2026-12-05T24:00:00Z", "2026-12-05T09:00:61Z"]
    {
        let answer = awa.raw().post(&schedule, json!({ "at": beyond }).to_string()).await;
        assert_eq!(answer.refused(ProblemCode::Invalid).errors[0].pointer, "/at", "{beyond}");
    }
    let kept = awa.raw().post(&schedule, json!({ "at": "2026-12-05T09:00:00.123456789Z" }).to_string()).await.ok();
    assert_eq!(kept["legs"][0]["at"], "2026-12-05T09:00:00.123Z");
}

async fn what_would_please_in_return_holds_nothing_unknown(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let mut body: Value = serde_json::from_str(&offer(awa.services.one.as_str(), "Lecture")).expect("JSON");
    for wrong in [
        json!({ "kind": "nothing", "categories": [] }),
        json!({ "kind": "anything", "price": 10 }),
        json!({ "kind": "categories", "categories": [awa.services.two], "price": 10 }),
        json!({ "kind": "money" }),
        json!({ "kind": "categories" }),
        json!({}),
        json!([]),
        json!("nothing"),
    ] {
        body["in_return"] = wrong.clone();
        let problem = awa.raw().post("/offers", body.to_string()).await.refused(ProblemCode::Invalid);
        assert!(problem.errors[0].pointer.starts_with("/in_return"), "{wrong}: {problem:?}");
    }
    let twice = offer(awa.services.one.as_str(), "x")
        .replace(r#"{"kind":"nothing"}"#, r#"{"kind":"nothing","kind":"anything"}"#);
    awa.raw().post("/offers", twice).await.refused(ProblemCode::Invalid);
}

/// Each object inside a JSON value in turn, with its values as a list: what is left of it when the names are lost.
fn each_object_as_a_list(value: &Value, at: &str) -> Vec<(String, Value)> {
    let parts: Vec<(String, Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), field.clone())).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item.clone())).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let mut found = Vec::new();
    for (name, part) in parts {
        let at = format!("{at}/{name}");
        let mut changed = each_object_as_a_list(&part, &at);
        if let Value::Object(fields) = &part {
            changed.push((at, fields.values().cloned().collect()));
        }
        found.extend(changed.into_iter().map(|(at, part)| {
            let mut whole = value.clone();
            match &mut whole {
                Value::Array(items) => items[name.parse::<usize>().expect("a place in a list")] = part,
                other => other[&name] = part,
            }
            (at, whole)
        }));
    }
    found
}

async fn a_list_is_never_taken_for_an_object(toit: &Toit) {
    let (things, [awa, samir]) = RealThings::of(toit).await;
    let document: Value = serde_json::from_str(&api::openapi_json()).expect("the document is JSON");
    let mut tried = 0;
    for operation in operations(&document).into_iter().filter(|o| o.takes_a_body()) {
        for (at, body) in each_object_as_a_list(&operation.body(), "") {
            let path = format!("/{}", things.fill(&operation.path));
            let request = awa.raw().request(operation.method.clone(), &path).header("If-Match", "\"1\"");
            let answer = Answer::of(request.header(CONTENT_TYPE, "application/json").body(body.to_string())).await;
            assert_eq!(answer.problem().code, ProblemCode::Invalid, "{}: {body}", operation.id);
            assert!(answer.problem().errors[0].pointer.starts_with(&at), "{}: {at}: {answer:?}", operation.id);
            tried += 1;
        }
    }
    assert!(tried >= 3, "{tried}");
    // What serde takes, in the order of the members: a mark, and a leg without what may be absent.
    let patch = awa.raw().request(Method::PATCH, "/tenants/me").header("If-Match", "\"1\"");
    let mark = patch.header(CONTENT_TYPE, "application/json").body(r#"{"mark":["orange","cat"]}"#);
    Answer::of(mark).await.invalid("/mark", FieldCode::WrongForm);
    let offer = samir.post(&samir.services.offer("Lecture")).await;
    let leg = json!([samir.me.id, awa.me.id, offer.id, null, null, null, null]);
    let answer = awa.raw().post("/barters", json!({ "legs": [leg] }).to_string()).await;
    answer.invalid("/legs/0", FieldCode::WrongForm);
}

async fn headers_that_are_no_text_change_nothing(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let strange = || HeaderValue::from_bytes(b"\xff\xfe").expect("a value that can be sent");
    for name in ["User-Agent", "Accept-Encoding", "Accept-Language", "X-Forwarded-For", "X-Forwarded-Proto", "Cookie"] {
        let answer = Answer::of(awa.raw().request(Method::GET, "/tenants/me").header(name, strange())).await;
        assert_eq!(answer.status, 200, "{name}: {answer:?}");
    }
    let patch = || awa.raw().request(Method::PATCH, "/tenants/me").header(CONTENT_TYPE, "application/json").body("{}");
    Answer::of(patch().header("If-Match", strange())).await.refused(ProblemCode::PreconditionFailed);
    for version in ["*", "\"\"", "\"-1\"", "\"4294967296\"", "W/\"1\"", "\"1\", \"2\""] {
        Answer::of(patch().header("If-Match", version)).await.refused(ProblemCode::PreconditionFailed);
    }
    let authorization =
        |value: HeaderValue| toit.raw().request(Method::GET, "/tenants/me").header("Authorization", value);
    for value in [
        strange(),
        HeaderValue::from_static("Bearer"),
        HeaderValue::from_static("Bearer "),
        HeaderValue::from_static("Basic YTpi"),
    ] {
        Answer::of(authorization(value)).await.refused(ProblemCode::Unauthenticated);
    }
}

async fn cursors_that_nobody_was_given_are_refused(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let id = "0192f0c1-2b3c-7d4e-8f50-617283940516";
    for cursor in [
        "",
        "_",
        "x",
        id,
        "1_",
        &format!("_{id}"),
        &format!("9223372036854775807_{id}"),
        &format!("99999999999999999999_{id}"),
    ] {
        awa.raw().get(&format!("/barters?after={cursor}")).await.invalid("?after", FieldCode::WrongForm);
    }
    for edge in ["0", "-1", "8210266876799999", "-8334601228800000"] {
        awa.raw().get(&format!("/barters?after={edge}_{id}")).await.ok();
    }
    awa.raw().get(&format!("/offers?after={id}")).await.ok();
    awa.raw().get("/offers?after=ffffffff-ffff-ffff-ffff-ffffffffffff").await.ok();
    awa.raw().get("/offers?mine=true&after=00000000-0000-0000-0000-000000000000").await.ok();
}

async fn nothing_of_the_api_is_kept_on_the_way(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let paths = [
        "/tenants/me",
        "/sessions",
        "/residences",
        "/circles",
        "/categories",
        "/offers",
        "/offers?mine=true",
        "/barters",
    ];
    for path in paths.into_iter().chain(["/nothing", "/offers/x"]) {
        for answer in [awa.raw().get(path).await, toit.raw().get(path).await] {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}: {answer:?}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}: {answer:?}");
        }
    }
}
