//! Which legs make a barter: a gift, a swap, a ring; nothing else.

use domain::barter::check_shape;
use domain::category::CategorySlug;
use domain::id::{LegId, OfferId, TenantId};
use domain::leg::TermsLeg;
use domain::problem::FieldCode;
use domain::text::{Body, Title};
use proptest::prelude::*;
use uuid::Uuid;

fn tenant(n: u8) -> TenantId {
    TenantId(Uuid::from_u128(u128::from(n)))
}

fn legs(pairs: &[(u8, u8)]) -> Vec<TermsLeg> {
    pairs
        .iter()
        .zip(100u128..)
        .map(|(&(giver, receiver), id)| TermsLeg {
            id: LegId(Uuid::from_u128(id)),
            giver: tenant(giver),
            receiver: tenant(receiver),
            offer: None,
            wish: None,
            category: CategorySlug::parse("ironing").expect("a slug"),
            what: Title::parse("Repassage").expect("a title"),
            details: Body::parse("").expect("a body"),
            at: None,
            place: None,
            sensitive: false,
        })
        .collect()
}

fn shape(pairs: &[(u8, u8)], author: u8) -> Result<(), FieldCode> {
    check_shape(&legs(pairs), tenant(author))
}

#[test]
fn a_gift_a_swap_and_rings_of_three_and_four_are_barters() {
    for pairs in [
        &[(1, 2)][..],
        &[(1, 2), (2, 1)],
        &[(1, 2), (2, 3), (3, 1)],
        &[(3, 1), (1, 2), (2, 3)],
        &[(1, 2), (2, 3), (3, 4), (4, 1)],
        &[(1, 2), (3, 4), (4, 1), (2, 3)],
    ] {
        for author in pairs.iter().map(|p| p.0) {
            assert_eq!(shape(pairs, author), Ok(()), "{pairs:?} by {author}");
        }
    }
}

#[test]
fn two_pairs_are_no_ring() {
    assert_eq!(shape(&[(1, 2), (2, 1), (3, 4), (4, 3)], 1), Err(FieldCode::UnknownValue));
}

#[test]
fn whoever_proposes_takes_part() {
    assert_eq!(shape(&[(1, 2)], 2), Ok(()));
    assert_eq!(shape(&[(1, 2)], 3), Err(FieldCode::UnknownValue));
    assert_eq!(shape(&[(1, 2), (2, 1)], 3), Err(FieldCode::UnknownValue));
}

#[test]
fn nobody_does_something_for_herself_and_nobody_only_gives_in_a_swap() {
    for pairs in
        [&[(1, 1)][..], &[(1, 2), (1, 2)], &[(1, 2), (3, 1)], &[(1, 2), (2, 1), (1, 3)], &[(1, 2), (2, 3), (3, 2)]]
    {
        assert_eq!(shape(pairs, 1), Err(FieldCode::UnknownValue), "{pairs:?}");
    }
}

#[test]
fn none_and_five_legs_are_refused_with_their_reason() {
    assert_eq!(shape(&[], 1), Err(FieldCode::Required));
    assert_eq!(shape(&[(1, 2), (2, 3), (3, 4), (4, 5), (5, 1)], 1), Err(FieldCode::OutOfRange));
}

fn post(n: u128) -> Option<OfferId> {
    Some(OfferId(Uuid::from_u128(n)))
}

#[test]
fn a_post_stands_in_one_leg_or_in_what_its_author_gives_and_what_she_gets() {
    let mut ring = legs(&[(1, 2), (2, 3), (3, 4), (4, 1)]);
    // Each gives by one post, and wants by the same one.
    for (n, leg) in ring.iter_mut().enumerate() {
        leg.offer = post(n as u128 + 1);
        leg.wish = post((n as u128 + 1) % 4 + 1);
    }
    assert_eq!(check_shape(&ring, tenant(1)), Ok(()));
    let refused = Err(FieldCode::UnknownValue);
    let with = |n: usize, offer, wish| {
        let mut other = ring.clone();
        (other[n].offer, other[n].wish) = (offer, wish);
        check_shape(&other, tenant(1))
    };
    assert_eq!(with(0, post(1), None), Ok(()), "who gives need not have been asked");
    assert_eq!(with(0, post(2), post(2)), refused, "one post is not both what is given and what is wanted");
    assert_eq!(with(0, post(3), post(2)), refused, "three legs hang on one post");
    let mut far = legs(&[(1, 2), (2, 3), (3, 4), (4, 1)]);
    (far[0].offer, far[2].offer) = (post(1), post(1));
    assert_eq!(check_shape(&far, tenant(1)), refused, "two legs that share nobody");
}

/// The definition, tried in all orders: some order of the legs hands on from each to the next, around, and nobody gives twice.
fn is_barter(pairs: &[(u8, u8)], author: u8) -> bool {
    fn orders(of: Vec<(u8, u8)>) -> Vec<Vec<(u8, u8)>> {
        if of.len() < 2 {
            return vec![of];
        }
        (0..of.len())
            .flat_map(|i| {
                let mut rest = of.clone();
                let first = rest.remove(i);
                orders(rest).into_iter().map(move |mut order| {
                    order.insert(0, first);
                    order
                })
            })
            .collect()
    }
    let takes_part = pairs.iter().any(|p| p.0 == author || p.1 == author);
    let one_each = (0..pairs.len()).all(|i| (0..i).all(|j| pairs[i].0 != pairs[j].0));
    let around = match pairs {
        [] => false,
        [(giver, receiver)] => giver != receiver,
        many => orders(many.to_vec())
            .iter()
            .any(|order| (0..order.len()).all(|i| order[i].1 == order[(i + 1) % order.len()].0)),
    };
    takes_part && one_each && around && pairs.len() <= 4
}

proptest! {
    #[test]
    fn any_legs_are_a_barter_exactly_when_they_are_a_gift_or_go_around_once(
        pairs in prop::collection::vec((1u8..5, 1u8..5), 0..5),
        author in 1u8..6,
    ) {
        prop_assert_eq!(shape(&pairs, author).is_ok(), is_barter(&pairs, author), "{:?} by {}", pairs, author);
    }

    #[test]
    fn every_ring_is_one_in_whatever_order_it_is_written(
        ring in Just(vec![1u8, 2, 3, 4]).prop_shuffle(),
        size in 2usize..5,
        order in Just(vec![0usize, 1, 2, 3]).prop_shuffle(),
    ) {
        let pairs: Vec<(u8, u8)> =
            order.into_iter().filter(|&i| i < size).map(|i| (ring[i], ring[(i + 1) % size])).collect();
        prop_assert_eq!(shape(&pairs, ring[0]), Ok(()));
    }
}
