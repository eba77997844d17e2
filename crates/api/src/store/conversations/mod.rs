//! Conversations: who talks about what, and how far each has read. Messages, and what a viewer sees of it all, stand beside it.

mod about;
mod crowd;
mod leaving;
mod messages;
mod views;

use domain::Timestamp;
use domain::conversation::{ConversationWith, ThingKind, ThingRef};
use domain::id::{ConversationId, MessageId, OfficeId, TenantId};
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Statement,
    Value,
};
use uuid::Uuid;

use super::blocks::Apart;
use super::entity::{conversation_people, conversations, messages as rows, news};
use super::{Change, Db, Store, StoreError, Tx, Viewer, word};

pub use about::{NewPost, Post, new_posts, post};
pub use crowd::{join_event, leave_event};
pub use leaving::{is_in_any, leave_some, take_back_some, things_gone};
pub use messages::{Heard, Hearer, Left, TakenBack, after, heard, hearers, left, list as messages, say, take_back};
pub use views::{Filter, find, message, no_longer_in, page};

/// A statement of this room and its values.
pub(in crate::store) struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub fn new() -> Self {
        Self { text: String::new(), values: Vec::new() }
    }

    pub fn add(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Keeps a value, and gives the mark that stands for it; the same mark may stand in several places.
    pub fn mark(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    pub fn marks(&mut self, ids: impl IntoIterator<Item = Uuid>) -> String {
        ids.into_iter().map(|id| self.mark(id)).collect::<Vec<_>>().join(",")
    }

    /// ` AND column NOT IN (…)`: nothing for nearly everybody, who has blocked nobody and is blocked by nobody.
    pub fn but(column: &str, apart: &str) -> String {
        if apart.is_empty() { String::new() } else { format!(" AND {column} NOT IN ({apart})") }
    }

    /// Which messages somebody may read: among everybody not those of people whom she does not meet; between two it stays what was said.
    fn readable(message: &str, with: &str, apart: &str) -> String {
        if apart.is_empty() {
            return String::new();
        }
        let between_two = ConversationWith::Author.as_str();
        let author = format!("{message}.author_id");
        format!(" AND ({author} IS NULL OR {with} = '{between_two}' OR {author} NOT IN ({apart}))")
    }

    /// The marks of those whom somebody does not meet.
    pub fn apart(&mut self, apart: Option<&Apart>) -> String {
        self.marks(apart.into_iter().flatten().map(|t| t.0))
    }

    pub fn statement(self, db: &impl Db) -> Statement {
        Statement::from_sql_and_values(db.conn().get_database_backend(), self.text, self.values)
    }

    /// Does what it says, and answers nothing.
    pub async fn run(self, tx: &Tx) -> Result<(), StoreError> {
        tx.conn().execute_raw(self.statement(tx)).await?;
        Ok(())
    }
}

/// A new conversation.
#[derive(Clone, Copy, Debug)]
pub struct NewConversation {
    /// Which.
    pub id: ConversationId,
    /// Of which office.
    pub office: OfficeId,
    /// About what.
    pub about: ThingRef,
    /// With whom.
    pub with: ConversationWith,
    /// Who begins it.
    pub by: TenantId,
    /// When.
    pub at: Timestamp,
}

/// Stands for whose conversation it is: one for each who writes to an author, one for all where everybody talks.
fn opener(about: ThingRef, with: ConversationWith, by: TenantId) -> Uuid {
    match with {
        ConversationWith::Author => by.0,
        ConversationWith::Everybody => about.id,
    }
}

/// The conversation about a thing that somebody would begin, when there is one already.
///
/// # Errors
/// When the database does not answer.
pub async fn begun(
    db: &impl Db,
    about: ThingRef,
    with: ConversationWith,
    by: TenantId,
) -> Result<Option<ConversationId>, StoreError> {
    use conversations::{Column, Entity};
    let id: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AboutId.eq(about.id))
        .filter(Column::AboutKind.eq(about.kind.as_str()))
        .filter(Column::Whom.eq(with.as_str()))
        .filter(Column::OpenerId.eq(opener(about, with, by)))
        .into_tuple()
        .one(db.conn())
        .await?;
    Ok(id.map(ConversationId))
}

/// Begins a conversation with these people in it; false when somebody was faster by a hair.
///
/// # Errors
/// `Stale` when one of them is gone.
pub async fn insert(tx: &Tx, new: &NewConversation, people: &[TenantId]) -> Result<bool, StoreError> {
    if !insert_row(tx, new).await? {
        return Ok(false);
    }
    for part in people.chunks(1_000) {
        let rows = part.iter().map(|&person| person_row(new.id, person));
        conversation_people::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(true)
}

/// As [`insert`], with the hosts of an event and all who have said that they come, perhaps: by one statement, however many they are.
///
/// # Errors
/// When the database does not answer.
pub async fn insert_for_event(tx: &Tx, new: &NewConversation) -> Result<bool, StoreError> {
    if !insert_row(tx, new).await? {
        return Ok(false);
    }
    let mut sql = Sql::new();
    let (id, event) = (sql.mark(new.id.0), sql.mark(new.about.id));
    sql.add(&format!(
        "INSERT INTO conversation_people (conversation_id, tenant_id, read_up_to, muted, joined_after) \
         SELECT c.id, x.tenant_id, c.id, false, c.id FROM conversations c, (\
         SELECT author_id AS tenant_id FROM events WHERE id = {event} \
         UNION SELECT tenant_id FROM event_hosts WHERE event_id = {event} \
         UNION SELECT tenant_id FROM event_answers WHERE event_id = {event} AND answer IN ('going', 'maybe')) x \
         WHERE c.id = {id}"
    ));
    tx.conn().execute_raw(sql.statement(tx)).await?;
    Ok(true)
}

async fn insert_row(tx: &Tx, new: &NewConversation) -> Result<bool, StoreError> {
    use conversations::{ActiveModel, Column, Entity};
    let row = ActiveModel {
        id: Set(new.id.0),
        office_id: Set(new.office.0),
        about_kind: Set(new.about.kind.as_str().to_owned()),
        about_id: Set(new.about.id),
        whom: Set(new.with.as_str().to_owned()),
        opener_id: Set(opener(new.about, new.with, new.by)),
        created_at: Set(new.at.timestamp_millis()),
        updated_at: Set(new.at.timestamp_millis()),
    };
    let one_each = OnConflict::columns([Column::AboutId, Column::AboutKind, Column::Whom, Column::OpenerId]);
    let inserted =
        Entity::insert(row).on_conflict(one_each.clone().do_nothing().to_owned()).exec_without_returning(tx.conn());
    Ok(inserted.await? == 1)
}

fn person_row(id: ConversationId, person: TenantId) -> conversation_people::ActiveModel {
    conversation_people::ActiveModel {
        conversation_id: Set(id.0),
        tenant_id: Set(person.0),
        read_up_to: Set(id.0),
        muted: Set(false),
        joined_after: Set(id.0),
    }
}

/// A conversation as somebody finds it who wants to write.
#[derive(Clone, Debug)]
pub struct Entered {
    /// With whom.
    pub with: ConversationWith,
    /// Between two: the other one, when she is still there.
    pub other: Option<TenantId>,
}

/// Enters a conversation to write, until the end of the transaction; none when the viewer is not in it. Whoever is erased at this moment is
/// erased either before, and does not enter, or afterwards, together with what she writes.
///
/// # Errors
/// When the database does not answer.
pub async fn enter(tx: &Tx, viewer: &Viewer, id: ConversationId) -> Result<Option<Entered>, StoreError> {
    use conversation_people::{Column, Entity};
    let mine = Entity::find_by_id((id.0, viewer.tenant.0)).lock_exclusive().one(tx.conn()).await?;
    let row = conversations::Entity::find_by_id(id.0).one(tx.conn()).await?;
    let (Some(_), Some(row)) = (mine, row) else { return Ok(None) };
    let with = word(ConversationWith::from_word(&row.whom), &row.whom)?;
    let other = match with {
        ConversationWith::Everybody => None,
        ConversationWith::Author => Entity::find()
            .filter(Column::ConversationId.eq(id.0))
            .filter(Column::TenantId.ne(viewer.tenant.0))
            .one(tx.conn())
            .await?
            .map(|p| TenantId(p.tenant_id)),
    };
    Ok(Some(Entered { with, other }))
}

impl Store {
    /// Whether anybody is in a conversation whom the viewer meets.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn meets_somebody(&self, tx: &Tx, viewer: &Viewer, id: ConversationId) -> Result<bool, StoreError> {
        use conversation_people::{Column, Entity};
        let mut others =
            Entity::find().filter(Column::ConversationId.eq(id.0)).filter(Column::TenantId.ne(viewer.tenant.0));
        if let Some(apart) = self.blocks.apart(viewer.tenant) {
            others = others.filter(Column::TenantId.is_not_in(apart.iter().map(|t| t.0)));
        }
        Ok(others.one(tx.conn()).await?.is_some())
    }
}

impl Store {
    /// Whether the viewer and somebody are in one conversation.
    pub(super) async fn share_a_conversation(&self, viewer: &Viewer, other: TenantId) -> Result<bool, StoreError> {
        use conversation_people::{Column, Entity};
        let of_other = Query::select()
            .column(Column::ConversationId)
            .from(Entity)
            .and_where(Column::TenantId.eq(other.0))
            .to_owned();
        let shared = Entity::find()
            .filter(Column::TenantId.eq(viewer.tenant.0))
            .filter(Column::ConversationId.in_subquery(of_other))
            .one(self.conn())
            .await?;
        Ok(shared.is_some())
    }
}

/// Whether somebody is in a conversation.
///
/// # Errors
/// When the database does not answer.
pub async fn is_in(db: &impl Db, viewer: &Viewer, id: ConversationId) -> Result<bool, StoreError> {
    Ok(conversation_people::Entity::find_by_id((id.0, viewer.tenant.0)).count(db.conn()).await? == 1)
}

/// Notes how far the viewer has read, never back; the news about the conversation are read with it. False when there is no such message in a
/// conversation of hers.
///
/// # Errors
/// When the database does not answer.
pub async fn read(tx: &Tx, viewer: &Viewer, id: ConversationId, up_to: MessageId) -> Result<bool, StoreError> {
    use conversation_people::{Column, Entity};
    let message = rows::Entity::find_by_id(up_to.0).one(tx.conn()).await?;
    if message.is_none_or(|m| m.conversation_id != id.0) || !is_in(tx, viewer, id).await? {
        return Ok(false);
    }
    let further = Entity::update_many()
        .col_expr(Column::ReadUpTo, Expr::value(up_to.0))
        .filter(Column::ConversationId.eq(id.0))
        .filter(Column::TenantId.eq(viewer.tenant.0))
        .filter(Column::ReadUpTo.lt(up_to.0))
        .exec(tx.conn())
        .await?;
    news::Entity::update_many()
        .col_expr(news::Column::Unread, Expr::value(false))
        .filter(news::Column::TenantId.eq(viewer.tenant.0))
        .filter(news::Column::AboutKind.eq(ThingKind::Conversation.as_str()))
        .filter(news::Column::AboutId.eq(id.0))
        .exec(tx.conn())
        .await?;
    if further.rows_affected == 1 {
        count_anew(tx, viewer, id);
    }
    Ok(true)
}

/// Notes whether the viewer wants word about a conversation; false when she is not in it.
///
/// # Errors
/// When the database does not answer.
pub async fn mute(tx: &Tx, viewer: &Viewer, id: ConversationId, muted: bool) -> Result<bool, StoreError> {
    use conversation_people::{Column, Entity};
    let done = Entity::update_many()
        .col_expr(Column::Muted, Expr::value(muted))
        .filter(Column::ConversationId.eq(id.0))
        .filter(Column::TenantId.eq(viewer.tenant.0))
        .exec(tx.conn())
        .await?;
    count_anew(tx, viewer, id);
    Ok(done.rows_affected == 1)
}

/// What the viewer has read on one page, the others count anew.
fn count_anew(tx: &Tx, viewer: &Viewer, id: ConversationId) {
    tx.tell(Change::News(viewer.tenant, ThingRef { kind: ThingKind::Conversation, id: id.0 }));
}
