//! Requests that nobody should send: always one form of answer, never a 500.

use domain::problem::{FieldCode, ProblemCode};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::support::{Answer, Operation, Place, Raw, RealThings, Toit, key, on_both_databases, operations};

on_both_databases!(
    bodies_that_are_no_json_cannot_be_read,
    bodies_that_are_too_large_are_not_read,
    bodies_of_another_type_are_refused,
    deep_bodies_are_refused,
    unknown_and_repeated_keys_are_refused_by_their_pointer,
    missing_keys_and_wrong_types_are_refused_by_their_pointer,
    ids_that_are_none_are_not_found,
    unknown_paths_and_wrong_methods_are_told_apart,
    strange_keys_of_idempotency_are_refused,
    strange_times_are_refused_or_kept,
);

/// Every operation that takes a body, with somebody who may call it and her things.
async fn with_bodies(toit: &Toit) -> (Vec<Operation>, RealThings, Raw) {
    let (things, [awa, _]) = RealThings::of(toit).await;
    let mut found = operations(&toit.raw().get("/openapi.json").await.ok());
    found.retain(Operation::takes_a_body);
    assert!(found.len() >= 10, "{}", found.len());
    (found, things, awa.raw())
}

async fn send(operation: &Operation, things: &RealThings, raw: &Raw, body: impl Into<reqwest::Body>) -> Answer {
    let request = raw.request(operation.method.clone(), &format!("/{}", things.fill(&operation.path)));
    Answer::of(request.header("If-Match", "\"1\"").header(CONTENT_TYPE, "application/json").body(body)).await
}

async fn bodies_that_are_no_json_cannot_be_read(toit: &Toit) {
    let (operations, things, raw) = with_bodies(toit).await;
    for operation in &operations {
        for body in ["", " ", "{", "{]", "nonsense", "{\"title\":\"a\",}", "{} {}", "\u{feff}{}", "{'a':1}"] {
            let problem = send(operation, &things, &raw, body).await.problem();
            let expected = [ProblemCode::MalformedRequest, ProblemCode::Invalid];
            assert!(expected.contains(&problem.code), "{} {body:?}: {problem:?}", operation.id);
        }
        for bytes in [&b"\xff\xfe\x00"[..], b"{\"title\":\"\xc3\x28\"}", b"\x00"] {
            let problem = send(operation, &things, &raw, bytes).await.problem();
            assert!(problem.status == 400 || problem.status == 422, "{} {bytes:?}: {problem:?}", operation.id);
        }
        for body in ["null", "true", "0", "\"text\"", "[]", "[{}]"] {
            let problem = send(operation, &things, &raw, body).await.problem();
            assert!(problem.status == 400 || problem.status == 422, "{} {body:?}: {problem:?}", operation.id);
        }
    }
    raw.post("/offers", "{").await.refused(ProblemCode::MalformedRequest);
    raw.post("/offers", "[]").await.refused(ProblemCode::Invalid);
}

async fn bodies_that_are_too_large_are_not_read(toit: &Toit) {
    let (operations, things, raw) = with_bodies(toit).await;
    let large = json!({ "text": "x".repeat(66 * 1024) }).to_string();
    for operation in &operations {
        let answer = send(operation, &things, &raw, large.clone()).await;
        assert_eq!(answer.problem().code, ProblemCode::BodyTooLarge, "{}", operation.id);
    }
    let fits = json!({ "text": "x".repeat(60 * 1024) }).to_string();
    raw.post("/offers", fits).await.refused(ProblemCode::Invalid);
}

async fn bodies_of_another_type_are_refused(toit: &Toit) {
    let (operations, things, raw) = with_bodies(toit).await;
    for operation in &operations {
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/xml",
            "json",
            "",
        ] {
            let request = raw.request(operation.method.clone(), &format!("/{}", things.fill(&operation.path)));
            let request =
                request.header("If-Match", "\"1\"").header(CONTENT_TYPE, kind).body(operation.body().to_string());
            let problem = Answer::of(request).await.problem();
            assert_eq!(problem.code, ProblemCode::UnsupportedMediaType, "{} {kind:?}", operation.id);
        }
    }
    let body = json!({ "language": "en" }).to_string();
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        let request = raw.request(Method::PATCH, "/tenants/me").header(CONTENT_TYPE, kind).header("If-Match", "\"99\"");
        Answer::of(request.body(body.clone())).await.refused(ProblemCode::PreconditionFailed);
    }
}

async fn deep_bodies_are_refused(toit: &Toit) {
    let (operations, things, raw) = with_bodies(toit).await;
    let (arrays, objects) =
        (format!("{}{}", "[".repeat(200), "]".repeat(200)), format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200)));
    for operation in &operations {
        for deep in [&arrays, &objects, &format!("{{\"title\":{arrays}}}"), &format!("{{\"in_return\":{objects}}}")] {
            let problem = send(operation, &things, &raw, deep.clone()).await.problem();
            assert!(problem.status == 400 || problem.status == 422, "{}: {problem:?}", operation.id);
        }
    }
}

/// The smallest good body of an operation, as text, with these members more.
fn with_more(operation: &Operation, more: &str) -> String {
    let body = operation.body().to_string();
    let inner = body.trim_start_matches('{').trim_end_matches('}');
    let comma = if operation.body() == json!({}) { "" } else { "," };
    // Trimming takes the braces of an inner object too: only flat bodies are used here.
    format!("{{{inner}{comma}{more}}}")
}

async fn unknown_and_repeated_keys_are_refused_by_their_pointer(toit: &Toit) {
    let (operations, things, raw) = with_bodies(toit).await;
    for operation in &operations {
        let mut body = operation.body();
        body["surprise"] = json!(1);
        send(operation, &things, &raw, body.to_string()).await.invalid("/surprise", FieldCode::UnknownField);
        let good = operation.body();
        if good.as_object().is_some_and(|b| !b.is_empty() && b.values().all(|v| !v.is_object() && !v.is_array())) {
            let (name, value) = good.as_object().and_then(|b| b.iter().next()).expect("a member");
            let twice = with_more(operation, &format!("{name:?}:{value}"));
            let answer = send(operation, &things, &raw, twice).await;
            answer.invalid(&format!("/{name}"), FieldCode::UnknownField);
        }
    }
    let mut offer = serde_json::to_value(offer(&raw).await).expect("JSON");
    offer["in_return"] = json!({ "kind": "anything", "price": 10 });
    let problem = raw.post("/offers", offer.to_string()).await.refused(ProblemCode::Invalid);
    assert!(problem.errors[0].pointer.starts_with("/in_return"), "{problem:?}");
}

/// A good offer, as JSON.
async fn offer(raw: &Raw) -> Value {
    let tree = raw.get("/categories").await.ok();
    let service =
        tree["items"].as_array().expect("a tree").iter().find(|c| c.get("parent").is_some()).expect("a service");
    json!({
        "kind": "offer", "category": service["slug"], "title": "Lecture", "text": "", "circle": "office",
        "capacity": 1, "in_return": { "kind": "nothing" }
    })
}

async fn missing_keys_and_wrong_types_are_refused_by_their_pointer(toit: &Toit) {
    let raw = toit.neighbour("Awa", Place::A).await.raw();
    let good = offer(&raw).await;
    raw.post("/offers", good.to_string()).await.ok();
    for name in good.as_object().expect("an object").keys() {
        let mut without = good.clone();
        without.as_object_mut().expect("an object").remove(name);
        raw.post("/offers", without.to_string()).await.invalid(&format!("/{name}"), FieldCode::Required);
        for wrong in [json!(null), json!([[]]), json!(true)] {
            let mut other = good.clone();
            other[name] = wrong;
            let problem = raw.post("/offers", other.to_string()).await.refused(ProblemCode::Invalid);
            assert!(problem.errors[0].pointer.starts_with(&format!("/{name}")), "{problem:?}");
        }
    }
    for (pointer, wrong) in [
        ("/kind", json!("gift")),
        ("/circle", json!("partners")),
        ("/circle", json!("Office")),
        ("/category", json!("Pas un mot")),
        ("/category", json!("a".repeat(10_000))),
    ] {
        let mut other = good.clone();
        *other.pointer_mut(pointer).expect("a member") = wrong;
        raw.post("/offers", other.to_string()).await.invalid(pointer, FieldCode::UnknownValue);
    }
    let legs = json!({ "legs": [{ "giver": "me", "receiver": 7 }] }).to_string();
    let problem = raw.post("/barters", legs).await.refused(ProblemCode::Invalid);
    assert_eq!(problem.errors[0].pointer, "/legs/0/giver");
}

/// A path with the same in the place of each of its parameters.
fn with_everywhere(path: &str, id: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |path, part| format!("{path}{id}{}", part.split_once('}').expect("a parameter").1))
}

async fn ids_that_are_none_are_not_found(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let all = operations(&toit.raw().get("/openapi.json").await.ok());
    let strange = [
        "1",
        "me",
        "00000000-0000-0000-0000-000000000000",
        "0192f0c1-2b3c-7d4e-8f50-617283940516",
        "0192f0c1-2b3c-7d4e-8f50-61728394051g",
        "%00",
        "%2e%2e",
        "%ff%fe",
        "'%20or%201=1--",
        "🐈",
    ];
    for operation in all.iter().filter(|o| o.names_a_thing()) {
        for id in strange.into_iter().map(str::to_owned).chain(["x".repeat(3_000)]) {
            // A path of its own, and one that anybody may ask.
            if operation.path == "/api/v1/tenants/{id}" && id == "me" {
                continue;
            }
            let path = with_everywhere(&operation.path, &id);
            let mut request =
                awa.raw().request(operation.method.clone(), &format!("/{path}")).header("If-Match", "\"1\"");
            if operation.takes_a_body() {
                request = request.header(CONTENT_TYPE, "application/json").body(operation.body().to_string());
            }
            let answer = Answer::of(request).await;
            assert_eq!(answer.problem().code, ProblemCode::NotFound, "{} {id}", operation.id);
        }
    }
}

async fn unknown_paths_and_wrong_methods_are_told_apart(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    for raw in [toit.raw(), awa.raw()] {
        for path in [
            "",
            "/",
            "/nothing",
            "/offers/",
            "/Offers",
            "/offers/1/2/3",
            "/barters/x/legs",
            "/../../etc/passwd",
            "//api/v2/offers",
            "//api/v1",
        ] {
            let answer = raw.get(path).await;
            if path.starts_with("//api/v2") {
                assert_eq!(answer.status, 404, "{path}: {answer:?}");
            } else {
                assert_eq!(answer.problem().code, ProblemCode::NotFound, "{path}");
            }
        }
        for (method, path, allowed) in [
            (Method::PUT, "/offers", "GET, POST"),
            (Method::DELETE, "/offers", "GET, POST"),
            (Method::POST, "/tenants/me", "GET, PATCH"),
            (Method::GET, "/join", "POST"),
            (Method::PATCH, "/health", "GET"),
            (Method::GET, "/offers/0192f0c1-2b3c-7d4e-8f50-617283940516/pause", "POST"),
            (Method::PATCH, "/events/days", "GET"),
            (Method::DELETE, "/events/days", "GET"),
        ] {
            let answer = Answer::of(raw.request(method.clone(), path)).await;
            answer.refused(ProblemCode::MethodNotAllowed);
            assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
        }
    }
}

async fn strange_keys_of_idempotency_are_refused(toit: &Toit) {
    let raw = toit.neighbour("Awa", Place::A).await.raw();
    let body = offer(&raw).await.to_string();
    let with = |key: &[u8]| {
        let value = reqwest::header::HeaderValue::from_bytes(key).expect("a value that can be sent");
        let request = raw.request(Method::POST, "/offers").header("Idempotency-Key", value);
        Answer::of(request.header(CONTENT_TYPE, "application/json").body(body.clone()))
    };
    for strange in [&b""[..], b"two words", &[b'x'; 10_000], "clé".as_bytes(), b"\xff"] {
        let answer = with(strange).await;
        assert_eq!(answer.problem().code, ProblemCode::Invalid, "{strange:?}");
    }
    with(&[b'x'; 100]).await.ok();
    with(key().as_bytes()).await.ok();
}

async fn strange_times_are_refused_or_kept(toit: &Toit) {
    let (things, [awa, _]) = RealThings::of(toit).await;
    let path = format!("/{}", things.fill("/api/v1/barters/{id}/legs/{leg}/schedule"));
    for (strange, code) in [
        ("", FieldCode::WrongForm),
        ("tomorrow", FieldCode::WrongForm),
        ("2026-12-05", FieldCode::WrongForm),
        ("2026-12-05T09:00:00", FieldCode::WrongForm),
        ("99999999", FieldCode::WrongForm),
        ("2026-13-01T00:00:00Z", FieldCode::OutOfRange),
        ("2026-02-30T00:00:00Z", FieldCode::OutOfRange),
    ] {
        let body = json!({ "at": strange }).to_string();
        awa.raw().post(&path, body).await.invalid("/at", code);
    }
    let body = json!({ "at": 1_795_000_000 }).to_string();
    awa.raw().post(&path, body).await.invalid("/at", FieldCode::WrongForm);
    for (typed, kept) in
        [("2026-12-05T10:00:00+01:00", "2026-12-05T09:00:00Z"), ("2028-02-29T23:59:59Z", "2028-02-29T23:59:59Z")]
    {
        let body = json!({ "at": typed }).to_string();
        assert_eq!(awa.raw().post(&path, body).await.ok()["legs"][0]["at"], kept);
    }
}
