//! Who comes to a date, as hosts and those who go see it.

use chrono::NaiveDate;
use domain::event::{AnswerState, AttendeeView, Event, Guests};
use domain::id::{EventId, TenantId};
use domain::page::Page;
use sea_orm::{EntityTrait, FromQueryResult};
use uuid::Uuid;

use super::super::conversations::Sql;
use super::super::entity::events;
use super::super::square::next_of;
use super::super::{Db, Store, StoreError, Viewer, number, tenants, value, word};
use super::view::is_visible;
use super::{Parts, day, from_row};

/// Where a page of attendees ends: what the last one answered, her place in line, who she is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttendeesAfter {
    rank: usize,
    position: Uuid,
    tenant: Uuid,
}

impl AttendeesAfter {
    /// Reads a cursor.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let after = Self {
            rank: parts.next()?.parse().ok()?,
            position: parts.next()?.parse().ok()?,
            tenant: parts.next()?.parse().ok()?,
        };
        (parts.next().is_none() && after.rank < 5).then_some(after)
    }
}

#[derive(Debug, FromQueryResult)]
struct Row {
    rank: i32,
    position: Uuid,
    tenant_id: Uuid,
    answer: String,
    guests: i32,
    first_name: String,
    mark_colour: String,
    mark_animal: String,
}

impl Row {
    fn view(self) -> Result<AttendeeView, StoreError> {
        Ok(AttendeeView {
            person: tenants::person_of(
                TenantId(self.tenant_id),
                &self.first_name,
                &self.mark_colour,
                &self.mark_animal,
            )?,
            answer: word(AnswerState::from_word(&self.answer), &self.answer)?,
            guests: value(Guests::parse(number(self.guests)?))?,
        })
    }
}

/// Who has answered so, in this order of answers; those whom the viewer does not meet left out.
///
/// # Errors
/// When the database does not answer.
pub async fn attendees(
    store: &Store,
    viewer: &Viewer,
    event: &Event,
    date: NaiveDate,
    shown: &[AnswerState],
    after: Option<AttendeesAfter>,
    limit: u16,
) -> Result<Page<AttendeeView>, StoreError> {
    let apart = store.blocks.apart(viewer.tenant);
    let mut sql = Sql::new();
    let (id, date, most) = (sql.mark(event.id.0), sql.mark(date.to_string()), sql.mark(i64::from(limit) + 1));
    let apart = sql.apart(apart.as_deref());
    let met = Sql::but("tenant_id", &apart);
    let from = after.map_or(0, |a| a.rank);
    let mut parts = Vec::new();
    // Each answer by its own part of the index, so that a page never reads what it does not show.
    for (rank, answer) in shown.iter().enumerate().skip(from) {
        let mut beyond = String::new();
        if let Some(after) = after.filter(|a| a.rank == rank) {
            let (position, tenant) = (sql.mark(after.position), sql.mark(after.tenant));
            beyond = format!(" AND (position > {position} OR (position = {position} AND tenant_id > {tenant}))");
        }
        parts.push(format!(
            "SELECT * FROM (SELECT {rank} AS rank, position, tenant_id, answer, guests FROM event_answers \
             WHERE event_id = {id} AND date = {date} AND answer = '{}'{beyond}{met} \
             ORDER BY position, tenant_id LIMIT {most}) part{rank}",
            answer.as_str()
        ));
    }
    if parts.is_empty() {
        return Ok(Page { items: Vec::new(), next: None });
    }
    sql.add(&format!(
        "SELECT a.rank, a.position, a.tenant_id, a.answer, a.guests, t.first_name, t.mark_colour, t.mark_animal \
         FROM ({}) a JOIN tenants t ON t.id = a.tenant_id ORDER BY a.rank, a.position, a.tenant_id LIMIT {most}",
        parts.join(" UNION ALL ")
    ));
    let mut rows = Row::find_by_statement(sql.statement(store)).all(store.conn()).await?;
    let next = next_of(&mut rows, limit, |r| format!("{}-{}-{}", r.rank, r.position.simple(), r.tenant_id.simple()));
    Ok(Page { items: rows.into_iter().map(Row::view).collect::<Result<_, _>>()?, next })
}

#[derive(Debug, FromQueryResult)]
struct Bond {
    tenant_id: Uuid,
    /// Absent for a host.
    date: Option<String>,
    answer: Option<String>,
}

/// An event of which the viewer may know, and what she has answered to each of its dates: what decides who may see who comes, in two
/// statements. Which dates were cancelled and what to bring are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn event_for(
    store: &Store,
    viewer: &Viewer,
    id: EventId,
) -> Result<Option<(Event, Vec<(NaiveDate, AnswerState)>)>, StoreError> {
    let Some(row) = events::Entity::find_by_id(id.0).one(store.conn()).await? else { return Ok(None) };
    let mut sql = Sql::new();
    let (event, me) = (sql.mark(id.0), sql.mark(viewer.tenant.0));
    sql.add(&format!(
        "SELECT tenant_id, NULL AS date, NULL AS answer FROM event_hosts WHERE event_id = {event} \
         UNION ALL SELECT tenant_id, date, answer FROM event_answers WHERE tenant_id = {me} AND event_id = {event}"
    ));
    let bonds = Bond::find_by_statement(sql.statement(store)).all(store.conn()).await?;
    let co_hosts = bonds.iter().filter(|b| b.date.is_none()).map(|b| TenantId(b.tenant_id)).collect();
    let event = from_row(row, Parts { co_hosts, cancelled: Vec::new(), lines: Vec::new() })?;
    let answered = bonds.iter().filter_map(|b| b.date.as_deref().zip(b.answer.as_deref()));
    let hers = answered
        .map(|(date, answer)| Ok((day(date)?, word(AnswerState::from_word(answer), answer)?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    let states: Vec<AnswerState> = hers.iter().map(|(_, answer)| *answer).collect();
    Ok(is_visible(store, &store.atlas(), viewer, &event, &states).then_some((event, hers)))
}
