//! What happens elsewhere, in the open page at once: one line to the server for each tab, kept while somebody is signed in and looks
//! at the page. Where no line holds, the page asks from time to time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use domain::conversation::{MessageView, ThingKind, ThingRef};
use domain::id::ConversationId;
use domain::news::Live;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventSource, MessageEvent};

use crate::session::{Session, api};

const STREAM: &str = "/api/v1/stream";
/// The first word comes at once. Where none has come for so long, something on the way keeps it back.
const SILENCE: Duration = Duration::from_secs(15);
/// Before a line that was refused is tried again: its session may only have to be renewed.
const SOON: Duration = Duration::from_secs(2);
/// After so many failures in a row the page asks instead.
const FAILURES: u8 = 3;
const ASKS: Duration = Duration::from_secs(60);
/// The same while a conversation is open.
const ASKS_IN_TALK: Duration = Duration::from_secs(20);

/// What a page is told.
pub enum Heard {
    /// Something may have been missed: what is shown is to be read anew. Also when the line begins, for what came between a page and its
    /// line.
    Back {
        /// Whether it begins.
        first: bool,
    },
    /// A message, new or taken back.
    Message(ConversationId, MessageView),
    /// Something has happened to a thing.
    News(ThingRef),
}

type Hearer = Rc<dyn Fn(&Heard)>;

thread_local! {
    static SESSION: Cell<Option<Session>> = const { Cell::new(None) };
    static SOURCE: RefCell<Option<EventSource>> = const { RefCell::new(None) };
    static TIMER: Cell<Option<TimeoutHandle>> = const { Cell::new(None) };
    /// Failures since the last word.
    static FAILED: Cell<u8> = const { Cell::new(0) };
    static AT_WORK: Cell<bool> = const { Cell::new(false) };
    /// Whether the next count is the first of a line.
    static FRESH: Cell<bool> = const { Cell::new(true) };
    /// Whether a line has held before.
    static HELD: Cell<bool> = const { Cell::new(false) };
    static TALKS: Cell<u32> = const { Cell::new(0) };
    static HEARERS: RefCell<Vec<(u32, Hearer)>> = const { RefCell::new(Vec::new()) };
    static NUMBER: Cell<u32> = const { Cell::new(0) };
    /// What the browser calls with each event; made once, and kept as long as the tab.
    static EAR: JsValue = Closure::<dyn FnMut(Event)>::new(happened).into_js_value();
}

/// Listens from now on, as long as somebody is signed in; called by each page of members.
pub fn begin(session: Session) {
    if SESSION.replace(Some(session)).is_none() {
        window_event_listener_untyped("visibilitychange", |_| turn());
        window_event_listener_untyped("online", |_| turn());
        session.follow_tabs();
    }
    session.hang_up.set(Some(Callback::new(|()| {
        HELD.set(false);
        end();
    })));
    Effect::new(move || {
        if session.is_in() {
            start();
        }
    });
}

/// Tells a page what is heard, as long as it is drawn.
pub fn hear(hearer: impl Fn(&Heard) + 'static) {
    let number = NUMBER.get() + 1;
    NUMBER.set(number);
    HEARERS.with_borrow_mut(|all| all.push((number, Rc::new(hearer))));
    on_cleanup(move || HEARERS.with_borrow_mut(|all| all.retain(|(at, _)| *at != number)));
}

/// A conversation is drawn: without a line it asks more often.
pub fn talk() {
    TALKS.set(TALKS.get() + 1);
    on_cleanup(|| TALKS.set(TALKS.get() - 1));
}

/// Counts anew what is not read. Without an answer the old numbers stay.
pub fn count(session: Session) {
    leptos::task::spawn_local(async move {
        if let Ok(unread) = api().get_unread().await {
            session.unread.set(unread);
        }
    });
}

fn tell(heard: &Heard) {
    // A copy: whoever hears it may go elsewhere, and other pages begin to listen meanwhile.
    let all = HEARERS.with_borrow(Vec::clone);
    for (_, hearer) in all {
        hearer(heard);
    }
}

/// Whether there is somebody to listen.
fn listens() -> bool {
    SESSION.get().is_some_and(Session::is_in_now) && !document().hidden()
}

/// Somebody is in: begins, unless it has begun.
fn start() {
    if listens() && !AT_WORK.get() {
        FAILED.set(0);
        open();
    }
}

/// The page is looked at again or no more, or the network is back.
fn turn() {
    if !listens() {
        end();
    } else if SOURCE.with_borrow(Option::is_none) {
        FAILED.set(0);
        open();
    }
}

fn end() {
    AT_WORK.set(false);
    close();
}

fn close() {
    wait(None);
    if let Some(source) = SOURCE.take() {
        source.close();
    }
}

/// Does this later, and nothing that was to be done later before.
fn wait(later: Option<(Duration, fn())>) {
    let next = later.and_then(|(after, what)| set_timeout_with_handle(what, after).ok());
    if let Some(before) = TIMER.replace(next) {
        before.clear();
    }
}

fn open() {
    close();
    AT_WORK.set(true);
    FRESH.set(true);
    let Ok(source) = EventSource::new(STREAM) else { return failed() };
    EAR.with(|ear| {
        for kind in ["error", "unread", "message", "news", "post"] {
            // A fresh source takes any listener.
            let _ = source.add_event_listener_with_callback(kind, ear.unchecked_ref());
        }
    });
    SOURCE.set(Some(source));
    wait(Some((SILENCE, failed)));
}

fn happened(event: Event) {
    let Some(session) = SESSION.get() else { return };
    match event.dyn_ref::<MessageEvent>() {
        Some(word) => heard(session, word),
        None => lost(),
    }
}

/// The line was cut. The browser tries again by itself, unless it was refused.
fn lost() {
    FRESH.set(true);
    let state = SOURCE.with_borrow(|source| source.as_ref().map(EventSource::ready_state));
    if state != Some(EventSource::CONNECTING) || FAILED.get() + 1 >= FAILURES {
        return failed();
    }
    FAILED.set(FAILED.get() + 1);
    wait(Some((SILENCE, failed)));
}

fn heard(session: Session, word: &MessageEvent) {
    FAILED.set(0);
    wait(None);
    let live = word.data().as_string().and_then(|text| js_sys::JSON::parse(&text).ok());
    match live.and_then(|live| serde_wasm_bindgen::from_value(live).ok()) {
        Some(Live::Unread(unread)) => {
            let before = session.unread.get_untracked();
            session.unread.set(unread);
            // Whoever was away reads anew what she shows; so does everybody when a word may have been lost on its way.
            let rose = unread.conversations > before.conversations || unread.news > before.news;
            let fresh = FRESH.replace(false);
            if fresh || rose {
                let first = !HELD.replace(true);
                if fresh && !first {
                    session.look_what_waits();
                }
                tell(&Heard::Back { first });
            }
        }
        Some(Live::Message { conversation, message }) => tell(&Heard::Message(conversation, message)),
        Some(Live::News { about }) => {
            // An exchange that waits for her counts in the bar, whichever page is open.
            if about.kind == ThingKind::Barter {
                session.look_what_waits();
            }
            tell(&Heard::News(about));
        }
        Some(Live::Post { .. }) => session.new_posts.update(|n| *n += 1),
        // A word of a newer server.
        None => {}
    }
}

/// No line: asks what is not read, which also renews the session, and tries again.
fn failed() {
    close();
    let failures = FAILED.get().saturating_add(1);
    FAILED.set(failures);
    let after = match (failures >= FAILURES, TALKS.get() > 0) {
        (false, _) => SOON,
        (true, true) => ASKS_IN_TALK,
        (true, false) => ASKS,
    };
    wait(Some((after, ask)));
}

fn ask() {
    let Some(session) = SESSION.get() else { return };
    leptos::task::spawn_local(async move {
        let answer = api().get_unread().await;
        if !AT_WORK.get() {
            return;
        }
        match answer {
            Ok(unread) => {
                session.unread.set(unread);
                session.look_what_waits();
                tell(&Heard::Back { first: false });
                open();
            }
            Err(error) if session.is_over(&error) => {}
            Err(_) => failed(),
        }
    });
}
