//! Nothing that a photo tells beside its pixels is kept.

use super::files::{
    deflated, exif, jpeg, png, png_chunk, quarters, segment, webp, webp_chunk, webp_from, webp_head, with_png_chunks,
    with_segments,
};
use crate::photos::bare::strip;
use crate::photos::{Prepared, Size, prepare};

/// Stands in no photo by chance.
const WORD: &[u8] = b"Mistigri-au-4e-etage";

fn says(bytes: &[u8]) -> bool {
    bytes.windows(WORD.len()).any(|w| w == WORD)
}

fn with_word(before: &[u8]) -> Vec<u8> {
    [before, WORD].concat()
}

/// The file says the word, neither what the decoder is given nor what is kept says it, and what is kept is what it is of the same photo
/// that tells nothing.
#[track_caller]
fn assert_silent(file: &[u8], plain: &Prepared, what: &str) {
    let bare = strip(file).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert!(!says(&bare.bytes), "{what}");
    let prepared = prepare(file).unwrap_or_else(|e| panic!("{what}: {e}"));
    for size in Size::ALL {
        assert!(!says(&prepared.picture(size).jpeg), "{what}");
    }
    assert_eq!(&prepared, plain, "{what}");
}

#[test]
fn of_what_a_jpeg_tells_nothing_is_kept() {
    let file = jpeg(&quarters(64, 32));
    let plain = prepare(&file).unwrap();
    let marked = |words: &[u8]| [b"Exif\0\0", exif(1, true, words).as_slice()].concat();
    let thumbnail = [b"\xff\xd8\xff\xe0".as_slice(), WORD, b"\xff\xd9"].concat();
    let mut segments = vec![
        segment(0xe0, &with_word(b"JFXX\0\x10")),
        segment(0xe1, &marked(WORD)),
        segment(0xe1, &marked(&thumbnail)),
        segment(0xe1, &with_word(b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>")),
        segment(0xe1, &with_word(b"http://ns.adobe.com/xmp/extension/\0")),
        segment(0xe2, &with_word(b"ICC_PROFILE\0\x01\x01")),
        segment(0xe2, &with_word(b"MPF\0")),
        segment(0xed, &with_word(b"Photoshop 3.0\08BIM\x04\x04\0\0")),
        // Colours coded as usual, and more than Adobe says.
        segment(0xee, &with_word(b"Adobe\0\x64\0\0\0\0\x01")),
        segment(0xfe, WORD),
    ];
    segments.extend((0xe3..=0xef).map(|code| segment(code, WORD)));
    for one in &segments {
        assert_silent(&with_segments(&file, std::slice::from_ref(one)), &plain, &format!("{:x}", one[1]));
    }
    let all = with_segments(&file, &segments);
    assert!(says(&all));
    assert_silent(&all, &plain, "all");
    // A film or a second photo behind the end, as some phones write.
    assert_silent(&[file.as_slice(), WORD, &file].concat(), &plain, "behind the end");
    let scan = file.windows(2).position(|w| w == [0xff, 0xda]).unwrap();
    let before_scan = [&file[..scan], &segment(0xfe, WORD), &file[scan..]].concat();
    assert_silent(&before_scan, &plain, "before the scan");
    let before_end = [&file[..file.len() - 2], &segment(0xfe, WORD), &[0xff, 0xd9]].concat();
    assert_silent(&before_end, &plain, "before the end");
}

#[test]
fn of_what_a_png_tells_nothing_is_kept() {
    let file = png(&quarters(64, 32));
    let plain = prepare(&file).unwrap();
    let chunks = [
        png_chunk(b"tEXt", &with_word(b"Comment\0")),
        png_chunk(b"zTXt", &[b"Comment\0\0".as_slice(), &deflated(WORD)].concat()),
        png_chunk(b"zTXt", &with_word(b"Comment\0\0")),
        png_chunk(b"iTXt", &with_word(b"XML:com.adobe.xmp\0\0\0\0\0")),
        png_chunk(b"tEXt", &with_word(b"Raw profile type iptc\0")),
        png_chunk(b"iCCP", &[WORD, b"\0\0", &deflated(WORD)].concat()),
        png_chunk(b"eXIf", &exif(1, false, WORD)),
        png_chunk(b"tIME", &[7, 234, 11, 25, 12, 0, 0]),
        png_chunk(b"toIt", WORD),
    ];
    for one in &chunks {
        assert_silent(&with_png_chunks(&file, std::slice::from_ref(one)), &plain, &String::from_utf8_lossy(&one[4..8]));
    }
    let all = with_png_chunks(&file, &chunks);
    assert!(says(&all));
    assert_silent(&all, &plain, "all");
    assert_silent(&with_word(&file), &plain, "behind the end");
    let end = file.len() - 12;
    let before_end = [&file[..end], &png_chunk(b"tEXt", &with_word(b"Comment\0")), &file[end..]].concat();
    assert_silent(&before_end, &plain, "before the end");
}

#[test]
fn of_what_a_webp_tells_nothing_is_kept() {
    let file = webp(&quarters(64, 32));
    let plain = prepare(&file).unwrap();
    let picture = file[12..].to_vec();
    let (before, behind) = (
        [webp_chunk(b"ICCP", WORD), webp_chunk(b"toit", WORD)],
        [webp_chunk(b"EXIF", &exif(1, true, WORD)), webp_chunk(b"XMP ", WORD), webp_chunk(b"toit", WORD)],
    );
    for one in &before {
        let file = webp_from(&[webp_head(0x20, 64, 32), one.clone(), picture.clone()]);
        assert_silent(&file, &plain, &String::from_utf8_lossy(&one[..4]));
    }
    for one in &behind {
        let file = webp_from(&[webp_head(0x0c, 64, 32), picture.clone(), one.clone()]);
        assert_silent(&file, &plain, &String::from_utf8_lossy(&one[..4]));
    }
    let all = [&[webp_head(0x2c, 64, 32)], before.as_slice(), &[picture], behind.as_slice()].concat();
    let all = webp_from(&all);
    assert!(says(&all));
    assert_silent(&all, &plain, "all");
    assert_silent(&with_word(&file), &plain, "behind the end");
}

#[test]
fn what_is_kept_holds_nothing_but_a_picture() {
    for size in Size::ALL {
        let prepared = prepare(&jpeg(&quarters(2000, 1000))).unwrap();
        let kept = &prepared.picture(size).jpeg;
        let (mut at, mut found) = (2, Vec::new());
        while kept[at + 1] != 0xda {
            assert_eq!(kept[at], 0xff);
            let length = usize::from(u16::from_be_bytes([kept[at + 2], kept[at + 3]]));
            found.push(kept[at + 1]);
            if kept[at + 1] == 0xe0 {
                assert_eq!((&kept[at + 4..at + 9], length), (b"JFIF\0".as_slice(), 16), "no thumbnail");
            }
            at += 2 + length;
        }
        assert!(found.iter().all(|code| matches!(code, 0xe0 | 0xdb | 0xc0 | 0xc4)), "{found:x?}");
        assert_eq!(found.iter().filter(|code| **code == 0xe0).count(), 1);
        assert!(kept.ends_with(&[0xff, 0xd9]));
    }
}
