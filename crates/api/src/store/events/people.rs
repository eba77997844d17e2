//! Whom somebody knows through events.

use domain::Timestamp;
use domain::event::EventState;
use domain::id::{EventId, ResidenceId, TenantId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::super::conversations::Sql;
use super::super::entity::events::{Column, Entity};
use super::super::{Db, Store, StoreError, Tx, Viewer, offers};
use super::touch;
use super::view::{Whose, may_know};

#[derive(Debug, FromQueryResult)]
struct Row {
    author_id: Uuid,
    residence_id: Uuid,
    circle: String,
    hidden: bool,
    hosts: bool,
    comes: bool,
}

/// Makes new cards of all events in the lists whose author has changed her name or mark.
///
/// # Errors
/// When the database does not answer.
pub async fn author_changed(tx: &Tx, author: TenantId, now: Timestamp) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AuthorId.eq(author.0))
        .filter(Column::State.ne(EventState::Draft.as_str()))
        .filter(Column::OverAt.gt(now.timestamp_millis()))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(tx.conn())
        .await?;
    for id in ids {
        touch(tx, EventId(id)).await?;
    }
    Ok(())
}

impl Store {
    /// Whether somebody stands with her name at an event of which the viewer may know: she hosts one that reaches the viewer or to which
    /// the viewer comes, she answers to one that the viewer hosts, or both go to one.
    pub(in crate::store) async fn meet_at_an_event(
        &self,
        viewer: &Viewer,
        other: TenantId,
    ) -> Result<bool, StoreError> {
        if self.are_apart(viewer.tenant, other) {
            return Ok(false);
        }
        Ok(self.an_event_reaches(viewer, other).await? || self.come_to_an_event(viewer, other).await?)
    }

    async fn an_event_reaches(&self, viewer: &Viewer, host: TenantId) -> Result<bool, StoreError> {
        let mut sql = Sql::new();
        let (host, me, office) = (sql.mark(host.0), sql.mark(viewer.tenant.0), sql.mark(viewer.office.0));
        sql.add(&format!(
            "SELECT e.author_id, e.residence_id, e.circle, e.hidden, \
             EXISTS (SELECT 1 FROM event_hosts o WHERE o.event_id = e.id AND o.tenant_id = {me}) AS hosts, \
             EXISTS (SELECT 1 FROM event_answers a WHERE a.tenant_id = {me} \
             AND a.event_id = e.id AND a.answer <> 'declined') AS comes FROM (\
             SELECT id FROM events WHERE author_id = {host} \
             UNION SELECT event_id FROM event_hosts WHERE tenant_id = {host}) hers \
             JOIN events e ON e.id = hers.id WHERE e.office_id = {office} AND e.state <> '{}'",
            EventState::Draft.as_str()
        ));
        let rows = Row::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        let atlas = self.atlas();
        for row in rows {
            let event = Whose {
                author: TenantId(row.author_id),
                office: viewer.office,
                residence: ResidenceId(row.residence_id),
                circle: offers::circle(&row.circle)?,
                is_draft: false,
                hidden: row.hidden,
            };
            if may_know(self, &atlas, viewer, &event, (row.hosts, row.comes)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn come_to_an_event(&self, viewer: &Viewer, other: TenantId) -> Result<bool, StoreError> {
        let mut sql = Sql::new();
        let (other, me) = (sql.mark(other.0), sql.mark(viewer.tenant.0));
        sql.add(&format!(
            "SELECT 1 AS found FROM event_answers a JOIN events e ON e.id = a.event_id \
             WHERE a.tenant_id = {other} AND a.answer <> 'declined' AND (e.author_id = {me} \
             OR EXISTS (SELECT 1 FROM event_hosts h WHERE h.event_id = a.event_id AND h.tenant_id = {me}) \
             OR (a.answer = 'going' AND EXISTS (SELECT 1 FROM event_answers b WHERE b.event_id = a.event_id \
             AND b.date = a.date AND b.tenant_id = {me} AND b.answer = 'going'))) LIMIT 1"
        ));
        Ok(self.conn().query_one_raw(sql.statement(self)).await?.is_some())
    }
}
