//! Conversations as one of their people sees them: three statements for a page, however long it is.

use std::collections::HashMap;

use domain::Timestamp;
use domain::conversation::{
    ConversationView, ConversationWith, MAX_OTHERS, MAX_UNREAD, MessageView, NAMED_PEOPLE, ThingKind, ThingRef,
};
use domain::id::{ConversationId, MessageId, TenantId};
use domain::tenant::Person;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::super::{Db, Store, StoreError, Viewer, things, time, word};
use super::{Sql, messages};

/// Which conversations of the viewer's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// This one alone.
    pub id: Option<ConversationId>,
    /// Those about one thing.
    pub about: Option<ThingRef>,
    /// Those after this one: where a page ended.
    pub before: Option<(Timestamp, ConversationId)>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    about_kind: String,
    about_id: Uuid,
    whom: String,
    updated_at: i64,
    muted: bool,
    joined_after: Uuid,
    unread: i64,
    others: i64,
    message_id: Option<Uuid>,
    author_id: Option<Uuid>,
    kind: Option<String>,
    text: Option<String>,
    at: Option<i64>,
    first_name: Option<String>,
    mark_colour: Option<String>,
    mark_animal: Option<String>,
}

async fn rows(store: &Store, viewer: &Viewer, filter: &Filter, limit: u16) -> Result<Vec<Row>, StoreError> {
    let mut sql = Sql::new();
    let me = sql.mark(viewer.tenant.0);
    let apart = sql.apart(store.blocks.apart(viewer.tenant).as_deref());
    let mut wanted = String::new();
    if let Some(id) = filter.id {
        wanted.push_str(&format!(" AND c.id = {}", sql.mark(id.0)));
    }
    if let Some(about) = filter.about {
        let (kind, id) = (sql.mark(about.kind.as_str()), sql.mark(about.id));
        wanted.push_str(&format!(" AND c.about_kind = {kind} AND c.about_id = {id}"));
    }
    if let Some((at, id)) = filter.before {
        let (at, id) = (sql.mark(at.timestamp_millis()), sql.mark(id.0));
        wanted.push_str(&format!(" AND (c.updated_at < {at} OR (c.updated_at = {at} AND c.id < {id}))"));
    }
    let limit = sql.mark(i64::from(limit) + 1);
    let unread = Sql::but("u.author_id", &apart);
    let others = Sql::but("o.tenant_id", &apart);
    let readable = Sql::readable("l", "p.whom", &apart);
    sql.add(&format!(
        "SELECT p.id, p.about_kind, p.about_id, p.whom, p.updated_at, p.muted, p.joined_after, \
         (SELECT COUNT(*) FROM (SELECT 1 FROM messages u WHERE u.conversation_id = p.id AND u.id > p.read_up_to \
         AND u.author_id <> {me} AND u.kind <> 'gone' AND (u.kind <> 'contact' OR u.id > p.joined_after){unread} LIMIT {MAX_UNREAD}) n) AS unread, \
         (SELECT COUNT(*) FROM (SELECT 1 FROM conversation_people o \
         WHERE o.conversation_id = p.id AND o.tenant_id <> {me}{others} LIMIT {MAX_OTHERS}) n) AS others, \
         m.id AS message_id, m.author_id, m.kind, m.text, m.at, t.first_name, t.mark_colour, t.mark_animal \
         FROM (SELECT c.id, c.about_kind, c.about_id, c.whom, c.updated_at, x.muted, x.read_up_to, x.joined_after \
         FROM conversation_people x JOIN conversations c ON c.id = x.conversation_id \
         WHERE x.tenant_id = {me}{wanted} ORDER BY c.updated_at DESC, c.id DESC LIMIT {limit}) p \
         LEFT JOIN messages m ON m.id = (SELECT l.id FROM messages l WHERE l.conversation_id = p.id{readable} \
         ORDER BY l.id DESC LIMIT 1) \
         LEFT JOIN tenants t ON t.id = m.author_id ORDER BY p.updated_at DESC, p.id DESC"
    ));
    Ok(Row::find_by_statement(sql.statement(store)).all(store.conn()).await?)
}

#[derive(Debug, FromQueryResult)]
struct Other {
    conversation: Uuid,
    id: Uuid,
    first_name: String,
    mark_colour: String,
    mark_animal: String,
}

/// The first others of each conversation whom the viewer meets.
async fn others(store: &Store, viewer: &Viewer, of: &[Row]) -> Result<HashMap<Uuid, Vec<Person>>, StoreError> {
    let mut found: HashMap<Uuid, Vec<Person>> = HashMap::new();
    if of.is_empty() {
        return Ok(found);
    }
    let mut sql = Sql::new();
    let me = sql.mark(viewer.tenant.0);
    let apart = sql.apart(store.blocks.apart(viewer.tenant).as_deref());
    let but = Sql::but("p.tenant_id", &apart);
    for (n, row) in of.iter().enumerate() {
        let id = sql.mark(row.id);
        // A part for each, so that of a thousand people twelve are read.
        sql.add(if n == 0 { "" } else { " UNION ALL " });
        sql.add(&format!(
            "SELECT * FROM (SELECT p.conversation_id AS conversation, t.id, t.first_name, t.mark_colour, t.mark_animal \
             FROM conversation_people p JOIN tenants t ON t.id = p.tenant_id \
             WHERE p.conversation_id = {id} AND p.tenant_id <> {me}{but} ORDER BY p.tenant_id LIMIT {NAMED_PEOPLE}) q{n}"
        ));
    }
    for other in Other::find_by_statement(sql.statement(store)).all(store.conn()).await? {
        let (colour, animal) = (Some(other.mark_colour.as_str()), Some(other.mark_animal.as_str()));
        let person = messages::author(Some(other.id), Some(other.first_name), colour, animal)?;
        found.entry(other.conversation).or_default().extend(person);
    }
    Ok(found)
}

fn count(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

fn last(row: &mut Row, who: TenantId) -> Result<Option<MessageView>, StoreError> {
    let (Some(id), Some(kind), Some(text), Some(at)) = (row.message_id, row.kind.take(), row.text.take(), row.at)
    else {
        return Ok(None);
    };
    let name = row.first_name.take();
    let author = messages::author(row.author_id, name, row.mark_colour.as_deref(), row.mark_animal.as_deref())?;
    let reader = messages::Reader { who, joined_after: row.joined_after };
    messages::view(id, &kind, author, text, at, reader).map(Some)
}

/// The viewer's conversations, the last written to first; one more than `limit` when there are more.
///
/// # Errors
/// When the database does not answer.
pub async fn page(
    store: &Store,
    viewer: &Viewer,
    filter: &Filter,
    limit: u16,
) -> Result<Vec<ConversationView>, StoreError> {
    let rows = rows(store, viewer, filter, limit).await?;
    let mut people = others(store, viewer, &rows).await?;
    let mut about = Vec::with_capacity(rows.len());
    for row in &rows {
        about.push(ThingRef { kind: word(ThingKind::from_word(&row.about_kind), &row.about_kind)?, id: row.about_id });
    }
    let named = things::named(store, viewer, about.iter().copied()).await?;
    let view = |(mut row, about): (Row, ThingRef)| {
        let others = count(row.others);
        Ok(ConversationView {
            id: ConversationId(row.id),
            about: things::view(about, &named),
            with: word(ConversationWith::from_word(&row.whom), &row.whom)?,
            people: people.remove(&row.id).unwrap_or_default(),
            others,
            last: last(&mut row, viewer.tenant)?,
            unread: count(row.unread),
            muted: row.muted,
            may_write: others > 0,
            updated_at: time(row.updated_at),
        })
    };
    rows.into_iter().zip(about).map(view).collect()
}

/// A conversation in which the viewer is no longer, as she may still know of it: what it is about, and the last that she wrote in it.
///
/// # Errors
/// When the database does not answer.
pub async fn no_longer_in(
    store: &Store,
    viewer: &Viewer,
    left: &[messages::Left],
) -> Result<Vec<ConversationView>, StoreError> {
    let named = things::named(store, viewer, left.iter().map(|l| l.about)).await?;
    let view = |left: &messages::Left| ConversationView {
        id: left.conversation,
        about: things::view(left.about, &named),
        with: left.with,
        people: Vec::new(),
        others: 0,
        last: Some(left.message.clone()),
        unread: 0,
        muted: false,
        may_write: false,
        updated_at: left.message.at,
    };
    Ok(left.iter().map(view).collect())
}

/// One conversation of the viewer.
///
/// # Errors
/// When the database does not answer.
pub async fn find(store: &Store, viewer: &Viewer, id: ConversationId) -> Result<Option<ConversationView>, StoreError> {
    Ok(page(store, viewer, &Filter { id: Some(id), ..Filter::default() }, 1).await?.pop())
}

/// One message of a conversation of the viewer.
///
/// # Errors
/// When the database does not answer.
pub async fn message(
    store: &Store,
    viewer: &Viewer,
    id: ConversationId,
    message: MessageId,
) -> Result<Option<MessageView>, StoreError> {
    // The one before the next id is this one, if it is there.
    let next = message.after(Some(message));
    let found = messages::list(store, viewer, id, Some(next), 0).await?;
    Ok(found.and_then(|mut m| m.pop()).filter(|m| m.id == message))
}
