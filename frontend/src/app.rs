//! The map of the site.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_navigate;
use leptos_router::path;

use crate::pages::{barter, barters, join, me, offer, offer_form, sign_in, square, welcome};
use crate::session::{Session, session};
use crate::ui::{Shell, fresh, not_found};

/// Providers and routes.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Session::new());
    view! { <Router><Site/></Router> }
}

/// All that speaks a language: drawn again when another one is chosen.
#[component]
fn Site() -> AnyView {
    let session = session();
    session.learn_to_go(use_navigate());
    square::provide_memory();
    fresh(move || session.drawn().to_string(), |_| view! { <Shell><Pages/></Shell> }.into_any())
}

#[component]
fn Pages() -> AnyView {
    view! {
        <FlatRoutes fallback=not_found>
            <Route path=path!("/") view=welcome::welcome/>
            <Route path=path!("/rejoindre/:step?") view=join::join/>
            <Route path=path!("/connexion") view=sign_in::sign_in/>
            <Route path=path!("/place") view=square::square/>
            <Route path=path!("/annonces/nouvelle") view=offer_form::create/>
            <Route path=path!("/annonces/:id") view=offer::offer/>
            <Route path=path!("/annonces/:id/:todo") view=offer::todo/>
            <Route path=path!("/echanges") view=barters::barters/>
            <Route path=path!("/echanges/:id") view=barter::barter/>
            <Route path=path!("/echanges/:id/:todo") view=barter::todo/>
            <Route path=path!("/echanges/:id/parts/:leg/:todo") view=barter::leg_todo/>
            <Route path=path!("/moi/:part?") view=me::me/>
        </FlatRoutes>
    }
    .into_any()
}
