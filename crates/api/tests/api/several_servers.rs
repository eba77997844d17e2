//! Several servers on one PostgreSQL: what one writes, the others know at once, though each keeps lists and sessions in memory.

use std::time::Instant;

use client::{Client, OfferFilter};
use domain::barter::{BarterState, NewBarter};
use domain::circle::Wave;
use domain::leaving::{LeaveWhen, ReceiptState};
use domain::leg::LegState;
use domain::offer::{Capacity, EditOffer, NewOffer};
use domain::problem::ProblemCode;
use domain::tenant::{EditMe, FirstName};
use domain::tongue::{Speaks, Tongue};

use crate::support::{PATIENCE, Place, Three, Toit, appointment, code_of, key, offer_leg, on, on_postgres};

on_postgres!(
    a_post_on_one_server_is_on_the_lists_of_the_other,
    a_session_that_ends_on_one_server_has_ended_on_the_other,
    a_wave_that_one_server_opens_reaches_the_other,
    a_block_on_one_server_holds_on_the_other_until_it_is_taken_back,
    agreements_on_two_servers_take_each_place_once,
    the_clocks_of_two_servers_do_each_work_once,
    a_server_that_starts_while_another_writes_misses_nothing,
    a_line_that_was_cut_costs_a_moment_and_nothing_else,
    whoever_leaves_by_one_server_is_gone_from_the_other,
    suggestions_of_one_server_follow_what_is_written_on_the_other,
    a_ring_that_is_proposed_on_two_servers_at_once_is_one,
);

/// Waits for what another server was told.
#[track_caller]
fn eventually(what: &str, seen: Option<()>) {
    assert!(seen.is_some(), "{what}: not even after {PATIENCE:?}");
}

/// Looks until it is seen. Each look is a request, so that the word has time to go round.
async fn look(mut seen: impl AsyncFnMut() -> bool) -> Option<()> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if seen().await {
            return Some(());
        }
    }
    None
}

async fn titles(client: &Client) -> Vec<String> {
    let page = client.list_offers(&OfferFilter { limit: Some(100), ..OfferFilter::default() }).await;
    page.map(|p| p.items.into_iter().map(|o| o.title.to_string()).collect()).unwrap_or_default()
}

async fn a_post_on_one_server_is_on_the_lists_of_the_other(toit: &Toit) {
    let other = toit.one_more_server().await;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let there = on(&other, &samir);
    assert!(titles(&there).await.is_empty());
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    eventually("a new offer", look(async || titles(&there).await == ["Lecture"]).await);
    let name = EditMe { first_name: FirstName::parse("Awa Marie").ok(), ..EditMe::default() };
    awa.client.edit_me(awa.me.version, &name).await.expect("renamed");
    let shows_her_name =
        async || there.get_offer(offer.id).await.is_ok_and(|o| o.author.first_name.as_str() == "Awa Marie");
    eventually("her new name", look(shows_her_name).await);
    awa.client.pause_offer(offer.id).await.expect("paused");
    eventually("a pause", look(async || titles(&there).await.is_empty()).await);
    assert_eq!(code_of(there.get_offer(offer.id).await), ProblemCode::NotFound);
    other.stop().await;
}

async fn a_session_that_ends_on_one_server_has_ended_on_the_other(toit: &Toit) {
    let other = toit.one_more_server().await;
    let awa = toit.neighbour("Awa", Place::A).await;
    let there = on(&other, &awa);
    there.get_me().await.expect("the other server knows her, and keeps her in memory");
    awa.client.end_all_sessions().await.expect("ended");
    eventually("the end of a session", look(async || there.get_me().await.is_err()).await);
    assert_eq!(code_of(there.get_me().await), ProblemCode::SessionEnded);
    other.stop().await;
}

async fn a_wave_that_one_server_opens_reaches_the_other(toit: &Toit) {
    let other = toit.one_more_server().await;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    awa.post(&awa.services.offer("Lecture")).await;
    let there = on(&other, &samir);
    eventually("a new offer", look(async || titles(&there).await == ["Lecture"]).await);
    toit.set_wave(Place::A, Wave::Closed).await;
    other.tick().await.expect("the other server looks around");
    assert!(titles(&there).await.is_empty(), "nothing reaches from a residence that closes");
    other.stop().await;
}

async fn a_block_on_one_server_holds_on_the_other_until_it_is_taken_back(toit: &Toit) {
    let other = toit.one_more_server().await;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    let his = samir.post(&samir.services.offer("Bricolage")).await;
    let barter = samir.propose(vec![offer_leg(&awa, &samir, &offer)]).await;
    let there = on(&other, &samir);
    eventually("two offers", look(async || titles(&there).await == ["Bricolage", "Lecture"]).await);
    awa.client.block_neighbour(samir.id()).await.expect("blocked");
    eventually("a block", look(async || titles(&there).await == ["Bricolage"]).await);
    assert_eq!(code_of(there.get_offer(offer.id).await), ProblemCode::NotFound);
    assert_eq!(there.get_barter(barter.id).await.expect("his").actions, []);
    on(&other, &awa).unblock_neighbour(samir.id()).await.expect("taken back over there");
    eventually("a block taken back", look(async || titles(&awa.client).await == ["Bricolage", "Lecture"]).await);
    awa.client.get_offer(his.id).await.expect("she sees him again");
    other.stop().await;
}

async fn agreements_on_two_servers_take_each_place_once(toit: &Toit) {
    let other = toit.one_more_server().await;
    let samir = toit.neighbour("Samir", Place::A).await;
    let capacity = Capacity::parse(3).expect("three");
    let offer = samir.post(&NewOffer { capacity, ..samir.services.offer("Cours d'informatique") }).await;
    let mut barters = Vec::new();
    for name in ["Awa", "Bilal", "Chloé", "Dina", "Emma", "Farid"] {
        let person = toit.neighbour(name, Place::B).await;
        barters.push(person.propose(vec![offer_leg(&samir, &person, &offer)]).await.id);
    }
    let clients = [samir.client.clone(), on(&other, &samir)];
    let tasks: Vec<_> = barters
        .into_iter()
        .enumerate()
        .map(|(n, id)| {
            let client = clients[n % 2].clone();
            tokio::spawn(async move { client.consent_to_barter(id, 1).await.is_ok() })
        })
        .collect();
    let mut agreed = 0;
    for task in tasks {
        agreed += usize::from(task.await.expect("no panic"));
    }
    assert_eq!(agreed, 3, "three places, three agreements");
    other.stop().await;
}

async fn the_clocks_of_two_servers_do_each_work_once(toit: &Toit) {
    let other = toit.one_more_server().await;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let mut barters = Vec::new();
    for title in ["un", "deux", "trois", "quatre", "cinq", "six"] {
        let offer = samir.post(&samir.services.offer(title)).await;
        let barter = awa.take(&offer, &samir).await.expect("agreed");
        let leg = barter.legs[0].leg.terms.id;
        samir.client.schedule_leg(barter.id, leg, &appointment(toit.now(), "ici")).await.expect("a day");
        samir.client.finish_leg(barter.id, leg).await.expect("done");
        barters.push(barter.id);
    }
    for _ in 0..7 {
        toit.clock.advance(chrono::TimeDelta::days(1));
        let (here, there) = tokio::join!(toit.tick(), other.tick());
        here.and(there).expect("both do what is due");
    }
    for id in barters {
        let barter = awa.client.get_barter(id).await.expect("hers");
        assert_eq!((barter.legs[0].leg.state, barter.legs[0].leg.reminders), (LegState::Confirmed, 2));
    }
    other.stop().await;
}

async fn a_server_that_starts_while_another_writes_misses_nothing(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let post = async {
        for n in 0..20 {
            awa.post(&awa.services.offer(&format!("annonce {n}"))).await;
        }
    };
    let (other, ()) = tokio::join!(toit.one_more_server(), post);
    let there = on(&other, &awa);
    eventually("twenty offers", look(async || titles(&there).await.len() == 20).await);
    other.stop().await;
}

async fn a_line_that_was_cut_costs_a_moment_and_nothing_else(toit: &Toit) {
    let other = toit.one_more_server().await;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let there = on(&other, &samir);
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    eventually("a new offer", look(async || titles(&there).await == ["Lecture"]).await);
    toit.cut_all_lines().await;
    // The first to come may meet a line that is dead: they are asked to come back, never told that something broke.
    let edit = EditOffer { title: domain::text::Title::parse("Relecture").ok(), ..EditOffer::default() };
    let edited = look(async || match awa.client.edit_offer(offer.id, offer.version, &edit).await {
        Ok(_) => true,
        Err(error) => {
            let code = error.problem().map(|p| p.code);
            assert!(matches!(code, Some(ProblemCode::Unavailable | ProblemCode::PreconditionFailed)), "{error:?}");
            code == Some(ProblemCode::PreconditionFailed)
        }
    });
    eventually("a line that is up again", edited.await);
    let caught_up = look(async || other.tick().await.is_ok() && titles(&there).await == ["Relecture"]);
    eventually("what was written meanwhile", caught_up.await);
    other.stop().await;
}

async fn whoever_leaves_by_one_server_is_gone_from_the_other(toit: &Toit) {
    let other = toit.one_more_server().await;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    let (hers, his) = (on(&other, &awa), on(&other, &samir));
    eventually("a new offer", look(async || titles(&his).await == ["Lecture"]).await);
    hers.get_me().await.expect("the other server keeps her in memory");
    let token = awa.ask_to_leave(LeaveWhen::Now).await;
    let (here, there) = tokio::join!(toit.tick(), other.tick());
    here.and(there).expect("both do what is due");
    toit.tick().await.expect("and what came of it");
    assert_eq!(his.get_receipt(&token).await.expect("known there too").state, ReceiptState::Done);
    eventually("an empty list", look(async || titles(&his).await.is_empty()).await);
    eventually("the end of her session", look(async || hers.get_me().await.is_err()).await);
    assert_eq!(code_of(his.get_offer(offer.id).await), ProblemCode::NotFound);
    assert_eq!(toit.seats_taken().await, 1, "her seat was given back once");
    other.stop().await;
}

async fn suggestions_of_one_server_follow_what_is_written_on_the_other(toit: &Toit) {
    let other = toit.one_more_server().await;
    let three = Three::meet(toit, 1).await;
    let there = on(&other, &three.awa);
    let is_suggested = async || there.list_rings(None, None).await.is_ok_and(|rings| !rings.items.is_empty());
    eventually("a ring", look(is_suggested).await);
    let is_gone = async || !is_suggested().await;
    let (luc, post) = (&three.luc, three.posts[1].id);
    luc.client.pause_offer(post).await.expect("paused");
    eventually("a pause", look(is_gone).await);
    luc.client.resume_offer(post).await.expect("resumed");
    eventually("its end", look(is_suggested).await);
    luc.client.block_neighbour(three.nour.id()).await.expect("blocked");
    eventually("a block between two others", look(is_gone).await);
    luc.client.unblock_neighbour(three.nour.id()).await.expect("taken back");
    eventually("its end", look(is_suggested).await);
    let tamil = EditMe { speaks: Speaks::parse(&[Tongue::Ta]).ok(), ..EditMe::default() };
    luc.client.edit_me(luc.me.version, &tamil).await.expect("edited");
    eventually("another language", look(is_gone).await);
    other.stop().await;
}

async fn a_ring_that_is_proposed_on_two_servers_at_once_is_one(toit: &Toit) {
    let other = toit.one_more_server().await;
    let three = Three::meet(toit, 1).await;
    let mut tasks = Vec::new();
    for n in 0..20 {
        let person = three.people()[n % 3];
        let new = NewBarter { ring: Some(person.ring().await.id), ..NewBarter::default() };
        let client = if n % 2 == 0 { person.client.clone() } else { on(&other, person) };
        tasks.push(async move { client.propose_barter(&new, &key()).await });
    }
    let mut made = std::collections::BTreeSet::new();
    for task in tasks.into_iter().map(tokio::spawn).collect::<Vec<_>>() {
        made.insert(task.await.expect("no panic").expect("answered with the ring").id);
    }
    assert_eq!((made.len(), toit.count("barters").await, toit.count("rings").await), (1, 1, 1));
    let ring = three.luc.client.list_barters(None, None).await.expect("his").items.remove(0);
    assert_eq!(ring.state, BarterState::Agreed, "all three have said yes");
    other.stop().await;
}
