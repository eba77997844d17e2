//! Every test, with what it needs set up and taken away again.

mod summary;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};
use clap::Args;

pub use self::summary::Tally;
use crate::means::Means;
use crate::postgres::Cluster;
use crate::run::{Step, Workspace, is_ci};
use crate::{schemathesis, spa, torture};

/// Names a file to which a test that cannot be tried appends one line that says why.
pub const SKIPS: &str = "TOIT_TEST_SKIPS";
/// The packages with tests that run on this machine. The application in the browser is tested in a browser, from `api`, but for its small
/// tests.
const PACKAGES: [&str; 5] = ["domain", "client", "migrations", "api", "xtask"];
/// The small tests of the application: alone, because what it asks of other packages is not what a server asks of them.
const APPLICATION: [&str; 3] = ["--package", "frontend", "--lib"];

/// What `cargo xtask test` may be told.
#[derive(Args)]
pub struct Options {
    /// One package (domain, client, migrations, api, xtask, frontend), one file of crates/api/tests, without .rs, schemathesis, or torture
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Where chance begins for schemathesis: the same seed tries the same cases again
    #[arg(long, default_value_t = schemathesis::SEED)]
    seed: u32,
    /// Handed on to the tests: a part of a test's name, --nocapture ... (after --only schemathesis: its own options)
    #[arg(last = true)]
    rest: Vec<String>,
}

/// What is run, and what that needs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    selection: Vec<String>,
    postgres: bool,
    browser: bool,
    application: bool,
    schemathesis: bool,
    torture: bool,
}

impl Plan {
    fn of(only: Option<&str>) -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match only {
            None => Self {
                selection: words(&["--workspace", "--exclude", "frontend"]),
                postgres: true,
                browser: true,
                application: true,
                schemathesis: true,
                torture: true,
            },
            Some("schemathesis") => Self { schemathesis: true, ..Self::default() },
            Some("torture") => Self { torture: true, ..Self::default() },
            Some("frontend") => Self { application: true, ..Self::default() },
            Some(package) if PACKAGES.contains(&package) => Self {
                selection: words(&["--package", package]),
                postgres: matches!(package, "api" | "migrations" | "xtask"),
                browser: package == "api",
                ..Self::default()
            },
            Some(file) => Self {
                selection: words(&["--package", "api", "--test", file]),
                postgres: true,
                browser: file.contains("browser"),
                ..Self::default()
            },
        }
    }
}

/// Runs the tests. The last line printed is the total, `N passed, N failed, N skipped`.
pub fn test(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let plan = Plan::of(options.only.as_deref());
    let mut tally = Tally::default();
    if let Err(error) = try_all(workspace, &plan, options, &mut tally) {
        eprintln!("xtask: {error:#}");
        tally.failed += 1;
    }
    if is_ci() && tally.skipped > 0 {
        eprintln!("xtask: in continuous integration (CI=true) nothing may be skipped");
    }
    println!("{tally}");
    let good = tally.failed == 0 && !(is_ci() && tally.skipped > 0);
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn try_all(workspace: &Workspace, plan: &Plan, options: &Options, tally: &mut Tally) -> Result<()> {
    if !plan.selection.is_empty() {
        run_tests(workspace, plan, &options.rest, tally)?;
    }
    if plan.application {
        let mut command = workspace.cargo();
        command.args(["test", "--no-fail-fast"]).args(APPLICATION).arg("--").args(&options.rest);
        run_suites(&mut command, tally)?;
    }
    // Names of tests are none of its options.
    if plan.schemathesis && (options.only.is_some() || options.rest.is_empty()) {
        *tally += schemathesis::try_api(workspace, options.seed, &options.rest)?;
    }
    if plan.torture && options.rest.is_empty() {
        *tally += torture::try_all(workspace)?;
    }
    Ok(())
}

fn run_tests(workspace: &Workspace, plan: &Plan, rest: &[String], tally: &mut Tally) -> Result<()> {
    let means = Means::ensure(plan.postgres, plan.browser);
    if is_ci() {
        tally.failed += means.missing(plan.postgres, plan.browser);
    }
    let application = if plan.browser { build_application(workspace, tally) } else { None };
    let cluster = means.postgres.as_deref().map(Cluster::start).transpose()?;
    let shots = workspace.target.join("screenshots");
    fs::create_dir_all(&shots).with_context(|| format!("cannot make {}", shots.display()))?;
    let skips = workspace.target.join("test-skips");
    fs::write(&skips, "").with_context(|| format!("cannot write {}", skips.display()))?;

    let mut command = workspace.cargo();
    command
        .args(["test", "--no-fail-fast"])
        .args(&plan.selection)
        .arg("--")
        .args(rest)
        .env(SKIPS, &skips)
        .env("TOIT_TEST_SHOTS", &shots)
        .env_remove("TOIT_TEST_POSTGRES")
        .env_remove("TOIT_TEST_SPA")
        .env_remove("TOIT_TEST_CHROMEDRIVER");
    if let Some(cluster) = &cluster {
        command.env("TOIT_TEST_POSTGRES", cluster.url());
    }
    if let (Some(application), Some(driver)) = (application, means.chromedriver) {
        command.env("TOIT_TEST_SPA", application).env("TOIT_TEST_CHROMEDRIVER", driver);
    }
    let step = Step::begin("We build and run the tests (minutes the first time)");
    run_suites(&mut command, tally)?;
    step.end();
    count_skips(&skips, tally)
}

/// Builds the application for the browser's tests. They are told nothing of one that cannot be built.
fn build_application(workspace: &Workspace, tally: &mut Tally) -> Option<PathBuf> {
    match spa::build(workspace, false) {
        Ok(folder) => Some(folder),
        Err(error) => {
            eprintln!("xtask: the application in the browser cannot be built: {error:#}");
            tally.failed += 1;
            None
        }
    }
}

/// Runs `cargo test`, passes on what it prints, and adds up the suites' closing lines.
fn run_suites(command: &mut Command, tally: &mut Tally) -> Result<()> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo test")?;
    let mut suites = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.context("cannot read what cargo test prints")?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            if let Some(suite) = Tally::of_line(&line) {
                suites += suite;
            }
        }
    }
    let status = child.wait().context("cargo test")?;
    if !status.success() && suites.failed == 0 {
        // It did not compile, or a suite died before its closing line.
        suites.failed = 1;
    }
    *tally += suites;
    Ok(())
}

fn count_skips(file: &Path, tally: &mut Tally) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    for line in &lines {
        eprintln!("SKIPPED: {line}");
    }
    tally.skip(lines.len() as u64);
    Ok(())
}

/// Writes down that the test that calls this cannot be tried.
#[cfg(test)]
pub fn skip(why: &str) -> Result<()> {
    use std::io::Write;
    eprintln!("SKIPPED: {why}");
    if let Some(file) = std::env::var_os(SKIPS) {
        writeln!(fs::OpenOptions::new().append(true).create(true).open(file)?, "{why}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Plan;

    #[test]
    fn a_package_needs_no_more_than_it_uses() {
        let everything = Plan::of(None);
        assert!(everything.postgres && everything.browser && everything.application && everything.schemathesis);
        let domain = Plan::of(Some("domain"));
        assert_eq!(domain.selection, ["--package", "domain"]);
        assert!(!domain.postgres && !domain.browser);
        let file = Plan::of(Some("barters"));
        assert_eq!(file.selection, ["--package", "api", "--test", "barters"]);
        assert!(file.postgres && !file.browser);
        let schemathesis = Plan::of(Some("schemathesis"));
        assert!(schemathesis.selection.is_empty() && schemathesis.schemathesis && !schemathesis.postgres);
    }
}
