//! Places: taken by agreements, all or nothing, never one too many.

use client::{Error, OfferFilter};
use domain::barter::{BarterState, BarterView};
use domain::offer::{Capacity, EditOffer, NewOffer, OfferState, OfferView};
use domain::problem::ProblemCode;

use crate::support::{Person, Place, Toit, code_of, leg, offer_leg, on_both_databases};

on_both_databases!(
    an_offer_for_four_closes_at_the_fourth_agreement_and_the_fifth_hears_that_it_is_full,
    two_consents_that_race_for_the_last_place_and_one_gets_it,
    many_consents_at_once_take_each_place_once,
    two_swaps_of_the_same_offers_never_wait_for_each_other,
    the_last_consent_takes_all_places_or_none,
    a_dissolved_barter_gives_the_place_back,
    a_waived_leg_gives_the_place_back,
    a_closed_offer_serves_nobody_more,
    a_paused_offer_keeps_what_is_being_agreed,
    an_edit_cannot_take_back_promised_places,
);

fn places(n: u8) -> Capacity {
    Capacity::parse(n).expect("a capacity")
}

async fn post(author: &Person, title: &str, capacity: u8) -> OfferView {
    author.post(&NewOffer { capacity: places(capacity), ..author.services.offer(title) }).await
}

async fn crowd(toit: &Toit, count: usize) -> Vec<Person> {
    let mut people = Vec::new();
    for name in ["Awa", "Bilal", "Chloé", "Denis", "Elif", "Fatou", "Gaël", "Hugo"].into_iter().take(count) {
        people.push(toit.neighbour(name, Place::A).await);
    }
    people
}

/// Everybody proposes to take the offer as a gift.
async fn proposals(people: &[Person], author: &Person, offer: &OfferView) -> Vec<BarterView> {
    let mut barters = Vec::new();
    for person in people {
        barters.push(person.propose(vec![offer_leg(author, person, offer)]).await);
    }
    barters
}

async fn an_offer_for_four_closes_at_the_fourth_agreement_and_the_fifth_hears_that_it_is_full(toit: &Toit) {
    let samir = toit.neighbour("Samir", Place::B).await;
    let people = crowd(toit, 5).await;
    let offer = post(&samir, "Atelier", 4).await;
    let barters = proposals(&people, &samir, &offer).await;
    for (n, barter) in barters.iter().take(4).enumerate() {
        let seen = people[4].client.get_offer(offer.id).await.expect("still open");
        assert_eq!((seen.state, usize::from(seen.places_left)), (OfferState::Open, 4 - n));
        samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    }
    let own = samir.client.get_offer(offer.id).await.expect("his");
    assert_eq!((own.state, own.places_left), (OfferState::Closed, 0));
    assert!(people[4].titles(OfferFilter::default()).await.is_empty());
    assert_eq!(code_of(people[4].client.get_offer(offer.id).await), ProblemCode::NotFound);
    assert_eq!(code_of(samir.client.consent_to_barter(barters[4].id, 1).await), ProblemCode::OfferFull);
    let fifth = people[4].client.get_barter(barters[4].id).await.expect("hers");
    assert_eq!((fifth.state, fifth.legs.len()), (BarterState::Proposed, 0), "nothing happened to it");
    assert_eq!(code_of(samir.client.renew_offer(offer.id).await), ProblemCode::NotNow, "a full one is not renewed");
}

async fn two_consents_that_race_for_the_last_place_and_one_gets_it(toit: &Toit) {
    let samir = toit.neighbour("Samir", Place::B).await;
    let people = crowd(toit, 2).await;
    for round in 0..4 {
        let offer = post(&samir, &format!("Atelier {round}"), 1).await;
        let barters = proposals(&people, &samir, &offer).await;
        let (one, two) = tokio::join!(
            samir.client.consent_to_barter(barters[0].id, 1),
            samir.client.consent_to_barter(barters[1].id, 1)
        );
        let results = [one, two];
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1, "{results:?}");
        let refused = results.into_iter().find_map(Result::err).expect("the other");
        assert_eq!(refused.code(), Some(ProblemCode::OfferFull));
        assert_eq!(samir.client.get_offer(offer.id).await.expect("his").places_left, 0);
    }
}

async fn many_consents_at_once_take_each_place_once(toit: &Toit) {
    let samir = toit.neighbour("Samir", Place::B).await;
    let people = crowd(toit, 6).await;
    let offer = post(&samir, "Atelier", 3).await;
    let barters = proposals(&people, &samir, &offer).await;
    let consent = |n: usize| samir.client.consent_to_barter(barters[n].id, 1);
    let (a, b, c, d, e, f) = tokio::join!(consent(0), consent(1), consent(2), consent(3), consent(4), consent(5));
    let results: [Result<BarterView, Error>; 6] = [a, b, c, d, e, f];
    let (mut agreed, mut full) = (0, 0);
    for (n, result) in results.iter().enumerate() {
        let state = samir.client.get_barter(barters[n].id).await.expect("his").state;
        match result {
            Ok(_) => {
                assert_eq!(state, BarterState::Agreed);
                agreed += 1;
            }
            Err(error) => {
                // Either it is full, or so many were faster that it asks to look again.
                assert!(matches!(error.code(), Some(ProblemCode::OfferFull | ProblemCode::Stale)), "{error:?}");
                assert_eq!(state, BarterState::Proposed);
                full += 1;
            }
        }
    }
    assert_eq!((agreed, full), (3, 3), "{results:?}");
    let own = samir.client.get_offer(offer.id).await.expect("his");
    assert_eq!((own.state, own.places_left), (OfferState::Closed, 0));
}

async fn two_swaps_of_the_same_offers_never_wait_for_each_other(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let (hers, his) = (post(&awa, "Repassage", 20).await, post(&samir, "Lecture", 20).await);
    for _ in 0..4 {
        let there = awa.propose(vec![offer_leg(&samir, &awa, &his), offer_leg(&awa, &samir, &hers)]).await;
        let back = samir.propose(vec![offer_leg(&awa, &samir, &hers), offer_leg(&samir, &awa, &his)]).await;
        let (one, two) =
            tokio::join!(samir.client.consent_to_barter(there.id, 1), awa.client.consent_to_barter(back.id, 1));
        one.expect("agreed");
        two.expect("agreed");
    }
    assert_eq!(samir.client.get_offer(his.id).await.expect("his").places_left, 12);
    assert_eq!(awa.client.get_offer(hers.id).await.expect("hers").places_left, 12);
}

async fn the_last_consent_takes_all_places_or_none(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let chloe = toit.neighbour("Chloé", Place::C).await;
    // Which of the two is full must not depend on the order of their ids.
    for full_first in [true, false] {
        let (full, free) = if full_first {
            let full = post(&awa, "Repassage", 1).await;
            (full, post(&samir, "Lecture", 2).await)
        } else {
            let free = post(&samir, "Lecture", 2).await;
            (post(&awa, "Repassage", 1).await, free)
        };
        let swap = awa.propose(vec![offer_leg(&samir, &awa, &free), offer_leg(&awa, &samir, &full)]).await;
        chloe.take(&full, &awa).await.expect("somebody else is faster");
        let before = samir.client.get_offer(free.id).await.expect("his");
        assert_eq!(code_of(samir.client.consent_to_barter(swap.id, 1).await), ProblemCode::OfferFull);
        assert_eq!(samir.client.get_offer(free.id).await.expect("his"), before, "nothing is taken from the other");
        let still = samir.client.get_barter(swap.id).await.expect("his");
        assert_eq!((still.state, still.revision), (BarterState::Proposed, swap.revision));
        assert_eq!(still.parties[1].consented, None);
    }
}

async fn a_dissolved_barter_gives_the_place_back(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = post(&samir, "Lecture", 2).await;
    let s = &awa.services;
    let swap = awa.propose(vec![offer_leg(&samir, &awa, &offer), leg(&awa, &samir, &s.two, "Repassage")]).await;
    samir.client.consent_to_barter(swap.id, 1).await.expect("agreed");
    assert_eq!(samir.client.get_offer(offer.id).await.expect("his").places_left, 1);
    let dissolved = awa.client.dissolve_barter(swap.id).await.expect("dissolved");
    assert_eq!(dissolved.state, BarterState::Dissolved);
    assert!(dissolved.legs.iter().all(|l| l.leg.state == domain::leg::LegState::Waived));
    let own = samir.client.get_offer(offer.id).await.expect("his");
    assert_eq!((own.places_left, own.state), (2, OfferState::Open));
    assert_eq!(awa.client.get_offer(offer.id).await.expect("she sees it").places_left, 2);
}

async fn a_waived_leg_gives_the_place_back(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = post(&samir, "Lecture", 1).await;
    let agreed = awa.take(&offer, &samir).await.expect("agreed");
    let waived = awa.client.waive_leg(agreed.id, agreed.legs[0].leg.terms.id).await.expect("forgiven");
    assert_eq!(waived.state, BarterState::Completed);
    let own = samir.client.get_offer(offer.id).await.expect("his");
    assert_eq!((own.places_left, own.state), (1, OfferState::Closed), "he renews it if he wishes");
    assert_eq!(samir.client.renew_offer(offer.id).await.expect("renewed").state, OfferState::Open);
    awa.take(&offer, &samir).await.expect("the place is free again");
}

async fn a_closed_offer_serves_nobody_more(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = post(&samir, "Lecture", 2).await;
    let barter = awa.propose(vec![offer_leg(&samir, &awa, &offer)]).await;
    samir.client.close_offer(offer.id).await.expect("closed");
    assert_eq!(code_of(samir.client.consent_to_barter(barter.id, 1).await), ProblemCode::OfferNotOpen);
    assert_eq!(samir.client.get_barter(barter.id).await.expect("his").state, BarterState::Proposed);
}

async fn a_paused_offer_keeps_what_is_being_agreed(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = post(&samir, "Lecture", 2).await;
    let barter = awa.propose(vec![offer_leg(&samir, &awa, &offer)]).await;
    samir.client.pause_offer(offer.id).await.expect("paused");
    samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    let own = samir.client.get_offer(offer.id).await.expect("his");
    assert_eq!((own.state, own.places_left), (OfferState::Paused, 1));
}

async fn an_edit_cannot_take_back_promised_places(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = post(&samir, "Lecture", 4).await;
    awa.take(&offer, &samir).await.expect("agreed");
    awa.take(&offer, &samir).await.expect("agreed");
    let version = samir.client.get_offer(offer.id).await.expect("his").version;
    let to = |n| EditOffer { capacity: Some(places(n)), ..EditOffer::default() };
    for n in [1, 2] {
        assert_eq!(code_of(samir.client.edit_offer(offer.id, version, &to(n)).await), ProblemCode::NotNow, "{n}");
    }
    let edited = samir.client.edit_offer(offer.id, version, &to(3)).await.expect("one is left");
    assert_eq!((edited.places_left, edited.state), (1, OfferState::Open));
}
