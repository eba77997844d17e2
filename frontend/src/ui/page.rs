//! The page: one `main`, one heading that takes the focus after each move.

use std::sync::atomic::{AtomicBool, Ordering};

use leptos::html::H1;
use leptos::prelude::*;

use super::Roofline;
use crate::language;
use crate::session::session;

/// The way back that stands above the heading.
pub struct Back {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Back {
    pub fn to(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// Whether the page that the browser itself has opened is still to be drawn: its heading leaves the focus alone, so that
/// the first Tab reaches the skip link.
static FIRST: AtomicBool = AtomicBool::new(true);

/// A page with its heading.
#[component]
pub fn Page(
    /// A stable name of the screen, for tests.
    screen: &'static str,
    /// The heading, and the title of the tab.
    #[prop(into)]
    title: String,
    #[prop(optional)] lead: Option<String>,
    #[prop(optional)] back: Option<Back>,
    /// Two columns on a large screen.
    #[prop(optional)]
    wide: bool,
    /// With the roof line above.
    #[prop(optional)]
    roof: bool,
    /// What stands between the way back and the heading.
    #[prop(optional)]
    above: Option<AnyView>,
    children: Children,
) -> AnyView {
    let heading = NodeRef::<H1>::new();
    document().set_title(&t!(page.tab_title, title = &title));
    Effect::new(move || {
        if let Some(heading) = heading.get()
            && !FIRST.swap(false, Ordering::Relaxed)
        {
            // A heading that has left the page again cannot take the focus, and need not.
            let _ = heading.focus();
        }
    });
    let class = if wide { "page page--wide" } else { "page" };
    view! {
        <main id="main" class=class data-screen=screen>
            {roof.then(Roofline)}
            {back.map(|back| view! {
                <p class="back"><a href=back.href><span aria-hidden="true">"← "</span><span dir="auto">{back.label}</span></a></p>
            })}
            <div class="page__head">
                {above}
                <h1 tabindex="-1" dir="auto" node_ref=heading>{title}</h1>
                {lead.map(|lead| view! { <p class="lead" dir="auto">{lead}</p> })}
            </div>
            {children()}
        </main>
    }
    .into_any()
}

/// The other language, on the pages of those who are not signed in.
#[component]
pub fn TopLinks() -> AnyView {
    let session = session();
    let other = language::other();
    view! {
        <p class="toplinks unprinted">
            <button type="button" lang=other.as_str() on:click=move |_| session.speak(other)>{t!(page.other_language)}</button>
        </p>
    }
    .into_any()
}
