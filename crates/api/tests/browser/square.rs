//! The square: offers, notices and events in one list.

use client::SquareFilter;
use domain::notice::NoticeKind;
use serde_json::json;
use thirtyfour::Key;

use crate::hand::{Hand, What};
use crate::posts::{examine, party, post_notice};
use crate::street::Street;
use crate::support::{Person, Place, key};
use crate::tab::{Tab, Wishes};

/// The titles of the cards, from top to bottom.
async fn titles(tab: &Tab) -> Vec<String> {
    let script = "return [...document.querySelectorAll('main .post__title')].map((e) => e.textContent);";
    serde_json::from_value(tab.run(script).await).expect("titles")
}

async fn fill(street: &Street) -> Person {
    let samir = street.toit.neighbour("Samir", Place::A).await;
    samir.post(&samir.services.offer("Arroser vos plantes")).await;
    post_notice(&samir, &street.toit, NoticeKind::LostAnimal, "Chat roux perdu").await;
    samir.client.create_event(&party(&street.toit, "Fête des voisins", Some(50)), &key()).await.expect("an event");
    post_notice(&samir, &street.toit, NoticeKind::Question, "Où faire réparer un vélo ?").await;
    samir
}

async fn all_kinds_stand_on_the_square(hand: Hand) {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    fill(&street).await;
    let tab = street.tab_of(&awa, Wishes { hand, ..Wishes::default() }).await;
    let all = ["Où faire réparer un vélo ?", "Fête des voisins", "Chat roux perdu", "Arroser vos plantes"];
    assert_eq!(titles(&tab).await, all);
    tab.says("50 places libres").await;
    tab.says(&tab.word("square.end")).await;
    examine(&tab, "square-all").await;
    tab.press(What::Fold(&tab.word("square.choose"))).await;
    for (chip, title) in [
        ("square.kind_lost_found", "Chat roux perdu"),
        ("square.kind_notices", "Où faire réparer un vélo ?"),
        ("square.kind_events", "Fête des voisins"),
        ("square.kind_offers", "Arroser vos plantes"),
    ] {
        tab.press(What::Button(&tab.word(chip))).await;
        let only = format!(
            "const all = [...document.querySelectorAll('main .post__title')].map((e) => e.textContent); return all.length === 1 && all[0] === {};",
            json!(title)
        );
        tab.wait(&format!("{title} alone"), &only).await;
    }
    // Services can be looked at one by one; nothing else has services.
    tab.wait("the list of services", "return document.getElementById('service') !== null;").await;
    examine(&tab, "square-services").await;
    tab.press(What::Button(&tab.word("square.kind_all"))).await;
    tab.wait("no list of services", "return document.getElementById('service') === null;").await;
    tab.wait("everything again", "return document.querySelectorAll('main .post').length === 4;").await;
    tab.press(What::Link("Chat roux perdu")).await;
    tab.arrive("notice").await;
    tab.press(What::Link(&tab.word("bar.square"))).await;
    tab.arrive("square").await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn all_kinds_of_posts_stand_on_the_square_and_can_be_chosen() {
    all_kinds_stand_on_the_square(Hand::Touch).await;
}

#[tokio::test]
async fn the_square_is_read_by_keyboard_alone() {
    all_kinds_stand_on_the_square(Hand::Keyboard).await;
}

#[tokio::test]
async fn proposing_asks_first_what_it_is_about_and_leads_there() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes { hand: Hand::Keyboard, ..Wishes::default() }).await;
    for (way, screen) in [
        ("perdu", "notice-new"),
        ("trouve", "notice-new"),
        ("question", "notice-new-words"),
        ("nouvelle", "notice-new-words"),
        ("panne", "notice-new-words"),
        ("merci", "notice-new-words"),
        ("offer", "offer-new-group"),
        ("request", "offer-new-group"),
    ] {
        tab.press(What::Link(&tab.word("bar.propose"))).await;
        tab.arrive("what").await;
        tab.press(What::Id(&format!("what-{way}"))).await;
        tab.arrive(screen).await;
        tab.press(What::Link(&tab.word("write.back"))).await;
        tab.arrive("what").await;
        tab.press(What::Link(&tab.word("bar.square"))).await;
        tab.arrive("square").await;
    }
    // The kind that was chosen is the answer to the form's first question.
    tab.open_at("/annonces/nouvelle", "offer-new").await;
    let chosen = "return document.getElementById('kind-request').getAttribute('aria-pressed') === 'true';";
    tab.wait("the answer", chosen).await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn what_is_new_meanwhile_is_said_and_shown_only_when_wished() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, fill(&street).await);
    let tab = street.tab_of(&awa, Wishes::default()).await;
    let before = titles(&tab).await;
    let top = "return document.querySelector('main .posts').getBoundingClientRect().top;";
    let stood = tab.run(top).await;
    post_notice(&samir, &street.toit, NoticeKind::News, "Le marché est déplacé").await;
    post_notice(&samir, &street.toit, NoticeKind::Thanks, "Merci à tous").await;
    tab.says(&tab.word("square.newer").replace("{{ n }}", "2")).await;
    let said = "return document.getElementById('newer').closest('[role=status]') !== null;";
    tab.wait("a polite region", said).await;
    assert_eq!((titles(&tab).await, tab.run(top).await), (before, stood), "nothing moves by itself");
    examine(&tab, "square-newer").await;
    tab.press(What::Id("newer")).await;
    tab.says("Merci à tous").await;
    tab.wait("nothing more to say", "return document.getElementById('newer') === null;").await;
    tab.wait("the focus on the heading", "return document.activeElement === document.querySelector('main h1');").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn coming_back_finds_the_posts_as_they_are_by_now() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    let cat = post_notice(&samir, &street.toit, NoticeKind::LostAnimal, "Chat roux perdu").await;
    let gone = post_notice(&samir, &street.toit, NoticeKind::Question, "Qui a une échelle ?").await;
    let stays = post_notice(&samir, &street.toit, NoticeKind::Thanks, "Merci à tous").await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    assert_eq!(titles(&tab).await.len(), 3);
    tab.press(What::Link("Merci à tous")).await;
    tab.arrive("notice").await;
    samir.client.resolve_notice(cat.id).await.expect("found");
    samir.client.withdraw_notice(gone.id).await.expect("withdrawn");
    post_notice(&samir, &street.toit, NoticeKind::News, "Le marché est déplacé").await;
    tab.driver.back().await.expect("back");
    tab.screen("square").await;
    tab.wait("the cat that is found", "return document.querySelector('main .posts .post__end') !== null;").await;
    let left = titles(&tab).await;
    assert!(!left.iter().any(|title| title.contains("échelle") || title.contains("marché")), "{left:?}");
    assert!(left.iter().any(|title| title.contains(stays.title.as_str())), "{left:?}");
    tab.press(What::Id("newer")).await;
    tab.says("Le marché est déplacé").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_square_of_many_pages_ends_with_a_plain_end() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    for n in 1..=23 {
        post_notice(&samir, &street.toit, NoticeKind::News, &format!("Nouvelle {n}")).await;
    }
    let first = awa.client.get_square(&SquareFilter::default()).await.expect("the square");
    assert_eq!((first.items.len(), first.next.is_some()), (20, true));
    let tab = street.tab_of(&awa, Wishes::default()).await;
    assert_eq!(titles(&tab).await.len(), 20);
    tab.press(What::Button(&tab.word("square.more"))).await;
    tab.says(&tab.word("square.end")).await;
    let all = titles(&tab).await;
    assert_eq!((all.len(), all[22].as_str()), (23, "Nouvelle 1"));
    // Coming back finds it as it was left.
    let there = "scrollTo(0, document.body.scrollHeight); return scrollY;";
    let left = tab.run(there).await.as_f64().expect("a place");
    assert!(left > 500.0, "{left}");
    tab.press(What::Link("Nouvelle 1")).await;
    tab.arrive("notice").await;
    tab.driver.back().await.expect("back");
    tab.screen("square").await;
    assert_eq!(titles(&tab).await.len(), 23);
    tab.wait("the place where it was left", "return scrollY > 500;").await;
    tab.keys(Key::Tab).await;
    tab.close().await;
    street.close().await;
}
