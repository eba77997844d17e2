//! Telling people what concerns them, in the transaction in which it happens.

use domain::conversation::{ThingKind, ThingRef};
use domain::id::TenantId;
use domain::news::{NewsKind, ReadNews};
use uuid::Uuid;

use super::{App, AppError};
use crate::store::news::Happened;
use crate::store::{self, Tx, Viewer};

/// Tells these people that something has happened to a thing, through `by` when that may be told. She herself is not told.
pub(super) async fn tell(
    app: &App,
    tx: &Tx,
    people: impl IntoIterator<Item = TenantId>,
    (kind, id): (ThingKind, Uuid),
    what: NewsKind,
    by: Option<TenantId>,
) -> Result<(), AppError> {
    let happened = Happened { about: ThingRef { kind, id }, kind: what, by, date: None, at: app.clock.now() };
    tell_all(app, tx, people, &happened).await
}

/// As [`tell`], with the date of an event.
pub(super) async fn tell_all(
    app: &App,
    tx: &Tx,
    people: impl IntoIterator<Item = TenantId>,
    happened: &Happened,
) -> Result<(), AppError> {
    // In the order of their ids, so that two transactions never wait for each other.
    let mut people: Vec<TenantId> = people.into_iter().collect();
    people.sort_unstable();
    people.dedup();
    for to in people {
        store::news::tell(tx, app.clock.id(), to, happened).await?;
    }
    Ok(())
}

/// The viewer has seen some of her news, or all there is.
///
/// # Errors
/// `invalid`.
pub async fn read(app: &App, viewer: &Viewer, seen: &ReadNews) -> Result<(), AppError> {
    seen.check().map_err(|(pointer, code)| AppError::field(pointer, code))?;
    let tx = app.store.begin().await?;
    store::news::mark_read(&tx, viewer.tenant, seen).await?;
    Ok(tx.commit().await?)
}
