//! The erasure map names every column there is, and what is made from it says the same.

use std::collections::BTreeSet;

use api::data_map::{Exported, Holds, PLACES, columns, tables_with_traces, things};
use api::store::StoreKind;
use domain::own_data::{Fate, Topic};

use crate::support::{Place, Toit, on_both_databases};

on_both_databases!(
    the_map_names_every_column_of_the_schema_and_no_other,
    every_table_that_names_a_person_loses_that_person,
    the_page_about_transparency_shows_every_thing_of_the_map,
);

async fn the_map_names_every_column_of_the_schema_and_no_other(toit: &Toit) {
    let sql = match toit.app().store.kind() {
        StoreKind::Sqlite => {
            "SELECT m.name AS t, p.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%'"
        }
        StoreKind::Postgres => {
            "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let rows = toit.database().rows(sql).await;
    let text = |row: &sea_orm::QueryResult, column: &str| row.try_get::<String>("", column).expect("a name");
    let schema: BTreeSet<String> = rows.iter().map(|row| format!("{}.{}", text(row, "t"), text(row, "c"))).collect();
    let map: BTreeSet<String> = columns().map(|c| format!("{}.{}", c.table, c.name)).collect();
    let unnamed: Vec<_> = schema.difference(&map).collect();
    let gone: Vec<_> = map.difference(&schema).collect();
    assert!(unnamed.is_empty(), "say in crates/api/src/data_map/columns.rs what becomes of {unnamed:?}");
    assert!(gone.is_empty(), "the map names what is not there: {gone:?}");
    assert_eq!(map.len(), columns().count(), "each once");
}

async fn every_table_that_names_a_person_loses_that_person(toit: &Toit) {
    // What names a tenant by her id is deleted or emptied, whatever else stays.
    for column in
        columns().filter(|c| matches!(c.name, "tenant_id" | "author_id" | "giver_id" | "receiver_id" | "done_by"))
    {
        assert!(matches!(column.fate, Fate::Erased | Fate::Emptied), "{}.{}", column.table, column.name);
    }
    for column in columns().filter(|c| c.holds == Holds::Person) {
        assert!(matches!(column.fate, Fate::Erased | Fate::Emptied), "{}.{} stays", column.table, column.name);
    }
    let traces = tables_with_traces();
    for table in ["tenants", "offers", "barter_terms", "barter_legs", "sessions", "idempotency_keys"] {
        assert!(traces.contains(&table), "{table}");
        assert_eq!(toit.count(table).await, 0);
    }
}

async fn the_page_about_transparency_shows_every_thing_of_the_map(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let shown = awa.client.get_transparency().await.expect("the page");
    let topics: Vec<Topic> = shown.things.iter().map(|t| t.topic).collect();
    assert_eq!(topics, things().map(|t| t.topic).collect::<Vec<_>>());
    let named: BTreeSet<&str> =
        columns().map(|c| c.topic.as_str()).chain(PLACES.iter().map(|p| p.topic.as_str())).collect();
    assert_eq!(named, topics.iter().map(|t| t.as_str()).collect(), "each thing of the map is explained, and no other");
    for thing in shown.things {
        for sentence in [&thing.title, &thing.what, &thing.how_long, &thing.leaving_words] {
            assert!(!sentence.fr.is_empty() && !sentence.en.is_empty() && sentence.fr != sentence.en, "{sentence:?}");
        }
        let fates: Vec<Fate> = columns().filter(|c| c.topic == thing.topic).map(|c| c.fate).collect();
        let personal = columns().any(|c| c.topic == thing.topic && c.holds == Holds::Person);
        if thing.leaving == Fate::Erased && !fates.is_empty() {
            assert!(
                fates.iter().all(|f| matches!(f, Fate::Erased | Fate::NotPersonal)),
                "{:?} says erased",
                thing.topic
            );
        }
        assert!(!(personal && thing.office_sees), "the office sees nothing of a person: {:?}", thing.topic);
    }
    assert_eq!(shown.household.reference, "A-01");
    assert_eq!((shown.household.seats, shown.household.seats_taken), (4, 1));
}

#[test]
fn docs_privacy_md_is_made_from_the_map() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PRIVACY.md");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == api::data_map::document(),
        "docs/PRIVACY.md is not what the map says: run cargo xtask openapi"
    );
}

#[test]
fn every_column_of_a_person_is_in_the_export_or_says_why_not() {
    let mut out = 0;
    for column in columns() {
        match column.exported {
            Exported::At(pointer) => assert!(pointer.starts_with('/'), "{pointer}"),
            Exported::Not(why) => {
                assert!(why.len() > 10, "{}.{}", column.table, column.name);
                out += usize::from(column.holds == Holds::Person);
            }
        }
    }
    assert!(out < 55, "{out} columns about a person are left out");
}
