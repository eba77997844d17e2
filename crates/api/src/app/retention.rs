//! What is kept for a time only, and accounts that nobody uses or whose lease has ended.

use chrono::TimeDelta;
use domain::Timestamp;
use domain::id::TenantId;
use domain::leaving::{LEASE_NOTICE_DAYS, Leaving, LeavingWhy, UNUSED_DAYS, WARNING_DAYS};
use domain::notice::EXPIRED_DAYS;

use super::idempotency::KEPT_HOURS;
use super::own_data::ACCESS_DAYS;
use super::tokens::SESSION_DAYS;
use super::{App, AppError, leaving, photos};
use crate::store::outbox::{self, Task};
use crate::store::{self, Tx};

/// How often it is looked for what is too old.
const SWEEP_MINUTES: i64 = 60;
/// How long those who are left remember that they knew somebody who has left.
const DEPARTURE_DAYS: i64 = 730;
/// How long news are kept.
const NEWS_DAYS: i64 = 90;
/// Tombstones of so many last days are looked at again, in case another server wrote them.
const LEDGER_DAYS: i64 = 3;
/// How many accounts, or notices, are looked at together.
const BATCH: u64 = 200;

/// When it was last looked for what is too old.
#[derive(Debug, Default)]
pub struct Swept(std::sync::Mutex<Option<Timestamp>>);

impl Swept {
    /// Whether it is time again; then the next time is an hour later.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let mut last = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // A clock that was set back must not stop it for long.
        let due = last.is_none_or(|l| now < l || now >= l + TimeDelta::minutes(SWEEP_MINUTES));
        if due {
            *last = Some(now);
        }
        due
    }
}

/// Forgets what is kept for a time only, and warns or notes whose account is going to end.
///
/// # Errors
/// When the database or the ledger does not answer.
pub async fn sweep(app: &App) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    store::idempotency::sweep(&tx, now - TimeDelta::hours(KEPT_HOURS)).await?;
    // As long as a session may go on, the second use of one of its tokens ends it.
    store::sessions::sweep(&tx, now, now - TimeDelta::days(SESSION_DAYS)).await?;
    store::leaving::sweep_departures(&tx, now - TimeDelta::days(DEPARTURE_DAYS)).await?;
    store::receipts::sweep(&tx, now).await?;
    store::rings::sweep(&tx, now).await?;
    store::accesses::sweep(&tx, now - TimeDelta::days(ACCESS_DAYS)).await?;
    store::news::sweep(&tx, now - TimeDelta::days(NEWS_DAYS)).await?;
    tx.commit().await?;
    while withdraw_some(app).await? {}
    app.store.take_down_over(now).await;
    leaving::copy_to_ledger(app, now - TimeDelta::days(LEDGER_DAYS)).await?;
    leases(app).await?;
    for n in 0..WARNING_DAYS.len() {
        while warn_some(app, n).await? {}
    }
    Ok(())
}

/// Withdraws some of the notices that have been over for long; false when there are none left.
async fn withdraw_some(app: &App) -> Result<bool, AppError> {
    let before = app.clock.now() - TimeDelta::days(EXPIRED_DAYS);
    let tx = app.store.begin().await?;
    let (some, pictures) = store::notices::withdraw_expired(&tx, before, BATCH).await?;
    tx.commit().await?;
    photos::take_off(app, pictures).await;
    Ok(some > 0)
}

/// Notes whose lease has ended, and takes back what was noted of those whose household is on the roll again.
async fn leases(app: &App) -> Result<(), AppError> {
    let now = app.clock.now();
    loop {
        let ended = store::leaving::lease_ended(&*app.store, now, BATCH).await?;
        if ended.is_empty() {
            break;
        }
        let tx = app.store.begin().await?;
        let notice = Leaving { at: now + TimeDelta::days(LEASE_NOTICE_DAYS), why: LeavingWhy::LeaseEnded };
        for id in ended {
            note(app, &tx, id, notice).await?;
        }
        tx.commit().await?;
    }
    loop {
        let back = store::leaving::lease_is_back(&*app.store, now, BATCH).await?;
        if back.is_empty() {
            return Ok(());
        }
        // One after the other: no second person is taken when the posts of one are.
        for id in back {
            let tx = app.store.begin().await?;
            leaving::stop(&tx, id).await?;
            tx.commit().await?;
        }
    }
}

async fn note(app: &App, tx: &Tx, id: TenantId, notice: Leaving) -> Result<(), AppError> {
    if store::leaving::begin(tx, id, notice, None).await? {
        outbox::ask(tx, app.clock.id(), Task::Leave, id.0, notice.at).await?;
    }
    Ok(())
}

/// Gives some of those whose account lies unused their first or second warning; false when there is nobody left to warn.
async fn warn_some(app: &App, n: usize) -> Result<bool, AppError> {
    let now = app.clock.now();
    let warning = u8::try_from(n + 1).unwrap_or(u8::MAX);
    let mut unused = store::leaving::unused(&*app.store, now - TimeDelta::days(WARNING_DAYS[n]), n, BATCH).await?;
    // In the order of their ids, so that this and a block never wait for each other.
    unused.sort_unstable_by_key(|(id, _)| *id);
    let tx = app.store.begin().await?;
    for &(id, last_seen) in &unused {
        store::leaving::warned(&tx, id, warning).await?;
        // A server that was off for months must not warn and erase on one day.
        let notice = TimeDelta::days(UNUSED_DAYS - WARNING_DAYS[n]);
        let at = (last_seen + TimeDelta::days(UNUSED_DAYS)).max(now + notice);
        note(app, &tx, id, Leaving { at, why: LeavingWhy::Unused }).await?;
    }
    tx.commit().await?;
    Ok(!unused.is_empty())
}
