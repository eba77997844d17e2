//! Places of events: who sits, who waits, who is next.

use api::store::events::answers;
use chrono::TimeDelta;
use domain::event::{AnswerState, EditEvent, EventView, NewEvent, Reply};
use domain::id::EventId;
use domain::news::NewsKind;
use domain::problem::ProblemCode;

use crate::events::{going, mine, places, says, seen, two};
use crate::square_events::{event, invite};
use crate::support::{Person, Place, Toit, code_of, on_both_databases};

on_both_databases!(
    two_people_want_the_last_place_at_once,
    many_people_at_once_never_take_more_than_there_is,
    whoever_waits_is_next_and_has_a_day_to_say_so,
    a_place_that_nobody_takes_goes_to_the_next_one,
    a_large_party_is_not_overtaken,
    nobody_is_thrown_out_when_there_are_fewer_places_and_more_places_are_offered,
    one_residence_has_its_share,
    an_answer_reads_no_more_however_many_wait,
    whoever_waits_is_next_when_the_beginning_is_moved_after_it_has_begun,
    guests_count,
    offers_end_when_the_event_begins_and_rest_while_it_is_postponed,
    whatever_people_do_the_places_hold,
);

async fn limited(toit: &Toit, host: &Person, n: u16) -> EventView {
    let guests = domain::event::Guests::parse(5).expect("five");
    invite(host, &NewEvent { places: places(n), guests, ..event_in_a_week(toit, "Fête") }).await
}

/// Far enough for offers to lapse before it begins.
pub fn event_in_a_week(toit: &Toit, title: &str) -> NewEvent {
    let new = event(toit, title);
    let later = |at: domain::moment::LocalTime| {
        domain::moment::LocalTime::parse(at.naive() + TimeDelta::days(6)).expect("a time")
    };
    NewEvent { start: later(new.start), end: later(new.end), ..new }
}

async fn people<const N: usize>(toit: &Toit) -> [Person; N] {
    let mut all = Vec::new();
    for n in 0..N {
        let place = [Place::A, Place::B, Place::C][n % 3];
        all.push(toit.neighbour(["Lina", "Marc", "Nour", "Omar", "Paul", "Rosa"][n % 6], place).await);
    }
    all.try_into().unwrap_or_else(|_| panic!("as many as wanted"))
}

async fn goes(person: &Person, id: EventId, guests: u8) -> AnswerState {
    let view = person.client.answer_event(id, &going(guests)).await.expect("answered");
    view.dates[0].my_answer.expect("hers").answer
}

async fn waits_at(person: &Person, id: EventId) -> Option<u32> {
    seen(person, id).await.dates[0].my_answer.and_then(|a| a.place_in_line)
}

async fn counts(person: &Person, id: EventId) -> (u32, u32) {
    let on = seen(person, id).await.dates[0];
    (on.taken, on.waiting)
}

async fn last_news(person: &Person) -> Option<NewsKind> {
    person.client.list_news(None).await.expect("her news").items.first().map(|n| n.kind)
}

async fn two_people_want_the_last_place_at_once(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    for _ in 0..4 {
        let id = limited(toit, &awa, 1).await.id;
        let answer = going(0);
        let (one, other) = tokio::join!(samir.client.answer_event(id, &answer), lina.client.answer_event(id, &answer));
        let state = |view: EventView| view.dates[0].my_answer.expect("an answer").answer;
        let mut states = [state(one.expect("answered")), state(other.expect("answered"))].map(AnswerState::as_str);
        states.sort_unstable();
        assert_eq!(states, ["going", "waitlisted"]);
        assert_eq!(counts(&awa, id).await, (1, 1));
    }
}

async fn many_people_at_once_never_take_more_than_there_is(toit: &Toit) {
    let (awa, _) = two(toit).await;
    let id = limited(toit, &awa, 5).await.id;
    let tasks: Vec<_> = people::<9>(toit)
        .await
        .map(|person| {
            tokio::spawn(async move {
                person.client.answer_event(id, &going(1)).await.expect("answered");
                person
            })
        })
        .into();
    let mut line = Vec::new();
    let mut seated = 0;
    for task in tasks {
        let person = task.await.expect("no panic");
        seated += u32::from(mine(&person, id).await == Some(AnswerState::Going));
        line.extend(waits_at(&person, id).await);
    }
    line.sort_unstable();
    assert_eq!((seated, line), (2, (1..=7).collect()), "two pairs sit, seven wait in one line");
    assert_eq!(counts(&awa, id).await, (4, 7));
}

async fn whoever_waits_is_next_and_has_a_day_to_say_so(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = people(toit).await;
    let id = limited(toit, &awa, 1).await.id;
    assert_eq!(goes(&samir, id, 0).await, AnswerState::Going);
    assert_eq!(goes(&lina, id, 0).await, AnswerState::Waitlisted);
    assert_eq!(goes(&marc, id, 0).await, AnswerState::Waitlisted);
    assert_eq!((waits_at(&lina, id).await, waits_at(&marc, id).await), (Some(1), Some(2)));
    samir.client.answer_event(id, &says(Reply::Declined)).await.expect("he leaves a full event");
    let hers = seen(&lina, id).await.dates[0].my_answer.expect("hers");
    assert_eq!((hers.answer, hers.offer_until), (AnswerState::Offered, Some(toit.now() + TimeDelta::hours(24))));
    assert_eq!(last_news(&lina).await, Some(NewsKind::EventPlaceOffered));
    assert_eq!((counts(&awa, id).await, waits_at(&marc, id).await), ((1, 1), Some(1)));
    assert_eq!(goes(&samir, id, 0).await, AnswerState::Waitlisted, "a held place is not free");
    toit.wait(TimeDelta::hours(23)).await;
    assert_eq!(goes(&lina, id, 0).await, AnswerState::Going);
    toit.wait(TimeDelta::hours(2)).await;
    assert_eq!(mine(&lina, id).await, Some(AnswerState::Going));
    lina.client.answer_event(id, &says(Reply::Declined)).await.expect("not after all");
    marc.client.answer_event(id, &says(Reply::Declined)).await.expect("he neither");
    assert_eq!(mine(&samir, id).await, Some(AnswerState::Offered), "what is declined goes on at once");
}

async fn a_place_that_nobody_takes_goes_to_the_next_one(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = people(toit).await;
    let id = limited(toit, &awa, 1).await.id;
    for person in [&samir, &lina, &marc] {
        goes(person, id, 0).await;
    }
    samir.client.answer_event(id, &says(Reply::Maybe)).await.expect("perhaps");
    toit.wait(TimeDelta::hours(24)).await;
    assert_eq!(mine(&lina, id).await, Some(AnswerState::Maybe), "silence gives it back");
    assert_eq!(last_news(&lina).await, Some(NewsKind::EventPlaceLost));
    assert_eq!(
        (mine(&marc, id).await, last_news(&marc).await),
        (Some(AnswerState::Offered), Some(NewsKind::EventPlaceOffered))
    );
    assert_eq!(goes(&lina, id, 0).await, AnswerState::Waitlisted, "she is the last now");
    toit.wait(TimeDelta::hours(24)).await;
    assert_eq!(mine(&lina, id).await, Some(AnswerState::Offered));
    assert_eq!(counts(&awa, id).await, (1, 0));
    assert_eq!(toit.count("outbox WHERE kind = 'event_offer'").await, 1, "one look at a time");
}

async fn a_large_party_is_not_overtaken(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc] = people(toit).await;
    let id = limited(toit, &awa, 6).await.id;
    goes(&samir, id, 3).await;
    assert_eq!(goes(&lina, id, 3).await, AnswerState::Waitlisted, "four do not sit on two");
    assert_eq!(goes(&marc, id, 0).await, AnswerState::Waitlisted, "though one would");
    samir.client.answer_event(id, &going(2)).await.expect("one guest less");
    assert_eq!(counts(&awa, id).await, (3, 2));
    samir.client.answer_event(id, &going(1)).await.expect("and another");
    assert_eq!(mine(&lina, id).await, Some(AnswerState::Offered));
    assert_eq!(mine(&marc, id).await, Some(AnswerState::Waitlisted));
    lina.client.answer_event(id, &going(2)).await.expect("she comes with two");
    assert_eq!(mine(&marc, id).await, Some(AnswerState::Offered));
    assert_eq!(counts(&awa, id).await, (6, 0));
}

async fn nobody_is_thrown_out_when_there_are_fewer_places_and_more_places_are_offered(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, marc, nour] = people(toit).await;
    let made = limited(toit, &awa, 2).await;
    let id = made.id;
    for person in [&samir, &lina, &marc, &nour] {
        goes(person, id, 0).await;
    }
    let room = |n| EditEvent { places: Some(places(n)), ..EditEvent::default() };
    let fewer = awa.client.edit_event(id, made.version, &room(1)).await.expect("fewer places");
    assert_eq!((fewer.dates[0].taken, fewer.dates[0].waiting, fewer.places), (2, 2, places(1)));
    assert_eq!(mine(&lina, id).await, Some(AnswerState::Going));
    samir.client.answer_event(id, &says(Reply::Declined)).await.expect("not after all");
    assert_eq!(mine(&marc, id).await, Some(AnswerState::Waitlisted), "one too many is gone: nobody comes in for him");
    let more = awa.client.edit_event(id, fewer.version, &room(3)).await.expect("more places");
    assert_eq!((more.dates[0].taken, more.dates[0].waiting), (3, 0));
    for person in [&marc, &nour] {
        assert_eq!(mine(person, id).await, Some(AnswerState::Offered));
    }
    let open = EditEvent { places: Some(None), ..EditEvent::default() };
    awa.client.edit_event(id, more.version, &open).await.expect("for all who come");
    assert_eq!(goes(&samir, id, 5).await, AnswerState::Going);
}

async fn one_residence_has_its_share(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let new = NewEvent { places: places(10), places_per_residence: places(2), ..event_in_a_week(toit, "Fête") };
    let id = invite(&awa, &new).await.id;
    let (lina, marc, nour) = (
        toit.neighbour("Lina", Place::A).await,
        toit.neighbour("Marc", Place::A).await,
        toit.neighbour("Nour", Place::A).await,
    );
    goes(&awa, id, 0).await;
    goes(&lina, id, 0).await;
    for (n, person) in [&marc, &nour].into_iter().enumerate() {
        assert_eq!(goes(person, id, 0).await, AnswerState::Waitlisted, "A has its two");
        assert_eq!(waits_at(person, id).await, u32::try_from(n + 1).ok());
    }
    assert_eq!(goes(&samir, id, 0).await, AnswerState::Going, "they hold up nobody of another residence");
    lina.client.answer_event(id, &says(Reply::Declined)).await.expect("not after all");
    assert_eq!(mine(&marc, id).await, Some(AnswerState::Offered));
    assert_eq!(mine(&nour, id).await, Some(AnswerState::Waitlisted));
    assert_eq!(counts(&awa, id).await, (3, 1));
}

/// Neighbours of somebody, who wait for a date after all others.
async fn many_wait(toit: &Toit, of: &Person, id: EventId, many: std::ops::Range<usize>) {
    let store = &toit.app().store;
    let tx = store.begin().await.expect("a transaction");
    let like = api::store::tenants::find(&tx, of.id()).await.expect("found").expect("her");
    let event = api::store::events::lock(&tx, id).await.expect("found").expect("the event");
    let date = event.start.date();
    let new = |n| api::store::tenants::Tenant {
        id: domain::id::TenantId(toit.clock.id()),
        first_name: domain::tenant::FirstName::parse(crate::blocks::name(n)).expect("a first name"),
        sign_in_name: format!("voisine-{}", crate::blocks::name(n)),
        tombstone: uuid::Uuid::from_u128(n as u128),
        ..like.clone()
    };
    let new: Vec<_> = many.map(new).collect();
    api::store::tenants::insert_many(&tx, &new).await.expect("inserted");
    let mut counts = answers::counts(&tx, id, date).await.expect("counted");
    let (state, guests) = (AnswerState::Waitlisted, domain::event::Guests::NONE);
    let answer = domain::event::Answer { state, guests, residence: of.me.residence.id, offer_until: None };
    for person in new {
        let found = answers::Found { answer, position: toit.clock.id() };
        answers::put(&tx, id, date, person.id, &found, toit.now()).await.expect("she waits");
        counts.replace(None, Some(&answer));
    }
    answers::keep_counts(&tx, &event, date, counts).await.expect("kept");
    tx.commit().await.expect("they wait");
}

async fn an_answer_reads_no_more_however_many_wait(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina, _, far] = people(toit).await;
    let new = NewEvent { places: places(10), places_per_residence: places(2), ..event_in_a_week(toit, "Fête") };
    let id = invite(&awa, &new).await.id;
    for person in [&awa, &lina, &samir] {
        goes(person, id, 0).await;
    }
    let next = [toit.neighbour("Nour", Place::A).await, toit.neighbour("Omar", Place::A).await];
    assert_eq!(goes(&next[0], id, 0).await, AnswerState::Waitlisted);
    let heard = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let ear = std::sync::Arc::clone(&heard);
    toit.app().store.watch_statements(move |it| {
        let reads = usize::from(it.sql.contains("event_answers"));
        ear.fetch_add(reads, std::sync::atomic::Ordering::Relaxed);
    });
    let statements = async |person: &Person, answer: Reply, becomes: AnswerState| {
        heard.store(0, std::sync::atomic::Ordering::Relaxed);
        let view = person.client.answer_event(id, &says(answer)).await.expect("answered");
        assert_eq!(view.dates[0].my_answer.map(|a| a.answer), Some(becomes));
        heard.load(std::sync::atomic::Ordering::Relaxed)
    };
    statements(&far, Reply::Declined, AnswerState::Declined).await;
    let mut all = Vec::new();
    for many in [0..1, 1..901] {
        many_wait(toit, &awa, id, many).await;
        let of_far = statements(&far, Reply::Going, AnswerState::Going).await;
        let of_same = statements(&next[1], Reply::Going, AnswerState::Waitlisted).await;
        let back = statements(&next[1], Reply::Declined, AnswerState::Declined).await;
        let passed_over = statements(&samir, Reply::Declined, AnswerState::Declined).await;
        all.push([of_far, of_same, back, passed_over]);
        statements(&far, Reply::Declined, AnswerState::Declined).await;
        statements(&samir, Reply::Going, AnswerState::Going).await;
    }
    assert_eq!(all[0], all[1], "as many with nine hundred more in line");
    assert_eq!((counts(&awa, id).await, waits_at(&next[0], id).await), ((3, 902), Some(1)));
    lina.client.answer_event(id, &says(Reply::Declined)).await.expect("not after all");
    assert_eq!(mine(&next[0], id).await, Some(AnswerState::Offered), "the first of them all");
    assert_eq!(counts(&awa, id).await, (3, 901));
}

async fn whoever_waits_is_next_when_the_beginning_is_moved_after_it_has_begun(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina] = people(toit).await;
    let made = limited(toit, &awa, 1).await;
    goes(&samir, made.id, 0).await;
    goes(&lina, made.id, 0).await;
    toit.wait(made.starts_at - toit.now() + TimeDelta::minutes(10)).await;
    samir.client.answer_event(made.id, &says(Reply::Declined)).await.expect("not after all");
    assert_eq!(mine(&lina, made.id).await, Some(AnswerState::Waitlisted), "it has begun: whoever comes sits");
    let later = |at: domain::moment::LocalTime| {
        domain::moment::LocalTime::parse(at.naive() + TimeDelta::hours(1)).expect("a time")
    };
    let edit = EditEvent { start: Some(later(made.start)), end: Some(later(made.end)), ..EditEvent::default() };
    awa.client.edit_event(made.id, made.version, &edit).await.expect("an hour later");
    assert_eq!(mine(&lina, made.id).await, Some(AnswerState::Offered));
    assert_eq!(counts(&awa, made.id).await, (1, 0));
}

async fn guests_count(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = limited(toit, &awa, 4).await;
    let id = made.id;
    assert_eq!(goes(&samir, id, 2).await, AnswerState::Going);
    assert_eq!(counts(&awa, id).await, (3, 0));
    let more = samir.client.answer_event(id, &going(4)).await;
    assert!(more.is_err(), "five do not fit on four");
    assert_eq!(goes(&awa, id, 0).await, AnswerState::Going);
    assert_eq!(code_of(samir.client.answer_event(id, &going(3)).await), ProblemCode::EventFull);
    assert_eq!(counts(&awa, id).await, (4, 0), "what stood before still stands");
    samir.client.answer_event(id, &going(0)).await.expect("alone");
    assert_eq!(counts(&awa, id).await, (2, 0));
    let none = EditEvent { guests: Some(domain::event::Guests::NONE), ..EditEvent::default() };
    awa.client.edit_event(id, made.version, &none).await.expect("no guests");
    assert!(samir.client.answer_event(id, &going(1)).await.is_err());
    assert_eq!(goes(&samir, id, 0).await, AnswerState::Going);
}

async fn offers_end_when_the_event_begins_and_rest_while_it_is_postponed(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let [lina] = people(toit).await;
    let made = invite(&awa, &NewEvent { places: places(1), ..event(toit, "Demain") }).await;
    let id = made.id;
    goes(&samir, id, 0).await;
    goes(&lina, id, 0).await;
    toit.wait(made.starts_at - toit.now() - TimeDelta::hours(3)).await;
    samir.client.answer_event(id, &says(Reply::Declined)).await.expect("not after all");
    let until = seen(&lina, id).await.dates[0].my_answer.expect("hers").offer_until;
    assert_eq!(until, Some(made.starts_at), "not beyond its beginning");
    awa.client.postpone_event(id).await.expect("postponed");
    toit.wait_days(3).await;
    assert_eq!(mine(&lina, id).await, Some(AnswerState::Offered), "meanwhile silence means nothing");
    let new = event_in_a_week(toit, "x");
    let again = EditEvent { start: Some(new.start), end: Some(new.end), ..EditEvent::default() };
    let version = seen(&awa, id).await.version;
    awa.client.edit_event(id, version, &again).await.expect("a new date");
    let until = seen(&lina, id).await.dates[0].my_answer.expect("hers").offer_until;
    assert_eq!(until, Some(toit.now() + TimeDelta::hours(24)), "a new day to say so");
    toit.wait(TimeDelta::hours(24)).await;
    assert_eq!((mine(&lina, id).await, counts(&awa, id).await), (Some(AnswerState::Maybe), (0, 0)));
}

/// A small generator of numbers, always the same.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

async fn whatever_people_do_the_places_hold(toit: &Toit) {
    let (awa, _) = two(toit).await;
    let six = people::<6>(toit).await;
    let mut room = 5;
    let share = 4;
    let guests = domain::event::Guests::parse(3).expect("three");
    let new =
        NewEvent {
            places: places(room), places_per_residence: places(share), guests, ..event_in_a_week(toit, "Fête")
        };
    let id = invite(&awa, &new).await.id;
    let mut draw = Draw(20_261_123);
    let mut line: Vec<usize> = Vec::new();
    for step in 0..120 {
        let n = usize::try_from(draw.below(6)).expect("one of six");
        let before = counts(&awa, id).await.0;
        let joins = match draw.below(12) {
            0 => {
                room = 2 + u16::try_from(draw.below(7)).expect("a few");
                let version = seen(&awa, id).await.version;
                let edit = EditEvent { places: Some(places(room)), ..EditEvent::default() };
                awa.client.edit_event(id, version, &edit).await.expect("other places");
                false
            }
            1 => {
                toit.wait(TimeDelta::minutes(50)).await;
                false
            }
            2..=4 => {
                let reply = if draw.below(2) == 0 { Reply::Maybe } else { Reply::Declined };
                six[n].client.answer_event(id, &says(reply)).await.expect("always possible");
                false
            }
            _ => {
                let guests = u8::try_from(draw.below(4)).expect("a few");
                six[n].client.answer_event(id, &going(guests)).await.is_ok()
            }
        };
        let (taken, waiting) = counts(&awa, id).await;
        let (mut seated, mut waits) = (0, Vec::new());
        for (n, person) in six.iter().enumerate() {
            let Some(hers) = seen(person, id).await.dates[0].my_answer else { continue };
            match hers.answer {
                AnswerState::Going | AnswerState::Offered => seated += hers.guests.party(),
                AnswerState::Waitlisted => {
                    waits.push((hers.place_in_line.expect("a place in line"), n, hers.guests.party()))
                }
                AnswerState::Maybe | AnswerState::Declined => assert_eq!(hers.guests.party(), 1),
            }
        }
        waits.sort_unstable();
        assert_eq!(taken, seated, "step {step}: what is counted is what is there");
        assert_eq!(u32::try_from(waits.len()), Ok(waiting), "step {step}");
        assert!(taken <= u32::from(room).max(before), "step {step}: {taken} of {room}");
        assert_eq!(waits.iter().map(|w| w.0).collect::<Vec<_>>(), (1..=waiting).collect::<Vec<_>>(), "step {step}");
        // Those who waited before and still do stand in the order in which they did; only whoever joins comes last.
        let now: Vec<usize> = waits.iter().map(|w| w.1).collect();
        let stayed: Vec<usize> = line.iter().copied().filter(|p| now.contains(p) && !(joins && *p == n)).collect();
        let still: Vec<usize> = now.iter().copied().filter(|p| stayed.contains(p)).collect();
        assert_eq!(still, stayed, "step {step}: the line keeps its order");
        line = now;
    }
}
