//! Signing in and out.

use chrono::TimeDelta;
use domain::id::{SessionId, TenantId};
use domain::problem::ProblemCode;
use domain::session::{Device, SignIn, SignedIn, Tokens};
use domain::tenant::{Email, Password, fold};

use super::limits::Limit;
use super::tokens::SESSION_DAYS;
use super::{App, AppError, leaving, tenants};
use crate::keys::sha256;
use crate::store::{self, Tx, Viewer};

/// How long a refresh token that was just used may come once more: two tabs at the same moment, or an answer that got lost.
const GRACE_SECONDS: i64 = 30;

/// Begins a session inside a transaction.
pub(super) async fn begin(app: &App, tx: &Tx, tenant: TenantId, device: Device) -> Result<Tokens, AppError> {
    let now = app.clock.now();
    let id = SessionId(app.clock.id());
    store::sessions::insert(tx, id, tenant, device, now + TimeDelta::days(SESSION_DAYS), now).await?;
    app.new_tokens(tx, tenant, id, now).await
}

async fn answer(app: &App, tenant: TenantId, tokens: Tokens) -> Result<SignedIn, AppError> {
    let me = tenants::me(app, tenant).await?.ok_or(ProblemCode::SessionEnded)?;
    Ok(SignedIn { me, tokens: Some(tokens), stayed: false })
}

/// Whose name and password these are; it takes as long when there is nobody of that name.
async fn whose(
    app: &App,
    password: &Password,
    key: &str,
    email: Option<&Email>,
) -> Result<Option<store::tenants::Tenant>, AppError> {
    let candidates = store::tenants::for_sign_in(&*app.store, key, email).await?;
    if candidates.is_empty() {
        app.passwords.fits(password, None).await?;
    }
    for candidate in candidates {
        if app.passwords.fits(password, Some(&candidate.password_hash)).await? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Signs in by sign-in name or e-mail address.
///
/// # Errors
/// `sign_in_refused`, alike whether the account exists or not; `too_many_requests`.
pub async fn sign_in(app: &App, sign_in: &SignIn, address: &str, device: Device) -> Result<SignedIn, AppError> {
    let now = app.clock.now();
    let email = Email::parse(sign_in.name.as_str()).ok();
    let key = email.as_ref().map_or_else(|| fold(sign_in.name.as_str()), |e| e.as_str().to_owned());
    app.limits.take(Limit::SignInAddress, address, now)?;
    app.limits.take(Limit::SignInName, &key, now)?;
    let found = whose(app, &sign_in.password, &key, email.as_ref()).await;
    // What was not tried, because too many wait, is no wrong try: a crowd must not lock itself out.
    if !matches!(found, Ok(None)) {
        app.limits.give_back(Limit::SignInAddress, address);
        app.limits.give_back(Limit::SignInName, &key);
    }
    let tenant = found?.ok_or(ProblemCode::SignInRefused)?;
    let tx = app.store.begin().await?;
    let stayed = leaving::welcome_back(app, &tx, &tenant).await?;
    let tokens = begin(app, &tx, tenant.id, device).await?;
    tx.commit().await?;
    Ok(SignedIn { stayed, ..answer(app, tenant.id, tokens).await? })
}

/// A new pair of tokens for a refresh token. Its second use, later than a moment, ends the session: somebody else has it too.
///
/// # Errors
/// `unauthenticated` for a token that is not ours, `session_ended`.
pub async fn refresh(app: &App, refresh_token: &str) -> Result<SignedIn, AppError> {
    let now = app.clock.now();
    let hash = sha256(refresh_token.as_bytes());
    let tx = app.store.begin().await?;
    let known = store::sessions::token(&tx, &hash, now).await?.ok_or(ProblemCode::Unauthenticated)?;
    if !known.alive {
        return Err(ProblemCode::SessionEnded.into());
    }
    let stolen = match known.used_at {
        Some(used_at) => now - used_at > TimeDelta::seconds(GRACE_SECONDS),
        // Not used when it was read; whoever used it since did so this very moment.
        None => {
            store::sessions::use_token(&tx, &hash, now).await?;
            false
        }
    };
    if stolen {
        store::sessions::end(&tx, known.tenant, known.session, now).await?;
        tx.commit().await?;
        return Err(ProblemCode::SessionEnded.into());
    }
    if !store::leaving::seen(&tx, known.tenant, now).await? {
        return Err(ProblemCode::SessionEnded.into());
    }
    store::sessions::extend(&tx, known.session, now + TimeDelta::days(SESSION_DAYS), now).await?;
    let tokens = app.new_tokens(&tx, known.tenant, known.session, now).await?;
    tx.commit().await?;
    answer(app, known.tenant, tokens).await
}

/// Ends one of the viewer's sessions.
///
/// # Errors
/// `not_found` when it is none of hers.
pub async fn end(app: &App, viewer: &Viewer, id: SessionId) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    if !store::sessions::end(&tx, viewer.tenant, id, app.clock.now()).await? {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(tx.commit().await?)
}

/// Ends all of the viewer's sessions, the one she uses too.
///
/// # Errors
/// When the database does not answer.
pub async fn end_all(app: &App, viewer: &Viewer) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    store::sessions::end_all(&tx, viewer.tenant, app.clock.now()).await?;
    Ok(tx.commit().await?)
}
