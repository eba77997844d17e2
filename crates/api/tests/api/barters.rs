//! Proposing and answering.

use chrono::TimeDelta;
use domain::barter::{BarterPart, BarterState, BarterVerb, BarterView, Need, NewBarter};
use domain::circle::Circle;
use domain::id::{BarterId, OfferId, TenantId};
use domain::leg::{LegState, LegVerb};
use domain::offer::{NewOffer, OfferKind};
use domain::problem::{FieldCode, ProblemCode};
use domain::text::Note;
use uuid::Uuid;

use crate::support::{
    Person, Place, Toit, appointment, code_of, counter, key, leg, offer_leg, on_both_databases, refused_value,
};

on_both_databases!(
    two_neighbours_swap_computer_lessons_for_ironing,
    a_gift_has_one_leg,
    a_request_is_answered_by_whoever_gives,
    declining_is_for_whoever_was_asked_withdrawing_for_whoever_asked,
    a_proposal_that_nobody_answers_ends_after_seven_days,
    a_counter_offer_gives_seven_more_days,
    a_stranger_knows_nothing_of_a_barter,
    nobody_is_approached_without_an_offer_that_reaches_her,
    people_who_do_not_reach_each_other_cannot_barter,
    shapes_that_are_no_gift_and_no_swap_are_refused,
    an_offer_is_given_by_its_author_and_a_request_received,
    the_same_key_proposes_once,
    what_needs_me_is_listed_first_of_three_parts,
    pages_of_barters_hold_each_once,
);

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

fn consents(barter: &BarterView) -> Vec<(TenantId, Option<u32>)> {
    barter.parties.iter().map(|p| (p.person.id, p.consented)).collect()
}

async fn two_neighbours_swap_computer_lessons_for_ironing(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    let offer = samir.post(&s.offer("Cours d'informatique")).await;
    let lesson = offer_leg(&samir, &awa, &offer);
    let ironing = leg(&awa, &samir, &s.two, "Repassage, une corbeille");
    let barter = awa.propose(vec![lesson.clone(), ironing]).await;
    assert_eq!((barter.state, barter.need), (BarterState::Proposed, None));
    assert_eq!(consents(&barter), [(awa.id(), Some(1)), (samir.id(), None)]);
    assert_eq!(barter.actions, [BarterVerb::Counter, BarterVerb::Withdraw]);

    let seen = samir.client.get_barter(barter.id).await.expect("he is asked");
    assert_eq!(seen.need, Some(Need::Answer));
    assert_eq!(seen.actions, [BarterVerb::Consent, BarterVerb::Counter, BarterVerb::Decline]);
    let more = leg(&awa, &samir, &s.two, "Repassage, deux corbeilles");
    let countered =
        samir.client.counter_barter(barter.id, &counter(&seen, vec![lesson, more])).await.expect("countered");
    assert_eq!(consents(&countered), [(awa.id(), None), (samir.id(), Some(2))]);
    assert_eq!(countered.terms.len(), 2, "both versions can be read");

    let agreed = awa.client.consent_to_barter(barter.id, 2).await.expect("agreed");
    assert_eq!(agreed.state, BarterState::Agreed);
    let whats: Vec<_> = agreed.legs.iter().map(|l| l.leg.terms.what.as_str()).collect();
    assert_eq!(whats, ["Cours d'informatique", "Repassage, deux corbeilles"]);
    assert!(agreed.legs.iter().all(|l| l.leg.state == LegState::Agreed));
    assert_eq!(agreed.need, Some(Need::Schedule));

    let [first, second] = [agreed.legs[0].leg.terms.id, agreed.legs[1].leg.terms.id];
    let saturday = appointment(toit.now() + TimeDelta::days(5), "chez Samir, 3e étage");
    let scheduled = samir.client.schedule_leg(barter.id, first, &saturday).await.expect("a day is fixed");
    assert_eq!(scheduled.legs[0].leg.terms.at, Some(saturday.at));
    assert_eq!(scheduled.legs[0].leg.terms.place, saturday.place);
    toit.wait_days(5).await;
    samir.client.finish_leg(barter.id, first).await.expect("he says that it is done");
    let asked = awa.client.get_barter(barter.id).await.expect("hers");
    assert_eq!(
        (asked.need, &asked.legs[0].actions[..]),
        (Some(Need::Confirm), &[LegVerb::Confirm, LegVerb::Dispute][..])
    );
    awa.client.confirm_leg(barter.id, first).await.expect("she says so too");

    // Months later.
    toit.wait_days(80).await;
    awa.client.schedule_leg(barter.id, second, &appointment(toit.now(), "laverie")).await.expect("a day is fixed");
    awa.client.finish_leg(barter.id, second).await.expect("done");
    let over = samir.client.confirm_leg(barter.id, second).await.expect("confirmed");
    assert_eq!(over.state, BarterState::Completed);
    assert!(over.legs.iter().all(|l| l.leg.state == LegState::Confirmed && l.actions.is_empty()));
    assert!(over.actions.is_empty() && over.need.is_none());
    assert_eq!(awa.client.get_barter(barter.id).await.expect("hers").state, BarterState::Completed);
}

async fn a_gift_has_one_leg(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Lecture du courrier")).await;
    let agreed = awa.take(&offer, &samir).await.expect("agreed");
    assert_eq!((agreed.state, agreed.legs.len()), (BarterState::Agreed, 1));
    let terms = &agreed.legs[0].leg.terms;
    assert_eq!((terms.giver, terms.receiver, terms.offer), (samir.id(), awa.id(), Some(offer.id)));
    assert_eq!((terms.what.as_str(), terms.details.as_str()), ("Lecture du courrier", "Le samedi matin."));
    assert_eq!(terms.category, offer.category);
}

async fn a_request_is_answered_by_whoever_gives(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let new = NewOffer { kind: OfferKind::Request, ..samir.services.offer("Je cherche du repassage") };
    let request = samir.post(&new).await;
    let barter = awa.propose(vec![offer_leg(&awa, &samir, &request)]).await;
    let agreed = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    let terms = &agreed.legs[0].leg.terms;
    assert_eq!((terms.giver, terms.receiver), (awa.id(), samir.id()));
}

async fn proposed(awa: &Person, samir: &Person) -> BarterView {
    let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
    awa.propose(vec![offer_leg(samir, awa, &offer), leg(awa, samir, &awa.services.two, "Repassage")]).await
}

async fn declining_is_for_whoever_was_asked_withdrawing_for_whoever_asked(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let id = proposed(&awa, &samir).await.id;
    assert_eq!(code_of(awa.client.decline_barter(id).await), ProblemCode::NotYours);
    assert_eq!(code_of(samir.client.withdraw_barter(id).await), ProblemCode::NotYours);
    assert_eq!(code_of(samir.client.dissolve_barter(id).await), ProblemCode::NotNow);
    let declined = samir.client.decline_barter(id).await.expect("declined");
    assert_eq!((declined.state, declined.legs.len()), (BarterState::Declined, 0));
    assert_eq!(code_of(samir.client.consent_to_barter(id, 1).await), ProblemCode::NotNow, "no is no");
    let id = proposed(&awa, &samir).await.id;
    assert_eq!(awa.client.withdraw_barter(id).await.expect("withdrawn").state, BarterState::Withdrawn);
    assert_eq!(code_of(samir.client.consent_to_barter(id, 1).await), ProblemCode::NotNow);
}

async fn a_proposal_that_nobody_answers_ends_after_seven_days(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = proposed(&awa, &samir).await;
    assert_eq!(barter.expires_at, toit.now() + TimeDelta::days(7));
    toit.wait(TimeDelta::days(7) - TimeDelta::milliseconds(1)).await;
    assert_eq!(awa.client.get_barter(barter.id).await.expect("hers").state, BarterState::Proposed);
    toit.wait(TimeDelta::milliseconds(1)).await;
    let expired = awa.client.get_barter(barter.id).await.expect("hers");
    assert_eq!((expired.state, expired.revision), (BarterState::Expired, barter.revision + 1));
    assert_eq!(code_of(samir.client.consent_to_barter(barter.id, 1).await), ProblemCode::NotNow);
    toit.wait_days(30).await;
    assert_eq!(awa.client.get_barter(barter.id).await.expect("hers"), expired, "nothing more happens to it");
}

async fn a_counter_offer_gives_seven_more_days(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = proposed(&awa, &samir).await;
    toit.wait_days(6).await;
    let gift = vec![leg(&awa, &samir, &awa.services.two, "Repassage")];
    let countered = samir.client.counter_barter(barter.id, &counter(&barter, gift)).await.expect("countered");
    assert_eq!(countered.expires_at, toit.now() + TimeDelta::days(7));
    toit.wait_days(6).await;
    assert_eq!(awa.client.get_barter(barter.id).await.expect("hers").state, BarterState::Proposed);
    toit.wait_days(1).await;
    assert_eq!(awa.client.get_barter(barter.id).await.expect("hers").state, BarterState::Expired);
}

async fn a_stranger_knows_nothing_of_a_barter(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let chloe = toit.neighbour("Chloé", Place::A).await;
    let barter = proposed(&awa, &samir).await;
    let client = &chloe.client;
    assert_eq!(code_of(client.get_barter(barter.id).await), ProblemCode::NotFound);
    assert_eq!(code_of(client.consent_to_barter(barter.id, 1).await), ProblemCode::NotFound);
    assert_eq!(code_of(client.decline_barter(barter.id).await), ProblemCode::NotFound);
    assert_eq!(code_of(client.withdraw_barter(barter.id).await), ProblemCode::NotFound);
    let theirs = counter(&barter, vec![leg(&awa, &chloe, &awa.services.two, "Repassage")]);
    assert_eq!(code_of(client.counter_barter(barter.id, &theirs).await), ProblemCode::NotFound);
    samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    let agreed = awa.client.get_barter(barter.id).await.expect("hers");
    let first = agreed.legs[0].leg.terms.id;
    assert_eq!(code_of(client.dissolve_barter(barter.id).await), ProblemCode::NotFound);
    assert_eq!(code_of(client.waive_leg(barter.id, first).await), ProblemCode::NotFound);
    assert_eq!(code_of(client.finish_leg(barter.id, first).await), ProblemCode::NotFound);
    assert!(client.list_barters(None, None).await.expect("hers").items.is_empty());
    assert_eq!(awa.client.get_barter(barter.id).await.expect("hers"), agreed, "nothing has changed");
}

async fn nobody_is_approached_without_an_offer_that_reaches_her(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    let out_of_the_blue = vec![leg(&samir, &awa, &s.one, "Fais ceci pour moi")];
    assert_eq!(refused_value(awa.try_propose(out_of_the_blue).await).0, "/legs");
    let own = awa.post(&s.offer("Repassage")).await;
    let pushed = vec![offer_leg(&awa, &samir, &own)];
    assert_eq!(refused_value(awa.try_propose(pushed).await).0, "/legs", "one's own offer is no invitation");
    assert!(samir.client.list_barters(None, None).await.expect("his").items.is_empty());
}

async fn people_who_do_not_reach_each_other_cannot_barter(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (chloe, elif) = (toit.neighbour("Chloé", Place::C).await, toit.neighbour("Elif", Place::E).await);
    let new = NewOffer { circle: Circle::Nearby, ..samir.services.offer("Cours d'informatique") };
    let offer = samir.post(&new).await;
    awa.propose(vec![offer_leg(&samir, &awa, &offer)]).await;
    let mut unknown = offer.clone();
    unknown.id = OfferId(Uuid::from_u128(7));
    for person in [&chloe, &elif] {
        let hidden = person.try_propose(vec![offer_leg(&samir, person, &offer)]).await;
        let none = person.try_propose(vec![offer_leg(&samir, person, &unknown)]).await;
        let (hidden, none) = (crate::support::refusal(hidden), crate::support::refusal(none));
        assert_eq!(hidden, none, "what does not reach her is as if it were not");
        assert!(matches!(hidden.code, ProblemCode::NotFound | ProblemCode::Invalid));
    }
    samir.client.pause_offer(offer.id).await.expect("paused");
    assert!(
        awa.try_propose(vec![offer_leg(&samir, &awa, &offer)]).await.is_err(),
        "a paused one can be proposed by nobody new"
    );
}

async fn shapes_that_are_no_gift_and_no_swap_are_refused(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let chloe = toit.neighbour("Chloé", Place::C).await;
    let s = awa.services.clone();
    let offer = samir.post(&s.offer("Cours d'informatique")).await;
    let lesson = || offer_leg(&samir, &awa, &offer);
    let whole = "/legs".to_owned();
    for (legs, expected) in [
        (vec![], (whole.clone(), FieldCode::Required)),
        (vec![lesson(), leg(&samir, &awa, &s.two, "encore")], (whole.clone(), FieldCode::UnknownValue)),
        (vec![lesson(), leg(&awa, &chloe, &s.two, "ailleurs")], (whole.clone(), FieldCode::UnknownValue)),
        (vec![lesson(), leg(&awa, &awa, &s.two, "pour moi")], (whole.clone(), FieldCode::UnknownValue)),
        (vec![lesson(), lesson()], (whole.clone(), FieldCode::UnknownValue)),
        (
            vec![lesson(), leg(&awa, &samir, &s.group, "un groupe")],
            ("/legs/1/category".to_owned(), FieldCode::UnknownValue),
        ),
    ] {
        assert_eq!(refused_value(awa.try_propose(legs.clone()).await), expected, "{legs:?}");
    }
    let ring = vec![lesson(), leg(&awa, &chloe, &s.two, "deux"), leg(&chloe, &samir, &s.two, "trois")];
    assert_eq!(refused_value(awa.try_propose(ring).await).0, "/legs", "rings are found by the program");
    let five = vec![lesson(), lesson(), lesson(), lesson(), lesson()];
    assert_eq!(refused_value(awa.try_propose(five).await).0, "/legs");
    let mut wordless = leg(&awa, &samir, &s.two, "x");
    wordless.what = None;
    assert_eq!(
        refused_value(awa.try_propose(vec![lesson(), wordless]).await),
        ("/legs/1/what".to_owned(), FieldCode::Required)
    );
    let mut no_service = leg(&awa, &samir, &s.two, "x");
    no_service.category = None;
    assert_eq!(
        refused_value(awa.try_propose(vec![lesson(), no_service]).await),
        ("/legs/1/category".to_owned(), FieldCode::Required)
    );
}

async fn an_offer_is_given_by_its_author_and_a_request_received(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
    let wrong_way = vec![offer_leg(&awa, &samir, &offer)];
    assert_eq!(refused_value(awa.try_propose(wrong_way).await).0, "/legs/0/offer");
    let new = NewOffer { kind: OfferKind::Request, ..samir.services.offer("Je cherche du repassage") };
    let request = samir.post(&new).await;
    let wrong_way = vec![offer_leg(&samir, &awa, &request)];
    assert_eq!(refused_value(awa.try_propose(wrong_way).await).0, "/legs/0/offer");
}

async fn the_same_key_proposes_once(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
    let new = NewBarter { legs: vec![offer_leg(&samir, &awa, &offer)], ring: None, note: None };
    let key = key();
    let first = awa.client.propose_barter(&new, &key).await.expect("proposed");
    let (one, two) = tokio::join!(awa.client.propose_barter(&new, &key), awa.client.propose_barter(&new, &key));
    assert_eq!((one.expect("again"), two.expect("again")), (first.clone(), first));
    assert_eq!(samir.client.list_barters(None, None).await.expect("his").items.len(), 1);
    let other = NewBarter { note: Some(Note::parse("Bonjour").expect("a note")), ..new };
    assert_eq!(code_of(awa.client.propose_barter(&other, &key).await), ProblemCode::IdempotencyKeyReused);
}

async fn parts(person: &Person) -> [Vec<BarterId>; 3] {
    let mut parts = [const { Vec::new() }; 3];
    for (ids, part) in parts.iter_mut().zip(BarterPart::ALL) {
        let page = person.client.list_barters(Some(*part), None).await.expect("a page");
        assert_eq!(person.client.count_barters(*part).await.expect("a number"), page.items.len());
        *ids = page.items.into_iter().map(|b| b.id).collect();
    }
    parts
}

async fn what_needs_me_is_listed_first_of_three_parts(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    assert_eq!(BarterPart::ALL[0], BarterPart::NeedsMe);
    let first = proposed(&awa, &samir).await.id;
    toit.clock.advance(TimeDelta::minutes(1));
    let second = proposed(&awa, &samir).await.id;
    assert_eq!(parts(&samir).await, [vec![second, first], vec![], vec![]], "the last changed first");
    assert_eq!(parts(&awa).await, [vec![], vec![second, first], vec![]]);
    samir.client.decline_barter(second).await.expect("declined");
    assert_eq!(parts(&samir).await, [vec![first], vec![], vec![second]]);
    samir.client.consent_to_barter(first, 1).await.expect("agreed");
    assert_eq!(parts(&samir).await, [vec![first], vec![], vec![second]], "a day has to be fixed");
    assert_eq!(parts(&awa).await, [vec![first], vec![], vec![second]]);
    samir.client.dissolve_barter(first).await.expect("dissolved");
    assert_eq!(parts(&awa).await[2].len(), 2);
    assert_eq!(awa.client.list_barters(None, None).await.expect("all").items.len(), 2);
}

async fn pages_of_barters_hold_each_once(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let mut ids = Vec::new();
    for _ in 0..23 {
        ids.push(proposed(&awa, &samir).await.id);
    }
    let first = samir.client.list_barters(None, None).await.expect("a page");
    assert_eq!(first.items.len(), 20);
    // One that was read already changes in between, and comes first of a new list.
    awa.client.withdraw_barter(first.items[3].id).await.expect("withdrawn");
    let second = samir.client.list_barters(None, first.next.as_deref()).await.expect("a page");
    assert_eq!((second.items.len(), second.next), (3, None));
    let mut seen: Vec<_> = first.items.iter().chain(&second.items).map(|b| b.id).collect();
    seen.sort();
    ids.sort();
    assert_eq!(seen, ids);
}
