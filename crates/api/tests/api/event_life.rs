//! What people are told of events, and what becomes of events when somebody leaves.

use chrono::{NaiveDate, TimeDelta};
use domain::event::{AnswerState, EditEvent, EventState, NewBringLine, NewEvent, Reply, TakeBringLine, Wanted};
use domain::leaving::LeaveWhen;
use domain::moment::LocalTime;
use domain::news::{NewsKind, NewsView};
use domain::problem::ProblemCode;
use domain::text::{Title, Words};

use crate::event_places::event_in_a_week;
use crate::events::{going, mine, places, says, seen, two};
use crate::square_events::{event, invite};
use crate::support::{Person, Place, Toit, code_of, on_both_databases};

on_both_databases!(
    hosts_hear_of_answers,
    all_who_may_come_hear_what_changes,
    those_who_go_are_reminded_the_day_before_at_ten,
    what_was_moved_is_told_for_its_new_day,
    whoever_leaves_gives_her_place_to_the_next_one,
    an_event_goes_on_with_its_other_host,
    an_event_without_another_host_ends_and_those_who_come_are_told,
    what_somebody_hosts_is_hidden_while_she_may_still_stay,
    an_event_is_hidden_once_its_last_co_host_is_gone_and_its_author_is_going,
);

pub async fn told(person: &Person) -> Vec<(NewsKind, Option<NaiveDate>)> {
    let items = person.client.list_news(None).await.expect("her news").items;
    items.into_iter().map(|n| (n.kind, n.date)).collect()
}

pub async fn last(person: &Person) -> NewsView {
    person.client.list_news(None).await.expect("her news").items.remove(0)
}

async fn hosts_hear_of_answers(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &event(toit, "Fête")).await;
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    let line = last(&awa).await;
    assert_eq!(
        (line.kind, line.by.map(|p| p.id), line.about.title.as_deref()),
        (NewsKind::EventAnswer, Some(samir.id()), Some("Fête"))
    );
    awa.client.read_news(&Default::default()).await.expect("read");
    samir.client.answer_event(made.id, &going(0)).await.expect("the same again");
    assert!(!last(&awa).await.unread, "nothing new");
    awa.client.answer_event(made.id, &going(0)).await.expect("she too");
    assert!(!last(&awa).await.unread, "nobody hears of herself");
    awa.client.add_event_host(made.id, samir.id()).await.expect("a host");
    assert_eq!(last(&samir).await.kind, NewsKind::EventHost);
}

async fn all_who_may_come_hear_what_changes(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = [toit.neighbour("Lina", Place::A).await, toit.neighbour("Marc", Place::B).await];
    let made = invite(&awa, &NewEvent { places: places(1), ..event(toit, "Fête") }).await;
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    lina.client.answer_event(made.id, &going(0)).await.expect("she waits");
    marc.client.answer_event(made.id, &says(Reply::Declined)).await.expect("he does not come");
    let title = EditEvent { title: Title::parse("Grande fête").ok(), ..EditEvent::default() };
    awa.client.edit_event(made.id, 1, &title).await.expect("edited");
    toit.tick().await.expect("told");
    assert!(told(&samir).await.is_empty(), "another title is no news");
    let place = EditEvent { place: Words::parse("Au jardin").ok(), ..EditEvent::default() };
    awa.client.edit_event(made.id, 2, &place).await.expect("edited");
    assert!(told(&samir).await.is_empty(), "told by the clock");
    toit.tick().await.expect("told");
    for person in [&samir, &lina] {
        assert_eq!(told(person).await, [(NewsKind::EventChanged, None)]);
    }
    awa.client.postpone_event(made.id).await.expect("postponed");
    toit.tick().await.expect("told");
    assert_eq!(told(&samir).await, [(NewsKind::EventPostponed, None)]);
    awa.client.cancel_event(made.id, None).await.expect("cancelled");
    toit.tick().await.expect("told");
    assert_eq!(told(&lina).await, [(NewsKind::EventCancelled, None)]);
    assert!(told(&marc).await.is_empty());
    let repeat = serde_json::from_str(r#"{"every":"daily","ends":{"count":3}}"#).ok();
    let daily = invite(&awa, &NewEvent { repeat, ..event(toit, "Atelier") }).await;
    let second = Some(daily.dates[1].date);
    marc.client.answer_event(daily.id, &domain::event::NewAnswer { date: second, ..going(0) }).await.expect("he comes");
    awa.client.cancel_event(daily.id, Some(daily.dates[0].date)).await.expect("another one");
    toit.tick().await.expect("told");
    assert!(told(&marc).await.is_empty(), "it is not his");
    awa.client.cancel_event(daily.id, second).await.expect("that one");
    toit.tick().await.expect("told");
    assert_eq!(told(&marc).await, [(NewsKind::EventCancelled, second)]);
    assert_eq!(toit.count("event_words").await, 0);
}

async fn those_who_go_are_reminded_the_day_before_at_ten(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    let repeat = serde_json::from_str(r#"{"every":"daily","ends":{"count":3}}"#).ok();
    let made = invite(&awa, &NewEvent { repeat, ..event_in_a_week(toit, "Fête") }).await;
    let days: Vec<NaiveDate> = made.dates.iter().map(|d| d.date).collect();
    let on = |day: usize, answer| domain::event::NewAnswer { date: Some(days[day]), ..says(answer) };
    samir.client.answer_event(made.id, &on(1, Reply::Going)).await.expect("he comes to the second");
    lina.client.answer_event(made.id, &on(1, Reply::Maybe)).await.expect("she, perhaps");
    let ten = LocalTime::parse(days[0].and_hms_opt(10, 0, 0).expect("ten")).expect("a time").instant();
    toit.wait(ten - toit.now() - TimeDelta::minutes(1)).await;
    assert!(told(&samir).await.is_empty());
    toit.wait(TimeDelta::minutes(1)).await;
    assert_eq!(told(&samir).await, [(NewsKind::EventSoon, Some(days[1]))]);
    assert!(told(&lina).await.is_empty());
    assert_eq!(toit.count("outbox WHERE kind = 'event_soon'").await, 1, "for the third");
    samir.client.read_news(&Default::default()).await.expect("read");
    toit.wait_days(1).await;
    assert!(!last(&samir).await.unread, "he does not go there");
    assert_eq!(toit.count("outbox WHERE kind = 'event_soon'").await, 0);
}

async fn what_was_moved_is_told_for_its_new_day(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &event_in_a_week(toit, "Fête")).await;
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    let later = |at: LocalTime| LocalTime::parse(at.naive() + TimeDelta::days(2)).ok();
    let edit = EditEvent { start: later(made.start), end: later(made.end), ..EditEvent::default() };
    awa.client.edit_event(made.id, 1, &edit).await.expect("moved");
    toit.wait_days(6).await;
    assert_eq!(told(&samir).await, [(NewsKind::EventChanged, None)], "not for the old day");
    toit.wait(TimeDelta::hours(50)).await;
    assert_eq!(told(&samir).await[0], (NewsKind::EventSoon, Some(made.date + TimeDelta::days(2))));
    awa.client.cancel_event(made.id, None).await.expect("cancelled");
    assert_eq!(toit.count("outbox WHERE kind = 'event_soon'").await, 0);
}

async fn whoever_leaves_gives_her_place_to_the_next_one(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    let bring = vec![NewBringLine {
        id: None,
        what: Words::parse("Une tarte").expect("words"),
        wanted: Wanted::parse(1).expect("one"),
    }];
    let made = invite(&awa, &NewEvent { places: places(1), bring, ..event_in_a_week(toit, "Fête") }).await;
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    samir
        .client
        .bring_to_event(made.id, made.bring[0].id, &TakeBringLine { count: 1, date: None })
        .await
        .expect("a tart");
    lina.client.answer_event(made.id, &going(0)).await.expect("she waits");
    samir.leave(toit).await;
    assert_eq!(mine(&lina, made.id).await, Some(AnswerState::Offered));
    let view = seen(&awa, made.id).await;
    assert_eq!((view.dates[0].taken, view.dates[0].waiting, view.bring[0].taken), (1, 0, 0));
    lina.leave(toit).await;
    assert_eq!(seen(&awa, made.id).await.dates[0].taken, 0);
    assert_eq!(toit.count("event_answers").await, 0);
}

async fn an_event_goes_on_with_its_other_host(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    let made = invite(&awa, &event_in_a_week(toit, "Fête")).await;
    for person in [&samir, &lina] {
        person.client.answer_event(made.id, &going(0)).await.expect("comes");
    }
    awa.client.add_event_host(made.id, samir.id()).await.expect("a host");
    awa.leave(toit).await;
    let view = seen(&samir, made.id).await;
    assert_eq!(view.hosts.iter().map(|h| h.id).collect::<Vec<_>>(), [samir.id()]);
    assert_eq!((view.state, view.title.as_str(), view.dates[0].taken), (EventState::Published, "Fête", 2));
    assert_eq!(view.residence.id, samir.me.residence.id, "it reaches from where he lives");
    assert!(view.is_mine && told(&samir).await.contains(&(NewsKind::EventHost, None)));
    assert_eq!(mine(&lina, made.id).await, Some(AnswerState::Going));
    samir.client.cancel_event(made.id, None).await.expect("it is his now");
    assert_eq!(toit.count("event_hosts").await, 0);
}

async fn an_event_without_another_host_ends_and_those_who_come_are_told(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &event_in_a_week(toit, "Fête")).await;
    invite(&awa, &NewEvent { draft: true, ..event(toit, "Brouillon") }).await;
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    awa.leave(toit).await;
    toit.tick().await.expect("told");
    assert_eq!(code_of(samir.client.get_event(made.id, None).await), ProblemCode::NotFound);
    let line = last(&samir).await;
    assert_eq!(
        (line.kind, line.date, line.about.title, line.by),
        (NewsKind::EventCancelled, Some(made.date), None, None)
    );
    assert_ne!(line.about.id, made.id.0, "not even its number is kept");
    for table in ["events", "event_dates", "event_answers", "event_words", "event_hosts"] {
        assert_eq!(toit.count(table).await, 0, "{table}");
    }
    assert_eq!(toit.count("outbox WHERE kind LIKE 'event%'").await, 0);
}

async fn what_somebody_hosts_is_hidden_while_she_may_still_stay(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    let made = invite(&awa, &event(toit, "Fête")).await;
    let shared = invite(&awa, &event(toit, "À deux")).await;
    for id in [made.id, shared.id] {
        samir.client.answer_event(id, &going(0)).await.expect("he comes");
    }
    awa.client.add_event_host(shared.id, samir.id()).await.expect("a host");
    awa.ask_to_leave(LeaveWhen::InSevenDays).await;
    assert_eq!(code_of(lina.client.get_event(made.id, None).await), ProblemCode::NotFound);
    let titles = async || {
        let page = lina.client.list_events(&client::EventFilter::default()).await.expect("a page");
        page.items.into_iter().map(|e| e.title.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(titles().await, ["À deux"], "what is shared goes on");
    assert_eq!(seen(&samir, made.id).await.state, EventState::Published, "whoever comes still finds it");
    awa.sign_in().await;
    assert_eq!(titles().await.len(), 2, "she stays");
}

async fn an_event_is_hidden_once_its_last_co_host_is_gone_and_its_author_is_going(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = [toit.neighbour("Lina", Place::A).await, toit.neighbour("Marc", Place::B).await];
    let mut ids = Vec::new();
    for (title, host) in [("Avec Samir", &samir), ("Avec Marc", &marc)] {
        let made = invite(&awa, &event_in_a_week(toit, title)).await;
        host.client.answer_event(made.id, &going(0)).await.expect("comes");
        awa.client.add_event_host(made.id, host.id()).await.expect("a host");
        ids.push(made.id);
    }
    awa.ask_to_leave(LeaveWhen::InSevenDays).await;
    samir.client.remove_event_host(ids[0], samir.id()).await.expect("he steps down");
    marc.leave(toit).await;
    for id in &ids {
        assert_eq!(code_of(lina.client.get_event(*id, None).await), ProblemCode::NotFound);
    }
    let listed = async || lina.client.list_events(&client::EventFilter::default()).await.expect("a page").items.len();
    assert_eq!(listed().await, 0);
    awa.sign_in().await;
    assert_eq!(listed().await, 2, "she stays");
}
