//! The language of the page: kept on the device, and in the account of who is signed in.

use std::cell::Cell;

use domain::tenant::Language;
use leptos::prelude::document;

use crate::i18n::Locale;
use crate::saved;

/// A sentence of `locales/*.json` in the language of the page: `t!(area.key)`, `t!(area.key, name = value)`.
macro_rules! t {
    ($($key:tt)*) => { leptos_i18n::td_string!($crate::language::locale(), $($key)*) };
}

/// Under which name the device keeps it.
pub const KEY: &str = "language";

thread_local! {
    static LOCALE: Cell<Locale> = const { Cell::new(Locale::fr) };
}

/// The language of the page, for `t!`.
pub fn locale() -> Locale {
    LOCALE.get()
}

/// The language of the page, for the API.
pub fn current() -> Language {
    match locale() {
        Locale::fr => Language::Fr,
        Locale::en => Language::En,
    }
}

/// The other one.
pub fn other() -> Language {
    match current() {
        Language::Fr => Language::En,
        Language::En => Language::Fr,
    }
}

/// What to tell the browser's own formats.
pub fn tag() -> &'static str {
    match locale() {
        Locale::fr => "fr-FR",
        Locale::en => "en-GB",
    }
}

/// The language kept on this device, or else the browser's, or else French.
pub fn begin() {
    let kept = saved::device(KEY).and_then(|kept| Language::from_word(&kept));
    let browsers = || leptos::prelude::window().navigator().language().filter(|tag| tag.starts_with("en"));
    set(kept.unwrap_or_else(|| if browsers().is_some() { Language::En } else { Language::Fr }));
}

/// Whether somebody has chosen a language on this device.
pub fn is_chosen() -> bool {
    saved::device(KEY).is_some()
}

/// Keeps a language on this device. What is drawn already has to be drawn again.
pub fn choose(language: Language) {
    saved::set_device(KEY, Some(language.as_str()));
    set(language);
}

fn set(language: Language) {
    LOCALE.set(match language {
        Language::Fr => Locale::fr,
        Language::En => Locale::en,
    });
    if let Some(html) = document().document_element() {
        // Browsers accept any value here; there is nobody to tell of a failure.
        let _ = html.set_attribute("lang", language.as_str());
    }
}
