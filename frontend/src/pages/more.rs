//! "See more": the next page of a list.

use std::future::Future;

use client::Error;
use domain::page::Page;
use leptos::prelude::*;

use crate::session::Session;
use crate::ui::{Act, Form, Summary, Weight};
use crate::var::Var;

/// The button as long as there is more, and what is wrong when the next page does not come. `ask` takes the cursor of the page before.
pub fn more<T, A>(
    session: Session,
    items: Var<Vec<T>>,
    next: Var<Option<String>>,
    ask: impl Fn(Option<String>) -> A + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    A: Future<Output = Result<Page<T>, Error>> + 'static,
{
    let form = Form::new();
    let press = Callback::new(move |(): ()| {
        if !form.begin() {
            return;
        }
        form.sent();
        let done = move |page: Page<T>| {
            form.done();
            items.try_update(|items| items.extend(page.items));
            next.try_set(page.next);
        };
        session.act(ask(next.get_untracked()), done, move |error| form.refused(&error, &[]));
    });
    let button = move || {
        next.get().is_some().then(|| {
            view! { <div class="actions"><Act label=t!(square.more) weight=Weight::Other busy=form.busy() on_press=press/></div> }
        })
    };
    view! { <Summary form=form/>{button} }.into_any()
}
