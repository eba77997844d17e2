//! What holds for rings whatever their people do: nobody is bound before all have agreed, and nobody learns who refused.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use domain::barter::{Barter, BarterAction, BarterState, BarterVerb, BarterView, RingAnswers};
use domain::category::CategorySlug;
use domain::id::{BarterId, LegId, OfferId, OfficeId, TenantId};
use domain::leg::{LegAction, TermsLeg};
use domain::mark::{Mark, MarkAnimal, MarkColour};
use domain::problem::{FieldCode, ProblemCode};
use domain::tenant::{FirstName, Person};
use domain::text::{Body, Title};
use proptest::prelude::*;
use uuid::Uuid;

fn tenant(n: u8) -> TenantId {
    TenantId(Uuid::from_u128(u128::from(n) + 1))
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("a time within range")
}

/// Each gives to the next, by a post of her own that is also her wish.
fn legs(people: u8) -> Vec<TermsLeg> {
    let post = |n: u8| OfferId(Uuid::from_u128(200 + u128::from(n)));
    (0..people)
        .map(|n| TermsLeg {
            id: LegId(Uuid::from_u128(100 + u128::from(n))),
            giver: tenant(n),
            receiver: tenant((n + 1) % people),
            offer: Some(post(n)),
            wish: Some(post((n + 1) % people)),
            category: CategorySlug::parse("ironing").expect("a slug"),
            what: Title::parse(format!("Service {n}")).expect("a title"),
            details: Body::parse("").expect("a body"),
            at: None,
            place: None,
            sensitive: false,
        })
        .collect()
}

fn propose(proposer: u8, legs: Vec<TermsLeg>) -> Result<Barter, FieldCode> {
    let ids = (BarterId(Uuid::from_u128(1)), OfficeId(Uuid::from_u128(2)));
    Barter::propose_ring(ids.0, ids.1, tenant(proposer), legs, start())
}

fn names(people: u8) -> HashMap<TenantId, Person> {
    let person = |n: u8| Person {
        id: tenant(n),
        first_name: FirstName::parse(["Awa", "Luc", "Nour", "Rosa"][usize::from(n)]).expect("a name"),
        mark: Mark { colour: MarkColour::ALL[0], animal: MarkAnimal::ALL[0] },
    };
    (0..people).map(|n| (tenant(n), person(n))).collect()
}

#[derive(Clone, Debug)]
enum Step {
    Act(u8, BarterVerb),
    Waive(u8, u8),
    Wait(i64),
    NoLongerPossible,
    Part,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0u8..5).prop_map(|who| Step::Act(who, BarterVerb::Consent)),
        2 => (0u8..5, prop::sample::select(BarterVerb::ALL)).prop_map(|(who, verb)| Step::Act(who, verb)),
        1 => (0u8..5, 0u8..4).prop_map(|(who, leg)| Step::Waive(who, leg)),
        2 => (0i64..50).prop_map(Step::Wait),
        1 => prop::sample::select(vec![Step::NoLongerPossible, Step::Part]),
    ]
}

fn action(verb: BarterVerb, people: u8) -> BarterAction {
    match verb {
        BarterVerb::Consent => BarterAction::Consent { version: 1 },
        BarterVerb::Counter => BarterAction::Counter { on_version: 1, legs: legs(people), note: None },
        BarterVerb::Decline => BarterAction::Decline,
        BarterVerb::Withdraw => BarterAction::Withdraw,
        BarterVerb::Dissolve => BarterAction::Dissolve,
    }
}

/// What everybody may see of a ring that was never agreed, and nothing more.
fn tells_nothing(
    view: &BarterView,
    viewer: TenantId,
    people: u8,
    yes: &BTreeSet<TenantId>,
) -> Result<(), TestCaseError> {
    prop_assert_eq!(view.ring, Some(RingAnswers { agreed: yes.len() as u8, people }));
    prop_assert!(view.legs.is_empty());
    prop_assert_eq!(view.terms.len(), 1);
    prop_assert_eq!(view.terms[0].author, TenantId::GONE);
    let legs = &view.terms[0].legs;
    prop_assert_eq!(legs.len(), 2, "her own two services");
    prop_assert_eq!((legs[0].giver, legs[1].receiver), (viewer, viewer), "what she gives, then what she gets");
    let order: Vec<TenantId> = view.parties.iter().map(|p| p.person.id).collect();
    prop_assert_eq!((order.len(), order[0]), (usize::from(people), viewer), "all first names, hers first");
    prop_assert_eq!((legs[0].receiver, legs[1].giver), (order[1], order[order.len() - 1]));
    for party in &view.parties {
        let shown = (party.person.id == viewer && yes.contains(&viewer)).then_some(1);
        prop_assert_eq!(party.consented, shown, "no consent but her own");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_ring_is_agreed_when_all_have_consented_and_nobody_declined(
        people in 3u8..5,
        proposer in 0u8..4,
        steps in prop::collection::vec(step(), 0..25),
    ) {
        let proposer = proposer % people;
        let names = names(people);
        let mut barter = propose(proposer, legs(people)).expect("a ring");
        let (mut yes, mut ended, mut now) = (BTreeSet::from([tenant(proposer)]), false, start());
        for step in steps {
            let before = barter.clone();
            let after = match step {
                Step::Act(who, verb) => before.clone().act(tenant(who), action(verb, people), now),
                Step::Waive(who, leg) => {
                    let id = LegId(Uuid::from_u128(100 + u128::from(leg)));
                    before.clone().act(tenant(who), BarterAction::Leg(id, LegAction::Waive), now)
                }
                Step::Wait(hours) => {
                    now += TimeDelta::hours(hours);
                    before.clone().tick(now).ok_or(ProblemCode::NotNow)
                }
                Step::NoLongerPossible => before.clone().no_longer_possible(now).ok_or(ProblemCode::NotNow),
                Step::Part => before.clone().part(now).ok_or(ProblemCode::NotNow),
            };
            if let Ok(after) = after {
                prop_assert_eq!(after.revision, before.revision + 1);
                match step {
                    Step::Act(who, BarterVerb::Consent) => {
                        prop_assert!(yes.insert(tenant(who)), "nobody consents twice");
                    }
                    Step::Act(_, verb) => {
                        prop_assert!(!matches!(verb, BarterVerb::Counter | BarterVerb::Withdraw), "a ring has no author");
                        ended = true;
                    }
                    _ => ended |= !matches!(after.state, BarterState::Proposed | BarterState::Agreed),
                }
                barter = after;
            }
            let all = yes.len() == usize::from(people);
            prop_assert_eq!(!barter.legs.is_empty(), all, "the services begin when all have agreed, and only then");
            prop_assert_eq!(barter.state == BarterState::Agreed, all && !ended);
            for viewer in (0..people).map(tenant) {
                let view = barter.clone().view(viewer, &names);
                if all {
                    prop_assert_eq!(view.ring, None);
                    prop_assert_eq!((view.legs.len(), view.terms[0].legs.len()), (people.into(), people.into()));
                } else {
                    tells_nothing(&view, viewer, people, &yes)?;
                }
            }
            let held: BTreeSet<OfferId> = barter.held_in_ring();
            prop_assert!(barter.state == BarterState::Agreed || held.is_empty(), "what is over holds nothing");
        }
    }

    #[test]
    fn nothing_tells_who_was_the_first_to_agree(
        people in 3u8..5,
        first in 0u8..4,
        second in 0u8..4,
        order in Just(vec![0usize, 1, 2, 3]).prop_shuffle(),
    ) {
        let (first, second) = (first % people, second % people);
        prop_assume!(first != second);
        let shuffled = |_| order.iter().filter_map(|&n| legs(people).get(n).cloned()).collect::<Vec<_>>();
        let both = |a: u8, b: u8| {
            let ring = propose(a, shuffled(())).expect("a ring");
            ring.act(tenant(b), BarterAction::Consent { version: 1 }, start()).expect("she agrees")
        };
        prop_assert_eq!(both(first, second), both(second, first));
        let declined = |who| both(first, second).act(tenant(who), BarterAction::Decline, start()).expect("she may");
        for who in 1..people {
            prop_assert_eq!(declined(0), declined(who), "whoever refuses, the same is stored");
        }
    }
}

#[test]
fn a_gift_and_a_swap_are_no_rings_and_a_ring_is_not_made_by_hand() {
    assert_eq!(propose(0, legs(2)), Err(FieldCode::UnknownValue));
    let ids = (BarterId(Uuid::from_u128(1)), OfficeId(Uuid::from_u128(2)));
    for people in 3..5 {
        let by_hand = Barter::propose(ids.0, ids.1, tenant(0), legs(people), None, start());
        assert_eq!(by_hand, Err(FieldCode::UnknownValue));
        assert!(propose(0, legs(people)).is_ok_and(|ring| ring.is_ring()));
        assert_eq!(propose(people, legs(people)), Err(FieldCode::UnknownValue), "only who stands in it");
    }
}

#[test]
fn each_post_of_a_ring_is_held_once_and_until_its_services_are_over() {
    let agreed = (1..3).try_fold(propose(0, legs(3)).expect("a ring"), |ring, who| {
        ring.act(tenant(who), BarterAction::Consent { version: 1 }, start())
    });
    let agreed = agreed.expect("agreed");
    assert_eq!((agreed.held().len(), agreed.held_in_ring().len()), (3, 3), "each post stands in two legs");
    let waive = |ring: Barter, n: usize| {
        let leg = ring.legs[n].terms.clone();
        ring.act(leg.receiver, BarterAction::Leg(leg.id, LegAction::Waive), start()).expect("forgiven")
    };
    let one = waive(agreed.clone(), 0);
    assert_eq!(one.held(), agreed.held(), "both posts of that leg are needed by another");
    let two = waive(one, 1);
    assert_eq!(two.held().len(), 2);
    let three = waive(two, 2);
    assert_eq!((three.state, three.held().len()), (BarterState::Completed, 0));
}

#[test]
fn of_a_ring_that_ends_because_somebody_leaves_the_others_learn_that_somebody_left() {
    let ring = propose(0, legs(4)).expect("a ring");
    let left = ring.leave(tenant(2), start()).expect("three are left");
    assert_eq!(left.state, BarterState::Dissolved);
    for viewer in [0, 1, 3] {
        let view = left.clone().view(tenant(viewer), &names(4));
        assert!(view.someone_left(), "also who had nothing to do with her");
        assert_eq!((view.parties.len(), view.terms[0].legs.len(), view.parties[0].person.id), (3, 2, tenant(viewer)));
    }
}
