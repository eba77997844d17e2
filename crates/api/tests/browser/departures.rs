//! Those who leave, and what there is to see of it: receipts in all their states, what those read who stay.

use api::app::offices::{self, HouseholdOptions};
use chrono::TimeDelta;
use domain::barter::BarterView;
use domain::leaving::{LeaveWhen, ReceiptToken};
use domain::offer::OfferView;

use crate::hand::What;
use crate::street::sign_in;
use crate::support::{PASSWORD, Person, Place, Toit, appointment, join, offer_leg, roll};
use crate::tab::Tab;

/// Departures in all their states.
pub struct Departures {
    receipts: Vec<(&'static str, ReceiptToken)>,
    /// Has asked to leave, and is about to come back.
    paused: Person,
    /// Her lease has ended.
    ended: Person,
}

impl Departures {
    pub async fn set(toit: &Toit) -> Self {
        let stops = toit.neighbour("Rose", Place::A).await;
        let stopped = stops.ask_to_leave(LeaveWhen::InSevenDays).await;
        stops.sign_in().await;
        let waits = toit.neighbour("Paul", Place::A).await;
        let waiting = waits.ask_to_leave(LeaveWhen::InSevenDays).await;
        let done = toit.neighbour("Jean", Place::A).await.ask_to_leave(LeaveWhen::Now).await;
        let ended = whose_lease_has_ended(toit).await;
        toit.tick().await.expect("what is due is done");
        let paused = toit.neighbour("Lina", Place::A).await;
        paused.ask_to_leave(LeaveWhen::InSevenDays).await;
        // The last one: nobody does what is due any more.
        let erasing = toit.neighbour("Omar", Place::A).await.ask_to_leave(LeaveWhen::Now).await;
        let receipts = vec![
            ("receipt-waiting", waiting),
            ("receipt-stopped", stopped),
            ("receipt-erasing", erasing),
            ("receipt-done", done),
        ];
        Self { receipts, paused, ended }
    }
}

/// Somebody of the household "A-duo", which ended yesterday: her account is going to be erased.
pub async fn whose_lease_has_ended(toit: &Toit) -> Person {
    let person = Person::join_with(toit, &join(&toit.code_of("A-duo").await, "Mireille")).await;
    let mut rows = roll(false);
    let row = rows.iter_mut().find(|row| row.reference == "A-duo").expect("a household of the roll");
    row.lease_end = Some((toit.now() - TimeDelta::days(2)).date_naive());
    let options = HouseholdOptions { dry_run: false, confirm_ended: Some(1) };
    offices::import_households(toit.app(), toit.office, rows, options).await.expect("the roll is loaded");
    api::app::retention::sweep(toit.app()).await.expect("it is noted");
    person
}

/// Two exchanges with somebody who leaves then: one that ran, one that was done.
pub async fn left_exchanges(toit: &Toit, awa: &Person, own: &OfferView) -> [(&'static str, BarterView); 2] {
    let elise = toit.neighbour("Élise", Place::B).await;
    let hers = elise.post(&elise.services.offer("Une heure de lecture chez Élise")).await;
    let legs = vec![offer_leg(awa, &elise, own), offer_leg(&elise, awa, &hers)];
    let runs = elise.propose(legs).await;
    let runs = awa.client.consent_to_barter(runs.id, 1).await.expect("she consents");
    let gift = elise.post(&elise.services.offer("Encore une heure de lecture")).await;
    let done = awa.take(&gift, &elise).await.expect("a gift");
    let leg = done.legs[0].leg.terms.id;
    let day = appointment(toit.now(), "chez Élise");
    elise.client.schedule_leg(done.id, leg, &day).await.expect("a day");
    elise.client.finish_leg(done.id, leg).await.expect("done");
    awa.client.confirm_leg(done.id, leg).await.expect("confirmed");
    elise.leave(toit).await;
    [("left", runs), ("left-completed", done)]
}

/// Goes through what departures have left, signed out at first and at the end.
pub async fn walk(departures: &Departures, tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    for (screen, token) in &departures.receipts {
        tab.open_at(&format!("/recu/{}", token.as_str()), screen).await;
        look(tab, screen).await;
    }
    tab.open_at("/recu/un-recu-que-personne-ne-connait", "receipt-unknown").await;
    look(tab, "receipt-unknown").await;

    sign_in(tab, &departures.paused, "/connexion").await;
    tab.arrive("square").await;
    tab.says(&tab.word("notice.stayed")).await;
    look(tab, "square-stayed").await;
    sign_out(tab).await;

    sign_in(tab, &departures.ended, "/connexion").await;
    tab.arrive("square").await;
    tab.wait("the notice", "return document.getElementById('lease-ended') !== null;").await;
    look(tab, "square-lease-ended").await;
    tab.open_at("/moi", "me").await;
    tab.wait("the notice", "return document.getElementById('lease-ended') !== null;").await;
    look(tab, "me-lease-ended").await;
    tab.open_at("/moi/quitter?etape=2", "leave-when").await;
    tab.choose("when", "now").await;
    tab.fill("password", &format!("{PASSWORD} !")).await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("refused.wrong_password")).await;
    look(tab, "leave-when-refused").await;
    sign_out(tab).await;
}

async fn sign_out(tab: &Tab) {
    tab.open_at("/moi", "me").await;
    tab.press(What::Id("sign-out")).await;
    tab.arrive("welcome").await;
}
