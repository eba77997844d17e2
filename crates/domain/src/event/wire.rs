//! Events on the wire: what is asked, what is shown.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::number::{Guests, Places, Wanted};
use super::repeat::Repeat;
use super::{Access, AnswerState, EventAction, EventState};
use crate::circle::Circle;
use crate::double_option;
use crate::id::{EventId, LineId, ResidenceId};
use crate::mark::words;
use crate::moment::LocalTime;
use crate::tenant::{Person, ResidenceBrief};
use crate::text::{Body, Title, Words};

/// What is asked for a new event. All times are what clocks in Paris show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// Its title.
    pub title: Title,
    /// More about it; may be empty.
    pub text: Body,
    /// Where it is, in own words.
    pub place: Words,
    /// At which residence it is, when it is at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residence: Option<ResidenceId>,
    /// When it begins; when its first date begins, if it repeats.
    pub start: LocalTime,
    /// When it ends, at most 14 days later.
    pub end: LocalTime,
    /// How far it reaches.
    pub circle: Circle,
    /// For how many people there is room, guests included; absent: for all who come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Places>,
    /// How many of them one residence can have at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places_per_residence: Option<Places>,
    /// How many guests somebody may bring.
    #[serde(default)]
    pub guests: Guests,
    /// How one gets in.
    #[serde(default)]
    pub access: Access,
    /// What to bring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 12))]
    pub bring: Vec<NewBringLine>,
    /// On which dates it comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
    /// Whether to keep it for oneself for now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

/// One line of what to bring, as it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewBringLine {
    /// The line that this one was; absent for a new one. Only in an edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<LineId>,
    /// What.
    pub what: Words,
    /// How many are wanted.
    pub wanted: Wanted,
}

/// What is changed of an event; what is absent stays, `null` removes. A postponed event with a new start is published again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditEvent {
    /// Another title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Another text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Body>,
    /// Another place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Words>,
    /// At another residence; `null`: at none.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double_option")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<ResidenceId>))]
    pub residence: Option<Option<ResidenceId>>,
    /// Another beginning of the first date. The dates of an event that repeats move with it, each answer with its date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<LocalTime>,
    /// Another end of the first date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<LocalTime>,
    /// Another reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circle: Option<Circle>,
    /// Another number of places; nobody loses hers. `null`: for all who come.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double_option")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Places>))]
    pub places: Option<Option<Places>>,
    /// Another number of places for one residence; `null`: no such limit.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double_option")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Places>))]
    pub places_per_residence: Option<Option<Places>>,
    /// Another number of guests; answers that stand keep theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guests: Option<Guests>,
    /// How one gets in, anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// What to bring: the whole list. What people bring of lines that are gone is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_items = 12))]
    pub bring: Option<Vec<NewBringLine>>,
    /// Other dates on which it comes again; `null`: it is on its first date alone.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double_option")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Repeat>))]
    pub repeat: Option<Option<Repeat>>,
}

/// One date of an event that repeats, named by its day in Paris.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OfDate {
    /// The day on which that date begins. Needed when the event repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
}

words! {
    /// What somebody answers. Whether "going" means a place or the waiting list, the places say.
    Reply { Going "going", Maybe "maybe", Declined "declined" }
}

/// An answer, or another one instead. "Going" also takes the place that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// What.
    pub answer: Reply,
    /// How many guests come along; only with "going".
    #[serde(default)]
    pub guests: Guests,
    /// For which date: the day on which it begins. Needed when the event repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
}

/// How many of a line the viewer brings: 0 gives all back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TakeBringLine {
    /// How many, from now on.
    #[cfg_attr(feature = "schema", schema(maximum = 50))]
    pub count: u8,
    /// For which date: the day on which it begins. Needed when the event repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
}

/// The viewer's own answer for one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MyAnswer {
    /// What.
    pub answer: AnswerState,
    /// How many guests come along.
    pub guests: Guests,
    /// The how manieth she is, from 1, while she waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_in_line: Option<u32>,
    /// Until when a place is held for her, while one is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_until: Option<DateTime<Utc>>,
}

/// One date of an event, as a viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EventDate {
    /// The day in Paris on which it begins: its name.
    pub date: NaiveDate,
    /// When it begins, as clocks in Paris show it.
    pub start: LocalTime,
    /// When it ends, as clocks in Paris show it.
    pub end: LocalTime,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Whether just this date was cancelled.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancelled: bool,
    /// How many places are taken, those that are offered included: the 19 of "19/50".
    pub taken: u32,
    /// How many places there are: the 50; absent: for all who come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Places>,
    /// How many answers wait in line.
    pub waiting: u32,
    /// The viewer's own answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub my_answer: Option<MyAnswer>,
}

/// One line of what to bring, for one date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BringLineView {
    /// Which.
    pub id: LineId,
    /// What.
    pub what: Words,
    /// How many are wanted.
    pub wanted: Wanted,
    /// How many people bring already, the viewer included.
    pub taken: u32,
    /// How many the viewer brings.
    pub mine: u8,
}

/// An event as a viewer sees it, opened at one of its dates: the one asked for, else the next, else the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EventView {
    /// Which.
    pub id: EventId,
    /// For `If-Match`.
    pub version: u32,
    /// Grows when the date, the place or the cancelling changes (RFC 5545 SEQUENCE).
    pub sequence: u32,
    /// Where it stands.
    pub state: EventState,
    /// Its title.
    pub title: Title,
    /// More about it.
    pub text: Body,
    /// Where it is, in own words.
    pub place: Words,
    /// At which residence it is, when it is at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_residence: Option<ResidenceBrief>,
    /// From where it reaches: where its author lives.
    pub residence: ResidenceBrief,
    /// How far it is from the viewer, in metres, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// The day of the date at which it is opened: `start` to `ends_at` and `bring` are about that one.
    pub date: NaiveDate,
    /// When that date begins, as clocks in Paris show it.
    pub start: LocalTime,
    /// When it ends, as clocks in Paris show it.
    pub end: LocalTime,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// When the first date begins and ends, as an edit changes it; only for hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstDate>,
    /// All its dates; one when it does not repeat, at most 60.
    pub dates: Vec<EventDate>,
    /// How far it reaches.
    pub circle: Circle,
    /// For how many people there is room on each date; absent: for all who come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Places>,
    /// How many of them one residence can have at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places_per_residence: Option<Places>,
    /// With how many people, herself included, the viewer would have places on that date if she said now that she comes; with more, 0 or not, she
    /// waits. Absent: with as many as she may bring, or nobody can answer now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places_for_me: Option<u32>,
    /// How many guests somebody may bring.
    pub guests: Guests,
    /// How one gets in.
    pub access: Access,
    /// What to bring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bring: Vec<BringLineView>,
    /// On which dates it comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
    /// Who invites, the author first.
    pub hosts: Vec<Person>,
    /// Whether the viewer is one of the hosts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_mine: bool,
    /// What the viewer can do now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may: Vec<EventAction>,
    /// When it was posted; of a draft, when it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was taken off its dates, while it has no new one. From then on none of them goes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postponed_at: Option<DateTime<Utc>>,
}

impl EventView {
    /// The dates whose people hear of it when one is cancelled, or all are: none that is cancelled already, or over.
    pub fn awaited(&self, date: Option<NaiveDate>, now: DateTime<Utc>) -> impl Iterator<Item = &EventDate> {
        let since = self.postponed_at.unwrap_or(now);
        let meant =
            move |on: &&EventDate| !on.cancelled && on.ends_at > since && date.is_none_or(|date| on.date == date);
        self.dates.iter().filter(meant)
    }
}

/// The first date of an event, as an edit changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FirstDate {
    /// When it begins.
    pub start: LocalTime,
    /// When it ends.
    pub end: LocalTime,
}

/// One date of an event, as a line of the viewer's agenda.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EventSummary {
    /// Of which event.
    pub id: EventId,
    /// Its title.
    pub title: Title,
    /// Where it is, in own words.
    pub place: Words,
    /// Where it stands; `cancelled` also when only this date was.
    pub state: EventState,
    /// The date, its places and the viewer's answer.
    #[serde(flatten)]
    pub on: EventDate,
    /// Whether it has other dates as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeats: bool,
    /// Whether the viewer is one of the hosts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_mine: bool,
}

/// A day on which something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EventDay {
    /// The day in Paris.
    pub day: NaiveDate,
    /// How many dates are on it.
    pub count: u32,
}

/// An event on the square, with its next date; else, when none is to come, with its last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EventCard {
    /// Which.
    pub id: EventId,
    /// Its version.
    pub version: u32,
    /// Where it stands.
    pub state: EventState,
    /// Its title.
    pub title: Title,
    /// More about it.
    pub text: Body,
    /// Where it is, in own words.
    pub place: Words,
    /// From where it reaches: where its author lives.
    pub residence: ResidenceBrief,
    /// How far it is from the viewer, in metres, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// The day in Paris on which the date begins.
    pub date: NaiveDate,
    /// When it begins, as clocks in Paris show it.
    pub start: LocalTime,
    /// When it ends, as clocks in Paris show it.
    pub end: LocalTime,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// How many dates come after it.
    pub more_dates: u8,
    /// How far it reaches.
    pub circle: Circle,
    /// How many places are taken on that date, those that are offered included.
    pub taken: u32,
    /// How many places there are; absent: for all who come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Places>,
    /// How one gets in.
    pub access: Access,
    /// Who invites: its author.
    pub author: Person,
    /// When it was posted; of a draft, when it was begun.
    pub created_at: DateTime<Utc>,
}

/// Somebody who answered, as hosts and those who go see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AttendeeView {
    /// Who.
    pub person: Person,
    /// What she answered.
    pub answer: AnswerState,
    /// How many guests come along.
    pub guests: Guests,
}
