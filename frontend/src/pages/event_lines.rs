//! What to bring to an event, and what of it I bring.

use domain::event::{AnswerState, BringLineView, TakeBringLine};
use domain::id::LineId;
use leptos::prelude::*;

use super::event::{Open, is_open, opened};
use crate::session::api;
use crate::ui::Stepper;
use crate::var::Var;

/// The lines; nothing where nothing is to be brought.
pub fn section(open: Open) -> Option<AnyView> {
    let event = open.event.get_untracked();
    if event.bring.is_empty() {
        return None;
    }
    let goes = move || {
        let is_open = open.event.with(|event| opened(event).is_some_and(|on| is_open(event, on)));
        is_open && open.answer() == Some(AnswerState::Going)
    };
    let goes = Memo::new(move |_| goes());
    let answerable = opened(&event).is_some_and(|on| is_open(&event, on));
    let hint = move || (answerable && !goes.get()).then(|| view! { <p class="hint">{t!(event.bring_first)}</p> });
    let rows: Vec<AnyView> = event.bring.iter().map(|line| row(open, line, goes)).collect();
    let view = view! {
        <section class="stack stack--close" aria-labelledby="bring-title">
            <h2 id="bring-title">{t!(event.bring)}</h2>
            {hint}
            <ul class="rows">{rows}</ul>
        </section>
    };
    Some(view.into_any())
}

fn row(open: Open, line: &BringLineView, goes: Memo<bool>) -> AnyView {
    let (id, what) = (line.id, line.what.to_string());
    let now = move || open.event.with(|event| event.bring.iter().find(|line| line.id == id).cloned());
    let left = move || now().map_or(0, |line| u32::from(line.wanted.get()).saturating_sub(line.taken));
    let said = move || match left() {
        0 => view! { <span class="tag tag--leaf">"✓ "{t!(event.bring_full)}</span> }.into_any(),
        n => view! { <span class="tag tag--sun">{t!(event.bring_left, n = n.to_string())}</span> }.into_any(),
    };
    let mine = Var::new(line.mine);
    Effect::new(move || {
        if let Some(line) = now() {
            mine.set(line.mine);
        }
    });
    let most = move || now().map_or(0, |line| u8::try_from(left()).unwrap_or(u8::MAX).saturating_add(line.mine));
    let change = Callback::new(move |count: u8| take(open, id, count));
    let heard = what.clone();
    let stepper = move || {
        goes.get().then(|| {
            view! {
                <Stepper id=format!("bring-{id}") label=t!(event.bring_mine) unseen=format!(": {heard}") value=mine max=Signal::derive(most)
                    busy=open.form.busy() words=|n| n.to_string() on_change=change/>
            }
        })
    };
    view! {
        <li class="bring"><p class="bring__what"><b dir="auto">{what}</b>{said}</p>{stepper}</li>
    }
    .into_any()
}

fn take(open: Open, line: LineId, count: u8) {
    let id = open.event.with_untracked(|event| event.id);
    let take = TakeBringLine { count, date: open.date() };
    open.act(async move { api().bring_to_event(id, line, &take).await }, move |event| open.take(event));
}
