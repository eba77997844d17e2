//! Photos, row by row: which picture belongs to what, and the key that opens it. The pictures themselves lie elsewhere.

use std::collections::HashSet;

use domain::Timestamp;
use domain::id::{NoticeId, PhotoId};
use domain::notice::PhotoView;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::entity::photos::{ActiveModel, Column, Entity};
use super::{Db, StoreError, Tx};

/// Keeps a photo of a notice, and its key.
///
/// # Errors
/// `Stale` when the notice is gone.
pub async fn insert(
    tx: &Tx,
    photo: &PhotoView,
    notice: NoticeId,
    key: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(photo.id.0),
        notice_id: Set(notice.0),
        key: Set(key.to_vec()),
        width: Set(i32::from(photo.width)),
        height: Set(i32::from(photo.height)),
        created_at: Set(now.timestamp_millis()),
    };
    row.insert(tx.conn()).await?;
    Ok(())
}

/// Forgets a photo and the key without which nobody can open it.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(tx: &Tx, id: PhotoId) -> Result<(), StoreError> {
    Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    Ok(())
}

/// The key of a photo that the viewer may see: whoever asks has looked at its notice.
///
/// # Errors
/// When the database does not answer.
pub async fn key(db: &impl Db, id: PhotoId) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(Entity::find_by_id(id.0).select_only().column(Column::Key).into_tuple().one(db.conn()).await?)
}

/// The photos of these notices.
pub(super) async fn of_notices(db: &impl Db, notices: &[Uuid]) -> Result<Vec<PhotoId>, StoreError> {
    let select = Entity::find().filter(Column::NoticeId.is_in(notices.iter().copied()));
    let ids: Vec<Uuid> = select.select_only().column(Column::Id).into_tuple().all(db.conn()).await?;
    Ok(ids.into_iter().map(PhotoId).collect())
}

/// Which of these photos have a row.
///
/// # Errors
/// When the database does not answer.
pub async fn known(db: &impl Db, ids: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
    let select = Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
    let found: Vec<Uuid> = select.select_only().column(Column::Id).into_tuple().all(db.conn()).await?;
    Ok(found.into_iter().collect())
}
