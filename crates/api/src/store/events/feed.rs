//! The dates of a calendar that somebody subscribes to.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::Timestamp;
use domain::event::{Access, EventState, EventTime, StepFree};
use domain::text::Words;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::super::conversations::Sql;
use super::super::stacks::Look;
use super::super::{Db, Store, StoreError, Viewer, number, time, value, word};
use super::list::KEPT_DAYS;
use super::{Slot, Span, day};
use crate::ical::About;

/// The most dates of a calendar: the next ones, then the last ones.
pub const MOST: u16 = 500;

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    title: String,
    text: String,
    place: String,
    at_residence_id: Option<Uuid>,
    step_free: String,
    access_text: Option<String>,
    state: String,
    sequence: i32,
    created_at: i64,
    updated_at: i64,
    repeats: bool,
    date: String,
    starts_at: i64,
    ends_at: i64,
    cancelled: bool,
}

const COLUMNS: &str = "e.id, e.title, e.text, e.place, e.at_residence_id, e.step_free, e.access_text, e.state, e.sequence, \
     e.created_at, e.updated_at, e.repetition IS NOT NULL AS repeats, d.date, d.starts_at, d.ends_at, d.cancelled";

impl Store {
    /// In the order in which they begin.
    fn entries(&self, mut rows: Vec<Row>, since: Timestamp) -> Result<Vec<(About, EventTime, bool)>, StoreError> {
        rows.sort_unstable_by_key(|row| (row.starts_at, row.id));
        let atlas = self.atlas();
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            // What took place before the rest was called off did take place.
            let state = match word(EventState::from_word(&row.state), &row.state)? {
                EventState::Cancelled if !row.cancelled && row.ends_at <= row.updated_at => EventState::Published,
                state => state,
            };
            let is_cancelled = row.cancelled || state == EventState::Cancelled;
            if is_cancelled && time(row.updated_at) < since {
                continue;
            }
            let residence = row.at_residence_id.and_then(|r| atlas.brief(domain::id::ResidenceId(r)));
            let about = About {
                id: row.id,
                sequence: number(row.sequence)?,
                created_at: time(row.created_at),
                updated_at: time(row.updated_at),
                state,
                title: row.title,
                text: row.text,
                access: Access {
                    step_free: word(StepFree::from_word(&row.step_free), &row.step_free)?,
                    text: row.access_text.map(|t| value(Words::parse(t))).transpose()?,
                },
                places: std::iter::once(row.place).chain(residence.map(|r| r.name)).collect(),
            };
            let on = EventTime {
                date: day(&row.date)?,
                starts_at: time(row.starts_at),
                ends_at: time(row.ends_at),
                cancelled: row.cancelled,
            };
            entries.push((about, on, row.repeats));
        }
        Ok(entries)
    }

    /// What somebody hosts, and what she goes to, or perhaps: no drafts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own_feed(&self, viewer: &Viewer, now: Timestamp) -> Result<Vec<(About, EventTime, bool)>, StoreError> {
        let since = now - TimeDelta::days(KEPT_DAYS);
        let mut sql = Sql::new();
        let (me, from) = (sql.mark(viewer.tenant.0), sql.mark(since.timestamp_millis()));
        let over = format!("d.ends_at <= {}", now.timestamp_millis());
        let when = format!("d.ends_at > {from} AND e.state <> 'draft'");
        sql.add(&format!(
            "SELECT {COLUMNS} FROM (\
             SELECT d.event_id, d.date FROM events e JOIN event_dates d ON d.event_id = e.id \
             WHERE e.author_id = {me} AND {when} \
             UNION SELECT d.event_id, d.date FROM event_hosts h JOIN events e ON e.id = h.event_id \
             JOIN event_dates d ON d.event_id = e.id WHERE h.tenant_id = {me} AND {when} \
             UNION SELECT d.event_id, d.date FROM event_answers x JOIN events e ON e.id = x.event_id \
             JOIN event_dates d ON d.event_id = x.event_id AND d.date = x.date \
             WHERE x.tenant_id = {me} AND x.answer IN ('going', 'maybe') AND {when}) mine \
             JOIN events e ON e.id = mine.event_id \
             JOIN event_dates d ON d.event_id = mine.event_id AND d.date = mine.date \
             ORDER BY CASE WHEN {over} THEN 1 ELSE 0 END, \
             CASE WHEN {over} THEN -d.starts_at ELSE d.starts_at END, e.id LIMIT {MOST}"
        ));
        let rows = Row::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        self.entries(rows, since)
    }

    /// What reaches somebody where she lives.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn residence_feed(
        &self,
        viewer: &Viewer,
        now: Timestamp,
    ) -> Result<Vec<(About, EventTime, bool)>, StoreError> {
        let since = now - TimeDelta::days(KEPT_DAYS);
        let (atlas, apart) = (self.atlas(), self.blocks.apart(viewer.tenant));
        let look = Look { atlas: &atlas, viewer, apart: apart.as_deref(), circle: None, now };
        let mut slots = self.agenda.page(&look, Span { from: now, to: None }, None, MOST.into());
        slots.extend(self.agenda.over(&look, since, usize::from(MOST) - slots.len()));
        let (Some(first), Some(last)) = (slots.iter().min(), slots.iter().max()) else { return Ok(Vec::new()) };
        let mut sql = Sql::new();
        let (first, last) = (sql.mark(first.0), sql.mark(last.0));
        let slots: BTreeSet<Slot> = slots.iter().copied().collect();
        let events: BTreeSet<Uuid> = slots.iter().map(|s| s.1).collect();
        let ids = sql.marks(events);
        sql.add(&format!(
            "SELECT {COLUMNS} FROM event_dates d JOIN events e ON e.id = d.event_id WHERE d.event_id IN ({ids}) \
             AND d.starts_at >= {first} AND d.starts_at <= {last} AND e.state <> 'draft' AND NOT e.hidden"
        ));
        let mut rows = Row::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        rows.retain(|row| slots.contains(&(row.starts_at, row.id)));
        self.entries(rows, since)
    }
}
