//! A backup each night, and none that is older than receipts of erasures promise.

use std::path::{Path, PathBuf};

use chrono::{NaiveDate, TimeDelta};
use domain::Timestamp;
use domain::leaving::BACKUP_DAYS;

use super::super::App;
use super::partial::remove_abandoned;
use super::{BackupError, make};
use crate::store::StoreKind;

/// 2 h in UTC: 3 h in Paris in winter, 4 h in summer.
const HOUR: i64 = 2;
/// After a failure (the disk is full) it is tried again so much later.
const AGAIN: TimeDelta = TimeDelta::hours(1);

/// Makes the backup of each night in a folder, and removes old ones.
#[derive(Debug)]
pub struct Nightly {
    folder: PathBuf,
    failed_at: Option<Timestamp>,
    /// The day on which old ones were removed last: with the first minute of a day, so that none is a part of a day late.
    removed_on: Option<NaiveDate>,
    told: bool,
}

impl Nightly {
    /// Backups go into this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, failed_at: None, removed_on: None, told: false }
    }

    /// Removes what is too old and makes the backup of last night if it is not there; answers whether it made one. A night that was missed is made up for at the next
    /// start. After a failure it waits for an hour.
    ///
    /// # Errors
    /// When it could not be made, or an old one could not be removed.
    pub async fn run_due(&mut self, app: &App) -> Result<bool, BackupError> {
        if app.store.kind() == StoreKind::Postgres {
            if !std::mem::replace(&mut self.told, true) {
                tracing::info!("on PostgreSQL backups are the operator's: see docs/OPERATING.md");
            }
            return Ok(false);
        }
        let now = app.clock.now();
        if self.failed_at.is_some_and(|at| at <= now && now < at + AGAIN) {
            return Ok(false);
        }
        let file = self.folder.join(format!("{}.db", stem(night(now))));
        let missing = !file.exists();
        if !missing && self.removed_on == Some(now.date_naive()) {
            return Ok(false);
        }
        let made = if missing { self.make(app, &file).await } else { Ok(()) };
        // Also when there is no new one: an old one must not outlive what was promised, and its room may be what is missing.
        let removed = remove_old(&self.folder, now).map_err(|e| BackupError::Io(self.folder.clone(), e));
        self.removed_on = removed.is_ok().then(|| now.date_naive());
        let done = made.and(removed);
        self.failed_at = done.is_err().then_some(now);
        done.map(|()| missing)
    }

    async fn make(&self, app: &App, file: &Path) -> Result<(), BackupError> {
        make_folder(&self.folder).map_err(|e| BackupError::Io(self.folder.clone(), e))?;
        make(app, file).await
    }
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// The day of the last night's hour.
fn night(now: Timestamp) -> NaiveDate {
    (now - TimeDelta::hours(HOUR)).date_naive()
}

fn stem(day: NaiveDate) -> String {
    format!("toit-{}", day.format("%Y-%m-%d"))
}

/// The day that a backup's name tells, whatever stands behind it.
fn day_of(name: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(name.strip_prefix("toit-")?.get(..10)?, "%Y-%m-%d").ok()
}

/// A free name for the database that a restoration replaces: it goes with the backups of its day.
///
/// # Errors
/// When the folder cannot be made.
pub fn replaced_name(folder: &Path, now: Timestamp) -> std::io::Result<PathBuf> {
    make_folder(folder)?;
    let name = |n: u32| folder.join(format!("{}-replaced-{n}.db", stem(now.date_naive())));
    let mut n = 1;
    while name(n).exists() {
        n += 1;
    }
    Ok(name(n))
}

/// Removes the backups of 30 days ago and before, with all that belongs to them, and what killed programs left behind.
fn remove_old(folder: &Path, now: Timestamp) -> std::io::Result<()> {
    let today = now.date_naive();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Some(day) = entry.file_name().to_str().and_then(day_of) else { continue };
        if day + TimeDelta::days(BACKUP_DAYS) <= today {
            std::fs::remove_file(entry.path())?;
        } else if entry.path().extension().is_some_and(|e| e == "partial") {
            remove_abandoned(&entry.path())?;
        }
    }
    Ok(())
}
