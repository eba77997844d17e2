//! The dates of a series, each answered by itself; what one reads before one answers; what a host reads before she calls off.

use chrono::{NaiveDate, TimeDelta};
use domain::event::{AnswerState, EventView, Guests, NewEvent, Places, Reply};
use serde_json::json;

use crate::gatherings::{answer, answered, invite, room, weekly};
use crate::hand::{Hand, What};
use crate::posts::{examine, party};
use crate::street::Street;
use crate::support::{Person, Place};
use crate::tab::{Tab, Wishes};

fn chip(date: NaiveDate) -> String {
    format!("come-{date}")
}

/// Whether the chip of a date is pressed, and what stands beside it.
async fn says(tab: &Tab, date: NaiveDate, pressed: bool, key: &str) {
    let script = format!(
        "const chip = document.getElementById({});
         return chip?.ariaPressed === '{pressed}' && chip.closest('li').querySelector('.tag')?.textContent === {};",
        json!(chip(date)),
        json!(tab.word(key))
    );
    tab.wait(&format!("{key} at {date}"), &script).await;
}

async fn hers(person: &Person, event: &EventView, date: NaiveDate) -> Option<AnswerState> {
    let view = person.client.get_event(event.id, Some(date)).await.expect("the event");
    view.dates.iter().find(|on| on.date == date).and_then(|on| on.my_answer).map(|mine| mine.answer)
}

async fn a_series_answered_date_by_date(hand: Hand) {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let (malika, samir) = (toit.neighbour("Malika", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let rose = toit.neighbour("Rose", Place::B).await;
    let new = NewEvent { repeat: Some(weekly(8)), ..party(toit, "Chorale des deux cours", Some(1)) };
    let event = invite(&malika, &new).await;
    let date = |n: usize| event.dates[n].date;
    answer(&rose, &event, Reply::Going, Some(date(2))).await;
    malika.client.cancel_event(event.id, Some(date(3))).await.expect("that one");
    let tab = street.tab_of(&samir, Wishes { hand, ..Wishes::default() }).await;
    tab.open_at(&format!("/rendez-vous/{}", event.id), "event").await;
    for (n, there) in [(0, false), (1, true), (3, false)] {
        let script = format!("return document.getElementById({}) !== null;", json!(chip(date(n))));
        tab.gives(&script, there).await;
    }

    // He comes to the second; the focus stays, and its name says which day it is.
    tab.press(What::Id(&chip(date(1)))).await;
    says(&tab, date(1), true, "event.tag_going").await;
    assert_eq!(hers(&samir, &event, date(1)).await, Some(AnswerState::Going));
    assert_eq!(hers(&samir, &event, date(0)).await, None, "of that date he said nothing");
    tab.gives("return document.activeElement.id;", chip(date(1))).await;
    let name = tab.run("return document.activeElement.ariaLabel;").await;
    assert!(name.as_str().is_some_and(|name| name.len() > tab.word("event.yes").len() + 5), "{name}");
    let page = "return location.search + document.querySelector('main').dataset.screen;";
    tab.gives(page, "event").await;

    // The third is full: he waits, and one tap more does not cost him his place in line.
    says(&tab, date(2), false, "post.full").await;
    for _ in 0..2 {
        tab.press(What::Id(&chip(date(2)))).await;
        says(&tab, date(2), true, "event.tag_waits").await;
        assert_eq!(hers(&samir, &event, date(2)).await, Some(AnswerState::Waitlisted));
    }
    // The second taken back.
    tab.press(What::Id(&chip(date(1)))).await;
    says(&tab, date(1), false, "event.tag_declined").await;
    assert_eq!(hers(&samir, &event, date(1)).await, Some(AnswerState::Declined));

    // Those that are folded away, and all of it looked at.
    tab.press(What::Fold(&tab.word("event.dates_more"))).await;
    tab.press(What::Id(&chip(date(7)))).await;
    says(&tab, date(7), true, "event.tag_going").await;
    examine(&tab, "event-dates").await;

    // One that was called off meanwhile is refused in words, and nothing else changes.
    malika.client.cancel_event(event.id, Some(date(4))).await.expect("that one, too");
    tab.press(What::Id(&chip(date(4)))).await;
    tab.says(&tab.word("problem.event_not_open")).await;
    says(&tab, date(7), true, "event.tag_going").await;
    assert_eq!(hers(&samir, &event, date(4)).await, None);

    // Opened at the second, that one has its answers above, and the first has a chip.
    let link =
        format!("return document.getElementById({}).closest('li').querySelector('a').innerText;", json!(chip(date(1))));
    let link = tab.run(&link).await.as_str().expect("its day").to_owned();
    tab.press(What::Link(&link)).await;
    tab.wait("the first date's chip", &format!("return document.getElementById({}) !== null;", json!(chip(date(0)))))
        .await;
    answered(&tab, "event.declined").await;
    tab.gives(page, format!("?date={}event", date(1))).await;
    tab.gives(&format!("return document.getElementById({});", json!(chip(date(1)))), json!(null)).await;
    let faults = tab.faults().await;
    assert!(faults.iter().all(|fault| fault.contains("409")), "{faults:?}");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_series_is_answered_date_by_date_with_a_finger() {
    a_series_answered_date_by_date(Hand::Touch).await;
}

#[tokio::test]
async fn a_series_is_answered_date_by_date_by_keyboard_alone() {
    a_series_answered_date_by_date(Hand::Keyboard).await;
}

/// What the button for "I come" says.
async fn yes(tab: &Tab, key: &str) {
    let script = format!("return document.getElementById('answer-yes')?.textContent === {};", json!(tab.word(key)));
    tab.wait(&format!("the button {key}"), &script).await;
}

#[tokio::test]
async fn whoever_would_wait_reads_so_before_she_answers() {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let zoe = toit.neighbour("Zoé", Place::B).await;
    let share =
        NewEvent { places_per_residence: Places::parse(1).ok(), ..party(toit, "Visite du jardin partagé", Some(4)) };
    let share = invite(&awa, &share).await;
    answer(&awa, &share, Reply::Going, None).await;
    let few = NewEvent { guests: Guests::parse(3).expect("three"), ..party(toit, "Atelier cuisine", Some(3)) };
    let few = invite(&awa, &few).await;
    answer(&awa, &few, Reply::Going, None).await;

    // His residence has its share, though three of four places are free.
    let his = street.tab_of(&samir, Wishes::default()).await;
    his.open_at(&format!("/rendez-vous/{}", share.id), "event").await;
    room(&his, "event.places_taken_one", &[("places", "4")]).await;
    yes(&his, "event.queue").await;
    his.says(&his.word("event.line_home")).await;
    examine(&his, "event-share-used-up").await;
    his.press(What::Id("answer-yes")).await;
    answered(&his, "event.waits").await;
    yes(&his, "event.line").await;
    // For somebody who lives elsewhere there is room.
    let hers = street.tab_of(&zoe, Wishes::default()).await;
    hers.open_at(&format!("/rendez-vous/{}", share.id), "event").await;
    yes(&hers, "event.yes").await;
    hers.gives("return document.getElementById('why-wait');", json!(null)).await;
    hers.press(What::Id("answer-yes")).await;
    answered(&hers, "event.going").await;

    // Two places are left: with one guest she comes, with two she waits, and the button says so at each step.
    hers.open_at(&format!("/rendez-vous/{}", few.id), "event").await;
    yes(&hers, "event.yes").await;
    hers.says(&hers.word("event.left_many").replace("{{ n }}", "2")).await;
    hers.press(What::Id("guests-more")).await;
    yes(&hers, "event.yes").await;
    hers.press(What::Id("guests-more")).await;
    yes(&hers, "event.queue").await;
    examine(&hers, "event-too-many").await;
    hers.press(What::Id("answer-yes")).await;
    answered(&hers, "event.waits_with").await;
    hers.press(What::Id("guests-less")).await;
    answered(&hers, "event.going_with").await;
    yes(&hers, "event.yes").await;
    let view = zoe.client.get_event(few.id, None).await.expect("the event");
    assert_eq!(view.dates[0].my_answer.map(|mine| mine.answer), Some(AnswerState::Going));
    for tab in [his, hers] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn a_host_reads_how_many_hear_of_the_end_of_what_was_postponed() {
    let Some(street) = Street::open_since(6).await else { return };
    let toit = &street.toit;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let event = invite(&awa, &party(toit, "Sortie au parc", None)).await;
    answer(&samir, &event, Reply::Going, None).await;
    awa.client.postpone_event(event.id).await.expect("it is hers");
    // Its old date goes by.
    toit.wait(TimeDelta::days(6)).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/rendez-vous/{}/annuler", event.id), "confirm").await;
    tab.says(&tab.word("event.told_one")).await;
    tab.press(What::Id("yes")).await;
    tab.arrive("event").await;
    tab.says(&tab.word("event.cancelled_note")).await;
    toit.tick().await.expect("told");
    let news = street.tab_of(&samir, Wishes::default()).await;
    news.press(What::Link(&news.word("news.title"))).await;
    news.arrive("news").await;
    news.says("Sortie au parc").await;
    for tab in [tab, news] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}
