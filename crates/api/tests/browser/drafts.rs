//! What somebody writes is hers: it outlives another tab, an ended session, a page that is gone. Nobody else finds it.

use domain::notice::{NoticeKind, NoticeView};
use serde_json::json;
use thirtyfour::WindowHandle;

use crate::hand::What;
use crate::posts::{OnDisk, choose_photo, examine, photo, post_notice};
use crate::street::{Street, sign_in};
use crate::support::{PASSWORD, Person, Place};
use crate::tab::{Tab, Wishes};

const QUESTION: &str = "/avis/nouveau/question";

/// Begins a question in the tab that is open, and stops at the photo.
async fn begin(tab: &Tab, title: &str) {
    tab.open_at(QUESTION, "notice-new-words").await;
    tab.fill("title", title).await;
    tab.press(What::Submit).await;
    tab.arrive("notice-new-photo").await;
}

/// The title of the question that was begun in the tab that is open.
async fn begun(tab: &Tab) -> String {
    tab.open_at(QUESTION, "notice-new-words").await;
    tab.run("return document.getElementById('title').value;").await.as_str().expect("a field").to_owned()
}

/// Another tab of the same browser, open from now on; and the one before.
async fn beside(tab: &Tab) -> (WindowHandle, WindowHandle) {
    let first = tab.driver.window().await.expect("the tab that is open");
    let second = tab.driver.new_tab().await.expect("another tab");
    turn_to(tab, &second).await;
    (first, second)
}

async fn turn_to(tab: &Tab, window: &WindowHandle) {
    tab.driver.switch_to_window(window.clone()).await.expect("the other tab");
    tab.width(crate::tab::WIDTH).await;
}

/// Nothing of these words is kept in the tab that is open.
async fn forgets(tab: &Tab, words: &str) {
    let nothing = format!("return Object.values(sessionStorage).every((kept) => !kept.includes({}));", json!(words));
    tab.wait(&format!("nothing kept of {words:?}"), &nothing).await;
}

async fn holds(tab: &Tab, field: &str, words: &str) {
    let holds = format!("return document.getElementById({field:?}).value === {};", json!(words));
    tab.wait(&format!("{words:?} in the field {field}"), &holds).await;
}

/// Each answer of the server takes this long from now on.
async fn answers_take(tab: &Tab, milliseconds: u32) {
    tab.tell("Network.enable", json!({})).await;
    let network =
        json!({ "offline": false, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1 });
    tab.tell("Network.emulateNetworkConditions", network).await;
}

async fn own_notices(person: &Person) -> Vec<NoticeView> {
    person.client.list_notices(None, None).await.expect("her own notices").items
}

#[tokio::test]
async fn two_tabs_keep_a_draft_each_and_both_go_when_she_signs_out_in_one() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    let tab = street.tab_of(&awa, Wishes::default()).await;
    begin(&tab, "Qui a une échelle ?").await;
    let (first, second) = beside(&tab).await;
    assert_eq!(begun(&tab).await, "", "what is begun in one tab is not written over in another");
    begin(&tab, "Où réparer un vélo ?").await;
    turn_to(&tab, &first).await;
    assert_eq!(begun(&tab).await, "Qui a une échelle ?");

    turn_to(&tab, &second).await;
    tab.open_at("/moi", "me").await;
    tab.press(What::Id("sign-out")).await;
    tab.arrive("welcome").await;
    forgets(&tab, "vélo").await;
    turn_to(&tab, &first).await;
    tab.screen("welcome").await;
    forgets(&tab, "échelle").await;

    sign_in(&tab, &samir, "/connexion").await;
    tab.arrive("square").await;
    assert_eq!(begun(&tab).await, "");
    turn_to(&tab, &second).await;
    assert_eq!(begun(&tab).await, "");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_draft_waits_for_whoever_signs_in_again() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    begin(&tab, "Qui a une échelle ?").await;
    awa.client.end_all_sessions().await.expect("all sessions are ended");
    tab.open_at(QUESTION, "sign-in").await;
    tab.fill("name", &awa.me.sign_in_name).await;
    tab.fill("password", PASSWORD).await;
    tab.press(What::Submit).await;
    tab.arrive("notice-new-words").await;
    holds(&tab, "title", "Qui a une échelle ?").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_draft_is_gone_when_somebody_else_signs_in_in_another_tab() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    let tab = street.tab_of(&awa, Wishes::default()).await;
    begin(&tab, "Qui a une échelle ?").await;
    awa.client.end_all_sessions().await.expect("all sessions are ended");
    let (first, _) = beside(&tab).await;
    sign_in(&tab, &samir, "/connexion").await;
    tab.arrive("square").await;
    turn_to(&tab, &first).await;
    forgets(&tab, "échelle").await;
    assert_eq!(begun(&tab).await, "", "his tab by now");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn whoever_goes_elsewhere_while_it_is_sent_stays_there_and_nothing_is_lost() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let offer = awa.post(&awa.services.offer("Arroser les plantes")).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    begin(&tab, "Qui a perdu cette clé ?").await;
    let file = OnDisk::new("cle.jpg", &photo(640, 480));
    choose_photo(&tab, &file).await;
    tab.says(&tab.word("notice_post.photo_ready")).await;
    for screen in ["notice-new-reach", "notice-new-preview"] {
        tab.press(What::Submit).await;
        tab.arrive(screen).await;
    }
    // The way there is known already: only what is sent takes its time.
    tab.press(What::Link(&tab.word("bar.me"))).await;
    tab.arrive("me").await;
    tab.driver.back().await.expect("the page before");
    tab.arrive("notice-new-preview").await;

    answers_take(&tab, 3_000).await;
    tab.press(What::Id("publish")).await;
    tab.press(What::Link(&tab.word("bar.me"))).await;
    tab.arrive("me").await;
    tab.says(&tab.word("write.published_said")).await;
    tab.rest().await;
    assert_eq!(tab.path().await, "/moi", "she is not led away");
    forgets(&tab, "clé").await;
    let [notice] = own_notices(&awa).await.try_into().expect("posted once");
    assert!(notice.photo.is_some(), "its photo has followed");

    answers_take(&tab, 0).await;
    tab.open_at(&format!("/annonces/{}/modifier", offer.id), "offer-edit").await;
    tab.fill("title", "Arroser les plantes en août").await;
    answers_take(&tab, 3_000).await;
    tab.press(What::Submit).await;
    tab.press(What::Link(&tab.word("bar.me"))).await;
    tab.arrive("me").await;
    tab.says(&tab.word("write.changed_said")).await;
    tab.rest().await;
    assert_eq!(tab.path().await, "/moi", "she is not led away");
    let now = awa.client.get_offer(offer.id).await.expect("her own offer");
    assert_eq!(now.title.as_str(), "Arroser les plantes en août");
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_second_photo_that_is_too_large_takes_away_no_word_and_brings_back_no_other() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    begin(&tab, "Qui a perdu ce gant ?").await;
    let small = OnDisk::new("gant.jpg", &photo(640, 480));
    choose_photo(&tab, &small).await;
    tab.says(&tab.word("notice_post.photo_ready")).await;

    // Too large for the server: it says so, and the first one stays.
    let huge = OnDisk::new("enorme.heic", &vec![7; 11 * 1024 * 1024]);
    choose_photo(&tab, &huge).await;
    tab.says(&tab.word("problem.photo_too_large")).await;
    let first = "return document.querySelector('canvas.photo--preview:not([hidden])')?.width === 640;";
    tab.wait("the first photo", first).await;
    examine(&tab, "notice-new-photo-too-large").await;
    tab.driver.refresh().await.expect("the page is loaded anew");
    tab.screen("notice-new-photo").await;
    tab.wait("the first photo", first).await;

    // Too large for what the browser keeps of a draft: after a reload there is none, and above all not the one that she has replaced.
    let large = OnDisk::new("grande.heic", &vec![7; 9 * 1024 * 1024]);
    choose_photo(&tab, &large).await;
    tab.says(&tab.word("notice_post.photo_blind")).await;
    tab.driver.refresh().await.expect("the page is loaded anew");
    tab.screen("notice-new-photo").await;
    tab.says(&tab.word("notice_post.photo_skip")).await;
    assert_eq!(tab.run("return document.querySelector('canvas.photo--preview');").await, json!(null));
    assert_eq!(begun(&tab).await, "Qui a perdu ce gant ?");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn of_two_tabs_that_edit_one_offer_the_second_loses_no_word() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let offer = awa.post(&awa.services.offer("Arroser les plantes")).await;
    let path = format!("/annonces/{}/modifier", offer.id);
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&path, "offer-edit").await;
    tab.fill("title", "Arroser les plantes en août").await;
    tab.fill("text", "Aussi les tomates.").await;
    let (first, second) = beside(&tab).await;
    tab.open_at(&path, "offer-edit").await;
    tab.fill("title", "Arroser les fleurs").await;
    tab.fill("times", "le dimanche").await;
    tab.press(What::Submit).await;
    tab.arrive("offer").await;

    turn_to(&tab, &first).await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("form.overtaken")).await;
    tab.says("Arroser les fleurs").await;
    for (field, words) in
        [("title", "Arroser les plantes en août"), ("text", "Aussi les tomates."), ("times", "le dimanche")]
    {
        holds(&tab, field, words).await;
    }
    examine(&tab, "offer-edit-overtaken").await;
    let now = awa.client.get_offer(offer.id).await.expect("her own offer");
    assert_eq!(now.title.as_str(), "Arroser les fleurs", "nothing is overwritten before she has read it");
    tab.press(What::Submit).await;
    tab.arrive("offer").await;
    let now = awa.client.get_offer(offer.id).await.expect("her own offer");
    let times = now.times.as_ref().map(ToString::to_string);
    assert_eq!(
        (now.title.as_str(), now.text.as_str(), times.as_deref()),
        ("Arroser les plantes en août", "Aussi les tomates.", Some("le dimanche"))
    );

    // Once more, and she takes what the other tab has saved.
    tab.open_at(&path, "offer-edit").await;
    tab.fill("title", "Arroser tout").await;
    turn_to(&tab, &second).await;
    tab.open_at(&path, "offer-edit").await;
    tab.fill("title", "Arroser le balcon").await;
    tab.press(What::Submit).await;
    tab.arrive("offer").await;
    turn_to(&tab, &first).await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("form.overtaken")).await;
    tab.press(What::Id("take-stored")).await;
    holds(&tab, "title", "Arroser le balcon").await;
    tab.wait("no word of another version", "return document.querySelector('main .notice--sun') === null;").await;
    tab.press(What::Submit).await;
    tab.arrive("offer").await;
    let now = awa.client.get_offer(offer.id).await.expect("her own offer");
    assert_eq!(now.title.as_str(), "Arroser le balcon");
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn of_two_tabs_that_edit_one_notice_each_keeps_what_only_it_has_changed() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let notice = post_notice(&awa, &street.toit, NoticeKind::LostAnimal, "Chat roux perdu").await;
    let path = format!("/avis/{}/modifier", notice.id);
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&path, "notice-edit").await;
    tab.fill("title", "Chat roux perdu, il s'appelle Moka").await;
    tab.choose("when", "unknown").await;
    let (first, _) = beside(&tab).await;
    tab.open_at(&path, "notice-edit").await;
    tab.fill("text", "Il a un collier bleu.").await;
    tab.choose("radius", "800").await;
    tab.choose("circle", "residence").await;
    tab.press(What::Submit).await;
    tab.arrive("notice").await;

    turn_to(&tab, &first).await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("form.overtaken")).await;
    holds(&tab, "text", "Il a un collier bleu.").await;
    tab.press(What::Submit).await;
    tab.arrive("notice").await;
    let now = awa.client.get_notice(notice.id).await.expect("her own notice");
    let seen = now.seen.expect("where it was seen");
    assert_eq!(
        (now.title.as_str(), now.text.as_str(), now.circle.as_str(), seen.radius_m.get(), seen.at),
        ("Chat roux perdu, il s'appelle Moka", "Il a un collier bleu.", "residence", 800, None)
    );
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}
