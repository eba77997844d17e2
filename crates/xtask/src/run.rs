//! Running other programs, and telling the person at the terminal what goes on.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// Where things are.
pub struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder, `target` unless the environment says otherwise.
    pub target: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

impl Workspace {
    /// Asks cargo for the folders of this workspace.
    pub fn find() -> Result<Self> {
        let mut command = Command::new(cargo_program());
        command.args(["metadata", "--format-version", "1", "--no-deps"]).current_dir(env!("CARGO_MANIFEST_DIR"));
        let found: Metadata = serde_json::from_str(&output_of(&mut command)?).context("cargo metadata")?;
        Ok(Self { root: found.workspace_root, target: found.target_directory })
    }

    /// A `cargo` command that starts in the workspace's folder.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(cargo_program());
        command.current_dir(&self.root);
        // What `cargo run` set for this program must not leak into the fingerprints of other builds.
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR") {
                command.env_remove(name);
            }
        }
        command
    }
}

fn cargo_program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A long step: says what begins, and how long it took.
pub struct Step {
    begun: Instant,
}

impl Step {
    /// Prints `what`, a sentence such as "We build the server".
    pub fn begin(what: &str) -> Self {
        eprintln!("• {what} …");
        Self { begun: Instant::now() }
    }

    /// Prints the seconds since the beginning.
    pub fn end(self) {
        eprintln!("  done in {:.1} s", self.begun.elapsed().as_secs_f64());
    }
}

/// Runs a command with the terminal's own input and output.
///
/// # Errors
/// When the program cannot be started or does not end well.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs a command and gives what it printed, without the spaces at the end.
///
/// # Errors
/// When the program cannot be started, does not end well (with what it said), or prints no UTF-8.
pub fn output_of(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        bail!("{} ended with {}: {}", shown(command), output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8(output.stdout).with_context(|| format!("{} printed no UTF-8", shown(command)))?;
    Ok(text.trim_end().to_owned())
}

/// The file of a program that stands in `PATH`.
pub fn in_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start {}", shown(command))
}

/// Whether this run is one of continuous integration, where a missing means is a failure.
pub fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}
