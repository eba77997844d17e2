//! My exchanges: what needs me first, then what runs, then what is over.

use crate::var::Var;
use domain::barter::{BarterPart, BarterState, BarterView, Need};
use domain::id::TenantId;
use domain::page::Page as ListPage;
use domain::suggestion::RingView;
use leptos::prelude::*;

use super::conversations::tabs;
use super::more::more;
use super::ring_barter::{self, is_ring};
use super::rings;
use super::terms::Sides;
use crate::paths;
use crate::session::{Catalogue, Member, Session, api, session};
use crate::ui::{Empty, Face, Go, Page, Weight, fetched, shown};

/// How many suggested rings stand above what runs.
const RINGS: u8 = 3;

/// The page.
pub fn barters() -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        let api = api();
        // Without suggestions the exchanges are still of use.
        let rings = async { Ok(api.list_rings(None, Some(RINGS)).await.map(|page| page.items).unwrap_or_default()) };
        let (needs, running, over, rings) = futures::try_join!(
            api.list_barters(Some(BarterPart::NeedsMe), None),
            api.list_barters(Some(BarterPart::Running), None),
            api.list_barters(Some(BarterPart::Over), None),
            rings,
        )?;
        let rings = rings::not_passed(rings);
        session.waiting.set(needs.items.len());
        Ok(shown(move || page(session, &member, [needs, running, over], &rings)))
    })
}

type List = ListPage<BarterView>;

fn page(session: Session, member: &Member, lists: [List; 3], rings: &[RingView]) -> AnyView {
    let nothing = rings.is_empty() && lists.iter().all(|list| list.items.is_empty());
    let [needs, running, over] = lists;
    let empty = nothing.then(|| {
        view! {
            <Empty title=t!(barters.empty) lead=t!(barters.empty_lead)>
                <div class="actions"><Go label=t!(barters.empty_go) href=paths::SQUARE weight=Weight::Primary/></div>
            </Empty>
        }
    });
    let parts = [
        part(session, member, t!(barters.needs_me), BarterPart::NeedsMe, needs),
        possible(member, rings),
        part(session, member, t!(barters.running), BarterPart::Running, running),
        part(session, member, t!(barters.over), BarterPart::Over, over),
    ];
    view! {
        <Page screen="barters" title=t!(barters.title) roof=true>
            {tabs(session, false)}
            {parts.into_iter().flatten().collect::<Vec<_>>()}
            {empty}
        </Page>
    }
    .into_any()
}

/// Rings in which the reader could stand.
fn possible(member: &Member, rings: &[RingView]) -> Option<AnyView> {
    (!rings.is_empty()).then(|| {
        let cards: Vec<AnyView> = rings.iter().map(|ring| rings::card(member, ring, None)).collect();
        view! { <section class="stack stack--close"><h2>{t!(ring.possible)}</h2><ul class="posts">{cards}</ul></section> }
            .into_any()
    })
}

fn part(session: Session, member: &Member, title: &'static str, which: BarterPart, list: List) -> Option<AnyView> {
    if list.items.is_empty() {
        return None;
    }
    let (me, catalogue) = (member.me.id, member.catalogue.clone());
    let barters = Var::new(list.items);
    let next = Var::new(list.next);
    let more =
        more(
            session,
            barters,
            next,
            move |after| async move { api().list_barters(Some(which), after.as_deref()).await },
        );
    let section = view! {
        <section class="stack stack--close">
            <h2>{title}</h2>
            <ul class="posts">
                <For each=move || barters.get() key=|barter| (barter.id.0, barter.revision) let:barter>{card(me, &catalogue, &barter)}</For>
            </ul>
            {more}
        </section>
    };
    Some(section.into_any())
}

fn card(me: TenantId, catalogue: &Catalogue, barter: &BarterView) -> AnyView {
    let sides = Sides::of(barter, me);
    let line = |class: &'static str, way: &'static str, what: Option<String>| {
        what.map(|what| view! { <p class=class><b>{way}</b>" "<span dir="auto">{what}</span></p> })
    };
    let (tag, class) = state(barter, me);
    let face = match sides.others.first() {
        Some(_) if is_ring(barter) => view! { <span class="post__sign" aria-hidden="true">"🔁"</span> }.into_any(),
        Some(person) => view! { <Face mark=person.mark/> }.into_any(),
        None => gone_face(),
    };
    view! {
        <li><article class="post">
            {face}
            <div class="grow">
                <h3 class="post__title"><a href=paths::barter(barter.id) dir="auto">{sides.title()}</a></h3>
                <p class="post__meta"><span class=class>{tag}</span></p>
                {line("way way--give", t!(leg.give), sides.gives(catalogue))}
                {line("way", t!(leg.get), sides.gets(catalogue))}
            </div>
        </article></li>
    }
    .into_any()
}

/// In the place of somebody who has left; the words beside it say so.
pub fn gone_face() -> AnyView {
    view! { <span class="mark mark--grey" aria-hidden="true">"🏠"</span> }.into_any()
}

/// Where a barter stands for the viewer, in few words, and the colour of the tag.
pub fn state(barter: &BarterView, me: TenantId) -> (String, &'static str) {
    let name = || Sides::of(barter, me).name();
    match (barter.need, barter.state) {
        (Some(Need::Answer), _) => (t!(barter.need_answer).to_owned(), "tag tag--sun"),
        (Some(Need::Confirm), _) => (t!(barter.need_confirm).to_owned(), "tag tag--sun"),
        (Some(Need::Settle), _) => (t!(barter.need_settle).to_owned(), "tag tag--sun"),
        (Some(Need::Meet), _) => (t!(barter.need_meet).to_owned(), "tag tag--sun"),
        (Some(Need::Schedule), _) => (t!(barter.need_schedule).to_owned(), "tag tag--sun"),
        (None, BarterState::Proposed) if is_ring(barter) => (ring_barter::tag(barter), "tag"),
        (None, BarterState::Declined | BarterState::Withdrawn | BarterState::Expired) if is_ring(barter) => {
            (t!(ring.tag_ended).to_owned(), "tag")
        }
        (None, BarterState::Proposed) => (t!(barter.waits_for, name = name()), "tag"),
        (None, BarterState::Agreed) => (t!(barter.state_agreed).to_owned(), "tag tag--leaf"),
        (None, BarterState::Completed) => (t!(barter.state_completed).to_owned(), "tag tag--leaf"),
        (None, BarterState::Declined) => (t!(barter.state_declined).to_owned(), "tag"),
        (None, BarterState::Withdrawn) => (t!(barter.state_withdrawn).to_owned(), "tag"),
        (None, BarterState::Expired) => (t!(barter.state_expired).to_owned(), "tag"),
        (None, BarterState::Dissolved) => (t!(barter.state_dissolved).to_owned(), "tag"),
    }
}
