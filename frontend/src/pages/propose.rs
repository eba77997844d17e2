//! Proposing an exchange: what I give or get in return, then when, where and a note.

use crate::var::Var;
use client::OfferFilter;
use domain::barter::{BarterView, NewBarter, NewLeg};
use domain::category::CategorySlug;
use domain::id::OfferId;
use domain::offer::{InReturn, OfferKind, OfferState, OfferView};
use domain::problem::FieldCode;
use domain::text::Note;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::leg_draft::{Ends, LegDraft, Side, leg_fields, pointers};
use super::offer_draft::service_options;
use super::step;
use crate::session::{Member, Session, api, session};
use crate::ui::{
    Back, Choice, Choices, Field, Form, Kind, Page, SelectField, Steps, Submit, Summary, SwapIcon, fetched, fresh,
    shown,
};
use crate::{paths, saved};

pub fn page(id: OfferId) -> AnyView {
    let session = session();
    let step = step(2);
    fetched(move || async move {
        let member = session.member().await?;
        let offer = api().get_offer(id).await?;
        let mine = OfferFilter { mine: true, kind: Some(OfferKind::Offer), ..OfferFilter::default() };
        let mine = api().list_offers(&mine).await?.items;
        Ok(shown(move || {
            let proposal = Proposal::new(&offer);
            let all = Var::new((member, offer, mine));
            fresh(
                move || step.get().to_string(),
                move |_| {
                    let (member, offer, mine) = all.get_untracked();
                    if step.get_untracked() == 1 || proposal.answer.with_untracked(String::is_empty) {
                        in_return(session, proposal, &member, offer, &mine)
                    } else {
                        details(session, proposal, member, offer)
                    }
                },
            )
        }))
    })
}

/// What is being proposed. Copies are the same.
#[derive(Clone, Copy)]
struct Proposal {
    /// `service:…`, `offer:…`, `other` or `nothing`.
    answer: Var<String>,
    other: Var<String>,
    /// What the offer is about.
    theirs: LegDraft,
    /// What comes back.
    back: LegDraft,
    note: Var<String>,
    key: Var<String>,
}

impl Proposal {
    fn new(offer: &OfferView) -> Self {
        let (theirs, back) = match offer.kind {
            OfferKind::Offer => (Side::Get, Side::Give),
            OfferKind::Request => (Side::Give, Side::Get),
        };
        Self {
            answer: Var::new(String::new()),
            other: Var::new(String::new()),
            theirs: LegDraft::new(theirs, offer.title.as_str()),
            back: LegDraft::new(back, ""),
            note: Var::new(String::new()),
            key: Var::new(saved::new_key()),
        }
    }

    /// The offer or the service that comes back; none for a gift.
    fn source(self) -> Option<(Option<OfferId>, Option<CategorySlug>)> {
        let answer = self.answer.get_untracked();
        match answer.split_once(':') {
            Some(("offer", id)) => Some((id.parse().ok(), None)),
            Some((_, slug)) => Some((None, CategorySlug::parse(slug).ok())),
            None if answer == "other" => Some((None, CategorySlug::parse(self.other.get_untracked()).ok())),
            None => None,
        }
    }
}

/// The first question.
fn in_return(session: Session, proposal: Proposal, member: &Member, offer: OfferView, mine: &[OfferView]) -> AnyView {
    let form = Form::new();
    let name = offer.author.first_name.as_str();
    let give = offer.kind == OfferKind::Offer;
    let mut choices = Vec::new();
    if let InReturn::Categories { categories } = &offer.in_return {
        for slug in categories {
            let hint = if give { t!(propose.wished, name = name) } else { t!(propose.given, name = name) };
            let choice = Choice::new(format!("service:{slug}"), member.catalogue.name(slug));
            choices.push(choice.icon(member.catalogue.icon(slug)).hint(hint));
        }
    }
    if give {
        for own in mine.iter().filter(|own| own.state == OfferState::Open) {
            let choice = Choice::new(format!("offer:{}", own.id), own.title.to_string());
            choices.push(choice.icon(member.catalogue.icon(&own.category)).hint(t!(propose.my_offer)));
        }
    }
    choices.push(Choice::new("other", t!(propose.other)).icon("💬"));
    choices.push(if give {
        Choice::new("nothing", t!(propose.nothing)).icon("🫶").hint(t!(propose.nothing_hint))
    } else {
        Choice::new("nothing", t!(propose.gift)).icon("🎁").hint(t!(propose.gift_hint))
    });
    let titles: Vec<(String, String)> =
        choices.iter().map(|choice| (choice.value.clone(), choice.label.clone())).collect();
    let id = offer.id;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let answer = proposal.answer.get_untracked();
        if answer.is_empty() {
            form.take::<()>("give", Err(FieldCode::Required));
        }
        if answer == "other" && proposal.other.with_untracked(String::is_empty) {
            form.take::<()>("category", Err(FieldCode::Required));
        }
        if !form.holds() {
            return;
        }
        let title = titles.iter().find(|(value, _)| *value == answer).map(|(_, title)| title.clone());
        proposal.back.what.set(if answer == "other" { String::new() } else { title.unwrap_or_default() });
        session.go(format!("{}?etape=2", paths::offer_to(id, paths::offer_todo::PROPOSE)));
    };
    let services = Var::new(service_options(&member.catalogue, t!(write.choose_service)));
    let other = move || {
        (proposal.answer.get() == "other").then(|| {
            let groups = services.get_untracked();
            view! { <SelectField form=form id="category" label=t!(propose.which_service) value=proposal.other groups=groups/> }
        })
    };
    let title = if give { t!(propose.give_title).to_owned() } else { t!(propose.get_title).to_owned() };
    let about = if give { t!(propose.about_offer, name = name) } else { t!(propose.about_request, name = name) };
    view! {
        <Page screen="propose" title=title.clone() back=Back::to(t!(offer.back), paths::offer(offer.id)) above=view! { <Steps now=1 of=2/> }.into_any()>
            <div class=if give { "leg leg--get" } else { "leg leg--give" }>
                <p class="leg__way" dir="auto">{about}</p>
                <p class="leg__what" dir="auto">{offer.title.to_string()}</p>
            </div>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <Choices form=form id="give" legend=title unseen_legend=true choices=choices value=proposal.answer/>
                {other}
                <div class="actions"><Submit label=t!(join.go_on) busy=false/></div>
            </form>
        </Page>
    }
    .into_any()
}

/// When, where, a note.
fn details(session: Session, proposal: Proposal, member: Member, offer: OfferView) -> AnyView {
    let form = Form::new();
    let name = offer.author.first_name.to_string();
    let (me, them) = (member.me.id, offer.author.id);
    let (giver, receiver) = if offer.kind == OfferKind::Offer { (them, me) } else { (me, them) };
    let source = proposal.source();
    let back = source.is_some().then(|| view! { <SwapIcon/>{leg_fields(form, proposal.back, false)} });
    let id = offer.id;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let theirs = proposal.theirs.take(form, Ends { giver, receiver, offer: Some(id), wish: None, category: None });
        // The words of the offer are copied by the server.
        let theirs = theirs.map(|leg| NewLeg { what: None, ..leg });
        let mut legs = vec![theirs];
        if let Some((offer, category)) = source.clone() {
            legs.push(proposal.back.take(form, Ends { giver: receiver, receiver: giver, offer, wish: None, category }));
        }
        let note = form.take_if("note", &proposal.note.get_untracked(), |typed| Note::parse(typed));
        let legs: Option<Vec<NewLeg>> = legs.into_iter().collect();
        let (true, Some(legs), Some(note)) = (form.holds(), legs, note) else { return };
        form.sent();
        let new = NewBarter { legs, ring: None, note };
        let key = proposal.key.get_untracked();
        let done = move |barter: BarterView| {
            session.say(t!(propose.sent_said));
            session.replace(paths::barter(barter.id));
        };
        let failed = move |error: client::Error| {
            if error.code() == Some(domain::problem::ProblemCode::IdempotencyKeyReused) {
                proposal.key.set(saved::new_key());
            }
            let pointers = pointers(&[proposal.theirs.side, proposal.back.side]);
            let fields: Vec<(&str, &'static str)> = pointers.iter().map(|(at, field)| (at.as_str(), *field)).collect();
            form.refused(&error, &fields);
        };
        session.act(async move { api().propose_barter(&new, &key).await }, done, failed);
    };
    let to_first = paths::offer_to(offer.id, paths::offer_todo::PROPOSE);
    view! {
        <Page screen="propose-details" title=t!(propose.details_title) lead=t!(propose.details_lead, name = &name) back=Back::to(t!(write.back), to_first)
            above=view! { <Steps now=2 of=2/> }.into_any()>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <div class="terms">{leg_fields(form, proposal.theirs, true)}{back}</div>
                <Field form=form id="note" kind=Kind::Lines optional=true label=t!(propose.note, name = &name) hint=t!(propose.note_hint) value=proposal.note/>
                <div class="actions"><Submit label=t!(propose.send, name = &name) busy=form.busy()/></div>
                <p class="hint">{t!(propose.free)}</p>
            </form>
        </Page>
    }
    .into_any()
}
