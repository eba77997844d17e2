//! Changing an event; also choosing the new date of one that was postponed.

use client::Error;
use domain::event::{EventState, EventView};
use domain::id::EventId;
use domain::problem::ProblemCode;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::event_draft::{EventDraft, FIELDS};
use super::event_fields::{
    circle_fields, line_fields, place_fields, places_fields, repeat_fields, times_fields, words_fields,
};
use super::square;
use crate::paths;
use crate::session::{Member, Session, api, session};
use crate::ui::{Back, Form, Page, Submit, Summary, fetched, fresh, shown};
use crate::var::Var;

pub fn page(id: EventId) -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        let member = Var::new(session.member().await?);
        let event = api().get_event(id, None).await?;
        Ok(shown(move || {
            // Drawn anew with the newest version when somebody else's hand (a host beside, another tab) was faster.
            let current = Var::new((event, 0u32));
            fresh(
                move || current.with(|(_, overtaken)| overtaken.to_string()),
                move |_| member.with_untracked(|member| draw(session, memory, member, current)),
            )
        }))
    })
}

fn draw(session: Session, memory: square::Memory, member: &Member, current: Var<(EventView, u32)>) -> AnyView {
    let (event, overtaken) = current.get_untracked();
    let id = event.id;
    let form = Form::new();
    let draft = EventDraft::from_event(&event);
    let whose = Var::new(member.clone());
    let send = move |submit: SubmitEvent| {
        submit.prevent_default();
        if !form.begin() {
            return;
        }
        let event = current.with_untracked(|(event, _)| event.clone());
        let taken = whose.with_untracked(|member| draft.take_edit(form, member, &event));
        let (true, Some(edit)) = (form.holds(), taken) else { return };
        form.sent();
        let done = move |event: EventView| {
            memory.forget();
            session.say(t!(event_form.changed_said));
            session.replace(paths::event(event.id));
        };
        let failed = move |error: Error| {
            if error.code() != Some(ProblemCode::PreconditionFailed) {
                return form.refused(&error, &FIELDS);
            }
            session.act(
                async move { api().get_event(id, None).await },
                move |newest| current.try_set((newest, overtaken + 1)),
                move |error| form.refused(&error, &[]),
            );
        };
        session.act(async move { api().edit_event(id, event.version, &edit).await }, done, failed);
    };
    let part = |title: &'static str, fields: AnyView| {
        view! { <section class="stack"><h2>{title}</h2>{fields}</section> }.into_any()
    };
    let note = match event.state {
        EventState::Postponed => t!(event_form.resume_note),
        EventState::Draft => t!(event.draft_note),
        EventState::Published | EventState::Cancelled | EventState::Ended => t!(event_form.told_note),
    };
    let (words, circle) = (words_fields(form, draft), circle_fields(form, draft, member, false));
    let (places, again) = (places_fields(form, draft, false), repeat_fields(form, draft, false));
    let when = part(t!(event_form.when_title), times_fields(form, draft));
    let place = part(t!(event_form.where_title), place_fields(form, draft, member));
    let bring = part(t!(event_form.bring_title), line_fields(form, draft, session));
    view! {
        <Page screen="event-edit" title=t!(event_form.edit_title) back=Back::to(t!(event.back), paths::event(id))>
            {(overtaken > 0).then(|| view! { <p class="notice notice--sun" role="status">{t!(problem.stale)}</p> })}
            <p class="notice">{note}</p>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                {words}
                {when}
                {place}
                {circle}
                {places}
                {again}
                {bring}
                <div class="actions"><Submit label=t!(form.save) busy=form.busy()/></div>
            </form>
        </Page>
    }
    .into_any()
}
