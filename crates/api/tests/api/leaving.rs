//! Leaving erases: at once or after a pause, whatever is open; the seat is free, the others read one neutral line.

use chrono::TimeDelta;
use client::{OfferFilter, SquareFilter};
use domain::barter::{BarterPart, BarterState, NewBarter};
use domain::event::NewEvent;
use domain::id::TenantId;
use domain::leaving::{Leave, LeaveWhen, LeavingWhy, PAUSE_DAYS, ReceiptState};
use domain::leg::LegState;
use domain::notice::NoticeKind;
use domain::offer::{Capacity, NewOffer, OfferState};
use domain::problem::{FieldCode, ProblemCode};
use domain::tenant::Password;
use domain::text::Note;

use crate::square_events::{event, invite};
use crate::support::{
    PASSWORD, Person, Place, Toit, appointment, code_of, join, key, leave, leg, notice, offer_leg, on_both_databases,
    refused_value, sign_in,
};

on_both_databases!(
    whoever_leaves_at_once_can_no_longer_sign_in_and_gets_a_receipt,
    leaving_needs_the_password_and_a_guesser_is_stopped,
    a_pause_hides_offers_until_the_person_signs_in_and_stays,
    an_offer_that_ended_during_the_pause_is_on_the_lists_again_when_its_author_stays_and_renews_it,
    a_pause_that_nobody_stops_ends_in_erasure,
    an_open_exchange_never_blocks_leaving,
    a_proposal_ends_when_one_of_the_two_leaves,
    an_exchange_that_was_completed_keeps_what_it_was_and_no_words,
    an_exchange_that_both_have_left_is_gone,
    the_seat_is_free_and_the_same_code_lets_somebody_come_back_as_somebody_new,
    the_old_id_answers_410_to_those_who_knew_it_and_404_to_others,
    an_erasure_that_is_cut_off_anywhere_is_finished_later,
    two_who_share_an_exchange_leave_at_the_same_moment,
    leaving_twice_erases_once,
    a_receipt_token_belongs_to_one_departure,
    an_erasure_ends_on_every_list_and_device,
    a_full_post_is_open_again_when_the_one_it_served_leaves,
    a_post_that_its_author_closed_or_whose_life_is_over_stays_closed,
    who_is_about_to_leave_is_not_brought_back_to_the_lists,
    what_is_posted_while_an_erasure_is_under_way_goes_with_it,
);

async fn whoever_leaves_at_once_can_no_longer_sign_in_and_gets_a_receipt(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let samir = toit.neighbour("Samir", Place::A).await;
    let offer = awa.post(&awa.services.offer("Repassage")).await;
    let token = awa.ask_to_leave(LeaveWhen::Now).await;
    let receipt = toit.stranger().get_receipt(&token).await.expect("known at once");
    assert_eq!(receipt.state, ReceiptState::Erasing);
    assert_eq!(receipt.text, None, "nothing is certified before it is done");
    toit.tick().await.expect("done");
    let receipt = toit.stranger().get_receipt(&token).await.expect("kept");
    assert_eq!((receipt.state, receipt.erased_at), (ReceiptState::Done, Some(toit.now())));
    assert_eq!(receipt.backups_until, Some(toit.now() + TimeDelta::days(30)));
    let text = receipt.text.expect("a text to print");
    toit.app().keys.verify_receipt(&text).expect("signed by this server");
    // Three letters may stand in a signature by chance.
    let (text, _) = text.split_once("-----BEGIN").expect("a signature");
    for hers in ["Awa", &awa.id().to_string(), &awa.me.sign_in_name, "Repassage"] {
        assert!(!text.contains(hers), "a receipt says nothing about the person: {hers}");
    }
    let refused = toit.stranger().sign_in(&sign_in(&awa.me.sign_in_name, PASSWORD)).await;
    assert_eq!(code_of(refused), ProblemCode::SignInRefused);
    assert_eq!(code_of(samir.client.get_offer(offer.id).await), ProblemCode::NotFound);
    assert!(samir.titles(OfferFilter::default()).await.is_empty());
}

async fn leaving_needs_the_password_and_a_guesser_is_stopped(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let wrong = || Leave { password: Password::parse("pas le bon mot").expect("a password"), ..leave(LeaveWhen::Now) };
    for _ in 0..10 {
        let refused = refused_value(awa.client.leave(&wrong()).await);
        assert_eq!(refused, ("/password".to_owned(), FieldCode::WrongPassword));
    }
    assert_eq!(code_of(awa.client.leave(&wrong()).await), ProblemCode::TooManyRequests);
    awa.client.get_me().await.expect("still here and still signed in");
    toit.wait(TimeDelta::minutes(16)).await;
    awa.client.refresh_session().await.expect("still signed in");
    awa.leave(toit).await;
}

async fn a_pause_hides_offers_until_the_person_signs_in_and_stays(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let offer = awa.post(&awa.services.offer("Repassage")).await;
    let paused = awa.post(&awa.services.offer("Lecture")).await;
    awa.client.pause_offer(paused.id).await.expect("paused by herself");
    let phone = awa.sign_in().await;
    let token = awa.ask_to_leave(LeaveWhen::InSevenDays).await;
    assert_eq!(code_of(phone.client.get_me().await), ProblemCode::SessionEnded, "signed out everywhere");
    assert!(samir.titles(OfferFilter::default()).await.is_empty(), "nobody comes upon her any more");
    assert_eq!(code_of(samir.client.get_offer(offer.id).await), ProblemCode::NotFound);
    let late = samir.try_propose(vec![offer_leg(&awa, &samir, &offer)]).await;
    assert_eq!(refused_value(late), ("/legs/0/offer".to_owned(), FieldCode::UnknownValue));
    toit.wait_days(PAUSE_DAYS - 1).await;
    let waiting = toit.stranger().get_receipt(&token).await.expect("known");
    assert_eq!(waiting.state, ReceiptState::Waiting);
    let client = toit.stranger();
    let back = client.sign_in(&sign_in(&awa.me.sign_in_name, PASSWORD)).await.expect("she comes back");
    assert!(back.stayed, "and reads that she stays");
    assert_eq!(back.me.leaving, None);
    let again = toit.stranger().sign_in(&sign_in(&awa.me.sign_in_name, PASSWORD)).await.expect("once more");
    assert!(!again.stayed, "there was nothing to stop");
    samir.client.refresh_session().await.expect("signed in");
    assert_eq!(samir.titles(OfferFilter::default()).await, ["Repassage"], "as it was; what she paused stays paused");
    toit.wait_days(2).await;
    client.refresh_session().await.expect("signed in");
    client.get_offer(offer.id).await.expect("the pause is over, and nothing was erased");
    assert_eq!(toit.stranger().get_receipt(&token).await.expect("known").state, ReceiptState::Stopped);
}

async fn an_offer_that_ended_during_the_pause_is_on_the_lists_again_when_its_author_stays_and_renews_it(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let offer = awa.post(&awa.services.offer("Repassage")).await;
    toit.wait(offer.expires_at - toit.now() - TimeDelta::days(3)).await;
    let awa = awa.sign_in().await;
    awa.ask_to_leave(LeaveWhen::InSevenDays).await;
    toit.wait_days(4).await;
    let (back, samir) = (awa.sign_in().await, samir.sign_in().await);
    assert_eq!(back.client.get_offer(offer.id).await.expect("her own").state, OfferState::Expired);
    back.client.renew_offer(offer.id).await.expect("renewed");
    assert_eq!(samir.titles(OfferFilter::default()).await, ["Repassage"]);
}

async fn a_pause_that_nobody_stops_ends_in_erasure(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let token = awa.ask_to_leave(LeaveWhen::InSevenDays).await;
    toit.wait_days(PAUSE_DAYS).await;
    assert_eq!(toit.stranger().get_receipt(&token).await.expect("known").state, ReceiptState::Done);
    let refused = toit.stranger().sign_in(&sign_in(&awa.me.sign_in_name, PASSWORD)).await;
    assert_eq!(code_of(refused), ProblemCode::SignInRefused);
    toit.wait_days(90).await;
    let too_old = toit.stranger().get_receipt(&token).await;
    assert_eq!(code_of(too_old), ProblemCode::NotFound, "a receipt is kept for 90 days");
}

async fn an_open_exchange_never_blocks_leaving(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let lessons = NewOffer { capacity: Capacity::parse(1).expect("one"), ..samir.services.offer("Cours") };
    let lessons = samir.post(&lessons).await;
    let ironing = awa.post(&awa.services.offer("Repassage")).await;
    let note = Note::parse("Je sonne chez Awa, troisième étage.").ok();
    let legs = vec![offer_leg(&samir, &awa, &lessons), offer_leg(&awa, &samir, &ironing)];
    let barter = awa.client.propose_barter(&NewBarter { legs, ring: None, note }, &key()).await.expect("proposed");
    let barter = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    let day = appointment(toit.now() + TimeDelta::days(2), "chez Awa, troisième étage");
    samir.client.schedule_leg(barter.id, barter.legs[0].leg.terms.id, &day).await.expect("a day");
    assert_eq!(samir.client.get_offer(lessons.id).await.expect("his").places_left, 0);
    awa.leave(toit).await;
    let left = samir.client.get_barter(barter.id).await.expect("still his");
    assert_eq!(left.state, BarterState::Dissolved);
    assert!(left.someone_left() && left.actions.is_empty() && left.need.is_none());
    assert_eq!(left.parties.len(), 1);
    assert!(left.legs.iter().all(|l| l.leg.state == LegState::Waived && l.actions.is_empty()));
    assert!(left.legs.iter().all(|l| l.leg.terms.what.is_erased() && l.leg.terms.details.as_str().is_empty()));
    let json = serde_json::to_string(&left).expect("JSON");
    for word in ["Awa", "étage", "Repassage", "Cours", &awa.id().to_string(), &ironing.id.to_string()] {
        assert!(!json.contains(word), "{word} is left in {json}");
    }
    assert_eq!(left.legs[0].leg.terms.category, lessons.category, "which service it was stays");
    assert_eq!(samir.client.get_offer(lessons.id).await.expect("his").places_left, 1, "the place is free again");
    let over = samir.client.list_barters(Some(BarterPart::Over), None).await.expect("his exchanges");
    assert_eq!(over.items.len(), 1);
}

async fn a_proposal_ends_when_one_of_the_two_leaves(toit: &Toit) {
    let (awa, samir, emma) = (
        toit.neighbour("Awa", Place::A).await,
        toit.neighbour("Samir", Place::B).await,
        toit.neighbour("Emma", Place::B).await,
    );
    let offer = samir.post(&samir.services.offer("Cours")).await;
    let hers = awa.propose(vec![offer_leg(&samir, &awa, &offer)]).await;
    let other = emma.propose(vec![offer_leg(&samir, &emma, &offer)]).await;
    awa.leave(toit).await;
    let left = samir.client.get_barter(hers.id).await.expect("his");
    assert_eq!((left.state, left.need), (BarterState::Dissolved, None), "nothing waits for him");
    let untouched = samir.client.get_barter(other.id).await.expect("his");
    assert_eq!(untouched.state, BarterState::Proposed);
    samir.leave(toit).await;
    let left = emma.client.get_barter(other.id).await.expect("hers");
    assert_eq!(left.state, BarterState::Dissolved);
    toit.wait_days(8).await;
}

async fn an_exchange_that_was_completed_keeps_what_it_was_and_no_words(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = samir.post(&samir.services.offer("Cours")).await;
    let barter = awa.take(&offer, &samir).await.expect("agreed");
    let id = barter.legs[0].leg.terms.id;
    samir.client.schedule_leg(barter.id, id, &appointment(toit.now(), "chez Awa")).await.expect("a day");
    samir.client.finish_leg(barter.id, id).await.expect("done");
    awa.client.confirm_leg(barter.id, id).await.expect("confirmed");
    awa.leave(toit).await;
    let left = samir.client.get_barter(barter.id).await.expect("his");
    assert_eq!(left.state, BarterState::Completed);
    let leg = &left.legs[0].leg;
    assert_eq!((leg.state, leg.done_by), (LegState::Confirmed, Some(samir.id())));
    assert_eq!((leg.terms.giver, leg.terms.receiver), (samir.id(), TenantId::GONE));
    assert_eq!(
        samir.client.get_offer(offer.id).await.expect("his").places_left,
        0,
        "a service that was done stays done"
    );
}

async fn an_exchange_that_both_have_left_is_gone(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = samir.post(&samir.services.offer("Cours")).await;
    awa.take(&offer, &samir).await.expect("agreed");
    awa.leave(toit).await;
    samir.leave(toit).await;
    assert_eq!(toit.count("barters").await, 0);
    assert_eq!(toit.count("barter_terms").await, 0);
    assert_eq!(toit.count("barter_legs").await, 0);
    assert_eq!(toit.count("departures").await, 0, "nobody is left who knew anybody");
    assert_eq!(toit.count("tombstones").await, 2);
}

async fn the_seat_is_free_and_the_same_code_lets_somebody_come_back_as_somebody_new(toit: &Toit) {
    let code = toit.code_of("A-solo").await;
    let awa = Person::join_with(toit, &join(&code, "Awa")).await;
    let full = toit.stranger().join(&join(&code, "Samir"), &key()).await;
    assert_eq!(code_of(full), ProblemCode::JoinCodeRefused, "one seat only");
    awa.leave(toit).await;
    let back = Person::join_with(toit, &join(&code, "Awa")).await;
    assert_ne!(back.id(), awa.id());
    assert!(back.titles(OfferFilter::default()).await.is_empty());
    let barters = back.client.list_barters(None, None).await.expect("hers");
    assert!(barters.items.is_empty(), "somebody new");
}

async fn the_old_id_answers_410_to_those_who_knew_it_and_404_to_others(toit: &Toit) {
    let (awa, samir, emma) = (
        toit.neighbour("Awa", Place::A).await,
        toit.neighbour("Samir", Place::A).await,
        toit.neighbour("Emma", Place::A).await,
    );
    assert_eq!(
        code_of(samir.client.get_neighbour(awa.id()).await),
        ProblemCode::NotFound,
        "nothing of hers reaches him"
    );
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    let seen = samir.client.get_neighbour(awa.id()).await.expect("her offer reaches him");
    assert_eq!((seen.first_name, seen.mark), (awa.me.first_name.clone(), awa.me.mark));
    samir.take(&offer, &awa).await.expect("agreed");
    awa.client.get_neighbour(samir.id()).await.expect("they have an exchange");
    awa.client.get_neighbour(awa.id()).await.expect("oneself");
    let elif = toit.neighbour("Elif", Place::E).await;
    assert_eq!(code_of(elif.client.get_neighbour(awa.id()).await), ProblemCode::NotFound, "another office");
    awa.leave(toit).await;
    assert_eq!(code_of(samir.client.get_neighbour(awa.id()).await), ProblemCode::Gone);
    assert_eq!(code_of(emma.client.get_neighbour(awa.id()).await), ProblemCode::NotFound);
    toit.wait_days(740).await;
    let samir = toit.stranger();
    assert_eq!(code_of(samir.get_neighbour(awa.id()).await), ProblemCode::Unauthenticated);
}

/// Posts many offers and makes several exchanges, so that an erasure takes many steps.
async fn busy(toit: &Toit, samir: &Person) -> Person {
    let awa = toit.neighbour("Awa", Place::A).await;
    for n in 0..6 {
        let offer = awa.post(&awa.services.offer(&format!("annonce {n}"))).await;
        samir.propose(vec![leg(samir, &awa, &awa.services.two, "Lecture"), offer_leg(&awa, samir, &offer)]).await;
        samir.take(&offer, &awa).await.expect("agreed");
    }
    awa
}

async fn an_erasure_that_is_cut_off_anywhere_is_finished_later(toit: &Toit) {
    let samir = toit.neighbour("Samir", Place::B).await;
    // A future that is dropped does what a killed process does: whatever was not committed never was.
    for polls in [1, 3, 7, 12, 20, 33, 50, 75, 110, 170, 260] {
        let awa = busy_enough(toit, &samir).await;
        let token = awa.ask_to_leave(LeaveWhen::Now).await;
        cut_after(polls, toit).await;
        toit.tick().await.expect("what is left is done");
        let state = async || toit.stranger().get_receipt(&token).await.expect("a receipt").state;
        let mut rounds = 0..10;
        while state().await != ReceiptState::Done && rounds.next().is_some() {
            // Where a connection that was cut off is not closed yet, the files are written anew some seconds later.
            toit.wait(TimeDelta::seconds(10)).await;
        }
        assert_eq!(state().await, ReceiptState::Done, "cut off after {polls} steps");
        assert_eq!(code_of(samir.client.get_neighbour(awa.id()).await), ProblemCode::Gone);
    }
    assert_eq!(toit.count("tenants").await, 1);
    assert_eq!(toit.app().ledger.all().expect("the ledger").len(), 11, "each once");
    assert!(samir.titles(OfferFilter::default()).await.is_empty());
    let all = samir.client.list_barters(None, None).await.expect("his");
    assert!(all.items.iter().all(|b| b.someone_left() && b.parties.len() == 1));
}

/// As [`busy`], a little less.
async fn busy_enough(toit: &Toit, samir: &Person) -> Person {
    let awa = Person::join_with(toit, &join(&toit.code_of("A-duo").await, "Awa")).await;
    for n in 0..3 {
        let offer = awa.post(&awa.services.offer(&format!("annonce {n}"))).await;
        samir.take(&offer, &awa).await.expect("agreed");
    }
    awa
}

/// Begins what is due and drops it after so many steps.
async fn cut_after(polls: usize, toit: &Toit) {
    let mut due = std::pin::pin!(toit.tick());
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 || due.as_mut().poll(context).is_ready() {
            return std::task::Poll::Ready(());
        }
        left -= 1;
        std::task::Poll::Pending
    })
    .await;
}

async fn two_who_share_an_exchange_leave_at_the_same_moment(toit: &Toit) {
    let samir = toit.neighbour("Samir", Place::B).await;
    let awa = busy(toit, &samir).await;
    let tokens = [samir.ask_to_leave(LeaveWhen::Now).await, awa.ask_to_leave(LeaveWhen::Now).await];
    for _ in 0..3 {
        let (one, other) = tokio::join!(toit.tick(), toit.tick());
        one.and(other).expect("both do what is due");
    }
    for token in tokens {
        assert_eq!(toit.stranger().get_receipt(&token).await.expect("known").state, ReceiptState::Done);
    }
    for table in ["tenants", "offers", "barters", "barter_parties", "sessions", "idempotency_keys"] {
        assert_eq!(toit.count(table).await, 0, "{table}");
    }
}

async fn leaving_twice_erases_once(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let phone = awa.sign_in().await;
    let first = leave(LeaveWhen::Now);
    let second = leave(LeaveWhen::InSevenDays);
    let (one, two) = tokio::join!(awa.client.leave(&first), phone.client.leave(&second));
    assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1, "{one:?} {two:?}");
    let refused = if one.is_ok() { code_of(two) } else { code_of(one) };
    assert!(matches!(refused, ProblemCode::NotNow | ProblemCode::SessionEnded), "{refused:?}");
    toit.wait_days(PAUSE_DAYS).await;
    assert_eq!(toit.count("tenants").await, 0);
    let seats = toit.seats_taken().await;
    assert_eq!(seats, 0, "one seat was given back once");
}

async fn a_receipt_token_belongs_to_one_departure(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let leave = leave(LeaveWhen::Now);
    awa.client.leave(&leave).await.expect("she leaves");
    let refused = refused_value(samir.client.leave(&leave).await);
    assert_eq!(refused, ("/receipt".to_owned(), FieldCode::UnknownValue));
    samir.client.get_me().await.expect("he stays, signed in");
    for unknown in ["nothing-of-this-name-is-known", "a", "%20", "..%2F..%2Fkeys"] {
        let answer = toit.raw().get(&format!("/receipts/{unknown}")).await;
        assert_eq!(answer.problem().code, ProblemCode::NotFound, "{unknown}");
    }
}

async fn an_erasure_ends_on_every_list_and_device(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let offer = awa.post(&awa.services.offer("Repassage")).await;
    assert_eq!(samir.titles(OfferFilter::default()).await, ["Repassage"]);
    samir.client.get_offer(offer.id).await.expect("kept in memory now");
    let tokens = awa.client.tokens();
    awa.client.get_me().await.expect("kept in memory now");
    awa.leave(toit).await;
    awa.client.set_tokens(tokens);
    assert_eq!(code_of(awa.client.get_me().await), ProblemCode::SessionEnded);
    assert_eq!(code_of(awa.client.refresh_session().await), ProblemCode::Unauthenticated);
    assert_eq!(code_of(samir.client.get_offer(offer.id).await), ProblemCode::NotFound);
    let leaving = awa.me.leaving.map(|l| l.why);
    assert_eq!(leaving, None::<LeavingWhy>);
}

async fn a_full_post_is_open_again_when_the_one_it_served_leaves(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let chloe = toit.neighbour("Chloé", Place::A).await;
    let offer = samir.post(&samir.services.offer("Cours")).await;
    awa.take(&offer, &samir).await.expect("agreed");
    assert!(chloe.titles(OfferFilter::default()).await.is_empty(), "it is full");
    awa.leave(toit).await;
    assert_eq!(chloe.titles(OfferFilter::default()).await, ["Cours"]);
    let again = chloe.client.get_offer(offer.id).await.expect("she sees it");
    assert_eq!((again.state, again.places_left), (OfferState::Open, 1));
    chloe.take(&offer, &samir).await.expect("she takes it");
}

async fn a_post_that_its_author_closed_or_whose_life_is_over_stays_closed(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let two = NewOffer { capacity: Capacity::parse(2).expect("two"), ..samir.services.offer("Cours") };
    let (closed, old) = (samir.post(&two).await, samir.post(&samir.services.offer("Lecture")).await);
    awa.take(&closed, &samir).await.expect("agreed");
    awa.take(&old, &samir).await.expect("agreed");
    samir.client.close_offer(closed.id).await.expect("closed");
    toit.wait_days(60).await;
    awa.sign_in().await.leave(toit).await;
    let samir = samir.sign_in().await;
    for (post, left) in [(closed, 2), (old, 1)] {
        let own = samir.client.get_offer(post.id).await.expect("his");
        assert_eq!((own.state, own.places_left), (OfferState::Closed, left), "{:?}", own.title);
    }
}

async fn who_is_about_to_leave_is_not_brought_back_to_the_lists(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let chloe = toit.neighbour("Chloé", Place::A).await;
    let offer = samir.post(&samir.services.offer("Cours")).await;
    awa.take(&offer, &samir).await.expect("agreed");
    samir.ask_to_leave(LeaveWhen::InSevenDays).await;
    awa.leave(toit).await;
    assert!(chloe.titles(OfferFilter::default()).await.is_empty(), "nobody meets him meanwhile");
    let samir = samir.sign_in().await;
    assert_eq!(chloe.titles(OfferFilter::default()).await, ["Cours"], "he stays");
    assert_eq!(samir.client.get_offer(offer.id).await.expect("his").state, OfferState::Open);
}

async fn what_is_posted_while_an_erasure_is_under_way_goes_with_it(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let draft = NewEvent { draft: true, ..event(toit, "Brouillon") };
    invite(&awa, &draft).await;
    let late = samir.tell(&notice(NoticeKind::Question, "Trop tard")).await;
    // A request that was under way: it is hers when the step for notices has been done already.
    let database = toit.database();
    let postgres = database.url().starts_with("postgres");
    let name = |id: uuid::Uuid| if postgres { format!("uuid '{id}'") } else { format!("x'{}'", id.simple()) };
    let hers = format!("UPDATE notices SET author_id = {} WHERE id = {}", name(awa.id().0), name(late.id.0));
    let (function, run) = if postgres {
        let body = format!("$$ BEGIN {hers}; RETURN NULL; END $$");
        (
            format!("CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS {body}"),
            "EXECUTE FUNCTION late()".to_owned(),
        )
    } else {
        ("SELECT 1".to_owned(), format!("BEGIN {hers}; END"))
    };
    database.rows(&function).await;
    database.rows(&format!("CREATE TRIGGER late AFTER DELETE ON events FOR EACH ROW {run}")).await;
    awa.leave(toit).await;
    assert_eq!(toit.count("notices").await, 0);
    assert_eq!(toit.count("outbox WHERE kind = 'notice'").await, 0, "nothing is left to do about it");
    assert!(samir.client.get_square(&SquareFilter::default()).await.expect("a page").items.is_empty());
}
