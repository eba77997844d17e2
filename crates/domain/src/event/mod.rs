//! Events (rendez-vous): neighbours meet at a place, on a date or on several; with answers, places and things to bring.
//!
//! `draft → published → ended`, with `postponed` and `cancelled`. This module owns the event itself: what it holds, where it stands,
//! who may do what. Beside it: its dates (`dates`, `repeat`), what hosts do (`edit`, `hosts`), what people answer (`answer`), who finds a
//! place (`places`), and the wire.

mod answer;
mod dates;
mod edit;
mod hosts;
mod number;
pub mod places;
pub mod repeat;
mod wire;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::circle::Circle;
use crate::id::{EventId, LineId, OfficeId, ResidenceId, TenantId};
use crate::mark::words;
use crate::moment::LocalTime;
use crate::problem::{FieldCode, FieldError, Problem, ProblemCode};
use crate::text::{Body, Title, Words};

use repeat::Repeat;

pub use answer::{Answer, Answered, Taking, offer_until};
pub use dates::{EventTime, MAX_AGENDA_DAYS, MAX_AHEAD_DAYS, MAX_LENGTH_DAYS, SEVERAL_DAYS, on_days_until};
pub use edit::Edited;
pub use hosts::Left;
pub use number::{Count, Guests, Interval, Places, Wanted};
pub use wire::{
    AttendeeView, BringLineView, EditEvent, EventCard, EventDate, EventDay, EventSummary, EventView, FirstDate,
    MyAnswer, NewAnswer, NewBringLine, NewEvent, OfDate, Reply, TakeBringLine,
};

/// The most hosts beside the author.
pub const MAX_CO_HOSTS: usize = 5;
/// The most lines of what to bring.
pub const MAX_LINES: usize = 12;

words! {
    /// Where an event stands. Whether it has ended, its dates say: that is kept nowhere.
    EventState {
        Draft "draft", Published "published", Postponed "postponed", Cancelled "cancelled", Ended "ended",
    }
}

words! {
    /// What somebody can do with an event: its hosts the first ones, others the last ones.
    EventAction {
        Edit "edit", Publish "publish", Postpone "postpone", Cancel "cancel", CancelDate "cancel_date", Delete "delete",
        NameHosts "name_hosts", StepDown "step_down", SeeAnswers "see_answers", Answer "answer",
    }
}

words! {
    /// What an answer has become.
    AnswerState {
        Going "going", Maybe "maybe", Declined "declined", Waitlisted "waitlisted", Offered "offered",
    }
}

words! {
    /// Whether one gets in without a step.
    StepFree { Unknown "unknown", Yes "yes", No "no" }
}

/// How one gets in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Whether without a step.
    pub step_free: StepFree,
    /// More about it, in own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Words>,
}

impl Default for Access {
    fn default() -> Self {
        Self { step_free: StepFree::Unknown, text: None }
    }
}

/// Why something cannot be done: a value of the body, or all of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// It cannot be done, now or by this person.
    #[error("{0:?}")]
    Refused(ProblemCode),
    /// A value cannot be.
    #[error("{} at {}", .0.code, .0.pointer)]
    Value(FieldError),
}

impl EventError {
    fn value(pointer: impl Into<String>, code: FieldCode) -> Self {
        Self::Value(FieldError { pointer: pointer.into(), code })
    }
}

impl From<ProblemCode> for EventError {
    fn from(code: ProblemCode) -> Self {
        Self::Refused(code)
    }
}

impl From<FieldError> for EventError {
    fn from(error: FieldError) -> Self {
        Self::Value(error)
    }
}

impl From<EventError> for Problem {
    fn from(error: EventError) -> Self {
        match error {
            EventError::Refused(code) => Self::new(code),
            EventError::Value(error) => Self::field(error.pointer, error.code),
        }
    }
}

/// One line of what to bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BringLine {
    /// Which.
    pub id: LineId,
    /// What.
    pub what: Words,
    /// How many are wanted, on each date.
    pub wanted: Wanted,
}

/// An event, whole; without its answers, of which there can be many.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Which.
    pub id: EventId,
    /// The office in which it lives.
    pub office: OfficeId,
    /// Whose.
    pub author: TenantId,
    /// Who else invites, the first named first.
    pub co_hosts: Vec<TenantId>,
    /// The residence from which it reaches: the author's.
    pub residence: ResidenceId,
    /// Its title.
    pub title: Title,
    /// More about it.
    pub text: Body,
    /// Where it is, in own words.
    pub place: Words,
    /// At which residence it is, when it is at one.
    pub at_residence: Option<ResidenceId>,
    /// When its first date begins.
    pub start: LocalTime,
    /// When its first date ends.
    pub end: LocalTime,
    /// How far it reaches.
    pub circle: Circle,
    /// For how many people there is room on each date; none: for all who come.
    pub places: Option<Places>,
    /// How many of them one residence can have.
    pub places_per_residence: Option<Places>,
    /// How many guests somebody may bring.
    pub guests: Guests,
    /// How one gets in.
    pub access: Access,
    /// What to bring.
    pub lines: Vec<BringLine>,
    /// On which dates it comes again.
    pub repeat: Option<Repeat>,
    /// Dates that were cancelled one by one, in their order. They stay visible, unlike those that the repetition leaves out.
    pub cancelled: Vec<NaiveDate>,
    /// Where it stands, its dates apart: see [`Event::state_at`].
    pub state: EventState,
    /// Grows when the date, the place or the cancelling of a published event changes (RFC 5545 SEQUENCE).
    pub sequence: u32,
    /// When it was posted; of a draft, when it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was taken off its dates, while it has no new one.
    pub postponed_at: Option<DateTime<Utc>>,
    /// Grows with every change.
    pub version: u32,
    /// Whether neighbours do not meet it, because its author asked to leave and may still come back.
    pub hidden: bool,
}

/// Who somebody is to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Author,
    CoHost,
    Neighbour,
}

impl Event {
    /// A new event. `line_id` makes an id for each line of what to bring.
    ///
    /// # Errors
    /// The value that cannot be: its times (see [`EventTime`]), its repetition, its lines.
    pub fn create(
        id: EventId,
        office: OfficeId,
        author: TenantId,
        residence: ResidenceId,
        new: NewEvent,
        line_id: impl FnMut() -> LineId,
        now: DateTime<Utc>,
    ) -> Result<Self, FieldError> {
        let lines = edit::lines(&[], new.bring, line_id)?;
        let event = Self {
            id,
            office,
            author,
            co_hosts: Vec::new(),
            residence,
            title: new.title,
            text: new.text,
            place: new.place,
            at_residence: new.residence,
            start: new.start,
            end: new.end,
            circle: new.circle,
            places: new.places,
            places_per_residence: new.places_per_residence,
            guests: new.guests,
            access: new.access,
            lines,
            repeat: new.repeat,
            cancelled: Vec::new(),
            state: if new.draft { EventState::Draft } else { EventState::Published },
            sequence: 0,
            created_at: now,
            updated_at: now,
            postponed_at: None,
            version: 1,
            hidden: false,
        };
        event.check_start(now)?;
        event.check_times(now)?;
        Ok(event)
    }

    /// Where it stands: a published event has ended when none of its dates that stand is still to come.
    #[must_use]
    pub fn state_at(&self, now: DateTime<Utc>) -> EventState {
        match self.state {
            EventState::Published if self.next_date(now).is_none() => EventState::Ended,
            EventState::Draft
            | EventState::Published
            | EventState::Postponed
            | EventState::Cancelled
            | EventState::Ended => self.state,
        }
    }

    fn role(&self, who: TenantId) -> Role {
        if self.author == who {
            Role::Author
        } else if self.co_hosts.contains(&who) {
            Role::CoHost
        } else {
            Role::Neighbour
        }
    }

    /// Who invites, the author first.
    pub fn hosts(&self) -> impl Iterator<Item = TenantId> {
        std::iter::once(self.author).chain(self.co_hosts.iter().copied())
    }

    /// Whether somebody is one of those who invite.
    #[must_use]
    pub fn is_host(&self, who: TenantId) -> bool {
        self.role(who) != Role::Neighbour
    }

    /// Whether `actor` may do this now. Whose answers somebody sees beyond her own events, [`Event::answers_seen`] says.
    ///
    /// # Errors
    /// `NotFound` to a neighbour of a draft, `NotYours`, `EventNotOpen` for an answer, `NotNow` for the rest.
    pub fn check(&self, actor: TenantId, action: EventAction, now: DateTime<Utc>) -> Result<(), ProblemCode> {
        use EventAction as A;
        use EventState::{Cancelled, Draft, Ended, Postponed, Published};
        let (role, state) = (self.role(actor), self.state_at(now));
        if role == Role::Neighbour && state == Draft {
            return Err(ProblemCode::NotFound);
        }
        let may = match action {
            A::Edit | A::Publish | A::Postpone | A::Cancel | A::CancelDate | A::SeeAnswers => role != Role::Neighbour,
            A::Delete | A::NameHosts => role == Role::Author,
            A::StepDown => role == Role::CoHost,
            A::Answer => true,
        };
        if !may {
            return Err(ProblemCode::NotYours);
        }
        let (can, why_not) = match (action, state) {
            (A::Edit | A::NameHosts, Draft | Published | Postponed)
            | (A::StepDown, Draft | Published | Postponed)
            | (A::Delete, Draft)
            | (A::Postpone, Published)
            | (A::Cancel, Published | Postponed)
            | (A::SeeAnswers, Published | Postponed | Cancelled | Ended) => (true, ProblemCode::NotNow),
            (A::Publish, Draft) => (self.start.instant() > now, ProblemCode::NotNow),
            (A::CancelDate, Published) => (self.repeat.is_some(), ProblemCode::NotNow),
            (A::Answer, Published) => (true, ProblemCode::EventNotOpen),
            (A::Answer, Draft | Postponed | Cancelled | Ended) => (false, ProblemCode::EventNotOpen),
            (A::Edit | A::NameHosts | A::StepDown, Cancelled | Ended)
            | (A::Publish | A::Delete, Published | Postponed | Cancelled | Ended)
            | (A::Postpone | A::CancelDate, Draft | Postponed | Cancelled | Ended)
            | (A::Cancel, Draft | Cancelled | Ended)
            | (A::SeeAnswers, Draft) => (false, ProblemCode::NotNow),
        };
        if can { Ok(()) } else { Err(why_not) }
    }

    /// What `viewer` can do now; `hers` are her own answers to its dates.
    #[must_use]
    pub fn may(&self, viewer: TenantId, hers: &[AnswerState], now: DateTime<Utc>) -> Vec<EventAction> {
        let sees = hers.iter().any(|&hers| !self.answers_seen(viewer, Some(hers)).is_empty());
        let can = |&action: &EventAction| {
            self.check(viewer, action, now).is_ok() || (action == EventAction::SeeAnswers && sees)
        };
        EventAction::ALL.iter().copied().filter(can).collect()
    }

    /// Which answers to a date `viewer` sees with their names: hosts all that may still come, those who go who else does, others none.
    /// `hers` is her own answer to that date.
    #[must_use]
    pub fn answers_seen(&self, viewer: TenantId, hers: Option<AnswerState>) -> &'static [AnswerState] {
        use AnswerState::{Declined, Going, Maybe, Offered, Waitlisted};
        match (self.role(viewer), self.state, hers) {
            (_, EventState::Draft, _) => &[],
            (Role::Author | Role::CoHost, _, _) => &[Going, Offered, Waitlisted, Maybe],
            (Role::Neighbour, _, Some(Going)) => &[Going],
            (Role::Neighbour, _, Some(Maybe | Declined | Waitlisted | Offered) | None) => &[],
        }
    }

    fn step(mut self, actor: TenantId, action: EventAction, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        self.check(actor, action, now)?;
        self.version += 1;
        self.updated_at = now;
        Ok(self)
    }
}
