//! All that is kept of a person about events, to take along.

use std::collections::HashMap;

use domain::conversation::{ThingKind, ThingRef};
use domain::event::{AnswerState, Guests};
use domain::id::{EventId, LineId};
use domain::own_data::{AnswerExport, TakingExport};
use domain::text::Words;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::super::conversations::Sql;
use super::super::entity::event_answers::{Column, Entity};
use super::super::{Db, Store, StoreError, Viewer, number, things, time, value, word};
use super::day;

#[derive(Debug, FromQueryResult)]
struct IdRow {
    id: Uuid,
}

#[derive(Debug, FromQueryResult)]
struct TakingRow {
    event_id: Uuid,
    line_id: Uuid,
    what: String,
    date: String,
    number: i32,
}

impl Store {
    /// The events that the viewer hosts, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hosted_events(&self, viewer: &Viewer) -> Result<Vec<EventId>, StoreError> {
        let mut sql = Sql::new();
        let me = sql.mark(viewer.tenant.0);
        sql.add(&format!(
            "SELECT id FROM (SELECT id FROM events WHERE author_id = {me} \
             UNION SELECT event_id FROM event_hosts WHERE tenant_id = {me}) hers ORDER BY id DESC"
        ));
        let rows = IdRow::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        Ok(rows.into_iter().map(|row| EventId(row.id)).collect())
    }

    /// All that the viewer has answered to events, the last first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own_answers(&self, viewer: &Viewer) -> Result<Vec<AnswerExport>, StoreError> {
        let rows = Entity::find()
            .filter(Column::TenantId.eq(viewer.tenant.0))
            .order_by_desc(Column::UpdatedAt)
            .order_by_asc(Column::EventId)
            .order_by_asc(Column::Date)
            .all(self.conn())
            .await?;
        let mut titles = HashMap::new();
        for some in rows.chunks(500) {
            let about = some.iter().map(|r| ThingRef { kind: ThingKind::Event, id: r.event_id });
            titles.extend(things::titles(self, viewer, about).await?);
        }
        let answer = |row: super::super::entity::event_answers::Model| {
            Ok(AnswerExport {
                event: EventId(row.event_id),
                title: titles.get(&ThingRef { kind: ThingKind::Event, id: row.event_id }).cloned(),
                date: day(&row.date)?,
                answer: word(AnswerState::from_word(&row.answer), &row.answer)?,
                guests: value(Guests::parse(number(row.guests)?))?,
                offer_until: row.offer_until.map(time),
                updated_at: time(row.updated_at),
            })
        };
        rows.into_iter().map(answer).collect()
    }

    /// All that the viewer brings.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own_takings(&self, viewer: &Viewer) -> Result<Vec<TakingExport>, StoreError> {
        let mut sql = Sql::new();
        let me = sql.mark(viewer.tenant.0);
        sql.add(&format!(
            "SELECT l.event_id, t.line_id, l.what, t.date, t.number FROM event_takings t \
             JOIN event_lines l ON l.id = t.line_id WHERE t.tenant_id = {me} ORDER BY t.date, l.event_id, l.position"
        ));
        let rows = TakingRow::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        let taking = |row: TakingRow| {
            Ok(TakingExport {
                event: EventId(row.event_id),
                line: LineId(row.line_id),
                what: value(Words::parse(row.what))?,
                date: day(&row.date)?,
                number: number(row.number)?,
            })
        };
        rows.into_iter().map(taking).collect()
    }
}
