//! What becomes of events when somebody leaves: what she has answered, what she hosts.

use chrono::NaiveDate;
use domain::event::EventState;
use domain::id::{EventId, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::super::entity::events::{Column, Entity};
use super::super::entity::{event_answers, event_hosts, event_takings};
use super::super::{Change, Db, StoreError, Tx};
use super::{day, next_version};

/// Some of what somebody has answered.
///
/// # Errors
/// When the database does not answer.
pub async fn answered_dates(db: &impl Db, who: TenantId, limit: u64) -> Result<Vec<(EventId, NaiveDate)>, StoreError> {
    use event_answers::Column as Answer;
    let rows: Vec<(Uuid, String)> = event_answers::Entity::find()
        .select_only()
        .columns([Answer::EventId, Answer::Date])
        .filter(Answer::TenantId.eq(who.0))
        .order_by_asc(Answer::EventId)
        .limit(limit)
        .into_tuple()
        .all(db.conn())
        .await?;
    rows.into_iter().map(|(event, date)| Ok((EventId(event), day(&date)?))).collect()
}

/// An event that somebody hosts, one of them.
///
/// # Errors
/// When the database does not answer.
pub async fn hosted(db: &impl Db, who: TenantId) -> Result<Option<EventId>, StoreError> {
    let own: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AuthorId.eq(who.0))
        .order_by_asc(Column::Id)
        .limit(1)
        .into_tuple()
        .one(db.conn())
        .await?;
    if let Some(id) = own {
        return Ok(Some(EventId(id)));
    }
    let row = event_hosts::Entity::find()
        .filter(event_hosts::Column::TenantId.eq(who.0))
        .order_by_asc(event_hosts::Column::EventId)
        .limit(1)
        .one(db.conn())
        .await?;
    Ok(row.map(|r| EventId(r.event_id)))
}

/// Whether nothing of somebody hangs on events any more.
///
/// # Errors
/// When the database does not answer.
pub async fn nothing_left(db: &impl Db, who: TenantId) -> Result<bool, StoreError> {
    Ok(hosted(db, who).await?.is_none() && answered_dates(db, who, 1).await?.is_empty())
}

/// Deletes some of the answers to an event with what those people were to bring; answers how many there were.
///
/// # Errors
/// When the database does not answer.
pub async fn delete_some_answers(tx: &Tx, event: EventId, lines: &[Uuid], limit: u64) -> Result<usize, StoreError> {
    use event_answers::Column as Answer;
    let rows: Vec<(String, Uuid)> = event_answers::Entity::find()
        .select_only()
        .columns([Answer::Date, Answer::TenantId])
        .filter(Answer::EventId.eq(event.0))
        .order_by_asc(Answer::Date)
        .order_by_asc(Answer::TenantId)
        .limit(limit)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let people = || rows.iter().map(|r| r.1);
    if !lines.is_empty() {
        event_takings::Entity::delete_many()
            .filter(event_takings::Column::LineId.is_in(lines.iter().copied()))
            .filter(event_takings::Column::TenantId.is_in(people()))
            .exec(tx.conn())
            .await?;
    }
    let mut these = Condition::any();
    for date in rows.iter().map(|r| r.0.as_str()).collect::<std::collections::BTreeSet<_>>() {
        let of_date = rows.iter().filter(|r| r.0 == date).map(|r| r.1);
        these = these.add(Answer::Date.eq(date).and(Answer::TenantId.is_in(of_date)));
    }
    if !rows.is_empty() {
        event_answers::Entity::delete_many().filter(Answer::EventId.eq(event.0)).filter(these).exec(tx.conn()).await?;
    }
    Ok(rows.len())
}

/// Hides somebody's events from the lists, or shows them again: those that have no other host. The others go on without her.
///
/// # Errors
/// When the database does not answer.
pub async fn hide(tx: &Tx, author: TenantId, hidden: bool) -> Result<(), StoreError> {
    let shared = Query::select()
        .expr(Expr::val(1))
        .from(event_hosts::Entity)
        .and_where(Expr::col((event_hosts::Entity, event_hosts::Column::EventId)).equals((Entity, Column::Id)))
        .to_owned();
    let mut select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AuthorId.eq(author.0))
        .filter(Column::State.ne(EventState::Draft.as_str()))
        .filter(Column::Hidden.ne(hidden));
    if hidden {
        select = select.filter(Expr::exists(shared).not());
    }
    let ids: Vec<Uuid> = select.order_by_asc(Column::Id).into_tuple().all(tx.conn()).await?;
    for id in ids {
        Entity::update_many()
            .col_expr(Column::Hidden, Expr::value(hidden))
            .col_expr(Column::Version, next_version())
            .filter(Column::Id.eq(id))
            .exec(tx.conn())
            .await?;
        tx.tell(Change::Event(EventId(id)));
    }
    Ok(())
}
