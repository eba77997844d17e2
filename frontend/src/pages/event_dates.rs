//! The dates of an event that comes again, each with an answer.

use domain::event::{AnswerState, EventDate, EventView, Guests, NewAnswer, Reply};
use leptos::prelude::*;

use super::event::{Open, is_open};
use crate::session::api;
use crate::{paths, time, words};

/// How many are shown at once; the others are folded away.
const SHOWN: usize = 6;

/// The dates that come, and the one that is open; nothing where there is only one.
pub fn section(open: Open) -> Option<AnyView> {
    let event = open.event.get_untracked();
    if event.dates.len() < 2 {
        return None;
    }
    let now = time::now();
    let shown: Vec<&EventDate> = event.dates.iter().filter(|on| on.ends_at > now || on.date == event.date).collect();
    let rows = |dates: &[&EventDate]| -> Vec<AnyView> { dates.iter().map(|on| row(open, &event, on)).collect() };
    let (first, others) = shown.split_at(shown.len().min(SHOWN));
    let others = (!others.is_empty()).then(|| {
        view! {
            <details class="fold"><summary>{t!(event.dates_more)}</summary><div class="fold__body"><ul class="rows">{rows(others)}</ul></div></details>
        }
    });
    let view = view! {
        <section class="stack stack--close" aria-labelledby="dates-title">
            <h2 id="dates-title">{t!(event.dates)}</h2>
            <ul class="rows">{rows(first)}</ul>
            {others}
        </section>
    };
    Some(view.into_any())
}

fn row(open: Open, event: &EventView, on: &EventDate) -> AnyView {
    let (id, date, here) = (event.id, on.date, on.date == event.date);
    let now = move || open.event.with(|event| event.dates.iter().find(|on| on.date == date).copied());
    let mine = move || now().and_then(|on| on.my_answer);
    let tag = move || {
        let on = now()?;
        let (class, said) = match (on.cancelled, on.my_answer.map(|mine| mine.answer), on.places) {
            (true, ..) => ("tag tag--alarm", t!(post.cancelled).to_owned()),
            (false, Some(answer), _) => ("tag tag--leaf", words::my_answer(answer).to_owned()),
            (false, None, Some(places)) if on.taken >= u32::from(places.get()) => {
                ("tag tag--sun", t!(post.full).to_owned())
            }
            (false, None, _) => return None,
        };
        Some(view! { <span class=class>{said}</span> })
    };
    let words = time::when(on.starts_at);
    // The date that is open has its answers above.
    let can_answer = !here && is_open(event, on);
    let come = can_answer.then(|| {
        let heard = t!(event.answer_on, day = &words);
        let pressed = move || {
            let is = mine().is_some_and(|mine| matches!(mine.answer, AnswerState::Going | AnswerState::Waitlisted));
            is.to_string()
        };
        let press = move |_| {
            if open.form.busy().get_untracked() {
                return;
            }
            let (answer, guests) = match untrack(mine).map(|mine| (mine.answer, mine.guests)) {
                // Pressed once more, it is taken back.
                Some((AnswerState::Going, _)) => (Reply::Declined, Guests::NONE),
                // A place in line is not lost by a tap, as above; what is held is taken whole.
                Some((AnswerState::Waitlisted | AnswerState::Offered, guests)) => (Reply::Going, guests),
                Some((AnswerState::Maybe | AnswerState::Declined, _)) | None => (Reply::Going, Guests::NONE),
            };
            let new = NewAnswer { answer, guests, date: Some(date) };
            open.act(async move { api().answer_event(id, &new).await }, move |event| open.take(event));
        };
        view! {
            <button type="button" class="chip" id=format!("come-{date}") aria-label=heard aria-pressed=pressed on:click=press>{t!(event.yes)}</button>
        }
    });
    view! {
        <li class="dates__row">
            <a class="grow" href=paths::event_on(id, date) aria-current=here.then_some("date")>{time::capital(&words)}</a>
            {tag}
            {come}
        </li>
    }
    .into_any()
}
