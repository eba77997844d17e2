//! People: a first name, a mark, a residence; and how they come in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::circle::{Circle, Wave};
use crate::code::JoinCode;
use crate::id::{OfficeId, ResidenceId, TenantId};
use crate::leaving::Leaving;
use crate::mark::{Mark, words};
use crate::problem::FieldCode;
use crate::text::is_blank;
use crate::tongue::Speaks;

pub use crate::name::{FirstName, fold};

/// An e-mail address, in lower case: something, an at sign, a domain with a dot; at most 254 characters (RFC 5321).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, min_length = 6, max_length = 254))]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Takes an address as typed. Whether it exists, only a letter sent there can tell.
    ///
    /// # Errors
    /// The reason for which it is refused.
    pub fn parse(typed: impl AsRef<str>) -> Result<Self, FieldCode> {
        let typed = typed.as_ref().trim();
        if is_blank(typed) {
            return Err(FieldCode::Required);
        }
        if typed.len() > 254 {
            return Err(FieldCode::TooLong);
        }
        let fits = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && !part.ends_with('.')
                && !part.contains("..")
                && part.chars().all(|c| {
                    !c.is_whitespace()
                        && !c.is_control()
                        && !matches!(c, '<' | '>' | '"' | '(' | ')' | ',' | ';' | ':' | '\\' | '[' | ']' | '@')
                })
        };
        match typed.rsplit_once('@') {
            Some((local, domain)) if local.len() <= 64 && fits(local) && fits(domain) && domain.contains('.') => {
                Ok(Self(typed.to_lowercase()))
            }
            _ => Err(FieldCode::NotAnEmail),
        }
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = FieldCode;
    fn try_from(text: String) -> Result<Self, FieldCode> {
        Self::parse(text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// A password: 8 to 200 characters of any kind (NIST SP 800-63B); that it is not easily guessed is checked where it is set.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, min_length = 8, max_length = 200))]
#[serde(try_from = "String", into = "String")]
pub struct Password(String);

impl Password {
    /// The fewest characters.
    pub const MIN: usize = 8;
    /// The most characters.
    pub const MAX: usize = 200;

    /// Takes a password as typed.
    ///
    /// # Errors
    /// `Required`, `TooShort` or `TooLong`.
    pub fn parse(typed: impl Into<String>) -> Result<Self, FieldCode> {
        let typed = typed.into();
        if is_blank(&typed) {
            return Err(FieldCode::Required);
        }
        match typed.chars().count() {
            n if n < Self::MIN => Err(FieldCode::TooShort),
            n if n > Self::MAX => Err(FieldCode::TooLong),
            _ => Ok(Self(typed)),
        }
    }

    /// The secret itself: for hashing alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Password {
    type Error = FieldCode;
    fn try_from(text: String) -> Result<Self, FieldCode> {
        Self::parse(text)
    }
}

impl From<Password> for String {
    fn from(password: Password) -> Self {
        password.0
    }
}

/// A password must not land in a log.
impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

words! {
    /// The language in which a person reads.
    Language { Fr "fr", En "en" }
}

/// What others see of a person: a first name and a mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Person {
    /// Who.
    pub id: TenantId,
    /// The first name.
    pub first_name: FirstName,
    /// The mark.
    pub mark: Mark,
}

/// A residence in few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ResidenceBrief {
    /// Which.
    pub id: ResidenceId,
    /// Its name: "16-20 rue des Meuniers, 12e".
    pub name: String,
    /// Its quarter, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarter: Option<String>,
}

/// A residence as its own tenants and their neighbours see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ResidenceView {
    /// Which.
    pub id: ResidenceId,
    /// Its name.
    pub name: String,
    /// Street and number.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// District: a postcode of Paris or the code of a commune.
    pub district: String,
    /// What people call the district: "19e".
    pub district_name: String,
    /// Quarter, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarter: Option<String>,
    /// Whether it takes part.
    pub wave: Wave,
    /// How far it is from the viewer's own, in metres, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
}

/// One of the viewer's circles: what is behind each chip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CircleView {
    /// Which circle.
    pub circle: Circle,
    /// What it is called here: the residence, the quarter, the district, the office.
    pub name: String,
    /// How many residences stand in it, the own included; only those that take part.
    pub residences: u32,
}

/// First step of joining: a code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JoinCheck {
    /// The code as typed.
    pub code: JoinCode,
}

/// What a good code opens: enough to say "yes, that is where I live", nothing about who lives there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct JoinPlace {
    /// The office's name.
    pub office: String,
    /// The residence.
    pub residence: ResidenceBrief,
    /// Street, number and postcode.
    pub address: String,
    /// How many seats are left.
    pub seats_left: u8,
    /// Shows at joining that the code was good a moment ago; lives an hour or two.
    pub ticket: String,
}

/// Last step of joining: all answers at once; nothing is kept before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The code as typed.
    pub code: JoinCode,
    /// The ticket of the first step. With it, whoever comes second to the last seat hears that the seats are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The first name.
    pub first_name: FirstName,
    /// The mark.
    pub mark: Mark,
    /// The password.
    pub password: Password,
    /// An e-mail address, for those who have one and wish to give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The language.
    pub language: Language,
}

/// A tenant as she sees herself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Me {
    /// Who.
    pub id: TenantId,
    /// The first name.
    pub first_name: FirstName,
    /// The mark.
    pub mark: Mark,
    /// The language.
    pub language: Language,
    /// The languages in which she can help or be helped.
    pub speaks: Speaks,
    /// The name to sign in with: the first name and two easy words.
    pub sign_in_name: String,
    /// The e-mail address, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The office.
    pub office: OfficeId,
    /// The office's name.
    pub office_name: String,
    /// The residence.
    pub residence: ResidenceView,
    /// Since when.
    pub joined_at: DateTime<Utc>,
    /// An erasure that is to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaving: Option<Leaving>,
    /// For `If-Match`.
    pub version: u32,
}

/// What a tenant may change about herself; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditMe {
    /// A new first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<FirstName>,
    /// A new mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// Another language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Other languages in which she can help or be helped: the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaks: Option<Speaks>,
}

/// How many neighbours one person may block.
pub const MAX_BLOCKS: u64 = 1_000;

/// A neighbour whom the viewer has blocked: the two no longer meet anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BlockView {
    /// Whom.
    pub person: Person,
    /// Since when.
    pub since: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn e_mail_addresses_are_read_in_lower_case() {
        assert_eq!(Email::parse(" Awa@Example.ORG ").unwrap().as_str(), "awa@example.org");
        for wrong in [
            "awa",
            "awa@",
            "@example.org",
            "awa@example",
            "a b@example.org",
            "a@b@c.org",
            "awa@.org",
            "awa..b@example.org",
        ] {
            assert_eq!(Email::parse(wrong), Err(FieldCode::NotAnEmail), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(typed in any::<String>()) {
            let _ = (FirstName::parse(&typed), Email::parse(&typed), Password::parse(typed));
        }
    }
}
