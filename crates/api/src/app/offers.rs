//! Posting and changing offers.

use domain::category::CategorySlug;
use domain::conversation::ThingKind;
use domain::id::OfferId;
use domain::news::NewsKind;
use domain::offer::{EditOffer, InReturn, NewOffer, Offer, OfferAction};
use domain::problem::{FieldCode, ProblemCode};
use uuid::Uuid;

use super::{App, AppError, IdempotencyKey, idempotency, news};
use crate::store::outbox::{self, Task};
use crate::store::{self, Db, StoreError, Tx, Viewer};

/// Checks that these categories are services of the office, not groups.
async fn check_categories(
    db: &impl Db,
    viewer: &Viewer,
    category: Option<&CategorySlug>,
    in_return: Option<&InReturn>,
) -> Result<(), AppError> {
    let tree = store::categories::tree(db, viewer.office).await?;
    let is_service = |slug: &CategorySlug| tree.iter().any(|c| c.slug == *slug && c.parent.is_some());
    if category.is_some_and(|c| !is_service(c)) {
        return Err(AppError::field("/category", FieldCode::UnknownValue));
    }
    if let Some(in_return) = in_return {
        in_return.check().map_err(|code| AppError::field("/in_return/categories", code))?;
        if let InReturn::Categories { categories } = in_return
            && let Some(n) = categories.iter().position(|c| !is_service(c))
        {
            return Err(AppError::field(&format!("/in_return/categories/{n}"), FieldCode::UnknownValue));
        }
    }
    Ok(())
}

/// Asks the clock to come back before its life ends, and when it does.
async fn watch(app: &App, tx: &Tx, offer: &Offer) -> Result<(), AppError> {
    for at in [offer.warn_at(), offer.expires_at] {
        outbox::ask(tx, app.clock.id(), Task::Offer, offer.id.0, at).await?;
    }
    Ok(())
}

/// Posts an offer.
///
/// # Errors
/// `invalid` for an unknown category, `idempotency_key_reused`.
pub async fn create(
    app: &App,
    viewer: &Viewer,
    new: NewOffer,
    key: Option<&IdempotencyKey>,
) -> Result<OfferId, AppError> {
    let content = serde_json::to_vec(&new).unwrap_or_default();
    let scope = idempotency::scope(idempotency::OFFERS, viewer.tenant);
    let made = app
        .once(&scope, key, &[&content], async |tx, id| {
            // What the office changes meanwhile does not change the answer to a request that is sent again.
            check_categories(tx, viewer, Some(&new.category), Some(&new.in_return)).await?;
            let (new, now) = (new.clone(), app.clock.now());
            let offer = Offer::post(OfferId(id), viewer.office, viewer.tenant, viewer.residence, new, now)
                .map_err(|code| AppError::field("/in_return/categories", code))?;
            store::offers::insert(tx, &offer).await?;
            watch(app, tx, &offer).await
        })
        .await?;
    Ok(OfferId(made.id()))
}

/// The viewer's own offer inside a transaction. Another's that she may know of is `not_yours`, any other is not there.
async fn own(app: &App, tx: &Tx, viewer: &Viewer, id: OfferId) -> Result<Offer, AppError> {
    let offer = store::offers::load(tx, id).await?.ok_or(ProblemCode::NotFound)?;
    if offer.author == viewer.tenant {
        Ok(offer)
    } else if app.store.may_see(viewer, &offer) {
        Err(ProblemCode::NotYours.into())
    } else {
        Err(ProblemCode::NotFound.into())
    }
}

/// Edits an offer that is still as the viewer read it.
///
/// # Errors
/// `precondition_failed`, `not_now`, `not_yours`, `not_found`, `invalid`.
pub async fn edit(app: &App, viewer: &Viewer, id: OfferId, read: u32, edit: EditOffer) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    let before = own(app, &tx, viewer, id).await?;
    if before.version != read {
        return Err(ProblemCode::PreconditionFailed.into());
    }
    check_categories(&tx, viewer, edit.category.as_ref(), edit.in_return.as_ref()).await?;
    let after = before.edit(edit)?;
    store::offers::save(&tx, &after, read).await.map_err(|e| match e {
        StoreError::Stale => ProblemCode::PreconditionFailed.into(),
        other => AppError::from(other),
    })?;
    Ok(tx.commit().await?)
}

/// Pauses, resumes, renews or closes an offer.
///
/// # Errors
/// `not_now`, `not_yours`, `not_found`.
pub async fn act(app: &App, viewer: &Viewer, id: OfferId, action: OfferAction) -> Result<(), AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let before = own(app, &tx, viewer, id).await?;
    let (read, ended_at) = (before.version, before.expires_at);
    let after = match action {
        OfferAction::Pause => before.pause()?,
        OfferAction::Resume => before.resume(now)?,
        OfferAction::Renew => before.renew(now)?,
        OfferAction::Close => before.close()?,
        OfferAction::Edit => return Err(ProblemCode::NotNow.into()),
    };
    store::offers::save(&tx, &after, read).await?;
    if after.expires_at != ended_at {
        watch(app, &tx, &after).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends an offer whose life is over, or asks its author before whether it goes on.
pub(super) async fn tick(app: &App, tx: &Tx, id: Uuid) -> Result<(), AppError> {
    let Some(offer) = store::offers::load(tx, OfferId(id)).await? else { return Ok(()) };
    let (read, now) = (offer.version, app.clock.now());
    let (author, about) = (offer.author, (ThingKind::Offer, id));
    if offer.asks(now) {
        return news::tell(app, tx, [author], about, NewsKind::OfferEnding, None).await;
    }
    if let Some(expired) = offer.expire(now) {
        store::offers::save(tx, &expired, read).await?;
        news::tell(app, tx, [author], about, NewsKind::OfferExpired, None).await?;
    }
    Ok(())
}
