//! Looking for words in all that one may see.

use std::time::Duration;

use client::{Error, SquareFilter};
use domain::page::Page as ListPage;
use domain::square::PostView;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::more::more;
use crate::paths;
use crate::session::{Member, Session, api, session};
use crate::ui::{Back, Empty, Go, Page, PostCard, Weight, fetched, focus, post_key, shown};
use crate::var::Var;
use crate::words;

/// How long the hand must rest before something is asked.
const REST: Duration = Duration::from_millis(300);
/// The most characters that are looked for.
const LONGEST: usize = 200;

/// What is looked for, and what came of it. Copies are the same.
#[derive(Clone, Copy)]
struct Search {
    words: Var<String>,
    /// The words to which the posts are the answer; empty before the first one.
    answered: Var<String>,
    posts: Var<Vec<PostView>>,
    next: Var<Option<String>>,
    failed: Var<Option<Error>>,
    asking: Var<bool>,
    /// Grows with every new question: answers to older ones are dropped.
    asked: Var<u32>,
}

/// The page.
pub fn search() -> AnyView {
    let session = session();
    let words = use_query_map().with_untracked(|query| query.get_str("q").unwrap_or_default().to_owned());
    let search = Search {
        words: Var::new(words),
        answered: Var::new(String::new()),
        posts: Var::new(Vec::new()),
        next: Var::new(None),
        failed: Var::new(None),
        asking: Var::new(false),
        asked: Var::new(0),
    };
    fetched(move || async move {
        let member = session.member().await?;
        // Coming back to what was found, it is there again before anything is shown.
        let first = match Search::filter(&search.words.get_untracked(), None) {
            Some(filter) => Some(api().search(&filter).await?),
            None => None,
        };
        Ok(shown(move || draw(session, search, member, first)))
    })
}

impl Search {
    /// What to ask for; nothing while nothing is typed.
    fn filter(words: &str, after: Option<String>) -> Option<SquareFilter> {
        let words: String = words.trim().chars().take(LONGEST).collect();
        (!domain::text::is_blank(&words)).then(|| SquareFilter { words: Some(words), after, ..SquareFilter::default() })
    }

    fn take(self, page: ListPage<PostView>) {
        self.posts.try_set(page.items);
        self.next.try_set(page.next);
        self.answered.try_set(self.words.try_get().unwrap_or_default().trim().to_owned());
        self.failed.try_set(None);
        self.asking.try_set(false);
    }

    fn ask(self, session: Session) {
        let number = self.asked.get_untracked() + 1;
        self.asked.set(number);
        keep_address(&self.words.get_untracked());
        let Some(filter) = Self::filter(&self.words.get_untracked(), None) else {
            return self.take(ListPage { items: Vec::new(), next: None });
        };
        self.asking.set(true);
        let still = move || self.asked.try_get() == Some(number);
        let done = move |page| {
            if still() {
                self.take(page);
            }
        };
        let failed = move |error| {
            if still() {
                self.asking.set(false);
                self.failed.set(Some(error));
            }
        };
        session.act(async move { api().search(&filter).await }, done, failed);
    }
}

/// The words stand in the address, so that a reload, or coming back from a post, finds them again. By hand: the router would take it for
/// a move to another page.
fn keep_address(words: &str) {
    let address = if domain::text::is_blank(words) { paths::SEARCH.to_owned() } else { paths::search(words.trim()) };
    let state = window().history().and_then(|history| history.state().map(|state| (history, state)));
    if let Ok((history, state)) = state {
        // A browser that refuses only forgets the words at a reload.
        let _ = history.replace_state_with_url(&state, "", Some(&address));
    }
}

fn draw(session: Session, search: Search, member: Member, first: Option<ListPage<PostView>>) -> AnyView {
    match first {
        Some(page) => search.take(page),
        // Whoever comes here wants to write at once.
        None => focus("q"),
    }
    let timer: Var<Option<TimeoutHandle>> = Var::new(None);
    let rest = move || {
        if let Some(timer) = timer.try_get().flatten() {
            timer.clear();
        }
    };
    on_cleanup(rest);
    let typed = move |event| {
        search.words.set(event_target_value(&event));
        rest();
        timer.set(set_timeout_with_handle(move || search.ask(session), REST).ok());
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        rest();
        search.ask(session);
    };
    let said = move || {
        let answered = search.answered.get();
        if answered.is_empty() || search.asking.get() {
            return String::new();
        }
        let more = search.next.with(Option::is_some);
        match search.posts.with(Vec::len) {
            0 => t!(search.none, words = answered),
            1 => t!(search.one).to_owned(),
            n if more => t!(search.first, n = n.to_string()),
            n => t!(search.many, n = n.to_string()),
        }
    };
    let card = move |post: PostView| view! { <li><PostCard post=post member=member.clone()/></li> }.into_any();
    let found = move || search.posts.with(|posts| !posts.is_empty());
    let nothing = move || {
        let empty = search.posts.with(Vec::is_empty) && !search.asking.get() && search.failed.with(Option::is_none);
        (empty && !search.answered.with(String::is_empty)).then(nothing)
    };
    let failed = move || {
        search
            .failed
            .get()
            .map(|error| view! { <p class="notice notice--alarm" role="alert">{words::error(&error)}</p> })
    };
    let more = more(session, search.posts, search.next, move |after| async move {
        match Search::filter(&search.answered.get_untracked(), after) {
            Some(filter) => api().search(&filter).await,
            None => Ok(ListPage { items: Vec::new(), next: None }),
        }
    });
    view! {
        <Page screen="search" title=t!(search.title) back=Back::to(t!(bar.square), paths::SQUARE) wide=true>
            <form class="search" role="search" novalidate on:submit=send>
                <label class="field__label" for="q">{t!(search.label)}</label>
                <p class="hint" id="q-hint">{t!(search.hint)}</p>
                <div class="search__line">
                    <input id="q" name="q" type="search" dir="auto" autocomplete="off" enterkeyhint="search" aria-describedby="q-hint"
                        prop:value=search.words.get_untracked() on:input=typed/>
                    <button type="submit" class="button">{t!(search.send)}</button>
                </div>
            </form>
            <p role="status" class="soft" id="found">{said}</p>
            {failed}
            <section class="stack" aria-label=t!(search.results)>
                <ul class="posts posts--two" hidden=move || !found()>
                    <For each=move || search.posts.get() key=post_key let:post>{card(post)}</For>
                </ul>
                {more}
                {nothing}
            </section>
        </Page>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <Empty title=t!(search.empty) lead=t!(search.empty_lead)>
            <div class="actions"><Go label=t!(search.empty_ask) href=paths::WHAT weight=Weight::Primary/></div>
        </Empty>
    }
    .into_any()
}
