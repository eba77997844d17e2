//! The square of the demo: a lost cat, a key ring that was found, a party, a workshop that is full, first messages.

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::conversation::{ConversationWith, NewConversation, ThingKind, ThingRef};
use domain::event::{Guests, NewAnswer, NewEvent, Reply};
use domain::id::ResidenceId;
use domain::moment::in_paris;
use domain::notice::{NewNotice, Radius, Seen};
use domain::text::MessageText;
use serde::Deserialize;
use serde_json::Value;

use super::{Joined, refused};
use crate::app::{self, App};
use crate::cli::CliError;
use crate::store::Viewer;

const PHOTO: &[u8] = include_bytes!("../../../data/demo/minou.jpg");

#[derive(Deserialize)]
struct Square {
    notices: Vec<DemoNotice>,
    events: Vec<DemoEvent>,
}

#[derive(Deserialize)]
struct DemoNotice {
    /// Whose, by her place among the neighbours.
    by: usize,
    #[serde(default)]
    photo: bool,
    /// Around which residence, by the office's reference.
    seen: Option<String>,
    radius_m: Option<u16>,
    notice: NewNotice,
}

#[derive(Deserialize)]
struct DemoEvent {
    by: usize,
    /// How many days from now, and the hours that clocks show: `15:00`.
    in_days: i64,
    from: String,
    to: String,
    /// All but its times.
    event: serde_json::Map<String, Value>,
    /// Who comes, with how many guests.
    going: Vec<(usize, u8)>,
    maybe: Vec<usize>,
}

fn who(joined: &[Joined], n: usize) -> Result<&Viewer, CliError> {
    joined.get(n).map(|j| &j.viewer).ok_or_else(|| CliError::new("la démonstration nomme quelqu'un qui n'y est pas"))
}

/// Fills the square.
pub async fn fill(app: &App, joined: &[Joined], residences: &HashMap<String, ResidenceId>) -> Result<(), CliError> {
    let square: Square = serde_json::from_slice(include_bytes!("../../../data/demo/square.json"))
        .map_err(|e| CliError::new(e.to_string()))?;
    for demo in square.notices {
        let viewer = who(joined, demo.by)?;
        let mut new = demo.notice;
        if let Some((reference, radius)) = demo.seen.zip(demo.radius_m) {
            let residence =
                *residences.get(&reference).ok_or_else(|| CliError::new("une résidence de démonstration manque"))?;
            let at = Some(app.clock.now() - TimeDelta::hours(20));
            new.seen = Some(Seen { residence, radius_m: Radius::parse(radius).map_err(refused)?, at });
        }
        let id = app::notices::create(app, viewer, new, None).await?;
        if demo.photo {
            app::photos::put(app, viewer, id, PHOTO).await?;
            let about = ThingRef { kind: ThingKind::Notice, id: id.0 };
            let text = "Je crois l'avoir vu hier soir près du local à poubelles. J'ouvre l'œil !";
            let text = MessageText::parse(text).map_err(refused)?;
            let first = NewConversation { about, with: ConversationWith::Author, text };
            app::conversations::start(app, who(joined, 1)?, first, None).await?;
        }
    }
    for demo in square.events {
        event(app, joined, demo).await?;
    }
    Ok(())
}

async fn event(app: &App, joined: &[Joined], demo: DemoEvent) -> Result<(), CliError> {
    let day = in_paris(app.clock.now()).date() + TimeDelta::days(demo.in_days);
    let mut fields = demo.event;
    for (name, hour) in [("start", demo.from), ("end", demo.to)] {
        fields.insert(name.to_owned(), Value::String(format!("{day}T{hour}:00")));
    }
    fields.entry("draft").or_insert(Value::Bool(false));
    let new: NewEvent = serde_json::from_value(Value::Object(fields)).map_err(|e| CliError::new(e.to_string()))?;
    let date = new.repeat.is_some().then_some(day);
    let id = app::events::create(app, who(joined, demo.by)?, new, None).await?;
    let going = demo.going.into_iter().map(|(n, guests)| (n, Reply::Going, guests));
    for (n, answer, guests) in going.chain(demo.maybe.into_iter().map(|n| (n, Reply::Maybe, 0))) {
        let guests = Guests::parse(guests).map_err(refused)?;
        app::events::answers::answer(app, who(joined, n)?, id, NewAnswer { answer, guests, date }).await?;
    }
    Ok(())
}
