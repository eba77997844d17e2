//! Doing a thing once, however often it is asked with the same `Idempotency-Key`.

use chrono::TimeDelta;
use domain::id::TenantId;
use domain::problem::{FieldCode, ProblemCode};
use uuid::Uuid;

use super::barters::TRIES;
use super::{App, AppError};
use crate::store::idempotency::{self, Made};
use crate::store::{StoreError, Tx};

/// What keys are used for, besides joining.
pub(super) const OFFERS: &str = "offers";
pub(super) const BARTERS: &str = "barters";
pub(super) const CONVERSATIONS: &str = "conversations";
pub(super) const MESSAGES: &str = "messages";
pub(super) const NOTICES: &str = "notices";
pub(super) const EVENTS: &str = "events";

/// Each person has keys of her own.
pub(super) fn scope(name: &str, tenant: TenantId) -> String {
    format!("{name}:{tenant}")
}

/// All scopes in which a person may have used keys.
pub(super) fn scopes_of(tenant: TenantId) -> Vec<String> {
    [OFFERS, BARTERS, CONVERSATIONS, MESSAGES, NOTICES, EVENTS].map(|name| scope(name, tenant)).to_vec()
}

/// How long a key is kept.
pub(super) const KEPT_HOURS: i64 = 24;

/// The value of the header `Idempotency-Key`: 1 to 100 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Takes a header's value.
    ///
    /// # Errors
    /// `WrongForm`.
    pub fn parse(value: &str) -> Result<Self, FieldCode> {
        if (1..=100).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(value.to_owned()))
        } else {
            Err(FieldCode::WrongForm)
        }
    }
}

/// What came of it.
pub(super) enum Once {
    /// Made now.
    New(Uuid),
    /// Made before, by the same request.
    Before(Uuid),
}

impl Once {
    pub(super) fn id(&self) -> Uuid {
        match self {
            Self::New(id) | Self::Before(id) => *id,
        }
    }
}

impl App {
    /// Makes a thing with a new id in a transaction of its own, unless this key has made one already. Once more when the database undid it so
    /// that another transaction could go on: nothing of it was kept.
    ///
    /// # Errors
    /// `idempotency_key_reused` when the key came with another content; whatever `make` answers.
    pub(super) async fn once(
        &self,
        scope: &str,
        key: Option<&IdempotencyKey>,
        content: &[&[u8]],
        mut make: impl AsyncFnMut(&Tx, Uuid) -> Result<(), AppError>,
    ) -> Result<Once, AppError> {
        self.once_or_found(scope, key, content, async |tx, id| {
            make(tx, id).await?;
            Ok(id)
        })
        .await
    }

    /// As [`App::once`], for a thing that somebody else may have made already: `make` answers which it is.
    ///
    /// # Errors
    /// As [`App::once`].
    pub(super) async fn once_or_found(
        &self,
        scope: &str,
        key: Option<&IdempotencyKey>,
        content: &[&[u8]],
        mut make: impl AsyncFnMut(&Tx, Uuid) -> Result<Uuid, AppError>,
    ) -> Result<Once, AppError> {
        for _ in 1..TRIES {
            match self.try_once(scope, key, content, &mut make).await {
                Err(AppError::Store(StoreError::Crossed(_))) => {}
                done => return done,
            }
        }
        self.try_once(scope, key, content, &mut make).await
    }

    async fn try_once(
        &self,
        scope: &str,
        key: Option<&IdempotencyKey>,
        content: &[&[u8]],
        make: &mut impl AsyncFnMut(&Tx, Uuid) -> Result<Uuid, AppError>,
    ) -> Result<Once, AppError> {
        let now = self.clock.now();
        let since = now - TimeDelta::hours(KEPT_HOURS);
        if let Some(key) = key
            && let Some(before) = self.made_before(scope, key, content).await?
        {
            return Ok(before);
        }
        let id = self.clock.id();
        let tx = self.store.begin().await?;
        if let Some(key) = key {
            idempotency::drop_old(&tx, scope, &key.0, since).await?;
            let request_hash = self.keys.hash_request(content, now);
            match idempotency::keep(&tx, scope, &key.0, &Made { request_hash, id }, now).await {
                Ok(()) => {}
                // The same request came twice at the same moment, and the other one was faster.
                Err(StoreError::Taken) => {
                    drop(tx);
                    return self.made_before(scope, key, content).await?.ok_or_else(|| ProblemCode::Stale.into());
                }
                Err(error) => return Err(error.into()),
            }
        }
        let made = make(&tx, id).await?;
        if let Some(key) = key
            && made != id
        {
            idempotency::found(&tx, scope, &key.0, made).await?;
        }
        tx.commit().await?;
        Ok(Once::New(made))
    }

    /// What this key has made already.
    ///
    /// # Errors
    /// `idempotency_key_reused` when it came with another content.
    pub(super) async fn made(
        &self,
        scope: &str,
        key: &IdempotencyKey,
        content: &[&[u8]],
    ) -> Result<Option<Uuid>, AppError> {
        Ok(self.made_before(scope, key, content).await?.map(|once| once.id()))
    }

    async fn made_before(
        &self,
        scope: &str,
        key: &IdempotencyKey,
        content: &[&[u8]],
    ) -> Result<Option<Once>, AppError> {
        let now = self.clock.now();
        let since = now - TimeDelta::hours(KEPT_HOURS);
        match idempotency::find(&*self.store, scope, &key.0, since).await? {
            Some(made) if self.keys.request_hashes(content, now).contains(&made.request_hash) => {
                Ok(Some(Once::Before(made.id)))
            }
            Some(_) => Err(ProblemCode::IdempotencyKeyReused.into()),
            None => Ok(None),
        }
    }
}
