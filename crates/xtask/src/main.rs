//! `cargo xtask`: builds the single-page application, shows the demo, runs every test, measures the server.

mod bench;
mod demo;
mod licences;
mod means;
mod openapi;
mod postgres;
mod python;
mod run;
mod schemathesis;
mod spa;
mod test;
mod torture;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::run::Workspace;

/// The errands of the workspace. Each sets up by itself what it needs and says what it does.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    errand: Errand,
}

#[derive(Subcommand)]
enum Errand {
    /// Build the single-page application into target/spa
    Spa {
        /// Quick to build, large, with debug assertions
        #[arg(long)]
        dev: bool,
    },
    /// Build everything, fill a demo office, serve it
    Demo(demo::Options),
    /// Run every test: domain, API on both databases, OpenAPI, browser
    Test(test::Options),
    /// Measure the server under load and write docs/benchmarks.md
    Bench(bench::Options),
    /// Kill the server over and over while people write, and look that nothing is lost
    Torture(torture::Options),
    /// Check the licences of all dependencies against deny.toml
    Licences,
    /// Write openapi/openapi.json from the routes
    Openapi,
}

fn main() -> ExitCode {
    match errand(Arguments::parse().errand) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn errand(errand: Errand) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    match errand {
        Errand::Spa { dev } => spa::build(&workspace, dev).map(drop)?,
        Errand::Demo(options) => return demo::demo(&workspace, &options),
        Errand::Test(options) => return test::test(&workspace, &options),
        Errand::Bench(options) => bench::bench(&workspace, &options)?,
        Errand::Torture(options) => torture::torture(&workspace, &options)?,
        Errand::Licences => licences::check(&workspace)?,
        Errand::Openapi => openapi::write(&workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}
