//! The proof that leaving erases: somebody uses everything there is, leaves, and is looked for in every stored byte.

mod events_life;
pub mod life;
mod logged;
mod notices_life;
pub mod search;
mod square_life;
mod talk_life;

use domain::leaving::{LeaveWhen, ReceiptState};
use domain::offer::NewOffer;

use crate::support::{Place, Toit, offer_leg, on_both_databases, operations};

use life::Canary;
use search::{Needles, seen_by};

on_both_databases!(
    after_leaving_no_stored_byte_holds_anything_of_the_person,
    the_search_finds_somebody_who_has_not_left,
    somebody_with_thousands_of_rows_leaves_no_trace_between_the_rows_of_others,
);

async fn after_leaving_no_stored_byte_holds_anything_of_the_person(toit: &Toit) {
    logged::listen();
    let samir = toit.neighbour("Samir", Place::B).await;
    let mut canary = Canary::join(toit).await;
    canary.offer_everything().await;
    canary.exchange_everything(toit, &samir).await;
    canary.notice_everything(toit, &samir).await;
    canary.meet_everybody(toit, &samir).await;
    canary.talk(&samir).await;
    // Somebody else joins and writes in between, so that pages of the file are shared and rebuilt.
    let emma = toit.neighbour("Emma", Place::A).await;
    for n in 0..40 {
        emma.post(&emma.services.offer(&format!("annonce {n}"))).await;
    }
    canary.look_around(&samir).await;
    assert!(toit.app().store.lists_hold(&canary.word), "her posts lie in the memory of the lists");
    let token = canary.look_back_and_leave(toit, LeaveWhen::Now).await;
    uses_every_operation(toit, &canary).await;
    toit.tick().await.expect("erased");
    let receipt = toit.stranger().get_receipt(&token).await.expect("a receipt");
    assert_eq!(receipt.state, ReceiptState::Done);
    let needles = Needles::of(&canary);
    assert_eq!(needles.found_in(receipt.text.expect("a text").as_bytes()), None, "the receipt");
    assert_eq!(Needles::found_in_files(&canary, toit).await, Vec::<String>::new());
    for person in [&samir, &emma] {
        assert_eq!(needles.found_in(&seen_by(person).await), None, "what {} sees", person.me.first_name);
    }
    assert_eq!(needles.found_in(&logged::so_far()), None, "the log");
    assert!(!toit.app().store.lists_hold(&canary.word), "the board, the cards, the index of words");
    assert_eq!(toit.count("outbox WHERE kind = 'leave'").await, 0);
    assert_eq!(toit.count("rings").await, 0, "a key made of her services and those of others");
}

/// The list that fails when an endpoint is added that the canary does not use.
async fn uses_every_operation(toit: &Toit, canary: &Canary) {
    let document = toit.raw().get("/openapi.json").await.ok();
    for operation in operations(&document) {
        assert!(
            canary.used.contains(operation.id.as_str()),
            "{} is new: let the canary in tests/api/canary/life.rs use it, and write her word into every field",
            operation.id
        );
    }
}

/// A search that cannot find is no proof.
async fn the_search_finds_somebody_who_has_not_left(toit: &Toit) {
    let mut canary = Canary::join(toit).await;
    canary.offer_everything().await;
    let samir = toit.neighbour("Samir", Place::A).await;
    let needles = Needles::of(&canary);
    assert!(!Needles::found_in_files(&canary, toit).await.is_empty(), "she is in the database");
    assert!(needles.found_in(&seen_by(&samir).await).is_some(), "Samir sees her offers");
    let own = canary.person.client.export_me().await.expect("her own archive");
    assert!(own.len() > 1_000);
}

async fn somebody_with_thousands_of_rows_leaves_no_trace_between_the_rows_of_others(toit: &Toit) {
    let emma = toit.neighbour("Emma", Place::B).await;
    let mut canary = Canary::join(toit).await;
    let others = emma.services.offer("à moi");
    let mut offers = Vec::new();
    for n in 0..3_000_u32 {
        let hers = NewOffer { ..canary.person.services.offer(&format!("{} {n}", canary.word)) };
        offers.push(toit.offer(&canary.person, &hers));
        offers.push(toit.offer(&emma, &others));
    }
    canary.ids.extend(offers.iter().filter(|o| o.author == canary.person.id()).take(50).map(|o| o.id.to_string()));
    toit.insert_offers(&offers).await;
    // Rows that change move about on their pages and leave copies behind.
    let mine = emma.client.list_offers(&client::OfferFilter { mine: true, ..Default::default() }).await.expect("hers");
    for offer in mine.items.iter().take(15) {
        emma.client.pause_offer(offer.id).await.expect("paused");
    }
    let barter = canary.person.propose(vec![offer_leg(&emma, &canary.person, &mine.items[19])]).await;
    let token = canary.look_back_and_leave(toit, LeaveWhen::Now).await;
    toit.tick().await.expect("erased");
    assert_eq!(toit.stranger().get_receipt(&token).await.expect("a receipt").state, ReceiptState::Done);
    assert_eq!(Needles::found_in_files(&canary, toit).await, Vec::<String>::new());
    assert_eq!(toit.count("offers").await, 3_000);
    assert!(emma.client.get_barter(barter.id).await.expect("hers").someone_left());
}
