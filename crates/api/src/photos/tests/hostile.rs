//! Files that are no photos, that are broken, or that somebody made to do harm. How much memory they take, `tests/photo_memory.rs` says.

use proptest::prelude::*;

use super::files::{
    ANIMATED, LOSSY, LOSSY_WITH_A_HOLE, PROGRESSIVE, deflated, deflated_zeros, exif, jpeg, png, png_chunk, png_from,
    quarters, sample, segment, webp, webp_chunk, webp_from, webp_head, with_png_chunks, with_segments,
};
use crate::photos::{MOST_BYTES, PhotoError, prepare};

fn refused(file: &[u8]) -> Option<PhotoError> {
    prepare(file).err()
}

/// The head of an ISO media file of these brands.
fn media(brands: &[&[u8; 4]]) -> Vec<u8> {
    let length = u32::try_from(12 + 4 * brands.len()).unwrap().to_be_bytes();
    let mut bytes = [length.as_slice(), b"ftyp", brands[0], &[0; 4]].concat();
    bytes.extend(brands[1..].iter().flat_map(|brand| **brand));
    bytes.extend(b"\0\0\0\x08mdat");
    bytes
}

#[test]
fn what_phones_make_and_we_cannot_read_has_a_name_of_its_own() {
    for brands in [
        &[b"heic", b"mif1"][..],
        &[b"mif1", b"heic"],
        &[b"heix"],
        &[b"msf1", b"hevc"],
        &[b"avif", b"miaf"],
        &[b"miaf", b"avif"],
    ] {
        assert_eq!(refused(&media(brands)), Some(PhotoError::Heic), "{brands:?}");
    }
}

#[test]
fn what_is_no_photo_is_refused() {
    for file in [
        &b""[..],
        b"\xff",
        b"\xff\xd8",
        b"\x89PNG",
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"BM\x3a\0\0\0",
        b"II*\0\x08\0\0\0",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html><script>",
        b"RIFF\x04\0\0\0WAVE",
        b"RIFF\x04\0\0\0WEB",
        b"PK\x03\x04",
        b"\0\0\0\x0cjXL \r\n\x87\n",
        b"\xff\x0a",
        b"\0\0\0\0ftyp",
        b"\0\0\0\x08ftypheic",
        b"\xff\xff\xff\xffftypisom",
        &media(&[b"isom", b"mp42"]),
        &media(&[b"qt  "]),
    ] {
        assert_eq!(refused(file), Some(PhotoError::NotAPhoto), "{file:?}");
    }
    // A version that reads like a brand.
    assert_eq!(refused(b"\0\0\0\x14ftypisomheicmp42"), Some(PhotoError::NotAPhoto));
}

#[test]
fn ten_megabytes_are_taken_and_one_byte_more_is_not() {
    let mut file = jpeg(&quarters(64, 32));
    file.resize(MOST_BYTES, 0);
    assert_eq!(refused(&file), None);
    file.push(0);
    assert_eq!(refused(&file), Some(PhotoError::TooLarge));
    let mut file = media(&[b"heic"]);
    file.resize(MOST_BYTES + 1, 0);
    assert_eq!(refused(&file), Some(PhotoError::Heic), "the more useful of two answers");
}

/// A JPEG that says that it is larger.
fn sized(mut file: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = file.windows(2).position(|w| matches!(w, [0xff, 0xc0..=0xc2])).unwrap();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

#[test]
fn too_many_pixels_are_refused_before_they_are_decoded() {
    let picture = [png_chunk(b"IDAT", &deflated_zeros(1 << 16))];
    for (width, height) in
        [(30_000, 30_000), (7072, 7072), (u32::MAX, 1), (1, u32::MAX), (u32::MAX, u32::MAX), (65_536, 1), (1, 65_536)]
    {
        assert_eq!(
            refused(&png_from(width, height, 2, &picture)),
            Some(PhotoError::TooManyPixels),
            "{width} × {height}"
        );
    }
    let small = jpeg(&quarters(64, 32));
    assert_eq!(refused(&sized(small, 65_535, 65_535)), Some(PhotoError::TooManyPixels));
    // 50,000,000 pixels would do, all their coefficients do not.
    assert_eq!(refused(&sized(sample(PROGRESSIVE), 10_000, 5000)), Some(PhotoError::TooManyPixels));
    let lossless = webp_chunk(b"VP8L", &[0x2f, 0xff, 0xff, 0xff, 0x0f, 0]);
    assert_eq!(refused(&webp_from(&[lossless])), Some(PhotoError::TooManyPixels));
    let lossy = webp_chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f");
    assert_eq!(refused(&webp_from(&[lossy])), Some(PhotoError::TooManyPixels));
}

#[test]
fn a_picture_of_no_pixels_is_broken() {
    for (width, height) in [(0, 9), (9, 0), (0, 0)] {
        let file = png_from(width, height, 2, &[png_chunk(b"IDAT", &deflated(&[0; 99]))]);
        assert_eq!(refused(&file), Some(PhotoError::Broken));
        let (width, height) = (width.try_into().unwrap(), height.try_into().unwrap());
        assert_eq!(refused(&sized(jpeg(&quarters(64, 32)), width, height)), Some(PhotoError::Broken));
    }
    assert_eq!(refused(&webp_from(&[webp_chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a\0\0\0\0")])), Some(PhotoError::Broken));
}

#[test]
fn what_unfolds_beside_the_picture_is_not_unfolded() {
    let zeros = deflated_zeros(64 << 20);
    let chunks = [
        png_chunk(b"zTXt", &[b"Comment\0\0".as_slice(), &zeros].concat()),
        png_chunk(b"iTXt", &[b"Comment\0\x01\0\0\0".as_slice(), &zeros].concat()),
        png_chunk(b"iCCP", &[b"profile\0\0".as_slice(), &zeros].concat()),
    ];
    assert_eq!(refused(&with_png_chunks(&png(&quarters(64, 32)), &chunks)), None);
}

#[test]
fn what_stands_behind_the_last_row_is_not_read() {
    let rows = [vec![0; 4], vec![0; 1 << 22]].concat();
    let mut picture = deflated(&rows);
    let end = picture.len();
    picture[end - 600..].fill(0xff);
    assert_eq!(refused(&png_from(1, 1, 2, &[png_chunk(b"IDAT", &picture)])), None);
    // The same, where it is read.
    let rows_missing = deflated(&[0; 3]);
    assert_eq!(refused(&png_from(1, 1, 2, &[png_chunk(b"IDAT", &rows_missing)])), Some(PhotoError::Broken));
}

#[test]
fn ten_thousand_frames_are_one() {
    let picture = png(&quarters(64, 32));
    let mut chunks = vec![png_chunk(b"acTL", &[0, 0, 0x27, 0x10, 0, 0, 0, 0])];
    for at in 0..10_000_u32 {
        let size = [64_u32.to_be_bytes(), 32_u32.to_be_bytes(), [0; 4], [0; 4]].concat();
        chunks.push(png_chunk(b"fcTL", &[(2 * at).to_be_bytes().as_slice(), &size, &[0, 1, 0, 9, 0, 0]].concat()));
        chunks.push(png_chunk(b"fdAT", &[(2 * at + 1).to_be_bytes().as_slice(), &[9; 40]].concat()));
    }
    assert_eq!(prepare(&with_png_chunks(&picture, &chunks)), prepare(&picture));
    let picture = webp(&quarters(64, 32));
    let frame = webp_chunk(b"ANMF", &[&[0; 16], &picture[12..]].concat());
    let mut chunks = vec![webp_head(2, 64, 32), webp_chunk(b"ANIM", &[0; 6])];
    chunks.extend(vec![frame; 10_000]);
    assert_eq!(prepare(&webp_from(&chunks)), prepare(&picture));
}

#[test]
fn scan_after_scan_over_one_picture_is_broken() {
    let file = sample(PROGRESSIVE);
    let last = file.windows(2).rposition(|w| w == [0xff, 0xda]).unwrap();
    let (scan, end) = (&file[last..file.len() - 2], &file[file.len() - 2..]);
    let scans = |count: usize| [&file[..last], scan.repeat(count).as_slice(), end].concat();
    assert_eq!(refused(&scans(2)), None);
    assert_eq!(refused(&scans(90)), Some(PhotoError::Broken));
}

#[test]
fn more_than_a_drawing_of_lossless_webp_is_refused() {
    let mut state = 1_u64;
    let image = image::RgbImage::from_fn(600, 350, |_, _| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [.., a, b, c] = state.to_le_bytes();
        image::Rgb([a, b, c])
    });
    let file = webp(&image);
    assert!(file.len() > 512 << 10, "{}", file.len());
    assert_eq!(refused(&file), Some(PhotoError::TooLarge));
    let alpha = webp_chunk(b"ALPH", &vec![0; (512 << 10) + 1]);
    let file = webp_from(&[webp_head(0x10, 64, 32), alpha, sample(LOSSY)[12..].to_vec()]);
    assert_eq!(refused(&file), Some(PhotoError::TooLarge));
}

/// One of each kind, with metadata.
fn good() -> Vec<(&'static str, Vec<u8>)> {
    let quarters = quarters(48, 40);
    let exif = exif(6, true, b"words");
    let marked = segment(0xe1, &[b"Exif\0\0", exif.as_slice()].concat());
    let picture = webp(&quarters)[12..].to_vec();
    vec![
        ("jpeg", with_segments(&jpeg(&quarters), &[marked, segment(0xfe, b"words")])),
        ("progressive", sample(PROGRESSIVE)),
        ("png", with_png_chunks(&png(&quarters), &[png_chunk(b"eXIf", &exif), png_chunk(b"tEXt", b"Comment\0words")])),
        ("lossless", webp_from(&[webp_head(8, 48, 40), picture, webp_chunk(b"EXIF", &exif)])),
        ("lossy", sample(LOSSY)),
        ("hole", sample(LOSSY_WITH_A_HOLE)),
        ("animated", sample(ANIMATED)),
    ]
}

#[test]
fn a_photo_that_was_cut_anywhere_is_broken() {
    for (what, file) in good() {
        assert_eq!(refused(&file), None, "{what}");
        for length in 12..file.len() {
            assert_eq!(refused(&file[..length]), Some(PhotoError::Broken), "{what}, {length} of {}", file.len());
        }
    }
}

/// What may be said of any bytes: they are refused, or are a picture that can be shown.
fn assert_harmless(file: &[u8]) {
    if let Ok(prepared) = prepare(file) {
        for (picture, side) in [(&prepared.large, 1280), (&prepared.small, 480)] {
            assert!((1..=side).contains(&picture.width) && (1..=side).contains(&picture.height), "{picture:?}");
            assert!(picture.jpeg.starts_with(&[0xff, 0xd8, 0xff]) && picture.jpeg.ends_with(&[0xff, 0xd9]));
        }
    }
}

#[test]
fn no_changed_byte_of_what_a_photo_says_of_itself_does_harm() {
    for (_, file) in good() {
        for at in 0..file.len().min(700) {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut changed = file.clone();
                changed[at] = value;
                assert_harmless(&changed);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_changed_bytes_do_harm(
        which in 0_usize..7,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..9),
        cut in prop::option::weighted(0.3, any::<prop::sample::Index>()),
        more in prop::collection::vec(any::<u8>(), 0..9),
    ) {
        let mut file = good().swap_remove(which).1;
        for (at, value) in changes {
            let at = at.index(file.len());
            file[at] = value;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        file.extend(more);
        assert_harmless(&file);
    }
}
