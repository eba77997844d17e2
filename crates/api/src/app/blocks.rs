//! Blocking: two neighbours no longer meet, and nobody is told.

use domain::id::TenantId;
use domain::problem::ProblemCode;
use domain::tenant::MAX_BLOCKS;

use super::barters::{self, TRIES};
use super::{App, AppError};
use crate::store::{self, Viewer};

/// Blocks somebody of whom the viewer knows: from now on the two do not meet, and what ran between them has ended. Whoever is blocked
/// already stays so.
///
/// # Errors
/// `not_found`, `not_now` for oneself or when too many are blocked.
pub async fn block(app: &App, viewer: &Viewer, id: TenantId) -> Result<(), AppError> {
    if id == viewer.tenant {
        return Err(ProblemCode::NotNow.into());
    }
    if !app.store.may_block(viewer, id).await? {
        return Err(ProblemCode::NotFound.into());
    }
    for _ in 0..TRIES {
        match try_to_block(app, viewer, id).await {
            // Somebody changed one of their exchanges at this moment.
            Err(error) if barters::is_stale(&error) => {}
            done => return done,
        }
    }
    Err(ProblemCode::Stale.into())
}

async fn try_to_block(app: &App, viewer: &Viewer, id: TenantId) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    if !store::blocks::hold_all(&tx, &[viewer.tenant, id]).await? {
        return Err(ProblemCode::NotFound.into());
    }
    if store::blocks::exists(&tx, viewer.tenant, id).await? {
        return Ok(());
    }
    if store::blocks::count(&tx, viewer.tenant).await? >= MAX_BLOCKS {
        return Err(ProblemCode::NotNow.into());
    }
    store::blocks::insert(&tx, viewer.tenant, id, app.clock.now()).await?;
    barters::part(app, &tx, viewer.tenant, id).await?;
    Ok(tx.commit().await?)
}

/// Takes a block back; whoever was not blocked stays so. If the other one has blocked the viewer too, the two still do not meet.
///
/// # Errors
/// `not_found`.
pub async fn unblock(app: &App, viewer: &Viewer, id: TenantId) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    let was_blocked = store::blocks::delete(&tx, viewer.tenant, id).await?;
    tx.commit().await?;
    if was_blocked || app.store.may_block(viewer, id).await? { Ok(()) } else { Err(ProblemCode::NotFound.into()) }
}
