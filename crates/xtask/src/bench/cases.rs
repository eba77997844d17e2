//! What is asked of the server, and how much of P it should reach.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::load::Draw;
use super::plain::{Connection, request};
use super::server::{Filled, HEALTH, Server};

/// How many different requests a case is made of, at most.
const VARIETY: usize = 5_000;
/// How many viewers page through the office to its 100th page.
const WALKERS: usize = 8;
const FAR_PAGE: usize = 100;
const LIST: &str = "/api/v1/offers?limit=20&circle=";

/// A kind of request that is measured.
pub struct Case {
    /// What a reader of the table sees.
    pub name: &'static str,
    /// The share of P that it should reach at least; `None` when it is compared with another case.
    pub wanted: Option<f64>,
    /// Whole requests, drawn from at random.
    pub requests: Vec<Vec<u8>>,
}

/// The names of the cases that are compared with each other.
pub const NEARBY: &str = "20 offers nearby, page 1";
/// See [`NEARBY`].
pub const OFFICE: &str = "20 offers of the office, page 1";
/// See [`NEARBY`].
pub const OFFICE_FAR: &str = "20 offers of the office, page 100";

/// The measure of all cases: an answer that is always the same.
pub fn health() -> Vec<Vec<u8>> {
    vec![request(HEALTH, None, "")]
}

/// The cases with all parts, for the first amount of offers.
pub fn all(server: &Server, filled: &Filled, spa: &Path) -> Result<Vec<Case>> {
    let mut cases = vec![
        Case { name: "one offer by id", wanted: Some(0.10), requests: offers_by_id(server, filled)? },
        Case { name: "the application's files in turn, brotli", wanted: Some(0.5), requests: files(spa, |_| true)? },
        // Hundreds of kilobytes an answer: how fast two cores copy them to each other, more than how fast they are served.
        Case {
            name: "the application's wasm alone, brotli",
            wanted: None,
            requests: files(spa, |path| path.ends_with(".wasm"))?,
        },
    ];
    cases.extend(lists(server, filled)?);
    Ok(cases)
}

/// The lists, which are measured again with ten times the offers.
pub fn lists(server: &Server, filled: &Filled) -> Result<Vec<Case>> {
    Ok(vec![
        Case { name: NEARBY, wanted: Some(0.06), requests: first_pages(filled, "nearby") },
        Case { name: OFFICE, wanted: Some(0.06), requests: first_pages(filled, "office") },
        Case { name: OFFICE_FAR, wanted: None, requests: far_pages(server, filled)? },
    ])
}

pub fn first_pages(filled: &Filled, circle: &str) -> Vec<Vec<u8>> {
    let mut draw = Draw::new(filled.tokens.len());
    (0..VARIETY).map(|_| request(&format!("{LIST}{circle}"), Some(&filled.tokens[draw.next()]), "")).collect()
}

/// Pairs of a viewer and an offer that this viewer may see.
fn offers_by_id(server: &Server, filled: &Filled) -> Result<Vec<Vec<u8>>> {
    let mut way = Connection::open(server.address)?;
    let mut offers = Draw::new(filled.offers.len());
    let mut viewers = Draw::new(filled.tokens.len());
    let mut requests = Vec::new();
    for _ in 0..VARIETY {
        let path = format!("/api/v1/offers/{}", filled.offers[offers.next()]);
        let asked = request(&path, Some(&filled.tokens[viewers.next()]), "");
        if way.send(&asked)?.0 == 200 {
            requests.push(asked);
        }
    }
    ensure!(!requests.is_empty(), "no viewer may see any offer");
    Ok(requests)
}

#[derive(Deserialize)]
struct Page {
    next: Option<String>,
}

/// Requests for the 100th page, found by paging there as a person does.
fn far_pages(server: &Server, filled: &Filled) -> Result<Vec<Vec<u8>>> {
    let mut way = Connection::open(server.address)?;
    let mut draw = Draw::new(filled.tokens.len());
    (0..WALKERS)
        .map(|_| {
            let token = &filled.tokens[draw.next()];
            let mut asked = request(&format!("{LIST}office"), Some(token), "");
            for number in 1..FAR_PAGE {
                let (status, body) = way.send(&asked)?;
                ensure!(status == 200, "page {number} of the office answers {status}");
                let page: Page = serde_json::from_slice(&body).context("a page of offers")?;
                let after = page.next.with_context(|| format!("page {number} of the office is the last"))?;
                asked = request(&format!("{LIST}office&after={after}"), Some(token), "");
            }
            Ok(asked)
        })
        .collect()
}

#[derive(Deserialize)]
struct Entry {
    path: String,
}

/// Requests for those files of the application whose path is wanted.
fn files(spa: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Vec<u8>>> {
    let manifest = spa.join("manifest.json");
    let text = fs::read(&manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    let entries: Vec<Entry> = serde_json::from_slice(&text).context("manifest.json")?;
    let wanted = entries.iter().filter(|entry| is_wanted(&entry.path));
    let requests: Vec<_> = wanted.map(|entry| request(&entry.path, None, "Accept-Encoding: br\r\n")).collect();
    ensure!(!requests.is_empty(), "the application has none of the files that are measured");
    Ok(requests)
}
