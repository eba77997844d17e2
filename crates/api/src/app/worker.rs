//! Does what is due: ends offers, notices and proposals, reminds, lets silence confirm, erases who leaves; once an hour forgets what is too old.

use std::sync::atomic::Ordering;

use uuid::Uuid;

use super::{App, AppError, barters, events, leaving, notices, offers, photos, retention};
use crate::store::Tx;
use crate::store::outbox::{self, Due, Task};

/// How many pieces of work are read at once.
const BATCH: u64 = 200;

async fn do_one(app: &App, due: Due) -> Result<(), AppError> {
    // Longer than one transaction: they take their work off themselves.
    match due.task {
        Task::Leave => return leaving::tick(app, due).await,
        Task::Compact => return leaving::compact(app, due).await,
        Task::Offer | Task::Barter | Task::Notice | Task::EventOffer | Task::EventSoon | Task::EventWord => {}
    }
    let tx: Tx = app.store.begin().await?;
    if !outbox::take(&tx, &due).await? {
        return Ok(());
    }
    let subject: Uuid = due.subject;
    let mut photo = None;
    match due.task {
        Task::Offer => offers::tick(app, &tx, subject).await?,
        Task::Barter => barters::tick(app, &tx, subject).await?,
        Task::Notice => photo = notices::tick(app, &tx, subject).await?,
        Task::EventOffer => events::tick_offers(app, &tx, subject).await?,
        Task::EventSoon => events::tick_soon(app, &tx, subject).await?,
        Task::EventWord => events::tell_some(app, &tx, subject).await?,
        Task::Leave | Task::Compact => {}
    }
    tx.commit().await?;
    photos::take_off(app, photo).await;
    Ok(())
}

/// Does all that is due now, each in a transaction of its own. What fails stays due and is tried again at the next round.
///
/// # Errors
/// When the database does not answer.
pub async fn run_due(app: &App) -> Result<u64, AppError> {
    app.store.catch_up(app.clock.now()).await?;
    if app.swept.is_due(app.clock.now()) {
        retention::sweep(app).await?;
    }
    let mut done = 0;
    let mut after = None;
    loop {
        let due = outbox::due(&*app.store, app.clock.now(), after, BATCH).await?;
        let Some(last) = due.last() else { return Ok(done) };
        let mut failed = None;
        for task in &due {
            if app.stopping.load(Ordering::Relaxed) {
                return Ok(done);
            }
            match do_one(app, *task).await {
                Ok(()) => done += 1,
                Err(error) => {
                    failed = Some(last.place);
                    if !barters::is_stale(&error) {
                        // Its kind alone: what it is about may be a person's.
                        tracing::error!(%error, task = ?task.task, "work that was due failed");
                    }
                }
            }
        }
        // What fails is left for the next round, and stops nothing that comes after it.
        after = failed.or(after);
    }
}
