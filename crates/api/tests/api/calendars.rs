//! Calendars for other programs, read back with a parser that is not the one that wrote them.

use calcard::common::timezone::Tz;
use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty};
use chrono::{DateTime, TimeDelta, Utc};
use domain::calendar::CalendarKind;
use domain::circle::Circle;
use domain::event::{Access, EditEvent, EventView, NewAnswer, NewEvent, Reply, StepFree};
use domain::id::EventId;
use domain::moment::LocalTime;
use domain::problem::ProblemCode;
use domain::text::{Body, Title, Words};
use serde_json::json;

use crate::events::{going, says, two};
use crate::square_events::{event, invite};
use crate::support::{Answer, Person, Place, Toit, code_of, on_both_databases};

on_both_databases!(
    an_event_is_read_back_as_it_was_typed,
    hostile_words_stay_words,
    dates_that_repeat_are_the_same_in_every_calendar,
    what_changes_has_a_higher_sequence_and_what_is_cancelled_says_so,
    a_calendar_has_an_address_that_can_be_changed_and_taken_away,
    my_calendar_holds_what_i_host_and_go_to,
    the_calendar_of_a_residence_holds_what_reaches_it,
    a_calendar_ends_with_its_account,
    a_calendar_with_much_behind_it_still_holds_what_is_to_come,
    who_guesses_secrets_is_held_up_and_nobody_who_has_one,
);

struct Read(ICalendar);

impl Read {
    fn of(text: &str) -> Self {
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "folded: {text}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "lines end as they must");
        let calendar = ICalendar::parse(text).unwrap_or_else(|e| panic!("{e:?}: {text}"));
        for of_people in ["ATTENDEE", "ORGANIZER", "CONTACT", "mailto:"] {
            assert!(!text.contains(of_people), "{text}");
        }
        Self(calendar)
    }

    fn events(&self) -> Vec<&ICalendarComponent> {
        self.0.components.iter().filter(|c| c.component_type == ICalendarComponentType::VEvent).collect()
    }

    fn zones(&self) -> usize {
        self.0.components.iter().filter(|c| c.component_type == ICalendarComponentType::VTimezone).count()
    }

    fn titles(&self) -> Vec<String> {
        self.events().into_iter().map(|e| text(e, ICalendarProperty::Summary)).collect()
    }

    /// When all begins, as another program works it out; without what it knows to be cancelled.
    fn begins(&self) -> Vec<DateTime<Utc>> {
        let cancelled = |id: u32| text(&self.0.components[id as usize], ICalendarProperty::Status) == "CANCELLED";
        let expanded = self.0.expand_dates(Tz::Floating, 500);
        assert_eq!(expanded.errors, []);
        let shown = expanded.events.iter().filter(|e| !cancelled(e.comp_id));
        let mut begins: Vec<_> = shown.map(|e| e.start.with_timezone(&Utc)).collect();
        begins.sort_unstable();
        begins.dedup();
        begins
    }
}

fn text(of: &ICalendarComponent, property: ICalendarProperty) -> String {
    let entry = of.property(&property).unwrap_or_else(|| panic!("{property:?}"));
    entry.values.iter().filter_map(|v| v.as_text()).collect::<Vec<_>>().join(",")
}

async fn file(person: &Person, id: EventId) -> String {
    String::from_utf8(person.client.get_event_ics(id).await.expect("a file")).expect("UTF-8")
}

async fn read(person: &Person, id: EventId) -> Read {
    Read::of(&file(person, id).await)
}

async fn an_event_is_read_back_as_it_was_typed(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let access = Access { step_free: StepFree::Yes, text: Words::parse("Sonner à gauche").ok() };
    let new = NewEvent { residence: Some(awa.me.residence.id), access, ..event(toit, "Fête, des voisins; 2026") };
    let made = invite(&awa, &new).await;
    let answer = samir.raw().get(&format!("/events/{}.ics", made.id)).await;
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"rendez-vous.ics\""));
    let read = Read::of(&answer.body);
    assert_eq!(read.zones(), 1);
    let [found] = read.events()[..] else { panic!("one event") };
    assert_eq!(text(found, ICalendarProperty::Summary), "Fête, des voisins; 2026");
    assert_eq!(text(found, ICalendarProperty::Description), "Venez nombreux.\nAccès sans marche.\nSonner à gauche");
    assert_eq!(text(found, ICalendarProperty::Location), format!("Dans la cour, {}", awa.me.residence.name));
    assert_eq!(text(found, ICalendarProperty::Status), "CONFIRMED");
    assert!(found.uid().is_some_and(|uid| uid.starts_with(&made.id.to_string())));
    assert_eq!(read.begins(), [made.starts_at]);
    for name in ["Awa", "Samir"] {
        assert!(!answer.body.contains(name), "names nobody");
    }
    let elif = toit.neighbour("Elif", Place::E).await;
    assert_eq!(code_of(elif.client.get_event_ics(made.id).await), ProblemCode::NotFound);
}

async fn hostile_words_stay_words(toit: &Toit) {
    let (awa, _) = two(toit).await;
    let long = format!("{}🎉 {} 👩‍👩‍👧", "é".repeat(90), "mot ".repeat(300));
    for words in [
        "BEGIN:VEVENT",
        "END:VCALENDAR",
        "a\\nb\\,c\\;d\\\\",
        ";,:\"'\\",
        "X;VALUE=URI:http://example.org",
        " devant et derrière ",
        "{{7*7}} ${x} %n",
    ] {
        let body = format!("{words}\nBEGIN:VALARM\nACTION:AUDIO\nEND:VALARM\n\n{long}");
        let new = NewEvent {
            text: Body::parse(&body).expect("a text"),
            place: Words::parse(words).expect("words"),
            ..event(toit, words)
        };
        let made = invite(&awa, &new).await;
        let read = read(&awa, made.id).await;
        let [found] = read.events()[..] else { panic!("one event, nothing else: {words}") };
        assert_eq!(text(found, ICalendarProperty::Summary), new.title.as_str(), "{words}");
        assert_eq!(text(found, ICalendarProperty::Description), new.text.as_str(), "{words}");
        assert_eq!(text(found, ICalendarProperty::Location), new.place.as_str(), "{words}");
        // The calendar, the zone with its two halves, the event.
        assert_eq!(read.0.components.len(), 5, "{words}");
    }
}

async fn dates_that_repeat_are_the_same_in_every_calendar(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let at = |text: &str| LocalTime::parse(text.parse().expect("a time")).expect("it exists");
    for repeat in [
        json!({"every": "daily", "interval": 2, "ends": {"count": 40}}),
        json!({"every": "weekly", "ends": {"until": "2027-10-01"}, "except": ["2027-01-23", "2027-02-06"]}),
        json!({"every": "monthly", "ends": {"count": 12}}),
        json!({"every": "monthly", "monthly_by": "weekday", "ends": {"count": 12}}),
    ] {
        let new = NewEvent {
            start: at("2027-01-16T18:30:00"),
            end: at("2027-01-16T23:00:00"),
            repeat: serde_json::from_value(repeat.clone()).expect("a repetition"),
            ..event(toit, "Chorale")
        };
        let made = invite(&awa, &new).await;
        let cancelled = made.dates[3].date;
        awa.client.cancel_event(made.id, Some(cancelled)).await.expect("cancelled");
        let expected: Vec<_> = made.dates.iter().filter(|d| d.date != cancelled).map(|d| d.starts_at).collect();
        assert_eq!(read(&samir, made.id).await.begins(), expected, "{repeat}");
    }
    // The night on which an hour is left out, and the one on which an hour comes twice.
    let spring = NewEvent {
        start: at("2027-03-26T02:30:00"),
        end: at("2027-03-26T04:00:00"),
        repeat: serde_json::from_value(json!({"every": "daily", "ends": {"count": 5}})).ok(),
        ..event(toit, "Nuit")
    };
    let made = invite(&awa, &spring).await;
    let begins = read(&awa, made.id).await.begins();
    for date in &made.dates {
        assert!(begins.contains(&date.starts_at), "{date:?} of {begins:?}");
    }
    let autumn = NewEvent { start: at("2027-10-31T01:30:00"), end: at("2027-10-31T02:15:00"), repeat: None, ..spring };
    let made = invite(&awa, &autumn).await;
    assert_eq!(read(&awa, made.id).await.begins(), [made.starts_at]);
}

fn sequence(of: &ICalendarComponent) -> u32 {
    let entry = of.property(&ICalendarProperty::Sequence).expect("a number");
    match entry.values.first() {
        Some(calcard::icalendar::ICalendarValue::Integer(n)) => u32::try_from(*n).expect("small"),
        other => panic!("{other:?}"),
    }
}

async fn what_changes_has_a_higher_sequence_and_what_is_cancelled_says_so(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &event(toit, "Fête")).await;
    let of = async || {
        let read = read(&samir, made.id).await;
        let event = read.events()[0].clone();
        (event.uid().map(str::to_owned), sequence(&event), text(&event, ICalendarProperty::Status))
    };
    let (uid, first, _) = of().await;
    let title = EditEvent { title: Title::parse("Grande fête").ok(), ..EditEvent::default() };
    awa.client.edit_event(made.id, 1, &title).await.expect("edited");
    assert_eq!(of().await, (uid.clone(), first, "CONFIRMED".to_owned()));
    let place = EditEvent { place: Words::parse("Au jardin").ok(), ..EditEvent::default() };
    awa.client.edit_event(made.id, 2, &place).await.expect("edited");
    assert_eq!(of().await, (uid.clone(), first + 1, "CONFIRMED".to_owned()));
    awa.client.postpone_event(made.id).await.expect("postponed");
    assert_eq!(of().await, (uid.clone(), first + 2, "TENTATIVE".to_owned()));
    awa.client.cancel_event(made.id, None).await.expect("cancelled");
    assert_eq!(of().await, (uid, first + 3, "CANCELLED".to_owned()));
}

/// Gives somebody's calendar an address; answers with its path behind `/api/v1`.
async fn subscribe(person: &Person, kind: CalendarKind) -> String {
    let path = person.client.renew_calendar(kind).await.expect("an address").path.expect("a path");
    path.strip_prefix("/api/v1").expect("of the API").to_owned()
}

async fn fetch(toit: &Toit, path: &str) -> Answer {
    toit.raw().get(path).await
}

async fn titles(toit: &Toit, path: &str) -> Vec<String> {
    let answer = fetch(toit, path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    Read::of(&answer.body).titles()
}

async fn a_calendar_has_an_address_that_can_be_changed_and_taken_away(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    invite(&awa, &event(toit, "Fête")).await;
    let none = awa.client.list_calendars().await.expect("both").items;
    assert_eq!(
        none.iter().map(|c| (c.kind, c.path.is_some())).collect::<Vec<_>>(),
        [(CalendarKind::Mine, false), (CalendarKind::Residence, false)]
    );
    let first = subscribe(&awa, CalendarKind::Mine).await;
    let secret = first.strip_prefix("/calendars/").and_then(|s| s.strip_suffix(".ics")).expect("a secret");
    assert!(secret.len() >= 32, "{secret}");
    assert_eq!(titles(toit, &first).await, ["Fête"], "without an account");
    let shown = awa.client.list_calendars().await.expect("both").items[0].path.clone();
    assert_eq!(shown, Some(format!("/api/v1{first}")), "it is shown again");
    assert_eq!(toit.count("feeds").await, 1);
    assert!(!awa.client.get_calendar(secret).await.expect("with one, too").is_empty());

    let answer = fetch(toit, &first).await;
    let tag = answer.header("etag").expect("a tag").to_owned();
    assert_eq!(answer.header("cache-control"), Some("private, max-age=300"));
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    let again = Answer::of(toit.raw().request(reqwest::Method::GET, &first).header("If-None-Match", tag)).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));

    let second = subscribe(&awa, CalendarKind::Mine).await;
    assert_ne!(first, second);
    fetch(toit, &first).await.refused(ProblemCode::NotFound);
    assert_eq!(titles(toit, &second).await, ["Fête"]);
    awa.client.close_calendar(CalendarKind::Mine).await.expect("closed");
    let third = {
        fetch(toit, &second).await.refused(ProblemCode::NotFound);
        subscribe(&awa, CalendarKind::Mine).await
    };
    assert!(third != first && third != second, "no address comes back");
    for wrong in ["/calendars/x.ics", "/calendars/%F0%9F%8E%89.ics", "/calendars/..%2F..%2Fetc.ics"] {
        fetch(toit, wrong).await.refused(ProblemCode::NotFound);
    }
    fetch(toit, &format!("/calendars/{}.ics", "é".repeat(400))).await.refused(ProblemCode::NotFound);
    let unknown = samir.raw().send_json(reqwest::Method::PUT, "/calendars/everything", "").await;
    unknown.refused(ProblemCode::NotFound);
}

async fn answer(person: &Person, event: &EventView, reply: Reply) {
    person.client.answer_event(event.id, &says(reply)).await.expect("answered");
}

async fn my_calendar_holds_what_i_host_and_go_to(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let path = subscribe(&samir, CalendarKind::Mine).await;
    let full = NewEvent { places: crate::events::places(1), ..event(toit, "complet") };
    let full = invite(&awa, &full).await;
    answer(&awa, &full, Reply::Going).await;
    answer(&samir, &full, Reply::Going).await;
    for (title, reply) in [("oui", Reply::Going), ("peut-être", Reply::Maybe), ("non", Reply::Declined)] {
        let made = invite(&awa, &event(toit, title)).await;
        answer(&samir, &made, reply).await;
    }
    invite(&samir, &event(toit, "à moi")).await;
    invite(&samir, &NewEvent { draft: true, ..event(toit, "brouillon") }).await;
    assert_eq!(titles(toit, &path).await, ["oui", "peut-être", "à moi"], "whoever waits does not come yet");
    let repeat = serde_json::from_value(json!({"every": "weekly", "ends": {"count": 3}})).ok();
    let weekly = invite(&awa, &NewEvent { repeat, ..event(toit, "chorale") }).await;
    let second = NewAnswer { date: Some(weekly.dates[1].date), ..going(0) };
    samir.client.answer_event(weekly.id, &second).await.expect("the second one");
    let read = Read::of(&fetch(toit, &path).await.body);
    assert_eq!(read.events().len(), 4);
    assert!(read.begins().contains(&weekly.dates[1].starts_at) && !read.begins().contains(&weekly.dates[2].starts_at));
    awa.client.cancel_event(weekly.id, None).await.expect("cancelled");
    let status = async || {
        let read = Read::of(&fetch(toit, &path).await.body);
        let of = read.events().into_iter().find(|e| text(e, ICalendarProperty::Summary) == "chorale").cloned();
        of.map(|e| text(&e, ICalendarProperty::Status))
    };
    assert_eq!(status().await.as_deref(), Some("CANCELLED"));
    toit.wait_days(29).await;
    assert_eq!(status().await.as_deref(), Some("CANCELLED"), "for 30 days");
    toit.wait_days(2).await;
    assert_eq!(status().await, None);
}

async fn the_calendar_of_a_residence_holds_what_reaches_it(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let far = toit.neighbour("Farid", Place::C).await;
    let path = subscribe(&samir, CalendarKind::Residence).await;
    for circle in Circle::ALL {
        invite(&awa, &NewEvent { circle, ..event(toit, circle.as_str()) }).await;
    }
    invite(&far, &event(toit, "de loin")).await;
    let mut found = titles(toit, &path).await;
    found.sort_unstable();
    assert_eq!(found, ["de loin", "nearby", "office"]);
    samir.client.block_neighbour(far.id()).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(titles(toit, &path).await.len(), 2, "not of those whom he does not meet");
    toit.wait_days(20).await;
    assert_eq!(titles(toit, &path).await.len(), 2, "what is over stays a while");
    toit.wait_days(20).await;
    assert!(titles(toit, &path).await.is_empty());
}

async fn a_calendar_ends_with_its_account(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let path = subscribe(&awa, CalendarKind::Residence).await;
    invite(&samir, &event(toit, "Fête")).await;
    assert_eq!(titles(toit, &path).await, ["Fête"]);
    awa.leave(toit).await;
    fetch(toit, &path).await.refused(ProblemCode::NotFound);
    assert_eq!(toit.count("feeds").await, 0);
}

async fn a_calendar_with_much_behind_it_still_holds_what_is_to_come(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let paths = [subscribe(&awa, CalendarKind::Mine).await, subscribe(&samir, CalendarKind::Residence).await];
    for n in 0..18 {
        let repeat = serde_json::from_value(json!({"every": "daily", "ends": {"count": 30}})).ok();
        invite(&awa, &NewEvent { repeat, ..event(toit, &format!("Atelier {n}")) }).await;
    }
    toit.wait_days(30).await;
    let (next, after) = (invite(&awa, &event(toit, "Demain")).await, event(toit, "Plus tard"));
    let later = |at: LocalTime| LocalTime::parse(at.naive() + TimeDelta::days(9)).expect("a time");
    invite(&awa, &NewEvent { start: later(after.start), end: later(after.end), ..after }).await;
    for path in paths {
        let titles = titles(toit, &path).await;
        assert_eq!(titles.len(), 500, "{path}");
        assert_eq!(titles[498..], ["Demain", "Plus tard"], "what is to come comes first of all");
        let read = Read::of(&fetch(toit, &path).await.body);
        let (begins, today) = (read.begins(), next.starts_at - TimeDelta::days(1));
        assert!(begins.contains(&today), "then what is over since yesterday");
        assert!(begins.iter().all(|at| *at > today - TimeDelta::days(29)), "and not what is over the longest");
    }
}

async fn who_guesses_secrets_is_held_up_and_nobody_who_has_one(toit: &Toit) {
    let (awa, _) = two(toit).await;
    let path = subscribe(&awa, CalendarKind::Mine).await;
    for n in 0..50 {
        fetch(toit, &format!("/calendars/{n}.ics")).await.refused(ProblemCode::NotFound);
    }
    let refused = fetch(toit, "/calendars/x.ics").await.refused(ProblemCode::TooManyRequests);
    assert!(refused.retry_after.is_some_and(|s| s <= 15 * 60 + 1));
    // Old addresses in the telephones of one house are tries as well; they shut out nobody's calendar.
    for _ in 0..60 {
        assert_eq!(fetch(toit, &path).await.status, 200, "a good one is no try");
    }
    fetch(toit, "/calendars/x.ics").await.refused(ProblemCode::TooManyRequests);
    toit.clock.advance(TimeDelta::minutes(15));
    fetch(toit, "/calendars/x.ics").await.refused(ProblemCode::NotFound);
}
