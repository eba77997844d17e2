//! One thing to type, with its label, its hint and what is wrong with it.

use crate::var::Var;
use leptos::prelude::*;

use super::Form;
use crate::time;

/// What is typed.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// One line of words.
    #[default]
    Words,
    /// Several lines.
    Lines,
    /// An e-mail address.
    Email,
    /// A join code.
    Code,
    /// A whole number.
    Number,
}

fn frame(form: Form, id: &'static str, label: String, hint: Option<String>, optional: bool, input: AnyView) -> AnyView {
    let class = move || if form.fault_of(id).is_some() { "field field--wrong" } else { "field" };
    let wrong =
        move || form.fault_of(id).map(|why| view! { <p class="field__error" id=format!("{id}-error")>{why}</p> });
    view! {
        <div class=class>
            <label class="field__label" for=id>
                {label}
                {optional.then(|| view! { <span class="field__optional">" "{t!(form.optional)}</span> })}
            </label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            {wrong}
            {input}
        </div>
    }
    .into_any()
}

fn described(form: Form, id: &'static str, hint: bool) -> impl Fn() -> Option<String> + Send + Sync + Copy {
    move || match (hint, form.fault_of(id).is_some()) {
        (true, true) => Some(format!("{id}-error {id}-hint")),
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

fn invalid(form: Form, id: &'static str) -> impl Fn() -> Option<&'static str> + Send + Sync + Copy {
    move || form.fault_of(id).map(|_| "true")
}

/// A field.
#[component]
pub fn Field(
    form: Form,
    id: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    value: Var<String>,
    #[prop(optional)] kind: Kind,
    #[prop(optional)] optional: bool,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
) -> AnyView {
    let described = described(form, id, hint.is_some());
    let invalid = invalid(form, id);
    let typed = move |event| value.set(event_target_value(&event));
    let input = if kind == Kind::Lines {
        view! {
            <textarea id=id name=id rows="4" dir="auto" autocomplete=autocomplete aria-describedby=described aria-invalid=invalid
                prop:value=move || value.get() on:input=typed></textarea>
        }
        .into_any()
    } else {
        let (input_type, mode, class) = match kind {
            Kind::Email => ("email", "email", ""),
            Kind::Code => ("text", "text", "code"),
            Kind::Number => ("text", "numeric", ""),
            Kind::Words | Kind::Lines => ("text", "text", ""),
        };
        let plain = matches!(kind, Kind::Code | Kind::Email | Kind::Number);
        view! {
            <input id=id name=id type=input_type inputmode=mode class=class autocomplete=autocomplete dir=(!plain).then_some("auto")
                autocapitalize=match kind { Kind::Code => "characters", Kind::Email => "none", _ => "sentences" }
                spellcheck=plain.then_some("false") aria-describedby=described aria-invalid=invalid
                prop:value=move || value.get() on:input=typed/>
        }
        .into_any()
    };
    frame(form, id, label, hint, optional, input)
}

/// A password, which can be shown.
#[component]
pub fn PasswordField(
    form: Form,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    value: Var<String>,
    autocomplete: &'static str,
) -> AnyView {
    let id = "password";
    let seen = Var::new(false);
    let described = described(form, id, hint.is_some());
    let input = view! {
        <input id=id name=id type=move || if seen.get() { "text" } else { "password" } autocomplete=autocomplete
            autocapitalize="none" spellcheck="false" aria-describedby=described aria-invalid=invalid(form, id)
            prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event))/>
        <label class="field__show">
            <input type="checkbox" prop:checked=move || seen.get() on:change=move |event| seen.set(event_target_checked(&event))/>
            {t!(form.show_password)}
        </label>
    }
    .into_any();
    frame(form, id, label, hint, false, input)
}

/// One of a list, folded away: each with its value and its words; a list without a name stands alone, others are groups.
#[component]
pub fn SelectField(
    form: Form,
    id: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    value: Var<String>,
    groups: Vec<(String, Vec<(String, String)>)>,
) -> AnyView {
    let described = described(form, id, hint.is_some());
    let chosen = value.get_untracked();
    let option = move |(key, words): (String, String)| {
        let selected = key == chosen;
        view! { <option value=key selected=selected>{words}</option> }.into_any()
    };
    let groups: Vec<AnyView> = groups
        .into_iter()
        .map(|(name, options)| {
            let options: Vec<AnyView> = options.into_iter().map(&option).collect();
            if name.is_empty() {
                options.into_any()
            } else {
                view! { <optgroup label=name>{options}</optgroup> }.into_any()
            }
        })
        .collect();
    let input = view! {
        <select id=id name=id aria-describedby=described aria-invalid=invalid(form, id)
            on:change=move |event| value.set(event_target_value(&event))>{groups}</select>
    }
    .into_any();
    frame(form, id, label, hint, false, input)
}

/// A day and an hour, in the office's time zone. `ids` name the two fields.
///
/// Here and below the field begins with the value, and is not held to it: while a day is typed part by part there is none in between,
/// and a field that is told so would lose the parts that stand already.
#[component]
pub fn DayField(
    form: Form,
    ids: (&'static str, &'static str),
    day: Var<String>,
    hour: Var<String>,
    #[prop(optional)] optional: bool,
) -> AnyView {
    let (day_id, hour_id) = ids;
    let input = view! {
        <input id=day_id name=day_id type="date" min=time::today() aria-describedby=described(form, day_id, false)
            aria-invalid=invalid(form, day_id) prop:value=day.get_untracked()
            on:input=move |event| day.set(event_target_value(&event))/>
    }
    .into_any();
    let day_field = frame(form, day_id, t!(form.day).to_owned(), None, optional, input);
    let input = view! {
        <input id=hour_id name=hour_id type="time" step="300" aria-describedby=described(form, hour_id, false)
            aria-invalid=invalid(form, hour_id) prop:value=hour.get_untracked()
            on:input=move |event| hour.set(event_target_value(&event))/>
    }
    .into_any();
    let hour_field = frame(form, hour_id, t!(form.hour).to_owned(), None, optional, input);
    view! { <div class="field__pair">{day_field}{hour_field}</div> }.into_any()
}

/// A day, not before or not after another one.
#[component]
pub fn DateField(
    form: Form,
    id: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] min: Option<String>,
    #[prop(optional, into)] max: Option<String>,
    value: Var<String>,
) -> AnyView {
    let input = view! {
        <input id=id name=id type="date" min=min max=max aria-describedby=described(form, id, false) aria-invalid=invalid(form, id)
            prop:value=value.get_untracked() on:input=move |event| value.set(event_target_value(&event))/>
    }
    .into_any();
    frame(form, id, label, None, false, input)
}

/// An hour of the clock.
#[component]
pub fn HourField(
    form: Form,
    id: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    value: Var<String>,
) -> AnyView {
    let input = view! {
        <input id=id name=id type="time" step="300" aria-describedby=described(form, id, hint.is_some())
            aria-invalid=invalid(form, id) prop:value=value.get_untracked()
            on:input=move |event| value.set(event_target_value(&event))/>
    }
    .into_any();
    frame(form, id, label, hint, false, input)
}
