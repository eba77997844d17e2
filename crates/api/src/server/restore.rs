//! Putting a backup to use. All is done on a copy beside the database, which takes its place in one step at the end: whenever this is
//! stopped, the old or the new database is there, whole.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use domain::own_data::AccessWhat;

use super::{StartError, open_held};
use crate::app::backups::{self, BackupError, Partial};
use crate::app::{AppError, leaving};
use crate::clock::Clock;
use crate::hold::Hold;
use crate::ledger::Ledger;
use crate::photos::Place;
use crate::store::backup::{self, Unfit};
use crate::store::sqlite_file;

/// What is restored, and where.
#[derive(Debug, Clone)]
pub struct Restore {
    /// The backup.
    pub file: PathBuf,
    /// The database whose place it takes.
    pub database: PathBuf,
    /// The folder of the server's own files.
    pub data: PathBuf,
    /// Where photos lie.
    pub photos: Place,
    /// Where backups are kept: the database from before goes there.
    pub backups: PathBuf,
    /// Whether a backup without its checksum is taken, on the word of the database alone.
    pub without_checksum: bool,
    /// Tells the time.
    pub clock: Clock,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// How many people had left since and were erased again.
    pub erased: u64,
    /// Where the database from before is; none when there was none.
    pub before: Option<PathBuf>,
    /// Whether there was a checksum to compare with.
    pub compared: bool,
}

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A server or a command works on the data folder.
    #[error("a server or a command works here")]
    InUse,
    /// There is a log beside the file: it is no backup, but a database at work.
    #[error("the file is a database at work")]
    AtWork,
    /// The checksum is missing.
    #[error("{} is missing", .0.display())]
    NoChecksum(PathBuf),
    /// The file is not what its checksum says.
    #[error("the file is not what its checksum says")]
    WrongChecksum,
    /// What stands in the file cannot be used.
    #[error("the file cannot be used: {0:?}")]
    Unfit(Unfit),
    /// A file.
    #[error("{file}: {1}", file = .0.display())]
    Io(PathBuf, std::io::Error),
    /// The copy could not be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The copy could not be brought up to date.
    #[error(transparent)]
    App(#[from] AppError),
    /// The database from before could not be kept.
    #[error("the database from before could not be kept: {0}")]
    Before(#[from] BackupError),
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> RestoreError + '_ {
    |error| RestoreError::Io(path.to_owned(), error)
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The copy on which a restoration works.
fn copy_of(database: &Path) -> PathBuf {
    beside(database, ".restoring")
}

/// Removes a file of SQLite with its log.
fn remove(database: &Path) -> std::io::Result<()> {
    for file in [database.to_owned(), beside(database, "-wal"), beside(database, "-shm"), beside(database, "-journal")]
    {
        match std::fs::remove_file(file) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Removes what a restoration that was killed has left beside a database. By whoever holds the data folder.
///
/// # Errors
/// When it cannot be removed.
fn clean_up(database: &Path) -> std::io::Result<()> {
    remove(&copy_of(database))
}

/// At every start: removes what a killed restoration has left.
pub(super) fn clean_up_at(database_url: &str) -> Result<(), StartError> {
    match sqlite_file(database_url) {
        Some(database) => clean_up(Path::new(database)).map_err(|e| StartError::Io(database.to_owned(), e)),
        None => Ok(()),
    }
}

/// Puts a backup to use: checks it, brings it up to date, erases from it again whoever has left since, and lets it take the place of the
/// database, which is kept as a backup.
///
/// # Errors
/// Why nothing was changed.
pub async fn restore(ask: &Restore) -> Result<Restored, RestoreError> {
    let hold = Hold::alone(&ask.data).map_err(|e| match e.kind() {
        ErrorKind::WouldBlock => RestoreError::InUse,
        _ => RestoreError::Io(ask.data.clone(), e),
    })?;
    let copy = copy_of(&ask.database);
    clean_up(&ask.database).map_err(io(&copy))?;
    let done = restore_by(ask, &copy, hold).await;
    if done.is_err() {
        let _ = remove(&copy);
    }
    done
}

async fn restore_by(ask: &Restore, copy: &Path, hold: Hold) -> Result<Restored, RestoreError> {
    let compared = take_copy(ask, copy)?;
    backup::inspect(copy).await.map_err(RestoreError::Unfit)?;
    remember_who_left(ask).await?;
    let (erased, _hold) = bring_up_to_date(ask, copy, hold).await?;
    let before = keep_before(ask).await?;
    swap(copy, &ask.database).map_err(io(&ask.database))?;
    Ok(Restored { erased, before, compared })
}

/// Copies the backup, and compares it with its checksum on the way; answers whether there was one.
fn take_copy(ask: &Restore, copy: &Path) -> Result<bool, RestoreError> {
    if std::fs::metadata(beside(&ask.file, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(RestoreError::AtWork);
    }
    let from = File::open(&ask.file).map_err(io(&ask.file))?;
    let told = backups::checksum_of(&ask.file).map_err(io(&backups::checksum_file(&ask.file)))?;
    if told.is_none() && !ask.without_checksum {
        return Err(RestoreError::NoChecksum(backups::checksum_file(&ask.file)));
    }
    if let Some(folder) = copy.parent() {
        std::fs::create_dir_all(folder).map_err(io(folder))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let to = options.open(copy).map_err(io(copy))?;
    let sum = backups::copy_and_sum(from, &to).map_err(|e| match e.kind() {
        ErrorKind::StorageFull => io(copy)(e),
        _ => io(&ask.file)(e),
    })?;
    match told {
        Some(told) if told != sum => Err(RestoreError::WrongChecksum),
        told => Ok(told.is_some()),
    }
}

/// The database that goes knows who has left; should the ledger be lost, this is the last moment to ask it.
async fn remember_who_left(ask: &Restore) -> Result<(), RestoreError> {
    let ledger = Ledger::open(&ask.data).map_err(io(&ask.data))?;
    if !ask.database.exists() {
        return Ok(());
    }
    match backup::tombstones_of(&ask.database).await {
        Ok(known) => ledger.merge(known).map(drop).map_err(io(ledger.path())),
        Err(error) => {
            tracing::warn!(%error, "the database that goes cannot be asked who has left: the ledger alone tells");
            Ok(())
        }
    }
}

/// Migrates the copy, erases whoever has left, notes that it was put to use, and folds its log into it.
async fn bring_up_to_date(ask: &Restore, copy: &Path, hold: Hold) -> Result<(u64, Hold), RestoreError> {
    let url = format!("sqlite://{}", copy.display());
    let app = open_held(&url, &ask.data, &ask.photos, ask.clock.clone(), hold).await?;
    let done = async {
        let erased = leaving::remember_all(&app).await?;
        backups::note(&app, AccessWhat::BackupRestored).await?;
        Ok::<u64, AppError>(erased)
    };
    let done = done.await;
    app.store.close().await;
    Ok((done?, app.hold))
}

/// Keeps the database from before among the backups. One that is damaged is kept as it is.
async fn keep_before(ask: &Restore) -> Result<Option<PathBuf>, RestoreError> {
    if !ask.database.exists() {
        return Ok(None);
    }
    let name = backups::replaced_name(&ask.backups, ask.clock.now()).map_err(io(&ask.backups))?;
    let partial = Partial::begin(&name)?;
    match backup::copy_file(&ask.database, partial.path()).await {
        Ok(()) => backups::finish(partial).await?,
        Err(error) => {
            drop(partial);
            tracing::warn!(%error, "the database from before is kept as it is");
            for ending in ["-wal", ""] {
                match std::fs::copy(beside(&ask.database, ending), beside(&name, ending)) {
                    Err(e) if ending.is_empty() || e.kind() != ErrorKind::NotFound => return Err(io(&name)(e)),
                    Ok(_) | Err(_) => {}
                }
            }
        }
    }
    Ok(Some(name))
}

/// Lets the copy take the place of the database.
fn swap(copy: &Path, database: &Path) -> std::io::Result<()> {
    File::open(copy)?.sync_all()?;
    // A log that is still here belongs to a database that could not be opened, and is kept with it. The new one must not meet it.
    for ending in ["-wal", "-shm"] {
        match std::fs::remove_file(beside(database, ending)) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
            Ok(()) | Err(_) => {}
        }
    }
    std::fs::rename(copy, database)?;
    backups::sync_folder(database)
}
