//! Who invites: the author, and up to five neighbours beside her.

use chrono::{DateTime, Utc};

use super::{Access, Event, EventAction, EventState, MAX_CO_HOSTS, StepFree};
use crate::id::TenantId;
use crate::problem::ProblemCode;
use crate::text::{Body, Title, Words};

/// What becomes of an event when one of its hosts leaves the product.
#[derive(Clone, Debug, PartialEq)]
pub enum Left {
    /// It goes on with the others.
    GoesOn(Event),
    /// It was to come, and nobody is left to invite: it is cancelled, without her words. Those who answered hear of it.
    Cancelled(Event),
    /// It is over, or was shown to nobody: nothing has to stay.
    Gone,
}

impl Event {
    /// The author names a neighbour as host beside her. One who is a host already stays one.
    ///
    /// # Errors
    /// As [`Event::check`]; `NotNow` when there are five already.
    pub fn name_host(self, actor: TenantId, host: TenantId, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        self.check(actor, EventAction::NameHosts, now)?;
        if self.is_host(host) {
            return Ok(self);
        }
        if self.co_hosts.len() >= MAX_CO_HOSTS {
            return Err(ProblemCode::NotNow);
        }
        let mut event = self.step(actor, EventAction::NameHosts, now)?;
        event.co_hosts.push(host);
        Ok(event)
    }

    /// A co-host is one no more: she steps down, or the author says so.
    ///
    /// # Errors
    /// As [`Event::check`]; `NotFound` when that person is no co-host.
    pub fn remove_host(self, actor: TenantId, host: TenantId, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        let action = if actor == host { EventAction::StepDown } else { EventAction::NameHosts };
        let mut event = self.step(actor, action, now)?;
        if !event.co_hosts.contains(&host) {
            return Err(ProblemCode::NotFound);
        }
        event.co_hosts.retain(|&it| it != host);
        Ok(event)
    }

    /// What becomes of it when a host leaves the product. The first co-host takes the author's place.
    #[must_use]
    pub fn without(mut self, host: TenantId, now: DateTime<Utc>) -> Left {
        let state = self.state_at(now);
        self.version += 1;
        self.updated_at = now;
        self.co_hosts.retain(|&it| it != host);
        if self.author != host {
            return Left::GoesOn(self);
        }
        if !self.co_hosts.is_empty() {
            self.author = self.co_hosts.remove(0);
            return Left::GoesOn(self);
        }
        match state {
            EventState::Draft | EventState::Cancelled | EventState::Ended => Left::Gone,
            EventState::Published | EventState::Postponed => Left::Cancelled(Self {
                title: Title::erased(),
                text: Body::empty(),
                place: Words::erased(),
                access: Access { step_free: StepFree::Unknown, text: None },
                lines: Vec::new(),
                state: EventState::Cancelled,
                sequence: self.sequence + 1,
                ..self
            }),
        }
    }
}
