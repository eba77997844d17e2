//! Events, row by row: the event with its dates, hosts and lines. What people answer, what viewers see, lists and words stand beside it.
//!
//! Whoever changes anything about an event holds its row ([`lock`]) until the end of the transaction: places, line and lists follow in
//! one order, whoever comes at the same moment.

pub mod answers;
mod attendees;
pub mod bring;
mod days;
mod feed;
mod leaving;
mod list;
mod own;
mod people;
mod places;
mod view;
pub mod words;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use domain::event::repeat::Repeat;
use domain::event::{Access, BringLine, Edited, Event, EventState, Guests, Places, StepFree, Wanted};
use domain::id::{EventId, LineId, OfficeId, ResidenceId, TenantId};
use domain::moment::LocalTime;
use domain::text::{Body, Title, Words};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::conversations::{Sql, things_gone};
use super::entity::events::{Column, Entity, Model};
use super::entity::{event_answers, event_dates, event_hosts, event_lines, event_takings};
use super::offers::circle;
use super::{Change, Db, StoreError, Tx, number, time, value, word};

pub use attendees::{AttendeesAfter, attendees, event_for};
pub use leaving::{answered_dates, delete_some_answers, hide, hosted, nothing_left};
pub(super) use list::Agenda;
pub use list::{Slot, Span, parse_cursor};
pub use people::author_changed;
pub use places::PlacesOfDate;
pub(super) use view::{Whose, may_know};

/// How long a postponed event stays in the lists without a new date.
const POSTPONED_DAYS: i64 = 30;

fn local(text: &str) -> Result<LocalTime, StoreError> {
    let naive: NaiveDateTime = value(text.parse())?;
    value(LocalTime::parse(naive))
}

fn day(text: &str) -> Result<NaiveDate, StoreError> {
    value(text.parse())
}

/// What stands in tables of its own.
#[derive(Debug, Default)]
struct Parts {
    co_hosts: Vec<TenantId>,
    cancelled: Vec<NaiveDate>,
    lines: Vec<BringLine>,
}

fn from_row(row: Model, parts: Parts) -> Result<Event, StoreError> {
    let places = |n: Option<i32>| n.map(|n| value(Places::parse(number(n)?))).transpose();
    Ok(Event {
        id: EventId(row.id),
        office: OfficeId(row.office_id),
        author: TenantId(row.author_id),
        co_hosts: parts.co_hosts,
        residence: ResidenceId(row.residence_id),
        title: value(Title::parse(row.title))?,
        text: value(Body::parse(row.text))?,
        place: value(Words::parse(row.place))?,
        at_residence: row.at_residence_id.map(ResidenceId),
        start: local(&row.start_local)?,
        end: local(&row.end_local)?,
        circle: circle(&row.circle)?,
        places: places(row.places)?,
        places_per_residence: places(row.places_per_residence)?,
        guests: value(Guests::parse(number(row.guests)?))?,
        access: Access {
            step_free: word(StepFree::from_word(&row.step_free), &row.step_free)?,
            text: row.access_text.map(|t| value(Words::parse(t))).transpose()?,
        },
        lines: parts.lines,
        repeat: row.repetition.map(|r| value(serde_json::from_str::<Repeat>(&r))).transpose()?,
        cancelled: parts.cancelled,
        state: word(EventState::from_word(&row.state), &row.state)?,
        sequence: number(row.sequence)?,
        created_at: time(row.created_at),
        updated_at: time(row.updated_at),
        postponed_at: row.postponed_at.map(time),
        version: number(row.edition)?,
        hidden: row.hidden,
    })
}

fn whole(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

fn to_row(event: &Event) -> Result<Model, StoreError> {
    let places = |n: Option<Places>| n.map(|n| i32::from(n.get()));
    let local = |at: LocalTime| at.naive().format("%Y-%m-%dT%H:%M:%S").to_string();
    // Its old date says nothing any more: it must not go from the lists before there is a new one.
    let over_at = match event.state {
        EventState::Postponed => Ord::max(event.over_at(), event.updated_at + TimeDelta::days(POSTPONED_DAYS)),
        EventState::Draft | EventState::Published | EventState::Cancelled | EventState::Ended => event.over_at(),
    };
    Ok(Model {
        id: event.id.0,
        office_id: event.office.0,
        author_id: event.author.0,
        residence_id: event.residence.0,
        title: event.title.to_string(),
        text: event.text.to_string(),
        place: event.place.to_string(),
        at_residence_id: event.at_residence.map(|r| r.0),
        start_local: local(event.start),
        end_local: local(event.end),
        circle: event.circle.as_str().to_owned(),
        places: places(event.places),
        places_per_residence: places(event.places_per_residence),
        guests: event.guests.get().into(),
        step_free: event.access.step_free.as_str().to_owned(),
        access_text: event.access.text.as_ref().map(ToString::to_string),
        repetition: event.repeat.as_ref().map(|r| value(serde_json::to_string(r))).transpose()?,
        state: event.state.as_str().to_owned(),
        sequence: whole(event.sequence),
        created_at: event.created_at.timestamp_millis(),
        updated_at: event.updated_at.timestamp_millis(),
        postponed_at: event.postponed_at.map(|at| at.timestamp_millis()),
        over_at: over_at.timestamp_millis(),
        edition: whole(event.version),
        version: i32::from(event.state != EventState::Draft),
        hidden: event.hidden,
    })
}

fn dates_of(event: &Event) -> Vec<event_dates::ActiveModel> {
    let row = |on: domain::event::EventTime| event_dates::ActiveModel {
        event_id: Set(event.id.0),
        date: Set(on.date.to_string()),
        starts_at: Set(on.starts_at.timestamp_millis()),
        ends_at: Set(on.ends_at.timestamp_millis()),
        cancelled: Set(on.cancelled),
        taken: Set(0),
        waiting: Set(0),
        version: Set(1),
    };
    event.dates().into_iter().map(row).collect()
}

/// A new event.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, event: &Event) -> Result<(), StoreError> {
    Entity::insert(to_row(event)?.into_active_model()).exec_without_returning(tx.conn()).await?;
    event_dates::Entity::insert_many(dates_of(event)).exec_without_returning(tx.conn()).await?;
    save_lines(tx, event).await?;
    tx.tell(Change::Event(event.id));
    Ok(())
}

async fn save_lines(tx: &Tx, event: &Event) -> Result<(), StoreError> {
    use event_lines::{Column as Line, Entity as Lines};
    if event.lines.is_empty() {
        return Ok(());
    }
    let rows = (0..).zip(&event.lines).map(|(at, line)| event_lines::ActiveModel {
        id: Set(line.id.0),
        event_id: Set(event.id.0),
        position: Set(at),
        what: Set(line.what.to_string()),
        wanted: Set(line.wanted.get().into()),
    });
    let again = OnConflict::column(Line::Id).update_columns([Line::Position, Line::What, Line::Wanted]).to_owned();
    Lines::insert_many(rows).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

async fn parts(db: &impl Db, id: EventId) -> Result<Parts, StoreError> {
    use {event_dates::Column as Date, event_hosts::Column as Host, event_lines::Column as Line};
    let hosts: Vec<Uuid> = event_hosts::Entity::find()
        .select_only()
        .column(Host::TenantId)
        .filter(Host::EventId.eq(id.0))
        .order_by_asc(Host::AddedAt)
        .order_by_asc(Host::TenantId)
        .into_tuple()
        .all(db.conn())
        .await?;
    let cancelled: Vec<String> = event_dates::Entity::find()
        .select_only()
        .column(Date::Date)
        .filter(Date::EventId.eq(id.0))
        .filter(Date::Cancelled.eq(true))
        .order_by_asc(Date::Date)
        .into_tuple()
        .all(db.conn())
        .await?;
    let lines =
        event_lines::Entity::find().filter(Line::EventId.eq(id.0)).order_by_asc(Line::Position).all(db.conn()).await?;
    Ok(Parts {
        co_hosts: hosts.into_iter().map(TenantId).collect(),
        cancelled: cancelled.iter().map(|d| day(d)).collect::<Result<_, _>>()?,
        lines: lines.into_iter().map(line).collect::<Result<_, _>>()?,
    })
}

fn line(row: event_lines::Model) -> Result<BringLine, StoreError> {
    Ok(BringLine {
        id: LineId(row.id),
        what: value(Words::parse(row.what))?,
        wanted: value(Wanted::parse(number(row.wanted)?))?,
    })
}

/// One event, for a use case that will decide who may do what. Nobody else changes it, or anything about it, until the end of the
/// transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(tx: &Tx, id: EventId) -> Result<Option<Event>, StoreError> {
    let Some(row) = Entity::find_by_id(id.0).lock_exclusive().one(tx.conn()).await? else { return Ok(None) };
    let parts = parts(tx, id).await?;
    Ok(Some(from_row(row, parts)?))
}

/// Cards are kept by version: a new one. As long as it is a draft there is no card; the first is that of a new post.
fn next_version() -> Expr {
    let draft = Expr::col(Column::State).eq(EventState::Draft.as_str());
    CaseStatement::new().case(draft, Expr::col(Column::Version)).finally(Expr::col(Column::Version).add(1)).into()
}

/// Its places have changed.
///
/// # Errors
/// When the database does not answer.
pub async fn touch(tx: &Tx, id: EventId) -> Result<(), StoreError> {
    Entity::update_many().col_expr(Column::Version, next_version()).filter(Column::Id.eq(id.0)).exec(tx.conn()).await?;
    tx.tell(Change::Event(id));
    Ok(())
}

/// Keeps a changed event whose row is held ([`lock`]): its words, its state, its dates and lines. Hosts are kept by [`add_host`] and
/// [`remove_host`].
///
/// # Errors
/// `Stale` when it was not held after all.
pub async fn save(tx: &Tx, event: &Event, read: u32) -> Result<(), StoreError> {
    let row = to_row(event)?;
    let is_draft = event.state == EventState::Draft;
    let version = if is_draft { Expr::value(0) } else { Expr::col(Column::Version).add(1) };
    let saved = Entity::update_many()
        .col_expr(Column::AuthorId, Expr::value(row.author_id))
        .col_expr(Column::ResidenceId, Expr::value(row.residence_id))
        .col_expr(Column::Title, Expr::value(row.title))
        .col_expr(Column::Text, Expr::value(row.text))
        .col_expr(Column::Place, Expr::value(row.place))
        .col_expr(Column::AtResidenceId, Expr::value(row.at_residence_id))
        .col_expr(Column::StartLocal, Expr::value(row.start_local))
        .col_expr(Column::EndLocal, Expr::value(row.end_local))
        .col_expr(Column::Circle, Expr::value(row.circle))
        .col_expr(Column::Places, Expr::value(row.places))
        .col_expr(Column::PlacesPerResidence, Expr::value(row.places_per_residence))
        .col_expr(Column::Guests, Expr::value(row.guests))
        .col_expr(Column::StepFree, Expr::value(row.step_free))
        .col_expr(Column::AccessText, Expr::value(row.access_text))
        .col_expr(Column::Repetition, Expr::value(row.repetition))
        .col_expr(Column::State, Expr::value(row.state))
        .col_expr(Column::Sequence, Expr::value(row.sequence))
        .col_expr(Column::CreatedAt, Expr::value(row.created_at))
        .col_expr(Column::UpdatedAt, Expr::value(row.updated_at))
        .col_expr(Column::PostponedAt, Expr::value(row.postponed_at))
        .col_expr(Column::OverAt, Expr::value(row.over_at))
        .col_expr(Column::Edition, Expr::value(row.edition))
        .col_expr(Column::Version, version)
        .col_expr(Column::Hidden, Expr::value(row.hidden))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Edition.eq(whole(read)))
        .exec(tx.conn())
        .await?;
    if saved.rows_affected != 1 {
        return Err(StoreError::Stale);
    }
    keep_dates(tx, event).await?;
    tx.tell(Change::Event(event.id));
    Ok(())
}

async fn keep_dates(tx: &Tx, event: &Event) -> Result<(), StoreError> {
    use event_dates::Column as Date;
    let again = OnConflict::columns([Date::EventId, Date::Date])
        .update_columns([Date::StartsAt, Date::EndsAt, Date::Cancelled])
        .value(Date::Version, Expr::col((event_dates::Entity, Date::Version)).add(1))
        .to_owned();
    event_dates::Entity::insert_many(dates_of(event)).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Keeps an edit: answers and what people bring go with their dates, or with those and the lines that are no more.
///
/// # Errors
/// As [`save`].
pub async fn save_edit(tx: &Tx, edited: &Edited, before: &Event) -> Result<(), StoreError> {
    let id = edited.event.id;
    for lost in &edited.lost {
        delete_date(tx, before, *lost).await?;
    }
    for (from, to) in &edited.moved {
        move_date(tx, before, *from, *to).await?;
    }
    let gone = edited.lines_gone.iter().map(|l| l.0);
    event_takings::Entity::delete_many()
        .filter(event_takings::Column::LineId.is_in(gone.clone()))
        .exec(tx.conn())
        .await?;
    event_lines::Entity::delete_many().filter(event_lines::Column::Id.is_in(gone)).exec(tx.conn()).await?;
    save(tx, &edited.event, before.version).await?;
    save_lines(tx, &edited.event).await?;
    leaving_talk(tx, id).await
}

fn lines_of(event: &Event) -> impl Iterator<Item = Uuid> + '_ {
    event.lines.iter().map(|l| l.id.0)
}

async fn delete_date(tx: &Tx, event: &Event, date: NaiveDate) -> Result<(), StoreError> {
    let (id, date) = (event.id.0, date.to_string());
    event_takings::Entity::delete_many()
        .filter(event_takings::Column::LineId.is_in(lines_of(event)))
        .filter(event_takings::Column::Date.eq(date.as_str()))
        .exec(tx.conn())
        .await?;
    event_answers::Entity::delete_many()
        .filter(event_answers::Column::EventId.eq(id))
        .filter(event_answers::Column::Date.eq(date.as_str()))
        .exec(tx.conn())
        .await?;
    event_dates::Entity::delete_by_id((id, date)).exec(tx.conn()).await?;
    Ok(())
}

async fn move_date(tx: &Tx, event: &Event, from: NaiveDate, to: NaiveDate) -> Result<(), StoreError> {
    let (from, to) = (from.to_string(), to.to_string());
    event_takings::Entity::update_many()
        .col_expr(event_takings::Column::Date, Expr::value(to.as_str()))
        .filter(event_takings::Column::LineId.is_in(lines_of(event)))
        .filter(event_takings::Column::Date.eq(from.as_str()))
        .exec(tx.conn())
        .await?;
    event_answers::Entity::update_many()
        .col_expr(event_answers::Column::Date, Expr::value(to.as_str()))
        .filter(event_answers::Column::EventId.eq(event.id.0))
        .filter(event_answers::Column::Date.eq(from.as_str()))
        .exec(tx.conn())
        .await?;
    event_dates::Entity::update_many()
        .col_expr(event_dates::Column::Date, Expr::value(to))
        .filter(event_dates::Column::EventId.eq(event.id.0))
        .filter(event_dates::Column::Date.eq(from))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Those who come to no date any more leave the conversation of the event.
async fn leaving_talk(tx: &Tx, id: EventId) -> Result<(), StoreError> {
    let mut sql = Sql::new();
    let event = sql.mark(id.0);
    sql.add(&format!(
        "DELETE FROM conversation_people WHERE conversation_id IN (SELECT id FROM conversations \
         WHERE about_id = {event} AND about_kind = 'event' AND whom = 'everybody' AND opener_id = {event}) \
         AND NOT EXISTS (SELECT 1 FROM event_answers a WHERE a.tenant_id = conversation_people.tenant_id \
         AND a.event_id = {event} AND a.answer IN ('going', 'maybe')) \
         AND NOT EXISTS (SELECT 1 FROM event_hosts h WHERE h.event_id = {event} \
         AND h.tenant_id = conversation_people.tenant_id) \
         AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = {event} AND e.author_id = conversation_people.tenant_id)"
    ));
    sql.run(tx).await
}

/// Somebody is a host now.
///
/// # Errors
/// `Stale` when she is gone.
pub async fn add_host(tx: &Tx, event: &Event, host: TenantId) -> Result<(), StoreError> {
    let row = event_hosts::ActiveModel {
        event_id: Set(event.id.0),
        tenant_id: Set(host.0),
        added_at: Set(event.updated_at.timestamp_millis()),
    };
    event_hosts::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Somebody is a host no more.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_host(tx: &Tx, event: EventId, host: TenantId) -> Result<(), StoreError> {
    event_hosts::Entity::delete_by_id((event.0, host.0)).exec(tx.conn()).await?;
    Ok(())
}

/// Deletes all lines of what to bring, with what people bring of them.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_lines(tx: &Tx, event: &Event) -> Result<(), StoreError> {
    event_takings::Entity::delete_many()
        .filter(event_takings::Column::LineId.is_in(lines_of(event)))
        .exec(tx.conn())
        .await?;
    event_lines::Entity::delete_many().filter(event_lines::Column::EventId.eq(event.id.0)).exec(tx.conn()).await?;
    Ok(())
}

/// Deletes an event whose answers are gone already, or that never had any.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(tx: &Tx, id: EventId) -> Result<(), StoreError> {
    super::outbox::forget(tx, id.0).await?;
    things_gone(tx, domain::conversation::ThingKind::Event, &[id.0]).await?;
    Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    tx.tell(Change::Event(id));
    Ok(())
}
