//! Who stands on either side of a turn in a ring: those who can receive from it, those who can give to it.

use rustc_hash::FxHashMap;

use crate::map::PlaceIx;
use crate::market::Market;
use crate::near::Near;
use crate::shelf::Entry;
use crate::tree::{Cat, Tree};

/// Turns side by side on one shelf, the oldest wish first, alike in what matters to the other side.
pub(crate) struct Run {
    pub place: PlaceIx,
    /// How far that is from where the search began.
    pub metres: u32,
    /// What they give (for those who receive on this side), or want (for those who give).
    pub cat: Cat,
    /// All circles with which they look on, away from where the search began.
    pub circles: u8,
    from: usize,
    to: usize,
}

/// The turns on one side of a turn.
#[derive(Default)]
pub(crate) struct Side<'a> {
    runs: Vec<Run>,
    by_cat: FxHashMap<Cat, Vec<usize>>,
    turns: Vec<&'a Entry>,
}

impl<'a> Side<'a> {
    /// How many turns.
    pub fn len(&self) -> usize {
        self.turns.len()
    }

    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The runs of this category.
    pub fn looking_at(&self, cat: Cat) -> impl Iterator<Item = &Run> {
        self.by_cat.get(&cat).into_iter().flatten().map(|&i| &self.runs[i])
    }

    pub fn of(&self, run: &Run) -> &[&'a Entry] {
        &self.turns[run.from..run.to]
    }

    /// Adds the turns of a list that fit. `look` answers the category and the circle with which one looks on.
    pub fn add(
        &mut self,
        near: Near,
        list: &'a [Entry],
        look: impl Fn(&Entry) -> (Cat, u8),
        fits: impl Fn(&Entry) -> bool,
    ) {
        let mut open = false;
        for e in list {
            if !fits(e) {
                continue;
            }
            let ((cat, circles), to) = (look(e), self.turns.len() + 1);
            match self.runs.last_mut() {
                Some(run) if open && run.cat == cat => {
                    run.to = to;
                    run.circles |= circles;
                }
                _ => {
                    let (place, metres) = (near.place, near.reach.metres());
                    self.by_cat.entry(cat).or_default().push(self.runs.len());
                    self.runs.push(Run { place, metres, cat, circles, from: to - 1, to });
                }
            }
            open = true;
            self.turns.push(e);
        }
    }
}

/// The search from one turn of the author.
pub(crate) struct Start<'a> {
    pub turn: Entry,
    /// The categories of her office.
    pub tree: &'a Tree,
    /// Who can receive from her.
    pub after: Side<'a>,
    /// Who can give to her.
    pub before: Side<'a>,
}

impl<'a> Start<'a> {
    pub fn new(turn: Entry, tree: &'a Tree) -> Self {
        Self { turn, tree, after: Side::default(), before: Side::default() }
    }

    /// Takes a residence into the search. Answers how many turns were looked at.
    pub fn take_in(&mut self, near: Near, market: &'a Market) -> usize {
        let Some(shelf) = market.shelves.get(near.place as usize) else { return 0 };
        let (turn, tree, circles, mut steps) = (&self.turn, self.tree, near.reach.circles(), 1);
        let author = market.crowd.person_id(turn.person);
        let is_involved = market.blocks.involves(author);
        let is_stranger = |e: &Entry| {
            e.person != turn.person
                && e.household != turn.household
                && !(is_involved && market.blocks.between(author, market.crowd.person_id(e.person)))
        };
        if circles & turn.give_circle != 0 {
            let fits = |e: &Entry| {
                e.free && e.want_circle & circles != 0 && e.want_languages & turn.give_languages != 0 && is_stranger(e)
            };
            for want in tree.served(turn.give) {
                let list = shelf.wanting(want);
                steps += list.len();
                self.after.add(near, list, |e| (e.give, e.give_circle), fits);
            }
        }
        if circles & turn.want_circle != 0 {
            let fits = |e: &Entry| {
                e.free && e.give_circle & circles != 0 && e.give_languages & turn.want_languages != 0 && is_stranger(e)
            };
            for give in tree.serving(turn.want) {
                let list = shelf.giving(give);
                steps += list.len();
                self.before.add(near, list, |e| (e.want, e.want_circle), fits);
            }
        }
        steps
    }

    pub fn pairs(&self) -> usize {
        self.after.turns.len().saturating_mul(self.before.turns.len())
    }
}
