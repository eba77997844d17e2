//! The agenda: a month by keyboard, the days on which something is on, one's own; and the addresses for a calendar elsewhere.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use domain::calendar::CalendarKind;
use domain::event::{NewEvent, Reply};
use domain::moment::LocalTime;
use serde_json::json;
use thirtyfour::Key;

use crate::events::today;
use crate::gatherings::{answer, invite};
use crate::hand::{Hand, What};
use crate::posts::{examine, party};
use crate::street::Street;
use crate::support::{Person, Place, Toit};
use crate::tab::{Tab, Wishes};

/// A party of two hours on that day.
fn on(toit: &Toit, title: &str, day: NaiveDate, hour: u32) -> NewEvent {
    let at = |hour| LocalTime::parse(day.and_hms_opt(hour, 0, 0).expect("an hour")).expect("a time");
    NewEvent { start: at(hour), end: at(hour + 2), ..party(toit, title, Some(50)) }
}

/// The focus is on that day.
async fn at_day(tab: &Tab, day: NaiveDate) {
    let script = format!("return document.activeElement?.dataset.day === {};", json!(day.to_string()));
    tab.wait(&format!("the focus on {day}"), &script).await;
}

async fn titles(tab: &Tab) -> Vec<String> {
    let script = "return [...document.querySelectorAll('.post__title')].map((e) => e.innerText.trim());";
    serde_json::from_value(tab.run(script).await).expect("a list of titles")
}

async fn listed(tab: &Tab, title: &str, listed: bool) {
    let script = format!("return (named('a[href]', {}) !== null) === {listed};", json!(title));
    tab.wait(&format!("{title} in the list: {listed}"), &script).await;
}

#[tokio::test]
async fn a_month_is_moved_through_by_keyboard_and_says_what_is_on_each_day() {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let awa = toit.neighbour("Awa", Place::A).await;
    // In the month after this one, so that no day is over and all stand in one month.
    let first = today(toit).with_day(1).expect("a day") + Months::new(1);
    let (fifth, sixth) = (first + TimeDelta::days(4), first + TimeDelta::days(5));
    for (title, day, hour) in
        [("Troc de livres", fifth, 18), ("Fête des voisins", fifth, 14), ("Marche au canal", sixth, 10)]
    {
        invite(&awa, &on(toit, title, day, hour)).await;
    }
    let tab = street.tab_of(&awa, Wishes { hand: Hand::Keyboard, ..Wishes::default() }).await;
    tab.open_at("/agenda", "agenda").await;
    tab.tab_to(&What::Id("day")).await;
    at_day(&tab, today(toit)).await;
    tab.keys(Key::PageDown).await;
    let there = today(toit) + Months::new(1);
    at_day(&tab, there).await;
    tab.screen("agenda").await;
    listed(&tab, "Marche au canal", true).await;
    assert_eq!(titles(&tab).await, ["Fête des voisins", "Troc de livres", "Marche au canal"]);

    // To the fifth, day by day and week by week; its name says how many there are.
    let mut day = there;
    while day > fifth + TimeDelta::days(6) {
        tab.keys(Key::Up).await;
        day -= TimeDelta::days(7);
        at_day(&tab, day).await;
    }
    while day != fifth {
        let (key, by) = if day > fifth { (Key::Left, -1) } else { (Key::Right, 1) };
        tab.keys(key).await;
        day += TimeDelta::days(by);
        at_day(&tab, day).await;
    }
    let name = tab.run("return document.activeElement.ariaLabel;").await;
    let two = tab.word("agenda.many").replace("{{ n }}", "2").replace("{{ day }}", "");
    assert!(name.as_str().is_some_and(|name| name.starts_with('5') && name.ends_with(&two)), "{name}");
    tab.keys(Key::Enter).await;
    listed(&tab, "Marche au canal", false).await;
    assert_eq!(titles(&tab).await, ["Fête des voisins", "Troc de livres"]);
    examine(&tab, "agenda-day").await;

    // Opened and left again, the agenda is as it was.
    tab.press(What::Link("Troc de livres")).await;
    tab.arrive("event").await;
    tab.press(What::Link(&tab.word("bar.agenda"))).await;
    tab.arrive("agenda").await;
    listed(&tab, "Troc de livres", true).await;
    assert_eq!(titles(&tab).await, ["Fête des voisins", "Troc de livres"]);
    tab.press(What::Id("whole-month")).await;
    listed(&tab, "Marche au canal", true).await;
    tab.press(What::Id("month-after")).await;
    tab.says(&tab.word("agenda.nothing")).await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn what_comes_is_listed_to_the_end_of_the_next_month() {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let awa = toit.neighbour("Awa", Place::A).await;
    let after = today(toit).with_day(1).expect("a day") + Months::new(2);
    let last = after - TimeDelta::days(1);
    invite(&awa, &on(toit, "Le dernier jour", last, 18)).await;
    invite(&awa, &on(toit, "Le jour d'après", after, 18)).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.press(What::Link(&tab.word("bar.agenda"))).await;
    tab.arrive("agenda").await;
    tab.says(&tab.word("agenda.coming")).await;
    listed(&tab, "Le dernier jour", true).await;
    assert_eq!(titles(&tab).await, ["Le dernier jour"]);
    tab.press(What::Id("month-after")).await;
    let year = format!("return document.getElementById('agenda-list').textContent.endsWith('{}');", last.year());
    tab.wait("the name of the next month", &year).await;
    tab.screen("agenda").await;
    assert_eq!(titles(&tab).await, ["Le dernier jour"], "a month that does not run yet ends with its last day");
    tab.press(What::Id("month-after")).await;
    listed(&tab, "Le dernier jour", false).await;
    listed(&tab, "Le jour d'après", true).await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_full_month_asks_twice_and_shows_its_dates_page_by_page() {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let awa = toit.neighbour("Awa", Place::A).await;
    let first = today(toit).with_day(1).expect("a day") + Months::new(1);
    let (day, night) = (first + TimeDelta::days(9), first + TimeDelta::days(19));
    for n in 0..25 {
        invite(&awa, &on(toit, &format!("Rendez-vous {n:02}"), day, 10)).await;
        invite(&awa, &on(toit, &format!("Un autre {n:02}"), day + TimeDelta::days(1), 10)).await;
    }
    let dance = on(toit, "Bal", night, 21);
    let end = LocalTime::parse(dance.start.naive() + TimeDelta::hours(4)).expect("a time");
    invite(&awa, &NewEvent { end, ..dance }).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at("/agenda", "agenda").await;
    let asked =
        "return performance.getEntriesByType('resource').filter((e) => e.name.includes('/api/v1/events')).length;";
    tab.gives(asked, 2).await;
    tab.press(What::Id("month-after")).await;
    listed(&tab, "Rendez-vous 00", true).await;
    tab.gives(asked, 4).await;
    let dot = |day: NaiveDate| {
        format!("return document.querySelector('[data-day=\"{day}\"]').querySelector('.month__dot') !== null;")
    };
    tab.gives(&dot(night), true).await;
    tab.gives(&dot(night + TimeDelta::days(1)), false).await;
    assert_eq!(titles(&tab).await.len(), 20);
    tab.press(What::Button(&tab.word("square.more"))).await;
    tab.wait("forty of them", "return document.querySelectorAll('.post__title').length === 40;").await;
    tab.press(What::Button(&tab.word("square.more"))).await;
    listed(&tab, "Bal", true).await;
    assert_eq!(titles(&tab).await.len(), 51);
    tab.gives(&format!("return named('button', {}) === null;", json!(tab.word("square.more"))), true).await;

    // One day, page by page, too.
    let pressed = format!("document.querySelector('[data-day=\"{day}\"]')");
    let name = tab.run(&format!("return {pressed}.ariaLabel;")).await;
    assert!(name.as_str().is_some_and(|name| name.contains("25")), "{name}");
    tab.run(&format!("{pressed}.click(); return null;")).await;
    listed(&tab, "Rendez-vous 00", true).await;
    listed(&tab, "Un autre 00", false).await;
    assert_eq!(titles(&tab).await.len(), 20);
    tab.press(What::Button(&tab.word("square.more"))).await;
    tab.wait("all of that day", "return document.querySelectorAll('.post__title').length === 25;").await;
    examine(&tab, "agenda-full-day").await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn mine_are_those_i_answered_or_host() {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let tomorrow = today(toit) + TimeDelta::days(1);
    let theirs = invite(&samir, &on(toit, "Fête des voisins", tomorrow, 18)).await;
    invite(&samir, &on(toit, "Troc de livres", tomorrow, 18)).await;
    answer(&awa, &theirs, Reply::Going, None).await;
    let draft = on(toit, "Un café, peut-être", tomorrow + TimeDelta::days(60), 18);
    invite(&awa, &NewEvent { draft: true, ..draft }).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.press(What::Link(&tab.word("bar.agenda"))).await;
    tab.arrive("agenda").await;
    listed(&tab, "Troc de livres", true).await;
    tab.says("Demain à 18").await;
    tab.press(What::Id("agenda-mine")).await;
    listed(&tab, "Troc de livres", false).await;
    // While it asks, nothing is listed at all.
    tab.screen("agenda").await;
    let mine = titles(&tab).await;
    assert_eq!(mine, ["Fête des voisins", "Un café, peut-être"], "the draft waits in whatever month");
    tab.says(&tab.word("event.tag_going")).await;
    examine(&tab, "agenda-own").await;
    tab.close().await;
    street.close().await;
}

async fn path_of(person: &Person, kind: CalendarKind) -> Option<String> {
    let calendars = person.client.list_calendars().await.expect("her calendars").items;
    calendars.into_iter().find(|it| it.kind == kind).and_then(|it| it.path)
}

#[tokio::test]
async fn the_address_of_a_calendar_is_made_copied_changed_and_closed() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes { hand: Hand::Keyboard, ..Wishes::default() }).await;
    tab.open_at("/moi", "me").await;
    tab.press(What::Link(&tab.word("calendars.title"))).await;
    tab.arrive("my-calendars").await;
    tab.press(What::Id("make-mine")).await;
    tab.says(&tab.word("calendars.made_said")).await;
    let shown = "return document.getElementById('address-mine')?.value ?? null;";
    let first = path_of(&awa, CalendarKind::Mine).await.expect("an address");
    tab.gives(shown, format!("{}{first}", street.toit.url())).await;
    tab.gives("return document.activeElement.id;", "address-mine").await;
    tab.press(What::Id("copy-mine")).await;
    tab.says(&tab.word("calendars.copied_said")).await;
    examine(&tab, "my-calendars-made").await;

    tab.press(What::Id("renew-mine")).await;
    tab.arrive("confirm").await;
    tab.press(What::Id("yes")).await;
    tab.arrive("my-calendars").await;
    let second = path_of(&awa, CalendarKind::Mine).await.expect("an address");
    assert_ne!(first, second);
    tab.gives(shown, format!("{}{second}", street.toit.url())).await;
    tab.press(What::Id("close-mine")).await;
    tab.arrive("confirm").await;
    tab.press(What::Id("yes")).await;
    tab.arrive("my-calendars").await;
    assert_eq!(path_of(&awa, CalendarKind::Mine).await, None);
    tab.wait("no address", "return document.getElementById('make-mine') !== null;").await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}
