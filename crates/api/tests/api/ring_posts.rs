//! The posts of rings: none in two agreed rings, none promised once too often, free again when somebody leaves.

use domain::barter::{BarterState, BarterView};
use domain::offer::{OfferState, OfferView};
use domain::problem::ProblemCode;
use domain::suggestion::{MAX_OPEN_RINGS, RingView};

use crate::support::{Person, Place, Three, Toit, code_of, on_both_databases, turn};

on_both_databases!(
    of_two_rings_that_race_for_the_last_place_exactly_one_is_agreed,
    no_post_stands_in_two_agreed_rings,
    a_ring_whose_post_is_off_the_lists_ends_at_the_next_yes_and_does_not_rest,
    a_proposal_of_a_ring_that_waits_ends_it_too,
    somebody_stands_in_five_rings_that_wait_at_most,
    six_rings_that_are_proposed_at_once_are_five,
    when_somebody_leaves_a_ring_the_others_find_another_one_at_once,
    a_ring_that_waits_ends_when_somebody_leaves,
    two_who_no_longer_meet_end_their_rings_and_nobody_is_told_why,
    what_ran_between_two_who_no_longer_meet_reads_as_if_nobody_had_answered,
);

/// Two more neighbours who could stand where Luc and Nour stand.
async fn two_more(toit: &Toit, three: &Three, capacity: u8) -> (Person, Person) {
    let s = three.awa.services.clone();
    let (lea, noe) = (toit.neighbour("Léa", Place::B).await, toit.neighbour("Noé", Place::A).await);
    lea.post(&turn(&lea, &s.elsewhere, &s.one, capacity)).await;
    noe.post(&turn(&noe, &s.two, &s.elsewhere, capacity)).await;
    (lea, noe)
}

/// The ring that is suggested to `person` with these others in it.
async fn with(person: &Person, others: &[&Person]) -> RingView {
    let rings = person.rings().await.into_iter();
    let mut found = rings.filter(|r| others.iter().all(|o| r.people.iter().any(|p| p.id == o.id())));
    found.next().expect("this ring is suggested")
}

async fn state(person: &Person, ring: &BarterView) -> BarterState {
    person.client.get_barter(ring.id).await.expect("hers").state
}

async fn own(person: &Person, post: &OfferView) -> OfferView {
    person.client.get_offer(post.id).await.expect("her own")
}

async fn of_two_rings_that_race_for_the_last_place_exactly_one_is_agreed(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let (lea, noe) = two_more(toit, &three, 1).await;
    let (one, two) = (with(&three.awa, &[&three.luc, &three.nour]).await, with(&three.awa, &[&lea, &noe]).await);
    let one = three.awa.propose_ring(&one.id).await.expect("proposed");
    let two = three.awa.propose_ring(&two.id).await.expect("proposed");
    three.luc.client.consent_to_barter(one.id, 1).await.expect("he agrees");
    lea.client.consent_to_barter(two.id, 1).await.expect("she agrees");
    let (a, b) = tokio::join!(three.nour.client.consent_to_barter(one.id, 1), noe.client.consent_to_barter(two.id, 1));
    let results = [a, b];
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1, "{results:?}");
    let first_won = results[0].is_ok();
    let refused = results.into_iter().find_map(Result::err).expect("the other").code();
    assert!(matches!(refused, Some(ProblemCode::OfferFull)), "{refused:?}");
    let states = [state(&three.awa, &one).await, state(&three.awa, &two).await];
    let (won, lost) = if first_won { (states[0], states[1]) } else { (states[1], states[0]) };
    assert_eq!((won, lost), (BarterState::Agreed, BarterState::Withdrawn), "the other ends for all its people");
    assert_eq!(own(&three.awa, &three.posts[0]).await.places_left, 0);
    assert_eq!(toit.count("rings").await, 1, "what could not be made does not rest");
}

async fn no_post_stands_in_two_agreed_rings(toit: &Toit) {
    let three = Three::meet(toit, 3).await;
    let (lea, noe) = two_more(toit, &three, 1).await;
    let two = with(&three.awa, &[&lea, &noe]).await;
    let two = three.awa.propose_ring(&two.id).await.expect("proposed");
    let one = with(&three.awa, &[&three.luc, &three.nour]).await;
    let one = three.awa.propose_ring(&one.id).await.expect("proposed");
    for person in [&three.luc, &three.nour] {
        person.client.consent_to_barter(one.id, 1).await.expect("agrees");
    }
    assert_eq!(state(&three.awa, &one).await, BarterState::Agreed);
    assert_eq!(code_of(lea.client.consent_to_barter(two.id, 1).await), ProblemCode::SuggestionGone);
    for person in [&three.awa, &lea, &noe] {
        assert_eq!(state(person, &two).await, BarterState::Withdrawn);
    }
    assert!(three.awa.rings().await.is_empty() && lea.rings().await.is_empty());
    let hers = own(&three.awa, &three.posts[0]).await;
    assert_eq!((hers.state, hers.places_left), (OfferState::Open, 2), "it still serves others, outside of rings");
    lea.take(&hers, &three.awa).await.expect("a gift");
    three.luc.client.dissolve_barter(one.id).await.expect("broken off");
    let again = three.awa.propose_ring(&with(&three.awa, &[&lea, &noe]).await.id).await.expect("now it can be made");
    for person in [&lea, &noe] {
        person.client.consent_to_barter(again.id, 1).await.expect("agrees");
    }
    assert_eq!(state(&three.awa, &again).await, BarterState::Agreed);
}

async fn a_ring_whose_post_is_off_the_lists_ends_at_the_next_yes_and_does_not_rest(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let post = three.posts[2].id;
    // Not the last yes: nobody is asked for what cannot be.
    let ring = three.proposed().await;
    three.nour.client.pause_offer(post).await.expect("paused");
    assert_eq!(state(&three.luc, &ring).await, BarterState::Proposed);
    assert_eq!(code_of(three.luc.client.consent_to_barter(ring.id, 1).await), ProblemCode::OfferNotOpen);
    for person in three.people() {
        assert_eq!(state(person, &ring).await, BarterState::Withdrawn);
        assert!(person.rings().await.is_empty());
    }
    three.nour.client.resume_offer(post).await.expect("resumed");
    let again = three.proposed().await;
    assert_ne!(again.id, ring.id, "it did not rest");
    three.luc.client.consent_to_barter(again.id, 1).await.expect("he agrees");
    three.awa.take(&own(&three.nour, &three.posts[2]).await, &three.nour).await.expect("her one place is given away");
    assert_eq!(code_of(three.nour.client.consent_to_barter(again.id, 1).await), ProblemCode::OfferFull);
    assert_eq!(state(&three.awa, &again).await, BarterState::Withdrawn);
    assert_eq!(own(&three.awa, &three.posts[0]).await.places_left, 1, "nothing is taken from the others");
    assert_eq!(own(&three.luc, &three.posts[1]).await.places_left, 1);
}

async fn a_proposal_of_a_ring_that_waits_ends_it_too(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let his = three.luc.ring().await.id;
    let ring = three.proposed().await;
    three.nour.client.close_offer(three.posts[2].id).await.expect("closed");
    assert_eq!(code_of(three.luc.propose_ring(&his).await), ProblemCode::OfferNotOpen);
    assert_eq!(state(&three.awa, &ring).await, BarterState::Withdrawn);
    assert_eq!(code_of(three.luc.propose_ring(&his).await), ProblemCode::SuggestionGone);
}

/// Awa among people with whom she could stand in one ring more than she may.
async fn one_too_many(toit: &Toit) -> (Three, Vec<RingView>) {
    let three = Three::meet(toit, 9).await;
    two_more(toit, &three, 9).await;
    let s = three.awa.services.clone();
    let zoe = toit.neighbour("Zoé", Place::A).await;
    zoe.post(&turn(&zoe, &s.two, &s.elsewhere, 9)).await;
    let rings = three.awa.rings().await;
    assert_eq!(rings.len(), MAX_OPEN_RINGS + 1, "two who could stand where Luc stands, three where Nour stands");
    (three, rings)
}

async fn six_rings_that_are_proposed_at_once_are_five(toit: &Toit) {
    let (three, rings) = one_too_many(toit).await;
    let propose = |ring: RingView| {
        let awa = three.awa.clone();
        tokio::spawn(async move { awa.propose_ring(&ring.id).await })
    };
    let (mut made, mut refused) = (0, Vec::new());
    for task in rings.into_iter().map(propose).collect::<Vec<_>>() {
        match task.await.expect("no panic") {
            Ok(_) => made += 1,
            Err(error) => refused.extend(error.code()),
        }
    }
    assert_eq!((made, refused), (MAX_OPEN_RINGS, vec![ProblemCode::NotNow]));
    assert_eq!(toit.count("rings").await, i64::try_from(MAX_OPEN_RINGS).expect("few"));
}

async fn somebody_stands_in_five_rings_that_wait_at_most(toit: &Toit) {
    let (three, rings) = one_too_many(toit).await;
    let mut made = Vec::new();
    for ring in &rings[..MAX_OPEN_RINGS] {
        made.push(three.awa.propose_ring(&ring.id).await.expect("proposed"));
    }
    let last = &rings[MAX_OPEN_RINGS].id;
    assert_eq!(code_of(three.awa.propose_ring(last).await), ProblemCode::NotNow);
    three.awa.client.decline_barter(made[0].id).await.expect("no");
    three.awa.propose_ring(last).await.expect("one waits less");
}

async fn when_somebody_leaves_a_ring_the_others_find_another_one_at_once(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let ring = three.agreed().await;
    let (lea, _) = two_more(toit, &three, 1).await;
    assert!(lea.rings().await.is_empty(), "those whom she needs are taken");
    three.luc.clone().leave(toit).await;
    for (person, post) in [(&three.awa, &three.posts[0]), (&three.nour, &three.posts[2])] {
        let left = person.client.get_barter(ring.id).await.expect("theirs");
        assert_eq!(left.state, BarterState::Dissolved);
        assert!(left.someone_left() && left.need.is_none() && left.actions.is_empty());
        let json = serde_json::to_string(&left).expect("JSON");
        assert!(!json.contains("Luc") && !json.contains(&three.luc.id().to_string()), "{json}");
        let free = own(person, post).await;
        assert_eq!((free.state, free.places_left), (OfferState::Open, 1));
    }
    let repaired = with(&three.awa, &[&lea, &three.nour]).await;
    let again = three.awa.propose_ring(&repaired.id).await.expect("proposed");
    for person in [&lea, &three.nour] {
        person.client.consent_to_barter(again.id, 1).await.expect("agrees");
    }
    assert_eq!(state(&three.awa, &again).await, BarterState::Agreed);
    assert_eq!(toit.count("rings").await, 1, "nothing is kept of the ring with somebody who is gone");
}

async fn a_ring_that_waits_ends_when_somebody_leaves(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let ring = three.proposed().await;
    three.nour.clone().leave(toit).await;
    for person in [&three.awa, &three.luc] {
        let left = person.client.get_barter(ring.id).await.expect("theirs");
        assert_eq!((left.state, left.need, left.parties.len()), (BarterState::Dissolved, None, 2));
        assert!(left.someone_left() && left.terms[0].legs.len() == 2);
    }
    assert_eq!(toit.count("rings").await, 0);
}

async fn two_who_no_longer_meet_end_their_rings_and_nobody_is_told_why(toit: &Toit) {
    let three = Three::meet(toit, 2).await;
    let (lea, _) = two_more(toit, &three, 2).await;
    let agreed = with(&three.awa, &[&three.luc, &three.nour]).await;
    let agreed = three.awa.propose_ring(&agreed.id).await.expect("proposed");
    for person in [&three.luc, &three.nour] {
        person.client.consent_to_barter(agreed.id, 1).await.expect("agrees");
    }
    three.nour.client.block_neighbour(three.luc.id()).await.expect("she no longer wishes to meet him");
    for person in three.people() {
        let view = person.client.get_barter(agreed.id).await.expect("theirs");
        assert_eq!((view.state, view.someone_left()), (BarterState::Dissolved, false));
    }
    let waits = with(&three.awa, &[&lea, &three.nour]).await;
    let waits = three.awa.propose_ring(&waits.id).await.expect("proposed");
    three.nour.client.block_neighbour(lea.id()).await.expect("nor her");
    for person in [&three.awa, &lea, &three.nour] {
        let view = person.client.get_barter(waits.id).await.expect("theirs");
        assert_eq!((view.state, view.need), (BarterState::Withdrawn, None), "as when it is no longer possible");
    }
}

async fn what_ran_between_two_who_no_longer_meet_reads_as_if_nobody_had_answered(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let (awa, nour) = (&three.awa, &three.nour);
    let waits = awa.propose(vec![crate::support::offer_leg(nour, awa, &three.posts[2])]).await;
    let agreed = nour.take(&three.posts[0], awa).await.expect("agreed");
    nour.client.block_neighbour(awa.id()).await.expect("blocked");
    for person in [awa, nour] {
        let view = person.client.get_barter(waits.id).await.expect("theirs");
        assert_eq!((view.state, view.expires_at, view.need), (BarterState::Expired, toit.now(), None));
        assert_eq!(state(person, &agreed).await, BarterState::Dissolved);
    }
    let free = own(awa, &three.posts[0]).await;
    assert_eq!((free.state, free.places_left), (OfferState::Open, 1), "others can have it");
}
