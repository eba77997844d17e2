//! Who is still to be told something about an event: kept by one statement, however many they are, and told some at a time.

use chrono::NaiveDate;
use domain::Timestamp;
use domain::event::{AnswerState, Event};
use domain::id::{EventId, TenantId};
use domain::news::NewsKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::super::conversations::Sql;
use super::super::entity::event_words::{Column, Entity};
use super::super::{Db, StoreError, Tx, word};

/// Of which dates of an event a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Of one, for those who answered to it.
    One(NaiveDate),
    /// Of all that were to come then: nothing is said to those who came only to others.
    All(Timestamp),
    /// The same, and each is told which of them was to be her next one.
    Next(Timestamp),
}

/// Who is to be told.
#[derive(Clone, Copy, Debug)]
pub struct Whom<'a> {
    /// All who have answered so.
    pub answers: &'a [AnswerState],
    /// All who invite as well.
    pub hosts: bool,
    /// Not whoever does it.
    pub by: Option<TenantId>,
}

/// Keeps in mind to tell these people. `about` is what they are told it is about.
///
/// # Errors
/// When the database does not answer.
pub async fn keep(
    tx: &Tx,
    id: Uuid,
    (event, about): (&Event, EventId),
    kind: NewsKind,
    which: Which,
    whom: Whom<'_>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new();
    let (id, thing, about) = (sql.mark(id), sql.mark(event.id.0), sql.mark(about.0));
    let kind = sql.mark(kind.as_str());
    let answers: Vec<String> = whom.answers.iter().map(|a| format!("'{}'", a.as_str())).collect();
    let answers = answers.join(", ");
    let to_come = |since: Timestamp| format!("NOT d.cancelled AND d.ends_at > {}", since.timestamp_millis());
    let none = "CAST(NULL AS text)".to_owned();
    let (date, of_hosts, these) = match which {
        Which::One(date) => {
            let date = sql.mark(date.to_string());
            let text = format!("CAST({date} AS text)");
            (text.clone(), text, format!("a.date = {date}"))
        }
        Which::All(since) => (none.clone(), none, to_come(since)),
        Which::Next(since) => ("MIN(a.date)".to_owned(), none, to_come(since)),
    };
    let not = whom.by.map_or_else(|| "TRUE".to_owned(), |by| format!("t.id <> {}", sql.mark(by.0)));
    let hosts = if whom.hosts {
        let hosts = sql.marks(event.hosts().map(|host| host.0));
        format!(" UNION SELECT h.id, {of_hosts} FROM tenants h WHERE h.id IN ({hosts})")
    } else {
        String::new()
    };
    sql.add(&format!(
        "INSERT INTO event_words (id, tenant_id, event_id, kind, date) \
         SELECT {id}, t.id, {about}, {kind}, t.date FROM (\
         SELECT a.tenant_id AS id, {date} AS date FROM event_answers a \
         JOIN event_dates d ON d.event_id = a.event_id AND d.date = a.date \
         WHERE a.event_id = {thing} AND a.answer IN ({answers}) AND {these} GROUP BY a.tenant_id{hosts}) t WHERE {not}"
    ));
    sql.run(tx).await
}

/// Whoever is still to be told something about an event is not told it any more.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(tx: &Tx, event: EventId) -> Result<(), StoreError> {
    // A table that is empty nearly always.
    Entity::delete_many().filter(Column::EventId.eq(event.0)).exec(tx.conn()).await?;
    Ok(())
}

/// Something that somebody is to be told.
#[derive(Clone, Copy, Debug)]
pub struct ToTell {
    /// Who.
    pub to: TenantId,
    /// About which event.
    pub event: EventId,
    /// What.
    pub kind: NewsKind,
    /// Of which of its dates.
    pub date: Option<NaiveDate>,
}

/// Takes some of those off who are to be told.
///
/// # Errors
/// When the database does not answer.
pub async fn take_some(tx: &Tx, id: Uuid, limit: u64) -> Result<Vec<ToTell>, StoreError> {
    let rows =
        Entity::find().filter(Column::Id.eq(id)).order_by_asc(Column::TenantId).limit(limit).all(tx.conn()).await?;
    let people = rows.iter().map(|r| r.tenant_id);
    Entity::delete_many().filter(Column::Id.eq(id)).filter(Column::TenantId.is_in(people)).exec(tx.conn()).await?;
    rows.into_iter()
        .map(|row| {
            Ok(ToTell {
                to: TenantId(row.tenant_id),
                event: EventId(row.event_id),
                kind: word(NewsKind::from_word(&row.kind), &row.kind)?,
                date: row.date.as_deref().map(super::day).transpose()?,
            })
        })
        .collect()
}
