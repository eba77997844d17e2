//! What the program suggests, and what there is to see of it: neighbours who fit, rings before and after they are agreed.

use domain::barter::{BarterView, NewBarter};
use domain::category::CategorySlug;
use domain::id::OfferId;
use domain::offer::{InReturn, NewOffer, OfferKind, OfferView};
use domain::suggestion::RingView;
use domain::text::Title;

use crate::hand::What;
use crate::street::sign_in;
use crate::support::{Person, Place, Toit, key};
use crate::tab::Tab;

pub const SEWING: &str = "sewing";
pub const BIKES: &str = "bike_repair";
pub const COOKING: &str = "cooking";

fn slug(word: &str) -> CategorySlug {
    CategorySlug::parse(word).expect("a slug")
}

/// A service for another one.
pub async fn post(person: &Person, gives: &str, wants: &str, title: &str) -> OfferView {
    let in_return = InReturn::Categories { categories: vec![slug(wants)] };
    person.post(&NewOffer { category: slug(gives), in_return, ..person.services.offer(title) }).await
}

/// Three neighbours, none of whom could swap with one of the others: Fatou sews for Karim, Karim mends bikes for Linh, Linh cooks for
/// Fatou.
pub struct Three {
    pub fatou: Person,
    pub karim: Person,
    pub linh: Person,
    /// What Fatou, Karim and Linh have posted.
    pub posts: [OfferId; 3],
}

impl Three {
    pub async fn live_in(toit: &Toit) -> Self {
        let fatou = toit.neighbour("Fatou", Place::A).await;
        let karim = toit.neighbour("Karim", Place::B).await;
        let linh = toit.neighbour("Linh", Place::A).await;
        let sewing = post(&fatou, SEWING, COOKING, "Des ourlets et des boutons").await;
        let bikes = post(&karim, BIKES, SEWING, "Réparer votre vélo dans la cour").await;
        let meal = post(&linh, COOKING, BIKES, "Un plat vietnamien pour quatre").await;
        Self { fatou, karim, linh, posts: [sewing.id, bikes.id, meal.id] }
    }

    /// The ring that one of them is told of.
    pub async fn ring(person: &Person) -> RingView {
        let rings = person.client.list_rings(None, None).await.expect("rings are told of").items;
        assert_eq!(rings.len(), 1, "one ring");
        rings.into_iter().next().expect("one ring")
    }

    /// Somebody is the first one to say yes.
    pub async fn begun_by(person: &Person) -> BarterView {
        let new = NewBarter { ring: Some(Self::ring(person).await.id), ..NewBarter::default() };
        person.client.propose_barter(&new, &key()).await.expect("the ring is begun")
    }
}

/// Rings and neighbours as Fatou meets them, then a ring of four as somebody with a long name does.
pub struct Suggested {
    three: Three,
    four: Vec<Person>,
    nobody: OfferId,
    asked: OfferId,
    blocked: Person,
}

impl Suggested {
    pub async fn set(toit: &Toit) -> Self {
        let three = Three::live_in(toit).await;
        let four = four_with_long_names(toit).await;
        let nobody = post(&three.fatou, "dancing", "singing", "Danser le samedi soir").await.id;
        let zoe = toit.neighbour("Zoé", Place::A).await;
        post(&zoe, COOKING, SEWING, "De la soupe pour la semaine").await;
        // Somebody with a gift, and somebody with whom only one half is found.
        let help = NewOffer {
            kind: OfferKind::Request,
            category: slug("dog_walking"),
            in_return: InReturn::Nothing,
            ..three.fatou.services.offer("Quelqu'un pour promener Moka le mardi")
        };
        let asked = three.fatou.post(&help).await.id;
        let omar = toit.neighbour("Omar", Place::B).await;
        let gift = NewOffer { kind: OfferKind::Offer, ..help };
        let title = Title::parse("Je promène votre chien").expect("a title");
        omar.post(&NewOffer { title, ..gift }).await;
        let nina = toit.neighbour("Nina", Place::B).await;
        post(&nina, "dog_walking", "music", "Un tour au parc avec votre chien").await;
        let blocked = toit.neighbour("Hugo", Place::B).await;
        post(&blocked, "photography", "music", "Des portraits de famille").await;
        Self { three, four, nobody, asked, blocked }
    }
}

/// Four who could help each other in a ring.
pub async fn four_with_long_names(toit: &Toit) -> Vec<Person> {
    let names = ["Marie-Antoinette", "Maximilienne Charlotte", "Al", "Abdelkader-Mohamed"];
    let services = ["translation", "bulky_waste", "going_along", "crafts"];
    let mut four = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        let person = toit.neighbour(name, [Place::A, Place::B, Place::B, Place::A][at]).await;
        // Each wants what the one before gives, so that she gives to the next one.
        post(&person, services[at], services[(at + 3) % 4], &format!("Une annonce de {name}")).await;
        four.push(person);
    }
    four
}

/// Goes through all of it, signed out at first and at the end.
pub async fn walk(suggested: &Suggested, tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    let Suggested { three, four, nobody, asked, blocked } = suggested;
    sign_in(tab, &three.fatou, "/echanges").await;
    tab.arrive("barters").await;
    tab.says(&tab.word("ring.possible")).await;
    look(tab, "barters-rings").await;
    let own = format!("/annonces/{}", three.posts[0]);
    tab.open_at(&format!("{own}/voisins"), "matches").await;
    look(tab, "matches").await;
    tab.press(What::Link(&tab.word("matches.propose"))).await;
    tab.arrive("match-propose").await;
    look(tab, "match-propose").await;
    tab.open_at(&format!("{own}/voisins/{}", blocked.id()), "suggestion-gone").await;
    look(tab, "match-gone").await;
    tab.open_at(&own, "offer").await;
    look(tab, "offer-own-matches").await;
    tab.open_at(&format!("/annonces/{asked}/voisins"), "matches").await;
    tab.says("Omar").await;
    tab.says("Nina").await;
    look(tab, "matches-request").await;
    tab.open_at(&format!("/annonces/{nobody}/voisins"), "matches").await;
    look(tab, "matches-none").await;
    for (path, screen) in [("/moi/langues", "my-tongues"), ("/moi/personnes-bloquees", "my-blocks")] {
        tab.open_at(path, screen).await;
        look(tab, screen).await;
    }
    tab.open_at(&format!("/voisins/{}/ne-plus-voir", blocked.id()), "block").await;
    look(tab, "block").await;
    tab.press(What::Id("yes")).await;
    tab.arrive("square").await;
    tab.open_at("/moi/personnes-bloquees", "my-blocks").await;
    look(tab, "my-blocks-one").await;
    tab.press(What::Button(&tab.sentences.with_name("block.undo", "Hugo"))).await;
    tab.says(&tab.word("block.empty")).await;
    a_ring_of_three(three, tab, look).await;
    sign_out(tab).await;

    sign_in(tab, &four[0], "/echanges").await;
    tab.arrive("barters").await;
    tab.press(What::Link(&tab.word("ring.title_four"))).await;
    tab.arrive("ring").await;
    look(tab, "ring-four").await;
    tab.press(What::Id("consent")).await;
    tab.arrive("barter").await;
    let waiting = four[2].client.list_barters(None, None).await.expect("exchanges").items.remove(0);
    four[2].client.decline_barter(waiting.id).await.expect("anybody may say no");
    tab.open_at(&format!("/echanges/{}", waiting.id), "barter").await;
    look(tab, "ring-ended").await;
    sign_out(tab).await;
}

/// From the suggestion to the agreement: Fatou is the first one to say yes, Linh the last one.
async fn a_ring_of_three(three: &Three, tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    tab.open_at("/boucles/une-boucle-d-avant", "suggestion-gone").await;
    look(tab, "ring-gone").await;
    tab.open_at("/echanges", "barters").await;
    tab.press(What::Link(&tab.word("ring.title_three"))).await;
    tab.arrive("ring").await;
    look(tab, "ring").await;
    tab.press(What::Id("consent")).await;
    tab.arrive("barter").await;
    look(tab, "ring-waiting").await;
    let ring = three.karim.client.list_barters(None, None).await.expect("exchanges").items.remove(0);
    three.karim.client.consent_to_barter(ring.id, 1).await.expect("he says yes");
    sign_out(tab).await;

    sign_in(tab, &three.linh, "/echanges").await;
    tab.arrive("barters").await;
    look(tab, "barters-ring-answer").await;
    tab.press(What::Link(&tab.word("ring.title_three"))).await;
    tab.arrive("barter").await;
    look(tab, "ring-answer").await;
    tab.press(What::Id("decline")).await;
    tab.arrive("confirm").await;
    look(tab, "ring-decline").await;
    tab.press(What::Link(&tab.word("barter.decline_no"))).await;
    tab.arrive("barter").await;
    tab.press(What::Id("consent")).await;
    tab.says(&tab.word("ring.agreed")).await;
    look(tab, "ring-agreed").await;
    tab.press(What::Id("dissolve")).await;
    tab.arrive("confirm").await;
    look(tab, "ring-dissolve").await;
}

async fn sign_out(tab: &Tab) {
    tab.open_at("/moi", "me").await;
    tab.press(What::Id("sign-out")).await;
    tab.arrive("welcome").await;
}
