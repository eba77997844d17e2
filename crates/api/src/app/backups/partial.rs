//! A copy that is being written, under a name of its own: whoever finds a backup under its name finds it whole.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::BackupError;

/// A copy on its way. Dropped before [`Partial::finish`], nothing is left of it.
#[derive(Debug)]
pub struct Partial {
    target: PathBuf,
    path: PathBuf,
    /// Locked, so that what a killed program left behind is told from what is being written.
    _lock: File,
}

impl Partial {
    /// Begins a copy that is to become `target`.
    ///
    /// # Errors
    /// When that exists, or is being written by another program.
    pub fn begin(target: &Path) -> Result<Self, BackupError> {
        let path = with_ending(target, ".partial");
        let io = |e: std::io::Error| BackupError::Io(target.to_owned(), e);
        remove_abandoned(&path).map_err(io)?;
        let lock = match private().create_new(true).open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == ErrorKind::AlreadyExists => return Err(BackupError::Exists(path)),
            Err(e) => return Err(io(e)),
        };
        if lock.try_lock().is_err() {
            return Err(BackupError::Exists(path));
        }
        let partial = Self { target: target.to_owned(), path, _lock: lock };
        // Looked for now that nobody else can be about to give this name.
        match target.try_exists().map_err(io)? {
            true => Err(BackupError::Exists(target.to_owned())),
            false => Ok(partial),
        }
    }

    /// Where the copy is written.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the copy on the disk, its checksum beside it, and gives it its name.
    ///
    /// # Errors
    /// When there is no room.
    pub fn finish(self) -> Result<(), BackupError> {
        self.settle().map_err(|e| BackupError::Io(self.target.clone(), e))
    }

    fn settle(&self) -> std::io::Result<()> {
        let copy = File::open(&self.path)?;
        copy.set_permissions(owner_only())?;
        copy.sync_all()?;
        let name = self.target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let checksum = format!("{}  {name}\n", sum(copy)?);
        write_whole(&checksum_file(&self.target), checksum.as_bytes())?;
        std::fs::rename(&self.path, &self.target)?;
        sync_folder(&self.target)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Gone already when it has its name.
        let _ = remove_with_journal(&self.path);
    }
}

fn owner_only() -> Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o600)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes a copy that a killed program left behind; leaves one alone that is being written.
pub(super) fn remove_abandoned(path: &Path) -> std::io::Result<()> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
    };
    match file.try_lock() {
        Ok(()) => remove_with_journal(path),
        Err(_) => Ok(()),
    }
}

/// Removes a copy, and what SQLite writes beside it while it makes it and leaves there when the disk is full. The journal first: alone
/// it would be taken for that of the next copy.
fn remove_with_journal(path: &Path) -> std::io::Result<()> {
    for file in [with_ending(path, "-journal"), path.to_owned()] {
        match std::fs::remove_file(file) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn write_whole(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let partial = with_ending(file, ".partial");
    let mut out = private().create(true).truncate(true).open(&partial)?;
    let written = out.write_all(bytes).and_then(|()| out.sync_all()).and_then(|()| std::fs::rename(&partial, file));
    if written.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    written
}

/// Makes a new name in a folder last.
///
/// # Errors
/// When the folder cannot be opened.
pub fn sync_folder(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Where the checksum of a backup stands.
#[must_use]
pub fn checksum_file(backup: &Path) -> PathBuf {
    with_ending(backup, ".sha256")
}

/// The checksum that stands beside a backup; none when there is no such file.
///
/// # Errors
/// When it cannot be read, or is not in the form of `sha256sum`.
pub fn checksum_of(backup: &Path) -> std::io::Result<Option<String>> {
    match std::fs::read_to_string(checksum_file(backup)) {
        Ok(text) => match text.split_whitespace().next() {
            Some(sum) => Ok(Some(sum.to_ascii_lowercase())),
            None => Err(ErrorKind::InvalidData.into()),
        },
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// SHA-256 of all that can be read.
fn sum(from: impl Read) -> std::io::Result<String> {
    copy_and_sum(from, std::io::sink())
}

/// Copies, and answers with the SHA-256 of what was copied.
///
/// # Errors
/// When it cannot be read or written.
pub fn copy_and_sum(mut from: impl Read, mut to: impl Write) -> std::io::Result<String> {
    let (mut hasher, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match from.read(&mut piece)? {
            0 => return Ok(hasher.finalize().iter().map(|b| format!("{b:02x}")).collect()),
            n => {
                hasher.update(&piece[..n]);
                to.write_all(&piece[..n])?;
            }
        }
    }
}
