//! One offer, and what can be done to it.

use std::sync::Arc;

use crate::var::Var;
use client::Error;
use domain::conversation::{ConversationView, ThingKind, ThingRef};
use domain::id::{OfferId, TenantId};
use domain::offer::{OfferAction, OfferKind, OfferState, OfferView};
use domain::page::Page as ListPage;
use leptos::prelude::*;

use super::confirm::{Question, ask};
use super::matches::{self, Found};
use super::{block, by_params, news, offer_edit, propose, square, talk_new, talks_about};
use crate::paths::{self, offer_todo};
use crate::session::{Member, Session, api, session};
use crate::ui::{Act, Back, Face, Form, Go, Page, Summary, Swap, Weight, fetched, fresh, not_found, shown};
use crate::{time, words};

/// The page.
pub fn offer() -> AnyView {
    by_params(|params| match params.get_str("id").and_then(|id| id.parse().ok()) {
        Some(id) => load(id),
        None => not_found(),
    })
}

/// The pages below it.
pub fn todo() -> AnyView {
    by_params(|params| {
        let Some(id) = params.get_str("id").and_then(|id| id.parse::<OfferId>().ok()) else { return not_found() };
        match params.get_str("todo").unwrap_or_default() {
            offer_todo::EDIT => offer_edit::page(id),
            offer_todo::PROPOSE => propose::page(id),
            offer_todo::CLOSE => close(id),
            offer_todo::MATCHES => matches::page(id),
            _ => not_found(),
        }
    })
}

fn load(id: OfferId) -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        let (offer, beside) = look(id, member.me.id).await?;
        news::read_about(session, ThingKind::Offer, id.0);
        Ok(shown(move || {
            let open =
                Open { session, current: Var::new(offer), beside: Var::new(Arc::new(beside)), drawn: Var::new(0) };
            let member = Var::new(member);
            let key = move || format!("{} {}", open.drawn.get(), open.current.with(|offer| offer.version));
            fresh(key, move |_| draw(member.get_untracked(), open))
        }))
    })
}

/// What its author sees beside her offer: who would suit, and what others have written about it.
#[derive(Default)]
struct Beside {
    found: Option<Found>,
    talks: Option<ListPage<ConversationView>>,
}

/// An offer on its page. Copies are the same.
#[derive(Clone, Copy)]
struct Open {
    session: Session,
    current: Var<OfferView>,
    beside: Var<Arc<Beside>>,
    /// Grows when all is to be drawn anew.
    drawn: Var<u32>,
}

fn thing(id: OfferId) -> ThingRef {
    ThingRef { kind: ThingKind::Offer, id: id.0 }
}

async fn look(id: OfferId, me: TenantId) -> Result<(OfferView, Beside), Error> {
    let offer = api().get_offer(id).await?;
    if offer.author.id != me {
        return Ok((offer, Beside::default()));
    }
    let looks = offer.state == OfferState::Open;
    // Without suggestions the offer can still be cared for.
    let found = async { if looks { matches::look(id).await.ok() } else { None } };
    let (found, talks) = futures::join!(found, talks_about::look(thing(id)));
    Ok((offer, Beside { found, talks }))
}

/// Draws the newest, because the reader wishes to see it.
fn look_anew(open: Open, id: OfferId, me: TenantId) -> Callback<()> {
    Callback::new(move |()| {
        let done = move |(offer, beside)| {
            open.current.try_set(offer);
            open.beside.try_set(Arc::new(beside));
            open.drawn.try_update(|drawn| *drawn += 1);
        };
        let session = open.session;
        session.act(look(id, me), done, move |error| session.say(words::error(&error)));
    })
}

fn draw(member: Member, open: Open) -> AnyView {
    let Open { session, current, beside, .. } = open;
    let (offer, beside) = (current.get_untracked(), beside.get_untracked());
    // Paused in the meantime, nobody is found for it.
    let found = beside.found.as_ref().filter(|_| offer.state == OfferState::Open);
    let something_new = news::about(session, thing(offer.id), look_anew(open, offer.id, member.me.id));
    let talks = talks_about::section(session, thing(offer.id), beside.talks.clone());
    let own = offer.author.id == member.me.id;
    let want = offer.kind == OfferKind::Request;
    let sign = if want { "post__sign post__sign--large post__sign--want" } else { "post__sign post__sign--large" };
    let above = view! {
        <p class="row"><span class=sign aria-hidden="true">{member.catalogue.icon(&offer.category)}</span>
            <span class="tag">{words::kind(offer.kind)}</span>
            {(offer.state != OfferState::Open).then(|| view! { <span class="tag tag--sun">{words::offer_state(offer.state)}</span> })}
        </p>
    }
    .into_any();
    let back = if own {
        Back::to(t!(me.offers), paths::me(paths::me_part::OFFERS))
    } else {
        Back::to(t!(bar.square), paths::SQUARE)
    };
    let text = (!offer.text.as_str().trim().is_empty())
        .then(|| view! { <p class="typed" dir="auto">{offer.text.to_string()}</p> });
    let matches = found.map(|found| matches::section(&member, offer.id, found));
    let todo = if own { manage(session, current) } else { answer(&offer) };
    view! {
        <Page screen="offer" title=offer.title.to_string() back=back wide=true above=above>
            {something_new}
            <div class="columns">
                <div class="stack">
                    {(!own).then(|| author(&member, &offer))}
                    {text}
                    <Swap offer=offer.clone() member=member.clone()/>
                    {facts(&member, &offer, own)}
                    {talks}
                    {matches}
                </div>
                <div class="aside stack stack--close">{todo}</div>
            </div>
        </Page>
    }
    .into_any()
}

fn author(member: &Member, offer: &OfferView) -> AnyView {
    let first_name = offer.author.first_name.to_string();
    view! {
        <p class="person">
            <Face mark=offer.author.mark/>
            <span class="stack stack--tight"><b><bdi>{first_name}</bdi></b><span class="soft" dir="auto">{words::whereabouts(&offer.residence, offer.distance_m, member)}</span></span>
        </p>
    }
    .into_any()
}

fn facts(member: &Member, offer: &OfferView, own: bool) -> AnyView {
    let line = |icon: &'static str, name: &'static str, value: String| {
        view! { <div><span class="facts__icon" aria-hidden="true">{icon}</span><dt>{name}</dt><dd dir="auto">{value}</dd></div> }.into_any()
    };
    let places = match (offer.capacity.get(), offer.places_left) {
        (1, _) => None,
        (of, left) => Some(t!(offer.places, left = left.to_string(), of = of.to_string())),
    };
    view! {
        <div role="presentation">
            <dl class="facts">
                {line("🧺", t!(offer.service), member.catalogue.name(&offer.category))}
                {offer.times.as_ref().map(|times| line("🕰️", t!(offer.times), times.to_string()))}
                {places.map(|places| line("👥", t!(offer.people), places))}
                {own.then(|| line("📍", t!(offer.reach), words::circle(offer.circle, member)))}
                {line("📅", t!(offer.until), time::date(offer.expires_at))}
            </dl>
        </div>
    }
    .into_any()
}

/// What somebody else can do about it.
fn answer(offer: &OfferView) -> AnyView {
    let block = block::way(&offer.author);
    if offer.state != OfferState::Open || offer.places_left == 0 {
        return view! { <p class="notice notice--sun">{t!(offer.closed_to_others)}</p>{block} }.into_any();
    }
    let name = offer.author.first_name.as_str();
    let (label, hint) = match offer.kind {
        OfferKind::Offer => (t!(offer.propose), t!(offer.propose_hint, name = name)),
        OfferKind::Request => (t!(offer.help), t!(offer.help_hint, name = name)),
    };
    view! {
        <Go label=label href=paths::offer_to(offer.id, offer_todo::PROPOSE) weight=Weight::Primary/>
        <p class="hint">{hint}</p>
        {talk_new::way(ThingKind::Offer, offer.id.0, &offer.author)}
        {block}
    }
    .into_any()
}

/// What its author can do about it.
fn manage(session: Session, current: Var<OfferView>) -> AnyView {
    let form = Form::new();
    let memory = square::memory();
    let act = move |action: OfferAction, said: &'static str| {
        Callback::new(move |(): ()| {
            if !form.begin() {
                return;
            }
            form.sent();
            let id = current.with_untracked(|offer| offer.id);
            let deed = async move {
                let api = api();
                match action {
                    OfferAction::Pause => api.pause_offer(id).await,
                    OfferAction::Resume => api.resume_offer(id).await,
                    OfferAction::Renew => api.renew_offer(id).await,
                    OfferAction::Edit | OfferAction::Close => api.get_offer(id).await,
                }
            };
            let done = move |offer: OfferView| {
                form.done();
                memory.forget();
                session.say(said);
                current.try_set(offer);
            };
            session.act(deed, done, move |error: Error| form.refused(&error, &[]));
        })
    };
    let offer = current.get_untracked();
    let buttons: Vec<AnyView> = offer
        .actions
        .iter()
        .map(|action| match action {
            OfferAction::Edit => {
                view! { <Go label=t!(offer.edit) href=paths::offer_to(offer.id, offer_todo::EDIT) weight=Weight::Primary/> }.into_any()
            }
            OfferAction::Pause => {
                let press = act(OfferAction::Pause, t!(offer.paused_said));
                view! { <Act label=t!(offer.pause) weight=Weight::Other busy=form.busy() on_press=press/> }.into_any()
            }
            OfferAction::Resume => {
                let press = act(OfferAction::Resume, t!(offer.resumed_said));
                view! { <Act label=t!(offer.resume) weight=Weight::Other busy=form.busy() on_press=press/> }.into_any()
            }
            OfferAction::Renew => {
                let press = act(OfferAction::Renew, t!(offer.renewed_said));
                view! { <Act label=t!(offer.renew) weight=Weight::Other busy=form.busy() on_press=press/> }.into_any()
            }
            OfferAction::Close => {
                view! { <Go label=t!(offer.close) href=paths::offer_to(offer.id, offer_todo::CLOSE) weight=Weight::Quiet/> }.into_any()
            }
        })
        .collect();
    view! { <Summary form=form/><div class="actions">{buttons}</div> }.into_any()
}

fn close(id: OfferId) -> AnyView {
    let session = session();
    let memory = square::memory();
    let question = Question {
        title: t!(offer.close_title).to_owned(),
        lead: t!(offer.close_lead).to_owned(),
        yes: t!(offer.close_yes).to_owned(),
        no: t!(offer.close_no).to_owned(),
        back: Back::to(t!(offer.back), paths::offer(id)),
    };
    ask(
        question,
        move || async move { api().close_offer(id).await },
        move |_| {
            memory.forget();
            session.say(t!(offer.closed_said));
            session.replace(paths::me(paths::me_part::OFFERS));
        },
    )
}
