//! Two lists of turns, the oldest wish first, joined into rings.

use std::borrow::Borrow;

use crate::best::{NOBODY, Rank, rank};
use crate::rings::{BUDGET, Search};
use crate::shelf::Entry;

/// What it costs to compare a ring by its ids.
const OFFER_STEPS: u64 = 20;

/// The turns that stand in every ring of a join, around the two that are chosen.
pub(crate) struct Fixed<'e> {
    pub head: &'e [&'e Entry],
    pub tail: Option<&'e Entry>,
    pub farthest_m: u32,
}

impl Fixed<'_> {
    /// The rank of a ring of these and of two with these wishes.
    fn rank(&self, one: i64, other: i64) -> Rank {
        let len = if self.head.len() + usize::from(self.tail.is_some()) == 2 { 4 } else { 3 };
        let mut sinces = [one, other, NOBODY, NOBODY];
        let fixed = self.head.iter().copied().chain(self.tail);
        sinces[2..].iter_mut().zip(fixed).for_each(|(since, e)| *since = e.since);
        rank(len, self.farthest_m, sinces)
    }
}

/// Whether what `a` gives can go to `b`, between whose residences these circles hold. That it is what `b` wants is known.
pub(crate) fn is_edge(a: &Entry, b: &Entry, circles: u8) -> bool {
    a.give_circle & circles != 0 && b.want_circle & circles != 0 && a.give_languages & b.want_languages != 0
}

impl Search<'_, '_> {
    /// Offers the rings of the fixed turns with one of the `left` and one of the `right` that fit: those with the oldest wishes first, so
    /// that the rest need not be looked at.
    pub fn join<L: Borrow<Entry>, R: Borrow<Entry>>(
        &mut self,
        left: &[L],
        right: &[R],
        fixed: &Fixed<'_>,
        fits: impl Fn(&Entry, &Entry) -> bool,
    ) {
        let (mut left, mut right) = (left, right);
        while let ([l, ls @ ..], [r, rs @ ..]) = (left, right) {
            let (l, r) = (l.borrow(), r.borrow());
            self.steps += 1;
            if self.steps > BUDGET || self.best.is_before(&fixed.rank(l.since.min(r.since), l.since.min(r.since))) {
                return;
            }
            // All pairs of the older of the two, and never again.
            if l.since <= r.since {
                for r in right {
                    if !self.pair(l, r.borrow(), fixed, &fits) {
                        break;
                    }
                }
                left = ls;
            } else {
                for l in left {
                    if !self.pair(l.borrow(), r, fixed, &fits) {
                        break;
                    }
                }
                right = rs;
            }
        }
    }

    /// Offers one ring if it is one. Whether it would be among the best.
    fn pair(&mut self, l: &Entry, r: &Entry, fixed: &Fixed<'_>, fits: &impl Fn(&Entry, &Entry) -> bool) -> bool {
        self.steps += 1;
        let rank = fixed.rank(l.since, r.since);
        if self.best.is_before(&rank) {
            return false;
        }
        if fits(l, r) {
            let ring = [fixed.head.first().copied(), fixed.head.get(1).copied(), Some(l), Some(r), fixed.tail];
            let mut turns = [l; 4];
            let len = ring.into_iter().flatten().zip(&mut turns).map(|(e, turn)| *turn = e).count();
            if self.market.are_strangers(&turns[..len]) {
                self.steps += OFFER_STEPS;
                self.best.offer(rank, &turns[..len]);
            }
        }
        true
    }
}
