//! Names that carry what they stand for, sealed: whoever is handed one reads nothing in it, and can make none.
//!
//! AES-256-GCM-SIV (RFC 8452) with one nonce for all: the same thing then has the same name, and that is all that shows.

use aes_gcm_siv::aead::{Aead, KeyInit};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;

use super::secrets::CODES_KEPT;
use super::{Keys, keyed};

/// A key of its own, two steps away from the secret: no hash of a request can ever be this key.
fn cipher(secret: &[u8; 32], purpose: &str) -> Aes256GcmSiv {
    let key = keyed(&keyed(secret, &[b"seal"]), &[purpose.as_bytes()]);
    Aes256GcmSiv::new(&key.into())
}

impl Keys {
    /// A name for these bytes, in base64url; none when there are too many of them.
    #[must_use]
    pub fn seal(&self, purpose: &str, bytes: &[u8], now: Timestamp) -> Option<String> {
        let sealed = cipher(&self.secrets().codes.current(now), purpose).encrypt(&Nonce::default(), bytes);
        Some(URL_SAFE_NO_PAD.encode(sealed.ok()?))
    }

    /// The bytes that a name stands for; none when it was not made here for this purpose.
    #[must_use]
    pub fn unseal(&self, purpose: &str, name: &str, now: Timestamp) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(name).ok()?;
        let secrets = self.secrets().codes.believed(now, CODES_KEPT);
        secrets.iter().find_map(|s| cipher(s, purpose).decrypt(&Nonce::default(), sealed.as_slice()).ok())
    }
}
