//! My conversations, the last written to first.

use std::cell::Cell;

use domain::conversation::{ConversationView, ConversationWith, MessageKind};
use domain::id::MessageId;
use domain::page::Page as ListPage;
use leptos::prelude::*;

use super::barters::gone_face;
use super::more::more;
use crate::live::{self, Heard};
use crate::session::{Session, api, session};
use crate::ui::{Empty, Face, Go, Page, Weight, fetched, shown};
use crate::var::Var;
use crate::{paths, time};

/// The page.
pub fn conversations() -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        let list = api().list_conversations(None, None).await?;
        Ok(shown(move || draw(session, list)))
    })
}

/// The two halves of "my exchanges": what is agreed, and what is said.
pub fn tabs(session: Session, conversations: bool) -> AnyView {
    let tab = |href: &'static str, label: &'static str, here: bool, count: Signal<usize>| {
        let count = move || {
            let n = count.get();
            (n > 0).then(|| view! { <span class="bar__dot tabs__count">{n}</span> })
        };
        view! { <li><a href=href aria-current=here.then_some("page")>{label}{count}</a></li> }.into_any()
    };
    let waiting = Signal::derive(move || session.waiting.get());
    let unread = Signal::derive(move || session.unread.with(|unread| unread.conversations as usize));
    view! {
        <nav class="tabs" aria-label=t!(talk.tabs)><ul>
            {tab(paths::BARTERS, t!(bar.barters), !conversations, waiting)}
            {tab(paths::CONVERSATIONS, t!(talk.list), conversations, unread)}
        </ul></nav>
    }
    .into_any()
}

fn draw(session: Session, list: ListPage<ConversationView>) -> AnyView {
    let talks = Var::new(list.items);
    let next = Var::new(list.next);
    follow(session, talks, next);
    let nothing = Memo::new(move |_| talks.with(Vec::is_empty));
    let more =
        more(session, talks, next, |after| async move { api().list_conversations(None, after.as_deref()).await });
    let body = move || {
        if nothing.get() {
            view! {
                <Empty title=t!(talk.empty) lead=t!(talk.empty_lead)>
                    <div class="actions"><Go label=t!(page.to_square) href=paths::SQUARE weight=Weight::Primary/></div>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <ul class="posts">
                    <For each=move || talks.get() key=key let:talk>
                        {card(&talk, true)}
                    </For>
                </ul>
            }
            .into_any()
        }
    };
    view! {
        <Page screen="conversations" title=t!(talk.list) roof=true>
            {tabs(session, true)}
            {body}
            {more}
        </Page>
    }
    .into_any()
}

/// Reads the list anew with each message: nothing is typed here.
fn follow(session: Session, talks: Var<Vec<ConversationView>>, next: Var<Option<String>>) {
    let asking = std::rc::Rc::new(Cell::new(false));
    live::hear(move |heard| {
        if matches!(heard, Heard::News(_)) || asking.replace(true) {
            return;
        }
        let (done, failed) = (asking.clone(), asking.clone());
        let shown = move |list: ListPage<ConversationView>| {
            done.set(false);
            let first = list.items.len();
            talks.try_update(|talks| {
                // What was unfolded below stays, without what has moved up.
                talks.retain(|talk| list.items.iter().all(|new| new.id != talk.id));
                let older = std::mem::replace(talks, list.items);
                talks.extend(older);
            });
            if talks.is_there() && talks.with_untracked(Vec::len) == first {
                next.try_set(list.next);
            }
        };
        session.act(async { api().list_conversations(None, None).await }, shown, move |_| failed.set(false));
    });
}

/// Whatever of it is drawn and can change.
fn key(talk: &ConversationView) -> (uuid::Uuid, u32, bool, Option<(MessageId, MessageKind)>) {
    (talk.id.0, talk.unread, talk.muted, talk.last.as_ref().map(|last| (last.id, last.kind)))
}

/// One conversation; without what it is `about` where that is said already.
pub fn card(talk: &ConversationView, with_about: bool) -> AnyView {
    let face = match talk.people.as_slice() {
        [one] if talk.others == 1 => view! { <Face mark=one.mark/> }.into_any(),
        [] => gone_face(),
        _ => view! { <span class="post__sign" aria-hidden="true">"👥"</span> }.into_any(),
    };
    let unread = match talk.unread {
        0 => None,
        1 => Some(t!(talk.unread_one).to_owned()),
        n if n >= domain::conversation::MAX_UNREAD => Some(t!(talk.unread, n = "99+")),
        n => Some(t!(talk.unread, n = n.to_string())),
    };
    let class = if unread.is_some() { "post news--unread" } else { "post" };
    view! {
        <li><article class=class>
            {face}
            <div class="grow">
                <h2 class="post__title"><a href=paths::conversation(talk.id) dir="auto">{name(talk)}</a></h2>
                {about(talk).filter(|_| with_about).map(|about| view! { <p class="post__meta" dir="auto">{about}</p> })}
                {last(talk).map(|last| view! { <p class="talk__last" dir="auto">{last}</p> })}
                <p class="post__meta">
                    {unread.map(|unread| view! { <span class="tag tag--roof">{unread}</span> })}
                    {talk.muted.then(|| view! { <span class="tag">{t!(talk.muted_tag)}</span> })}
                    <span>{time::since(talk.updated_at)}</span>
                </p>
            </div>
        </article></li>
    }
    .into_any()
}

/// With whom: "Zoé", "Zoé, Samir et Awa", "Zoé, Samir et 10 autres".
pub fn name(talk: &ConversationView) -> String {
    let names: Vec<&str> = talk.people.iter().map(|person| person.first_name.as_str()).collect();
    match names.as_slice() {
        [] if talk.with == ConversationWith::Everybody => t!(talk.alone).to_owned(),
        [] => t!(talk.gone).to_owned(),
        [one] if talk.others <= 1 => (*one).to_owned(),
        [several @ .., last] if talk.others <= 3 => t!(barter.names, names = several.join(", "), last = last),
        many => {
            let named = &many[..many.len().min(2)];
            let rest = (talk.others as usize).saturating_sub(named.len());
            t!(talk.and_others, names = named.join(", "), n = rest.to_string())
        }
    }
}

fn about(talk: &ConversationView) -> Option<String> {
    talk.about.title.as_ref().map(|title| t!(talk.about, title = title))
}

/// The last words, with whose they are.
fn last(talk: &ConversationView) -> Option<String> {
    let last = talk.last.as_ref()?;
    let words = match (last.kind, &last.text) {
        (MessageKind::Text, Some(text)) => text.to_string(),
        (MessageKind::Contact, Some(_)) => t!(talk.contact).to_owned(),
        _ => t!(talk.gone_message).to_owned(),
    };
    Some(match &last.author {
        _ if last.mine => t!(talk.said_by, name = t!(barter.you), words = words),
        Some(author) => t!(talk.said_by, name = author.first_name.as_str(), words = words),
        None => words,
    })
}
