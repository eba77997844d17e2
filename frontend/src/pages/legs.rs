//! The services of an agreed exchange: where each stands, and what can be done about it.

use chrono::TimeDelta;
use domain::barter::{BarterState, BarterView, LegView, Need};
use domain::id::{LegId, TenantId};
use domain::leg::{LegState, LegVerb, SILENCE_DAYS};
use leptos::prelude::*;

use super::barter::Deeds;
use super::leg_draft::Side;
use super::ring_barter::is_ring;
use super::terms::{Around, leg_card, leg_title, name_of};
use crate::paths::{self, leg_todo};
use crate::session::{Member, api};
use crate::ui::{Act, Go, SwapIcon, Weight};
use crate::{time, words};

/// One card for each, what I give first.
pub fn legs(barter: &BarterView, member: &Member, deeds: Deeds) -> Vec<AnyView> {
    let me = member.me.id;
    let mut mine: Vec<&LegView> =
        barter.legs.iter().filter(|view| view.leg.terms.giver == me || view.leg.terms.receiver == me).collect();
    mine.sort_by_key(|view| view.leg.terms.giver != me);
    let primary = most_pressing(barter, &mine);
    let mut cards = Vec::new();
    for view in mine {
        if !cards.is_empty() && !is_ring(barter) {
            cards.push(SwapIcon().into_any());
        }
        let (tag, class) = tag(barter, view.leg.state);
        let tag = view! { <span class=class>{tag}</span> }.into_any();
        let next = (barter.state == BarterState::Agreed).then(|| next(barter, view, me, primary, deeds)).flatten();
        let title = leg_title(barter, &view.leg.terms, me);
        let around = Around { title, before: None, tag: Some(tag), next };
        cards.push(leg_card(&view.leg.terms, me, &member.catalogue, around));
    }
    cards
}

fn tag(barter: &BarterView, state: LegState) -> (&'static str, &'static str) {
    // Nobody has let it fall: it stopped with the exchange.
    if state == LegState::Waived && barter.someone_left() {
        return (t!(barter.state_dissolved), "tag");
    }
    let class = match state {
        LegState::Agreed | LegState::Done => "tag tag--sun",
        LegState::Scheduled | LegState::Waived => "tag",
        LegState::Confirmed | LegState::Settled => "tag tag--leaf",
        LegState::Disputed => "tag tag--alarm",
    };
    (words::leg_state(state), class)
}

/// The one button of the page that is drawn as the primary one.
fn most_pressing(barter: &BarterView, mine: &[&LegView]) -> Option<(LegId, LegVerb)> {
    let wanted = match barter.need {
        Some(Need::Confirm) => LegVerb::Confirm,
        Some(Need::Settle) => LegVerb::Settle,
        Some(Need::Meet) => LegVerb::Met,
        Some(Need::Schedule) => LegVerb::Schedule,
        Some(Need::Answer) | None => LegVerb::Done,
    };
    let fits = |view: &&&LegView| {
        view.actions.contains(&wanted) && (wanted != LegVerb::Schedule || view.leg.state == LegState::Agreed)
    };
    mine.iter().find(fits).map(|view| (view.leg.terms.id, wanted))
}

fn next(
    barter: &BarterView,
    view: &LegView,
    me: TenantId,
    primary: Option<(LegId, LegVerb)>,
    deeds: Deeds,
) -> Option<AnyView> {
    let sentence = sentence(barter, view, me).map(|sentence| view! { <p class="hint" dir="auto">{sentence}</p> });
    let buttons: Vec<AnyView> = [
        LegVerb::Confirm,
        LegVerb::Settle,
        LegVerb::Met,
        LegVerb::Done,
        LegVerb::Schedule,
        LegVerb::Dispute,
        LegVerb::Waive,
    ]
    .into_iter()
    .filter(|verb| view.actions.contains(verb))
    .map(|verb| button(barter, view, verb, Side::of(&view.leg.terms, me), primary, deeds))
    .collect();
    if buttons.is_empty() && sentence.is_none() {
        return None;
    }
    let buttons = (!buttons.is_empty()).then(|| view! { <div class="actions">{buttons}</div> });
    Some(view! { {sentence}{buttons} }.into_any())
}

/// What the reader, or the other one, is waited for.
fn sentence(barter: &BarterView, view: &LegView, me: TenantId) -> Option<String> {
    let leg = &view.leg;
    let other = if leg.terms.giver == me { leg.terms.receiver } else { leg.terms.giver };
    let name = name_of(barter, other);
    let mine = leg.done_by == Some(me);
    match leg.state {
        LegState::Agreed if leg.terms.sensitive && !leg.met.contains(&me) => Some(t!(leg.meet_first, name = name)),
        LegState::Agreed if leg.terms.sensitive && !leg.met.contains(&other) => Some(t!(leg.meet_other, name = name)),
        LegState::Agreed => Some(t!(leg.choose_day, name = name)),
        LegState::Scheduled if leg.terms.giver == me => Some(t!(leg.tell_when_done_give).to_owned()),
        LegState::Scheduled => Some(t!(leg.tell_when_done_get).to_owned()),
        LegState::Done if mine => {
            let day = leg.done_at.map(|at| time::day(at + TimeDelta::days(SILENCE_DAYS))).unwrap_or_default();
            Some(t!(leg.wait_confirm, name = name, day = day))
        }
        LegState::Done => Some(t!(leg.said_done, name = name)),
        LegState::Disputed if mine => Some(t!(leg.disputed_by_other, name = name)),
        LegState::Disputed => Some(t!(leg.disputed_by_me, name = name)),
        LegState::Confirmed | LegState::Waived | LegState::Settled => None,
    }
}

fn button(
    barter: &BarterView,
    view: &LegView,
    verb: LegVerb,
    side: Side,
    primary: Option<(LegId, LegVerb)>,
    deeds: Deeds,
) -> AnyView {
    let (id, leg) = (barter.id, view.leg.terms.id);
    let weight = if primary == Some((leg, verb)) { Weight::Primary } else { Weight::Other };
    let name = format!("leg-{}-{}", side.as_str(), verb.as_str());
    let act = |label: &'static str, press: Callback<()>| {
        view! { <Act id=name.clone() label=label weight=weight busy=deeds.form.busy() on_press=press/> }.into_any()
    };
    let go = |label: &'static str, todo: &str, weight: Weight| {
        view! { <Go id=name.clone() label=label href=paths::leg_to(id, leg, todo) weight=weight/> }.into_any()
    };
    match verb {
        LegVerb::Met => act(
            t!(leg.met),
            Callback::new(move |(): ()| deeds.run(async move { api().meet_for_leg(id, leg).await }, t!(leg.met_said))),
        ),
        LegVerb::Done => act(
            t!(leg.done),
            Callback::new(move |(): ()| deeds.run(async move { api().finish_leg(id, leg).await }, t!(leg.done_said))),
        ),
        LegVerb::Confirm => act(
            t!(leg.confirm),
            Callback::new(move |(): ()| {
                deeds.run(async move { api().confirm_leg(id, leg).await }, t!(leg.confirmed_said))
            }),
        ),
        LegVerb::Settle => act(
            t!(leg.settle),
            Callback::new(move |(): ()| {
                deeds.run(async move { api().settle_leg(id, leg).await }, t!(leg.settled_said))
            }),
        ),
        LegVerb::Schedule if view.leg.state == LegState::Agreed => go(t!(leg.schedule), leg_todo::DAY, weight),
        LegVerb::Schedule => go(t!(leg.reschedule), leg_todo::DAY, weight),
        LegVerb::Dispute => go(t!(leg.dispute), leg_todo::DISPUTE, Weight::Quiet),
        LegVerb::Waive => go(t!(leg.waive), leg_todo::WAIVE, Weight::Quiet),
    }
}
