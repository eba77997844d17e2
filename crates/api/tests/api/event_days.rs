//! The days on which something is: as many as the list of each day has.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use client::EventFilter;
use domain::circle::Circle;
use domain::event::{EditEvent, NewEvent, Reply};
use domain::leaving::LeaveWhen;
use domain::moment::{LocalTime, in_paris};
use domain::problem::{FieldCode, ProblemCode};
use serde_json::json;

use crate::events::{list, says, two};
use crate::square_events::{event, invite};
use crate::support::{Person, Place, Toit, on_both_databases, refused_value};

on_both_databases!(
    each_day_counts_what_its_list_has_for_whoever_looks,
    an_evening_is_on_its_own_day_and_what_lasts_longer_on_each,
    what_goes_on_now_is_on_this_day,
    days_that_cannot_be_asked_for_are_refused_at_their_place,
);

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn at(text: &str) -> LocalTime {
    LocalTime::parse(text.parse().expect("a time")).expect("one that there is")
}

fn between(toit: &Toit, title: &str, start: &str, end: &str) -> NewEvent {
    NewEvent { start: at(start), end: at(end), ..event(toit, title) }
}

async fn days(person: &Person, from: NaiveDate, to: NaiveDate, mine: bool) -> BTreeMap<NaiveDate, u32> {
    let page = person.client.list_event_days(from, to, mine).await.expect("the days");
    assert_eq!(page.next, None);
    assert!(page.items.iter().all(|d| d.count > 0) && page.items.is_sorted_by_key(|d| d.day));
    page.items.into_iter().map(|d| (d.day, d.count)).collect()
}

/// What the list has of each day, asked day by day.
async fn listed(person: &Person, from: NaiveDate, to: NaiveDate, mine: bool) -> BTreeMap<NaiveDate, u32> {
    let mut found = BTreeMap::new();
    for day in from.iter_days().take_while(|day| *day <= to) {
        let of_day = EventFilter { from: Some(day), to: Some(day), mine, limit: Some(100), ..EventFilter::default() };
        let count = u32::try_from(list(person, of_day).await.len()).expect("a few");
        if count > 0 {
            found.insert(day, count);
        }
    }
    found
}

async fn each_day_counts_what_its_list_has_for_whoever_looks(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [far, elif] = [toit.neighbour("Farid", Place::C).await, toit.neighbour("Elif", Place::E).await];
    let [apart, leaver] = [toit.neighbour("Aline", Place::A).await, toit.neighbour("Lina", Place::B).await];
    let repeat =
        |every: &str, count: u8| serde_json::from_value(json!({"every": every, "ends": {"count": count}})).ok();
    for (n, circle) in Circle::ALL.into_iter().enumerate() {
        invite(&awa, &NewEvent { circle, ..event(toit, &format!("Cercle {n}")) }).await;
    }
    let weekly = invite(&samir, &NewEvent { repeat: repeat("weekly", 5), ..event(toit, "Chorale") }).await;
    samir.client.cancel_event(weekly.id, Some(weekly.dates[1].date)).await.expect("cancelled");
    let daily = invite(&awa, &NewEvent { repeat: repeat("daily", 4), ..event(toit, "Atelier") }).await;
    let later = |at: LocalTime| LocalTime::parse(at.naive() + TimeDelta::days(3)).ok();
    let edit = EditEvent { start: later(daily.start), end: later(daily.end), ..EditEvent::default() };
    awa.client.edit_event(daily.id, daily.version, &edit).await.expect("moved");
    let postponed = invite(&samir, &event(toit, "Reporté")).await;
    samir
        .client
        .answer_event(weekly.id, &domain::event::NewAnswer { date: Some(weekly.dates[2].date), ..says(Reply::Maybe) })
        .await
        .expect("perhaps");
    samir.client.postpone_event(postponed.id).await.expect("postponed");
    let cancelled = invite(&awa, &event(toit, "Annulé")).await;
    samir.client.answer_event(cancelled.id, &says(Reply::Going)).await.expect("he comes");
    awa.client.cancel_event(cancelled.id, None).await.expect("cancelled");
    invite(&awa, &NewEvent { draft: true, ..event(toit, "Brouillon") }).await;
    invite(&apart, &event(toit, "Chez Aline")).await;
    invite(&leaver, &event(toit, "Chez Lina")).await;
    invite(&elif, &event(toit, "Ailleurs")).await;
    invite(&far, &between(toit, "Trois jours", "2026-12-05T18:00:00", "2026-12-08T12:00:00")).await;
    invite(&far, &between(toit, "Nuit", "2026-12-31T22:00:00", "2027-01-01T03:00:00")).await;
    for night in ["2027-03-27", "2027-03-28"] {
        let (start, end) = (format!("{night}T21:00:00"), format!("{night}T23:59:59"));
        invite(&far, &NewEvent { repeat: repeat("daily", 2), ..between(toit, "Heure d'été", &start, &end) }).await;
    }
    let theirs = invite(&apart, &event(toit, "Promis")).await;
    awa.client.answer_event(theirs.id, &says(Reply::Going)).await.expect("she comes");
    awa.client.block_neighbour(apart.id()).await.expect("blocked");
    leaver.ask_to_leave(LeaveWhen::InSevenDays).await;
    let today = in_paris(toit.now()).date();
    let windows = [
        (today - TimeDelta::days(3), today + TimeDelta::days(45)),
        (day("2027-03-25"), day("2027-03-31")),
        (day("2025-01-01"), day("2025-01-03")),
    ];
    for waited in [0, 2] {
        toit.wait_days(waited).await;
        for person in [&awa, &samir, &far, &elif, &apart] {
            for mine in [false, true] {
                for (from, to) in windows {
                    let (counted, listed) = (days(person, from, to, mine).await, listed(person, from, to, mine).await);
                    assert_eq!(counted, listed, "{} mine: {mine} after {waited}", person.me.first_name);
                }
            }
        }
    }
    let tomorrow = today + TimeDelta::days(1);
    let of = async |person: &Person, mine| days(person, tomorrow, tomorrow, mine).await.get(&tomorrow).copied();
    assert_eq!(of(&elif, false).await, None, "it is over by now");
}

async fn an_evening_is_on_its_own_day_and_what_lasts_longer_on_each(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    for (start, end) in [
        ("2026-12-05T18:00:00", "2026-12-06T01:00:00"),
        ("2026-12-05T18:00:00", "2026-12-06T00:00:00"),
        ("2026-12-10T18:00:00", "2026-12-12T10:00:00"),
        ("2026-12-20T00:00:00", "2026-12-22T00:00:00"),
        // The night that is an hour shorter.
        ("2027-03-27T20:00:00", "2027-03-28T04:00:00"),
        ("2027-03-28T23:00:00", "2027-03-28T23:30:00"),
    ] {
        invite(&awa, &between(toit, "Fête", start, end)).await;
    }
    let expected = [
        ("2026-12-05", 2),
        ("2026-12-10", 1),
        ("2026-12-11", 1),
        ("2026-12-12", 1),
        ("2026-12-20", 1),
        ("2026-12-21", 1),
        ("2027-03-27", 1),
        ("2027-03-28", 1),
    ]
    .map(|(on, n)| (day(on), n));
    for (person, mine) in [(&awa, true), (&awa, false), (&samir, false)] {
        let mut found = days(person, day("2026-12-01"), day("2026-12-31"), mine).await;
        found.extend(days(person, day("2027-03-01"), day("2027-03-31"), mine).await);
        assert_eq!(found, BTreeMap::from(expected), "mine: {mine}");
        assert!(listed(person, day("2026-12-06"), day("2026-12-06"), mine).await.is_empty(), "it was the day before");
    }
}

async fn what_goes_on_now_is_on_this_day(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let tomorrow = in_paris(toit.now()).date() + TimeDelta::days(1);
    let next = tomorrow + TimeDelta::days(1);
    let (start, end) = (format!("{tomorrow}T22:00:00"), format!("{next}T01:00:00"));
    invite(&awa, &between(toit, "Fête", &start, &end)).await;
    let seen = async |person: &Person, mine| {
        let listed = list(person, EventFilter { mine, ..EventFilter::default() }).await.len();
        (days(person, next, next, mine).await.get(&next).copied().unwrap_or_default(), listed)
    };
    for (local, on_next, all) in
        [(format!("{tomorrow}T23:00:00"), 0, 1), (format!("{next}T00:30:00"), 1, 1), (format!("{next}T01:00:00"), 0, 0)]
    {
        toit.wait(at(&local).instant() - toit.now()).await;
        for (person, mine) in [(&awa, true), (&awa, false), (&samir, false)] {
            assert_eq!(seen(person, mine).await, (on_next, all), "{local} mine: {mine}");
        }
    }
}

async fn days_that_cannot_be_asked_for_are_refused_at_their_place(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let asked = async |from: &str, to: &str| awa.client.list_event_days(day(from), day(to), false).await;
    for (from, to) in [("2026-12-01", "2026-12-01"), ("2026-12-01", "2027-01-31"), ("2000-01-01", "2000-01-02")] {
        asked(from, to).await.expect("62 days at most");
    }
    for (from, to, pointer) in [
        ("2026-12-02", "2026-12-01", "?to"),
        ("2026-12-01", "2027-02-01", "?to"),
        ("1900-01-01", "1900-01-02", "?from"),
        ("2199-12-31", "2200-01-01", "?to"),
    ] {
        assert_eq!(refused_value(asked(from, to).await), (pointer.to_owned(), FieldCode::OutOfRange), "{from} {to}");
    }
    for (query, pointer) in [
        ("?from=-9999-01-01&to=%2B262142-12-31", "?to"),
        ("?from=%2B262142-12-31&to=%2B262142-12-31", "?from"),
        ("", "?from"),
        ("?from=2026-12-01", "?to"),
        ("?from=demain&to=2026-12-01", "?from"),
        ("?from=2026-12-01&to=2026-02-30", "?to"),
        ("?from=2026-12-01&to=2026-12-02&mine=oui", "?mine"),
        ("?from=2026-12-01&to=2026-12-02&after=x", "?after"),
        ("?from=2026-12-01&from=2026-12-01&to=2026-12-02", "?from"),
    ] {
        let answer = awa.raw().get(&format!("/events/days{query}")).await;
        assert_eq!(answer.refused(ProblemCode::Invalid).errors[0].pointer, pointer, "{query}");
    }
    assert_eq!(toit.raw().get("/events/days?from=2026-12-01&to=2026-12-02").await.status, 401);
}
