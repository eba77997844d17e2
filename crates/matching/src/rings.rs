//! Rings of three and four through one post.
//!
//! Every ring is found by its longest way: residences are taken in by their distance from the author, and after each step all rings
//! are looked at whose ways are no longer than that step. As soon as enough are found, all others are longer, and the search ends.
//! Within one choice of residences the rings are met in the order of their oldest wishes, so that a residence of ten thousand people
//! costs little more than one of ten.

use domain::id::OfferId;

use crate::best::{Best, NOBODY, rank};
use crate::join::{Fixed, is_edge};
use crate::map::PlaceIx;
use crate::market::Market;
use crate::near::Around;
use crate::post::Ring;
use crate::shelf::Entry;
use crate::sides::{Run, Side, Start};
use crate::tree::Tree;

/// After how many steps a search ends with the best that it has found. A step looks at one turn or at one pair of them and takes some
/// ten nanoseconds; steps are counted, never time. In drawn markets of 2,000 to 1,000,000 posts no search needed them all; thousands of
/// wishes of one and the same millisecond in one residence do.
pub(crate) const BUDGET: u64 = 1_000_000;

/// What it costs to measure the way between two residences of an office without a table.
const MEASURE_STEPS: u64 = 10;
/// How many pairs of turns are not worth a step of their own.
const FEW_PAIRS: usize = 16;
/// The first step of a search for rings of four that leaves the residence.
const FIRST_BAND_M: u32 = 64;

/// Whether swaps are looked for too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shortest {
    Two,
    Three,
}

pub(crate) struct Search<'a, 'w> {
    pub market: &'a Market,
    pub best: Best<'a, 'w>,
    pub steps: u64,
}

/// Longer than `over` (when there is one), and no longer than `to`, in metres.
#[derive(Clone, Copy)]
struct Band {
    over: Option<u32>,
    to: u32,
}

impl Band {
    fn holds(self, metres: u32) -> bool {
        metres <= self.to && self.over.is_none_or(|over| metres > over)
    }
}

impl Market {
    /// The best rings of three and four through a post, at most `limit`, of those that are `wanted`: the shorter, then those whose longest
    /// way is shorter, then those with the oldest unmet wish (and the next oldest, and so on), then by ids. Those of four are looked
    /// for only when there are fewer of three.
    ///
    /// `wanted` is asked in no particular order, also about rings that are not among the best in the end, and must answer alike about
    /// the same ring. Exact unless the market is so made that the search is given up (see `BUDGET`); then the best so far.
    #[must_use]
    pub fn rings(&self, id: OfferId, limit: usize, wanted: &mut dyn FnMut(&Ring) -> bool) -> Vec<Ring> {
        let Some(post) = self.crowd.find(id) else { return Vec::new() };
        let is_it = |post| self.crowd.get(post).is_some_and(|p| p.id == id);
        let mut turns = self.display(post.author).turns;
        turns.retain(|(_, e)| is_it(e.give_post) || is_it(e.want_post));
        self.rings_from(&turns, Shortest::Three, limit, wanted)
    }

    /// The best rings in which one of these turns of one person stands.
    pub(crate) fn rings_from(
        &self,
        turns: &[(PlaceIx, Entry)],
        shortest: Shortest,
        limit: usize,
        wanted: &mut dyn FnMut(&Ring) -> bool,
    ) -> Vec<Ring> {
        let mut search = Search { market: self, best: Best::new(self, limit, wanted), steps: 0 };
        for turns in turns.chunk_by(|a, b| a.0 == b.0).filter(|_| limit > 0) {
            let Some(tree) = self.tree(turns[0].0) else { continue };
            let near = self.map.near(turns[0].0);
            let mut starts: Vec<Start<'_>> =
                turns.iter().filter(|(_, e)| e.is_for_rings()).map(|&(_, e)| Start::new(e, tree)).collect();
            if starts.is_empty() {
                continue;
            }
            if shortest == Shortest::Two {
                starts.iter().for_each(|start| search.of_two(start, &near));
            }
            if !search.is_over() {
                search.of_three(&mut starts, &near);
            }
            if !search.is_over() {
                search.of_four(&starts, &near);
            }
        }
        search.best.into_rings()
    }
}

impl<'a> Search<'a, '_> {
    fn is_over(&self) -> bool {
        self.best.is_full() || self.steps > BUDGET
    }

    /// Swaps: rings of two.
    fn of_two(&mut self, start: &Start<'a>, near: &Around<'_>) {
        let (a, tree) = (&start.turn, start.tree);
        for n in near.iter() {
            let (circles, farthest_m) = (n.reach.circles(), n.reach.metres());
            if self.best.is_before(&rank(2, farthest_m, [i64::MIN; 4])) {
                return;
            }
            if circles & a.give_circle == 0 || circles & a.want_circle == 0 {
                continue;
            }
            let Some(shelf) = self.market.shelves.get(n.place as usize) else { continue };
            for (want, give) in tree.served(a.give).flat_map(|w| tree.serving(a.want).map(move |g| (w, g))) {
                self.steps += 1;
                for b in shelf.run(want, give) {
                    let rank = rank(2, farthest_m, [a.since, b.since, NOBODY, NOBODY]);
                    if self.best.is_before(&rank) {
                        break;
                    }
                    self.steps += 1;
                    let is_swap = b.free && is_edge(a, b, circles) && is_edge(b, a, circles);
                    if is_swap && self.market.are_strangers(&[a, b]) {
                        self.best.offer(rank, &[a, b]);
                    }
                }
            }
        }
    }

    fn of_three(&mut self, starts: &mut [Start<'a>], near: &Around<'_>) {
        let (mut over, mut joined) = (None, 0);
        for level in near.levels() {
            for &n in level {
                let looked_at: usize = starts.iter_mut().map(|s| s.take_in(n, self.market)).sum();
                self.steps += looked_at as u64;
            }
            let pairs = starts.iter().map(Start::pairs).fold(0, usize::saturating_add);
            let to = level[0].reach.metres();
            // A step that doubles the work of the one before it costs no more than all before it together.
            if pairs / 2 >= joined + FEW_PAIRS {
                starts.iter().for_each(|s| self.join_three(s, Band { over, to }));
                if self.is_over() {
                    return;
                }
                (over, joined) = (Some(to), pairs);
            }
        }
        starts.iter().for_each(|s| self.join_three(s, Band { over, to: u32::MAX }));
    }

    fn join_three(&mut self, start: &Start<'a>, band: Band) {
        for b in start.after.runs() {
            for want in start.tree.served(b.cat) {
                for c in start.before.looking_at(want) {
                    self.steps += 1;
                    let reach = self.market.map.reach(b.place, c.place);
                    let (circles, farthest_m) = (reach.circles(), b.metres.max(c.metres).max(reach.metres()));
                    if band.holds(farthest_m) && circles & b.circles != 0 && circles & c.circles != 0 {
                        let fixed = Fixed { head: &[&start.turn], tail: None, farthest_m };
                        let fits = |b: &Entry, c: &Entry| is_edge(b, c, circles);
                        self.join(start.after.of(b), start.before.of(c), &fixed, fits);
                    }
                    if self.steps > BUDGET {
                        return;
                    }
                }
            }
        }
    }

    fn of_four(&mut self, starts: &[Start<'a>], near: &Around<'_>) {
        // Beyond this, what is left is taken in one step.
        let around = near.farthest_m().saturating_mul(2);
        let mut band = Band { over: None, to: 0 };
        loop {
            starts.iter().for_each(|s| self.join_four(s, band));
            if self.is_over() || band.to == u32::MAX {
                return;
            }
            let to = if band.to >= around { u32::MAX } else { band.to.saturating_mul(2).max(FIRST_BAND_M) };
            band = Band { over: Some(band.to), to };
        }
    }

    /// Goes on from each run of the shorter side to those across the author, and joins these with the other side.
    fn join_four(&mut self, start: &Start<'a>, band: Band) {
        let (after, before) = (&start.after, &start.before);
        let from_before = before.len() <= after.len();
        let (ends, others) = if from_before { (before, after) } else { (after, before) };
        for end in ends.runs().iter().filter(|end| end.metres <= band.to) {
            let middle = self.middle(end, start.tree, from_before, band.to);
            if self.steps > BUDGET {
                return;
            }
            if middle.len() == 0 {
                continue;
            }
            for other in others.runs().iter().filter(|other| other.metres <= band.to) {
                if from_before {
                    for want in start.tree.served(other.cat) {
                        self.meet(start, (other, end), middle.looking_at(want), &middle, from_before, band);
                    }
                } else {
                    for give in start.tree.serving(other.cat) {
                        self.meet(start, (end, other), middle.looking_at(give), &middle, from_before, band);
                    }
                }
                if self.steps > BUDGET {
                    return;
                }
            }
        }
    }

    /// Who can give to the turns of a run (when it stands before the author), or receive from them.
    fn middle(&mut self, end: &Run, tree: &Tree, from_before: bool, to: u32) -> Side<'a> {
        let mut middle = Side::default();
        let around = self.market.map.near(end.place);
        for &near in around.iter().take_while(|n| n.reach.metres() <= to) {
            self.steps += 1;
            let circles = near.reach.circles();
            let Some(shelf) = self.market.shelves.get(near.place as usize).filter(|_| circles & end.circles != 0)
            else {
                continue;
            };
            if from_before {
                for give in tree.serving(end.cat) {
                    let list = shelf.giving(give);
                    self.steps += list.len() as u64;
                    middle.add(near, list, |e| (e.want, e.want_circle), |e| e.free && e.give_circle & circles != 0);
                }
            } else {
                for want in tree.served(end.cat) {
                    let list = shelf.wanting(want);
                    self.steps += list.len() as u64;
                    middle.add(near, list, |e| (e.give, e.give_circle), |e| e.free && e.want_circle & circles != 0);
                }
            }
        }
        self.steps += MEASURE_STEPS * around.measured();
        middle
    }

    /// Joins two runs beside the author with runs across her.
    fn meet<'s>(
        &mut self,
        start: &Start<'a>,
        (b, d): (&Run, &Run),
        across: impl Iterator<Item = &'s Run>,
        middle: &Side<'a>,
        from_before: bool,
        band: Band,
    ) {
        let map = &self.market.map;
        for c in across {
            self.steps += 1;
            let (there, back) = (map.reach(b.place, c.place), map.reach(c.place, d.place));
            let ways = [b.metres, there.metres(), back.metres(), d.metres];
            let farthest_m = ways.into_iter().max().unwrap_or_default();
            let (there, back) = (there.circles(), back.circles());
            let ends = if from_before { there & c.circles } else { back & c.circles };
            if ends != 0
                && there & b.circles != 0
                && back & d.circles != 0
                && band.holds(farthest_m)
                && !self.best.is_before(&rank(4, farthest_m, [i64::MIN; 4]))
            {
                let runs = (start.after.of(b), middle.of(c), start.before.of(d));
                self.across(&start.turn, runs, (there, back), farthest_m);
            }
        }
    }

    /// Joins three runs, beginning with each turn of the shorter end.
    fn across(
        &mut self,
        a: &Entry,
        (bs, cs, ds): (&[&'a Entry], &[&'a Entry], &[&'a Entry]),
        (there, back): (u8, u8),
        farthest_m: u32,
    ) {
        if ds.len() <= bs.len() {
            for d in ds {
                let fixed = Fixed { head: &[a], tail: Some(d), farthest_m };
                self.join(bs, cs, &fixed, |b, c| is_edge(b, c, there) && is_edge(c, d, back));
            }
        } else {
            for b in bs {
                let fixed = Fixed { head: &[a, b], tail: None, farthest_m };
                self.join(cs, ds, &fixed, |c, d| is_edge(b, c, there) && is_edge(c, d, back));
            }
        }
    }
}
