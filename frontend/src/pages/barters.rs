//! My exchanges: what needs me first, then what runs, then what is over.

use crate::var::Var;
use domain::barter::{BarterPart, BarterState, BarterView, Need};
use domain::id::TenantId;
use domain::page::Page as ListPage;
use leptos::prelude::*;

use super::terms::Sides;
use crate::paths;
use crate::session::{Catalogue, Member, Session, api, session};
use crate::ui::{Act, Empty, Face, Form, Go, Page, Summary, Weight, fetched, shown};

/// The page.
pub fn barters() -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        let api = api();
        let (needs, running, over) = futures::try_join!(
            api.list_barters(Some(BarterPart::NeedsMe), None),
            api.list_barters(Some(BarterPart::Running), None),
            api.list_barters(Some(BarterPart::Over), None),
        )?;
        session.waiting.set(needs.items.len());
        Ok(shown(move || page(session, &member, needs, running, over)))
    })
}

type List = ListPage<BarterView>;

fn page(session: Session, member: &Member, needs: List, running: List, over: List) -> AnyView {
    let nothing = needs.items.is_empty() && running.items.is_empty() && over.items.is_empty();
    let empty = nothing.then(|| {
        view! {
            <Empty title=t!(barters.empty) lead=t!(barters.empty_lead)>
                <div class="actions"><Go label=t!(barters.empty_go) href=paths::SQUARE weight=Weight::Primary/></div>
            </Empty>
        }
    });
    let parts = [
        part(session, member, t!(barters.needs_me), BarterPart::NeedsMe, needs),
        part(session, member, t!(barters.running), BarterPart::Running, running),
        part(session, member, t!(barters.over), BarterPart::Over, over),
    ];
    view! {
        <Page screen="barters" title=t!(barters.title) roof=true>
            {parts.into_iter().flatten().collect::<Vec<_>>()}
            {empty}
        </Page>
    }
    .into_any()
}

fn part(session: Session, member: &Member, title: &'static str, which: BarterPart, list: List) -> Option<AnyView> {
    if list.items.is_empty() {
        return None;
    }
    let (me, catalogue) = (member.me.id, member.catalogue.clone());
    let barters = Var::new(list.items);
    let next = Var::new(list.next);
    let form = Form::new();
    let more = Callback::new(move |(): ()| {
        if !form.begin() {
            return;
        }
        form.sent();
        let after = next.get_untracked();
        let deed = async move { api().list_barters(Some(which), after.as_deref()).await };
        let done = move |page: List| {
            form.done();
            barters.try_update(|barters| barters.extend(page.items));
            next.try_set(page.next);
        };
        session.act(deed, done, move |error| form.refused(&error, &[]));
    });
    let button = move || {
        next.get().is_some().then(|| {
            view! { <div class="actions"><Act label=t!(square.more) weight=Weight::Other busy=form.busy() on_press=more/></div> }
        })
    };
    let section = view! {
        <section class="stack stack--close">
            <h2>{title}</h2>
            <ul class="posts">
                <For each=move || barters.get() key=|barter| (barter.id.0, barter.revision) let:barter>{card(me, &catalogue, &barter)}</For>
            </ul>
            <Summary form=form/>
            {button}
        </section>
    };
    Some(section.into_any())
}

fn card(me: TenantId, catalogue: &Catalogue, barter: &BarterView) -> AnyView {
    let sides = Sides::of(barter, me);
    let line = |class: &'static str, way: &'static str, what: Option<String>| {
        what.map(
            |what| view! { <p class="post__meta"><span class=class>{way}</span><span dir="auto">{what}</span></p> },
        )
    };
    let (tag, class) = state(barter, me);
    let face = match sides.others.first() {
        Some(person) => view! { <Face mark=person.mark/> }.into_any(),
        None => gone_face(),
    };
    view! {
        <li><article class="post">
            {face}
            <div class="grow">
                <h3 class="post__title"><a href=paths::barter(barter.id) dir="auto">{sides.title()}</a></h3>
                {line("tag tag--roof", t!(leg.give), sides.gives(catalogue))}
                {line("tag tag--leaf", t!(leg.get), sides.gets(catalogue))}
                <p class="post__meta"><span class=class>{tag}</span></p>
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
        (None, BarterState::Proposed) => (t!(barter.waits_for, name = name()), "tag"),
        (None, BarterState::Agreed) => (t!(barter.state_agreed).to_owned(), "tag tag--leaf"),
        (None, BarterState::Completed) => (t!(barter.state_completed).to_owned(), "tag tag--leaf"),
        (None, BarterState::Declined) => (t!(barter.state_declined).to_owned(), "tag"),
        (None, BarterState::Withdrawn) => (t!(barter.state_withdrawn).to_owned(), "tag"),
        (None, BarterState::Expired) => (t!(barter.state_expired).to_owned(), "tag"),
        (None, BarterState::Dissolved) => (t!(barter.state_dissolved).to_owned(), "tag"),
    }
}
