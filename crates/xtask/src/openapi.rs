//! Documents that are made from the program and committed: the OpenAPI document, docs/PRIVACY.md.

use std::fs;

use anyhow::{Context, Result};

use crate::run::{Step, Workspace, output_of};

/// Asks the server for its document and writes `openapi/openapi.json`.
pub fn write(workspace: &Workspace) -> Result<()> {
    let step = Step::begin("We write openapi/openapi.json from the routes");
    let mut document =
        output_of(workspace.cargo().args(["run", "--quiet", "--package", "api", "--bin", "toit", "--", "openapi"]))?;
    document.push('\n');
    let file = workspace.root.join("openapi/openapi.json");
    fs::create_dir_all(workspace.root.join("openapi"))?;
    fs::write(&file, document).with_context(|| format!("cannot write {}", file.display()))?;
    step.end();
    let step = Step::begin("We write docs/PRIVACY.md from the erasure map");
    let document =
        output_of(workspace.cargo().args(["run", "--quiet", "--package", "api", "--bin", "toit", "--", "privacy"]))?;
    let file = workspace.root.join("docs/PRIVACY.md");
    // The last line break is cut from what a program prints.
    fs::write(&file, document.trim_end().to_owned() + "\n")
        .with_context(|| format!("cannot write {}", file.display()))?;
    step.end();
    Ok(())
}
