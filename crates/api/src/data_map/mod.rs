//! The erasure map: for every column, file, queue and cache, what it holds and what becomes of it when somebody leaves.
//!
//! One place, so that nothing can disagree: a test compares [`columns`] with the migrated schema and fails on a column that is not named
//! here; the page about transparency, the receipt, the check of the export and `docs/PRIVACY.md` are made from it.

mod columns;
mod document;
mod places;
mod square;
mod things;

use domain::own_data::{Fate, Topic};

pub use document::document;
pub use places::PLACES;
pub use things::things;

/// What a place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Nothing about a person.
    Nothing,
    /// What one person wrote, or what is known of her.
    Person,
    /// What is about two or more people at once.
    People,
    /// What the office knows of a dwelling, without anybody's name.
    Household,
    /// A random number or a hash that leads to nobody once the person is gone.
    Random,
}

/// Where it stands in the export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exported {
    /// At this JSON Pointer of `data.json` (RFC 6901).
    At(&'static str),
    /// Nowhere, for this reason.
    Not(&'static str),
}

/// One column of the database.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it belongs to.
    pub topic: Topic,
    /// What it holds.
    pub holds: Holds,
    /// What an erasure does to it.
    pub fate: Fate,
    /// Where it stands in the export.
    pub exported: Exported,
}

/// One place beside the database: a file, a cache, what a browser keeps.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// What it is called in the code or on the disk.
    pub name: &'static str,
    /// What it belongs to.
    pub topic: Topic,
    /// What it holds.
    pub holds: Holds,
    /// What an erasure does to it.
    pub fate: Fate,
    /// How, in one sentence.
    pub how: &'static str,
}

/// Every column of the database, table by table.
pub fn columns() -> impl Iterator<Item = &'static Column> {
    columns::COLUMNS.iter().chain(square::COLUMNS)
}

/// The tables of which an erasure deletes or empties rows: where traces may stay until they are written anew.
#[must_use]
pub fn tables_with_traces() -> Vec<&'static str> {
    let mut tables: Vec<&str> =
        columns().filter(|c| matches!(c.fate, Fate::Erased | Fate::Emptied)).map(|c| c.table).collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}
