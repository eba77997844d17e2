//! Not seeing a neighbour any more: asked once, done in silence.

use domain::id::TenantId;
use domain::leaving::Neighbour;
use domain::problem::ProblemCode;
use domain::tenant::Person;
use leptos::prelude::*;

use super::{by_params, square};
use crate::paths;
use crate::session::{Session, api, here, session};
use crate::ui::{Act, Face, Form, Go, Page, Summary, Weight, fetched, not_found, shown};

/// The quiet link that leads here.
pub fn way(person: &Person) -> AnyView {
    let label = t!(block.go, name = person.first_name.as_str());
    view! { <Go label=label href=paths::block(person.id) weight=Weight::Faint/> }.into_any()
}

/// The page.
pub fn block() -> AnyView {
    by_params(|params| match params.get_str("id").and_then(|id| id.parse().ok()) {
        Some(id) => load(id),
        None => not_found(),
    })
}

fn load(id: TenantId) -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        let from = here();
        session.member().await?;
        match api().get_neighbour(id).await {
            Ok(neighbour) => Ok(shown(move || draw(session, memory, &neighbour))),
            // An old exchange still leads here from somebody who is blocked already: the list says so.
            Err(error) if error.code() == Some(ProblemCode::NotFound) => {
                if here() == from {
                    session.replace(paths::me(paths::me_part::BLOCKS));
                }
                Ok(shown(|| ().into_any()))
            }
            Err(error) => Err(error),
        }
    })
}

fn draw(session: Session, memory: square::Memory, neighbour: &Neighbour) -> AnyView {
    let form = Form::new();
    let id = neighbour.id;
    let name = neighbour.first_name.to_string();
    let said = t!(block.said, name = &name);
    let press = Callback::new(move |(): ()| {
        if !form.begin() {
            return;
        }
        form.sent();
        let said = said.clone();
        let done = move |()| {
            memory.forget();
            session.say(said);
            session.look_what_waits();
            session.replace(paths::SQUARE);
        };
        session.act(async move { api().block_neighbour(id).await }, done, move |error| form.refused(&error, &[]));
    });
    // Where she came from, the offer or the exchange: the browser knows.
    let back = Callback::new(move |(): ()| {
        let history = window().history().ok().filter(|history| history.length().is_ok_and(|pages| pages > 1));
        match history {
            // A browser that refuses to go back still shows the bar of places.
            Some(history) => drop(history.back()),
            None => session.replace(paths::SQUARE),
        }
    });
    let above = view! { <p class="row"><Face mark=neighbour.mark size="mark--large"/></p> };
    view! {
        <Page screen="block" title=t!(block.title, name = &name) above=above.into_any()>
            <Summary form=form/>
            <p dir="auto">{t!(block.lead, name = &name)}</p>
            <p>{t!(block.running)}</p>
            <div class="actions">
                <Act id="yes" label=t!(block.yes, name = &name) weight=Weight::Alarm busy=form.busy() on_press=press/>
                <Act id="no" label=t!(block.no) weight=Weight::Quiet busy=false on_press=back/>
            </div>
        </Page>
    }
    .into_any()
}
