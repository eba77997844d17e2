//! A server under measurement, filled and started.

use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::plain::{Connection, request};
use super::process::{Memory, Running};
use crate::postgres::{free_port, pause};
use crate::run::{Step, run};

/// The path of P, the measure of all cases.
pub const HEALTH: &str = "/api/v1/health";
const PATIENCE: Duration = Duration::from_secs(30);

/// How much a database is filled with.
#[derive(Clone, Copy, Debug)]
pub struct Amounts {
    pub households: u32,
    pub tenants: u32,
    pub offers: u32,
    /// Notices and events that live, and posts of all kinds that do not any more.
    pub square: Square,
}

/// What fills the square besides offers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Square {
    pub notices: u32,
    pub events: u32,
    pub dead: u32,
    /// How many of those who get a token have blocked 200 neighbours.
    pub blocked: u32,
}

/// Who may ask, and for what.
#[derive(Deserialize)]
pub struct Filled {
    /// Access tokens of tenants, good for the time of the benchmark.
    pub tokens: Vec<String>,
    /// Ids of offers.
    pub offers: Vec<String>,
    /// Names to sign in with, and the password of all.
    pub names: Vec<String>,
    pub password: String,
    /// The first so many tokens are of people who have blocked 200 neighbours.
    pub blocked: usize,
}

/// A database with its own folder of data, and how the server's program is told of it.
pub struct Place {
    program: PathBuf,
    database_url: String,
    data: PathBuf,
}

impl Place {
    /// A place with an empty folder `data`: what was there before goes.
    pub fn new(program: &Path, database_url: &str, data: &Path) -> Result<Self> {
        if data.exists() {
            fs::remove_dir_all(data).with_context(|| format!("cannot remove {}", data.display()))?;
        }
        fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
        Ok(Self { program: program.to_owned(), database_url: database_url.to_owned(), data: data.to_owned() })
    }

    /// A command of the server's program in this place.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env("DATABASE_URL", &self.database_url)
            .env("TOIT_DATA", &self.data)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    /// Fills the database with an office, its tenants and their offers; the first of them has `more` of her own.
    pub fn fill(&self, amounts: Amounts, more: u32, residences: Option<&Path>) -> Result<Filled> {
        let step = Step::begin(&format!(
            "We fill {} households, {} tenants, {} offers",
            amounts.households, amounts.tenants, amounts.offers
        ));
        let tokens = self.data.join("tokens.json");
        let mut command = self.command();
        command.args(["bench-fill", "--database-url", &self.database_url]);
        if let Some(file) = residences {
            command.arg("--residences").arg(file);
        }
        command
            .args(["--households", &amounts.households.to_string()])
            .args(["--tenants", &amounts.tenants.to_string()])
            .args(["--offers", &amounts.offers.to_string()])
            .args(["--more", &more.to_string()])
            .args(["--notices", &amounts.square.notices.to_string()])
            .args(["--events", &amounts.square.events.to_string()])
            .args(["--dead", &amounts.square.dead.to_string()])
            .args(["--blocked", &amounts.square.blocked.to_string()])
            .arg("--tokens-out")
            .arg(&tokens);
        run(&mut command)?;
        let text = fs::read(&tokens).with_context(|| format!("cannot read {}", tokens.display()))?;
        let filled: Filled = serde_json::from_slice(&text).context("the file of tokens")?;
        ensure!(!filled.tokens.is_empty() && !filled.offers.is_empty(), "the database was filled with nothing");
        step.end();
        Ok(filled)
    }

    /// Starts the server on a free port and waits until it answers.
    pub fn serve<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<Server> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let mut command = self.command();
        command.args(["serve", "--listen", &address.to_string()]).args(arguments);
        let process = Running(command.spawn().context("cannot start the server")?);
        let mut server = Server { address, process };
        server.wait_until_ready()?;
        Ok(server)
    }
}

/// A server that listens, until it is dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    process: Running,
}

impl Server {
    /// Its memory, in bytes.
    pub fn memory(&self) -> Result<Memory> {
        Memory::of(self.process.0.id()).context("the server's memory can be read on Linux only, while it runs")
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let answer = Connection::open(self.address).and_then(|mut way| way.send(&request(HEALTH, None, "")));
            if answer.is_ok_and(|(status, _)| status == 200) {
                return Ok(());
            }
            ensure!(self.process.0.try_wait()?.is_none(), "the server ended before it answered");
            ensure!(begun.elapsed() < PATIENCE, "the server does not answer {HEALTH}");
            pause();
        }
    }
}
