//! Which news are read: what was shown, and nothing else.

use chrono::TimeDelta;
use domain::conversation::ThingRef;
use domain::event::EditEvent;
use domain::news::{Live, MAX_READ_LINES, NewsView, ReadNews};
use domain::problem::FieldCode;
use domain::text::Words;
use uuid::Uuid;

use crate::events::going;
use crate::square_events::{event, invite};
use crate::support::{Person, Place, Toit, about, on_both_databases, refused_value};

on_both_databases!(
    what_lies_beyond_the_page_that_was_shown_stays_unread,
    what_came_after_the_page_was_shown_stays_unread,
    what_came_after_a_thing_was_asked_for_stays_unread,
    whoever_reads_on_one_page_is_told_on_her_others,
    what_is_said_to_be_read_is_checked,
);

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

/// Parties of Awa's to each of which Samir comes: so many lines of news for her.
async fn answered(toit: &Toit, awa: &Person, samir: &Person, number: usize) -> Vec<ThingRef> {
    let mut things = Vec::new();
    for n in 0..number {
        toit.clock.advance(TimeDelta::seconds(1));
        let party = invite(awa, &event(toit, &format!("Fête {n}"))).await;
        samir.client.answer_event(party.id, &going(0)).await.expect("he comes");
        things.push(about(domain::conversation::ThingKind::Event, party.id.0));
    }
    things
}

async fn unread(person: &Person) -> u32 {
    person.client.get_unread().await.expect("counted").news
}

fn lines(shown: &[NewsView]) -> ReadNews {
    ReadNews { lines: Some(shown.iter().map(|line| line.id).collect()), ..ReadNews::default() }
}

async fn what_lies_beyond_the_page_that_was_shown_stays_unread(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    answered(toit, &awa, &samir, 23).await;
    let first = awa.client.list_news(None).await.expect("the newest");
    assert_eq!((first.items.len(), unread(&awa).await), (20, 23));
    awa.client.read_news(&lines(&first.items)).await.expect("read");
    assert_eq!(unread(&awa).await, 3);
    let second = awa.client.list_news(first.next.as_deref()).await.expect("the rest").items;
    assert!(second.len() == 3 && second.iter().all(|line| line.unread), "they are shown as new");
    awa.client.read_news(&lines(&second)).await.expect("read");
    assert_eq!(unread(&awa).await, 0);
    samir.client.read_news(&lines(&first.items)).await.expect("nothing of his");
    awa.client.read_news(&lines(&[])).await.expect("nothing was shown");
}

async fn what_came_after_the_page_was_shown_stays_unread(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let things = answered(toit, &awa, &samir, 3).await;
    let shown = awa.client.list_news(None).await.expect("the newest").items;
    // To one that was shown something happens once more, and there is a fourth.
    emma.client.answer_event(domain::id::EventId(things[1].id), &going(0)).await.expect("she comes, too");
    answered(toit, &awa, &emma, 1).await;
    awa.client.read_news(&lines(&shown)).await.expect("read");
    let now = awa.client.list_news(None).await.expect("the newest").items;
    let state: Vec<_> = now.iter().map(|line| (line.about.title.clone().unwrap_or_default(), line.unread)).collect();
    let expected = [("Fête 0", true), ("Fête 1", true), ("Fête 2", false), ("Fête 0", false)];
    assert_eq!(state, expected.map(|(title, unread)| (title.to_owned(), unread)));
    assert_eq!(now[1].count, 2, "both are told as new, because the first was not read by itself");
}

async fn what_came_after_a_thing_was_asked_for_stays_unread(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    assert_eq!(awa.client.get_unread().await.expect("nothing").newest, None);
    let party = answered(toit, &awa, &samir, 1).await.remove(0);
    let newest = awa.client.get_unread().await.expect("one").newest;
    assert_eq!(newest, Some(awa.client.list_news(None).await.expect("hers").items[0].id));
    let emma = toit.neighbour("Emma", Place::A).await;
    emma.client.answer_event(domain::id::EventId(party.id), &going(0)).await.expect("while the page is on its way");
    let read = ReadNews { about: Some(party), up_to: newest, lines: None };
    awa.client.read_news(&read).await.expect("read");
    assert_eq!(unread(&awa).await, 1);
    let read = ReadNews { up_to: awa.client.get_unread().await.expect("one").newest, ..read };
    awa.client.read_news(&read).await.expect("read");
    assert_eq!(unread(&awa).await, 0);
    assert!(awa.client.get_unread().await.expect("none").newest.is_some(), "read ones count as well");
}

async fn whoever_reads_on_one_page_is_told_on_her_others(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let things = answered(toit, &awa, &samir, 2).await;
    let shown = awa.client.list_news(None).await.expect("the newest").items;
    let mut elsewhere = awa.page().await;
    awa.client.read_news(&lines(&shown[..1])).await.expect("read");
    elsewhere.find(|h| matches!(h.live, Live::Unread(u) if u.news == 1).then_some(())).await;
    let one = ReadNews { about: Some(things[0]), ..ReadNews::default() };
    awa.client.read_news(&one).await.expect("read");
    elsewhere.find(|h| matches!(h.live, Live::Unread(u) if u.news == 0).then_some(())).await;
    // Who has read nothing new is told nothing: the next word is about something else.
    awa.client.read_news(&ReadNews::default()).await.expect("nothing more");
    let edit = EditEvent { place: Words::parse("Au jardin").ok(), ..EditEvent::default() };
    awa.client.edit_event(domain::id::EventId(things[0].id), 1, &edit).await.expect("edited");
    let emma = toit.neighbour("Emma", Place::A).await;
    emma.client.answer_event(domain::id::EventId(things[0].id), &going(0)).await.expect("she comes");
    assert_eq!(elsewhere.unread().await.news, 1);
}

async fn what_is_said_to_be_read_is_checked(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let read = async |number: usize| {
        let lines = Some((0..number).map(|n| Uuid::from_u128(n as u128)).collect());
        awa.client.read_news(&ReadNews { lines, ..ReadNews::default() }).await
    };
    read(MAX_READ_LINES).await.expect("unknown ones are nobody's");
    assert_eq!(refused_value(read(MAX_READ_LINES + 1).await), ("/lines".to_owned(), FieldCode::TooLong));
    awa.raw().post("/news/read", r#"{"up_to":"hier"}"#).await.invalid("/up_to", FieldCode::WrongForm);
}
