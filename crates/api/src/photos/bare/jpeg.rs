//! JPEG (ITU-T T.81): a row of segments, between them the coded picture, which ends where a marker stands that is not part of it.

use super::reader::Reader;
use super::{Walked, check_size, check_work};
use crate::photos::error::PhotoError;

/// Progressive files have about ten scans. Each passes over all of the picture, also when it says nothing.
const MOST_SCANS: u32 = 32;

mod marker {
    pub const START: u8 = 0xd8;
    pub const END: u8 = 0xd9;
    pub const SCAN: u8 = 0xda;
    pub const QUANTIZATION: u8 = 0xdb;
    pub const RESTARTS: u8 = 0xdd;
    pub const HUFFMAN: u8 = 0xc4;
    pub const EXIF: u8 = 0xe1;
    pub const ADOBE: u8 = 0xee;
}

/// Keeps frame, tables and scans, and Adobe's word on how the colours are coded.
pub(super) fn walk(bytes: &[u8]) -> Result<Walked, PhotoError> {
    walk_to_the_end(bytes).unwrap_or(Err(PhotoError::Broken))
}

/// None where the file ends too early.
fn walk_to_the_end(bytes: &[u8]) -> Option<Result<Walked, PhotoError>> {
    let mut reader = Reader::new(bytes);
    let mut kept = reader.take(2)?.to_vec();
    kept.reserve(bytes.len());
    let (mut orientation, mut frame, mut scans) = (None, None::<Frame>, 0);
    loop {
        let code = next_marker(&mut reader)?;
        if code == marker::END {
            kept.extend([0xff, marker::END]);
            return Some(if scans == 0 { Err(PhotoError::Broken) } else { Ok(Walked { bytes: kept, orientation }) });
        }
        if matches!(code, 0x00..=0x01 | 0xd0..=marker::START) {
            return None;
        }
        let body = usize::from(reader.u16_be()?).checked_sub(2).and_then(|length| reader.take(length))?;
        match code {
            marker::EXIF if body.starts_with(b"Exif\0\0") => {
                orientation = orientation.or_else(|| super::orientation(body));
            }
            marker::ADOBE if body.starts_with(b"Adobe") => keep(&mut kept, code, body.get(..12)?),
            0xe0..=0xef | 0xfe => {}
            0xc0..=0xc2 if frame.is_none() => {
                let found = Frame::read(code, body)?;
                if let Err(error) = check_size(found.width.into(), found.height.into()) {
                    return Some(Err(error));
                }
                frame = Some(found);
                keep(&mut kept, code, body);
            }
            marker::QUANTIZATION | marker::HUFFMAN | marker::RESTARTS => keep(&mut kept, code, body),
            marker::SCAN => {
                let frame = frame.as_ref()?;
                if scans == 0
                    && let Err(error) = check_work(frame.work(*body.first()?))
                {
                    return Some(Err(error));
                }
                scans += 1;
                if scans > MOST_SCANS {
                    return None;
                }
                keep(&mut kept, code, body);
                kept.extend(coded(&mut reader)?);
            }
            // Other codings than Huffman's, a second frame, and what nobody writes.
            _ => return None,
        }
    }
}

fn next_marker(reader: &mut Reader<'_>) -> Option<u8> {
    if reader.u8()? != 0xff {
        return None;
    }
    loop {
        match reader.u8()? {
            0xff => {}
            code => return Some(code),
        }
    }
}

fn keep(kept: &mut Vec<u8>, code: u8, body: &[u8]) {
    if let Ok(length) = u16::try_from(body.len() + 2) {
        kept.extend([0xff, code]);
        kept.extend(length.to_be_bytes());
        kept.extend(body);
    }
}

/// The coded picture up to the next marker.
fn coded<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let part_of_it = |next: u8| matches!(next, 0x00 | 0xd0..=0xd7 | 0xff);
    let end = reader.rest().windows(2).position(|pair| pair[0] == 0xff && !part_of_it(pair[1]))?;
    reader.take(end)
}

struct Frame {
    progressive: bool,
    width: u16,
    height: u16,
    /// How finely each component is sampled, across and down.
    sampling: Vec<(u8, u8)>,
}

impl Frame {
    fn read(code: u8, body: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        if reader.u8()? != 8 {
            return None;
        }
        let (height, width, count) = (reader.u16_be()?, reader.u16_be()?, reader.u8()?);
        if !matches!(count, 1 | 3 | 4) {
            return None;
        }
        let sampling = (0..count).map(|_| {
            let component = reader.take(3)?;
            let (across, down) = (component[1] >> 4, component[1] & 15);
            (matches!(across, 1..=4) && matches!(down, 1..=4)).then_some((across, down))
        });
        Some(Self { progressive: code == 0xc2, width, height, sampling: sampling.collect::<Option<_>>()? })
    }

    /// How many bytes decoding wants: the pixels, and all coefficients where the first scan does not hold all components.
    fn work(&self, in_first_scan: u8) -> u64 {
        let (width, height) = (u64::from(self.width), u64::from(self.height));
        let colours = if self.sampling.len() == 1 { 1 } else { 3 };
        let pixels = width * height * colours;
        if !self.progressive && usize::from(in_first_scan) == self.sampling.len() {
            return pixels;
        }
        let across = self.sampling.iter().map(|s| u64::from(s.0)).max().unwrap_or(1);
        let down = self.sampling.iter().map(|s| u64::from(s.1)).max().unwrap_or(1);
        let blocks = width.div_ceil(8 * across) * height.div_ceil(8 * down);
        let coefficients: u64 = self.sampling.iter().map(|s| blocks * 64 * u64::from(s.0) * u64::from(s.1)).sum();
        pixels + 2 * coefficients
    }
}
