//! Events (rendez-vous): neighbours meet at a place, on a date or on several; with answers, places and things to bring.
//!
//! `draft → published → ended`, with `postponed` and `cancelled`. This module owns the words and the event itself; its dates
//! ([`repeat`]), who finds a place ([`places`]) and the wire stand beside it.

mod number;
pub mod repeat;
mod wire;

use serde::{Deserialize, Serialize};

use crate::mark::words;
use crate::text::Words;

pub use number::{Count, Guests, Interval, Places, Wanted};
pub use wire::{
    AttendeeView, BringLineView, EditEvent, EventCard, EventDate, EventSummary, EventView, FirstDate, MyAnswer,
    NewAnswer, NewBringLine, NewEvent, OfDate, Reply, TakeBringLine,
};

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
    /// What a calendar that can be subscribed to holds: what its owner goes to, or all that reaches her residence.
    CalendarKind { Mine "mine", Residence "residence" }
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
