//! The licences of everything the workspace is built from, against the one list in `deny.toml`.

use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use crate::run::{Workspace, output_of};

#[derive(Deserialize)]
struct Rules {
    licenses: Licences,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
}

/// Checks every dependency, for every platform.
///
/// # Errors
/// When one has no licence expression, or one that the list does not satisfy; all such are named.
pub fn check(workspace: &Workspace) -> Result<()> {
    let rules = fs::read_to_string(workspace.root.join("deny.toml")).context("cannot read deny.toml")?;
    let allowed = parse_rules(&rules)?;
    let mut command = workspace.cargo();
    command.args(["metadata", "--format-version", "1"]);
    let metadata: Metadata = serde_json::from_str(&output_of(&mut command)?).context("cargo metadata")?;
    let dependencies: Vec<&Package> =
        metadata.packages.iter().filter(|package| !metadata.workspace_members.contains(&package.id)).collect();
    let refused: Vec<String> = dependencies
        .iter()
        .filter_map(|package| {
            let reason = refusal(package.license.as_deref(), &allowed)?;
            Some(format!("  {} {}: {reason}", package.name, package.version))
        })
        .collect();
    if !refused.is_empty() {
        bail!("licences that deny.toml does not allow:\n{}", refused.join("\n"));
    }
    eprintln!("• The licences of {} dependencies are allowed by deny.toml", dependencies.len());
    Ok(())
}

fn parse_rules(rules: &str) -> Result<Vec<Licensee>> {
    let rules: Rules = toml::from_str(rules).context("deny.toml")?;
    rules
        .licenses
        .allow
        .iter()
        .map(|name| Licensee::parse(name).with_context(|| format!("deny.toml allows {name}, which is no SPDX licence")))
        .collect()
}

/// Why an expression is refused, if it is.
fn refusal(expression: Option<&str>, allowed: &[Licensee]) -> Option<String> {
    let Some(text) = expression else {
        return Some("it names no licence".to_owned());
    };
    // Older crates write MIT/Apache-2.0.
    match Expression::parse_mode(text, ParseMode::LAX) {
        Err(error) => Some(format!("{text} cannot be read: {}", error.reason)),
        Ok(expression) if expression.evaluate(|wanted| allowed.iter().any(|one| one.satisfies(wanted))) => None,
        Ok(_) => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_rules, refusal};

    #[test]
    fn one_of_several_is_enough_and_all_of_several_are_needed() -> anyhow::Result<()> {
        let allowed = parse_rules("[licenses]\nallow = [\"MIT\", \"Apache-2.0 WITH LLVM-exception\"]")?;
        assert_eq!(refusal(Some("MIT OR GPL-2.0-only"), &allowed), None);
        assert_eq!(refusal(Some("MIT/Apache-2.0"), &allowed), None);
        assert_eq!(refusal(Some("Apache-2.0 WITH LLVM-exception"), &allowed), None);
        assert!(refusal(Some("MIT AND GPL-2.0-only"), &allowed).is_some());
        assert!(refusal(Some("Apache-2.0"), &allowed).is_some());
        assert!(refusal(Some("no licence"), &allowed).is_some());
        assert!(refusal(None, &allowed).is_some());
        Ok(())
    }

    #[test]
    fn a_list_that_cannot_be_read_is_an_error() {
        assert!(parse_rules("[licenses]\nallow = [\"Mitt\"]").is_err());
        assert!(parse_rules("").is_err());
    }
}
