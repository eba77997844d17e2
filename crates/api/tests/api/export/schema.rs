//! A small reader of JSON Schema (2020-12): enough for what our own types say of themselves. A keyword that it does not know is a
//! failure, so that nothing passes unread.

use serde_json::{Map, Value};

/// Whether a value has the form that a schema describes, and the schema describes all of it.
pub fn check(schema: &Value, value: &Value) -> Result<(), String> {
    Reader { root: schema }.whole(schema, value, "")
}

struct Reader<'a> {
    root: &'a Value,
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn length(value: &Value) -> Option<u64> {
    let length = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    u64::try_from(length).ok()
}

fn all(rule: &Value) -> &[Value] {
    rule.as_array().map_or(&[], Vec::as_slice)
}

impl<'a> Reader<'a> {
    fn resolve(&self, reference: &Value) -> Result<&'a Value, String> {
        let pointer =
            reference.as_str().and_then(|r| r.strip_prefix('#')).ok_or(format!("{reference} leads elsewhere"))?;
        self.root.pointer(pointer).ok_or(format!("{reference} leads nowhere"))
    }

    /// A value at its own place: its form is right, and each of its members is described.
    fn whole(&self, schema: &'a Value, value: &Value, at: &str) -> Result<(), String> {
        self.fits(schema, value, at)?;
        let mut described = Vec::new();
        self.members(schema, &mut described)?;
        for name in value.as_object().into_iter().flat_map(Map::keys) {
            if !described.contains(&name.as_str()) {
                return Err(format!("{at}/{name} is not described"));
            }
        }
        Ok(())
    }

    /// All members that a schema describes in one way or the other.
    fn members(&self, schema: &'a Value, found: &mut Vec<&'a str>) -> Result<(), String> {
        found.extend(schema["properties"].as_object().into_iter().flat_map(Map::keys).map(String::as_str));
        if let Some(reference) = schema.get("$ref") {
            self.members(self.resolve(reference)?, found)?;
        }
        for part in ["allOf", "anyOf", "oneOf"].iter().flat_map(|word| all(&schema[*word])) {
            self.members(part, found)?;
        }
        Ok(())
    }

    fn fits(&self, schema: &'a Value, value: &Value, at: &str) -> Result<(), String> {
        for (keyword, rule) in schema.as_object().ok_or(format!("no schema at {at}: {schema}"))? {
            self.keyword(keyword, rule, value, at)?;
        }
        Ok(())
    }

    fn keyword(&self, keyword: &str, rule: &'a Value, value: &Value, at: &str) -> Result<(), String> {
        let number = |of: &Value| of.as_f64();
        let how_many = |parts: &'a [Value]| parts.iter().filter(|part| self.whole(part, value, at).is_ok()).count();
        let good = match keyword {
            "$ref" => return self.fits(self.resolve(rule)?, value, at),
            "properties" => return self.properties(rule, value, at),
            "items" => return self.items(rule, value, at),
            "allOf" => return all(rule).iter().try_for_each(|part| self.fits(part, value, at)),
            "oneOf" => how_many(all(rule)) == 1,
            "anyOf" => how_many(all(rule)) > 0,
            "type" => *rule == kind(value) || all(rule).iter().any(|one| *one == kind(value)),
            "enum" => all(rule).contains(value),
            "required" => all(rule).iter().all(|name| value.get(name.as_str().unwrap_or_default()).is_some()),
            "minimum" => number(value).is_none_or(|n| Some(n) >= number(rule)),
            "maximum" => number(value).is_none_or(|n| Some(n) <= number(rule)),
            "minLength" | "minItems" => length(value).is_none_or(|n| Some(n) >= rule.as_u64()),
            "maxLength" | "maxItems" => length(value).is_none_or(|n| Some(n) <= rule.as_u64()),
            "format" => format(rule, value).ok_or(format!("unknown format {rule} at {at}"))?,
            "pattern" => matches(rule, value).map_err(|e| format!("{e} at {at}"))?,
            "$schema" | "$id" | "$defs" | "title" | "description" | "example" => true,
            _ => return Err(format!("unknown keyword {keyword}: {rule} at {at}")),
        };
        if good { Ok(()) } else { Err(format!("{at} is not {keyword} {rule}: {value}")) }
    }

    fn properties(&self, rule: &'a Value, value: &Value, at: &str) -> Result<(), String> {
        for (name, schema) in rule.as_object().into_iter().flatten() {
            if let Some(member) = value.get(name) {
                self.whole(schema, member, &format!("{at}/{name}"))?;
            }
        }
        Ok(())
    }

    fn items(&self, rule: &'a Value, value: &Value, at: &str) -> Result<(), String> {
        for (n, item) in all(value).iter().enumerate() {
            self.whole(rule, item, &format!("{at}/{n}"))?;
        }
        Ok(())
    }
}

fn matches(rule: &Value, value: &Value) -> Result<bool, regex::Error> {
    let pattern = regex::Regex::new(rule.as_str().unwrap_or_default())?;
    Ok(value.as_str().is_none_or(|text| pattern.is_match(text)))
}

/// None for a format that is not known here.
fn format(rule: &Value, value: &Value) -> Option<bool> {
    Some(match rule.as_str()? {
        "date-time" => value.as_str().is_none_or(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok()),
        "date" => value.as_str().is_none_or(|text| text.parse::<chrono::NaiveDate>().is_ok()),
        "uuid" => value.as_str().is_none_or(|text| uuid::Uuid::parse_str(text).is_ok()),
        // Hints of OpenAPI for the width of a number.
        "int32" | "int64" | "double" => true,
        _ => return None,
    })
}

#[test]
fn the_reader_of_schemas_refuses_what_does_not_fit() {
    use serde_json::json;
    let schema = json!({
        "allOf": [{ "$ref": "#/$defs/Named" }, { "type": "object", "properties": { "at": { "type": "string", "format": "date-time" } } }],
        "$defs": { "Named": { "type": "object", "required": ["name"], "properties": {
            "name": { "type": ["string", "null"], "maxLength": 3, "pattern": "^[^\\u0000-\\u001f]*$" },
            "of": { "oneOf": [{ "type": "null" }, { "type": "array", "items": { "type": "integer", "minimum": 1 } }] },
        } } },
    });
    for good in [
        json!({"name": "Awa"}),
        json!({"name": null, "of": [1, 2], "at": "2026-11-23T08:00:00Z"}),
        json!({"name": "A", "of": null}),
    ] {
        assert_eq!(check(&schema, &good), Ok(()), "{good}");
    }
    for bad in [
        json!([]),
        json!({}),
        json!({"name": "Samir"}),
        json!({"name": "A\n"}),
        json!({"name": 1}),
        json!({"name": "A", "of": [0]}),
        json!({"name": "A", "of": "1"}),
        json!({"name": "A", "at": "yesterday"}),
        json!({"name": "A", "surname": "B"}),
    ] {
        assert!(check(&schema, &bad).is_err(), "{bad}");
    }
    assert!(check(&json!({"$ref": "#/$defs/Nobody"}), &json!(1)).is_err());
    assert!(check(&json!({"unheardOf": 1}), &json!(1)).is_err());
}
