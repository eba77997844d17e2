//! Who can help, told after posting; one press proposes it.

use domain::barter::BarterPart;
use domain::tenant::Language;

use crate::hand::What;
use crate::street::{Street, Tree};
use crate::suggested::{BIKES, SEWING, post};
use crate::support::Place;
use crate::tab::{Tab, Wishes};

/// Writes an offer of a service for another one, up to the button that publishes it.
async fn write(tab: &Tab, tree: &Tree, gives: &str, wants: &str, title: &str) {
    tab.open_at("/annonces/nouvelle", "offer-new").await;
    for (id, screen) in [
        ("kind-offer".to_owned(), "offer-new-group"),
        (format!("service-{}", tree.group(gives)), "offer-new-service"),
        (format!("service-{gives}"), "offer-new-words"),
    ] {
        tab.press(What::Id(&id)).await;
        tab.arrive(screen).await;
    }
    tab.fill("title", title).await;
    tab.press(What::Submit).await;
    tab.arrive("offer-new-reach").await;
    tab.press(What::Submit).await;
    tab.arrive("offer-new-return").await;
    tab.choose("in-return", "categories").await;
    tab.press(What::Fold(tree.name(tree.group(wants).as_str()))).await;
    tab.choose("wanted", wants).await;
    tab.press(What::Submit).await;
    tab.arrive("offer-new-preview").await;
}

#[tokio::test]
async fn after_posting_one_tap_proposes_the_swap_that_was_found() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::B).await);
    let theirs = post(&samir, BIKES, SEWING, "Réparer votre vélo dans la cour").await;
    let tree = Tree::of(&awa, Language::Fr).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    write(&tab, &tree, SEWING, BIKES, "Des ourlets et des boutons").await;
    tab.press(What::Id("publish")).await;
    tab.arrive("matches").await;
    tab.says(&tab.word("matches.help_one")).await;
    tab.says("Samir cherche : Couture, ourlets. Vous le proposez.").await;
    tab.says("Samir propose : Réparer un vélo. Vous le cherchez.").await;
    tab.says("Résidence A, à 300 m").await;
    tab.shot("fr-light-matches-one").await;

    tab.press(What::Link(&tab.word("matches.propose"))).await;
    tab.arrive("match-propose").await;
    tab.says("Des ourlets et des boutons").await;
    tab.says("Réparer votre vélo dans la cour").await;
    tab.press(What::Submit).await;
    tab.arrive("barter").await;

    let asked = samir.client.list_barters(Some(BarterPart::NeedsMe), None).await.expect("exchanges").items;
    let [barter] = asked.as_slice() else { panic!("one proposal: {asked:?}") };
    let legs = &barter.terms[0].legs;
    let get = legs.iter().find(|leg| leg.receiver == awa.id()).expect("what she gets");
    let give = legs.iter().find(|leg| leg.giver == awa.id()).expect("what she gives");
    assert_eq!((legs.len(), get.offer, give.wish), (2, Some(theirs.id), get.offer));
    assert_eq!(give.offer, get.wish, "her own offer is promised by both");

    // What was found for them can be talked about like any other proposal.
    let his = street.tab_of(&samir, Wishes::default()).await;
    his.open_at(&format!("/echanges/{}", barter.id), "barter").await;
    his.press(What::Id("counter")).await;
    his.arrive("counter").await;
    his.press(What::Id("give-more")).await;
    his.fill("give-place", "dans la cour").await;
    his.press(What::Submit).await;
    his.arrive("barter").await;
    let newest = awa.client.get_barter(barter.id).await.expect("the exchange");
    assert_eq!(newest.terms.len(), 2);
    assert!(newest.terms[1].legs.iter().all(|leg| leg.wish.is_some()), "the wishes stay promised: {newest:?}");
    his.close().await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn whoever_helps_stands_on_the_page_of_the_own_offer_too() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::A).await);
    let own = post(&awa, SEWING, BIKES, "Des ourlets et des boutons").await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/annonces/{}", own.id), "offer").await;
    tab.says(&tab.word("matches.title")).await;
    tab.says(&tab.word("matches.nobody")).await;
    post(&samir, BIKES, SEWING, "Réparer votre vélo dans la cour").await;
    tab.open_at(&format!("/annonces/{}", own.id), "offer").await;
    tab.says("Samir cherche : Couture, ourlets. Vous le proposez.").await;
    tab.says(&tab.word("offer.same_residence")).await;
    // Paused, nobody is looked for.
    tab.press(What::Button(&tab.word("offer.pause"))).await;
    tab.wait("no list", "return document.getElementById('matches') === null;").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_swap_that_is_gone_says_so_and_leads_on() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::B).await);
    let own = post(&awa, SEWING, BIKES, "Des ourlets et des boutons").await;
    let theirs = post(&samir, BIKES, SEWING, "Réparer votre vélo dans la cour").await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/annonces/{}/voisins", own.id), "matches").await;
    tab.press(What::Link(&tab.word("matches.propose"))).await;
    tab.arrive("match-propose").await;
    samir.client.close_offer(theirs.id).await.expect("his own offer");
    tab.press(What::Submit).await;
    tab.arrive("suggestion-gone").await;
    tab.press(What::Link(&tab.word("matches.title"))).await;
    tab.arrive("matches").await;
    tab.says(&tab.word("matches.nobody")).await;
    tab.close().await;
    street.close().await;
}
