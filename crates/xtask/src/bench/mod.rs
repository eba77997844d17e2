//! The load benchmark: cases as shares of P, the server's own constant answer, measured in turn on the same machine.

mod cases;
mod import;
mod leaving;
mod live;
mod load;
mod market;
mod measure;
mod overload;
pub mod plain;
pub mod process;
mod report;
mod response;
mod sample;
mod server;
mod square;

use std::ffi::OsStr;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use self::measure::{Findings, Manner, measure};
use self::report::Report;
use self::server::{Amounts, Place, Square};
use crate::demo::build_server;
use crate::means::Means;
use crate::postgres::Cluster;
use crate::run::{Step, Workspace, output_of};
use crate::spa;

const PAGE: &str = "docs/benchmarks.md";
/// How many posts of the square there are, and how many of them live.
const POSTS: u32 = 1_000_000;
const ALIVE: u32 = 50_000;
/// How many times the offers the lists are measured with once more.
const TENFOLD: u32 = 10;

/// What `cargo xtask bench` may be told.
#[derive(Args, Debug)]
pub struct Options {
    /// A file of residences, as `toit import residences` reads it; drawn when none is given
    #[arg(long, value_name = "FILE")]
    residences: Option<PathBuf>,
    /// The database below the server
    #[arg(long, value_enum, default_value_t = Database::Both)]
    database: Database,
    /// Households on the roll
    #[arg(long, default_value_t = 36_896)]
    households: u32,
    /// Tenants who joined
    #[arg(long, default_value_t = 20_000)]
    tenants: u32,
    /// Offers that live; the lists are measured again with ten times as many
    #[arg(long, default_value_t = 100_000)]
    offers: u32,
    /// Connections, each with one request at a time
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Seconds of one turn of one case
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// How often each case has its turn
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=20))]
    rounds: u8,
    /// An application that is built already; built anew when none is given
    #[arg(long, value_name = "FOLDER")]
    spa: Option<PathBuf>,
    /// The day that is written above the table, such as 2026-11-24
    #[arg(long)]
    date: Option<String>,
    /// Measure what is left of the server's best when far too many ask, and nothing else
    #[arg(long)]
    overload: bool,
    /// Measure how long somebody with ten thousand offers takes to be gone, and nothing else
    #[arg(long, conflicts_with = "overload")]
    leaving: bool,
    /// Measure the market alone, compare it with other people's programs, and nothing else
    #[arg(long, conflicts_with_all = ["overload", "leaving"])]
    market: bool,
    /// Measure the square, the search and open pages with 1,000,000 posts of which 50,000 live, and nothing else
    #[arg(long, conflicts_with_all = ["overload", "leaving", "market"])]
    square: bool,
    /// Print the tables and leave docs/benchmarks.md as it is
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
    Both,
}

/// Measures the server and writes the tables into `docs/benchmarks.md`.
///
/// # Errors
/// When something cannot be measured, or a target is missed; the tables are written all the same.
pub fn bench(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.market {
        let mut report = Report::default();
        report.say(&format!("`{}`", command()));
        market::measure(workspace, options.residences.as_deref(), &mut report)?;
        return end(workspace, options, "market", &report);
    }
    let spa = match &options.spa {
        Some(spa) => spa.clone(),
        // No page is asked for.
        None if options.overload || options.leaving || options.square => PathBuf::new(),
        None => spa::build(workspace, false)?,
    };
    let ground =
        Ground { options, spa, program: build_server(workspace, "release")?, data: workspace.target.join("bench") };
    let mut report = Report::default();
    report.say(&heading(options));
    if options.database != Database::Postgres {
        let url = |name: &str| format!("sqlite://{}", ground.data.join(name).join("toit.db").display());
        ground.database("SQLite", url, &mut report)?;
    }
    if options.database != Database::Sqlite {
        let programs = Means::ensure(true, false).postgres.context("there is no PostgreSQL to measure with")?;
        let cluster = Cluster::start(&programs)?;
        for name in ["once", "tenfold", "roll", "overload"] {
            cluster.create_database(&programs, name)?;
        }
        let version = output_of(Command::new(programs.join("postgres")).arg("--version"))?;
        ground.database(
            &version.replace("postgres (PostgreSQL)", "PostgreSQL"),
            |name| cluster.database_url(name),
            &mut report,
        )?;
    }
    let name = match (options.overload, options.leaving, options.square) {
        (true, _, _) => "overload",
        (false, true, _) => "leaving",
        (false, false, true) => "square",
        (false, false, false) => "bench",
    };
    end(workspace, options, name, &report)
}

/// Prints the tables, writes them into the page, and says what was missed.
fn end(workspace: &Workspace, options: &Options, name: &str, report: &Report) -> Result<()> {
    println!("{}", report.text());
    if !options.dry_run {
        write(&workspace.root.join(PAGE), name, report.text())?;
    }
    if !report.missed().is_empty() {
        bail!("missed:\n  {}", report.missed().join("\n  "));
    }
    Ok(())
}

/// What all measurements stand on.
struct Ground<'a> {
    options: &'a Options,
    program: PathBuf,
    spa: PathBuf,
    data: PathBuf,
}

impl Ground<'_> {
    /// Fills, serves and measures one kind of database, with the offers once and tenfold. `url` gives a database's URL.
    fn database(&self, kind: &str, url: impl Fn(&str) -> String, report: &mut Report) -> Result<()> {
        if self.options.overload {
            let place = Place::new(&self.program, &url("overload"), &self.data.join("overload"))?;
            let filled = place.fill(self.amounts(1), 0, self.options.residences.as_deref())?;
            return overload::measure(&place, &filled, Duration::from_secs(self.options.seconds), kind, report);
        }
        if self.options.leaving {
            let place = Place::new(&self.program, &url("once"), &self.data.join("once"))?;
            let filled = place.fill(self.amounts(1), leaving::ROWS, self.options.residences.as_deref())?;
            let server = place.serve(["--no-backups"])?;
            return leaving::measure(&server, &filled, self.amounts(1), kind, report);
        }
        if self.options.square {
            return self.square(kind, url, report);
        }
        let (once, peak) = self.amount(kind, "once", 1, &url("once"))?;
        let (tenfold, _) = self.amount(kind, "tenfold", TENFOLD, &url("tenfold"))?;
        report.database(kind, &once, Some(&tenfold), peak);
        let folder = self.data.join("roll");
        let place = Place::new(&self.program, &url("roll"), &folder)?;
        import::measure(&place, &folder, kind, report)
    }

    fn amounts(&self, times: u32) -> Amounts {
        let Options { households, tenants, offers, .. } = *self.options;
        Amounts { households, tenants, offers: offers.saturating_mul(times), square: Square::default() }
    }

    /// The square with 50,000 posts that live among 1,000,000, and with ten times as many that live.
    fn square(&self, kind: &str, url: impl Fn(&str) -> String, report: &mut Report) -> Result<()> {
        let mut all = Vec::new();
        for (name, times) in [("once", 1), ("tenfold", TENFOLD)] {
            let place = Place::new(&self.program, &url(name), &self.data.join(name))?;
            let square =
                Square { notices: 15_000 * times, events: 5_000 * times, dead: POSTS - ALIVE * times, blocked: 100 };
            let amounts = Amounts { offers: 30_000 * times, square, ..self.amounts(1) };
            let filled = place.fill(amounts, 0, self.options.residences.as_deref())?;
            let server = place.serve(["--no-backups"])?;
            let step = Step::begin(&format!("We measure {kind} with {} posts that live", ALIVE * times));
            all.push((square::measure(&server, &filled, self.manner())?, server.memory()?.peak));
            step.end();
            if times == 1 {
                live::measure(&server, &filled, kind, report)?;
            }
        }
        if let [(once, peak), (tenfold, _)] = all.as_slice() {
            square::report(report, kind, once, Some(tenfold), *peak);
        }
        Ok(())
    }

    fn manner(&self) -> Manner {
        Manner {
            connections: self.options.connections,
            duration: Duration::from_secs(self.options.seconds),
            rounds: usize::from(self.options.rounds),
        }
    }

    /// The findings, and the most memory that the server held, in bytes.
    fn amount(&self, kind: &str, name: &str, times: u32, url: &str) -> Result<(Findings, u64)> {
        let place = Place::new(&self.program, url, &self.data.join(name))?;
        let amounts = self.amounts(times);
        let filled = place.fill(amounts, 0, self.options.residences.as_deref())?;
        let server = place.serve([OsStr::new("--spa"), self.spa.as_os_str()])?;
        let cases = if times == 1 { cases::all(&server, &filled, &self.spa)? } else { cases::lists(&server, &filled)? };
        let step = Step::begin(&format!("We measure {kind} with {} offers", amounts.offers));
        let findings = measure(server.address, &cases, self.manner())?;
        step.end();
        Ok((findings, server.memory()?.peak))
    }
}

fn heading(options: &Options) -> String {
    if options.overload {
        return overload::heading(options);
    }
    if options.leaving {
        return format!("`{}`", command());
    }
    let date = options.date.as_deref().map(|date| format!("{date}, ")).unwrap_or_default();
    let posts = match options.square {
        true => format!("{POSTS} posts of which {ALIVE} live"),
        false => format!("{} offers", options.offers),
    };
    format!(
        "`{}`: {date}{} processors shared by server and generator, {} connections, {} households, {} tenants, {posts}, {} \
         turns of {} s a case, P before and after each turn.",
        command(),
        available_parallelism().map_or(1, NonZero::get),
        options.connections,
        options.households,
        options.tenants,
        options.rounds,
        options.seconds
    )
}

/// The command that was typed, to stand above what it measured.
fn command() -> String {
    // Where a file lay on this machine says nothing.
    let name = |word: String| word.rsplit('/').next().map_or(String::new(), str::to_owned);
    let words: Vec<String> = std::env::args().skip(1).map(name).collect();
    format!("cargo xtask {}", words.join(" "))
}

fn write(page: &Path, name: &str, report: &str) -> Result<()> {
    let text = fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
    fs::write(page, report::replace(&text, name, report)?).with_context(|| format!("cannot write {}", page.display()))
}
