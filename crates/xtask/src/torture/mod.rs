//! Torture: a server that is killed while people write, and started again; and one whose disk is full. Nothing that was acknowledged may
//! be lost, nothing may be there twice.

mod book;
mod crash;
mod departure;
mod dice;
mod disk;
mod found;
pub mod http;
mod server;
mod town;
mod writer;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::demo::build_server;
use crate::run::{Step, Workspace, run};
use crate::test::Tally;

const KILLS: u32 = 200;
const SEED: u64 = 1;

/// What `cargo xtask torture` may be told.
#[derive(Args)]
pub struct Options {
    /// How often the server is killed
    #[arg(long, default_value_t = KILLS, value_parser = clap::value_parser!(u32).range(1..))]
    kills: u32,
    /// Where chance begins: the same seed draws the same deeds and the same moments again
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// Torture the server as it is shipped, instead of the one that the tests have built
    #[arg(long)]
    release: bool,
    /// A server that is built already
    #[arg(long, value_name = "FILE", conflicts_with = "release")]
    program: Option<PathBuf>,
    /// One part of it alone
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Mount a small disk in this folder and fill it: done by a process that may
    #[arg(long, hide = true, requires = "program")]
    fill_here: Option<PathBuf>,
}

/// What is done to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// It is killed
    Crash,
    /// Its disk is full
    Disk,
}

/// Builds the server and tortures it.
///
/// # Errors
/// When something is lost, there twice, damaged, or too slow.
pub fn torture(workspace: &Workspace, options: &Options) -> Result<()> {
    if let (Some(folder), Some(program)) = (&options.fill_here, &options.program) {
        println!("{}", disk::fill_here(program, folder, options.seed)?);
        return Ok(());
    }
    let program = match &options.program {
        Some(program) => program.clone(),
        None if options.release => build_server(workspace, "release")?,
        None => build(workspace)?,
    };
    if options.only != Some(Part::Disk) {
        crash(workspace, &program, options.kills, options.seed)?;
    }
    if options.only != Some(Part::Crash) && fill(workspace, &program, options.seed)?.is_none() {
        eprintln!("SKIPPED: {NO_DISK}");
    }
    Ok(())
}

/// As [`torture`], as a part of all tests.
///
/// # Errors
/// When the server cannot be built.
pub fn try_all(workspace: &Workspace) -> Result<Tally> {
    let program = build(workspace)?;
    let mut tally = Tally::default();
    let mut count = |result: Result<Option<()>>| match result {
        Ok(Some(())) => tally.passed += 1,
        Ok(None) => {
            eprintln!("SKIPPED: {NO_DISK}");
            tally.skipped += 1;
        }
        Err(error) => {
            eprintln!("xtask: torture: {error:#}");
            tally.failed += 1;
        }
    };
    count(crash(workspace, &program, KILLS, SEED).map(Some));
    count(fill(workspace, &program, SEED));
    Ok(tally)
}

const NO_DISK: &str = "torture with a full disk: nobody may mount a small one here (that takes unshare from util-linux, with user namespaces, root, or \
                       a sudo without password)";

/// A folder that no other run shares. It stays behind when something is found, to be looked at.
struct Room(PathBuf);

impl Room {
    fn new(workspace: &Workspace) -> Self {
        Self(workspace.target.join("torture").join(std::process::id().to_string()))
    }

    fn tidy_up(self) {
        let _ = std::fs::remove_dir_all(self.0);
    }
}

fn crash(workspace: &Workspace, program: &Path, kills: u32, seed: u64) -> Result<()> {
    let step = Step::begin(&format!("We kill the server {kills} times while people write (seed {seed})"));
    let room = Room::new(workspace);
    println!("{}", crash::crash(program, &room.0, kills, seed)?);
    room.tidy_up();
    step.end();
    Ok(())
}

fn fill(workspace: &Workspace, program: &Path, seed: u64) -> Result<Option<()>> {
    let step = Step::begin(&format!("We fill the server's disk while people write (seed {seed})"));
    let room = Room::new(workspace);
    let done = disk::fill(program, &room.0, seed)?;
    room.tidy_up();
    step.end();
    Ok(done)
}

/// The server in the profile of the tests: little is left to build after them.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let step = Step::begin("We build the server");
    run(workspace.cargo().args(["build", "--package", "api", "--bin", "toit"]))?;
    step.end();
    Ok(workspace.target.join("debug").join(format!("toit{}", std::env::consts::EXE_SUFFIX)))
}
