//! Who has left, kept beside the database: so that a backup of last week, once restored, forgets them again.
//!
//! A tombstone is a random number that stood with a person's row and with nothing else. Once the row is gone it leads to nobody.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::SecondsFormat;
use domain::Timestamp;
use uuid::Uuid;

/// The file `ledger` in the data folder: one line for each tombstone, `<uuid> <moment>`. It only ever grows.
#[derive(Debug, Clone)]
pub struct Ledger {
    path: PathBuf,
}

impl Ledger {
    /// Opens the ledger of a data folder, or makes it (mode 0600).
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn open(data: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(data)?;
        let ledger = Self { path: data.join("ledger") };
        ledger.file()?.sync_all()?;
        File::open(data)?.sync_all()?;
        Ok(ledger)
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn file(&self) -> std::io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }

    /// Writes down that somebody leaves; once, however often it is said. When it returns, the line is on the disk.
    ///
    /// # Errors
    /// When the file cannot be written, or is damaged.
    pub fn append(&self, tombstone: Uuid, at: Timestamp) -> std::io::Result<()> {
        self.merge([(tombstone, at)]).map(drop)
    }

    /// All that is written down, oldest first. A last line that was cut off in the middle is not there.
    ///
    /// # Errors
    /// When the file cannot be read, or a whole line of it is damaged: nobody is passed over in silence.
    pub fn all(&self) -> std::io::Result<Vec<(Uuid, Timestamp)>> {
        let mut file = self.file()?;
        file.lock_shared()?;
        self.read(&mut file).map(|(lines, _)| lines)
    }

    /// Writes down those of `others` that are missing, and says how many.
    ///
    /// # Errors
    /// When the file cannot be written, or is damaged.
    pub fn merge(&self, others: impl IntoIterator<Item = (Uuid, Timestamp)>) -> std::io::Result<usize> {
        let mut file = self.file()?;
        // Servers and commands on one folder write one after the other.
        file.lock()?;
        let (lines, whole) = self.read(&mut file)?;
        let mut known: HashSet<Uuid> = lines.into_iter().map(|(tombstone, _)| tombstone).collect();
        let (mut text, mut added) = (String::new(), 0);
        for (tombstone, at) in others {
            if known.insert(tombstone) {
                text += &format!("{tombstone} {}\n", at.to_rfc3339_opts(SecondsFormat::Millis, true));
                added += 1;
            }
        }
        if added > 0 {
            file.set_len(whole)?;
            file.seek(SeekFrom::Start(whole))?;
            file.write_all(text.as_bytes())?;
        }
        // Also when nothing was added: the line may have been written by somebody who was stopped before this.
        file.sync_all()?;
        Ok(added)
    }

    /// The lines, and how long the file is without what was cut off.
    fn read(&self, file: &mut File) -> std::io::Result<(Vec<(Uuid, Timestamp)>, u64)> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let text = String::from_utf8_lossy(&bytes[..whole]);
        let lines: Result<Vec<_>, usize> = text.lines().enumerate().map(|(n, line)| parse(line).ok_or(n + 1)).collect();
        let damaged = |n| format!("{}: line {n} is damaged", self.path.display());
        let lines = lines.map_err(|n| std::io::Error::new(std::io::ErrorKind::InvalidData, damaged(n)))?;
        Ok((lines, whole as u64))
    }
}

fn parse(line: &str) -> Option<(Uuid, Timestamp)> {
    let (tombstone, at) = line.trim_end().split_once(' ')?;
    Some((tombstone.parse().ok()?, at.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own under the system's one for such things, gone at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("toit-ledger-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn line(n: u128) -> (Uuid, Timestamp) {
        (Uuid::from_u128(n), "2026-11-24T10:00:00.250Z".parse().unwrap())
    }

    #[test]
    fn a_tombstone_is_written_once_and_read_by_the_next_program() {
        let folder = Folder::new("once");
        let ledger = Ledger::open(&folder.0).unwrap();
        assert_eq!(ledger.all().unwrap(), []);
        ledger.append(line(1).0, line(1).1).unwrap();
        ledger.append(line(1).0, line(1).1).unwrap();
        assert_eq!(ledger.merge([line(2), line(1), line(2)]).unwrap(), 1);
        assert_eq!(Ledger::open(&folder.0).unwrap().all().unwrap(), [line(1), line(2)]);
        let text = std::fs::read_to_string(ledger.path()).unwrap();
        assert!(text.starts_with("00000000-0000-0000-0000-000000000001 2026-11-24T10:00:00.250Z\n"), "{text}");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_on_the_machine_reads_the_ledger() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new("mode");
        let ledger = Ledger::open(&folder.0).unwrap();
        assert_eq!(std::fs::metadata(ledger.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_last_line_that_was_cut_off_anywhere_is_left_out_and_written_over() {
        let folder = Folder::new("torn");
        let ledger = Ledger::open(&folder.0).unwrap();
        ledger.merge([line(1), line(2)]).unwrap();
        let whole = std::fs::read(ledger.path()).unwrap();
        for cut in whole.len() / 2..whole.len() {
            std::fs::write(ledger.path(), &whole[..cut]).unwrap();
            assert_eq!(ledger.all().unwrap(), [line(1)], "cut at {cut}");
            ledger.append(line(3).0, line(3).1).unwrap();
            assert_eq!(ledger.all().unwrap(), [line(1), line(3)], "cut at {cut}");
        }
        // As a machine leaves a file that lost its power: longer, and nothing in it.
        std::fs::write(ledger.path(), [&whole[..], &[0; 500]].concat()).unwrap();
        ledger.append(line(3).0, line(3).1).unwrap();
        assert_eq!(ledger.all().unwrap(), [line(1), line(2), line(3)]);
        ledger.append(line(4).0, line(4).1).unwrap();
        assert_eq!(std::fs::read(ledger.path()).unwrap().len(), 2 * whole.len(), "nothing else is in the file");
    }

    #[test]
    fn a_damaged_line_in_the_middle_is_not_passed_over() {
        let folder = Folder::new("damaged");
        let ledger = Ledger::open(&folder.0).unwrap();
        ledger.merge([line(1), line(2)]).unwrap();
        let text = std::fs::read_to_string(ledger.path()).unwrap();
        std::fs::write(ledger.path(), text.replacen('-', "?", 1)).unwrap();
        assert_eq!(ledger.all().unwrap_err().kind(), std::io::ErrorKind::InvalidData);
    }
}
