//! The roll: households with seats, without a name.

use std::collections::{HashMap, HashSet};

use domain::Timestamp;
use domain::id::{HouseholdId, OfficeId, ResidenceId};
use domain::office::Household;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Db, StoreError, Tx, entity::households, number};

/// A household with the end of its lease, if it has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollEntry {
    /// The household.
    pub household: Household,
    /// When its lease ended.
    pub ended_at: Option<Timestamp>,
}

fn from_row(row: households::Model) -> Result<RollEntry, StoreError> {
    Ok(RollEntry {
        household: Household {
            id: HouseholdId(row.id),
            office: OfficeId(row.office_id),
            residence: ResidenceId(row.residence_id),
            reference: row.reference,
            seats: number(row.seats)?,
            seats_taken: number(row.seats_taken)?,
            letter_box: row.letter_box.map(number).transpose()?,
        },
        ended_at: row.ended_at.map(super::time),
    })
}

fn to_row(entry: &RollEntry) -> households::ActiveModel {
    let h = &entry.household;
    households::ActiveModel {
        id: Set(h.id.0),
        office_id: Set(h.office.0),
        residence_id: Set(h.residence.0),
        reference: Set(h.reference.clone()),
        seats: Set(i32::from(h.seats)),
        seats_taken: Set(i32::from(h.seats_taken)),
        letter_box: Set(h.letter_box.map(|n| i32::try_from(n).unwrap_or(i32::MAX))),
        ended_at: Set(entry.ended_at.map(|t| t.timestamp_millis())),
    }
}

/// How many rows one query reads: a row that is just read takes many times the room of an entry.
const BATCH: u64 = 5_000;

/// The whole roll of an office, by reference.
///
/// # Errors
/// When the database does not answer.
pub async fn roll(db: &impl Db, office: OfficeId) -> Result<HashMap<String, RollEntry>, StoreError> {
    let mut roll = HashMap::new();
    let mut after = Uuid::nil();
    loop {
        let rows = households::Entity::find()
            .filter(households::Column::OfficeId.eq(office.0))
            .filter(households::Column::Id.gt(after))
            .order_by_asc(households::Column::Id)
            .limit(BATCH)
            .all(db.conn())
            .await?;
        let Some(last) = rows.last() else { return Ok(roll) };
        after = last.id;
        for row in rows {
            let entry = from_row(row)?;
            roll.insert(entry.household.reference.clone(), entry);
        }
    }
}

/// The references of all households of an office.
///
/// # Errors
/// When the database does not answer.
pub async fn references(db: &impl Db, office: OfficeId) -> Result<HashSet<String>, StoreError> {
    let mut references = HashSet::new();
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, String)> = households::Entity::find()
            .select_only()
            .columns([households::Column::Id, households::Column::Reference])
            .filter(households::Column::OfficeId.eq(office.0))
            .filter(households::Column::Id.gt(after))
            .order_by_asc(households::Column::Id)
            .limit(BATCH)
            .into_tuple()
            .all(db.conn())
            .await?;
        let Some(last) = rows.last() else { return Ok(references) };
        after = last.0;
        references.extend(rows.into_iter().map(|r| r.1));
    }
}

/// One household.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Db, id: HouseholdId) -> Result<Option<RollEntry>, StoreError> {
    households::Entity::find_by_id(id.0).one(db.conn()).await?.map(from_row).transpose()
}

/// Adds households.
///
/// # Errors
/// `Taken` when a reference exists.
pub async fn insert(tx: &Tx, new: &[RollEntry]) -> Result<(), StoreError> {
    for part in new.chunks(1_000) {
        households::Entity::insert_many(part.iter().map(to_row)).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Changes what the office may change: residence, seats, order, end.
///
/// # Errors
/// When the database does not answer.
pub async fn update(tx: &Tx, changed: &[RollEntry]) -> Result<(), StoreError> {
    for entry in changed {
        let mut row = to_row(entry);
        // Seats are taken by people, never by an upload.
        row.seats_taken = sea_orm::ActiveValue::NotSet;
        row.update(tx.conn()).await?;
    }
    Ok(())
}

/// Takes one seat, unless all are taken or the lease has ended.
///
/// # Errors
/// `Stale` when there is none left.
pub async fn take_seat(tx: &Tx, id: HouseholdId, now: Timestamp) -> Result<(), StoreError> {
    use households::Column;
    let taken = households::Entity::update_many()
        .col_expr(Column::SeatsTaken, Expr::col(Column::SeatsTaken).add(1))
        .filter(Column::Id.eq(id.0))
        .filter(Expr::col(Column::SeatsTaken).lt(Expr::col(Column::Seats)))
        .filter(Column::EndedAt.is_null().or(Column::EndedAt.gt(now.timestamp_millis())))
        .exec(tx.conn())
        .await?;
    if taken.rows_affected == 1 { Ok(()) } else { Err(StoreError::Stale) }
}
