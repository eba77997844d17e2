//! Looking for words.

use domain::notice::NoticeKind;
use thirtyfour::Key;

use crate::hand::{Hand, What};
use crate::posts::{examine, party, post_notice};
use crate::street::Street;
use crate::support::{Place, key};
use crate::tab::Wishes;

#[tokio::test]
async fn what_is_typed_is_found_without_pressing_anything() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    post_notice(&samir, &street.toit, NoticeKind::LostAnimal, "Chat roux perdu").await;
    samir.post(&samir.services.offer("Garder vos chats l'été")).await;
    samir.client.create_event(&party(&street.toit, "Fête des voisins", None), &key()).await.expect("an event");
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.press(What::Link(&tab.word("search.title"))).await;
    tab.screen("search").await;
    tab.wait("the focus in the field", "return document.activeElement.id === 'q';").await;
    examine(&tab, "search-empty").await;
    tab.fill("q", "cha").await;
    tab.says(&tab.word("search.many").replace("{{ n }}", "2")).await;
    let polite = "return document.getElementById('found').getAttribute('role') === 'status';";
    tab.wait("a polite region", polite).await;
    examine(&tab, "search-two").await;
    tab.fill("q", "fete").await;
    tab.says(&tab.word("search.one")).await;
    tab.says("Fête des voisins").await;
    // A reload, and coming back, find the words and what was found.
    assert_eq!(tab.path().await, "/chercher?q=fete");
    tab.driver.refresh().await.expect("the page is loaded anew");
    tab.screen("search").await;
    tab.says(&tab.word("search.one")).await;
    tab.fill("q", "roux").await;
    tab.says("Chat roux perdu").await;
    tab.press(What::Link("Chat roux perdu")).await;
    tab.arrive("notice").await;
    tab.driver.back().await.expect("back");
    tab.screen("search").await;
    tab.gives("return document.getElementById('q').value;", "roux").await;
    tab.says("Chat roux perdu").await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn nothing_found_says_what_to_try() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes { hand: Hand::Keyboard, ..Wishes::default() }).await;
    tab.open_at("/chercher", "search").await;
    // The browser of the tests gives a page the focus with the first key.
    tab.keys(Key::Tab).await;
    let hostile = "\"girafe\" OR title:* <b>&q=%41";
    tab.fill("q", hostile).await;
    tab.keys(Key::Enter).await;
    tab.says(&tab.word("search.empty")).await;
    tab.says(&tab.word("search.none").replace("{{ words }}", hostile)).await;
    examine(&tab, "search-none").await;
    tab.press(What::Link(&tab.word("search.empty_ask"))).await;
    tab.arrive("what").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_search_without_network_says_so_and_goes_on_with_the_next_letter() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    post_notice(&awa, &street.toit, NoticeKind::News, "Le marché est déplacé").await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at("/chercher", "search").await;
    tab.offline(true).await;
    tab.fill("q", "march").await;
    tab.says(&tab.word("problem.network")).await;
    tab.offline(false).await;
    tab.fill("q", "marché").await;
    tab.says("Le marché est déplacé").await;
    let gone = "return document.querySelector('main .notice--alarm') === null;";
    tab.wait("nothing wrong any more", gone).await;
    tab.close().await;
    street.close().await;
}
