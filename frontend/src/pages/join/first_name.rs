//! The third question: what do people call you?

use crate::var::Var;
use domain::mark::Mark;
use domain::tenant::FirstName;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::{Draft, RESIDENCE, WAY_BACK};
use crate::session::session;
use crate::ui::{Act, Back, Field, Form, MarkPicker, Page, Roofline, Steps, Submit, Summary, Weight, focus};
use crate::{paths, ui};

pub fn page(draft: Draft) -> AnyView {
    let session = session();
    let form = Form::new();
    let first_name = Var::new(draft.first_name.clone());
    let colour = Var::new(draft.mark.colour);
    let animal = Var::new(draft.mark.animal);
    let doubt = Var::new(None::<String>);
    let taken = draft.mark_taken;
    let go_on = Callback::new(move |name: String| {
        let mark = Mark { colour: colour.get_untracked(), animal: animal.get_untracked() };
        Draft { first_name: name, mark, mark_taken: false, ..draft.clone() }.keep();
        session.go(paths::join(WAY_BACK));
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        doubt.set(None);
        let parsed = form.take("first-name", FirstName::parse(first_name.get_untracked()));
        let (true, Some(name)) = (form.holds(), parsed) else { return };
        if name.looks_like_full_name() {
            doubt.set(Some(name.to_string()));
            focus("doubt");
        } else {
            go_on.run(name.to_string());
        }
    };
    view! {
        <Page screen="join-name" title=t!(join.name_title) back=Back::to(t!(join.residence_back), paths::join(RESIDENCE))
            above=view! { <Roofline/><Steps now=3 of=4/> }.into_any()>
            {taken.then(|| view! { <p class="notice notice--sun" role="status">{t!(problem.mark_taken)}</p> })}
            <Summary form=form/>
            {move || doubt.get().map(|name| question(name, doubt, go_on))}
            <form class="stack" novalidate on:submit=send>
                <Field form=form id="first-name" label=t!(join.first_name) hint=t!(join.first_name_hint) value=first_name autocomplete="given-name"/>
                <h2>{t!(mark.title)}</h2>
                <p class="hint">{t!(mark.why)}</p>
                <MarkPicker form=form first_name=first_name colour=colour animal=animal/>
                <div class="actions"><Submit label=t!(join.go_on) busy=form.busy()/></div>
            </form>
        </Page>
    }
    .into_any()
}

/// Two words may be a full name: asked once, never refused.
fn question(name: String, doubt: Var<Option<String>>, go_on: Callback<String>) -> AnyView {
    let sentence = t!(join.doubt, name = &name);
    let yes = Callback::new(move |(): ()| go_on.run(name.clone()));
    let no = Callback::new(move |(): ()| {
        doubt.set(None);
        ui::focus("first-name");
    });
    view! {
        <div class="notice notice--sun" id="doubt" tabindex="-1" role="group" aria-labelledby="doubt-title">
            <h2 id="doubt-title" dir="auto">{sentence}</h2>
            <p>{t!(join.doubt_why)}</p>
            <div class="actions">
                <Act label=t!(join.doubt_yes) weight=Weight::Other busy=false on_press=yes/>
                <Act label=t!(join.doubt_no) weight=Weight::Quiet busy=false on_press=no/>
            </div>
        </div>
    }
    .into_any()
}
