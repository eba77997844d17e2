//! What holds for barters whatever people do, in whatever order, whenever the clock looks.

use chrono::{DateTime, TimeDelta, Utc};
use domain::barter::{Barter, BarterAction, BarterState, BarterVerb};
use domain::category::CategorySlug;
use domain::id::{BarterId, LegId, OfficeId, TenantId};
use domain::leg::{Appointment, Leg, LegAction, LegState, LegVerb, TermsLeg};
use domain::problem::ProblemCode;
use domain::text::{Body, Title};
use proptest::prelude::*;
use uuid::Uuid;

fn tenant(n: u8) -> TenantId {
    // From one on: the nil UUID stands for somebody who has left.
    TenantId(Uuid::from_u128(u128::from(n) + 1))
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("a time within range")
}

/// `people` legs around; one leg when `gift`. The ids tell the versions apart.
fn legs(people: u8, gift: bool, version: u32, dated: bool, sensitive: bool) -> Vec<TermsLeg> {
    (0..if gift { 1 } else { people })
        .map(|n| TermsLeg {
            id: LegId(Uuid::from_u128(u128::from(version) * 100 + u128::from(n))),
            giver: tenant(n),
            receiver: tenant((n + 1) % people),
            offer: None,
            wish: None,
            category: CategorySlug::parse("ironing").expect("a slug"),
            what: Title::parse(format!("Version {version}")).expect("a title"),
            details: Body::parse("").expect("a body"),
            at: dated.then(start),
            place: None,
            sensitive,
        })
        .collect()
}

/// A proposal by the first of them.
fn begin(legs: Vec<TermsLeg>, now: DateTime<Utc>) -> Barter {
    let (id, office) = (BarterId(Uuid::from_u128(1)), OfficeId(Uuid::from_u128(2)));
    if legs.len() > 2 {
        Barter::propose_ring(id, office, tenant(0), legs, now).expect("a ring")
    } else {
        Barter::propose(id, office, tenant(0), legs, None, now).expect("a shape")
    }
}

/// What somebody tries, or the clock.
#[derive(Clone, Debug)]
enum Step {
    Consent { behind: u32 },
    Counter { behind: u32, gift: bool, dated: bool, sensitive: bool },
    Decline,
    Withdraw,
    Dissolve,
    Leg { at: u8, verb: LegVerb },
    Wait { hours: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0u32..3).prop_map(|behind| Step::Consent { behind: behind.saturating_sub(1) }),
        3 => (0u32..3, any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(behind, gift, dated, sensitive)| Step::Counter { behind: behind.saturating_sub(1), gift, dated, sensitive }),
        1 => Just(Step::Decline),
        1 => Just(Step::Withdraw),
        1 => Just(Step::Dissolve),
        20 => (0u8..5, prop::sample::select(LegVerb::ALL)).prop_map(|(at, verb)| Step::Leg { at, verb }),
        3 => (0i64..100).prop_map(|hours| Step::Wait { hours }),
    ]
}

fn leg_action(verb: LegVerb, now: DateTime<Utc>) -> LegAction {
    match verb {
        LegVerb::Met => LegAction::Met,
        LegVerb::Schedule => LegAction::Schedule(Appointment { at: now, place: None }),
        LegVerb::Done => LegAction::Done,
        LegVerb::Confirm => LegAction::Confirm,
        LegVerb::Waive => LegAction::Waive,
        LegVerb::Dispute => LegAction::Dispute,
        LegVerb::Settle => LegAction::Settle,
    }
}

fn action(barter: &Barter, step: &Step, people: u8, now: DateTime<Utc>) -> Option<BarterAction> {
    let newest = barter.newest().version;
    Some(match *step {
        Step::Consent { behind } => BarterAction::Consent { version: newest.saturating_sub(behind) },
        Step::Counter { behind, gift, dated, sensitive } => {
            let gift = gift && people == 2;
            let legs = legs(people, gift, newest + 1, dated, sensitive);
            BarterAction::Counter { on_version: newest.saturating_sub(behind), legs, note: None }
        }
        Step::Decline => BarterAction::Decline,
        Step::Withdraw => BarterAction::Withdraw,
        Step::Dissolve => BarterAction::Dissolve,
        Step::Leg { at, verb } => {
            let id = barter.legs.get(usize::from(at)).map_or(LegId(Uuid::nil()), |l| l.terms.id);
            BarterAction::Leg(id, leg_action(verb, now))
        }
        Step::Wait { .. } => return None,
    })
}

fn is_over(state: BarterState) -> bool {
    !matches!(state, BarterState::Proposed | BarterState::Agreed)
}

/// What was agreed, without what people fix later.
fn agreed(leg: &TermsLeg) -> TermsLeg {
    TermsLeg { at: None, place: None, ..leg.clone() }
}

fn holds(barter: &Barter) -> Result<(), TestCaseError> {
    let newest = barter.newest();
    let versions: Vec<u32> = barter.terms.iter().map(|t| t.version).collect();
    prop_assert_eq!(versions, (1..=newest.version).collect::<Vec<_>>());
    prop_assert!(barter.parties.iter().all(|p| p.consented.is_none_or(|v| v == newest.version)));
    match barter.state {
        BarterState::Agreed | BarterState::Completed | BarterState::Dissolved => {
            prop_assert!(
                barter.parties.iter().all(|p| p.consented == Some(newest.version)),
                "agreed without a consent"
            );
            let legs: Vec<_> = barter.legs.iter().map(|l| agreed(&l.terms)).collect();
            prop_assert_eq!(legs, newest.legs.iter().map(agreed).collect::<Vec<_>>());
            prop_assert_eq!(barter.legs.iter().any(|l| !l.state.is_over()), barter.state == BarterState::Agreed);
        }
        BarterState::Proposed => {
            prop_assert!(barter.legs.is_empty());
            prop_assert!(barter.parties.iter().any(|p| p.consented.is_none()), "all have consented, nothing began");
            prop_assert!(
                barter.parties.iter().any(|p| p.consented == Some(newest.version)),
                "its author has consented"
            );
        }
        BarterState::Declined | BarterState::Withdrawn | BarterState::Expired => prop_assert!(barter.legs.is_empty()),
    }
    prop_assert_eq!(is_over(barter.state), barter.state != BarterState::Agreed && barter.next_due().is_none());
    Ok(())
}

/// The buttons that are shown are those that work.
fn buttons_work(barter: &Barter, people: u8, now: DateTime<Utc>) -> Result<(), TestCaseError> {
    for actor in (0..=people).map(tenant) {
        for &verb in BarterVerb::ALL {
            let step = match verb {
                BarterVerb::Consent => Step::Consent { behind: 0 },
                BarterVerb::Counter => Step::Counter { behind: 0, gift: false, dated: false, sensitive: false },
                BarterVerb::Decline => Step::Decline,
                BarterVerb::Withdraw => Step::Withdraw,
                BarterVerb::Dissolve => Step::Dissolve,
            };
            let act = action(barter, &step, people, now).expect("an action");
            prop_assert_eq!(
                barter.verbs(actor).contains(&verb),
                barter.clone().act(actor, act, now).is_ok(),
                "{:?}",
                verb
            );
        }
        let needed = barter.need(actor).is_some();
        let can = !barter.verbs(actor).is_empty() || barter.legs.iter().any(|l| !l.verbs(actor).is_empty());
        prop_assert!(!needed || (can && !is_over(barter.state)), "asked for what cannot be done");
    }
    Ok(())
}

/// Whoever leaves is named nowhere, no word is left, nothing waits for anybody; when all have left, nothing is left.
fn leaving_empties(barter: &Barter, people: u8, now: DateTime<Utc>) -> Result<(), TestCaseError> {
    let mut left = barter.clone();
    for gone in (0..people).map(tenant) {
        let was = left.clone();
        let Some(after) = left.leave(gone, now) else {
            prop_assert_eq!(was.parties.len(), 1, "the last one takes it with her");
            return Ok(());
        };
        let text = format!("{after:?}");
        prop_assert!(!text.contains(&format!("TenantId({gone})")), "{} is named in {}", gone, text);
        prop_assert!(!text.contains("Version"), "words are left: {}", text);
        prop_assert!(is_over(after.state) && after.next_due().is_none());
        prop_assert!(after.legs.iter().all(|l| l.state.is_over() && l.verbs(gone).is_empty()));
        prop_assert_eq!(after.legs.len(), was.legs.len(), "which services there were stays");
        prop_assert_eq!(after.revision, was.revision + 1);
        for still in after.parties.iter().map(|p| p.tenant) {
            prop_assert!(after.verbs(still).is_empty() && after.need(still).is_none());
        }
        let kept = is_over(was.state);
        prop_assert!(!kept || after.state == was.state, "what was over ended as it ended");
        left = after;
    }
    prop_assert!(false, "all have left and something is there");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn whatever_people_do_the_barter_keeps_its_rules(
        people in 2u8..5,
        gift in any::<bool>(),
        steps in prop::collection::vec((0u8..5, step()), 0..60),
    ) {
        let mut now = start();
        let first = legs(people, gift && people == 2, 1, false, false);
        let mut barter = begin(first, now);
        let parties: Vec<_> = barter.parties.iter().map(|p| p.tenant).collect();
        for (actor, step) in steps {
            if let Step::Wait { hours } = step {
                now += TimeDelta::hours(hours);
                let due = barter.next_due();
                match barter.clone().tick(now) {
                    Some(after) => {
                        prop_assert!(due.is_some_and(|d| d <= now), "the clock did something before it was due");
                        prop_assert_eq!(after.revision, barter.revision + 1);
                        prop_assert_eq!(after.clone().tick(now), None, "a second look does nothing more");
                        barter = after;
                    }
                    None => prop_assert!(due.is_none_or(|d| d > now), "the clock missed what was due"),
                }
                holds(&barter)?;
                continue;
            }
            let act = action(&barter, &step, people, now).expect("an action");
            let actor = tenant(actor);
            let a_party = parties.contains(&actor);
            let read = match act {
                BarterAction::Consent { version } | BarterAction::Counter { on_version: version, .. } => Some(version),
                _ => None,
            };
            let result = barter.clone().act(actor, act, now);
            if !a_party {
                prop_assert_eq!(&result, &Err(ProblemCode::NotFound), "a stranger learns nothing");
            } else if is_over(barter.state) {
                prop_assert!(result.is_err(), "what is over stays over");
            } else if barter.state == BarterState::Proposed && read.is_some_and(|v| v != barter.newest().version) {
                prop_assert_eq!(&result, &Err(ProblemCode::Stale), "nobody agrees to what she has not read");
            }
            if let Ok(after) = result {
                prop_assert_eq!(after.revision, barter.revision + 1);
                prop_assert_eq!(after.updated_at, now);
                prop_assert_eq!(after.parties.iter().map(|p| p.tenant).collect::<Vec<_>>(), parties.clone());
                if barter.state == BarterState::Agreed {
                    prop_assert_eq!(&after.terms, &barter.terms, "terms change no more once agreed");
                }
                barter = after;
            }
            holds(&barter)?;
        }
        buttons_work(&barter, people, now)?;
        leaving_empties(&barter, people, now)?;
    }

    #[test]
    fn silence_after_done_confirms_after_seven_days_with_reminders_on_the_third_and_sixth(
        looks in prop::collection::vec(0i64..9 * 24 * 60, 0..8),
        by_giver in any::<bool>(),
    ) {
        let leg = Leg::begin(legs(2, true, 1, true, false).remove(0));
        let actor = if by_giver { leg.terms.giver } else { leg.terms.receiver };
        let mut leg = leg.act(actor, LegAction::Done, start()).expect("done");
        let mut minutes = looks;
        minutes.sort_unstable();
        for minute in minutes {
            leg = leg.tick(start() + TimeDelta::minutes(minute));
            let days = minute / (24 * 60);
            prop_assert_eq!(leg.reminders, u8::from(days >= 3) + u8::from(days >= 6), "after {} minutes", minute);
            prop_assert_eq!(leg.state == LegState::Confirmed, days >= 7, "after {} minutes", minute);
        }
    }
}

#[test]
fn the_seventh_day_is_exact_and_completes_the_barter() {
    let ids = (BarterId(Uuid::from_u128(1)), OfficeId(Uuid::from_u128(2)));
    let gift = legs(2, true, 1, true, false);
    let leg = gift[0].id;
    let barter = Barter::propose(ids.0, ids.1, tenant(0), gift, None, start())
        .and_then(|b| b.act(tenant(1), BarterAction::Consent { version: 1 }, start()).map_err(|_| unreachable!()))
        .and_then(|b| b.act(tenant(0), BarterAction::Leg(leg, LegAction::Done), start()).map_err(|_| unreachable!()))
        .expect("agreed and done");
    let day = |days| start() + TimeDelta::days(days);
    assert_eq!(barter.next_due(), Some(day(3)));
    let reminded = barter.clone().tick(day(3)).expect("the first reminder");
    assert_eq!((reminded.legs[0].reminders, reminded.next_due()), (1, Some(day(6))));
    let reminded = reminded.tick(day(6)).expect("the second reminder");
    assert_eq!((reminded.legs[0].reminders, reminded.next_due()), (2, Some(day(7))));
    assert_eq!(reminded.clone().tick(day(7) - TimeDelta::milliseconds(1)), None);
    let over = reminded.tick(day(7)).expect("confirmed");
    assert_eq!((over.state, over.legs[0].state), (BarterState::Completed, LegState::Confirmed));
    assert_eq!(over.next_due(), None);
    let at_once = barter.tick(day(30)).expect("a clock that slept a month");
    assert_eq!(at_once.state, BarterState::Completed);
}

#[test]
fn a_proposal_waits_seven_days_and_a_ring_three() {
    for (people, days) in [(2, 7), (3, 3), (4, 3)] {
        let barter = begin(legs(people, false, 1, false, false), start());
        let end = start() + TimeDelta::days(days);
        assert_eq!(barter.expires_at, end);
        assert_eq!(barter.clone().tick(end - TimeDelta::milliseconds(1)), None);
        assert_eq!(barter.tick(end).map(|b| b.state), Some(BarterState::Expired));
    }
}

#[test]
fn a_leg_that_was_settled_or_waived_is_not_confirmed_by_silence() {
    let leg = Leg::begin(legs(2, true, 1, true, false).remove(0));
    let (giver, receiver) = (leg.terms.giver, leg.terms.receiver);
    let disputed = leg
        .act(giver, LegAction::Done, start())
        .and_then(|l| l.act(receiver, LegAction::Dispute, start()))
        .expect("disputed");
    let later = start() + TimeDelta::days(30);
    assert_eq!(disputed.clone().tick(later).state, LegState::Disputed);
    assert_eq!(disputed.clone().act(receiver, LegAction::Waive, later).map(|l| l.state), Ok(LegState::Waived));
    assert_eq!(disputed.act(receiver, LegAction::Settle, later).map(|l| l.state), Ok(LegState::Settled));
}

#[test]
fn a_counter_offer_brings_in_nobody_else() {
    let ids = (BarterId(Uuid::from_u128(1)), OfficeId(Uuid::from_u128(2)));
    let first = legs(2, false, 1, false, false);
    let barter = Barter::propose(ids.0, ids.1, tenant(0), first, None, start()).expect("a shape");
    let counter = |legs| BarterAction::Counter { on_version: 1, legs, note: None };
    let mut with_another = legs(2, true, 2, false, false);
    with_another[0].receiver = tenant(3);
    assert_eq!(barter.clone().act(tenant(0), counter(with_another), start()), Err(ProblemCode::Invalid));
    let ring = legs(3, false, 2, false, false);
    assert_eq!(barter.clone().act(tenant(0), counter(ring), start()), Err(ProblemCode::Invalid));
    let gift = legs(2, true, 2, false, false);
    assert!(barter.act(tenant(1), counter(gift), start()).is_ok(), "a swap may become a gift");
}
