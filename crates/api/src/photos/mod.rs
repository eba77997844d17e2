//! Photos: what people send is made safe, sealed, and put into a folder or a bucket.
//!
//! Owns the pictures, their keys until a row keeps them, and the place where they lie. Knows nothing of rows, of requests, or of what a
//! photo belongs to: whoever keeps the row decides who sees it, and erases it by deleting the row.

mod bare;
mod error;
mod place;
mod prepare;
mod queue;
mod seal;
mod sweep;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::join;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use uuid::Uuid;

pub use error::{PhotoError, StorageError};
pub use place::Place;
pub use prepare::{Picture, Prepared, prepare};
pub use seal::Key;

use queue::Queue;

/// How many bytes of a photo are taken.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// In which size a photo is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Size {
    /// On a page of its own.
    Large,
    /// In a list.
    Small,
}

impl Size {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Large, Self::Small];

    /// What it is called where it lies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Large => "large",
            Self::Small => "small",
        }
    }

    /// How many pixels its longest side has at most.
    #[must_use]
    pub const fn longest_side(self) -> u32 {
        match self {
            Self::Large => 1280,
            Self::Small => 480,
        }
    }
}

/// The photos of all neighbours.
pub struct Photos {
    objects: Arc<dyn ObjectStore>,
    /// The folder, where they lie in one.
    folder: Option<PathBuf>,
    queue: Queue,
}

impl std::fmt::Debug for Photos {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Photos(…)")
    }
}

impl Photos {
    /// Opens the place where photos lie; a folder is made.
    ///
    /// # Errors
    /// When the folder cannot be made, or what the environment says of the bucket cannot be used.
    pub fn open(place: &Place) -> Result<Self, StorageError> {
        let (objects, folder) = place.open()?;
        Ok(Self { objects, folder, queue: Queue::default() })
    }

    /// As [`prepare`], when it is its turn: two at once, a few more wait.
    ///
    /// # Errors
    /// Why it is not taken; `Busy` when too many wait.
    pub async fn prepare(&self, bytes: impl AsRef<[u8]> + Send + 'static) -> Result<Prepared, PhotoError> {
        self.queue.turn(move || prepare(bytes.as_ref())).await
    }

    /// Seals a photo and puts it away, for good before this ends: then its row may be written. An id serves once.
    ///
    /// # Errors
    /// When the place cannot be used; nothing of the photo stays, as far as it can be helped.
    pub async fn put(&self, id: Uuid, photo: &Prepared) -> Result<Key, StorageError> {
        let key = Key::draw();
        let put = async |size: Size| {
            let sealed = key.seal(id, size, &photo.picture(size).jpeg)?;
            self.objects.put(&name(id, size), PutPayload::from(sealed)).await?;
            Ok::<_, StorageError>(())
        };
        // Both to their end: one that still writes would come back after it was deleted.
        let (large, small) = join(put(Size::Large), put(Size::Small)).await;
        match large.and(small) {
            Ok(()) => Ok(key),
            Err(error) => {
                // What stays is found by a sweep.
                let _ = self.delete(id).await;
                Err(error)
            }
        }
    }

    /// A picture, as JPEG; none when there is no such photo.
    ///
    /// # Errors
    /// When the place cannot be used, or what lies there was not put there with this key.
    pub async fn get(&self, id: Uuid, size: Size, key: &Key) -> Result<Option<Vec<u8>>, StorageError> {
        let found = match self.objects.get(&name(id, size)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // Ours are small: something else must not fill the memory.
        if found.meta.size > MOST_BYTES as u64 {
            return Err(StorageError::Damaged);
        }
        key.open(id, size, &found.bytes().await?).map(Some)
    }

    /// Deletes a photo, in both sizes, and what an interrupted `put` may have left of it. It may be gone already.
    ///
    /// # Errors
    /// When the place cannot be used.
    pub async fn delete(&self, id: Uuid) -> Result<(), StorageError> {
        if let Some(folder) = &self.folder {
            let folder = folder.join(id.to_string());
            return match blocking(move || std::fs::remove_dir_all(folder)).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
                _ => Ok(()),
            };
        }
        for size in Size::ALL {
            match self.objects.delete(&name(id, size)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Waits for the disk on a thread that may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)?
}

fn name(id: Uuid, size: Size) -> Path {
    Path::from_iter([id.to_string().as_str(), size.name()])
}
