//! PNG (ISO 15948): chunks with a name, a length and a checksum, which the decoder checks.

use super::reader::Reader;
use super::{Walked, check_size, check_work};
use crate::photos::error::PhotoError;

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Keeps header, palette, transparency and the picture itself: of an animation that is the picture for those who show none.
pub(super) fn walk(bytes: &[u8]) -> Result<Walked, PhotoError> {
    walk_to_the_end(bytes).unwrap_or(Err(PhotoError::Broken))
}

/// None where the file ends too early.
fn walk_to_the_end(bytes: &[u8]) -> Option<Result<Walked, PhotoError>> {
    let mut reader = Reader::new(bytes);
    let mut kept = reader.take(SIGNATURE.len())?.to_vec();
    kept.reserve(bytes.len());
    let (mut orientation, mut seen) = (None, false);
    loop {
        let whole = reader.rest();
        let (length, name) = (usize::try_from(reader.u32_be()?).ok()?, reader.take(4)?);
        let body = reader.take(length)?;
        reader.take(4)?;
        if !seen && name != b"IHDR" {
            return None;
        }
        match name {
            b"IHDR" => {
                if let Err(error) = check_header(body)? {
                    return Some(Err(error));
                }
                seen = true;
            }
            b"eXIf" => orientation = orientation.or_else(|| super::orientation(body)),
            _ => {}
        }
        if matches!(name, b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND") {
            kept.extend(&whole[..length + 12]);
        }
        if name == b"IEND" {
            return Some(Ok(Walked { bytes: kept, orientation }));
        }
    }
}

/// The pixels in at most four times eight bits, and a few rows as the file has them.
fn check_header(body: &[u8]) -> Option<Result<(), PhotoError>> {
    let mut reader = Reader::new(body);
    let (width, height) = (reader.u32_be()?, reader.u32_be()?);
    let (_depth, colour) = (reader.u8()?, reader.u8()?);
    let channels = match colour {
        // Transparency may be said for one value.
        0 | 4 => 2,
        _ => 4,
    };
    Some(check_size(width, height).and_then(|pixels| check_work(pixels * channels + u64::from(width) * 32)))
}
