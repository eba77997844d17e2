//! The demo: everything built, an office full of neighbours, served.

use std::net::SocketAddr;
use std::process::{Command, ExitCode};
use std::{fs, io, thread};

use anyhow::{Context, Result, anyhow};
use clap::Args;

use crate::run::{Step, Workspace, run};
use crate::spa;

/// What `cargo xtask demo` may be told.
#[derive(Args)]
pub struct Options {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Forget the demo's data and begin anew
    #[arg(long)]
    fresh: bool,
}

/// Builds what changed and serves the demo until it is interrupted.
pub fn demo(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    // Side by side: each has stretches that keep only one core busy.
    let (spa, server) = thread::scope(|threads| {
        let server = threads.spawn(|| build_server(workspace, "demo"));
        (spa::build(workspace, false), server.join())
    });
    let (spa, server) = (spa?, server.map_err(|_| anyhow!("the build of the server panicked"))??);
    let data = workspace.root.join("var/demo");
    if options.fresh {
        match fs::remove_dir_all(&data) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", data.display()));
            }
            _ => eprintln!("• We begin with an empty {}", data.display()),
        }
    }
    fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
    let mut command = Command::new(server);
    command
        .current_dir(&workspace.root)
        .arg("demo")
        .arg("--spa")
        .arg(spa)
        .args(["--listen", &options.listen.to_string()])
        .arg("--data")
        .arg(data);
    become_program(command)
}

/// Builds the server by one of the workspace's profiles (`release` as it is shipped, `demo`), and gives its file.
pub fn build_server(workspace: &Workspace, profile: &str) -> Result<std::path::PathBuf> {
    let step = Step::begin("We build the server (minutes the first time, seconds later)");
    run(workspace.cargo().args(["build", "--profile", profile, "--package", "api", "--bin", "toit"]))?;
    step.end();
    Ok(workspace.target.join(profile).join(format!("toit{}", std::env::consts::EXE_SUFFIX)))
}

/// Hands the terminal over, so that Ctrl-C reaches the server and the prompt comes back when it has stopped.
#[cfg(unix)]
fn become_program(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("cannot start the server")
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<ExitCode> {
    let status = command.status().context("cannot start the server")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
