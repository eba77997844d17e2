//! What stays on the device: the language and "somebody is signed in here" for ever, drafts until the tab is closed.

use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;

// A browser may refuse storage (private mode, full disk): then nothing is kept, and all else works.
fn device_storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn tab_storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// What is kept on this device under a name.
pub fn device(name: &str) -> Option<String> {
    device_storage()?.get_item(name).ok().flatten()
}

/// Keeps a word on this device, or forgets it.
pub fn set_device(name: &str, word: Option<&str>) {
    if let Some(storage) = device_storage() {
        let _ = match word {
            Some(word) => storage.set_item(name, word),
            None => storage.remove_item(name),
        };
    }
}

/// The draft under a name, when there is one that can still be read.
pub fn draft<T: DeserializeOwned>(name: &str) -> Option<T> {
    let text = tab_storage()?.get_item(name).ok().flatten()?;
    // The browser's own parser, as for answers of the API: a second one would be loaded by every visitor.
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(&text).ok()?).ok()
}

/// Keeps a draft until the tab is closed.
pub fn keep_draft(name: &str, draft: &impl Serialize) {
    if let (Some(storage), Ok(text)) = (tab_storage(), serde_json::to_string(draft)) {
        let _ = storage.set_item(name, &text);
    }
}

/// Forgets a draft.
pub fn drop_draft(name: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.remove_item(name);
    }
}

/// Forgets all drafts: another person may use this device next.
pub fn drop_all_drafts() {
    if let Some(storage) = tab_storage() {
        let _ = storage.clear();
    }
}

/// Forgets everything on this device but what has this name.
pub fn forget_device_but(name: &str) {
    let kept = device(name);
    if let Some(storage) = device_storage() {
        let _ = storage.clear();
    }
    if let Some(kept) = kept {
        set_device(name, Some(&kept));
    }
}

/// Where these bytes come from nobody can guess them.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// A random name for one deed, so that sending it twice does it once (`Idempotency-Key`).
///
/// Not `randomUUID`, which browsers keep from pages that came over plain HTTP, as the demo does on a phone.
pub fn new_key() -> String {
    uuid::Builder::from_random_bytes(random()).into_uuid().to_string()
}

/// A secret to put into an address: 43 letters of base64url, six random bits each.
pub fn new_secret() -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    random::<43>().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).iter().collect()
}
