//! The market of offers and requests: who can swap with whom, directly or in a ring of three or four.
//!
//! Pure: no clock, no randomness, no input or output. Equal input gives equal answers, in whatever order it came. What matches what is told in
//! `docs/decisions/0023-turns.md`; `tests/oracle` spells the rules out a second time, slowly.
//!
//! - [`Market`] keeps posts (`crowd`), who blocks whom (`blocks`), residences and distances (`map`, `near`) and categories (`tree`).
//! - [`MarketBuilder`] takes many posts at once.
//! - What a person can give and get are her turns (`turns`); they lie on the shelf of her residence (`shelf`), by category.
//! - `matches`, `rings` and `pack` ask the shelves. A ring is searched from both sides of a turn (`sides`), which are joined (`join`); the
//!   best are kept (`best`).

mod best;
mod blocks;
mod builder;
mod check;
mod crowd;
mod join;
mod map;
mod market;
mod matches;
mod near;
mod pack;
mod post;
mod rings;
mod shelf;
mod sides;
mod tree;
mod turns;

pub use builder::MarketBuilder;
pub use domain::suggestion::MatchKind;
pub use market::Market;
pub use post::{Hand, Languages, Match, PERSON_POSTS, Packing, Post, Ring, Turn};
