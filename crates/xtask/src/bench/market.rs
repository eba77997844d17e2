//! The market: built, asked and packed at growing sizes, each in a process of its own; and compared with other people's programs.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::report::{Report, megabytes, millis, rate};
use crate::python::ensure_environment;
use crate::run::{Step, Workspace, output_of};

/// How many posts; the targets hold for [`TARGET`].
const SIZES: [u32; 4] = [10_000, 100_000, TARGET, 1_000_000];
const TARGET: u32 = 500_000;
const PACK: u32 = 20_000;
const BUILD_SECONDS: f64 = 5.0;
const MEMORY: u64 = 600_000_000;
const MEDIAN: Duration = Duration::from_micros(500);
const P99: Duration = Duration::from_millis(5);
const WORST: Duration = Duration::from_millis(50);
const PACK_SECONDS: f64 = 10.0;

#[derive(Deserialize)]
struct Sized {
    posts: u32,
    people: u64,
    build_seconds: f64,
    memory_bytes: u64,
    random: Asked,
    densest: Asked,
}

#[derive(Deserialize)]
struct Asked {
    asked: u64,
    median: f64,
    p99: f64,
    worst: f64,
    matches: u64,
    rings: u64,
}

#[derive(Deserialize)]
struct Packed {
    posts: u32,
    pack_seconds: f64,
    rings: u64,
    people: u64,
    of: u64,
}

/// Measures and compares.
///
/// # Errors
/// When something cannot be built or run, or the programs disagree.
pub fn measure(workspace: &Workspace, residences: Option<&Path>, report: &mut Report) -> Result<()> {
    // A bench runs in its package's folder.
    let file = residences.map(std::fs::canonicalize).transpose().context("the residences file")?;
    let ask = |words: [&str; 2]| -> Result<String> {
        let mut command = workspace.cargo();
        command.args(["bench", "--quiet", "--package", "matching", "--bench", "market", "--"]).args(words);
        if let Some(file) = &file {
            command.arg("--residences").arg(file);
        }
        output_of(command.stderr(Stdio::inherit()))
    };
    report.line([
        "posts",
        "people",
        "built in",
        "memory",
        "a new post",
        "asked",
        "median",
        "p99",
        "worst",
        "matches",
        "rings",
    ]);
    report.line(["---:", "---:", "---:", "---:", "---", "---:", "---:", "---:", "---:", "---:", "---:"]);
    for size in SIZES {
        let step = Step::begin(&format!("We measure a market of {size} posts"));
        let found: Sized =
            serde_json::from_str(&ask(["--posts", &size.to_string()])?).context("what the bench printed")?;
        table(&found, report);
        step.end();
    }
    report.say("");
    let step = Step::begin(&format!("We pack a swap day of {PACK} posts"));
    let packed: Packed =
        serde_json::from_str(&ask(["--pack", &PACK.to_string()])?).context("what the bench printed")?;
    let met =
        report.verdict(packed.pack_seconds < PACK_SECONDS, || format!("packing took {:.1} s", packed.pack_seconds));
    report.say(&format!(
        "A swap day of {} posts is packed in {:.2} s (wanted: below {PACK_SECONDS} s) {met}: {} of {} people swap, in {} swaps and rings",
        rate(packed.posts.into()),
        packed.pack_seconds,
        packed.people,
        packed.of,
        packed.rings
    ));
    step.end();
    compare(workspace, report)
}

fn table(found: &Sized, report: &mut Report) {
    let seconds = |s: f64| Duration::from_secs_f64(s);
    for (what, asked) in [("drawn", &found.random), ("densest", &found.densest)] {
        let posts = rate(found.posts.into());
        report.line([
            &posts,
            &found.people.to_string(),
            &format!("{:.2} s", found.build_seconds),
            &megabytes(found.memory_bytes),
            what,
            &asked.asked.to_string(),
            &millis(seconds(asked.median)),
            &millis(seconds(asked.p99)),
            &millis(seconds(asked.worst)),
            &asked.matches.to_string(),
            &asked.rings.to_string(),
        ]);
        if found.posts != TARGET {
            continue;
        }
        let mut want = |good: bool, what: String| {
            report.verdict(good, || format!("{posts} posts: {what}"));
        };
        want(found.build_seconds < BUILD_SECONDS, format!("built in {:.1} s", found.build_seconds));
        want(found.memory_bytes < MEMORY, format!("memory {}", megabytes(found.memory_bytes)));
        if what == "drawn" {
            want(seconds(asked.median) < MEDIAN, format!("median {}", millis(seconds(asked.median))));
            want(seconds(asked.p99) < P99, format!("p99 {}", millis(seconds(asked.p99))));
        }
        want(seconds(asked.worst) < WORST, format!("worst ({what}) {}", millis(seconds(asked.worst))));
    }
}

/// networkx finds the same rings, `kep_solver` packs hardly better.
fn compare(workspace: &Workspace, report: &mut Report) -> Result<()> {
    let benches = workspace.root.join("crates/matching/benches");
    let venv = workspace.target.join("compare-venv");
    let python = ensure_environment("networkx and kep_solver", &venv, &benches.join("requirements.txt"))?;
    let step = Step::begin("We compare the market with networkx and kep_solver");
    let build = ["build", "--quiet", "--release", "--package", "matching", "--example", "instances"];
    output_of(workspace.cargo().args(build).stderr(Stdio::inherit()))?;
    let program = workspace.target.join("release/examples/instances");
    ensure!(program.is_file(), "{} was not built", program.display());
    let answer = Command::new(python).arg(benches.join("compare.py")).arg(program).output()?;
    let text = String::from_utf8_lossy(&answer.stdout);
    for line in text.lines() {
        report.say(line.trim());
    }
    report.verdict(answer.status.success(), || {
        format!("the comparison failed: {}", String::from_utf8_lossy(&answer.stderr).trim())
    });
    step.end();
    Ok(())
}
