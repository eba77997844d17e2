//! WebP (RFC 9649): chunks in a RIFF file. A picture is lossy (`VP8 `), perhaps with its transparency apart (`ALPH`), or lossless (`VP8L`);
//! the frames of an animation hold the same.

use image::metadata::Orientation;

use super::reader::Reader;
use super::{Walked, check_size, check_work};
use crate::photos::error::PhotoError;

/// How many bytes of lossless coding are taken: ninety bits of it can ask the decoder for a table of 4 KiB, so that a file of 4 MB would
/// take more than a gigabyte. Photos are lossy; what is lossless are drawings and screens.
const MOST_LOSSLESS: usize = 512 << 10;

/// Keeps the picture and its transparency: of an animation, those of the first frame.
pub(super) fn walk(bytes: &[u8]) -> Result<Walked, PhotoError> {
    let mut found = Found::default();
    let body = riff(bytes).ok_or(PhotoError::Broken)?;
    found.look_through(body).ok_or(PhotoError::Broken)?;
    let picture = found.picture.ok_or(PhotoError::Broken)?;
    let (width, height) = picture.size().ok_or(PhotoError::Broken)?;
    let pixels = check_size(width, height)?;
    check_work(pixels * if found.alpha.is_some() { 10 } else { 8 })?;
    let lossless = match picture {
        Picture::Lossless(data) => data.len(),
        Picture::Lossy(_) => found.alpha.map_or(0, <[u8]>::len),
    };
    if lossless > MOST_LOSSLESS {
        return Err(PhotoError::TooLarge);
    }
    Ok(Walked { bytes: build(picture, found.alpha, width, height), orientation: found.orientation })
}

/// What stands in the file; a file that is shorter than it says was cut.
fn riff(bytes: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(bytes);
    reader.take(4)?;
    let size = usize::try_from(reader.u32_le()?).ok()?;
    let body = reader.take(size)?;
    body.strip_prefix(b"WEBP")
}

#[derive(Clone, Copy)]
enum Picture<'a> {
    Lossy(&'a [u8]),
    Lossless(&'a [u8]),
}

impl Picture<'_> {
    /// Width and height, as the coded picture itself says.
    fn size(self) -> Option<(u32, u32)> {
        match self {
            Self::Lossy(data) => {
                let mut reader = Reader::new(data);
                reader.take(3)?;
                if reader.take(3)? != [0x9d, 0x01, 0x2a] {
                    return None;
                }
                let (width, height) = (reader.u16_le()?, reader.u16_le()?);
                Some((u32::from(width & 0x3fff), u32::from(height & 0x3fff)))
            }
            Self::Lossless(data) => {
                let mut reader = Reader::new(data);
                if reader.u8()? != 0x2f {
                    return None;
                }
                let bits = reader.u32_le()?;
                Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
            }
        }
    }
}

#[derive(Default)]
struct Found<'a> {
    picture: Option<Picture<'a>>,
    alpha: Option<&'a [u8]>,
    orientation: Option<Orientation>,
}

impl<'a> Found<'a> {
    /// None where a chunk is cut.
    fn look_through(&mut self, body: &'a [u8]) -> Option<()> {
        let mut reader = Reader::new(body);
        while !reader.rest().is_empty() {
            let (name, body) = next_chunk(&mut reader)?;
            match name {
                b"ANMF" if self.picture.is_none() => self.look_through_frame(body)?,
                b"EXIF" => self.orientation = self.orientation.or_else(|| super::orientation(body)),
                _ => self.look_at(name, body),
            }
        }
        Some(())
    }

    fn look_through_frame(&mut self, body: &'a [u8]) -> Option<()> {
        let mut reader = Reader::new(body);
        // Where the frame stands, and how long.
        reader.take(16)?;
        while !reader.rest().is_empty() && self.picture.is_none() {
            let (name, body) = next_chunk(&mut reader)?;
            self.look_at(name, body);
        }
        Some(())
    }

    fn look_at(&mut self, name: &[u8], body: &'a [u8]) {
        if self.picture.is_some() {
            return;
        }
        match name {
            b"VP8 " => self.picture = Some(Picture::Lossy(body)),
            b"VP8L" => self.picture = Some(Picture::Lossless(body)),
            b"ALPH" => self.alpha = Some(body),
            _ => {}
        }
    }
}

fn next_chunk<'a>(reader: &mut Reader<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let name = reader.take(4)?;
    let length = usize::try_from(reader.u32_le()?).ok()?;
    let body = reader.take(length)?;
    // Chunks stand at even places; the filling behind the last one is forgotten at times.
    if length % 2 == 1 {
        let _ = reader.take(1);
    }
    Some((name, body))
}

fn build(picture: Picture<'_>, alpha: Option<&[u8]>, width: u32, height: u32) -> Vec<u8> {
    let mut kept = b"RIFF\0\0\0\0WEBP".to_vec();
    match (picture, alpha) {
        (Picture::Lossless(data), _) => chunk(&mut kept, b"VP8L", data),
        (Picture::Lossy(data), None) => chunk(&mut kept, b"VP8 ", data),
        (Picture::Lossy(data), Some(alpha)) => {
            let mut header = vec![0x10, 0, 0, 0];
            header.extend(&(width - 1).to_le_bytes()[..3]);
            header.extend(&(height - 1).to_le_bytes()[..3]);
            chunk(&mut kept, b"VP8X", &header);
            chunk(&mut kept, b"ALPH", alpha);
            chunk(&mut kept, b"VP8 ", data);
        }
    }
    let size = u32::try_from(kept.len() - 8).unwrap_or(u32::MAX).to_le_bytes();
    kept[4..8].copy_from_slice(&size);
    kept
}

fn chunk(kept: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    kept.extend(name);
    kept.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    kept.extend(data);
    if data.len() % 2 == 1 {
        kept.push(0);
    }
}
