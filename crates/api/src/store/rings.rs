//! Rings that were proposed: one row for each, found by who gives which service to whom, so that one ring is proposed once at a time and
//! rests after it was refused.

use std::collections::HashSet;

use domain::Timestamp;
use domain::barter::BarterState;
use domain::id::{BarterId, TenantId};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::entity::{barter_parties, barters, rings};
use super::{Db, StoreError, Tx, value};

/// Stands for who gives which service to whom in a ring.
pub type Key = [u8; 32];

/// What is known of a ring that was proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The barter that it became.
    pub barter: BarterId,
    /// Until when it is not proposed again; none while its barter lives.
    pub rests_until: Option<Timestamp>,
}

/// A ring by its key.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Db, key: &Key) -> Result<Option<Proposed>, StoreError> {
    let row = rings::Entity::find_by_id(key.to_vec()).one(db.conn()).await?;
    Ok(row.map(|r| Proposed { barter: BarterId(r.barter_id), rests_until: r.rests_until.map(super::time) }))
}

/// Which rings of this person cannot be proposed now: those that live as a barter, and those that rest.
///
/// # Errors
/// When the database does not answer.
pub async fn not_free_with(db: &impl Db, person: TenantId, now: Timestamp) -> Result<HashSet<Key>, StoreError> {
    use rings::Column;
    let hers = Query::select()
        .column(barter_parties::Column::BarterId)
        .from(barter_parties::Entity)
        .and_where(barter_parties::Column::TenantId.eq(person.0))
        .to_owned();
    let rows: Vec<Vec<u8>> = rings::Entity::find()
        .select_only()
        .column(Column::Key)
        .filter(Column::BarterId.in_subquery(hers))
        .filter(Condition::any().add(Column::RestsUntil.is_null()).add(Column::RestsUntil.gt(now.timestamp_millis())))
        .into_tuple()
        .all(db.conn())
        .await?;
    rows.into_iter().map(|key| value(Key::try_from(key.as_slice()))).collect()
}

/// Notes that a ring has become a barter, in place of the barter that it was `before`.
///
/// # Errors
/// `Taken` or `Stale` when somebody was faster.
pub async fn keep(tx: &Tx, key: &Key, barter: BarterId, before: Option<BarterId>) -> Result<(), StoreError> {
    use rings::Column;
    let Some(before) = before else {
        let row = rings::ActiveModel { key: Set(key.to_vec()), barter_id: Set(barter.0), rests_until: Set(None) };
        rings::Entity::insert(row).exec_without_returning(tx.conn()).await?;
        return Ok(());
    };
    let kept = rings::Entity::update_many()
        .col_expr(Column::BarterId, Expr::value(barter.0))
        .col_expr(Column::RestsUntil, Expr::value(None::<i64>))
        .filter(Column::Key.eq(key.to_vec()))
        .filter(Column::BarterId.eq(before.0))
        .exec(tx.conn())
        .await?;
    if kept.rows_affected == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// The ring of this barter is not proposed again for a while.
///
/// # Errors
/// When the database does not answer.
pub async fn rest(tx: &Tx, barter: BarterId, until: Timestamp) -> Result<(), StoreError> {
    rings::Entity::update_many()
        .col_expr(rings::Column::RestsUntil, Expr::value(until.timestamp_millis()))
        .filter(rings::Column::BarterId.eq(barter.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The ring of this barter may be proposed again.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(tx: &Tx, barter: BarterId) -> Result<(), StoreError> {
    rings::Entity::delete_many().filter(rings::Column::BarterId.eq(barter.0)).exec(tx.conn()).await?;
    Ok(())
}

/// Forgets rings that have rested.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    rings::Entity::delete_many().filter(rings::Column::RestsUntil.lte(now.timestamp_millis())).exec(tx.conn()).await?;
    Ok(())
}

/// In how many rings that wait for answers somebody stands.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting_with(db: &impl Db, person: TenantId) -> Result<u64, StoreError> {
    let hers: Vec<Uuid> = barter_parties::Entity::find()
        .select_only()
        .column(barter_parties::Column::BarterId)
        .filter(barter_parties::Column::TenantId.eq(person.0))
        .filter(barter_parties::Column::Part.ne(domain::barter::BarterPart::Over.as_str()))
        .into_tuple()
        .all(db.conn())
        .await?;
    let waiting = barters::Entity::find()
        .filter(barters::Column::Id.is_in(hers.iter().copied()))
        .filter(barters::Column::State.eq(BarterState::Proposed.as_str()))
        .select_only()
        .column(barters::Column::Id)
        .into_tuple::<Uuid>()
        .all(db.conn())
        .await?;
    Ok(rings::Entity::find().filter(rings::Column::BarterId.is_in(waiting)).count(db.conn()).await?)
}
