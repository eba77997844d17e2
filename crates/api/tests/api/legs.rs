//! Carrying out what was agreed.

use chrono::TimeDelta;
use domain::barter::{BarterState, BarterView, Need};
use domain::id::LegId;
use domain::leg::{LegState, LegVerb};
use domain::offer::NewOffer;
use domain::problem::ProblemCode;
use uuid::Uuid;

use crate::support::{Person, Place, Toit, appointment, code_of, leg, offer_leg, on_both_databases};

on_both_databases!(
    whoever_said_done_does_not_confirm,
    silence_after_done_confirms_after_seven_days_with_two_reminders,
    a_clock_that_slept_catches_up,
    an_answer_before_the_seventh_day_stops_the_clock,
    the_receiver_may_forgive_and_nobody_else,
    a_dispute_is_settled_by_whoever_raised_it,
    a_disputed_leg_may_be_forgiven,
    a_sensitive_service_is_scheduled_only_after_both_have_met,
    a_sensitive_service_with_an_agreed_day_still_waits_for_the_meeting,
    a_day_may_be_changed_until_it_is_done,
    dissolving_waives_what_is_open_and_keeps_what_was_done,
    a_leg_of_another_barter_is_not_found,
    both_say_done_at_once_and_one_is_heard,
);

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

/// A swap that is agreed: Samir gives a lesson first, Awa ironing second.
async fn agreed(awa: &Person, samir: &Person) -> BarterView {
    let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
    let ironing = leg(awa, samir, &awa.services.two, "Repassage");
    let barter = awa.propose(vec![offer_leg(samir, awa, &offer), ironing]).await;
    samir.client.consent_to_barter(barter.id, 1).await.expect("agreed")
}

fn first(barter: &BarterView) -> LegId {
    barter.legs[0].leg.terms.id
}

/// The same, with the first leg scheduled and said to be done by its giver.
async fn done(toit: &Toit, awa: &Person, samir: &Person) -> BarterView {
    let barter = agreed(awa, samir).await;
    samir.client.schedule_leg(barter.id, first(&barter), &appointment(toit.now(), "ici")).await.expect("scheduled");
    samir.client.finish_leg(barter.id, first(&barter)).await.expect("done")
}

async fn state(person: &Person, barter: &BarterView) -> (LegState, u8) {
    let leg = person.client.get_barter(barter.id).await.expect("hers").legs.remove(0).leg;
    (leg.state, leg.reminders)
}

async fn whoever_said_done_does_not_confirm(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = done(toit, &awa, &samir).await;
    let id = first(&barter);
    assert_eq!(barter.legs[0].leg.done_by, Some(samir.id()));
    assert_eq!(barter.legs[0].leg.done_at, Some(toit.now()));
    assert!(barter.legs[0].actions.is_empty());
    for refused in [
        samir.client.confirm_leg(barter.id, id).await,
        samir.client.dispute_leg(barter.id, id).await,
        samir.client.waive_leg(barter.id, id).await,
        samir.client.finish_leg(barter.id, id).await,
    ] {
        assert!(matches!(code_of(refused), ProblemCode::NotYours | ProblemCode::NotNow));
    }
    let confirmed = awa.client.confirm_leg(barter.id, id).await.expect("confirmed");
    assert_eq!(confirmed.legs[0].leg.state, LegState::Confirmed);
    assert_eq!(confirmed.state, BarterState::Agreed, "the other leg is open");
}

async fn silence_after_done_confirms_after_seven_days_with_two_reminders(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = done(toit, &awa, &samir).await;
    let mut told = Vec::new();
    for _ in 0..8 {
        toit.wait_days(1).await;
        told.push(state(&awa, &barter).await);
    }
    use LegState::{Confirmed, Done};
    let expected = [0, 0, 1, 1, 1, 2].map(|reminders| (Done, reminders));
    assert_eq!(told[..6], expected);
    assert_eq!(told[6..], [(Confirmed, 2); 2]);
    let after = samir.client.get_barter(barter.id).await.expect("his");
    assert_eq!((after.state, after.revision), (BarterState::Agreed, barter.revision + 3));
}

async fn a_clock_that_slept_catches_up(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Lecture")).await;
    let gift = awa.take(&offer, &samir).await.expect("agreed");
    samir.client.schedule_leg(gift.id, first(&gift), &appointment(toit.now(), "ici")).await.expect("scheduled");
    toit.wait(TimeDelta::hours(5)).await;
    awa.client.finish_leg(gift.id, first(&gift)).await.expect("the receiver may say it too");
    let exact = TimeDelta::days(7);
    toit.wait(exact - TimeDelta::milliseconds(1)).await;
    assert_eq!(state(&awa, &gift).await, (LegState::Done, 2));
    toit.wait(TimeDelta::milliseconds(1)).await;
    let over = samir.client.get_barter(gift.id).await.expect("his");
    assert_eq!((over.state, over.legs[0].leg.state), (BarterState::Completed, LegState::Confirmed));
}

async fn an_answer_before_the_seventh_day_stops_the_clock(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = done(toit, &awa, &samir).await;
    toit.wait_days(5).await;
    awa.client.dispute_leg(barter.id, first(&barter)).await.expect("she says no");
    toit.wait_days(30).await;
    assert_eq!(state(&awa, &barter).await.0, LegState::Disputed);
}

async fn the_receiver_may_forgive_and_nobody_else(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = agreed(&awa, &samir).await;
    assert_eq!(code_of(samir.client.waive_leg(barter.id, first(&barter)).await), ProblemCode::NotYours);
    let waived = awa.client.waive_leg(barter.id, first(&barter)).await.expect("forgiven");
    assert_eq!(waived.legs[0].leg.state, LegState::Waived);
    assert_eq!(waived.state, BarterState::Agreed);
    let second = barter.legs[1].leg.terms.id;
    let over = samir.client.waive_leg(barter.id, second).await.expect("forgiven too");
    assert_eq!(over.state, BarterState::Completed);
}

async fn a_dispute_is_settled_by_whoever_raised_it(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = done(toit, &awa, &samir).await;
    let id = first(&barter);
    assert_eq!(code_of(awa.client.settle_leg(barter.id, id).await), ProblemCode::NotNow);
    let disputed = awa.client.dispute_leg(barter.id, id).await.expect("no, it is not done");
    assert_eq!(disputed.legs[0].leg.state, LegState::Disputed);
    assert_eq!(disputed.legs[0].actions, [LegVerb::Waive, LegVerb::Settle]);
    assert_eq!(disputed.need, Some(Need::Settle));
    assert_eq!(code_of(samir.client.settle_leg(barter.id, id).await), ProblemCode::NotYours);
    assert_eq!(code_of(awa.client.confirm_leg(barter.id, id).await), ProblemCode::NotNow);
    let settled = awa.client.settle_leg(barter.id, id).await.expect("sorted out");
    assert_eq!(settled.legs[0].leg.state, LegState::Settled);
}

async fn a_disputed_leg_may_be_forgiven(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = done(toit, &awa, &samir).await;
    awa.client.dispute_leg(barter.id, first(&barter)).await.expect("disputed");
    let waived = awa.client.waive_leg(barter.id, first(&barter)).await.expect("forgiven");
    assert_eq!(waived.legs[0].leg.state, LegState::Waived);
}

async fn sensitive_gift(awa: &Person, samir: &Person, at: Option<chrono::DateTime<chrono::Utc>>) -> BarterView {
    let new = NewOffer { category: samir.services.sensitive.clone(), ..samir.services.offer("Aide à la maison") };
    let offer = samir.post(&new).await;
    let mut asked = offer_leg(samir, awa, &offer);
    asked.at = at;
    let barter = awa.propose(vec![asked]).await;
    samir.client.consent_to_barter(barter.id, 1).await.expect("agreed")
}

async fn a_sensitive_service_is_scheduled_only_after_both_have_met(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = sensitive_gift(&awa, &samir, None).await;
    let (id, saturday) = (first(&barter), appointment(toit.now(), "chez Awa"));
    assert!(barter.legs[0].leg.terms.sensitive);
    assert_eq!(barter.need, Some(Need::Meet));
    assert_eq!(barter.legs[0].actions, [LegVerb::Met]);
    let schedule = async |who: &Person| who.client.schedule_leg(barter.id, id, &saturday).await;
    assert_eq!(code_of(schedule(&awa).await), ProblemCode::MustHaveMet);
    awa.client.meet_for_leg(barter.id, id).await.expect("she says that they have met");
    assert_eq!(code_of(awa.client.meet_for_leg(barter.id, id).await), ProblemCode::NotNow, "once is enough");
    assert_eq!(code_of(schedule(&awa).await), ProblemCode::MustHaveMet, "both must say so");
    assert_eq!(code_of(schedule(&samir).await), ProblemCode::MustHaveMet);
    let met = samir.client.meet_for_leg(barter.id, id).await.expect("he says so too");
    assert_eq!(met.legs[0].leg.met.len(), 2);
    assert_eq!(schedule(&samir).await.expect("now it can be").legs[0].leg.state, LegState::Scheduled);
}

async fn a_sensitive_service_with_an_agreed_day_still_waits_for_the_meeting(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = sensitive_gift(&awa, &samir, Some(toit.now())).await;
    assert_eq!(barter.legs[0].leg.state, LegState::Agreed);
    assert_eq!(code_of(samir.client.finish_leg(barter.id, first(&barter)).await), ProblemCode::NotNow);
    let ordinary = agreed(&awa, &samir).await;
    assert!(!ordinary.legs[0].leg.terms.sensitive);
    let met = awa.client.meet_for_leg(ordinary.id, first(&ordinary)).await;
    assert_eq!(code_of(met), ProblemCode::NotNow, "nobody asks for it elsewhere");
}

async fn a_day_may_be_changed_until_it_is_done(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = agreed(&awa, &samir).await;
    let id = first(&barter);
    assert_eq!(code_of(samir.client.finish_leg(barter.id, id).await), ProblemCode::NotNow, "no day, no done");
    awa.client.schedule_leg(barter.id, id, &appointment(toit.now(), "ici")).await.expect("scheduled");
    let mut moved = appointment(toit.now() + TimeDelta::days(2), "là");
    let after = samir.client.schedule_leg(barter.id, id, &moved).await.expect("moved");
    assert_eq!(after.legs[0].leg.terms.at, Some(moved.at));
    moved.place = None;
    let after = samir.client.schedule_leg(barter.id, id, &moved).await.expect("moved");
    assert_eq!(after.legs[0].leg.terms.place, None);
    samir.client.finish_leg(barter.id, id).await.expect("done");
    assert_eq!(code_of(awa.client.schedule_leg(barter.id, id, &moved).await), ProblemCode::NotNow);
}

async fn dissolving_waives_what_is_open_and_keeps_what_was_done(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = done(toit, &awa, &samir).await;
    awa.client.confirm_leg(barter.id, first(&barter)).await.expect("confirmed");
    let dissolved = samir.client.dissolve_barter(barter.id).await.expect("dissolved");
    assert_eq!(dissolved.state, BarterState::Dissolved);
    let states: Vec<_> = dissolved.legs.iter().map(|l| l.leg.state).collect();
    assert_eq!(states, [LegState::Confirmed, LegState::Waived]);
    assert!(dissolved.legs.iter().all(|l| l.actions.is_empty()) && dissolved.actions.is_empty());
    let second = barter.legs[1].leg.terms.id;
    let late = awa.client.schedule_leg(barter.id, second, &appointment(toit.now(), "ici")).await;
    assert_eq!(code_of(late), ProblemCode::NotNow);
    assert_eq!(code_of(awa.client.dissolve_barter(barter.id).await), ProblemCode::NotNow);
}

async fn a_leg_of_another_barter_is_not_found(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (one, two) = (agreed(&awa, &samir).await, agreed(&awa, &samir).await);
    for id in [first(&two), LegId(Uuid::from_u128(3))] {
        assert_eq!(code_of(awa.client.waive_leg(one.id, id).await), ProblemCode::NotFound);
    }
    assert_eq!(awa.client.get_barter(two.id).await.expect("hers").revision, two.revision);
}

async fn both_say_done_at_once_and_one_is_heard(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    for _ in 0..3 {
        let barter = agreed(&awa, &samir).await;
        let id = first(&barter);
        samir.client.schedule_leg(barter.id, id, &appointment(toit.now(), "ici")).await.expect("scheduled");
        let (one, two) = tokio::join!(awa.client.finish_leg(barter.id, id), samir.client.finish_leg(barter.id, id));
        let results = [one, two];
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1, "{results:?}");
        let refused = results.into_iter().find_map(Result::err).expect("the other");
        assert_eq!(refused.code(), Some(ProblemCode::NotNow));
    }
}
