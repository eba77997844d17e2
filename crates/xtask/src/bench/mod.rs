//! The load benchmark.

mod load;
mod response;
mod sample;

use anyhow::Result;
use clap::Args;

use crate::run::Workspace;

/// What `cargo xtask bench` may be told.
#[derive(Args)]
pub struct Options {}

/// Measures the server.
pub fn bench(_: &Workspace, _: &Options) -> Result<()> {
    Ok(())
}
