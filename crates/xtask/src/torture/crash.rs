//! The server is killed at any moment, also while it starts.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::book::{Book, compare};
use super::departure;
use super::dice::Dice;
use super::found::Found;
use super::http::Way;
use super::server::{Place, Server, moment};
use super::town::{self, Person};
use super::writer::{Gate, Stop, Writer};

/// How many people write at once.
const WRITERS: usize = 4;
/// How long a start may take until the server is ready.
const READY_WITHIN: Duration = Duration::from_secs(2);
/// The most things that are begun between two kills.
const DEEDS: u64 = 16;
/// One kill in so many comes while the server starts.
const AT_START: u64 = 8;
/// People sign in anew well before their tokens end.
const SIGN_IN_EVERY: Duration = Duration::from_secs(300);

/// What was seen.
#[derive(Debug, Default)]
pub struct Outcome {
    seed: u64,
    kills: u32,
    /// Of those: before the server was ready.
    at_start: u32,
    acknowledged: u64,
    retried: u64,
    /// What was done without that anybody heard of it.
    unanswered: BTreeSet<String>,
    /// How often it was killed while somebody left.
    leaving: u32,
    starts: u32,
    worst: Duration,
    total: Duration,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "torture: {} kills ({} while starting), {} writes acknowledged, {} asked again ({} of them were done already), each there once; ready within {} ms at worst, \
             {} ms on average of {} starts; an erasure ended after {} kills more; seed {}",
            self.kills,
            self.at_start,
            self.acknowledged,
            self.retried,
            self.unanswered.len(),
            self.worst.as_millis(),
            self.total.as_millis() / u128::from(self.starts.max(1)),
            self.starts,
            self.leaving,
            self.seed
        )
    }
}

/// Kills so many times.
///
/// # Errors
/// What is lost, twice, damaged or too slow.
pub fn crash(program: &Path, folder: &Path, kills: u32, seed: u64) -> Result<Outcome> {
    let place = Place::new(program, folder, &folder.join("crash"))?;
    let codes = town::found(&place, WRITERS)?;
    let mut torture = Torture {
        dice: Dice::new(seed, 1_000),
        outcome: Outcome { seed, ..Outcome::default() },
        writers: Vec::new(),
        signed_in: Instant::now(),
        place,
    };
    let (mut server, mut way) = torture.start()?;
    let people = town::join(&mut way, &codes)?;
    torture.writers = people.into_iter().zip(0..).map(|(person, n)| Writer::new(n, person, seed)).collect();
    while torture.outcome.kills < kills {
        torture.round(server)?;
        if torture.dice.below(AT_START) == 0 {
            torture.kill_a_start()?;
        }
        (server, way) = torture.start()?;
        torture
            .look(&mut way)
            .with_context(|| format!("after kill {}, seed {seed}, in {}", torture.outcome.kills, folder.display()))?;
    }
    torture.settle(&mut way)?;
    torture.look(&mut way).with_context(|| format!("at the end, seed {seed}"))?;
    torture.writers[0].person.sign_in(&mut way)?;
    drop(way);
    let leaver = torture.writers[0].person.clone();
    torture.outcome.leaving = departure::leave(&torture.place, server, &leaver, &mut torture.dice)
        .with_context(|| format!("somebody leaves, seed {seed}"))?;
    Ok(torture.outcome)
}

struct Torture {
    place: Place,
    dice: Dice,
    writers: Vec<Writer>,
    outcome: Outcome,
    signed_in: Instant,
}

impl Torture {
    fn start(&mut self) -> Result<(Server, Way)> {
        let mut server = self.place.start()?;
        let time = server.wait_until_ready()?;
        let outcome = &mut self.outcome;
        outcome.starts += 1;
        outcome.total += time;
        outcome.worst = outcome.worst.max(time);
        ensure!(time <= READY_WITHIN, "the server was ready after {} ms only", time.as_millis());
        Ok((server, Way::open(self.place.address)?))
    }

    /// Lets all write, and kills the server in the middle.
    fn round(&mut self, server: Server) -> Result<()> {
        let gate = Gate::default();
        let number = 1 + self.dice.below(DEEDS);
        let pause = Duration::from_micros(self.dice.below(15_000));
        let address = self.place.address;
        let stops: Vec<Stop> = thread::scope(|threads| {
            let runs: Vec<_> =
                self.writers.iter_mut().map(|writer| threads.spawn(|| writer.run(address, &gate))).collect();
            let begun = gate.wait_for(number);
            moment(pause);
            server.kill();
            let died = |_| Stop::Wrong(anyhow!("a writer died"));
            let mut stops: Vec<Stop> = runs.into_iter().map(|run| run.join().unwrap_or_else(died)).collect();
            if !begun {
                stops.push(Stop::Wrong(anyhow!("nobody gets on")));
            }
            stops
        });
        self.outcome.kills += 1;
        for stop in stops {
            match stop {
                Stop::Lost => {}
                Stop::Busy(answer) => bail!("the server is too busy: {}", answer.shown()),
                Stop::Wrong(error) => return Err(error.context(format!("seed {}", self.outcome.seed))),
            }
        }
        Ok(())
    }

    /// Kills a server that has not come up yet.
    fn kill_a_start(&mut self) -> Result<()> {
        let server = self.place.start()?;
        let usual = self.outcome.total / self.outcome.starts.max(1);
        let usual = u64::try_from(usual.as_micros()).unwrap_or(u64::MAX);
        moment(Duration::from_micros(self.dice.below(usual)));
        server.kill();
        self.outcome.kills += 1;
        self.outcome.at_start += 1;
        Ok(())
    }

    /// Compares what the server has with what was acknowledged.
    fn look(&mut self, way: &mut Way) -> Result<()> {
        if self.signed_in.elapsed() > SIGN_IN_EVERY {
            for writer in &mut self.writers {
                writer.person.sign_in(way)?;
            }
            self.signed_in = Instant::now();
        }
        let people: Vec<&Person> = self.writers.iter().map(|writer| &writer.person).collect();
        let books: Vec<&Book> = self.writers.iter().map(|writer| &writer.book).collect();
        let found = Found::by(way, &people)?;
        compare(&books, &found)?;
        let done = books.iter().filter(|book| book.is_pending_done(&found)).filter_map(|book| book.pending.as_ref());
        self.outcome.unanswered.extend(done.map(|deed| format!("{deed:?}")));
        self.place.check().context("the database is damaged")?;
        self.outcome.acknowledged = self.writers.iter().map(|writer| writer.acknowledged).sum();
        self.outcome.retried = self.writers.iter().map(|writer| writer.retried).sum();
        Ok(())
    }

    /// At the end everybody gets an answer.
    fn settle(&mut self, way: &mut Way) -> Result<()> {
        let gate = Gate::default();
        for writer in self.writers.iter_mut().filter(|writer| writer.book.pending.is_some()) {
            match writer.step(way, &gate) {
                Ok(()) => {}
                Err(Stop::Wrong(error)) => return Err(error),
                Err(stop) => bail!("no answer at the end: {stop:?}"),
            }
        }
        Ok(())
    }
}
