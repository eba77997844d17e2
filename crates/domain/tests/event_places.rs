//! What holds for the places of an event whatever people answer and hosts change.

mod event_crowd;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::event::places::{Party, Room};
use domain::event::{Answer, AnswerState, EventError, Reply};
use domain::problem::ProblemCode;
use proptest::prelude::*;

use event_crowd::{Crowd, HOST, crowd, guests, party, start};

#[derive(Clone, Debug)]
enum Step {
    Answer(u8, Reply, u8),
    Limits(Option<u16>, Option<u16>),
    Wait(i64),
    /// The clock is late: offers have lapsed and nobody has looked.
    WaitUnseen(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let reply = prop_oneof![6 => Just(Reply::Going), 1 => Just(Reply::Maybe), 2 => Just(Reply::Declined)];
    let with = prop_oneof![3 => Just(0u8), 2 => 1u8..=3, 1 => 4u8..=9];
    prop_oneof![
        12 => (0u8..16, reply, with).prop_map(|(who, reply, with)| {
            Step::Answer(who, reply, if reply == Reply::Going { with } else { 0 })
        }),
        1 => (prop::option::weighted(0.9, 1u16..=20), prop::option::of(1u16..=8)).prop_map(|(t, s)| Step::Limits(t, s)),
        2 => (1i64..30).prop_map(Step::Wait),
        1 => (1i64..30).prop_map(Step::WaitUnseen),
    ]
}

/// Whether somebody who waits is kept from her places by her own size or her own residence alone, be it that a neighbour of hers waits
/// before her: then she holds up nobody else.
fn waits_aside(crowd: &Crowd, room: &Room, who: u8) -> bool {
    let share = crowd.event.places_per_residence.map(|n| u32::from(n.get()));
    let total = crowd.event.places.map(|n| u32::from(n.get()));
    let too_large = |p: Party| total.is_some_and(|n| p.size > n) || share.is_some_and(|n| p.size > n);
    let party = crowd.answers[&who].answer.party();
    let there = room.taken_by.get(&party.residence).copied().unwrap_or_default();
    let at_home = crowd.before(who).into_iter().any(|p| p.residence == party.residence && !too_large(p));
    too_large(party) || share.is_some_and(|n| there + party.size > n || at_home)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn places_and_their_order_hold_whatever_happens(
        total in prop::option::weighted(0.9, 1u16..=20),
        share in prop::option::of(1u16..=8),
        steps in prop::collection::vec(step(), 0..80),
    ) {
        let mut crowd = Crowd { event: party(total, share), now: start(), answers: BTreeMap::new(), last_position: 0 };
        for step in steps {
            let (old, old_line, old_room) = (crowd.answers.clone(), crowd.line(), crowd.room());
            // Only what has lapsed and was not looked at may wait while there is room.
            let mut unseen = false;
            match step.clone() {
                Step::Answer(who, reply, with) => match crowd.answer(who, reply, with) {
                    Ok(()) => {}
                    Err(EventError::Refused(code)) => {
                        prop_assert!(matches!(code, ProblemCode::EventFull | ProblemCode::EventNotOpen), "{:?}", code);
                    }
                    Err(EventError::Value(error)) => prop_assert_eq!(error.pointer, "/guests"),
                },
                Step::Limits(total, share) => crowd.limits(total, share),
                Step::Wait(hours) => {
                    crowd.now += TimeDelta::hours(hours);
                    crowd.tick();
                }
                Step::WaitUnseen(hours) => {
                    crowd.now += TimeDelta::hours(hours);
                    unseen = true;
                }
            }
            let room = crowd.room();
            let asked = match step {
                Step::Answer(who, _, _) => Some(who),
                Step::Limits(..) | Step::Wait(_) | Step::WaitUnseen(_) => None,
            };

            // No join and no offer takes a place that is not there; nobody is thrown out when there are fewer.
            if let Some(total) = crowd.event.places {
                prop_assert!(room.taken <= old_room.taken.max(total.get().into()), "{} of {}", room.taken, total.get());
            }
            if let Some(share) = crowd.event.places_per_residence {
                for (home, taken) in &room.taken_by {
                    let before = old_room.taken_by.get(home).copied().unwrap_or_default();
                    prop_assert!(*taken <= before.max(share.get().into()), "{} of {}", taken, share.get());
                }
            }

            for (who, kept) in &crowd.answers {
                let was = old.get(who).map(|kept| kept.answer);
                let is = kept.answer;
                // Whoever goes stays, and whoever waits stays in line or gets an offer, until she says otherwise herself.
                if asked != Some(*who) {
                    match was.map(|was| was.state) {
                        Some(AnswerState::Waitlisted) => {
                            prop_assert!(matches!(is.state, AnswerState::Waitlisted | AnswerState::Offered));
                            prop_assert_eq!(is.guests, was.expect("an answer").guests);
                        }
                        Some(AnswerState::Offered) => {
                            let lapsed = is == was.expect("an answer").lapsed() && was.expect("an answer").has_lapsed(crowd.now);
                            prop_assert!(Some(is) == was || lapsed);
                        }
                        Some(AnswerState::Going | AnswerState::Maybe | AnswerState::Declined) => {
                            prop_assert_eq!(Some(is), was);
                        }
                        None => prop_assert!(false, "an answer that nobody gave"),
                    }
                }
                // Whoever has got places now did not pass anybody who could have had them.
                let more = is.seats() > was.map_or(0, |was| was.seats());
                if more && crowd.now < crowd.on().starts_at {
                    let ahead = crowd.answers.iter().filter(|(other, ahead)| {
                        *other != who
                            && ahead.answer.state == AnswerState::Waitlisted
                            && old_line.iter().any(|(o, _)| o == *other)
                            && old.get(who).is_none_or(|old| {
                                old.answer.state != AnswerState::Waitlisted || old.position > ahead.position
                            })
                    });
                    for (&other, ahead) in ahead {
                        // The places that she has just taken are not what keeps the other from hers.
                        let mut then = room.clone();
                        then.leave(is.party());
                        if let Some(was) = was.filter(Answer::is_seated) {
                            then.sit(was.party());
                        }
                        let party = ahead.answer.party();
                        let aside = waits_aside(&crowd, &then, other) || waits_aside(&crowd, &room, other);
                        prop_assert!(aside, "{:?} overtook {:?} in {:?}", is, party, then);
                        // Her own residence keeps its order as well.
                        let too_large = !room.can_ever_hold(party.size);
                        prop_assert!(too_large || party.residence != is.residence, "{:?} overtook at home {:?}", is, party);
                    }
                }
            }

            // Nobody waits while there is room for the head of the line.
            if !unseen && crowd.now < crowd.on().starts_at {
                let lapsed = crowd.answers.values().any(|kept| kept.answer.has_lapsed(crowd.now));
                let next = crowd.line().into_iter().find(|&(who, _)| !waits_aside(&crowd, &room, who));
                if let (Some((_, next)), false) = (next, lapsed) {
                    prop_assert!(room.left().is_some_and(|left| next.size > left), "{:?} waits in {:?}", next, room);
                }
            }
        }

        // Leaving works, also from what is full, and in the end all is free.
        crowd.now = crowd.now.min(crowd.on().starts_at);
        for who in crowd.answers.keys().copied().collect::<Vec<_>>() {
            prop_assert!(crowd.answer(who, Reply::Declined, 0).is_ok());
        }
        let silent: Vec<_> = crowd.answers.iter().filter(|(_, kept)| kept.answer.seats() > 0).collect();
        prop_assert!(silent.is_empty(), "{:?}", silent);
        prop_assert_eq!(crowd.room().taken, 0);
        prop_assert!(crowd.line().is_empty());
    }
}

#[test]
fn the_fifty_first_waits_and_gets_the_place_of_whoever_leaves() {
    let mut crowd = crowd(50);
    for who in 0..50 {
        crowd.answer(who, Reply::Going, 0).expect("a place");
    }
    crowd.answer(50, Reply::Going, 0).expect("in line");
    assert_eq!((crowd.room().taken, crowd.state(50)), (50, AnswerState::Waitlisted));
    crowd.answer(7, Reply::Declined, 0).expect("left");
    assert_eq!((crowd.room().taken, crowd.state(50)), (50, AnswerState::Offered));
    let until = crowd.answers[&50].answer.offer_until;
    assert_eq!(until, Some(start() + TimeDelta::hours(24)));
    crowd.answer(51, Reply::Going, 0).expect("in line");
    assert_eq!(crowd.state(51), AnswerState::Waitlisted, "what is offered is taken");
    crowd.answer(50, Reply::Going, 0).expect("a place");
    assert_eq!(crowd.state(50), AnswerState::Going);
}

#[test]
fn an_offer_that_is_not_taken_for_a_day_goes_to_the_next() {
    let mut crowd = crowd(1);
    for who in 0..3 {
        crowd.answer(who, Reply::Going, 0).expect("an answer");
    }
    crowd.answer(0, Reply::Maybe, 0).expect("left");
    crowd.now += TimeDelta::hours(24) - TimeDelta::milliseconds(1);
    crowd.tick();
    assert_eq!((crowd.state(1), crowd.state(2)), (AnswerState::Offered, AnswerState::Waitlisted));
    crowd.now += TimeDelta::milliseconds(1);
    crowd.tick();
    assert_eq!((crowd.state(1), crowd.state(2)), (AnswerState::Maybe, AnswerState::Offered));
    crowd.answer(1, Reply::Going, 0).expect("an answer");
    assert_eq!(crowd.state(1), AnswerState::Waitlisted, "at the end of the line");
}

#[test]
fn who_answers_after_the_offer_has_lapsed_stands_behind_those_who_waited_although_nobody_has_looked_yet() {
    let mut crowd = crowd(1);
    for who in 0..3 {
        crowd.answer(who, Reply::Going, 0).expect("an answer");
    }
    crowd.answer(0, Reply::Declined, 0).expect("left");
    crowd.now += TimeDelta::hours(25);
    crowd.answer(1, Reply::Going, 0).expect("an answer");
    assert_eq!((crowd.state(1), crowd.state(2)), (AnswerState::Waitlisted, AnswerState::Offered));
}

#[test]
fn who_answers_after_the_offer_has_lapsed_still_finds_her_place_when_nobody_else_waits() {
    let mut crowd = crowd(1);
    for who in 0..2 {
        crowd.answer(who, Reply::Going, 0).expect("an answer");
    }
    crowd.answer(0, Reply::Declined, 0).expect("left");
    crowd.now += TimeDelta::hours(25);
    crowd.answer(1, Reply::Going, 0).expect("an answer");
    assert_eq!(crowd.state(1), AnswerState::Going);
}

#[test]
fn more_guests_than_there_are_places_change_nothing_and_fewer_free_some() {
    let mut crowd = crowd(4);
    crowd.answer(0, Reply::Going, 1).expect("a place");
    crowd.answer(1, Reply::Going, 1).expect("a place");
    assert_eq!(crowd.answer(0, Reply::Going, 2), Err(EventError::Refused(ProblemCode::EventFull)));
    assert_eq!(crowd.answers[&0].answer.guests, guests(1));
    crowd.answer(2, Reply::Going, 0).expect("in line");
    crowd.answer(0, Reply::Going, 0).expect("fewer");
    assert_eq!((crowd.state(2), crowd.room().taken), (AnswerState::Offered, 4));
    assert!(matches!(crowd.answer(3, Reply::Going, 4), Err(EventError::Value(_))), "five never sit on four places");
}

#[test]
fn who_waits_with_many_can_come_with_fewer_at_once() {
    let mut crowd = crowd(4);
    crowd.answer(0, Reply::Going, 1).expect("a place");
    crowd.answer(1, Reply::Going, 3).expect("in line");
    crowd.answer(2, Reply::Going, 0).expect("in line");
    assert_eq!(crowd.state(2), AnswerState::Waitlisted, "the large party is before her");
    crowd.answer(1, Reply::Going, 0).expect("a place");
    assert_eq!((crowd.state(1), crowd.state(2)), (AnswerState::Going, AnswerState::Offered));
}

#[test]
fn who_waits_with_more_than_her_residence_has_left_holds_up_the_others_no_longer() {
    let mut crowd = Crowd { event: party(Some(10), Some(4)), ..crowd(10) };
    for (who, with) in [(0, 0), (1, 3), (2, 3), (4, 1), (3, 0)] {
        crowd.answer(who, Reply::Going, with).expect("an answer");
    }
    assert_eq!((crowd.room().left(), crowd.state(3)), (Some(1), AnswerState::Waitlisted), "two wait before her");
    crowd.answer(4, Reply::Going, 3).expect("she waits with four");
    assert_eq!((crowd.state(4), crowd.state(3)), (AnswerState::Waitlisted, AnswerState::Offered));
}

#[test]
fn offers_end_when_the_date_begins_and_then_whoever_comes_finds_a_place_or_not() {
    let mut crowd = crowd(1);
    let begins = crowd.on().starts_at;
    for who in 0..3 {
        crowd.answer(who, Reply::Going, 0).expect("an answer");
    }
    crowd.now = begins - TimeDelta::hours(1);
    crowd.answer(0, Reply::Declined, 0).expect("left");
    assert_eq!(crowd.answers[&1].answer.offer_until, Some(begins));
    crowd.now = begins;
    crowd.tick();
    assert_eq!((crowd.state(1), crowd.state(2)), (AnswerState::Maybe, AnswerState::Waitlisted));
    crowd.answer(3, Reply::Going, 0).expect("the place is free");
    assert_eq!(crowd.answer(4, Reply::Going, 0), Err(EventError::Refused(ProblemCode::EventFull)));
    crowd.now = crowd.on().ends_at;
    assert_eq!(crowd.answer(3, Reply::Maybe, 0), Err(EventError::Refused(ProblemCode::EventNotOpen)));
}

#[test]
fn nothing_lapses_while_an_event_is_postponed() {
    let mut crowd = crowd(1);
    for who in 0..2 {
        crowd.answer(who, Reply::Going, 0).expect("an answer");
    }
    crowd.answer(0, Reply::Declined, 0).expect("left");
    crowd.event = crowd.event.clone().postpone(HOST, crowd.now).expect("postponed");
    crowd.now += TimeDelta::days(3);
    crowd.tick();
    assert_eq!(crowd.state(1), AnswerState::Offered);
    assert_eq!(crowd.answer(1, Reply::Going, 0), Err(EventError::Refused(ProblemCode::EventNotOpen)));
}
