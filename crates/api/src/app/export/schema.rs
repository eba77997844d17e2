//! `data.schema.json`: the form of `data.json`, made from what the server's own types say of themselves.

use domain::own_data::{EXPORT_VERSION, Export};
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

/// A JSON Schema (2020-12) of [`Export`].
pub(super) fn schema() -> String {
    let mut parts = Vec::new();
    <Export as ToSchema>::schemas(&mut parts);
    let definitions: Map<String, Value> =
        parts.into_iter().map(|(name, schema)| (name, for_readers(json!(schema)))).collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:de-toit-a-toit:export:{EXPORT_VERSION}"),
        "title": "De toit à toit: data.json",
    });
    if let (Value::Object(schema), Value::Object(form)) = (&mut schema, for_readers(json!(Export::schema()))) {
        schema.extend(form);
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    format!("{schema:#}\n")
}

/// From a part of an OpenAPI document to a part of a schema that stands alone. What a request must not hold is not said: a later
/// server of the same version may tell more; nor is `example`, which JSON Schema does not know.
fn for_readers(schema: Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            let kept = keywords
                .into_iter()
                .filter(|(name, value)| name != "example" && !(name == "additionalProperties" && *value == false));
            Value::Object(kept.map(|(name, value)| (name, for_readers(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(for_readers).collect()),
        Value::String(text) => match text.strip_prefix("#/components/schemas/") {
            Some(name) => Value::String(format!("#/$defs/{name}")),
            None => Value::String(text),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => schema,
    }
}
