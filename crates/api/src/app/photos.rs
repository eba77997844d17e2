//! Photos of notices: taken, shown, taken off. A photo is there as long as its row, which holds the key that opens it.

use std::collections::HashSet;
use std::time::Duration;

use domain::id::{NoticeId, PhotoId};
use domain::notice::{NoticeAction, NoticeView, PhotoSize, PhotoView};
use domain::problem::{Problem, ProblemCode};
use uuid::Uuid;

use super::barters::TRIES;
use super::export::Archive;
use super::limits::Limit;
use super::{App, AppError, notices};
use crate::photos::{Key, PhotoError, Size, StorageError};
use crate::store::{self, StoreError, Viewer};

/// In how many seconds a photo may be sent again when too many wait, or when its place is gone for a moment.
const AGAIN_SECONDS: u32 = 5;
/// How long it is waited for a picture to be deleted.
const DELETED_WITHIN: Duration = Duration::from_secs(2);

fn unavailable() -> AppError {
    Problem { retry_after: Some(AGAIN_SECONDS), ..Problem::new(ProblemCode::Unavailable) }.into()
}

impl From<PhotoError> for AppError {
    fn from(error: PhotoError) -> Self {
        match error {
            PhotoError::Heic => ProblemCode::PhotoHeic.into(),
            PhotoError::NotAPhoto | PhotoError::Broken => ProblemCode::PhotoUnreadable.into(),
            PhotoError::TooLarge => ProblemCode::BodyTooLarge.into(),
            PhotoError::TooManyPixels => ProblemCode::PhotoTooLarge.into(),
            PhotoError::Busy => unavailable(),
        }
    }
}

/// What went wrong, without the name of the photo: the log knows of nobody's things.
fn what(error: &StorageError) -> String {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return format!("{:?}", io.kind());
        }
        cause = error.source();
    }
    match error {
        StorageError::Damaged => "a photo is damaged",
        StorageError::Place(_) | StorageError::Folder(_) | StorageError::Unknown(..) => "no answer",
    }
    .to_owned()
}

impl From<StorageError> for AppError {
    fn from(error: StorageError) -> Self {
        tracing::error!(what = what(&error), "the place of the photos cannot be used");
        match error {
            StorageError::Damaged => ProblemCode::Internal.into(),
            StorageError::Place(_) | StorageError::Folder(_) | StorageError::Unknown(..) => unavailable(),
        }
    }
}

async fn seen(app: &App, viewer: &Viewer, id: NoticeId) -> Result<NoticeView, AppError> {
    Ok(app.store.notice(viewer, id).await?.ok_or(ProblemCode::NotFound)?)
}

/// Whether the viewer may put a photo to a notice now: asked before ten megabytes are read.
///
/// # Errors
/// `not_now`, `not_yours`, `not_found`, `too_many_requests`.
pub async fn may_put(app: &App, viewer: &Viewer, id: NoticeId) -> Result<(), AppError> {
    let notice = seen(app, viewer, id).await?;
    if notice.author.id != viewer.tenant {
        return Err(ProblemCode::NotYours.into());
    }
    if !notice.actions.contains(&NoticeAction::Edit) {
        return Err(ProblemCode::NotNow.into());
    }
    app.limits.take(Limit::Photo, &viewer.tenant.to_string(), app.clock.now())
}

/// Puts a photo to the viewer's own notice; it takes the place of the one before.
///
/// # Errors
/// `photo_heic`, `photo_unreadable`, `photo_too_large`, `not_now`, `not_yours`, `not_found`, `unavailable`.
pub async fn put(
    app: &App,
    viewer: &Viewer,
    id: NoticeId,
    file: impl AsRef<[u8]> + Send + 'static,
) -> Result<(), AppError> {
    let photo = app.photos.prepare(file).await?;
    let large = photo.picture(Size::Large);
    let side = |pixels: u32| u16::try_from(pixels).map_err(|_| AppError::from(ProblemCode::PhotoTooLarge));
    let view = PhotoView { id: PhotoId(app.clock.id()), width: side(large.width)?, height: side(large.height)? };
    // Picture first, row after: what is shown is there. A row that does not come leaves a picture that nobody can open.
    let key = app.photos.put(view.id.0, &photo).await?;
    match change(app, viewer, id, Some((&view, &key))).await {
        Ok(()) => Ok(()),
        Err(refused @ AppError::Problem(_)) => {
            take_off(app, Some(view.id)).await;
            Err(refused)
        }
        // The row may be there, and the answer alone be lost.
        Err(error) => Err(error),
    }
}

/// Takes the photo off the viewer's own notice.
///
/// # Errors
/// `not_now`, `not_yours`, `not_found`.
pub async fn delete(app: &App, viewer: &Viewer, id: NoticeId) -> Result<(), AppError> {
    change(app, viewer, id, None).await
}

async fn change(app: &App, viewer: &Viewer, id: NoticeId, photo: Option<(&PhotoView, &Key)>) -> Result<(), AppError> {
    for _ in 0..TRIES {
        let tx = app.store.begin().await?;
        let before = notices::own(app, &tx, viewer, id).await?;
        let after = before.clone().with_photo(photo.map(|(view, _)| view.id))?;
        match notices::keep(&tx, &before, &after).await {
            // Another one was faster: what it did stays, and so does the photo.
            Err(AppError::Problem(p)) if p.code == ProblemCode::Stale => continue,
            kept => kept?,
        }
        if let Some((view, key)) = photo {
            store::photos::insert(&tx, view, id, key.as_bytes(), app.clock.now()).await?;
        }
        tx.commit().await?;
        take_off(app, before.photo).await;
        return Ok(());
    }
    Err(ProblemCode::Stale.into())
}

/// Takes the pictures of photos whose row is gone off their place. What fails is done by a later sweep; nobody can open them any more.
pub(super) async fn take_off(app: &App, photos: impl IntoIterator<Item = PhotoId>) {
    for photo in photos {
        // A place that does not answer is not asked for each of them: somebody waits.
        let why = match tokio::time::timeout(DELETED_WITHIN, app.photos.delete(photo.0)).await {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => what(&error),
            Err(_) => "no answer in time".to_owned(),
        };
        tracing::warn!(what = why, "pictures stay until a sweep finds them");
        return;
    }
}

/// The photo of a notice that reaches the viewer.
///
/// # Errors
/// `not_found`.
pub async fn find(app: &App, viewer: &Viewer, id: NoticeId) -> Result<PhotoId, AppError> {
    Ok(seen(app, viewer, id).await?.photo.ok_or(ProblemCode::NotFound)?.id)
}

/// The picture of a photo that was found for the viewer, as JPEG.
///
/// # Errors
/// `not_found` when it is gone meanwhile, `unavailable`.
pub async fn picture(app: &App, photo: PhotoId, size: PhotoSize) -> Result<Vec<u8>, AppError> {
    let key = store::photos::key(&*app.store, photo).await?.ok_or(ProblemCode::NotFound)?;
    let key = Key::from_bytes(&key).ok_or_else(|| StoreError::Broken("a key of another length".to_owned()))?;
    let size = match size {
        PhotoSize::Small => Size::Small,
        PhotoSize::Large => Size::Large,
    };
    Ok(app.photos.get(photo.0, size, &key).await?.ok_or(ProblemCode::NotFound)?)
}

/// Adds the photos of somebody's own notices to what she takes along. One that is gone meanwhile, or damaged, stays out.
///
/// # Errors
/// `unavailable`.
pub async fn take_along(app: &App, photos: &[(NoticeId, PhotoId)], archive: &mut Archive) -> Result<(), AppError> {
    for &(notice, photo) in photos {
        match picture(app, photo, PhotoSize::Large).await {
            Ok(jpeg) => archive.add_photo(notice, &jpeg)?,
            Err(AppError::Problem(p)) if matches!(p.code, ProblemCode::NotFound | ProblemCode::Internal) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Once an hour takes pictures off that have no row: what was begun and not finished.
pub(crate) async fn sweep(app: &App) {
    if !app.pictures_swept.is_due(app.clock.now()) {
        return;
    }
    let known = async |ids: Vec<Uuid>| -> Result<Vec<Uuid>, AppError> {
        let known: HashSet<Uuid> = store::photos::known(&*app.store, &ids).await?;
        Ok(known.into_iter().collect())
    };
    if let Err(error) = app.photos.sweep(app.clock.now(), known).await {
        tracing::warn!(%error, "pictures without a row stay until the next sweep");
    }
}
