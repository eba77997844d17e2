//! Who comes to an event talks about it: in with a yes, out with a no, and back as she had it.

use domain::conversation::{ConversationWith, MessageKind, ThingKind, ThingRef};
use domain::id::{ConversationId, EventId, TenantId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::super::entity::{conversation_left, conversation_people, conversations};
use super::super::{Db, StoreError, Tx};
use super::{Sql, begun, leaving};

async fn of_event(tx: &Tx, event: EventId) -> Result<Option<ConversationId>, StoreError> {
    let about = ThingRef { kind: ThingKind::Event, id: event.0 };
    begun(tx, about, ConversationWith::Everybody, TenantId::GONE).await
}

/// The last message of a conversation; its own id, which is older, when there is none.
fn last_of(conversation: &str) -> String {
    format!(
        "COALESCE((SELECT m.id FROM messages m WHERE m.conversation_id = {conversation} ORDER BY m.id DESC LIMIT 1), \
         {conversation})"
    )
}

/// Somebody comes to an event, perhaps, or hosts it: she is one of those who talk about it, when they do. Whoever comes back has read what
/// she had read; unless a way to be reached was given while she was away, she reads those that she read before.
///
/// # Errors
/// When the database does not answer.
pub async fn join_event(tx: &Tx, event: EventId, tenant: TenantId) -> Result<(), StoreError> {
    let Some(id) = of_event(tx, event).await? else { return Ok(()) };
    let mut sql = Sql::new();
    let (talk, who) = (sql.mark(id.0), sql.mark(tenant.0));
    let (contact, last) = (MessageKind::Contact.as_str(), last_of("c.id"));
    sql.add(&format!(
        "INSERT INTO conversation_people (conversation_id, tenant_id, read_up_to, muted, joined_after) \
         SELECT c.id, {who}, COALESCE(l.read_up_to, c.id), COALESCE(l.muted, false), \
         CASE WHEN l.left_after IS NULL OR EXISTS (SELECT 1 FROM messages g WHERE g.conversation_id = c.id \
         AND g.id > l.left_after AND g.kind = '{contact}') THEN {last} ELSE l.joined_after END \
         FROM conversations c LEFT JOIN conversation_left l ON l.conversation_id = c.id AND l.tenant_id = {who} \
         WHERE c.id = {talk} ON CONFLICT (conversation_id, tenant_id) DO NOTHING"
    ));
    sql.run(tx).await?;
    conversation_left::Entity::delete_by_id((id.0, tenant.0)).exec(tx.conn()).await?;
    Ok(())
}

/// Somebody does not come to an event any more: what she wrote stays as long as anybody is there to read it. She can take it back still.
///
/// # Errors
/// When the database does not answer.
pub async fn leave_event(tx: &Tx, event: EventId, tenant: TenantId) -> Result<(), StoreError> {
    let Some(id) = of_event(tx, event).await? else { return Ok(()) };
    if !leaving::hold(tx, id.0, tenant).await? {
        conversations::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
        return Ok(());
    }
    let mut sql = Sql::new();
    let (talk, who, last) = (sql.mark(id.0), sql.mark(tenant.0), last_of("p.conversation_id"));
    sql.add(&format!(
        "INSERT INTO conversation_left (conversation_id, tenant_id, read_up_to, muted, joined_after, left_after) \
         SELECT p.conversation_id, p.tenant_id, p.read_up_to, p.muted, p.joined_after, {last} \
         FROM conversation_people p WHERE p.conversation_id = {talk} AND p.tenant_id = {who}"
    ));
    sql.run(tx).await?;
    conversation_people::Entity::delete_by_id((id.0, tenant.0)).exec(tx.conn()).await?;
    Ok(())
}

/// How somebody had the conversations that she went out of is nobody's any more.
pub(super) async fn forget_left(tx: &Tx, who: TenantId) -> Result<(), StoreError> {
    use conversation_left::{Column, Entity};
    Entity::delete_many().filter(Column::TenantId.eq(who.0)).exec(tx.conn()).await?;
    Ok(())
}
