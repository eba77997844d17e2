//! What stays on the device: the language and who was signed in here for ever, drafts until the tab is closed or somebody else comes in.

use domain::id::TenantId;
use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;

/// On the device: who is signed in here, as a sign (see [`sign_of`]).
const KNOWN: &str = "known";
/// In its place: a session has ended by itself. Whoever it was may come back, and finds her drafts.
const OVER: &str = "over";
/// In the tab: to whom its drafts belong, as a sign.
const WHOSE: &str = "whose";

// A browser may refuse storage (private mode, full disk): then nothing is kept, and all else works.
fn device_storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

// Emptied first when somebody else has come in on this device meanwhile, in another tab.
fn tab_storage() -> Option<Storage> {
    let storage = window().session_storage().ok().flatten()?;
    if let Some(whose) = whose(&storage)
        && is_somebody_else(&whose, device(KNOWN).as_deref())
    {
        let _ = storage.clear();
    }
    Some(storage)
}

fn whose(storage: &Storage) -> Option<String> {
    storage.get_item(WHOSE).ok().flatten()
}

fn is_somebody_else(whose: &str, known: Option<&str>) -> bool {
    known.is_some_and(|known| known != whose && known != OVER)
}

/// What tells people apart on one device, and leads to nobody: what is left of an id of 128 bits after FNV-1a in 32.
fn sign_of(who: TenantId) -> String {
    let hash =
        who.0.as_bytes().iter().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    hash.to_string()
}

/// Somebody is signed in here: this tab is hers from now on, and what anybody else has left in it goes.
pub fn come_in(who: TenantId) {
    let who = sign_of(who);
    set_device(KNOWN, Some(&who));
    // What nobody answers for goes as well: a stranger who has just joined needs her answers no more.
    if let Some(storage) = tab_storage()
        && whose(&storage).as_deref() != Some(who.as_str())
    {
        let _ = storage.clear();
        let _ = storage.set_item(WHOSE, &who);
    }
}

/// She goes, and with her what she has written; other tabs hear of it.
pub fn go_out() {
    drop_all_drafts();
    set_device(KNOWN, None);
}

/// Her session has ended: what she has written waits for her.
pub fn wait() {
    if device(KNOWN).is_some() {
        set_device(KNOWN, Some(OVER));
    }
}

/// Whether somebody was signed in here at the last visit, and her session may still hold.
pub fn is_known() -> bool {
    device(KNOWN).is_some_and(|known| known != OVER)
}

/// Another tab has changed the name `key` of the device (all of them without one). Tells whether `who`, who is in here, is out because of
/// it: she has gone, or somebody else has come. What she has written goes then.
pub fn is_out(key: Option<&str>, who: Option<TenantId>) -> bool {
    if key.is_some_and(|key| key != KNOWN) {
        return false;
    }
    let Some(storage) = tab_storage() else { return false };
    let Some(who) = who.map(sign_of).or_else(|| whose(&storage)) else { return false };
    let out = match device(KNOWN) {
        None => true,
        Some(known) => is_somebody_else(&who, Some(&known)),
    };
    if out {
        let _ = storage.clear();
    }
    out
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

/// Keeps a draft of whoever this tab belongs to until the tab is closed; once she is gone, nothing is kept of her any more.
///
/// A draft which the browser has no room for leaves none: not the one before either.
pub fn keep_draft(name: &str, draft: &impl Serialize) {
    if let Some(storage) = tab_storage()
        && whose(&storage).is_some()
    {
        keep(&storage, name, draft);
    }
}

/// Keeps a draft of somebody whom nobody knows yet.
pub fn keep_of_stranger(name: &str, draft: &impl Serialize) {
    if let Some(storage) = tab_storage() {
        keep(&storage, name, draft);
    }
}

fn keep(storage: &Storage, name: &str, draft: &impl Serialize) {
    let _ = storage.remove_item(name);
    if let Ok(text) = serde_json::to_string(draft) {
        let _ = storage.set_item(name, &text);
    }
}

/// Forgets a draft.
pub fn drop_draft(name: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.remove_item(name);
    }
}

/// Another person may use this device next.
fn drop_all_drafts() {
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

#[cfg(test)]
mod tests {
    use super::{OVER, is_somebody_else};

    #[test]
    fn drafts_wait_for_whoever_wrote_them_and_for_nobody_else() {
        assert!(!is_somebody_else("zoe", Some("zoe")));
        assert!(!is_somebody_else("zoe", Some(OVER)), "her session has ended, she may come back");
        assert!(!is_somebody_else("zoe", None), "this browser keeps nothing of the device");
        assert!(is_somebody_else("zoe", Some("awa")));
    }
}
