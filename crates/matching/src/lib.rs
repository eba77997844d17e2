//! The market of offers and requests: who can swap with whom, directly or in a ring of three or four.
//!
//! Pure: no clock, no randomness, no input or output. Equal input gives equal answers, in whatever order it came.

mod market;
mod naive;
mod post;

pub use domain::suggestion::MatchKind;
pub use market::Market;
pub use post::{Hand, Languages, Match, PERSON_POSTS, Packing, Post, Ring, Turn};
