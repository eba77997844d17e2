//! Places: who can sit now, who waits, and who is next. Pure sums; the answers themselves stay where they are.
//!
//! The order of the waiting list holds for the whole: a large party at its head is not overtaken by a small one. Whoever waits only
//! because her own residence has its share holds up that residence alone. Whoever can never sit, because her party is larger than all
//! places, holds up nobody. So of each residence only the first one who could ever sit says anything ([`Line`]): a waiting list is as
//! long for whoever reads it as there are residences.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::id::ResidenceId;

/// Some people who come together, from one residence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    /// How many people, guests included: what they need of places.
    pub size: u32,
    /// Where whoever answers lives.
    pub residence: ResidenceId,
}

/// The places of one date. A place that is offered counts as taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// How many there are; none: for all who come.
    pub places: Option<u32>,
    /// How many one residence can have; none: no such limit.
    pub per_residence: Option<u32>,
    /// How many are taken. More than there are, when there were more once.
    pub taken: u32,
    /// How many each residence has taken. Needed only when there is such a limit, and only of residences that are asked about.
    pub taken_by: HashMap<ResidenceId, u32>,
}

/// What the place of a party in line means now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// It can sit.
    Sits,
    /// It cannot, and holds up nobody of another residence.
    Passed,
    /// It cannot, and nobody after it can.
    HoldsUp,
}

/// A walk along the waiting list, from its head.
#[derive(Clone, Debug, Default)]
struct Walk {
    held_up: HashSet<ResidenceId>,
}

impl Walk {
    /// What happens to the next party in line. One that sits takes its places in `room` by [`Room::sit`] before the walk goes on.
    fn turn(&mut self, room: &Room, party: Party) -> Turn {
        if !room.can_ever_hold(party.size) || self.held_up.contains(&party.residence) {
            Turn::Passed
        } else if room.left_for(party.residence).is_some_and(|left| party.size > left) {
            self.held_up.insert(party.residence);
            Turn::Passed
        } else if room.left().is_some_and(|left| party.size > left) {
            Turn::HoldsUp
        } else {
            Turn::Sits
        }
    }
}

/// The waiting list as far as it matters: the first one of each residence who could ever sit, or of all where no residence has a share.
#[derive(Clone, Debug)]
pub struct Line<P, W> {
    heads: BTreeMap<P, (W, Party)>,
    walk: Walk,
}

impl<P: Ord, W> Line<P, W> {
    /// Those who stand first, each with her place in line.
    pub fn of(heads: impl IntoIterator<Item = (P, W, Party)>) -> Self {
        let heads = heads.into_iter().map(|(at, who, party)| (at, (who, party))).collect();
        Self { heads, walk: Walk::default() }
    }

    /// Their parties, in the order in which they wait: as good as the whole list for [`Room::seats`].
    pub fn parties(&self) -> impl Iterator<Item = Party> {
        self.heads.values().map(|&(_, party)| party)
    }

    /// Who gets places now: they are taken at once. Before the next call the one who waits behind her ([`Line::follow`]) must be there.
    pub fn next(&mut self, room: &mut Room) -> Option<W> {
        while let Some((_, (who, party))) = self.heads.pop_first() {
            match self.walk.turn(room, party) {
                Turn::Sits => {
                    room.sit(party);
                    return Some(who);
                }
                Turn::Passed => {}
                Turn::HoldsUp => self.heads.clear(),
            }
        }
        None
    }

    /// The next one of the residence whose first one got places; of all where no residence has a share.
    pub fn follow(&mut self, at: P, who: W, party: Party) {
        self.heads.insert(at, (who, party));
    }
}

impl Room {
    /// How many places are left; none: as many as are wanted.
    #[must_use]
    pub fn left(&self) -> Option<u32> {
        self.places.map(|places| places.saturating_sub(self.taken))
    }

    /// How many one residence can still have, as far as its own share goes.
    fn left_for(&self, residence: ResidenceId) -> Option<u32> {
        let taken = self.taken_by.get(&residence).copied().unwrap_or_default();
        self.per_residence.map(|share| share.saturating_sub(taken))
    }

    /// How many are left for one residence, if nobody waits; none: as many as are wanted.
    #[must_use]
    pub fn free_for(&self, residence: ResidenceId) -> Option<u32> {
        self.left().into_iter().chain(self.left_for(residence)).min()
    }

    /// Whether so many could sit if nobody else came.
    #[must_use]
    pub fn can_ever_hold(&self, size: u32) -> bool {
        self.largest().is_none_or(|largest| size <= largest)
    }

    /// Whether a party could sit now if nobody waited before it. If not, nobody has to read who does.
    #[must_use]
    pub fn fits(&self, party: Party) -> bool {
        self.seats(party, [])
    }

    /// The largest party that could ever sit; none: any can.
    #[must_use]
    pub fn largest(&self) -> Option<u32> {
        self.places.into_iter().chain(self.per_residence).min()
    }

    /// Whether a party can sit now; `before` are those who wait before it, in their order (all of them, for a newcomer). It is read only
    /// as far as the first one who is in the way.
    #[must_use]
    pub fn seats(&self, party: Party, before: impl IntoIterator<Item = Party>) -> bool {
        let mut walk = Walk::default();
        // Whoever could sit herself is in the way, too: it is her turn.
        before.into_iter().all(|waits| walk.turn(self, waits) == Turn::Passed) && walk.turn(self, party) == Turn::Sits
    }

    /// Whether a party that has its places can have more, so that it is `size` large; `line` are all who wait.
    #[must_use]
    pub fn grows(&self, party: Party, size: u32, line: impl IntoIterator<Item = Party>) -> bool {
        let more = Party { size: size.saturating_sub(party.size), ..party };
        self.can_ever_hold(size) && self.seats(more, line)
    }

    /// A party takes its places.
    pub fn sit(&mut self, party: Party) {
        self.taken += party.size;
        *self.taken_by.entry(party.residence).or_default() += party.size;
    }

    /// A party gives its places back.
    pub fn leave(&mut self, party: Party) {
        self.taken = self.taken.saturating_sub(party.size);
        let taken = self.taken_by.entry(party.residence).or_default();
        *taken = taken.saturating_sub(party.size);
    }

    /// Who of a whole waiting list, in its order, gets places offered now; they are taken at once. What [`Line`] comes to with less reading.
    pub fn next_offers<K>(&mut self, waiting: impl IntoIterator<Item = (K, Party)>) -> Vec<K> {
        let (mut walk, mut offers) = (Walk::default(), Vec::new());
        for (key, party) in waiting {
            match walk.turn(self, party) {
                Turn::Sits => {
                    self.sit(party);
                    offers.push(key);
                }
                Turn::Passed => {}
                Turn::HoldsUp => break,
            }
        }
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const fn of(residence: u128, size: u32) -> Party {
        Party { size, residence: ResidenceId(Uuid::from_u128(residence)) }
    }

    fn room(places: u32, per_residence: Option<u32>, seated: &[Party]) -> Room {
        let mut room = Room { places: Some(places), per_residence, ..Room::default() };
        seated.iter().for_each(|&party| room.sit(party));
        room
    }

    #[test]
    fn a_large_party_at_the_head_is_not_overtaken_by_a_small_one() {
        let mut full = room(10, None, &[of(1, 7)]);
        let waiting = [of(1, 4), of(2, 1)];
        assert!(!full.seats(of(3, 1), waiting));
        assert!(full.next_offers(waiting.into_iter().enumerate()).is_empty());
        full.leave(of(1, 2));
        assert_eq!(full.next_offers(waiting.into_iter().enumerate()), [0, 1]);
        assert_eq!(full.left(), Some(0));
    }

    #[test]
    fn whoever_waits_for_her_own_residence_holds_up_that_residence_alone() {
        let mut half = room(10, Some(4), &[of(1, 3)]);
        let waiting = [of(1, 2), of(1, 1), of(2, 1)];
        assert!(half.seats(of(2, 1), [of(1, 2), of(1, 1)]));
        assert!(!half.seats(of(1, 1), [of(1, 2)]), "its own residence keeps its order");
        assert_eq!(half.next_offers(waiting.into_iter().enumerate()), [2]);
    }

    #[test]
    fn whoever_can_never_sit_holds_up_nobody() {
        let mut small = room(3, Some(2), &[]);
        let waiting = [of(1, 4), of(2, 3), of(1, 2)];
        assert_eq!(small.next_offers(waiting.into_iter().enumerate()), [2]);
        assert!(small.seats(of(2, 1), [of(1, 4), of(2, 3)]));
    }

    #[test]
    fn whoever_could_sit_and_was_not_told_yet_is_not_overtaken() {
        assert!(!room(10, None, &[]).seats(of(2, 1), [of(1, 1)]));
    }

    #[test]
    fn more_guests_find_a_place_as_a_newcomer_would() {
        let busy = room(10, Some(6), &[of(1, 3), of(2, 4)]);
        assert!(busy.grows(of(1, 3), 6, []));
        assert!(!busy.grows(of(1, 3), 7, []), "no residence has seven");
        assert!(!busy.grows(of(2, 1), 5, []), "only three are left");
        assert!(!busy.grows(of(1, 3), 4, [of(3, 4)]), "somebody waits");
    }

    #[test]
    fn nobody_is_thrown_out_when_there_are_fewer_places() {
        let mut over = room(10, None, &[of(1, 9)]);
        over.places = Some(4);
        assert_eq!((over.left(), over.taken), (Some(0), 9));
        assert!(!over.seats(of(2, 1), []));
        over.leave(of(1, 6));
        assert!(over.seats(of(2, 1), []));
    }

    #[test]
    fn without_a_limit_all_sit() {
        let mut open = Room { taken: 100_000, ..Room::default() };
        assert!(open.seats(of(1, 10), []));
        assert_eq!(open.next_offers([(7, of(1, 10)), (8, of(1, 10))]), [7, 8]);
    }
}
