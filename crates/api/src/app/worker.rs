//! Does what is due: ends offers and proposals, reminds, lets silence confirm, forgets old keys.

use chrono::TimeDelta;
use uuid::Uuid;

use super::idempotency::KEPT_HOURS;
use super::tokens::SESSION_DAYS;
use super::{App, AppError, barters, offers};
use crate::store::outbox::{self, Due, Task};
use crate::store::{Tx, idempotency, sessions};

/// How many pieces of work are read at once.
const BATCH: u64 = 200;

async fn do_one(app: &App, due: Due) -> Result<(), AppError> {
    let tx: Tx = app.store.begin().await?;
    if !outbox::take(&tx, due.id).await? {
        return Ok(());
    }
    let subject: Uuid = due.subject;
    match due.task {
        Task::Offer => offers::tick(app, &tx, subject).await?,
        Task::Barter => barters::tick(app, &tx, subject).await?,
    }
    Ok(tx.commit().await?)
}

/// Does all that is due now, each in a transaction of its own. What fails stays due and is tried again at the next round.
///
/// # Errors
/// When the database does not answer.
pub async fn run_due(app: &App) -> Result<u64, AppError> {
    app.store.catch_up().await?;
    let mut done = 0;
    loop {
        let due = outbox::due(&*app.store, app.clock.now(), BATCH).await?;
        if due.is_empty() {
            return Ok(done);
        }
        let mut failed = 0;
        for task in &due {
            match do_one(app, *task).await {
                Ok(()) => done += 1,
                Err(error) => {
                    failed += 1;
                    if !barters::is_stale(&error) {
                        tracing::error!(%error, ?task, "work that was due failed");
                    }
                }
            }
        }
        // Nothing but failures in front: leave them for the next round.
        if failed == due.len() {
            return Ok(done);
        }
    }
}

/// Forgets what is kept for a time only.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(app: &App) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    idempotency::sweep(&tx, now - TimeDelta::hours(KEPT_HOURS)).await?;
    // As long as a session may go on, the second use of one of its tokens ends it.
    sessions::sweep(&tx, now, now - TimeDelta::days(SESSION_DAYS)).await?;
    Ok(tx.commit().await?)
}
