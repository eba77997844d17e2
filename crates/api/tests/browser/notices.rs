//! Notices: lost and found, with a photo, one question at a time; what becomes of them.

use domain::notice::{NoticeKind, NoticeState, NoticeView};
use domain::text::Title;
use serde_json::json;

use crate::hand::{Hand, What};
use crate::posts::{OnDisk, choose_photo, examine, new_notice, photo, post_notice, shown_photo};
use crate::street::Street;
use crate::support::{Person, Place, key};
use crate::tab::{Tab, Wishes};

async fn own_notices(person: &Person) -> Vec<NoticeView> {
    person.client.list_notices(None, None).await.expect("her own notices").items
}

/// Answers the questions about a lost cat, from the square up to the question for a photo.
pub async fn up_to_the_photo(tab: &Tab) {
    tab.open_at("/place", "square").await;
    tab.press(What::Link(&tab.word("bar.propose"))).await;
    tab.arrive("what").await;
    tab.press(What::Id("what-perdu")).await;
    tab.arrive("notice-new").await;
    tab.press(What::Id("thing-animal")).await;
    tab.arrive("notice-new-words").await;
    tab.fill("title", "Chat roux perdu, il s'appelle Moka").await;
    tab.fill("text", "Il a un collier bleu.").await;
    tab.press(What::Submit).await;
    tab.arrive("notice-new-seen").await;
    tab.choose("radius", "800").await;
    tab.choose("when", "yesterday").await;
    tab.press(What::Submit).await;
    tab.arrive("notice-new-photo").await;
}

pub async fn from_the_photo_to_the_end(tab: &Tab) {
    for screen in ["notice-new-reach", "notice-new-preview"] {
        tab.press(What::Submit).await;
        tab.arrive(screen).await;
    }
    tab.says("Vu autour de votre résidence · hier").await;
}

async fn a_lost_cat_is_posted(hand: Hand) {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::B).await);
    let tab = street.tab_of(&awa, Wishes { hand, ..Wishes::default() }).await;
    up_to_the_photo(&tab).await;
    let file = OnDisk::new("chat.jpg", &photo(3000, 2000));
    if hand == Hand::Keyboard {
        tab.tab_to(&What::Id("photo")).await;
    }
    choose_photo(&tab, &file).await;
    tab.says(&tab.word("notice_post.photo_ready")).await;
    let drawn =
        "const it = document.querySelector('canvas.photo--preview'); return it?.width === 1600 && it.height === 1067;";
    tab.wait("the photo as it will be sent", drawn).await;
    examine(&tab, "notice-new-photo-ready").await;
    from_the_photo_to_the_end(&tab).await;
    tab.press(What::Id("publish")).await;
    tab.arrive("notice").await;
    assert_eq!(shown_photo(&tab, ".photo").await, 1280);
    examine(&tab, "notice-posted").await;

    let [notice] = own_notices(&awa).await.try_into().expect("one notice");
    assert_eq!((notice.kind, notice.state), (NoticeKind::LostAnimal, NoticeState::Published));
    let seen = notice.seen.expect("where it was seen");
    assert_eq!((seen.residence.id, seen.radius_m.get()), (awa.me.residence.id, 800));
    let hours = (street.toit.now() - seen.at.expect("a day")).num_hours();
    assert!((0..49).contains(&hours), "yesterday: {hours} hours ago");

    // A neighbour meets it, photo and all, and is led to a word in private.
    let his = street.tab_of(&samir, Wishes { hand, ..Wishes::default() }).await;
    his.says("Vu autour de Résidence A, à 300 m · hier").await;
    assert_eq!(shown_photo(&his, ".post__photo").await, 480);
    his.press(What::Link("Chat roux perdu, il s'appelle Moka")).await;
    his.arrive("notice").await;
    assert_eq!(shown_photo(&his, "[alt=\"Chat roux perdu, il s'appelle Moka\"]").await, 1280);
    let reply = format!("/conversations/nouvelle/avis/{}", notice.id);
    let way = format!("return document.querySelector('main a[href={reply:?}]') !== null;");
    his.wait("the way to a word in private", &way).await;
    for tab in [tab, his] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn a_lost_cat_is_posted_with_its_photo_at_360_px() {
    a_lost_cat_is_posted(Hand::Touch).await;
}

#[tokio::test]
async fn a_lost_cat_is_posted_by_keyboard_alone() {
    a_lost_cat_is_posted(Hand::Keyboard).await;
}

#[tokio::test]
async fn a_draft_outlives_a_reload_with_its_photo() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    up_to_the_photo(&tab).await;
    let file = OnDisk::new("chat.jpg", &photo(640, 480));
    choose_photo(&tab, &file).await;
    tab.says(&tab.word("notice_post.photo_ready")).await;
    tab.driver.refresh().await.expect("the page is loaded anew");
    tab.screen("notice-new-photo").await;
    tab.says(&tab.word("notice_post.photo_ready")).await;
    from_the_photo_to_the_end(&tab).await;
    tab.driver.refresh().await.expect("the page is loaded anew");
    tab.screen("notice-new-preview").await;
    tab.says("Il a un collier bleu.").await;
    tab.press(What::Id("publish")).await;
    tab.arrive("notice").await;
    let [notice] = own_notices(&awa).await.try_into().expect("one notice");
    assert_eq!(notice.photo.map(|photo| (photo.width, photo.height)), Some((640, 480)));
    // What was posted is no draft any more.
    tab.open_at("/avis/nouveau/perdu?etape=2", "notice-new-words").await;
    assert_eq!(tab.run("return document.getElementById('title').value;").await, json!(""));
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_photo_that_cannot_be_read_is_told_apart_and_the_notice_is_posted_once() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    up_to_the_photo(&tab).await;
    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0heicmif1".as_slice(), &[0; 200]].concat();
    let file = OnDisk::new("photo.heic", &heic);
    choose_photo(&tab, &file).await;
    tab.says(&tab.word("notice_post.photo_blind")).await;
    examine(&tab, "notice-new-photo-blind").await;
    from_the_photo_to_the_end(&tab).await;
    tab.press(What::Id("publish")).await;
    tab.says(&tab.word("notice_post.half_sent")).await;
    tab.says(&tab.word("problem.photo_heic")).await;
    examine(&tab, "notice-new-half-sent").await;
    // Another photo takes its place; the notice stands already.
    tab.driver.refresh().await.expect("the page is loaded anew");
    tab.screen("notice-new-preview").await;
    tab.says(&tab.word("notice_post.half_sent")).await;
    tab.press(What::Link(&tab.word("notice_post.photo_another"))).await;
    tab.arrive("notice-new-photo").await;
    let file = OnDisk::new("chat.jpg", &photo(640, 480));
    choose_photo(&tab, &file).await;
    tab.wait("the new photo", "return document.querySelector('canvas.photo--preview:not([hidden])')?.width === 640;")
        .await;
    for screen in ["notice-new-reach", "notice-new-preview"] {
        tab.press(What::Submit).await;
        tab.arrive(screen).await;
    }
    tab.press(What::Id("photo-again")).await;
    tab.arrive("notice").await;
    assert_eq!(shown_photo(&tab, ".photo").await, 640);
    assert_eq!(own_notices(&awa).await.len(), 1, "posted once");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_network_that_fails_while_posting_loses_nothing_and_posts_once() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    up_to_the_photo(&tab).await;
    let file = OnDisk::new("chat.jpg", &photo(640, 480));
    choose_photo(&tab, &file).await;
    tab.says(&tab.word("notice_post.photo_ready")).await;
    from_the_photo_to_the_end(&tab).await;
    tab.offline(true).await;
    tab.press(What::Id("publish")).await;
    tab.says(&tab.word("problem.network")).await;
    assert_eq!(own_notices(&awa).await.len(), 0);
    tab.offline(false).await;
    tab.press(What::Id("publish")).await;
    tab.arrive("notice").await;
    assert_eq!(own_notices(&awa).await.len(), 1);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn one_tap_says_that_it_is_found_and_neighbours_see_the_banner() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    let notice = post_notice(&awa, &street.toit, NoticeKind::LostObject, "Mon parapluie à pois").await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/avis/{}", notice.id), "notice").await;
    tab.press(What::Id("resolve")).await;
    tab.says(&tab.word("notice_post.resolved_lost")).await;
    let his = street.tab_of(&samir, Wishes::default()).await;
    his.says(&his.word("notice_post.resolved_lost")).await;
    his.press(What::Link("Mon parapluie à pois")).await;
    his.arrive("notice").await;
    his.says(&his.word("notice_post.resolved_lost")).await;
    let reply = json!(his.word("notice_post.reply"));
    assert_eq!(his.run(&format!("return named('a[href]', {reply});")).await, json!(null), "nothing to answer any more");
    for tab in [tab, his] {
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn what_ends_soon_is_prolonged_in_one_tap_as_often_as_may_be() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let long = post_notice(&awa, &street.toit, NoticeKind::LostObject, "Mon parapluie à pois").await;
    let notice = post_notice(&awa, &street.toit, NoticeKind::Trouble, "L'ascenseur est arrêté").await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/avis/{}", long.id), "notice").await;
    tab.wait("nothing about an end that is far", "return document.getElementById('renew') === null;").await;
    tab.open_at(&format!("/avis/{}", notice.id), "notice").await;
    // Twice within an hour is once.
    let later = || street.toit.clock.advance(chrono::TimeDelta::hours(2));
    for hint in ["Possible encore 2 fois.", "C'est la dernière fois."] {
        later();
        tab.press(What::Id("renew")).await;
        tab.says(hint).await;
    }
    later();
    tab.press(What::Id("renew")).await;
    tab.wait("no way to prolong it", "return document.getElementById('renew') === null;").await;
    tab.press(What::Id("resolve")).await;
    tab.says(&tab.word("notice_post.resolved_trouble")).await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_notice_is_changed_and_taken_down_after_a_question() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let notice = post_notice(&awa, &street.toit, NoticeKind::FoundObject, "Un gant rouge").await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at("/moi/annonces", "my-offers").await;
    tab.press(What::Link("Un gant rouge")).await;
    tab.arrive("notice").await;
    tab.press(What::Link(&tab.word("offer.edit"))).await;
    tab.arrive("notice-edit").await;
    // Another tab was faster: what is typed here stays, and nothing is overwritten unseen.
    let edit =
        domain::notice::EditNotice { title: Some(Title::parse("Deux gants").expect("a title")), ..Default::default() };
    awa.client.edit_notice(notice.id, notice.version, &edit).await.expect("her own notice");
    tab.fill("title", "Un gant d'enfant rouge").await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("form.overtaken")).await;
    tab.says("Deux gants").await;
    let typed = "return document.getElementById('title').value === \"Un gant d'enfant rouge\";";
    tab.wait("what was typed here", typed).await;
    let now = awa.client.get_notice(notice.id).await.expect("her own notice");
    assert_eq!(now.title.as_str(), "Deux gants", "nothing is overwritten before she has read it");
    tab.press(What::Submit).await;
    tab.arrive("notice").await;
    tab.says("Un gant d'enfant rouge").await;
    let kept = awa.client.get_notice(notice.id).await.expect("her own notice");
    assert_eq!(kept.seen, notice.seen, "where and when stay as they were");
    tab.press(What::Link(&tab.word("notice_post.withdraw"))).await;
    tab.arrive("confirm").await;
    tab.press(What::Id("yes")).await;
    tab.arrive("my-offers").await;
    assert_eq!(own_notices(&awa).await[0].state, NoticeState::Withdrawn);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_photo_is_added_changed_and_taken_away() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let notice = post_notice(&awa, &street.toit, NoticeKind::FoundAnimal, "Une tortue").await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    let page = format!("/avis/{}", notice.id);
    for (link, width) in [("notice_post.photo_add", 640), ("notice_post.photo_change", 320)] {
        tab.open_at(&page, "notice").await;
        tab.press(What::Link(&tab.word(link))).await;
        tab.arrive("notice-photo").await;
        let file = OnDisk::new("photo.jpg", &photo(width, 240));
        choose_photo(&tab, &file).await;
        tab.says(&tab.word("notice_post.photo_ready")).await;
        tab.press(What::Submit).await;
        tab.arrive("notice").await;
        // Not the one before, from the browser's own store.
        assert_eq!(shown_photo(&tab, ".photo").await, u64::from(width));
    }
    tab.press(What::Link(&tab.word("notice_post.photo_change"))).await;
    tab.arrive("notice-photo").await;
    tab.press(What::Id("photo-delete")).await;
    tab.arrive("notice").await;
    assert_eq!(tab.run("return document.querySelector('main img');").await, json!(null));
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_photo_is_shown_although_the_session_has_grown_old_meanwhile() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    let notice = post_notice(&awa, &street.toit, NoticeKind::LostAnimal, "Chat roux").await;
    awa.client.put_notice_photo(notice.id, photo(640, 480)).await.expect("a photo");
    let tab = street.tab_of(&samir, Wishes::default()).await;
    tab.open_at(&format!("/avis/{}", notice.id), "notice").await;
    shown_photo(&tab, ".photo").await;
    // The browser asks again by itself, with tokens that are too old by now.
    tab.tell("Network.enable", json!({})).await;
    tab.tell("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    street.toit.wait(chrono::TimeDelta::minutes(11)).await;
    tab.run(
        "const it = document.querySelector('main img.photo'); it.classList.add('old'); it.src = it.src; return null;",
    )
    .await;
    assert_eq!(shown_photo(&tab, ".photo:not(.old)").await, 640);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn who_has_found_and_who_has_lost_are_shown_to_each_other() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::B).await);
    let lost = post_notice(&awa, &street.toit, NoticeKind::LostAnimal, "Chat roux perdu").await;
    post_notice(&samir, &street.toit, NoticeKind::FoundAnimal, "Petit chat trouvé").await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/avis/{}", lost.id), "notice").await;
    tab.says(&tab.word("notice_post.alike_lost_animal")).await;
    examine(&tab, "notice-alike").await;
    tab.press(What::Link("Petit chat trouvé")).await;
    tab.arrive("notice").await;
    tab.says(&tab.word("notice_post.reply")).await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn trouble_in_the_building_shows_the_landlords_own_line() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    let office = street.toit.office_of(Place::A);
    api::app::offices::set_repair_line(street.toit.app(), office, Some("01 23 45 67 89")).await.expect("a line");
    let notice = post_notice(&awa, &street.toit, NoticeKind::Trouble, "L'ascenseur est arrêté").await;
    let tab = street.tab_of(&samir, Wishes::default()).await;
    tab.open_at(&format!("/avis/{}", notice.id), "notice").await;
    tab.says(&tab.word("notice_post.repair")).await;
    let way = "return document.querySelector('main a[href=\"tel:0123456789\"]')?.textContent === '01 23 45 67 89';";
    tab.wait("the number, to be called", way).await;
    examine(&tab, "notice-trouble-line").await;
    // Words that are neither a number nor an address are words.
    let line = Some("Au gardien, de 9 h à 12 h");
    api::app::offices::set_repair_line(street.toit.app(), office, line).await.expect("a line");
    tab.open_at(&format!("/avis/{}", notice.id), "notice").await;
    tab.says("Au gardien, de 9 h à 12 h").await;
    assert_eq!(tab.run("return document.querySelector('main .notice a');").await, json!(null));
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn what_was_typed_in_a_notice_is_nothing_but_text() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    let hostile = "\"><img src=x onerror=\"window.ran=1\"> <b>Chat</b> {{ name }}";
    let new = new_notice(&awa, &street.toit, NoticeKind::LostAnimal, hostile);
    let notice = awa.client.create_notice(&new, &key()).await.expect("a notice");
    awa.client.put_notice_photo(notice.id, photo(64, 64)).await.expect("a photo");
    let tab = street.tab_of(&samir, Wishes::default()).await;
    tab.says(hostile).await;
    tab.open_at(&format!("/avis/{}", notice.id), "notice").await;
    tab.wait(
        "the title as the photo's words",
        &format!("return document.querySelector('main img.photo')?.alt === {};", json!(hostile)),
    )
    .await;
    assert_eq!(
        tab.run("return window.ran === undefined && document.querySelector('main h1 b') === null;").await,
        json!(true)
    );
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}
