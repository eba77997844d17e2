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

fn is_seated(event: &EventView) -> bool {
    match mine(event).map(|mine| mine.answer) {
        Some(AnswerState::Going | AnswerState::Offered) => true,
        Some(AnswerState::Maybe | AnswerState::Declined | AnswerState::Waitlisted) | None => false,
    }
}

/// Whether whoever has no place and says now that she comes, with so many guests, would wait. From the beginning on nobody does.
fn would_wait(event: &EventView, guests: u8) -> bool {
    let too_many = event.places_for_me.is_some_and(|free| free <= u32::from(guests));
    too_many && event.starts_at > time::now() && !is_seated(event)
}

/// Why she would wait, or from how many guests on.
fn why(event: &EventView) -> Option<String> {
    let (free, on) = (event.places_for_me?, opened(event)?);
    let waits = on.my_answer.is_some_and(|mine| mine.answer == AnswerState::Waitlisted);
    if is_seated(event) || waits || event.starts_at <= time::now() {
        return None;
    }
    let all_taken = event.places.is_some_and(|places| on.taken >= u32::from(places.get()));
    match free {
        0 if all_taken => Some(t!(event.line_hint).to_owned()),
        0 if event.places_per_residence.is_some() => Some(t!(event.line_home).to_owned()),
        0 => Some(t!(event.line_others).to_owned()),
        n if n > u32::from(event.guests.get()) => None,
        1 => Some(t!(event.left_one).to_owned()),
        n => Some(t!(event.left_many, n = n.to_string())),
    }
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
    let waits = move || event.with(|event| would_wait(event, guests.get()));
    let yes = move || match state() {
        Some(AnswerState::Offered) => t!(event.take),
        Some(AnswerState::Waitlisted) if waits() => t!(event.line),
        Some(AnswerState::Maybe | AnswerState::Declined) | None if waits() => t!(event.queue),
        Some(AnswerState::Going | AnswerState::Maybe | AnswerState::Declined | AnswerState::Waitlisted) | None => {
            t!(event.yes)
        }
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
            {move || event.with(why).map(|why| view! { <p class="hint" id="why-wait">{why}</p> })}
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
