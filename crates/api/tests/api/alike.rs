//! Lost and found: what is suggested to whom.

use chrono::TimeDelta;
use domain::circle::Circle;
use domain::id::NoticeId;
use domain::news::{NewsKind, NewsView};
use domain::notice::{EditNotice, MAX_ALIKE, NewNotice, NoticeKind, NoticeView};
use domain::problem::ProblemCode;

use crate::support::{Person, Place, Toit, code_of, notice, on_both_databases, seen_near};

on_both_databases!(
    what_was_found_near_what_is_lost_is_suggested_to_both,
    two_who_post_at_the_same_moment_hear_of_each_other,
    only_the_other_side_of_the_same_kind_is_alike,
    what_is_far_away_is_alike_when_the_circles_touch,
    the_closest_come_first_and_ten_at_most,
    nothing_is_suggested_that_does_not_reach_one,
    who_does_not_meet_somebody_gets_no_suggestion_of_hers,
    what_is_over_or_old_or_ones_own_is_not_alike,
    a_pair_is_told_once_whatever_is_edited,
    what_was_posted_while_a_notice_was_over_is_told_when_it_comes_back,
);

fn lost(title: &str) -> NewNotice {
    notice(NoticeKind::LostAnimal, title)
}

fn found(title: &str) -> NewNotice {
    notice(NoticeKind::FoundAnimal, title)
}

async fn alike(person: &Person, id: NoticeId) -> Vec<NoticeId> {
    let page = person.client.list_alike_notices(id).await.expect("hers");
    assert_eq!(page.next, None);
    page.items.into_iter().map(|n| n.id).collect()
}

/// Her news about one of her notices.
async fn told(person: &Person, about: &NoticeView) -> Option<NewsView> {
    let news = person.client.list_news(None).await.expect("news").items;
    news.into_iter().find(|n| n.about.id == about.id.0 && n.kind == NewsKind::NoticeAlike)
}

#[track_caller]
fn by(news: Option<NewsView>) -> (String, u32) {
    let news = news.expect("told");
    (news.by.expect("by somebody").first_name.to_string(), news.count)
}

async fn what_was_found_near_what_is_lost_is_suggested_to_both(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let emma = toit.neighbour("Emma", Place::A).await;
    let cat = awa.tell(&lost("Chat roux")).await;
    assert_eq!(alike(&awa, cat.id).await, []);
    let seen = bilal.tell(&NewNotice { seen: Some(seen_near(&bilal, 50)), ..found("Un chat dans la cour") }).await;
    assert_eq!(alike(&awa, cat.id).await, [seen.id]);
    assert_eq!(alike(&bilal, seen.id).await, [cat.id]);
    let shown = awa.client.list_alike_notices(cat.id).await.expect("hers").items;
    assert_eq!(shown, [awa.client.get_notice(seen.id).await.expect("it reaches her")]);
    assert_eq!(by(told(&awa, &cat).await), ("Bilal".to_owned(), 1), "about her own notice, by the other");
    assert_eq!(by(told(&bilal, &seen).await), ("Awa".to_owned(), 1));
    assert!(emma.client.list_news(None).await.expect("news").items.is_empty(), "published nowhere");
    assert_eq!(code_of(emma.client.list_alike_notices(cat.id).await), ProblemCode::NotFound);
}

async fn two_who_post_at_the_same_moment_hear_of_each_other(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    for _ in 0..10 {
        let seen = NewNotice { seen: Some(seen_near(&bilal, 50)), ..found("Un chat dans la cour") };
        let cat = lost("Chat roux");
        let (cat, seen) = tokio::join!(awa.tell(&cat), bilal.tell(&seen));
        assert!(told(&awa, &cat).await.is_some() && told(&bilal, &seen).await.is_some());
        awa.client.withdraw_notice(cat.id).await.expect("withdrawn");
        bilal.client.withdraw_notice(seen.id).await.expect("withdrawn");
    }
}

async fn only_the_other_side_of_the_same_kind_is_alike(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::A).await);
    let mut hers = Vec::new();
    for kind in NoticeKind::ALL.iter().copied() {
        hers.push(awa.tell(&notice(kind, kind.as_str())).await);
    }
    for kind in NoticeKind::ALL.iter().copied() {
        let his = bilal.tell(&notice(kind, kind.as_str())).await;
        let expected: Vec<NoticeId> = hers.iter().filter(|n| Some(n.kind) == kind.other_side()).map(|n| n.id).collect();
        assert_eq!(alike(&bilal, his.id).await, expected, "{kind:?}");
        assert_eq!(told(&bilal, &his).await.is_some(), kind.other_side().is_some(), "{kind:?}");
    }
}

async fn what_is_far_away_is_alike_when_the_circles_touch(toit: &Toit) {
    let (awa, chloe) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Chloé", Place::C).await);
    // Three kilometres lie between the two.
    for (here, there, touch) in [(50, 50, false), (2_000, 900, false), (2_000, 1_100, true), (2_000, 2_000, true)] {
        let cat = awa.tell(&NewNotice { seen: Some(seen_near(&awa, here)), ..lost("Chat roux") }).await;
        let seen = chloe.tell(&NewNotice { seen: Some(seen_near(&chloe, there)), ..found("Un chat") }).await;
        assert_eq!(alike(&awa, cat.id).await == [seen.id], touch, "{here} and {there}");
        assert_eq!(told(&awa, &cat).await.is_some(), touch, "{here} and {there}");
        awa.client.withdraw_notice(cat.id).await.expect("withdrawn");
        chloe.client.withdraw_notice(seen.id).await.expect("withdrawn");
    }
    // What was seen counts, not where one lives.
    let cat = awa.tell(&NewNotice { seen: Some(seen_near(&chloe, 50)), ..lost("Chat roux") }).await;
    let seen = chloe.tell(&found("Un chat")).await;
    assert_eq!(alike(&awa, cat.id).await, [seen.id]);
}

async fn the_closest_come_first_and_ten_at_most(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let mut seen = Vec::new();
    for n in 0..12 {
        let at = if n < 3 { seen_near(&awa, 50) } else { seen_near(&bilal, 50) };
        seen.push(bilal.tell(&NewNotice { seen: Some(at), ..found(&format!("Chat {n}")) }).await.id);
    }
    let cat = awa.tell(&lost("Chat roux")).await;
    let newest_first: Vec<NoticeId> =
        [2, 1, 0].into_iter().chain((3..12).rev()).map(|n| seen[n]).take(MAX_ALIKE).collect();
    assert_eq!(alike(&awa, cat.id).await, newest_first);
    assert_eq!(by(told(&awa, &cat).await), ("Bilal".to_owned(), 10), "told of ten at most");
    let lines = bilal.client.list_news(None).await.expect("news").items;
    assert_eq!(lines.iter().filter(|n| n.kind == NewsKind::NoticeAlike).count(), 10);
}

async fn nothing_is_suggested_that_does_not_reach_one(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let cat = awa.tell(&NewNotice { circle: Circle::Residence, ..lost("Chat roux") }).await;
    let seen = bilal.tell(&found("Un chat")).await;
    assert_eq!(alike(&awa, cat.id).await, [seen.id], "his reaches her");
    assert_eq!(alike(&bilal, seen.id).await, [], "hers does not reach him");
    assert_eq!(by(told(&awa, &cat).await).0, "Bilal");
    assert!(told(&bilal, &seen).await.is_none());
    let wider = EditNotice { circle: Some(Circle::Nearby), ..EditNotice::default() };
    awa.client.edit_notice(cat.id, 1, &wider).await.expect("edited");
    assert_eq!(alike(&bilal, seen.id).await, [cat.id]);
    assert_eq!(by(told(&bilal, &seen).await).0, "Awa", "now it does, and he is told");
    assert_eq!(by(told(&awa, &cat).await), ("Bilal".to_owned(), 1), "she knew already");
    let elif = toit.neighbour("Elif", Place::E).await;
    let foreign = elif.tell(&found("Un chat")).await;
    assert_eq!(alike(&elif, foreign.id).await, [], "another office is another world");
    assert_eq!(alike(&awa, cat.id).await, [seen.id]);
}

async fn who_does_not_meet_somebody_gets_no_suggestion_of_hers(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::A).await);
    let cat = awa.tell(&lost("Chat roux")).await;
    bilal.client.block_neighbour(awa.id()).await.expect("blocked");
    let seen = bilal.tell(&found("Un chat")).await;
    for (person, own) in [(&awa, &cat), (&bilal, &seen)] {
        assert_eq!(alike(person, own.id).await, []);
        assert!(told(person, own).await.is_none());
    }
    bilal.client.unblock_neighbour(awa.id()).await.expect("taken back");
    assert_eq!(alike(&awa, cat.id).await, [seen.id]);
    bilal.ask_to_leave(domain::leaving::LeaveWhen::InSevenDays).await;
    assert_eq!(alike(&awa, cat.id).await, [], "hidden");
}

async fn what_is_over_or_old_or_ones_own_is_not_alike(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::A).await);
    let purse = awa.tell(&notice(NoticeKind::LostObject, "Porte-monnaie")).await;
    awa.tell(&notice(NoticeKind::FoundObject, "Un autre")).await;
    assert_eq!(alike(&awa, purse.id).await, [], "one's own");
    let his = bilal.tell(&notice(NoticeKind::FoundObject, "Porte-monnaie rouge")).await;
    toit.wait_days(50).await;
    awa.client.renew_notice(purse.id).await.expect("still");
    bilal.client.renew_notice(his.id).await.expect("still");
    toit.wait(TimeDelta::days(40)).await;
    assert_eq!(alike(&awa, purse.id).await, [his.id], "ninety days ago");
    toit.wait(TimeDelta::milliseconds(1)).await;
    assert_eq!(alike(&awa, purse.id).await, [], "longer ago");
    let fresh = bilal.tell(&notice(NoticeKind::FoundObject, "Encore un")).await;
    assert_eq!(alike(&awa, purse.id).await, [fresh.id]);
    bilal.client.resolve_notice(fresh.id).await.expect("given back");
    assert_eq!(alike(&awa, purse.id).await, [], "given back to somebody else");
    awa.client.withdraw_notice(purse.id).await.expect("withdrawn");
    assert_eq!(alike(&awa, purse.id).await, [], "nobody looks any more");
}

async fn a_pair_is_told_once_whatever_is_edited(toit: &Toit) {
    let (awa, chloe) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Chloé", Place::C).await);
    let cat = awa.tell(&NewNotice { seen: Some(seen_near(&awa, 100)), ..lost("Chat roux") }).await;
    let seen = chloe.tell(&found("Un chat")).await;
    assert!(told(&awa, &cat).await.is_none(), "three kilometres away");
    let there = |radius| EditNotice { seen: Some(Some(seen_near(&chloe, radius))), ..EditNotice::default() };
    awa.client.edit_notice(cat.id, 1, &there(100)).await.expect("edited");
    assert_eq!((by(told(&awa, &cat).await).1, by(told(&chloe, &seen).await).1), (1, 1));
    awa.client.edit_notice(cat.id, 2, &there(300)).await.expect("edited");
    let text = EditNotice { text: Some(domain::text::Body::parse("Il a une puce.").expect("a text")), ..there(300) };
    awa.client.edit_notice(cat.id, 3, &text).await.expect("edited");
    awa.client.renew_notice(cat.id).await.expect("renewed");
    assert_eq!((by(told(&awa, &cat).await).1, by(told(&chloe, &seen).await).1), (1, 1), "they know already");
}

async fn what_was_posted_while_a_notice_was_over_is_told_when_it_comes_back(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::A).await);
    let emma = toit.neighbour("Emma", Place::A).await;
    let cat = awa.tell(&lost("Chat roux")).await;
    toit.wait_days(29).await;
    let before = bilal.tell(&found("Un chat")).await;
    toit.wait_days(1).await;
    awa.client.read_news(&Default::default()).await.expect("read");
    let meanwhile = emma.tell(&found("Un chat roux")).await;
    assert!(told(&emma, &meanwhile).await.is_none(), "hers is over");
    awa.client.renew_notice(cat.id).await.expect("still");
    assert_eq!(alike(&awa, cat.id).await, [meanwhile.id, before.id]);
    assert_eq!(by(told(&awa, &cat).await), ("Emma".to_owned(), 1));
    assert_eq!(by(told(&emma, &meanwhile).await), ("Awa".to_owned(), 1));
    assert_eq!(by(told(&bilal, &before).await).1, 1, "he was told when he posted");
}
