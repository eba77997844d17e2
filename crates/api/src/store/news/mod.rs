//! News: one row for each person and thing, the last that happened to it; and one for each date of an event.

mod tell;

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::Timestamp;
use domain::conversation::{MAX_UNREAD, MessageKind, ThingKind, ThingRef, ThingView};
use domain::id::TenantId;
use domain::news::{NewsKind, NewsView, Unread};
use domain::page::Page;
use domain::tenant::Person;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef,
};
use uuid::Uuid;

use super::blocks::Apart;
use super::entity::news::{Column, Entity, Model};
use super::entity::{conversation_people, conversations, messages, tenants as people};
use super::square::next_of;
use super::things::Named;
use super::{Db, Store, StoreError, Viewer, number, tenants, things, time, value, word};

use tell::WHOLE;
pub use tell::{Happened, forget_things, mark_read, sweep, tell, unname_some};

/// One line, before its thing has a title.
struct Line {
    id: Uuid,
    about: ThingRef,
    /// What its title is read from: the thing itself, or what a conversation is about.
    titled: ThingRef,
    kind: NewsKind,
    count: i32,
    by: Option<Person>,
    date: Option<NaiveDate>,
    at: Timestamp,
    unread: bool,
}

#[derive(FromQueryResult)]
struct NewsRow {
    #[sea_orm(nested)]
    news: Model,
    first_name: Option<String>,
    mark_colour: Option<String>,
    mark_animal: Option<String>,
}

/// A person whom the viewer meets, from a row that may hold none.
fn by(id: Option<Uuid>, name: [Option<String>; 3], apart: Option<&Apart>) -> Result<Option<Person>, StoreError> {
    let (Some(id), [Some(first), Some(colour), Some(animal)]) = (id.map(TenantId), name) else { return Ok(None) };
    if apart.is_some_and(|a| a.contains(&id)) {
        return Ok(None);
    }
    tenants::person_of(id, &first, &colour, &animal).map(Some)
}

impl NewsRow {
    fn line(self, apart: Option<&Apart>) -> Result<Line, StoreError> {
        let row = self.news;
        let kind = word(ThingKind::from_word(&row.about_kind), &row.about_kind)?;
        let about = ThingRef { kind, id: row.about_id };
        Ok(Line {
            id: row.id,
            about,
            titled: about,
            kind: word(NewsKind::from_word(&row.kind), &row.kind)?,
            count: row.count,
            by: by(row.actor_id, [self.first_name, self.mark_colour, self.mark_animal], apart)?,
            date: Some(row.date).filter(|d| d != WHOLE).map(|d| value(d.parse())).transpose()?,
            at: time(row.at),
            unread: row.unread,
        })
    }
}

#[derive(FromQueryResult)]
struct TalkRow {
    conversation_id: Uuid,
    about_kind: String,
    about_id: Uuid,
    last_id: Uuid,
    at: i64,
    author_id: Option<Uuid>,
    first_name: Option<String>,
    mark_colour: Option<String>,
    mark_animal: Option<String>,
    number: i64,
}

impl TalkRow {
    fn line(self, apart: Option<&Apart>) -> Result<Line, StoreError> {
        let kind = word(ThingKind::from_word(&self.about_kind), &self.about_kind)?;
        Ok(Line {
            id: self.last_id,
            about: ThingRef { kind: ThingKind::Conversation, id: self.conversation_id },
            titled: ThingRef { kind, id: self.about_id },
            kind: NewsKind::Message,
            count: i32::try_from(self.number).unwrap_or(i32::MAX),
            by: by(self.author_id, [self.first_name, self.mark_colour, self.mark_animal], apart)?,
            date: None,
            at: time(self.at),
            unread: true,
        })
    }
}

/// The messages of a conversation that its reader, in `conversation_people`, has not read.
fn unread_messages(who: TenantId, apart: Option<&Apart>) -> SelectStatement {
    use messages::Column as M;
    let message = |column| Expr::col((Alias::new("m"), column));
    let mut select = Query::select()
        .from_as(messages::Entity, Alias::new("m"))
        .and_where(
            message(M::ConversationId)
                .equals((conversation_people::Entity, conversation_people::Column::ConversationId)),
        )
        .and_where(message(M::Id).gt(Expr::col((conversation_people::Entity, conversation_people::Column::ReadUpTo))))
        .and_where(message(M::AuthorId).ne(who.0))
        .and_where(message(M::Kind).ne(MessageKind::Gone.as_str()))
        // What was given to those who were there before her is gone for her.
        .and_where(
            message(M::Kind)
                .ne(MessageKind::Contact.as_str())
                .or(message(M::Id)
                    .gt(Expr::col((conversation_people::Entity, conversation_people::Column::JoinedAfter)))),
        )
        .to_owned();
    if let Some(apart) = apart {
        select.and_where(message(M::AuthorId).is_not_in(apart.iter().map(|t| t.0)));
    }
    select
}

impl Store {
    /// A page of the viewer's news, newest first: what has happened, and conversations with messages that she has not read.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn news(&self, viewer: &Viewer, before: Option<Uuid>, limit: u16) -> Result<Page<NewsView>, StoreError> {
        let apart = self.blocks.apart(viewer.tenant);
        let apart = apart.as_deref();
        let mut lines = self.happened(viewer, before, limit, apart).await?;
        lines.extend(self.unread_talks(viewer, before, limit, apart).await?);
        lines.sort_unstable_by_key(|line| std::cmp::Reverse(line.id));
        let next = next_of(&mut lines, limit, |line| line.id.to_string());
        let named = things::named(self, viewer, lines.iter().map(|l| l.titled)).await?;
        let items = lines.into_iter().map(|line| line.view(&named)).collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }

    async fn happened(
        &self,
        viewer: &Viewer,
        before: Option<Uuid>,
        limit: u16,
        apart: Option<&Apart>,
    ) -> Result<Vec<Line>, StoreError> {
        let actor: RelationDef = Entity::belongs_to(people::Entity).from(Column::ActorId).to(people::Column::Id).into();
        let mut select = Entity::find()
            .columns([people::Column::FirstName, people::Column::MarkColour, people::Column::MarkAnimal])
            .join(JoinType::LeftJoin, actor)
            .filter(Column::TenantId.eq(viewer.tenant.0));
        if let Some(before) = before {
            select = select.filter(Column::Id.lt(before));
        }
        let select = select.order_by_desc(Column::Id).limit(u64::from(limit) + 1);
        let rows = select.into_model::<NewsRow>().all(self.conn()).await?;
        rows.into_iter().map(|row| row.line(apart)).collect()
    }

    async fn unread_talks(
        &self,
        viewer: &Viewer,
        before: Option<Uuid>,
        limit: u16,
        apart: Option<&Apart>,
    ) -> Result<Vec<Line>, StoreError> {
        use conversation_people::{Column as P, Entity as InIt};
        use messages::Column as M;
        let mut last = unread_messages(viewer.tenant, apart);
        last.column((Alias::new("m"), M::Id)).order_by((Alias::new("m"), M::Id), Order::Desc).limit(1);
        let mut some = unread_messages(viewer.tenant, apart);
        some.expr(Expr::val(1)).limit(u64::from(MAX_UNREAD));
        let number = Query::select()
            .expr(Func::count(Expr::col(sea_orm::sea_query::Asterisk)))
            .from_subquery(some, Alias::new("some"))
            .to_owned();
        let mut select = Query::select();
        select
            .column((InIt, P::ConversationId))
            .columns([
                (conversations::Entity, conversations::Column::AboutKind),
                (conversations::Entity, conversations::Column::AboutId),
            ])
            .expr_as(Expr::col((messages::Entity, M::Id)), "last_id")
            .columns([(messages::Entity, M::At), (messages::Entity, M::AuthorId)])
            .columns([
                (people::Entity, people::Column::FirstName),
                (people::Entity, people::Column::MarkColour),
                (people::Entity, people::Column::MarkAnimal),
            ])
            .expr_as(Expr::from(number), "number")
            .from(InIt)
            .inner_join(
                conversations::Entity,
                Expr::col((conversations::Entity, conversations::Column::Id)).equals((InIt, P::ConversationId)),
            )
            .inner_join(messages::Entity, Expr::col((messages::Entity, M::Id)).eq(Expr::from(last)))
            .left_join(
                people::Entity,
                Expr::col((people::Entity, people::Column::Id)).equals((messages::Entity, M::AuthorId)),
            )
            .and_where(Expr::col((InIt, P::TenantId)).eq(viewer.tenant.0))
            .and_where(Expr::col((InIt, P::Muted)).eq(false))
            .order_by((messages::Entity, M::Id), Order::Desc)
            .limit(u64::from(limit) + 1);
        if let Some(before) = before {
            select.and_where(Expr::col((messages::Entity, M::Id)).lt(before));
        }
        let rows = self.conn().query_all(&select).await?;
        rows.iter().map(|row| TalkRow::from_query_result(row, "")?.line(apart)).collect()
    }

    /// How much the viewer has not read.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unread(&self, viewer: &Viewer) -> Result<Unread, StoreError> {
        use conversation_people::{Column as P, Entity as InIt};
        let apart = self.blocks.apart(viewer.tenant);
        let most = u64::from(MAX_UNREAD);
        let mut any = unread_messages(viewer.tenant, apart.as_deref());
        any.expr(Expr::val(1));
        let talks = Query::select()
            .expr(Expr::val(1))
            .from(InIt)
            .and_where(Expr::col((InIt, P::TenantId)).eq(viewer.tenant.0))
            .and_where(Expr::col((InIt, P::Muted)).eq(false))
            .and_where(Expr::exists(any))
            .limit(most)
            .to_owned();
        let news = Query::select()
            .expr(Expr::val(1))
            .from(Entity)
            .and_where(Expr::col((Entity, Column::TenantId)).eq(viewer.tenant.0))
            .and_where(Expr::col((Entity, Column::Unread)).eq(true))
            .limit(most)
            .to_owned();
        let newest = Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(Expr::col((Entity, Column::TenantId)).eq(viewer.tenant.0))
            .order_by(Column::Id, Order::Desc)
            .limit(1)
            .to_owned();
        let count = |these, alias: &'static str| {
            let star = Func::count(Expr::col(sea_orm::sea_query::Asterisk));
            Expr::from(Query::select().expr(star).from_subquery(these, Alias::new(alias)).to_owned())
        };
        let both = Query::select()
            .expr_as(count(talks, "talks"), "conversations")
            .expr_as(count(news, "news_unread"), "news")
            .expr_as(Expr::from(newest), "newest")
            .to_owned();
        let Some(row) = self.conn().query_one(&both).await? else { return Ok(Unread::default()) };
        let number = |column: &str| row.try_get::<i64>("", column).map(|n| u32::try_from(n).unwrap_or(MAX_UNREAD));
        Ok(Unread {
            conversations: number("conversations")?,
            news: number("news")?,
            newest: row.try_get("", "newest")?,
        })
    }
}

impl Line {
    fn view(self, named: &HashMap<ThingRef, Named>) -> Result<NewsView, StoreError> {
        let ThingRef { kind, id } = self.about;
        let titled = things::view(self.titled, named);
        // A conversation opens, whatever it is about.
        let closed = titled.closed && self.about == self.titled;
        Ok(NewsView {
            id: self.id,
            about: ThingView { kind, id, closed, ..titled },
            kind: self.kind,
            count: number(self.count)?,
            by: self.by,
            date: self.date,
            at: self.at,
            unread: self.unread,
        })
    }
}
