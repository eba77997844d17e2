//! The single-page application of De toit à toit.
//!
//! `app` is the map of the site, `paths` owns its addresses, `pages` fetch and decide, `ui` draws and knows nothing of the
//! API. Global state is the session and the language, nothing more.

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

#[macro_use]
mod language;
mod app;
mod live;
mod pages;
mod paths;
mod photo_file;
mod saved;
mod session;
mod time;
mod ui;
mod var;
mod words;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes the place of the text that `index.html` shows while the code is on its way.
#[wasm_bindgen(start)]
pub fn start() {
    let place = leptos::prelude::document().get_element_by_id("app");
    let Some(place) = place.and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
    language::begin();
    place.set_text_content(None);
    leptos::mount::mount_to(place, app::App).forget();
}
