//! What becomes of good photos.

use image::RgbImage;

use super::files::{
    ANIMATED, BLUE, CMYK, GREEN, LOSSY, LOSSY_WITH_A_HOLE, PROGRESSIVE, RED, WHITE, YELLOW, exif, jpeg, png, png_chunk,
    png_of, quarters, sample, segment, webp, webp_chunk, webp_from, webp_head, with_png_chunks, with_segments,
};
use crate::photos::{Picture, Prepared, prepare};

fn shown(picture: &Picture) -> RgbImage {
    let image = image::load_from_memory_with_format(&picture.jpeg, image::ImageFormat::Jpeg).unwrap().into_rgb8();
    assert_eq!(image.dimensions(), (picture.width, picture.height));
    image
}

fn sizes(prepared: &Prepared) -> [(u32, u32); 2] {
    [&prepared.large, &prepared.small].map(|picture| shown(picture).dimensions())
}

/// The colours in the middle of the four quarters, as somebody sees them.
#[track_caller]
fn assert_quarters(picture: &Picture, expected: [[u8; 3]; 4], what: &str) {
    let image = shown(picture);
    let (width, height) = image.dimensions();
    let middles = [(1, 1), (3, 1), (1, 3), (3, 3)];
    for ((x, y), expected) in middles.into_iter().zip(expected) {
        let found = image.get_pixel(width * x / 4, height * y / 4).0;
        let near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 14);
        assert!(near, "{what}: {found:?} and not {expected:?} at {x}, {y}");
    }
}

const AS_TAKEN: [[u8; 3]; 4] = [RED, GREEN, BLUE, YELLOW];

#[test]
fn jpeg_png_and_webp_of_every_kind_are_taken() {
    let quarters = quarters(64, 32);
    for (file, what) in [
        (jpeg(&quarters), "jpeg"),
        (sample(PROGRESSIVE), "progressive jpeg"),
        (sample(CMYK), "jpeg for printers"),
        (png(&quarters), "png"),
        (webp(&quarters), "lossless webp"),
        (sample(LOSSY), "lossy webp"),
    ] {
        let prepared = prepare(&file).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(sizes(&prepared), [(64, 32), (64, 32)], "{what}");
        // How ink becomes light is a matter of taste.
        if what != "jpeg for printers" {
            assert_quarters(&prepared.large, AS_TAKEN, what);
        }
    }
}

#[test]
fn png_of_every_colour_and_depth_is_taken() {
    use png::BitDepth::{Eight, Four, One, Sixteen, Two};
    use png::ColorType::{Grayscale, GrayscaleAlpha, Rgb, Rgba};
    for (colour, depth, row) in [
        (Grayscale, One, vec![0b1010_0000]),
        (Grayscale, Two, vec![0b1101_1000]),
        (Grayscale, Four, vec![0x5a, 0x50]),
        (Grayscale, Eight, vec![9; 3]),
        (Grayscale, Sixteen, vec![9; 6]),
        (GrayscaleAlpha, Eight, vec![9; 6]),
        (GrayscaleAlpha, Sixteen, vec![9; 12]),
        (Rgb, Eight, vec![9; 9]),
        (Rgb, Sixteen, vec![9; 18]),
        (Rgba, Eight, vec![9; 12]),
        (Rgba, Sixteen, vec![9; 24]),
    ] {
        let prepared = prepare(&png_of(3, 2, colour, depth, &row.repeat(2)));
        assert_eq!(prepared.map(|p| sizes(&p)), Ok([(3, 2), (3, 2)]), "{colour:?} {depth:?}");
    }
    let palette = [RED, WHITE].concat();
    let file = super::files::png_from(
        2,
        1,
        3,
        &[png_chunk(b"PLTE", &palette), png_chunk(b"IDAT", &super::files::deflated(&[0, 0, 1]))],
    );
    let image = shown(&prepare(&file).unwrap().large);
    assert!(image.get_pixel(1, 0).0[1] > image.get_pixel(0, 0).0[1] + 100, "{image:?}");
}

#[test]
fn interlaced_png_is_taken() {
    // Adam7 of 2 × 1: one pixel in the first pass, one in the sixth.
    let rows = super::files::deflated(&[&[0][..], &RED, &[0], &WHITE].concat());
    let mut file = super::files::png_from(2, 1, 2, &[png_chunk(b"IDAT", &rows)]);
    let header = [&file[16..28], &[1]].concat();
    file.splice(8..33, png_chunk(b"IHDR", &header));
    let image = shown(&prepare(&file).unwrap().large);
    assert!(image.get_pixel(1, 0).0[1] > image.get_pixel(0, 0).0[1] + 100, "{image:?}");
}

#[test]
fn photos_are_made_small_and_never_larger() {
    for (width, height, large, small) in [
        (1, 1, (1, 1), (1, 1)),
        (480, 480, (480, 480), (480, 480)),
        (481, 240, (481, 240), (480, 240)),
        (1280, 1280, (1280, 1280), (480, 480)),
        (1281, 3, (1280, 3), (480, 1)),
        (3000, 2000, (1280, 853), (480, 320)),
        (4000, 6000, (853, 1280), (320, 480)),
        (1, 20_000, (1, 1280), (1, 480)),
        (20_000, 1, (1280, 1), (480, 1)),
        (65_000, 2, (1280, 1), (480, 1)),
    ] {
        let prepared = prepare(&jpeg(&quarters(width, height))).unwrap();
        assert_eq!(sizes(&prepared), [large, small], "{width} × {height}");
    }
}

#[test]
fn a_photo_that_was_made_small_shows_what_it_showed() {
    for (width, height) in [(1000, 500), (3000, 2000), (2000, 6000), (6000, 3000)] {
        let prepared = prepare(&jpeg(&quarters(width, height))).unwrap();
        assert_quarters(&prepared.large, AS_TAKEN, "large");
        assert_quarters(&prepared.small, AS_TAKEN, "small");
    }
}

#[test]
fn however_the_phone_was_held_the_photo_stands_upright() {
    let quarters = quarters(64, 32);
    let [a, b, c, d] = AS_TAKEN;
    // Where EXIF says that the first row and the first column are (TIFF 6.0, "Orientation").
    let upright = [
        (1, [a, b, c, d]),
        (2, [b, a, d, c]),
        (3, [d, c, b, a]),
        (4, [c, d, a, b]),
        (5, [a, c, b, d]),
        (6, [c, a, d, b]),
        (7, [d, b, c, a]),
        (8, [b, d, a, c]),
    ];
    for (orientation, expected) in upright {
        for big_endian in [true, false] {
            let exif = exif(orientation, big_endian, b"");
            let marked = [b"Exif\0\0", exif.as_slice()].concat();
            let picture = webp(&quarters)[12..].to_vec();
            for (file, what) in [
                (with_segments(&jpeg(&quarters), &[segment(0xe1, &marked)]), "jpeg"),
                (with_png_chunks(&png(&quarters), &[png_chunk(b"eXIf", &exif)]), "png"),
                (webp_from(&[webp_head(8, 64, 32), picture.clone(), webp_chunk(b"EXIF", &exif)]), "webp"),
                (webp_from(&[webp_head(8, 64, 32), picture, webp_chunk(b"EXIF", &marked)]), "webp, marked"),
            ] {
                let what = format!("{what}, {orientation}, {big_endian}");
                let prepared = prepare(&file).unwrap_or_else(|e| panic!("{what}: {e}"));
                let size = if orientation < 5 { (64, 32) } else { (32, 64) };
                assert_eq!(sizes(&prepared), [size, size], "{what}");
                assert_quarters(&prepared.large, expected, &what);
                assert_quarters(&prepared.small, expected, &what);
            }
        }
    }
}

#[test]
fn an_orientation_that_is_none_turns_nothing() {
    for orientation in [0, 9, 255] {
        let marked = [b"Exif\0\0", exif(orientation, true, b"").as_slice()].concat();
        let file = with_segments(&jpeg(&quarters(64, 32)), &[segment(0xe1, &marked)]);
        assert_quarters(&prepare(&file).unwrap().large, AS_TAKEN, "as taken");
    }
}

#[test]
fn what_is_transparent_lies_on_white() {
    let pixels: Vec<u8> = quarters(64, 32)
        .enumerate_pixels()
        .flat_map(|(x, _, p)| [p.0[0], p.0[1], p.0[2], if x < 32 { 0 } else { 255 }])
        .collect();
    let file = png_of(64, 32, png::ColorType::Rgba, png::BitDepth::Eight, &pixels);
    for (file, what) in [(file, "png"), (sample(LOSSY_WITH_A_HOLE), "webp")] {
        assert_quarters(&prepare(&file).unwrap().large, [WHITE, GREEN, WHITE, YELLOW], what);
    }
    let half = png_of(1, 1, png::ColorType::GrayscaleAlpha, png::BitDepth::Eight, &[0, 128]);
    assert!(shown(&prepare(&half).unwrap().large).get_pixel(0, 0).0[0].abs_diff(127) < 3);
}

#[test]
fn the_colour_under_a_hole_does_not_shine_through_at_its_edge() {
    // Transparent black beside white: scaled before it lies on white, it would leave a grey edge.
    let pixels: Vec<u8> =
        (0..3000_u32 * 8).flat_map(|at| if at % 3000 < 1501 { [0, 0, 0, 0] } else { [255; 4] }).collect();
    let file = png_of(3000, 8, png::ColorType::Rgba, png::BitDepth::Eight, &pixels);
    let darkest = shown(&prepare(&file).unwrap().large).into_raw().into_iter().min();
    assert!(darkest.is_some_and(|d| d >= 253), "{darkest:?}");
}

#[test]
fn of_an_animation_the_first_frame_is_kept() {
    assert_quarters(&prepare(&sample(ANIMATED)).unwrap().large, AS_TAKEN, "webp");
}
