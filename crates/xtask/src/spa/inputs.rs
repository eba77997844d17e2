//! What a build of the application depends on, as one hash.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::compiler;
use crate::run::Workspace;

/// Everything below these, in the workspace's folder, makes the application what it is.
const SOURCES: [&str; 9] = [
    ".cargo/config.toml",
    "Cargo.toml",
    "Cargo.lock",
    "frontend",
    "crates/client",
    "crates/domain",
    "crates/xtask/assets",
    "crates/xtask/src/spa",
    "crates/xtask/Cargo.toml",
];
const KEPT_IN: &str = ".inputs";

/// The hash, in hexadecimal, of all sources, the compiler and the kind of build.
pub fn hash(workspace: &Workspace, dev: bool) -> Result<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&workspace.root.join(source), &mut files)?;
    }
    files.sort();
    let mut hasher = Sha256::new();
    hasher.update(compiler()?);
    hasher.update([u8::from(dev)]);
    for file in files {
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(&workspace.root).unwrap_or(&file);
        hasher.update(name.to_string_lossy().as_bytes());
        hasher.update((content.len() as u64).to_le_bytes());
        hasher.update(content);
    }
    Ok(hexadecimal(&hasher.finalize()))
}

/// Whether `folder` was built from `hash`.
pub fn are_kept(folder: &Path, hash: &str) -> bool {
    fs::read_to_string(folder.join(KEPT_IN)).is_ok_and(|kept| kept == hash)
}

/// Writes down what `folder` was built from.
pub fn keep(folder: &Path, hash: &str) -> Result<()> {
    fs::write(folder.join(KEPT_IN), hash).with_context(|| format!("cannot write into {}", folder.display()))
}

/// Adds the files below `path`, or `path` itself, hidden ones left out. What does not exist adds nothing.
pub fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot list {}", path.display()))?;
            if !entry.file_name().to_string_lossy().starts_with('.') {
                collect(&entry.path(), files)?;
            }
        }
    }
    Ok(())
}

/// Bytes in lower-case hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
