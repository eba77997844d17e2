//! News: what concerns me, one line for each thing, with what I can do.

use domain::conversation::{ThingKind, ThingRef};
use domain::news::{NewsView, ReadNews};
use domain::page::Page as ListPage;
use leptos::prelude::*;

use super::more::more;
use super::news_words::{action, sentence};
use crate::live::{self, Heard};
use crate::session::{Session, api, session};
use crate::ui::{Act, Empty, Face, Go, Icon, Page, Weight, fetched, shown};
use crate::var::Var;
use crate::{paths, time};

/// The page.
pub fn news() -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        let list = api().list_news(None).await?;
        Ok(shown(move || draw(session, list)))
    })
}

fn draw(session: Session, list: ListPage<NewsView>) -> AnyView {
    let news = Var::new(list.items);
    let next = Var::new(list.next);
    let nothing = Memo::new(move |_| news.with(Vec::is_empty));
    let unread = Memo::new(move |_| news.with(|news| news.iter().filter(|line| line.unread).count()));
    news.with_untracked(|shown| read_shown(session, shown));
    let more = more(session, news, next, move |after| async move {
        let page = api().list_news(after.as_deref()).await?;
        read_shown(session, &page.items);
        Ok(page)
    });
    let again = Callback::new(move |()| {
        let done = move |list: ListPage<NewsView>| {
            read_shown(session, &list.items);
            news.try_set(list.items);
            next.try_set(list.next);
            crate::ui::focus("news");
        };
        session.act(async { api().list_news(None).await }, done, |_| {});
    });
    let lead = move || match unread.get() {
        0 => t!(news.all_read).to_owned(),
        1 => t!(news.unread_one).to_owned(),
        n => t!(news.unread, n = n.to_string()),
    };
    let body = move || {
        if nothing.get() {
            view! {
                <Empty title=t!(news.empty) lead=t!(news.empty_lead)>
                    <div class="actions"><Go label=t!(page.to_square) href=paths::SQUARE weight=Weight::Primary/></div>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <p class="lead">{lead}</p>
                <ul class="posts" id="news" tabindex="-1" aria-label=t!(news.title)>
                    <For each=move || sorted(news.get()) key=|line| (line.id, line.unread) let:line>{card(&line)}</For>
                </ul>
            }
            .into_any()
        }
    };
    view! {
        <Page screen="news" title=t!(news.title) roof=true>
            {there_is_news(|heard| matches!(heard, Heard::News(_) | Heard::Back { .. }), session, again)}
            {body}
            {more}
        </Page>
    }
    .into_any()
}

/// What asks for something first, as long as it is not read; within both the newest first, as they come.
fn sorted(mut news: Vec<NewsView>) -> Vec<NewsView> {
    news.sort_by_key(|line| !(line.unread && line.kind.asks()));
    news
}

fn card(line: &NewsView) -> AnyView {
    let about = &line.about;
    // What is gone has no page any more; a conversation stays when its thing is gone.
    let there =
        (about.title.is_some() && !about.closed) || matches!(about.kind, ThingKind::Barter | ThingKind::Conversation);
    let sentence = sentence(line);
    let title = about.title.clone().map(|title| {
        view! { <span class="news__about" dir="auto"><span class="unseen">": "</span>{title}</span> }
    });
    let heading = if there {
        view! {
            <a href=paths::thing(about.kind, about.id)>
                <span dir="auto">{sentence}</span>{title}<span class="news__do"><span class="unseen">". "</span>{action(line.kind)}</span>
            </a>
        }
        .into_any()
    } else {
        view! { <span dir="auto">{sentence}</span> }.into_any()
    };
    let sign = match &line.by {
        Some(person) => view! { <Face mark=person.mark/> }.into_any(),
        None => view! { <span class="mark mark--grey" aria-hidden="true">{picture(about.kind)}</span> }.into_any(),
    };
    let gone = (!there).then(|| view! { <p class="post__meta">{t!(news.gone)}</p> });
    let class = if line.unread { "post news news--unread" } else { "post news" };
    view! {
        <li><article class=class>
            {sign}
            <div class="grow">
                {line.unread.then(|| view! { <p class="news__new">{t!(news.unread_tag)}</p> })}
                <h2 class="post__title">{heading}</h2>
                {gone}
                <p class="post__meta">{time::since(line.at)}</p>
            </div>
        </article></li>
    }
    .into_any()
}

fn picture(kind: ThingKind) -> &'static str {
    match kind {
        ThingKind::Offer => "🧺",
        ThingKind::Barter => "🤝",
        ThingKind::Notice => "📌",
        ThingKind::Event => "🎉",
        ThingKind::Conversation => "💬",
    }
}

/// These lines have been seen, and no others. What this visit showed as new stays marked until the next one.
fn read_shown(session: Session, shown: &[NewsView]) {
    let lines: Vec<_> = shown.iter().filter(|line| line.unread && !is_message(line)).map(|line| line.id).collect();
    if !lines.is_empty() {
        read(session, ReadNews { lines: Some(lines), ..ReadNews::default() });
    }
}

/// A message stays unread until its conversation is opened.
fn is_message(line: &NewsView) -> bool {
    line.about.kind == ThingKind::Conversation
}

/// The page of a thing shows what was new about it, as far as this tab knows of any: what comes meanwhile may not be on it yet.
pub fn read_about(session: Session, kind: ThingKind, id: uuid::Uuid) {
    let unread = session.unread.get_untracked();
    if unread.news > 0 {
        read(session, ReadNews { about: Some(ThingRef { kind, id }), up_to: unread.newest, lines: None });
    }
}

fn read(session: Session, seen: ReadNews) {
    leptos::task::spawn_local(async move {
        // Not read, it is shown as new once more.
        if api().read_news(&seen).await.is_ok() {
            live::count(session);
        }
    });
}

/// The way to the news, with how many are new; for the pages where a visit begins.
pub fn bell(session: Session) -> AnyView {
    let count = move || {
        let n = session.unread.with(|unread| unread.news);
        (n > 0).then(|| {
            let heard = if n == 1 { t!(news.bell_one).to_owned() } else { t!(news.bell, n = n.to_string()) };
            view! { <span class="bell__count" aria-hidden="true">{n}</span><span class="unseen">{heard}</span> }
        })
    };
    view! {
        <p class="bell"><a href=paths::NEWS>
            <Icon d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4"/><span>{t!(news.title)}</span>{count}
        </a></p>
    }
    .into_any()
}

/// Says that there is something new about a thing that is shown; it is fetched when the reader wishes, so that nothing moves under her.
pub fn about(session: Session, thing: ThingRef, see: Callback<()>) -> AnyView {
    let seen = Callback::new(move |()| {
        see.run(());
        read_about(session, thing.kind, thing.id);
    });
    there_is_news(move |heard| matches!(heard, Heard::News(about) if *about == thing), session, seen)
}

fn there_is_news(concerns: impl Fn(&Heard) -> bool + 'static, session: Session, see: Callback<()>) -> AnyView {
    let there = Var::new(false);
    live::hear(move |heard| {
        // Back from elsewhere, only the count knows whether there is any; a page that was just drawn shows it already.
        let any = match heard {
            Heard::Back { first } => !first && session.unread.with_untracked(|unread| unread.news > 0),
            Heard::Message(..) | Heard::News(_) => true,
        };
        if any && concerns(heard) {
            there.try_set(true);
        }
    });
    let press = Callback::new(move |()| {
        there.set(false);
        see.run(());
    });
    let line = move || {
        there
            .get()
            .then(|| view! { <Act id="see-news" label=t!(news.see) weight=Weight::Other busy=false on_press=press/> })
    };
    view! { <div class="whisper" role="status">{line}</div> }.into_any()
}
