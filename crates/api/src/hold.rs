//! Who works on a data folder: any number of servers and commands, or one restoration.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind};
use std::path::Path;

/// A hold on a data folder, as long as it lives. The system lets go of it when the program ends, however it ends.
#[derive(Debug)]
pub struct Hold {
    file: File,
}

impl Hold {
    /// With others: for servers and commands.
    ///
    /// # Errors
    /// `WouldBlock` while a restoration is under way.
    pub fn shared(data: &Path) -> std::io::Result<Self> {
        Self::take(data, File::try_lock_shared)
    }

    /// Alone: for a restoration.
    ///
    /// # Errors
    /// `WouldBlock` while a server or a command works here.
    pub fn alone(data: &Path) -> std::io::Result<Self> {
        Self::take(data, File::try_lock)
    }

    /// Lets go before the end: for a server that has stopped while something of it still lives.
    pub fn release(&self) {
        // It ends with the file at the latest.
        let _ = self.file.unlock();
    }

    fn take(data: &Path, lock: fn(&File) -> Result<(), TryLockError>) -> std::io::Result<Self> {
        std::fs::create_dir_all(data)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(data.join("serving.lock"))?;
        match lock(&file) {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(Error::new(ErrorKind::WouldBlock, "another program works here")),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
