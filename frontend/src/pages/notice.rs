//! One notice, and what can be done about it.

use chrono::TimeDelta;
use client::Error;
use domain::conversation::{ConversationView, ThingKind, ThingRef};
use domain::id::{NoticeId, TenantId};
use domain::notice::{NoticeAction, NoticeKind, NoticeState, NoticeView, PhotoSize};
use domain::page::Page as ListPage;
use leptos::prelude::*;

use super::confirm::{Question, ask};
use super::{block, by_params, news, notice_alike, notice_edit, notice_form, notice_photo, square, talks_about};
use crate::paths::{self, notice_todo};
use crate::session::{Member, Session, api, session};
use crate::ui::{
    Act, Back, Face, Form, Go, Page, Photo, Resolved, Sign, Summary, Weight, fetched, fresh, not_found, shown,
};
use crate::var::Var;
use crate::{time, words};

/// How many days before its end a notice can be prolonged in one tap.
const SOON_DAYS: i64 = 7;

/// The page, and those below it.
pub fn notice() -> AnyView {
    by_params(|params| {
        let todo = params.get_str("todo").unwrap_or_default();
        match params.get_str("id").unwrap_or_default() {
            "nouveau" => notice_form::create(todo),
            id => id.parse().map_or_else(|_| not_found(), |id| of(id, todo)),
        }
    })
}

fn of(id: NoticeId, todo: &str) -> AnyView {
    match todo {
        "" => load(id),
        notice_todo::EDIT => notice_edit::page(id),
        notice_todo::PHOTO => notice_photo::page(id),
        notice_todo::WITHDRAW => withdraw(id),
        _ => not_found(),
    }
}

fn load(id: NoticeId) -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        let (notice, beside) = look(id, member.me.id).await?;
        news::read_about(session, ThingKind::Notice, id.0);
        Ok(shown(move || {
            let open = Open { session, current: Var::new(notice), beside: Var::new(beside), drawn: Var::new(0) };
            let member = Var::new(member);
            let key = move || format!("{} {}", open.drawn.get(), open.current.with(|notice| notice.version));
            fresh(key, move |_| member.with_untracked(|member| draw(member, open)))
        }))
    })
}

/// What its author sees beside her notice: those alike, and what others have written about it.
#[derive(Clone, Default)]
struct Beside {
    alike: Vec<NoticeView>,
    talks: Option<ListPage<ConversationView>>,
}

/// A notice on its page. Copies are the same.
#[derive(Clone, Copy)]
struct Open {
    session: Session,
    current: Var<NoticeView>,
    beside: Var<Beside>,
    /// Grows when all is to be drawn anew.
    drawn: Var<u32>,
}

fn thing(id: NoticeId) -> ThingRef {
    ThingRef { kind: ThingKind::Notice, id: id.0 }
}

async fn look(id: NoticeId, me: TenantId) -> Result<(NoticeView, Beside), Error> {
    let notice = api().get_notice(id).await?;
    if notice.author.id != me {
        return Ok((notice, Beside::default()));
    }
    let looks = notice.kind.has_seen() && notice.state == NoticeState::Published;
    // Without suggestions the notice can still be cared for.
    let alike = async { if looks { api().list_alike_notices(id).await.ok() } else { None } };
    let (alike, talks) = futures::join!(alike, talks_about::look(thing(id)));
    Ok((notice, Beside { alike: alike.map(|page| page.items).unwrap_or_default(), talks }))
}

/// Draws the newest, because the reader wishes to see it.
fn look_anew(open: Open, id: NoticeId, me: TenantId) -> Callback<()> {
    Callback::new(move |()| {
        let done = move |(notice, beside)| {
            open.current.try_set(notice);
            open.beside.try_set(beside);
            open.drawn.try_update(|drawn| *drawn += 1);
        };
        let session = open.session;
        session.act(look(id, me), done, move |error| session.say(words::error(&error)));
    })
}

fn draw(member: &Member, open: Open) -> AnyView {
    let Open { session, current, beside, .. } = open;
    let (notice, Beside { alike, talks }) = (current.get_untracked(), beside.get_untracked());
    let something_new = news::about(session, thing(notice.id), look_anew(open, notice.id, member.me.id));
    let talks = talks_about::section(session, thing(notice.id), talks);
    let kind = notice.kind;
    let own = notice.author.id == member.me.id;
    let state = (own && !matches!(notice.state, NoticeState::Published | NoticeState::Resolved)).then(|| {
        view! { <span class="tag tag--sun">{words::notice_state(kind, notice.state)}</span> }
    });
    let above = view! {
        <p class="row"><Sign kind=kind large=true/><span class="tag">{words::notice_kind(kind)}</span>{state}</p>
    }
    .into_any();
    let back = if own {
        Back::to(t!(me.offers), paths::me(paths::me_part::OFFERS))
    } else {
        Back::to(t!(bar.square), paths::SQUARE)
    };
    let text = (!notice.text.as_str().trim().is_empty())
        .then(|| view! { <p class="typed" dir="auto">{notice.text.to_string()}</p> });
    let photo = notice.photo.map(|photo| {
        let src = paths::notice_photo(notice.id, photo.id, PhotoSize::Large);
        view! { <Photo src=src alt=notice.title.to_string() width=photo.width height=photo.height/> }
    });
    let resolved = (notice.state == NoticeState::Resolved).then(|| view! { <Resolved kind=kind/> });
    let found = (notice.state == NoticeState::Published && !alike.is_empty())
        .then(|| notice_alike::section(member, kind, alike));
    let todo = if own { manage(session, current) } else { answer(&notice) };
    let author = (!own).then(|| author(member, &notice));
    let (facts, repair) = (facts(member, &notice, own), repair(&notice));
    view! {
        <Page screen="notice" title=notice.title.to_string() back=back wide=true above=above>
            {something_new}
            <div class="columns">
                <div class="stack">
                    {resolved}
                    {photo}
                    {author}
                    {text}
                    {facts}
                    {repair}
                    {talks}
                    {found}
                </div>
                <div class="aside stack stack--close">{todo}</div>
            </div>
        </Page>
    }
    .into_any()
}

fn author(member: &Member, notice: &NoticeView) -> AnyView {
    let place = words::whereabouts(&notice.residence, notice.distance_m, member);
    view! {
        <p class="person">
            <Face mark=notice.author.mark/>
            <span class="stack stack--tight"><b><bdi>{notice.author.first_name.to_string()}</bdi></b><span class="soft" dir="auto">{place}</span></span>
        </p>
    }
    .into_any()
}

fn facts(member: &Member, notice: &NoticeView, own: bool) -> AnyView {
    let line = |icon: &'static str, name: &'static str, value: String| {
        view! { <div><span class="facts__icon" aria-hidden="true">{icon}</span><dt>{name}</dt><dd dir="auto">{value}</dd></div> }.into_any()
    };
    let seen = notice.seen.as_ref().map(|seen| words::seen(notice.kind, seen, member));
    let lives = own && notice.state == NoticeState::Published;
    view! {
        <div role="presentation">
            <dl class="facts">
                {seen.map(|seen| line("📍", t!(notice_post.where_row), seen))}
                {line("📅", t!(notice_post.posted), time::capital(&time::day_near(notice.created_at)))}
                {own.then(|| line("👀", t!(offer.reach), words::circle(notice.circle, member)))}
                {lives.then(|| line("⏳", t!(offer.until), time::date(notice.expires_at)))}
            </dl>
        </div>
    }
    .into_any()
}

/// The office's own repair line. It opens only by the reader's own act, and only where it is a telephone number or an address of the web.
fn repair(notice: &NoticeView) -> Option<AnyView> {
    let line = notice.repair_line.clone()?;
    let way = match repair_address(&line) {
        Some(address) => view! { <a class="notice__go" href=address rel="noreferrer">{line}</a> }.into_any(),
        None => view! { <b>{line}</b> }.into_any(),
    };
    Some(view! { <section class="notice"><p>{t!(notice_post.repair)}</p><p>{way}</p></section> }.into_any())
}

/// "01 23 45 67 89" becomes "tel:0123456789"; "https://…" stays; all else is words.
fn repair_address(line: &str) -> Option<String> {
    let line = line.trim();
    if line.starts_with("https://") && !line.contains(char::is_whitespace) {
        return Some(line.to_owned());
    }
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '\u{a0}' | '.' | '-' | '(' | ')');
    let number: String = line.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let digits = number.trim_start_matches('+');
    let is_number = line.chars().all(plain) && (4..=15).contains(&digits.len()) && !digits.contains('+');
    is_number.then(|| format!("tel:{number}"))
}

/// What somebody else can do about it.
fn answer(notice: &NoticeView) -> AnyView {
    let name = notice.author.first_name.as_str();
    let reply = (notice.state == NoticeState::Published).then(|| {
        let href = paths::talk_about(ThingKind::Notice, notice.id.0);
        view! {
            <Go label=t!(notice_post.reply) href=href weight=Weight::Primary/>
            <p class="hint">{t!(notice_post.reply_hint, name = name)}</p>
        }
    });
    view! { {reply}{block::way(&notice.author)} }.into_any()
}

/// What its author says when it has come to its good end.
fn resolve_words(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::LostAnimal | NoticeKind::LostObject => t!(notice_post.resolve_lost),
        NoticeKind::FoundAnimal | NoticeKind::FoundObject => t!(notice_post.resolve_found),
        NoticeKind::Question => t!(notice_post.resolve_question),
        NoticeKind::Trouble | NoticeKind::News | NoticeKind::Thanks => t!(notice_post.resolve_trouble),
    }
}

/// What its author can do about it.
fn manage(session: Session, current: Var<NoticeView>) -> AnyView {
    let form = Form::new();
    let memory = square::memory();
    let notice = current.get_untracked();
    let id = notice.id;
    let act = move |action: NoticeAction, said: &'static str| {
        Callback::new(move |(): ()| {
            if !form.begin() {
                return;
            }
            form.sent();
            let deed = async move {
                match action {
                    NoticeAction::Resolve => api().resolve_notice(id).await,
                    NoticeAction::Renew => api().renew_notice(id).await,
                    NoticeAction::Edit | NoticeAction::Withdraw => api().get_notice(id).await,
                }
            };
            let done = move |notice: NoticeView| {
                form.done();
                memory.forget();
                session.say(said);
                current.try_set(notice);
            };
            session.act(deed, done, move |error: Error| form.refused(&error, &[]));
        })
    };
    let may = |action| notice.actions.contains(&action);
    let resolve = may(NoticeAction::Resolve).then(|| {
        let press = act(NoticeAction::Resolve, t!(notice_post.resolved_said));
        view! { <Act id="resolve" label=resolve_words(notice.kind) weight=Weight::Primary busy=form.busy() on_press=press/> }
    });
    // Long before the end nobody asks for it.
    let ends_soon = notice.expires_at - time::now() < TimeDelta::days(SOON_DAYS);
    let renew = (may(NoticeAction::Renew) && ends_soon).then(|| {
        let press = act(NoticeAction::Renew, t!(notice_post.renewed_said));
        let left = notice.renewals_left.map(|left| match left {
            1 => t!(notice_post.renew_hint_last, days = notice.kind.life_days().to_string()),
            left => t!(notice_post.renew_hint, days = notice.kind.life_days().to_string(), left = left.to_string()),
        });
        view! {
            <Act id="renew" label=t!(notice_post.renew) weight=Weight::Other busy=form.busy() on_press=press/>
            {left.map(|left| view! { <p class="hint">{left}</p> })}
        }
    });
    let photo = if notice.photo.is_some() { t!(notice_post.photo_change) } else { t!(notice_post.photo_add) };
    let edit = may(NoticeAction::Edit).then(|| {
        view! {
            <Go label=photo href=paths::notice_to(id, notice_todo::PHOTO) weight=Weight::Other/>
            <Go label=t!(offer.edit) href=paths::notice_to(id, notice_todo::EDIT) weight=Weight::Other/>
        }
    });
    let withdraw = may(NoticeAction::Withdraw).then(|| {
        view! { <Go label=t!(notice_post.withdraw) href=paths::notice_to(id, notice_todo::WITHDRAW) weight=Weight::Quiet/> }
    });
    view! { <Summary form=form/><div class="actions">{resolve}{renew}{edit}{withdraw}</div> }.into_any()
}

fn withdraw(id: NoticeId) -> AnyView {
    let session = session();
    let memory = square::memory();
    let question = Question {
        title: t!(notice_post.withdraw_title).to_owned(),
        lead: t!(notice_post.withdraw_lead).to_owned(),
        yes: t!(notice_post.withdraw_yes).to_owned(),
        no: t!(notice_post.withdraw_no).to_owned(),
        back: Back::to(t!(notice_post.back), paths::notice(id)),
    };
    ask(
        question,
        move || async move { api().withdraw_notice(id).await },
        move |_| {
            memory.forget();
            session.say(t!(notice_post.withdrawn_said));
            session.replace(paths::me(paths::me_part::OFFERS));
        },
    )
}

#[cfg(test)]
mod tests {
    use super::repair_address;

    #[test]
    fn only_a_number_or_an_address_of_the_web_can_be_opened() {
        let opens = [
            ("01 23 45 67 89", "tel:0123456789"),
            ("+33 (0)1.23-45", "tel:+33012345"),
            ("3949", "tel:3949"),
            ("https://bailleur.example/panne", "https://bailleur.example/panne"),
        ];
        for (line, address) in opens {
            assert_eq!(repair_address(line), Some(address.to_owned()), "{line}");
        }
        for line in ["javascript:alert(1)", "http://bailleur.example", "Au gardien", "12", "https://a b", "1+2345"] {
            assert_eq!(repair_address(line), None, "{line}");
        }
    }
}
