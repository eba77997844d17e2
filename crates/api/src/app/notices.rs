//! Posting and changing notices, and what the clock does to them.

use domain::Timestamp;
use domain::conversation::ThingKind;
use domain::id::{NoticeId, PhotoId};
use domain::news::NewsKind;
use domain::notice::{EditNotice, NewNotice, Notice, NoticeAction, NoticeKind, NoticeState, Seen};
use domain::problem::{FieldCode, ProblemCode};
use uuid::Uuid;

use super::{App, AppError, IdempotencyKey, alike, idempotency, news, photos};
use crate::store::outbox::{self, Task};
use crate::store::{self, Tx, Viewer};

/// Checks that something was seen around a residence of the office that takes part, and not in the future.
fn check_seen(app: &App, viewer: &Viewer, kind: NoticeKind, seen: Option<&Seen>) -> Result<(), AppError> {
    let Some(seen) = seen else { return Ok(()) };
    if !kind.has_seen() {
        return Err(AppError::field("/seen", FieldCode::UnknownValue));
    }
    let atlas = app.store.atlas();
    let place = atlas.place(seen.residence).map(|p| &p.spot);
    if !place.is_some_and(|s| s.office == viewer.office && s.wave.is_live()) {
        return Err(AppError::field("/seen/residence", FieldCode::UnknownValue));
    }
    seen.check(app.clock.now()).map_err(|code| AppError::field("/seen/at", code))
}

/// Asks the clock to come back when it has to, and no other time.
async fn watch(app: &App, tx: &Tx, notice: &Notice, now: Timestamp) -> Result<(), AppError> {
    outbox::forget(tx, notice.id.0).await?;
    come_back(app, tx, notice, now).await
}

async fn come_back(app: &App, tx: &Tx, notice: &Notice, now: Timestamp) -> Result<(), AppError> {
    if let Some(at) = notice.due_after(now) {
        outbox::ask(tx, app.clock.id(), Task::Notice, notice.id.0, at).await?;
    }
    Ok(())
}

/// Posts a notice.
///
/// # Errors
/// `invalid` for a place that is none, `idempotency_key_reused`.
pub async fn create(
    app: &App,
    viewer: &Viewer,
    new: NewNotice,
    key: Option<&IdempotencyKey>,
) -> Result<NoticeId, AppError> {
    let content = serde_json::to_vec(&new).unwrap_or_default();
    let scope = idempotency::scope(idempotency::NOTICES, viewer.tenant);
    let made = app
        .once(&scope, key, &[&content], async |tx, id| {
            // What the office changes meanwhile does not change the answer to a request that is sent again.
            check_seen(app, viewer, new.kind, new.seen.as_ref())?;
            let (new, now) = (new.clone(), app.clock.now());
            let notice = Notice::post(NoticeId(id), viewer.office, viewer.tenant, viewer.residence, new, now)
                .map_err(|code| AppError::field("/seen", code))?;
            store::notices::insert(tx, &notice).await?;
            // Nothing was asked for before.
            come_back(app, tx, &notice, now).await?;
            alike::tell(app, tx, &notice, &alike::meet(app, tx, &notice).await?).await
        })
        .await?;
    Ok(NoticeId(made.id()))
}

/// The viewer's own notice inside a transaction. Another's that she may know of is `not_yours`, any other is not there.
pub(super) async fn own(app: &App, tx: &Tx, viewer: &Viewer, id: NoticeId) -> Result<Notice, AppError> {
    let notice = store::notices::load(tx, id).await?.ok_or(ProblemCode::NotFound)?;
    if notice.author == viewer.tenant {
        Ok(notice)
    } else if app.store.may_see_notice(viewer, &notice) {
        Err(ProblemCode::NotYours.into())
    } else {
        Err(ProblemCode::NotFound.into())
    }
}

/// Keeps a changed notice. A photo that it no longer has loses its row, and with it its key.
pub(super) async fn keep(tx: &Tx, before: &Notice, after: &Notice) -> Result<(), AppError> {
    store::notices::save(tx, after, before.version).await?;
    if let Some(photo) = before.photo.filter(|_| before.photo != after.photo) {
        store::photos::delete(tx, photo).await?;
    }
    Ok(())
}

/// Edits a notice that is still as the viewer read it.
///
/// # Errors
/// `precondition_failed`, `not_now`, `not_yours`, `not_found`, `invalid`.
pub async fn edit(app: &App, viewer: &Viewer, id: NoticeId, read: u32, edit: EditNotice) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    let before = own(app, &tx, viewer, id).await?;
    if before.version != read {
        return Err(ProblemCode::PreconditionFailed.into());
    }
    check_seen(app, viewer, before.kind, edit.seen.as_ref().and_then(Option::as_ref))?;
    let after = before.clone().edit(edit)?;
    keep(&tx, &before, &after).await.map_err(|e| match e {
        AppError::Problem(p) if p.code == ProblemCode::Stale => ProblemCode::PreconditionFailed.into(),
        other => other,
    })?;
    if (after.around(), after.circle) != (before.around(), before.circle) {
        let now = alike::meet(app, &tx, &after).await?;
        let known = alike::find(app, &tx, &before).await?;
        alike::tell(app, &tx, &after, &alike::without(now, &known)).await?;
    }
    Ok(tx.commit().await?)
}

/// Renews, resolves or withdraws a notice.
///
/// # Errors
/// `not_now`, `not_yours`, `not_found`; `stale` when it was changed at the same moment.
pub async fn act(app: &App, viewer: &Viewer, id: NoticeId, action: NoticeAction) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let before = own(app, &tx, viewer, id).await?;
    let after = match action {
        NoticeAction::Renew => before.clone().renew(now)?,
        NoticeAction::Resolve => before.clone().resolve(now)?,
        NoticeAction::Withdraw => before.clone().withdraw()?,
        NoticeAction::Edit => return Err(ProblemCode::NotNow.into()),
    };
    if after == before {
        return Ok(());
    }
    keep(&tx, &before, &after).await?;
    watch(app, &tx, &after, now).await?;
    if before.state == NoticeState::Expired && after.state == NoticeState::Published {
        // What was posted while it was off the lists has not met it yet.
        let mut alike = alike::meet(app, &tx, &after).await?;
        alike.retain(|a| a.other.created_at >= before.expires_at);
        alike::tell(app, &tx, &after, &alike).await?;
    }
    tx.commit().await?;
    photos::take_off(app, before.photo.filter(|_| after.photo.is_none())).await;
    Ok(())
}

/// Looks at a notice whose time has come: asks its author, ends it, takes its banner down. Answers the photo whose row goes.
pub(super) async fn tick(app: &App, tx: &Tx, id: Uuid) -> Result<Option<PhotoId>, AppError> {
    let Some(before) = store::notices::load(tx, NoticeId(id)).await? else { return Ok(None) };
    let now = app.clock.now();
    let says = async |what| news::tell(app, tx, [before.author], (ThingKind::Notice, id), what, None).await;
    if before.asks(now) {
        says(NewsKind::NoticeEnding).await?;
    }
    let Some(after) = before.clone().expire(now) else {
        watch(app, tx, &before, now).await?;
        return Ok(None);
    };
    keep(tx, &before, &after).await?;
    if after.state == NoticeState::Expired {
        says(NewsKind::NoticeExpired).await?;
    }
    watch(app, tx, &after, now).await?;
    Ok(before.photo.filter(|_| after.photo.is_none()))
}
