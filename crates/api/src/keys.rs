//! The server's own secrets: made at first start, readable by their owner alone, never in the repository.

use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::code::JoinCode;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Fills a buffer with random bytes of the operating system.
///
/// # Panics
/// When the operating system has none: nothing safe can be done then.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A plain hash: for tokens that are random themselves.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// What signs access tokens and hashes join codes.
#[derive(Clone)]
pub struct Keys {
    tokens: [u8; 32],
    codes: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    fn draw() -> Self {
        Self { tokens: random_bytes(), codes: random_bytes() }
    }

    fn to_text(&self) -> String {
        format!(
            "# Made at first start. Keep it: without it printed codes stop working.\ntokens={}\ncodes={}\n",
            URL_SAFE_NO_PAD.encode(self.tokens),
            URL_SAFE_NO_PAD.encode(self.codes)
        )
    }

    fn from_text(text: &str) -> Option<Self> {
        let key = |name: &str| -> Option<[u8; 32]> {
            let value = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix('='))?;
            URL_SAFE_NO_PAD.decode(value.trim()).ok()?.try_into().ok()
        };
        Some(Self { tokens: key("tokens")?, codes: key("codes")? })
    }

    /// Reads `keys` in the data folder, or makes it (mode 0600).
    ///
    /// # Errors
    /// When the folder cannot be written, or the file holds no keys.
    pub fn load_or_make(data: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(data)?;
        let path = data.join("keys");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(mut file) => {
                let keys = Self::draw();
                file.write_all(keys.to_text().as_bytes())?;
                file.sync_all()?;
                Ok(keys)
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                Self::from_text(&std::fs::read_to_string(&path)?).ok_or_else(|| {
                    std::io::Error::new(std::io::ErrorKind::InvalidData, format!("{} holds no keys", path.display()))
                })
            }
            Err(e) => Err(e),
        }
    }

    /// The secret of the access tokens (HMAC-SHA256).
    #[must_use]
    pub fn tokens(&self) -> &[u8] {
        &self.tokens
    }

    fn keyed(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.codes).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(part);
            mac.update(&[0]);
        }
        mac.finalize().into_bytes().into()
    }

    /// How a join code is stored: a keyed hash, so that the database alone opens no door.
    #[must_use]
    pub fn hash_code(&self, code: &JoinCode) -> [u8; 32] {
        self.keyed(&[b"code", code.as_str().as_bytes()])
    }

    /// What stands for a request in the table of idempotency keys.
    #[must_use]
    pub fn hash_request(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.keyed(parts)
    }
}
