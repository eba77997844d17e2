//! An offer on a list.

use domain::offer::{InReturn, OfferKind, OfferView};
use leptos::prelude::*;

use super::mark::PersonLine;
use crate::session::Member;
use crate::{paths, words};

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
