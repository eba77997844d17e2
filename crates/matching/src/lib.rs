//! The market of offers and requests: who can swap with whom, directly or in a ring of three or four.
//!
//! Pure: no clock, no randomness, no input or output. Equal input gives equal answers, in whatever order it came.

mod best;
mod blocks;
mod check;
mod crowd;
mod join;
mod map;
mod market;
mod matches;
mod pack;
mod post;
mod rings;
mod shelf;
mod sides;
mod tree;
mod turns;

pub use domain::suggestion::MatchKind;
pub use market::Market;
pub use post::{Hand, Languages, Match, PERSON_POSTS, Packing, Post, Ring, Turn};
