//! Every operation of the OpenAPI document, and real things to call it with.
//!
//! An operation that is added later is walked by itself: its path is filled from [`RealThings`], its body is made from its schema.

use std::collections::{BTreeMap, BTreeSet};

use domain::conversation::ThingKind;
use domain::notice::NoticeKind;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{Answer, Person, Place, Raw, Toit, leg, offer_leg};

/// One operation of the document.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    /// With its parameters: `/api/v1/offers/{id}`.
    pub path: String,
    pub tags: Vec<String>,
    /// The statuses that the document tells.
    pub statuses: BTreeSet<u16>,
    /// Whether the document says that nobody has to sign in.
    pub is_public: bool,
    body: Option<Value>,
    schemas: Value,
}

/// The operations of a document, in its order.
pub fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path has methods") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if !operation.is_object() {
                continue;
            }
            let security = operation.get("security").or_else(|| document.get("security"));
            let statuses = operation["responses"].as_object().expect("responses").keys();
            found.push(Operation {
                id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
                method,
                path: path.clone(),
                tags: operation["tags"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|t| Some(t.as_str()?.to_owned()))
                    .collect(),
                statuses: statuses.filter_map(|s| s.parse().ok()).collect(),
                is_public: security.and_then(Value::as_array).is_none_or(|all| all.iter().any(|s| s == &json!({}))),
                body: operation.pointer("/requestBody/content/application~1json/schema").cloned(),
                schemas: document["components"]["schemas"].clone(),
            });
        }
    }
    assert!(found.len() > 30, "the document holds {} operations", found.len());
    found
}

impl Operation {
    /// Whether its path names a thing.
    pub fn names_a_thing(&self) -> bool {
        self.path.contains('{')
    }

    pub fn takes_a_body(&self) -> bool {
        self.body.is_some()
    }

    /// The smallest body that its schema allows.
    pub fn body(&self) -> Value {
        self.body.as_ref().map_or(Value::Null, |schema| self.example(schema, &self.id))
    }

    /// Calls it for these things, with the smallest body.
    pub async fn call(&self, raw: &Raw, things: &RealThings) -> Answer {
        let mut request = raw.request(self.method.clone(), &format!("/{}", things.fill(&self.path)));
        request = request.header("If-Match", "\"1\"");
        if self.takes_a_body() {
            request = request.header("Content-Type", "application/json").body(self.body().to_string());
        }
        Answer::of(request).await
    }

    fn example(&self, schema: &Value, at: &str) -> Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
            return match name {
                // What no schema tells: a check symbol that fits.
                "JoinCode" => json!("0000-0000-0000"),
                "Email" => json!("awa@example.org"),
                "LocalTime" => json!("2026-12-05T18:00:00"),
                _ => self.example(&self.schemas[name], name),
            };
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(variants) = schema[choice].as_array() {
                let variant = variants.iter().find(|v| v["type"] != "null").expect("a variant that is something");
                return self.example(variant, at);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().filter_map(|p| self.example(p, at).as_object().cloned());
            return Value::Object(parts.flatten().collect::<Map<_, _>>());
        }
        if let Some(word) = schema["enum"].as_array().and_then(|words| words.first()) {
            return word.clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().find_map(|k| k.as_str().filter(|k| *k != "null")),
            kind => kind.as_str(),
        };
        match kind {
            Some("object") => {
                let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let field =
                    |name: &str| (name.to_owned(), self.example(&schema["properties"][name], &format!("{at}.{name}")));
                Value::Object(required.map(field).collect())
            }
            Some("array") => {
                let least = schema["minItems"].as_u64().unwrap_or(0);
                (0..least).map(|_| self.example(&schema["items"], at)).collect()
            }
            Some("string") => match schema["format"].as_str() {
                Some("uuid") => json!("0192f0c1-2b3c-7d4e-8f50-617283940516"),
                Some("date-time") => json!("2026-12-05T09:00:00Z"),
                None | Some(_) => {
                    let least = schema["minLength"].as_u64().unwrap_or(1).max(1);
                    json!("a".repeat(usize::try_from(least).expect("a short text")))
                }
            },
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
            Some("boolean") => json!(true),
            other => panic!("{at}: teach tests/api/support/operations.rs to make a {other:?} from {schema}"),
        }
    }
}

/// Real things of one office, by the parameter that names them: `offers/{id}`.
pub struct RealThings(BTreeMap<&'static str, String>);

impl RealThings {
    /// Two neighbours with an offer that everybody of the office sees, and an agreed barter.
    pub async fn of(toit: &Toit) -> (Self, [Person; 2]) {
        let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
        let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
        let other = samir.post(&samir.services.offer("Lecture")).await;
        let ironing = leg(&awa, &samir, &awa.services.two, "Repassage");
        let barter = awa.propose(vec![offer_leg(&samir, &awa, &other), ironing]).await;
        let barter = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
        let talk = awa.start(&super::to_author(super::about(ThingKind::Offer, offer.id.0), "Bonjour")).await;
        let message = talk.last.expect("her words").id;
        let session = awa.client.list_sessions().await.expect("her devices").items.remove(0);
        let cat = samir.tell(&super::notice(NoticeKind::LostAnimal, "Chat roux")).await;
        samir.client.put_notice_photo(cat.id, super::pictures::jpeg(30, 20)).await.expect("a photo");
        let party: domain::event::NewEvent = serde_json::from_value(json!({
            "title": "Fête", "text": "", "place": "Dans la cour", "circle": "office",
            "start": "2026-12-05T18:00:00", "end": "2026-12-05T20:00:00", "bring": [{"what": "Un gâteau", "wanted": 2}],
        }))
        .expect("an event");
        let party = samir.client.create_event(&party, &super::key()).await.expect("an event");
        let things = [
            ("events/{id}", party.id.to_string()),
            ("events/{id}.ics", format!("{}.ics", party.id)),
            ("bring/{line}", party.bring[0].id.to_string()),
            ("hosts/{tenant}", awa.id().to_string()),
            // Each has her own: there is none that others could name.
            ("calendars/{kind}", "a-calendar-that-nobody-has".to_owned()),
            ("calendars/{secret}.ics", "a-secret-that-nobody-has-been-given.ics".to_owned()),
            ("notices/{id}", cat.id.to_string()),
            ("offers/{id}", offer.id.to_string()),
            ("barters/{id}", barter.id.to_string()),
            ("conversations/{id}", talk.id.to_string()),
            ("messages/{message}", message.to_string()),
            ("legs/{leg}", barter.legs[0].leg.terms.id.to_string()),
            ("residences/{id}", awa.me.residence.id.to_string()),
            ("sessions/{id}", session.id.to_string()),
            ("tenants/{id}", samir.id().to_string()),
            ("receipts/{token}", "a-receipt-that-nobody-has-asked-for".to_owned()),
        ];
        (Self(BTreeMap::from(things)), [awa, samir])
    }

    /// The path with real things in it.
    pub fn fill(&self, path: &str) -> String {
        let parts: Vec<&str> = path.split('/').collect();
        let filled = parts.iter().enumerate().map(|(n, part)| {
            if !part.starts_with('{') {
                return *part;
            }
            let name = format!("{}/{part}", parts[n - 1]);
            self.0.get(name.as_str()).unwrap_or_else(|| {
                panic!("{path}: add a real thing of one office for {name:?} to RealThings in tests/api/support/operations.rs")
            })
        });
        filled.collect::<Vec<_>>().join("/")
    }
}
