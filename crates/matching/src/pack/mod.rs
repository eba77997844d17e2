//! A swap day: as many people as possible in swaps and rings, everybody once.
//!
//! First everybody is packed who can be, those with the fewest possibilities first, each into the ring of those with the fewest. Then,
//! for each of those who stayed alone, rings through her are tried again: what stands in their way is taken apart, and its people
//! are packed anew; it stays so when more people swap than before. After each step nothing can be added: whoever was freed was tried.

mod plan;

use domain::id::TenantId;

use crate::map::PlaceIx;
use crate::market::Market;
use crate::post::{Packing, Ring};
use crate::rings::Shortest;
use crate::shelf::Entry;
use plan::Plan;

/// How many rings are looked at for somebody who is packed.
const CHOICE: usize = 12;
/// How many rings are tried for somebody who stayed alone.
const TRIES: usize = 64;
/// How often packed rings are taken apart at most. Of a hundred people all tries are made; of ten thousand nearly all who can be are
/// packed without it.
const TRIALS: usize = 5_000;

impl Market {
    /// Disjoint swaps and rings of all that is in the market, so that many people swap: everybody stands in one of them at most, and none
    /// can be added. Only services that are wanted by name count, and posts that stand in no ring.
    #[must_use]
    pub fn pack(&self) -> Packing {
        let mut people: Vec<TenantId> = self.crowd.people().collect();
        people.sort_unstable();
        let mut plan = Plan::new(self);
        let mut order: Vec<(u64, TenantId)> = people.iter().map(|&p| (plan.options(p), p)).collect();
        order.retain(|&(options, _)| options > 0);
        order.sort_unstable();
        for &(_, person) in &order {
            plan.pack(person);
        }
        improve(&mut plan, &order);
        Packing { rings: plan.into_rings() }
    }

    /// Rings of two to four with a person.
    pub(crate) fn rings_of(&self, person: TenantId, limit: usize) -> Vec<Ring> {
        let Some(person) = self.crowd.person(person) else { return Vec::new() };
        let turns: Vec<(PlaceIx, Entry)> = self.display(person).turns;
        self.rings_from(&turns, Shortest::Two, limit, &mut |_| true)
    }
}

fn improve(plan: &mut Plan<'_>, order: &[(u64, TenantId)]) {
    let mut trials = 0;
    loop {
        let before = plan.covered();
        let alone: Vec<TenantId> = order.iter().map(|&(_, p)| p).filter(|&p| !plan.is_packed(p)).collect();
        for person in alone {
            if plan.is_packed(person) {
                continue;
            }
            for ring in plan.all_rings_of(person, TRIES) {
                trials += 1;
                if trials > TRIALS {
                    return;
                }
                if plan.insist_on(ring) {
                    break;
                }
            }
        }
        if plan.covered() == before {
            return;
        }
    }
}
