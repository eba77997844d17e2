//! Files of photos, made here. All show the same: red, green, blue and yellow, one in each quarter, 64 × 32.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, Rgb, RgbImage};

pub const RED: [u8; 3] = [200, 30, 30];
pub const GREEN: [u8; 3] = [30, 160, 30];
pub const BLUE: [u8; 3] = [30, 30, 200];
pub const YELLOW: [u8; 3] = [230, 200, 30];
pub const WHITE: [u8; 3] = [255, 255, 255];

/// JPEG in several scans.
pub const PROGRESSIVE: &str = "\
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0o\
    MCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wgARCAAgAEAD\
    ASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAAYFB//EABgBAQADAQAAAAAAAAAAAAAAAAAEBQcG/9oADAMBAAIQAxAAAAGfFd2AGiI+YATI\
    0m3A68MbuAP/xAAUEAEAAAAAAAAAAAAAAAAAAABQ/9oACAEBAAEFAgP/xAAUEQEAAAAAAAAAAAAAAAAAAAAw/9oACAEDAQE/AQ//xAAUEQEAAAAA\
    AAAAAAAAAAAAAAAw/9oACAECAQE/AQ//xAAUEAEAAAAAAAAAAAAAAAAAAABQ/9oACAEBAAY/AgP/xAAUEAEAAAAAAAAAAAAAAAAAAABQ/9oACAEB\
    AAE/IQP/2gAMAwEAAgADAAAAEP8A/wC+++//AP/EABQRAQAAAAAAAAAAAAAAAAAAADD/2gAIAQMBAT8QD//EABQRAQAAAAAAAAAAAAAAAAAAADD/\
    2gAIAQIBAT8QD//EABQQAQAAAAAAAAAAAAAAAAAAAFD/2gAIAQEAAT8QA//Z";
/// JPEG as printers have it.
pub const CMYK: &str = "\
    /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAKBwcIBwYKCAgICwoKCw4YEA4NDQ4dFRYRGCMfJSQiHyIhJis3LyYpNCkhIjBBMTQ5Oz4+PiUuRElDPEg3\
    PT47/8AAFAgAIABABEMRAE0RAFkRAEsRAP/EABcAAQEBAQAAAAAAAAAAAAAAAAAIBwb/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBL\
    AAA/AO6ZizFswAAACd20AAAAAohi4AAAAJ3bQAAAAAxdRAAAAAqBRCdwAAABL6d1EAAAACoFEJ3AAAAH/9k=";
/// WebP as cameras have it.
pub const LOSSY: &str = "\
    UklGRnoAAABXRUJQVlA4IG4AAACQBQCdASpAACAAPmEmjkWkIiEb/qwAQAYEsgBiiIAaapwD8RPyM6VXTvtRmfgQXAC7x4eH8AD+8LA3qe/A97f2\
    2ySsbVJ7Z+Rnv8iHeLC3SKHCT/lYaQ1HY01J/vwO6P/3i/p5cw7BhI3FIUgAAA==";
/// WebP whose left half is transparent.
pub const LOSSY_WITH_A_HOLE: &str = "\
    UklGRpIAAABXRUJQVlA4WAoAAAAQAAAAPwAAHwAAQUxQSBAAAAABENMQ+pd2C2CLiAkgN/83VlA4IFwAAACwBACdASpAACAAPm0skkYkIqGhMBv4\
    AIANiWMAglTwH4gcIACh0N5lLn9SPMAAAP78rXp1AFJ//8grC8+Jf//nYGzbeOS833yfD8HsgHeJ9dn8JGMddHNgj6hAAA==";
/// WebP whose second frame is black.
pub const ANIMATED: &str = "\
    UklGRvYAAABXRUJQVlA4WAoAAAACAAAAPwAAHwAAQU5JTQYAAAAAAAAAAABBTk1GhgAAAAAAAAAAAD8AAB8AAGQAAAJWUDggbgAAAJAFAJ0BKkAA\
    IAA+YSaORaQiIRv+rABABgSyAGKIgBpqnAPxE/IzpVdO+1GZ+BBcALvHh4fwAP7wsDep78D3t/bbJKxtUntn5Ge/yId4sLdIocJP+VhpDUdjTUn+\
    /A7o//eL+nlzDsGEjcUhSAAAQU5NRjwAAAAAAAAAAAA/AAAfAABkAAAAVlA4ICQAAACUAgCdASpAACAAPm0wkUiCQAAA2JaQAAH1ezo0AAD++5zA\
    AAA=";

pub fn sample(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

pub fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => YELLOW,
        })
    })
}

pub fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 90)
        .encode(image.as_raw(), image.width(), image.height(), ExtendedColorType::Rgb8)
        .unwrap();
    file
}

pub fn png(image: &RgbImage) -> Vec<u8> {
    png_of(image.width(), image.height(), png::ColorType::Rgb, png::BitDepth::Eight, image.as_raw())
}

pub fn png_of(width: u32, height: u32, colour: png::ColorType, depth: png::BitDepth, pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    file
}

pub fn webp(image: &RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    WebPEncoder::new_lossless(&mut file)
        .encode(image.as_raw(), image.width(), image.height(), ExtendedColorType::Rgb8)
        .unwrap();
    file
}

/// A segment of JPEG.
pub fn segment(code: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, code], length.as_slice(), body].concat()
}

/// A JPEG with segments behind its first marker.
pub fn with_segments(file: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    [&file[..2], &segments.concat(), &file[2..]].concat()
}

/// A chunk of PNG, with its checksum.
pub fn png_chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let mut sum = flate2::Crc::new();
    sum.update(name);
    sum.update(body);
    [length.as_slice(), name, body, &sum.sum().to_be_bytes()].concat()
}

/// A PNG with chunks behind its header.
pub fn with_png_chunks(file: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    [&file[..33], &chunks.concat(), &file[33..]].concat()
}

/// A PNG of these parts.
pub fn png_from(width: u32, height: u32, colour: u8, chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, colour, 0, 0, 0]);
    [b"\x89PNG\r\n\x1a\n".to_vec(), png_chunk(b"IHDR", &header), chunks.concat(), png_chunk(b"IEND", &[])].concat()
}

/// A chunk of WebP.
pub fn webp_chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [name, length.as_slice(), body, &[0][..body.len() % 2]].concat()
}

/// A WebP of these chunks.
pub fn webp_from(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = [b"WEBP".to_vec(), chunks.concat()].concat();
    [b"RIFF".to_vec(), u32::try_from(body.len()).unwrap().to_le_bytes().to_vec(), body].concat()
}

/// The head of a WebP that holds more than a picture.
pub fn webp_head(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let mut body = vec![flags, 0, 0, 0];
    body.extend(&(width - 1).to_le_bytes()[..3]);
    body.extend(&(height - 1).to_le_bytes()[..3]);
    webp_chunk(b"VP8X", &body)
}

/// EXIF with one entry, the orientation, and some words behind it.
pub fn exif(orientation: u8, big_endian: bool, words: &[u8]) -> Vec<u8> {
    let value = u16::from(orientation);
    let mut bytes = if big_endian { b"MM\0*\0\0\0\x08\0\x01".to_vec() } else { b"II*\0\x08\0\0\0\x01\0".to_vec() };
    let [tag, kind] = [0x0112_u16, 3].map(|n| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() });
    let count = if big_endian { 1_u32.to_be_bytes() } else { 1_u32.to_le_bytes() };
    let value = if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    bytes.extend([tag, kind].concat());
    bytes.extend(count);
    bytes.extend([value[0], value[1], 0, 0, 0, 0, 0, 0]);
    bytes.extend(words);
    bytes
}

pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// So many zeros, as zlib has them.
pub fn deflated_zeros(count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 16];
    for _ in 0..count / zeros.len() {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.write_all(&zeros[..count % zeros.len()]).unwrap();
    encoder.finish().unwrap()
}
