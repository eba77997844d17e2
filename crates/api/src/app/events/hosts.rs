//! Who invites.

use domain::event::AnswerState;
use domain::id::{EventId, TenantId};
use domain::news::NewsKind;
use domain::problem::ProblemCode;

use super::super::{App, AppError, news};
use super::answers::leave_talk;
use super::open;
use super::words::about;
use crate::store::{self, Viewer};

/// Names somebody who goes as a host, too.
///
/// # Errors
/// `not_now` when there are five, `not_yours`; `not_found`, also for somebody who does not go.
pub async fn add_host(app: &App, viewer: &Viewer, id: EventId, host: TenantId) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let before = open(app, &tx, viewer, id).await?;
    let after = before.clone().name_host(viewer.tenant, host, now)?;
    if before.is_host(host) {
        return Ok(());
    }
    let goes = store::events::answers::of_person(&tx, id, host).await?.contains(&AnswerState::Going);
    if !goes || app.store.are_apart(viewer.tenant, host) {
        return Err(ProblemCode::NotFound.into());
    }
    store::events::save(&tx, &after, before.version).await?;
    store::events::add_host(&tx, &after, host).await?;
    store::conversations::join_event(&tx, id, host).await?;
    news::tell(app, &tx, [host], about(id), NewsKind::EventHost, Some(viewer.tenant)).await?;
    Ok(tx.commit().await?)
}

/// Takes a co-host off, or steps down.
///
/// # Errors
/// `not_now`, `not_yours`, `not_found`.
pub async fn remove_host(app: &App, viewer: &Viewer, id: EventId, host: TenantId) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    let before = open(app, &tx, viewer, id).await?;
    let after = before.clone().remove_host(viewer.tenant, host, app.clock.now())?;
    let after = super::leaving::hidden_with_its_author(&tx, after).await?;
    store::events::save(&tx, &after, before.version).await?;
    store::events::remove_host(&tx, id, host).await?;
    leave_talk(&tx, &after, host).await?;
    Ok(tx.commit().await?)
}
