//! The codes as a table, for offices that print their letters themselves.

use std::io::{self, Write};

use chrono::NaiveDate;
use csv::{Terminator, WriterBuilder};

use super::Letter;

/// Writes the codes as CSV for a French spreadsheet: UTF-8 with a byte order mark, `;`, CRLF; columns `reference`, `residence`,
/// `adresse`, `code`, `places`, `valable_jusqu_au` (JJ/MM/AAAA). `expires_on` is the last day on which the codes work.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe before it, which the import takes off again.
///
/// # Errors
/// What `out` cannot take.
pub fn write_codes_csv(mut out: impl Write, letters: &[Letter], expires_on: NaiveDate) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut table = WriterBuilder::new().delimiter(b';').terminator(Terminator::CRLF).from_writer(out);
    table.write_record(["reference", "residence", "adresse", "code", "places", "valable_jusqu_au"])?;
    let until = expires_on.format("%d/%m/%Y").to_string();
    for letter in letters {
        table.write_record([
            harmless(&letter.household_reference).as_str(),
            &harmless(&letter.residence_name),
            &harmless(&letter.residence_address),
            &harmless(&letter.code),
            &letter.seats.to_string(),
            &until,
        ])?;
    }
    table.flush()
}

/// Source: OWASP, "CSV Injection": what begins with one of these is run as a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
