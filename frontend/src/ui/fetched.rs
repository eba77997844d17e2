//! A page that has to ask the server first: bones while it waits, a retry when there is no answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use crate::var::Var;
use client::Error;
use leptos::prelude::*;

use super::{Failure, Skeleton};
use crate::session::session;

/// What to draw once the answer is there.
pub type Shown = Box<dyn FnOnce() -> AnyView + Send>;

/// Draws this.
pub fn shown(view: impl FnOnce() -> AnyView + Send + 'static) -> Shown {
    Box::new(view)
}

#[derive(Clone)]
enum Phase {
    Waiting,
    Failed(Error),
    Ready(Arc<Mutex<Option<Shown>>>),
}

type Asked = Pin<Box<dyn Future<Output = Result<Shown, Error>>>>;

/// Asks, and draws what comes; asks again when the reader wishes.
pub fn fetched<A: Future<Output = Result<Shown, Error>> + 'static>(
    ask: impl Fn() -> A + Send + Sync + 'static,
) -> AnyView {
    ask_and_show(Box::new(move || Box::pin(ask())))
}

fn ask_and_show(ask: Box<dyn Fn() -> Asked + Send + Sync>) -> AnyView {
    let session = session();
    let phase = Var::new((0u32, Phase::Waiting));
    let next = move |now: Phase| {
        phase.try_update(|phase| *phase = (phase.0 + 1, now));
    };
    let run = Callback::new(move |(): ()| {
        let asked = ask();
        leptos::task::spawn_local(async move {
            match asked.await {
                Ok(shown) => next(Phase::Ready(Arc::new(Mutex::new(Some(shown))))),
                Err(error) if session.is_over(&error) => {}
                Err(error) => next(Phase::Failed(error)),
            }
        });
    });
    run.run(());
    let retry = Callback::new(move |(): ()| {
        next(Phase::Waiting);
        run.run(());
    });
    fresh(
        move || phase.with(|phase| phase.0.to_string()),
        move |_| match phase.with_untracked(|phase| phase.1.clone()) {
            Phase::Waiting => Skeleton().into_any(),
            Phase::Failed(error) => view! { <Failure error=error retry=retry/> }.into_any(),
            Phase::Ready(shown) => {
                let shown = shown.lock().ok().and_then(|mut shown| shown.take());
                shown.map_or_else(|| ().into_any(), |shown| shown())
            }
        },
    )
}

/// Draws anew, from nothing, whenever the key changes: fields, focus and motion begin anew with it.
pub fn fresh(
    key: impl Fn() -> String + Send + Sync + 'static,
    draw: impl Fn(String) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    fresh_boxed(Box::new(key), Arc::new(draw))
}

type Draw = Arc<dyn Fn(String) -> AnyView + Send + Sync>;

fn fresh_boxed(key: Box<dyn Fn() -> String + Send + Sync>, draw: Draw) -> AnyView {
    let draw = Var::new(draw);
    view! { <For each=move || [key()] key=String::clone let:key>{draw.get_untracked()(key)}</For> }.into_any()
}
