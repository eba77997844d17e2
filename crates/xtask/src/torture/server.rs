//! The server under torture: started, killed, started again on the same port.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::http::{Call, Way};
use crate::bench::process::Running;
use crate::postgres::free_port;
use crate::run::output_of;

/// How long a start may take before we give up; what is wanted of it is less.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server's program, its folder of data and its port.
pub struct Place {
    program: PathBuf,
    pub data: PathBuf,
    pub address: SocketAddr,
}

impl Place {
    /// A place with an empty folder, and a copy of the program: a build that goes on meanwhile must not change it.
    pub fn new(program: &Path, folder: &Path, data: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        if data.exists() {
            fs::remove_dir_all(data).with_context(|| format!("cannot remove {}", data.display()))?;
        }
        fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
        let copy = folder.join("toit");
        fs::copy(program, &copy).with_context(|| format!("cannot copy {}", program.display()))?;
        Ok(Self { program: copy, data: data.to_owned(), address: ([127, 0, 0, 1], free_port()?).into() })
    }

    /// A command of the server's program in this place.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_remove("DATABASE_URL")
            .env("TOIT_DATA", &self.data)
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    /// Starts the server, without waiting for it.
    pub fn start(&self) -> Result<Server> {
        let mut command = self.command();
        command.args(["serve", "--listen", &self.address.to_string()]);
        let process = Running(command.spawn().context("cannot start the server")?);
        Ok(Server { process, address: self.address, begun: Instant::now() })
    }

    /// Lets the program look whether the database holds together.
    pub fn check(&self) -> Result<()> {
        output_of(self.command().arg("check").stdout(Stdio::piped())).map(drop)
    }
}

/// A server that runs, or begins to.
pub struct Server {
    process: Running,
    address: SocketAddr,
    begun: Instant,
}

impl Server {
    /// Waits until it is ready, and tells how long that took since it was started.
    pub fn wait_until_ready(&mut self) -> Result<Duration> {
        loop {
            let answer = Way::open(self.address).and_then(|mut way| way.ask(&Call::get("/health/ready", None)));
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(self.begun.elapsed());
            }
            ensure!(self.process.0.try_wait()?.is_none(), "the server ended before it was ready");
            ensure!(self.begun.elapsed() < PATIENCE, "the server is not ready after {} s", PATIENCE.as_secs());
            moment(Duration::from_millis(5));
        }
    }

    /// Ends it as a power cut would: `SIGKILL`, nothing is finished.
    pub fn kill(self) {
        drop(self.process);
    }
}

/// Lets a moment pass.
pub fn moment(time: Duration) {
    thread::park_timeout(time);
}
