//! What an office uploads: residences and the nameless roll, from CSV files of real life. Bytes in, rows or errors out.
//!
//! No clock, no randomness, no file, no database here. Nothing is returned when there is any error, so nothing is applied.

mod households;
mod mixed_case;
mod paris;
mod persons;
mod quarters;
mod residences;
mod spelling;
mod street;
mod table;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use households::{HouseholdRow, MAX_SEATS, parse_households};
pub use paris::{ParisFile, is_paris, parse_paris};
pub use quarters::{Quarters, QuartersError};
pub use residences::{ResidenceRow, parse_residences};
pub use table::MAX_BYTES;

/// How many errors are told one by one; the rest is counted.
pub const MAX_ERRORS: usize = 50;

/// One thing to mend in an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportError {
    /// The physical line of the file, from 1, as an editor counts it: line breaks inside quotes count too.
    pub line: u64,
    /// The name of the column as the file writes it, when one column is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// In French: what is wrong and what to do.
    pub sentence: String,
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ligne {}", self.line)?;
        if let Some(column) = &self.column {
            write!(f, ", colonne {}", quoted(column))?;
        }
        write!(f, " : {}", self.sentence)
    }
}

/// Why a file is refused: the first errors in the order of the file, at most [`MAX_ERRORS`], and how many more there are.
///
/// Shown as one line of text for each error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct ImportErrors {
    /// Never empty.
    pub errors: Vec<ImportError>,
    /// Errors beyond those listed.
    pub more: u64,
}

impl ImportErrors {
    fn one(line: u64, column: Option<&str>, sentence: impl Into<String>) -> Self {
        let error = ImportError { line, column: column.map(str::to_owned), sentence: sentence.into() };
        Self { errors: vec![error], more: 0 }
    }
}

impl std::fmt::Display for ImportErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, error) in self.errors.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        match self.more {
            0 => Ok(()),
            1 => f.write_str("\n… et une autre erreur."),
            more => write!(f, "\n… et {more} autres erreurs."),
        }
    }
}

/// Collects errors while a file is read.
#[derive(Default)]
struct Errors {
    list: Vec<ImportError>,
    more: u64,
}

impl Errors {
    fn push(&mut self, line: u64, column: Option<&str>, sentence: impl Into<String>) {
        if self.list.len() < MAX_ERRORS {
            self.list.push(ImportError { line, column: column.map(str::to_owned), sentence: sentence.into() });
        } else {
            self.more += 1;
        }
    }

    fn count(&self) -> u64 {
        self.list.len() as u64 + self.more
    }

    fn finish<T>(self, rows: T) -> Result<T, ImportErrors> {
        if self.list.is_empty() { Ok(rows) } else { Err(ImportErrors { errors: self.list, more: self.more }) }
    }
}

/// A word of the file inside a French sentence: in guillemets, at most 40 characters of it.
fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("«\u{a0}{shown}\u{a0}»")
}

/// What a file of residences holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ResidenceFile {
    /// The residences, each reference once.
    pub rows: Vec<ResidenceRow>,
    /// How many lines of the file they come from. More than the residences in the Paris file, where one address has several
    /// programmes.
    pub lines: u64,
}

/// Reads a file of residences, in the own format or as Paris publishes it: the header line tells which.
///
/// `landlord` chooses the rows of the Paris file (its column "Bailleur social"); the own format has no need of it.
///
/// # Errors
/// Everything that is to be mended in the file. A Paris file without a landlord is refused with the names to choose from.
pub fn read_residences(bytes: &[u8], landlord: Option<&str>) -> Result<ResidenceFile, ImportErrors> {
    if is_paris(bytes) {
        let file = parse_paris(bytes, landlord.unwrap_or_default())?;
        return Ok(ResidenceFile { lines: file.programmes, rows: file.residences });
    }
    let rows = parse_residences(bytes)?;
    Ok(ResidenceFile { lines: rows.len() as u64, rows })
}

/// Gives a quarter to each residence that has coordinates and none of its own. Returns how many it named.
pub fn name_quarters(rows: &mut [ResidenceRow], quarters: &Quarters) -> u64 {
    let mut named = 0;
    for row in rows.iter_mut().filter(|row| row.quarter.is_none()) {
        let Some((lat, lon)) = row.point else { continue };
        row.quarter = quarters.find(lat, lon).map(str::to_owned);
        named += u64::from(row.quarter.is_some());
    }
    named
}
