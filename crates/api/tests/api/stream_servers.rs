//! Open pages of several servers on one PostgreSQL: what is written through one is heard on all.

use domain::news::Live;
use domain::problem::ProblemCode;

use crate::conversations::{offer, two};
use crate::support::{Open, Toit, on, on_postgres, to_author};

on_postgres!(
    a_message_that_one_server_keeps_is_heard_on_the_other,
    a_page_ends_on_one_server_when_its_session_ends_on_the_other,
    a_line_that_was_cut_lets_every_page_come_back,
    whoever_comes_back_to_another_server_misses_nothing,
);

async fn a_message_that_one_server_keeps_is_heard_on_the_other(toit: &Toit) {
    let other = toit.one_more_server().await;
    let (awa, samir, post) = two(toit).await;
    let (mut there, mut here) = (Open::of(&on(&other, &awa), None).await, awa.page().await);
    let talk = samir.start(&to_author(offer(&post), "Bonjour")).await;
    assert_eq!((there.words().await, here.words().await), ("Bonjour".to_owned(), "Bonjour".to_owned()));
    assert_eq!(there.unread().await.conversations, 1);
    let last = talk.last.expect("his words").id;
    awa.client.read_conversation(talk.id, last).await.expect("read here");
    there.find(|h| matches!(h.live, Live::Unread(u) if u.conversations == 0).then_some(())).await;
    samir.client.take_message_back(talk.id, last).await.expect("taken back");
    assert_eq!(there.words().await, "-");
    drop(there);
    other.stop().await;
}

async fn a_page_ends_on_one_server_when_its_session_ends_on_the_other(toit: &Toit) {
    let other = toit.one_more_server().await;
    let (awa, _, _) = two(toit).await;
    let there = Open::of(&on(&other, &awa), None).await;
    awa.client.sign_out().await.expect("signed out here");
    there.end().await;
    other.stop().await;
}

async fn a_line_that_was_cut_lets_every_page_come_back(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let page = awa.page().await;
    toit.cut_all_lines().await;
    page.end().await;
    // The first to come may meet a line that is dead, and hear that the server is busy.
    let busy = |error: &client::Error| error.code() == Some(ProblemCode::Unavailable);
    let mut lines = 0..100;
    while awa.client.stream(None).await.map(drop).is_err_and(|e| busy(&e)) && lines.next().is_some() {}
    let mut page = awa.page().await;
    let hello = to_author(offer(&post), "Bonjour");
    while samir.client.start_conversation(&hello, "once").await.is_err_and(|e| busy(&e)) && lines.next().is_some() {}
    samir.client.start_conversation(&hello, "once").await.expect("sent, once");
    assert_eq!(page.words().await, "Bonjour", "it hears again");
}

async fn whoever_comes_back_to_another_server_misses_nothing(toit: &Toit) {
    let other = toit.one_more_server().await;
    let (awa, samir, post) = two(toit).await;
    let mut here = awa.page().await;
    let talk = samir.start(&to_author(offer(&post), "un")).await.id;
    let (heard, _, _) = here.message().await;
    drop(here);
    samir.say(talk, "deux").await;
    let mut there = Open::of(&on(&other, &awa), heard).await;
    while there.words().await != "deux" {}
    samir.say(talk, "trois").await;
    while there.words().await != "trois" {}
    drop(there);
    other.stop().await;
}
