//! Who comes to a date, as hosts and those who go see it.

use chrono::NaiveDate;
use domain::event::{AnswerState, AttendeeView, Event, Guests};
use domain::id::TenantId;
use domain::page::Page;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::super::conversations::Sql;
use super::super::square::next_of;
use super::super::{Db, Store, StoreError, Viewer, number, tenants, value, word};

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

impl Store {
    /// An event of which the viewer may know, with what she has answered to one of its dates; for [`attendees`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn event_for(&self, viewer: &Viewer, id: domain::id::EventId) -> Result<Option<Event>, StoreError> {
        Ok(self.event_seen(viewer, id).await?.map(|seen| seen.event))
    }
}
