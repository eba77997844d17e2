//! The words of a search, and an index of posts in memory. Pure: no SQL, no HTTP, no clock.
//!
//! - [`Index`] holds which words stand in the title and text of which post; it is fed by the writes that feed the board.
//! - [`Query`] is what somebody typed, as words. There are no operators: quotes, stars and colons only separate.
//! - `fold` makes words of a text, `stem` brings forms of one word together, `edits` counts typing errors, `vocabulary` keeps words and
//!   their posts, `fit` says how well a post answers, `find` searches.
//!
//! Whether a post is an answer, and before which others, depends on the query, the post and what else the viewer sees; never on posts
//! that she does not see. Decision 0027 says why the index is here and not in the database.

mod edits;
mod find;
mod fit;
mod fold;
mod index;
mod query;
mod stem;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use find::{Hit, Rank};
pub use fold::fold;
pub use index::Index;
pub use query::Query;
