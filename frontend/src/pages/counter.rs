//! Proposing something else: the next version of the terms.

use crate::var::Var;
use domain::barter::{BarterView, CounterOffer, NewLeg};
use domain::id::{BarterId, TenantId};
use domain::leg::TermsLeg;
use domain::problem::ProblemCode;
use domain::text::Note;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::leg_draft::{Ends, LegDraft, Side, leg_fields, pointers};
use super::terms::Sides;
use crate::paths;
use crate::session::{Session, api, session};
use crate::ui::{Back, Field, Form, Kind, Page, Submit, Summary, SwapIcon, fetched, fresh, not_found, shown};

pub fn page(id: BarterId) -> AnyView {
    let session = session();
    fetched(move || async move {
        let me = session.member().await?.me.id;
        let barter = api().get_barter(id).await?;
        Ok(shown(move || {
            let current = Var::new((barter, false));
            fresh(move || current.with(|(barter, _)| barter.revision.to_string()), move |_| draw(session, me, current))
        }))
    })
}

fn draw(session: Session, me: TenantId, current: Var<(BarterView, bool)>) -> AnyView {
    let (barter, overtaken) = current.get_untracked();
    let sides = Sides::of(&barter, me);
    let Some(newest) = barter.terms.last().cloned().filter(|_| !barter.someone_left()) else { return not_found() };
    let id = barter.id;
    let form = Form::new();
    let note = Var::new(String::new());
    let drafts: Vec<(TermsLeg, LegDraft)> =
        newest.legs.iter().map(|leg| (leg.clone(), LegDraft::from_terms(Side::of(leg, me), leg))).collect();
    let mut cards = Vec::new();
    // What I give stands first, as everywhere.
    for side in [Side::Give, Side::Get] {
        for (_, draft) in drafts.iter().filter(|(_, draft)| draft.side == side) {
            if !cards.is_empty() {
                cards.push(SwapIcon().into_any());
            }
            cards.push(leg_fields(form, *draft, false));
        }
    }
    let on_version = newest.version;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let legs: Vec<Option<NewLeg>> = drafts
            .iter()
            .map(|(leg, draft)| {
                let (offer, wish, category) = (leg.offer, leg.wish, Some(leg.category.clone()));
                draft.take(form, Ends { giver: leg.giver, receiver: leg.receiver, offer, wish, category })
            })
            .collect();
        let note = form.take_if("note", &note.get_untracked(), |typed| Note::parse(typed));
        let (true, Some(legs), Some(note)) = (form.holds(), legs.into_iter().collect(), note) else { return };
        form.sent();
        let counter = CounterOffer { on_version, legs, note };
        let sides: Vec<Side> = drafts.iter().map(|(_, draft)| draft.side).collect();
        let done = move |barter: BarterView| {
            session.say(t!(counter.sent_said));
            session.look_what_waits();
            session.replace(paths::barter(barter.id));
        };
        let failed = move |error: client::Error| {
            if error.code() != Some(ProblemCode::Stale) {
                let pointers = pointers(&sides);
                let fields: Vec<(&str, &'static str)> =
                    pointers.iter().map(|(at, field)| (at.as_str(), *field)).collect();
                return form.refused(&error, &fields);
            }
            let newest = async move { api().get_barter(id).await };
            session.act(
                newest,
                move |barter| {
                    current.try_set((barter, true));
                },
                move |error| form.refused(&error, &[]),
            );
        };
        session.act(async move { api().counter_barter(id, &counter).await }, done, failed);
    };
    let name = sides.name();
    view! {
        <Page screen="counter" title=t!(counter.title) lead=t!(counter.lead, name = &name) back=Back::to(t!(barter.back), paths::barter(id))>
            {overtaken.then(|| view! { <p class="notice notice--sun" role="status">{t!(barter.overtaken, name = &name)}</p> })}
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <div class="terms">{cards}</div>
                <Field form=form id="note" kind=Kind::Lines optional=true label=t!(propose.note, name = &name) hint=t!(propose.note_hint) value=note/>
                <div class="actions"><Submit label=t!(propose.send, name = &name) busy=form.busy()/></div>
            </form>
        </Page>
    }
    .into_any()
}
