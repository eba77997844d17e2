//! The people of an event: who invites, who sees whom, who brings what.

use chrono::{DateTime, TimeDelta, Utc};
use domain::event::{
    Answer, AnswerState, EditEvent, Edited, Event, EventAction, EventError, EventState, Guests, Left, MAX_CO_HOSTS,
    NewAnswer, NewBringLine, NewEvent, Reply, TakeBringLine, Wanted,
};
use domain::id::{EventId, LineId, OfficeId, ResidenceId, TenantId};
use domain::problem::{FieldCode, FieldError, ProblemCode};
use domain::text::Words;
use uuid::Uuid;

const AWA: TenantId = TenantId(Uuid::from_u128(1));
const SAMIR: TenantId = TenantId(Uuid::from_u128(2));
const LINH: TenantId = TenantId(Uuid::from_u128(3));
const HOME: ResidenceId = ResidenceId(Uuid::from_u128(9));

/// Tuesday, 1 December 2026, noon in Paris.
fn now() -> DateTime<Utc> {
    "2026-12-01T11:00:00Z".parse().expect("an instant")
}

fn line(what: &str, wanted: u8) -> NewBringLine {
    NewBringLine {
        id: None,
        what: Words::parse(what).expect("words"),
        wanted: Wanted::try_from(u16::from(wanted)).expect("a number"),
    }
}

/// Ids for lines: 1, 2, 3 …
fn line_ids() -> impl FnMut() -> LineId {
    let mut last = 0;
    move || {
        last += 1;
        LineId(Uuid::from_u128(last))
    }
}

fn new(start: &str, end: &str) -> NewEvent {
    let text = format!(
        r#"{{"title":"Fête","text":"","place":"La cour","start":"{start}","end":"{end}","circle":"district"}}"#
    );
    serde_json::from_str(&text).expect("an event")
}

fn create(new: NewEvent) -> Result<Event, FieldError> {
    let id = Uuid::from_u128;
    Event::create(EventId(id(7)), OfficeId(id(8)), AWA, ResidenceId(id(9)), new, line_ids(), now())
}

fn party() -> Event {
    create(new("2026-12-05T18:00:00", "2026-12-05T23:00:00")).expect("an event")
}

fn edit(event: Event, edit: EditEvent, now: DateTime<Utc>) -> Result<Edited, EventError> {
    event.edit(AWA, edit, || LineId(Uuid::from_u128(99)), now)
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
fn lines_keep_their_id_through_an_edit_and_those_that_go_are_named() {
    let bring = vec![line("Une salade", 5), line("Du pain", 3)];
    let event = create(NewEvent { bring, ..new("2026-12-05T18:00:00", "2026-12-05T23:00:00") }).expect("an event");
    let id = |n| LineId(Uuid::from_u128(n));
    assert_eq!(event.lines.iter().map(|line| line.id).collect::<Vec<_>>(), [id(1), id(2)]);
    let change = |lines| EditEvent { bring: Some(lines), ..EditEvent::default() };
    let kept = NewBringLine { id: Some(id(2)), ..line("Du pain frais", 4) };
    let edited = edit(event.clone(), change(vec![line("Des chaises", 10), kept.clone()]), now()).expect("edited");
    assert_eq!(edited.event.lines.iter().map(|line| line.id).collect::<Vec<_>>(), [id(99), id(2)]);
    assert_eq!((edited.lines_gone, edited.event.sequence), (vec![id(1)], 0));

    let unknown = FieldCode::UnknownValue;
    let twice = change(vec![kept.clone(), kept.clone()]);
    assert_eq!(refused(event.clone(), twice, now()), at("/bring/1/id", unknown));
    let elses = change(vec![NewBringLine { id: Some(id(5)), ..kept.clone() }]);
    assert_eq!(refused(event.clone(), elses, now()), at("/bring/0/id", unknown));
    let many = change((0..13).map(|_| line("Une chaise", 1)).collect());
    assert_eq!(refused(event, many, now()), at("/bring", FieldCode::OutOfRange));
    let foreign = NewEvent { bring: vec![kept], ..new("2026-12-05T18:00:00", "2026-12-05T23:00:00") };
    assert_eq!(create(foreign).expect_err("a new event has no old lines").pointer, "/bring/0/id");
}

#[test]
fn people_bring_no_more_than_is_wanted_and_can_always_bring_less() {
    let bring = vec![line("Une salade", 5)];
    let event = create(NewEvent { bring, ..new("2026-12-05T18:00:00", "2026-12-05T23:00:00") }).expect("an event");
    let salad = LineId(Uuid::from_u128(1));
    let going = Some(AnswerState::Going);
    let take = |count, taken, mine, hers| {
        let asked = TakeBringLine { count, date: None };
        event.take_line(salad, asked, taken, mine, hers, now()).map(|taking| taking.count)
    };
    let refused = |code| Err(EventError::Refused(code));
    assert_eq!(take(5, 0, 0, going), Ok(5));
    assert_eq!(take(2, 3, 0, going), Ok(2));
    assert_eq!(take(3, 3, 0, going), refused(ProblemCode::LineFull));
    assert_eq!(take(3, 3, 1, going), Ok(3), "her own one is among the three");
    assert_eq!(
        take(6, 0, 0, going),
        Err(EventError::Value(FieldError { pointer: "/count".to_owned(), code: FieldCode::OutOfRange }))
    );
    for hers in [None, Some(AnswerState::Maybe), Some(AnswerState::Waitlisted), Some(AnswerState::Offered)] {
        assert_eq!(take(1, 0, 0, hers), refused(ProblemCode::NotNow), "{hers:?}");
        assert_eq!(take(0, 2, 2, hers), Ok(0), "{hers:?}");
    }
    assert_eq!(take(4, 8, 6, going), Ok(4), "fewer are wanted than once; less is always possible");
    let asked = TakeBringLine { count: 1, date: None };
    let other = event.take_line(LineId(Uuid::nil()), asked, 0, 0, going, now());
    assert_eq!(other.map(|taking| taking.count), refused(ProblemCode::NotFound));
    let cancelled = event.clone().cancel(AWA, now()).expect("cancelled");
    let closed = cancelled.take_line(salad, asked, 0, 0, going, now());
    assert_eq!(closed.map(|taking| taking.count), refused(ProblemCode::EventNotOpen));
}

#[test]
fn hosts_see_who_comes_those_who_go_see_who_else_goes_and_others_see_numbers() {
    use AnswerState::{Declined, Going, Maybe, Offered, Waitlisted};
    let event = party().name_host(AWA, SAMIR, now()).expect("named");
    for host in [AWA, SAMIR] {
        assert_eq!(event.answers_seen(host, None), [Going, Offered, Waitlisted, Maybe]);
    }
    assert_eq!(event.answers_seen(LINH, Some(Going)), [Going]);
    for hers in [None, Some(Maybe), Some(Declined), Some(Waitlisted), Some(Offered)] {
        assert!(event.answers_seen(LINH, hers).is_empty(), "{hers:?}");
        let may = event.may(LINH, hers.as_slice(), now());
        assert_eq!(may, [EventAction::Answer], "{hers:?}");
    }
    assert_eq!(event.may(LINH, &[Maybe, Going], now()), [EventAction::SeeAnswers, EventAction::Answer]);
}

#[test]
fn five_neighbours_can_be_hosts_beside_the_author_and_each_can_step_down() {
    let tenant = |n| TenantId(Uuid::from_u128(n));
    let mut event = party();
    for n in 0..MAX_CO_HOSTS as u128 {
        event = event.name_host(AWA, tenant(10 + n), now()).expect("named");
    }
    assert_eq!(event.clone().name_host(AWA, LINH, now()), Err(ProblemCode::NotNow));
    assert_eq!(event.clone().name_host(AWA, tenant(10), now()).expect("named already"), event);
    assert_eq!(event.clone().name_host(AWA, AWA, now()).expect("the author"), event);
    assert_eq!(event.clone().name_host(tenant(10), LINH, now()), Err(ProblemCode::NotYours));
    assert_eq!(event.clone().remove_host(tenant(10), tenant(11), now()), Err(ProblemCode::NotYours));
    assert_eq!(event.clone().remove_host(AWA, AWA, now()), Err(ProblemCode::NotYours), "she cancels instead");
    assert_eq!(event.clone().remove_host(AWA, LINH, now()), Err(ProblemCode::NotFound));
    let stepped = event.clone().remove_host(tenant(10), tenant(10), now()).expect("stepped down");
    assert!(!stepped.is_host(tenant(10)));
    assert!(!event.remove_host(AWA, tenant(12), now()).expect("removed").is_host(tenant(12)));
}

#[test]
fn whoever_leaves_hands_her_event_to_a_co_host_or_it_is_cancelled_without_her_words() {
    let shared = party().name_host(AWA, SAMIR, now()).and_then(|it| it.name_host(AWA, LINH, now())).expect("named");
    let Left::GoesOn(event) = shared.clone().without(AWA, now()) else { panic!("it goes on") };
    assert_eq!((event.author, event.co_hosts, event.version), (SAMIR, vec![LINH], 4));
    let Left::GoesOn(event) = shared.without(SAMIR, now()) else { panic!("it goes on") };
    assert_eq!(event.hosts().collect::<Vec<_>>(), [AWA, LINH]);

    let bring = vec![line("Une salade", 5)];
    let alone = create(NewEvent { bring, ..new("2026-12-05T18:00:00", "2026-12-05T23:00:00") }).expect("an event");
    let Left::Cancelled(event) = alone.clone().without(AWA, now()) else { panic!("it is cancelled") };
    assert_eq!((event.state, event.sequence), (EventState::Cancelled, 1));
    assert!(event.title.is_erased() && event.lines.is_empty() && event.text.as_str().is_empty());
    assert_eq!(event.place, Words::erased());
    assert_eq!(alone.clone().without(AWA, now() + TimeDelta::days(9)), Left::Gone, "it is over");
    assert_eq!(alone.cancel(AWA, now()).expect("cancelled").without(AWA, now()), Left::Gone);
}

#[test]
fn whoever_no_longer_comes_gives_back_what_she_was_to_bring() {
    let event = party();
    let answer = |before: Option<AnswerState>, answer| {
        let asked = NewAnswer { answer, guests: Guests::NONE, date: None };
        let room = event.room(u32::from(before == Some(AnswerState::Going)), []);
        let before = before.map(|state| Answer { state, guests: Guests::NONE, residence: HOME, offer_until: None });
        event.answer(asked, HOME, before, room, [], now()).map(|answered| (answered.answer.state, answered.gives_back))
    };
    for (reply, state) in [(Reply::Maybe, AnswerState::Maybe), (Reply::Declined, AnswerState::Declined)] {
        assert_eq!(answer(Some(AnswerState::Going), reply), Ok((state, true)));
        assert_eq!(answer(Some(AnswerState::Waitlisted), reply), Ok((state, false)), "she brought nothing");
        assert_eq!(answer(None, reply), Ok((state, false)));
    }
    assert_eq!(answer(Some(AnswerState::Going), Reply::Going), Ok((AnswerState::Going, false)));
}

#[test]
fn guests_come_along_only_where_they_are_allowed_and_with_somebody_who_goes() {
    let guests = |n: u16| Guests::try_from(n).expect("a number");
    let event = Event { guests: guests(2), ..party() };
    let answer = |before: Option<u16>, answer, with| {
        let asked = NewAnswer { answer, guests: guests(with), date: None };
        let state = AnswerState::Going;
        let before = before.map(|n| Answer { state, guests: guests(n), residence: HOME, offer_until: None });
        let taken = before.map_or(0, |it| it.seats());
        event.answer(asked, HOME, before, event.room(taken, []), [], now()).map(|answered| answered.answer.guests)
    };
    let refused = Err(EventError::Value(FieldError { pointer: "/guests".to_owned(), code: FieldCode::OutOfRange }));
    assert_eq!(answer(None, Reply::Going, 2), Ok(guests(2)));
    assert_eq!(answer(None, Reply::Going, 3), refused);
    assert_eq!(answer(Some(5), Reply::Going, 4), Ok(guests(4)), "once more were allowed");
    assert_eq!(answer(Some(5), Reply::Going, 6), refused);
    assert_eq!(answer(None, Reply::Maybe, 1), refused);
}
