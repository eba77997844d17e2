//! The API tried against its own document by schemathesis, as a tenant of a demo office who is signed in. What it is told beyond the
//! document stands in `crates/xtask/schemathesis`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::bench::plain::{Connection, request};
use crate::bench::process::Running;
use crate::postgres::{free_port, pause};
use crate::python::ensure_environment;
use crate::run::{Step, Workspace, output_of, run};
use crate::test::Tally;

/// Draws the same cases each time.
pub const SEED: u32 = 1;
/// Cases of each operation in the phase that draws by chance; a run then takes about two minutes.
const EXAMPLES: u32 = 30;
const PATIENCE: Duration = Duration::from_secs(30);
/// Where things are.
struct Room {
    /// The hooks, their configuration, the versions of the packages.
    hooks: PathBuf,
    /// All that a run writes.
    folder: PathBuf,
    venv: PathBuf,
}

/// Tries the API. Each operation counts as a test, which passes when all went well with it.
///
/// # Errors
/// When the server or schemathesis cannot be run.
pub fn try_api(workspace: &Workspace, seed: u32, rest: &[String]) -> Result<Tally> {
    let folder = workspace.target.join("schemathesis");
    let venv = folder.join("venv");
    let room = Room { hooks: workspace.root.join("crates/xtask/schemathesis"), folder, venv };
    let requirements = room.hooks.join("requirements.txt");
    if let Err(error) = ensure_environment("schemathesis", &room.venv, &requirements) {
        eprintln!("SKIPPED: the API is not tried with schemathesis: {error:#}");
        return Ok(Tally { skipped: 1, ..Tally::default() });
    }
    let step = Step::begin(&format!("We try the API against its own document (seed {seed})"));
    let mut server = room.serve(&build_server(workspace)?)?;
    let good = room.try_all(&server, seed, rest)?;
    let report = fs::read_to_string(room.folder.join("report.json")).context("schemathesis has written no report")?;
    let tally = tally(&serde_json::from_str(&report).context("schemathesis' report")?, good);
    ensure!(server.process.0.try_wait()?.is_none(), "the server ended; see {}", room.folder.display());
    if tally.failed > 0 {
        eprintln!("  The server's log is {}", room.log().display());
        eprintln!("  The same once more: cargo xtask test --only schemathesis --seed {seed}");
    }
    step.end();
    Ok(tally)
}

/// The demo's server while it is tried.
struct Server {
    process: Running,
    address: SocketAddr,
}

impl Room {
    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// Starts a demo on an empty database, and prints codes with which people can join it.
    fn serve(&self, program: &Path) -> Result<Server> {
        let data = self.data();
        if data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
        }
        fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
        let command = || {
            let mut command = Command::new(program);
            command.env_remove("DATABASE_URL").env("TOIT_DATA", &data).env("RUST_LOG", "warn").stdin(Stdio::null());
            command
        };
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        // The hooks say from where each call comes: what is wrong on purpose counts for addresses of its own.
        let mut demo = command();
        demo.args(["demo", "--behind-proxy", "--listen", &address.to_string()]);
        let log = File::create(self.log()).with_context(|| format!("cannot write {}", self.log().display()))?;
        let process = Running(demo.stdout(Stdio::null()).stderr(log).spawn().context("cannot start the server")?);
        let mut server = Server { process, address };
        server.wait_until_ready()?;
        output_of(command().args(["codes", "issue", "--reprint", "--csv"]).arg(data.join("codes.csv")))?;
        Ok(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Runs schemathesis; says whether all was well.
    fn try_all(&self, server: &Server, seed: u32, rest: &[String]) -> Result<bool> {
        let report = self.folder.join("report.json");
        let _ = fs::remove_file(&report);
        let api = format!("http://{}/api/v1", server.address);
        let mut command = Command::new(self.venv.join("bin/st"));
        command
            .arg("--config-file")
            .arg(self.hooks.join("schemathesis.toml"))
            .args(["run", &format!("{api}/openapi.json"), "--report", "json", "--report-json-path"])
            .arg(&report)
            .args(["--seed", &seed.to_string(), "--max-examples", &EXAMPLES.to_string()])
            .args(rest)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .env("TOIT_API", &api)
            .env("TOIT_CARD", self.data().join("demo.txt"))
            .env("TOIT_CODES", self.data().join("codes.csv"))
            .env("PYTHONPATH", &self.hooks)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUTF8", "1")
            .env("NO_PROXY", "127.0.0.1");
        Ok(command.status().context("cannot start schemathesis")?.success())
    }
}

impl Server {
    fn wait_until_ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let answer =
                Connection::open(self.address).and_then(|mut way| way.send(&request("/api/v1/health", None, "")));
            if answer.is_ok_and(|(status, _)| status == 200) {
                return Ok(());
            }
            ensure!(self.process.0.try_wait()?.is_none(), "the server ended before it answered");
            ensure!(begun.elapsed() < PATIENCE, "the server does not answer");
            pause();
        }
    }
}

/// What schemathesis says at its end.
#[derive(Deserialize)]
struct Report {
    operations: Operations,
    failures: Vec<Failure>,
    errors: Vec<Trouble>,
}

#[derive(Deserialize)]
struct Operations {
    tested: u64,
}

#[derive(Deserialize)]
struct Failure {
    operations: BTreeSet<String>,
}

/// Something that kept it from trying.
#[derive(Deserialize)]
struct Trouble {
    count: u64,
}

fn tally(report: &Report, good: bool) -> Tally {
    let failing: BTreeSet<&String> = report.failures.iter().flat_map(|failure| &failure.operations).collect();
    let failing = failing.len() as u64;
    let failed = failing + report.errors.iter().map(|trouble| trouble.count).sum::<u64>();
    Tally {
        passed: report.operations.tested.saturating_sub(failing),
        // A warning that counts as a failure stands in no list.
        failed: if good { failed } else { failed.max(1) },
        skipped: 0,
    }
}

/// The server as the tests of `api` have built it; built if it is not.
fn build_server(workspace: &Workspace) -> Result<PathBuf> {
    run(workspace.cargo().args(["build", "--quiet", "--package", "api", "--bin", "toit"]))?;
    Ok(workspace.target.join("debug").join(format!("toit{}", std::env::consts::EXE_SUFFIX)))
}

#[cfg(test)]
mod tests {
    use super::tally;
    use crate::test::Tally;

    fn of(failures: &str, errors: &str, good: bool) -> Tally {
        let report =
            format!(r#"{{"operations":{{"total":44,"tested":44}},"failures":[{failures}],"errors":[{errors}]}}"#);
        tally(&serde_json::from_str(&report).unwrap(), good)
    }

    #[test]
    fn each_operation_counts_once() {
        assert_eq!(of("", "", true), Tally { passed: 44, failed: 0, skipped: 0 });
        let failures = r#"{"type":"ServerError","operations":["GET /a","GET /b"]},{"operations":["GET /a"]}"#;
        assert_eq!(of(failures, "", false), Tally { passed: 42, failed: 2, skipped: 0 });
        assert_eq!(of("", r#"{"title":"Hook Error","count":6}"#, false).failed, 6);
    }

    #[test]
    fn a_run_that_ends_badly_has_failed_whatever_its_report_says() {
        assert_eq!(of("", "", false).failed, 1);
    }
}
