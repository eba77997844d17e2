//! How long it takes until nothing is left of somebody who leaves a large house with many things of her own.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::json;

use super::report::Report;
use super::server::{Amounts, Filled, Server};
use crate::postgres::pause;
use crate::run::Step;
use crate::torture::http::{Call, Way};

/// How many offers she has.
pub const ROWS: u32 = 10_000;
/// When we stop waiting.
const PATIENCE: Duration = Duration::from_secs(600);
const RECEIPT: &str = "a-receipt-for-the-benchmark";

#[derive(Deserialize)]
struct Receipt {
    state: String,
}

/// Lets the first of the tenants leave, and waits for her receipt.
///
/// # Errors
/// When she cannot, or it does not end.
pub fn measure(server: &Server, filled: &Filled, amounts: Amounts, kind: &str, report: &mut Report) -> Result<()> {
    let step = Step::begin(&format!("We let somebody with {ROWS} offers leave {kind}"));
    let mut way = Way::open(server.address)?;
    let token = filled.tokens.first().map(String::as_str);
    let body = json!({ "password": filled.password, "when": "now", "receipt": RECEIPT });
    let begun = Instant::now();
    let answer = way.ask(&Call::post("/tenants/me/leave", token, body))?;
    ensure!(answer.status == 202, "she cannot leave: {}", answer.shown());
    let path = format!("/receipts/{RECEIPT}");
    // The slowest answer that somebody else gets meanwhile.
    let (other, mut worst) = (filled.tokens.get(1).map(String::as_str), Duration::ZERO);
    while way.ask(&Call::get(path.as_str(), None))?.json::<Receipt>()?.state != "done" {
        ensure!(begun.elapsed() < PATIENCE, "no receipt after {} s", PATIENCE.as_secs());
        let asked = Instant::now();
        let seen = way.ask(&Call::get("/offers?circle=nearby", other))?;
        ensure!(seen.status == 200, "a neighbour's list is answered by {}", seen.shown());
        worst = worst.max(asked.elapsed());
        pause();
    }
    report.leaving(kind, amounts, begun.elapsed(), worst);
    step.end();
    Ok(())
}
