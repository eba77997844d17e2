//! What people bring.

use chrono::NaiveDate;
use domain::event::Event;
use domain::id::{LineId, TenantId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::super::entity::event_takings::{self, Column, Entity};
use super::super::{Db, StoreError, Tx, number};
use super::lines_of;

/// How many of a line all bring for a date, and how many of them one person does.
///
/// # Errors
/// When the database does not answer.
pub async fn taken(db: &impl Db, line: LineId, date: NaiveDate, who: TenantId) -> Result<(u32, u8), StoreError> {
    // At most as many people as are wanted: 50.
    let rows = Entity::find()
        .filter(Column::LineId.eq(line.0))
        .filter(Column::Date.eq(date.to_string()))
        .limit(1_000)
        .all(db.conn())
        .await?;
    let mut sum = (0, 0);
    for row in rows {
        let n: u8 = number(row.number)?;
        sum.0 += u32::from(n);
        if row.tenant_id == who.0 {
            sum.1 = n;
        }
    }
    Ok(sum)
}

/// Somebody brings so many of a line from now on.
///
/// # Errors
/// `Stale` when she is gone.
pub async fn put(tx: &Tx, line: LineId, date: NaiveDate, who: TenantId, count: u8) -> Result<(), StoreError> {
    if count == 0 {
        Entity::delete_by_id((line.0, date.to_string(), who.0)).exec(tx.conn()).await?;
        return Ok(());
    }
    let row = event_takings::ActiveModel {
        line_id: Set(line.0),
        date: Set(date.to_string()),
        tenant_id: Set(who.0),
        number: Set(count.into()),
    };
    let again =
        OnConflict::columns([Column::LineId, Column::Date, Column::TenantId]).update_column(Column::Number).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Somebody brings nothing to a date any more.
///
/// # Errors
/// When the database does not answer.
pub async fn give_back(tx: &Tx, event: &Event, date: NaiveDate, who: TenantId) -> Result<(), StoreError> {
    if event.lines.is_empty() {
        return Ok(());
    }
    Entity::delete_many()
        .filter(Column::LineId.is_in(lines_of(event)))
        .filter(Column::Date.eq(date.to_string()))
        .filter(Column::TenantId.eq(who.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}
