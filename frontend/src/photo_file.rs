//! The file of a photo, before it is sent: read, turned upright, made smaller by the browser's own means.

use js_sys::{Array, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap};

/// The longest side of what is sent, in pixels: somewhat more than the server keeps.
const LONGEST: f64 = 1_600.0;
const QUALITY: f64 = 0.85;
/// What the server reads of a photo at most, in bytes.
const MAX: f64 = 10.0 * 1024.0 * 1024.0;

/// Why a file is no photo to be sent.
pub enum Refused {
    TooLarge,
    Unreadable,
}

/// What is sent of a file: a JPEG of at most 1,600 pixels; the file as it is where this browser cannot read it.
pub async fn ready(file: &File) -> Result<Vec<u8>, Refused> {
    if let Some(small) = shrink(file).await {
        return Ok(small);
    }
    if file.size() > MAX {
        return Err(Refused::TooLarge);
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| Refused::Unreadable)?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    if bytes.is_empty() { Err(Refused::Unreadable) } else { Ok(bytes) }
}

/// Draws a photo; tells whether this browser can.
pub async fn draw(bytes: &[u8], canvas: &HtmlCanvasElement) -> bool {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let Ok(blob) = Blob::new_with_u8_array_sequence(&parts) else { return false };
    draw_blob(&blob, canvas).await.is_some()
}

async fn shrink(file: &File) -> Option<Vec<u8>> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    draw_blob(file, &canvas).await?;
    let url = canvas.to_data_url_with_type_and_encoder_options("image/jpeg", &JsValue::from_f64(QUALITY)).ok()?;
    from_text(url.strip_prefix("data:image/jpeg;base64,")?)
}

async fn draw_blob(blob: &Blob, canvas: &HtmlCanvasElement) -> Option<()> {
    let read = window().create_image_bitmap_with_blob(blob).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(read).await.ok()?.dyn_into().ok()?;
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (LONGEST / width.max(height)).min(1.0);
    let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let pen: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    // JPEG knows no transparency, and would make it black.
    pen.set_fill_style_str("#fff");
    pen.fill_rect(0.0, 0.0, width, height);
    let drawn = pen.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height);
    bitmap.close();
    drawn.ok()
}

/// Bytes as text (base64), as a draft holds them.
pub fn to_text(bytes: &[u8]) -> Option<String> {
    let each: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    window().btoa(&each).ok()
}

/// The bytes of such a text.
pub fn from_text(text: &str) -> Option<Vec<u8>> {
    // Each character stands for one byte.
    window().atob(text).ok().map(|each| each.chars().map(|c| c as u32 as u8).collect())
}
