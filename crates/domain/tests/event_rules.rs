//! What hosts can do with an event, and what becomes of its dates.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::event::repeat::{Every, MonthlyBy, Repeat, RepeatEnds};
use domain::event::{Count, EditEvent, Edited, Event, EventError, EventState, Guests, Interval, Left, NewEvent};
use domain::id::{EventId, LineId, OfficeId, ResidenceId, TenantId};
use domain::moment::LocalTime;
use domain::problem::{FieldCode, FieldError, ProblemCode};
use domain::text::{Body, Title, Words};
use uuid::Uuid;

const AWA: TenantId = TenantId(Uuid::from_u128(1));
const BEN: TenantId = TenantId(Uuid::from_u128(2));

/// Tuesday, 1 December 2026, noon in Paris.
fn now() -> DateTime<Utc> {
    "2026-12-01T11:00:00Z".parse().expect("an instant")
}

fn local(text: &str) -> LocalTime {
    LocalTime::parse(text.parse().expect("a time")).expect("one that there is")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn days(texts: &[&str]) -> Vec<NaiveDate> {
    texts.iter().map(|text| day(text)).collect()
}

fn words(text: &str) -> Words {
    Words::parse(text).expect("words")
}

fn new(start: &str, end: &str) -> NewEvent {
    let text = format!(
        r#"{{"title":"Fête","text":"","place":"La cour","start":"{start}","end":"{end}","circle":"district"}}"#
    );
    serde_json::from_str(&text).expect("an event")
}

fn create(new: NewEvent) -> Result<Event, FieldError> {
    let id = Uuid::from_u128;
    Event::create(EventId(id(7)), OfficeId(id(8)), AWA, ResidenceId(id(9)), new, no_line, now())
}

fn party() -> Event {
    create(new("2026-12-05T18:00:00", "2026-12-05T23:00:00")).expect("an event")
}

fn weekly(count: u8) -> Repeat {
    Repeat {
        every: Every::Weekly,
        interval: Interval::EACH,
        monthly_by: None,
        ends: RepeatEnds::Count(Count::parse(count).expect("a count")),
        except: Vec::new(),
    }
}

fn no_line() -> LineId {
    LineId(Uuid::nil())
}

/// Tuesdays from 8 December on, 18:00 to 20:00.
fn course(count: u8) -> Event {
    let new = new("2026-12-08T18:00:00", "2026-12-08T20:00:00");
    create(NewEvent { repeat: Some(weekly(count)), ..new }).expect("an event")
}

fn edit(event: Event, edit: EditEvent, now: DateTime<Utc>) -> Result<Edited, EventError> {
    event.edit(AWA, edit, no_line, now)
}

fn refused(event: Event, asked: EditEvent, now: DateTime<Utc>) -> (String, FieldCode) {
    match edit(event, asked, now) {
        Err(EventError::Value(error)) => (error.pointer, error.code),
        other => panic!("a value should be refused: {other:?}"),
    }
}

fn at(pointer: &str, code: FieldCode) -> (String, FieldCode) {
    (pointer.to_owned(), code)
}

#[test]
fn an_event_lies_ahead_ends_after_it_begins_and_lasts_two_weeks_at_most() {
    let range = FieldCode::OutOfRange;
    for (start, end, refused) in [
        ("2026-12-01T12:00:01", "2026-12-01T13:00:00", None),
        ("2026-12-01T12:00:00", "2026-12-01T13:00:00", Some("/start")),
        ("2026-12-05T18:00:00", "2026-12-05T18:00:00", Some("/end")),
        ("2026-12-05T18:00:00", "2026-12-05T17:00:00", Some("/end")),
        ("2026-12-05T18:00:00", "2026-12-19T18:00:00", None),
        ("2026-12-05T18:00:00", "2026-12-19T18:00:01", Some("/end")),
        ("2028-01-05T12:00:00", "2028-01-05T13:00:00", None),
        ("2028-01-05T12:00:01", "2028-01-05T13:00:00", Some("/start")),
    ] {
        let error = create(new(start, end)).err().map(|e| (e.pointer, e.code));
        assert_eq!(error, refused.map(|pointer| at(pointer, range)), "{start} {end}");
    }
}

#[test]
fn the_last_date_of_a_repetition_lies_no_further_ahead_than_a_single_one_may() {
    let yearly = |start: &str, end: &str| {
        let repeat = Repeat { every: Every::Monthly, interval: Interval::try_from(6).expect("a number"), ..weekly(3) };
        create(NewEvent { repeat: Some(repeat), ..new(start, end) })
    };
    assert!(yearly("2026-12-08T18:00:00", "2026-12-08T20:00:00").is_ok());
    let error = yearly("2027-01-08T18:00:00", "2027-01-08T20:00:00").expect_err("403 days ahead");
    assert_eq!((error.pointer.as_str(), error.code), ("/repeat/ends", FieldCode::OutOfRange));
}

#[test]
fn an_event_is_written_with_what_differs_from_the_plainest_one() {
    let plain = new("2026-12-05T18:00:00", "2026-12-05T23:00:00");
    assert_eq!((plain.guests, plain.draft, plain.access.step_free.as_str()), (Guests::NONE, false, "unknown"));
    let json = r#"{"every":"monthly","interval":2,"monthly_by":"weekday","ends":{"until":"2027-06-01"},"except":["2027-02-02"]}"#;
    let repeat: Repeat = serde_json::from_str(json).expect("a repetition");
    assert_eq!((repeat.every, repeat.monthly_by), (Every::Monthly, Some(MonthlyBy::Weekday)));
    assert_eq!(serde_json::to_string(&repeat).expect("JSON"), json);
    let read = |json: &str| serde_json::from_str::<Repeat>(json).map_err(|e| e.to_string());
    assert!(read(r#"{"every":"daily"}"#).is_err(), "never without an end");
    assert!(read(r#"{"every":"daily","ends":{"count":1}}"#).expect_err("one").starts_with("out_of_range"));
    assert!(read(r#"{"every":"daily","ends":{"count":61}}"#).expect_err("many").starts_with("out_of_range"));
    assert!(read(r#"{"every":"daily","ends":{"count":2,"until":"2027-06-01"}}"#).is_err(), "one end");
    for json in ["{}", r#"{"repeat":null}"#, r#"{"places":null,"residence":null}"#] {
        let edit: EditEvent = serde_json::from_str(json).expect("an edit");
        let again: EditEvent = serde_json::from_str(&serde_json::to_string(&edit).expect("JSON")).expect("an edit");
        assert_eq!(edit, again, "{json}");
    }
}

#[test]
fn a_repetition_keeps_its_hour_when_clocks_change_and_its_length_on_every_clock() {
    let night = NewEvent { repeat: Some(weekly(3)), ..new("2027-03-20T22:00:00", "2027-03-21T06:00:00") };
    let dates = create(night).expect("an event").dates();
    let shown: Vec<_> =
        dates.iter().map(|on| on.view(None, 0, 0, None)).map(|on| (on.date, on.start, on.end)).collect();
    assert_eq!(
        shown,
        [
            (day("2027-03-20"), local("2027-03-20T22:00:00"), local("2027-03-21T06:00:00")),
            // Eight hours, one of which clocks leave out.
            (day("2027-03-27"), local("2027-03-27T22:00:00"), local("2027-03-28T07:00:00")),
            (day("2027-04-03"), local("2027-04-03T22:00:00"), local("2027-04-04T06:00:00")),
        ]
    );
}

#[test]
fn an_event_has_ended_when_its_last_date_that_stands_is_over() {
    let event = course(3);
    let over = "2026-12-22T19:00:00Z".parse::<DateTime<Utc>>().expect("an instant");
    assert_eq!(event.over_at(), over);
    assert_eq!(event.state_at(over - TimeDelta::seconds(1)), EventState::Published);
    assert_eq!(event.state_at(over), EventState::Ended);
    let shorter = event.cancel_date(AWA, day("2026-12-22"), now()).expect("cancelled");
    assert_eq!((shorter.over_at(), shorter.sequence), (over, 1), "lists tell until then that it is cancelled");
    assert_eq!(shorter.state_at(over - TimeDelta::days(7)), EventState::Ended);
}

#[test]
fn a_view_opens_at_the_date_that_is_asked_for_else_at_the_next_else_at_the_last() {
    let event = course(3).cancel_date(AWA, day("2026-12-15"), now()).expect("cancelled");
    let opens = |asked, at: &str| event.opens_at(asked, at.parse().expect("an instant")).date.to_string();
    assert_eq!(opens(None, "2026-12-08T18:30:00Z"), "2026-12-08", "it is on");
    assert_eq!(opens(None, "2026-12-08T19:00:00Z"), "2026-12-22", "the second is cancelled");
    assert_eq!(opens(Some(day("2026-12-15")), "2026-12-08T19:00:00Z"), "2026-12-15");
    assert_eq!(opens(Some(day("2026-12-16")), "2026-12-08T19:00:00Z"), "2026-12-22", "no date of it");
    assert_eq!(opens(None, "2027-01-01T00:00:00Z"), "2026-12-22");
}

#[test]
fn a_single_date_that_moves_takes_its_answers_along() {
    let moved = EditEvent {
        start: Some(local("2026-12-12T18:00:00")),
        end: Some(local("2026-12-12T23:00:00")),
        ..EditEvent::default()
    };
    let edited = edit(party(), moved, now()).expect("edited");
    assert_eq!(edited.moved, [(day("2026-12-05"), day("2026-12-12"))]);
    assert_eq!((edited.lost, edited.tells, edited.event.sequence, edited.event.version), (vec![], true, 1, 2));
}

#[test]
fn only_date_place_and_repetition_raise_the_sequence() {
    let said = |asked: EditEvent| {
        let edited = edit(party(), asked, now()).expect("edited");
        (edited.tells, edited.event.sequence, edited.look)
    };
    let none = EditEvent::default;
    assert_eq!(said(none()), (false, 0, false));
    assert_eq!(said(EditEvent { title: Title::parse("Bal").ok(), ..none() }), (false, 0, false));
    assert_eq!(said(EditEvent { places: Some(domain::event::Places::parse(50).ok()), ..none() }), (false, 0, true));
    assert_eq!(said(EditEvent { place: Some(words("La cour")), ..none() }), (false, 0, false), "the same place");
    assert_eq!(said(EditEvent { place: Some(words("Le local")), ..none() }), (true, 1, false));
    assert_eq!(said(EditEvent { residence: Some(Some(ResidenceId(Uuid::nil()))), ..none() }), (true, 1, false));
    assert_eq!(said(EditEvent { end: Some(local("2026-12-05T23:30:00")), ..none() }), (true, 1, true));
    assert_eq!(said(EditEvent { repeat: Some(Some(weekly(2))), ..none() }), (true, 1, true));
    let draft = create(NewEvent { draft: true, ..new("2026-12-05T18:00:00", "2026-12-05T23:00:00") }).expect("a draft");
    let edited = edit(draft, EditEvent { place: Some(words("Le local")), ..none() }, now()).expect("edited");
    assert_eq!((edited.tells, edited.event.sequence), (false, 0), "nobody knew of it");
}

#[test]
fn dates_that_keep_their_day_keep_their_answers_and_the_others_are_named() {
    let every_second = Repeat { interval: Interval::try_from(2).expect("a number"), ..weekly(3) };
    let event = course(4).cancel_date(AWA, day("2026-12-22"), now()).expect("cancelled");
    let asked = EditEvent { repeat: Some(Some(every_second)), ..EditEvent::default() };
    let edited = edit(event, asked, now()).expect("edited");
    assert_eq!(edited.event.days(), days(&["2026-12-08", "2026-12-22", "2027-01-05"]));
    assert_eq!(edited.moved, []);
    assert_eq!(edited.lost, days(&["2026-12-15", "2026-12-29"]));
    assert_eq!(edited.event.cancelled, days(&["2026-12-22"]), "what was cancelled stays so");
}

#[test]
fn a_date_that_is_left_out_later_is_lost() {
    let asked = EditEvent {
        repeat: Some(Some(Repeat { except: days(&["2026-12-15", "2026-12-29"]), ..weekly(4) })),
        ..EditEvent::default()
    };
    let edited = edit(course(3), asked, now()).expect("edited");
    assert_eq!(edited.event.days(), days(&["2026-12-08", "2026-12-22"]));
    assert_eq!((edited.moved, edited.lost), (vec![], days(&["2026-12-15"])));
}

#[test]
fn a_series_that_moves_to_another_weekday_takes_its_answers_along() {
    let event = NewEvent {
        repeat: Some(Repeat { except: days(&["2026-12-22"]), ..weekly(4) }),
        ..new("2026-12-08T18:00:00", "2026-12-08T20:00:00")
    };
    let event = create(event).expect("an event").cancel_date(AWA, day("2026-12-29"), now()).expect("cancelled");
    let wednesdays = EditEvent {
        start: Some(local("2026-12-09T18:00:00")),
        end: Some(local("2026-12-09T20:00:00")),
        ..EditEvent::default()
    };
    let edited = edit(event, wednesdays, now()).expect("edited");
    let pair = |from, to| (day(from), day(to));
    assert_eq!(
        edited.moved,
        [pair("2026-12-08", "2026-12-09"), pair("2026-12-15", "2026-12-16"), pair("2026-12-29", "2026-12-30")]
    );
    assert_eq!(edited.lost, []);
    let event = edited.event;
    assert_eq!(event.repeat.expect("a repetition").except, days(&["2026-12-23"]));
    assert_eq!(event.cancelled, days(&["2026-12-30"]));
}

#[test]
fn a_series_that_runs_moves_from_its_next_date_on() {
    // Two Tuesdays are over; from the third on it is on Thursdays.
    let then = now() + TimeDelta::days(15);
    let thursdays = EditEvent {
        start: Some(local("2026-12-24T18:00:00")),
        end: Some(local("2026-12-24T20:00:00")),
        repeat: Some(Some(weekly(2))),
        ..EditEvent::default()
    };
    let edited = edit(course(4), thursdays, then).expect("edited");
    assert_eq!(edited.moved, [(day("2026-12-22"), day("2026-12-24")), (day("2026-12-29"), day("2026-12-31"))]);
    assert_eq!(edited.lost, days(&["2026-12-08", "2026-12-15"]), "they are over");
}

#[test]
fn another_hour_is_possible_while_a_series_runs_and_another_day_in_the_past_is_not() {
    let then = now() + TimeDelta::days(10);
    let from =
        |start: &str, end: &str| EditEvent { start: Some(local(start)), end: Some(local(end)), ..EditEvent::default() };
    let later = edit(course(3), from("2026-12-08T19:00:00", "2026-12-08T21:00:00"), then).expect("edited");
    assert_eq!((later.moved, later.lost, later.event.sequence), (vec![], vec![], 1));
    let range = FieldCode::OutOfRange;
    let past = from("2026-12-09T19:00:00", "2026-12-09T21:00:00");
    assert_eq!(refused(course(3), past, then), at("/start", range));
    let single = from("2026-12-01T10:00:00", "2026-12-01T13:00:00");
    assert_eq!(refused(party(), single, now()), at("/start", range));
    let ended = EditEvent { end: Some(local("2026-12-05T19:00:00")), ..EditEvent::default() };
    let during = "2026-12-05T19:00:00Z".parse().expect("an instant");
    assert_eq!(refused(party(), ended, during), at("/end", range), "it would be over");
    let nothing_to_come = EditEvent { repeat: Some(None), ..EditEvent::default() };
    assert_eq!(refused(course(3), nothing_to_come, then), at("/end", range));
}

#[test]
fn a_postponed_event_with_a_new_start_is_published_again_and_its_answers_follow() {
    let postponed = party().postpone(AWA, now()).expect("postponed");
    assert_eq!((postponed.state, postponed.sequence), (EventState::Postponed, 1));
    // The old date goes by.
    let then = now() + TimeDelta::days(30);
    assert_eq!(postponed.state_at(then), EventState::Postponed);
    let text = EditEvent { text: Body::parse("Nous cherchons une date.").ok(), ..EditEvent::default() };
    let worded = edit(postponed.clone(), text, now()).expect("edited").event;
    assert_eq!((worded.state, worded.sequence), (EventState::Postponed, 1));
    let dated = EditEvent {
        start: Some(local("2027-02-06T18:00:00")),
        end: Some(local("2027-02-06T23:00:00")),
        ..EditEvent::default()
    };
    let edited = edit(postponed.clone(), dated, then).expect("edited");
    assert_eq!((edited.event.state, edited.event.sequence), (EventState::Published, 2));
    assert_eq!(edited.moved, [(day("2026-12-05"), day("2027-02-06"))]);
    assert!(edited.tells && edited.look);
    assert_eq!((postponed.postponed_at, edited.event.postponed_at), (Some(now()), None));
    let same = EditEvent { start: Some(local("2026-12-05T18:00:00")), ..EditEvent::default() };
    assert_eq!(refused(postponed.clone(), same.clone(), then), at("/start", FieldCode::OutOfRange), "it is over");
    assert_eq!(edit(postponed, same, now()).expect("edited").event.state, EventState::Published, "after all");
}

#[test]
fn what_was_to_come_when_it_was_postponed_is_to_come_whatever_is_done_to_it_meanwhile() {
    let author_gone = |event: Event, then| match event.without(AWA, then) {
        Left::GoesOn(event) => event,
        other => panic!("{other:?}"),
    };
    let words = EditEvent { text: Body::parse("Nous cherchons une date.").ok(), ..EditEvent::default() };
    for deed in 0..4 {
        let event = course(3).name_host(AWA, BEN, now()).expect("a host");
        // The first of three is over, the second and the third are not.
        let event = event.postpone(AWA, now() + TimeDelta::days(10)).expect("postponed");
        let then = now() + TimeDelta::days(40);
        let event = match deed {
            0 => edit(event, words.clone(), then).expect("edited").event,
            1 => event.name_host(AWA, TenantId(Uuid::from_u128(3)), then).expect("one more"),
            2 => event.remove_host(BEN, BEN, then).expect("one less"),
            _ => author_gone(event, then),
        };
        let awaited: Vec<_> = event.dates().into_iter().map(|on| event.is_awaited(on, then)).collect();
        assert_eq!(awaited, [false, true, true]);
        let dated = EditEvent {
            start: Some(local("2027-02-03T18:00:00")),
            end: Some(local("2027-02-03T19:00:00")),
            ..EditEvent::default()
        };
        let edited = event.clone().edit(event.author, dated, no_line, then).expect("edited");
        let moved = [(day("2026-12-15"), day("2027-02-03")), (day("2026-12-22"), day("2027-02-10"))];
        assert_eq!((edited.moved, edited.lost), (moved.to_vec(), days(&["2026-12-08"])), "{deed}");
    }
}

#[test]
fn cancelling_the_last_date_that_stands_cancels_the_event() {
    let event = course(2).cancel_date(AWA, day("2026-12-08"), now()).expect("cancelled");
    assert_eq!(event.clone().cancel_date(AWA, day("2026-12-08"), now()), Err(ProblemCode::NotNow));
    assert_eq!(event.clone().cancel_date(AWA, day("2026-12-09"), now()), Err(ProblemCode::NotFound));
    assert_eq!(party().cancel_date(AWA, day("2026-12-05"), now()), Err(ProblemCode::NotNow), "it is the only one");
    let over = course(2).cancel_date(AWA, day("2026-12-08"), now() + TimeDelta::days(8));
    assert_eq!(over, Err(ProblemCode::NotNow), "that date is over");
    let event = event.cancel_date(AWA, day("2026-12-15"), now()).expect("cancelled");
    assert_eq!((event.state, event.sequence, event.version), (EventState::Cancelled, 2, 3));
    let later = "2026-12-08T19:00:00Z".parse::<DateTime<Utc>>().expect("an instant");
    let state = |at| course(2).cancel_date(AWA, day("2026-12-15"), at).expect("cancelled").state;
    assert_eq!(state(later - TimeDelta::seconds(1)), EventState::Published, "the first one is on");
    assert_eq!(state(later), EventState::Cancelled, "the first one took place");
}

#[test]
fn a_date_is_named_when_an_event_repeats() {
    let value = |date| course(2).open_date(date, now()).map(|on| on.date);
    let error = |code| Err(EventError::Value(FieldError { pointer: "/date".to_owned(), code }));
    assert_eq!(value(None), error(FieldCode::Required));
    assert_eq!(value(Some(day("2026-12-09"))), error(FieldCode::UnknownValue));
    assert_eq!(value(Some(day("2026-12-15"))), Ok(day("2026-12-15")));
    assert_eq!(party().open_date(None, now()).map(|on| on.date), Ok(day("2026-12-05")));
    let cancelled = course(2).cancel_date(AWA, day("2026-12-15"), now()).expect("cancelled");
    let closed = Err(EventError::Refused(ProblemCode::EventNotOpen));
    assert_eq!(cancelled.open_date(Some(day("2026-12-15")), now()), closed);
    let later = now() + TimeDelta::days(8);
    assert_eq!(course(2).open_date(Some(day("2026-12-08")), later), closed, "that date is over");
}
