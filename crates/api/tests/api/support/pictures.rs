//! Files that a camera might have made, with words in every corner that no picture needs.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, RgbImage};

/// A picture that is red on top and blue at the bottom, so that one sees which side is up.
pub fn pixels(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let shade = u8::try_from((x * 31 + y * 17) % 40).expect("small");
        image::Rgb(if y * 2 < height { [200 + shade, shade, shade] } else { [shade, shade, 200 + shade] })
    })
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let pixels = pixels(width, height);
    JpegEncoder::new_with_quality(&mut file, 85)
        .encode(pixels.as_raw(), width, height, ExtendedColorType::Rgb8)
        .expect("a JPEG file");
    file
}

/// Without loss, as some programs write it: of one colour, because a large file of this kind is refused.
pub fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let pixels = RgbImage::from_pixel(width, height, image::Rgb([90, 140, 60]));
    WebPEncoder::new_lossless(&mut file)
        .encode(pixels.as_raw(), width, height, ExtendedColorType::Rgb8)
        .expect("a WebP file");
    file
}

/// With a chunk of text in it.
pub fn png(width: u32, height: u32, word: &str) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.add_text_chunk("Author".to_owned(), word.to_owned()).expect("a word");
    let mut writer = encoder.write_header().expect("a head");
    writer.write_image_data(pixels(width, height).as_raw()).expect("pixels");
    writer.finish().expect("a PNG file");
    file
}

/// EXIF that says how the camera was held, and a word.
fn exif(orientation: u8, word: &str) -> Vec<u8> {
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    let length = u8::try_from(word.len() + 1).expect("a short word");
    // The description stands behind the list of two entries: at byte 8 + 2 + 2 × 12 + 4.
    tiff.extend([0x0e, 0x01, 2, 0, length, 0, 0, 0, 38, 0, 0, 0]);
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff.extend(word.as_bytes());
    tiff.push(0);
    tiff
}

/// A JPEG file that a telephone made which was held upright while its camera lay on its side, with a word in EXIF, XMP, the colour
/// profile, IPTC and a comment, and behind the end.
pub fn of_a_telephone(width: u32, height: u32, word: &str) -> Vec<u8> {
    let plain = jpeg(width, height);
    let mut file = plain[..2].to_vec();
    let mut segment = |kind: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).expect("a short segment").to_be_bytes();
        file.extend([0xff, kind, length[0], length[1]]);
        file.extend(content);
    };
    segment(0xe1, &exif(6, word));
    segment(0xe1, format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>{word}</x:xmpmeta>").as_bytes());
    segment(0xe2, format!("ICC_PROFILE\0\x01\x01{word}").as_bytes());
    segment(0xed, format!("Photoshop 3.0\08BIM{word}").as_bytes());
    segment(0xfe, word.as_bytes());
    file.extend(&plain[2..]);
    file.extend(word.as_bytes());
    file
}

/// The head of a file as telephones of one maker write them.
pub fn heic() -> Vec<u8> {
    let mut file = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    file.extend([0; 400]);
    file
}

/// A PNG file of a few bytes that says that it is 30,000 pixels wide and high.
pub fn bomb() -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8], content: &[u8]| {
        file.extend(u32::try_from(content.len()).expect("short").to_be_bytes());
        let body = [name, content].concat();
        let mut crc = flate2::Crc::new();
        crc.update(&body);
        file.extend(&body);
        file.extend(crc.sum().to_be_bytes());
    };
    let side = 30_000_u32.to_be_bytes();
    chunk(b"IHDR", &[&side[..], &side[..], &[8, 2, 0, 0, 0]].concat());
    chunk(b"IDAT", &[0x78, 0x9c, 0x03, 0, 0, 0, 0, 1]);
    chunk(b"IEND", &[]);
    file
}
