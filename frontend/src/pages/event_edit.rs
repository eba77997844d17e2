//! Changing an event; also choosing the new date of one that was postponed.

use client::Error;
use domain::event::{EventState, EventView};
use domain::id::EventId;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::event_draft::{EventDraft, FIELDS, Line};
use super::event_fields::{
    circle_fields, line_fields, place_fields, places_fields, repeat_fields, times_fields, words_fields,
};
use super::overtaken::{Current, Differs, differs, take};
use super::square;
use crate::paths;
use crate::session::{Member, Session, api, session};
use crate::ui::{Back, Form, Page, Submit, Summary, fetched, shown};
use crate::var::Var;

pub fn page(id: EventId) -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        let member = Var::new(session.member().await?);
        let event = api().get_event(id, None).await?;
        Ok(shown(move || {
            let draft = EventDraft::from_event(&event);
            let current = Current::new(event);
            current.drawn(move || member.with_untracked(|member| draw(session, memory, member, current, draft)))
        }))
    })
}

fn texts(draft: EventDraft) -> impl Iterator<Item = Var<String>> {
    let when = [draft.day, draft.hour, draft.end_hour, draft.end_day, draft.again, draft.until];
    let rest = [draft.title, draft.text, draft.home, draft.place, draft.step_free, draft.access, draft.circle];
    when.into_iter().chain(rest).chain([draft.limit, draft.places, draft.per_residence, draft.guests])
}

/// Takes over what somebody else has changed, where nothing was changed here; what still differs stays.
fn follow(draft: EventDraft, was: &EventView, newest: &EventView) -> Differs {
    let (was, newest) = (EventDraft::from_event(was), EventDraft::from_event(newest));
    for ((here, was), newest) in texts(draft).zip(texts(was)).zip(texts(newest)) {
        take(here, was, newest);
    }
    take(draft.long, was.long, newest.long);
    take(draft.bring, was.bring, newest.bring);
    // A line that is gone is meant as a new one by whoever left it here.
    let there = newest.bring.get_untracked();
    let gone = |line: &&mut Line| there.iter().all(|it| it.id != line.id);
    draft.bring.update(|lines| lines.iter_mut().filter(gone).for_each(|line| line.id.clear()));
    let words = [
        (t!(event_form.title), draft.title, newest.title),
        (t!(event_form.text), draft.text, newest.text),
        (t!(event.place), draft.place, newest.place),
    ];
    words.into_iter().filter_map(|(field, here, newest)| differs(field, here, newest)).collect()
}

/// Says what is stored, whatever was typed.
fn take_stored(draft: EventDraft, event: &EventView) {
    let stored = EventDraft::from_event(event);
    for (here, stored) in texts(draft).zip(texts(stored)) {
        here.set(stored.get_untracked());
    }
    draft.long.set(stored.long.get_untracked());
    draft.bring.set(stored.bring.get_untracked());
}

fn draw(
    session: Session,
    memory: square::Memory,
    member: &Member,
    current: Current<EventView>,
    draft: EventDraft,
) -> AnyView {
    let event = current.thing();
    let id = event.id;
    let form = Form::new();
    let whose = Var::new(member.clone());
    let send = move |submit: SubmitEvent| {
        submit.prevent_default();
        if !form.begin() {
            return;
        }
        let event = current.thing();
        let taken = whose.with_untracked(|member| draft.take_edit(form, member, &event));
        let (true, Some(edit)) = (form.holds(), taken) else { return };
        form.sent();
        let done = move |event: EventView| {
            memory.forget();
            session.say(t!(event_form.changed_said));
            session.replace(paths::event(event.id));
        };
        let failed = move |error: Error| {
            let newest = async move { api().get_event(id, None).await };
            current.refused(session, form, &error, &FIELDS, newest, move |was, newest| follow(draft, was, newest));
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
            {current.note(t!(event_form.overtaken), move |stored| take_stored(draft, stored))}
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
