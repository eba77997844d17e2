//! What holds for every market, whatever is put into it: it answers as an exhaustive search does.

mod oracle;

use std::collections::{BTreeMap, BTreeSet};

use matching::{Market, Ring};
use oracle::Oracle;
use oracle::town::{PEOPLE, POSTS, Step, markets, offer, post, posts, run, spots, step, tenant, trees};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

fn all(market: &Market, n: u8) -> Vec<Ring> {
    market.rings(offer(n), usize::MAX, &mut |_| true)
}

fn after(steps: Vec<Step>) -> (Market, Oracle) {
    let (mut market, mut oracle) = markets();
    steps.into_iter().for_each(|step| run(&mut market, &mut oracle, step));
    (market, oracle)
}

fn answers_alike(market: &Market, oracle: &Oracle) -> Result<(), TestCaseError> {
    prop_assert_eq!(&posts(market), &oracle.posts);
    prop_assert_eq!(market.len(), oracle.posts.len());
    for n in 0..POSTS {
        prop_assert_eq!(market.matches(offer(n), usize::MAX), oracle.matches(offer(n), usize::MAX), "matches of {}", n);
        prop_assert_eq!(all(market, n), oracle.rings(offer(n)), "rings of {}", n);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn matches_and_rings_are_those_of_an_exhaustive_search_after_any_sequence_of_changes(
        steps in prop::collection::vec(step(), 0..140),
    ) {
        let (market, oracle) = after(steps);
        answers_alike(&market, &oracle)?;
    }

    #[test]
    fn fewer_answers_are_the_first_of_all_answers(
        steps in prop::collection::vec(step(), 20..140), limit in 0..6usize, rest in 1..5usize,
    ) {
        let (market, oracle) = after(steps);
        for n in 0..POSTS {
            let every = oracle.rings(offer(n));
            let shortest = every.iter().filter(|r| r.turns.len() == 3).count();
            // Those of four are not looked for when there are enough of three: they are behind them anyway.
            prop_assert!(every[..shortest].iter().all(|r| r.turns.len() == 3));
            prop_assert_eq!(market.rings(offer(n), limit, &mut |_| true), &every[..limit.min(every.len())]);

            let at_rest: BTreeSet<_> = every.iter().step_by(rest).map(|r| r.turns.clone()).collect();
            let awake: Vec<Ring> = every.iter().filter(|r| !at_rest.contains(&r.turns)).take(limit).cloned().collect();
            prop_assert_eq!(market.rings(offer(n), limit, &mut |r| !at_rest.contains(&r.turns)), awake);

            prop_assert_eq!(market.matches(offer(n), limit), oracle.matches(offer(n), limit));
        }
    }

    #[test]
    fn the_order_in_which_posts_come_does_not_matter(
        (posts, mixed) in prop::collection::vec(post(), 0..80).prop_flat_map(|mut posts| {
            posts.sort_by_key(|p| p.id);
            posts.dedup_by_key(|p| p.id);
            (Just(posts.clone()), Just(posts).prop_shuffle())
        }),
    ) {
        let (mut one, _) = markets();
        let (mut other, _) = markets();
        posts.into_iter().for_each(|p| one.put(p));
        mixed.into_iter().for_each(|p| other.put(p));
        prop_assert_eq!(one.pack(), other.pack());
        for n in 0..POSTS {
            prop_assert_eq!(one.matches(offer(n), 5), other.matches(offer(n), 5));
            prop_assert_eq!(one.rings(offer(n), 5, &mut |_| true), other.rings(offer(n), 5, &mut |_| true));
        }
    }

    #[test]
    fn a_market_on_another_map_is_one_that_was_there_from_the_start(
        steps in prop::collection::vec(step(), 0..140), closed in 0..8usize, gone in 0..7usize,
    ) {
        let (market, mut oracle) = after(steps);
        let (mut spots, mut trees) = (spots(), trees());
        spots[closed].wave = domain::circle::Wave::Closed;
        spots.remove((closed + 3) % 8);
        trees[0].1.remove(gone);
        let fresh = Oracle::new(spots.clone(), trees.clone());
        (oracle.spots, oracle.trees) = (fresh.spots, fresh.trees);
        answers_alike(&market.rebuilt(spots, trees), &oracle)?;
    }

    #[test]
    fn a_market_that_was_filled_at_once_goes_on_like_one_that_was_filled_post_by_post(
        before in prop::collection::vec(step(), 30..140), since in prop::collection::vec(step(), 1..40),
    ) {
        let (market, mut oracle) = after(before);
        let mut market = market.rebuilt(spots(), trees());
        since.into_iter().for_each(|step| run(&mut market, &mut oracle, step));
        answers_alike(&market, &oracle)?;
    }

    #[test]
    fn a_ring_that_is_found_can_be_made_and_one_with_something_else_in_it_cannot(
        steps in prop::collection::vec(step(), 30..140), other in post(),
    ) {
        let (market, oracle) = after(steps);
        for n in 0..POSTS {
            let every = oracle.rings(offer(n));
            let turns: BTreeSet<_> = every.iter().map(|r| r.turns.clone()).collect();
            for ring in &every {
                prop_assert!(market.is_ring(ring));
                let mut turned = ring.clone();
                turned.turns.rotate_left(1);
                prop_assert!(!market.is_ring(&turned), "another form of the same ring");
                for i in 0..ring.turns.len() {
                    let mut wrong = ring.clone();
                    wrong.turns[i].category = other.category.clone();
                    if wrong.turns.iter().any(|t| t.give == offer(n) || t.want == offer(n)) {
                        prop_assert_eq!(market.is_ring(&wrong), turns.contains(&wrong.turns));
                    }
                    let mut wrong = ring.clone();
                    wrong.turns[i].person = tenant(99);
                    prop_assert!(!market.is_ring(&wrong));
                    let mut wrong = ring.clone();
                    wrong.turns.remove(i);
                    prop_assert!(!market.is_ring(&wrong) || wrong.turns.len() == 3);
                }
            }
        }
    }

    #[test]
    fn a_packing_is_made_of_rings_takes_everybody_once_and_leaves_no_ring_out(
        steps in prop::collection::vec(step(), 0..140),
    ) {
        let (market, oracle) = after(steps);
        let packing = market.pack();
        let mut possible = BTreeMap::new();
        for n in 0..POSTS {
            possible.extend(oracle.rings_from(offer(n), 2).into_iter().map(|r| (r.turns.clone(), r)));
        }
        let mut packed = BTreeSet::new();
        for ring in &packing.rings {
            prop_assert_eq!(Some(ring), possible.get(&ring.turns));
            prop_assert!(ring.turns.iter().all(|t| packed.insert(t.person)), "somebody twice");
        }
        prop_assert_eq!(packing.people(), packed.len());
        for ring in possible.values() {
            prop_assert!(ring.turns.iter().any(|t| packed.contains(&t.person)), "could be added: {:?}", ring);
        }
    }
}

/// The search would pass every comparison in a town where nothing happens.
#[test]
fn the_invented_town_is_full_of_swaps_gifts_halves_and_rings() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut kinds, mut rings, mut crowded) = ([0; 3], [0; 5], 0);
    for _ in 0..100 {
        let steps = prop::collection::vec(step(), 60..140).new_tree(&mut runner).expect("steps").current();
        let (_, oracle) = after(steps);
        for n in 0..POSTS {
            oracle.matches(offer(n), usize::MAX).iter().for_each(|m| kinds[m.kind as usize] += 1);
            let found = oracle.rings(offer(n));
            found.iter().for_each(|r| rings[r.turns.len()] += 1);
            crowded += usize::from(found.len() > 20);
        }
    }
    println!("{kinds:?} {rings:?} {crowded}");
    assert!(kinds.iter().all(|&n| n > 100) && rings[3] > 500 && rings[4] > 500 && crowded > 100, "{kinds:?} {rings:?}");
}

/// The most people that can swap at once, by trying every set of rings.
fn most(oracle: &Oracle) -> usize {
    let mut sets = BTreeSet::new();
    for n in 0..POSTS {
        for ring in oracle.rings_from(offer(n), 2) {
            let bit = |t: &matching::Turn| (0..PEOPLE).position(|p| tenant(p) == t.person).map_or(0, |p| 1u32 << p);
            sets.insert(ring.turns.iter().map(bit).sum::<u32>());
        }
    }
    let mut reached = BTreeSet::from([0u32]);
    for set in sets {
        let with: Vec<u32> = reached.iter().filter(|&&r| r & set == 0).map(|r| r | set).collect();
        reached.extend(with);
    }
    reached.into_iter().map(|r| r.count_ones() as usize).max().unwrap_or(0)
}

#[test]
fn a_packing_is_nearly_the_best_there_is() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut packed, mut possible) = (0, 0);
    for _ in 0..200 {
        let steps = prop::collection::vec(step(), 30..140).new_tree(&mut runner).expect("steps").current();
        let (market, oracle) = after(steps);
        let (people, best) = (market.pack().people(), most(&oracle));
        assert!(people <= best);
        packed += people;
        possible += best;
    }
    println!("{packed} of {possible}");
    assert!(packed * 1_000 >= possible * 995, "{packed} of {possible}");
}
