//! Somebody leaves while the server is killed again and again: the erasure goes on where it was, and ends.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::dice::Dice;
use super::http::{Call, Way};
use super::server::{Place, Server, moment};
use super::town::Person;

/// The most kills until the erasure has to be done.
const MOST: u32 = 200;
/// A server lives for at most so many microseconds meanwhile, and each one so many longer than the one before: the last step, which writes
/// the whole database anew, is one piece that needs its time.
const LIFE: u64 = 40_000;
const LONGER: u64 = 15_000;
const RECEIPT: &str = "a-receipt-for-somebody-under-torture";

#[derive(Deserialize)]
struct Receipt {
    state: String,
    text: Option<String>,
}

fn receipt(way: &mut Way) -> Result<Receipt> {
    let answer = way.ask(&Call::get(format!("/receipts/{RECEIPT}"), None))?;
    ensure!(answer.status == 200, "the receipt is answered by {}", answer.shown());
    answer.json()
}

/// Lets one person leave; tells how often the server was killed until nothing of her was left.
///
/// # Errors
/// When the erasure does not end, or when she can come back.
pub fn leave(place: &Place, mut server: Server, person: &Person, dice: &mut Dice) -> Result<u32> {
    let mut way = Way::open(place.address)?;
    let answer = way.ask(&person.leave(RECEIPT))?;
    ensure!(answer.status == 202, "she cannot leave: {}", answer.shown());
    let mut kills = 0;
    loop {
        moment(Duration::from_micros(dice.below(LIFE + LONGER * u64::from(kills))));
        let found = receipt(&mut way)?;
        if found.state == "done" {
            break ensure!(found.text.is_some(), "a receipt without words");
        }
        ensure!(kills < MOST, "the erasure is {} after {MOST} kills", found.state);
        server.kill();
        kills += 1;
        server = place.start()?;
        server.wait_until_ready()?;
        way = Way::open(place.address)?;
    }
    let answer = way.ask(&person.session())?;
    ensure!(answer.status == 401, "somebody who was erased signs in: {}", answer.shown());
    server.kill();
    place.check()?;
    Ok(kills)
}
