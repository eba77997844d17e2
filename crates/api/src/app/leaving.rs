//! Leaving: asked with the password, at once or after a pause; erased in small steps, each a transaction, so that a server that is
//! killed in the middle goes on where it was.

use chrono::TimeDelta;
use domain::Timestamp;
use domain::barter::Barter;
use domain::id::TenantId;
use domain::leaving::{Leave, Leaving, LeavingWhy, Neighbour, RECEIPT_DAYS, ReceiptState, ReceiptToken};
use domain::leg::Leg;
use domain::problem::{FieldCode, ProblemCode};
use uuid::Uuid;

use super::limits::Limit;
use super::places::{self, Back, move_places};
use super::{App, AppError, barter_news, conversations, events, idempotency, photos, receipts};
use crate::keys::sha256;
use crate::store::outbox::{self, Due, Task};
use crate::store::receipts::Receipt;
use crate::store::tenants::Tenant;
use crate::store::{self, StoreError, Tx, Viewer};

/// How many agreements one transaction of an erasure changes, and how many offers or notices one deletes: short enough for others to get their turn.
const BARTERS_AT_ONCE: u64 = 50;
const OFFERS_AT_ONCE: u64 = 500;
/// How many news of others lose her name in one.
const NEWS_AT_ONCE: u64 = 500;
/// When traces could not be taken out (no room on the disk), it is tried again after so many minutes.
const COMPACT_AGAIN_MINUTES: i64 = 10;
/// When somebody still read what goes, after so many seconds.
const COMPACT_SOON_SECONDS: i64 = 5;
/// Taking traces out writes the whole database anew. It may take at most one part in so many of the time: who leaves from a large house
/// right after somebody else waits a moment, so that the neighbours need not.
const COMPACT_SHARE: i32 = 10;

/// What stands for somebody who has left in the memory of those who knew her.
fn gone_hash(id: TenantId) -> [u8; 32] {
    sha256(format!("gone {id}").as_bytes())
}

/// Asks to be erased. Signs out everywhere.
///
/// # Errors
/// `invalid` for a wrong password or a receipt token in use; `not_now` when she has asked already; `too_many_requests`.
pub async fn leave(app: &App, viewer: &Viewer, leave: Leave) -> Result<Leaving, AppError> {
    let now = app.clock.now();
    let tenant = store::tenants::find(&*app.store, viewer.tenant).await?.ok_or(ProblemCode::SessionEnded)?;
    let key = tenant.id.to_string();
    app.limits.take(Limit::LeavePassword, &key, now)?;
    let fits = app.passwords.fits(&leave.password, Some(&tenant.password_hash)).await;
    // What was not tried, because too many wait, is no wrong try.
    if !matches!(fits, Ok(false)) {
        app.limits.give_back(Limit::LeavePassword, &key);
    }
    if !fits? {
        return Err(AppError::field("/password", FieldCode::WrongPassword));
    }
    let leaving = Leaving { at: leave.when.erase_at(now), why: LeavingWhy::Asked };
    let receipt = Receipt {
        hash: receipts::hash(&leave.receipt).to_vec(),
        number: receipts::new_number(),
        language: tenant.language,
        state: ReceiptState::Waiting,
        erase_at: leaving.at,
        erased_at: None,
        expires_at: leaving.at + TimeDelta::days(RECEIPT_DAYS),
    };
    let tx = app.store.begin().await?;
    store::receipts::insert(&tx, &receipt).await.map_err(|e| match e {
        StoreError::Taken => AppError::field("/receipt", FieldCode::UnknownValue),
        other => AppError::from(other),
    })?;
    if !store::leaving::begin(&tx, tenant.id, leaving, Some(&receipts::hash(&leave.receipt))).await? {
        return Err(ProblemCode::NotNow.into());
    }
    hide(&tx, tenant.id, leaving.why.hides_offers()).await?;
    store::sessions::end_all(&tx, tenant.id, now).await?;
    outbox::ask(&tx, app.clock.id(), Task::Leave, tenant.id.0, leaving.at).await?;
    tx.commit().await?;
    Ok(leaving)
}

/// Somebody signs in whose erasure was to come: she stays. Answers whether there was anything to stop.
///
/// # Errors
/// `sign_in_refused` when the erasure has begun.
pub(super) async fn welcome_back(app: &App, tx: &Tx, tenant: &Tenant) -> Result<bool, AppError> {
    if !store::leaving::seen(tx, tenant.id, app.clock.now()).await? {
        return Err(ProblemCode::SignInRefused.into());
    }
    match tenant.leaving {
        Some(leaving) if leaving.why.is_stopped_by_signing_in() => stop(tx, tenant.id).await,
        Some(_) | None => Ok(false),
    }
}

/// Stops an erasure that is to come.
pub(super) async fn stop(tx: &Tx, id: TenantId) -> Result<bool, AppError> {
    let Some(receipt) = store::leaving::stop(tx, id).await? else { return Ok(false) };
    if let Some(hash) = receipt {
        store::receipts::set_state(tx, &hash, ReceiptState::Stopped).await?;
    }
    hide(tx, id, false).await?;
    Ok(true)
}

/// Hides all that somebody has posted, or shows it again.
async fn hide(tx: &Tx, id: TenantId, hidden: bool) -> Result<(), AppError> {
    store::leaving::hide_offers(tx, id, hidden).await?;
    store::notices::hide(tx, id, hidden).await?;
    store::events::hide(tx, id, hidden).await?;
    Ok(())
}

/// Work that is due: somebody's erasure, unless it was stopped or put off.
pub(super) async fn tick(app: &App, due: Due) -> Result<(), AppError> {
    let id = TenantId(due.subject);
    let tenant = store::tenants::find(&*app.store, id).await?;
    if let Some(tenant) = tenant
        && tenant.leaving.is_some_and(|l| l.at <= app.clock.now())
    {
        erase(app, &tenant, Some(app.clock.now())).await?;
    }
    let tx = app.store.begin().await?;
    outbox::take(&tx, &due).await?;
    Ok(tx.commit().await?)
}

/// Erases somebody, unless she stopped it a moment ago (`due`). Each step can be done twice; what was done before a crash is not done
/// again.
async fn erase(app: &App, tenant: &Tenant, due: Option<Timestamp>) -> Result<(), AppError> {
    let id = tenant.id;
    let tx = app.store.begin().await?;
    let receipt = store::leaving::receipt_of(&tx, id).await?;
    if !store::leaving::close_account(&tx, id, tenant.tombstone, due).await? {
        return Ok(());
    }
    store::sessions::end_all(&tx, id, app.clock.now()).await?;
    tx.commit().await?;
    // Only now that nothing stops it: whoever stands in the ledger is erased from every backup that is restored.
    app.ledger.append(tenant.tombstone, app.clock.now()).map_err(|e| ledger_error(&e))?;
    loop {
        while leave_some_barters(app, id).await? {}
        conversations::leave(app, id).await?;
        while delete_some_offers(app, id).await? {}
        while unname_some_news(app, id).await? {}
        while delete_some_notices(app, id).await? {}
        while events::leaving::take_back_some(app, id).await? {}
        while events::leaving::leave_one(app, id).await? {}
        let tx = app.store.begin().await?;
        store::leaving::hold(&tx, id).await?;
        // A request that was under way when the sessions ended may have added something.
        if !store::leaving::some_barters(&tx, id, 1).await?.is_empty()
            || store::conversations::is_in_any(&tx, id).await?
            || !store::events::nothing_left(&tx, id).await?
            || store::leaving::has_posted(&tx, id).await?
        {
            continue;
        }
        store::news::unname_some(&tx, id, NEWS_AT_ONCE).await?;
        store::sessions::end_all(&tx, id, app.clock.now()).await?;
        let scopes = idempotency::scopes_of(id);
        store::leaving::delete_account(&tx, id, tenant.household, tenant.tombstone, &scopes, app.clock.now()).await?;
        if let Some(hash) = &receipt {
            store::receipts::set_state(&tx, hash, ReceiptState::Erasing).await?;
        }
        outbox::ask(&tx, app.clock.id(), Task::Compact, Uuid::nil(), app.clock.now()).await?;
        return Ok(tx.commit().await?);
    }
}

async fn delete_some_offers(app: &App, id: TenantId) -> Result<bool, AppError> {
    let tx = app.store.begin().await?;
    let deleted = store::leaving::delete_some_offers(&tx, id, OFFERS_AT_ONCE).await?;
    tx.commit().await?;
    Ok(deleted > 0)
}

async fn delete_some_notices(app: &App, id: TenantId) -> Result<bool, AppError> {
    let tx = app.store.begin().await?;
    let (deleted, pictures) = store::notices::delete_some(&tx, id, OFFERS_AT_ONCE).await?;
    tx.commit().await?;
    // Nobody can open them any more: their keys went with the rows.
    photos::take_off(app, pictures).await;
    Ok(deleted > 0)
}

/// News of others tell of what happened, no longer through whom.
async fn unname_some_news(app: &App, id: TenantId) -> Result<bool, AppError> {
    let tx = app.store.begin().await?;
    let some = store::news::unname_some(&tx, id, NEWS_AT_ONCE).await?;
    tx.commit().await?;
    Ok(some > 0)
}

async fn leave_some_barters(app: &App, id: TenantId) -> Result<bool, AppError> {
    let tx = app.store.begin().await?;
    let some = store::leaving::some_barters(&tx, id, BARTERS_AT_ONCE).await?;
    for before in places::hold(&tx, &some).await? {
        leave_barter(app, &tx, &before, id).await?;
    }
    tx.commit().await?;
    Ok(!some.is_empty())
}

async fn leave_barter(app: &App, tx: &Tx, before: &Barter, id: TenantId) -> Result<(), AppError> {
    let after = before.clone().leave(id, app.clock.now());
    if before.is_ring() {
        store::rings::forget(tx, before.id).await?;
    }
    store::leaving::leave_barter(tx, before, after.as_ref(), id, &gone_hash(id)).await?;
    if let Some(after) = &after {
        let back = Back::Open { now: app.clock.now(), gone: Some(id) };
        move_places(tx, before, &ended(before, after), back).await?;
        barter_news::changed(app, tx, before, after, None).await?;
    } else {
        store::news::forget_things(tx, &[before.id.0]).await?;
    }
    Ok(())
}

/// The barter as it was, with the states in which it is left: what the posts it came from have to know.
fn ended(before: &Barter, after: &Barter) -> Barter {
    let states = before.legs.iter().zip(&after.legs);
    let legs = states.map(|(was, is)| Leg { state: is.state, ..was.clone() }).collect();
    Barter { state: after.state, legs, ..before.clone() }
}

/// Work that is due: takes traces of deleted rows out of the files, then completes the receipts that wait for it.
pub(super) async fn compact(app: &App, due: Due) -> Result<(), AppError> {
    // Several who left together are one piece of work: the first round has taken the others off.
    if !outbox::is_there(&*app.store, due.id).await? {
        return Ok(());
    }
    let begun = app.clock.now();
    let not_before = app.compacted.next(begun);
    if not_before > begun {
        return compact_at(app, begun, not_before).await;
    }
    // Read before: what another server asks for meanwhile is not done by this round, whatever its clock says.
    let asked = outbox::all_due(&*app.store, Task::Compact, begun).await?;
    let waiting = store::receipts::waiting_for_compaction(&*app.store).await?;
    match app.store.compact().await {
        Ok(()) => {}
        Err(StoreError::Busy(_)) => {
            return compact_at(app, begun, begun + TimeDelta::seconds(COMPACT_SOON_SECONDS)).await;
        }
        Err(error) => {
            tracing::error!(%error, "traces of what was erased could not be taken out yet");
            return compact_at(app, begun, begun + TimeDelta::minutes(COMPACT_AGAIN_MINUTES)).await;
        }
    }
    let now = app.clock.now();
    app.compacted.done(begun, now);
    let tx = app.store.begin().await?;
    outbox::take_these(&tx, &asked).await?;
    store::receipts::complete(&tx, &waiting, now, now + TimeDelta::days(RECEIPT_DAYS)).await?;
    Ok(tx.commit().await?)
}

/// Puts what is due off, all of it together.
async fn compact_at(app: &App, now: Timestamp, at: Timestamp) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    let asked = outbox::all_due(&tx, Task::Compact, now).await?;
    outbox::take_these(&tx, &asked).await?;
    outbox::ask(&tx, app.clock.id(), Task::Compact, Uuid::nil(), at).await?;
    Ok(tx.commit().await?)
}

/// When the database was last written anew, and how long that took.
#[derive(Debug, Default)]
pub struct Compacted(std::sync::Mutex<Option<(Timestamp, TimeDelta)>>);

impl Compacted {
    fn next(&self, now: Timestamp) -> Timestamp {
        match *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
            // A clock that was set back must not make anybody wait for long.
            Some((end, took)) if end <= now => end + took * COMPACT_SHARE,
            Some(_) | None => now,
        }
    }

    fn done(&self, begun: Timestamp, end: Timestamp) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((end, end - begun));
    }
}

/// Brings the ledger and the table of tombstones to the same state. At a start of the server that may follow a restored backup, whoever
/// stands in the ledger is erased before anybody is answered.
///
/// # Errors
/// When the database or the ledger does not answer.
pub async fn remember_all(app: &App) -> Result<u64, AppError> {
    copy_to_ledger(app, chrono::DateTime::UNIX_EPOCH).await?;
    let all = app.ledger.all().map_err(|e| ledger_error(&e))?;
    // An erasure that was cut off goes on by itself: it is in the outbox, and must not keep the server from answering.
    erase_again(app, &all, false).await
}

/// Writes tombstones since an instant into this server's ledger: other servers of the same database have ledgers of their own.
pub(super) async fn copy_to_ledger(app: &App, since: Timestamp) -> Result<(), AppError> {
    let stones = store::leaving::tombstones(&*app.store, since).await?;
    app.ledger.merge(stones).map_err(|e| ledger_error(&e))?;
    Ok(())
}

fn ledger_error(error: &std::io::Error) -> AppError {
    StoreError::Broken(format!("the ledger: {error}")).into()
}

/// Erases everybody who had left and is here again, because a backup was restored; answers how many they were.
///
/// # Errors
/// When the database or the ledger does not answer.
pub async fn replay(app: &App, tombstones: &[(Uuid, Timestamp)]) -> Result<u64, AppError> {
    erase_again(app, tombstones, true).await
}

async fn erase_again(app: &App, tombstones: &[(Uuid, Timestamp)], closed: bool) -> Result<u64, AppError> {
    let stones: Vec<Uuid> = tombstones.iter().map(|t| t.0).collect();
    let back = store::leaving::by_tombstones(&*app.store, &stones, closed).await?;
    for id in &back {
        if let Some(tenant) = store::tenants::find(&*app.store, *id).await? {
            erase(app, &tenant, None).await?;
        }
    }
    let tx = app.store.begin().await?;
    store::leaving::keep_tombstones(&tx, tombstones).await?;
    tx.commit().await?;
    if !back.is_empty() {
        app.store.compact().await?;
    }
    Ok(back.len() as u64)
}

/// A neighbour of whom the viewer may know: who has an offer that reaches her, or with whom she has an exchange.
///
/// # Errors
/// `gone` when the viewer knew her and she has left, `not_found`.
pub async fn neighbour(app: &App, viewer: &Viewer, id: TenantId) -> Result<Neighbour, AppError> {
    let found = match store::tenants::find(&*app.store, id).await? {
        Some(tenant) if id == viewer.tenant || app.store.knows(viewer, id).await? => Some(tenant),
        Some(_) | None => None,
    };
    let atlas = app.store.atlas();
    if let Some(tenant) = found
        && let Some(residence) = atlas.brief(tenant.residence)
    {
        return Ok(Neighbour { id, first_name: tenant.first_name, mark: tenant.mark, residence });
    }
    match store::leaving::knew(&*app.store, viewer.tenant, &gone_hash(id)).await? {
        true => Err(ProblemCode::Gone.into()),
        false => Err(ProblemCode::NotFound.into()),
    }
}

/// How far the erasure is whose receipt has this name.
///
/// # Errors
/// `not_found`.
pub async fn receipt(app: &App, token: &ReceiptToken) -> Result<domain::leaving::ReceiptView, AppError> {
    let found = store::receipts::find(&*app.store, &receipts::hash(token)).await?.ok_or(ProblemCode::NotFound)?;
    if found.expires_at <= app.clock.now() {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(receipts::view(app, &found))
}
