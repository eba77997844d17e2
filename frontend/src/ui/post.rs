//! A post on a list: an offer, a notice, an event.

use chrono::{DateTime, Datelike, Utc};
use domain::event::{EventCard, EventState};
use domain::offer::{InReturn, OfferKind, OfferView};
use domain::square::PostView;
use leptos::prelude::*;
use uuid::Uuid;

use super::NoticeCard;
use super::mark::PersonLine;
use crate::session::Member;
use crate::{paths, time, words};

/// What would please in return.
#[component]
pub fn Swap(offer: OfferView, member: Member) -> AnyView {
    let gift = offer.in_return == InReturn::Nothing;
    let class = if gift { "post__swap post__swap--gift" } else { "post__swap" };
    let sign = if gift { "🎁" } else { "⇄" };
    view! {
        <p class=class><span aria-hidden="true">{sign}</span><span>{words::in_return(offer.kind, &offer.in_return, &member.catalogue)}</span></p>
    }
    .into_any()
}

/// An offer, as a card that leads to it.
#[component]
pub fn Post(
    offer: OfferView,
    member: Member,
    /// Of which heading the title is.
    #[prop(optional)]
    below: Option<AnyView>,
) -> AnyView {
    let want = offer.kind == OfferKind::Request;
    let sign = if want { "post__sign post__sign--want" } else { "post__sign" };
    let kind = if want { "post__kind post__kind--want" } else { "post__kind" };
    let whereabouts = words::whereabouts(&offer.residence, offer.distance_m, &member);
    let icon = member.catalogue.icon(&offer.category);
    let own = offer.author.id == member.me.id;
    let meta = if own {
        ().into_any()
    } else {
        view! { <p class="post__meta"><PersonLine person=offer.author.clone()/><span>{whereabouts}</span></p> }
            .into_any()
    };
    view! {
        <article class="post">
            <span class=sign aria-hidden="true">{icon}</span>
            <div class="grow">
                <p class=kind>{words::kind(offer.kind)}</p>
                <h2 class="post__title"><a href=paths::offer(offer.id) dir="auto">{offer.title.to_string()}</a></h2>
                {meta}
                {below.unwrap_or_else(|| view! { <Swap offer=offer member=member/> }.into_any())}
            </div>
        </article>
    }
    .into_any()
}

/// A post of the square, as a card that leads to it.
#[component]
pub fn PostCard(post: PostView, member: Member) -> AnyView {
    match post {
        PostView::Offer(offer) => view! { <Post offer=offer member=member/> }.into_any(),
        PostView::Notice(notice) => view! { <NoticeCard notice=notice member=member/> }.into_any(),
        PostView::Event(event) => view! { <EventPost event=event member=member/> }.into_any(),
    }
}

/// What tells a post from another, and from what it was before it changed.
pub fn post_key(post: &PostView) -> (Uuid, u32, u32) {
    match post {
        PostView::Offer(offer) => (offer.id.0, offer.version, 0),
        PostView::Notice(notice) => (notice.id.0, notice.version, 0),
        // Answers do not make an event another one.
        PostView::Event(event) => (event.id.0, event.version, event.taken),
    }
}

/// When a post was posted, by which the square is in order; two of one moment by their ids.
pub fn posted(post: &PostView) -> (DateTime<Utc>, Uuid) {
    match post {
        PostView::Offer(offer) => (offer.created_at, offer.id.0),
        PostView::Notice(notice) => (notice.created_at, notice.id.0),
        PostView::Event(event) => (event.created_at, event.id.0),
    }
}

#[component]
fn EventPost(event: EventCard, member: Member) -> AnyView {
    let whereabouts = words::whereabouts(&event.residence, event.distance_m, &member);
    let own = event.author.id == member.me.id;
    let meta = (!own).then(|| {
        view! { <p class="post__meta"><PersonLine person=event.author.clone()/><span>{whereabouts}</span></p> }
    });
    view! {
        <article class="post">
            <span class="post__sign post__sign--day" aria-hidden="true"><span>{time::weekday_short(event.starts_at)}</span><b>{event.date.day()}</b></span>
            <div class="grow">
                <p class="post__kind post__kind--event">{t!(post.event)}</p>
                <h2 class="post__title"><a href=paths::event(event.id) dir="auto">{event.title.to_string()}</a></h2>
                <p class="post__when">{time::capital(&time::when(event.starts_at))}</p>
                <p class="post__seen" dir="auto"><span aria-hidden="true">"📍 "</span>{event.place.to_string()}</p>
                {meta}
                {room(&event)}
            </div>
        </article>
    }
    .into_any()
}

/// What has to be known before going there: it is off, or how many places are left.
fn room(event: &EventCard) -> Option<AnyView> {
    let (class, words) = match (event.state, event.places) {
        (EventState::Cancelled, _) => ("tag tag--alarm", t!(post.cancelled).to_owned()),
        (EventState::Postponed, _) => ("tag tag--sun", t!(post.postponed).to_owned()),
        (_, Some(places)) => match words::places_left(places, event.taken) {
            Some(left) => ("tag tag--leaf", left),
            None => ("tag tag--sun", t!(post.full).to_owned()),
        },
        (_, None) => return None,
    };
    Some(view! { <p class="post__room"><span class=class>{words}</span></p> }.into_any())
}
