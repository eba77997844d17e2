//! The API as its users meet it: through `client` or by hand, against a real server, on SQLite and on PostgreSQL.

mod at_once;
mod backups;
mod bad_input;
mod barters;
mod canary;
mod capacity;
mod circles;
mod codes;
mod cookies;
mod data_map;
mod join;
mod keys;
mod leaving;
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
