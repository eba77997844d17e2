//! What would please in return for an offer.

use serde::{Deserialize, Serialize};

use crate::category::CategorySlug;
use crate::problem::FieldCode;

/// What would please in return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", from = "InReturnAsked")]
pub enum InReturn {
    /// Nothing: a gift.
    Nothing,
    /// Anything.
    Anything,
    /// One of these services; 1 to 5.
    Categories {
        /// Which.
        categories: Vec<CategorySlug>,
    },
}

/// [`InReturn`] as it is read: a variant with braces refuses what it does not know, one without would let it pass.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(description = "What would please in return."))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum InReturnAsked {
    /// Nothing: a gift.
    Nothing {},
    /// Anything.
    Anything {},
    /// One of these services; 1 to 5.
    Categories {
        /// Which.
        #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 5))]
        categories: Vec<CategorySlug>,
    },
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for InReturn {
    /// As the variants are read: closed. The derived schema leaves that out.
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::{RefOr, Schema, schema::AdditionalProperties};
        let mut schema = InReturnAsked::schema();
        if let RefOr::T(Schema::OneOf(variants)) = &mut schema {
            for variant in &mut variants.items {
                if let RefOr::T(Schema::Object(variant)) = variant {
                    variant.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
                }
            }
        }
        schema
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for InReturn {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        InReturnAsked::schemas(schemas);
    }
}

impl From<InReturnAsked> for InReturn {
    fn from(asked: InReturnAsked) -> Self {
        match asked {
            InReturnAsked::Nothing {} => Self::Nothing,
            InReturnAsked::Anything {} => Self::Anything,
            InReturnAsked::Categories { categories } => Self::Categories { categories },
        }
    }
}

impl InReturn {
    /// The most services that can be named.
    pub const MAX_CATEGORIES: usize = 5;

    /// Checks the number of services.
    ///
    /// # Errors
    /// `Required` for none, `OutOfRange` for more than five.
    pub fn check(&self) -> Result<(), FieldCode> {
        match self {
            Self::Categories { categories } if categories.is_empty() => Err(FieldCode::Required),
            Self::Categories { categories } if categories.len() > Self::MAX_CATEGORIES => Err(FieldCode::OutOfRange),
            Self::Categories { .. } | Self::Nothing | Self::Anything => Ok(()),
        }
    }
}
