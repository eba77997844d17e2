//! What those who come to an event find: places for each residence, several days, a file for their calendar, a word to all.

use chrono::{Datelike, Months, TimeDelta};
use domain::event::{NewEvent, Places, Reply};
use domain::moment::LocalTime;
use serde_json::json;

use crate::counts::bar_counts;
use crate::events::today;
use crate::gatherings::{answer, answered, invite};
use crate::hand::What;
use crate::look::NARROW;
use crate::paper::Saved;
use crate::posts::{examine, party};
use crate::street::Street;
use crate::support::Place;
use crate::tab::Wishes;
use crate::talked::{bubbles, waits_for_bubble, write};

#[tokio::test]
async fn an_event_is_saved_for_ones_own_calendar() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    let event = invite(&samir, &party(&street.toit, "Fête des voisins", None)).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/rendez-vous/{}", event.id), "event").await;
    let saved = Saved::of(&tab).await;
    // Longer than an access token is good for.
    street.toit.clock.advance(TimeDelta::minutes(30));
    tab.press(What::Id("calendar")).await;
    tab.says(&tab.word("event.calendar_said")).await;
    let file = String::from_utf8(saved.file("rendez-vous.ics").await).expect("text");
    assert!(file.starts_with("BEGIN:VCALENDAR\r\n") && file.ends_with("END:VCALENDAR\r\n"), "{file}");
    assert!(file.contains("SUMMARY:Fête des voisins\r\n"), "{file}");
    assert!(!file.contains("Awa") && !file.contains("Samir"), "nobody is named: {file}");
    tab.screen("event").await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn where_a_residence_has_its_share_its_next_tenant_waits_although_places_are_free() {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let zoe = toit.neighbour("Zoé", Place::B).await;
    let one = Some(Places::parse(1).expect("a number"));
    let event = invite(&zoe, &NewEvent { places_per_residence: one, ..party(toit, "Atelier vélo", Some(10)) }).await;
    answer(&awa, &event, Reply::Going, None).await;
    let path = format!("/rendez-vous/{}", event.id);
    let his = street.tab_of(&samir, Wishes::default()).await;
    his.open_at(&path, "event").await;
    his.says("1 place prise sur 10 (au plus 1 par résidence)").await;
    his.press(What::Id("answer-yes")).await;
    answered(&his, "event.waits").await;
    his.says("1 place prise sur 10 (au plus 1 par résidence), 1 en attente").await;
    examine(&his, "event-residence-full").await;
    let hers = street.tab_of(&zoe, Wishes::default()).await;
    hers.open_at(&path, "event").await;
    hers.press(What::Id("answer-yes")).await;
    answered(&hers, "event.going").await;
    hers.says("2 places prises sur 10 (au plus 1 par résidence), 1 en attente").await;

    // The place that is free is his as soon as his neighbour leaves hers.
    answer(&awa, &event, Reply::Declined, None).await;
    his.press(What::Button(&his.word("news.see"))).await;
    answered(&his, "event.offered").await;
    for tab in [his, hers] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn an_event_of_several_days_is_written_and_stands_on_each_of_them() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let first = today(&street.toit).with_day(1).expect("a day") + Months::new(1) + TimeDelta::days(10);
    let last = first + TimeDelta::days(2);
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at("/rendez-vous/nouveau", "event-new").await;
    tab.fill("title", "Exposition des ateliers").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-when").await;
    tab.fill_time("day", &first.to_string()).await;
    tab.fill_time("hour", "18:00").await;
    tab.choose("long", "long").await;
    tab.fill_time("end-day", &last.to_string()).await;
    tab.fill_time("end-hour", "12:00").await;
    examine(&tab, "event-new-days").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-where").await;
    tab.fill("place", "Salle commune").await;
    for screen in ["event-new-reach", "event-new-places", "event-new-preview"] {
        tab.press(What::Submit).await;
        tab.arrive(screen).await;
    }
    tab.press(What::Id("publish")).await;
    tab.arrive("event").await;
    let until = tab.word("event.at_days");
    let until = until.split("{{ start }}").nth(1).and_then(|rest| rest.split("{{").next()).expect("two days");
    tab.says(until).await;
    let [event] = awa
        .client
        .list_events(&client::EventFilter { mine: true, ..Default::default() })
        .await
        .expect("hers")
        .items
        .try_into()
        .expect("one event");
    let at =
        |day: chrono::NaiveDate, hour| LocalTime::parse(day.and_hms_opt(hour, 0, 0).expect("an hour")).expect("a time");
    assert_eq!((event.on.start, event.on.end), (at(first, 18), at(last, 12)));

    tab.press(What::Link(&tab.word("bar.agenda"))).await;
    tab.arrive("agenda").await;
    tab.press(What::Id("month-after")).await;
    for (day, n) in [(-1, 0), (0, 1), (1, 1), (2, 1), (3, 0)] {
        let day = first + TimeDelta::days(day);
        let dot = tab.word("agenda.one").replace("{{ day }}", "");
        let name = format!("document.querySelector('[data-day=\"{day}\"]')?.ariaLabel");
        let said = format!("return {name} !== undefined && {name}.endsWith({}) === {};", json!(dot), n == 1);
        tab.wait(&format!("{n} on {day}"), &said).await;
    }
    let name = tab.run(&format!("return document.querySelector('[data-day=\"{last}\"]').ariaLabel;")).await;
    tab.press(What::Button(name.as_str().expect("a name"))).await;
    tab.wait("the day alone", "return document.getElementById('whole-month') !== null;").await;
    tab.press(What::Link("Exposition des ateliers")).await;
    tab.arrive("event").await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn those_who_come_talk_among_each_other_and_nobody_else_reads_it() {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let (zoe, luc) = (toit.neighbour("Zoé", Place::A).await, toit.neighbour("Luc", Place::A).await);
    let event = invite(&awa, &party(toit, "Fête des voisins", None)).await;
    for person in [&samir, &zoe] {
        answer(person, &event, Reply::Going, None).await;
    }
    let path = format!("/rendez-vous/{}", event.id);
    let his = street.tab_of(&samir, Wishes::default()).await;
    let hers = street.tab_of(&zoe, Wishes::default()).await;
    his.open_at(&path, "event").await;
    his.press(What::Link(&his.word("talk.write_all"))).await;
    his.arrive("talk-new").await;
    his.says(&his.word("talk.only_group")).await;
    his.fill("text", "Qui apporte une enceinte ?").await;
    his.press(What::Submit).await;
    his.arrive("conversation").await;
    his.says(&his.word("talk.group_lead")).await;

    bar_counts(&hers, 1).await;
    hers.open_at("/conversations", "conversations").await;
    hers.says("Fête des voisins").await;
    hers.press(What::Link("Awa")).await;
    hers.arrive("conversation").await;
    bar_counts(&hers, 0).await;
    write(&hers, "Moi, la mienne est petite.").await;
    waits_for_bubble(&his, "Moi, la mienne est petite.").await;
    assert_eq!(bubbles(&his).await, bubbles(&hers).await);
    examine(&hers, "conversation-group").await;
    let said = "return document.querySelector('[role=log]').textContent.replace(/\\s+/g, ' ');";
    his.gives(said, "Nouveau message. Zoé : Moi, la mienne est petite.").await;
    let talk = his.path().await;
    his.close().await;

    let other = street.tab_of(&luc, Wishes::default()).await;
    other.open_at(&path, "event").await;
    other.wait("the answers", "return document.getElementById('answer-yes') !== null;").await;
    assert_eq!(other.run("return document.getElementById('talk-all');").await, json!(null), "he does not come");
    other.open_at(&talk, "not-found").await;
    bar_counts(&other, 0).await;
    // As soon as he comes, he is one of them.
    other.open_at(&path, "event").await;
    other.press(What::Id("answer-yes")).await;
    answered(&other, "event.going").await;
    other.press(What::Id("talk-all")).await;
    other.arrive("conversation").await;
    write(&other, "Je viens aussi !").await;
    waits_for_bubble(&hers, "Je viens aussi !").await;
    assert_eq!(hers.cut_off(NARROW).await, [""; 0]);
    for tab in [hers, other] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}
