//! What I have put on the square, in whatever state: services, then notices.

use crate::var::Var;
use client::OfferFilter;
use domain::notice::{NoticeState, NoticeView};
use domain::offer::{OfferState, OfferView};
use domain::page::Page as ListPage;
use leptos::prelude::*;

use super::more::more;
use crate::session::{Member, Session, api, session};
use crate::ui::{Back, Empty, Go, NoticeCard, Page, Post, Weight, fetched, shown};
use crate::{paths, time, words};

fn mine(after: Option<String>) -> OfferFilter {
    OfferFilter { mine: true, after, ..OfferFilter::default() }
}

pub fn page() -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        let api = api();
        let (offers, notices) = futures::try_join!(async { api.list_offers(&mine(None)).await }, async {
            api.list_notices(None, None).await
        })?;
        Ok(shown(move || draw(session, member, offers, notices)))
    })
}

fn draw(session: Session, member: Member, offers: ListPage<OfferView>, notices: ListPage<NoticeView>) -> AnyView {
    let body = if offers.items.is_empty() && notices.items.is_empty() {
        view! {
            <Empty title=t!(me.no_offers) lead=t!(me.no_offers_lead)>
                <div class="actions"><Go label=t!(square.empty_offer) href=paths::WHAT weight=Weight::Primary/></div>
            </Empty>
        }
        .into_any()
    } else {
        let both = !offers.items.is_empty() && !notices.items.is_empty();
        let services = (!offers.items.is_empty()).then(|| services(session, member.clone(), offers, both));
        let notices = (!notices.items.is_empty()).then(|| own_notices(session, member, notices, both));
        view! { {services}{notices} }.into_any()
    };
    view! {
        <Page screen="my-offers" title=t!(me.offers) back=Back::to(t!(me.title), paths::ME) wide=true>{body}</Page>
    }
    .into_any()
}

/// A heading where there are two lists.
fn heading(both: bool, words: &'static str) -> Option<AnyView> {
    both.then(|| view! { <h2 class="part">{words}</h2> }.into_any())
}

fn services(session: Session, member: Member, list: ListPage<OfferView>, both: bool) -> AnyView {
    let (offers, next) = (Var::new(list.items), Var::new(list.next));
    let more = more(session, offers, next, |after| async move { api().list_offers(&mine(after)).await });
    let card = move |offer: OfferView| {
        let below = state(&offer);
        view! { <li><Post offer=offer member=member.clone() below=below/></li> }.into_any()
    };
    view! {
        <section class="stack" aria-label=t!(me.my_services)>
            {heading(both, t!(me.my_services))}
            <ul class="posts posts--two"><For each=move || offers.get() key=|offer| (offer.id.0, offer.version) let:offer>{card(offer)}</For></ul>
            {more}
        </section>
    }
    .into_any()
}

fn own_notices(session: Session, member: Member, list: ListPage<NoticeView>, both: bool) -> AnyView {
    let (notices, next) = (Var::new(list.items), Var::new(list.next));
    let more = more(session, notices, next, |after| async move {
        api().list_notices(after.and_then(|after| after.parse().ok()), None).await
    });
    let card = move |notice: NoticeView| {
        let below = notice_state(&notice);
        view! { <li><NoticeCard notice=notice member=member.clone() below=below/></li> }.into_any()
    };
    view! {
        <section class="stack" aria-label=t!(me.my_notices)>
            {heading(both, t!(me.my_notices))}
            <ul class="posts posts--two"><For each=move || notices.get() key=|notice| (notice.id.0, notice.version) let:notice>{card(notice)}</For></ul>
            {more}
        </section>
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
    standing(class, words::offer_state(offer.state), (offer.state == OfferState::Open).then_some(offer.expires_at))
}

fn notice_state(notice: &NoticeView) -> AnyView {
    let class = match notice.state {
        NoticeState::Published | NoticeState::Resolved => "tag tag--leaf",
        NoticeState::Expired => "tag tag--sun",
        NoticeState::Withdrawn | NoticeState::Removed => "tag",
    };
    let until = (notice.state == NoticeState::Published).then_some(notice.expires_at);
    standing(class, words::notice_state(notice.kind, notice.state), until)
}

fn standing(class: &'static str, words: &'static str, until: Option<domain::Timestamp>) -> AnyView {
    let until = until.map(|until| view! { <span>{t!(me.offer_until, day = time::date(until))}</span> });
    view! { <p class="post__meta"><span class=class>{words}</span>{until}</p> }.into_any()
}
