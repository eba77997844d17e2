//! Access tokens (JWT, RFC 7519, HMAC-SHA256) and refresh tokens (random, kept as a hash).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::Timestamp;
use domain::id::{SessionId, TenantId};
use domain::problem::ProblemCode;
use domain::session::Tokens;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::keys::{random_bytes, sha256};
use crate::store::{Tx, Viewer, sessions};

/// How long an access token is good.
pub const ACCESS_TOKEN_MINUTES: i64 = 10;
/// How long a session lives after its last refresh.
pub(super) const SESSION_DAYS: i64 = 90;
const ISSUER: &str = "toit";
const AUDIENCE: &str = "toit-api";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: TenantId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

impl App {
    /// An access token for a session, good for `life`.
    ///
    /// # Errors
    /// `internal` when it cannot be signed.
    pub(crate) fn access_token(
        &self,
        tenant: TenantId,
        session: SessionId,
        life: TimeDelta,
    ) -> Result<String, AppError> {
        let now = self.clock.now();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: tenant,
            sid: session,
            iat: now.timestamp(),
            exp: (now + life).timestamp(),
        };
        jsonwebtoken::encode(
            &Header::new(Algorithm::HS256),
            &claims,
            &EncodingKey::from_secret(&self.keys.token_secret(now)),
        )
        .map_err(|_| ProblemCode::Internal.into())
    }

    /// A new pair of tokens for a session; the refresh token's hash is kept in the transaction.
    pub(super) async fn new_tokens(
        &self,
        tx: &Tx,
        tenant: TenantId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Tokens, AppError> {
        let life = TimeDelta::minutes(ACCESS_TOKEN_MINUTES);
        let refresh_token = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
        sessions::keep_token(tx, &sha256(refresh_token.as_bytes()), session, now).await?;
        Ok(Tokens {
            access_token: self.access_token(tenant, session, life)?,
            refresh_token,
            expires_in: u32::try_from(life.num_seconds()).unwrap_or(u32::MAX),
        })
    }

    /// Who comes with this access token.
    ///
    /// # Errors
    /// `unauthenticated` for a token that is not ours or too old, `session_ended` when its session has ended.
    pub async fn authenticate(&self, token: &str) -> Result<Viewer, AppError> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        // Compared below with our own clock, which tests move by hand.
        validation.validate_exp = false;
        let now = self.clock.now();
        let secrets = self.keys.token_secrets(now);
        let claims = secrets
            .iter()
            .find_map(|s| jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(s), &validation).ok())
            .ok_or_else(|| AppError::from(ProblemCode::Unauthenticated))?
            .claims;
        if claims.exp <= now.timestamp() {
            return Err(ProblemCode::Unauthenticated.into());
        }
        match self.store.viewer(claims.sid, now).await? {
            Some(viewer) if viewer.tenant == claims.sub => Ok(viewer),
            Some(_) | None => Err(ProblemCode::SessionEnded.into()),
        }
    }
}
