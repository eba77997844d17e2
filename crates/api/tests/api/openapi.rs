//! The OpenAPI document: what is committed is what is served, and one name goes from the document to the client.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Operation, operations};

/// Methods that ask for what another one lists, and give no more than its number.
const ONLY_COUNTING: [&str; 1] = ["count_barters"];

/// Called by what watches over servers and by makers of clients, never by the client itself.
const NOT_IN_THE_CLIENT: [&str; 2] = ["health_ready", "openapi_json"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document() -> Value {
    serde_json::from_str(&api::openapi_json()).expect("the document is JSON")
}

fn ids(operations: &[Operation]) -> BTreeSet<String> {
    operations.iter().map(|o| o.id.clone()).collect()
}

#[test]
fn the_committed_document_is_what_the_server_makes() {
    let committed = std::fs::read_to_string(workspace().join("openapi/openapi.json")).unwrap_or_default();
    let made = api::openapi_json();
    let differs = committed.lines().zip(made.lines()).position(|(a, b)| a != b).map_or(0, |n| n + 1);
    assert!(committed == made, "openapi/openapi.json is old (line {differs}): run `cargo xtask openapi` and commit it");
    assert!(document()["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")), "OpenAPI 3.1");
}

#[test]
fn every_operation_has_one_name_one_tag_and_one_version() {
    let document = document();
    let operations = operations(&document);
    assert_eq!(ids(&operations).len(), operations.len(), "an operationId stands twice");
    let known: Vec<&str> =
        document["tags"].as_array().expect("tags").iter().filter_map(|t| t["name"].as_str()).collect();
    for operation in &operations {
        let Operation { id, path, tags, .. } = operation;
        assert!(!id.is_empty(), "{path} has no operationId");
        assert!(
            tags.len() == 1 && known.contains(&tags[0].as_str()),
            "{id} has the tags {tags:?}, known are {known:?}"
        );
        assert!(path.starts_with("/api/v1/"), "{path}");
    }
}

#[test]
fn every_operation_tells_how_it_can_end() {
    for operation in operations(&document()) {
        let Operation { id, statuses, .. } = &operation;
        let tells = |status: u16| assert!(statuses.contains(&status), "{id} does not document {status}: {statuses:?}");
        assert!(statuses.iter().any(|s| (200..300).contains(s)), "{id} documents no success");
        if !operation.is_public {
            tells(401);
            tells(403);
        }
        if operation.names_a_thing() {
            tells(404);
        }
        if operation.takes_a_body() {
            for status in [400, 413, 415, 422] {
                tells(status);
            }
        }
    }
}

/// Calls `look` for every object of JSON in the document, with its path.
fn walk(value: &Value, at: &str, look: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(fields) => {
            look(at, value);
            for (name, field) in fields {
                walk(field, &format!("{at}/{name}"), look);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                walk(item, &format!("{at}/{n}"), look);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The schema that is meant, wherever it stands.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let pointer = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.map_or(schema, |pointer| document.pointer(pointer).unwrap_or_else(|| panic!("nothing stands at {pointer}")))
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut found = 0;
    walk(&document, "", &mut |at, value| {
        if let Some(reference) = value["$ref"].as_str() {
            found += 1;
            let leads = reference.strip_prefix('#').is_some_and(|pointer| document.pointer(pointer).is_some());
            assert!(leads, "{at} names {reference}, which does not exist");
        }
    });
    assert!(found > 100, "{found} references");
}

/// The server refuses keys that it does not know, so the document has to.
#[test]
fn no_object_that_is_sent_is_open() {
    fn closed(document: &Value, schema: &Value, at: &str) -> usize {
        let schema = resolved(document, schema);
        let all = ["oneOf", "anyOf", "allOf"].iter().filter_map(|of| schema[of].as_array()).flatten();
        let mut objects = all.map(|part| closed(document, part, at)).sum::<usize>();
        if !schema["items"].is_null() {
            objects += closed(document, &schema["items"], at);
        }
        if let Some(fields) = schema["properties"].as_object() {
            assert_eq!(schema["additionalProperties"], Value::Bool(false), "{at}: {schema}");
            objects += 1;
            objects += fields.values().map(|field| closed(document, field, at)).sum::<usize>();
        }
        objects
    }
    let document = document();
    let mut objects = 0;
    walk(&document["paths"], "", &mut |at, value| {
        if let Some(schema) = value.pointer("/requestBody/content/application~1json/schema") {
            objects += closed(&document, schema, at);
        }
    });
    assert!(objects > 10, "{objects} objects");
}

#[test]
fn what_is_no_json_is_not_told_as_json() {
    let mut others = Vec::new();
    walk(&document()["paths"], "", &mut |at, value| {
        for (kind, content) in value["content"].as_object().into_iter().flatten() {
            if !kind.ends_with("json") {
                assert!(content["schema"].is_null(), "{at}: {kind} is told as {}", content["schema"]);
                others.push(kind.clone());
            }
        }
    });
    assert!(others.contains(&"application/zip".to_owned()), "{others:?}");
}

#[test]
fn every_operation_is_a_method_of_the_client_and_every_method_an_operation() {
    let mut methods = BTreeSet::new();
    for file in std::fs::read_dir(workspace().join("crates/client/src")).expect("the client's sources") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
        if !text.contains("impl Client") {
            continue;
        }
        let found =
            text.split("\n    pub async fn ").skip(1).filter_map(|rest| Some(rest.split_once('(')?.0.to_owned()));
        methods.extend(found);
    }
    let mut operations = ids(&operations(&document()));
    for id in NOT_IN_THE_CLIENT {
        assert!(operations.remove(id), "{id} is no operation any more: take it off this list");
    }
    let missing: Vec<_> = operations.difference(&methods).collect();
    assert!(missing.is_empty(), "the client has no method for {missing:?}");
    for method in ONLY_COUNTING {
        assert!(methods.remove(method), "{method} is no method any more: take it off this list");
    }
    let unknown: Vec<_> = methods.difference(&operations).collect();
    assert!(unknown.is_empty(), "the client calls what is no operation: {unknown:?}");
}
