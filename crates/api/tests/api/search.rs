//! The search: what somebody may see, by its words.

use client::SquareFilter;
use domain::circle::Circle;
use domain::leaving::LeaveWhen;
use domain::notice::{EditNotice, NewNotice, NoticeKind};
use domain::offer::{EditOffer, NewOffer};
use domain::square::{PostKind, PostView};
use domain::text::{Body, Title};

use crate::square::{notice, post};
use crate::support::{Person, Place, Toit, on_both_databases};

on_both_databases!(
    words_are_found_without_accents_in_the_plural_and_when_half_typed,
    the_nearest_comes_first_and_among_equals_the_newest,
    only_what_the_viewer_sees_is_found,
    a_search_follows_edits_and_ends,
    a_first_name_finds_nobody,
    the_words_of_somebody_who_has_left_find_nothing,
    pages_of_a_search_follow_each_other,
    kind_and_circle_narrow_a_search,
    whatever_is_typed_is_text,
);

fn title(of: &PostView) -> String {
    match of {
        PostView::Offer(o) => o.title.to_string(),
        PostView::Notice(n) => n.title.to_string(),
        PostView::Event(e) => e.title.to_string(),
    }
}

async fn find_with(person: &Person, words: &str, filter: SquareFilter) -> Vec<String> {
    let filter = SquareFilter { words: Some(words.to_owned()), limit: Some(100), ..filter };
    let page = person.client.search(&filter).await.expect("a page of answers");
    assert_eq!(page.next, None, "one page holds them all");
    page.items.iter().map(title).collect()
}

async fn find(person: &Person, words: &str) -> Vec<String> {
    find_with(person, words, SquareFilter::default()).await
}

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

async fn words_are_found_without_accents_in_the_plural_and_when_half_typed(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    post(&samir, &notice(NoticeKind::LostAnimal, "Chat écaille perdu près de l'école")).await;
    samir.post(&samir.services.offer("Réparer un aspirateur")).await;
    for (words, expected) in [
        ("ecaille", "Chat écaille perdu près de l'école"),
        ("ÉCAILLES", "Chat écaille perdu près de l'école"),
        ("ecole", "Chat écaille perdu près de l'école"),
        ("chats perdus", "Chat écaille perdu près de l'école"),
        ("l’aspirateur", "Réparer un aspirateur"),
        ("aspirat", "Réparer un aspirateur"),
        ("aspirrateur", "Réparer un aspirateur"),
        ("samedi matin", "Réparer un aspirateur"),
    ] {
        assert_eq!(find(&awa, words).await, [expected], "{words}");
    }
    assert!(find(&awa, "trottinette").await.is_empty());
    assert!(find(&awa, "chat aspirateur").await.is_empty(), "all words must be there");
}

async fn the_nearest_comes_first_and_among_equals_the_newest(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let text = Body::parse("Je prête aussi mon vélo.").expect("a text");
    samir.post(&NewOffer { text, ..samir.services.offer("Bricolage") }).await;
    samir.post(&samir.services.offer("Vélo d'enfant")).await;
    post(&samir, &notice(NoticeKind::LostObject, "Vélo perdu")).await;
    samir.post(&samir.services.offer("Vélodrome")).await;
    assert_eq!(find(&awa, "vélo").await, ["Vélo perdu", "Vélo d'enfant", "Bricolage", "Vélodrome"]);
}

async fn only_what_the_viewer_sees_is_found(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let elif = toit.neighbour("Elif", Place::E).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let own = NewOffer { circle: Circle::Residence, ..samir.services.offer("Vélo de Samir, ici") };
    samir.post(&own).await;
    samir.post(&samir.services.offer("Vélo de Samir, partout")).await;
    assert_eq!(find(&samir, "velo").await.len(), 2);
    assert_eq!(find(&awa, "velo").await, ["Vélo de Samir, partout"]);
    assert!(find(&elif, "velo").await.is_empty());
    awa.client.block_neighbour(samir.id()).await.expect("blocked");
    assert!(find(&awa, "velo").await.is_empty());
    assert!(find(&awa, "vel").await.is_empty());
    assert_eq!(find(&emma, "velo").await, ["Vélo de Samir, partout"]);
    samir.ask_to_leave(LeaveWhen::InSevenDays).await;
    assert!(find(&emma, "velo").await.is_empty(), "hidden while he may still come back");
}

async fn a_search_follows_edits_and_ends(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Couture")).await;
    let lost = post(&samir, &notice(NoticeKind::LostObject, "Parapluie")).await;
    let edit = EditOffer { title: Title::parse("Broderie").ok(), ..EditOffer::default() };
    samir.client.edit_offer(offer.id, offer.version, &edit).await.expect("edited");
    let edit = EditNotice { title: Title::parse("Chapeau").ok(), ..EditNotice::default() };
    samir.client.edit_notice(lost.id, lost.version, &edit).await.expect("edited");
    for (words, expected) in
        [("couture", None), ("broderie", Some("Broderie")), ("parapluie", None), ("chapeau", Some("Chapeau"))]
    {
        assert_eq!(find(&awa, words).await.pop().as_deref(), expected, "{words}");
    }
    samir.client.pause_offer(offer.id).await.expect("paused");
    samir.client.withdraw_notice(lost.id).await.expect("withdrawn");
    assert!(find(&awa, "broderie").await.is_empty() && find(&awa, "chapeau").await.is_empty());
    samir.client.resume_offer(offer.id).await.expect("resumed");
    assert_eq!(find(&awa, "broderie").await, ["Broderie"]);
    toit.wait_days(61).await;
    assert!(find(&awa.sign_in().await, "broderie").await.is_empty(), "expired");
}

async fn a_first_name_finds_nobody(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    samir.post(&samir.services.offer("Lecture")).await;
    post(&samir, &notice(NoticeKind::Thanks, "Merci")).await;
    assert!(find(&awa, "Samir").await.is_empty(), "posts are found by what they say, never by whose they are");
}

async fn the_words_of_somebody_who_has_left_find_nothing(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    samir.post(&samir.services.offer("Xylophone")).await;
    post(&samir, &notice(NoticeKind::Question, "Xylophone ?")).await;
    assert!(toit.app().store.lists_hold("xylophone"));
    assert_eq!(find(&awa, "xylophone").await.len(), 2);
    samir.leave(toit).await;
    assert!(find(&awa, "xylophone").await.is_empty());
    assert!(find(&awa, "xylo").await.is_empty());
    assert!(!toit.app().store.lists_hold("xylophone"), "nor does the index hold it any more");
    assert!(!toit.app().store.lists_hold("Xylophone"), "nor a card");
}

async fn pages_of_a_search_follow_each_other(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    for n in 0..11 {
        samir.post(&samir.services.offer(&format!("Lecture {n}"))).await;
        post(&samir, &notice(NoticeKind::News, &format!("Vive la lecture {n}"))).await;
    }
    let whole = find(&awa, "lecture").await;
    assert_eq!(whole.len(), 22);
    for limit in [1, 4, 21, 22] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let filter =
                SquareFilter { words: Some("lecture".into()), after, limit: Some(limit), ..SquareFilter::default() };
            let page = awa.client.search(&filter).await.expect("a page");
            seen.extend(page.items.iter().map(title));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, whole, "pages of {limit}");
    }
}

async fn kind_and_circle_narrow_a_search(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    samir.post(&samir.services.offer("Vélo à prêter")).await;
    post(&awa, &notice(NoticeKind::LostObject, "Vélo perdu")).await;
    post(&awa, &NewNotice { circle: Circle::Residence, ..notice(NoticeKind::Question, "Un vélo dans le hall ?") })
        .await;
    for (kind, expected) in [
        (PostKind::Offer, vec!["Vélo à prêter"]),
        (PostKind::Request, vec![]),
        (PostKind::LostFound, vec!["Vélo perdu"]),
        (PostKind::Notice, vec!["Un vélo dans le hall ?"]),
        (PostKind::Event, vec![]),
    ] {
        let filter = SquareFilter { kind: Some(kind), ..SquareFilter::default() };
        assert_eq!(find_with(&awa, "velo", filter).await, expected, "{kind:?}");
    }
    let here = SquareFilter { circle: Some(Circle::Residence), ..SquareFilter::default() };
    assert_eq!(find_with(&awa, "velo", here).await, ["Un vélo dans le hall ?", "Vélo perdu"]);
}

async fn whatever_is_typed_is_text(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    samir.post(&samir.services.offer("Chat, chien ou lapin")).await;
    for words in
        ["\"chat\"", "chat*", "title:chat chien", "+chat -lapin", "(chat OR chien", "chat AND ou", "NEAR/5 chat"]
    {
        let filter = SquareFilter { words: Some(words.into()), ..SquareFilter::default() };
        awa.client.search(&filter).await.unwrap_or_else(|e| panic!("{words}: {e}"));
        awa.client.get_square(&filter).await.unwrap_or_else(|e| panic!("{words}: {e}"));
    }
    assert_eq!(find(&awa, "\"chat\"").await, ["Chat, chien ou lapin"]);
    assert_eq!(find(&awa, "chat*").await, ["Chat, chien ou lapin"]);
    for hostile in ["'; DROP TABLE offers; --", "%", "\\", "🐈", "   ", "\u{301}\u{301}\u{301}", "a\u{0}b"] {
        let filter = SquareFilter { words: Some(hostile.into()), ..SquareFilter::default() };
        assert_eq!(awa.client.search(&filter).await.expect("an answer").items, [], "{hostile:?}");
    }
    assert_eq!(find(&awa, "lapin").await.len(), 1, "and everything is still there");
}
