//! Changing an offer.

use crate::var::Var;
use domain::id::OfferId;
use domain::offer::{EditOffer, OfferView};
use domain::problem::ProblemCode;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::offer_draft::{FIELDS, OfferDraft, reach_fields, return_fields, service_options, words_fields};
use super::square;
use crate::paths;
use crate::session::{Member, Session, api, session};
use crate::ui::{Back, Form, Page, SelectField, Submit, Summary, fetched, fresh, shown};

pub fn page(id: OfferId) -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        let member = session.member().await?;
        let offer = api().get_offer(id).await?;
        Ok(shown(move || {
            let member = Var::new(member);
            // Drawn anew with the newest version when somebody else's hand (another tab) was faster.
            let current = Var::new((offer, false));
            fresh(
                move || current.with(|(offer, _)| offer.version.to_string()),
                move |_| draw(session, memory, member.get_untracked(), current),
            )
        }))
    })
}

fn draw(session: Session, memory: square::Memory, member: Member, current: Var<(OfferView, bool)>) -> AnyView {
    let (offer, overtaken) = current.get_untracked();
    let (id, version) = (offer.id, offer.version);
    let form = Form::new();
    let draft = OfferDraft::from_offer(&offer);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let taken = draft.take(form);
        let (true, Some(new)) = (form.holds(), taken) else { return };
        form.sent();
        let edit = EditOffer {
            category: Some(new.category),
            title: Some(new.title),
            text: Some(new.text),
            circle: Some(new.circle),
            times: Some(new.times),
            capacity: Some(new.capacity),
            in_return: Some(new.in_return),
        };
        let done = move |offer: OfferView| {
            memory.forget();
            session.say(t!(write.changed_said));
            session.replace(paths::offer(offer.id));
        };
        let failed = move |error: client::Error| {
            if error.code() != Some(ProblemCode::PreconditionFailed) {
                return form.refused(&error, &FIELDS);
            }
            let newest = async move { api().get_offer(id).await };
            session.act(
                newest,
                move |offer| {
                    current.try_set((offer, true));
                },
                move |error| form.refused(&error, &[]),
            );
        };
        session.act(async move { api().edit_offer(id, version, &edit).await }, done, failed);
    };
    view! {
        <Page screen="offer-edit" title=t!(write.edit_title) back=Back::to(t!(offer.back), paths::offer(id))>
            {overtaken.then(|| view! { <p class="notice notice--sun" role="status">{t!(problem.stale)}</p> })}
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <SelectField form=form id="category" label=t!(offer.service) value=draft.category
                    groups=service_options(&member.catalogue, t!(write.choose_service))/>
                {words_fields(form, draft)}
                {reach_fields(form, draft, &member)}
                {return_fields(form, draft, &member, false)}
                <div class="actions"><Submit label=t!(form.save) busy=form.busy()/></div>
            </form>
        </Page>
    }
    .into_any()
}
