//! Rows that are kept as they are until the end of a transaction, several of a kind in the order of their ids: two who need the same ones
//! never wait for each other. In which order the kinds are taken stands in `docs/decisions/0030-one-order-of-rows.md`.

use domain::id::{BarterId, EventId, NoticeId, OfferId};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{barters, event_words, events, notices, offers};
use super::outbox::{Due, Task};
use super::{Db, StoreError, StoreKind, Tx};

async fn hold<E, C>(tx: &Tx, id: C, these: Vec<Uuid>) -> Result<(), StoreError>
where
    E: EntityTrait<Column = C>,
    E::PrimaryKey: PrimaryKeyToColumn<Column = C>,
    C: ColumnTrait,
{
    // One writer at a time needs no such thing.
    if tx.kind() == StoreKind::Sqlite || these.is_empty() {
        return Ok(());
    }
    E::find()
        .select_only()
        .column(id)
        .filter(id.is_in(these))
        .order_by_asc(id)
        // Not as strict as `FOR UPDATE`, so that rows which only refer to them can be written.
        .lock(LockType::NoKeyUpdate)
        .into_tuple::<Uuid>()
        .all(tx.conn())
        .await?;
    Ok(())
}

/// Keeps these barters: all of them before any post is touched, as whoever agrees to one of them does.
///
/// # Errors
/// When the database does not answer.
pub async fn barters(tx: &Tx, these: &[BarterId]) -> Result<(), StoreError> {
    hold::<barters::Entity, _>(tx, barters::Column::Id, these.iter().map(|b| b.0).collect()).await
}

/// Keeps these offers and requests.
///
/// # Errors
/// When the database does not answer.
pub async fn offers(tx: &Tx, these: impl IntoIterator<Item = OfferId>) -> Result<(), StoreError> {
    hold::<offers::Entity, _>(tx, offers::Column::Id, these.into_iter().map(|o| o.0).collect()).await
}

/// Keeps these notices.
///
/// # Errors
/// When the database does not answer.
pub async fn notices(tx: &Tx, these: impl IntoIterator<Item = NoticeId>) -> Result<(), StoreError> {
    hold::<notices::Entity, _>(tx, notices::Column::Id, these.into_iter().map(|n| n.0).collect()).await
}

async fn event(tx: &Tx, id: EventId) -> Result<(), StoreError> {
    hold::<events::Entity, _>(tx, events::Column::Id, vec![id.0]).await
}

/// Keeps the thing that a piece of work is about: whoever changes a thing, and then the work about it, has it first as well.
pub(super) async fn thing_of(tx: &Tx, due: &Due) -> Result<(), StoreError> {
    match due.task {
        Task::Offer => offers(tx, [OfferId(due.subject)]).await,
        Task::Barter => barters(tx, &[BarterId(due.subject)]).await,
        Task::Notice => notices(tx, [NoticeId(due.subject)]).await,
        Task::EventOffer | Task::EventSoon => event(tx, EventId(due.subject)).await,
        // About whom is to be told; what they are told is about an event, or about one that is gone.
        Task::EventWord => {
            let word = event_words::Entity::find().filter(event_words::Column::Id.eq(due.subject));
            match word.one(tx.conn()).await? {
                Some(word) => event(tx, EventId(word.event_id)).await,
                None => Ok(()),
            }
        }
        Task::Leave | Task::Compact => Ok(()),
    }
}
