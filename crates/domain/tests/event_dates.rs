//! The dates of events, compared with what calendars make of the same words (RFC 5545), and clocks in Paris with the time zone database.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use domain::event::repeat::{Every, MAX_DATES, MAX_DAYS, MonthlyBy, Repeat, RepeatEnds};
use domain::event::{Count, EditEvent, Edited, Event, EventState, Interval, NewEvent, on_days_until};
use domain::id::{EventId, LineId, OfficeId, ResidenceId, TenantId};
use domain::moment::{LocalTime, from_paris, in_paris};
use domain::problem::FieldCode;
use proptest::prelude::*;
use rrule::RRuleSet;
use uuid::Uuid;

const AWA: TenantId = TenantId(Uuid::from_u128(9));

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn local(text: &str) -> LocalTime {
    LocalTime::parse(text.parse().expect("a time")).expect("one that there is")
}

fn repeat(every: Every, interval: u8, monthly_by: Option<MonthlyBy>, ends: RepeatEnds) -> Repeat {
    Repeat { every, interval: Interval::parse(interval).expect("an interval"), monthly_by, ends, except: Vec::new() }
}

fn times(n: u8) -> RepeatEnds {
    RepeatEnds::Count(Count::parse(n).expect("a count"))
}

fn days(texts: &[&str]) -> Vec<NaiveDate> {
    texts.iter().map(|text| day(text)).collect()
}

/// The days that another program finds, up to where ours end.
fn oracle(repeat: &Repeat, start: LocalTime) -> Vec<NaiveDate> {
    let text = format!(
        "DTSTART;TZID=Europe/Paris:{}\nRRULE:{}",
        start.naive().format("%Y%m%dT%H%M%S"),
        repeat.to_rrule_text(start)
    );
    let rules: RRuleSet = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    let last = start.date() + TimeDelta::days(MAX_DAYS);
    rules.into_iter().map(|at| at.date_naive()).take_while(|day| *day <= last).take(MAX_DATES + 1).collect()
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0i64..365 * 8).prop_map(|n| day("2026-01-01") + TimeDelta::days(n))
}

fn any_repeat() -> impl Strategy<Value = (NaiveDate, Repeat)> {
    let every = prop_oneof![Just(Every::Daily), Just(Every::Weekly), Just(Every::Monthly), Just(Every::Monthly)];
    let by = prop_oneof![Just(None), Just(Some(MonthlyBy::Day)), Just(Some(MonthlyBy::Weekday))];
    // Days at the end of a month are where months differ.
    let start = prop_oneof![any_day(), any_day().prop_map(|d| d.with_day(31).or(d.with_day(29)).unwrap_or(d))];
    (start, every, 1u8..=12, by, prop_oneof![(2u8..=60).prop_map(Ok), (0i64..=420).prop_map(Err)]).prop_map(
        |(start, every, interval, by, ends)| {
            let by = by.filter(|_| every == Every::Monthly);
            let ends = ends.map_or_else(|days| RepeatEnds::Until(start + TimeDelta::days(days)), times);
            (start, repeat(every, interval, by, ends))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn an_event_comes_again_when_calendars_say_so((start, repeat) in any_repeat(), hour in 4u32..24) {
        let at = LocalTime::parse(start.and_hms_opt(hour, 30, 0).expect("an hour")).expect("one that there is");
        let ours = repeat.dates(start);
        prop_assert_eq!(&ours, &oracle(&repeat, at), "{}", repeat.to_rrule_text(at));
    }

    #[test]
    fn what_is_accepted_has_dates_within_its_bounds((start, repeat) in any_repeat()) {
        let dates = repeat.dates(start);
        prop_assert_eq!(dates.first(), Some(&start));
        prop_assert!(dates.is_sorted() && dates.windows(2).all(|pair| pair[0] < pair[1]));
        let accepted = repeat.check(start).is_ok();
        if accepted {
            prop_assert!(dates.len() <= MAX_DATES);
            prop_assert!((*dates.last().expect("a date") - start).num_days() <= MAX_DAYS);
        }
        match repeat.ends {
            RepeatEnds::Count(count) => prop_assert_eq!(accepted, dates.len() == usize::from(count.get())),
            RepeatEnds::Until(until) => {
                prop_assert_eq!(accepted, dates.len() <= MAX_DATES && (until - start).num_days() <= MAX_DAYS);
            }
        }
    }

    #[test]
    fn a_date_that_is_left_out_is_the_only_one_that_goes((start, repeat) in any_repeat(), at in any::<prop::sample::Index>()) {
        prop_assume!(repeat.check(start).is_ok());
        let all = repeat.dates(start);
        prop_assume!(all.len() > 1);
        let out = *at.get(&all);
        let without = Repeat { except: vec![out], ..repeat.clone() };
        prop_assert!(without.check(start).is_ok());
        let kept: Vec<_> = all.iter().copied().filter(|d| *d != out).collect();
        prop_assert_eq!(without.dates(start), kept);
        let wrong = Repeat { except: vec![out, start - TimeDelta::days(1)], ..repeat };
        let error = wrong.check(start).expect_err("no date of it");
        prop_assert_eq!((error.pointer.as_str(), error.code), ("/except/1", FieldCode::OutOfRange));
    }

    #[test]
    fn clocks_in_paris_go_as_the_time_zone_database_says(minutes in 0i64..60 * 24 * 366 * 40) {
        let utc = Utc.with_ymd_and_hms(2000, 1, 1, 0, 0, 0).single().expect("a time") + TimeDelta::minutes(minutes);
        prop_assert_eq!(in_paris(utc), utc.with_timezone(&chrono_tz::Europe::Paris).naive_local());
    }

    #[test]
    fn a_time_as_clocks_show_it_is_the_instant_that_the_time_zone_database_says(
        minutes in 0i64..60 * 24 * 366 * 40,
        night in prop::option::of((2000i32..2038, prop::bool::ANY, 0i64..60 * 24)),
    ) {
        let start = day("2000-01-01").and_time(NaiveTime::MIN);
        let at: NaiveDateTime = match night {
            None => start + TimeDelta::minutes(minutes),
            // One of the last days of March or October: where clocks change.
            Some((year, spring, minute)) => {
                let last = NaiveDate::from_ymd_opt(year, if spring { 3 } else { 10 }, 31).expect("a day");
                let sunday = last - TimeDelta::days(last.weekday().num_days_from_sunday().into());
                sunday.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute)
            }
        };
        let theirs = chrono_tz::Europe::Paris.from_local_datetime(&at).earliest().map(|at| at.with_timezone(&Utc));
        prop_assert_eq!(from_paris(at), theirs.ok_or(FieldCode::NoSuchTime));
    }
}

#[test]
fn the_31st_is_passed_over_in_short_months() {
    let monthly = repeat(Every::Monthly, 1, None, times(4));
    assert_eq!(monthly.dates(day("2026-10-31")), days(&["2026-10-31", "2026-12-31", "2027-01-31", "2027-03-31"]));
    assert_eq!(monthly.to_rrule_text(local("2026-10-31T18:00:00")), "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4");
}

#[test]
fn the_first_tuesday_stays_the_first_tuesday() {
    let monthly = repeat(Every::Monthly, 1, Some(MonthlyBy::Weekday), times(3));
    assert_eq!(monthly.dates(day("2026-12-01")), days(&["2026-12-01", "2027-01-05", "2027-02-02"]));
    assert_eq!(monthly.to_rrule_text(local("2026-12-01T18:00:00")), "FREQ=MONTHLY;BYDAY=1TU;COUNT=3");
}

#[test]
fn a_fifth_friday_is_meant_as_the_last_one() {
    let monthly = repeat(Every::Monthly, 1, Some(MonthlyBy::Weekday), times(4));
    assert_eq!(monthly.dates(day("2027-01-29")), days(&["2027-01-29", "2027-02-26", "2027-03-26", "2027-04-30"]));
    assert_eq!(monthly.to_rrule_text(local("2027-01-29T18:00:00")), "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4");
}

#[test]
fn an_end_by_day_names_the_last_second_of_it_in_utc() {
    let weekly = |until| repeat(Every::Weekly, 2, None, RepeatEnds::Until(day(until)));
    let text = |until| weekly(until).to_rrule_text(local("2026-12-05T18:00:00"));
    assert_eq!(text("2027-02-13"), "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270213T225959Z");
    assert_eq!(text("2027-07-01"), "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270701T215959Z");
}

#[test]
fn a_repetition_that_cannot_be_says_where() {
    let start = day("2026-12-05");
    let check = |repeat: Repeat| repeat.check(start).err().map(|e| (e.pointer, e.code));
    let refused = |pointer: &str, code| Some((pointer.to_owned(), code));
    let until = |text| RepeatEnds::Until(day(text));
    let range = FieldCode::OutOfRange;
    assert_eq!(check(repeat(Every::Weekly, 1, None, until("2026-12-04"))), refused("/ends/until", range));
    assert_eq!(check(repeat(Every::Weekly, 1, None, until("2026-12-05"))), None);
    assert_eq!(check(repeat(Every::Weekly, 1, None, until("2028-01-10"))), refused("/ends/until", range), "401 days");
    assert_eq!(check(repeat(Every::Weekly, 1, None, until("9999-12-31"))), refused("/ends/until", range));
    assert_eq!(check(repeat(Every::Daily, 1, None, until("2027-02-02"))), None, "60 dates");
    assert_eq!(check(repeat(Every::Daily, 1, None, until("2027-02-03"))), refused("/ends/until", range));
    assert_eq!(check(repeat(Every::Monthly, 12, None, times(2))), None);
    assert_eq!(check(repeat(Every::Monthly, 12, None, times(3))), refused("/ends/count", range));
    let by = repeat(Every::Weekly, 1, Some(MonthlyBy::Day), times(2));
    assert_eq!(check(by), refused("/monthly_by", FieldCode::UnknownValue));
    let nothing_left =
        Repeat { except: days(&["2026-12-05", "2026-12-12"]), ..repeat(Every::Weekly, 1, None, times(2)) };
    assert_eq!(check(nothing_left), refused("/except", range));
    let far = Repeat { except: vec![start; 61], ..repeat(Every::Weekly, 1, None, times(2)) };
    assert_eq!(check(far), refused("/except", range));
}

#[test]
fn the_calendars_ends_are_no_trouble() {
    for start in [NaiveDate::MAX, NaiveDate::MIN, day("2199-12-31")] {
        for every in [Every::Daily, Every::Weekly, Every::Monthly] {
            let it = repeat(every, 12, None, times(60));
            assert!(it.dates(start).len() <= MAX_DATES);
            assert!(it.check(start).is_err());
        }
        let text = repeat(Every::Daily, 1, None, RepeatEnds::Until(start)).to_rrule_text(local("2026-12-05T18:00:00"));
        assert!(text.starts_with("FREQ=DAILY;UNTIL="), "{text}");
    }
}

#[test]
fn an_hour_that_clocks_leave_out_is_refused_and_one_that_comes_twice_is_the_first() {
    let at = |text: &str| from_paris(text.parse().expect("a time"));
    let utc = |text: &str| Ok(text.parse::<DateTime<Utc>>().expect("an instant"));
    assert_eq!(at("2027-03-28T01:59:59"), utc("2027-03-28T00:59:59Z"));
    assert_eq!(at("2027-03-28T02:00:00"), Err(FieldCode::NoSuchTime));
    assert_eq!(at("2027-03-28T02:59:59"), Err(FieldCode::NoSuchTime));
    assert_eq!(at("2027-03-28T03:00:00"), utc("2027-03-28T01:00:00Z"));
    assert_eq!(at("2026-10-25T02:30:00"), utc("2026-10-25T00:30:00Z"));
    assert_eq!(at("2026-10-25T03:00:00"), utc("2026-10-25T02:00:00Z"));
    assert_eq!(at("1999-12-31T23:00:00"), Err(FieldCode::OutOfRange));
    assert_eq!(from_paris(NaiveDateTime::MAX), Err(FieldCode::OutOfRange));
    assert_eq!(from_paris(NaiveDateTime::MIN), Err(FieldCode::OutOfRange));
}

#[test]
fn a_local_time_is_read_and_written_as_it_stands_on_a_poster() {
    let read = |text: &str| serde_json::from_str::<LocalTime>(&format!("\"{text}\""));
    let at = read("2026-12-05T18:00:00").expect("a time");
    assert_eq!(serde_json::to_string(&at).expect("JSON"), "\"2026-12-05T18:00:00\"");
    assert_eq!(at.instant(), "2026-12-05T17:00:00Z".parse::<DateTime<Utc>>().expect("an instant"));
    assert_eq!(read("2026-12-05T18:00:00.75").expect("a time"), at);
    let refused = |text| read(text).expect_err(text).to_string();
    assert!(refused("2027-03-28T02:30:00").starts_with("no_such_time"));
    assert!(refused("2200-01-01T00:00:00").starts_with("out_of_range"));
    for wrong in ["2026-12-05T18:00:00Z", "2026-12-05", "18:00", "2026-02-30T10:00:00"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_same_hour_of_another_day_moves_on_where_clocks_leave_it_out() {
    let night = local("2027-03-21T02:30:00");
    assert_eq!(night.on(day("2027-03-28")), local("2027-03-28T03:30:00"));
    assert_eq!(night.on(day("2027-04-04")), local("2027-04-04T02:30:00"));
    assert_eq!(night.on(NaiveDate::MAX).date(), NaiveDate::MAX);
    let _ = night.on(NaiveDate::MIN);
}

fn any_event() -> impl Strategy<Value = Option<Event>> {
    (any_repeat(), prop::bool::weighted(0.8), 0u32..24, 1i64..40, any::<Vec<bool>>()).prop_map(
        |((start, repeat), repeats, hour, hours, left_out)| {
            let dates = repeat.dates(start);
            let except = dates.iter().zip(left_out).filter_map(|(day, out)| out.then_some(*day)).collect();
            let begin = LocalTime::parse(start.and_hms_opt(hour, 15, 0)?).ok()?;
            let end = LocalTime::at(begin.instant() + TimeDelta::hours(hours));
            let json = serde_json::json!({
                "title": "Fête", "text": "", "place": "La cour", "circle": "district", "start": begin, "end": end,
                "repeat": repeats.then_some(Repeat { except, ..repeat }),
            });
            let new: NewEvent = serde_json::from_value(json).expect("an event");
            let id = Uuid::from_u128;
            let made_at = begin.instant() - TimeDelta::days(2);
            let line_id = || LineId(id(1));
            Event::create(EventId(id(2)), OfficeId(id(3)), AWA, ResidenceId(id(4)), new, line_id, made_at).ok()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn every_date_of_an_edited_event_stays_moves_or_is_lost_and_no_two_become_one(
        event in any_event().prop_filter_map("an event", |it| it),
        after in 0i64..80,
        shift in prop::option::of(-3i64..30),
        repeat in prop::option::of(prop::option::of(any_repeat())),
        cancel in prop::option::of(any::<prop::sample::Index>()),
        postpone in prop::bool::weighted(0.2),
    ) {
        let now = event.created_at + TimeDelta::days(after);
        let mut event = event;
        if let Some(which) = cancel {
            event = event.clone().cancel_date(AWA, *which.get(&event.days()), event.created_at).unwrap_or(event);
        }
        if postpone {
            event = event.clone().postpone(AWA, event.created_at).unwrap_or(event);
        }
        let moved = shift.map(TimeDelta::days);
        let edit = EditEvent {
            start: moved.map(|by| LocalTime::at(event.start.instant() + by)),
            end: moved.map(|by| LocalTime::at(event.end.instant() + by)),
            repeat: repeat.map(|repeat| repeat.map(|(_, repeat)| repeat)),
            ..EditEvent::default()
        };
        let old = event.clone();
        let edited = event.edit(AWA, edit, || LineId(Uuid::nil()), now);
        prop_assume!(edited.is_ok());
        let Edited { event, moved, lost, tells, .. } = edited.expect("edited");

        let (was, is) = (old.days(), event.days());
        let stay = was.iter().filter(|day| !lost.contains(day) && moved.iter().all(|(from, _)| from != *day));
        let stay: Vec<_> = stay.copied().collect();
        prop_assert!(stay.iter().all(|day| is.contains(day)));
        prop_assert_eq!(stay.len() + lost.len() + moved.len(), was.len());
        prop_assert!(lost.iter().all(|day| was.contains(day) && !stay.contains(day)));
        let mut targets: Vec<_> = moved.iter().map(|(_, to)| *to).chain(stay.clone()).collect();
        prop_assert!(targets.iter().all(|day| is.contains(day)));
        targets.sort_unstable();
        prop_assert!(targets.windows(2).all(|pair| pair[0] != pair[1]));
        prop_assert!(moved.iter().all(|(from, to)| was.contains(from) && !is.contains(from) && !was.contains(to)));
        // Whatever changes for those who come raises the sequence; what was cancelled stays so where the date is kept.
        prop_assert_eq!(tells, event.sequence > old.sequence);
        prop_assert!(tells || was == is);
        for day in &event.cancelled {
            prop_assert!(old.cancelled.iter().any(|it| it == day || moved.contains(&(*it, *day))), "{}", day);
        }
        if event.state == EventState::Published {
            let next = event.next_date(now).expect("something is to come, or it was not changed");
            prop_assert!(next.ends_at > now && !next.cancelled);
        }
    }
}

#[test]
fn an_evening_is_on_its_own_day_and_what_lasts_longer_on_each_of_its_days() {
    for (start, end, until) in [
        ("2026-12-05T18:00:00", "2026-12-05T23:00:00", "2026-12-05T23:00:00"),
        ("2026-12-05T18:00:00", "2026-12-06T00:00:00", "2026-12-06T00:00:00"),
        ("2026-12-05T18:00:00", "2026-12-06T01:00:00", "2026-12-06T00:00:00"),
        ("2026-12-05T18:00:00", "2026-12-06T17:59:59", "2026-12-06T00:00:00"),
        ("2026-12-05T18:00:00", "2026-12-06T18:00:00", "2026-12-06T18:00:00"),
        ("2026-12-05T18:00:00", "2026-12-08T12:00:00", "2026-12-08T12:00:00"),
        // The nights on which clocks change.
        ("2027-03-27T20:00:00", "2027-03-28T04:00:00", "2027-03-28T00:00:00"),
        ("2027-03-28T00:30:00", "2027-03-28T23:30:00", "2027-03-28T23:30:00"),
        ("2026-10-24T20:00:00", "2026-10-25T04:00:00", "2026-10-25T00:00:00"),
        ("2026-10-25T01:00:00", "2026-10-26T00:30:00", "2026-10-26T00:30:00"),
    ] {
        let at = |text| local(text).instant();
        assert_eq!(LocalTime::at(on_days_until(at(start), at(end))), local(until), "{start} to {end}");
    }
}
