//! Calendars as other programs read them: iCalendar (RFC 5545). Pure: text out, nothing of HTTP or SQL. Never a person: no organiser, no
//! attendee, no address of anybody.

mod fold;
mod zone;

use std::borrow::Cow;

use chrono::NaiveDateTime;
use domain::Timestamp;
use domain::event::{Access, Event, EventState, EventTime, StepFree};
use domain::moment::LocalTime;
use domain::tenant::Language;
use ics::components::{Component, Parameter, Property};
use ics::escape_text;
use uuid::Uuid;

use fold::fold;

const PRODUCT: &str = "-//De toit a toit//De toit a toit//FR";
/// The second half of each UID: fixed, since a server may be reached by several names.
const AT: &str = "rendez-vous.de-toit-a-toit";

/// What of an event all its dates have in common.
#[derive(Clone, Debug)]
pub struct About {
    /// Which event.
    pub id: Uuid,
    /// SEQUENCE.
    pub sequence: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Where it stands.
    pub state: EventState,
    /// Its title.
    pub title: String,
    /// More about it.
    pub text: String,
    /// How one gets in.
    pub access: Access,
    /// Where it is: own words, and the residence.
    pub places: Vec<String>,
}

impl About {
    /// An event, which is at this residence if it is at one.
    #[must_use]
    pub fn of(event: &Event, at_residence: Option<String>) -> Self {
        Self {
            id: event.id.0,
            sequence: event.sequence,
            created_at: event.created_at,
            updated_at: event.updated_at,
            state: event.state,
            title: event.title.to_string(),
            text: event.text.to_string(),
            access: event.access.clone(),
            places: std::iter::once(event.place.to_string()).chain(at_residence).collect(),
        }
    }

    fn description(&self, language: Language) -> String {
        let step_free = match (self.access.step_free, language) {
            (StepFree::Unknown, _) => None,
            (StepFree::Yes, Language::Fr) => Some("Accès sans marche."),
            (StepFree::Yes, Language::En) => Some("Step-free access."),
            (StepFree::No, Language::Fr) => Some("Il y a des marches."),
            (StepFree::No, Language::En) => Some("There are steps."),
        };
        let access = self.access.text.as_ref().map(ToString::to_string);
        let parts = [Some(self.text.clone()), step_free.map(str::to_owned), access];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn component(&self, uid: String, (on, repeats): (EventTime, bool), language: Language) -> Component<'static> {
        let mut event = Component::new("VEVENT");
        event.add_property(plain("UID", uid));
        event.add_property(plain("DTSTAMP", utc(self.updated_at)));
        event.add_property(plain("CREATED", utc(self.created_at)));
        event.add_property(plain("LAST-MODIFIED", utc(self.updated_at)));
        event.add_property(plain("SEQUENCE", self.sequence.to_string()));
        let start = LocalTime::at(on.starts_at);
        let comes_twice = !is_sure(on.starts_at) && !repeats;
        event.add_property(if comes_twice { plain("DTSTART", utc(on.starts_at)) } else { local("DTSTART", start) });
        if is_sure(on.ends_at) {
            event.add_property(local("DTEND", LocalTime::at(on.ends_at)));
        } else {
            let seconds = (on.ends_at - on.starts_at).num_seconds();
            event.add_property(plain(
                "DURATION",
                format!("PT{}H{}M{}S", seconds / 3600, seconds / 60 % 60, seconds % 60),
            ));
        }
        event.add_property(text("SUMMARY", self.title.clone()));
        let description = self.description(language);
        if !description.is_empty() {
            event.add_property(text("DESCRIPTION", description));
        }
        event.add_property(text("LOCATION", self.places.join(", ")));
        event.add_property(plain("STATUS", status(self.state, on.cancelled)));
        // Not shown as busy: whether she really goes is nobody's business in a shared calendar.
        event.add_property(plain("TRANSP", "TRANSPARENT"));
        event
    }
}

/// Whether clocks show this hour once: in autumn one hour comes twice, and programs do not agree which of the two is meant.
fn is_sure(at: Timestamp) -> bool {
    let hour = chrono::TimeDelta::hours(1);
    [at - hour, at + hour].iter().all(|&other| LocalTime::at(other) != LocalTime::at(at))
}

const fn status(state: EventState, cancelled: bool) -> &'static str {
    match state {
        EventState::Cancelled => "CANCELLED",
        _ if cancelled => "CANCELLED",
        EventState::Postponed | EventState::Draft => "TENTATIVE",
        EventState::Published | EventState::Ended => "CONFIRMED",
    }
}

fn plain(name: &'static str, value: impl Into<Cow<'static, str>>) -> Property<'static> {
    Property::new(name, value)
}

fn text(name: &'static str, value: String) -> Property<'static> {
    Property::new(name, escape_text(value))
}

fn on_clocks(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

fn utc(at: Timestamp) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn local(name: &'static str, at: LocalTime) -> Property<'static> {
    locals(name, on_clocks(at.naive()))
}

fn locals(name: &'static str, times: String) -> Property<'static> {
    let mut property = Property::new(name, times);
    property.add(Parameter::new("TZID", zone::PARIS));
    property
}

fn calendar(name: Option<&str>, events: Vec<Component<'static>>) -> String {
    let mut calendar = Component::new("VCALENDAR");
    calendar.add_property(plain("VERSION", "2.0"));
    calendar.add_property(plain("PRODID", PRODUCT));
    calendar.add_property(plain("CALSCALE", "GREGORIAN"));
    if let Some(name) = name {
        calendar.add_property(text("NAME", name.to_owned()));
        calendar.add_property(text("X-WR-CALNAME", name.to_owned()));
        let mut refresh = Property::new("REFRESH-INTERVAL", "PT1H");
        refresh.add(Parameter::new("VALUE", "DURATION"));
        calendar.add_property(refresh);
        calendar.add_property(plain("X-PUBLISHED-TTL", "PT1H"));
    }
    calendar.add_component(zone::paris());
    events.into_iter().for_each(|event| calendar.add_component(event));
    fold(&calendar.to_string())
}

/// One event: with its repetition, the dates that are left out, and those that were cancelled one by one.
#[must_use]
pub fn event(event: &Event, at_residence: Option<String>, language: Language) -> String {
    let about = About::of(event, at_residence);
    let uid = format!("{}@{AT}", event.id);
    let length = event.end.instant() - event.start.instant();
    let starts_at = event.start.instant();
    let first = EventTime { date: event.start.date(), starts_at, ends_at: starts_at + length, cancelled: false };
    let mut whole = about.component(uid.clone(), (first, event.repeat.is_some()), language);
    let mut events = Vec::new();
    if let Some(repeat) = &event.repeat {
        whole.add_property(plain("RRULE", repeat.to_rrule_text(event.start)));
        let at = |day: &chrono::NaiveDate| on_clocks(day.and_time(event.start.naive().time()));
        if !repeat.except.is_empty() {
            let left_out: Vec<String> = repeat.except.iter().map(at).collect();
            whole.add_property(locals("EXDATE", left_out.join(",")));
        }
        // Where clocks leave the hour out, a strict reader leaves the date out: it is one hour later.
        let moved = event.dates().into_iter().map(|on| LocalTime::at(on.starts_at));
        let moved = moved.filter(|at| at.naive().time() != event.start.naive().time());
        let moved: Vec<String> = moved.map(|at| on_clocks(at.naive())).collect();
        if !moved.is_empty() {
            whole.add_property(locals("RDATE", moved.join(",")));
        }
        for on in event.dates().into_iter().filter(|on| on.cancelled && event.state != EventState::Cancelled) {
            let mut cancelled = about.component(uid.clone(), (on, true), language);
            cancelled.add_property(local("RECURRENCE-ID", LocalTime::at(on.starts_at)));
            events.push(cancelled);
        }
    }
    events.insert(0, whole);
    calendar(None, events)
}

/// Many dates, each an entry of its own: somebody may come to some of the dates of an event and not to others.
#[must_use]
pub fn feed(name: &str, dates: &[(About, EventTime, bool)], language: Language) -> String {
    let entry = |(about, on, repeats): &(About, EventTime, bool)| {
        let day = if *repeats { format!("-{}", on.date.format("%Y%m%d")) } else { String::new() };
        about.component(format!("{}{day}@{AT}", about.id), (*on, false), language)
    };
    calendar(Some(name), dates.iter().map(entry).collect())
}
