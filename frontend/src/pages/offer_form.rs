//! A new offer, one question at a time. Each step has an address, so "back" goes one question back; the draft outlives a reload.

use crate::var::Var;
use domain::category::{Category, CategorySlug};
use domain::circle::Circle;
use domain::offer::{OfferKind, OfferView};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::offer_draft::{FIELDS, OfferDraft, reach_fields, return_fields, words_fields};
use super::{square, step};
use crate::session::{Member, Session, api, name, session};
use crate::ui::{Act, Back, Form, Page, Steps, Submit, Summary, Weight, fetched, fresh, shown};
use crate::{paths, saved, words};

const STEPS: u8 = 6;

/// The page.
pub fn create() -> AnyView {
    let session = session();
    let draft = OfferDraft::begun();
    let step = step(STEPS);
    let memory = square::memory();
    fetched(move || async move {
        let member = session.member().await?;
        Ok(shown(move || {
            let member = Var::new(member);
            fresh(
                move || step.get().to_string(),
                move |_| {
                    let member = member.get_untracked();
                    match step.get_untracked() {
                        1 => which_kind(session, draft),
                        2 => which_service(session, draft, member),
                        3 => ask(
                            session,
                            draft,
                            3,
                            t!(write.words_title),
                            "offer-new-words",
                            words_fields,
                            |draft, form| draft.take_words(form).is_some(),
                        ),
                        4 => {
                            let fields = move |form, draft| reach_fields(form, draft, &member);
                            ask(session, draft, 4, t!(write.reach_title), "offer-new-reach", fields, |draft, form| {
                                draft.take_reach(form).is_some()
                            })
                        }
                        5 => {
                            let fields = move |form, draft| return_fields(form, draft, &member, true);
                            let title = match draft.offer_kind() {
                                Some(OfferKind::Request) => t!(write.return_title_request),
                                _ => t!(write.return_title_offer),
                            };
                            ask(session, draft, 5, title, "offer-new-return", fields, |draft, form| {
                                draft.take_return(form).is_some()
                            })
                        }
                        _ => preview(session, memory, draft, member),
                    }
                },
            )
        }))
    })
}

fn back(step: u8) -> Back {
    if step == 1 {
        Back::to(t!(bar.square), paths::SQUARE)
    } else if step == 2 {
        // The first question is asked of everybody who puts something on the square.
        Back::to(t!(write.back), paths::WHAT)
    } else {
        Back::to(t!(write.back), paths::offer_new(step - 1))
    }
}

fn which_kind(session: Session, draft: OfferDraft) -> AnyView {
    let choose = move |kind: OfferKind| {
        move |_| {
            draft.kind.set(kind.as_str().to_owned());
            draft.keep();
            session.go(paths::offer_new(2));
        }
    };
    let pressed = move |kind: OfferKind| (draft.offer_kind() == Some(kind)).to_string();
    view! {
        <Page screen="offer-new" title=t!(write.kind_title) back=back(1) above=view! { <Steps now=1 of=STEPS/> }.into_any()>
            <div class="choices">
                <button type="button" class="choice" id="kind-offer" aria-pressed=pressed(OfferKind::Offer) on:click=choose(OfferKind::Offer)>
                    <span class="choice__icon" aria-hidden="true">"🎁"</span>
                    <span class="grow"><span class="choice__label">{t!(write.kind_offer)}</span><span class="choice__hint">{t!(write.kind_offer_hint)}</span></span>
                </button>
                <button type="button" class="choice" id="kind-request" aria-pressed=pressed(OfferKind::Request) on:click=choose(OfferKind::Request)>
                    <span class="choice__icon" aria-hidden="true">"🔎"</span>
                    <span class="grow"><span class="choice__label">{t!(write.kind_request)}</span><span class="choice__hint">{t!(write.kind_request_hint)}</span></span>
                </button>
            </div>
        </Page>
    }
    .into_any()
}

/// First the group, then the service; the answer itself goes on.
fn which_service(session: Session, draft: OfferDraft, member: Member) -> AnyView {
    let chosen = CategorySlug::parse(draft.category.get_untracked()).ok();
    let group =
        Var::new(chosen.as_ref().and_then(|slug| member.catalogue.find(slug)).and_then(|leaf| leaf.parent.clone()));
    fresh(
        move || group.with(|group| group.as_ref().map(ToString::to_string).unwrap_or_default()),
        move |_| {
            let tile = |category: &Category, press: Callback<()>| {
                let pressed = draft.category.with_untracked(|slug| slug == category.slug.as_str());
                view! {
                    <li><button type="button" class="choice" id=format!("service-{}", category.slug) aria-pressed=pressed.to_string() on:click=move |_| press.run(())>
                        <span class="choice__icon" aria-hidden="true">{category.icon.clone()}</span>
                        <span class="choice__label">{name(category).to_owned()}</span>
                    </button></li>
                }
                .into_any()
            };
            let Some(within) = group.get_untracked() else {
                let tiles: Vec<AnyView> = member
                    .catalogue
                    .groups()
                    .map(|category| {
                        let slug = category.slug.clone();
                        tile(category, Callback::new(move |(): ()| group.set(Some(slug.clone()))))
                    })
                    .collect();
                return view! {
                    <Page screen="offer-new-group" title=t!(write.group_title) back=back(2) above=view! { <Steps now=2 of=STEPS/> }.into_any()>
                        <ul class="choices choices--tiles">{tiles}</ul>
                    </Page>
                }
                .into_any();
            };
            let tiles: Vec<AnyView> = member
                .catalogue
                .services(&within)
                .map(|category| {
                    let slug = category.slug.to_string();
                    let press = Callback::new(move |(): ()| {
                        draft.category.set(slug.clone());
                        draft.keep();
                        session.go(paths::offer_new(3));
                    });
                    tile(category, press)
                })
                .collect();
            let others = Callback::new(move |(): ()| group.set(None));
            view! {
                <Page screen="offer-new-service" title=member.catalogue.name(&within) lead=t!(write.service_lead).to_owned() back=back(2)
                    above=view! { <Steps now=2 of=STEPS/> }.into_any()>
                    <ul class="choices choices--tiles">{tiles}</ul>
                    <div class="actions"><Act label=t!(write.other_groups) weight=Weight::Quiet busy=false on_press=others/></div>
                </Page>
            }
            .into_any()
        },
    )
}

/// A step with fields and "go on".
fn ask(
    session: Session,
    draft: OfferDraft,
    step: u8,
    title: &'static str,
    screen: &'static str,
    fields: impl FnOnce(Form, OfferDraft) -> AnyView,
    taken: fn(OfferDraft, Form) -> bool,
) -> AnyView {
    let form = Form::new();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        draft.keep();
        if form.begin() && (taken(draft, form) & form.holds()) {
            session.go(paths::offer_new(step + 1));
        }
    };
    on_cleanup(move || draft.keep());
    let fields = fields(form, draft);
    view! {
        <Page screen=screen title=title back=back(step) above=view! { <Steps now=step of=STEPS/> }.into_any()>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                {fields}
                <div class="actions"><Submit label=t!(join.go_on) busy=false/></div>
            </form>
        </Page>
    }
    .into_any()
}

/// As neighbours will see it.
fn preview(session: Session, memory: square::Memory, draft: OfferDraft, member: Member) -> AnyView {
    let form = Form::new();
    let send = Callback::new(move |(): ()| {
        if !form.begin() {
            return;
        }
        let taken = draft.take(form);
        let (true, Some(new)) = (form.holds(), taken) else { return };
        form.sent();
        // Read now: when the answer comes, the page may be gone.
        let key = draft.key.get_untracked();
        let deed = async move { api().create_offer(&new, &key).await };
        let done = move |offer: OfferView| {
            OfferDraft::drop_kept();
            memory.forget();
            session.say(t!(write.published_said));
            // Whoever has gone elsewhere meanwhile is not led away from there.
            if draft.key.is_there() {
                session.replace(paths::offer_to(offer.id, paths::offer_todo::MATCHES));
            }
        };
        let failed = move |error: client::Error| {
            // The same draft, changed since it was first sent, is another offer.
            if error.code() == Some(domain::problem::ProblemCode::IdempotencyKeyReused) && draft.key.is_there() {
                draft.key.set(saved::new_key());
                draft.keep();
            }
            form.refused(&error, &FIELDS);
        };
        session.act(deed, done, failed);
    });
    let card = view! {
        <article class="post">
            <span class="post__sign" aria-hidden="true">{CategorySlug::parse(draft.category.get_untracked()).map_or_else(|_| String::new(), |slug| member.catalogue.icon(&slug))}</span>
            <div class="grow">
                <p class="post__kind">{draft.offer_kind().map(words::kind)}</p>
                <h2 class="post__title" dir="auto">{draft.title.get_untracked()}</h2>
                <p class="typed" dir="auto">{draft.text.get_untracked()}</p>
                {returned(draft, &member)}
            </div>
        </article>
    };
    let circle = Circle::ALL.into_iter().find(|circle| draft.circle.with_untracked(|c| c == circle.as_str()));
    let line = |name: &'static str, value: String, step: u8| {
        (!value.is_empty()).then(|| {
            view! {
                <li class="rows__go"><span class="grow"><span class="soft">{name}</span><br/><span dir="auto">{value}</span></span>
                    <a href=paths::offer_new(step)>{t!(write.change)}<span class="unseen">" : "{name}</span></a></li>
            }
            .into_any()
        })
    };
    view! {
        <Page screen="offer-new-preview" title=t!(write.preview_title) lead=t!(write.preview_lead).to_owned() back=back(STEPS)
            above=view! { <Steps now=STEPS of=STEPS/> }.into_any()>
            <Summary form=form/>
            {card}
            <ul class="rows">
                {line(t!(write.title), draft.title.get_untracked(), 3)}
                {line(t!(write.circle), circle.map(|circle| words::circle(circle, &member)).unwrap_or_default(), 4)}
                {line(t!(offer.times), draft.times.get_untracked(), 4)}
                {line(t!(offer.people), draft.capacity.get_untracked(), 4)}
            </ul>
            <div class="actions"><Act id="publish" label=t!(write.publish) weight=Weight::Primary busy=form.busy() on_press=send/></div>
            <p class="hint">{t!(write.life)}</p>
        </Page>
    }
    .into_any()
}

fn returned(draft: OfferDraft, member: &Member) -> Option<AnyView> {
    let in_return = draft.take_return(Form::new())?;
    let line = words::in_return(draft.offer_kind()?, &in_return, &member.catalogue);
    Some(view! { <p class="post__swap"><span aria-hidden="true">"⇄"</span><span>{line}</span></p> }.into_any())
}
