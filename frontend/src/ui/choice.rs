//! One question, large answers.

use crate::var::Var;
use leptos::prelude::*;

use super::Form;

/// One answer.
#[derive(Clone, Default)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: String,
    pub icon: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    pub fn icon(self, icon: impl Into<String>) -> Self {
        Self { icon: icon.into(), ..self }
    }
}

fn words(choice: &Choice) -> AnyView {
    let icon = (!choice.icon.is_empty())
        .then(|| view! { <span class="choice__icon" aria-hidden="true">{choice.icon.clone()}</span> });
    let hint = (!choice.hint.is_empty()).then(|| view! { <span class="choice__hint">{choice.hint.clone()}</span> });
    view! { {icon}<span class="grow"><span class="choice__label" dir="auto">{choice.label.clone()}</span>{hint}</span> }
        .into_any()
}

/// The first answer bears the field's own id, so that a link from the error summary reaches it.
fn id_of(id: &'static str, at: usize) -> String {
    if at == 0 { id.to_owned() } else { format!("{id}-{}", at + 1) }
}

fn frame(form: Form, id: &'static str, legend: String, unseen: bool, class: &'static str, answers: AnyView) -> AnyView {
    let wrong =
        move || form.fault_of(id).map(|why| view! { <p class="field__error" id=format!("{id}-error")>{why}</p> });
    let outer = move || if form.fault_of(id).is_some() { "choices field--wrong" } else { "choices" };
    view! {
        <fieldset class=outer aria-describedby=move || form.fault_of(id).map(|_| format!("{id}-error"))>
            <legend class=if unseen { "unseen" } else { "" }>{legend}</legend>
            {wrong}
            <div class=class>{answers}</div>
        </fieldset>
    }
    .into_any()
}

/// One of several.
#[component]
pub fn Choices(
    form: Form,
    id: &'static str,
    #[prop(into)] legend: String,
    /// The heading of the page asks the question already.
    #[prop(optional)]
    unseen_legend: bool,
    choices: Vec<Choice>,
    value: Var<String>,
) -> AnyView {
    let answers: Vec<AnyView> = choices
        .into_iter()
        .enumerate()
        .map(|(at, choice)| {
            let words = words(&choice);
            let own = choice.value.clone();
            let checked = move || value.with(|value| *value == own);
            let chosen = choice.value.clone();
            view! {
                <label class="choice">
                    <input type="radio" id=id_of(id, at) name=id value=choice.value prop:checked=checked
                        on:change=move |_| value.set(chosen.clone())/>
                    {words}
                </label>
            }
            .into_any()
        })
        .collect();
    frame(form, id, legend, unseen_legend, "choices", answers.into_any())
}

/// Any of several, in folded groups: the name of each group, its picture, its answers.
#[component]
pub fn Ticks(
    form: Form,
    id: &'static str,
    #[prop(into)] legend: String,
    groups: Vec<(String, String, Vec<Choice>)>,
    values: Var<Vec<String>>,
) -> AnyView {
    let folds: Vec<AnyView> = groups
        .into_iter()
        .enumerate()
        .map(|(at, (name, icon, choices))| {
            let ticked = values.with_untracked(|values| choices.iter().any(|c| values.contains(&c.value)));
            let answers: Vec<AnyView> = choices.into_iter().map(|choice| tick(choice, id, values)).collect();
            view! {
                <details class="fold" open=ticked>
                    <summary id=id_of(id, at)><span class="choice__icon" aria-hidden="true">{icon}</span>{name}</summary>
                    <div class="fold__body">{answers}</div>
                </details>
            }
            .into_any()
        })
        .collect();
    frame(form, id, legend, false, "choices", folds.into_any())
}

/// Any of several, one below the other.
#[component]
pub fn Boxes(
    form: Form,
    id: &'static str,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
    values: Var<Vec<String>>,
) -> AnyView {
    let answers: Vec<AnyView> = choices
        .into_iter()
        .enumerate()
        .map(|(at, choice)| view! { <div id=id_of(id, at) tabindex="-1">{tick(choice, id, values)}</div> }.into_any())
        .collect();
    frame(form, id, legend, true, "choices choices--boxes", answers.into_any())
}

fn tick(choice: Choice, id: &'static str, values: Var<Vec<String>>) -> AnyView {
    let words = words(&choice);
    let own = choice.value.clone();
    let ticked = move || values.with(|values| values.contains(&own));
    let own = choice.value.clone();
    let turn = move |event| {
        let on = event_target_checked(&event);
        values.update(|values| {
            values.retain(|value| *value != own);
            if on {
                values.push(own.clone());
            }
        });
    };
    view! {
        <label class="choice choice--small">
            <input type="checkbox" name=id value=choice.value prop:checked=ticked on:change=turn/>
            {words}
        </label>
    }
    .into_any()
}
