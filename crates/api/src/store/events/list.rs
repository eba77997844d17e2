//! The agenda: dates of events, the soonest first. Those that reach a viewer are found in memory, on stacks as the posts of the square;
//! what she hosts or has answered is read.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::{PoisonError, RwLock};

use chrono::TimeDelta;
use domain::Timestamp;
use domain::circle::Circle;
use domain::event::{EventState, EventSummary, MAX_LENGTH_DAYS, Places, SEVERAL_DAYS, on_days_until};
use domain::id::{EventId, OfficeId, ResidenceId, TenantId};
use domain::moment::in_paris;
use domain::page::Page;
use domain::text::{Title, Words};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::super::conversations::Sql;
use super::super::stacks::{Look, Stack};
use super::super::{Db, Store, StoreError, Viewer, number, square::next_of, time, value, word};
use super::view::{DATE, DateRow};

/// When a date begins, and of which event it is: what the agenda goes by, and where a page ends.
pub type Slot = (i64, Uuid);

#[derive(Clone, Copy, Debug)]
struct OnDay {
    ends_at: i64,
    until: i64,
    author: TenantId,
    residence: ResidenceId,
}

#[derive(Debug)]
struct Known {
    stack: Stack,
    starts: Vec<i64>,
    over_at: i64,
}

#[derive(Debug, Default)]
struct Stacked {
    stacks: HashMap<Stack, BTreeMap<Slot, OnDay>>,
    known: HashMap<Uuid, Known>,
}

impl Stacked {
    fn remove(&mut self, event: Uuid) {
        let Some(Known { stack, starts, .. }) = self.known.remove(&event) else { return };
        if let Some(slots) = self.stacks.get_mut(&stack) {
            for at in starts {
                slots.remove(&(at, event));
            }
            if slots.is_empty() {
                self.stacks.remove(&stack);
            }
        }
    }

    fn put(&mut self, row: &SlotRow) -> Result<(), StoreError> {
        let (office, residence) = (OfficeId(row.office_id), ResidenceId(row.residence_id));
        let stack = match super::circle(&row.circle)? {
            Circle::Office => Stack::Office(office),
            circle => Stack::Home(residence, circle),
        };
        let until = on_days_until(time(row.starts_at), time(row.ends_at)).timestamp_millis();
        let on = OnDay { ends_at: row.ends_at, until, author: TenantId(row.author_id), residence };
        self.stacks.entry(stack).or_default().insert((row.starts_at, row.id), on);
        let known = self.known.entry(row.id).or_insert(Known { stack, starts: Vec::new(), over_at: 0 });
        known.starts.push(row.starts_at);
        known.over_at = known.over_at.max(row.ends_at);
        Ok(())
    }
}

/// The dates of all events in the lists, each where it reaches from.
#[derive(Debug, Default)]
pub struct Agenda(RwLock<Stacked>);

#[derive(Debug, FromQueryResult)]
struct SlotRow {
    id: Uuid,
    office_id: Uuid,
    author_id: Uuid,
    residence_id: Uuid,
    circle: String,
    starts_at: i64,
    ends_at: i64,
}

const SLOT: &str = "SELECT e.id, e.office_id, e.author_id, e.residence_id, e.circle, d.starts_at, d.ends_at \
     FROM events e JOIN event_dates d ON d.event_id = e.id WHERE NOT e.hidden";
/// How long what is over stays here: calendars still show it.
pub(super) const KEPT_DAYS: i64 = 30;
/// How many events one query reads while the memory is filled.
const BATCH: u32 = 2_000;

/// From when until when a list shows dates.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Those that are on this day or a later one ([`on_days_until`]), or go on just now.
    pub from: Timestamp,
    /// Those that begin earlier than this.
    pub to: Option<Timestamp>,
}

impl Span {
    /// The earliest beginning: what has begun long ago is over.
    fn first(&self, after: Option<Slot>) -> Slot {
        let first = (self.from - TimeDelta::days(MAX_LENGTH_DAYS + 1)).timestamp_millis();
        after.filter(|a| a.0 >= first).unwrap_or((first, Uuid::nil()))
    }

    pub(super) fn end(&self) -> i64 {
        self.to.map_or(i64::MAX, |to| to.timestamp_millis())
    }
}

/// Whether a list that begins at `from` shows what is on its days `until` then.
pub(super) fn lasts(until: i64, ends_at: i64, from: i64, now: i64) -> bool {
    until > from || (from <= now && now < ends_at)
}

impl Agenda {
    /// The soonest dates after one that reach whoever looks.
    pub(super) fn page(&self, look: &Look<'_>, span: Span, after: Option<Slot>, limit: usize) -> Vec<Slot> {
        let stacked = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (first, end, from) = (span.first(after), span.end(), span.from.timestamp_millis());
        let now = look.now.timestamp_millis();
        let shown = |slot: &Slot, on: &OnDay, is_shared: bool| {
            lasts(on.until, on.ends_at, from, now) && after.is_none_or(|a| *slot > a) && meets(look, on, is_shared)
        };
        let mut in_reach = Vec::new();
        for stack in look.stacks() {
            let Some(slots) = stacked.stacks.get(&stack) else { continue };
            let is_shared = matches!(stack, Stack::Office(_));
            let dates = slots.range(first..).take_while(|(s, _)| s.0 < end);
            in_reach.push(dates.filter(move |(s, on)| shown(s, on, is_shared)).map(|(slot, _)| Reverse(*slot)));
        }
        merge(in_reach, limit).into_iter().map(|Reverse(slot)| slot).collect()
    }

    /// Beginning and end of each date within a span that reaches whoever looks.
    pub(super) fn each(&self, look: &Look<'_>, span: Span, mut of: impl FnMut(Timestamp, Timestamp)) {
        let stacked = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (first, end) = (span.first(None), span.end());
        for stack in look.stacks() {
            let Some(slots) = stacked.stacks.get(&stack) else { continue };
            let is_shared = matches!(stack, Stack::Office(_));
            let dates = slots.range(first..).take_while(|(s, _)| s.0 < end);
            let dates = dates.filter(|(_, on)| meets(look, on, is_shared));
            dates.for_each(|(slot, on)| of(time(slot.0), time(on.ends_at)));
        }
    }

    /// The last dates that are over, the last one first, as far back as `since`.
    pub(super) fn over(&self, look: &Look<'_>, since: Timestamp, limit: usize) -> Vec<Slot> {
        let stacked = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let span = Span { from: since, to: Some(look.now) };
        let (first, end, from) = (span.first(None), span.end(), since.timestamp_millis());
        let mut in_reach = Vec::new();
        for stack in look.stacks() {
            let Some(slots) = stacked.stacks.get(&stack) else { continue };
            let is_shared = matches!(stack, Stack::Office(_));
            let over = move |on: &OnDay| from < on.ends_at && on.ends_at <= end && meets(look, on, is_shared);
            let dates = slots.range(first..(end, Uuid::nil())).rev();
            in_reach.push(dates.filter(move |(_, on)| over(on)).map(|(slot, _)| *slot));
        }
        merge(in_reach, limit)
    }
}

fn meets(look: &Look<'_>, on: &OnDay, is_shared: bool) -> bool {
    look.apart.is_none_or(|apart| !apart.contains(&on.author)) && (!is_shared || look.atlas.is_live(on.residence))
}

/// The largest ones of some that each come in falling order.
fn merge<T: Ord + Copy>(mut each: Vec<impl Iterator<Item = T>>, limit: usize) -> Vec<T> {
    let mut heap: BinaryHeap<(T, usize)> = BinaryHeap::new();
    for (n, items) in each.iter_mut().enumerate() {
        heap.extend(items.next().map(|item| (item, n)));
    }
    let mut merged = Vec::with_capacity(limit.min(128));
    while merged.len() < limit
        && let Some((item, n)) = heap.pop()
    {
        merged.push(item);
        heap.extend(each[n].next().map(|item| (item, n)));
    }
    merged
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    title: String,
    place: String,
    state: String,
    places: Option<i32>,
    repeats: bool,
    is_mine: bool,
    begins: i64,
    #[sea_orm(nested)]
    on: DateRow,
}

impl Row {
    fn view(self, now: Timestamp) -> Result<EventSummary, StoreError> {
        let places = self.places.map(|n| value(Places::parse(number(n)?))).transpose()?;
        let on = self.on.view(places)?;
        let state = match word(EventState::from_word(&self.state), &self.state)? {
            EventState::Published if on.cancelled => EventState::Cancelled,
            EventState::Published if on.ends_at <= now => EventState::Ended,
            state => state,
        };
        Ok(EventSummary {
            id: EventId(self.id),
            title: value(Title::parse(self.title))?,
            place: value(Words::parse(self.place))?,
            state,
            on,
            repeats: self.repeats,
            is_mine: self.is_mine,
        })
    }
}

/// What a line of the agenda shows; `me` stands for the viewer.
fn columns(me: &str) -> String {
    format!(
        "e.id, e.title, e.place, e.state, e.places, e.repetition IS NOT NULL AS repeats, d.starts_at AS begins, \
         (e.author_id = {me} OR EXISTS (SELECT 1 FROM event_hosts h WHERE h.event_id = e.id AND h.tenant_id = {me})) \
         AS is_mine, {DATE}"
    )
}

fn answers(me: &str) -> String {
    format!("LEFT JOIN event_answers a ON a.event_id = d.event_id AND a.date = d.date AND a.tenant_id = {me}")
}

/// The dates of what somebody hosts, and those that she has answered without declining.
pub(super) fn own(me: &str, when: &str) -> String {
    format!(
        "SELECT d.event_id, d.date FROM events e JOIN event_dates d ON d.event_id = e.id \
         WHERE e.author_id = {me} AND {when} \
         UNION SELECT d.event_id, d.date FROM event_hosts h JOIN events e ON e.id = h.event_id \
         JOIN event_dates d ON d.event_id = e.id WHERE h.tenant_id = {me} AND {when} \
         UNION SELECT d.event_id, d.date FROM event_answers x JOIN events e ON e.id = x.event_id \
         JOIN event_dates d ON d.event_id = x.event_id AND d.date = x.date \
         WHERE x.tenant_id = {me} AND x.answer <> 'declined' AND e.state <> 'draft' AND {when}"
    )
}

/// The place of a page's last line, as its cursor.
#[must_use]
pub fn cursor(slot: Slot) -> String {
    format!("{}-{}", slot.0, slot.1.simple())
}

/// Reads a cursor.
#[must_use]
pub fn parse_cursor(text: &str) -> Option<Slot> {
    let (at, event) = text.rsplit_once('-')?;
    Some((at.parse().ok()?, event.parse().ok()?))
}

fn page(rows: Vec<Row>, limit: u16, now: Timestamp) -> Result<Page<EventSummary>, StoreError> {
    let mut rows = rows;
    let next = next_of(&mut rows, limit, |row| cursor((row.begins, row.id)));
    Ok(Page { items: rows.into_iter().map(|row| row.view(now)).collect::<Result<_, _>>()?, next })
}

impl Store {
    /// Reads the dates of these events again, or of all, and puts them where they belong now.
    async fn read_agenda(&self, ids: Option<&[EventId]>) -> Result<Vec<SlotRow>, StoreError> {
        let states = "('published', 'postponed', 'cancelled')";
        if let Some(ids) = ids {
            let mut sql = Sql::new();
            let ids = sql.marks(ids.iter().map(|i| i.0));
            sql.add(&format!("{SLOT} AND e.state IN {states} AND e.id IN ({ids})"));
            return Ok(SlotRow::find_by_statement(sql.statement(self)).all(self.conn()).await?);
        }
        let (mut all, mut after) = (Vec::new(), Uuid::nil());
        loop {
            let mut sql = Sql::new();
            let (from, over) =
                (sql.mark(after), sql.mark(self.board.latest() - TimeDelta::days(KEPT_DAYS).num_milliseconds()));
            sql.add(&format!(
                "{SLOT} AND e.id IN (SELECT id FROM events WHERE id > {from} AND state IN {states} \
                 AND NOT hidden AND over_at > {over} ORDER BY id LIMIT {BATCH}) ORDER BY e.id"
            ));
            let rows = SlotRow::find_by_statement(sql.statement(self)).all(self.conn()).await?;
            let Some(last) = rows.last() else { return Ok(all) };
            after = last.id;
            all.extend(rows);
        }
    }

    /// Reads the agenda anew.
    pub(in crate::store) async fn reload_agenda(&self) -> Result<(), StoreError> {
        let mut beside = Stacked::default();
        self.read_agenda(None).await?.iter().try_for_each(|row| beside.put(row))?;
        *self.agenda.0.write().unwrap_or_else(PoisonError::into_inner) = beside;
        Ok(())
    }

    /// Reads these events again for the agenda.
    pub(in crate::store) async fn refresh_agenda(&self, ids: &[EventId]) -> Result<(), StoreError> {
        let rows = self.read_agenda(Some(ids)).await?;
        let mut stacked = self.agenda.0.write().unwrap_or_else(PoisonError::into_inner);
        ids.iter().for_each(|id| stacked.remove(id.0));
        rows.iter().try_for_each(|row| stacked.put(row))
    }

    /// Takes events off the agenda that were over long ago.
    pub(in crate::store) fn forget_agenda(&self, now: Timestamp) {
        let since = (now - TimeDelta::days(KEPT_DAYS)).timestamp_millis();
        let mut stacked = self.agenda.0.write().unwrap_or_else(PoisonError::into_inner);
        let over = stacked.known.iter().filter(|(_, known)| known.over_at <= since).map(|(id, _)| *id);
        let over: Vec<Uuid> = over.collect();
        over.into_iter().for_each(|id| stacked.remove(id));
    }

    /// The dates that reach the viewer, the soonest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn agenda(
        &self,
        viewer: &Viewer,
        span: Span,
        after: Option<Slot>,
        limit: u16,
        now: Timestamp,
    ) -> Result<Page<EventSummary>, StoreError> {
        let (atlas, apart) = (self.atlas(), self.blocks.apart(viewer.tenant));
        let look = Look { atlas: &atlas, viewer, apart: apart.as_deref(), circle: None, now };
        let mut slots = self.agenda.page(&look, span, after, usize::from(limit) + 1);
        let next = next_of(&mut slots, limit, |slot| cursor(*slot));
        let (Some(first), Some(last)) = (slots.first(), slots.last()) else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let mut sql = Sql::new();
        let (me, first, last) = (sql.mark(viewer.tenant.0), sql.mark(first.0), sql.mark(last.0));
        let ids = sql.marks(slots.iter().map(|s| s.1));
        sql.add(&format!(
            "SELECT {} FROM event_dates d JOIN events e ON e.id = d.event_id {} WHERE d.event_id IN ({ids}) \
             AND d.starts_at >= {first} AND d.starts_at <= {last} AND e.state <> 'draft' AND NOT e.hidden",
            columns(&me),
            answers(&me)
        ));
        let rows = Row::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        let mut found: HashMap<Slot, Row> = rows.into_iter().map(|row| ((row.begins, row.id), row)).collect();
        let rows = slots.iter().filter_map(|slot| found.remove(slot));
        Ok(Page { items: rows.map(|row| row.view(now)).collect::<Result<_, _>>()?, next })
    }

    /// The dates of what the viewer hosts, her drafts among them, and those that she has answered without declining, whoever hosts them; the
    /// soonest first.
    /// `all_open`: her drafts and what is postponed also when their old dates lie before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own_agenda(
        &self,
        viewer: &Viewer,
        span: Span,
        all_open: bool,
        after: Option<Slot>,
        limit: u16,
        now: Timestamp,
    ) -> Result<Page<EventSummary>, StoreError> {
        let mut sql = Sql::new();
        let me = sql.mark(viewer.tenant.0);
        let (from, to, most) =
            (sql.mark(span.from.timestamp_millis()), sql.mark(span.end()), sql.mark(i64::from(limit) + 1));
        let (at, id) = after.unwrap_or((i64::MIN, Uuid::nil()));
        let (at, id) = (sql.mark(at), sql.mark(id));
        let open = if all_open { " OR e.state IN ('draft', 'postponed')" } else { "" };
        let day = sql.mark(in_paris(span.from).date().to_string());
        let goes_on =
            if span.from <= now { format!(" OR d.ends_at > {}", now.timestamp_millis()) } else { String::new() };
        // As `lasts`: the day on which a date begins is its name.
        let when = format!(
            "((d.ends_at > {from} AND (d.date >= {day} OR d.ends_at - d.starts_at >= {}{goes_on})){open}) \
             AND d.starts_at < {to} AND (d.starts_at > {at} OR (d.starts_at = {at} AND e.id > {id}))",
            SEVERAL_DAYS.num_milliseconds()
        );
        sql.add(&format!(
            "SELECT {} FROM ({}) mine JOIN events e ON e.id = mine.event_id \
             JOIN event_dates d ON d.event_id = mine.event_id AND d.date = mine.date {} \
             ORDER BY d.starts_at, e.id LIMIT {most}",
            columns(&me),
            own(&me, &when),
            answers(&me)
        ));
        let rows = Row::find_by_statement(sql.statement(self)).all(self.conn()).await?;
        page(rows, limit, now)
    }
}
