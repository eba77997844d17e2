//! Changing first name and mark.

use crate::var::Var;
use client::Error;
use domain::mark::{Mark, MarkAnimal, MarkColour};
use domain::tenant::{EditMe, FirstName, Me};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::overtaken::{Current, Differs, differs, take};
use super::square;
use crate::paths;
use crate::session::{Session, api, session};
use crate::ui::{Back, Field, Form, MarkPicker, Page, Submit, Summary, fetched, shown};

pub fn page() -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        session.member().await?;
        // Another device may have changed it: what is edited is the newest.
        let me = api().get_me().await?;
        Ok(shown(move || {
            let name = Name::of(&me);
            let current = Current::new(me);
            current.drawn(move || draw(session, memory, current, name))
        }))
    })
}

/// What is being changed. Copies are the same.
#[derive(Clone, Copy)]
struct Name {
    first_name: Var<String>,
    colour: Var<MarkColour>,
    animal: Var<MarkAnimal>,
}

impl Name {
    fn of(me: &Me) -> Self {
        let Mark { colour, animal } = me.mark;
        Self { first_name: Var::new(me.first_name.to_string()), colour: Var::new(colour), animal: Var::new(animal) }
    }

    /// Takes over what another device has changed, where nothing was changed here.
    fn follow(self, was: &Me, newest: &Me) -> Differs {
        let (was, newest) = (Self::of(was), Self::of(newest));
        take(self.first_name, was.first_name, newest.first_name);
        take(self.colour, was.colour, newest.colour);
        take(self.animal, was.animal, newest.animal);
        differs(t!(join.first_name), self.first_name, newest.first_name).into_iter().collect()
    }

    fn take_stored(self, me: &Me) {
        let stored = Self::of(me);
        self.first_name.set(stored.first_name.get_untracked());
        self.colour.set(stored.colour.get_untracked());
        self.animal.set(stored.animal.get_untracked());
    }
}

fn draw(session: Session, memory: square::Memory, current: Current<Me>, name: Name) -> AnyView {
    let form = Form::new();
    let Name { first_name, colour, animal } = name;
    let version = current.thing().version;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let taken = form.take("first-name", FirstName::parse(first_name.get_untracked()));
        let (true, Some(taken)) = (form.holds(), taken) else { return };
        form.sent();
        let mark = Mark { colour: colour.get_untracked(), animal: animal.get_untracked() };
        let edit = EditMe { first_name: Some(taken), mark: Some(mark), ..EditMe::default() };
        let done = move |me: Me| {
            session.renew(me);
            memory.forget();
            session.say(t!(form.saved_said));
            session.replace(paths::ME);
        };
        let failed = move |error: Error| {
            let fields = [("/first_name", "first-name"), ("/mark", "animal")];
            let newest = async move { api().get_me().await };
            current.refused(session, form, &error, &fields, newest, move |was, newest| name.follow(was, newest));
        };
        session.act(async move { api().edit_me(version, &edit).await }, done, failed);
    };
    view! {
        <Page screen="my-name" title=t!(me.change_name) back=Back::to(t!(me.title), paths::ME)>
            {current.note(t!(form.overtaken), move |stored| name.take_stored(stored))}
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
