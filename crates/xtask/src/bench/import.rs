//! The import of a whole roll: time and memory.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::process::time;
use super::report::Report;
use super::server::Place;
use crate::run::{Step, run};

const HOUSEHOLDS: u32 = 130_000;
const RESIDENCES: u32 = 1_000;

/// Loads a drawn roll into an empty database, then the same file again, and adds both to the report.
///
/// # Errors
/// When a command of the server does not end well.
pub fn measure(place: &Place, folder: &Path, kind: &str, report: &mut Report) -> Result<()> {
    let residences = write(folder, "residences.csv", &residences())?;
    let households = write(folder, "households.csv", &households())?;
    let step = Step::begin(&format!("We import {HOUSEHOLDS} households into {kind}"));
    run(place.command().args(["office", "add", "Office du banc d'essai"]))?;
    run(&mut import(place, "residences", &residences))?;
    for what in ["130,000 households, all of them new", "the same file again"] {
        let (time, peak) = time(&mut import(place, "households", &households))?;
        report.import(&format!("{kind}, {what}"), time, peak);
    }
    step.end();
    Ok(())
}

fn import(place: &Place, what: &str, file: &Path) -> Command {
    let mut command = place.command();
    command.args(["import", what]).arg(file);
    command
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let file = folder.join(name);
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// Residences on a grid north-east of the middle of Paris, in the own CSV format.
fn residences() -> String {
    let mut csv = "référence;nom;adresse;code_postal;latitude;longitude;logements\n".to_owned();
    for number in 0..RESIDENCES {
        let (row, column) = (number / 40, number % 40);
        let _ = writeln!(
            csv,
            "R{number:04};Résidence {number};{number} rue du Banc;750{:02};{:.5};{:.5};{}",
            1 + number % 20,
            48.86 + f64::from(row) * 0.001,
            2.35 + f64::from(column) * 0.001,
            HOUSEHOLDS / RESIDENCES
        );
    }
    csv
}

/// The roll of those residences, in the own CSV format.
fn households() -> String {
    let mut csv = "référence;résidence;places;ordre\n".to_owned();
    for number in 0..HOUSEHOLDS {
        let _ = writeln!(csv, "F{number:06};R{:04};{};{}", number % RESIDENCES, 1 + number % 5, number / RESIDENCES);
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::{HOUSEHOLDS, RESIDENCES, households, residences};

    #[test]
    fn every_household_has_its_residence() {
        let residences = residences();
        let households = households();
        assert_eq!(residences.lines().count(), RESIDENCES as usize + 1);
        assert_eq!(households.lines().count(), HOUSEHOLDS as usize + 1);
        assert_eq!(households.lines().last(), Some("F129999;R0999;5;129"));
        assert!(residences.contains("\nR0999;"));
    }
}
