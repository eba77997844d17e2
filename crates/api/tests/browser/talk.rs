//! Neighbours write to each other, and read it at once in their open pages.

use chrono::TimeDelta;
use domain::conversation::ConversationView;
use serde_json::json;

use crate::counts::bar_counts;
use crate::hand::{Hand, What};
use crate::look::NARROW;
use crate::street::{Street, sign_in};
use crate::support::{Person, Place};
use crate::tab::{Tab, Wishes};
use crate::talked::{ask, bubbles, say, waits_for_bubble, write};
use crate::wire::Wire;

async fn two(street: &Street) -> (Person, Person) {
    (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::A).await)
}

/// Samir has posted an offer, and Awa has said a word about it.
async fn asked(street: &Street) -> (Person, Person, ConversationView) {
    let (samir, awa) = two(street).await;
    let offer = samir.post(&samir.services.offer("Arroser les plantes")).await;
    let talk = ask(&awa, &offer, "Bonjour").await;
    (samir, awa, talk)
}

/// Awa's tab, open at what she has said, and the wire over which it hears.
async fn over_a_wire(street: &Street, awa: &Person, talk: &ConversationView) -> (Wire, Tab) {
    let wire = Wire::to(&street.toit.url()).await;
    let mut tab = street.tab(Wishes::default()).await;
    tab.base = wire.url();
    sign_in(&tab, awa, "/connexion").await;
    tab.arrive("square").await;
    tab.open_at(&format!("/conversations/{}", talk.id), "conversation").await;
    (wire, tab)
}

async fn two_neighbours_talk(hand: Hand) {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = two(&street).await;
    samir.post(&samir.services.offer("Arroser les plantes")).await;
    let his = street.tab_of(&samir, Wishes::default()).await;
    let hers = street.tab_of(&awa, Wishes { hand, ..Wishes::default() }).await;

    hers.press(What::Link("Arroser les plantes")).await;
    hers.arrive("offer").await;
    hers.press(What::Id("talk")).await;
    hers.arrive("talk-new").await;
    hers.says("Arroser les plantes").await;
    hers.fill("text", "Pour 10 euros ?").await;
    hers.says(&hers.word("talk.note_price")).await;
    hers.fill("text", "Bonjour Samir, samedi ?").await;
    hers.press(What::Submit).await;
    hers.arrive("conversation").await;
    waits_for_bubble(&hers, "Bonjour Samir, samedi ?").await;

    // He has touched nothing.
    bar_counts(&his, 1).await;
    his.press(What::Link(&his.word("bar.barters"))).await;
    his.arrive("barters").await;
    his.press(What::Link(&his.word("talk.list"))).await;
    his.arrive("conversations").await;
    his.says(&his.word("talk.unread_one")).await;
    assert_eq!(his.axe().await, [""; 0]);
    his.press(What::Link("Awa")).await;
    his.arrive("conversation").await;
    bar_counts(&his, 0).await;

    // Both look at the same conversation now; what one writes stands on the other's page.
    his.tab_to_the_text().await;
    write(&hers, "Ou dimanche, si cela vous va mieux.").await;
    waits_for_bubble(&his, "Ou dimanche, si cela vous va mieux.").await;
    let focus = "return document.activeElement.id;";
    assert_eq!(his.run(focus).await, "text", "the focus stays where he writes");
    let log = "return document.querySelector('[role=log]').textContent.replaceAll('\\u00a0', ' ');";
    his.gives(log, "Nouveau message. Awa : Ou dimanche, si cela vous va mieux.").await;
    write(&his, "Samedi, c'est parfait.").await;
    waits_for_bubble(&hers, "Samedi, c'est parfait.").await;
    assert_eq!(bubbles(&his).await, bubbles(&hers).await);
    let mine = "return [...document.querySelectorAll('.bubble')].map((e) => e.classList.contains('bubble--mine'));";
    assert_eq!(hers.run(mine).await, json!([true, true, false]));
    bar_counts(&his, 0).await;

    hers.press(What::Link(&hers.word("talk.give_contact"))).await;
    hers.arrive("talk-contact").await;
    hers.says("Samir").await;
    hers.fill("contact", "06 12 34 56 78").await;
    hers.press(What::Submit).await;
    hers.arrive("conversation").await;
    his.wait("her number", "return document.querySelector('a[href=\"tel:0612345678\"]') !== null;").await;

    hers.press(What::Link(&hers.word("talk.take_back"))).await;
    hers.arrive("confirm").await;
    hers.press(What::Id("yes")).await;
    hers.arrive("conversation").await;
    waits_for_bubble(&his, &his.word("talk.gone_message")).await;
    his.wait("her first words to go", "return !document.body.innerText.includes('samedi ?');").await;
    for tab in [&hers, &his] {
        assert_eq!(tab.axe().await, [""; 0]);
        assert_eq!(tab.cut_off(NARROW).await, [""; 0]);
        assert_eq!(tab.small_targets().await, [""; 0]);
        assert_eq!(tab.faults().await, [""; 0]);
    }
    if hand == Hand::Touch {
        his.shot("fr-light-talk-samir").await;
        hers.shot("fr-light-talk-awa").await;
    }
    for tab in [hers, his] {
        tab.close().await;
    }
    street.close().await;
}

impl Tab {
    /// Puts the focus where messages are written.
    async fn tab_to_the_text(&self) {
        self.fill("text", "Je").await;
        self.fill("text", "J'écris").await;
    }
}

#[tokio::test]
async fn two_neighbours_talk_and_read_each_other_at_once() {
    two_neighbours_talk(Hand::Touch).await;
}

#[tokio::test]
async fn two_neighbours_talk_by_keyboard_alone() {
    two_neighbours_talk(Hand::Keyboard).await;
}

#[tokio::test]
async fn what_is_typed_survives_a_reload_and_what_was_not_sent_is_sent_once() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa, talk) = asked(&street).await;
    let path = format!("/conversations/{}", talk.id);
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&path, "conversation").await;
    tab.fill("text", "Un long message").await;
    tab.open_at(&path, "conversation").await;
    tab.gives("return document.getElementById('text').value;", "Un long message").await;

    tab.offline(true).await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("talk.failed")).await;
    assert_eq!(tab.axe().await, [""; 0]);
    tab.offline(false).await;
    tab.open_at(&path, "conversation").await;
    assert_eq!(tab.run("return document.getElementById('text').value;").await, "");
    tab.press(What::Button(&tab.word("talk.again"))).await;
    waits_for_bubble(&tab, "Un long message").await;
    tab.open_at(&path, "conversation").await;
    assert_eq!(bubbles(&tab).await, ["Bonjour", "Un long message"]);
    let said = samir.client.list_messages(talk.id, None, None).await.expect("messages").items;
    assert_eq!(said.len(), 2, "once");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_page_whose_line_was_cut_reads_what_it_has_missed() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa, talk) = asked(&street).await;
    let (wire, tab) = over_a_wire(&street, &awa, &talk).await;
    say(&samir, &talk, "Avant la coupure").await;
    waits_for_bubble(&tab, "Avant la coupure").await;

    wire.cut();
    say(&samir, &talk, "Pendant la coupure").await;
    wire.mend();
    waits_for_bubble(&tab, "Pendant la coupure").await;
    say(&samir, &talk, "Après la coupure").await;
    waits_for_bubble(&tab, "Après la coupure").await;
    assert_eq!(bubbles(&tab).await, ["Bonjour", "Avant la coupure", "Pendant la coupure", "Après la coupure"]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_page_listens_again_once_its_session_is_renewed() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa, talk) = asked(&street).await;
    let (wire, tab) = over_a_wire(&street, &awa, &talk).await;

    // The token lives for ten minutes; the browser that comes back after it is refused.
    wire.cut();
    street.toit.wait(TimeDelta::minutes(11)).await;
    let samir = samir.sign_in().await;
    say(&samir, &talk, "Toujours là ?").await;
    wire.mend();
    waits_for_bubble(&tab, "Toujours là ?").await;
    say(&samir, &talk, "Oui").await;
    waits_for_bubble(&tab, "Oui").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn where_no_line_holds_the_page_asks_from_time_to_time() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa, talk) = asked(&street).await;
    let tab = street.tab(Wishes::default()).await;
    // Something on the way lets no line through; a minute of this page lasts two seconds.
    tab.tell("Network.enable", json!({})).await;
    tab.tell("Network.setBlockedURLs", json!({ "urls": ["*/api/v1/stream"] })).await;
    let faster = "const real = window.setTimeout; window.setTimeout = (what, after, ...more) => real(what, after / 30, ...more);";
    tab.tell("Page.enable", json!({})).await;
    tab.tell("Page.addScriptToEvaluateOnNewDocument", json!({ "source": faster })).await;
    sign_in(&tab, &awa, "/connexion").await;
    tab.arrive("square").await;
    say(&samir, &talk, "Un mot").await;
    bar_counts(&tab, 1).await;
    tab.open_at(&format!("/conversations/{}", talk.id), "conversation").await;
    bar_counts(&tab, 0).await;
    say(&samir, &talk, "Encore un mot").await;
    waits_for_bubble(&tab, "Encore un mot").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn older_messages_come_when_they_are_asked_for() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = two(&street).await;
    let offer = samir.post(&samir.services.offer("Arroser les plantes")).await;
    let talk = ask(&awa, &offer, "Message 0").await;
    for n in 1..45 {
        say(if n % 3 == 0 { &samir } else { &awa }, &talk, &format!("Message {n}")).await;
    }
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/conversations/{}", talk.id), "conversation").await;
    let seen = "const it = document.getElementById('text').getBoundingClientRect(); return it.top < innerHeight;";
    tab.wait("the place to write, without scrolling", seen).await;
    assert_eq!(bubbles(&tab).await.len(), 20);
    for n in [40, 45] {
        tab.press(What::Id("older")).await;
        tab.wait(
            &format!("{n} messages"),
            &format!("return document.querySelectorAll('.bubble__body').length === {n};"),
        )
        .await;
    }
    tab.wait("the end of the button", "return document.getElementById('older') === null;").await;
    let all: Vec<String> = (0..45).map(|n| format!("Message {n}")).collect();
    assert_eq!(bubbles(&tab).await, all);
    let days = "return document.querySelectorAll('.talk__day').length;";
    assert_eq!(tab.run(days).await, 1, "one day has one heading");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_conversation_is_muted_and_closes_when_the_two_do_not_meet_any_more() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa, talk) = asked(&street).await;
    let path = format!("/conversations/{}", talk.id);
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&path, "conversation").await;
    tab.press(What::Id("mute")).await;
    tab.says(&tab.word("talk.muted")).await;
    tab.open_at("/conversations", "conversations").await;
    tab.says(&tab.word("talk.muted_tag")).await;
    say(&samir, &talk, "Vous êtes là ?").await;
    tab.says(&tab.word("talk.unread_one")).await;
    bar_counts(&tab, 0).await;

    tab.press(What::Link("Samir")).await;
    tab.arrive("conversation").await;
    tab.press(What::Link(&tab.sentences.with_name("block.go", "Samir"))).await;
    tab.arrive("block").await;
    tab.press(What::Id("yes")).await;
    tab.arrive("square").await;
    let his = street.tab_of(&samir, Wishes::default()).await;
    his.open_at(&path, "conversation").await;
    his.says(&his.word("talk.closed")).await;
    let words = his.run("return document.body.innerText.toLowerCase();").await.to_string();
    assert!(!words.contains("bloqu"), "nobody is told why: {words}");
    for tab in [tab, his] {
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn whoever_signs_out_stops_listening() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa, talk) = asked(&street).await;
    let tab = street.tab(Wishes::default()).await;
    let counting = "const Real = window.EventSource; window.lines = [];
        window.EventSource = class extends Real { constructor(...all) { super(...all); window.lines.push(this); } };";
    tab.tell("Page.enable", json!({})).await;
    tab.tell("Page.addScriptToEvaluateOnNewDocument", json!({ "source": counting })).await;
    sign_in(&tab, &awa, "/connexion").await;
    tab.arrive("square").await;
    tab.press(What::Link(&tab.word("bar.me"))).await;
    tab.arrive("me").await;
    say(&samir, &talk, "Un mot").await;
    bar_counts(&tab, 1).await;
    assert_eq!(tab.run("return window.lines.length;").await, 1, "one line for the tab, whatever its pages");
    tab.press(What::Id("sign-out")).await;
    tab.arrive("welcome").await;
    tab.gives("return window.lines.filter((line) => line.readyState !== 2).length;", 0).await;
    tab.close().await;
    street.close().await;
}
