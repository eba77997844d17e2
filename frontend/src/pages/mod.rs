//! The pages: they fetch, they decide what is shown, they act.

pub mod agenda;
pub mod barter;
pub mod barters;
pub mod block;
mod composer;
mod confirm;
pub mod conversation;
pub mod conversations;
mod counter;
pub mod event;
mod event_answer;
mod event_dates;
mod event_draft;
mod event_edit;
mod event_fields;
mod event_form;
mod event_host;
mod event_lines;
mod event_people;
mod first_words;
pub mod join;
mod leave;
mod leave_events;
mod leg_day;
mod leg_draft;
mod legs;
pub mod match_propose;
mod matches;
pub mod me;
mod more;
mod my_blocks;
mod my_calendars;
mod my_name;
mod my_offers;
mod my_sessions;
mod my_tongues;
pub mod news;
mod news_words;
pub mod notice;
mod notice_alike;
mod notice_draft;
mod notice_edit;
mod notice_form;
mod notice_photo;
pub mod offer;
mod offer_draft;
mod offer_edit;
pub mod offer_form;
mod overtaken;
mod own_data;
mod propose;
pub mod receipt;
mod ring_barter;
pub mod rings;
pub mod search;
pub mod sign_in;
pub mod square;
mod talk;
mod talk_lines;
pub mod talk_new;
pub mod talk_todo;
mod talks_about;
mod terms;
mod transparency;
pub mod welcome;
pub mod what;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;

use crate::ui::fresh;

/// Draws a page for the values in its address, anew for each.
fn by_params(draw: impl Fn(&ParamsMap) -> AnyView + Send + Sync + 'static) -> AnyView {
    let params = use_params_map();
    fresh(move || params.with(ParamsMap::to_query_string), move |_| params.with_untracked(&draw))
}

/// The step of a page that asks one question at a time (`?etape=2`), 1 to `last`.
fn step(last: u8) -> Memo<u8> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| query.get_str("etape").and_then(|step| step.parse().ok()).unwrap_or(1).clamp(1, last))
    })
}
