//! Compression, once, at build.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// How much time the compression may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// For a build that is looked at once.
    Quick,
    /// As small as it gets.
    Best,
}

/// Writes `file` with `content`, and beside it `file.br` and `file.gz` where they are smaller.
///
/// Gives the bytes that a browser which reads brotli has to load.
pub fn write(file: &Path, content: &[u8], quality: Quality) -> Result<usize> {
    put(file, content)?;
    let gzipped = gzip(content, quality)?;
    if gzipped.len() < content.len() {
        put(&with_suffix(file, "gz"), &gzipped)?;
    }
    let brotlied = brotli(content, quality)?;
    if brotlied.len() < content.len() {
        put(&with_suffix(file, "br"), &brotlied)?;
    }
    Ok(brotlied.len().min(content.len()))
}

fn brotli(content: &[u8], quality: Quality) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: if quality == Quality::Best { 11 } else { 5 },
        lgwin: 22,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &params).context("brotli")?;
    Ok(compressed)
}

fn gzip(content: &[u8], quality: Quality) -> Result<Vec<u8>> {
    let level = if quality == Quality::Best { Compression::best() } else { Compression::fast() };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(content).context("gzip")?;
    encoder.finish().context("gzip")
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn put(file: &Path, content: &[u8]) -> Result<()> {
    fs::write(file, content).with_context(|| format!("cannot write {}", file.display()))
}
