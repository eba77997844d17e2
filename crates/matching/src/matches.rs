//! Direct matches of one post: for each neighbour the best of a swap, a gift, or one half of a swap.

use std::collections::BTreeSet;

use domain::category::CategorySlug;
use domain::id::{OfferId, TenantId};
use domain::suggestion::MatchKind;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::crowd::{PersonIx, PostIx, Stored};
use crate::map::bit;
use crate::market::Market;
use crate::near::{Around, Near};
use crate::post::{Hand, Match};
use crate::shelf::{Entry, Lone, Shelf};
use crate::tree::{ANY, Cat, Tree};

/// A service by the numbers of its posts.
type Pass = (PostIx, Option<PostIx>, Cat);
/// A service as it is compared.
type Link<'a> = (OfferId, Option<OfferId>, &'a CategorySlug);
/// What comes before the ids in the order of matches of one kind: how far, and the oldest unmet wish.
type Rank = (u32, i64);

/// A match of one kind, in its order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found<'a> {
    rank: Rank,
    person: TenantId,
    gives: Option<Link<'a>>,
    gets: Option<Link<'a>>,
}

/// The best matches so far, one for each person.
struct Meeting<'a> {
    market: &'a Market,
    post: &'a Stored,
    tree: &'a Tree,
    is_involved: bool,
    limit: usize,
    done: Vec<Match>,
    /// Who stands in `done`.
    taken: FxHashSet<TenantId>,
    /// The best of the kind that is looked for now, and where each person stands in it.
    best: BTreeSet<Found<'a>>,
    of: FxHashMap<TenantId, Found<'a>>,
}

impl Market {
    /// The best direct matches of a post, one for each neighbour: swaps, then gifts, then halves; then by distance, then the one with the
    /// oldest unmet wish, then by ids.
    #[must_use]
    pub fn matches(&self, id: OfferId, limit: usize) -> Vec<Match> {
        let Some(post) = self.crowd.find(id) else { return Vec::new() };
        let Some(tree) = self.tree(post.place) else { return Vec::new() };
        let is_it = |post| self.crowd.get(post).is_some_and(|p| p.id == id);
        let display = self.display(post.author);
        let Some(&(_, own)) = display.lones.iter().find(|(_, l)| is_it(l.post)) else { return Vec::new() };
        let mut turns = display.turns;
        turns.retain(|(_, e)| is_it(e.give_post) || is_it(e.want_post));
        let mut meeting = Meeting {
            market: self,
            post,
            tree,
            is_involved: self.blocks.involves(self.crowd.person_id(post.author)),
            limit,
            done: Vec::new(),
            taken: FxHashSet::default(),
            best: BTreeSet::new(),
            of: FxHashMap::default(),
        };
        let near = self.map.near(post.place);
        meeting.look(MatchKind::Swap, &near, |meeting, near, shelf| {
            turns.iter().for_each(|(_, turn)| meeting.swaps(turn, near, shelf));
        });
        meeting.look(MatchKind::Gift, &near, |meeting, near, shelf| meeting.lones(&own, true, near, shelf));
        meeting.look(MatchKind::Half, &near, |meeting, near, shelf| meeting.lones(&own, false, near, shelf));
        meeting.done
    }
}

impl<'a> Meeting<'a> {
    /// Looks for matches of one kind, residence by residence, until there are enough and the next ones are farther away.
    fn look(&mut self, kind: MatchKind, near: &Around<'_>, mut at: impl FnMut(&mut Self, Near, &'a Shelf)) {
        for level in near.levels() {
            if self.done.len() + self.best.len() >= self.limit {
                break;
            }
            for &near in level.iter().filter(|n| n.reach.circles() & bit(self.post.circle) != 0) {
                if let Some(shelf) = self.market.shelves.get(near.place as usize) {
                    at(self, near, shelf);
                }
            }
        }
        self.of.clear();
        for found in std::mem::take(&mut self.best) {
            let hand = |(give, want, category): Link<'_>| Hand { give, want, category: category.clone() };
            self.taken.insert(found.person);
            self.done.push(Match {
                kind,
                person: found.person,
                gives: found.gives.map(hand),
                gets: found.gets.map(hand),
                distance_m: found.rank.0,
                since: found.rank.1,
            });
        }
    }

    fn swaps(&mut self, a: &Entry, near: Near, shelf: &'a Shelf) {
        let tree = self.tree;
        if a.want == ANY {
            for want in tree.served(a.give) {
                for run in shelf.wanting(want).chunk_by(|x, y| x.give == y.give) {
                    self.swap_run(a, run, near);
                }
            }
            return;
        }
        for give in tree.serving(a.want) {
            for want in tree.served(a.give) {
                self.swap_run(a, shelf.run(want, give), near);
            }
            self.swap_run(a, shelf.anything(give), near);
        }
    }

    fn swap_run(&mut self, a: &Entry, run: &[Entry], near: Near) {
        let circles = near.reach.circles();
        for b in run {
            let rank = (near.reach.metres(), a.since.min(b.since));
            // The oldest wish of a run comes first.
            if self.is_before(rank) {
                return;
            }
            let fits = a.give_circle & circles != 0
                && a.want_circle & circles != 0
                && b.give_circle & circles != 0
                && b.want_circle & circles != 0
                && a.give_languages & b.want_languages != 0
                && b.give_languages & a.want_languages != 0
                && self.is_stranger(b.person, b.household);
            if fits {
                let named = |e: &Entry| (e.want != ANY).then_some(e.want_post);
                let (gives, gets) = ((a.give_post, named(b), a.give), (b.give_post, named(a), b.give));
                self.meet(rank, b.person, Some(gives), Some(gets));
            }
        }
    }

    fn lones(&mut self, own: &Lone, gift: bool, near: Near, shelf: &'a Shelf) {
        let tree = self.tree;
        if own.is_offer && own.gift == gift {
            tree.served(own.category).for_each(|want| self.lone_run(own, shelf.lones(false, want), near));
        } else if !own.is_offer {
            for give in tree.serving(own.category) {
                let offers = shelf.lones(true, give);
                let (swapped, gifts) = offers.split_at(offers.partition_point(|l| !l.gift));
                self.lone_run(own, if gift { gifts } else { swapped }, near);
            }
        }
    }

    fn lone_run(&mut self, own: &Lone, run: &[Lone], near: Near) {
        let circles = near.reach.circles();
        for other in run {
            let (offer, request) = if own.is_offer { (own, other) } else { (other, own) };
            let rank = (near.reach.metres(), request.since);
            if own.is_offer && self.is_before(rank) {
                return;
            }
            if own.circle & circles != 0
                && other.circle & circles != 0
                && own.languages & other.languages != 0
                && self.is_stranger(other.person, other.household)
            {
                let pass = Some((offer.post, Some(request.post), offer.category));
                let (gives, gets) = if own.is_offer { (pass, None) } else { (None, pass) };
                self.meet(rank, other.person, gives, gets);
            }
        }
    }

    fn is_stranger(&self, person: PersonIx, household: u32) -> bool {
        let id = |person| self.market.crowd.person_id(person);
        person != self.post.author
            && household != self.post.household
            && !(self.is_involved && self.market.blocks.between(id(self.post.author), id(person)))
    }

    fn is_full(&self) -> bool {
        self.done.len() + self.best.len() >= self.limit
    }

    /// Whether there are enough, and all of them are before anything of this rank.
    fn is_before(&self, rank: Rank) -> bool {
        self.is_full() && self.best.last().is_none_or(|last| last.rank < rank)
    }

    fn meet(&mut self, rank: Rank, person: PersonIx, gives: Option<Pass>, gets: Option<Pass>) {
        let person = self.market.crowd.person_id(person);
        if self.is_full() && self.best.last().is_none_or(|last| (last.rank, last.person) < (rank, person)) {
            return;
        }
        if self.taken.contains(&person) {
            return;
        }
        let market = self.market;
        let id = |post| market.crowd.get(post).map(|p| p.id);
        let link = |pass: Option<Pass>| {
            let (give, want, category) = pass?;
            Some((id(give)?, want.and_then(id), market.names.slug(category)))
        };
        let found = Found { rank, person, gives: link(gives), gets: link(gets) };
        if let Some(&old) = self.of.get(&person) {
            if old <= found {
                return;
            }
            self.best.remove(&old);
        }
        self.of.insert(person, found);
        self.best.insert(found);
        if self.done.len() + self.best.len() > self.limit
            && let Some(last) = self.best.pop_last()
        {
            self.of.remove(&last.person);
        }
    }
}
