//! A small number that grows and shrinks by one.

use leptos::prelude::*;

use crate::var::Var;

/// "−", the number in words, "+". Whoever draws it sets the number when it is asked to.
#[component]
pub fn Stepper(
    /// Names the group, the number and the two buttons.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    /// What is heard after the label, where several on a page have the same one.
    #[prop(optional, into)]
    unseen: Option<String>,
    value: Var<u8>,
    #[prop(into)] max: Signal<u8>,
    #[prop(into)] busy: Signal<bool>,
    words: fn(u8) -> String,
    on_change: Callback<u8>,
) -> AnyView {
    let heard = unseen.clone().map(|unseen| format!(" {unseen}")).unwrap_or_default();
    let button = |kind: &'static str,
                  sign: &'static str,
                  name: &'static str,
                  next: fn(u8) -> Option<u8>,
                  heard: &str| {
        let to = move || next(value.get()).filter(|n| *n <= max.get());
        let press = move |_| {
            if let (Some(n), false) = (untrack(to), busy.get_untracked()) {
                on_change.run(n);
            }
        };
        // Not `disabled`: the focus would be lost at the last step.
        let off = move || (to().is_none() || busy.get()).then_some("true");
        view! {
            <button type="button" id=format!("{id}-{kind}") class="stepper__button" aria-label=format!("{name}{heard}") aria-disabled=off on:click=press>
                <span aria-hidden="true">{sign}</span>
            </button>
        }
        .into_any()
    };
    let less = button("less", "−", t!(event.less), |n| n.checked_sub(1), &heard);
    let more = button("more", "+", t!(event.more), |n| n.checked_add(1), &heard);
    let unseen = unseen.map(|unseen| view! { <span class="unseen">" "{unseen}</span> });
    view! {
        <div class="stepper" role="group" aria-labelledby=format!("{id}-label")>
            <span class="stepper__label" id=format!("{id}-label")>{label}{unseen}</span>
            {less}
            <output class="stepper__number" id=id.clone()>{move || words(value.get())}</output>
            {more}
        </div>
    }
    .into_any()
}
