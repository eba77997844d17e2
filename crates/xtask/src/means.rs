//! What the errands lean on, found or set up: the compiler's wasm target, PostgreSQL, Chromium.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::run::{Step, in_path, output_of, run};

/// What the application in the browser is compiled for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that the compiler knows [`WASM_TARGET`].
///
/// # Errors
/// When it does not and `rustup` cannot add it.
pub fn wasm_target() -> Result<()> {
    let mut question = Command::new("rustc");
    question.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    if Path::new(&output_of(&mut question)?).is_dir() {
        return Ok(());
    }
    let step = Step::begin("We add the compiler's wasm target");
    run(Command::new("rustup").args(["target", "add", WASM_TARGET])).context(
        "the compiler cannot make wasm; install rustup's Rust, or the standard library for wasm32-unknown-unknown",
    )?;
    step.end();
    Ok(())
}

/// What the tests need beyond Rust. `None` is what could be neither found nor installed.
pub struct Means {
    /// The folder of PostgreSQL's programs.
    pub postgres: Option<PathBuf>,
    /// The program that drives Chromium.
    pub chromedriver: Option<PathBuf>,
}

impl Means {
    /// Looks for what is wanted, and installs with `apt-get` what is missing, where that is possible.
    pub fn ensure(postgres: bool, browser: bool) -> Self {
        let mut packages = Vec::new();
        if postgres && postgres_programs().is_none() {
            packages.push("postgresql");
        }
        if browser && chromedriver().is_none() {
            // The fonts are what pages are drawn with on a machine that never had a screen.
            packages.extend(["chromium", "chromium-driver", "fonts-dejavu-core", "fonts-noto-color-emoji"]);
        }
        if !packages.is_empty()
            && let Err(error) = install(&packages)
        {
            eprintln!("• We cannot install {} ourselves: {error:#}", packages.join(" "));
        }
        let means = Self {
            postgres: postgres_programs().filter(|_| postgres),
            chromedriver: chromedriver().filter(|_| browser),
        };
        if postgres && means.postgres.is_none() {
            eprintln!("• PostgreSQL is missing: its tests are skipped. Install PostgreSQL 15 or later, with initdb.");
        }
        if browser && means.chromedriver.is_none() {
            eprintln!("• Chromium or chromedriver is missing: the browser's tests are skipped. Install both.");
        }
        means
    }

    /// How many of the wanted means are missing.
    pub fn missing(&self, postgres: bool, browser: bool) -> u64 {
        u64::from(postgres && self.postgres.is_none()) + u64::from(browser && self.chromedriver.is_none())
    }
}

/// The folder with the newest `initdb` and `postgres`.
pub fn postgres_programs() -> Option<PathBuf> {
    // Debian keeps them out of PATH, a folder for each version.
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| has_programs(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder).or_else(|| {
        let folder = in_path("initdb")?.parent()?.to_owned();
        has_programs(&folder).then_some(folder)
    })
}

fn has_programs(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_isready", "psql"].iter().all(|name| folder.join(name).is_file())
}

fn chromedriver() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].iter().find_map(|name| in_path(name))?;
    in_path("chromedriver")
}

/// Installs packages with `apt-get`, without asking.
///
/// # Errors
/// Where there is no `apt-get`, or neither root nor a `sudo` without password.
pub fn install(packages: &[&str]) -> Result<()> {
    let Some(_) = in_path("apt-get") else {
        bail!("there is no apt-get here");
    };
    let prefix: &[&str] = if is_root() {
        &["env"]
    } else if has_sudo() {
        &["sudo", "-n", "env"]
    } else {
        bail!("that takes root or a sudo without password");
    };
    let step = Step::begin(&format!("We install {} with apt-get", packages.join(" ")));
    let apt = || {
        let mut command = Command::new(prefix[0]);
        command
            .args(&prefix[1..])
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--assume-yes"])
            .stdin(Stdio::null());
        command
    };
    run(apt().arg("update"))?;
    run(apt().args(["install", "--no-install-recommends"]).args(packages))?;
    step.end();
    Ok(())
}

/// Whether this program runs as root.
pub fn is_root() -> bool {
    output_of(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

fn has_sudo() -> bool {
    // Asking for a password would stop an errand that nobody watches.
    in_path("sudo").is_some() && output_of(Command::new("sudo").args(["-n", "true"])).is_ok()
}
