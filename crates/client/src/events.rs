//! Events and their calendars.

use chrono::NaiveDate;
use domain::calendar::{CalendarKind, CalendarView};
use domain::event::{
    AttendeeView, EditEvent, EventDay, EventSummary, EventView, NewAnswer, NewEvent, OfDate, TakeBringLine,
};
use domain::id::{EventId, LineId, TenantId};
use domain::page::Page;

use crate::{Client, Error, Method, Request};

fn path(id: EventId) -> String {
    format!("/api/v1/events/{id}")
}

/// Which dates to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// From this day on; today when absent.
    pub from: Option<NaiveDate>,
    /// Until this day, itself included.
    pub to: Option<NaiveDate>,
    /// Only those that I host or have answered, my drafts among them.
    pub mine: bool,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// How many, 1 to 100; 20 when absent.
    pub limit: Option<u16>,
}

impl Client {
    /// `GET /events`: the dates that reach me, the soonest first.
    ///
    /// # Errors
    /// `invalid`.
    pub async fn list_events(&self, filter: &EventFilter) -> Result<Page<EventSummary>, Error> {
        let EventFilter { from, to, mine, after, limit } = filter;
        let parts = [
            from.map(|d| format!("from={d}")),
            to.map(|d| format!("to={d}")),
            mine.then(|| "mine=true".to_owned()),
            after.as_ref().map(|a| format!("after={a}")),
            limit.map(|n| format!("limit={n}")),
        ];
        let query: Vec<String> = parts.into_iter().flatten().collect();
        self.call(Request::get(format!("/api/v1/events?{}", query.join("&")))).await
    }

    /// `GET /events/days`: the days on which something is, each with how many dates [`Client::list_events`] has of that day alone; 62 days at
    /// most.
    ///
    /// # Errors
    /// `invalid`.
    pub async fn list_event_days(&self, from: NaiveDate, to: NaiveDate, mine: bool) -> Result<Page<EventDay>, Error> {
        let mine = if mine { "&mine=true" } else { "" };
        self.call(Request::get(format!("/api/v1/events/days?from={from}&to={to}{mine}"))).await
    }

    /// `POST /events`.
    ///
    /// # Errors
    /// `invalid`, `idempotency_key_reused`.
    pub async fn create_event(&self, new: &NewEvent, key: &str) -> Result<EventView, Error> {
        self.call(Request::post("/api/v1/events").json(new).idempotency_key(key)).await
    }

    /// `GET /events/{id}`: opened at one of its dates; at the next when absent.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get_event(&self, id: EventId, date: Option<NaiveDate>) -> Result<EventView, Error> {
        let query = date.map_or(String::new(), |d| format!("?date={d}"));
        self.call(Request::get(format!("{}{query}", path(id)))).await
    }

    /// `PATCH /events/{id}`: by a host.
    ///
    /// # Errors
    /// `precondition_failed`, `not_now`, `not_yours`, `not_found`, `invalid`.
    pub async fn edit_event(&self, id: EventId, version: u32, edit: &EditEvent) -> Result<EventView, Error> {
        self.call(Request::new(Method::Patch, path(id)).json(edit).if_match(version)).await
    }

    /// `DELETE /events/{id}`: forgets a draft.
    ///
    /// # Errors
    /// `not_now` when it was published, `not_yours`, `not_found`.
    pub async fn delete_event(&self, id: EventId) -> Result<(), Error> {
        self.call(Request::new(Method::Delete, path(id))).await
    }

    /// `POST /events/{id}/publish`: by a host, of a draft.
    ///
    /// # Errors
    /// `not_now`, `not_yours`, `not_found`.
    pub async fn publish_event(&self, id: EventId) -> Result<EventView, Error> {
        self.call(Request::post(format!("{}/publish", path(id)))).await
    }

    /// `POST /events/{id}/postpone`: by a host; a new start is said by an edit.
    ///
    /// # Errors
    /// `not_now`, `not_yours`, `not_found`.
    pub async fn postpone_event(&self, id: EventId) -> Result<EventView, Error> {
        self.call(Request::post(format!("{}/postpone", path(id)))).await
    }

    /// `POST /events/{id}/cancel`: by a host, the whole event, or one of its dates.
    ///
    /// # Errors
    /// `not_now`, `not_yours`, `not_found`.
    pub async fn cancel_event(&self, id: EventId, date: Option<NaiveDate>) -> Result<EventView, Error> {
        self.call(Request::post(format!("{}/cancel", path(id))).json(&OfDate { date })).await
    }

    /// `PUT /events/{id}/answer`: the answer with what came of it: a place, or the waiting list.
    ///
    /// # Errors
    /// `event_not_open`, `not_found`, `invalid`.
    pub async fn answer_event(&self, id: EventId, answer: &NewAnswer) -> Result<EventView, Error> {
        self.call(Request::new(Method::Put, format!("{}/answer", path(id))).json(answer)).await
    }

    /// `PUT /events/{id}/bring/{line}`: how many of a line I bring.
    ///
    /// # Errors
    /// `line_full`, `event_not_open`, `not_found`, `invalid`.
    pub async fn bring_to_event(&self, id: EventId, line: LineId, take: &TakeBringLine) -> Result<EventView, Error> {
        self.call(Request::new(Method::Put, format!("{}/bring/{line}", path(id))).json(take)).await
    }

    /// `GET /events/{id}/attendees`: who comes to a date, for hosts and those who go.
    ///
    /// # Errors
    /// `not_yours`, `not_found`.
    pub async fn list_attendees(
        &self,
        id: EventId,
        date: Option<NaiveDate>,
        after: Option<&str>,
    ) -> Result<Page<AttendeeView>, Error> {
        let date = date.map(|d| format!("date={d}"));
        let query: Vec<String> = date.into_iter().chain(after.map(|a| format!("after={a}"))).collect();
        self.call(Request::get(format!("{}/attendees?{}", path(id), query.join("&")))).await
    }

    /// `PUT /events/{id}/hosts/{tenant}`: by a host: somebody who goes becomes a host as well, at most five besides the author.
    ///
    /// # Errors
    /// `not_now`, `not_yours`, `not_found`.
    pub async fn add_event_host(&self, id: EventId, tenant: TenantId) -> Result<EventView, Error> {
        self.call(Request::new(Method::Put, format!("{}/hosts/{tenant}", path(id)))).await
    }

    /// `DELETE /events/{id}/hosts/{tenant}`: takes a co-host off, or steps down.
    ///
    /// # Errors
    /// `not_now`, `not_yours`, `not_found`.
    pub async fn remove_event_host(&self, id: EventId, tenant: TenantId) -> Result<EventView, Error> {
        self.call(Request::new(Method::Delete, format!("{}/hosts/{tenant}", path(id)))).await
    }

    /// `GET /events/{id}.ics`: one event as iCalendar (RFC 5545).
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get_event_ics(&self, id: EventId) -> Result<Vec<u8>, Error> {
        self.fetch(Request::get(format!("{}.ics", path(id)))).await
    }

    /// `GET /calendars`: my calendars and their addresses.
    ///
    /// # Errors
    /// None of its own.
    pub async fn list_calendars(&self) -> Result<Page<CalendarView>, Error> {
        self.call(Request::get("/api/v1/calendars")).await
    }

    /// `PUT /calendars/{kind}`: a new address for a calendar; the one before leads nowhere from now on.
    ///
    /// # Errors
    /// None of its own.
    pub async fn renew_calendar(&self, kind: CalendarKind) -> Result<CalendarView, Error> {
        self.call(Request::new(Method::Put, format!("/api/v1/calendars/{}", kind.as_str()))).await
    }

    /// `DELETE /calendars/{kind}`: no address any more.
    ///
    /// # Errors
    /// None of its own.
    pub async fn close_calendar(&self, kind: CalendarKind) -> Result<(), Error> {
        self.call(Request::new(Method::Delete, format!("/api/v1/calendars/{}", kind.as_str()))).await
    }

    /// `GET /calendars/{secret}.ics`: a calendar by its address; whoever has it needs no account.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get_calendar(&self, secret: &str) -> Result<Vec<u8>, Error> {
        self.fetch(Request::get(format!("/api/v1/calendars/{secret}.ics"))).await
    }
}
