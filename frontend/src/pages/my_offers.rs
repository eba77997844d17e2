//! My offers, in whatever state.

use crate::var::Var;
use client::OfferFilter;
use domain::offer::{OfferState, OfferView};
use domain::page::Page as ListPage;
use leptos::prelude::*;

use super::more::more;
use crate::session::{Member, Session, api, session};
use crate::ui::{Back, Empty, Go, Page, Post, Weight, fetched, shown};
use crate::{paths, time, words};

fn mine(after: Option<String>) -> OfferFilter {
    OfferFilter { mine: true, after, ..OfferFilter::default() }
}

pub fn page() -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        let offers = api().list_offers(&mine(None)).await?;
        Ok(shown(move || draw(session, member, offers)))
    })
}

fn draw(session: Session, member: Member, list: ListPage<OfferView>) -> AnyView {
    let empty = list.items.is_empty();
    let offers = Var::new(list.items);
    let next = Var::new(list.next);
    let more = more(session, offers, next, |after| async move { api().list_offers(&mine(after)).await });
    let card = move |offer: OfferView| {
        let below = state(&offer);
        let member = member.clone();
        view! { <li><Post offer=offer member=member below=below/></li> }.into_any()
    };
    let body = if empty {
        view! {
            <Empty title=t!(me.no_offers) lead=t!(me.no_offers_lead)>
                <div class="actions"><Go label=t!(square.empty_offer) href=paths::OFFER_NEW weight=Weight::Primary/></div>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <ul class="posts posts--two"><For each=move || offers.get() key=|offer| (offer.id.0, offer.version) let:offer>{card(offer)}</For></ul>
        }
        .into_any()
    };
    view! {
        <Page screen="my-offers" title=t!(me.offers) back=Back::to(t!(me.title), paths::ME) wide=true>
            {body}
            {more}
        </Page>
    }
    .into_any()
}

/// Where it stands, and until when.
fn state(offer: &OfferView) -> AnyView {
    let class = match offer.state {
        OfferState::Open => "tag tag--leaf",
        OfferState::Paused | OfferState::Expired => "tag tag--sun",
        OfferState::Closed => "tag",
    };
    let until = (offer.state == OfferState::Open).then(|| {
        view! { <span>{t!(me.offer_until, day = time::date(offer.expires_at))}</span> }
    });
    view! { <p class="post__meta"><span class=class>{words::offer_state(offer.state)}</span>{until}</p> }.into_any()
}
