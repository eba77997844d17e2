//! What a view tells beforehand: whether one would find a place, and who hears of the end.

use chrono::TimeDelta;
use domain::event::{EditEvent, EventState, Guests, NewEvent, Reply};
use domain::id::EventId;
use domain::moment::LocalTime;
use domain::news::NewsKind;

use crate::event_life::last;
use crate::event_places::event_in_a_week;
use crate::events::{going, mine, places, says, seen, two};
use crate::square_events::{event, invite};
use crate::support::{Person, Place, Toit, on_both_databases};

on_both_databases!(
    a_view_says_with_how_many_one_would_find_a_place,
    a_residence_that_has_its_share_waits_while_others_find_a_place,
    a_large_party_that_waits_is_in_the_way_of_those_who_come_later,
    who_waits_and_who_is_offered_a_place_see_what_is_theirs,
    where_nobody_can_answer_or_all_find_a_place_nothing_is_said,
    of_the_end_of_a_postponed_event_all_are_counted_who_hear_of_it,
);

async fn free(person: &Person, id: EventId) -> Option<u32> {
    seen(person, id).await.places_for_me
}

fn guests(n: u8) -> Guests {
    Guests::parse(n).expect("a few")
}

async fn a_view_says_with_how_many_one_would_find_a_place(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    let made = invite(&awa, &NewEvent { places: places(4), guests: guests(5), ..event_in_a_week(toit, "Fête") }).await;
    assert_eq!((made.places_for_me, free(&samir, made.id).await), (Some(4), Some(4)), "hosts come as others do");
    let his = samir.client.answer_event(made.id, &going(1)).await.expect("two of them");
    assert_eq!(his.places_for_me, Some(4), "his two, and two that are left");
    assert_eq!(free(&lina, made.id).await, Some(2));
    let waits = lina.client.answer_event(made.id, &going(2)).await.expect("three of them");
    assert_eq!(waits.dates[0].my_answer.and_then(|a| a.place_in_line), Some(1), "as the view said");
    let comes = lina.client.answer_event(made.id, &going(1)).await.expect("two of them");
    assert_eq!((comes.places_for_me, comes.dates[0].taken), (Some(2), 4));
    assert_eq!((free(&awa, made.id).await, free(&samir, made.id).await), (Some(0), Some(2)));
    // Fewer places than are taken: nobody else, and each keeps hers.
    let edit = EditEvent { places: Some(places(2)), ..EditEvent::default() };
    let edited = awa.client.edit_event(made.id, made.version, &edit).await.expect("fewer");
    assert_eq!((edited.places_for_me, free(&samir, made.id).await), (Some(0), Some(2)));
}

async fn a_residence_that_has_its_share_waits_while_others_find_a_place(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = [toit.neighbour("Lina", Place::A).await, toit.neighbour("Marc", Place::B).await];
    let new = NewEvent {
        places: places(10),
        places_per_residence: places(2),
        guests: guests(3),
        ..event_in_a_week(toit, "Fête")
    };
    let made = invite(&awa, &new).await;
    assert_eq!(free(&lina, made.id).await, Some(2));
    lina.client.answer_event(made.id, &going(1)).await.expect("two of them");
    assert_eq!((free(&awa, made.id).await, free(&samir, made.id).await), (Some(0), Some(2)));
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    assert_eq!(free(&marc, made.id).await, Some(1));
    // Somebody of the residence that has its share waits: nobody else has to.
    awa.client.answer_event(made.id, &going(0)).await.expect("she waits");
    assert_eq!((free(&marc, made.id).await, free(&awa, made.id).await), (Some(1), Some(0)));
    let only_share = NewEvent { places: None, ..new };
    let only_share = invite(&awa, &only_share).await;
    lina.client.answer_event(only_share.id, &going(1)).await.expect("two of them");
    assert_eq!((free(&awa, only_share.id).await, free(&samir, only_share.id).await), (Some(0), Some(2)));
}

async fn a_large_party_that_waits_is_in_the_way_of_those_who_come_later(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = [toit.neighbour("Lina", Place::A).await, toit.neighbour("Marc", Place::B).await];
    let made = invite(&awa, &NewEvent { places: places(3), guests: guests(2), ..event_in_a_week(toit, "Fête") }).await;
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    lina.client.answer_event(made.id, &going(2)).await.expect("three of them wait");
    assert_eq!(free(&marc, made.id).await, Some(0), "two places are free, and not for him");
    assert_eq!(free(&samir, made.id).await, Some(1), "nor for more guests of his");
    let waits = marc.client.answer_event(made.id, &going(0)).await.expect("answered");
    assert_eq!(waits.dates[0].my_answer.and_then(|a| a.place_in_line), Some(2));
    // When it has begun nobody waits any more.
    toit.wait(made.starts_at + TimeDelta::minutes(1) - toit.now()).await;
    assert_eq!(free(&awa, made.id).await, Some(2));
    awa.client.answer_event(made.id, &going(1)).await.expect("they find a place");
    assert_eq!(free(&marc, made.id).await, Some(0));
}

async fn who_waits_and_who_is_offered_a_place_see_what_is_theirs(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    let made = invite(&awa, &NewEvent { places: places(2), guests: guests(1), ..event_in_a_week(toit, "Fête") }).await;
    samir.client.answer_event(made.id, &going(1)).await.expect("two of them");
    lina.client.answer_event(made.id, &going(1)).await.expect("two wait");
    assert_eq!(free(&lina, made.id).await, Some(0));
    samir.client.answer_event(made.id, &says(Reply::Declined)).await.expect("not after all");
    assert_eq!((free(&lina, made.id).await, free(&samir, made.id).await), (Some(2), Some(0)), "held for her");
    // Nobody has looked yet since her offer lapsed: the places are as free for her as for others.
    toit.clock.advance(TimeDelta::hours(25));
    assert_eq!(free(&lina, made.id).await, Some(2));
    assert_eq!(free(&samir, made.id).await, Some(0), "still taken, until the clock looks");
    toit.tick().await.expect("looked");
    assert_eq!((free(&lina, made.id).await, free(&samir, made.id).await), (Some(2), Some(2)));
}

async fn where_nobody_can_answer_or_all_find_a_place_nothing_is_said(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let open = invite(&awa, &event(toit, "Pour tous")).await;
    let repeat = serde_json::from_str(r#"{"every":"daily","ends":{"count":3}}"#).ok();
    let daily = invite(&awa, &NewEvent { places: places(3), repeat, ..event(toit, "Atelier") }).await;
    let draft = invite(&awa, &NewEvent { draft: true, places: places(3), ..event(toit, "Brouillon") }).await;
    assert_eq!((open.places_for_me, draft.places_for_me, daily.places_for_me), (None, None, Some(3)));
    let second = daily.dates[1].date;
    awa.client.cancel_event(daily.id, Some(second)).await.expect("cancelled");
    let at = async |date| samir.client.get_event(daily.id, Some(date)).await.expect("seen").places_for_me;
    assert_eq!((at(second).await, at(daily.dates[2].date).await), (None, Some(3)), "each date has its own");
    toit.wait_days(2).await;
    assert_eq!(at(daily.date).await, None, "it is over");
    let postponed = awa.client.postpone_event(daily.id).await.expect("postponed");
    assert_eq!(postponed.places_for_me, None);
}

async fn of_the_end_of_a_postponed_event_all_are_counted_who_hear_of_it(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&awa, &event(toit, "Fête")).await;
    samir.client.answer_event(made.id, &going(0)).await.expect("he comes");
    assert_eq!(made.postponed_at, None);
    awa.client.postpone_event(made.id).await.expect("postponed");
    let since = toit.now();
    toit.wait_days(4).await;
    samir.client.read_news(&Default::default()).await.expect("read");
    let view = seen(&awa, made.id).await;
    assert_eq!((view.state, view.postponed_at), (EventState::Postponed, Some(since)));
    let counted: Vec<_> = view.awaited(None, toit.now()).map(|on| (on.date, on.taken)).collect();
    assert_eq!(counted, [(made.date, 1)], "though its day is over");
    awa.client.cancel_event(made.id, None).await.expect("cancelled");
    toit.tick().await.expect("told");
    assert_eq!((last(&samir).await.kind, last(&samir).await.unread), (NewsKind::EventCancelled, true));

    // Of a series those dates that were over, or cancelled, before it was postponed are not counted; nor are those of one that runs.
    let repeat = serde_json::from_str(r#"{"every":"daily","ends":{"count":5}}"#).ok();
    let daily = invite(&awa, &NewEvent { repeat, ..event(toit, "Atelier") }).await;
    awa.client.cancel_event(daily.id, Some(daily.dates[3].date)).await.expect("cancelled");
    toit.wait_days(2).await;
    let of =
        |view: &domain::event::EventView, date| view.awaited(date, toit.now()).map(|on| on.date).collect::<Vec<_>>();
    let day = |n: usize| daily.dates[n].date;
    let running = seen(&awa, daily.id).await;
    assert_eq!(of(&running, None), [day(1), day(2), day(4)]);
    assert_eq!(of(&running, Some(day(2))), [day(2)]);
    awa.client.postpone_event(daily.id).await.expect("postponed");
    toit.wait_days(9).await;
    let view = seen(&awa, daily.id).await;
    assert_eq!(of(&view, None), [day(1), day(2), day(4)]);
    let later = |at: LocalTime| LocalTime::parse(at.naive() + TimeDelta::days(20)).ok();
    let edit = EditEvent { start: later(daily.start), end: later(daily.end), ..EditEvent::default() };
    let again = awa.client.edit_event(daily.id, view.version, &edit).await.expect("new dates");
    assert_eq!((again.postponed_at, mine(&awa, daily.id).await), (None, None));
}
