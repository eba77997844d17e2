//! Rooms for programs in Python: virtual environments with exactly the packages of a `requirements.txt`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::means::install;
use crate::run::{Step, in_path, output_of};

/// What our programs run on, with the module that makes rooms for packages whole.
const PYTHON: &str = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))";

/// A Python that is new enough and whole.
fn python() -> Option<PathBuf> {
    in_path("python3").filter(|python| output_of(Command::new(python).args(["-c", PYTHON])).is_ok())
}

/// Makes the environment `venv`, unless it is there; gives its Python.
///
/// # Errors
/// When there is no Python, or the packages cannot be fetched.
pub fn ensure_environment(what: &str, venv: &Path, requirements: &Path) -> Result<PathBuf> {
    let wanted = fs::read_to_string(requirements).with_context(|| requirements.display().to_string())?;
    let (stamp, own) = (venv.join("installed.txt"), venv.join("bin/python"));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(own);
    }
    let python = match python() {
        Some(python) => python,
        None => install(&["python3", "python3-venv"]).ok().and_then(|()| python()).context(
            "python3 is missing, older than 3.11, or cannot make virtual environments; install it, with venv (Debian: python3-venv)",
        )?,
    };
    let step = Step::begin(&format!("We install {what} in {}", venv.display()));
    output_of(Command::new(&python).args(["-m", "venv", "--clear"]).arg(venv))?;
    let mut pip = Command::new(&own);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"]);
    output_of(pip.arg(requirements)).context("its packages cannot be fetched")?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    step.end();
    Ok(own)
}
