//! The square, the search and the open pages, with as many posts as a large office has after years.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;

use super::cases::Case;
use super::load::Draw;
use super::measure::{Findings, Manner, measure as drive};
use super::plain::{Connection, request};
use super::report::{Report, megabytes, millis};
use super::server::{Filled, Server};

/// How many different requests a case is made of.
const VARIETY: usize = 5_000;
/// How many viewers page to the 50th page.
const WALKERS: usize = 8;
const FAR_PAGE: usize = 50;
/// One request in so many writes.
const WRITES: usize = 20;
/// How many times P's p99 the square's may be.
const SLOWEST: f64 = 20.0;
/// The most memory of the server under this load, in bytes.
const MEMORY: u64 = 500_000_000;

const SQUARE: &str = "the square, 20 posts, 5 % writes";
const READS: &str = "the square, 20 posts, reads alone";
const BLOCKED: &str = "the square of viewers with 200 blocked neighbours";
const FAR: &str = "the square of the office, page 50";
const NEAR: &str = "the square of the office, page 1";
const SEARCH: &str = "the search, one to three words";

/// What is looked for: words that stand in many posts, in few, with mistakes, begun.
const WORDS: [&str; 12] = [
    "chat",
    "vélos",
    "fête des voisins",
    "repas",
    "ordinateur",
    "perdu cle",
    "brocnate",
    "livre",
    "aide",
    "plant",
    "couture samedi",
    "l'école",
];

/// The cases of one server.
pub fn cases(server: &Server, filled: &Filled) -> Result<Vec<Case>> {
    let square = |tokens: &[String], query: &str| -> Vec<Vec<u8>> {
        let mut draw = Draw::new(tokens.len());
        let path = format!("/api/v1/square?limit=20{query}");
        (0..VARIETY).map(|_| request(&path, Some(&tokens[draw.next()]), "")).collect()
    };
    let (blocked, free) = filled.tokens.split_at(filled.blocked.min(filled.tokens.len()));
    ensure!(!free.is_empty(), "everybody has blocked somebody");
    let mut mixed = square(free, "");
    for (number, asked) in mixed.iter_mut().enumerate().filter(|(n, _)| n % WRITES == 0) {
        *asked = write(&free[number % free.len()]);
    }
    let mut cases = vec![
        Case { name: READS, wanted: Some(0.15), requests: square(free, "") },
        Case { name: SQUARE, wanted: Some(0.15), requests: mixed },
        Case { name: NEAR, wanted: None, requests: square(free, "&circle=office") },
        Case { name: FAR, wanted: None, requests: far_pages(server, free)? },
        Case { name: SEARCH, wanted: Some(0.03), requests: searches(free) },
    ];
    if !blocked.is_empty() {
        cases.push(Case { name: BLOCKED, wanted: None, requests: square(blocked, "") });
    }
    Ok(cases)
}

/// A new notice: what changes the lists of many.
fn write(token: &str) -> Vec<u8> {
    let body = json!({ "kind": "question", "title": "Qui a une échelle ?", "text": "Pour une heure, samedi.", "circle": "nearby" });
    let body = body.to_string();
    format!(
        "POST /api/v1/notices HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn searches(tokens: &[String]) -> Vec<Vec<u8>> {
    let (mut viewers, mut words) = (Draw::new(tokens.len()), Draw::new(WORDS.len()));
    let escaped = |text: &str| {
        text.bytes().fold(String::new(), |out, byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' => out + &char::from(byte).to_string(),
            other => format!("{out}%{other:02X}"),
        })
    };
    (0..VARIETY)
        .map(|_| {
            let path = format!("/api/v1/search?limit=20&q={}", escaped(WORDS[words.next()]));
            request(&path, Some(&tokens[viewers.next()]), "")
        })
        .collect()
}

#[derive(Deserialize)]
struct Page {
    next: Option<String>,
}

fn far_pages(server: &Server, tokens: &[String]) -> Result<Vec<Vec<u8>>> {
    let mut way = Connection::open(server.address)?;
    let mut draw = Draw::new(tokens.len());
    (0..WALKERS)
        .map(|_| {
            let token = &tokens[draw.next()];
            let mut asked = request("/api/v1/square?limit=20&circle=office", Some(token), "");
            for number in 1..FAR_PAGE {
                let (status, body) = way.send(&asked)?;
                ensure!(status == 200, "page {number} of the square answers {status}");
                let page: Page = serde_json::from_slice(&body).context("a page of the square")?;
                let after = page.next.with_context(|| format!("page {number} of the square is the last"))?;
                asked = request(&format!("/api/v1/square?limit=20&circle=office&after={after}"), Some(token), "");
            }
            Ok(asked)
        })
        .collect()
}

/// Measures the cases.
///
/// # Errors
/// When the server cannot be driven.
pub fn measure(server: &Server, filled: &Filled, manner: Manner) -> Result<Findings> {
    drive(server.address, &cases(server, filled)?, manner)
}

/// Adds the tables of one database: once, and what ten times the posts cost.
pub fn report(report: &mut Report, kind: &str, once: &Findings, tenfold: Option<&Findings>, peak: u64) {
    report.table(&format!("The square: {kind}"), kind, once);
    report.grows(kind, "page 50 by page 1 of the office", once.case(NEAR), once.case(FAR));
    report.grows(kind, "200 blocked neighbours", once.case(READS), once.case(BLOCKED));
    if let Some(tenfold) = tenfold {
        for case in [READS, NEAR, FAR] {
            report.grows(kind, &format!("{case}: ten times the posts"), once.case(case), tenfold.case(case));
        }
    }
    report.say("");
    if let Some(square) = once.case(SQUARE) {
        let (slow, health) = (square.sample.percentile(0.99), once.health.percentile(0.99));
        let times = slow.as_secs_f64() / health.as_secs_f64().max(1e-6);
        let met = report.verdict(times <= SLOWEST, || format!("{kind}: the square's p99 is {times:.1} times P's"));
        report.say(&format!(
            "p99 of {SQUARE}: {}, {times:.1} times P's {} (wanted: at most {SLOWEST} times) {met}",
            millis(slow),
            millis(health)
        ));
    }
    let met = report.verdict(peak < MEMORY, || format!("{kind}: memory of the square {}", megabytes(peak)));
    report.say(&format!(
        "Most memory of the server under this load: {} (wanted: below {}) {met}",
        megabytes(peak),
        megabytes(MEMORY)
    ));
}
