//! One exchange: its terms, its versions, and what can be done about it now.

use std::future::Future;

use crate::var::Var;
use client::Error;
use domain::barter::{BarterState, BarterVerb, BarterView};
use domain::conversation::{ThingKind, ThingRef};
use domain::id::{BarterId, LegId};
use domain::problem::ProblemCode;
use leptos::prelude::*;

use super::barters::{gone_face, state};
use super::confirm::{Question, ask};
use super::legs::legs;
use super::ring_barter::{self, is_ring};
use super::terms::{Around, Sides, history, leg_card, leg_title, same_way, speech};
use super::{block, by_params, counter, leg_day, news, talk_new, terms};
use crate::paths::{self, barter_todo, leg_todo};
use crate::session::{Member, Session, api, session};
use crate::time;
use crate::ui::{Act, Back, Face, Form, Go, Page, Summary, SwapIcon, Weight, fetched, fresh, not_found, shown};

/// The page.
pub fn barter() -> AnyView {
    by_params(|params| match params.get_str("id").and_then(|id| id.parse().ok()) {
        Some(id) => load(id),
        None => not_found(),
    })
}

/// The pages below it.
pub fn todo() -> AnyView {
    by_params(|params| {
        let Some(id) = params.get_str("id").and_then(|id| id.parse().ok()) else { return not_found() };
        match params.get_str("todo").unwrap_or_default() {
            barter_todo::COUNTER => counter::page(id),
            barter_todo::DECLINE => decline(id, t!(barter.decline_title), t!(barter.decline_lead)),
            barter_todo::DECLINE_RING => decline(id, t!(ring.decline_title), t!(ring.decline_lead)),
            barter_todo::WITHDRAW => withdraw(id),
            barter_todo::DISSOLVE => dissolve(id, t!(barter.dissolve_title), t!(barter.dissolve_lead)),
            barter_todo::DISSOLVE_RING => dissolve(id, t!(ring.dissolve_title), t!(ring.dissolve_lead)),
            _ => not_found(),
        }
    })
}

/// The pages below one of its legs.
pub fn leg_todo() -> AnyView {
    by_params(|params| {
        let id = params.get_str("id").and_then(|id| id.parse().ok());
        let leg = params.get_str("leg").and_then(|leg| leg.parse().ok());
        let (Some(id), Some(leg)) = (id, leg) else { return not_found() };
        match params.get_str("todo").unwrap_or_default() {
            leg_todo::DAY => leg_day::page(id, leg),
            leg_todo::WAIVE => waive(id, leg),
            leg_todo::DISPUTE => dispute(id, leg),
            _ => not_found(),
        }
    })
}

fn load(id: BarterId) -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        let barter = api().get_barter(id).await?;
        Ok(shown(move || {
            news::read_about(session, ThingKind::Barter, id.0);
            let current = Var::new((barter, false));
            let key = move || current.with(|(barter, overtaken)| format!("{} {overtaken}", barter.revision));
            fresh(key, move |_| draw(&member, Deeds { session, form: Form::new(), current }))
        }))
    })
}

/// What is done on this page without leaving it. Copies are the same.
#[derive(Clone, Copy)]
pub struct Deeds {
    session: Session,
    pub form: Form,
    /// The barter as it is drawn, and whether somebody else was faster than the reader.
    current: Var<(BarterView, bool)>,
}

impl Deeds {
    /// Does it and draws what came of it; draws the newest when somebody else was faster.
    pub fn run(self, deed: impl Future<Output = Result<BarterView, Error>> + 'static, said: &'static str) {
        let Self { session, form, current } = self;
        if !form.begin() {
            return;
        }
        form.sent();
        let done = move |barter: BarterView| {
            form.done();
            session.say(said);
            session.look_what_waits();
            current.try_set((barter, false));
        };
        let failed = move |error: Error| {
            if !overtaken(&error) || !current.is_there() {
                return form.refused(&error, &[]);
            }
            let (id, seen) = current.with_untracked(|(barter, _)| (barter.id, barter.revision));
            let look = move |barter: BarterView| {
                if barter.revision == seen {
                    form.refused(&error, &[]);
                } else {
                    form.done();
                    current.try_set((barter, true));
                }
            };
            session.act(async move { api().get_barter(id).await }, look, move |error| form.refused(&error, &[]));
        };
        session.act(deed, done, failed);
    }

    /// Draws the newest, because the reader wishes to see it.
    fn look(self) {
        let Self { session, form, current } = self;
        let id = current.with_untracked(|(barter, _)| barter.id);
        let done = move |barter: BarterView| {
            session.look_what_waits();
            current.try_set((barter, false));
        };
        session.act(async move { api().get_barter(id).await }, done, move |error| form.refused(&error, &[]));
    }
}

/// Whether it is refused because something else came before it; then the newest state says what.
fn overtaken(error: &Error) -> bool {
    match error.code() {
        Some(
            ProblemCode::Stale
            | ProblemCode::NotNow
            | ProblemCode::NotYours
            | ProblemCode::OfferFull
            | ProblemCode::OfferNotOpen
            | ProblemCode::SuggestionGone,
        ) => true,
        Some(_) | None => false,
    }
}

fn draw(member: &Member, deeds: Deeds) -> AnyView {
    let me = member.me.id;
    let (barter, overtaken) = deeds.current.get_untracked();
    let Some(newest) = barter.terms.last().cloned() else { return not_found() };
    let sides = Sides::of(&barter, me);
    let name = sides.name();
    let ring = is_ring(&barter);
    let (tag, tag_class) = state(&barter, me);
    let mut faces: Vec<AnyView> =
        sides.others.iter().map(|person| view! { <Face mark=person.mark/> }.into_any()).collect();
    if barter.someone_left() {
        faces.push(gone_face());
    }
    // A ring is drawn with its people; above it their faces would only be a second time.
    let drawn = if ring { ring_barter::drawing(&barter, member) } else { None };
    let faces = drawn.is_none().then_some(faces);
    let above = view! { <p class="row">{faces}<span class=tag_class dir="auto">{tag}</span></p> }.into_any();
    let proposed = barter.state == BarterState::Proposed;
    let cards = if barter.legs.is_empty() { read_only(&barter, &sides, member) } else { legs(&barter, member, deeds) };
    let (title, news) = if ring {
        (ring_barter::title(&barter).to_owned(), ring_barter::news(&barter))
    } else {
        (sides.title(), (proposed && !overtaken).then(|| terms::news(&barter, me)).flatten())
    };
    let overtaken = overtaken.then(|| {
        // Who was faster is nobody's business in a ring.
        let said = if ring { t!(ring.overtaken).to_owned() } else { t!(barter.overtaken, name = &name) };
        view! { <p class="notice notice--sun" role="status" dir="auto">{said}</p> }
    });
    let blocks: Vec<AnyView> = sides.others.iter().map(block::way).collect();
    let thing = ThingRef { kind: ThingKind::Barter, id: barter.id.0 };
    let elsewhere = news::about(deeds.session, thing, Callback::new(move |()| deeds.look()));
    view! {
        <Page screen="barter" title=title back=Back::to(t!(barters.title), paths::BARTERS) wide=true above=above>
            <div class="columns">
                <div class="stack">
                    {elsewhere}
                    {overtaken}
                    {news}
                    {(ring && proposed).then(|| view! { <p class="lead">{t!(ring.lead)}</p> })}
                    {drawn}
                    {proposed.then(|| speech(&barter, &newest, me)).flatten()}
                    {(!ring).then(|| ended(&barter)).flatten()}
                    <div class="terms">{cards}</div>
                </div>
                <div class="aside stack stack--close">
                    <Summary form=deeds.form/>
                    {choices(&barter, newest.version, &name, deeds)}
                    {history(&barter, me)}
                    <div class="stack stack--tight">{talk_new::way_to_parties(&barter, me)}{blocks}</div>
                </div>
            </div>
        </Page>
    }
    .into_any()
}

/// The terms before they are agreed, or where nothing came of them; what the newest version changed is marked.
fn read_only(barter: &BarterView, sides: &Sides, member: &Member) -> Vec<AnyView> {
    let before = barter.terms.len().checked_sub(2).and_then(|at| barter.terms.get(at));
    let mut cards = Vec::new();
    for leg in &sides.legs {
        if !cards.is_empty() && !is_ring(barter) {
            cards.push(SwapIcon().into_any());
        }
        let before =
            before.filter(|_| barter.state == BarterState::Proposed).and_then(|terms| same_way(&terms.legs, leg));
        cards.push(leg_card(
            leg,
            member.me.id,
            &member.catalogue,
            Around { title: leg_title(barter, leg, member.me.id), before: before.cloned(), ..Around::default() },
        ));
    }
    if sides.legs.len() == 1 {
        cards.push(view! { <p class="notice notice--leaf"><span>{t!(barter.gift)}</span></p> }.into_any());
    }
    cards
}

/// What became of it, when it is over.
fn ended(barter: &BarterView) -> Option<AnyView> {
    let (class, sentence) = match barter.state {
        BarterState::Proposed | BarterState::Agreed => return None,
        BarterState::Completed => ("notice notice--leaf", t!(barter.completed_said)),
        BarterState::Declined => ("notice", t!(barter.declined_said)),
        BarterState::Withdrawn => ("notice", t!(barter.withdrawn_said)),
        BarterState::Expired => ("notice", t!(barter.expired_said)),
        BarterState::Dissolved if barter.someone_left() => {
            return Some(view! { <p class="notice">{t!(barter.left_said)}</p> }.into_any());
        }
        BarterState::Dissolved => ("notice", t!(barter.dissolved_said)),
    };
    let since = barter.someone_left().then(|| view! { <p class="notice">{t!(barter.left_since)}</p> });
    Some(view! { <p class=class>{sentence}</p>{since} }.into_any())
}

/// What can be done about the whole.
fn choices(barter: &BarterView, version: u32, name: &str, deeds: Deeds) -> AnyView {
    let id = barter.id;
    let ring = is_ring(barter);
    let can = |verb| barter.actions.contains(&verb);
    // Of two people the second yes is the last one; in a ring others may be waited for.
    let said = if ring { t!(ring.noted_said) } else { t!(barter.agreed_said) };
    let consent = Callback::new(move |(): ()| {
        deeds.run(async move { api().consent_to_barter(id, version).await }, said);
    });
    let yes = if ring { t!(ring.consent) } else { t!(barter.consent) };
    let (no, no_page) = match (ring, can(BarterVerb::Consent)) {
        (false, _) => (t!(barter.decline), barter_todo::DECLINE),
        (true, true) => (t!(ring.decline), barter_todo::DECLINE_RING),
        (true, false) => (t!(ring.decline_later), barter_todo::DECLINE_RING),
    };
    let (end, end_page) = if ring {
        (t!(ring.dissolve), barter_todo::DISSOLVE_RING)
    } else {
        (t!(barter.dissolve), barter_todo::DISSOLVE)
    };
    let buttons: Vec<AnyView> = BarterVerb::ALL
        .iter()
        .copied()
        .filter(|verb| can(*verb))
        .map(|verb| match verb {
            BarterVerb::Consent => {
                view! { <Act id="consent" label=yes weight=Weight::Primary busy=deeds.form.busy() on_press=consent/> }
                    .into_any()
            }
            BarterVerb::Counter => {
                view! { <Go id="counter" label=t!(barter.counter) href=paths::barter_to(id, barter_todo::COUNTER) weight=Weight::Other/> }
                    .into_any()
            }
            BarterVerb::Decline => {
                view! { <Go id="decline" label=no href=paths::barter_to(id, no_page) weight=Weight::Quiet/> }
                    .into_any()
            }
            BarterVerb::Withdraw => {
                view! { <Go id="withdraw" label=t!(barter.withdraw) href=paths::barter_to(id, barter_todo::WITHDRAW) weight=Weight::Quiet/> }
                    .into_any()
            }
            BarterVerb::Dissolve => {
                view! { <Go id="dissolve" label=end href=paths::barter_to(id, end_page) weight=Weight::Quiet/> }
                    .into_any()
            }
        })
        .collect();
    let hint = (!ring && barter.state == BarterState::Proposed).then(|| {
        let until = time::day(barter.expires_at);
        let hint = if can(BarterVerb::Consent) {
            t!(barter.until, day = until)
        } else {
            t!(barter.waiting, name = name, day = until)
        };
        view! { <p class="hint" dir="auto">{hint}</p> }
    });
    let ring_hint = ring.then(|| ring_barter::hint(barter)).flatten();
    view! { <div class="actions">{buttons}</div>{hint}{ring_hint}<p class="hint">{t!(barter.free)}</p> }.into_any()
}

fn back_to(id: BarterId) -> Back {
    Back::to(t!(barter.back), paths::barter(id))
}

/// Says what was done and goes back to the exchange.
fn told(id: BarterId, said: &'static str) -> impl Fn(BarterView) + Copy + Send + Sync + 'static {
    let session = session();
    move |_| {
        session.say(said);
        session.look_what_waits();
        session.replace(paths::barter(id));
    }
}

fn decline(id: BarterId, title: &str, lead: &str) -> AnyView {
    let question = Question {
        title: title.to_owned(),
        lead: lead.to_owned(),
        yes: t!(barter.decline_yes).to_owned(),
        no: t!(barter.decline_no).to_owned(),
        back: back_to(id),
    };
    ask(question, move || async move { api().decline_barter(id).await }, told(id, t!(barter.state_declined)))
}

fn withdraw(id: BarterId) -> AnyView {
    let question = Question {
        title: t!(barter.withdraw_title).to_owned(),
        lead: t!(barter.withdraw_lead).to_owned(),
        yes: t!(barter.withdraw_yes).to_owned(),
        no: t!(barter.withdraw_no).to_owned(),
        back: back_to(id),
    };
    ask(question, move || async move { api().withdraw_barter(id).await }, told(id, t!(barter.state_withdrawn)))
}

fn dissolve(id: BarterId, title: &str, lead: &str) -> AnyView {
    let question = Question {
        title: title.to_owned(),
        lead: lead.to_owned(),
        yes: t!(barter.dissolve_yes).to_owned(),
        no: t!(barter.dissolve_no).to_owned(),
        back: back_to(id),
    };
    ask(question, move || async move { api().dissolve_barter(id).await }, told(id, t!(barter.state_dissolved)))
}

fn waive(id: BarterId, leg: LegId) -> AnyView {
    let question = Question {
        title: t!(leg.waive_title).to_owned(),
        lead: t!(leg.waive_lead).to_owned(),
        yes: t!(leg.waive_yes).to_owned(),
        no: t!(leg.waive_no).to_owned(),
        back: back_to(id),
    };
    ask(question, move || async move { api().waive_leg(id, leg).await }, told(id, t!(leg.waived_said)))
}

fn dispute(id: BarterId, leg: LegId) -> AnyView {
    let question = Question {
        title: t!(leg.dispute_title).to_owned(),
        lead: t!(leg.dispute_lead).to_owned(),
        yes: t!(leg.dispute_yes).to_owned(),
        no: t!(leg.dispute_no).to_owned(),
        back: back_to(id),
    };
    ask(question, move || async move { api().dispute_leg(id, leg).await }, told(id, t!(leg.disputed_said)))
}
