//! From the file that somebody sent to the two pictures that are kept: upright, on white, small, and nothing but pixels.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType;
use image::{DynamicImage, ExtendedColorType, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

use super::Size;
use super::bare::{Bare, Kind, strip};
use super::error::PhotoError;

/// Of 100: below it, what a photo shows of fur and faces begins to suffer.
const QUALITY: u8 = 80;
/// From how many times the wanted size on a picture is first made smaller by plain means: as good, many times faster, in little memory.
const COARSE: u32 = 4;

/// A picture that can be kept and shown: JPEG, without metadata.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The file.
    pub jpeg: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}×{}, …)", self.width, self.height)
    }
}

/// A photo in both sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// For a page of its own.
    pub large: Picture,
    /// For a list.
    pub small: Picture,
}

impl Prepared {
    /// The picture of one size.
    #[must_use]
    pub fn picture(&self, size: Size) -> &Picture {
        match size {
            Size::Large => &self.large,
            Size::Small => &self.small,
        }
    }
}

/// Makes a photo safe to keep and to show. What the file is, its first bytes say. Takes up to a second and 300 MiB: see
/// [`Photos::prepare`](super::Photos::prepare).
///
/// # Errors
/// Why it is not taken.
pub fn prepare(bytes: &[u8]) -> Result<Prepared, PhotoError> {
    // A decoder that stumbles over a file that somebody made for it must not take more with it than this photo.
    catch_unwind(AssertUnwindSafe(|| {
        let bare = strip(bytes)?;
        let orientation = bare.orientation;
        let mut large = fit(on_white(decode(bare)?), Size::Large);
        let mut small = fit(large.clone(), Size::Small);
        large.apply_orientation(orientation);
        small.apply_orientation(orientation);
        Ok(Prepared { large: encode(large)?, small: encode(small)? })
    }))
    .unwrap_or(Err(PhotoError::Broken))
}

fn decode(bare: Bare) -> Result<DynamicImage, PhotoError> {
    let file = Cursor::new(bare.bytes.as_slice());
    match bare.kind {
        Kind::Jpeg => JpegDecoder::new(file).and_then(DynamicImage::from_decoder).map_err(|_| PhotoError::Broken),
        Kind::WebP => WebPDecoder::new(file).and_then(DynamicImage::from_decoder).map_err(|_| PhotoError::Broken),
        Kind::Png => decode_png(file).ok_or(PhotoError::Broken),
    }
}

/// Row by row, so that it ends with the last row: a file may hold gigabytes of nothing behind it.
fn decode_png(file: Cursor<&[u8]>) -> Option<DynamicImage> {
    let mut decoder = png::Decoder::new(file);
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = reader.info().size();
    let (colour, _) = reader.output_color_type();
    let stride = usize::try_from(width).ok()? * colour.samples();
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let mut line = 0;
    while let Some(row) = reader.next_interlaced_row().ok()? {
        match row.interlace() {
            png::InterlaceInfo::Adam7(pass) => {
                let bits = u8::try_from(colour.samples() * 8).ok()?;
                png::expand_interlaced_row(&mut pixels, stride, row.data(), pass, bits);
            }
            png::InterlaceInfo::Null(_) => {
                pixels.get_mut(line..line + stride)?.copy_from_slice(row.data().get(..stride)?);
                line += stride;
            }
        }
    }
    match colour {
        png::ColorType::Grayscale => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        png::ColorType::GrayscaleAlpha => GrayAlphaImage::from_raw(width, height, pixels).map(DynamicImage::from),
        png::ColorType::Rgb => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
        png::ColorType::Rgba => RgbaImage::from_raw(width, height, pixels).map(DynamicImage::from),
        png::ColorType::Indexed => None,
    }
}

/// Lays what is transparent on white, before it is scaled: the colour under it must not shine through at its edges.
fn on_white(mut image: DynamicImage) -> DynamicImage {
    fn blend(colours: &mut [u8], alpha: &mut u8) {
        let seen = u32::from(*alpha);
        for colour in colours {
            let mixed = (u32::from(*colour) * seen + 255 * (255 - seen) + 127) / 255;
            *colour = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
        *alpha = u8::MAX;
    }
    match &mut image {
        DynamicImage::ImageLumaA8(image) => image.pixels_mut().for_each(|p| {
            let [grey, alpha] = &mut p.0;
            blend(std::slice::from_mut(grey), alpha);
        }),
        DynamicImage::ImageRgba8(image) => image.pixels_mut().for_each(|p| {
            let [colours @ .., alpha] = &mut p.0;
            blend(colours, alpha);
        }),
        _ => {}
    }
    image
}

/// Makes a picture fit into its size; one that fits already stays.
fn fit(image: DynamicImage, size: Size) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let (longest, wanted) = (width.max(height), size.longest_side());
    if longest <= wanted {
        return image;
    }
    let scaled = |side: u32| {
        let (side, wanted, longest) = (u64::from(side), u64::from(wanted), u64::from(longest));
        u32::try_from((side * wanted + longest / 2) / longest).unwrap_or(wanted as u32).max(1)
    };
    let (to_width, to_height) = (scaled(width), scaled(height));
    let image = if longest > COARSE * wanted {
        image.thumbnail_exact((to_width * 2).min(width), (to_height * 2).min(height))
    } else {
        image
    };
    image.resize_exact(to_width, to_height, FilterType::CatmullRom)
}

fn encode(image: DynamicImage) -> Result<Picture, PhotoError> {
    let image = image.into_rgb8();
    let (width, height) = image.dimensions();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode(image.as_raw(), width, height, ExtendedColorType::Rgb8)
        .map_err(|_| PhotoError::Broken)?;
    Ok(Picture { width, height, jpeg })
}
