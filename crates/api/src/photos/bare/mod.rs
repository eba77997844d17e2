//! A file of a photo without all that makes no pixels.
//!
//! Each format is walked once, by hand, and only what its picture needs is copied. So a decoder never meets metadata, a second frame, or
//! a trailer, and how much memory it will want is known before it begins.

mod jpeg;
mod png;
mod reader;
mod webp;

use image::metadata::Orientation;

use super::error::PhotoError;

/// How many pixels are taken: a little more than the 48 of today's phones.
const MOST_PIXELS: u64 = 50_000_000;
/// How long a side may be: what JPEG can say.
const LONGEST_SIDE: u32 = 65_535;
/// How many bytes a decoder may want at once.
const MOST_WORK: u64 = 256 << 20;

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
    WebP,
}

/// What a decoder is given.
#[derive(Debug)]
pub(super) struct Bare {
    pub kind: Kind,
    /// The file, made anew.
    pub bytes: Vec<u8>,
    /// How it was held when it was taken.
    pub orientation: Orientation,
}

/// Says what a file is and leaves of it what makes the picture.
///
/// # Errors
/// When it is none, is broken, or would cost too much.
pub(super) fn strip(bytes: &[u8]) -> Result<Bare, PhotoError> {
    let kind = recognise(bytes)?;
    if bytes.len() > super::MOST_BYTES {
        return Err(PhotoError::TooLarge);
    }
    let walked = match kind {
        Kind::Jpeg => jpeg::walk(bytes),
        Kind::Png => png::walk(bytes),
        Kind::WebP => webp::walk(bytes),
    }?;
    Ok(Bare { kind, bytes: walked.bytes, orientation: walked.orientation.unwrap_or(Orientation::NoTransforms) })
}

fn recognise(bytes: &[u8]) -> Result<Kind, PhotoError> {
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Ok(Kind::Jpeg);
    }
    if bytes.starts_with(png::SIGNATURE) {
        return Ok(Kind::Png);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Kind::WebP);
    }
    Err(if is_heic(bytes) { PhotoError::Heic } else { PhotoError::NotAPhoto })
}

/// Whether the brands of an ISO media file (ISO 14496-12) are those of still pictures: films have others.
fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 14] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"msf1", b"avif",
        b"avis", b"avio",
    ];
    let mut reader = reader::Reader::new(bytes);
    let (Some(size), Some(b"ftyp")) = (reader.u32_be(), reader.take(4)) else { return false };
    let brands = usize::try_from(size).unwrap_or(0).saturating_sub(8).min(256);
    let brands = bytes.get(8..).map_or(&[][..], |rest| &rest[..brands.min(rest.len())]);
    // Behind the first brand stands a version.
    brands.chunks_exact(4).enumerate().any(|(at, brand)| at != 1 && BRANDS.contains(&brand))
}

/// What walking a file has found.
struct Walked {
    bytes: Vec<u8>,
    orientation: Option<Orientation>,
}

/// Refuses sizes that are none, or too many pixels.
fn check_size(width: u32, height: u32) -> Result<u64, PhotoError> {
    if width == 0 || height == 0 {
        return Err(PhotoError::Broken);
    }
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS || width.max(height) > LONGEST_SIDE {
        return Err(PhotoError::TooManyPixels);
    }
    Ok(pixels)
}

/// Refuses what would want too much memory.
fn check_work(bytes: u64) -> Result<(), PhotoError> {
    if bytes > MOST_WORK { Err(PhotoError::TooManyPixels) } else { Ok(()) }
}

/// The orientation that EXIF tells; the word that stands before it in JPEG may be there or not.
fn orientation(exif: &[u8]) -> Option<Orientation> {
    Orientation::from_exif_chunk(exif.strip_prefix(b"Exif\0\0").unwrap_or(exif))
}
