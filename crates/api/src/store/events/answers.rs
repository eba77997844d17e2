//! What people answer, and the places of each date as they are counted. The event's row is held by whoever changes them.

use chrono::NaiveDate;
use domain::Timestamp;
use domain::event::places::Party;
use domain::event::{Answer, AnswerState, Event, Guests};
use domain::id::{EventId, ResidenceId, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::super::conversations::Sql;
use super::super::entity::event_answers::{self, Column, Entity, Model};
use super::super::entity::event_dates;
use super::super::{Db, StoreError, Tx, number, time, value, word};
use super::whole;

/// The answers that have a place.
pub(super) const SEATED: [&str; 2] = [AnswerState::Going.as_str(), AnswerState::Offered.as_str()];

fn from_row(row: &Model) -> Result<Answer, StoreError> {
    Ok(Answer {
        state: word(AnswerState::from_word(&row.answer), &row.answer)?,
        guests: value(Guests::parse(number(row.guests)?))?,
        residence: ResidenceId(row.residence_id),
        offer_until: row.offer_until.map(time),
    })
}

/// Somebody's answer, and where it stands in line.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// The answer.
    pub answer: Answer,
    /// Its place in line: the smaller the sooner.
    pub position: Uuid,
}

/// What somebody has answered for one date.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Db, event: EventId, date: NaiveDate, who: TenantId) -> Result<Option<Found>, StoreError> {
    let row = Entity::find_by_id((event.0, date.to_string(), who.0)).one(db.conn()).await?;
    row.map(|row| Ok(Found { answer: from_row(&row)?, position: row.position })).transpose()
}

/// All that somebody has answered to an event, date by date.
///
/// # Errors
/// When the database does not answer.
pub async fn of_person(db: &impl Db, event: EventId, who: TenantId) -> Result<Vec<AnswerState>, StoreError> {
    let rows: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Answer)
        .filter(Column::TenantId.eq(who.0))
        .filter(Column::EventId.eq(event.0))
        .into_tuple()
        .all(db.conn())
        .await?;
    rows.iter().map(|w| word(AnswerState::from_word(w), w)).collect()
}

/// Keeps an answer.
///
/// # Errors
/// `Stale` when she is gone.
pub async fn put(
    tx: &Tx,
    event: EventId,
    date: NaiveDate,
    who: TenantId,
    found: &Found,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = event_answers::ActiveModel {
        event_id: Set(event.0),
        date: Set(date.to_string()),
        tenant_id: Set(who.0),
        residence_id: Set(found.answer.residence.0),
        answer: Set(found.answer.state.as_str().to_owned()),
        guests: Set(found.answer.guests.get().into()),
        position: Set(found.position),
        offer_until: Set(found.answer.offer_until.map(|at| at.timestamp_millis())),
        updated_at: Set(now.timestamp_millis()),
    };
    let again = OnConflict::columns([Column::EventId, Column::Date, Column::TenantId])
        .update_columns([
            Column::ResidenceId,
            Column::Answer,
            Column::Guests,
            Column::Position,
            Column::OfferUntil,
            Column::UpdatedAt,
        ])
        .to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Deletes an answer.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(tx: &Tx, event: EventId, date: NaiveDate, who: TenantId) -> Result<(), StoreError> {
    Entity::delete_by_id((event.0, date.to_string(), who.0)).exec(tx.conn()).await?;
    Ok(())
}

/// A place at the end of the line: after all who wait, whatever the clock of this server shows.
///
/// # Errors
/// When the database does not answer.
pub async fn end_of_line(tx: &Tx, event: EventId, date: NaiveDate, id: Uuid) -> Result<Uuid, StoreError> {
    let last: Option<Uuid> = waiting(event, date)
        .select_only()
        .column(Column::Position)
        .order_by_desc(Column::Position)
        .limit(1)
        .into_tuple()
        .one(tx.conn())
        .await?;
    Ok(last.map_or(id, |last| Ord::max(id, Uuid::from_u128(last.as_u128().saturating_add(1)))))
}

fn waiting(event: EventId, date: NaiveDate) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::EventId.eq(event.0))
        .filter(Column::Date.eq(date.to_string()))
        .filter(Column::Answer.eq(AnswerState::Waitlisted.as_str()))
}

/// Somebody who waits.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// Who.
    pub who: TenantId,
    /// Where in line.
    pub position: Uuid,
    /// What she has answered.
    pub answer: Answer,
}

impl Waits {
    /// The people who come with her.
    #[must_use]
    pub const fn party(&self) -> Party {
        self.answer.party()
    }
}

/// Among whom somebody is the first of those who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// Beyond this place in line.
    pub after: Option<Uuid>,
    /// Up to this one.
    pub before: Option<Uuid>,
    /// Those whose party is no larger.
    pub largest: Option<u32>,
}

impl Ahead {
    fn sql(&self, sql: &mut Sql) -> String {
        let mut of = "AND w.answer = 'waitlisted'".to_owned();
        for (at, sign) in [(self.after, '>'), (self.before, '<')] {
            if let Some(at) = at {
                let at = sql.mark(at);
                of.push_str(&format!(" AND w.position {sign} {at}"));
            }
        }
        if let Some(largest) = self.largest {
            of.push_str(&format!(" AND w.guests < {largest}"));
        }
        format!("{of} ORDER BY w.position LIMIT 1")
    }
}

fn waits(row: &Model) -> Result<Waits, StoreError> {
    Ok(Waits { who: TenantId(row.tenant_id), position: row.position, answer: from_row(row)? })
}

/// The first one who waits; of a residence, when there is one.
///
/// # Errors
/// When the database does not answer.
pub async fn first(
    db: &impl Db,
    event: EventId,
    date: NaiveDate,
    residence: Option<ResidenceId>,
    ahead: Ahead,
) -> Result<Option<Waits>, StoreError> {
    let mut sql = Sql::new();
    let (event, date) = (sql.mark(event.0), sql.mark(date.to_string()));
    let home = residence.map(|r| format!(" AND w.residence_id = {}", sql.mark(r.0))).unwrap_or_default();
    let ahead = ahead.sql(&mut sql);
    sql.add(&format!("SELECT w.* FROM event_answers w WHERE w.event_id = {event} AND w.date = {date}{home} {ahead}"));
    let row = Entity::find().from_raw_sql(sql.statement(db)).one(db.conn()).await?;
    row.as_ref().map(waits).transpose()
}

/// The first ones who wait, one of each residence. As long to find as there are residences, however many wait.
///
/// # Errors
/// When the database does not answer.
pub async fn firsts(db: &impl Db, event: EventId, date: NaiveDate, ahead: Ahead) -> Result<Vec<Waits>, StoreError> {
    let mut sql = Sql::new();
    let (event, date) = (sql.mark(event.0), sql.mark(date.to_string()));
    let of = format!("event_id = {event} AND a.date = {date}");
    let next = "ORDER BY a.residence_id LIMIT 1";
    let ahead = ahead.sql(&mut sql);
    // From one residence to the next along the index, then to the first of each: CROSS JOIN keeps SQLite in this order.
    sql.add(&format!(
        "WITH RECURSIVE homes(residence_id) AS (\
         SELECT (SELECT a.residence_id FROM event_answers a WHERE a.{of} {next}) \
         UNION ALL SELECT (SELECT a.residence_id FROM event_answers a WHERE a.{of} \
         AND a.residence_id > homes.residence_id {next}) FROM homes WHERE homes.residence_id IS NOT NULL) \
         SELECT f.* FROM homes CROSS JOIN event_answers f WHERE f.event_id = {event} AND f.date = {date} \
         AND f.residence_id = homes.residence_id AND f.answer = 'waitlisted' AND f.position = (\
         SELECT w.position FROM event_answers w WHERE w.event_id = {event} AND w.date = {date} \
         AND w.residence_id = homes.residence_id {ahead})"
    ));
    let rows = Entity::find().from_raw_sql(sql.statement(db)).all(db.conn()).await?;
    rows.iter().map(waits).collect()
}

/// Some of the offers of a date that nobody has taken in time.
///
/// # Errors
/// When the database does not answer.
pub async fn lapsed(
    db: &impl Db,
    event: EventId,
    date: NaiveDate,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Waits>, StoreError> {
    let rows = Entity::find()
        .filter(Column::EventId.eq(event.0))
        .filter(Column::Date.eq(date.to_string()))
        .filter(Column::Answer.eq(AnswerState::Offered.as_str()))
        .filter(Column::OfferUntil.lte(now.timestamp_millis()))
        .order_by_asc(Column::Position)
        .limit(limit)
        .all(db.conn())
        .await?;
    rows.iter().map(waits).collect()
}

/// All offers of a date hold until another moment. With `later_only` those alone that hold longer than that.
///
/// # Errors
/// When the database does not answer.
pub async fn hold_offers(
    tx: &Tx,
    event: EventId,
    date: NaiveDate,
    until: Timestamp,
    later_only: bool,
) -> Result<bool, StoreError> {
    let mut update = Entity::update_many()
        .col_expr(Column::OfferUntil, Expr::value(until.timestamp_millis()))
        .filter(Column::EventId.eq(event.0))
        .filter(Column::Date.eq(date.to_string()))
        .filter(Column::Answer.eq(AnswerState::Offered.as_str()));
    if later_only {
        update = update.filter(Column::OfferUntil.gt(until.timestamp_millis()));
    }
    Ok(update.exec(tx.conn()).await?.rows_affected > 0)
}

/// How many places some residences have taken on a date.
///
/// # Errors
/// When the database does not answer.
pub async fn taken_by(
    db: &impl Db,
    event: EventId,
    date: NaiveDate,
    residences: &[ResidenceId],
) -> Result<Vec<(ResidenceId, u32)>, StoreError> {
    if residences.is_empty() {
        return Ok(Vec::new());
    }
    let people = Func::sum(Expr::col(Column::Guests).add(1)).cast_as(sea_orm::sea_query::Alias::new("bigint"));
    let rows: Vec<(Uuid, i64)> = Entity::find()
        .select_only()
        .column(Column::ResidenceId)
        .expr_as(people, "people")
        .filter(Column::EventId.eq(event.0))
        .filter(Column::Date.eq(date.to_string()))
        .filter(Column::ResidenceId.is_in(residences.iter().map(|r| r.0)))
        .filter(Column::Answer.is_in(SEATED))
        .group_by(Column::ResidenceId)
        .into_tuple()
        .all(db.conn())
        .await?;
    Ok(rows.into_iter().map(|(r, n)| (ResidenceId(r), u32::try_from(n).unwrap_or(u32::MAX))).collect())
}

/// What is counted of one date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Places that are taken, offered ones included.
    pub taken: u32,
    /// Answers that wait.
    pub waiting: u32,
}

impl Counts {
    /// One answer in place of another.
    pub fn replace(&mut self, before: Option<&Answer>, after: Option<&Answer>) {
        let seats = |a: Option<&Answer>| a.map_or(0, Answer::seats);
        let waits = |a: Option<&Answer>| u32::from(a.is_some_and(|a| a.state == AnswerState::Waitlisted));
        self.taken = (self.taken + seats(after)).saturating_sub(seats(before));
        self.waiting = (self.waiting + waits(after)).saturating_sub(waits(before));
    }
}

/// The counts of one date.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(db: &impl Db, event: EventId, date: NaiveDate) -> Result<Counts, StoreError> {
    let row = event_dates::Entity::find_by_id((event.0, date.to_string())).one(db.conn()).await?;
    let row = row.ok_or(StoreError::Stale)?;
    Ok(Counts { taken: number(row.taken)?, waiting: number(row.waiting)? })
}

/// Keeps the counts of one date.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_counts(tx: &Tx, event: &Event, date: NaiveDate, counts: Counts) -> Result<(), StoreError> {
    use event_dates::Column as Date;
    event_dates::Entity::update_many()
        .col_expr(Date::Taken, Expr::value(whole(counts.taken)))
        .col_expr(Date::Waiting, Expr::value(whole(counts.waiting)))
        .col_expr(Date::Version, Expr::col(Date::Version).add(1))
        .filter(Date::EventId.eq(event.id.0))
        .filter(Date::Date.eq(date.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}
