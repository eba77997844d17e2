//! Work to do later: rows written in the transaction that asks for it, removed in the transaction that does it.

use domain::Timestamp;
use sea_orm::sea_query::{Condition, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Db, StoreError, Tx, entity::outbox, hold};

/// What kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// An offer's life may be over.
    Offer,
    /// A proposal may be over, a reminder due, a silence long enough.
    Barter,
    /// A notice's end is near, or its life or its banner may be over.
    Notice,
    /// Places of an event were offered and may be taken by nobody; more may be free.
    EventOffer,
    /// A date of an event is tomorrow.
    EventSoon,
    /// Many are to be told something about an event.
    EventWord,
    /// Somebody's erasure may be due.
    Leave,
    /// Rows were deleted whose traces have to go.
    Compact,
}

impl Task {
    const ALL: [Self; 8] = [
        Self::Offer,
        Self::Barter,
        Self::Notice,
        Self::EventOffer,
        Self::EventSoon,
        Self::EventWord,
        Self::Leave,
        Self::Compact,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Barter => "barter",
            Self::Notice => "notice",
            Self::EventOffer => "event_offer",
            Self::EventSoon => "event_soon",
            Self::EventWord => "event_word",
            Self::Leave => "leave",
            Self::Compact => "compact",
        }
    }
}

/// One piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Its own id.
    pub id: Uuid,
    /// What kind.
    pub task: Task,
    /// About what.
    pub subject: Uuid,
    /// Where it stands among what is due.
    pub place: Turn,
}

/// Where a piece of work stands: by its time in milliseconds, then by its id.
pub type Turn = (i64, Uuid);

/// Asks to look at something at `due_at`.
///
/// # Errors
/// When the database does not answer.
pub async fn ask(tx: &Tx, id: Uuid, task: Task, subject: Uuid, due_at: Timestamp) -> Result<(), StoreError> {
    let row = outbox::ActiveModel {
        id: Set(id),
        kind: Set(task.as_str().to_owned()),
        subject: Set(subject),
        due_at: Set(due_at.timestamp_millis()),
    };
    row.insert(tx.conn()).await?;
    Ok(())
}

/// What is due now, the oldest first, at most `limit`; only what stands after a place, when one is given.
///
/// # Errors
/// When the database does not answer.
pub async fn due(db: &impl Db, now: Timestamp, after: Option<Turn>, limit: u64) -> Result<Vec<Due>, StoreError> {
    use outbox::Column;
    let behind = after.map_or_else(Condition::all, |(at, id)| {
        let same = Column::DueAt.eq(at).and(Column::Id.gt(id));
        Condition::all().add(Column::DueAt.gte(at)).add(Column::DueAt.gt(at).or(same))
    });
    // Work of a kind that only a newer program knows is left to that one.
    let rows = outbox::Entity::find()
        .filter(Column::DueAt.lte(now.timestamp_millis()))
        .filter(Column::Kind.is_in(Task::ALL.map(Task::as_str)))
        .filter(behind)
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db.conn())
        .await?;
    rows.into_iter()
        .map(|r| {
            let task = super::word(Task::ALL.into_iter().find(|t| t.as_str() == r.kind), &r.kind)?;
            Ok(Due { id: r.id, task, subject: r.subject, place: (r.due_at, r.id) })
        })
        .collect()
}

/// Takes a piece of work off, once the thing that it is about is held; false when it is done already, or asked for anew.
///
/// # Errors
/// When the database does not answer.
pub async fn take(tx: &Tx, due: &Due) -> Result<bool, StoreError> {
    hold::thing_of(tx, due).await?;
    Ok(outbox::Entity::delete_by_id(due.id).exec(tx.conn()).await?.rows_affected == 1)
}

/// Takes off all work about something: other work is asked for.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(tx: &Tx, subject: Uuid) -> Result<(), StoreError> {
    outbox::Entity::delete_many().filter(outbox::Column::Subject.eq(subject)).exec(tx.conn()).await?;
    Ok(())
}

/// Takes off all work of one kind about something.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_task(tx: &Tx, task: Task, subject: Uuid) -> Result<(), StoreError> {
    outbox::Entity::delete_many()
        .filter(outbox::Column::Subject.eq(subject))
        .filter(outbox::Column::Kind.eq(task.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Takes off the work of one kind about something that is not due yet.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_later(tx: &Tx, task: Task, subject: Uuid, now: Timestamp) -> Result<(), StoreError> {
    outbox::Entity::delete_many()
        .filter(outbox::Column::Subject.eq(subject))
        .filter(outbox::Column::Kind.eq(task.as_str()))
        .filter(outbox::Column::DueAt.gt(now.timestamp_millis()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Whether a piece of work is still to be done.
///
/// # Errors
/// When the database does not answer.
pub async fn is_there(db: &impl Db, id: Uuid) -> Result<bool, StoreError> {
    Ok(outbox::Entity::find_by_id(id).one(db.conn()).await?.is_some())
}

/// All work of one kind that is due.
///
/// # Errors
/// When the database does not answer.
pub async fn all_due(db: &impl Db, task: Task, now: Timestamp) -> Result<Vec<Uuid>, StoreError> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::Kind.eq(task.as_str()))
        .filter(outbox::Column::DueAt.lte(now.timestamp_millis()))
        .all(db.conn())
        .await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

/// Takes these pieces of work off.
///
/// # Errors
/// When the database does not answer.
pub async fn take_these(tx: &Tx, ids: &[Uuid]) -> Result<(), StoreError> {
    for part in ids.chunks(1_000) {
        outbox::Entity::delete_many().filter(outbox::Column::Id.is_in(part.iter().copied())).exec(tx.conn()).await?;
    }
    Ok(())
}
