//! What is said in a conversation: the messages that are there, those that are on their way, how far it was read.

use client::Error;
use domain::conversation::{ConversationView, MessageKind, MessageView, NewMessage};
use domain::id::{ConversationId, MessageId};
use domain::page::Page as ListPage;
use domain::problem::ProblemCode;
use domain::text::MessageText;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::live;
use crate::session::{Session, api};
use crate::var::Var;
use crate::{saved, words};

/// Whoever is not farther than this from the last words reads on there, in pixels.
const NEAR: f64 = 160.0;

/// A message that has not arrived yet.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Unsent {
    /// One message, however often it is sent.
    pub key: String,
    pub text: String,
    /// Why it has not arrived; nothing while it is on its way.
    pub failed: Option<String>,
}

/// As it is kept until the tab is closed.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    typed: String,
    unsent: Vec<Unsent>,
}

/// A conversation as it is drawn. Copies are the same.
#[derive(Clone, Copy)]
pub struct Talk {
    pub session: Session,
    pub view: Var<ConversationView>,
    /// The oldest first.
    pub messages: Var<Vec<MessageView>>,
    /// The cursor of what was said before.
    pub older: Var<Option<String>>,
    pub unsent: Var<Vec<Unsent>>,
    pub typed: Var<String>,
    /// The last message of somebody else, for who hears the page.
    pub heard: Var<Option<MessageView>>,
    /// Whether something came below what is on the screen.
    pub below: Var<bool>,
    /// Up to where it is read, as far as the server knows.
    read: Var<Option<MessageId>>,
}

impl Talk {
    pub fn new(session: Session, view: ConversationView, newest: ListPage<MessageView>) -> Self {
        let mut messages = newest.items;
        messages.reverse();
        let kept: Kept = saved::draft(&draft(view.id)).unwrap_or_default();
        // What was on its way when the page was left may have arrived or not: sent again it arrives once.
        let unsent = kept.unsent.into_iter().map(|it| Unsent { failed: Some(it.failed.unwrap_or_default()), ..it });
        let read = messages.last().map(|last| last.id).filter(|_| view.unread == 0);
        Self {
            session,
            view: Var::new(view),
            messages: Var::new(messages),
            older: Var::new(newest.next),
            unsent: Var::new(unsent.collect()),
            typed: Var::new(kept.typed),
            heard: Var::new(None),
            below: Var::new(false),
            read: Var::new(read),
        }
    }

    pub fn id(self) -> ConversationId {
        self.view.with_untracked(|view| view.id)
    }

    /// Keeps what is typed and what has not arrived.
    pub fn keep(self) {
        let kept = Kept { typed: self.typed.get_untracked(), unsent: self.unsent.get_untracked() };
        let name = draft(self.id());
        if kept.typed.is_empty() && kept.unsent.is_empty() {
            saved::drop_draft(&name);
        } else {
            saved::keep_draft(&name, &kept);
        }
    }

    /// A message that came, or what is left of one.
    pub fn take(self, message: MessageView) {
        if !self.view.is_there() {
            return;
        }
        let at_the_end = is_at_the_end();
        let (mine, gone) = (message.mine, message.kind == MessageKind::Gone);
        if mine && let Some(text) = &message.text {
            // Heard before the answer came: the same words are not shown twice.
            self.unsent.try_update(|unsent| {
                if let Some(at) = unsent.iter().position(|it| it.failed.is_none() && it.text == text.as_str()) {
                    unsent.remove(at);
                }
            });
        }
        let new = self.messages.with_untracked(|all| all.iter().all(|it| it.id != message.id));
        if new && !mine && !gone {
            self.heard.try_set(Some(message.clone()));
        }
        self.messages.try_update(|all| put(all, message));
        match (new, at_the_end || mine) {
            (true, true) => self.to_the_end(),
            (true, false) => self.below.try_set(true),
            (false, _) => {}
        }
    }

    /// Reads anew what was said last, after an absence.
    pub fn catch_up(self) {
        let id = self.id();
        let asked = async move {
            let api = api();
            futures::try_join!(api.get_conversation(id), api.list_messages(id, None, None))
        };
        let done = move |(view, newest): (ConversationView, ListPage<MessageView>)| {
            if !self.view.is_there() {
                return;
            }
            self.view.set(view);
            let last = self.messages.with_untracked(|all| all.last().map(|last| last.id));
            let joins = newest.next.is_none() || newest.items.last().is_none_or(|oldest| Some(oldest.id) <= last);
            if !joins {
                // More was said than one page holds: what lies between is read from there.
                self.messages.set(Vec::new());
                self.older.set(newest.next);
            }
            for message in newest.items.into_iter().rev() {
                let known = self.messages.with_untracked(|all| all.contains(&message));
                if !known {
                    self.take(message);
                }
            }
        };
        // The next word, or the next look, tries again.
        self.session.act(asked, done, |_| {});
    }

    /// Reads what was said before; what is on the screen stays where it is.
    pub fn read_older(self, done: impl FnOnce(Result<(), Error>) + Clone + 'static) {
        let Some(after) = self.older.get_untracked().and_then(|cursor| cursor.parse().ok()) else { return };
        let id = self.id();
        let failed = done.clone();
        let shown = move |page: ListPage<MessageView>| {
            let before = height();
            self.messages.try_update(|all| {
                for message in page.items {
                    put(all, message);
                }
            });
            self.older.try_set(page.next);
            request_animation_frame(move || window().scroll_by_with_x_and_y(0.0, height() - before));
            done(Ok(()));
        };
        let asked = async move { api().list_messages(id, Some(after), None).await };
        self.session.act(asked, shown, move |error| failed(Err(error)));
    }

    /// Sends a message that is shown as on its way.
    pub fn send(self, text: String) {
        let unsent = Unsent { key: saved::new_key(), text, failed: None };
        self.unsent.update(|all| all.push(unsent.clone()));
        self.keep();
        self.to_the_end();
        self.post(unsent);
    }

    /// Sends again what has not arrived, as the same message.
    pub fn send_again(self, key: &str) {
        let found = self.unsent.with_untracked(|all| all.iter().find(|it| it.key == key).cloned());
        if let Some(unsent) = found {
            self.unsent.update(|all| change(all, &unsent.key, |it| it.failed = None));
            self.post(unsent);
        }
    }

    /// Gives a message up that has not arrived.
    pub fn drop_unsent(self, key: &str) {
        self.unsent.update(|all| all.retain(|it| it.key != key));
        self.keep();
    }

    fn post(self, unsent: Unsent) {
        let Ok(text) = MessageText::parse(unsent.text) else { return };
        let id = self.id();
        let key = unsent.key.clone();
        let new = NewMessage { kind: MessageKind::Text, text };
        let sent = async move { api().send_message(id, &new, &key).await };
        let (key, failed_key) = (unsent.key.clone(), unsent.key);
        let done = move |message: MessageView| {
            if self.view.is_there() {
                self.unsent.update(|all| all.retain(|it| it.key != key));
                self.keep();
                self.take(message);
            }
        };
        let failed = move |error: Error| {
            if !self.view.is_there() {
                return;
            }
            let closed = error.code() == Some(ProblemCode::NotNow);
            let why = if closed { t!(talk.closed).to_owned() } else { words::error(&error) };
            self.unsent.update(|all| change(all, &failed_key, |it| it.failed = Some(why)));
            self.keep();
            if closed {
                self.catch_up();
            }
        };
        self.session.act(sent, done, failed);
    }

    /// Shows the last words, and the place to write.
    pub fn to_the_end(self) {
        self.below.try_set(false);
        // Twice: what was just put there is measured in the frame after the one that draws it.
        request_animation_frame(move || {
            request_animation_frame(move || {
                if let Some(foot) = document().get_element_by_id("talk-foot") {
                    foot.scroll_into_view_with_bool(false);
                }
                self.look();
            });
        });
    }

    /// Tells the server what is read, once the last message is on the screen and somebody looks at it.
    pub fn look(self) {
        if !self.view.is_there() || document().hidden() || !end_is_seen() {
            return;
        }
        self.below.try_set(false);
        let Some(last) = self.messages.with_untracked(|all| all.last().map(|last| last.id)) else { return };
        let before = self.read.get_untracked();
        if before >= Some(last) {
            return;
        }
        self.read.set(Some(last));
        let (id, session) = (self.id(), self.session);
        let done = move |()| live::count(session);
        let asked = async move { api().read_conversation(id, last).await };
        session.act(asked, done, move |_| self.read.try_set(before));
    }
}

/// Under which name the device keeps what is written in a conversation.
pub fn draft(id: ConversationId) -> String {
    format!("talk-{id}")
}

/// In the order of ids, each once.
fn put(all: &mut Vec<MessageView>, message: MessageView) {
    match all.binary_search_by_key(&message.id, |it| it.id) {
        Ok(at) => all[at] = message,
        Err(at) => all.insert(at, message),
    }
}

fn change(all: &mut [Unsent], key: &str, change: impl FnOnce(&mut Unsent)) {
    if let Some(it) = all.iter_mut().find(|it| it.key == key) {
        change(it);
    }
}

fn height() -> f64 {
    document().document_element().map_or(0.0, |page| f64::from(page.scroll_height()))
}

fn screen() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default()
}

/// How far below the top of the screen the last message ends.
fn end() -> Option<f64> {
    document().get_element_by_id("talk-end").map(|end| end.get_bounding_client_rect().top())
}

fn is_at_the_end() -> bool {
    end().is_some_and(|end| end <= screen() + NEAR)
}

/// Whether the foot of the last message is on the screen, or above it.
fn end_is_seen() -> bool {
    end().is_some_and(|end| end <= screen())
}
