//! The single-page application: compiled, bound to the browser, named by content, compressed once.
//!
//! No tool to install: `wasm-bindgen` is used as a library, the rest is a few files put side by side.

mod assemble;
mod compress;
mod css;
mod inputs;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::means;
use crate::run::{Step, Workspace, run};

/// The first visit in brotli: html, css, js and wasm together, in bytes. Above it the build warns.
const FIRST_VISIT_WISHED: usize = 250_000;
/// Above it the build fails.
const FIRST_VISIT_MOST: usize = 300_000;

/// Builds the application where something changed, and gives the folder that the server is told of (`--spa`).
///
/// The folder holds the files, each beside its compressed forms (`NAME.br`, `NAME.gz`, left out where they save
/// nothing), and `manifest.json`, a list of [`assemble::Entry`]. With `dev` it builds quickly, without size limits.
pub fn build(workspace: &Workspace, dev: bool) -> Result<PathBuf> {
    let folder = workspace.target.join("spa");
    let inputs = inputs::hash(workspace, dev)?;
    if inputs::are_kept(&folder, &inputs) {
        eprintln!("• The application in the browser is up to date");
        return Ok(folder);
    }
    means::wasm_target()?;
    let step = Step::begin(if dev {
        "We build the application in the browser, quickly"
    } else {
        "We build the application in the browser (80 s the first time)"
    });
    let wasm = compile(workspace, dev)?;
    let bound = bind(workspace, &wasm, dev)?;
    step.end();

    let step = Step::begin("We name its files by content and compress them");
    let fresh = workspace.target.join("spa.new");
    remove_folder(&fresh)?;
    let weight = assemble::assemble(&workspace.root.join("frontend"), &bound, &fresh, quality(dev))?;
    step.end();
    if !dev {
        weigh(weight)?;
    }
    inputs::keep(&fresh, &inputs)?;
    remove_folder(&folder)?;
    fs::rename(&fresh, &folder).with_context(|| format!("cannot put {} in its place", folder.display()))?;
    Ok(folder)
}

fn quality(dev: bool) -> compress::Quality {
    if dev { compress::Quality::Quick } else { compress::Quality::Best }
}

fn weigh(weight: assemble::Weight) -> Result<()> {
    let assemble::Weight { first_visit, later } = weight;
    let kilobytes = first_visit as f64 / 1000.0;
    if first_visit > FIRST_VISIT_MOST {
        bail!(
            "the first visit takes {kilobytes:.1} kB in brotli; {} kB is the most: make the application smaller",
            FIRST_VISIT_MOST / 1000
        );
    }
    eprintln!("• The first visit takes {kilobytes:.1} kB in brotli (html + css + js + wasm)");
    eprintln!("  what only members need, loaded when they come: {:.1} kB more", later as f64 / 1000.0);
    if first_visit > FIRST_VISIT_WISHED {
        eprintln!("  warning: more than the {} kB that were agreed", FIRST_VISIT_WISHED / 1000);
    }
    Ok(())
}

fn compile(workspace: &Workspace, dev: bool) -> Result<PathBuf> {
    let profile = if dev { "dev" } else { "wasm" };
    run(workspace.cargo().args([
        "build",
        "--package",
        "frontend",
        "--lib",
        "--target",
        means::WASM_TARGET,
        "--profile",
        profile,
    ]))?;
    let folder = if dev { "debug" } else { profile };
    Ok(workspace.target.join(means::WASM_TARGET).join(folder).join("frontend.wasm"))
}

/// Cuts the module at its `#[wasm_split]` functions and binds the main part to the browser. Gives the folder with both.
fn bind(workspace: &Workspace, wasm: &Path, dev: bool) -> Result<PathBuf> {
    let folder = workspace.target.join("spa.bound");
    remove_folder(&folder)?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let whole = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let main = workspace.target.join("spa.main.wasm");
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = &folder;
    options.main_out_path = &main;
    let script = format!("./{}.js", assemble::STEM);
    options.main_module = &script;
    wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("the application cannot be split: {error:#}"))?;
    Bindgen::new()
        .input_path(&main)
        .out_name(assemble::STEM)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .omit_default_module_path(true)
                .debug(dev)
                .keep_debug(dev)
                // The other parts import the main one's memory and table.
                .keep_lld_exports(true)
                .remove_name_section(!dev)
                .remove_producers_section(true)
                .generate(&folder)
        })
        .context("wasm-bindgen cannot bind the application")?;
    Ok(folder)
}

fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// The compiler's own description, part of what a build depends on.
fn compiler() -> Result<String> {
    crate::run::output_of(Command::new("rustc").arg("-vV"))
}
