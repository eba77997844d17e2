//! Barters (échanges): an agreement of two to four people about who does what for whom.
//!
//! One life for gifts, swaps and rings: `proposed → agreed → completed`, with exits `declined`, `withdrawn`, `expired` and
//! `dissolved`. Everybody consents to one exact version of the terms.

mod leave;
mod ring;
mod shape;
mod view;
mod wire;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{BarterId, LegId, OfficeId, TenantId};
use crate::leg::{Leg, LegAction, LegState, LegVerb, TermsLeg};
use crate::mark::words;
use crate::problem::{FieldCode, ProblemCode};
use crate::text::Note;

use shape::people;

pub use ring::is_ring;
pub use shape::check_shape;
pub use wire::{BarterPart, BarterView, Consent, CounterOffer, LegView, NewBarter, NewLeg, PartyView, RingAnswers};

/// The most people in one barter.
pub const MAX_PARTIES: usize = 4;
/// The most versions of the terms; then it is time to talk.
pub const MAX_VERSIONS: usize = 50;

words! {
    /// Where a barter stands.
    BarterState {
        Proposed "proposed", Agreed "agreed", Completed "completed", Declined "declined", Withdrawn "withdrawn", Expired "expired",
        Dissolved "dissolved",
    }
}

words! {
    /// What a person can do with a barter.
    BarterVerb { Consent "consent", Counter "counter", Decline "decline", Withdraw "withdraw", Dissolve "dissolve" }
}

words! {
    /// What waits for a person, the most pressing first.
    Need { Answer "answer", Confirm "confirm", Settle "settle", Meet "meet", Schedule "schedule" }
}

/// How many days a proposal waits for an answer: 7, for rings of three and four 3 (72 hours).
#[must_use]
pub const fn proposal_life_days(parties: usize) -> i64 {
    if parties > 2 { 3 } else { 7 }
}

/// One numbered version of the terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Terms {
    /// 1, 2, 3, …
    pub version: u32,
    /// Who wrote this version.
    pub author: TenantId,
    /// A note with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// Who does what for whom.
    pub legs: Vec<TermsLeg>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// One of the people of a barter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    /// Who.
    pub tenant: TenantId,
    /// The version this person has consented to.
    pub consented: Option<u32>,
}

/// A barter, whole. The first party is the one who proposed it; the people of a ring stand in the order of giving.
#[derive(Clone, Debug, PartialEq)]
pub struct Barter {
    /// Which.
    pub id: BarterId,
    /// The office in which it lives.
    pub office: OfficeId,
    /// Where it stands.
    pub state: BarterState,
    /// Grows with every change: what a save compares.
    pub revision: u32,
    /// Its people.
    pub parties: Vec<Party>,
    /// All versions of the terms, the newest last; never empty.
    pub terms: Vec<Terms>,
    /// The services, once agreed.
    pub legs: Vec<Leg>,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// When something last happened to it.
    pub updated_at: DateTime<Utc>,
    /// When the proposal ends unless all consent.
    pub expires_at: DateTime<Utc>,
}

/// What a person does with a barter.
#[derive(Clone, Debug, PartialEq)]
pub enum BarterAction {
    /// Agrees to exactly this version.
    Consent {
        /// The version that was read.
        version: u32,
    },
    /// Writes the next version.
    Counter {
        /// The version that was read.
        on_version: u32,
        /// The new legs.
        legs: Vec<TermsLeg>,
        /// A note with them.
        note: Option<Note>,
    },
    /// Says no.
    Decline,
    /// Takes the own proposal back.
    Withdraw,
    /// Ends what was agreed; open legs are waived.
    Dissolve,
    /// Does something with one leg.
    Leg(LegId, LegAction),
}

impl BarterAction {
    /// Its verb, unless it is about a leg.
    #[must_use]
    pub const fn verb(&self) -> Option<BarterVerb> {
        match self {
            Self::Consent { .. } => Some(BarterVerb::Consent),
            Self::Counter { .. } => Some(BarterVerb::Counter),
            Self::Decline => Some(BarterVerb::Decline),
            Self::Withdraw => Some(BarterVerb::Withdraw),
            Self::Dissolve => Some(BarterVerb::Dissolve),
            Self::Leg(..) => None,
        }
    }
}

impl Barter {
    /// A new proposal of a gift or a swap; its author has consented to it. Rings are put together by the program
    /// ([`Barter::propose_ring`]), never by hand.
    ///
    /// # Errors
    /// As [`check_shape`]; `UnknownValue` for more than two legs.
    pub fn propose(
        id: BarterId,
        office: OfficeId,
        author: TenantId,
        legs: Vec<TermsLeg>,
        note: Option<Note>,
        now: DateTime<Utc>,
    ) -> Result<Self, FieldCode> {
        check_shape(&legs, author)?;
        if legs.len() > 2 {
            return Err(FieldCode::UnknownValue);
        }
        let people = people(&legs);
        let expires_at = now + TimeDelta::days(proposal_life_days(people.len()));
        let others = people.into_iter().filter(|&p| p != author).map(|tenant| Party { tenant, consented: None });
        Ok(Self {
            id,
            office,
            state: BarterState::Proposed,
            revision: 1,
            parties: std::iter::once(Party { tenant: author, consented: Some(1) }).chain(others).collect(),
            terms: vec![Terms { version: 1, author, note, legs, created_at: now }],
            legs: Vec::new(),
            created_at: now,
            updated_at: now,
            expires_at,
        })
    }

    /// The newest terms.
    ///
    /// # Panics
    /// Never: a barter is made with terms and only gets more.
    #[must_use]
    pub fn newest(&self) -> &Terms {
        self.terms.last().expect("a barter has terms")
    }

    fn party(&self, actor: TenantId) -> Option<&Party> {
        self.parties.iter().find(|p| p.tenant == actor)
    }

    /// Whether `actor` may do this now.
    ///
    /// # Errors
    /// `NotFound` to a stranger, `NotYours`, `NotNow`.
    pub fn check(&self, actor: TenantId, verb: BarterVerb) -> Result<(), ProblemCode> {
        use BarterState::{Agreed, Completed, Declined, Dissolved, Expired, Proposed, Withdrawn};
        let party = self.party(actor).ok_or(ProblemCode::NotFound)?;
        let proposer = self.parties.first().is_some_and(|p| p.tenant == actor);
        match (verb, self.state) {
            (BarterVerb::Consent, Proposed) => {
                if party.consented == Some(self.newest().version) {
                    Err(ProblemCode::NotNow)
                } else {
                    Ok(())
                }
            }
            // Nobody rewrites a ring: the program found it as it is.
            (BarterVerb::Counter, Proposed) => {
                if self.is_ring() || self.terms.len() >= MAX_VERSIONS {
                    Err(ProblemCode::NotNow)
                } else {
                    Ok(())
                }
            }
            // Who tapped first is stored nowhere; everybody may say no, also after a yes.
            (BarterVerb::Decline, Proposed) if self.is_ring() => Ok(()),
            (BarterVerb::Withdraw, Proposed) if self.is_ring() => Err(ProblemCode::NotNow),
            (BarterVerb::Decline, Proposed) => {
                if proposer {
                    Err(ProblemCode::NotYours)
                } else {
                    Ok(())
                }
            }
            (BarterVerb::Withdraw, Proposed) => {
                if proposer {
                    Ok(())
                } else {
                    Err(ProblemCode::NotYours)
                }
            }
            (BarterVerb::Dissolve, Agreed) => Ok(()),
            (
                BarterVerb::Consent | BarterVerb::Counter | BarterVerb::Decline | BarterVerb::Withdraw,
                Agreed | Completed | Declined | Withdrawn | Expired | Dissolved,
            )
            | (BarterVerb::Dissolve, Proposed | Completed | Declined | Withdrawn | Expired | Dissolved) => {
                Err(ProblemCode::NotNow)
            }
        }
    }

    /// What `actor` can do now.
    #[must_use]
    pub fn verbs(&self, actor: TenantId) -> Vec<BarterVerb> {
        BarterVerb::ALL.iter().copied().filter(|&v| self.check(actor, v).is_ok()).collect()
    }

    /// Does it. When the last consent arrives the legs begin; when the last leg is over the barter is completed.
    ///
    /// # Errors
    /// As [`Barter::check`] and [`Leg::check`]; `Stale` when the version is not the newest; `Invalid` when new legs are no
    /// barter or bring in other people.
    pub fn act(mut self, actor: TenantId, action: BarterAction, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        if let Some(verb) = action.verb() {
            let newest = self.newest().version;
            // Said before anything else: whoever read old terms has to read the new ones.
            if let BarterAction::Consent { version: read } | BarterAction::Counter { on_version: read, .. } = action
                && self.party(actor).is_some()
                && self.state == BarterState::Proposed
                && read != newest
            {
                return Err(ProblemCode::Stale);
            }
            self.check(actor, verb)?;
        }
        match action {
            BarterAction::Consent { version } => {
                for party in self.parties.iter_mut().filter(|p| p.tenant == actor) {
                    party.consented = Some(version);
                }
                if self.parties.iter().all(|p| p.consented == Some(version)) {
                    self.state = BarterState::Agreed;
                    self.legs = self.newest().legs.iter().cloned().map(Leg::begin).collect();
                }
            }
            BarterAction::Counter { on_version, legs, note } => {
                check_shape(&legs, actor).map_err(|_| ProblemCode::Invalid)?;
                if people(&legs) != self.parties.iter().map(|p| p.tenant).collect() {
                    return Err(ProblemCode::Invalid);
                }
                let version = on_version + 1;
                for party in &mut self.parties {
                    party.consented = (party.tenant == actor).then_some(version);
                }
                self.expires_at = now + TimeDelta::days(proposal_life_days(self.parties.len()));
                self.terms.push(Terms { version, author: actor, note, legs, created_at: now });
            }
            BarterAction::Decline => self.state = BarterState::Declined,
            BarterAction::Withdraw => self.state = BarterState::Withdrawn,
            BarterAction::Dissolve => self.dissolve(),
            BarterAction::Leg(id, action) => {
                if self.party(actor).is_none() {
                    return Err(ProblemCode::NotFound);
                }
                let at = self.legs.iter().position(|l| l.terms.id == id).ok_or(ProblemCode::NotFound)?;
                if self.state != BarterState::Agreed {
                    return Err(ProblemCode::NotNow);
                }
                self.legs[at] = self.legs[at].clone().act(actor, action, now)?;
                self.complete_if_over();
            }
        }
        self.revision += 1;
        self.updated_at = now;
        Ok(self)
    }

    /// Ends it; open legs are waived.
    fn dissolve(&mut self) {
        self.state = BarterState::Dissolved;
        for leg in self.legs.iter_mut().filter(|l| !l.state.is_over()) {
            leg.state = LegState::Waived;
        }
    }

    fn complete_if_over(&mut self) {
        if self.state == BarterState::Agreed && self.legs.iter().all(|l| l.state.is_over()) {
            self.state = BarterState::Completed;
        }
    }

    /// What the clock does: ends a proposal that nobody answered, reminds, confirms after silence. None when there is nothing to do.
    #[must_use]
    pub fn tick(mut self, now: DateTime<Utc>) -> Option<Self> {
        let before = (self.state, self.legs.clone());
        match self.state {
            BarterState::Proposed if self.expires_at <= now => self.state = BarterState::Expired,
            BarterState::Agreed => {
                self.legs = self.legs.into_iter().map(|l| l.tick(now)).collect();
                self.complete_if_over();
            }
            BarterState::Proposed
            | BarterState::Completed
            | BarterState::Declined
            | BarterState::Withdrawn
            | BarterState::Expired
            | BarterState::Dissolved => {}
        }
        (before != (self.state, self.legs.clone())).then(|| {
            self.revision += 1;
            self.updated_at = now;
            self
        })
    }

    /// When the clock has to look again.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        match self.state {
            BarterState::Proposed => Some(self.expires_at),
            BarterState::Agreed => self.legs.iter().filter_map(Leg::next_due).min(),
            BarterState::Completed
            | BarterState::Declined
            | BarterState::Withdrawn
            | BarterState::Expired
            | BarterState::Dissolved => None,
        }
    }

    /// What waits for a person: the most pressing thing.
    #[must_use]
    pub fn need(&self, of: TenantId) -> Option<Need> {
        match self.state {
            BarterState::Proposed => self.check(of, BarterVerb::Consent).is_ok().then_some(Need::Answer),
            BarterState::Agreed => {
                let verbs: Vec<_> = self.legs.iter().map(|l| (l, l.verbs(of))).collect();
                let any = |verb: LegVerb| verbs.iter().any(|(_, v)| v.contains(&verb));
                if any(LegVerb::Confirm) {
                    Some(Need::Confirm)
                } else if any(LegVerb::Settle) {
                    Some(Need::Settle)
                } else if any(LegVerb::Met) {
                    Some(Need::Meet)
                } else if verbs.iter().any(|(l, v)| l.state == LegState::Agreed && v.contains(&LegVerb::Schedule)) {
                    Some(Need::Schedule)
                } else {
                    None
                }
            }
            BarterState::Completed
            | BarterState::Declined
            | BarterState::Withdrawn
            | BarterState::Expired
            | BarterState::Dissolved => None,
        }
    }
}
