//! The disk is full: what cannot be kept is refused and not done, reading goes on, and when there is room again so does writing.

use std::env;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::book::{Book, compare};
use super::dice::Dice;
use super::found::Found;
use super::http::{Answer, Call, Way};
use super::server::Place;
use super::town::{self, Person};
use super::writer::{Gate, Stop, Writer};
use crate::run::{output_of, run};

const WRITERS: usize = 4;
/// How often the disk is filled.
const TIMES: u32 = 5;
/// The disk's size.
const SIZE: &str = "size=12m,mode=700";
/// The most that is left free for people to fill, in bytes.
const LEFT: u64 = 300 * 1024;
/// How many things each person does when there is room again.
const DEEDS: u32 = 5;

/// Ways to get a place of one's own in the tree of files, which goes with the process: nothing is left mounted behind.
const APART: [&[&str]; 3] =
    [&["unshare", "--map-root-user", "--mount"], &["unshare", "--mount"], &["sudo", "-n", "unshare", "--mount"]];

/// Runs [`fill_here`] in a process that may mount a small disk; `None` when this machine allows nobody that.
///
/// # Errors
/// When something is lost.
pub fn fill(program: &Path, folder: &Path, seed: u64) -> Result<Option<()>> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let try_mount = format!("mount -t tmpfs -o {SIZE} tmpfs '{}'", folder.display());
    let allowed = |words: &&&[&str]| {
        let mut command = Command::new(words[0]);
        output_of(command.args(&words[1..]).args(["sh", "-c", &try_mount])).is_ok()
    };
    let Some(words) = APART.iter().find(allowed) else { return Ok(None) };
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).arg(env::current_exe().context("which program this is")?).arg("torture");
    command.arg("--program").arg(program).args(["--seed", &seed.to_string()]).arg("--fill-here").arg(folder);
    run(&mut command).map(Some)
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Outcome {
    full: u32,
    acknowledged: u64,
    refused: u64,
    seed: u64,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "full disk: {} times full, {} writes acknowledged, {} refused with 503 and Retry-After, each there once; seed {}",
            self.full, self.acknowledged, self.refused, self.seed
        )
    }
}

/// Mounts a small disk and fills it, over and over.
///
/// # Errors
/// When something is lost, there twice, damaged, or refused in another way than it should be.
pub fn fill_here(program: &Path, folder: &Path, seed: u64) -> Result<Outcome> {
    let disk = folder.join("disk");
    fs::create_dir_all(&disk).with_context(|| format!("cannot make {}", disk.display()))?;
    run(Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(&disk))?;
    let place = Place::new(program, folder, &disk.join("data"))?;
    let codes = town::found(&place, WRITERS)?;
    let mut server = place.start()?;
    server.wait_until_ready()?;
    let mut way = Way::open(place.address)?;
    let people = town::join(&mut way, &codes)?;
    let writers = people.into_iter().zip(0..).map(|(person, n)| Writer::new(n, person, seed)).collect();
    let mut torture = Torture {
        writers,
        dice: Dice::new(seed, 2_000),
        ballast: disk.join("ballast"),
        outcome: Outcome { seed, ..Outcome::default() },
        place,
    };
    for time in 1..=TIMES {
        torture.round(&mut way).with_context(|| format!("the disk was full for the {time}. time, seed {seed}"))?;
    }
    // Killed while the disk is full, and started when there is room again.
    torture.fill_up(&mut way)?;
    server.kill();
    torture.make_room()?;
    let mut server = torture.place.start()?;
    server.wait_until_ready()?;
    let mut way = Way::open(torture.place.address)?;
    torture.look(&mut way).context("after a kill on a full disk")?;
    torture.go_on(&mut way)?;
    torture.look(&mut way).context("at the end")?;
    torture.outcome.acknowledged = torture.writers.iter().map(|writer| writer.acknowledged).sum();
    Ok(torture.outcome)
}

struct Torture {
    place: Place,
    writers: Vec<Writer>,
    dice: Dice,
    ballast: PathBuf,
    outcome: Outcome,
}

impl Torture {
    fn round(&mut self, way: &mut Way) -> Result<()> {
        self.fill_up(way)?;
        self.make_room()?;
        self.go_on(way)?;
        self.look(way)?;
        self.place.check().context("the database is damaged")
    }

    /// Leaves little room, and lets all write until the server refuses.
    fn fill_up(&mut self, way: &mut Way) -> Result<()> {
        let left = self.dice.below(LEFT);
        self.leave(left)?;
        let (gate, address) = (Gate::default(), self.place.address);
        let stops: Vec<Stop> = thread::scope(|threads| {
            let runs: Vec<_> =
                self.writers.iter_mut().map(|writer| threads.spawn(|| writer.run(address, &gate))).collect();
            let died = |_| Stop::Wrong(anyhow!("a writer died"));
            runs.into_iter().map(|run| run.join().unwrap_or_else(died)).collect()
        });
        for stop in stops {
            match stop {
                Stop::Busy(answer) => self.note_refusal(&answer)?,
                Stop::Wrong(error) => return Err(error),
                Stop::Lost => bail!("the server gave no answer"),
            }
        }
        self.outcome.full += 1;
        let ready = way.ask(&Call::get("/health/ready", None))?;
        ensure!(ready.status == 200, "reading is possible, but the server is not ready: {}", ready.shown());
        self.look(way).context("while the disk is full")
    }

    fn note_refusal(&mut self, answer: &Answer) -> Result<()> {
        let seconds = answer.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
        let kind = answer.header("content-type");
        let good = seconds.is_some() && kind == Some("application/problem+json") && answer.code() == "unavailable";
        ensure!(good, "refused without saying when to come back: {} {}", answer.head, answer.shown());
        self.outcome.refused += 1;
        Ok(())
    }

    /// Everybody gets an answer to what was refused, and does more.
    fn go_on(&mut self, way: &mut Way) -> Result<()> {
        let gate = Gate::default();
        for writer in &mut self.writers {
            for _ in 0..DEEDS {
                match writer.step(way, &gate) {
                    Ok(()) => {}
                    Err(Stop::Wrong(error)) => return Err(error),
                    Err(stop) => bail!("there is room, but {stop:?}"),
                }
            }
        }
        Ok(())
    }

    fn look(&self, way: &mut Way) -> Result<()> {
        let people: Vec<&Person> = self.writers.iter().map(|writer| &writer.person).collect();
        let books: Vec<&Book> = self.writers.iter().map(|writer| &writer.book).collect();
        compare(&books, &Found::by(way, &people)?)
    }

    /// Fills the disk but for so many bytes.
    fn leave(&self, bytes: u64) -> Result<()> {
        let mut file = File::create(&self.ballast).context("the ballast")?;
        let piece = vec![0; 64 * 1024];
        loop {
            match file.write(&piece) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => return Err(error).context("the ballast"),
            }
        }
        let length = file.metadata()?.len();
        Ok(file.set_len(length.saturating_sub(bytes))?)
    }

    fn make_room(&self) -> Result<()> {
        Ok(OpenOptions::new().write(true).open(&self.ballast)?.set_len(0)?)
    }
}
