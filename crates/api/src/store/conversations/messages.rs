//! Messages: written, taken back, listed, and read for those who have a page open.

use std::collections::HashSet;

use domain::Timestamp;
use domain::conversation::{ConversationWith, MessageKind, MessageView, ThingKind, ThingRef};
use domain::id::{ConversationId, MessageId, TenantId};
use domain::mark::{Mark, MarkAnimal, MarkColour};
use domain::tenant::{FirstName, Person};
use domain::text::MessageText;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult,
    QuerySelect,
};
use uuid::Uuid;

use super::super::entity::{conversation_people, conversations, messages};
use super::super::{Change, Db, Store, StoreError, Tx, Viewer, time, value, word};
use super::Sql;

/// A message with its author.
#[derive(Debug, FromQueryResult)]
struct Row {
    conversation_id: Uuid,
    id: Uuid,
    author_id: Option<Uuid>,
    kind: String,
    text: String,
    at: i64,
    first_name: Option<String>,
    mark_colour: Option<String>,
    mark_animal: Option<String>,
}

const COLUMNS: &str =
    "m.conversation_id, m.id, m.author_id, m.kind, m.text, m.at, t.first_name, t.mark_colour, t.mark_animal";

/// Somebody, when she is still there.
pub(super) fn author(
    id: Option<Uuid>,
    first_name: Option<String>,
    colour: Option<&str>,
    animal: Option<&str>,
) -> Result<Option<Person>, StoreError> {
    let (Some(id), Some(first_name), Some(colour), Some(animal)) = (id, first_name, colour, animal) else {
        return Ok(None);
    };
    let mark = Mark {
        colour: word(MarkColour::from_word(colour), colour)?,
        animal: word(MarkAnimal::from_word(animal), animal)?,
    };
    Ok(Some(Person { id: TenantId(id), first_name: value(FirstName::parse(first_name))?, mark }))
}

/// Who reads, and the last message from before she came in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    pub who: TenantId,
    pub joined_after: Uuid,
}

impl Reader {
    /// Whether a way to be reached was given to those who were there before her, and to nobody else.
    fn came_after(self, kind: MessageKind, id: Uuid) -> bool {
        kind == MessageKind::Contact && id <= self.joined_after
    }
}

/// A message as somebody reads it.
pub(super) fn view(
    id: Uuid,
    kind: &str,
    author: Option<Person>,
    text: String,
    at: i64,
    reader: Reader,
) -> Result<MessageView, StoreError> {
    let mine = author.as_ref().is_some_and(|a| a.id == reader.who);
    let kind = match word(MessageKind::from_word(kind), kind)? {
        kind if !mine && reader.came_after(kind, id) => MessageKind::Gone,
        kind => kind,
    };
    Ok(MessageView {
        id: MessageId(id),
        kind,
        mine,
        author,
        text: match kind {
            MessageKind::Gone => None,
            MessageKind::Text | MessageKind::Contact => Some(value(MessageText::parse(text))?),
        },
        at: time(at),
    })
}

impl Row {
    fn author(&mut self) -> Result<Option<Person>, StoreError> {
        let name = self.first_name.take();
        author(self.author_id, name, self.mark_colour.as_deref(), self.mark_animal.as_deref())
    }

    fn view(mut self, reader: Reader) -> Result<MessageView, StoreError> {
        let author = self.author()?;
        view(self.id, &self.kind, author, self.text, self.at, reader)
    }
}

/// Writes a message at the end of a conversation that its author has entered; `fresh` becomes its id, unless the last one is later.
///
/// # Errors
/// When the database does not answer.
pub async fn say(
    tx: &Tx,
    id: ConversationId,
    author: TenantId,
    (kind, text): (MessageKind, &MessageText),
    fresh: Uuid,
    now: Timestamp,
) -> Result<MessageId, StoreError> {
    use conversations::Column;
    // First of all: whoever writes here at the same moment waits, so that no message gets in before one that was read already.
    let at = now.timestamp_millis();
    let later =
        CaseStatement::new().case(Expr::col(Column::UpdatedAt).lt(at), at).finally(Expr::col(Column::UpdatedAt));
    conversations::Entity::update_many()
        .col_expr(Column::UpdatedAt, later.into())
        .filter(Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    let last: Option<Uuid> = messages::Entity::find()
        .select_only()
        .column(messages::Column::Id)
        .filter(messages::Column::ConversationId.eq(id.0))
        .order_by_desc(messages::Column::Id)
        .into_tuple()
        .one(tx.conn())
        .await?;
    let message = MessageId(fresh).after(last.map(MessageId));
    let row = messages::ActiveModel {
        id: Set(message.0),
        conversation_id: Set(id.0),
        author_id: Set(Some(author.0)),
        kind: Set(kind.as_str().to_owned()),
        text: Set(text.as_str().to_owned()),
        at: Set(at),
    };
    messages::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    // Whoever had read all before has read all still: her own words are no news to her.
    conversation_people::Entity::update_many()
        .col_expr(conversation_people::Column::ReadUpTo, Expr::value(message.0))
        .filter(conversation_people::Column::ConversationId.eq(id.0))
        .filter(conversation_people::Column::TenantId.eq(author.0))
        .filter(conversation_people::Column::ReadUpTo.gte(last.unwrap_or(id.0)))
        .exec(tx.conn())
        .await?;
    tx.tell(Change::Message(id, message));
    Ok(message)
}

/// What came of taking a message back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBack {
    /// It is gone, or was already.
    Done,
    /// Somebody else wrote it.
    NotHers,
    /// There is no such message, or the viewer may not know of it.
    Unknown,
}

/// Empties a message of the viewer's.
///
/// # Errors
/// When the database does not answer.
pub async fn take_back(
    tx: &Tx,
    viewer: &Viewer,
    id: ConversationId,
    message: MessageId,
) -> Result<TakenBack, StoreError> {
    use messages::{Column, Entity};
    let row = Entity::find_by_id(message.0).one(tx.conn()).await?.filter(|m| m.conversation_id == id.0);
    let Some(row) = row else { return Ok(TakenBack::Unknown) };
    match row.author_id.map(TenantId) {
        // Her own words she can take back wherever they stand, also when she is not in that conversation any more.
        Some(author) if author == viewer.tenant => {}
        _ if !super::is_in(tx, viewer, id).await? => return Ok(TakenBack::Unknown),
        Some(author) if tx.are_apart(author, viewer.tenant) => return Ok(TakenBack::Unknown),
        Some(_) | None => return Ok(TakenBack::NotHers),
    }
    if row.kind != MessageKind::Gone.as_str() {
        Entity::update_many()
            .col_expr(Column::Kind, Expr::value(MessageKind::Gone.as_str()))
            .col_expr(Column::Text, Expr::value(""))
            .filter(Column::Id.eq(message.0))
            .exec(tx.conn())
            .await?;
        tx.tell(Change::Message(id, message));
    }
    Ok(TakenBack::Done)
}

/// The messages of a conversation before one of them, the newest first; one more than `limit` when there are more. None when the viewer is
/// not in it.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    store: &Store,
    viewer: &Viewer,
    id: ConversationId,
    before: Option<MessageId>,
    limit: u16,
) -> Result<Option<Vec<MessageView>>, StoreError> {
    let person = conversation_people::Entity::find_by_id((id.0, viewer.tenant.0)).one(store.conn()).await?;
    let Some(person) = person else { return Ok(None) };
    let reader = Reader { who: viewer.tenant, joined_after: person.joined_after };
    let mut sql = Sql::new();
    let apart = sql.apart(store.blocks.apart(viewer.tenant).as_deref());
    let of = sql.mark(id.0);
    let before = before.map(|b| format!(" AND m.id < {}", sql.mark(b.0))).unwrap_or_default();
    let limit = sql.mark(i64::from(limit) + 1);
    let readable = Sql::readable("m", "c.whom", &apart);
    sql.add(&format!(
        "SELECT {COLUMNS} FROM messages m JOIN conversations c ON c.id = m.conversation_id \
         LEFT JOIN tenants t ON t.id = m.author_id \
         WHERE m.conversation_id = {of}{before}{readable} ORDER BY m.id DESC LIMIT {limit}"
    ));
    let rows = Row::find_by_statement(sql.statement(store)).all(store.conn()).await?;
    rows.into_iter().map(|row| row.view(reader)).collect::<Result<Vec<_>, _>>().map(Some)
}

#[derive(Debug, FromQueryResult)]
struct About {
    about_kind: String,
    about_id: Uuid,
    whom: String,
}

/// What the viewer wrote and where, though she is not in that conversation any more.
#[derive(Clone, Debug)]
pub struct Left {
    /// Where.
    pub conversation: ConversationId,
    /// What it is about.
    pub about: ThingRef,
    /// With whom it is.
    pub with: ConversationWith,
    /// What she wrote.
    pub message: MessageView,
}

/// What the viewer wrote in conversations in which she is no longer, before one of these messages: the newest first, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn left(
    store: &Store,
    viewer: &Viewer,
    before: Option<MessageId>,
    limit: u16,
) -> Result<Vec<Left>, StoreError> {
    let mut sql = Sql::new();
    let me = sql.mark(viewer.tenant.0);
    let before = before.map(|b| format!(" AND m.id < {}", sql.mark(b.0))).unwrap_or_default();
    let limit = sql.mark(i64::from(limit));
    sql.add(&format!(
        "SELECT {COLUMNS}, c.about_kind, c.about_id, c.whom FROM messages m \
         JOIN conversations c ON c.id = m.conversation_id JOIN tenants t ON t.id = m.author_id \
         WHERE m.author_id = {me}{before} AND NOT EXISTS (SELECT 1 FROM conversation_people p \
         WHERE p.conversation_id = m.conversation_id AND p.tenant_id = {me}) ORDER BY m.id DESC LIMIT {limit}"
    ));
    let rows = store.conn().query_all_raw(sql.statement(store)).await?;
    let left = |row: &QueryResult| {
        let (about, row) = (About::from_query_result(row, "")?, Row::from_query_result(row, "")?);
        let kind = word(ThingKind::from_word(&about.about_kind), &about.about_kind)?;
        Ok(Left {
            conversation: ConversationId(row.conversation_id),
            about: ThingRef { kind, id: about.about_id },
            with: word(ConversationWith::from_word(&about.whom), &about.whom)?,
            message: {
                let reader = Reader { who: viewer.tenant, joined_after: row.conversation_id };
                row.view(reader)?
            },
        })
    };
    rows.iter().map(left).collect()
}

#[derive(Debug, FromQueryResult)]
struct Joined {
    joined_after: Uuid,
}

/// What was written in all conversations of the viewer after a message, the oldest first, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn after(
    store: &Store,
    viewer: &Viewer,
    message: MessageId,
    limit: usize,
) -> Result<Vec<(ConversationId, MessageView)>, StoreError> {
    let mut sql = Sql::new();
    let apart = sql.apart(store.blocks.apart(viewer.tenant).as_deref());
    let (me, after) = (sql.mark(viewer.tenant.0), sql.mark(message.0));
    let limit = sql.mark(i64::try_from(limit).unwrap_or(i64::MAX));
    let readable = Sql::readable("m", "c.whom", &apart);
    sql.add(&format!(
        "SELECT p.joined_after, {COLUMNS} FROM conversation_people p JOIN conversations c ON c.id = p.conversation_id \
         JOIN messages m ON m.conversation_id = p.conversation_id AND m.id > {after} \
         LEFT JOIN tenants t ON t.id = m.author_id \
         WHERE p.tenant_id = {me}{readable} ORDER BY m.id LIMIT {limit}"
    ));
    let rows = store.conn().query_all_raw(sql.statement(store)).await?;
    let read = |row: &QueryResult| {
        let Joined { joined_after } = Joined::from_query_result(row, "")?;
        let row = Row::from_query_result(row, "")?;
        Ok((ConversationId(row.conversation_id), row.view(Reader { who: viewer.tenant, joined_after })?))
    };
    rows.iter().map(read).collect()
}

/// A message that was just written or taken back, for all who may hear of it.
#[derive(Clone, Debug)]
pub struct Heard {
    /// With whom the conversation is.
    pub with: ConversationWith,
    /// Its author, when she is still there.
    pub author: Option<TenantId>,
    /// As one of the others reads it.
    pub message: MessageView,
}

impl Heard {
    /// Whether somebody of the conversation may read it.
    #[must_use]
    pub fn is_for(&self, store: &Store, hearer: &Hearer) -> bool {
        let Reader { who, .. } = hearer.0;
        self.author == Some(who)
            || (!hearer.0.came_after(self.message.kind, self.message.id.0)
                && (self.with == ConversationWith::Author
                    || self.author.is_none_or(|author| !store.are_apart(author, who))))
    }
}

#[derive(Debug, FromQueryResult)]
struct Whom {
    whom: String,
}

/// One message with what has to be known of its conversation; none when it is gone altogether.
///
/// # Errors
/// When the database does not answer.
pub async fn heard(store: &Store, message: MessageId) -> Result<Option<Heard>, StoreError> {
    let mut sql = Sql::new();
    let id = sql.mark(message.0);
    sql.add(&format!(
        "SELECT c.whom, {COLUMNS} FROM messages m JOIN conversations c ON c.id = m.conversation_id \
         LEFT JOIN tenants t ON t.id = m.author_id WHERE m.id = {id}"
    ));
    let Some(row) = store.conn().query_one_raw(sql.statement(store)).await? else { return Ok(None) };
    let whom = Whom::from_query_result(&row, "")?.whom;
    let row = Row::from_query_result(&row, "")?;
    let author = row.author_id.map(TenantId);
    let with = word(ConversationWith::from_word(&whom), &whom)?;
    // As whoever was there from the beginning reads it.
    let reader = Reader { who: TenantId::GONE, joined_after: row.conversation_id };
    Ok(Some(Heard { with, author, message: row.view(reader)? }))
}

/// How many people of a conversation are read at once, before those are asked for who have a page open.
const FEW: usize = 1_000;

/// Somebody of a conversation who has a page open.
#[derive(Clone, Copy, Debug)]
pub struct Hearer(Reader);

impl Hearer {
    /// Who.
    #[must_use]
    pub const fn who(&self) -> TenantId {
        self.0.who
    }
}

/// Those of a conversation among these people, who have a page open.
///
/// # Errors
/// When the database does not answer.
pub async fn hearers(store: &Store, id: ConversationId, open: &HashSet<TenantId>) -> Result<Vec<Hearer>, StoreError> {
    use conversation_people::{Column, Entity};
    let people = || {
        let people = Entity::find().select_only().columns([Column::TenantId, Column::JoinedAfter]);
        people.filter(Column::ConversationId.eq(id.0))
    };
    let hearer = |(who, joined_after): (Uuid, Uuid)| Hearer(Reader { who: TenantId(who), joined_after });
    let few: Vec<(Uuid, Uuid)> = people().limit(FEW as u64 + 1).into_tuple().all(store.conn()).await?;
    if few.len() <= FEW {
        return Ok(few.into_iter().map(hearer).filter(|h| open.contains(&h.who())).collect());
    }
    let open: Vec<Uuid> = open.iter().map(|t| t.0).collect();
    let mut found = Vec::new();
    for part in open.chunks(FEW) {
        let some = people().filter(Column::TenantId.is_in(part.iter().copied()));
        let some: Vec<(Uuid, Uuid)> = some.into_tuple().all(store.conn()).await?;
        found.extend(some.into_iter().map(hearer));
    }
    Ok(found)
}
