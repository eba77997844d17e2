//! The application as neighbours meet it: in a real Chromium, against a real server on SQLite.
//!
//! `chromium` starts and ends the browser, `tab` acts in it like a hand, `look` examines what it shows, `street` holds the people.

mod agenda;
mod by_hand;
mod chromium;
mod counts;
mod dates;
mod departures;
mod drafts;
mod events;
mod first_visit;
mod gatherings;
mod guests;
mod hand;
mod hosts;
mod job;
mod joining;
mod leaving;
mod look;
mod matches;
mod neighbours;
mod network;
mod news;
mod notices;
mod own_data;
mod paper;
mod posts;
mod rings;
mod screens;
mod search;
mod sentences;
mod square;
mod street;
mod suggested;
#[path = "../api/support/mod.rs"]
#[allow(dead_code, unused_imports, unused_macros, reason = "shared with the tests of the API, which use the rest")]
mod support;
mod tab;
mod talk;
mod talked;
mod typed;
mod walk;
mod week;
mod wire;
