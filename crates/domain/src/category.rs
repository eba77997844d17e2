//! Categories: a two-level tree of everyday words, kept per office as data.

use serde::{Deserialize, Serialize};

use crate::problem::FieldCode;

/// The name of a category in programs: 1 to 40 lower-case letters, digits and underscores.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, min_length = 1, max_length = 40, pattern = "^[a-z0-9_]+$"))]
#[serde(try_from = "String", into = "String")]
pub struct CategorySlug(String);

impl CategorySlug {
    /// Takes a slug.
    ///
    /// # Errors
    /// `UnknownValue` when it cannot be the name of a category.
    pub fn parse(slug: impl Into<String>) -> Result<Self, FieldCode> {
        let slug = slug.into();
        let fits = (1..=40).contains(&slug.len())
            && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if fits { Ok(Self(slug)) } else { Err(FieldCode::UnknownValue) }
    }

    /// The slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CategorySlug {
    type Error = FieldCode;
    fn try_from(slug: String) -> Result<Self, FieldCode> {
        Self::parse(slug)
    }
}

impl From<CategorySlug> for String {
    fn from(slug: CategorySlug) -> Self {
        slug.0
    }
}

impl std::fmt::Display for CategorySlug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One category. Groups (without a parent) and the services in them; posts name services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Category {
    /// Its name in programs.
    pub slug: CategorySlug,
    /// The group it belongs to; none for a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<CategorySlug>,
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
    /// One emoji.
    pub icon: String,
    /// Whether the two must have met before a day is fixed.
    pub sensitive: bool,
}
