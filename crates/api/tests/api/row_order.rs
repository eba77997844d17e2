//! In which order rows are taken (`docs/decisions/0030-one-order-of-rows.md`): two who need the same rows at the same moment wait for each
//! other, never in a circle. SQLite has one writer at a time and no such question.
//!
//! One of the two is a transaction that is held open by hand at the worst place; the other one comes through the server.

use std::time::Instant;

use api::app::AppError;
use api::store::events::words::Which;
use api::store::news::Happened;
use api::store::outbox::{self, Task};
use api::store::{self, StoreError, Tx};
use chrono::TimeDelta;
use domain::conversation::{ThingKind, ThingRef};
use domain::event::{AnswerState, EditEvent, EventState, Reply};
use domain::id::{OfferId, TenantId};
use domain::leaving::{Leaving, LeavingWhy};
use domain::news::{NewsKind, ReadNews};
use domain::notice::NoticeKind;
use domain::offer::{Capacity, NewOffer, OfferView};
use domain::text::Title;

use crate::event_places::event_in_a_week;
use crate::events::{going, places, says, seen, two};
use crate::square_events::invite;
use crate::support::{PATIENCE, Person, Place, Toit, about, key, notice, offer_leg, on_postgres, to_everybody};

on_postgres!(
    a_host_and_the_clock_take_an_event_before_its_work,
    an_author_and_the_clock_take_a_notice_before_its_work,
    words_to_many_wait_for_whoever_holds_the_event,
    all_posts_of_a_block_are_taken_in_their_order,
    all_posts_of_somebody_who_leaves_are_taken_in_their_order,
    a_person_is_taken_before_an_event,
    news_are_read_in_the_order_in_which_they_are_told,
    hosts_guests_and_two_clocks_at_once_disturb_nobody,
    what_the_database_undid_is_tried_again,
);

/// Returns as soon as something waits for a row.
async fn somebody_waits(toit: &Toit) {
    let waits = "SELECT COUNT(*) AS n FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let begun = Instant::now();
    while toit.database().number(waits).await == 0 {
        assert!(begun.elapsed() < PATIENCE, "nobody waits");
    }
}

async fn begin(toit: &Toit) -> Tx {
    toit.app().store.begin().await.expect("a transaction")
}

/// What the clock did, while somebody who held a row of it went on in the middle.
async fn beside_the_clock(toit: &Toit, go_on: impl AsyncFnOnce()) -> Result<u64, AppError> {
    let (done, ()) = tokio::join!(toit.tick(), async {
        somebody_waits(toit).await;
        go_on().await;
    });
    done
}

async fn a_host_and_the_clock_take_an_event_before_its_work(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let id = invite(&awa, &event_in_a_week(toit, "Fête")).await.id;
    samir.client.answer_event(id, &going(0)).await.expect("he comes");
    toit.tick().await.expect("nothing is left for later");
    // At noon of the day before: its guests are to be reminded.
    toit.clock.advance(TimeDelta::days(6) + TimeDelta::hours(4));
    let tx = begin(toit).await;
    store::events::lock(&tx, id).await.expect("held").expect("it is there");
    let done = beside_the_clock(toit, async || {
        outbox::forget_task(&tx, Task::EventSoon, id.0).await.expect("the host goes on");
        tx.commit().await.expect("and ends");
    });
    assert_eq!(
        done.await.expect("the clock went on"),
        1,
        "the work was looked at, and there was nothing to do any more"
    );
}

async fn an_author_and_the_clock_take_a_notice_before_its_work(toit: &Toit) {
    let (awa, _) = two(toit).await;
    let posted = awa.tell(&notice(NoticeKind::Question, "Qui a une échelle ?")).await;
    toit.tick().await.expect("nothing is left for later");
    toit.clock.advance(posted.expires_at - toit.now());
    let tx = begin(toit).await;
    let before = store::notices::load(&tx, posted.id).await.expect("read").expect("it is there");
    let after = before.clone().withdraw().expect("hers");
    store::notices::save(&tx, &after, before.version).await.expect("held");
    let done = beside_the_clock(toit, async || {
        outbox::forget(&tx, posted.id.0).await.expect("the author goes on");
        tx.commit().await.expect("and ends");
    });
    assert!(done.await.expect("the clock went on") > 0, "the work was looked at, and there was nothing to do any more");
}

fn place_offered(id: domain::id::EventId, toit: &Toit) -> Happened {
    let about = ThingRef { kind: ThingKind::Event, id: id.0 };
    Happened { about, kind: NewsKind::EventPlaceOffered, by: None, date: None, at: toit.now() }
}

async fn words_to_many_wait_for_whoever_holds_the_event(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::A).await;
    let id = invite(&awa, &event_in_a_week(toit, "Fête")).await.id;
    for guest in [&samir, &lina] {
        guest.client.answer_event(id, &going(0)).await.expect("comes");
    }
    let happened = place_offered(id, toit);
    let mut line: Vec<TenantId> = vec![samir.id(), lina.id()];
    line.sort_unstable();
    let tx = begin(toit).await;
    for &guest in &line {
        store::news::tell(&tx, toit.clock.id(), guest, &happened).await.expect("told once before");
    }
    let event = store::events::lock(&tx, id).await.expect("held").expect("it is there");
    let words = toit.clock.id();
    let which = Which::All(toit.now());
    let whom = store::events::words::Whom { answers: &[AnswerState::Going], hosts: false, by: None };
    store::events::words::keep(&tx, words, (&event, id), NewsKind::EventChanged, which, whom).await.expect("kept");
    outbox::ask(&tx, toit.clock.id(), Task::EventWord, words, toit.now()).await.expect("asked for");
    tx.commit().await.expect("both are to be told that it has changed");
    // Meanwhile places are offered, in the order of the waiting list: not that of the ids.
    let tx = begin(toit).await;
    store::events::lock(&tx, id).await.expect("held").expect("it is there");
    store::news::tell(&tx, toit.clock.id(), line[1], &happened).await.expect("told");
    let done = beside_the_clock(toit, async || {
        store::news::tell(&tx, toit.clock.id(), line[0], &happened).await.expect("told as well");
        tx.commit().await.expect("and ends");
    });
    assert_eq!(done.await.expect("the clock went on"), 1, "all were told");
    assert_eq!(toit.count("event_words").await, 0);
}

async fn wide(author: &Person, title: &str) -> OfferView {
    let capacity = Capacity::parse(5).expect("five");
    author.post(&NewOffer { capacity, ..author.services.offer(title) }).await
}

/// Two agreements of Awa with Samir, the earlier one about the later post; the posts in the order of their ids.
async fn two_agreements(toit: &Toit) -> (Person, Person, [OfferId; 2]) {
    let (awa, samir) = two(toit).await;
    let mut posts = [wide(&samir, "Lecture").await, wide(&samir, "Bricolage").await];
    posts.sort_by_key(|post| post.id);
    for post in posts.iter().rev() {
        awa.take(post, &samir).await.expect("agreed");
    }
    (awa, samir, posts.map(|post| post.id))
}

/// Holds a post as an agreement does that takes a place of it.
async fn hold(tx: &Tx, post: OfferId) {
    let offer = store::offers::load(tx, post).await.expect("read").expect("it is there");
    let read = offer.version;
    store::offers::save(tx, &offer.take_place().expect("a place"), read).await.expect("taken");
}

async fn all_posts_of_a_block_are_taken_in_their_order(toit: &Toit) {
    let (awa, samir, [first, second]) = two_agreements(toit).await;
    let tx = begin(toit).await;
    hold(&tx, first).await;
    let (blocked, ()) = tokio::join!(awa.client.block_neighbour(samir.id()), async {
        somebody_waits(toit).await;
        hold(&tx, second).await;
        tx.commit().await.expect("an agreement about both");
    });
    blocked.expect("and after it the block");
    for post in [first, second] {
        assert_eq!(samir.client.get_offer(post).await.expect("his").places_left, 4, "one is taken, one came back");
    }
}

async fn all_posts_of_somebody_who_leaves_are_taken_in_their_order(toit: &Toit) {
    let (awa, samir, [first, second]) = two_agreements(toit).await;
    awa.ask_to_leave(domain::leaving::LeaveWhen::Now).await;
    let tx = begin(toit).await;
    hold(&tx, first).await;
    let done = beside_the_clock(toit, async || {
        hold(&tx, second).await;
        tx.commit().await.expect("an agreement about both");
    });
    done.await.expect("the clock went on");
    assert_eq!(toit.count("tenants").await, 1, "she was erased at once, not at another round");
    for post in [first, second] {
        assert_eq!(samir.client.get_offer(post).await.expect("his").places_left, 4, "one is taken, one came back");
    }
}

async fn a_person_is_taken_before_an_event(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let id = invite(&awa, &event_in_a_week(toit, "Fête")).await.id;
    samir.client.answer_event(id, &going(0)).await.expect("he comes");
    let tx = begin(toit).await;
    let leaving = Leaving { at: toit.now() + TimeDelta::days(7), why: LeavingWhy::Asked };
    assert!(store::leaving::begin(&tx, awa.id(), leaving, None).await.expect("she asks to leave"));
    let talk = to_everybody(about(ThingKind::Event, id.0), "Qui apporte des chaises ?");
    let key = key();
    let (begun, ()) = tokio::join!(awa.client.start_conversation(&talk, &key), async {
        somebody_waits(toit).await;
        store::events::hide(&tx, awa.id(), true).await.expect("her events are hidden");
        tx.commit().await.expect("and she is on her way");
    });
    begun.expect("what she began in another tab is there");
}

async fn news_are_read_in_the_order_in_which_they_are_told(toit: &Toit) {
    let (awa, _) = two(toit).await;
    let mut notices = Vec::new();
    for title in ["Un", "Deux", "Trois", "Quatre"] {
        notices.push(awa.tell(&notice(NoticeKind::Question, title)).await.id);
    }
    notices.sort_unstable();
    let told = |n: usize| {
        let about = ThingRef { kind: ThingKind::Notice, id: notices[n].0 };
        Happened { about, kind: NewsKind::NoticeAlike, by: None, date: None, at: toit.now() }
    };
    let tx = begin(toit).await;
    for n in [3, 1, 2, 0] {
        store::news::tell(&tx, toit.clock.id(), awa.id(), &told(n)).await.expect("told");
    }
    tx.commit().await.expect("four lines");
    let tx = begin(toit).await;
    store::news::tell(&tx, toit.clock.id(), awa.id(), &told(0)).await.expect("told");
    let all = ReadNews { about: None, up_to: None, lines: None };
    let (read, ()) = tokio::join!(awa.client.read_news(&all), async {
        somebody_waits(toit).await;
        for n in 1..4 {
            store::news::tell(&tx, toit.clock.id(), awa.id(), &told(n)).await.expect("told");
        }
        tx.commit().await.expect("four lines anew");
    });
    read.expect("read");
}

/// Commits if it has got what it asked for; the database may have ended this transaction instead of the other one.
async fn goes_on(tx: Tx, got: Result<(), StoreError>) -> bool {
    match got {
        Ok(()) => tx.commit().await.is_ok(),
        Err(StoreError::Crossed(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

/// A conversation is begun while somebody takes the event, and then the person. Whether the server was interrupted by it.
async fn a_talk_is_interrupted(toit: &Toit, awa: &Person, samir: &Person) -> bool {
    let id = invite(awa, &event_in_a_week(toit, "Fête")).await.id;
    samir.client.answer_event(id, &going(0)).await.expect("he comes");
    let before = toit.count("messages").await;
    let tx = begin(toit).await;
    store::events::lock(&tx, id).await.expect("held").expect("it is there");
    let talk = to_everybody(about(ThingKind::Event, id.0), "Qui apporte des chaises ?");
    let key = key();
    let (begun, interrupted) = tokio::join!(awa.client.start_conversation(&talk, &key), async {
        somebody_waits(toit).await;
        let got = store::blocks::hold_all(&tx, &[awa.id()]).await.map(drop);
        goes_on(tx, got).await
    });
    begun.expect("begun, at the second try when it was interrupted");
    assert_eq!(toit.count("messages").await, before + 1);
    interrupted
}

/// An exchange is agreed to while somebody takes its post, and then the exchange.
async fn an_agreement_is_interrupted(toit: &Toit, awa: &Person, samir: &Person) -> bool {
    let post = wide(samir, "Lecture").await;
    let barter = awa.propose(vec![offer_leg(samir, awa, &post)]).await;
    let tx = begin(toit).await;
    hold(&tx, post.id).await;
    let (agreed, interrupted) = tokio::join!(samir.client.consent_to_barter(barter.id, 1), async {
        somebody_waits(toit).await;
        let got = store::hold::barters(&tx, &[barter.id]).await;
        goes_on(tx, got).await
    });
    agreed.expect("agreed, at the second try when it was interrupted");
    let taken = 1 + u8::from(interrupted);
    assert_eq!(samir.client.get_offer(post.id).await.expect("his").places_left, 5 - taken);
    interrupted
}

/// Where rows are taken in another order after all, the database ends one of the two transactions: mostly the one that waits for longer, and
/// it is tried until that was the server's.
async fn what_the_database_undid_is_tried_again(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let begun = Instant::now();
    while !a_talk_is_interrupted(toit, &awa, &samir).await {
        assert!(begun.elapsed() < PATIENCE, "never the server");
    }
    while !an_agreement_is_interrupted(toit, &awa, &samir).await {
        assert!(begun.elapsed() < PATIENCE, "never the server");
    }
}

async fn hosts_guests_and_two_clocks_at_once_disturb_nobody(toit: &Toit) {
    const ROUNDS: usize = 12;
    let other = toit.one_more_server().await;
    let (awa, samir) = two(toit).await;
    let (lina, marc) = (toit.neighbour("Lina", Place::A).await, toit.neighbour("Marc", Place::B).await);
    let new = domain::event::NewEvent { places: places(1), ..event_in_a_week(toit, "Fête") };
    let id = invite(&awa, &new).await.id;
    for n in 0..ROUNDS {
        let version = seen(&awa, id).await.version;
        let edit = EditEvent {
            title: Title::parse(format!("Fête {n}")).ok(),
            places: Some(places(1 + u16::try_from(n % 3).expect("few"))),
            ..EditEvent::default()
        };
        let (yes, no, perhaps) = (going(0), says(Reply::Declined), says(Reply::Maybe));
        let (one, two) = if n % 2 == 0 { (&yes, &no) } else { (&no, &yes) };
        let all = ReadNews { about: None, up_to: None, lines: None };
        let (edited, a, b, c, read, here, there) = tokio::join!(
            awa.client.edit_event(id, version, &edit),
            samir.client.answer_event(id, one),
            lina.client.answer_event(id, two),
            marc.client.answer_event(id, if n % 3 == 0 { &perhaps } else { &yes }),
            lina.client.read_news(&all),
            toit.tick(),
            other.tick(),
        );
        edited.expect("edited");
        for answered in [a, b, c] {
            answered.expect("answered");
        }
        read.expect("read");
        here.and(there).expect("both do what is due");
    }
    let perhaps = says(Reply::Maybe);
    let (cancelled, a, b, here, there) = tokio::join!(
        awa.client.cancel_event(id, None),
        samir.client.answer_event(id, &perhaps),
        lina.client.answer_event(id, &perhaps),
        toit.tick(),
        other.tick(),
    );
    assert_eq!(cancelled.expect("cancelled").state, EventState::Cancelled);
    for answered in [a, b] {
        assert!(answered.is_ok() || answered.expect_err("too late").code().is_some_and(|c| c.status() < 500));
    }
    here.and(there).expect("both do what is due");
    toit.tick().await.expect("the last words");
    assert_eq!(toit.count("event_words").await, 0, "all were told");
    other.stop().await;
}
