//! Waiting, nothing there, no answer, no such page.

use client::Error;
use domain::problem::ProblemCode;
use leptos::prelude::*;

use super::{Act, Go, Page, TwoRoofs, Weight};
use crate::{paths, words};

/// Bones of a page that is on its way.
#[component]
pub fn Skeleton() -> AnyView {
    view! {
        <main id="main" class="page" data-screen="loading" aria-busy="true">
            <h1 class="unseen">{t!(page.loading)}</h1>
            <span class="bone bone--line"></span>
            <span class="bone"></span>
            <span class="bone"></span>
            <span class="bone"></span>
        </main>
    }
    .into_any()
}

/// Nothing there, and what to do about it.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(into)] lead: String,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    view! {
        <div class="empty">
            <TwoRoofs/>
            <h2>{title}</h2>
            <p class="lead">{lead}</p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

/// No answer, or a bad one: what happened, and a way on.
#[component]
pub fn Failure(error: Error, retry: Callback<()>) -> AnyView {
    if error.code() == Some(ProblemCode::NotFound) {
        return not_found();
    }
    let title = if matches!(error, Error::Network(_)) { t!(page.no_network) } else { t!(page.failed) };
    view! {
        <Page screen="error" title=title>
            <p>{words::error(&error)}</p>
            <div class="actions">
                <Act label=t!(page.retry) weight=Weight::Primary busy=false on_press=retry/>
                <Go label=t!(page.to_square) href=paths::SQUARE weight=Weight::Quiet/>
            </div>
        </Page>
    }
    .into_any()
}

/// No such page, or none that the reader may know of.
pub fn not_found() -> AnyView {
    view! {
        <Page screen="not-found" title=t!(page.not_found)>
            <div class="empty"><TwoRoofs/></div>
            <p>{t!(page.not_found_lead)}</p>
            <div class="actions"><Go label=t!(page.to_square) href=paths::SQUARE weight=Weight::Primary/></div>
        </Page>
    }
    .into_any()
}
