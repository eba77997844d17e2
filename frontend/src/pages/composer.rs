//! The place to write a message.

use domain::conversation::{ConversationView, ConversationWith};
use domain::soft_note::SoftNote;
use domain::text::MessageText;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::conversations::name;
use super::talk::Talk;
use crate::ui::{Form, Summary, focus};
use crate::var::Var;

/// How many lines it grows to.
const LINES: usize = 8;
/// Letters in a line of a small phone.
const LETTERS: usize = 26;

/// The place to write, with what has been typed before.
pub fn composer(talk: Talk, view: &ConversationView) -> AnyView {
    let form = Form::new();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let text = form.take("text", MessageText::parse(talk.typed.get_untracked()));
        let (true, Some(text)) = (form.holds(), text) else { return };
        talk.typed.set(String::new());
        talk.send(text.into());
        focus("text");
    };
    let label = match view.with {
        ConversationWith::Author => t!(talk.write_to, name = name(view)),
        ConversationWith::Everybody if view.others <= 1 => t!(talk.write_to, name = name(view)),
        ConversationWith::Everybody => t!(talk.write_all).to_owned(),
    };
    let typed = move |event| {
        talk.typed.set(event_target_value(&event));
        talk.keep();
    };
    let wrong = move || form.fault_of("text").map(|why| view! { <p class="field__error" id="text-error">{why}</p> });
    let class = move || if form.fault_of("text").is_some() { "field field--wrong" } else { "field" };
    view! {
        <form class="composer" novalidate on:submit=send>
            <Summary form=form/>
            <div class=class>
                <label class="field__label" for="text">{label}</label>
                {wrong}
                <textarea id="text" name="text" rows=move || talk.typed.with(|typed| rows(typed)) dir="auto" autocomplete="off"
                    aria-describedby="text-note" aria-invalid=move || form.fault_of("text").map(|_| "true")
                    prop:value=move || talk.typed.get() on:input=typed></textarea>
                {soft_note(talk.typed)}
            </div>
            <button type="submit" class="button button--primary button--wide">{t!(talk.send)}</button>
        </form>
    }
    .into_any()
}

/// A word to whoever writes what has a better place; nothing is hindered.
pub fn soft_note(typed: Var<String>) -> AnyView {
    let note = Memo::new(move |_| {
        typed.with(|typed| match SoftNote::of(typed) {
            None => 0u8,
            Some(SoftNote::Contact) => 1,
            Some(SoftNote::Price) => 2,
        })
    });
    let sentence = move || match note.get() {
        1 => Some(t!(talk.note_contact)),
        2 => Some(t!(talk.note_price)),
        _ => None,
    };
    view! { <div id="text-note" role="status">{move || sentence().map(|said| view! { <p class="notice notice--sun">{said}</p> })}</div> }
        .into_any()
}

/// As many lines as the text fills, as far as can be told without measuring it.
fn rows(typed: &str) -> String {
    let lines: usize = typed.split('\n').map(|line| 1 + line.chars().count() / LETTERS).sum();
    lines.clamp(2, LINES).to_string()
}
