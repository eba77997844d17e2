//! Blocking: silent, mutual, everywhere.

use chrono::TimeDelta;
use client::OfferFilter;
use domain::barter::{BarterPart, BarterState, BarterView};
use domain::circle::Circle;
use domain::id::{OfferId, TenantId};
use domain::leg::LegState;
use domain::offer::{Capacity, NewOffer, OfferState};
use domain::problem::{FieldCode, ProblemCode};
use domain::tenant::MAX_BLOCKS;
use uuid::Uuid;

use crate::support::{Person, Place, Toit, appointment, code_of, offer_leg, on_both_databases, refused_value};

on_both_databases!(
    from_a_block_on_neither_meets_the_other,
    pages_are_as_full_as_if_the_blocked_neighbours_had_posted_nothing,
    whoever_is_blocked_hears_what_she_would_hear_of_somebody_who_has_closed_everything,
    what_runs_between_the_two_ends_without_a_reason_and_what_is_over_stays_readable,
    what_the_two_have_with_others_goes_on,
    a_place_that_a_block_sets_free_can_be_taken_by_others,
    blocking_twice_is_once_and_unblocking_brings_the_lists_back,
    two_who_block_each_other_meet_when_both_have_taken_it_back,
    only_a_neighbour_of_whom_one_knows_can_be_blocked,
    whoever_is_blocked_can_block_back_only_where_she_still_sees_the_other,
    nobody_blocks_more_than_a_thousand,
    the_list_of_blocks_begins_with_the_last_and_is_nobody_elses,
    a_block_outlives_a_restart_of_what_lies_in_memory,
    whoever_leaves_takes_the_blocks_of_both_sides_along,
    a_proposal_at_the_moment_of_a_block_does_not_outlive_it,
    an_agreement_at_the_moment_of_a_block_does_not_outlive_it,
);

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

async fn block(who: &Person, whom: &Person) {
    who.client.block_neighbour(whom.id()).await.expect("blocked");
}

async fn unblock(who: &Person, whom: &Person) {
    who.client.unblock_neighbour(whom.id()).await.expect("no longer blocked");
}

async fn all(person: &Person) -> Vec<String> {
    person.titles(OfferFilter::default()).await
}

/// Whom somebody has blocked.
async fn blocked(person: &Person) -> Vec<TenantId> {
    let page = person.client.list_blocks().await.expect("her list");
    assert_eq!(page.next, None, "it comes whole");
    page.items.into_iter().map(|b| b.person.id).collect()
}

async fn barter(person: &Person, of: &BarterView) -> BarterView {
    person.client.get_barter(of.id).await.expect("hers")
}

async fn from_a_block_on_neither_meets_the_other(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let hers = awa.post(&awa.services.offer("d'Awa")).await;
    let his = samir.post(&samir.services.offer("de Samir")).await;
    emma.post(&emma.services.offer("d'Emma")).await;
    for person in [&awa, &samir] {
        assert_eq!(all(person).await, ["d'Emma", "de Samir", "d'Awa"]);
    }
    block(&awa, &samir).await;
    assert_eq!(all(&awa).await, ["d'Emma", "d'Awa"]);
    assert_eq!(all(&samir).await, ["d'Emma", "de Samir"]);
    assert_eq!(all(&emma).await, ["d'Emma", "de Samir", "d'Awa"], "it is between the two");
    for circle in Circle::ALL {
        let titles = awa.titles(OfferFilter { circle: Some(circle), ..OfferFilter::default() }).await;
        assert!(!titles.contains(&"de Samir".to_owned()), "{circle:?}: {titles:?}");
    }
    for (person, other, offer) in [(&awa, &samir, &his), (&samir, &awa, &hers)] {
        assert_eq!(code_of(person.client.get_offer(offer.id).await), ProblemCode::NotFound);
        assert_eq!(code_of(person.client.get_neighbour(other.id()).await), ProblemCode::NotFound);
        let proposed = person.try_propose(vec![offer_leg(other, person, offer)]).await;
        assert_eq!(refused_value(proposed), ("/legs/0/offer".to_owned(), FieldCode::UnknownValue));
        person.client.get_neighbour(emma.id()).await.expect("others are met as ever");
    }
    // What is posted or changed after the block is not seen either.
    let new = samir.post(&samir.services.offer("encore de Samir")).await;
    samir.client.pause_offer(his.id).await.expect("paused");
    samir.client.resume_offer(his.id).await.expect("resumed");
    assert_eq!(all(&awa).await, ["d'Emma", "d'Awa"]);
    assert_eq!(code_of(awa.client.get_offer(new.id).await), ProblemCode::NotFound);
}

async fn pages_are_as_full_as_if_the_blocked_neighbours_had_posted_nothing(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (emma, bilal) = (toit.neighbour("Emma", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let mut expected = Vec::new();
    let mut offers = Vec::new();
    for n in 0..60 {
        // Of five posts in a row three are of blocked people.
        let (author, circle) = match n % 5 {
            0 => (&emma, Circle::Office),
            1 | 2 => (&samir, Circle::Nearby),
            3 => (&bilal, Circle::Office),
            _ => (&awa, Circle::Nearby),
        };
        let new = NewOffer { circle, ..author.services.offer(&format!("annonce {n}")) };
        offers.push(toit.offer(author, &new));
        if [emma.id(), awa.id()].contains(&author.id()) {
            expected.push(format!("annonce {n}"));
        }
    }
    toit.insert_offers(&offers).await;
    expected.reverse();
    block(&awa, &samir).await;
    block(&bilal, &awa).await;
    let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let filter = OfferFilter { after, limit: Some(6), ..OfferFilter::default() };
        let page = awa.client.list_offers(&filter).await.expect("a page");
        assert_eq!(page.items.len(), 6, "a page is full while there is more");
        seen.extend(page.items.into_iter().map(|o| o.title.to_string()));
        pages += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((seen, pages), (expected, 4));
}

async fn whoever_is_blocked_hears_what_she_would_hear_of_somebody_who_has_closed_everything(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let blocked = awa.post(&awa.services.offer("Lecture")).await;
    let closed = emma.post(&emma.services.offer("Lecture")).await;
    emma.client.close_offer(closed.id).await.expect("closed");
    samir.post(&samir.services.offer("Bricolage")).await;
    block(&awa, &samir).await;
    let raw = samir.raw();
    let hears = async |who: &Person, offer: OfferId| {
        let propose = serde_json::json!({ "legs": [{ "giver": who.id(), "receiver": samir.id(), "offer": offer }] });
        let block = format!("/tenants/{}/block", who.id());
        let mut heard = Vec::new();
        for answer in [
            raw.get(&format!("/offers/{offer}")).await,
            raw.get(&format!("/tenants/{}", who.id())).await,
            raw.post("/barters", propose.to_string()).await,
            raw.post(&format!("/offers/{offer}/pause"), "{}").await,
            raw.send_json(reqwest::Method::PUT, &block, "").await,
            raw.send_json(reqwest::Method::DELETE, &block, "").await,
        ] {
            assert!((400..500).contains(&answer.status), "{answer:?}");
            heard.push((answer.status, answer.body));
        }
        heard
    };
    assert_eq!(hears(&awa, blocked.id).await, hears(&emma, closed.id).await);
}

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

async fn blocking_twice_is_once_and_unblocking_brings_the_lists_back(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    samir.post(&samir.services.offer("Lecture")).await;
    unblock(&awa, &samir).await;
    for _ in 0..2 {
        block(&awa, &samir).await;
        assert_eq!(blocked(&awa).await, [samir.id()]);
        assert_eq!(toit.count("blocks").await, 1);
        assert!(all(&awa).await.is_empty());
    }
    for _ in 0..2 {
        unblock(&awa, &samir).await;
        assert!(blocked(&awa).await.is_empty());
        assert_eq!(all(&awa).await, ["Lecture"]);
    }
    awa.client.get_neighbour(samir.id()).await.expect("met again");
    block(&awa, &samir).await;
    assert!(all(&awa).await.is_empty(), "and once more");
    // She blocked somebody who has closed everything since: she still finds him on her list, and can unblock him.
    let his = samir.client.list_offers(&OfferFilter { mine: true, ..OfferFilter::default() }).await.expect("his");
    samir.client.close_offer(his.items[0].id).await.expect("closed");
    block(&awa, &samir).await;
    unblock(&awa, &samir).await;
}

async fn two_who_block_each_other_meet_when_both_have_taken_it_back(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    awa.post(&awa.services.offer("d'Awa")).await;
    let his = samir.post(&samir.services.offer("de Samir")).await;
    // Past exchanges stay, and show each other: from there both can block.
    let barter = awa.propose(vec![offer_leg(&samir, &awa, &his)]).await;
    awa.client.withdraw_barter(barter.id).await.expect("withdrawn");
    block(&awa, &samir).await;
    block(&samir, &awa).await;
    assert_eq!((blocked(&awa).await, blocked(&samir).await), (vec![samir.id()], vec![awa.id()]));
    unblock(&awa, &samir).await;
    assert_eq!(all(&awa).await, ["d'Awa"], "his block still holds");
    assert_eq!(all(&samir).await, ["de Samir"]);
    assert_eq!(code_of(awa.client.get_neighbour(samir.id()).await), ProblemCode::NotFound);
    unblock(&samir, &awa).await;
    for person in [&awa, &samir] {
        assert_eq!(all(person).await, ["de Samir", "d'Awa"]);
    }
}

async fn only_a_neighbour_of_whom_one_knows_can_be_blocked(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let elif = toit.neighbour("Elif", Place::E).await;
    elif.post(&elif.services.offer("Lecture")).await;
    let far = toit.neighbour("Farid", Place::C).await;
    far.post(&NewOffer { circle: Circle::Residence, ..far.services.offer("Lecture") }).await;
    let nobody = TenantId(Uuid::from_u128(7));
    for unknown in [samir.id(), elif.id(), far.id(), nobody, TenantId::GONE] {
        assert_eq!(code_of(awa.client.block_neighbour(unknown).await), ProblemCode::NotFound);
        assert_eq!(code_of(awa.client.unblock_neighbour(unknown).await), ProblemCode::NotFound);
    }
    assert_eq!(code_of(awa.client.block_neighbour(awa.id()).await), ProblemCode::NotNow, "oneself");
    assert_eq!(toit.count("blocks").await, 0);
    // An exchange is reason enough, also when he has no open offer any more.
    let his = samir.post(&samir.services.offer("Lecture")).await;
    let barter = awa.propose(vec![offer_leg(&samir, &awa, &his)]).await;
    samir.client.decline_barter(barter.id).await.expect("declined");
    samir.client.close_offer(his.id).await.expect("closed");
    block(&awa, &samir).await;
}

async fn whoever_is_blocked_can_block_back_only_where_she_still_sees_the_other(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let hers = awa.post(&awa.services.offer("Lecture")).await;
    let barter = emma.propose(vec![offer_leg(&awa, &emma, &hers)]).await;
    samir.post(&samir.services.offer("Bricolage")).await;
    block(&awa, &samir).await;
    block(&awa, &emma).await;
    assert_eq!(code_of(samir.client.block_neighbour(awa.id()).await), ProblemCode::NotFound);
    emma.client.get_barter(barter.id).await.expect("she still reads it");
    block(&emma, &awa).await;
}

async fn nobody_blocks_more_than_a_thousand(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let last = toit.neighbour("Emma", Place::A).await;
    for person in [&samir, &last] {
        person.post(&person.services.offer("Lecture")).await;
    }
    let store = &toit.app().store;
    let tx = store.begin().await.expect("a transaction");
    let like = api::store::tenants::find(&tx, samir.id()).await.expect("found").expect("Samir");
    let most = usize::try_from(MAX_BLOCKS).expect("a small number");
    let many: Vec<_> = (1..most)
        .map(|n| api::store::tenants::Tenant {
            id: TenantId(toit.clock.id()),
            first_name: domain::tenant::FirstName::parse(name(n)).expect("a first name"),
            sign_in_name: format!("voisin-{}", name(n)),
            tombstone: Uuid::from_u128(n as u128),
            ..like.clone()
        })
        .collect();
    api::store::tenants::insert_many(&tx, &many).await.expect("inserted");
    for other in &many {
        api::store::blocks::insert(&tx, awa.id(), other.id, toit.now()).await.expect("blocked");
    }
    tx.commit().await.expect("kept");
    block(&awa, &samir).await;
    assert_eq!(code_of(awa.client.block_neighbour(last.id()).await), ProblemCode::NotNow);
    block(&awa, &samir).await;
    assert_eq!(blocked(&awa).await.len(), most, "the list comes whole");
    assert_eq!(all(&awa).await, ["Lecture"]);
    unblock(&awa, &samir).await;
    block(&awa, &last).await;
    assert_eq!(all(&awa).await, ["Lecture"], "now his, no longer hers");
}

/// A first name for each number: digits are none.
fn name(n: usize) -> String {
    let letter = |at: u32| char::from(b'a' + u8::try_from(n / 26_usize.pow(at) % 26).expect("one of 26"));
    format!("Z{}{}{}", letter(2), letter(1), letter(0))
}

async fn the_list_of_blocks_begins_with_the_last_and_is_nobody_elses(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    for person in [&samir, &emma] {
        person.post(&person.services.offer("Lecture")).await;
        toit.clock.advance(TimeDelta::minutes(1));
        block(&awa, person).await;
    }
    let list = awa.client.list_blocks().await.expect("hers").items;
    let told: Vec<_> = list.iter().map(|b| (b.person.first_name.as_str(), b.person.mark, b.since)).collect();
    let at = toit.now();
    assert_eq!(told, [("Emma", emma.me.mark, at), ("Samir", samir.me.mark, at - TimeDelta::minutes(1))]);
    assert!(blocked(&samir).await.is_empty() && blocked(&emma).await.is_empty());
    assert_eq!(awa.raw().get("/tenants/me/blocks").await.header("cache-control"), Some("no-store"));
}

async fn a_block_outlives_a_restart_of_what_lies_in_memory(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    samir.post(&samir.services.offer("Lecture")).await;
    block(&awa, &samir).await;
    let again = toit.one_more_server().await;
    let client = client::Client::program(&again.url());
    client.set_tokens(awa.client.tokens());
    assert_eq!(client.list_offers(&OfferFilter::default()).await.expect("a page").items, []);
    again.stop().await;
}

async fn whoever_leaves_takes_the_blocks_of_both_sides_along(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    for person in [&awa, &samir, &emma] {
        person.post(&person.services.offer("Lecture")).await;
    }
    block(&awa, &samir).await;
    block(&emma, &awa).await;
    block(&emma, &samir).await;
    awa.leave(toit).await;
    assert_eq!(toit.count("blocks").await, 1, "of Emma and Samir, who stay");
    assert_eq!(blocked(&emma).await, [samir.id()]);
    assert!(blocked(&samir).await.is_empty());
    assert!(!toit.app().store.are_apart(awa.id(), samir.id()), "nor in memory");
    assert!(!toit.app().store.are_apart(emma.id(), awa.id()), "nor in memory");
    assert!(toit.app().store.are_apart(samir.id(), emma.id()));
    assert_eq!(code_of(emma.client.unblock_neighbour(awa.id()).await), ProblemCode::NotFound);
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
