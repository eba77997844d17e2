//! My answer to an event, in one tap; with whom I come; what became of it.

use domain::event::{AnswerState, EventView, Guests, MyAnswer, NewAnswer, Reply};
use leptos::prelude::*;

use super::event::{Open, is_open, opened};
use crate::session::api;
use crate::ui::Stepper;
use crate::var::Var;
use crate::{time, words};

fn mine(event: &EventView) -> Option<MyAnswer> {
    opened(event)?.my_answer
}

/// Whether whoever says "I come" now would wait.
fn is_full(event: &EventView) -> bool {
    let full = |places: u16| opened(event).is_some_and(|on| on.taken >= u32::from(places) || on.waiting > 0);
    event.places.is_some_and(|places| full(places.get()))
}

/// The question and the answers; nothing where nobody can answer.
pub fn section(open: Open) -> Option<AnyView> {
    let Open { event, form, .. } = open;
    event.with_untracked(|event| opened(event).filter(|on| is_open(event, on)).map(|_| ()))?;
    let state = move || event.with(mine).map(|mine| mine.answer);
    let guests = Var::new(event.with_untracked(mine).map_or(0, |mine| mine.guests.get()));
    let send = move |answer: Reply, with: u8| {
        let with = if answer == Reply::Going { Guests::parse(with).unwrap_or_default() } else { Guests::NONE };
        let (id, new) = (event.with_untracked(|event| event.id), NewAnswer { answer, guests: with, date: open.date() });
        open.act(async move { api().answer_event(id, &new).await }, move |event| {
            // What was refused before is what it was; what came of it now is what it is.
            guests.try_set(mine(&event).map_or(0, |mine| mine.guests.get()));
            open.take(event);
        });
    };
    let held = move || state() == Some(AnswerState::Offered);
    let waits = move || event.with(is_full) && !matches!(state(), Some(AnswerState::Going | AnswerState::Offered));
    let yes = move || match state() {
        Some(AnswerState::Offered) => t!(event.take),
        Some(AnswerState::Going) => t!(event.yes),
        Some(AnswerState::Maybe | AnswerState::Declined | AnswerState::Waitlisted) | None if event.with(is_full) => {
            t!(event.line)
        }
        Some(AnswerState::Maybe | AnswerState::Declined | AnswerState::Waitlisted) | None => t!(event.yes),
    };
    let no = move || if held() { t!(event.leave) } else { t!(event.no) };
    let button = move |id: &'static str,
                       class: &'static str,
                       answer: Reply,
                       label: Box<dyn Fn() -> &'static str + Send>| {
        let pressed = move || {
            let is = matches!(
                (answer, state()),
                (Reply::Going, Some(AnswerState::Going | AnswerState::Waitlisted))
                    | (Reply::Maybe, Some(AnswerState::Maybe))
                    | (Reply::Declined, Some(AnswerState::Declined))
            );
            is.to_string()
        };
        let press = move |_| {
            if !form.busy().get_untracked() {
                send(answer, guests.get_untracked());
            }
        };
        let busy = move || form.busy().get().then_some("true");
        view! { <button type="button" id=id class=class aria-pressed=pressed aria-disabled=busy on:click=press>{label}</button> }
            .into_any()
    };
    let most = move || {
        let own = event.with(mine).map_or(0, |mine| mine.guests.get());
        event.with(|event| event.guests.get()).max(own)
    };
    let change = Callback::new(move |n: u8| {
        guests.set(n);
        if matches!(state(), Some(AnswerState::Going | AnswerState::Waitlisted)) {
            send(Reply::Going, n);
        }
    });
    // Whoever is offered places takes as many as are held for her.
    let asks = move || most() > 0 && !held();
    let with = move || {
        asks().then(|| {
            view! {
                <Stepper id="guests" label=t!(event.guests) value=guests max=Signal::derive(most) busy=form.busy() words=words::guests
                    on_change=change/>
            }
        })
    };
    let view = view! {
        <section class="answers" aria-labelledby="answer-title">
            <h2 id="answer-title">{t!(event.answer_title)}</h2>
            <div role="status">{move || event.with(said)}</div>
            {move || (waits() && state() != Some(AnswerState::Waitlisted)).then(|| view! { <p class="hint">{t!(event.line_hint)}</p> })}
            <div class="answers__all">
                {button("answer-yes", "button answer answer--yes", Reply::Going, Box::new(yes))}
                {move || (!held()).then(|| button("answer-maybe", "button answer", Reply::Maybe, Box::new(|| t!(event.maybe))))}
                {button("answer-no", "button answer", Reply::Declined, Box::new(no))}
            </div>
            {with}
        </section>
    };
    Some(view.into_any())
}

/// What my answer has become, in words.
fn said(event: &EventView) -> Option<AnyView> {
    let mine = mine(event)?;
    let guests = mine.guests.get();
    let place = mine.place_in_line.unwrap_or(1).to_string();
    let (class, words) = match (mine.answer, guests) {
        (AnswerState::Going, 0) => ("notice notice--leaf", t!(event.going).to_owned()),
        (AnswerState::Going, n) => ("notice notice--leaf", t!(event.going_with, guests = words::guests(n))),
        (AnswerState::Maybe, _) => ("notice", t!(event.maybe_said).to_owned()),
        (AnswerState::Declined, _) => ("notice", t!(event.declined).to_owned()),
        (AnswerState::Waitlisted, 0) => ("notice notice--sun", t!(event.waits, n = place)),
        (AnswerState::Waitlisted, n) => {
            ("notice notice--sun", t!(event.waits_with, guests = words::guests(n), n = place))
        }
        (AnswerState::Offered, n) => {
            let until = mine.offer_until.map(time::when).unwrap_or_default();
            let words = match n {
                0 => t!(event.offered, until = until),
                _ => t!(event.offered_many, n = mine.guests.party().to_string(), until = until),
            };
            ("notice notice--leaf", words)
        }
    };
    Some(view! { <p class=class id="my-answer">{words}</p> }.into_any())
}
