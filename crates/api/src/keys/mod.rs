//! The server's own secrets: made at first start, readable by their owner alone, never in the repository.

mod receipts;
mod sealed;
mod secrets;

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use domain::Timestamp;
use domain::code::JoinCode;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use secrets::{CODES_KEPT, Secrets, TOKENS_KEPT};

pub use receipts::{ReceiptError, parse_key, verify_with};

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

/// What signs access tokens and receipts, hashes join codes and seals names, in all generations that still count.
pub struct Keys {
    path: PathBuf,
    read: RwLock<Read>,
}

/// The file as it was read last.
struct Read {
    /// Its text, also when it held no keys; none when it could not be read.
    text: Option<String>,
    /// What was understood last.
    secrets: Arc<Secrets>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Reads `keys` in the data folder, or makes it (mode 0600).
    ///
    /// # Errors
    /// When the folder cannot be written, or the file holds no keys.
    pub fn load_or_make(data: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(data)?;
        let _lock = lock(data)?;
        let path = data.join("keys");
        let (secrets, drawn) = match std::fs::read_to_string(&path) {
            Ok(text) => Secrets::from_text(&text).ok_or_else(|| no_keys(&path))?,
            Err(e) if e.kind() == ErrorKind::NotFound => (Secrets::draw(), true),
            Err(e) => return Err(e),
        };
        if drawn {
            write(&path, &secrets)?;
        }
        let read = Read { text: Some(std::fs::read_to_string(&path)?), secrets: Arc::new(secrets) };
        Ok(Self { path, read: RwLock::new(read) })
    }

    /// Writes new secrets for everything into the file of a data folder. Older ones stay in it as long as something that they made is
    /// out; a server that runs on this folder follows with [`Keys::refresh`].
    ///
    /// # Errors
    /// When the file cannot be read or written; it is the old or the new one then, whole.
    pub fn rotate(data: &Path, now: Timestamp) -> std::io::Result<()> {
        let _lock = lock(data)?;
        let path = data.join("keys");
        let (mut secrets, _) = Secrets::from_text(&std::fs::read_to_string(&path)?).ok_or_else(|| no_keys(&path))?;
        secrets.turn(now);
        write(&path, &secrets)
    }

    /// Reads the file again when it has changed, and says whether it had. What cannot be read is told once, and the keys from before
    /// stay.
    ///
    /// # Errors
    /// When the file is gone, or holds no keys.
    pub fn refresh(&self) -> std::io::Result<bool> {
        let found = std::fs::read_to_string(&self.path);
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        if read.text.as_ref() == found.as_ref().ok() {
            return Ok(false);
        }
        read.text = found.as_ref().ok().cloned();
        let (secrets, _) = Secrets::from_text(&found?).ok_or_else(|| no_keys(&self.path))?;
        read.secrets = Arc::new(secrets);
        Ok(true)
    }

    fn secrets(&self) -> Arc<Secrets> {
        Arc::clone(&self.read.read().unwrap_or_else(PoisonError::into_inner).secrets)
    }

    /// The secret that signs access tokens now (HMAC-SHA256).
    #[must_use]
    pub fn token_secret(&self, now: Timestamp) -> [u8; 32] {
        self.secrets().tokens.current(now)
    }

    /// The secrets of the access tokens that are believed now, newest first.
    #[must_use]
    pub fn token_secrets(&self, now: Timestamp) -> Vec<[u8; 32]> {
        self.secrets().tokens.believed(now, TOKENS_KEPT)
    }

    /// How a join code is stored: a keyed hash, so that the database alone opens no door.
    #[must_use]
    pub fn hash_code(&self, code: &JoinCode, now: Timestamp) -> [u8; 32] {
        self.hash_request(&code_parts(code), now)
    }

    /// How a join code may be stored that was printed before: newest first.
    #[must_use]
    pub fn code_hashes(&self, code: &JoinCode, now: Timestamp) -> Vec<[u8; 32]> {
        self.request_hashes(&code_parts(code), now)
    }

    /// What stands for a request in the table of idempotency keys.
    #[must_use]
    pub fn hash_request(&self, parts: &[&[u8]], now: Timestamp) -> [u8; 32] {
        keyed(&self.secrets().codes.current(now), parts)
    }

    /// What may stand for a request that came before: newest first.
    #[must_use]
    pub fn request_hashes(&self, parts: &[&[u8]], now: Timestamp) -> Vec<[u8; 32]> {
        self.secrets().codes.believed(now, CODES_KEPT).iter().map(|secret| keyed(secret, parts)).collect()
    }

    /// A receipt: the text, and a signature at its end. See [`Keys::verify_receipt`].
    #[must_use]
    pub fn sign_receipt(&self, text: &str) -> String {
        receipts::sign(&self.secrets(), text)
    }

    /// Whether a receipt was signed here, ever, and is what it was then. Line ends and blanks at the ends of lines do not count.
    ///
    /// # Errors
    /// Why it is not genuine.
    pub fn verify_receipt(&self, text: &str) -> Result<(), ReceiptError> {
        let secrets = self.secrets();
        let mut keys = secrets.older_receipts.clone();
        keys.push(secrets.receipts.verifying_key());
        verify_with(&keys, text)
    }

    /// The public keys of all receipts, as [`parse_key`] takes them: the one that signs now first.
    #[must_use]
    pub fn receipt_keys(&self) -> Vec<String> {
        let secrets = self.secrets();
        let now = secrets.receipts.verifying_key();
        [&now].into_iter().chain(secrets.older_receipts.iter().rev()).map(receipts::key_text).collect()
    }
}

fn no_keys(path: &Path) -> Error {
    Error::new(ErrorKind::InvalidData, format!("{} holds no keys that this version understands", path.display()))
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Whoever writes the file has this lock: of two servers that start at once on one folder, the second reads what the first has made.
fn lock(data: &Path) -> std::io::Result<File> {
    let file = private().truncate(false).open(data.join("keys.lock"))?;
    file.lock()?;
    Ok(file)
}

/// Writes the file beside and puts it into its place: whoever reads finds the old one or the new one, whole.
fn write(path: &Path, secrets: &Secrets) -> std::io::Result<()> {
    let partial = path.with_extension("partial");
    let mut file = private().truncate(true).open(&partial)?;
    file.write_all(secrets.to_text().as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&partial, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn code_parts(code: &JoinCode) -> [&[u8]; 2] {
    [b"code", code.as_str().as_bytes()]
}

fn keyed(secret: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
        mac.update(&[0]);
    }
    mac.finalize().into_bytes().into()
}
