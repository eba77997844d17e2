//! News of events: each date of a series has a line of its own, and all who have to hear of something do.

use chrono::{NaiveDate, TimeDelta};
use client::{Client, EventFilter, SquareFilter};
use domain::calendar::CalendarKind;
use domain::conversation::{ThingKind, ThingRef};
use domain::event::{EditEvent, EventState, EventView, NewAnswer, NewEvent, Reply};
use domain::id::EventId;
use domain::moment::LocalTime;
use domain::news::{NewsKind, ReadNews};
use domain::text::{Title, Words};

use crate::event_life::told;
use crate::event_places::event_in_a_week;
use crate::events::{going, places, says, seen, two};
use crate::square_events::invite;
use crate::support::{Person, Place, Toit, on_both_databases};

on_both_databases!(
    each_date_of_a_series_has_news_of_its_own,
    the_end_of_all_dates_takes_the_place_of_what_was_told_of_each,
    hosts_hear_what_another_host_does_and_nobody_of_herself,
    what_hosts_have_to_know_is_not_covered_by_an_answer,
    an_edit_loses_no_reminder_that_is_due,
    a_series_whose_last_dates_are_called_off_one_by_one_is_cancelled,
    a_date_that_is_called_off_stays_on_the_agenda_after_the_others_are_over,
);

fn repeats(every: &str, count: u8) -> Option<domain::event::repeat::Repeat> {
    serde_json::from_value(serde_json::json!({"every": every, "ends": {"count": count}})).ok()
}

async fn answers(person: &Person, id: EventId, answer: Reply, date: NaiveDate) {
    let answer = NewAnswer { date: Some(date), ..says(answer) };
    person.client.answer_event(id, &answer).await.expect("answered");
}

fn days(of: &EventView) -> Vec<NaiveDate> {
    of.dates.iter().map(|d| d.date).collect()
}

async fn unread(person: &Person) -> u32 {
    person.client.get_unread().await.expect("counted").news
}

/// All that somebody has not read about an event, the last first; then it is read.
async fn new(toit: &Toit, person: &Person, event: EventId) -> Vec<(NewsKind, Option<NaiveDate>)> {
    toit.tick().await.expect("told");
    let items = person.client.list_news(None).await.expect("her news").items;
    let about = Some(ThingRef { kind: ThingKind::Event, id: event.0 });
    person.client.read_news(&ReadNews { about, ..ReadNews::default() }).await.expect("read");
    items.into_iter().filter(|n| n.unread && n.about.id == event.0).map(|n| (n.kind, n.date)).collect()
}

/// The same event so many hours earlier.
fn earlier(of: &EventView, hours: i64) -> EditEvent {
    let at = |at: LocalTime| LocalTime::parse(at.naive() - TimeDelta::hours(hours)).ok();
    EditEvent { start: at(of.start), end: at(of.end), ..EditEvent::default() }
}

/// A series with one place a day: Lina has it on the first, for which Emma waits; Emma has the two after it.
async fn where_emma_waits_and_comes(toit: &Toit) -> (Person, Person, Person, EventView) {
    let (awa, lina) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let series = NewEvent { repeat: repeats("daily", 4), places: places(1), ..event_in_a_week(toit, "Atelier") };
    let series = invite(&awa, &series).await;
    let on = days(&series);
    answers(&lina, series.id, Reply::Going, on[0]).await;
    for date in &on[..3] {
        answers(&emma, series.id, Reply::Going, *date).await;
    }
    (awa, lina, emma, series)
}

async fn each_date_of_a_series_has_news_of_its_own(toit: &Toit) {
    let (awa, lina, emma, series) = where_emma_waits_and_comes(toit).await;
    let on = days(&series);
    awa.client.cancel_event(series.id, Some(on[1])).await.expect("the second");
    toit.tick().await.expect("told");
    answers(&lina, series.id, Reply::Declined, on[0]).await;
    toit.tick().await.expect("offered");
    awa.client.cancel_event(series.id, Some(on[2])).await.expect("the third");
    toit.tick().await.expect("told");
    let edit = earlier(&series, 3);
    awa.client.edit_event(series.id, seen(&awa, series.id).await.version, &edit).await.expect("three hours earlier");
    toit.tick().await.expect("told");
    let lines = emma.client.list_news(None).await.expect("her news").items;
    assert!(lines.iter().all(|n| n.about.id == series.id.0 && n.count == 1 && n.unread));
    let expected = [
        (NewsKind::EventChanged, None),
        (NewsKind::EventCancelled, Some(on[2])),
        (NewsKind::EventPlaceOffered, Some(on[0])),
        (NewsKind::EventCancelled, Some(on[1])),
    ];
    assert_eq!((told(&emma).await, unread(&emma).await), (expected.to_vec(), 4));
    // What happens to a date once more takes the place of its own line alone.
    toit.wait(TimeDelta::hours(25)).await;
    assert_eq!(told(&emma).await[0], (NewsKind::EventPlaceLost, Some(on[0])));
    assert_eq!(new(toit, &emma, series.id).await.len(), 4);
    assert_eq!(unread(&emma).await, 0, "all lines about one thing are read with it");
    awa.client.cancel_event(series.id, None).await.expect("all of it");
    emma.leave(toit).await;
    assert_eq!(toit.count("news WHERE kind <> 'event_answer'").await, 0, "they go with her");
}

async fn the_end_of_all_dates_takes_the_place_of_what_was_told_of_each(toit: &Toit) {
    let (awa, lina, emma, series) = where_emma_waits_and_comes(toit).await;
    let on = days(&series);
    awa.client.cancel_event(series.id, Some(on[1])).await.expect("the second");
    answers(&lina, series.id, Reply::Declined, on[0]).await;
    toit.tick().await.expect("told");
    assert_eq!(unread(&emma).await, 2);
    awa.client.postpone_event(series.id).await.expect("postponed");
    toit.tick().await.expect("told");
    let left = [(NewsKind::EventPostponed, None), (NewsKind::EventCancelled, Some(on[1]))];
    assert_eq!(told(&emma).await, left, "nobody has to answer any more");
    awa.client.cancel_event(series.id, None).await.expect("cancelled");
    toit.tick().await.expect("told");
    assert_eq!(told(&emma).await, [(NewsKind::EventCancelled, None)]);
}

async fn hosts_hear_what_another_host_does_and_nobody_of_herself(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let series = NewEvent { repeat: repeats("weekly", 4), ..event_in_a_week(toit, "Chorale") };
    let series = invite(&awa, &series).await;
    let on = days(&series);
    for host in [&samir, &emma] {
        answers(host, series.id, Reply::Going, on[0]).await;
        awa.client.add_event_host(series.id, host.id()).await.expect("a host");
    }
    // She only invites.
    answers(&emma, series.id, Reply::Declined, on[0]).await;
    for person in [&awa, &samir, &emma] {
        new(toit, person, series.id).await;
    }
    let all_hear = async |by: &Person, what: (NewsKind, Option<NaiveDate>)| {
        for person in [&awa, &samir, &emma] {
            let expected = if person.id() == by.id() { Vec::new() } else { vec![what] };
            assert_eq!(new(toit, person, series.id).await, expected, "{} of {what:?}", person.me.first_name);
        }
    };
    samir.client.cancel_event(series.id, Some(on[1])).await.expect("the second date");
    all_hear(&samir, (NewsKind::EventCancelled, Some(on[1]))).await;
    let version = async || seen(&awa, series.id).await.version;
    let elsewhere = EditEvent { place: Words::parse("Au jardin").ok(), ..EditEvent::default() };
    emma.client.edit_event(series.id, version().await, &elsewhere).await.expect("another place");
    all_hear(&emma, (NewsKind::EventChanged, None)).await;
    awa.client.edit_event(series.id, version().await, &earlier(&series, 2)).await.expect("another hour");
    all_hear(&awa, (NewsKind::EventChanged, None)).await;
    // Of dates that are no more hosts hear in one word.
    let shorter = EditEvent { repeat: Some(repeats("weekly", 3)), ..EditEvent::default() };
    samir.client.edit_event(series.id, version().await, &shorter).await.expect("one less");
    all_hear(&samir, (NewsKind::EventChanged, None)).await;
    let titled = EditEvent { title: Title::parse("Grande chorale").ok(), ..EditEvent::default() };
    samir.client.edit_event(series.id, version().await, &titled).await.expect("another title");
    for person in [&awa, &samir, &emma] {
        assert_eq!(new(toit, person, series.id).await, []);
    }
    samir.client.postpone_event(series.id).await.expect("postponed");
    all_hear(&samir, (NewsKind::EventPostponed, None)).await;
    samir.client.cancel_event(series.id, None).await.expect("cancelled");
    all_hear(&samir, (NewsKind::EventCancelled, None)).await;
    assert_eq!(toit.count("event_words").await, 0);
}

async fn what_hosts_have_to_know_is_not_covered_by_an_answer(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let party = invite(&awa, &event_in_a_week(toit, "Fête")).await;
    samir.client.answer_event(party.id, &going(0)).await.expect("he comes");
    awa.client.add_event_host(party.id, samir.id()).await.expect("a host");
    new(toit, &awa, party.id).await;
    samir
        .client
        .edit_event(party.id, seen(&samir, party.id).await.version, &earlier(&party, 1))
        .await
        .expect("earlier");
    toit.tick().await.expect("told");
    emma.client.answer_event(party.id, &going(0)).await.expect("she comes");
    assert_eq!(new(toit, &awa, party.id).await, [(NewsKind::EventChanged, None)]);
    emma.client.answer_event(party.id, &says(Reply::Declined)).await.expect("not after all");
    assert_eq!(new(toit, &awa, party.id).await, [(NewsKind::EventAnswer, None)], "what was read is old");
}

async fn an_edit_loses_no_reminder_that_is_due(toit: &Toit) {
    let (awa, lina) = two(toit).await;
    let party = invite(&awa, &event_in_a_week(toit, "Fête")).await;
    lina.client.answer_event(party.id, &going(0)).await.expect("she comes");
    let ten = (party.date - TimeDelta::days(1)).and_hms_opt(10, 0, 0).expect("ten");
    let ten = LocalTime::parse(ten).expect("a time").instant();
    toit.wait(ten - toit.now() - TimeDelta::minutes(1)).await;
    // Nobody has looked yet when a host changes a word.
    toit.clock.advance(TimeDelta::minutes(2));
    let edit = EditEvent { title: Title::parse("Grande fête").ok(), ..EditEvent::default() };
    awa.client.edit_event(party.id, party.version, &edit).await.expect("edited");
    let soon = (NewsKind::EventSoon, Some(party.date));
    assert_eq!(new(toit, &lina, party.id).await, [soon]);
    let edit = EditEvent { title: Title::parse("Fête").ok(), ..EditEvent::default() };
    awa.client.edit_event(party.id, seen(&awa, party.id).await.version, &edit).await.expect("edited");
    assert_eq!(new(toit, &lina, party.id).await, [], "once");
    assert_eq!(toit.count("outbox WHERE kind = 'event_soon'").await, 0);
}

type Shown = Vec<(EventState, NaiveDate)>;

/// What of an event stands on the square, and on the agenda from today on.
async fn shown(client: &Client) -> (Shown, Shown) {
    let posts = client.get_square(&SquareFilter::default()).await.expect("the square").items;
    let cards = posts.into_iter().filter_map(|post| match post {
        domain::square::PostView::Event(card) => Some((card.state, card.date)),
        _ => None,
    });
    let agenda = client.list_events(&EventFilter::default()).await.expect("the agenda").items;
    (cards.collect(), agenda.into_iter().map(|e| (e.state, e.on.date)).collect())
}

/// The same from a server that was just started.
async fn read_anew(toit: &Toit, person: &Person) -> (Shown, Shown) {
    let again = toit.one_more_server().await;
    let client = Client::program(&again.url());
    client.set_tokens(person.client.tokens());
    let found = shown(&client).await;
    again.stop().await;
    found
}

async fn a_series_whose_last_dates_are_called_off_one_by_one_is_cancelled(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let series = NewEvent { repeat: repeats("weekly", 3), ..event_in_a_week(toit, "Couture") };
    let series = invite(&awa, &series).await;
    let on = days(&series);
    for date in &on {
        answers(&samir, series.id, Reply::Going, *date).await;
    }
    toit.wait_days(9).await;
    awa.client.cancel_event(series.id, Some(on[2])).await.expect("the last one");
    assert_eq!(seen(&samir, series.id).await.state, EventState::Published);
    awa.client.cancel_event(series.id, Some(on[1])).await.expect("and the one before");
    assert_eq!(seen(&samir, series.id).await.state, EventState::Cancelled);
    let off = |n: usize| (EventState::Cancelled, on[n]);
    assert_eq!(shown(&samir.client).await, (vec![off(1)], vec![off(1), off(2)]));
    assert_eq!(read_anew(toit, &samir).await, (vec![off(1)], vec![off(1), off(2)]));
    let path = samir.client.renew_calendar(CalendarKind::Residence).await.expect("an address").path;
    let path = path.and_then(|p| p.strip_prefix("/api/v1").map(str::to_owned)).expect("a path");
    let statuses = async || {
        let body = toit.raw().get(&path).await.body;
        ["STATUS:CONFIRMED", "STATUS:CANCELLED"].map(|status| body.matches(status).count())
    };
    assert_eq!(statuses().await, [1, 2], "the first one took place");
    toit.wait(series.dates[2].ends_at - toit.now()).await;
    let samir = samir.sign_in().await;
    assert_eq!(shown(&samir.client).await, (vec![], vec![off(2)]), "until its last day is over");
    assert_eq!(statuses().await, [1, 2], "and in calendars for 30 days");
}

async fn a_date_that_is_called_off_stays_on_the_agenda_after_the_others_are_over(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let repeat = r#"{"every":"monthly","interval":2,"monthly_by":"weekday","ends":{"count":2}}"#;
    let repeat = serde_json::from_str(repeat).expect("a repetition");
    let series = invite(&awa, &NewEvent { repeat: Some(repeat), ..event_in_a_week(toit, "Couture") }).await;
    let on = days(&series);
    awa.client.cancel_event(series.id, Some(on[1])).await.expect("the last one");
    assert_eq!(shown(&samir.client).await.0, [(EventState::Published, on[0])]);
    // The other one is over for longer than anything over is kept in mind.
    toit.wait_days(45).await;
    let samir = samir.sign_in().await;
    assert_eq!(seen(&samir, series.id).await.state, EventState::Ended);
    let last = (vec![], vec![(EventState::Cancelled, on[1])]);
    assert_eq!(shown(&samir.client).await, last);
    assert_eq!(read_anew(toit, &samir).await, last);
}
