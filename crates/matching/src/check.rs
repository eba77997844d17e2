//! Whether one ring can be made.

use crate::join::is_edge;
use crate::market::Market;
use crate::post::{Ring, Turn};
use crate::shelf::Entry;

impl Market {
    /// Whether this very ring can be made now: by these posts, in this form (the person with the smallest id first). Its distance and
    /// its date are not looked at.
    #[must_use]
    pub fn is_ring(&self, ring: &Ring) -> bool {
        let turns = &ring.turns;
        if !(3..=4).contains(&turns.len()) || turns.iter().min_by_key(|t| t.person) != turns.first() {
            return false;
        }
        let ways: Vec<_> = turns.iter().map(|turn| self.ways(turn)).collect();
        let firsts: Option<Vec<&Entry>> = ways.iter().map(|way| way.first().map(|(_, e)| e)).collect();
        let Some(firsts) = firsts else { return false };
        self.are_strangers(&firsts)
            && (0..ways.len()).all(|i| {
                let next = &ways[(i + 1) % ways.len()];
                next.iter().any(|to| ways[i].first().is_some_and(|from| self.goes(from, to)))
            })
    }

    /// The turns of which this can be one: they differ in the name of what they want alone.
    fn ways(&self, turn: &Turn) -> Vec<(u32, Entry)> {
        let Some(person) = self.crowd.person(turn.person) else { return Vec::new() };
        let is = |post, id| self.crowd.get(post).is_some_and(|p| p.id == id);
        let mut turns = self.display(person).turns;
        turns.retain(|(_, e)| {
            e.is_for_rings()
                && is(e.give_post, turn.give)
                && is(e.want_post, turn.want)
                && *self.names.slug(e.give) == turn.category
        });
        turns
    }

    fn goes(&self, (from, a): &(u32, Entry), (to, b): &(u32, Entry)) -> bool {
        let circles = self.map.reach(*from, *to).circles();
        self.tree(*from).is_some_and(|tree| tree.serves(a.give, b.want)) && is_edge(a, b, circles)
    }

    /// Whether nobody stands twice among these, no two are of one household, and nobody blocks anybody, also across a ring.
    pub(crate) fn are_strangers(&self, turns: &[&Entry]) -> bool {
        let id = |e: &Entry| self.crowd.person_id(e.person);
        turns.iter().enumerate().all(|(i, a)| {
            turns[i + 1..].iter().all(|b| {
                a.person != b.person
                    && a.household != b.household
                    && (self.blocks.is_empty() || !self.blocks.between(id(a), id(b)))
            })
        })
    }
}
