//! Events: how hosts make, show, edit and end them; who sees them; what people bring.

use chrono::{NaiveDate, TimeDelta};
use client::EventFilter;
use domain::circle::Circle;
use domain::event::{
    AnswerState, EditEvent, EventAction, EventState, EventView, Guests, NewAnswer, NewBringLine, NewEvent, Places,
    Reply, TakeBringLine, Wanted,
};
use domain::id::{EventId, LineId};
use domain::moment::LocalTime;
use domain::problem::{FieldCode, ProblemCode};
use domain::tenant::{EditMe, FirstName};
use domain::text::{Title, Words};
use uuid::Uuid;

use crate::square_events::{event, invite};
use crate::support::{Person, Place, Toit, code_of, key, on_both_databases, refused_value};

on_both_databases!(
    an_event_is_shown_as_it_was_typed,
    the_same_key_makes_one_event,
    a_new_name_stands_on_old_events,
    an_event_reaches_its_circle_those_who_answered_and_nobody_else,
    an_edit_names_the_version_that_was_read_and_answers_do_not_make_it_old,
    a_draft_is_its_authors_until_it_is_published_and_can_be_forgotten,
    dates_are_listed_the_soonest_first_page_by_page,
    my_own_list_holds_what_i_host_and_what_i_have_answered,
    what_is_cancelled_takes_no_answers,
    somebody_who_goes_can_become_a_host_and_step_down,
    people_bring_as_much_as_is_wanted_and_no_more,
    names_are_for_hosts_and_for_those_who_go,
);

pub fn going(guests: u8) -> NewAnswer {
    NewAnswer { answer: Reply::Going, guests: Guests::parse(guests).expect("a few"), date: None }
}

pub fn says(answer: Reply) -> NewAnswer {
    NewAnswer { answer, ..going(0) }
}

pub async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

pub fn places(n: u16) -> Option<Places> {
    Places::parse(n).ok()
}

pub async fn seen(person: &Person, id: EventId) -> EventView {
    person.client.get_event(id, None).await.expect("she sees it")
}

pub async fn mine(person: &Person, id: EventId) -> Option<AnswerState> {
    seen(person, id).await.dates[0].my_answer.map(|a| a.answer)
}

async fn is_hidden_from(person: &Person, id: EventId) -> bool {
    match person.client.get_event(id, None).await {
        Ok(_) => false,
        refused => {
            assert_eq!(code_of(refused), ProblemCode::NotFound);
            true
        }
    }
}

pub async fn list(person: &Person, filter: EventFilter) -> Vec<(String, NaiveDate)> {
    let page = person.client.list_events(&filter).await.expect("a page");
    page.items.into_iter().map(|e| (e.title.to_string(), e.on.date)).collect()
}

async fn titles(person: &Person) -> Vec<String> {
    list(person, EventFilter::default()).await.into_iter().map(|(title, _)| title).collect()
}

async fn an_event_is_shown_as_it_was_typed(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let line = NewBringLine {
        id: None,
        what: Words::parse("Une tarte").expect("words"),
        wanted: Wanted::parse(3).expect("three"),
    };
    let new = NewEvent {
        residence: Some(samir.me.residence.id),
        places: places(20),
        places_per_residence: places(5),
        guests: Guests::parse(2).expect("two"),
        bring: vec![line],
        ..event(toit, "Fête <b>des</b> voisins; \"oui\"")
    };
    let made = invite(&awa, &new).await;
    assert_eq!((&made.title, &made.text, &made.place), (&new.title, &new.text, &new.place));
    assert_eq!((made.start, made.end, made.circle), (new.start, new.end, new.circle));
    assert_eq!(
        (made.places, made.places_per_residence, made.guests),
        (new.places, new.places_per_residence, new.guests)
    );
    assert_eq!((made.state, made.version, made.sequence), (EventState::Published, 1, 0));
    assert_eq!((made.created_at, made.updated_at), (toit.now(), toit.now()));
    assert_eq!(made.at_residence.as_ref().map(|r| r.id), Some(samir.me.residence.id));
    assert_eq!(made.first.map(|f| (f.start, f.end)), Some((new.start, new.end)));
    assert_eq!(made.hosts.iter().map(|h| h.id).collect::<Vec<_>>(), [awa.id()]);
    assert!(made.is_mine && made.may.contains(&EventAction::Edit));
    assert_eq!(made.starts_at, new.start.instant());
    let theirs = seen(&samir, made.id).await;
    let expected =
        EventView { first: None, is_mine: false, may: vec![EventAction::Answer], distance_m: Some(0), ..made.clone() };
    assert_eq!(theirs, expected);
    assert_eq!(made.distance_m, Some(300));
}

async fn the_same_key_makes_one_event(toit: &Toit) {
    let (awa, _) = two(toit).await;
    let (new, key) = (event(toit, "Fête"), key());
    let first = awa.client.create_event(&new, &key).await.expect("made");
    assert_eq!(awa.client.create_event(&new, &key).await.expect("the same").id, first.id);
    let other = awa.client.create_event(&event(toit, "Autre"), &key).await;
    assert_eq!(code_of(other), ProblemCode::IdempotencyKeyReused);
    assert_eq!(titles(&awa).await, ["Fête"]);
}

async fn a_new_name_stands_on_old_events(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    invite(&awa, &event(toit, "Fête")).await;
    let names = async || samir.raw().get("/square").await.body.matches("Marie").count();
    assert_eq!(names().await, 0);
    let edit = EditMe { first_name: FirstName::parse("Awa Marie").ok(), ..EditMe::default() };
    awa.client.edit_me(awa.me.version, &edit).await.expect("renamed");
    assert_eq!(names().await, 1);
}

async fn an_event_reaches_its_circle_those_who_answered_and_nobody_else(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (far, elif) = (toit.neighbour("Farid", Place::C).await, toit.neighbour("Elif", Place::E).await);
    let near = invite(&awa, &NewEvent { circle: Circle::Nearby, ..event(toit, "tout près") }).await;
    assert!(!is_hidden_from(&samir, near.id).await);
    for stranger in [&far, &elif] {
        assert!(is_hidden_from(stranger, near.id).await);
        assert_eq!(code_of(stranger.client.answer_event(near.id, &going(0)).await), ProblemCode::NotFound);
        assert!(titles(stranger).await.is_empty());
    }
    samir.client.answer_event(near.id, &going(0)).await.expect("he comes");
    let smaller = EditEvent { circle: Some(Circle::Residence), ..EditEvent::default() };
    awa.client.edit_event(near.id, 1, &smaller).await.expect("edited");
    assert!(!is_hidden_from(&samir, near.id).await, "whoever comes still finds it");
    let last = samir.client.answer_event(near.id, &says(Reply::Declined)).await.expect("always possible");
    assert_eq!(last.dates[0].my_answer.map(|a| a.answer), Some(AnswerState::Declined));
    assert!(is_hidden_from(&samir, near.id).await);
    let all = invite(&awa, &event(toit, "tous")).await;
    samir.client.block_neighbour(awa.id()).await.unwrap_or_else(|e| panic!("{e}"));
    assert!(is_hidden_from(&samir, all.id).await, "those who are apart do not meet");
    assert!(list(&samir, EventFilter { mine: true, ..EventFilter::default() }).await.is_empty());
    assert!(titles(&samir).await.is_empty());
}

async fn an_edit_names_the_version_that_was_read_and_answers_do_not_make_it_old(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &event(toit, "Fête")).await;
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes meanwhile");
    let title = |t: &str| EditEvent { title: Title::parse(t).ok(), ..EditEvent::default() };
    let edited = awa.client.edit_event(made.id, made.version, &title("Fête d'hiver")).await.expect("edited");
    assert_eq!((edited.version, edited.sequence, edited.title.as_str()), (2, 0, "Fête d'hiver"));
    let old = awa.client.edit_event(made.id, made.version, &title("Trop tard")).await;
    assert_eq!(code_of(old), ProblemCode::PreconditionFailed);
    assert_eq!(code_of(samir.client.edit_event(made.id, 2, &title("À moi")).await), ProblemCode::NotYours);
    let (one, two) = (title("Une"), title("Deux"));
    let (one, two) = tokio::join!(awa.client.edit_event(made.id, 2, &one), awa.client.edit_event(made.id, 2, &two));
    let won: Vec<EventView> = [&one, &two].into_iter().filter_map(|r| r.as_ref().ok().cloned()).collect();
    assert_eq!(won.len(), 1, "one of the two wins");
    let lost = [one, two].into_iter().find(Result::is_err).expect("the other");
    assert_eq!(code_of(lost), ProblemCode::PreconditionFailed);
    assert_eq!(seen(&samir, made.id).await.title, won[0].title);
    let raw = awa.raw().send_json(reqwest::Method::PATCH, &format!("/events/{}", made.id), "{}").await;
    raw.refused(ProblemCode::PreconditionRequired);
}

async fn a_draft_is_its_authors_until_it_is_published_and_can_be_forgotten(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let draft = |title| NewEvent { draft: true, ..event(toit, title) };
    let made = invite(&awa, &draft("Plus tard")).await;
    assert_eq!(made.state, EventState::Draft);
    assert!(is_hidden_from(&samir, made.id).await && titles(&samir).await.is_empty());
    assert!(titles(&awa).await.is_empty());
    let own = EventFilter { mine: true, ..EventFilter::default() };
    assert_eq!(list(&awa, own.clone()).await.len(), 1);
    let refused = awa.client.answer_event(made.id, &going(0)).await;
    assert_eq!(code_of(refused), ProblemCode::EventNotOpen);
    awa.client.publish_event(made.id).await.expect("published");
    assert_eq!(titles(&samir).await, ["Plus tard"]);
    assert_eq!(code_of(awa.client.publish_event(made.id).await), ProblemCode::NotNow);
    assert_eq!(code_of(awa.client.delete_event(made.id).await), ProblemCode::NotNow);
    assert_eq!(code_of(samir.client.delete_event(made.id).await), ProblemCode::NotYours);
    let second = invite(&awa, &draft("Jamais")).await;
    awa.client.delete_event(second.id).await.expect("forgotten");
    assert!(is_hidden_from(&awa, second.id).await);
    assert_eq!(toit.count("events").await, 1);
    // A draft whose day has gone by is still there to be edited.
    let late = invite(&awa, &draft("En retard")).await;
    toit.wait_days(5).await;
    assert!(list(&awa, own).await.iter().any(|(title, _)| title == "En retard"));
    assert_eq!(code_of(awa.client.publish_event(late.id).await), ProblemCode::NotNow);
}

/// So many days from tomorrow on, at six.
fn in_days(toit: &Toit, title: &str, days: i64) -> NewEvent {
    let new = event(toit, title);
    let on = |at: LocalTime| LocalTime::parse(at.naive() + TimeDelta::days(days)).expect("a time");
    NewEvent { start: on(new.start), end: on(new.end), ..new }
}

async fn dates_are_listed_the_soonest_first_page_by_page(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    for days in [9, 2, 5, 2, 0] {
        invite(&awa, &in_days(toit, &format!("dans {days}"), days)).await;
    }
    assert_eq!(titles(&samir).await, ["dans 0", "dans 2", "dans 2", "dans 5", "dans 9"]);
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let filter = EventFilter { after: after.clone(), limit: Some(2), ..EventFilter::default() };
        let page = samir.client.list_events(&filter).await.expect("a page");
        all.extend(page.items.into_iter().map(|e| (e.id, e.on.date)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let first = toit.now().date_naive() + TimeDelta::days(1);
    assert_eq!(all.iter().map(|(_, d)| (*d - first).num_days()).collect::<Vec<_>>(), [0, 2, 2, 5, 9]);
    assert_eq!(all.iter().map(|(id, _)| id).collect::<std::collections::HashSet<_>>().len(), 5, "none twice");
    let day = |n| Some(first + TimeDelta::days(n));
    let some = EventFilter { from: day(1), to: day(5), ..EventFilter::default() };
    assert_eq!(list(&samir, some).await.len(), 3, "the last day is in");
    let past = EventFilter { from: day(-300), ..EventFilter::default() };
    assert_eq!(list(&samir, past).await.len(), 5);
    for (query, pointer) in
        [("after=x", "?after"), ("from=tomorrow", "?from"), ("from=2300-01-01", "?from"), ("limit=0", "?limit")]
    {
        let answer = samir.raw().get(&format!("/events?{query}")).await;
        assert_eq!(answer.refused(ProblemCode::Invalid).errors[0].pointer, pointer, "{query}");
    }
    toit.wait_days(4).await;
    assert_eq!(titles(&samir).await, ["dans 5", "dans 9"]);
}

async fn my_own_list_holds_what_i_host_and_what_i_have_answered(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let mut made = Vec::new();
    for title in ["un", "deux", "trois", "quatre"] {
        made.push(invite(&awa, &event(toit, title)).await.id);
    }
    for (event, answer) in [(0, Reply::Going), (1, Reply::Maybe), (2, Reply::Declined)] {
        samir.client.answer_event(made[event], &says(answer)).await.expect("answered");
    }
    invite(&samir, &event(toit, "à moi")).await;
    let own = EventFilter { mine: true, ..EventFilter::default() };
    let page = samir.client.list_events(&own).await.expect("his");
    let found: Vec<_> =
        page.items.iter().map(|e| (e.title.as_str(), e.is_mine, e.on.my_answer.map(|a| a.answer))).collect();
    assert_eq!(
        found,
        [("un", false, Some(AnswerState::Going)), ("deux", false, Some(AnswerState::Maybe)), ("à moi", true, None)]
    );
    assert_eq!(samir.client.list_events(&EventFilter::default()).await.expect("all").items.len(), 5);
}

async fn what_is_cancelled_takes_no_answers(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &event(toit, "Fête")).await;
    assert_eq!(code_of(samir.client.cancel_event(made.id, None).await), ProblemCode::NotYours);
    let cancelled = awa.client.cancel_event(made.id, None).await.expect("cancelled");
    assert_eq!((cancelled.state, cancelled.sequence), (EventState::Cancelled, 1));
    assert_eq!(code_of(samir.client.answer_event(made.id, &going(0)).await), ProblemCode::EventNotOpen);
    for refused in [awa.client.cancel_event(made.id, None).await, awa.client.postpone_event(made.id).await] {
        assert_eq!(code_of(refused), ProblemCode::NotNow);
    }
    let over = invite(&awa, &event(toit, "Hier")).await;
    toit.wait_days(3).await;
    assert_eq!(seen(&samir, over.id).await.state, EventState::Ended);
    assert_eq!(code_of(samir.client.answer_event(over.id, &going(0)).await), ProblemCode::EventNotOpen);
}

async fn somebody_who_goes_can_become_a_host_and_step_down(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &event(toit, "Fête")).await;
    assert_eq!(code_of(awa.client.add_event_host(made.id, samir.id()).await), ProblemCode::NotFound, "he does not go");
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    assert_eq!(code_of(samir.client.add_event_host(made.id, samir.id()).await), ProblemCode::NotYours);
    for _ in 0..2 {
        let hosts = awa.client.add_event_host(made.id, samir.id()).await.expect("a host, once").hosts;
        assert_eq!(hosts.iter().map(|h| h.id).collect::<Vec<_>>(), [awa.id(), samir.id()]);
    }
    let his = seen(&samir, made.id).await;
    assert!(his.is_mine && his.may.contains(&EventAction::StepDown) && !his.may.contains(&EventAction::NameHosts));
    let title = EditEvent { title: Title::parse("Fête à deux").ok(), ..EditEvent::default() };
    samir.client.edit_event(made.id, his.version, &title).await.expect("a host edits");
    samir.client.remove_event_host(made.id, samir.id()).await.expect("he steps down");
    assert!(!seen(&samir, made.id).await.is_mine);
    assert_eq!(code_of(awa.client.remove_event_host(made.id, samir.id()).await), ProblemCode::NotFound);
    for n in 0..6 {
        let more = toit.neighbour("Lina", Place::A).await;
        more.client.answer_event(made.id, &going(0)).await.expect("she comes");
        let named = awa.client.add_event_host(made.id, more.id()).await;
        assert_eq!(named.is_ok(), n < 5, "five beside the author");
    }
}

async fn people_bring_as_much_as_is_wanted_and_no_more(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let line = |what: &str, wanted| NewBringLine {
        id: None,
        what: Words::parse(what).expect("words"),
        wanted: Wanted::parse(wanted).expect("some"),
    };
    let bring = vec![line("Une tarte", 3), line("Des chaises", 50)];
    let made = invite(&awa, &NewEvent { bring, ..event(toit, "Fête") }).await;
    let tart = made.bring[0].id;
    let take = |count| TakeBringLine { count, date: None };
    assert_eq!(
        code_of(samir.client.bring_to_event(made.id, tart, &take(1)).await),
        ProblemCode::NotNow,
        "he does not go"
    );
    for person in [&awa, &samir] {
        person.client.answer_event(made.id, &going(0)).await.expect("comes");
    }
    samir.client.bring_to_event(made.id, tart, &take(2)).await.expect("two");
    assert_eq!(code_of(awa.client.bring_to_event(made.id, tart, &take(2)).await), ProblemCode::LineFull);
    let view = awa.client.bring_to_event(made.id, tart, &take(1)).await.expect("the last one");
    assert_eq!((view.bring[0].taken, view.bring[0].mine, view.bring[1].taken), (3, 1, 0));
    assert_eq!(refused_value(awa.client.bring_to_event(made.id, tart, &take(4)).await).0, "/count");
    let other = invite(&awa, &NewEvent { bring: vec![line("Du pain", 1)], ..event(toit, "Autre") }).await;
    samir.client.answer_event(other.id, &going(0)).await.expect("comes");
    assert_eq!(
        code_of(samir.client.bring_to_event(other.id, tart, &take(1)).await),
        ProblemCode::NotFound,
        "a line of another event"
    );
    let nowhere = LineId(Uuid::from_u128(7));
    assert_eq!(code_of(samir.client.bring_to_event(other.id, nowhere, &take(1)).await), ProblemCode::NotFound);
    samir.client.answer_event(made.id, &says(Reply::Maybe)).await.expect("perhaps");
    assert_eq!(seen(&awa, made.id).await.bring[0].taken, 1, "what he was to bring is free again");
    let fewer = EditEvent { bring: Some(vec![line("Autre chose", 2)]), ..EditEvent::default() };
    let edited = awa.client.edit_event(made.id, made.version, &fewer).await.expect("other lines");
    assert_eq!((edited.bring.len(), edited.bring[0].taken), (1, 0));
    assert_eq!(toit.count("event_takings").await, 0);
    // The last one, wanted by two at the same moment.
    let last = edited.bring[0].id;
    samir.client.answer_event(made.id, &going(0)).await.expect("comes after all");
    let two = take(2);
    let (one, other) =
        tokio::join!(awa.client.bring_to_event(made.id, last, &two), samir.client.bring_to_event(made.id, last, &two));
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
    assert_eq!(seen(&awa, made.id).await.bring[0].taken, 2);
}

async fn names_are_for_hosts_and_for_those_who_go(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &event(toit, "Fête")).await;
    let mut people = Vec::new();
    for (name, answer) in
        [("Lina", Reply::Going), ("Marc", Reply::Maybe), ("Nour", Reply::Going), ("Omar", Reply::Declined)]
    {
        let person = toit.neighbour(name, Place::A).await;
        person.client.answer_event(made.id, &says(answer)).await.expect("answered");
        people.push(person);
    }
    let names = async |person: &Person| {
        let page = person.client.list_attendees(made.id, None, None).await?;
        Ok::<_, client::Error>(page.items.into_iter().map(|a| a.person.first_name.to_string()).collect::<Vec<_>>())
    };
    assert_eq!(names(&awa).await.expect("the host"), ["Lina", "Nour", "Marc"]);
    assert_eq!(names(&people[0]).await.expect("who goes"), ["Lina", "Nour"]);
    for other in [&people[1], &people[3], &samir] {
        assert_eq!(code_of(names(other).await), ProblemCode::NotYours);
    }
    people[2].client.block_neighbour(people[0].id()).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(names(&people[0]).await.expect("who goes"), ["Lina"], "those who are apart do not meet");
    assert_eq!(seen(&people[0], made.id).await.dates[0].taken, 2, "a chair is a chair");
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let query = after.map_or(String::new(), |a: String| format!("&after={a}"));
        let page = awa.raw().get(&format!("/events/{}/attendees?limit=1{query}", made.id)).await.ok();
        all.push(page["items"][0]["person"]["first_name"].as_str().expect("a name").to_owned());
        after = page["next"].as_str().map(str::to_owned);
        if after.is_none() {
            break;
        }
    }
    assert_eq!(all, ["Lina", "Nour", "Marc"]);
    awa.raw().get(&format!("/events/{}/attendees?after=1-2", made.id)).await.invalid("?after", FieldCode::WrongForm);
}
