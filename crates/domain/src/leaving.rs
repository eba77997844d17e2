//! Leaving: the right to be forgotten (GDPR, article 17), at once or after a pause, proven by a receipt.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::id::TenantId;
use crate::mark::{Mark, words};
use crate::problem::FieldCode;
use crate::tenant::{FirstName, Password, ResidenceBrief};

/// How long somebody who asks for a pause can still come back.
pub const PAUSE_DAYS: i64 = 7;
/// How long people whose lease has ended are warned before their account goes.
pub const LEASE_NOTICE_DAYS: i64 = 30;
/// How long an account may lie unused: 24 months.
pub const UNUSED_DAYS: i64 = 730;
/// After how many unused days each of the two warnings is due: two months and two weeks before the end.
pub const WARNING_DAYS: [i64; 2] = [UNUSED_DAYS - 60, UNUSED_DAYS - 14];
/// How long backups are kept: what was erased may stand in one of them for so long.
pub const BACKUP_DAYS: i64 = 30;
/// How long a receipt can be fetched again.
pub const RECEIPT_DAYS: i64 = 90;

words! {
    /// When somebody wants to be erased.
    LeaveWhen { Now "now", InSevenDays "in_seven_days" }
}

impl LeaveWhen {
    /// The moment at which the erasure begins.
    #[must_use]
    pub fn erase_at(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Now => now,
            Self::InSevenDays => now + TimeDelta::days(PAUSE_DAYS),
        }
    }
}

words! {
    /// Why an account is going to be erased.
    LeavingWhy { Asked "asked", Unused "unused", LeaseEnded "lease_ended" }
}

impl LeavingWhy {
    /// Whether signing in stops it: who comes back wants to stay. The end of a lease is for the office to take back.
    #[must_use]
    pub const fn is_stopped_by_signing_in(self) -> bool {
        match self {
            Self::Asked | Self::Unused => true,
            Self::LeaseEnded => false,
        }
    }

    /// Whether neighbours no longer meet her offers meanwhile.
    #[must_use]
    pub const fn hides_offers(self) -> bool {
        match self {
            Self::Asked => true,
            Self::Unused | Self::LeaseEnded => false,
        }
    }
}

/// An erasure that is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Leaving {
    /// When it begins.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: LeavingWhy,
}

/// The secret name of a receipt, made by whoever leaves: so that it can be fetched even when the answer got lost. 22 to 64 letters,
/// digits, `-` and `_`; random, at least 128 bits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, min_length = 22, max_length = 64, pattern = "^[A-Za-z0-9_-]{22,64}$"))]
#[serde(try_from = "String", into = "String")]
pub struct ReceiptToken(String);

impl ReceiptToken {
    /// Takes a token.
    ///
    /// # Errors
    /// `WrongForm`.
    pub fn parse(text: impl Into<String>) -> Result<Self, FieldCode> {
        let text = text.into();
        let fits = (22..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if fits { Ok(Self(text)) } else { Err(FieldCode::WrongForm) }
    }

    /// The token itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ReceiptToken {
    type Error = FieldCode;
    fn try_from(text: String) -> Result<Self, FieldCode> {
        Self::parse(text)
    }
}

impl From<ReceiptToken> for String {
    fn from(token: ReceiptToken) -> Self {
        token.0
    }
}

impl std::str::FromStr for ReceiptToken {
    type Err = FieldCode;
    fn from_str(text: &str) -> Result<Self, FieldCode> {
        Self::parse(text)
    }
}

/// Whoever has it can read the receipt: it must not land in a log.
impl std::fmt::Debug for ReceiptToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReceiptToken(…)")
    }
}

/// "I leave": asked with the password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// The password once more.
    pub password: Password,
    /// At once, or after a pause of seven days that signing in stops.
    pub when: LeaveWhen,
    /// The name under which the receipt can be fetched.
    pub receipt: ReceiptToken,
}

words! {
    /// How far an erasure is.
    ReceiptState { Waiting "waiting", Stopped "stopped", Erasing "erasing", Done "done" }
}

/// A receipt, and how far the erasure is of which it tells. Holds nothing about the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReceiptView {
    /// How far.
    pub state: ReceiptState,
    /// When the erasure begins, or began.
    pub erase_at: DateTime<Utc>,
    /// When nothing was left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<DateTime<Utc>>,
    /// Until when the last backup is kept in which something may stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backups_until: Option<DateTime<Utc>>,
    /// The receipt to print or to keep: a text that ends with its signature (Ed25519, RFC 8032).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A neighbour as those see her who may know of her.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Neighbour {
    /// Who.
    pub id: TenantId,
    /// The first name.
    pub first_name: FirstName,
    /// The mark.
    pub mark: Mark,
    /// Where she lives.
    pub residence: ResidenceBrief,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_token_is_long_enough_to_be_a_secret() {
        assert!(ReceiptToken::parse("a".repeat(22)).is_ok());
        for wrong in ["", "a", "une phrase avec des espaces", "../../../../../etc/passwd"] {
            assert_eq!(ReceiptToken::parse(wrong), Err(FieldCode::WrongForm), "{wrong}");
        }
        assert_eq!(ReceiptToken::parse("a".repeat(65)), Err(FieldCode::WrongForm));
    }

    #[test]
    fn both_warnings_come_before_the_end() {
        assert!(WARNING_DAYS[0] < WARNING_DAYS[1] && WARNING_DAYS[1] < UNUSED_DAYS);
    }
}
