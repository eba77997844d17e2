//! The export as an archive: a page to read, and the same for programs with the description of its form.
//!
//! Made from [`Export`] and the photos that come with it, in memory: nothing is looked up here, and no file is left behind.

mod events;
mod exchanges;
mod news;
mod notices;
mod own;
mod page;
mod rest;
mod schema;
mod talk;
#[cfg(test)]
mod tests;
mod words;

use std::io::{Cursor, Write};

use domain::id::NoticeId;
use domain::moment::in_paris;
use domain::own_data::Export;
use domain::problem::ProblemCode;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::AppError;

/// The ZIP: `index.html`, `data.json`, `data.schema.json`, `photos/`. The same export makes the same bytes.
pub struct Archive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    options: SimpleFileOptions,
}

impl Archive {
    /// With all but the photos.
    ///
    /// # Errors
    /// Never in practice: it is written into memory.
    pub fn begin(export: &Export) -> Result<Self, AppError> {
        // A ZIP keeps what the clock on the wall showed, without a zone, from 1980 to 2107.
        let made_at = DateTime::try_from(in_paris(export.made_at)).unwrap_or(DateTime::DEFAULT);
        let options = SimpleFileOptions::default().last_modified_time(made_at);
        let mut archive = Self { zip: ZipWriter::new(Cursor::new(Vec::new())), options };
        let data = serde_json::to_string_pretty(export).map_err(|error| not_packed(&error))?;
        for (name, text) in
            [("index.html", page::page(export)), ("data.json", data), ("data.schema.json", schema::schema())]
        {
            archive.add(name, text.as_bytes(), options)?;
        }
        Ok(archive)
    }

    fn add(&mut self, name: &str, bytes: &[u8], options: SimpleFileOptions) -> Result<(), AppError> {
        self.zip.start_file(name, options).map_err(|error| not_packed(&error))?;
        self.zip.write_all(bytes).map_err(|error| not_packed(&error))
    }

    /// Adds the photo of a notice. Pictures cannot be packed any smaller.
    ///
    /// # Errors
    /// As [`Archive::begin`].
    pub fn add_photo(&mut self, notice: NoticeId, jpeg: &[u8]) -> Result<(), AppError> {
        let options = self.options.compression_method(CompressionMethod::Stored);
        self.add(&format!("photos/{notice}.jpg"), jpeg, options)
    }

    /// Its bytes.
    ///
    /// # Errors
    /// As [`Archive::begin`].
    pub fn finish(self) -> Result<Vec<u8>, AppError> {
        Ok(self.zip.finish().map_err(|error| not_packed(&error))?.into_inner())
    }
}

fn not_packed(error: &dyn std::error::Error) -> AppError {
    tracing::error!(%error, "an export was not packed");
    ProblemCode::Internal.into()
}
