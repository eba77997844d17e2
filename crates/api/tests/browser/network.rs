//! When the network or the session is gone.

use crate::hand::What;
use crate::street::{Street, sign_in};
use crate::support::{PASSWORD, Place};
use crate::tab::Wishes;

#[tokio::test]
async fn the_offline_page_says_so_and_comes_back() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::A).await);
    samir.post(&samir.services.offer("Arroser les plantes")).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.wait("the offer", "return named('a[href]', 'Arroser les plantes') !== null;").await;

    tab.offline(true).await;
    tab.says(&tab.word("page.offline")).await;
    assert_eq!(tab.axe().await, [""; 0]);
    tab.press(What::Link("Arroser les plantes")).await;
    tab.arrive("error").await;
    tab.says(&tab.word("page.no_network")).await;
    assert_eq!(tab.axe().await, [""; 0]);
    tab.shot("fr-light-offline").await;
    tab.press(What::Button(&tab.word("page.retry"))).await;
    tab.arrive("error").await;

    tab.offline(false).await;
    let banner = format!("return !document.body.innerText.includes({:?});", tab.word("page.offline"));
    tab.wait("the banner to go", &banner).await;
    tab.press(What::Button(&tab.word("page.retry"))).await;
    tab.arrive("offer").await;
    tab.says("Arroser les plantes").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn an_ended_session_leads_to_sign_in_and_back() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::A).await);
    let offer = samir.post(&samir.services.offer("Arroser les plantes")).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    let path = format!("/annonces/{}/proposer", offer.id);
    tab.open_at(&path, "propose").await;
    awa.client.end_all_sessions().await.expect("all sessions are ended");

    tab.choose("give", "nothing").await;
    tab.press(What::Submit).await;
    tab.arrive("propose-details").await;
    tab.press(What::Submit).await;
    tab.arrive("sign-in").await;
    tab.says(&tab.word("sign_in.sent_here")).await;
    tab.fill("name", &awa.me.sign_in_name).await;
    tab.fill("password", PASSWORD).await;
    tab.press(What::Submit).await;
    tab.arrive("propose").await;
    assert_eq!(tab.path().await.split('?').next(), Some(path.as_str()), "back where she was");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn whoever_is_not_signed_in_comes_back_to_the_page_of_the_link() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab(Wishes::default()).await;
    sign_in(&tab, &awa, "/echanges").await;
    tab.arrive("barters").await;
    assert_eq!(tab.path().await, "/echanges");
    // An address from outside leads to nobody else's site.
    tab.open_at("/moi", "me").await;
    tab.press(What::Id("sign-out")).await;
    tab.arrive("welcome").await;
    sign_in(&tab, &awa, "/connexion?suite=%2F%2Fexample.invalid%2F").await;
    tab.arrive("square").await;
    assert_eq!(tab.path().await, "/place");
    tab.close().await;
    street.close().await;
}
