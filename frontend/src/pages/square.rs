//! The square: what is new around me.

use std::collections::HashMap;

use crate::var::Var;
use client::{Error, OfferFilter, SquareFilter};
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::offer::OfferKind;
use domain::page::Page as ListPage;
use domain::square::{PostKind, PostView};
use leptos::prelude::*;
use uuid::Uuid;

use super::first_words::first_words;
use super::news;
use crate::session::{Member, Session, api, name, session};
use crate::ui::{
    Act, Empty, Form, Go, Page, PostCard, SelectField, Weight, fetched, focus_heading, post_key, posted, shown,
};
use crate::{paths, time, words};

/// How many posts a page has.
const PAGE: usize = 20;
/// How many posts are looked at again at most: as many as the server gives at once.
const MOST_LOOKED_AT: usize = 100;

/// What the square showed last, so that coming back from a post finds it as it was left.
#[derive(Clone, Copy)]
pub struct Memory {
    circle: Var<Circle>,
    kind: Var<Option<PostKind>>,
    /// Of which service, while only services are shown.
    category: Var<String>,
    posts: Var<Vec<PostView>>,
    next: Var<Option<String>>,
    state: Var<State>,
    /// Grows with every new question: answers to older ones are dropped.
    asked: Var<u32>,
    scrolled: Var<f64>,
    whose: Var<Option<domain::id::TenantId>>,
}

#[derive(Clone, PartialEq)]
enum State {
    Unasked,
    Asking,
    Here,
    Failed(Error),
}

/// Makes the square's memory; called once.
pub fn provide_memory() {
    provide_context(Memory {
        circle: Var::new(Circle::Nearby),
        kind: Var::new(None),
        category: Var::new(String::new()),
        posts: Var::new(Vec::new()),
        next: Var::new(None),
        state: Var::new(State::Unasked),
        asked: Var::new(0),
        scrolled: Var::new(0.0),
        whose: Var::new(None),
    });
}

/// The memory of the square; only while something is drawn.
pub fn memory() -> Memory {
    expect_context()
}

impl Memory {
    /// Something has changed: the next look asks anew.
    pub fn forget(self) {
        self.state.set(State::Unasked);
        self.scrolled.set(0.0);
    }

    /// The kind of a service, when only such are shown.
    fn service(self) -> Option<OfferKind> {
        match self.kind.get() {
            Some(PostKind::Offer) => Some(OfferKind::Offer),
            Some(PostKind::Request) => Some(OfferKind::Request),
            Some(PostKind::LostFound | PostKind::Notice | PostKind::Event) | None => None,
        }
    }

    /// One page of what is wished for, of so many posts.
    async fn page(self, after: Option<String>, limit: Option<u16>) -> Result<ListPage<PostView>, Error> {
        let (circle, kind) = (Some(self.circle.get_untracked()), self.kind.get_untracked());
        let category = CategorySlug::parse(self.category.get_untracked()).ok();
        if let (Some(kind), true) = (untrack(|| self.service()), category.is_some()) {
            let filter = OfferFilter { circle, kind: Some(kind), category, after, limit, ..OfferFilter::default() };
            let page = api().list_offers(&filter).await?;
            return Ok(ListPage { items: page.items.into_iter().map(PostView::Offer).collect(), next: page.next });
        }
        api().get_square(&SquareFilter { circle, kind, after, limit, ..SquareFilter::default() }).await
    }

    /// Asks for the first page, or for the following one.
    fn ask(self, session: Session, more: bool) {
        let number = self.asked.get_untracked() + 1;
        self.asked.set(number);
        self.state.set(State::Asking);
        let after = self.next.get_untracked().filter(|_| more);
        if !more {
            session.new_posts.set(0);
        }
        leptos::task::spawn_local(async move {
            let answer = self.page(after, None).await;
            if self.asked.get_untracked() != number {
                return;
            }
            match answer {
                Ok(page) => {
                    let from = if more { self.posts.with_untracked(Vec::len) } else { 0 };
                    self.posts.update(|posts| {
                        posts.truncate(from);
                        posts.extend(page.items);
                    });
                    self.next.set(page.next);
                    self.state.set(State::Here);
                }
                Err(error) if session.is_over(&error) => {}
                Err(error) => self.state.set(State::Failed(error)),
            }
        });
    }

    /// Whoever comes back finds the posts as they are by now, in the place where she left them: what is found says so, what is gone is gone.
    /// New ones are told of, not put in.
    fn look_again(self, session: Session) {
        let number = self.asked.get_untracked();
        let many = self.posts.with_untracked(Vec::len).clamp(PAGE, MOST_LOOKED_AT);
        leptos::task::spawn_local(async move {
            let page = match self.page(None, u16::try_from(many).ok()).await {
                Ok(page) => page,
                Err(error) => {
                    // What is there stays.
                    session.is_over(&error);
                    return;
                }
            };
            if self.asked.get_untracked() != number {
                return;
            }
            let id = |post: &PostView| post_key(post).0;
            // What is older than the last of them was not looked at.
            let last = page.next.is_some().then(|| page.items.last().map(posted)).flatten();
            let newest = self.posts.with_untracked(|posts| posts.first().map(posted));
            let mut now: HashMap<Uuid, PostView> = page.items.into_iter().map(|post| (id(&post), post)).collect();
            self.posts.update(|posts| {
                posts.retain_mut(|post| match now.remove(&id(post)) {
                    Some(as_it_is) => {
                        *post = as_it_is;
                        true
                    }
                    None => last.is_some_and(|last| posted(post) < last),
                });
            });
            // Where nothing is left, the page says so.
            self.state.set(State::Here);
            let newer = now.values().filter(|post| newest.is_none_or(|newest| posted(post) > newest)).count();
            let newer = u32::try_from(newer).unwrap_or(u32::MAX);
            if newer > session.new_posts.get_untracked() {
                session.new_posts.set(newer);
            }
        });
    }
}

/// The page.
pub fn square() -> AnyView {
    let session = session();
    let memory = memory();
    fetched(move || async move {
        let member = session.member().await?;
        Ok(shown(move || page(session, memory, member)))
    })
}

fn page(session: Session, memory: Memory, member: Member) -> AnyView {
    if memory.whose.get_untracked() != Some(member.me.id) {
        memory.whose.set(Some(member.me.id));
        memory.posts.set(Vec::new());
        memory.forget();
    }
    if memory.state.get_untracked() == State::Here && memory.posts.with_untracked(|posts| !posts.is_empty()) {
        memory.look_again(session);
        let to = memory.scrolled.get_untracked();
        request_animation_frame(move || window().scroll_to_with_x_and_y(0.0, to));
    } else {
        memory.ask(session, false);
    }
    session.look_what_waits();
    // Followed while it is read: once another page is there, this one's place cannot be asked for any more.
    let follow = window_event_listener_untyped("scroll", move |_| {
        memory.scrolled.set(window().scroll_y().unwrap_or_default());
    });
    on_cleanup(move || follow.remove());
    let lead = t!(square.lead, day = time::day_capital(time::now()), place = &member.me.residence.name);
    let list = list(session, memory, member.clone());
    view! {
        <Page screen="square" title=t!(square.title) lead=lead wide=true roof=true>
            <div class="square-top"><SearchWay/>{news::bell(session)}</div>
            {first_words(session, &member.me)}
            {move || waiting(session.waiting.get())}
            <div class="columns">
                <div class="aside"><Filters member=member.clone()/></div>
                {list}
            </div>
        </Page>
    }
    .into_any()
}

fn waiting(n: usize) -> Option<AnyView> {
    let sentence = match n {
        0 => return None,
        1 => t!(square.waits_one).to_owned(),
        n => t!(square.waits, n = n.to_string()),
    };
    let line = view! {
        <a class="notice notice--sun" href=paths::BARTERS><span aria-hidden="true">"👋"</span><b>{sentence}</b><span aria-hidden="true">"→"</span></a>
    };
    Some(line.into_any())
}

/// Looks like the field to which it leads.
#[component]
fn SearchWay() -> AnyView {
    view! { <a class="search-way" href=paths::SEARCH><span aria-hidden="true">"🔍"</span>{t!(search.title)}</a> }
        .into_any()
}

/// What a chip calls a kind of post.
fn kind_name(kind: Option<PostKind>) -> &'static str {
    match kind {
        None => t!(square.kind_all),
        Some(PostKind::Offer) => t!(square.kind_offers),
        Some(PostKind::Request) => t!(square.kind_requests),
        Some(PostKind::LostFound) => t!(square.kind_lost_found),
        Some(PostKind::Notice) => t!(square.kind_notices),
        Some(PostKind::Event) => t!(square.kind_events),
    }
}

/// How far, which kind, which service.
#[component]
fn Filters(member: Member) -> AnyView {
    let session = session();
    let memory = memory();
    let circles: Vec<AnyView> = Circle::ALL
        .into_iter()
        .map(|circle| {
            let press = move |_| {
                memory.circle.set(circle);
                memory.ask(session, false);
            };
            view! {
                <button type="button" class="chip" aria-pressed=move || (memory.circle.get() == circle).to_string() on:click=press>
                    {words::circle(circle, &member)}
                </button>
            }
            .into_any()
        })
        .collect();
    let kinds: Vec<AnyView> = std::iter::once(None)
        .chain(PostKind::ALL.iter().copied().map(Some))
        .map(|kind| {
            let press = move |_| {
                memory.kind.set(kind);
                memory.ask(session, false);
            };
            view! {
                <button type="button" class="chip" aria-pressed=move || (memory.kind.get() == kind).to_string() on:click=press>{kind_name(kind)}</button>
            }
            .into_any()
        })
        .collect();
    // Asks again when another service is chosen, not when the page is drawn.
    Effect::watch(move || memory.category.get(), move |_, _, _| memory.ask(session, false), false);
    let mut services = vec![(String::new(), vec![(String::new(), t!(square.all_services).to_owned())])];
    for group in member.catalogue.groups() {
        let whole = (group.slug.to_string(), t!(square.whole_group, name = name(group)));
        let leaves = member.catalogue.services(&group.slug).map(|leaf| (leaf.slug.to_string(), name(leaf).to_owned()));
        services.push((format!("{} {}", group.icon, name(group)), std::iter::once(whole).chain(leaves).collect()));
    }
    let service = move || {
        memory.service().map(|_| {
            view! { <SelectField form=Form::new() id="service" label=t!(square.service) value=memory.category groups=services.clone()/> }
        })
    };
    let chosen = move || {
        let circle = words::circle(memory.circle.get(), &member);
        match memory.kind.get() {
            None => circle,
            Some(kind) => t!(square.chosen, circle = circle, kind = kind_name(Some(kind))),
        }
    };
    // On a large screen it stands beside the posts and takes no room from them.
    let wide = window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width >= 960.0);
    view! {
        <section class="filters" aria-label=t!(square.filters)>
            <details class="fold" open=move || wide || memory.kind.get_untracked().is_some()>
                <summary><span>{t!(square.choose)}<br/><span class="soft">{chosen}</span></span></summary>
                <div class="fold__body">
                    <p class="field__label" aria-hidden="true">{t!(square.how_far)}</p>
                    <div class="reach" role="group" aria-label=t!(square.how_far)>{circles}</div>
                    <p class="field__label" aria-hidden="true">{t!(square.which_kind)}</p>
                    <div class="reach" role="group" aria-label=t!(square.which_kind)>{kinds}</div>
                    {service}
                </div>
            </details>
        </section>
    }
    .into_any()
}

fn list(session: Session, memory: Memory, member: Member) -> AnyView {
    let card = move |post: PostView| view! { <li><PostCard post=post member=member.clone()/></li> }.into_any();
    let posts = move || memory.posts.get();
    let known = Memo::new(move |_| memory.posts.with(|posts| !posts.is_empty()));
    let foot = move || match memory.state.get() {
        State::Unasked | State::Asking => {
            view! { <div role="status" aria-label=t!(page.loading)><span class="bone"></span></div> }.into_any()
        }
        State::Failed(error) => {
            let retry = Callback::new(move |(): ()| memory.ask(session, false));
            view! {
                <div class="notice notice--alarm" role="alert">
                    <p>{words::error(&error)}</p>
                    <Act label=t!(page.retry) weight=Weight::Other busy=false on_press=retry/>
                </div>
            }
            .into_any()
        }
        State::Here if !known.get_untracked() => nothing(session, memory),
        State::Here if memory.next.get_untracked().is_some() => {
            let more = Callback::new(move |(): ()| memory.ask(session, true));
            view! { <div class="actions"><Act label=t!(square.more) weight=Weight::Other busy=false on_press=more/></div> }.into_any()
        }
        State::Here => view! { <p class="lead centred">{t!(square.end)}</p> }.into_any(),
    };
    view! {
        <section class="stack" aria-label=t!(square.posts)>
            <div>
                {newer(session, memory)}
                <ul class="posts posts--two" hidden=move || !known.get()>
                    <For each=posts key=post_key let:post>{card(post)}</For>
                </ul>
            </div>
            {foot}
        </section>
    }
    .into_any()
}

/// Says that there is more by now, and shows it when wished. It lies over the list, so that nothing moves under a reader's eyes.
fn newer(session: Session, memory: Memory) -> AnyView {
    let show = move |_| {
        memory.forget();
        memory.ask(session, false);
        window().scroll_to_with_x_and_y(0.0, 0.0);
        focus_heading();
    };
    let line = move || {
        let said = match session.new_posts.get() {
            0 => return None,
            1 => t!(square.newer_one).to_owned(),
            n => t!(square.newer, n = n.to_string()),
        };
        Some(
            view! { <button type="button" class="newer" id="newer" on:click=show>{said}" "<b>{t!(square.newer_show)}</b></button> },
        )
    };
    // Always there: screen readers only watch what they have met before it speaks.
    view! { <div class="newer-place" role="status">{line}</div> }.into_any()
}

fn nothing(session: Session, memory: Memory) -> AnyView {
    let wider = match memory.circle.get_untracked() {
        Circle::Residence => Some(Circle::Nearby),
        Circle::Nearby => Some(Circle::District),
        Circle::District => Some(Circle::Office),
        Circle::Office => None,
    };
    let chosen = memory.kind.get_untracked().is_some();
    let widen = Callback::new(move |(): ()| {
        if let Some(wider) = wider {
            memory.circle.set(wider);
        }
        memory.ask(session, false);
    });
    let all = Callback::new(move |(): ()| {
        memory.kind.set(None);
        memory.category.set(String::new());
        memory.ask(session, false);
    });
    view! {
        <Empty title=t!(square.empty) lead=t!(square.empty_lead)>
            <div class="actions">
                <Go label=t!(square.empty_offer) href=paths::WHAT weight=Weight::Primary/>
                {wider.map(|_| view! { <Act label=t!(square.wider) weight=Weight::Other busy=false on_press=widen/> })}
                {chosen.then(|| view! { <Act label=t!(square.show_all) weight=Weight::Quiet busy=false on_press=all/> })}
            </div>
        </Empty>
    }
    .into_any()
}
