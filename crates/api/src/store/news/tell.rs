//! What is told, read and forgotten of news.

use chrono::NaiveDate;
use domain::Timestamp;
use domain::conversation::{ThingKind, ThingRef};
use domain::id::TenantId;
use domain::news::{NewsKind, ReadNews};
use sea_orm::sea_query::{CaseStatement, Condition, Expr, ExprTrait, LockBehavior, LockType, OnConflict, Order, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::super::entity::news::{ActiveModel, Column, Entity};
use super::super::{Change, Db, StoreError, Tx};

/// Something that has happened to a thing.
#[derive(Clone, Copy, Debug)]
pub struct Happened {
    /// To which.
    pub about: ThingRef,
    /// What.
    pub kind: NewsKind,
    /// Through whom, when that may be told.
    pub by: Option<TenantId>,
    /// Of which date of an event.
    pub date: Option<NaiveDate>,
    /// When.
    pub at: Timestamp,
}

/// What stands in the place of a date when something is about the whole thing.
pub(super) const WHOLE: &str = "";

/// Tells somebody what has happened; `id` says where it stands among her news. Nobody hears of what somebody did whom she no longer meets.
///
/// # Errors
/// `Stale` when she is gone.
pub async fn tell(tx: &Tx, id: Uuid, to: TenantId, what: &Happened) -> Result<(), StoreError> {
    if to == TenantId::GONE || what.by == Some(to) || what.by.is_some_and(|by| tx.are_apart(by, to)) {
        return Ok(());
    }
    let row = ActiveModel {
        tenant_id: Set(to.0),
        about_kind: Set(what.about.kind.as_str().to_owned()),
        about_id: Set(what.about.id),
        id: Set(id),
        kind: Set(what.kind.as_str().to_owned()),
        count: Set(1),
        actor_id: Set(what.by.map(|by| by.0)),
        date: Set(what.date.map_or_else(|| WHOLE.to_owned(), |d| d.to_string())),
        at: Set(what.at.timestamp_millis()),
        unread: Set(true),
    };
    // The same once more, before it was read: "3 réponses".
    let again = Expr::col((Entity, Column::Unread)).and(Expr::col((Entity, Column::Kind)).eq(what.kind.as_str()));
    let count = CaseStatement::new().case(again, Expr::col((Entity, Column::Count)).add(1)).finally(Expr::value(1));
    let mut replace = OnConflict::columns([Column::TenantId, Column::AboutKind, Column::AboutId, Column::Date]);
    let all = [Column::Id, Column::Kind, Column::ActorId, Column::At, Column::Unread];
    replace.value(Column::Count, count).update_columns(all);
    let first = comes_first(what.kind);
    if !first.is_empty() {
        let first = Expr::col((Entity, Column::Kind)).is_in(first.iter().map(|kind| kind.as_str()));
        replace.action_and_where(Expr::col((Entity, Column::Unread)).eq(true).and(first).not());
    }
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx.conn()).await?;
    let ends = if what.date.is_none() { ends(what.kind) } else { &[] };
    if !ends.is_empty() {
        let these = Condition::all()
            .add(Column::TenantId.eq(to.0))
            .add(Column::AboutKind.eq(what.about.kind.as_str()))
            .add(Column::AboutId.eq(what.about.id))
            .add(Column::Date.ne(WHOLE))
            .add(Column::Kind.is_in(ends.iter().map(|kind| kind.as_str())));
        Entity::delete_many().filter(held(these, None)).exec(tx.conn()).await?;
    }
    tx.tell(Change::News(to, what.about));
    Ok(())
}

/// The news about the same thing and date in whose place this does not stand before they were read: what she has to know first is not covered
/// by what she finds when she looks.
const fn comes_first(kind: NewsKind) -> &'static [NewsKind] {
    match kind {
        NewsKind::EventChanged | NewsKind::EventSoon => &[NewsKind::EventCancelled],
        NewsKind::EventAnswer => &[NewsKind::EventCancelled, NewsKind::EventPostponed, NewsKind::EventChanged],
        _ => &[],
    }
}

/// What is no longer so of the dates of a thing when this happens to all of it.
const fn ends(kind: NewsKind) -> &'static [NewsKind] {
    use NewsKind::{EventCancelled, EventPlaceLost, EventPlaceOffered, EventPostponed, EventSoon};
    match kind {
        EventCancelled => &[EventPlaceOffered, EventPlaceLost, EventSoon, EventCancelled],
        EventPostponed => &[EventPlaceOffered, EventSoon],
        _ => &[],
    }
}

/// Those of the news that fit, kept as they are in the order in which they are told, by thing, person and date: else whoever tells several
/// and whoever reads or forgets several might wait for each other.
fn held(these: Condition, if_taken: Option<LockBehavior>) -> Expr {
    let key = [Column::AboutId, Column::TenantId, Column::AboutKind, Column::Date];
    let mut select = Query::select();
    select.columns(key).from(Entity).cond_where(these);
    for column in key {
        select.order_by(column, Order::Asc);
    }
    match if_taken {
        Some(behaviour) => select.lock_with_behavior(LockType::NoKeyUpdate, behaviour),
        None => select.lock(LockType::NoKeyUpdate),
    };
    Expr::tuple(key.map(Expr::col)).in_subquery(select)
}

/// Marks what somebody has seen of her news as read.
///
/// # Errors
/// When the database does not answer.
pub async fn mark_read(tx: &Tx, who: TenantId, seen: &ReadNews) -> Result<(), StoreError> {
    let mut these = Condition::all().add(Column::TenantId.eq(who.0)).add(Column::Unread.eq(true));
    if let Some(about) = seen.about {
        these = these.add(Column::AboutKind.eq(about.kind.as_str())).add(Column::AboutId.eq(about.id));
    }
    if let Some(last) = seen.up_to {
        these = these.add(Column::Id.lte(last));
    }
    if let Some(lines) = &seen.lines {
        these = these.add(Column::Id.is_in(lines.iter().copied()));
    }
    let update = Entity::update_many().col_expr(Column::Unread, Expr::value(false)).filter(held(these, None));
    if update.exec(tx.conn()).await?.rows_affected > 0 {
        // Her other pages count anew; of no thing is anything new.
        tx.tell(Change::News(who, ThingRef { kind: ThingKind::Conversation, id: Uuid::nil() }));
    }
    Ok(())
}

/// Forgets news that are old.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(tx: &Tx, before: Timestamp) -> Result<(), StoreError> {
    let old = Condition::all().add(Column::At.lt(before.timestamp_millis()));
    // What somebody tells anew at this moment is not old any more.
    Entity::delete_many().filter(held(old, Some(LockBehavior::SkipLocked))).exec(tx.conn()).await?;
    Ok(())
}

/// Deletes the news about things that are erased, whoever reads them.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_things(tx: &Tx, ids: &[Uuid]) -> Result<(), StoreError> {
    for some in ids.chunks(1_000) {
        let these = Condition::all().add(Column::AboutId.is_in(some.iter().copied()));
        Entity::delete_many().filter(held(these, None)).exec(tx.conn()).await?;
    }
    Ok(())
}

/// Takes the name of somebody who leaves out of some of the news of others; answers how many there were.
///
/// # Errors
/// When the database does not answer.
pub async fn unname_some(tx: &Tx, gone: TenantId, limit: u64) -> Result<usize, StoreError> {
    let rows = Entity::find()
        .filter(Column::ActorId.eq(gone.0))
        .order_by_asc(Column::AboutId)
        .order_by_asc(Column::TenantId)
        .order_by_asc(Column::Date)
        .limit(limit)
        .all(tx.conn())
        .await?;
    for row in &rows {
        Entity::update_many()
            .col_expr(Column::ActorId, Expr::value(None::<Uuid>))
            .filter(Column::TenantId.eq(row.tenant_id))
            .filter(Column::AboutKind.eq(row.about_kind.as_str()))
            .filter(Column::AboutId.eq(row.about_id))
            .filter(Column::Date.eq(row.date.as_str()))
            .filter(Column::ActorId.eq(gone.0))
            .exec(tx.conn())
            .await?;
    }
    Ok(rows.len())
}
