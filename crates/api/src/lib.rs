//! The server of De toit à toit.
//!
//! `routes/` speaks HTTP, `app/` holds the use cases that write, `store/` alone knows SQL. Reads go from a route to the store with the
//! viewer; writes always pass through `app`.

pub mod app;
pub mod cli;
pub mod clock;
pub mod data_map;
pub mod hold;
pub mod ical;
pub mod keys;
pub mod ledger;
pub mod live;
pub mod photos;
pub mod routes;
pub mod search;
pub mod server;
pub mod store;

/// The OpenAPI document as it is committed: sorted by path, indented, with a line break at its end.
#[must_use]
pub fn openapi_json() -> String {
    let mut text = serde_json::to_string_pretty(&routes::openapi()).unwrap_or_default();
    text.push('\n');
    text
}
