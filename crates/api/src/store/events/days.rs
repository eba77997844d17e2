//! The days on which something is: as much of the agenda as a month shows of it.

use domain::Timestamp;
use domain::event::on_days_until;
use sea_orm::FromQueryResult;

use super::super::conversations::Sql;
use super::super::stacks::Look;
use super::super::{Db, Store, StoreError, Viewer, time};
use super::Span;
use super::list::{lasts, own};

/// Days that follow each other, each with how many dates are on it: as many as a list of that day alone has.
struct Counted<'a> {
    /// When each begins, and when the last one ends.
    mornings: &'a [Timestamp],
    /// Before this moment a list shows nothing that does not go on.
    earliest: Timestamp,
    now: Timestamp,
    counts: Vec<u32>,
}

impl<'a> Counted<'a> {
    fn new(mornings: &'a [Timestamp], earliest: Timestamp, now: Timestamp) -> Self {
        Self { mornings, earliest, now, counts: vec![0; mornings.len().saturating_sub(1)] }
    }

    fn span(&self) -> Option<Span> {
        let (first, end) = (*self.mornings.first()?, *self.mornings.last()?);
        Some(Span { from: first.max(self.earliest), to: Some(end) })
    }

    fn add(&mut self, starts_at: Timestamp, ends_at: Timestamp) {
        let until = on_days_until(starts_at, ends_at).timestamp_millis();
        let (ends_at, now) = (ends_at.timestamp_millis(), self.now.timestamp_millis());
        // The day on which it begins, or the first of these.
        let first = self.mornings.partition_point(|morning| *morning <= starts_at).saturating_sub(1);
        for (count, morning) in self.counts.iter_mut().zip(self.mornings).skip(first) {
            let from = morning.max(&self.earliest).timestamp_millis();
            *count += u32::from(lasts(until, ends_at, from, now));
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    starts_at: i64,
    ends_at: i64,
}

impl Store {
    /// How many dates that reach the viewer are on each of some days that follow each other. `mornings`: when each begins, and when the last
    /// one ends; `today`: when this day began.
    #[must_use]
    pub fn agenda_days(&self, viewer: &Viewer, mornings: &[Timestamp], today: Timestamp, now: Timestamp) -> Vec<u32> {
        let (atlas, apart) = (self.atlas(), self.blocks.apart(viewer.tenant));
        let look = Look { atlas: &atlas, viewer, apart: apart.as_deref(), circle: None, now };
        let mut days = Counted::new(mornings, today, now);
        if let Some(span) = days.span() {
            self.agenda.each(&look, span, |starts_at, ends_at| days.add(starts_at, ends_at));
        }
        days.counts
    }

    /// The same of the viewer's own dates, as [`Store::own_agenda`] lists them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own_days(
        &self,
        viewer: &Viewer,
        mornings: &[Timestamp],
        now: Timestamp,
    ) -> Result<Vec<u32>, StoreError> {
        let mut days = Counted::new(mornings, Timestamp::MIN_UTC, now);
        let Some(span) = days.span() else { return Ok(days.counts) };
        let mut sql = Sql::new();
        let me = sql.mark(viewer.tenant.0);
        let (from, to) = (sql.mark(span.from.timestamp_millis()), sql.mark(span.end()));
        let when = format!("d.ends_at > {from} AND d.starts_at < {to}");
        sql.add(&format!(
            "SELECT d.starts_at, d.ends_at FROM ({}) mine \
             JOIN event_dates d ON d.event_id = mine.event_id AND d.date = mine.date",
            own(&me, &when)
        ));
        let rows = Row::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        rows.iter().for_each(|row| days.add(time(row.starts_at), time(row.ends_at)));
        Ok(days.counts)
    }
}
