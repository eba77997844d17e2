//! Changing an offer.

use crate::var::Var;
use client::Error;
use domain::id::OfferId;
use domain::offer::{EditOffer, OfferView};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::offer_draft::{FIELDS, OfferDraft, reach_fields, return_fields, service_options, words_fields};
use super::overtaken::Current;
use super::square;
use crate::paths;
use crate::session::{Member, Session, api, session};
use crate::ui::{Back, Form, Page, SelectField, Submit, Summary, fetched, shown};

pub fn page(id: OfferId) -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        let member = session.member().await?;
        let offer = api().get_offer(id).await?;
        Ok(shown(move || {
            let member = Var::new(member);
            let draft = OfferDraft::from_offer(&offer);
            let current = Current::new(offer);
            current.drawn(move || draw(session, memory, member.get_untracked(), current, draft))
        }))
    })
}

fn draw(
    session: Session,
    memory: square::Memory,
    member: Member,
    current: Current<OfferView>,
    draft: OfferDraft,
) -> AnyView {
    let offer = current.thing();
    let (id, version) = (offer.id, offer.version);
    let form = Form::new();
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
        let failed = move |error: Error| {
            let newest = async move { api().get_offer(id).await };
            current.refused(session, form, &error, &FIELDS, newest, move |was, newest| draft.follow(was, newest));
        };
        session.act(async move { api().edit_offer(id, version, &edit).await }, done, failed);
    };
    view! {
        <Page screen="offer-edit" title=t!(write.edit_title) back=Back::to(t!(offer.back), paths::offer(id))>
            {current.note(t!(form.overtaken), move |stored| draft.take_stored(stored))}
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
