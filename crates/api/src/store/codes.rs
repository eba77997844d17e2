//! Join codes, of which only a keyed hash is kept.

use domain::Timestamp;
use domain::id::{HouseholdId, OfficeId};
use domain::own_data::CodeView;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Db, StoreError, Tx, entity};

/// A code as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCode {
    /// Its own id.
    pub id: Uuid,
    /// The household that it opens.
    pub household: HouseholdId,
    /// The keyed hash.
    pub hash: [u8; 32],
    /// When it was printed.
    pub issued_at: Timestamp,
    /// Until when it opens.
    pub expires_at: Timestamp,
    /// Whether it was taken back.
    pub revoked: bool,
}

/// The code with this hash.
///
/// # Errors
/// When the database does not answer.
pub async fn by_hash(db: &impl Db, hash: &[u8; 32]) -> Result<Option<StoredCode>, StoreError> {
    let row =
        entity::codes::Entity::find().filter(entity::codes::Column::Hash.eq(hash.to_vec())).one(db.conn()).await?;
    Ok(row.map(|c| StoredCode {
        id: c.id,
        household: HouseholdId(c.household_id),
        hash: *hash,
        issued_at: super::time(c.issued_at),
        expires_at: super::time(c.expires_at),
        revoked: c.revoked_at.is_some(),
    }))
}

/// Adds codes.
///
/// # Errors
/// `Taken` when one exists already.
pub async fn insert(tx: &Tx, codes: &[StoredCode]) -> Result<(), StoreError> {
    use entity::codes::{ActiveModel, Entity};
    for part in codes.chunks(1_000) {
        let rows = part.iter().map(|c| ActiveModel {
            id: Set(c.id),
            household_id: Set(c.household.0),
            hash: Set(c.hash.to_vec()),
            issued_at: Set(c.issued_at.timestamp_millis()),
            expires_at: Set(c.expires_at.timestamp_millis()),
            revoked_at: Set(None),
        });
        Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Takes back all codes of these households.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke(tx: &Tx, households: &[HouseholdId], now: Timestamp) -> Result<(), StoreError> {
    use entity::codes::{Column, Entity};
    for part in households.chunks(500) {
        Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(now.timestamp_millis()))
            .filter(Column::HouseholdId.is_in(part.iter().map(|h| h.0)))
            .filter(Column::RevokedAt.is_null())
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// The households of an office that hold a code which still opens.
///
/// # Errors
/// When the database does not answer.
pub async fn households_with_code(
    db: &impl Db,
    office: OfficeId,
    now: Timestamp,
) -> Result<Vec<HouseholdId>, StoreError> {
    use entity::codes::{Column, Entity};
    let of_office = Query::select()
        .column(entity::households::Column::Id)
        .from(entity::households::Entity)
        .and_where(entity::households::Column::OfficeId.eq(office.0))
        .to_owned();
    let rows = Entity::find()
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.timestamp_millis()))
        .filter(Column::HouseholdId.in_subquery(of_office))
        .all(db.conn())
        .await?;
    Ok(rows.into_iter().map(|c| HouseholdId(c.household_id)).collect())
}

/// The codes of a household, the newest first, at most a hundred.
///
/// # Errors
/// When the database does not answer.
pub async fn of_household(db: &impl Db, household: HouseholdId) -> Result<Vec<CodeView>, StoreError> {
    use entity::codes::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::HouseholdId.eq(household.0))
        .order_by_desc(Column::IssuedAt)
        .limit(100)
        .all(db.conn())
        .await?;
    let view = |c: entity::codes::Model| CodeView {
        issued_at: super::time(c.issued_at),
        expires_at: super::time(c.expires_at),
        revoked_at: c.revoked_at.map(super::time),
    };
    Ok(rows.into_iter().map(view).collect())
}
