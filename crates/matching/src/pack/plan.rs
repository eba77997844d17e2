//! A packing while it is made.

use domain::id::TenantId;
use rustc_hash::FxHashMap;

use super::CHOICE;
use crate::market::Market;
use crate::post::Ring;
use crate::sides::Start;

pub(super) struct Plan<'a> {
    all: &'a Market,
    /// Those who are not packed.
    rest: Market,
    /// None where a ring was taken apart.
    rings: Vec<Option<Ring>>,
    ring_of: FxHashMap<TenantId, usize>,
    /// In how many ways somebody can be in a ring, roughly.
    options: FxHashMap<TenantId, u64>,
}

impl<'a> Plan<'a> {
    pub fn new(all: &'a Market) -> Self {
        let (ring_of, options) = (FxHashMap::default(), FxHashMap::default());
        Self { all, rest: all.clone(), rings: Vec::new(), ring_of, options }
    }

    pub fn covered(&self) -> usize {
        self.ring_of.len()
    }

    pub fn is_packed(&self, person: TenantId) -> bool {
        self.ring_of.contains_key(&person)
    }

    pub fn into_rings(self) -> Vec<Ring> {
        self.rings.into_iter().flatten().collect()
    }

    /// How many can give to a person, or receive from her, whichever are fewer.
    pub fn options(&mut self, person: TenantId) -> u64 {
        let Some(ix) = self.all.crowd.person(person) else { return 0 };
        let mut options = 0;
        for (place, turn) in self.all.display(ix).turns.into_iter().filter(|(_, e)| e.is_for_rings()) {
            let Some(tree) = self.all.tree(place) else { continue };
            let mut start = Start::new(turn, tree);
            for &near in self.all.map.near(place).iter() {
                start.take_in(near, self.all);
            }
            options += start.after.len().min(start.before.len()) as u64;
        }
        self.options.insert(person, options);
        options
    }

    /// Rings with a person, as if nobody were packed.
    pub fn all_rings_of(&self, person: TenantId, limit: usize) -> Vec<Ring> {
        self.all.rings_of(person, limit)
    }

    /// Packs somebody if she can be: with those who have the fewest possibilities.
    pub fn pack(&mut self, person: TenantId) {
        if self.is_packed(person) {
            return;
        }
        let rings = self.rest.rings_of(person, CHOICE);
        let ease = |ring: &Ring| -> u64 {
            let options = ring.turns.iter().map(|t| self.options.get(&t.person).copied().unwrap_or(0));
            options.sum::<u64>() / ring.turns.len() as u64
        };
        if let Some(ring) = rings.into_iter().min_by_key(ease) {
            self.take(ring);
        }
    }

    fn take(&mut self, ring: Ring) {
        let at = self.rings.len();
        for turn in &ring.turns {
            self.ring_of.insert(turn.person, at);
            for post in self.rest.posts_of(turn.person) {
                self.rest.remove(post);
            }
        }
        self.rings.push(Some(ring));
    }

    fn release(&mut self, at: usize) -> Option<Ring> {
        let ring = self.rings.get_mut(at)?.take()?;
        for turn in &ring.turns {
            self.ring_of.remove(&turn.person);
            for post in self.all.posts_of(turn.person).into_iter().filter_map(|id| self.all.get(id)) {
                self.rest.put(post);
            }
        }
        Some(ring)
    }

    /// Takes apart what stands in the way of a ring, and packs its people anew. Keeps that, and answers `true`, when more people are
    /// packed than before.
    pub fn insist_on(&mut self, ring: Ring) -> bool {
        let (before, first) = (self.covered(), self.rings.len());
        let mut in_the_way: Vec<usize> =
            ring.turns.iter().filter_map(|t| self.ring_of.get(&t.person).copied()).collect();
        in_the_way.sort_unstable();
        in_the_way.dedup();
        let apart: Vec<Ring> = in_the_way.into_iter().filter_map(|at| self.release(at)).collect();
        self.take(ring);
        for turn in apart.iter().flat_map(|ring| &ring.turns) {
            self.pack(turn.person);
        }
        if self.covered() > before {
            return true;
        }
        for at in first..self.rings.len() {
            self.release(at);
        }
        self.rings.truncate(first);
        for ring in apart {
            self.take(ring);
        }
        false
    }
}
