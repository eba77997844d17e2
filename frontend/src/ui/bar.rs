//! What surrounds every page: the skip link, the places, what is said in passing.

use crate::var::Var;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Icon, Roofline};
use crate::{paths, session::session};

/// Where a member can go at any time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Square,
    Barters,
    Propose,
    Agenda,
    Me,
}

impl Place {
    const ALL: [Self; 5] = [Self::Square, Self::Barters, Self::Propose, Self::Agenda, Self::Me];

    fn href(self) -> &'static str {
        match self {
            Self::Square => paths::SQUARE,
            Self::Barters => paths::BARTERS,
            Self::Propose => paths::WHAT,
            Self::Agenda => paths::AGENDA,
            Self::Me => paths::ME,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Square => t!(bar.square),
            Self::Barters => t!(bar.barters),
            Self::Propose => t!(bar.propose),
            Self::Agenda => t!(bar.agenda),
            Self::Me => t!(bar.me),
        }
    }

    fn picture(self) -> &'static str {
        match self {
            Self::Square => "M3 12 9 6l4 4 4-4 4 4v10H3z",
            Self::Barters => "M4 9h13l-3-3M20 15H7l3 3",
            Self::Propose => "M12 5v14M5 12h14",
            Self::Agenda => "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
            Self::Me => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c1-5 5-6 8-6s7 1 8 6",
        }
    }

    /// Whether a page belongs to this place, and whether it is the place itself.
    fn current(self, path: &str) -> Option<&'static str> {
        if path == self.href() {
            return Some("page");
        }
        let among = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
        let proposes = among(&[paths::WHAT, paths::OFFER_NEW, paths::NOTICE_NEW, paths::EVENT_NEW]);
        let within = match self {
            Self::Square => among(&["/annonces", paths::NOTICES, paths::SEARCH, paths::NEWS]),
            Self::Barters => among(&[self.href(), paths::RINGS, paths::CONVERSATIONS]),
            Self::Agenda => among(&[self.href(), paths::EVENTS]),
            Self::Me => among(&[self.href()]),
            Self::Propose => return proposes.then_some("true"),
        };
        (within && !proposes).then_some("true")
    }
}

/// Pages without places: who is here is not in yet.
fn is_outside(path: &str) -> bool {
    [paths::JOIN, paths::RECEIPT].iter().any(|outside| path.starts_with(outside))
        || path == paths::WELCOME
        || path == paths::SIGN_IN
}

/// The frame of all pages.
#[component]
pub fn Shell(children: Children) -> AnyView {
    let session = session();
    let path = use_location().pathname;
    let inside = Memo::new(move |_| session.is_in() && path.with(|path| !is_outside(path)));
    let class = move || if inside.get() { "shell shell--in" } else { "shell" };
    let places = move || inside.get().then(|| places(path));
    // An empty region that is always there: screen readers only watch what they have met before it speaks.
    let said = move || {
        let (number, sentence) = session.said();
        (number > 0).then(|| view! { <p data-said=number.to_string()>{sentence}</p> })
    };
    view! {
        <a class="skip" href="#main" on:click=skip>{t!(page.skip)}</a>
        <Offline/>
        <div class=class>
            {places}
            {children()}
        </div>
        <div class="toast" role="status">
            <For each=move || [session.said().0] key=|number| *number let:_number>{said()}</For>
        </div>
    }
    .into_any()
}

// The router would take the link for a move to another page.
fn skip(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    focus_heading();
}

/// Leads the focus to the heading of the page.
pub fn focus_heading() {
    let heading = document().query_selector("main h1").ok().flatten();
    if let Some(heading) =
        heading.and_then(|heading| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(heading).ok())
    {
        let _ = heading.focus();
    }
}

fn places(path: Memo<String>) -> AnyView {
    let session = session();
    let lines: Vec<AnyView> = Place::ALL
        .into_iter()
        .map(|place| {
            let current = move || path.with(|path| place.current(path));
            let dot = move || {
                let unread = move || session.unread.with(|unread| unread.conversations) as usize;
                let n = if place == Place::Barters { session.waiting.get() + unread() } else { 0 };
                (n > 0).then(|| {
                    view! {
                        <span class="bar__dot" aria-hidden="true">{n}</span>
                        <span class="unseen">{if n == 1 { t!(bar.waits_one).to_owned() } else { t!(bar.waits, n = n.to_string()) }}</span>
                    }
                })
            };
            let class = (place == Place::Propose).then_some("bar__propose");
            // Where one is already: to its beginning.
            let press = move |_| {
                if path.with_untracked(|path| place.current(path)) == Some("page") {
                    window().scroll_to_with_x_and_y(0.0, 0.0);
                }
            };
            view! {
                <li><a href=place.href() class=class aria-current=current on:click=press><Icon d=place.picture()/><span>{place.label()}</span>{dot}</a></li>
            }
            .into_any()
        })
        .collect();
    view! {
        <nav class="bar" aria-label=t!(bar.name)>
            <div class="bar__brand" aria-hidden="true"><Roofline/>{t!(brand)}</div>
            <ul>{lines}</ul>
        </nav>
    }
    .into_any()
}

/// Says that there is no network as long as there is none.
#[component]
fn Offline() -> AnyView {
    let online = Var::new(window().navigator().on_line());
    let heard = window_event_listener_untyped("online", move |_| online.set(true));
    let lost = window_event_listener_untyped("offline", move |_| online.set(false));
    on_cleanup(move || {
        heard.remove();
        lost.remove();
    });
    view! {
        <div role="status">
            {move || (!online.get()).then(|| view! { <p class="offline"><span aria-hidden="true">"📡"</span>{t!(page.offline)}</p> })}
        </div>
    }
    .into_any()
}
