//! The map of the site.

use client::Error;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_navigate;
use leptos_router::path;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::live;
use crate::pages::{
    agenda, barter, barters, block, conversation, conversations, event, join, match_propose, me, news, notice, offer,
    offer_form, receipt, rings, search, sign_in, square, talk_new, talk_todo, welcome, what,
};
use crate::session::{Session, session};
use crate::ui::{Shell, Shown, fetched, fresh, not_found, shown};

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
            <Route path=path!("/place") view=|| later(Inside::Square)/>
            <Route path=path!("/chercher") view=|| later(Inside::Search)/>
            <Route path=path!("/proposer") view=|| later(Inside::What)/>
            <Route path=path!("/avis/:id/:todo?") view=|| later(Inside::Notice)/>
            <Route path=path!("/agenda") view=|| later(Inside::Agenda)/>
            <Route path=path!("/rendez-vous/:id/:todo?") view=|| later(Inside::Event)/>
            <Route path=path!("/annonces/nouvelle") view=|| later(Inside::NewOffer)/>
            <Route path=path!("/annonces/:id") view=|| later(Inside::Offer)/>
            <Route path=path!("/annonces/:id/:todo") view=|| later(Inside::OfferTodo)/>
            <Route path=path!("/annonces/:id/voisins/:voisin") view=|| later(Inside::Match)/>
            <Route path=path!("/echanges") view=|| later(Inside::Barters)/>
            <Route path=path!("/echanges/:id") view=|| later(Inside::Barter)/>
            <Route path=path!("/echanges/:id/:todo") view=|| later(Inside::BarterTodo)/>
            <Route path=path!("/echanges/:id/parts/:leg/:todo") view=|| later(Inside::LegTodo)/>
            <Route path=path!("/boucles/:ring") view=|| later(Inside::Ring)/>
            <Route path=path!("/conversations") view=|| later(Inside::Conversations)/>
            <Route path=path!("/conversations/nouvelle/:kind/:id/:with?") view=|| later(Inside::NewConversation)/>
            <Route path=path!("/conversations/:id") view=|| later(Inside::Conversation)/>
            <Route path=path!("/conversations/:id/:todo") view=|| later(Inside::ConversationTodo)/>
            <Route path=path!("/conversations/:id/messages/:message") view=|| later(Inside::Message)/>
            <Route path=path!("/nouvelles") view=|| later(Inside::News)/>
            <Route path=path!("/voisins/:id/ne-plus-voir") view=|| later(Inside::Block)/>
            <Route path=path!("/moi/:part?") view=|| later(Inside::Me)/>
            <Route path=path!("/recu/:token") view=|| later(Inside::Receipt)/>
        </FlatRoutes>
    }
    .into_any()
}

/// The pages of members. Their code is a part of its own, so that a first visit does not load it.
#[derive(Clone, Copy)]
enum Inside {
    Square,
    Search,
    What,
    Notice,
    Agenda,
    Event,
    NewOffer,
    Offer,
    OfferTodo,
    Match,
    Barters,
    Barter,
    BarterTodo,
    LegTodo,
    Ring,
    Conversations,
    NewConversation,
    Conversation,
    ConversationTodo,
    Message,
    News,
    Block,
    Me,
    /// For whoever was a member.
    Receipt,
}

/// The part could not be loaded.
struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Everything that only this function leads to is in the part `inside`.
#[wasm_split(inside, fallible, preload(load_inside))]
fn inside(page: Inside) -> Result<Shown, Missing> {
    Ok(shown(move || {
        live::begin(session());
        draw(page)
    }))
}

fn draw(page: Inside) -> AnyView {
    match page {
        Inside::Square => square::square(),
        Inside::Search => search::search(),
        Inside::What => what::what(),
        Inside::Notice => notice::notice(),
        Inside::Agenda => agenda::agenda(),
        Inside::Event => event::event(),
        Inside::NewOffer => offer_form::create(),
        Inside::Offer => offer::offer(),
        Inside::OfferTodo => offer::todo(),
        Inside::Match => match_propose::propose(),
        Inside::Barters => barters::barters(),
        Inside::Barter => barter::barter(),
        Inside::BarterTodo => barter::todo(),
        Inside::LegTodo => barter::leg_todo(),
        Inside::Ring => rings::ring(),
        Inside::Conversations => conversations::conversations(),
        Inside::NewConversation => talk_new::start(),
        Inside::Conversation => conversation::conversation(),
        Inside::ConversationTodo => talk_todo::todo(),
        Inside::Message => talk_todo::take_back(),
        Inside::News => news::news(),
        Inside::Block => block::block(),
        Inside::Me => me::me(),
        Inside::Receipt => receipt::receipt(),
    }
}

/// Loads the part, once, and draws the page.
fn later(page: Inside) -> AnyView {
    fetched(move || async move {
        inside(page).await.map_err(|Missing| Error::Network("a part of the application".to_owned()))
    })
}

/// Fetches the pages of members ahead of time, for somebody who is about to be one.
pub fn expect_member() {
    leptos::task::spawn_local(async {
        // Without it now, it is asked for again when it is needed.
        let _ = load_inside().await;
    });
}
