//! Backups of a SQLite database: made while writes go on, one each night, kept for as long as receipts of erasures promise.

mod nightly;
mod partial;

use std::path::{Path, PathBuf};

use domain::own_data::AccessWhat;

use super::{App, AppError};
use crate::store::accesses::{self, Access};
use crate::store::{self, StoreError, StoreKind};

pub use nightly::{Nightly, replaced_name};
pub use partial::{Partial, checksum_file, checksum_of, copy_and_sum, sync_folder};

/// Why no backup was made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is not SQLite.
    #[error("a PostgreSQL database is backed up by its own tools")]
    Postgres,
    /// Something has this name already, or another backup is being written to it.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A file.
    #[error("{file}: {1}", file = .0.display())]
    Io(PathBuf, std::io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a backup: the whole database as it is at one moment, and beside it `FILE.sha256`, in the form of `sha256sum`. The file has its
/// name only once it is whole and on the disk.
///
/// # Errors
/// When the name is taken, there is no room, or the database is not SQLite.
pub async fn make(app: &App, file: &Path) -> Result<(), BackupError> {
    if app.store.kind() == StoreKind::Postgres {
        return Err(BackupError::Postgres);
    }
    let partial = Partial::begin(file)?;
    app.store.copy_into(partial.path()).await?;
    finish(partial).await
}

/// Gives a written copy its name.
///
/// # Errors
/// When there is no room.
pub async fn finish(partial: Partial) -> Result<(), BackupError> {
    let file = partial.path().to_owned();
    // It reads the whole copy: not in the way of requests.
    let done = tokio::task::spawn_blocking(move || partial.finish()).await;
    done.map_err(|e| BackupError::Io(file, std::io::Error::other(e)))?
}

/// Writes down for every tenant to read that the office took all data out, or put old data in.
///
/// # Errors
/// When the database does not answer.
pub async fn note(app: &App, what: AccessWhat) -> Result<(), AppError> {
    let mut notes = Vec::new();
    for slug in store::offices::slugs(&*app.store).await? {
        if let Some((office, _)) = store::offices::by_slug(&*app.store, &slug).await? {
            notes.push(Access { id: app.clock.id(), office, household: None, what });
        }
    }
    let tx = app.store.begin().await?;
    accesses::note(&tx, &notes, app.clock.now()).await?;
    Ok(tx.commit().await?)
}
