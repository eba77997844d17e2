//! Who may know whom, read from the sources.

use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The Rust files below a folder, with their path from the top of the repository and their code without comment lines.
fn sources(folder: &str) -> Vec<(String, String)> {
    let (top, mut folders, mut found) = (workspace(), vec![workspace().join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&top).expect("below the top").display().to_string();
                let code =
                    read(&path).lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
                found.push((name, code));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no source");
    found.sort();
    found
}

/// Fails for each file of `folder` that names one of `words`, unless it stands below one of `but`.
#[track_caller]
fn nobody_names(words: &[&str], folder: &str, but: &[&str]) {
    for (file, code) in sources(folder) {
        if but.iter().any(|b| file.starts_with(b)) {
            continue;
        }
        for word in words {
            assert!(!code.contains(word), "{file} names {word}");
        }
    }
}

/// The packages that a manifest depends on, tests aside.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in read(&workspace().join(manifest)).lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]") && !line.contains("dev-dependencies");
        } else if inside && let Some((name, _)) = line.split_once(['=', '.']) {
            names.push(name.trim().trim_matches('"').to_owned());
        }
    }
    names
}

fn is_subset(of: &[String], allowed: &[&str], manifest: &str) {
    for name in of {
        assert!(allowed.contains(&name.as_str()), "{manifest} depends on {name}");
    }
}

#[test]
fn the_store_alone_knows_sql() {
    nobody_names(&["sea_orm", "sqlx", "sea_query"], "crates/api/src", &["crates/api/src/store/"]);
}

#[test]
fn use_cases_and_store_know_nothing_of_the_web() {
    for folder in ["crates/api/src/app", "crates/api/src/store"] {
        nobody_names(&["actix_web", "HttpRequest", "HttpResponse", "crate::routes"], folder, &[]);
    }
    nobody_names(&["crate::app", "super::super::app"], "crates/api/src/store", &[]);
}

#[test]
fn rows_of_the_database_stay_inside_the_store() {
    let store = read(&workspace().join("crates/api/src/store/mod.rs"));
    assert!(store.lines().any(|l| l.trim() == "mod entity;"), "the entity module is private");
    nobody_names(&["entity::"], "crates/api/src", &["crates/api/src/store/"]);
}

#[test]
fn writes_pass_through_the_use_cases() {
    for (file, code) in sources("crates/api/src/routes") {
        assert!(!code.contains(".begin("), "{file} opens a transaction: that is a use case");
    }
}

#[test]
fn the_domain_and_the_market_are_pure() {
    let manifest = "crates/domain/Cargo.toml";
    let found = dependencies(manifest);
    let pure = ["chrono", "serde", "serde_json", "thiserror", "unicode-normalization", "utoipa", "uuid"];
    is_subset(&found, &pure, manifest);
    assert!(found.len() >= 5, "{found:?}");
    let manifest = "crates/matching/Cargo.toml";
    is_subset(&dependencies(manifest), &["domain", "rustc-hash"], manifest);
    let impure = [
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant::now",
        "now_v7",
        "new_v4",
        "std::fs",
        "std::net",
        "std::env",
        "tokio",
    ];
    nobody_names(&impure, "crates/domain/src", &[]);
    nobody_names(&impure, "crates/matching/src", &[]);
}

#[test]
fn packages_depend_on_each_other_as_drawn() {
    let own = |manifest: &str| -> Vec<String> {
        let names = ["api", "client", "domain", "frontend", "matching", "migrations", "xtask"];
        dependencies(manifest).into_iter().filter(|d| names.contains(&d.as_str())).collect()
    };
    for (manifest, allowed) in [
        ("crates/domain/Cargo.toml", &[][..]),
        ("migrations/Cargo.toml", &[]),
        ("crates/client/Cargo.toml", &["domain"]),
        ("crates/matching/Cargo.toml", &["domain"]),
        ("crates/api/Cargo.toml", &["domain", "matching", "migrations"]),
        ("frontend/Cargo.toml", &["client", "domain"]),
        ("crates/xtask/Cargo.toml", &[]),
    ] {
        is_subset(&own(manifest), allowed, manifest);
    }
}

#[test]
fn one_place_reads_the_clock() {
    let words = ["Utc::now", "Local::now", "SystemTime::now", "now_v7", "new_v4"];
    nobody_names(&words, "crates/api/src", &["crates/api/src/clock.rs"]);
    nobody_names(&words, "crates/client/src", &[]);
    nobody_names(&words, "migrations/src", &[]);
}

#[test]
fn no_source_is_too_long_to_be_read_in_one_go() {
    for folder in ["crates", "migrations", "frontend"] {
        for (file, _) in sources(folder) {
            let lines = read(&workspace().join(&file)).lines().count();
            assert!(lines <= 450, "{file} has {lines} lines: split it by noun");
        }
    }
}
