//! Keyset pages.

use serde::{Deserialize, Serialize};

/// How many things a page holds when nobody says otherwise.
pub const DEFAULT_LIMIT: u16 = 20;
/// The most things a page may hold.
pub const MAX_LIMIT: u16 = 100;

/// One page of a list, newest first. `next` is handed back as `after` for the following page; its absence is the end.
/// There is never a total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The things of this page.
    pub items: Vec<T>,
    /// The cursor of the following page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
