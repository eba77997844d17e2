//! Far more load than the server can bear: how much of its best is left, and how the rest is refused.

use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::cases;
use super::load::{Draw, Load, REST, drive};
use super::report::{Report, millis, rate};
use super::sample::Sample;
use super::server::{Filled, Place};
use super::{Options, cases::NEARBY};

/// Among these numbers of connections the best is looked for.
const CONNECTIONS: [usize; 3] = [4, 16, 64];
/// How many times those the crowd is; and how many it is at least.
const CROWD: usize = 10;
const LEAST_CROWD: usize = 640;
/// How often the best and the crowd have their turn, one after the other: a slow moment of the machine weighs on both alike.
const ROUNDS: usize = 3;
/// What has to be left of the best.
const LEFT: f64 = 0.8;
/// How many different requests a case is made of.
const VARIETY: usize = 5_000;

/// The paragraph above the tables.
pub fn heading(options: &Options) -> String {
    let date = options.date.as_deref().map(|date| format!("{date}, ")).unwrap_or_default();
    format!(
        "`{}`: {date}{} processors shared by server and generator, {} tenants, {} offers, {} s for each number of connections, \
         then {ROUNDS} turns each of the best number and of the crowd. Whoever is refused asks again after {} ms, whatever `Retry-After` says.",
        super::command(),
        available_parallelism().map_or(1, NonZero::get),
        options.tenants,
        options.offers,
        options.seconds,
        REST.as_millis()
    )
}

/// Measures reads, writes and sign-ins, and adds the table.
///
/// # Errors
/// When the server cannot be driven.
pub fn measure(place: &Place, filled: &Filled, time: Duration, kind: &str, report: &mut Report) -> Result<()> {
    // Each caller has an address of her own, as the proxy tells it: tries are counted by address.
    let server = place.serve(["--behind-proxy", "--no-backups"])?;
    report.say(&format!("### Overload: {kind}"));
    report.line([
        "what",
        "best, 2xx/s",
        "with connections",
        "crowd",
        "2xx/s",
        "of the best",
        "p99 of 2xx",
        "refused/s",
        "other",
        "wanted",
        "",
    ]);
    report.line(["---", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---"]);
    let cases = [
        (NEARBY, cases::first_pages(filled, "nearby")),
        ("`POST /offers`", new_offers(filled)),
        ("`POST /session` (Argon2)", sign_ins(filled)),
    ];
    for (name, requests) in cases {
        let drive = |connections, duration| drive(Load { server: server.address, connections, duration }, &requests);
        let (mut best, mut with) = (0.0, CONNECTIONS[0]);
        for connections in CONNECTIONS {
            let found = drive(connections, time)?.useful();
            eprintln!("  {name}, {connections} connections: {found:.0}/s");
            if found > best {
                (best, with) = (found, connections);
            }
        }
        let crowd = (with * CROWD).max(LEAST_CROWD);
        let (mut few, mut many) = (Sample::default(), Sample::default());
        for round in 1..=ROUNDS {
            few = few.join(&drive(with, time)?);
            many = many.join(&drive(crowd, time)?);
            eprintln!(
                "  {name}, until round {round}: {with} connections {:.0}/s, {crowd} {:.0}/s",
                few.useful(),
                many.useful()
            );
        }
        row(report, kind, name, (&few, with), (&many, crowd));
    }
    report.say("");
    Ok(())
}

fn row(report: &mut Report, kind: &str, name: &str, (few, with): (&Sample, usize), (many, crowd): (&Sample, usize)) {
    let (best, sample) = (few.useful(), many);
    let share = sample.useful() / best.max(1.0);
    let other = sample.failed - sample.refused;
    let met = report.verdict(share >= LEFT && other == 0, || {
        format!("{kind}: {name} keeps {share:.2} of its best in a crowd, {other} answers are neither 2xx nor a refusal")
    });
    report.line([
        name,
        &rate(best),
        &with.to_string(),
        &crowd.to_string(),
        &rate(sample.useful()),
        &format!("{share:.2}"),
        &millis(sample.percentile(0.99)),
        &rate(sample.refusals()),
        &other.to_string(),
        &format!("≥ {LEFT}"),
        met,
    ]);
}

fn post(path: &str, headers: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

fn new_offers(filled: &Filled) -> Vec<Vec<u8>> {
    let mut draw = Draw::new(filled.tokens.len());
    let body = json!({
        "kind": "offer", "category": "ironing", "title": "Du repassage le samedi", "text": "Chez moi ou chez vous, comme cela vous arrange.",
        "circle": "nearby", "capacity": 1, "in_return": { "kind": "anything" },
    });
    let one = |token: &String| post("/offers", &format!("Authorization: Bearer {token}\r\n"), &body);
    (0..VARIETY).map(|_| one(&filled.tokens[draw.next()])).collect()
}

fn sign_ins(filled: &Filled) -> Vec<Vec<u8>> {
    let one = |(number, name): (usize, &String)| {
        let address = format!("X-Forwarded-For: 10.1.{}.{}\r\n", number / 250, 1 + number % 250);
        post("/session", &address, &json!({ "name": name, "password": filled.password }))
    };
    filled.names.iter().enumerate().map(one).collect()
}
