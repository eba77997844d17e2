//! Changing an event; also choosing the new date of one that was postponed.

use client::Error;
use domain::event::{EventState, EventView};
use domain::id::EventId;
use domain::problem::ProblemCode;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::event_draft::{EventDraft, FIELDS, Line};
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
            // Drawn anew when somebody else's hand (a host beside, another tab) was faster; what was typed here stays.
            let draft = EventDraft::from_event(&event);
            let current = Var::new((event, 0u32));
            fresh(
                move || current.with(|(_, overtaken)| overtaken.to_string()),
                move |_| member.with_untracked(|member| draw(session, memory, member, current, draft)),
            )
        }))
    })
}

/// Takes over what somebody else has changed, where nothing was changed here.
fn follow(draft: EventDraft, was: &EventView, newest: &EventView) {
    let (was, newest) = (EventDraft::from_event(was), EventDraft::from_event(newest));
    let texts = |draft: EventDraft| {
        let when = [draft.day, draft.hour, draft.end_hour, draft.end_day, draft.again, draft.until];
        let rest = [draft.title, draft.text, draft.home, draft.place, draft.step_free, draft.access, draft.circle];
        when.into_iter().chain(rest).chain([draft.limit, draft.places, draft.per_residence, draft.guests])
    };
    for ((here, was), newest) in texts(draft).zip(texts(was)).zip(texts(newest)) {
        take(here, was, newest);
    }
    take(draft.long, was.long, newest.long);
    take(draft.bring, was.bring, newest.bring);
    // A line that is gone is meant as a new one by whoever left it here.
    let there = newest.bring.get_untracked();
    let gone = |line: &&mut Line| there.iter().all(|it| it.id != line.id);
    draft.bring.update(|lines| lines.iter_mut().filter(gone).for_each(|line| line.id.clear()));
}

fn take<T: Clone + PartialEq + Send + Sync + 'static>(here: Var<T>, was: Var<T>, newest: Var<T>) {
    if here.with_untracked(|here| was.with_untracked(|was| here == was)) {
        here.set(newest.get_untracked());
    }
}

fn draw(
    session: Session,
    memory: square::Memory,
    member: &Member,
    current: Var<(EventView, u32)>,
    draft: EventDraft,
) -> AnyView {
    let (event, overtaken) = current.get_untracked();
    let id = event.id;
    let form = Form::new();
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
                move |newest| {
                    if let Some((was, _)) = current.try_get() {
                        follow(draft, &was, &newest);
                        current.set((newest, overtaken + 1));
                    }
                },
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
            {(overtaken > 0).then(|| view! { <p class="notice notice--sun" role="status">{t!(event_form.overtaken)}</p> })}
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
