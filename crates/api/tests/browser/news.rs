//! What concerns somebody, in her open page at once.

use crate::counts::{bar_counts, bell_counts};
use crate::hand::{Hand, What};
use crate::look::NARROW;
use crate::street::Street;
use crate::support::{Place, counter, offer_leg};
use crate::tab::Wishes;

async fn news_lead_on(hand: Hand) {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::A).await);
    let own = awa.post(&awa.services.offer("Du repassage")).await;
    let tab = street.tab_of(&awa, Wishes { hand, ..Wishes::default() }).await;
    bell_counts(&tab, 0).await;
    let asked = samir.propose(vec![offer_leg(&awa, &samir, &own)]).await;
    bell_counts(&tab, 1).await;
    // It waits for her answer, too.
    bar_counts(&tab, 1).await;
    assert_eq!(tab.axe().await, [""; 0]);
    tab.press(What::Link(&tab.word("news.title"))).await;
    tab.arrive("news").await;
    let sentence = tab.sentences.with_name("news.barter_proposed", "Samir");
    tab.says(&sentence).await;
    tab.says(&tab.word("news.unread_tag")).await;
    assert_eq!(tab.axe().await, [""; 0]);
    assert_eq!(tab.cut_off(NARROW).await, [""; 0]);

    // While the page is open something more happens: nothing moves until she wishes.
    let other = samir.post(&samir.services.offer("Arroser les plantes")).await;
    let swap = vec![offer_leg(&awa, &samir, &own), offer_leg(&samir, &awa, &other)];
    let asked_too = samir.propose(swap).await;
    tab.press(What::Id("see-news")).await;
    let lines = "return document.querySelectorAll('.news').length === 2;";
    tab.wait("both lines", lines).await;

    tab.press(What::Link(&sentence)).await;
    tab.arrive("barter").await;
    let path = tab.path().await;
    assert!([asked.id, asked_too.id].iter().any(|id| path == format!("/echanges/{id}")), "{path}");
    tab.open_at("/moi", "me").await;
    bell_counts(&tab, 0).await;
    tab.open_at("/nouvelles", "news").await;
    tab.says(&tab.word("news.all_read")).await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn news_come_to_the_open_page_and_lead_to_what_can_be_done() {
    news_lead_on(Hand::Touch).await;
}

#[tokio::test]
async fn news_are_read_by_keyboard_alone() {
    news_lead_on(Hand::Keyboard).await;
}

#[tokio::test]
async fn an_open_exchange_says_that_something_is_new_and_moves_when_the_reader_wishes() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::A).await);
    let (own, his) = (
        awa.post(&awa.services.offer("Du repassage")).await,
        samir.post(&samir.services.offer("Arroser les plantes")).await,
    );
    let asked = awa.propose(vec![offer_leg(&awa, &samir, &own), offer_leg(&samir, &awa, &his)]).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/echanges/{}", asked.id), "barter").await;
    tab.wait("the way to write to him", "return document.getElementById('talk') !== null;").await;
    let gift = vec![offer_leg(&samir, &awa, &his)];
    samir.client.counter_barter(asked.id, &counter(&asked, gift)).await.expect("a counter-offer");
    tab.says(&tab.word("news.see")).await;
    let before = "return document.getElementById('consent') === null;";
    assert_eq!(tab.run(before).await, true, "what she reads has not moved");
    assert_eq!(tab.axe().await, [""; 0]);
    tab.press(What::Id("see-news")).await;
    tab.wait("the newest terms", "return document.getElementById('consent') !== null;").await;
    tab.open_at("/moi", "me").await;
    bell_counts(&tab, 0).await;
    tab.close().await;
    street.close().await;
}
