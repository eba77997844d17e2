//! Calendars that can be subscribed to: each found by the hash of its secret alone.

use domain::Timestamp;
use domain::calendar::CalendarKind;
use domain::id::TenantId;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::feeds::{ActiveModel, Column, Entity, Model};
use super::{Db, StoreError, Tx, number, time, word};

/// A calendar with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feed {
    /// What stands for its secret.
    pub hash: [u8; 32],
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub kind: CalendarKind,
    /// How many addresses it has had.
    pub generation: u32,
    /// Since when it has this one.
    pub created_at: Timestamp,
}

fn from_row(row: Model) -> Result<Feed, StoreError> {
    Ok(Feed {
        hash: row.hash.try_into().map_err(|_| StoreError::Broken("a hash of another length".to_owned()))?,
        tenant: TenantId(row.tenant_id),
        kind: word(CalendarKind::from_word(&row.kind), &row.kind)?,
        generation: number(row.generation)?,
        created_at: time(row.created_at),
    })
}

/// The calendars of somebody.
///
/// # Errors
/// When the database does not answer.
pub async fn of_person(db: &impl Db, who: TenantId) -> Result<Vec<Feed>, StoreError> {
    let rows = Entity::find().filter(Column::TenantId.eq(who.0)).order_by_asc(Column::Kind).all(db.conn()).await?;
    rows.into_iter().map(from_row).collect()
}

/// The calendar with this secret.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Db, hash: &[u8; 32]) -> Result<Option<Feed>, StoreError> {
    Entity::find_by_id(hash.to_vec()).one(db.conn()).await?.map(from_row).transpose()
}

/// Closes a calendar: its address leads nowhere any more.
///
/// # Errors
/// When the database does not answer.
pub async fn close(tx: &Tx, who: TenantId, kind: CalendarKind) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::TenantId.eq(who.0))
        .filter(Column::Kind.eq(kind.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Opens a calendar; the address before leads nowhere any more.
///
/// # Errors
/// `Taken` when it was opened at the same moment, `Stale` when she is gone.
pub async fn open(tx: &Tx, feed: &Feed) -> Result<(), StoreError> {
    close(tx, feed.tenant, feed.kind).await?;
    let row = ActiveModel {
        hash: Set(feed.hash.to_vec()),
        tenant_id: Set(feed.tenant.0),
        kind: Set(feed.kind.as_str().to_owned()),
        generation: Set(i32::try_from(feed.generation).unwrap_or(i32::MAX)),
        created_at: Set(feed.created_at.timestamp_millis()),
    };
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}
