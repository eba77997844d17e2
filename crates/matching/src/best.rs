//! The best rings found so far, in their order: the shorter, then the closer, then the one with the oldest unmet wish (then the next
//! oldest wish, and so on), then by ids.

use std::collections::BTreeSet;

use domain::category::CategorySlug;
use domain::id::{OfferId, TenantId};

use crate::market::Market;
use crate::post::{Ring, Turn};
use crate::shelf::Entry;

/// What comes before the ids in the order of rings: how many people, how far, the wishes from the oldest on.
pub(crate) type Rank = (u8, u32, [i64; 4]);

/// The wishes of up to four turns, the oldest first; nobody is later than any date.
pub(crate) fn rank(len: u8, farthest_m: u32, mut sinces: [i64; 4]) -> Rank {
    sinces.sort_unstable();
    (len, farthest_m, sinces)
}

/// Stands where a ring of three has no fourth wish.
pub(crate) const NOBODY: i64 = i64::MAX;

type Link<'a> = (TenantId, OfferId, OfferId, &'a CategorySlug);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found<'a> {
    rank: Rank,
    links: [Option<Link<'a>>; 4],
}

impl Found<'_> {
    fn ring(&self) -> Ring {
        let (_, farthest_m, [since, ..]) = self.rank;
        let turn = |&(person, give, want, category): &Link<'_>| Turn { person, give, want, category: category.clone() };
        Ring { turns: self.links.iter().flatten().map(turn).collect(), farthest_m, since }
    }
}

pub(crate) struct Best<'a, 'w> {
    market: &'a Market,
    limit: usize,
    wanted: &'w mut dyn FnMut(&Ring) -> bool,
    found: BTreeSet<Found<'a>>,
}

impl<'a, 'w> Best<'a, 'w> {
    pub fn new(market: &'a Market, limit: usize, wanted: &'w mut dyn FnMut(&Ring) -> bool) -> Self {
        Self { market, limit, wanted, found: BTreeSet::new() }
    }

    /// Whether as many are found as are asked for, and all of them are before anything of this rank.
    pub fn is_before(&self, rank: &Rank) -> bool {
        self.is_full() && self.found.last().is_none_or(|last| last.rank < *rank)
    }

    pub fn is_full(&self) -> bool {
        self.found.len() >= self.limit
    }

    /// Takes a ring, turn after turn in the order of giving, if it is among the best and wanted.
    pub fn offer(&mut self, rank: Rank, turns: &[&Entry]) {
        let mut links = [None; 4];
        let person = |e: &Entry| self.market.crowd.person_id(e.person);
        let first = turns.iter().enumerate().min_by_key(|(_, e)| person(e)).map_or(0, |(i, _)| i);
        for (i, link) in links.iter_mut().enumerate().take(turns.len()) {
            *link = self.link(turns[(first + i) % turns.len()]);
        }
        let found = Found { rank, links };
        if self.is_full() && self.found.last().is_none_or(|last| *last <= found) {
            return;
        }
        // The same ring is met once for each of several services by which one turn wants what the turn before it gives.
        if self.found.contains(&found) || !(self.wanted)(&found.ring()) {
            return;
        }
        self.found.insert(found);
        if self.found.len() > self.limit {
            self.found.pop_last();
        }
    }

    fn link(&self, e: &Entry) -> Option<Link<'a>> {
        let (market, id) = (self.market, |post| self.market.crowd.get(post).map(|p| p.id));
        Some((market.crowd.person_id(e.person), id(e.give_post)?, id(e.want_post)?, market.names.slug(e.give)))
    }

    pub fn into_rings(self) -> Vec<Ring> {
        self.found.iter().map(Found::ring).collect()
    }
}
