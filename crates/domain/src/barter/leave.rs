//! What is left of a barter when one of its people leaves: a row without that person and without words.

use chrono::{DateTime, Utc};

use super::{Barter, BarterState, BarterView};
use crate::id::TenantId;
use crate::leg::TermsLeg;
use crate::text::{Body, Title};

fn replace(id: &mut TenantId, gone: TenantId) {
    if *id == gone {
        *id = TenantId::GONE;
    }
}

/// All words go, whoever wrote them: the terms copy the offers of both, and each may speak of the other.
fn empty(leg: &mut TermsLeg, gone: TenantId) {
    replace(&mut leg.giver, gone);
    replace(&mut leg.receiver, gone);
    leg.offer = None;
    leg.wish = None;
    leg.what = Title::erased();
    leg.details = Body::empty();
    leg.at = None;
    leg.place = None;
}

impl Barter {
    /// One of its people leaves for good. What ran is dissolved, open legs are waived; who is left keeps which services there were and
    /// how each ended, without a name and without words. None when nobody is left: then the barter goes too.
    #[must_use]
    pub fn leave(mut self, gone: TenantId, now: DateTime<Utc>) -> Option<Self> {
        match self.state {
            BarterState::Proposed | BarterState::Agreed => self.dissolve(),
            BarterState::Completed
            | BarterState::Declined
            | BarterState::Withdrawn
            | BarterState::Expired
            | BarterState::Dissolved => {}
        }
        self.parties.retain(|p| p.tenant != gone);
        let newest = self.terms.pop()?;
        self.terms = vec![newest];
        for terms in &mut self.terms {
            replace(&mut terms.author, gone);
            terms.note = None;
            terms.legs.iter_mut().for_each(|leg| empty(leg, gone));
        }
        for leg in &mut self.legs {
            empty(&mut leg.terms, gone);
            leg.met.retain(|&m| m != gone);
            if let Some(by) = &mut leg.done_by {
                replace(by, gone);
            }
        }
        self.revision += 1;
        self.updated_at = now;
        (!self.parties.is_empty()).then_some(self)
    }
}

impl BarterView {
    /// Whether one of its people has left. The legs of a ring that was never agreed do not name everybody, but have lost their words.
    #[must_use]
    pub fn someone_left(&self) -> bool {
        self.terms.last().is_some_and(|t| {
            t.legs.iter().any(|l| [l.giver, l.receiver].contains(&TenantId::GONE) || l.what.is_erased())
        })
    }
}
