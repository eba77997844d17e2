//! Offices.

use domain::Timestamp;
use domain::id::OfficeId;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{Db, StoreError, Tx, entity::offices};

/// A new office.
///
/// # Errors
/// `Taken` when the short name exists.
pub async fn insert(tx: &Tx, id: OfficeId, slug: &str, name: &str, now: Timestamp) -> Result<(), StoreError> {
    let row = offices::ActiveModel {
        id: Set(id.0),
        slug: Set(slug.to_owned()),
        name: Set(name.to_owned()),
        created_at: Set(now.timestamp_millis()),
        repair_line: Set(None),
    };
    row.insert(tx.conn()).await?;
    super::atlas::touch(tx).await
}

/// Where trouble in a building is told to the office itself; none takes it back.
///
/// # Errors
/// When the database does not answer.
pub async fn set_repair_line(tx: &Tx, id: OfficeId, line: Option<&str>) -> Result<(), StoreError> {
    offices::Entity::update_many()
        .col_expr(offices::Column::RepairLine, Expr::value(line.map(str::to_owned)))
        .filter(offices::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    super::atlas::touch(tx).await
}

/// Lets one after the other do what must not be done twice at once in an office. SQLite has one writer at a time and needs no such thing.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(tx: &Tx, id: OfficeId) -> Result<(), StoreError> {
    // Not as strict as `FOR UPDATE`, so that rows which only refer to it can be written.
    offices::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(tx.conn()).await?;
    Ok(())
}

/// The office with this short name.
///
/// # Errors
/// When the database does not answer.
pub async fn by_slug(db: &impl Db, slug: &str) -> Result<Option<(OfficeId, String)>, StoreError> {
    let row = offices::Entity::find().filter(offices::Column::Slug.eq(slug)).one(db.conn()).await?;
    Ok(row.map(|o| (OfficeId(o.id), o.name)))
}

/// The short names of all offices.
///
/// # Errors
/// When the database does not answer.
pub async fn slugs(db: &impl Db) -> Result<Vec<String>, StoreError> {
    Ok(offices::Entity::find().all(db.conn()).await?.into_iter().map(|o| o.slug).collect())
}
