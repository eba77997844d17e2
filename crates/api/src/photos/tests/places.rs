//! Photos in their place: put, found, deleted, swept.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use domain::Timestamp;
use futures_util::StreamExt;
use object_store::memory::InMemory;
use object_store::{ObjectMeta, ObjectStoreExt, PutPayload};
use uuid::Uuid;

use super::files::{jpeg, quarters};
use crate::clock::Clock;
use crate::photos::queue::Queue;
use crate::photos::sweep::Listing;
use crate::photos::{Key, Photos, Place, Prepared, Size, StorageError, name, prepare};

/// A folder that goes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("toit-photos-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }

    fn open(&self) -> Photos {
        Photos::open(&Place::Folder(self.0.clone())).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A bucket, as far as this program can tell.
fn bucket() -> Photos {
    Photos { objects: Arc::new(InMemory::new()), folder: None, queue: Queue::default() }
}

fn clock() -> Clock {
    Clock::by_hand("2026-11-24T10:00:00Z".parse().unwrap())
}

fn photo() -> Prepared {
    prepare(&jpeg(&quarters(600, 300))).unwrap()
}

async fn get(photos: &Photos, id: Uuid, key: &Key) -> [Option<Vec<u8>>; 2] {
    [photos.get(id, Size::Large, key).await.unwrap(), photos.get(id, Size::Small, key).await.unwrap()]
}

#[tokio::test]
async fn a_photo_is_found_in_both_sizes_until_it_is_deleted() {
    let folder = Folder::new("found");
    for photos in [folder.open(), bucket()] {
        let (id, photo) = (clock().id(), photo());
        let key = photos.put(id, &photo).await.unwrap();
        let kept = Key::from_bytes(key.as_bytes()).unwrap();
        assert_eq!(get(&photos, id, &kept).await, [Some(photo.large.jpeg), Some(photo.small.jpeg)]);
        for _ in 0..2 {
            photos.delete(id).await.unwrap();
            assert_eq!(get(&photos, id, &key).await, [None, None]);
        }
    }
    assert!(folder.names().is_empty());
}

#[tokio::test]
async fn what_lies_in_the_folder_shows_nothing_of_the_photo() {
    let folder = Folder::new("sealed");
    let photos = folder.open();
    let (clock, photo) = (clock(), photo());
    let mut found = Vec::new();
    for _ in 0..2 {
        let id = clock.id();
        let key = photos.put(id, &photo).await.unwrap();
        for size in Size::ALL {
            let sealed = std::fs::read(folder.0.join(id.to_string()).join(size.name())).unwrap();
            assert_eq!(sealed.len(), photo.picture(size).jpeg.len() + 16);
            for piece in [b"JFIF".as_slice(), &photo.picture(size).jpeg[400..408], key.as_bytes()] {
                assert!(!sealed.windows(piece.len()).any(|w| w == piece), "{piece:?}");
            }
            found.push(sealed);
        }
    }
    assert_eq!(found.iter().collect::<HashSet<_>>().len(), 4, "the same photo looks different each time");
}

#[tokio::test]
async fn without_its_own_key_and_place_a_photo_does_not_open() {
    let folder = Folder::new("bound");
    let photos = folder.open();
    let (clock, photo) = (clock(), photo());
    let (id, other) = (clock.id(), clock.id());
    let (key, other_key) = (photos.put(id, &photo).await.unwrap(), photos.put(other, &photo).await.unwrap());
    let damaged = async |id, size, key| {
        let found = photos.get(id, size, key).await;
        assert!(matches!(found, Err(StorageError::Damaged)), "{found:?}");
    };
    damaged(id, Size::Large, &other_key).await;
    let path = |id: Uuid, size: Size| folder.0.join(id.to_string()).join(size.name());
    let sealed = std::fs::read(path(id, Size::Large)).unwrap();
    std::fs::write(path(id, Size::Small), &sealed).unwrap();
    damaged(id, Size::Small, &key).await;
    std::fs::write(path(other, Size::Large), &sealed).unwrap();
    damaged(other, Size::Large, &key).await;
    for changed in [&sealed[..sealed.len() - 1], &[], &[sealed.as_slice(), &[0]].concat()] {
        std::fs::write(path(id, Size::Large), changed).unwrap();
        damaged(id, Size::Large, &key).await;
    }
    for at in [0, 500, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        std::fs::write(path(id, Size::Large), changed).unwrap();
        damaged(id, Size::Large, &key).await;
    }
    assert!(Key::from_bytes(&key.as_bytes()[1..]).is_none());
    assert_eq!(format!("{key:?} {photos:?}"), "Key(…) Photos(…)");
}

#[tokio::test]
async fn a_full_folder_keeps_no_half_of_a_photo() {
    let folder = Folder::new("half");
    let photos = folder.open();
    let id = clock().id();
    // Where the small one would stand, a folder stands.
    std::fs::create_dir_all(folder.0.join(id.to_string()).join("small")).unwrap();
    assert!(photos.put(id, &photo()).await.is_err());
    assert!(folder.names().is_empty());
}

#[cfg(unix)]
#[test]
fn the_folder_is_made_for_its_owner_alone() {
    let folder = Folder::new("private");
    folder.open();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&folder.0).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o700);
}

/// Sweeps; says how many were deleted, and which ids were asked for.
async fn sweep(photos: &Photos, now: Timestamp, rows: &[Uuid]) -> (u64, Vec<Uuid>) {
    let asked = Mutex::new(Vec::new());
    let deleted = photos
        .sweep(now, async |ids: Vec<Uuid>| {
            assert!((1..=500).contains(&ids.len()));
            asked.lock().unwrap().extend(ids.clone());
            Ok::<_, StorageError>(ids.into_iter().filter(|id| rows.contains(id)).collect())
        })
        .await
        .unwrap();
    let mut asked = asked.into_inner().unwrap();
    asked.sort();
    (deleted, asked)
}

#[tokio::test]
async fn a_photo_without_a_row_is_swept_when_it_is_older_than_any_backup() {
    let folder = Folder::new("swept");
    for photos in [folder.open(), bucket()] {
        let (clock, photo) = (clock(), photo());
        let (known, orphan) = (clock.id(), clock.id());
        let (key, orphans_key) = (photos.put(known, &photo).await.unwrap(), photos.put(orphan, &photo).await.unwrap());
        clock.advance(TimeDelta::days(33) - TimeDelta::milliseconds(1));
        assert_eq!(sweep(&photos, clock.now(), &[known]).await, (0, vec![]));
        clock.advance(TimeDelta::milliseconds(1));
        assert_eq!(sweep(&photos, clock.now(), &[known]).await, (1, vec![known, orphan]));
        assert!(get(&photos, known, &key).await.iter().all(Option::is_some));
        assert_eq!(get(&photos, orphan, &orphans_key).await, [None, None]);
    }
}

#[tokio::test]
async fn what_an_interrupted_write_has_left_is_swept_too() {
    let folder = Folder::new("left");
    let photos = folder.open();
    let clock = clock();
    let interrupted = clock.id();
    let left = folder.0.join(interrupted.to_string());
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("large#1"), b"half of a photo").unwrap();
    std::fs::create_dir_all(folder.0.join(clock.id().to_string())).unwrap();
    clock.advance(TimeDelta::days(33));
    assert_eq!(sweep(&photos, clock.now(), &[]).await.0, 2);
    assert!(folder.names().is_empty());
}

#[tokio::test]
async fn what_is_not_ours_is_left_alone() {
    let folder = Folder::new("others");
    let photos = folder.open();
    let clock = clock();
    let id = clock.id();
    let not_v7 = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    for name in ["lost+found", not_v7, &id.simple().to_string(), &id.to_string().to_uppercase()] {
        std::fs::create_dir_all(folder.0.join(name)).unwrap();
    }
    std::fs::write(folder.0.join(clock.id().to_string()), b"a file").unwrap();
    let before = folder.names();
    clock.advance(TimeDelta::days(400));
    assert_eq!(sweep(&photos, clock.now(), &[]).await, (0, vec![]));
    assert_eq!(folder.names(), before);
}

#[tokio::test]
async fn many_photos_are_swept_in_batches() {
    let folder = Folder::new("many");
    let photos = folder.open();
    let clock = clock();
    let ids: Vec<Uuid> = (0..1201).map(|_| clock.id()).collect();
    for id in &ids {
        std::fs::create_dir_all(folder.0.join(id.to_string())).unwrap();
    }
    clock.advance(TimeDelta::days(34));
    let (deleted, asked) = sweep(&photos, clock.now(), &ids[..1]).await;
    assert_eq!((deleted, asked.iter().collect::<HashSet<_>>()), (1200, ids.iter().collect()));
    assert_eq!(folder.names(), [ids[0].to_string()]);
}

#[tokio::test]
async fn a_photo_between_two_batches_is_swept_once() {
    let (photos, clock) = (bucket(), clock());
    for _ in 0..501 {
        let id = clock.id();
        for size in Size::ALL {
            photos.objects.put(&name(id, size), PutPayload::from_static(b"sealed")).await.unwrap();
        }
    }
    clock.advance(TimeDelta::days(33));
    assert_eq!(sweep(&photos, clock.now(), &[]).await.0, 501);
    assert_eq!(sweep(&photos, clock.now(), &[]).await.0, 0);
}

#[tokio::test]
async fn a_list_that_has_ended_is_not_asked_again() {
    for photos in [0, 1, 499, 500, 501, 1000] {
        let clock = clock();
        let ids: Vec<Uuid> = (0..photos).map(|_| clock.id()).collect();
        let objects = ids.iter().flat_map(|id| Size::ALL.map(|size| name(*id, size))).collect::<Vec<_>>();
        // One that panics when it is asked once more, as those of buckets do.
        let objects = futures_util::stream::unfold(objects.into_iter(), async |mut rest| {
            let location = rest.next()?;
            let object =
                ObjectMeta { location, last_modified: Default::default(), size: 1, e_tag: None, version: None };
            Some((Ok(object), rest))
        });
        let (mut listing, mut found) = (Some(Listing::Bucket(objects.boxed())), Vec::new());
        while let Some(rest) = listing {
            let (names, rest) = rest.next().await.unwrap();
            found.extend(names);
            listing = rest;
        }
        found.dedup();
        assert_eq!(found, ids.iter().map(Uuid::to_string).collect::<Vec<_>>());
    }
}

#[test]
fn a_setting_names_a_folder_or_a_bucket() {
    let data = Path::new("var");
    let place = |setting| Place::from_setting(setting, data);
    assert_eq!(place(None), Place::Folder("var/photos".into()));
    assert_eq!(place(Some("")), Place::Folder("var/photos".into()));
    assert_eq!(place(Some("/srv/photos")), Place::Folder("/srv/photos".into()));
    assert_eq!(place(Some("s3://photos/toit")), Place::Bucket("s3://photos/toit".into()));
    for unknown in ["ftp://photos", "https://photos.example"] {
        let opened = Photos::open(&place(Some(unknown)));
        assert!(matches!(opened, Err(StorageError::Unknown(..))), "{opened:?}");
    }
}
