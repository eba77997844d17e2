//! The API as its users meet it: through `client` or by hand, against a real server, on SQLite and on PostgreSQL.

mod at_once;
mod bad_input;
mod barters;
mod capacity;
mod circles;
mod codes;
mod cookies;
mod join;
mod legs;
mod lists;
mod odd_input;
mod offers;
mod openapi;
mod roll;
mod sessions;
mod several_servers;
mod sign_in;
mod strangers;
mod support;
mod terms;
mod texts;
