//! Finds photos that no row knows: a program that ended between `put` and the commit leaves such.

use std::fs::ReadDir;

use chrono::TimeDelta;
use domain::Timestamp;
use domain::leaving::BACKUP_DAYS;
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use object_store::ObjectMeta;
use uuid::Uuid;

use super::error::StorageError;
use super::{Photos, blocking};

/// How many are looked at together.
const BATCH: usize = 500;
/// How long a photo may lie without its row. Whoever puts an older backup to use, if only by mistake, must still find the photos when it
/// goes back to the newer database; a photo without its row is noise, so that waiting costs room alone.
const GRACE: TimeDelta = TimeDelta::days(BACKUP_DAYS + 3);

impl Photos {
    /// Deletes photos older than any backup that have no row, with what interrupted writes have left of them; says how many. `known` is asked
    /// which of a few hundred ids have a row. How old a photo is, its id says; what has no such name is not ours and stays.
    ///
    /// # Errors
    /// When the place cannot be used, or `known` does not answer. What was deleted by then is deleted.
    pub async fn sweep<F, E>(&self, now: Timestamp, known: impl Fn(Vec<Uuid>) -> F) -> Result<u64, E>
    where
        F: Future<Output = Result<Vec<Uuid>, E>>,
        E: From<StorageError>,
    {
        let mut listing = Some(self.listing().await?);
        let (mut deleted, mut last) = (0, None);
        while let Some(rest) = listing {
            let (names, rest) = rest.next().await?;
            listing = rest;
            // The two sizes of one photo may stand at the end of one batch and the beginning of the next.
            let old = names.iter().filter_map(|name| old_id(name, now)).filter(|id| Some(*id) != last);
            let old: Vec<Uuid> = old.collect();
            if old.is_empty() {
                continue;
            }
            last = old.last().copied();
            let known = known(old.clone()).await?;
            for id in old.into_iter().filter(|id| !known.contains(id)) {
                self.delete(id).await?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    async fn listing(&self) -> Result<Listing, StorageError> {
        let Some(folder) = self.folder.clone() else { return Ok(Listing::Bucket(self.objects.list(None))) };
        Ok(Listing::Folder(blocking(move || std::fs::read_dir(folder)).await?))
    }
}

/// The id that a name is, when it is older than the grace.
fn old_id(name: &str, now: Timestamp) -> Option<Uuid> {
    let id = Uuid::try_parse(name).ok().filter(|id| id.to_string() == name)?;
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    let made = Timestamp::from_timestamp(i64::try_from(seconds).ok()?, nanos)?;
    (made + GRACE <= now).then_some(id)
}

/// What is still to be looked at.
pub(super) enum Listing {
    /// A folder is read itself: the store would not show what an interrupted write has left.
    Folder(ReadDir),
    Bucket(BoxStream<'static, object_store::Result<ObjectMeta>>),
}

impl Listing {
    /// The next names, and what is left after them; nothing is left after the last. A list that has ended must not be asked again.
    pub async fn next(self) -> Result<(Vec<String>, Option<Self>), StorageError> {
        match self {
            Self::Folder(mut entries) => Ok(blocking(move || {
                let names = entries.by_ref().take(BATCH).map(|entry| {
                    let entry = entry?;
                    let is_folder = entry.file_type()?.is_dir();
                    Ok(entry.file_name().into_string().ok().filter(|_| is_folder))
                });
                let names: Vec<Option<String>> = names.collect::<std::io::Result<_>>()?;
                let rest = (names.len() == BATCH).then_some(Self::Folder(entries));
                Ok((names.into_iter().flatten().collect(), rest))
            })
            .await?),
            Self::Bucket(mut objects) => {
                let mut names = Vec::<String>::new();
                while let Some(object) = objects.try_next().await? {
                    let Some(name) = object.location.parts().next().map(|part| part.as_ref().to_owned()) else {
                        continue;
                    };
                    // Both sizes stand beside each other.
                    if names.last() != Some(&name) {
                        names.push(name);
                    }
                    if names.len() == BATCH {
                        return Ok((names, Some(Self::Bucket(objects))));
                    }
                }
                Ok((names, None))
            }
        }
    }
}
