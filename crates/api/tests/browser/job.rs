//! The main job: two neighbours of different residences swap computer lessons for ironing, from their codes to the end.

use chrono::TimeDelta;
use domain::tenant::Language;

use crate::hand::{Hand, What};
use crate::street::{IRONING, LESSONS, Neighbour, Street, Tree};
use crate::support::{PASSWORD, Place};
use crate::tab::Wishes;

pub const TITLE: &str = "Cours d'informatique pour débuter";

impl Neighbour {
    /// From the welcome page to the card with the sign-in name, without an e-mail address.
    async fn join(&self, street: &Street, place: Place, first_name: &str, animal: &str) {
        let code = street.toit.code(place).await.to_string();
        let tab = &self.tab;
        tab.open_at("/", "welcome").await;
        self.follow("welcome.code", "join-code").await;
        // As it may be typed from paper.
        let typed = code.to_lowercase().replace('-', " ");
        tab.fill("code", &typed).await;
        self.submit("join-residence").await;
        tab.says(&format!("Résidence {}", place.reference())).await;
        self.follow("join.residence_yes", "join-name").await;
        tab.fill("first-name", first_name).await;
        tab.choose("animal", animal).await;
        self.submit("join-return").await;
        tab.fill("password", PASSWORD).await;
        self.submit("join-done").await;
        tab.says(&tab.sentences.with_name("join.done_title", first_name)).await;
    }

    /// To the list of exchanges, and to the one with this neighbour.
    pub async fn to_the_exchange_with(&self, name: &str) {
        self.follow("bar.barters", "barters").await;
        self.tab.press(What::Link(&self.tab.sentences.with_name("barter.with", name))).await;
        self.arrive("barter").await;
    }

    /// Presses a button of the exchange and waits until this has come of it.
    pub async fn act(&self, id: &str, then: &str) {
        self.tab.press(What::Id(id)).await;
        self.tab.wait(then, &format!("return document.getElementById({id:?}) === null;")).await;
        self.tab.says(&self.tab.word(then)).await;
        self.arrive("barter").await;
    }
}

/// Computer lessons for ironing, in five steps after the first.
pub async fn offer_lessons(samir: &Neighbour, tree: &Tree) {
    let tab = &samir.tab;
    samir.press(&format!("service-{}", tree.group(LESSONS)), "offer-new-service").await;
    samir.press(&format!("service-{LESSONS}"), "offer-new-words").await;
    tab.fill("title", TITLE).await;
    tab.fill("text", "Allumer, écrire un courriel, payer une facture. On va doucement.").await;
    samir.submit("offer-new-reach").await;
    tab.fill("times", "le samedi matin").await;
    samir.submit("offer-new-return").await;
    tab.choose("in-return", "categories").await;
    tab.press(What::Fold(tree.name(tree.group(IRONING).as_str()))).await;
    tab.choose("wanted", IRONING).await;
    samir.submit("offer-new-preview").await;
    tab.says(TITLE).await;
    samir.press("publish", "matches").await;
    tab.says(&tab.word("matches.nobody")).await;
}

/// Awa finds the offer and would iron for it, the day after tomorrow.
pub async fn propose(awa: &Neighbour, today: chrono::NaiveDate) {
    let tab = &awa.tab;
    tab.press(What::Link(TITLE)).await;
    awa.arrive("offer").await;
    awa.follow("offer.propose", "propose").await;
    tab.choose("give", &format!("service:{IRONING}")).await;
    awa.submit("propose-details").await;
    tab.fill("give-what", "Deux heures de repassage").await;
    tab.press(What::Id("give-more")).await;
    tab.fill_time("give-day", &(today + TimeDelta::days(2)).to_string()).await;
    tab.fill_time("give-hour", "18:30").await;
    tab.fill("give-place", "chez Samir").await;
    tab.fill("note", "Bonjour Samir, cela me ferait plaisir.").await;
    awa.submit("barter").await;
}

pub async fn the_main_job(hand: Hand) {
    let Some(street) = Street::open().await else { return };
    let today = street.toit.now().date_naive();
    // The tree of services is the same for everybody; only members may read it.
    let tree = Tree::of(&street.toit.neighbour("Luc", Place::C).await, Language::Fr).await;
    let wishes = Wishes { hand, ..Wishes::default() };
    let samir = Neighbour::at(street.tab(wishes).await, "samir");
    let awa = Neighbour::at(street.tab(wishes).await, "awa");

    samir.join(&street, Place::A, "Samir", "bird").await;
    samir.follow("join.first_offer", "offer-new").await;
    samir.press("kind-offer", "offer-new-group").await;
    offer_lessons(&samir, &tree).await;
    awa.join(&street, Place::B, "Awa", "cat").await;
    awa.follow("join.first_look", "square").await;
    propose(&awa, today).await;

    samir.to_the_exchange_with("Awa").await;
    samir.tab.says("Bonjour Samir, cela me ferait plaisir.").await;
    samir.press("counter", "counter").await;
    samir.tab.fill_time("get-day", &(today + TimeDelta::days(3)).to_string()).await;
    samir.submit("barter").await;

    awa.to_the_exchange_with("Samir").await;
    awa.act("consent", "leg.state_scheduled").await;
    awa.press("leg-get-schedule", "leg-day").await;
    awa.tab.fill_time("day", &(today + TimeDelta::days(5)).to_string()).await;
    awa.tab.fill_time("hour", "10:00").await;
    awa.tab.fill("place", "salle commune").await;
    awa.submit("barter").await;

    samir.to_the_exchange_with("Awa").await;
    samir.act("leg-give-done", "leg.state_done").await;
    awa.to_the_exchange_with("Samir").await;
    awa.act("leg-get-confirm", "leg.state_confirmed").await;
    awa.act("leg-give-done", "leg.state_done").await;
    samir.to_the_exchange_with("Awa").await;
    samir.act("leg-get-confirm", "barter.completed_said").await;

    for neighbour in [samir, awa] {
        assert_eq!(neighbour.tab.faults().await, [""; 0]);
        neighbour.tab.close().await;
    }
    street.close().await;
}
