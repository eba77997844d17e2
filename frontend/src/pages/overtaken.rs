//! Changing what somebody else's hand (another tab, a host beside) changes meanwhile: whoever is second loses no word, and overwrites
//! none unseen.

use std::future::Future;

use client::Error;
use domain::problem::ProblemCode;
use leptos::prelude::*;

use crate::session::Session;
use crate::ui::{Act, Form, Weight, fresh};
use crate::var::Var;

/// What is stored where something else is typed here: the name of the field, and its words.
pub type Differs = Vec<(&'static str, String)>;

/// A thing that is being changed, as it was read last. Copies are the same.
pub struct Current<T> {
    /// With how often it was drawn, and what it says by now where something else is typed here; none when nobody was faster.
    read: Var<(T, u32, Option<Differs>)>,
}

impl<T> Clone for Current<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Current<T> {}

impl<T: Clone + Send + Sync + 'static> Current<T> {
    pub fn new(thing: T) -> Self {
        Self { read: Var::new((thing, 0, None)) }
    }

    /// The thing as it was read last.
    pub fn thing(self) -> T {
        self.read.with_untracked(|read| read.0.clone())
    }

    /// Draws the page, and once more whenever somebody was faster.
    pub fn drawn(self, draw: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
        fresh(move || self.read.with(|read| read.1.to_string()), move |_| draw())
    }

    /// The server has refused the change. Where somebody was faster the newest is read, and `follow` takes over what was not changed
    /// here; it is given what it was and what it is by now, and says what differs from what is typed.
    pub fn refused<N: Future<Output = Result<T, Error>> + 'static>(
        self,
        session: Session,
        form: Form,
        error: &Error,
        fields: &[(&str, &'static str)],
        newest: N,
        follow: impl FnOnce(&T, &T) -> Differs + 'static,
    ) {
        if error.code() != Some(ProblemCode::PreconditionFailed) {
            return form.refused(error, fields);
        }
        let read = move |newest: T| {
            // The page may be gone by now.
            if let Some((was, drawn, _)) = self.read.try_get() {
                let differs = follow(&was, &newest);
                self.read.set((newest, drawn + 1, Some(differs)));
            }
        };
        session.act(newest, read, move |error| form.refused(&error, &[]));
    }

    /// What is said above the form when somebody was faster, with what is stored; `other` takes that instead of what is typed.
    pub fn note(self, said: &'static str, other: impl Fn(&T) + Send + Sync + 'static) -> Option<AnyView> {
        let differs = self.read.with_untracked(|read| read.2.clone())?;
        let lines = differs.into_iter().map(|(field, words)| {
            view! { <p><span class="soft">{t!(form.stored, field = field)}</span>" "<b class="typed" dir="auto">{words}</b></p> }
        });
        let lines: Vec<_> = lines.collect();
        let take = Callback::new(move |(): ()| {
            other(&self.thing());
            self.read.update(|read| {
                read.1 += 1;
                read.2 = None;
            });
        });
        let note = view! {
            <div class="notice notice--sun">
                <p role="status">{said}</p>
                {lines}
                <Act id="take-stored" label=t!(form.take_stored) weight=Weight::Quiet busy=false on_press=take/>
            </div>
        };
        Some(note.into_any())
    }
}

/// Whether nothing was changed here.
pub fn untouched<T: PartialEq + Clone + Send + Sync + 'static>(here: Var<T>, was: Var<T>) -> bool {
    here.with_untracked(|here| was.with_untracked(|was| here == was))
}

/// Takes over what somebody else has changed, unless it was changed here.
pub fn take<T: Clone + PartialEq + Send + Sync + 'static>(here: Var<T>, was: Var<T>, newest: Var<T>) {
    if untouched(here, was) {
        here.set(newest.get_untracked());
    }
}

/// The words of a field that are stored, where others are typed.
pub fn differs(field: &'static str, here: Var<String>, newest: Var<String>) -> Option<(&'static str, String)> {
    let words = newest.with_untracked(|words| if words.is_empty() { "—".to_owned() } else { words.clone() });
    (!untouched(here, newest)).then_some((field, words))
}
