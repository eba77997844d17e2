//! The waiting list: who is next gets places offered, for a day; silence gives them to the one after her.

use chrono::NaiveDate;
use domain::Timestamp;
use domain::event::{Event, EventState, EventTime, offer_until};
use domain::id::{EventId, TenantId};
use domain::news::NewsKind;
use uuid::Uuid;

use super::super::{App, AppError, news};
use super::words::about;
use crate::store::events::PlacesOfDate;
use crate::store::events::answers::{self, Counts, Found, Waits};
use crate::store::news::Happened;
use crate::store::outbox::{self, Task};
use crate::store::{self, Tx};

/// How many offers that nobody took are taken back at once.
const SOME: u64 = 200;
/// How many places are offered in one transaction.
const AT_ONCE: usize = 100;

async fn say(
    app: &App,
    tx: &Tx,
    event: EventId,
    (who, kind): (TenantId, NewsKind),
    date: NaiveDate,
) -> Result<(), AppError> {
    let (thing, id) = about(event);
    let about = domain::conversation::ThingRef { kind: thing, id };
    let happened = Happened { about, kind, by: None, date: Some(date), at: app.clock.now() };
    news::tell_all(app, tx, [who], &happened).await
}

/// Offers what is free on a date to those who are next; comes back soon when there are many. `counts` are kept by the caller.
pub(super) async fn look(
    app: &App,
    tx: &Tx,
    event: &Event,
    on: EventTime,
    counts: &mut Counts,
    now: Timestamp,
) -> Result<(), AppError> {
    if !event.offers(on, now) || counts.waiting == 0 {
        return Ok(());
    }
    let mut places = PlacesOfDate::new(tx, event, on.date, *counts);
    if places.room.left() == Some(0) {
        return Ok(());
    }
    let (mut line, mut made) = (places.line(None).await?, 0);
    while let Some(waits) = line.next(&mut places.room) {
        if made == AT_ONCE {
            outbox::ask(tx, app.clock.id(), Task::EventOffer, event.id.0, now).await?;
            break;
        }
        made += 1;
        let offered = waits.answer.offered(on, now);
        counts.replace(Some(&waits.answer), Some(&offered));
        let found = Found { answer: offered, position: waits.position };
        answers::put(tx, event.id, on.date, waits.who, &found, now).await?;
        say(app, tx, event.id, (waits.who, NewsKind::EventPlaceOffered), on.date).await?;
        if let Some(next) = places.behind(&waits).await? {
            line.follow(next.position, next, next.party());
        }
    }
    if made > 0 {
        outbox::ask(tx, app.clock.id(), Task::EventOffer, event.id.0, offer_until(on, now)).await?;
    }
    Ok(())
}

/// Looks who is next on each date: there may be more places.
pub(super) async fn look_everywhere(app: &App, tx: &Tx, event: &Event, now: Timestamp) -> Result<(), AppError> {
    let mut looked = false;
    for on in event.dates().into_iter().filter(|on| event.offers(*on, now)) {
        let before = answers::counts(tx, event.id, on.date).await?;
        let mut counts = before;
        look(app, tx, event, on, &mut counts, now).await?;
        if counts != before {
            answers::keep_counts(tx, event, on.date, counts).await?;
            looked = true;
        }
    }
    if looked {
        store::events::touch(tx, event.id).await?;
    }
    Ok(())
}

/// After an edit: what is offered holds until the date begins at the latest, and anew when the event was postponed.
pub(super) async fn hold_anew(
    app: &App,
    tx: &Tx,
    before: &Event,
    after: &Event,
    now: Timestamp,
) -> Result<(), AppError> {
    let resumes = before.state == EventState::Postponed && after.state == EventState::Published;
    if !resumes && before.dates() == after.dates() {
        return Ok(());
    }
    for on in after.dates().into_iter().filter(|on| after.offers(*on, now)) {
        let until = if resumes { offer_until(on, now) } else { on.starts_at };
        if answers::hold_offers(tx, after.id, on.date, until, !resumes).await? {
            outbox::ask(tx, app.clock.id(), Task::EventOffer, after.id.0, until).await?;
        }
    }
    Ok(())
}

/// Takes back what was offered and not taken, and looks who is next.
pub(in crate::app) async fn tick(app: &App, tx: &Tx, id: Uuid) -> Result<(), AppError> {
    let now = app.clock.now();
    let Some(event) = store::events::lock(tx, EventId(id)).await? else { return Ok(()) };
    let mut changed = false;
    for on in event.dates().into_iter().filter(|on| event.is_open(*on, now)) {
        let before = answers::counts(tx, event.id, on.date).await?;
        let mut counts = before;
        let late = answers::lapsed(tx, event.id, on.date, now, SOME).await?;
        for Waits { who, position, answer } in late.iter().copied().filter(|l| event.takes_back(on, &l.answer, now)) {
            let lapsed = answer.lapsed();
            counts.replace(Some(&answer), Some(&lapsed));
            answers::put(tx, event.id, on.date, who, &Found { answer: lapsed, position }, now).await?;
            store::conversations::join_event(tx, event.id, who).await?;
            say(app, tx, event.id, (who, NewsKind::EventPlaceLost), on.date).await?;
        }
        if late.len() as u64 == SOME {
            outbox::ask(tx, app.clock.id(), Task::EventOffer, id, now).await?;
        }
        look(app, tx, &event, on, &mut counts, now).await?;
        if counts != before {
            answers::keep_counts(tx, &event, on.date, counts).await?;
            changed = true;
        }
    }
    if changed {
        store::events::touch(tx, event.id).await?;
    }
    Ok(())
}
