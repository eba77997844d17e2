//! Whoever leaves is in no conversation any more, and what she wrote is gone: in steps, each of which can be done twice.

use domain::conversation::{ConversationWith, MessageKind, ThingKind};
use domain::id::{ConversationId, MessageId, TenantId};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, LockType, Order, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::super::entity::{conversation_left, conversation_people, conversations, messages};
use super::super::{Change, Db, StoreError, Tx};
use super::crowd;

/// Keeps the people of a conversation as they are but for those who come in, until the end of the transaction, and answers whether anybody
/// else is in it: of two who leave at the same moment the second one finds that she is the last.
pub(super) async fn hold(tx: &Tx, id: Uuid, who: TenantId) -> Result<bool, StoreError> {
    use conversation_people::{Column, Entity};
    // Her own row before that of the conversation, in the order in which whoever writes takes them.
    Entity::find_by_id((id, who.0)).lock_exclusive().one(tx.conn()).await?;
    conversations::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    let other = Entity::find().filter(Column::ConversationId.eq(id)).filter(Column::TenantId.ne(who.0));
    Ok(other.one(tx.conn()).await?.is_some())
}

/// Takes somebody out of some of her conversations; those in which nobody is left are deleted, long ones in several steps. Answers whether
/// there may be more to do. Done before her messages are emptied: from then on she can write no more.
///
/// # Errors
/// When the database does not answer.
pub async fn leave_some(tx: &Tx, who: TenantId, limit: u64, messages_at_once: u64) -> Result<bool, StoreError> {
    use conversation_people::{Column, Entity};
    crowd::forget_left(tx, who).await?;
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::ConversationId)
        .filter(Column::TenantId.eq(who.0))
        .order_by_asc(Column::ConversationId)
        .limit(limit)
        .into_tuple()
        .all(tx.conn())
        .await?;
    for &id in &ids {
        if hold(tx, id, who).await? {
            Entity::delete_by_id((id, who.0)).exec(tx.conn()).await?;
            // Between two it is over, and whoever is left may begin anew: with the author's heir, about what goes on without her.
            conversations::Entity::update_many()
                .col_expr(conversations::Column::OpenerId, Expr::col(conversations::Column::Id))
                .filter(conversations::Column::Id.eq(id))
                .filter(conversations::Column::Whom.eq(ConversationWith::Author.as_str()))
                .exec(tx.conn())
                .await?;
            continue;
        }
        let some: Vec<Uuid> = messages::Entity::find()
            .select_only()
            .column(messages::Column::Id)
            .filter(messages::Column::ConversationId.eq(id))
            .order_by_asc(messages::Column::Id)
            .limit(messages_at_once)
            .into_tuple()
            .all(tx.conn())
            .await?;
        let all = (some.len() as u64) < messages_at_once;
        messages::Entity::delete_many().filter(messages::Column::Id.is_in(some)).exec(tx.conn()).await?;
        if !all {
            return Ok(true);
        }
        conversations::Entity::delete_by_id(id).exec(tx.conn()).await?;
    }
    Ok(!ids.is_empty())
}

/// Empties some of the messages of somebody who leaves; answers whether there were any. Open pages hear of it.
///
/// # Errors
/// When the database does not answer.
pub async fn take_back_some(tx: &Tx, who: TenantId, limit: u64) -> Result<bool, StoreError> {
    use messages::{Column, Entity};
    let some: Vec<(Uuid, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::ConversationId, Column::Id])
        .filter(Column::AuthorId.eq(who.0))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx.conn())
        .await?;
    Entity::update_many()
        .col_expr(Column::Kind, Expr::value(MessageKind::Gone.as_str()))
        .col_expr(Column::Text, Expr::value(""))
        .col_expr(Column::AuthorId, Expr::value(None::<Uuid>))
        .filter(Column::Id.is_in(some.iter().map(|m| m.1)))
        .exec(tx.conn())
        .await?;
    for &(conversation, message) in &some {
        tx.tell(Change::Message(ConversationId(conversation), MessageId(message)));
    }
    Ok(!some.is_empty())
}

/// Whether somebody is in any conversation, or has written in one.
///
/// # Errors
/// When the database does not answer.
pub async fn is_in_any(db: &impl Db, who: TenantId) -> Result<bool, StoreError> {
    let is_in = conversation_people::Entity::find().filter(conversation_people::Column::TenantId.eq(who.0));
    let was_in = conversation_left::Entity::find().filter(conversation_left::Column::TenantId.eq(who.0));
    let wrote = messages::Entity::find().filter(messages::Column::AuthorId.eq(who.0));
    Ok(is_in.one(db.conn()).await?.is_some()
        || was_in.one(db.conn()).await?.is_some()
        || wrote.one(db.conn()).await?.is_some())
}

/// These things are deleted for good: conversations about them go on, and name them no more.
///
/// # Errors
/// When the database does not answer.
pub async fn things_gone(tx: &Tx, kind: ThingKind, ids: &[Uuid]) -> Result<(), StoreError> {
    use conversations::{Column, Entity};
    let everybody = Expr::col(Column::Whom).eq(ConversationWith::Everybody.as_str());
    let opener = CaseStatement::new().case(everybody, Expr::col(Column::Id)).finally(Expr::col(Column::OpenerId));
    for some in ids.chunks(500) {
        // In the order of their ids, as whoever leaves takes hers.
        let these = Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(Column::AboutId.is_in(some.iter().copied()))
            .and_where(Column::AboutKind.eq(kind.as_str()))
            .order_by(Column::Id, Order::Asc)
            .lock(LockType::NoKeyUpdate)
            .to_owned();
        Entity::update_many()
            .col_expr(Column::OpenerId, opener.clone().into())
            .col_expr(Column::AboutId, Expr::col(Column::Id))
            .filter(Column::Id.in_subquery(these))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}
