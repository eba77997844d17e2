//! Who is told what of an event that moves or ends, and what nobody is told.

use chrono::{NaiveDate, TimeDelta};
use client::EventFilter;
use domain::event::{AnswerState, EditEvent, EventAction, EventState, EventView, NewAnswer, NewEvent, Reply};
use domain::id::EventId;
use domain::moment::LocalTime;
use domain::news::NewsKind;
use domain::problem::ProblemCode;
use domain::text::{Title, Words};
use serde_json::json;

use crate::event_life::{last, told};
use crate::event_places::event_in_a_week;
use crate::events::{going, list, mine, places, says, seen, two};
use crate::square_events::{event, invite};
use crate::support::{Person, Place, Toit, code_of, on_both_databases};

on_both_databases!(
    whatever_is_done_to_a_postponed_event_its_answers_go_to_the_new_day,
    dates_that_were_over_or_cancelled_are_not_cancelled_again_when_a_series_moves,
    whoever_comes_later_hears_of_the_end_of_a_series_and_of_her_own_next_date,
    a_word_about_all_dates_is_not_for_those_of_past_and_cancelled_ones,
    a_place_that_is_held_is_not_covered_by_what_has_changed,
    what_is_tomorrow_is_told_though_another_date_was_cancelled,
    nobody_learns_who_has_said_no,
    a_guest_who_is_apart_from_the_host_finds_what_he_comes_to_until_he_says_no,
);

fn repeats(every: &str, count: u8) -> Option<domain::event::repeat::Repeat> {
    serde_json::from_value(json!({"every": every, "ends": {"count": count}})).ok()
}

/// The same event so many days later.
fn later(of: &EventView, days: i64) -> EditEvent {
    let at = |at: LocalTime| LocalTime::parse(at.naive() + TimeDelta::days(days)).ok();
    EditEvent { start: at(of.start), end: at(of.end), ..EditEvent::default() }
}

fn titled(title: &str) -> EditEvent {
    EditEvent { title: Title::parse(title).ok(), ..EditEvent::default() }
}

async fn answers(person: &Person, id: EventId, answer: Reply, date: NaiveDate) {
    let answer = NewAnswer { date: Some(date), ..says(answer) };
    person.client.answer_event(id, &answer).await.expect("answered");
}

/// All that is new to somebody, told and then read.
async fn hears(toit: &Toit, person: &Person) -> Vec<(NewsKind, Option<NaiveDate>)> {
    toit.tick().await.expect("told");
    let items = person.client.list_news(None).await.expect("her news").items;
    person.client.read_news(&Default::default()).await.expect("read");
    items.into_iter().filter(|n| n.unread).map(|n| (n.kind, n.date)).collect()
}

async fn whatever_is_done_to_a_postponed_event_its_answers_go_to_the_new_day(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    let mut made = Vec::new();
    for title in ["Autre titre", "Un hôte de plus", "Un hôte de moins", "Sans elle"] {
        let event = invite(&awa, &event(toit, title)).await;
        for guest in [&samir, &lina] {
            guest.client.answer_event(event.id, &going(0)).await.expect("comes");
        }
        awa.client.add_event_host(event.id, samir.id()).await.expect("a host");
        awa.client.postpone_event(event.id).await.expect("postponed");
        made.push(event);
    }
    // Its old day goes by.
    toit.wait_days(3).await;
    awa.client.edit_event(made[0].id, seen(&awa, made[0].id).await.version, &titled("Fête")).await.expect("edited");
    awa.client.add_event_host(made[1].id, lina.id()).await.expect("a host");
    awa.client.remove_event_host(made[2].id, samir.id()).await.expect("none any more");
    hears(toit, &lina).await;
    let again = async |host: &Person, event: &EventView| {
        let edit = later(event, 10);
        let view = host.client.edit_event(event.id, seen(host, event.id).await.version, &edit).await.expect("a date");
        assert_eq!((view.state, view.dates[0].taken), (EventState::Published, 2), "{}", event.title);
        assert_eq!(mine(&lina, event.id).await, Some(AnswerState::Going), "{}", event.title);
        assert_eq!(hears(toit, &lina).await, [(NewsKind::EventChanged, None)], "{}", event.title);
    };
    for event in &made[..3] {
        again(&awa, event).await;
    }
    awa.client.cancel_event(made[2].id, None).await.expect("without another host it would end with her");
    awa.leave(toit).await;
    hears(toit, &lina).await;
    let view = seen(&samir, made[3].id).await;
    assert!(view.may.contains(&EventAction::Edit) && view.state == EventState::Postponed);
    samir.client.edit_event(view.id, view.version, &later(&view, 10)).await.expect("a date");
    assert_eq!(mine(&lina, view.id).await, Some(AnswerState::Going), "its author has left");
    assert_eq!(hears(toit, &lina).await, [(NewsKind::EventChanged, None)]);
}

async fn dates_that_were_over_or_cancelled_are_not_cancelled_again_when_a_series_moves(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = [toit.neighbour("Lina", Place::A).await, toit.neighbour("Marc", Place::A).await];
    let made = invite(&awa, &NewEvent { repeat: repeats("weekly", 4), ..event(toit, "Chorale") }).await;
    let days: Vec<NaiveDate> = made.dates.iter().map(|d| d.date).collect();
    for (person, n) in [(&lina, 0), (&samir, 1), (&marc, 3)] {
        answers(person, made.id, Reply::Going, days[n]).await;
    }
    awa.client.cancel_event(made.id, Some(days[3])).await.expect("the last one");
    assert_eq!(hears(toit, &marc).await, [(NewsKind::EventCancelled, Some(days[3]))]);
    toit.wait_days(3).await;
    let postponed = awa.client.postpone_event(made.id).await.expect("postponed");
    assert_eq!(hears(toit, &samir).await, [(NewsKind::EventPostponed, None)]);
    toit.wait_days(8).await;
    let edit = EditEvent { repeat: Some(repeats("weekly", 2)), ..later(&made, 17) };
    let moved = awa.client.edit_event(made.id, postponed.version, &edit).await.expect("two new ones");
    assert_eq!(moved.dates.iter().map(|d| d.taken).collect::<Vec<_>>(), [1, 0], "nothing went by meanwhile");
    assert_eq!(hears(toit, &samir).await, [(NewsKind::EventChanged, None)]);
    assert_eq!(hears(toit, &lina).await, [], "hers took place");
    assert_eq!(hears(toit, &marc).await, [], "his was cancelled before");
}

async fn whoever_comes_later_hears_of_the_end_of_a_series_and_of_her_own_next_date(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = [toit.neighbour("Lina", Place::A).await, toit.neighbour("Marc", Place::A).await];
    let made = invite(&awa, &NewEvent { repeat: repeats("weekly", 5), ..event_in_a_week(toit, "Chorale") }).await;
    let days: Vec<NaiveDate> = made.dates.iter().map(|d| d.date).collect();
    for (person, reply, n) in [
        (&samir, Reply::Going, 0),
        (&samir, Reply::Going, 3),
        (&lina, Reply::Declined, 0),
        (&lina, Reply::Going, 2),
        (&lina, Reply::Maybe, 3),
        (&lina, Reply::Going, 4),
        (&marc, Reply::Going, 1),
        (&marc, Reply::Declined, 4),
    ] {
        answers(person, made.id, reply, days[n]).await;
    }
    awa.client.cancel_event(made.id, Some(days[1])).await.expect("that one");
    awa.client.cancel_event(made.id, Some(days[2])).await.expect("and this");
    for person in [&samir, &lina, &marc] {
        hears(toit, person).await;
    }
    awa.leave(toit).await;
    assert_eq!(hears(toit, &samir).await, [(NewsKind::EventCancelled, Some(days[0]))]);
    assert_eq!(hears(toit, &lina).await, [(NewsKind::EventCancelled, Some(days[3]))]);
    assert_eq!(hears(toit, &marc).await, [], "he was to come to none");
}

async fn a_word_about_all_dates_is_not_for_those_of_past_and_cancelled_ones(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = [toit.neighbour("Lina", Place::A).await, toit.neighbour("Marc", Place::A).await];
    let made = invite(&awa, &NewEvent { repeat: repeats("daily", 8), ..event(toit, "Atelier") }).await;
    let days: Vec<NaiveDate> = made.dates.iter().map(|d| d.date).collect();
    for (person, n) in [(&lina, 0), (&marc, 5), (&samir, 3)] {
        answers(person, made.id, Reply::Going, days[n]).await;
    }
    awa.client.cancel_event(made.id, Some(days[5])).await.expect("that one");
    toit.wait_days(2).await;
    for person in [&samir, &lina, &marc] {
        hears(toit, person).await;
    }
    let elsewhere = EditEvent { place: Words::parse("Au jardin").ok(), ..EditEvent::default() };
    awa.client.edit_event(made.id, seen(&awa, made.id).await.version, &elsewhere).await.expect("edited");
    assert_eq!(hears(toit, &samir).await, [(NewsKind::EventChanged, None)]);
    awa.client.postpone_event(made.id).await.expect("postponed");
    assert_eq!(hears(toit, &samir).await, [(NewsKind::EventPostponed, None)]);
    // While it was postponed nothing went by: his date would have been yesterday.
    toit.wait_days(3).await;
    awa.client.cancel_event(made.id, None).await.expect("cancelled");
    assert_eq!(hears(toit, &samir).await, [(NewsKind::EventCancelled, None)]);
    for person in [&lina, &marc] {
        assert_eq!(hears(toit, person).await, []);
    }
}

async fn a_place_that_is_held_is_not_covered_by_what_has_changed(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    let made = invite(&awa, &NewEvent { places: places(1), ..event_in_a_week(toit, "Fête") }).await;
    for person in [&samir, &lina] {
        person.client.answer_event(made.id, &going(0)).await.expect("answered");
    }
    let place = Words::parse("Au jardin").ok();
    let edit = EditEvent { place: place.clone(), places: Some(places(2)), ..EditEvent::default() };
    awa.client.edit_event(made.id, 1, &edit).await.expect("edited");
    toit.tick().await.expect("told");
    assert_eq!(last(&samir).await.kind, NewsKind::EventChanged);
    let both = [(NewsKind::EventChanged, None), (NewsKind::EventPlaceOffered, Some(made.date))];
    assert_eq!(told(&lina).await, both, "she has a day to say so");
    lina.client.read_news(&Default::default()).await.expect("read");
    let edit = EditEvent { place: Words::parse("Dans la cour").ok(), ..EditEvent::default() };
    awa.client.edit_event(made.id, 2, &edit).await.expect("edited");
    assert_eq!(hears(toit, &lina).await, [(NewsKind::EventChanged, None)], "what was read is old");
    awa.client.cancel_event(made.id, None).await.expect("cancelled");
    assert_eq!(hears(toit, &lina).await, [(NewsKind::EventCancelled, None)]);
}

async fn what_is_tomorrow_is_told_though_another_date_was_cancelled(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = [toit.neighbour("Lina", Place::A).await, toit.neighbour("Marc", Place::A).await];
    let made = invite(&awa, &NewEvent { repeat: repeats("weekly", 4), ..event_in_a_week(toit, "Chorale") }).await;
    let days: Vec<NaiveDate> = made.dates.iter().map(|d| d.date).collect();
    for person in [&samir, &lina, &marc] {
        for date in &days[..3] {
            answers(person, made.id, Reply::Going, *date).await;
        }
    }
    awa.client.cancel_event(made.id, Some(days[0])).await.expect("the first one");
    toit.tick().await.expect("told");
    assert_eq!(last(&samir).await.kind, NewsKind::EventCancelled);
    let before = |date: NaiveDate| {
        let ten = (date - TimeDelta::days(1)).and_hms_opt(10, 0, 0).expect("ten");
        LocalTime::parse(ten).expect("a time").instant()
    };
    toit.wait(before(days[1]) - toit.now()).await;
    for person in [&samir, &lina] {
        let line = last(person).await;
        assert_eq!((line.kind, line.date, line.count, line.unread), (NewsKind::EventSoon, Some(days[1]), 1, true));
    }
    assert!(seen(&samir, made.id).await.dates[0].cancelled, "what was cancelled says so where it stands");
    // Of what is cancelled itself nobody hears that it is tomorrow.
    toit.wait(before(days[2]) - toit.now() - TimeDelta::minutes(1)).await;
    lina.client.read_news(&Default::default()).await.expect("read");
    awa.client.cancel_event(made.id, Some(days[2])).await.expect("that one");
    toit.wait(TimeDelta::hours(1)).await;
    for person in [&samir, &lina] {
        assert_eq!(last(person).await.kind, NewsKind::EventCancelled);
        assert_eq!(last(person).await.date, Some(days[2]));
    }
    // A place that is held on one date has to be answered, whatever is tomorrow.
    let small = NewEvent { repeat: repeats("weekly", 2), places: places(1), ..event_in_a_week(toit, "Atelier") };
    let small = invite(&awa, &small).await;
    let (soon, later) = (small.dates[0].date, small.dates[1].date);
    answers(&marc, small.id, Reply::Going, soon).await;
    answers(&samir, small.id, Reply::Going, later).await;
    answers(&marc, small.id, Reply::Going, later).await;
    toit.wait(before(soon) - toit.now() - TimeDelta::minutes(1)).await;
    answers(&samir, small.id, Reply::Declined, later).await;
    toit.wait(TimeDelta::minutes(1)).await;
    let both = [(NewsKind::EventSoon, Some(soon)), (NewsKind::EventPlaceOffered, Some(later))];
    assert_eq!(told(&marc).await[..2], both);
}

async fn nobody_learns_who_has_said_no(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    let made = invite(&awa, &event_in_a_week(toit, "Fête")).await;
    samir.client.answer_event(made.id, &says(Reply::Declined)).await.expect("he does not come");
    assert!(told(&awa).await.is_empty(), "nothing has changed for her");
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    for answer in [Reply::Maybe, Reply::Going] {
        lina.client.answer_event(made.id, &says(answer)).await.expect("perhaps; yes");
    }
    assert_eq!(last(&awa).await.by.map(|p| p.id), Some(lina.id()));
    awa.client.add_event_host(made.id, lina.id()).await.expect("a host");
    awa.client.read_news(&Default::default()).await.expect("read");
    samir.client.answer_event(made.id, &says(Reply::Declined)).await.expect("not after all");
    let line = last(&awa).await;
    assert_eq!((line.kind, line.by, line.unread), (NewsKind::EventAnswer, None, true), "a place is free");
    lina.client.read_news(&Default::default()).await.expect("read");
    lina.client.answer_event(made.id, &says(Reply::Declined)).await.expect("she neither");
    assert!(!last(&lina).await.unread, "nobody hears of herself");
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    samir.client.block_neighbour(lina.id()).await.expect("blocked");
    lina.client.read_news(&Default::default()).await.expect("read");
    samir.client.answer_event(made.id, &says(Reply::Declined)).await.expect("no");
    assert!(!last(&lina).await.unread, "nor of those whom she does not meet");
}

async fn a_guest_who_is_apart_from_the_host_finds_what_he_comes_to_until_he_says_no(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = [toit.neighbour("Lina", Place::A).await, toit.neighbour("Marc", Place::B).await];
    let path = samir.client.renew_calendar(domain::calendar::CalendarKind::Mine).await.expect("an address").path;
    let path = path.and_then(|p| p.strip_prefix("/api/v1").map(str::to_owned)).expect("a path");
    let made = invite(&awa, &NewEvent { places: places(1), ..event_in_a_week(toit, "Fête") }).await;
    for person in [&lina, &samir] {
        person.client.answer_event(made.id, &going(0)).await.expect("answered");
    }
    marc.post(&marc.services.offer("Lecture")).await;
    awa.client.block_neighbour(samir.id()).await.expect("blocked");
    awa.client.block_neighbour(marc.id()).await.expect("blocked");
    assert_eq!(code_of(marc.client.get_event(made.id, None).await), ProblemCode::NotFound);
    // He waits for a place; it is offered to him, and he can say whether he takes it.
    let view = seen(&samir, made.id).await;
    assert!(view.hosts.is_empty() && view.may == [EventAction::Answer], "{view:?}");
    lina.client.answer_event(made.id, &says(Reply::Declined)).await.expect("not after all");
    assert_eq!(hears(toit, &samir).await, [(NewsKind::EventPlaceOffered, Some(made.date))]);
    awa.client.read_news(&Default::default()).await.expect("read");
    samir.client.answer_event(made.id, &going(0)).await.expect("he takes it");
    assert!(!last(&awa).await.unread, "she hears nothing of him");
    assert!(awa.client.list_attendees(made.id, None, None).await.expect("who comes").items.is_empty());
    assert_eq!(seen(&awa, made.id).await.dates[0].taken, 1, "a chair is a chair");
    let own = EventFilter { mine: true, ..EventFilter::default() };
    assert_eq!(list(&samir, own.clone()).await.len(), 1, "what he has promised");
    assert!(toit.raw().get(&path).await.body.contains("SUMMARY:Fête"));
    assert!(list(&samir, EventFilter::default()).await.is_empty(), "what reaches him is without her");
    let elsewhere = EditEvent { place: Words::parse("Au jardin").ok(), ..EditEvent::default() };
    awa.client.edit_event(made.id, 1, &elsewhere).await.expect("edited");
    assert_eq!(hears(toit, &samir).await, [(NewsKind::EventChanged, None)]);
    samir.client.answer_event(made.id, &says(Reply::Declined)).await.expect("no");
    assert_eq!(code_of(samir.client.get_event(made.id, None).await), ProblemCode::NotFound);
    assert_eq!(seen(&awa, made.id).await.dates[0].taken, 0, "his seat is free");
    assert!(list(&samir, own).await.is_empty());
    awa.client.cancel_event(made.id, None).await.expect("cancelled");
    assert_eq!(hears(toit, &samir).await, []);
}
