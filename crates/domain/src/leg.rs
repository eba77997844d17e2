//! Legs: one service inside a barter, from the agreement to "it is done".

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::category::CategorySlug;
use crate::id::{LegId, OfferId, TenantId};
use crate::mark::words;
use crate::problem::ProblemCode;
use crate::text::{Body, Title, Words};

/// How long silence after "done" lasts before it confirms.
pub const SILENCE_DAYS: i64 = 7;
/// On which days of that silence a reminder is due.
pub const REMINDER_DAYS: [i64; 2] = [3, 6];

words! {
    /// Where a leg stands.
    LegState {
        Agreed "agreed", Scheduled "scheduled", Done "done", Confirmed "confirmed", Waived "waived", Disputed "disputed", Settled "settled",
    }
}

impl LegState {
    /// Whether nothing more is to be done.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Confirmed | Self::Waived | Self::Settled)
    }
}

words! {
    /// What a person can do with a leg.
    LegVerb { Met "met", Schedule "schedule", Done "done", Confirm "confirm", Waive "waive", Dispute "dispute", Settle "settle" }
}

/// What happens to a leg.
#[derive(Clone, Debug, PartialEq)]
pub enum LegAction {
    /// "We have met": asked of both before a sensitive service.
    Met,
    /// Fixes day and place, or changes them.
    Schedule(Appointment),
    /// "It is done", said by the giver or the receiver.
    Done,
    /// "Yes, it is", said by the other one.
    Confirm,
    /// The receiver forgives it.
    Waive,
    /// "No, it is not", said by the other one.
    Dispute,
    /// "We have sorted it out", said by the one who disputed.
    Settle,
}

impl LegAction {
    /// Its verb.
    #[must_use]
    pub const fn verb(&self) -> LegVerb {
        match self {
            Self::Met => LegVerb::Met,
            Self::Schedule(_) => LegVerb::Schedule,
            Self::Done => LegVerb::Done,
            Self::Confirm => LegVerb::Confirm,
            Self::Waive => LegVerb::Waive,
            Self::Dispute => LegVerb::Dispute,
            Self::Settle => LegVerb::Settle,
        }
    }
}

/// A day and, if they wish, a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Appointment {
    /// When.
    #[serde(deserialize_with = "crate::moment::needed")]
    pub at: DateTime<Utc>,
    /// Where, in own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Words>,
}

/// One service inside terms: who does what for whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TermsLeg {
    /// The leg that it becomes when all agree.
    pub id: LegId,
    /// Who does it.
    pub giver: TenantId,
    /// For whom.
    pub receiver: TenantId,
    /// The offer it comes from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferId>,
    /// The receiver's own post that asks for it, when it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<OfferId>,
    /// The service.
    pub category: CategorySlug,
    /// What, in words: the title of the offer as it was, or own words.
    pub what: Title,
    /// The text of the offer as it was; may be empty.
    pub details: Body,
    /// When, if fixed already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// Where, in own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Words>,
    /// Whether the two must have met first.
    pub sensitive: bool,
}

impl TermsLeg {
    /// The posts that it promises.
    pub fn posts(&self) -> impl Iterator<Item = OfferId> + use<> {
        self.offer.into_iter().chain(self.wish)
    }
}

/// One service of an agreed barter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Leg {
    /// What was agreed, with day and place as they stand now.
    #[serde(flatten)]
    pub terms: TermsLeg,
    /// Where it stands.
    pub state: LegState,
    /// Who has confirmed that they have met (for sensitive services).
    pub met: Vec<TenantId>,
    /// Who said that it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_by: Option<TenantId>,
    /// When that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<DateTime<Utc>>,
    /// How many reminders went out since.
    pub reminders: u8,
}

impl Leg {
    /// The leg as it begins: with a day when one was agreed and nobody must meet first.
    #[must_use]
    pub fn begin(terms: TermsLeg) -> Self {
        let state = if terms.at.is_some() && !terms.sensitive { LegState::Scheduled } else { LegState::Agreed };
        Self { terms, state, met: Vec::new(), done_by: None, done_at: None, reminders: 0 }
    }

    fn is_for(&self, actor: TenantId) -> bool {
        self.terms.giver == actor || self.terms.receiver == actor
    }

    /// Whether the two may fix a day.
    #[must_use]
    pub fn may_schedule(&self) -> bool {
        !self.terms.sensitive || (self.met.contains(&self.terms.giver) && self.met.contains(&self.terms.receiver))
    }

    /// Whether `actor` may do this now.
    ///
    /// # Errors
    /// `NotYours`, `NotNow` or `MustHaveMet`.
    pub fn check(&self, actor: TenantId, verb: LegVerb) -> Result<(), ProblemCode> {
        use LegState::{Agreed, Confirmed, Disputed, Done, Scheduled, Settled, Waived};
        if !self.is_for(actor) {
            return Err(ProblemCode::NotYours);
        }
        let said_done = self.done_by == Some(actor);
        match (verb, self.state) {
            (LegVerb::Met, Agreed) => {
                if self.terms.sensitive && !self.met.contains(&actor) {
                    Ok(())
                } else {
                    Err(ProblemCode::NotNow)
                }
            }
            (LegVerb::Schedule, Agreed | Scheduled) => {
                if self.may_schedule() {
                    Ok(())
                } else {
                    Err(ProblemCode::MustHaveMet)
                }
            }
            (LegVerb::Done, Scheduled) => Ok(()),
            (LegVerb::Confirm | LegVerb::Dispute, Done) => {
                if said_done {
                    Err(ProblemCode::NotYours)
                } else {
                    Ok(())
                }
            }
            (LegVerb::Settle, Disputed) => {
                if said_done {
                    Err(ProblemCode::NotYours)
                } else {
                    Ok(())
                }
            }
            (LegVerb::Waive, Agreed | Scheduled | Disputed) => {
                if self.terms.receiver == actor {
                    Ok(())
                } else {
                    Err(ProblemCode::NotYours)
                }
            }
            (LegVerb::Met, Scheduled | Done | Confirmed | Waived | Disputed | Settled)
            | (LegVerb::Schedule, Done | Confirmed | Waived | Disputed | Settled)
            | (LegVerb::Done, Agreed | Done | Confirmed | Waived | Disputed | Settled)
            | (LegVerb::Confirm | LegVerb::Dispute, Agreed | Scheduled | Confirmed | Waived | Disputed | Settled)
            | (LegVerb::Settle, Agreed | Scheduled | Done | Confirmed | Waived | Settled)
            | (LegVerb::Waive, Done | Confirmed | Waived | Settled) => Err(ProblemCode::NotNow),
        }
    }

    /// What `actor` can do now.
    #[must_use]
    pub fn verbs(&self, actor: TenantId) -> Vec<LegVerb> {
        LegVerb::ALL.iter().copied().filter(|&v| self.check(actor, v).is_ok()).collect()
    }

    /// Does it.
    ///
    /// # Errors
    /// As [`Leg::check`].
    pub fn act(mut self, actor: TenantId, action: LegAction, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        self.check(actor, action.verb())?;
        match action {
            LegAction::Met => self.met.push(actor),
            LegAction::Schedule(appointment) => {
                self.terms.at = Some(appointment.at);
                self.terms.place = appointment.place;
                self.state = LegState::Scheduled;
            }
            LegAction::Done => {
                self.state = LegState::Done;
                self.done_by = Some(actor);
                self.done_at = Some(now);
                self.reminders = 0;
            }
            LegAction::Confirm => self.state = LegState::Confirmed,
            LegAction::Waive => self.state = LegState::Waived,
            LegAction::Dispute => self.state = LegState::Disputed,
            LegAction::Settle => self.state = LegState::Settled,
        }
        Ok(self)
    }

    /// What the clock does to a leg that is said to be done: reminds on the third and sixth day, confirms on the seventh.
    #[must_use]
    pub fn tick(mut self, now: DateTime<Utc>) -> Self {
        if let (LegState::Done, Some(done_at)) = (self.state, self.done_at) {
            let due = REMINDER_DAYS.iter().filter(|&&d| done_at + TimeDelta::days(d) <= now).count();
            self.reminders = self.reminders.max(u8::try_from(due).unwrap_or(u8::MAX));
            if done_at + TimeDelta::days(SILENCE_DAYS) <= now {
                self.state = LegState::Confirmed;
            }
        }
        self
    }

    /// When the clock has to look again.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let done_at = self.done_at.filter(|_| self.state == LegState::Done)?;
        let days = REMINDER_DAYS.get(usize::from(self.reminders)).copied().unwrap_or(SILENCE_DAYS);
        Some(done_at + TimeDelta::days(days))
    }
}
