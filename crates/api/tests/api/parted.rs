//! What a block ends, and what it leaves as it is.

use chrono::TimeDelta;
use domain::barter::{BarterPart, BarterState};
use domain::leg::LegState;
use domain::offer::{Capacity, NewOffer, OfferState};
use domain::problem::ProblemCode;

use crate::blocks::{barter, block, two, unblock};
use crate::support::{Person, Place, Three, Toit, appointment, code_of, offer_leg, on_both_databases};

on_both_databases!(
    what_runs_between_the_two_ends_without_a_reason_and_what_is_over_stays_readable,
    what_the_two_have_with_others_goes_on,
    a_place_that_a_block_sets_free_can_be_taken_by_others,
    a_proposal_at_the_moment_of_a_block_does_not_outlive_it,
    an_agreement_at_the_moment_of_a_block_does_not_outlive_it,
    a_ring_that_waits_ends_for_all_when_two_of_its_people_part,
    a_ring_that_runs_ends_for_all_when_two_of_its_people_part_and_its_posts_are_open_again,
    a_ring_that_was_suggested_before_a_block_cannot_be_proposed_after_it,
);

async fn what_runs_between_the_two_ends_without_a_reason_and_what_is_over_stays_readable(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let post = async |title: &str| samir.post(&samir.services.offer(title)).await;
    let over = awa.take(&post("fini").await, &samir).await.expect("agreed");
    let leg_id = over.legs[0].leg.terms.id;
    samir.client.schedule_leg(over.id, leg_id, &appointment(toit.now(), "la loge")).await.expect("a day");
    samir.client.finish_leg(over.id, leg_id).await.expect("done");
    awa.client.confirm_leg(over.id, leg_id).await.expect("confirmed");
    let agreed = awa.take(&post("convenu").await, &samir).await.expect("agreed");
    let proposed = awa.propose(vec![offer_leg(&samir, &awa, &post("proposé").await)]).await;
    let over = barter(&samir, &over).await;
    toit.clock.advance(TimeDelta::minutes(1));
    block(&samir, &awa).await;
    for person in [&awa, &samir] {
        let ended = barter(person, &agreed).await;
        assert_eq!((ended.state, ended.legs[0].leg.state), (BarterState::Dissolved, LegState::Waived));
        assert_eq!(barter(person, &proposed).await.state, BarterState::Expired, "as if nobody had answered in time");
        for ended in [&agreed, &proposed] {
            let ended = barter(person, ended).await;
            assert!(ended.actions.is_empty() && ended.need.is_none(), "{ended:?}");
        }
        let done = barter(person, &over).await;
        assert_eq!((done.state, done.updated_at), (BarterState::Completed, over.updated_at), "their own record");
        assert_eq!(done.parties.len(), 2);
        let running = person.client.list_barters(Some(BarterPart::Running), None).await.expect("hers").items;
        assert_eq!(running, []);
        assert_eq!(person.client.list_barters(None, None).await.expect("all of hers").items.len(), 3);
    }
    assert_eq!(code_of(awa.client.consent_to_barter(proposed.id, 1).await), ProblemCode::NotNow);
    // Whoever was parted from somebody reads the same as whoever was let down: what is told is the same for both.
    let told = async |person: &Person| {
        let ended = barter(person, &agreed).await;
        (ended.state, ended.updated_at, ended.terms, ended.parties.len())
    };
    assert_eq!(told(&awa).await, told(&samir).await);
    // The clock finds nothing more to do with what has ended.
    toit.wait_days(8).await;
    awa.client.refresh_session().await.expect("signed in");
    assert_eq!(barter(&awa, &proposed).await.state, BarterState::Expired);
}

async fn what_the_two_have_with_others_goes_on(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let hers = emma.post(&emma.services.offer("Lecture")).await;
    let with_awa = awa.take(&hers, &emma).await.expect("agreed");
    let his = samir.post(&samir.services.offer("Cours d'informatique")).await;
    let with_samir = emma.propose(vec![offer_leg(&samir, &emma, &his)]).await;
    block(&awa, &samir).await;
    assert_eq!(barter(&awa, &with_awa).await.state, BarterState::Agreed);
    assert_eq!(barter(&emma, &with_samir).await, with_samir, "untouched");
    samir.client.consent_to_barter(with_samir.id, 1).await.expect("agreed with Emma");
}

async fn a_place_that_a_block_sets_free_can_be_taken_by_others(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let his = samir.post(&samir.services.offer("Lecture")).await;
    awa.take(&his, &samir).await.expect("agreed");
    assert_eq!(samir.client.get_offer(his.id).await.expect("his").state, OfferState::Closed, "its one place is taken");
    block(&samir, &awa).await;
    let free = emma.client.get_offer(his.id).await.expect("open again");
    assert_eq!((free.state, free.places_left), (OfferState::Open, 1));
    assert_eq!(code_of(awa.client.get_offer(his.id).await), ProblemCode::NotFound, "for others, not for her");
    emma.take(&free, &samir).await.expect("agreed");
}

async fn a_proposal_at_the_moment_of_a_block_does_not_outlive_it(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    awa.post(&awa.services.offer("Repassage")).await;
    for round in 0..12 {
        let his = samir.post(&samir.services.offer(&format!("annonce {round}"))).await;
        let (proposed, blocked) =
            tokio::join!(awa.try_propose(vec![offer_leg(&samir, &awa, &his)]), samir.client.block_neighbour(awa.id()));
        blocked.expect("a block succeeds, whatever else happens");
        match proposed {
            Ok(proposed) => assert_eq!(barter(&awa, &proposed).await.state, BarterState::Expired, "round {round}"),
            Err(error) => {
                assert!(matches!(error.code(), Some(ProblemCode::Invalid | ProblemCode::NotFound)), "{error:?}")
            }
        }
        for part in [BarterPart::NeedsMe, BarterPart::Running] {
            assert_eq!(samir.client.list_barters(Some(part), None).await.expect("his").items, [], "round {round}");
        }
        unblock(&samir, &awa).await;
    }
}

async fn an_agreement_at_the_moment_of_a_block_does_not_outlive_it(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let capacity = Capacity::parse(9).expect("nine");
    for round in 0..8 {
        let his = samir.post(&NewOffer { capacity, ..samir.services.offer(&format!("annonce {round}")) }).await;
        awa.take(&his, &samir).await.expect("agreed");
        let asked = awa.propose(vec![offer_leg(&samir, &awa, &his)]).await;
        let (agreed, blocked) =
            tokio::join!(samir.client.consent_to_barter(asked.id, 1), awa.client.block_neighbour(samir.id()));
        blocked.expect("a block succeeds, whatever else happens");
        let state = if agreed.is_ok() { BarterState::Dissolved } else { BarterState::Expired };
        assert_eq!(barter(&awa, &asked).await.state, state, "round {round}");
        assert_eq!(samir.client.get_offer(his.id).await.expect("his").places_left, 9, "round {round}");
        unblock(&awa, &samir).await;
    }
}

async fn a_ring_that_waits_ends_for_all_when_two_of_its_people_part(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let ring = three.proposed().await;
    toit.clock.advance(TimeDelta::minutes(1));
    block(&three.luc, &three.nour).await;
    let mut told = Vec::new();
    for person in three.people() {
        let ended = barter(person, &ring).await;
        assert!(ended.actions.is_empty() && ended.need.is_none(), "{ended:?}");
        told.push((ended.state, ended.updated_at, ended.ring, ended.parties.len(), ended.legs.len()));
        assert!(person.rings().await.is_empty(), "no ring goes through a block");
    }
    assert_eq!(told[0].0, BarterState::Withdrawn, "no longer possible");
    assert!(told.iter().all(|t| *t == told[0]), "all three read the same: {told:?}");
    unblock(&three.luc, &three.nour).await;
    assert_eq!(three.awa.rings().await.len(), 1, "nobody refused it: it may be suggested again");
}

async fn a_ring_that_runs_ends_for_all_when_two_of_its_people_part_and_its_posts_are_open_again(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let ring = three.agreed().await;
    toit.clock.advance(TimeDelta::minutes(1));
    block(&three.nour, &three.luc).await;
    for (person, post) in three.people().into_iter().zip(&three.posts) {
        let ended = barter(person, &ring).await;
        assert_eq!((ended.state, ended.parties.len()), (BarterState::Dissolved, 3));
        assert!(ended.legs.iter().all(|l| l.leg.state == LegState::Waived), "{ended:?}");
        let post = person.client.get_offer(post.id).await.expect("her own");
        assert_eq!((post.state, post.places_left), (OfferState::Open, 1), "free for something else");
    }
}

async fn a_ring_that_was_suggested_before_a_block_cannot_be_proposed_after_it(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let suggested = three.awa.ring().await;
    block(&three.luc, &three.nour).await;
    assert_eq!(code_of(three.awa.propose_ring(&suggested.id).await), ProblemCode::SuggestionGone);
    assert_eq!(toit.count("barters").await, 0);
}
