//! Words and rules of De toit à toit.
//!
//! Pure: no clock, no randomness, no input or output; times and ids come in as arguments. The server and the browser
//! run the same parsers (newtypes) and the same rules (methods that answer `Result`), so that a button is shown for
//! the very reason for which the server would accept it.

pub mod barter;
pub mod calendar;
pub mod category;
pub mod circle;
pub mod code;
pub mod conversation;
mod double_option;
pub mod event;
pub mod id;
mod in_return;
pub mod leaving;
pub mod leg;
pub mod mark;
pub mod moment;
pub mod name;
pub mod news;
pub mod notice;
pub mod offer;
pub mod office;
pub mod own_data;
pub mod page;
pub mod problem;
pub mod session;
pub mod soft_note;
pub mod square;
pub mod suggestion;
pub mod tenant;
pub mod text;
pub mod tongue;

/// An instant in UTC, RFC 3339 on the wire, whole milliseconds in the database.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
