//! What the office and its support did: each tenant can read what was about her household or about everybody.

use domain::Timestamp;
use domain::id::{HouseholdId, OfficeId};
use domain::own_data::{AccessView, AccessWhat};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::accesses::{ActiveModel, Column, Entity};
use super::{Db, StoreError, Tx, word};

/// One access, to be noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Its own id.
    pub id: Uuid,
    /// The office.
    pub office: OfficeId,
    /// The household it was about; everybody when absent.
    pub household: Option<HouseholdId>,
    /// What was done.
    pub what: AccessWhat,
}

/// Notes accesses.
///
/// # Errors
/// When the database does not answer.
pub async fn note(tx: &Tx, accesses: &[Access], at: Timestamp) -> Result<(), StoreError> {
    for part in accesses.chunks(1_000) {
        let rows = part.iter().map(|a| ActiveModel {
            id: Set(a.id),
            office_id: Set(a.office.0),
            household_id: Set(a.household.map(|h| h.0)),
            what: Set(a.what.as_str().to_owned()),
            at: Set(at.timestamp_millis()),
        });
        Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// What was done about a household or about everybody, newest first, at most two hundred.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    office: OfficeId,
    household: HouseholdId,
    since: Timestamp,
) -> Result<Vec<AccessView>, StoreError> {
    let about = Condition::any()
        .add(Column::HouseholdId.eq(household.0))
        .add(Condition::all().add(Column::OfficeId.eq(office.0)).add(Column::HouseholdId.is_null()));
    let rows = Entity::find()
        .filter(about)
        .filter(Column::At.gte(since.timestamp_millis()))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .limit(200)
        .all(db.conn())
        .await?;
    rows.into_iter()
        .map(|r| {
            let what = word(AccessWhat::from_word(&r.what), &r.what)?;
            Ok(AccessView { what, at: super::time(r.at), everybody: r.household_id.is_none() })
        })
        .collect()
}

/// Forgets accesses of long ago.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(tx: &Tx, before: Timestamp) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::At.lt(before.timestamp_millis())).exec(tx.conn()).await?;
    Ok(())
}
