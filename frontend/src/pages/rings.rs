//! Rings that the program suggests: as cards, and each on a page of its own, where it is agreed to with one press.

use client::Error;
use domain::barter::{BarterView, NewBarter};
use domain::id::OfferId;
use domain::problem::ProblemCode;
use domain::suggestion::{RingId, RingView, SuggestedService};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::by_params;
use super::leg_draft::Side;
use crate::session::{Member, Session, api, session};
use crate::ui::{
    Act, Back, Face, Form, Go, Page, Ring, Service, Summary, TwoRoofs, Weight, fetched, fresh, not_found, shown,
};
use crate::var::Var;
use crate::{paths, saved};

/// The most that the server tells of.
const RINGS: u8 = 20;
/// Rings that the reader has put aside in this tab.
const PASSED: &str = "rings-passed";

fn passed() -> Vec<String> {
    saved::draft(PASSED).unwrap_or_default()
}

/// Those that the reader has not put aside.
pub fn not_passed(mut rings: Vec<RingView>) -> Vec<RingView> {
    let passed = passed();
    rings.retain(|ring| passed.iter().all(|id| id != ring.id.as_str()));
    rings
}

/// "Une boucle à trois".
pub fn title(people: usize) -> &'static str {
    match people {
        3 => t!(ring.title_three),
        4 => t!(ring.title_four),
        _ => t!(ring.title),
    }
}

/// "Une boucle à trois est possible".
pub fn possible(ring: &RingView) -> &'static str {
    if ring.people.len() > 3 { t!(ring.possible_four) } else { t!(ring.possible_three) }
}

/// "La boucle commence quand les trois sont d'accord."
pub fn hint(people: usize) -> &'static str {
    if people > 3 { t!(ring.hint_four) } else { t!(ring.hint_three) }
}

fn service(member: &Member, service: &SuggestedService) -> Service {
    Service { icon: member.catalogue.icon(&service.category), name: member.catalogue.name(&service.category) }
}

/// The circle. What the others do for each other is theirs to know.
pub fn drawing(member: &Member, ring: &RingView) -> AnyView {
    let mut services = vec![None; ring.people.len()];
    if let [first, .., last] = services.as_mut_slice() {
        *first = Some(service(member, &ring.give));
        *last = Some(service(member, &ring.get));
    }
    view! { <Ring people=ring.people.clone() services=services/> }.into_any()
}

/// One on a list, leading to its page.
pub fn card(member: &Member, ring: &RingView, offer: Option<OfferId>) -> AnyView {
    let others: Vec<&str> = ring.people.iter().skip(1).map(|person| person.first_name.as_str()).collect();
    let names = match others.as_slice() {
        [several @ .., last] if !several.is_empty() => t!(barter.names, names = several.join(", "), last = *last),
        _ => others.concat(),
    };
    let faces: Vec<AnyView> = ring
        .people
        .iter()
        .skip(1)
        .map(|person| view! { <Face mark=person.mark size="mark--small"/> }.into_any())
        .collect();
    let line = |class: &'static str, way: &'static str, service: &SuggestedService| {
        let what = member.catalogue.name(&service.category);
        view! { <p class="post__meta"><span class=class>{way}</span><span dir="auto">{what}</span></p> }
    };
    view! {
        <li><article class="post">
            <span class="post__sign" aria-hidden="true">"🔁"</span>
            <div class="grow">
                <p class="post__title"><a href=paths::ring(&ring.id, offer) dir="auto">{t!(ring.with, title = title(ring.people.len()), name = names)}</a></p>
                <p class="row" aria-hidden="true">{faces}</p>
                {line("tag tag--roof", t!(leg.give), &ring.give)}
                {line("tag tag--leaf", t!(leg.get), &ring.get)}
            </div>
        </article></li>
    }
    .into_any()
}

/// The page of one.
pub fn ring() -> AnyView {
    by_params(|params| match params.get_str("ring").map(RingId::parse) {
        Some(Ok(id)) => load(id),
        _ => not_found(),
    })
}

fn load(id: RingId) -> AnyView {
    let session = session();
    let offer: Option<OfferId> =
        use_query_map().with_untracked(|query| query.get_str("annonce").and_then(|id| id.parse().ok()));
    fetched(move || {
        let id = id.clone();
        async move {
            let member = session.member().await?;
            let rings = api().list_rings(offer, Some(RINGS)).await?.items;
            let found = rings.into_iter().find(|ring| ring.id == id);
            Ok(shown(move || {
                let gone = Var::new(found.is_none());
                let all = Var::new((member, found));
                fresh(
                    move || gone.get().to_string(),
                    move |_| match all.get_untracked() {
                        (member, Some(ring)) if !gone.get_untracked() => draw(session, &member, ring, offer, gone),
                        _ => too_late(),
                    },
                )
            }))
        }
    })
}

fn too_late() -> AnyView {
    view! {
        <Page screen="suggestion-gone" title=t!(ring.gone) lead=t!(ring.gone_lead).to_owned()>
            <div class="empty"><TwoRoofs/></div>
            <div class="actions"><Go label=t!(barters.title) href=paths::BARTERS weight=Weight::Primary/></div>
        </Page>
    }
    .into_any()
}

fn draw(session: Session, member: &Member, ring: RingView, offer: Option<OfferId>, gone: Var<bool>) -> AnyView {
    let form = Form::new();
    let key = saved::new_key();
    let id = ring.id.clone();
    let consent = Callback::new(move |(): ()| {
        if !form.begin() {
            return;
        }
        form.sent();
        let new = NewBarter { ring: Some(id.clone()), ..NewBarter::default() };
        let key = key.clone();
        let done = move |barter: BarterView| {
            session.say(t!(ring.noted_said));
            session.look_what_waits();
            session.replace(paths::barter(barter.id));
        };
        let failed = move |error: Error| match error.code() {
            Some(
                ProblemCode::SuggestionGone
                | ProblemCode::OfferFull
                | ProblemCode::OfferNotOpen
                | ProblemCode::NotFound,
            ) => gone.try_set(true),
            _ => form.refused(&error, &[]),
        };
        session.act(async move { api().propose_barter(&new, &key).await }, done, failed);
    });
    let back = match offer {
        Some(offer) => Back::to(t!(offer.back), paths::offer(offer)),
        None => Back::to(t!(barters.title), paths::BARTERS),
    };
    let (passed_id, to) = (ring.id.clone(), back.href.clone());
    let pass = Callback::new(move |(): ()| {
        let mut all = passed();
        all.push(passed_id.as_str().to_owned());
        saved::keep_draft(PASSED, &all);
        session.say(t!(ring.passed_said));
        session.replace(to.clone());
    });
    let name = |at: usize| ring.people.get(at).map(|person| person.first_name.to_string()).unwrap_or_default();
    let card = |side: Side, title: String, service: &SuggestedService| {
        let (icon, category) = (member.catalogue.icon(&service.category), member.catalogue.name(&service.category));
        view! {
            <section class=side.class() aria-label=title.clone()>
                <h2 class="leg__way" dir="auto">{title.clone()}</h2>
                <p class="leg__what" dir="auto">{service.title.to_string()}</p>
                <p class="leg__meta"><span aria-hidden="true">{icon}" "</span>{category}</p>
            </section>
        }
        .into_any()
    };
    let people = ring.people.len();
    let give = card(Side::Give, t!(ring.give_to, name = name(1)), &ring.give);
    let get = card(Side::Get, t!(ring.get_from, name = name(people.saturating_sub(1))), &ring.get);
    let drawing = drawing(member, &ring);
    view! {
        <Page screen="ring" title=title(people) lead=t!(ring.lead).to_owned() back=back wide=true>
            <div class="columns">
                <div class="stack">
                    {drawing}
                    <div class="terms">{give}{get}</div>
                </div>
                <div class="aside stack stack--close">
                    <Summary form=form/>
                    <div class="actions">
                        <Act id="consent" label=t!(ring.consent) weight=Weight::Primary busy=form.busy() on_press=consent/>
                        <Act id="pass" label=t!(ring.decline) weight=Weight::Quiet busy=form.busy() on_press=pass/>
                    </div>
                    <p class="hint">{hint(people)}</p>
                    <p class="hint">{t!(barter.free)}</p>
                </div>
            </div>
        </Page>
    }
    .into_any()
}
