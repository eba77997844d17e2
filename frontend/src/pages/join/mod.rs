//! Joining: four short screens, one question each, then a welcome. What has been answered is kept until the tab is closed, so an
//! interrupted join goes on where it was; the password never is.

mod code;
mod done;
mod first_name;
mod residence;
mod way_back;

use domain::mark::{Mark, MarkAnimal, MarkColour};
use domain::tenant::JoinPlace;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::by_params;
use crate::session::session;
use crate::ui::not_found;
use crate::{paths, saved};

const RESIDENCE: &str = "residence";
const FIRST_NAME: &str = "prenom";
const WAY_BACK: &str = "retour";
const DONE: &str = "bienvenue";
const DRAFT: &str = "join";

/// The answers so far.
#[derive(Clone, Serialize, Deserialize)]
struct Draft {
    code: String,
    place: Option<JoinPlace>,
    first_name: String,
    mark: Mark,
    mark_taken: bool,
    /// One join, however often it is sent.
    key: String,
}

impl Draft {
    fn load() -> Self {
        saved::draft(DRAFT).unwrap_or_else(|| {
            let key = saved::new_key();
            // Any mark to begin with, so that not everybody is the first one.
            let mut draws = key.bytes().map(usize::from);
            let mut draw = |n: usize| draws.by_ref().take(8).sum::<usize>() % n;
            let mark = Mark {
                colour: MarkColour::ALL[draw(MarkColour::ALL.len())],
                animal: MarkAnimal::ALL[draw(MarkAnimal::ALL.len())],
            };
            Self { code: String::new(), place: None, first_name: String::new(), mark, mark_taken: false, key }
        })
    }

    fn keep(&self) {
        saved::keep_of_stranger(DRAFT, self);
    }
}

/// The page of each step.
pub fn join() -> AnyView {
    crate::app::expect_member();
    by_params(|params| {
        let draft = Draft::load();
        match params.get_str("step").unwrap_or_default() {
            "" => code::page(draft),
            DONE => done::page(),
            RESIDENCE | FIRST_NAME | WAY_BACK if draft.place.is_none() => begin_again(paths::JOIN.to_owned()),
            WAY_BACK if draft.first_name.is_empty() => begin_again(paths::join(FIRST_NAME)),
            RESIDENCE => residence::page(draft),
            FIRST_NAME => first_name::page(draft),
            WAY_BACK => way_back::page(draft),
            _ => not_found(),
        }
    })
}

/// To the first question that has no answer yet.
fn begin_again(path: String) -> AnyView {
    let session = session();
    Effect::new(move || session.replace(path.clone()));
    ().into_any()
}
