//! The key of a photo, and its pictures sealed with it (AES-256-GCM-SIV, RFC 8452).

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use uuid::Uuid;

use super::Size;
use super::error::StorageError;
use crate::keys::random_bytes;

/// What opens one photo. It lives in the photo's row and nowhere else: with the row goes the photo, wherever copies of it lie.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A new one.
    pub(super) fn draw() -> Self {
        Self(random_bytes())
    }

    /// One as a row keeps it; none when it is of another length.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// How a row keeps it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A key seals each size once, so the size is all that the nonce has to tell apart.
    fn nonce(size: Size) -> Nonce {
        let mut nonce = [0; 12];
        nonce[0] = match size {
            Size::Large => 1,
            Size::Small => 2,
        };
        nonce.into()
    }

    pub(super) fn seal(&self, id: Uuid, size: Size, bytes: &[u8]) -> Result<Vec<u8>, StorageError> {
        let bound = bound(id, size);
        let payload = Payload { msg: bytes, aad: &bound };
        Aes256GcmSiv::new(&self.0.into()).encrypt(&Self::nonce(size), payload).map_err(|_| StorageError::Damaged)
    }

    pub(super) fn open(&self, id: Uuid, size: Size, sealed: &[u8]) -> Result<Vec<u8>, StorageError> {
        let bound = bound(id, size);
        let payload = Payload { msg: sealed, aad: &bound };
        Aes256GcmSiv::new(&self.0.into()).decrypt(&Self::nonce(size), payload).map_err(|_| StorageError::Damaged)
    }
}

/// What a sealed picture is: it opens nowhere else.
fn bound(id: Uuid, size: Size) -> Vec<u8> {
    [b"photo 1 ".as_slice(), id.as_bytes(), size.name().as_bytes()].concat()
}
