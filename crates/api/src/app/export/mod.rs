//! The export as an archive: a page to read, and the same for programs with the description of its form.
//!
//! Made from [`Export`] alone, in memory: nothing is looked up here, and no file is left behind.

mod exchanges;
mod own;
mod page;
mod rest;
mod schema;
#[cfg(test)]
mod tests;
mod words;

use std::io::{Cursor, Write};

use domain::moment::in_paris;
use domain::own_data::Export;
use domain::problem::ProblemCode;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::AppError;

/// The ZIP: `index.html`, `data.json`, `data.schema.json`. The same export makes the same bytes.
///
/// # Errors
/// Never in practice: it is written into memory.
pub fn archive(export: &Export) -> Result<Vec<u8>, AppError> {
    let zip = || -> Result<Vec<u8>, ZipError> {
        // A ZIP keeps what the clock on the wall showed, without a zone, from 1980 to 2107.
        let made_at = DateTime::try_from(in_paris(export.made_at)).unwrap_or(DateTime::DEFAULT);
        let options = SimpleFileOptions::default().last_modified_time(made_at);
        let data = serde_json::to_string_pretty(export).map_err(std::io::Error::other)?;
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in
            [("index.html", page::page(export)), ("data.json", data), ("data.schema.json", schema::schema())]
        {
            zip.start_file(name, options)?;
            zip.write_all(text.as_bytes())?;
        }
        Ok(zip.finish()?.into_inner())
    };
    zip().map_err(|error| {
        tracing::error!(%error, "an export was not packed");
        ProblemCode::Internal.into()
    })
}
