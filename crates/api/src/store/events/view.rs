//! Events as viewers see them.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::Timestamp;
use domain::circle::Circle;
use domain::event::{AnswerState, BringLineView, Event, EventDate, EventState, EventView, FirstDate, Guests, MyAnswer};
use domain::id::{EventId, LineId, OfficeId, ResidenceId, TenantId};
use domain::moment::LocalTime;
use domain::tenant::Person;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};

use super::super::conversations::Sql;
use super::super::entity::{event_lines, events};
use super::super::{Atlas, Db, Store, StoreError, Viewer, number, tenants, time, value, word};
use super::{Parts, day, from_row, line};

/// One date with what is counted of it, and the viewer's own answer.
#[derive(Debug, FromQueryResult)]
pub(super) struct DateRow {
    pub date: String,
    starts_at: i64,
    ends_at: i64,
    pub cancelled: bool,
    taken: i32,
    waiting: i32,
    answer: Option<String>,
    guests: Option<i32>,
    offer_until: Option<i64>,
    in_line: Option<i64>,
}

/// Of `event_dates d`, and `event_answers a` of the viewer.
pub(super) const DATE: &str = "d.date, d.starts_at, d.ends_at, d.cancelled, d.taken, d.waiting, a.answer, a.guests, a.offer_until, \
     CASE WHEN a.answer = 'waitlisted' THEN (SELECT COUNT(*) FROM event_answers w WHERE w.event_id = a.event_id \
     AND w.date = a.date AND w.answer = 'waitlisted' AND w.position <= a.position) END AS in_line";

impl DateRow {
    pub fn answer(&self) -> Result<Option<AnswerState>, StoreError> {
        self.answer.as_deref().map(|w| word(AnswerState::from_word(w), w)).transpose()
    }

    pub fn view(&self, places: Option<domain::event::Places>) -> Result<EventDate, StoreError> {
        let my_answer = match self.answer()? {
            Some(answer) => Some(MyAnswer {
                answer,
                guests: value(Guests::parse(number(self.guests.unwrap_or_default())?))?,
                place_in_line: self.in_line.map(|n| u32::try_from(n).unwrap_or(u32::MAX)),
                offer_until: self.offer_until.map(time),
            }),
            None => None,
        };
        let (starts_at, ends_at) = (time(self.starts_at), time(self.ends_at));
        Ok(EventDate {
            date: day(&self.date)?,
            start: LocalTime::at(starts_at),
            end: LocalTime::at(ends_at),
            starts_at,
            ends_at,
            cancelled: self.cancelled,
            taken: number(self.taken)?,
            places,
            waiting: number(self.waiting)?,
            my_answer,
        })
    }
}

#[derive(Debug, FromQueryResult)]
struct HostRow {
    tenant_id: uuid::Uuid,
    first_name: String,
    mark_colour: String,
    mark_animal: String,
}

#[derive(Debug, FromQueryResult)]
struct TakenRow {
    line_id: uuid::Uuid,
    taken: i64,
    mine: i64,
}

/// What of an event decides who may know of it.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Whose {
    pub author: TenantId,
    pub office: OfficeId,
    pub residence: ResidenceId,
    pub circle: Circle,
    pub is_draft: bool,
    pub hidden: bool,
}

/// Whether the viewer may know of an event: one that she hosts always; others' when she `comes`, so that she has answered anything but no to
/// one of its dates, whoever is apart from whom by now; or when it reaches her.
pub(in crate::store) fn may_know(
    store: &Store,
    atlas: &Atlas,
    viewer: &Viewer,
    event: &Whose,
    (hosts, comes): (bool, bool),
) -> bool {
    event.author == viewer.tenant
        || hosts
        || (!event.is_draft
            && event.office == viewer.office
            && (comes
                || (!event.hidden
                    && !store.are_apart(viewer.tenant, event.author)
                    && atlas.reaches(event.residence, event.circle, viewer.residence))))
}

/// As [`may_know`], of an event that is read whole, and what she has answered to its dates.
pub(super) fn is_visible(store: &Store, atlas: &Atlas, viewer: &Viewer, event: &Event, hers: &[AnswerState]) -> bool {
    let comes = hers.iter().any(|&a| a != AnswerState::Declined);
    let whose = Whose {
        author: event.author,
        office: event.office,
        residence: event.residence,
        circle: event.circle,
        is_draft: event.state == EventState::Draft,
        hidden: event.hidden,
    };
    may_know(store, atlas, viewer, &whose, (event.is_host(viewer.tenant), comes))
}

/// An event with all that a viewer sees of it.
#[derive(Debug)]
pub(super) struct Seen {
    pub event: Event,
    dates: Vec<EventDate>,
    hosts: Vec<Person>,
}

impl Seen {
    fn hers(&self) -> Vec<AnswerState> {
        self.dates.iter().filter_map(|d| d.my_answer).map(|a| a.answer).collect()
    }
}

impl Store {
    async fn dates_seen(
        &self,
        viewer: &Viewer,
        event: EventId,
        places: Option<domain::event::Places>,
    ) -> Result<Vec<EventDate>, StoreError> {
        let mut sql = Sql::new();
        let (event, me) = (sql.mark(event.0), sql.mark(viewer.tenant.0));
        sql.add(&format!(
            "SELECT {DATE} FROM event_dates d LEFT JOIN event_answers a \
             ON a.event_id = d.event_id AND a.date = d.date AND a.tenant_id = {me} \
             WHERE d.event_id = {event} ORDER BY d.starts_at"
        ));
        let rows = DateRow::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        rows.iter().map(|row| row.view(places)).collect()
    }

    /// The hosts, the author first.
    async fn hosts_of(&self, event: EventId) -> Result<Vec<Person>, StoreError> {
        let mut sql = Sql::new();
        let event = sql.mark(event.0);
        sql.add(&format!(
            "SELECT t.id AS tenant_id, t.first_name, t.mark_colour, t.mark_animal FROM (\
             SELECT author_id AS tenant_id, 0 AS added_at, 0 AS rank FROM events WHERE id = {event} \
             UNION ALL SELECT tenant_id, added_at, 1 FROM event_hosts WHERE event_id = {event}) h \
             JOIN tenants t ON t.id = h.tenant_id ORDER BY h.rank, h.added_at, h.tenant_id"
        ));
        let rows = HostRow::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        let person =
            |r: HostRow| tenants::person_of(TenantId(r.tenant_id), &r.first_name, &r.mark_colour, &r.mark_animal);
        rows.into_iter().map(person).collect()
    }

    /// An event of which the viewer may know.
    pub(super) async fn event_seen(&self, viewer: &Viewer, id: EventId) -> Result<Option<Seen>, StoreError> {
        let seen = self.event_read(viewer, id).await?;
        let visible = |seen: &Seen| is_visible(self, &self.atlas(), viewer, &seen.event, &seen.hers());
        Ok(seen.filter(visible))
    }

    async fn event_read(&self, viewer: &Viewer, id: EventId) -> Result<Option<Seen>, StoreError> {
        let Some(row) = events::Entity::find_by_id(id.0).one(self.conn()).await? else { return Ok(None) };
        let hosts = self.hosts_of(id).await?;
        let lines = event_lines::Entity::find()
            .filter(event_lines::Column::EventId.eq(id.0))
            .order_by_asc(event_lines::Column::Position)
            .all(self.conn())
            .await?;
        let mut parts = Parts {
            co_hosts: hosts.iter().map(|h| h.id).filter(|h| h.0 != row.author_id).collect(),
            cancelled: Vec::new(),
            lines: lines.into_iter().map(line).collect::<Result<_, _>>()?,
        };
        let event = from_row(row, std::mem::take(&mut parts))?;
        let dates = self.dates_seen(viewer, id, event.places).await?;
        let cancelled = dates.iter().filter(|d| d.cancelled).map(|d| d.date).collect();
        Ok(Some(Seen { event: Event { cancelled, ..event }, dates, hosts }))
    }

    async fn bring_seen(
        &self,
        viewer: &Viewer,
        event: &Event,
        date: NaiveDate,
    ) -> Result<Vec<BringLineView>, StoreError> {
        if event.lines.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new();
        let (me, date) = (sql.mark(viewer.tenant.0), sql.mark(date.to_string()));
        let lines = sql.marks(event.lines.iter().map(|l| l.id.0));
        sql.add(&format!(
            "SELECT line_id, CAST(SUM(number) AS bigint) AS taken, \
             CAST(SUM(CASE WHEN tenant_id = {me} THEN number ELSE 0 END) AS bigint) AS mine \
             FROM event_takings WHERE line_id IN ({lines}) AND date = {date} GROUP BY line_id"
        ));
        let rows = TakenRow::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        let taken: HashMap<LineId, TakenRow> = rows.into_iter().map(|r| (LineId(r.line_id), r)).collect();
        let view = |line: &domain::event::BringLine| BringLineView {
            id: line.id,
            what: line.what.clone(),
            wanted: line.wanted,
            taken: taken.get(&line.id).map_or(0, |r| u32::try_from(r.taken).unwrap_or(u32::MAX)),
            mine: taken.get(&line.id).map_or(0, |r| u8::try_from(r.mine).unwrap_or(u8::MAX)),
        };
        Ok(event.lines.iter().map(view).collect())
    }

    /// An event of which the viewer may know, whole.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn whole_event(&self, viewer: &Viewer, id: EventId) -> Result<Option<Event>, StoreError> {
        Ok(self.event_seen(viewer, id).await?.map(|seen| seen.event))
    }

    /// One event, opened at one of its dates; none when the viewer may not know of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn event(
        &self,
        viewer: &Viewer,
        id: EventId,
        date: Option<NaiveDate>,
        now: Timestamp,
    ) -> Result<Option<EventView>, StoreError> {
        match self.event_seen(viewer, id).await? {
            Some(seen) => self.view_of(viewer, seen, date, now).await,
            None => Ok(None),
        }
    }

    /// As [`Store::event`], for somebody who has just done something with it: she sees what has become of it, also when it no longer shows
    /// itself to her from now on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn event_after(
        &self,
        viewer: &Viewer,
        id: EventId,
        date: Option<NaiveDate>,
        now: Timestamp,
    ) -> Result<Option<EventView>, StoreError> {
        match self.event_read(viewer, id).await? {
            Some(seen) => self.view_of(viewer, seen, date, now).await,
            None => Ok(None),
        }
    }

    async fn view_of(
        &self,
        viewer: &Viewer,
        seen: Seen,
        date: Option<NaiveDate>,
        now: Timestamp,
    ) -> Result<Option<EventView>, StoreError> {
        let (hers, Seen { event, dates, hosts }) = (seen.hers(), seen);
        let atlas = self.atlas();
        let Some(residence) = atlas.brief(event.residence) else { return Ok(None) };
        let on = event.opens_at(date, now);
        let is_mine = event.is_host(viewer.tenant);
        let places_for_me = match dates.iter().find(|seen| seen.date == on.date) {
            Some(seen) => self.places_for(viewer, &event, on, seen, now).await?,
            None => None,
        };
        Ok(Some(EventView {
            id: event.id,
            version: event.version,
            sequence: event.sequence,
            state: event.state_at(now),
            title: event.title.clone(),
            text: event.text.clone(),
            place: event.place.clone(),
            at_residence: event.at_residence.and_then(|r| atlas.brief(r)),
            distance_m: atlas.distance_m(viewer.residence, event.at_residence.unwrap_or(event.residence)),
            residence,
            date: on.date,
            start: LocalTime::at(on.starts_at),
            end: LocalTime::at(on.ends_at),
            starts_at: on.starts_at,
            ends_at: on.ends_at,
            first: is_mine.then_some(FirstDate { start: event.start, end: event.end }),
            dates,
            circle: event.circle,
            places: event.places,
            places_per_residence: event.places_per_residence,
            places_for_me,
            guests: event.guests,
            access: event.access.clone(),
            bring: self.bring_seen(viewer, &event, on.date).await?,
            repeat: event.repeat.clone(),
            hosts: hosts.into_iter().filter(|h| !self.are_apart(viewer.tenant, h.id)).collect(),
            is_mine,
            may: event.may(viewer.tenant, &hers, now),
            created_at: event.created_at,
            updated_at: event.updated_at,
            postponed_at: event.postponed_at,
        }))
    }

    /// Whether the viewer, who has answered so, may know of an event.
    #[must_use]
    pub fn may_see_event(&self, viewer: &Viewer, event: &Event, hers: &[AnswerState]) -> bool {
        is_visible(self, &self.atlas(), viewer, event, hers)
    }
}
