//! Blocking: silent, mutual, everywhere.

use chrono::TimeDelta;
use client::OfferFilter;
use domain::barter::BarterView;
use domain::circle::Circle;
use domain::id::{OfferId, TenantId};
use domain::offer::NewOffer;
use domain::problem::{FieldCode, ProblemCode};
use domain::tenant::MAX_BLOCKS;
use uuid::Uuid;

use crate::event_places::event_in_a_week;
use crate::events::going;
use crate::square_events::invite;
use crate::support::{Person, Place, Toit, code_of, offer_leg, on_both_databases, refused_value};

on_both_databases!(
    from_a_block_on_neither_meets_the_other,
    pages_are_as_full_as_if_the_blocked_neighbours_had_posted_nothing,
    whoever_is_blocked_hears_what_she_would_hear_of_somebody_who_has_closed_everything,
    blocking_twice_is_once_and_unblocking_brings_the_lists_back,
    two_who_block_each_other_meet_when_both_have_taken_it_back,
    only_a_neighbour_of_whom_one_knows_can_be_blocked,
    whoever_is_blocked_can_block_back_only_where_she_still_sees_the_other,
    nobody_blocks_more_than_a_thousand,
    the_list_of_blocks_begins_with_the_last_and_is_nobody_elses,
    a_block_outlives_a_restart_of_what_lies_in_memory,
    whoever_leaves_takes_the_blocks_of_both_sides_along,
    a_co_host_is_not_known_through_an_event_of_somebody_who_is_blocked,
);

pub async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

pub async fn block(who: &Person, whom: &Person) {
    who.client.block_neighbour(whom.id()).await.expect("blocked");
}

pub async fn unblock(who: &Person, whom: &Person) {
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

pub async fn barter(person: &Person, of: &BarterView) -> BarterView {
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
pub fn name(n: usize) -> String {
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

async fn a_co_host_is_not_known_through_an_event_of_somebody_who_is_blocked(toit: &Toit) {
    let (awa, omar) = two(toit).await;
    let nina = toit.neighbour("Nina", Place::A).await;
    let party = invite(&awa, &event_in_a_week(toit, "Fête")).await.id;
    omar.client.answer_event(party, &going(0)).await.expect("he comes");
    awa.client.add_event_host(party, omar.id()).await.expect("a host");
    nina.client.get_neighbour(omar.id()).await.expect("he invites her");
    block(&nina, &awa).await;
    assert_eq!(code_of(nina.client.get_event(party, None).await), ProblemCode::NotFound);
    assert_eq!(code_of(nina.client.get_neighbour(omar.id()).await), ProblemCode::NotFound);
    nina.client.unblock_neighbour(awa.id()).await.expect("taken back");
    nina.client.answer_event(party, &going(0)).await.expect("she comes");
    block(&nina, &awa).await;
    nina.client.get_neighbour(omar.id()).await.expect("both come");
}
