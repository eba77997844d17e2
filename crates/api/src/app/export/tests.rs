//! Tests of what needs no server.

use std::collections::BTreeSet;

use domain::own_data::Export;
use serde_json::{Value, json};

use super::*;

/// Somebody who has done nothing yet.
fn export(language: &str, made_at: &str) -> Export {
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    let at = "2026-11-23T08:00:00Z";
    let residence = json!({
        "id": id, "name": "Les Meuniers", "address": "16-20 rue des Meuniers", "postcode": "75012", "district": "75012",
        "district_name": "12e", "wave": "open"
    });
    let account = json!({
        "id": id, "first_name": "Awa", "mark": { "colour": "blue", "animal": "cat" }, "language": language, "speaks": ["fr", "wo"],
        "sign_in_name": "awa tulipe bateau", "office": id, "office_name": "Toits & Murs", "residence": residence,
        "joined_at": at, "version": 1, "last_seen_at": at, "warnings": 0
    });
    let export = json!({
        "version": 1, "made_at": made_at, "account": account, "devices": [], "offers": [], "exchanges": [], "blocks": [], "services": [],
        "notices": [], "events": [], "answers": [], "takings": [], "calendars": [], "conversations": [], "news": [],
        "household": { "reference": "F-1", "seats": 2, "seats_taken": 1, "codes": [] }, "recent_requests": [], "accesses": []
    });
    serde_json::from_value(export).unwrap()
}

#[test]
fn one_export_makes_one_archive_byte_by_byte() {
    let made = || Archive::begin(&export("fr", "2026-07-14T21:30:07Z")).unwrap().finish().unwrap();
    assert!(made() == made());
    let mut zip = zip::ZipArchive::new(Cursor::new(made())).unwrap();
    let names: Vec<_> = zip.file_names().map(Result::unwrap).collect();
    assert_eq!(names, ["index.html", "data.json", "data.schema.json"]);
    for n in 0..3 {
        let at = zip.by_index(n).unwrap().last_modified().unwrap();
        // A ZIP counts seconds by twos.
        assert_eq!((at.day(), at.hour(), at.minute(), at.second()), (14, 23, 30, 6), "what clocks in Paris showed");
    }
}

#[test]
fn a_date_that_no_zip_can_keep_is_left_out() {
    Archive::begin(&export("fr", "2199-12-31T23:59:59Z")).unwrap();
    Archive::begin(&export("fr", "1970-01-01T00:00:00Z")).unwrap();
}

/// All values that a schema refers to, at any depth.
fn references(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(keywords) => keywords.iter().for_each(|(name, value)| match value {
            Value::String(to) if name == "$ref" => drop(found.insert(to.clone())),
            value => references(value, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_schema_stands_alone_and_holds_nothing_that_it_does_not_need() {
    let text = schema::schema();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let mut referred = BTreeSet::new();
    references(&schema, &mut referred);
    let defined = schema["$defs"].as_object().unwrap().keys().map(|name| format!("#/$defs/{name}"));
    assert_eq!(referred, defined.collect());
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(schema["required"].as_array().unwrap().contains(&json!("offers")));
    for foreign in ["additionalProperties", "components", "discriminator", "\"example\""] {
        assert!(!text.contains(foreign), "{foreign}");
    }
}

#[test]
fn a_page_about_nobodys_deeds_is_whole_too() {
    let page = page::page(&export("fr", "2026-11-26T17:05:00Z"));
    for told in [
        "Cette page a été faite le jeudi 26 novembre 2026 à 18 h 05.",
        "<dt>Signe</dt><dd dir=\"auto\">chat, bleu</dd>",
        "<dt>Adresse e-mail</dt><dd dir=\"auto\">aucune</dd>",
        "<dt>Bailleur</dt><dd dir=\"auto\">Toits &amp; Murs</dd>",
        "Aucune annonce.",
        "Aucun échange.",
        "Aucun avis.",
        "<dt>Les langues que je parle</dt><dd dir=\"auto\">Français, Wolof</dd>",
        "Personne.",
        "Rien jusqu&#39;ici.",
    ] {
        assert!(page.contains(told), "{told}");
    }
    let page = page::page(&export("en", "2026-11-26T17:05:00Z"));
    assert!(page.contains("made on Thursday 26 November 2026 at 18:05.") && page.contains("blue cat"));
    for tag in ["section", "article", "dl", "ul", "h2", "h3", "p", "li", "nav"] {
        let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}
