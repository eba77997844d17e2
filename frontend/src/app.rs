//! The map of the site.

use client::Error;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_navigate;
use leptos_router::path;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::pages::{
    agenda, barter, barters, block, conversation, conversations, event, join, match_propose, me, news, notice, offer,
    offer_form, receipt, rings, search, sign_in, square, talk_new, talk_todo, welcome, what,
};
use crate::session::{Session, api, session};
use crate::ui::{Shell, Shown, fetched, fresh, not_found, shown};
use crate::{live, saved};

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
            <Route path=path!("/agenda") view=|| later(Gathering::Agenda)/>
            <Route path=path!("/rendez-vous/:id/:todo?") view=|| later(Gathering::Event)/>
            <Route path=path!("/annonces/nouvelle") view=|| later(Service::NewOffer)/>
            <Route path=path!("/annonces/:id") view=|| later(Service::Offer)/>
            <Route path=path!("/annonces/:id/:todo") view=|| later(Service::OfferTodo)/>
            <Route path=path!("/annonces/:id/voisins/:voisin") view=|| later(Service::Match)/>
            <Route path=path!("/echanges") view=|| later(Service::Barters)/>
            <Route path=path!("/echanges/:id") view=|| later(Service::Barter)/>
            <Route path=path!("/echanges/:id/:todo") view=|| later(Service::BarterTodo)/>
            <Route path=path!("/echanges/:id/parts/:leg/:todo") view=|| later(Service::LegTodo)/>
            <Route path=path!("/boucles/:ring") view=|| later(Service::Ring)/>
            <Route path=path!("/conversations") view=|| later(Inside::Conversations)/>
            <Route path=path!("/conversations/nouvelle/:kind/:id/:with?") view=|| later(Inside::NewConversation)/>
            <Route path=path!("/conversations/:id") view=|| later(Inside::Conversation)/>
            <Route path=path!("/conversations/:id/:todo") view=|| later(Inside::ConversationTodo)/>
            <Route path=path!("/conversations/:id/messages/:message") view=|| later(Inside::Message)/>
            <Route path=path!("/nouvelles") view=|| later(Inside::News)/>
            <Route path=path!("/voisins/:id/ne-plus-voir") view=|| later(Mine::Block)/>
            <Route path=path!("/moi/:part?") view=|| later(Mine::Me)/>
            <Route path=path!("/recu/:token") view=|| later(Mine::Receipt)/>
        </FlatRoutes>
    }
    .into_any()
}

/// The pages of members: each of these is a part of the code of its own, so that a first visit loads none of them, and nobody more than
/// she opens.
#[derive(Clone, Copy)]
enum Part {
    Inside(Inside),
    Service(Service),
    Gathering(Gathering),
    Mine(Mine),
}

/// What everybody needs who comes in: the square, notices, what is said.
#[derive(Clone, Copy)]
enum Inside {
    Square,
    Search,
    What,
    Notice,
    Conversations,
    NewConversation,
    Conversation,
    ConversationTodo,
    Message,
    News,
}

impl From<Inside> for Part {
    fn from(page: Inside) -> Self {
        Self::Inside(page)
    }
}

/// Services, and the exchanges that come of them.
#[derive(Clone, Copy)]
enum Service {
    NewOffer,
    Offer,
    OfferTodo,
    Match,
    Barters,
    Barter,
    BarterTodo,
    LegTodo,
    Ring,
}

impl From<Service> for Part {
    fn from(page: Service) -> Self {
        Self::Service(page)
    }
}

/// The agenda and its events.
#[derive(Clone, Copy)]
enum Gathering {
    Agenda,
    Event,
}

impl From<Gathering> for Part {
    fn from(page: Gathering) -> Self {
        Self::Gathering(page)
    }
}

/// What is about oneself, and the way out.
#[derive(Clone, Copy)]
enum Mine {
    Block,
    Me,
    /// For whoever was a member.
    Receipt,
}

impl From<Mine> for Part {
    fn from(page: Mine) -> Self {
        Self::Mine(page)
    }
}

/// The part could not be loaded.
struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// What a part draws. Called by each of them, so that none leads to the pages of another.
fn drawn(draw: fn() -> AnyView) -> Result<Shown, Missing> {
    Ok(shown(move || {
        live::begin(session());
        draw()
    }))
}

/// Everything that only this function leads to is in the part `inside`; what several parts need, in pieces that are loaded with each of them.
#[wasm_split(inside, fallible, preload(load_inside))]
fn inside(page: Inside) -> Result<Shown, Missing> {
    drawn(match page {
        Inside::Square => square::square,
        Inside::Search => search::search,
        Inside::What => what::what,
        Inside::Notice => notice::notice,
        Inside::Conversations => conversations::conversations,
        Inside::NewConversation => talk_new::start,
        Inside::Conversation => conversation::conversation,
        Inside::ConversationTodo => talk_todo::todo,
        Inside::Message => talk_todo::take_back,
        Inside::News => news::news,
    })
}

#[wasm_split(services, fallible)]
fn services(page: Service) -> Result<Shown, Missing> {
    drawn(match page {
        Service::NewOffer => offer_form::create,
        Service::Offer => offer::offer,
        Service::OfferTodo => offer::todo,
        Service::Match => match_propose::propose,
        Service::Barters => barters::barters,
        Service::Barter => barter::barter,
        Service::BarterTodo => barter::todo,
        Service::LegTodo => barter::leg_todo,
        Service::Ring => rings::ring,
    })
}

#[wasm_split(gatherings, fallible)]
fn gatherings(page: Gathering) -> Result<Shown, Missing> {
    drawn(match page {
        Gathering::Agenda => agenda::agenda,
        Gathering::Event => event::event,
    })
}

#[wasm_split(mine, fallible)]
fn mine(page: Mine) -> Result<Shown, Missing> {
    drawn(match page {
        Mine::Block => block::block,
        Mine::Me => me::me,
        Mine::Receipt => receipt::receipt,
    })
}

/// Loads the part of a page, once, and draws the page.
fn later(page: impl Into<Part>) -> AnyView {
    let part = page.into();
    fetched(move || async move {
        let shown = match part {
            Part::Inside(page) => inside(page).await,
            Part::Service(page) => services(page).await,
            Part::Gathering(page) => gatherings(page).await,
            Part::Mine(page) => mine(page).await,
        };
        match shown {
            Ok(shown) => {
                saved::drop_draft(ANEW);
                Ok(shown)
            }
            Err(Missing) => Err(missing().await),
        }
    })
}

/// In the tab: the application was loaded anew for want of a part.
const ANEW: &str = "anew";

/// Where the server answers all the same, it has another version by now, with other parts: the page is loaded anew, once.
async fn missing() -> Error {
    if saved::draft::<bool>(ANEW).is_none() && api().get_me().await.is_ok() {
        saved::keep_of_stranger(ANEW, &true);
        // Where it cannot be, the reader is told to try again.
        let _ = window().location().reload();
    }
    Error::Network("a part of the application".to_owned())
}

/// Fetches what everybody needs who comes in ahead of time, for somebody who is about to.
pub fn expect_member() {
    leptos::task::spawn_local(async {
        // Without it now, it is asked for again when it is needed.
        let _ = load_inside().await;
    });
}
