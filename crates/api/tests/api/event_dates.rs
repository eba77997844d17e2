//! Dates of events: those that come again, those that move, clocks that change, and values that cannot be.

use chrono::{NaiveDate, TimeDelta};
use client::EventFilter;
use domain::event::{AnswerState, EditEvent, EventState, EventView, NewAnswer, NewEvent};
use domain::moment::LocalTime;
use domain::problem::{FieldCode, ProblemCode};
use serde_json::{Value, json};

use crate::events::{going, list, mine, seen, two};
use crate::square_events::{event, invite};
use crate::support::{Place, Toit, code_of, on_both_databases, refused_value};

on_both_databases!(
    an_event_that_repeats_has_dates_of_its_own,
    a_postponed_event_waits_for_a_new_date,
    what_cannot_be_is_refused_at_its_place,
    clocks_that_change_move_no_date,
);

fn weekly(count: u8) -> Option<domain::event::repeat::Repeat> {
    serde_json::from_value(json!({"every": "weekly", "ends": {"count": count}})).ok()
}

async fn an_event_that_repeats_has_dates_of_its_own(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &NewEvent { repeat: weekly(3), ..event(toit, "Chorale") }).await;
    let days: Vec<NaiveDate> = made.dates.iter().map(|d| d.date).collect();
    assert_eq!(days, [0, 7, 14].map(|n| made.date + TimeDelta::days(n)));
    assert_eq!(
        refused_value(samir.client.answer_event(made.id, &going(0)).await),
        ("/date".to_owned(), FieldCode::Required)
    );
    let on = |day| NewAnswer { date: Some(day), ..going(0) };
    let other = samir.client.answer_event(made.id, &on(days[0] + TimeDelta::days(1))).await;
    assert_eq!(refused_value(other), ("/date".to_owned(), FieldCode::UnknownValue));
    let view = samir.client.answer_event(made.id, &on(days[1])).await.expect("the second one");
    assert_eq!(view.date, days[1], "opened at that date");
    assert_eq!(view.dates.iter().map(|d| d.taken).collect::<Vec<_>>(), [0, 1, 0]);
    assert_eq!(list(&samir, EventFilter::default()).await.len(), 3, "a line for each date");
    awa.client.cancel_event(made.id, Some(days[1])).await.expect("that one alone");
    assert_eq!(code_of(samir.client.answer_event(made.id, &on(days[1])).await), ProblemCode::EventNotOpen);
    samir.client.answer_event(made.id, &on(days[2])).await.expect("the others go on");
    let lines = samir.client.list_events(&EventFilter::default()).await.expect("a page").items;
    assert_eq!(
        lines.iter().map(|l| l.state).collect::<Vec<_>>(),
        [EventState::Published, EventState::Cancelled, EventState::Published]
    );
    // A day later: those who answered go along.
    let version = seen(&awa, made.id).await.version;
    let at = |at: LocalTime| LocalTime::parse(at.naive() + TimeDelta::days(1)).ok();
    let moved = EditEvent { start: at(made.start), end: at(made.end), ..EditEvent::default() };
    let moved = awa.client.edit_event(made.id, version, &moved).await.expect("moved");
    assert_eq!(
        moved.dates.iter().map(|d| (d.date, d.taken, d.cancelled)).collect::<Vec<_>>(),
        [
            (days[0] + TimeDelta::days(1), 0, false),
            (days[1] + TimeDelta::days(1), 1, true),
            (days[2] + TimeDelta::days(1), 1, false)
        ]
    );
    // Two dates instead of three: the last is gone, and its answer with it.
    let shorter = EditEvent { repeat: Some(weekly(2)), ..EditEvent::default() };
    awa.client.edit_event(made.id, moved.version, &shorter).await.expect("shorter");
    assert_eq!(seen(&samir, made.id).await.dates.iter().filter(|d| d.my_answer.is_some()).count(), 1);
    assert_eq!(toit.count("event_answers").await, 1);
}

async fn a_postponed_event_waits_for_a_new_date(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &event(toit, "Fête")).await;
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    assert_eq!(code_of(samir.client.postpone_event(made.id).await), ProblemCode::NotYours);
    let postponed = awa.client.postpone_event(made.id).await.expect("postponed");
    assert_eq!((postponed.state, postponed.sequence), (EventState::Postponed, 1));
    assert_eq!(code_of(samir.client.answer_event(made.id, &going(0)).await), ProblemCode::EventNotOpen);
    toit.wait_days(6).await;
    assert_eq!(seen(&samir, made.id).await.state, EventState::Postponed, "it does not go with its old day");
    let new = event(toit, "Fête");
    let again = EditEvent { start: Some(new.start), end: Some(new.end), ..EditEvent::default() };
    let again = awa.client.edit_event(made.id, postponed.version, &again).await.expect("a new date");
    assert_eq!((again.state, again.start, again.dates.len()), (EventState::Published, new.start, 1));
    assert_eq!(mine(&samir, made.id).await, Some(AnswerState::Going), "answers stay");
}

async fn what_cannot_be_is_refused_at_its_place(toit: &Toit) {
    let (awa, _) = two(toit).await;
    let elif = toit.neighbour("Elif", Place::E).await;
    let good = serde_json::to_value(event(toit, "Fête")).expect("JSON");
    let other = elif.me.residence.id.to_string();
    let thirteen: Vec<Value> = (0..13).map(|_| json!({"what": "x", "wanted": 1})).collect();
    for (field, value, pointer) in [
        ("end", json!("2026-11-24T17:00:00"), "/end"),
        ("end", json!("2026-12-24T17:00:00"), "/end"),
        ("start", json!("2026-11-20T18:00:00"), "/start"),
        ("start", json!("2027-03-28T02:30:00"), "/start"),
        ("start", json!("2300-01-01T18:00:00"), "/start"),
        ("start", json!("2028-11-24T18:00:00"), "/end"),
        ("start", json!("demain"), "/start"),
        ("places", json!(0), "/places"),
        ("places", json!(5_001), "/places"),
        ("places_per_residence", json!(-1), "/places_per_residence"),
        ("guests", json!(10), "/guests"),
        ("title", json!(""), "/title"),
        ("residence", json!(other), "/residence"),
        ("bring", json!(thirteen), "/bring"),
        ("bring", json!([{"what": "x", "wanted": 51}]), "/bring/0/wanted"),
        ("bring", json!([{"id": other, "what": "x", "wanted": 1}]), "/bring/0/id"),
        ("repeat", json!({"every": "daily"}), "/repeat/ends"),
        ("repeat", json!({"every": "daily", "ends": {"count": 61}}), "/repeat/ends"),
        ("repeat", json!({"every": "secondly", "ends": {"count": 6}}), "/repeat/every"),
        ("repeat", json!({"every": "weekly", "ends": {"until": "2999-01-01"}}), "/repeat/ends/until"),
        ("repeat", json!({"every": "weekly", "ends": {"count": 2}, "except": ["2026-11-25"]}), "/repeat/except/0"),
        ("rrule", json!("FREQ=SECONDLY"), "/rrule"),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let answer = awa.raw().post("/events", body.to_string()).await;
        let errors = answer.refused(ProblemCode::Invalid).errors;
        assert_eq!(errors.first().map(|e| e.pointer.as_str()), Some(pointer), "{field} {value}");
    }
    let made = invite(&awa, &event(toit, "Fête")).await;
    for (body, pointer) in [
        (json!({"answer": "going", "guests": 1}), "/guests"),
        (json!({"answer": "offered"}), "/answer"),
        (json!({"answer": "going", "date": "2026-11-25"}), "/date"),
        (json!({"answer": "going", "guests": 200}), "/guests"),
    ] {
        let path = format!("/events/{}/answer", made.id);
        let answer = awa.raw().send_json(reqwest::Method::PUT, &path, body.to_string()).await;
        assert_eq!(answer.refused(ProblemCode::Invalid).errors[0].pointer, pointer, "{body}");
    }
    assert_eq!(toit.count("events").await, 1);
    assert_eq!(toit.count("event_answers").await, 0);
}

async fn clocks_that_change_move_no_date(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let at = |text: &str| LocalTime::parse(text.parse().expect("a time")).expect("it exists");
    let new = NewEvent {
        start: at("2027-03-26T18:00:00"),
        end: at("2027-03-26T20:00:00"),
        repeat: serde_json::from_value(json!({"every": "daily", "ends": {"count": 4}})).ok(),
        ..event(toit, "Quatre soirs")
    };
    let made = invite(&awa, &new).await;
    let shown = |e: &EventView| {
        e.dates.iter().map(|d| (d.start.naive().to_string(), d.starts_at.to_rfc3339())).collect::<Vec<_>>()
    };
    let times = shown(&seen(&samir, made.id).await);
    assert_eq!(times[1], ("2027-03-27 18:00:00".to_owned(), "2027-03-27T17:00:00+00:00".to_owned()));
    assert_eq!(times[2], ("2027-03-28 18:00:00".to_owned(), "2027-03-28T16:00:00+00:00".to_owned()));
    // The hour that clocks leave out: one hour later on that night, and on that night alone.
    let night = NewEvent { start: at("2027-03-27T02:30:00"), end: at("2027-03-27T03:30:00"), ..new };
    let times = shown(&invite(&awa, &night).await);
    assert_eq!(times[1].0, "2027-03-28 03:30:00");
    assert_eq!(times[2].0, "2027-03-29 02:30:00");
}
