//! A form: checked by the domain's own parsers, its errors listed at the top and said again at each field.

use crate::var::Var;
use client::Error;
use domain::problem::{FieldCode, ProblemCode};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::words;

/// One thing that is wrong. Without a field it is about the whole.
#[derive(Clone, PartialEq, Eq)]
struct Fault {
    field: Option<&'static str>,
    message: String,
}

/// The state of one form. Copies are the same.
#[derive(Clone, Copy)]
pub struct Form {
    faults: Var<Vec<Fault>>,
    busy: RwSignal<bool>,
}

impl Form {
    pub fn new() -> Self {
        Self { faults: Var::new(Vec::new()), busy: RwSignal::new(false) }
    }

    /// Whether the server works on it.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// Begins anew, unless the server still works on the last try.
    pub fn begin(self) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.faults.set(Vec::new());
        true
    }

    /// Takes a value that the domain has accepted; notes the reason when it has not.
    pub fn take<T>(self, field: &'static str, parsed: Result<T, FieldCode>) -> Option<T> {
        parsed.map_err(|code| self.fault(field, words::field(field, code))).ok()
    }

    /// Takes a value that may be left out.
    pub fn take_if<T>(
        self,
        field: &'static str,
        typed: &str,
        parse: impl FnOnce(&str) -> Result<T, FieldCode>,
    ) -> Option<Option<T>> {
        if domain::text::is_blank(typed) { Some(None) } else { self.take(field, parse(typed)).map(Some) }
    }

    /// Notes that something is wrong with a field.
    pub fn fault(self, field: &'static str, message: impl Into<String>) {
        let fault = Fault { field: Some(field), message: message.into() };
        self.faults.update(|faults| faults.push(fault));
    }

    /// Whether nothing is wrong so far; otherwise leads the focus to the list of what is.
    pub fn holds(self) -> bool {
        let holds = self.faults.with_untracked(Vec::is_empty);
        if !holds {
            focus("summary");
        }
        holds
    }

    /// The server begins to work on it.
    pub fn sent(self) {
        self.busy.set(true);
    }

    /// The server has answered, well.
    pub fn done(self) {
        self.busy.try_set(false);
    }

    /// The server has refused. `fields` says which field shows the value at which pointer.
    pub fn refused(self, error: &Error, fields: &[(&str, &'static str)]) {
        // Nothing to show where the page is gone.
        if self.busy.try_set(false).is_some() {
            return;
        }
        let mut faults: Vec<Fault> = Vec::new();
        let pointed =
            error.problem().filter(|problem| problem.code == ProblemCode::Invalid).map(|problem| &problem.errors);
        for wrong in pointed.into_iter().flatten() {
            let field = fields.iter().find(|(pointer, _)| wrong.pointer.starts_with(pointer)).map(|(_, field)| *field);
            faults.push(Fault { field, message: words::field(field.unwrap_or_default(), wrong.code) });
        }
        match error.code() {
            Some(ProblemCode::JoinCodeRefused) => {
                faults.push(Fault { field: Some("code"), message: words::error(error) })
            }
            Some(ProblemCode::MarkTaken) => faults.push(Fault { field: Some("animal"), message: words::error(error) }),
            _ if faults.is_empty() => faults.push(Fault { field: None, message: words::error(error) }),
            _ => {}
        }
        self.faults.set(faults);
        focus("summary");
    }

    /// What is wrong with a field.
    pub fn fault_of(self, field: &'static str) -> Option<String> {
        self.faults.with(|faults| faults.iter().find(|f| f.field == Some(field)).map(|f| f.message.clone()))
    }
}

/// Leads the focus to an element once it is drawn.
pub fn focus(id: &'static str) {
    request_animation_frame(move || {
        let element = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(element) = element {
            // The browser scrolls to it by itself; an element that cannot take the focus is only not reached.
            let _ = element.focus();
        }
    });
}

/// The list of what is wrong; takes the focus when it appears.
#[component]
pub fn Summary(form: Form) -> AnyView {
    (move || {
        let faults = form.faults.get();
        (!faults.is_empty()).then(|| {
            let lines: Vec<_> = faults.into_iter().map(line).collect();
            view! {
                <div class="summary" id="summary" role="alert" tabindex="-1">
                    <h2>{t!(form.wrong)}</h2>
                    <ul>{lines}</ul>
                </div>
            }
        })
    })
    .into_any()
}

fn line(fault: Fault) -> AnyView {
    let Some(field) = fault.field else { return view! { <li>{fault.message}</li> }.into_any() };
    let lead = move |event: MouseEvent| {
        event.prevent_default();
        focus(field);
    };
    view! { <li><a href=format!("#{field}") on:click=lead>{fault.message}</a></li> }.into_any()
}
