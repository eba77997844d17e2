//! Proposing what the program has suggested: both services are known, and one press sends it.

use client::Error;
use domain::barter::{BarterView, NewBarter, NewLeg};
use domain::id::{OfferId, TenantId};
use domain::problem::ProblemCode;
use domain::suggestion::{MatchView, SuggestedService};
use domain::text::Note;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::by_params;
use super::leg_draft::Side;
use crate::paths::{self, offer_todo};
use crate::saved;
use crate::session::{Member, Session, api, session};
use crate::ui::{
    Back, Face, Field, Form, Go, Kind, Page, Submit, Summary, SwapIcon, Weight, fetched, fresh, not_found, shown,
};
use crate::var::Var;
use crate::words;

/// The one that was chosen may have moved down the list since.
const NEIGHBOURS: u8 = 50;

/// The page.
pub fn propose() -> AnyView {
    by_params(|params| {
        let id = params.get_str("id").and_then(|id| id.parse().ok());
        match id.zip(params.get_str("voisin").and_then(|id| id.parse().ok())) {
            Some((id, neighbour)) => load(id, neighbour),
            None => not_found(),
        }
    })
}

fn load(id: OfferId, neighbour: TenantId) -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        let found = api().list_matches(id, Some(NEIGHBOURS)).await?.items;
        let found = found.into_iter().find(|found| found.person.id == neighbour);
        Ok(shown(move || {
            let gone = Var::new(found.is_none());
            let all = Var::new((member, found));
            fresh(
                move || gone.get().to_string(),
                move |_| match all.get_untracked() {
                    (member, Some(found)) if !gone.get_untracked() => draw(session, &member, id, &found, gone),
                    _ => too_late(id),
                },
            )
        }))
    })
}

fn too_late(id: OfferId) -> AnyView {
    let neighbours = paths::offer_to(id, offer_todo::MATCHES);
    view! {
        <Page screen="suggestion-gone" title=t!(matches.gone) lead=t!(matches.gone_lead).to_owned()>
            <div class="actions">
                <Go label=t!(matches.title) href=neighbours weight=Weight::Primary/>
                <Go label=t!(barters.title) href=paths::BARTERS weight=Weight::Quiet/>
            </div>
        </Page>
    }
    .into_any()
}

fn draw(session: Session, member: &Member, id: OfferId, found: &MatchView, gone: Var<bool>) -> AnyView {
    let form = Form::new();
    let note = Var::new(String::new());
    let once = Var::new(saved::new_key());
    let name = found.person.first_name.to_string();
    let legs = legs(member.me.id, found);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let note = form.take_if("note", &note.get_untracked(), |typed| Note::parse(typed));
        let (true, Some(note)) = (form.holds(), note) else { return };
        form.sent();
        let new = NewBarter { legs: legs.clone(), ring: None, note };
        let done = move |barter: BarterView| {
            session.say(t!(propose.sent_said));
            session.replace(paths::barter(barter.id));
        };
        let failed = move |error: Error| match error.code() {
            Some(ProblemCode::OfferFull | ProblemCode::OfferNotOpen | ProblemCode::NotFound | ProblemCode::Gone) => {
                gone.try_set(true);
            }
            // A wish that does not fit any more is refused as a wrong value.
            Some(ProblemCode::Invalid) if !about_note(&error) => gone.try_set(true),
            code => {
                if code == Some(ProblemCode::IdempotencyKeyReused) {
                    once.set(saved::new_key());
                }
                form.refused(&error, &[("/note", "note")]);
            }
        };
        let key = once.get_untracked();
        session.act(async move { api().propose_barter(&new, &key).await }, done, failed);
    };
    let card = |side: Side, service: &SuggestedService| {
        let (icon, category) = (member.catalogue.icon(&service.category), member.catalogue.name(&service.category));
        view! {
            <section class=side.class() aria-label=side.title()>
                <h2 class="leg__way">{side.title()}</h2>
                <p class="leg__what" dir="auto">{service.title.to_string()}</p>
                <p class="leg__meta"><span aria-hidden="true">{icon}" "</span>{category}</p>
            </section>
        }
        .into_any()
    };
    let give = found.give.as_ref().map(|service| card(Side::Give, service));
    let get = found.get.as_ref().map(|service| card(Side::Get, service));
    let swap = (give.is_some() && get.is_some()).then(SwapIcon);
    let whereabouts = words::whereabouts(&found.residence, Some(found.distance_m), member);
    let above =
        view! { <p class="row"><Face mark=found.person.mark/><span class="soft" dir="auto">{whereabouts}</span></p> };
    view! {
        <Page screen="match-propose" title=t!(matches.propose_title, name = &name) lead=t!(matches.propose_lead, name = &name)
            back=Back::to(t!(matches.back), paths::offer_to(id, offer_todo::MATCHES)) above=above.into_any()>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <div class="terms">{give}{swap}{get}</div>
                <div class="actions"><Submit label=t!(propose.send, name = &name) busy=form.busy()/></div>
                <p class="hint">{t!(matches.day_later)}" "{t!(propose.free)}</p>
                <Field form=form id="note" kind=Kind::Lines optional=true label=t!(propose.note, name = &name) hint=t!(propose.note_hint) value=note/>
            </form>
        </Page>
    }
    .into_any()
}

fn about_note(error: &Error) -> bool {
    error.problem().is_some_and(|problem| problem.errors.iter().any(|wrong| wrong.pointer.starts_with("/note")))
}

fn legs(me: TenantId, found: &MatchView) -> Vec<NewLeg> {
    let leg = |giver, receiver, service: &SuggestedService| NewLeg {
        giver,
        receiver,
        offer: Some(service.offer),
        wish: service.wish,
        category: Some(service.category.clone()),
        what: Some(service.title.clone()),
        at: None,
        place: None,
    };
    let them = found.person.id;
    let give = found.give.as_ref().map(|service| leg(me, them, service));
    let get = found.get.as_ref().map(|service| leg(them, me, service));
    give.into_iter().chain(get).collect()
}
