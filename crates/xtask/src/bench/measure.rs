//! Cases in turn with P, so that a slow moment of the machine weighs on both alike.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::cases::{self, Case};
use super::load::{Load, drive};
use super::sample::Sample;

/// How a measurement is made.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Connections with one request each at a time.
    pub connections: usize,
    /// How long a case is driven at a stretch.
    pub duration: Duration,
    /// How often each case has its turn.
    pub rounds: usize,
}

/// What was found for a case.
pub struct Finding {
    /// The case's name.
    pub name: &'static str,
    /// The share of P that it should reach.
    pub wanted: Option<f64>,
    /// All its turns together.
    pub sample: Sample,
    /// Its rate by the mean of the P before and the P after, the mean of all turns.
    pub share: f64,
}

/// What was found for all cases of one server.
pub struct Findings {
    /// P, all its turns together.
    pub health: Sample,
    /// The cases, in their order.
    pub cases: Vec<Finding>,
}

impl Findings {
    /// The finding of a case.
    pub fn case(&self, name: &str) -> Option<&Finding> {
        self.cases.iter().find(|case| case.name == name)
    }
}

/// Measures `cases` on `server`, P before and after each.
///
/// # Errors
/// When the server cannot be driven, or more than one answer in a hundred is not 2xx: such a figure would mean nothing.
pub fn measure(server: SocketAddr, cases: &[Case], manner: Manner) -> Result<Findings> {
    let load = Load { server, connections: manner.connections, duration: manner.duration };
    let health = cases::health();
    // A turn that does not count: what is measured is a server that has run for a while.
    for case in cases {
        drive(load, &case.requests).context(case.name)?;
    }
    let mut before = drive(load, &health).context("P")?;
    let mut all_health = before.clone();
    let mut turns: Vec<Vec<(Sample, f64)>> = cases.iter().map(|_| Vec::new()).collect();
    for round in 1..=manner.rounds {
        for (case, turns) in cases.iter().zip(&mut turns) {
            let sample = drive(load, &case.requests).context(case.name)?;
            ensure!(
                sample.failed * 100 <= sample.requests,
                "{}: {} of {} answers are not 2xx",
                case.name,
                sample.failed,
                sample.requests
            );
            let after = drive(load, &health).context("P")?;
            let share = share(sample.rate(), before.rate(), after.rate());
            eprintln!("  round {round}, {}: {:.0}/s, {share:.3} P", case.name, sample.rate());
            turns.push((sample, share));
            all_health = all_health.join(&after);
            before = after;
        }
    }
    Ok(Findings {
        health: all_health,
        cases: cases.iter().zip(turns).filter_map(|(case, turns)| join(case, turns)).collect(),
    })
}

fn join(case: &Case, turns: Vec<(Sample, f64)>) -> Option<Finding> {
    let count = turns.len() as f64;
    let share = turns.iter().map(|(_, share)| share).sum::<f64>() / count;
    let sample = turns.into_iter().map(|(sample, _)| sample).reduce(|one, other| one.join(&other))?;
    Some(Finding { name: case.name, wanted: case.wanted, sample, share })
}

fn share(rate: f64, before: f64, after: f64) -> f64 {
    let health = f64::midpoint(before, after);
    if health > 0.0 { rate / health } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_of_the_neighbours_mean() {
        assert!((share(30.0, 200.0, 100.0) - 0.2).abs() < 1e-12);
        assert_eq!(share(30.0, 0.0, 0.0), 0.0);
    }
}
