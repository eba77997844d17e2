//! What happens at the same moment, or to somebody who hangs up: each thing once, each change with a version of its own.

use std::future::Future;
use std::task::{Context, Waker};
use std::time::Instant;

use api::store;
use domain::circle::Wave;
use domain::event::NewEvent;
use domain::id::OfferId;
use domain::notice::{NewNotice, NoticeKind};
use domain::offer::{EditOffer, Offer, OfferView};
use domain::problem::{FieldCode, ProblemCode};
use domain::tenant::{EditMe, FirstName};
use domain::text::Title;

use crate::event_places::event_in_a_week;
use crate::support::{PATIENCE, Place, Toit, key, leg, notice, offer_leg, on_both_databases, refused_value, seen_near};

on_both_databases!(
    the_same_key_many_times_at_once_makes_one_offer,
    one_key_for_two_offers_at_once_makes_one_of_them,
    the_same_key_many_times_at_once_proposes_once,
    each_change_of_an_offer_has_a_version_of_its_own,
    whoever_hangs_up_while_it_is_kept_still_finds_it_on_the_lists,
    what_is_sent_again_is_answered_as_before_whatever_the_office_has_changed,
);

async fn the_same_key_many_times_at_once_makes_one_offer(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let (new, key) = (awa.services.offer("Lecture"), key());
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (client, new, key) = (awa.client.clone(), new.clone(), key.clone());
            tokio::spawn(async move { client.create_offer(&new, &key).await.expect("made once, told each time") })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for task in tasks {
        ids.insert(task.await.expect("no panic").id);
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(awa.titles(client::OfferFilter::default()).await, ["Lecture"]);
}

async fn one_key_for_two_offers_at_once_makes_one_of_them(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let key = key();
    let (one, two) = (awa.services.offer("Lecture"), awa.services.offer("Repassage"));
    let (first, second) = tokio::join!(awa.client.create_offer(&one, &key), awa.client.create_offer(&two, &key));
    let made: Vec<OfferView> = [&first, &second].into_iter().filter_map(|r| r.as_ref().ok().cloned()).collect();
    let refused: Vec<ProblemCode> =
        [first, second].into_iter().filter_map(|r| Some(r.err()?.problem().expect("a problem").code)).collect();
    assert_eq!((made.len(), refused), (1, vec![ProblemCode::IdempotencyKeyReused]));
    assert_eq!(awa.titles(client::OfferFilter::default()).await, [made[0].title.to_string()]);
}

async fn the_same_key_many_times_at_once_proposes_once(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
    let legs = vec![offer_leg(&samir, &awa, &offer), leg(&awa, &samir, &awa.services.two, "Repassage")];
    let (new, key) = (domain::barter::NewBarter { legs, ring: None, note: None }, key());
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (client, new, key) = (awa.client.clone(), new.clone(), key.clone());
            tokio::spawn(async move { client.propose_barter(&new, &key).await.expect("proposed once") })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
    assert_eq!(samir.client.list_barters(None, None).await.expect("his").items.len(), 1);
}

async fn each_change_of_an_offer_has_a_version_of_its_own(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    let (mut me, mut version, mut changes) = (awa.me.version, offer.version, 0);
    for n in 0..12 {
        let name = FirstName::parse(if n % 2 == 0 { "Awa Marie" } else { "Awa" }).ok();
        let renamed = EditMe { first_name: name, ..EditMe::default() };
        let edited = EditOffer { title: Title::parse(format!("Lecture {n}")).ok(), ..EditOffer::default() };
        let (renamed, edited) =
            tokio::join!(awa.client.edit_me(me, &renamed), awa.client.edit_offer(offer.id, version, &edited));
        me = renamed.expect("nobody else renames her").version;
        changes += 1 + u32::from(edited.is_ok());
        version = awa.client.get_offer(offer.id).await.expect("hers").version;
        assert_eq!(version, offer.version + changes);
    }
}

/// Begins to wait for something, and hangs up.
fn hang_up<T>(waiting: impl Future<Output = T>) {
    let mut waiting = Box::pin(waiting);
    let answer = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(answer.is_pending(), "nothing is kept in no time");
}

async fn whoever_hangs_up_while_it_is_kept_still_finds_it_on_the_lists(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let app = toit.app();
    let new = awa.services.offer("Lecture");
    let id = OfferId(app.clock.id());
    let offer = Offer::post(id, toit.office, awa.id(), awa.me.residence.id, new, toit.now()).expect("an offer");
    let tx = app.store.begin().await.expect("a transaction");
    store::offers::insert(&tx, &offer).await.expect("written");
    hang_up(tx.commit());
    // It is kept first, and on the lists a moment later.
    let begun = Instant::now();
    while awa.titles(client::OfferFilter::default()).await != ["Lecture"] {
        assert!(begun.elapsed() < PATIENCE, "it is kept, and on no list");
    }
    awa.client.get_offer(id).await.expect("it is kept");
}

async fn what_is_sent_again_is_answered_as_before_whatever_the_office_has_changed(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let residence = samir.me.residence.id;
    let party = NewEvent { residence: Some(residence), ..event_in_a_week(toit, "Fête") };
    let cat = NewNotice { seen: Some(seen_near(&samir, 100)), ..notice(NoticeKind::LostAnimal, "Chat roux") };
    let offer = awa.services.offer("Lecture");
    let (one, two, three) = (key(), key(), key());
    let make = async || {
        let event = awa.client.create_event(&party, &one).await.map(|e| e.id.0);
        let notice = awa.client.create_notice(&cat, &two).await.map(|n| n.id.0);
        let offer = awa.client.create_offer(&offer, &three).await.map(|o| o.id.0);
        [event, notice, offer]
    };
    let made = make().await.map(|made| made.expect("made"));
    toit.set_wave(Place::B, Wave::Closed).await;
    let slug = &offer.category;
    toit.database().rows(&format!("UPDATE categories SET slug = 'disparue' WHERE slug = '{slug}'")).await;
    assert_eq!(make().await.map(|again| again.expect("told again")), made);
    let new = [
        refused_value(awa.client.create_event(&party, &key()).await),
        refused_value(awa.client.create_notice(&cat, &key()).await),
        refused_value(awa.client.create_offer(&offer, &key()).await),
    ];
    let places = ["/residence", "/seen/residence", "/category"];
    assert_eq!(new, places.map(|place| (place.to_owned(), FieldCode::UnknownValue)));
}
