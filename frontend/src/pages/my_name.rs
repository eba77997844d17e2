//! Changing first name and mark.

use crate::var::Var;
use domain::mark::Mark;
use domain::problem::ProblemCode;
use domain::tenant::{EditMe, FirstName, Me};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::square;
use crate::paths;
use crate::session::{Session, api, session};
use crate::ui::{Back, Field, Form, MarkPicker, Page, Submit, Summary, fetched, fresh, shown};

pub fn page() -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        session.member().await?;
        // Another device may have changed it: what is edited is the newest.
        let me = api().get_me().await?;
        Ok(shown(move || {
            let current = Var::new((me, false));
            fresh(move || current.with(|(me, _)| me.version.to_string()), move |_| draw(session, memory, current))
        }))
    })
}

fn draw(session: Session, memory: square::Memory, current: Var<(Me, bool)>) -> AnyView {
    let (me, overtaken) = current.get_untracked();
    let form = Form::new();
    let first_name = Var::new(me.first_name.to_string());
    let (colour, animal) = (Var::new(me.mark.colour), Var::new(me.mark.animal));
    let version = me.version;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let name = form.take("first-name", FirstName::parse(first_name.get_untracked()));
        let (true, Some(name)) = (form.holds(), name) else { return };
        form.sent();
        let mark = Mark { colour: colour.get_untracked(), animal: animal.get_untracked() };
        let edit = EditMe { first_name: Some(name), mark: Some(mark), ..EditMe::default() };
        let done = move |me: Me| {
            session.renew(me);
            memory.forget();
            session.say(t!(form.saved_said));
            session.replace(paths::ME);
        };
        let failed = move |error: client::Error| {
            if error.code() != Some(ProblemCode::PreconditionFailed) {
                return form.refused(&error, &[("/first_name", "first-name"), ("/mark", "animal")]);
            }
            let newest = async move { api().get_me().await };
            session.act(
                newest,
                move |me| {
                    current.try_set((me, true));
                },
                move |error| form.refused(&error, &[]),
            );
        };
        session.act(async move { api().edit_me(version, &edit).await }, done, failed);
    };
    view! {
        <Page screen="my-name" title=t!(me.change_name) back=Back::to(t!(me.title), paths::ME)>
            {overtaken.then(|| view! { <p class="notice notice--sun" role="status">{t!(problem.stale)}</p> })}
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <Field form=form id="first-name" label=t!(join.first_name) hint=t!(join.first_name_hint) value=first_name autocomplete="given-name"/>
                <h2>{t!(mark.title)}</h2>
                <p class="hint">{t!(mark.why)}</p>
                <MarkPicker form=form first_name=first_name colour=colour animal=animal/>
                <div class="actions"><Submit label=t!(form.save) busy=form.busy()/></div>
            </form>
        </Page>
    }
    .into_any()
}
