//! Signing in, and the devices that are signed in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::SessionId;
use crate::mark::words;
use crate::tenant::{Me, Password};
use crate::text::Words;

/// Name (or e-mail address) and password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The sign-in name from the card ("samir tulipe bateau", hyphens or spaces, any case), or the e-mail address.
    pub name: Words,
    /// The password.
    pub password: Password,
}

/// The refresh token, for programs. A browser sends its cookie and an empty object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The token of the last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// What a program gets at joining, signing in and refreshing. In a browser both tokens travel in cookies that scripts cannot read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// For `Authorization: Bearer`; good for ten minutes.
    pub access_token: String,
    /// For one refresh; its second use ends the session.
    pub refresh_token: String,
    /// Seconds until the access token ends.
    pub expires_in: u32,
}

/// The answer to joining, signing in and refreshing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Who signed in.
    pub me: Me,
    /// The tokens; absent in a browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// Whether this signing in stopped an erasure that was to come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stayed: bool,
}

words! {
    /// What kind of device a session runs on, as far as its `User-Agent` tells.
    Device { Phone "phone", Tablet "tablet", Computer "computer", Program "program" }
}

/// One device that is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// Which.
    pub id: SessionId,
    /// On what kind of device.
    pub device: Device,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed.
    pub last_used_at: DateTime<Utc>,
    /// When it ends unless it is used.
    pub expires_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub current: bool,
}
