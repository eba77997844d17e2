//! A barter as one of its people sees it. Of a ring that was never agreed that is little: refusing it must cost nothing.

use std::collections::HashMap;

use super::{Barter, BarterState, BarterView, LegView, PartyView, RingAnswers, Terms};
use crate::id::TenantId;
use crate::tenant::Person;

impl Barter {
    /// As `viewer` sees it. Who is not among `people` is left out.
    #[must_use]
    pub fn view(mut self, viewer: TenantId, people: &HashMap<TenantId, Person>) -> BarterView {
        let (actions, need) = (self.verbs(viewer), self.need(viewer));
        let ring = self.is_ring();
        let never_agreed = ring && self.legs.is_empty();
        if ring && let Some(at) = self.parties.iter().position(|p| p.tenant == viewer) {
            self.parties.rotate_left(at);
        }
        let answers = never_agreed.then(|| RingAnswers {
            agreed: small(self.parties.iter().filter(|p| p.consented.is_some()).count()),
            people: small(self.newest().legs.len()),
        });
        let shows_consent = |tenant| !never_agreed || tenant == viewer;
        BarterView {
            id: self.id,
            state: self.state,
            revision: self.revision,
            actions,
            need,
            ring: answers,
            parties: self
                .parties
                .iter()
                .filter_map(|p| {
                    let consented = p.consented.filter(|_| shows_consent(p.tenant));
                    Some(PartyView { person: people.get(&p.tenant)?.clone(), consented })
                })
                .collect(),
            legs: self
                .legs
                .iter()
                .map(|leg| LegView {
                    leg: leg.clone(),
                    actions: if self.state == BarterState::Agreed { leg.verbs(viewer) } else { Vec::new() },
                })
                .collect(),
            terms: if never_agreed { self.terms.into_iter().map(|t| own(t, viewer)).collect() } else { self.terms },
            created_at: self.created_at,
            updated_at: self.updated_at,
            expires_at: self.expires_at,
        }
    }
}

fn small(n: usize) -> u8 {
    u8::try_from(n).unwrap_or(u8::MAX)
}

/// What she gives, then what she gets.
fn own(mut terms: Terms, viewer: TenantId) -> Terms {
    terms.legs.retain(|leg| leg.giver == viewer || leg.receiver == viewer);
    terms.legs.sort_by_key(|leg| leg.giver != viewer);
    terms
}
