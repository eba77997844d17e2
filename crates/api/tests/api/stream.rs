//! What an open page hears at once.

use std::time::{Duration, Instant};

use api::live::PAGES_EACH;
use api::server::Bounds;
use chrono::TimeDelta;
use domain::circle::Circle;
use domain::conversation::{MessageKind, ThingKind};
use domain::id::MessageId;
use domain::news::Live;
use domain::offer::NewOffer;
use domain::problem::ProblemCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use uuid::Uuid;

use crate::conversations::{offer, two};
use crate::support::{
    Open, PATIENCE, Person, Place, Raw, Three, Toit, about, code_of, key, offer_leg, on, on_both_databases, say,
    to_author, to_everybody,
};

on_both_databases!(
    a_message_reaches_the_open_pages_of_both_at_once,
    whoever_comes_back_hears_first_what_she_missed,
    whoever_missed_too_much_reads_anew,
    what_is_taken_back_is_taken_off_the_open_pages,
    what_she_reads_on_one_page_is_read_on_the_others,
    an_exchange_that_concerns_her_is_news_at_once,
    a_new_post_is_told_to_those_whom_it_reaches_and_once,
    from_a_block_on_neither_hears_the_other,
    a_page_ends_with_its_session,
    a_page_whose_session_runs_out_is_closed,
    a_seventh_page_closes_the_first,
    more_pages_than_a_server_keeps_are_asked_to_come_back,
    a_page_that_does_not_read_is_closed_and_holds_nobody_up,
    a_connection_on_which_nobody_takes_in_anything_is_cut,
    a_server_that_stops_waits_for_no_page,
    the_first_words_come_at_once_and_are_for_nobody_to_keep,
);

async fn a_message_reaches_the_open_pages_of_both_at_once(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let stranger = toit.neighbour("Emma", Place::A).await;
    let (mut hers, mut his, mut other) = (awa.page().await, samir.page().await, stranger.page().await);
    let talk = samir.start(&to_author(offer(&post), "Bonjour\nAwa")).await.id;
    let (id, conversation, message) = hers.message().await;
    assert_eq!((id, conversation, message.mine), (Some(message.id), talk, false));
    assert_eq!(message.text.expect("his words").as_str(), "Bonjour\nAwa");
    assert_eq!(message.author.expect("he").id, samir.id());
    let (_, _, message) = his.message().await;
    assert!(message.mine, "also on another page of his own");
    assert_eq!(hers.unread().await.conversations, 1);
    awa.say(talk, "Bonsoir").await;
    assert_eq!(his.words().await, "Bonsoir");
    assert_eq!(his.unread().await.conversations, 1);
    // Whoever is not in it hears nothing: the first that comes is her own.
    let mine = stranger.start(&to_author(offer(&post), "Et moi ?")).await.id;
    let (_, conversation, _) = other.message().await;
    assert_eq!(conversation, mine);
}

async fn whoever_comes_back_hears_first_what_she_missed(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start_heard(&to_author(offer(&post), "un")).await.id;
    toit.clock.advance(TimeDelta::minutes(5));
    let mut page = awa.page().await;
    samir.say(talk, "deux").await;
    let (heard, _, _) = page.message().await;
    drop(page);
    toit.clock.advance(TimeDelta::minutes(2));
    for words in ["trois", "quatre"] {
        samir.say(talk, words).await;
    }
    let mut back = Open::not_greeted(&awa.client, heard).await;
    let Some(Live::Unread(unread)) = back.next().await.map(|h| h.live) else { panic!("what is not read comes first") };
    assert_eq!(unread.conversations, 1);
    let told = [back.words().await, back.words().await, back.words().await];
    assert_eq!(told, ["deux", "trois", "quatre"], "the last one may come twice, what she had before does not");
    samir.say(talk, "cinq").await;
    assert_eq!(back.words().await, "cinq");
    for nonsense in ["hier", "", "%00"] {
        let answer = awa.raw().request(reqwest::Method::GET, "/stream").header("Last-Event-ID", nonsense);
        assert_eq!(crate::support::Answer::of(answer).await.status, 200, "{nonsense:?}");
    }
}

async fn whoever_missed_too_much_reads_anew(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start(&to_author(offer(&post), "un")).await.id;
    for _ in 0..100 {
        samir.say(talk, "encore").await;
    }
    samir.say_heard(talk, "enfin").await;
    let mut back = Open::of(&awa.client, Some(MessageId(Uuid::nil()))).await;
    samir.say(talk, "maintenant").await;
    assert_eq!(back.words().await, "maintenant", "nothing of what was missed");
}

async fn what_is_taken_back_is_taken_off_the_open_pages(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start_heard(&to_author(offer(&post), "une bêtise")).await;
    let mut page = awa.page().await;
    let last = talk.last.expect("his words").id;
    samir.client.take_message_back(talk.id, last).await.expect("taken back");
    let (id, _, message) = page.message().await;
    assert_eq!((id, message.id, message.kind), (None, last, MessageKind::Gone), "nobody goes on from there");
    assert_eq!(page.unread().await.conversations, 0);
}

async fn what_she_reads_on_one_page_is_read_on_the_others(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start_heard(&to_author(offer(&post), "Bonjour")).await;
    let mut page = awa.page().await;
    awa.client.read_conversation(talk.id, talk.last.expect("his words").id).await.expect("read");
    let Some(Live::Unread(unread)) = page.next().await.map(|h| h.live) else { panic!("nothing but the number") };
    assert_eq!(unread.conversations, 0);
    samir.say(talk.id, "Alors ?").await;
    page.find(|h| matches!(h.live, Live::Unread(u) if u.conversations == 1).then_some(())).await;
    awa.client.mute_conversation(talk.id, true).await.expect("muted");
    assert_eq!(page.unread().await.conversations, 0);
}

async fn an_exchange_that_concerns_her_is_news_at_once(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let mut page = awa.page().await;
    let barter = samir.propose(vec![offer_leg(&awa, &samir, &post)]).await;
    let news = page.find(|h| if let Live::News { about } = h.live { Some(about) } else { None }).await;
    assert_eq!(news, about(ThingKind::Barter, barter.id.0));
    assert_eq!(page.unread().await.news, 1);
}

async fn a_new_post_is_told_to_those_whom_it_reaches_and_once(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let far = toit.neighbour("Chloé", Place::C).await;
    let (mut own, mut near, mut away) = (awa.page().await, samir.page().await, far.page().await);
    let post =
        async |page: &mut Open| page.find(|h| if let Live::Post { about } = h.live { Some(about) } else { None }).await;
    let nearby = awa.post(&NewOffer { circle: Circle::Nearby, ..awa.services.offer("Lecture") }).await;
    assert_eq!(post(&mut near).await, offer(&nearby));
    awa.client.pause_offer(nearby.id).await.expect("paused");
    awa.client.resume_offer(nearby.id).await.expect("resumed");
    let everywhere = awa.post(&awa.services.offer("Couture")).await;
    assert_eq!(post(&mut near).await, offer(&everywhere), "what changes is not new");
    assert_eq!(post(&mut away).await, offer(&everywhere), "what does not reach her is not told");
    let his = samir.post(&samir.services.offer("Bricolage")).await;
    assert_eq!(post(&mut own).await, offer(&his), "her own are no news to her");
}

async fn from_a_block_on_neither_hears_the_other(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let ring = three.agreed().await;
    let talk = three.awa.start_heard(&to_everybody(about(ThingKind::Barter, ring.id.0), "Bonjour")).await.id;
    let mut page = three.awa.page().await;
    three.luc.say(talk, "avant").await;
    assert_eq!(page.words().await, "avant");
    three.luc.client.block_neighbour(three.awa.id()).await.expect("blocked");
    three.luc.say(talk, "sans elle").await;
    three.nour.say(talk, "avec elle").await;
    assert_eq!(page.words().await, "avec elle");
    three.luc.client.unblock_neighbour(three.awa.id()).await.expect("taken back");
    three.luc.say(talk, "de nouveau").await;
    assert_eq!(page.words().await, "de nouveau");
}

async fn a_page_ends_with_its_session(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let phone = awa.sign_in().await;
    let (page, mut other) = (awa.page().await, phone.page().await);
    awa.client.sign_out().await.expect("signed out");
    page.end().await;
    samir.start(&to_author(offer(&post), "Bonjour")).await;
    assert_eq!(other.words().await, "Bonjour", "the other device goes on");
    phone.client.end_all_sessions().await.expect("ended");
    other.end().await;
    assert_eq!(code_of(phone.client.stream(None).await.map(drop)), ProblemCode::SessionEnded);
}

async fn a_page_whose_session_runs_out_is_closed(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let page = awa.page().await;
    toit.wait(TimeDelta::hours(1)).await;
    assert_eq!(toit.open_pages(), 1, "a token that is too old ends no page");
    toit.wait_days(200).await;
    page.end().await;
    assert_eq!(toit.open_pages(), 0);
}

async fn a_seventh_page_closes_the_first(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let mut pages = Vec::new();
    for _ in 0..=PAGES_EACH {
        pages.push(awa.page().await);
    }
    assert_eq!(toit.open_pages(), PAGES_EACH);
    pages.remove(0).end().await;
    samir.start(&to_author(offer(&post), "Bonjour")).await;
    for page in &mut pages {
        assert_eq!(page.words().await, "Bonjour");
    }
}

async fn more_pages_than_a_server_keeps_are_asked_to_come_back(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let small = toit.one_more_server_within(Bounds { pages: 2, ..Bounds::default() }).await;
    let there = |person: &Person| on(&small, person);
    let (first, second) = (Open::of(&there(&awa), None).await, Open::of(&there(&awa), None).await);
    let full = code_of(there(&samir).stream(None).await.map(drop));
    assert_eq!(full, ProblemCode::Unavailable);
    let raw = Raw::new(&small.url(), samir.client.tokens().map(|t| t.access_token));
    assert_eq!(raw.get("/stream").await.header("retry-after"), Some("5"));
    assert_eq!(raw.get("/offers").await.status, 200, "nothing else waits for them");
    drop(first);
    drop(second);
    small.stop().await;
}

/// A page that never reads, with as little room on the way as the system lets it have.
async fn never_reads(url: &str, person: &Person) -> TcpStream {
    let host = url.strip_prefix("http://").expect("plain http");
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    let mut line = socket.connect(host.parse().expect("an address")).await.expect("the server listens");
    let token = person.client.tokens().expect("signed in").access_token;
    let head = format!("GET /api/v1/stream HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n");
    line.write_all(head.as_bytes()).await.expect("sent");
    let mut first = [0; 12];
    line.read_exact(&mut first).await.expect("the beginning of an answer");
    assert_eq!(&first, b"HTTP/1.1 200");
    line
}

async fn a_page_that_does_not_read_is_closed_and_holds_nobody_up(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    // However long it takes to fill the line: nobody cuts it meanwhile.
    let patient = toit.one_more_server_within(Bounds { deaf: Duration::from_secs(3_600), ..Bounds::default() }).await;
    let (hers, his) = (on(&patient, &awa), on(&patient, &samir));
    let mut slow = never_reads(&patient.url(), &awa).await;
    let mut quick = Open::of(&hers, None).await;
    assert_eq!(patient.live().count(), 2);
    let talk = his.start_conversation(&to_author(offer(&post), "Bonjour"), &key()).await.expect("begun").id;
    assert_eq!(quick.words().await, "Bonjour");
    let long = "é".repeat(2_000);
    let mut sent = 0;
    while patient.live().count() == 2 {
        say(&his, talk, &long).await.expect("sent");
        assert_eq!(quick.words().await, long);
        sent += 1;
        assert!(sent < 2_000, "a page that does not read is kept for ever");
    }
    say(&his, talk, "court").await.expect("sent");
    assert_eq!(quick.words().await, "court");
    // It takes in at last what was on its way: then comes the end.
    rustix::net::sockopt::set_socket_recv_buffer_size(&slow, 1 << 20).expect("room");
    let mut all = Vec::new();
    let end = async {
        while !all.ends_with(b"0\r\n\r\n") {
            assert!(slow.read_buf(&mut all).await.expect("read") > 0, "a page that was closed ends as it should");
        }
    };
    tokio::time::timeout(PATIENCE, end).await.expect("the end of the page");
    patient.stop().await;
}

/// Whether a socket of this machine with the first port is connected to one with the second.
fn is_connected(port: u16, other: u16) -> bool {
    let sockets = std::fs::read_to_string("/proc/net/tcp").expect("the system's sockets");
    let ends_in = |address: Option<&str>, port: u16| address.is_some_and(|a| a.ends_with(&format!(":{port:04X}")));
    // Its number, its own address, the other one's, and 01 as long as the two are connected.
    sockets.lines().skip(1).any(|line| {
        let mut fields = line.split_whitespace().skip(1);
        ends_in(fields.next(), port) && ends_in(fields.next(), other) && fields.next() == Some("01")
    })
}

async fn a_connection_on_which_nobody_takes_in_anything_is_cut(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start(&to_author(offer(&post), "Bonjour")).await.id;
    let strict = toit.one_more_server_within(Bounds { deaf: Duration::from_secs(1), ..Bounds::default() }).await;
    let slow = never_reads(&strict.url(), &awa).await;
    let there = on(&strict, &samir);
    while strict.live().count() > 0 {
        say(&there, talk, &"é".repeat(2_000)).await.expect("sent");
    }
    let [mine, its] = [slow.local_addr(), slow.peer_addr()].map(|address| address.expect("an address").port());
    let begun = Instant::now();
    while is_connected(its, mine) {
        assert!(begun.elapsed() < PATIENCE, "the connection of a page that never reads is kept");
        // Each look lets some time pass.
        there.health().await.expect("the server lives");
    }
    strict.stop().await;
}

async fn a_server_that_stops_waits_for_no_page(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let other = toit.one_more_server().await;
    let page = Open::of(&on(&other, &awa), None).await;
    let begun = Instant::now();
    other.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    page.end().await;
}

async fn the_first_words_come_at_once_and_are_for_nobody_to_keep(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let answer = awa.raw().get("/stream").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(answer.header("cache-control"), Some("no-store, no-transform"));
    assert_eq!(answer.header("x-accel-buffering"), Some("no"));
    assert_eq!(answer.header("content-encoding"), None);
    assert!(answer.body.starts_with("retry: "), "{:?}", answer.body);
    assert_eq!(toit.raw().get("/stream").await.refused(ProblemCode::Unauthenticated).status, 401);
}
