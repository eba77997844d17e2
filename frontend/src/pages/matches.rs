//! Who can help the author of an offer: the neighbours who fit, and why; then the rings in which it could stand.

use client::Error;
use domain::id::OfferId;
use domain::suggestion::{MatchKind, MatchView, RingView, SuggestedService};
use leptos::prelude::*;

use super::rings;
use crate::paths::{self, offer_todo};
use crate::session::{Member, api, session};
use crate::ui::{Back, Face, Go, Page, TwoRoofs, Weight, fetched, shown};
use crate::words;

/// How many neighbours are shown: more than anybody asks.
const NEIGHBOURS: u8 = 10;
const RINGS: u8 = 3;

/// What was found for one offer.
pub struct Found {
    matches: Vec<MatchView>,
    rings: Vec<RingView>,
}

impl Found {
    pub fn is_empty(&self) -> bool {
        self.matches.is_empty() && self.rings.is_empty()
    }
}

/// Asks what fits an offer of the reader.
pub async fn look(id: OfferId) -> Result<Found, Error> {
    let api = api();
    let (matches, rings) =
        futures::try_join!(api.list_matches(id, Some(NEIGHBOURS)), api.list_rings(Some(id), Some(RINGS)))?;
    Ok(Found { matches: matches.items, rings: rings::not_passed(rings.items) })
}

/// The page that follows on posting.
pub fn page(id: OfferId) -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        let found = look(id).await?;
        Ok(shown(move || draw(&member, id, &found)))
    })
}

fn draw(member: &Member, id: OfferId, found: &Found) -> AnyView {
    let back = Back::to(t!(offer.back), paths::offer(id));
    if found.is_empty() {
        return view! {
            <Page screen="matches" title=t!(matches.published) lead=t!(matches.nobody).to_owned() back=back>
                <div class="empty"><TwoRoofs/></div>
                <div class="actions">
                    <Go label=t!(matches.to_offer) href=paths::offer(id) weight=Weight::Primary/>
                    <Go label=t!(page.to_square) href=paths::SQUARE weight=Weight::Quiet/>
                </div>
            </Page>
        }
        .into_any();
    }
    let alone = found.matches.is_empty();
    let neighbours = (!alone).then(|| cards(member, id, &found.matches, true));
    let first_ring = found.rings.first().map(|ring| {
        let heading = (!alone).then(|| view! { <h2>{rings::possible(ring)}</h2> });
        let weight = if alone { Weight::Primary } else { Weight::Other };
        view! {
            <section class="stack stack--close">
                {heading}
                {rings::drawing(member, ring)}
                <div class="actions"><Go label=t!(ring.see) href=paths::ring(&ring.id, Some(id)) weight=weight/></div>
            </section>
        }
    });
    let others = (found.rings.len() > 1).then(|| {
        let cards: Vec<AnyView> = found.rings.iter().skip(1).map(|ring| rings::card(member, ring, Some(id))).collect();
        view! { <section class="stack stack--close"><h2>{t!(ring.others)}</h2><ul class="posts">{cards}</ul></section> }
    });
    view! {
        <Page screen="matches" title=headline(found) lead=t!(matches.published_lead).to_owned() back=back>
            {neighbours}
            {first_ring}
            {others}
            <div class="actions"><Go label=t!(matches.to_offer) href=paths::offer(id) weight=Weight::Quiet/></div>
        </Page>
    }
    .into_any()
}

/// The same on the page of the offer itself.
pub fn section(member: &Member, id: OfferId, found: &Found) -> AnyView {
    let rings: Vec<AnyView> = found.rings.iter().map(|ring| rings::card(member, ring, Some(id))).collect();
    let body = if found.is_empty() {
        view! { <p class="soft">{t!(matches.nobody)}</p> }.into_any()
    } else {
        let rings = (!rings.is_empty()).then(|| view! { <ul class="posts">{rings}</ul> });
        view! { {(!found.matches.is_empty()).then(|| cards(member, id, &found.matches, false))}{rings} }.into_any()
    };
    view! { <section class="stack stack--close" id="matches"><h2>{t!(matches.title)}</h2>{body}</section> }.into_any()
}

/// "Deux voisins peuvent vous aider".
fn headline(found: &Found) -> String {
    let matches = &found.matches;
    let Some(first_ring) = found.rings.first().filter(|_| matches.is_empty()) else {
        let only_given = matches.iter().all(|found| found.get.is_none());
        return match (matches.len(), only_given) {
            (1, false) => t!(matches.help_one).to_owned(),
            (1, true) => t!(matches.seek_one).to_owned(),
            (n, false) => t!(matches.help, n = number(n)),
            (n, true) => t!(matches.seek, n = number(n)),
        };
    };
    rings::possible(first_ring).to_owned()
}

fn number(n: usize) -> String {
    match n {
        2 => t!(number.two),
        3 => t!(number.three),
        4 => t!(number.four),
        5 => t!(number.five),
        6 => t!(number.six),
        7 => t!(number.seven),
        8 => t!(number.eight),
        9 => t!(number.nine),
        10 => t!(number.ten),
        n => return n.to_string(),
    }
    .to_owned()
}

fn cards(member: &Member, id: OfferId, matches: &[MatchView], alone: bool) -> AnyView {
    let cards: Vec<AnyView> = matches
        .iter()
        .enumerate()
        .map(|(at, found)| {
            let weight = if alone && at == 0 { Weight::Primary } else { Weight::Other };
            view! { <li>{card(member, id, found, weight)}</li> }.into_any()
        })
        .collect();
    view! { <ul class="posts">{cards}</ul> }.into_any()
}

fn card(member: &Member, id: OfferId, found: &MatchView, weight: Weight) -> AnyView {
    let name = found.person.first_name.to_string();
    let (label, href) = way_on(id, found);
    view! {
        <article class="post">
            <Face mark=found.person.mark/>
            <div class="grow">
                <p class="post__title"><bdi>{name.clone()}</bdi></p>
                <p class="post__meta" dir="auto">{words::whereabouts(&found.residence, Some(found.distance_m), member)}</p>
            </div>
            <div class="post__whole stack stack--close">
                {reason(member, found)}
                <Go label=label unseen=t!(matches.with, name = name) href=href weight=weight/>
            </div>
        </article>
    }
    .into_any()
}

/// Why the two fit: who seeks what, who gives what.
pub fn reason(member: &Member, found: &MatchView) -> AnyView {
    let name = found.person.first_name.as_str();
    let line = |service: &SuggestedService, sentence: fn(&str, &str) -> String| {
        let icon = member.catalogue.icon(&service.category);
        let sentence = sentence(name, &member.catalogue.name(&service.category));
        view! { <p class="reason"><span class="reason__icon" aria-hidden="true">{icon}</span><span dir="auto">{sentence}</span></p> }
            .into_any()
    };
    let give = found.give.as_ref().map(|give| line(give, |name, what| t!(matches.seeks, name = name, what = what)));
    let get = found.get.as_ref().map(|get| line(get, |name, what| t!(matches.gives, name = name, what = what)));
    let more = match found.kind {
        MatchKind::Swap => None,
        MatchKind::Half => Some(t!(matches.half)),
        MatchKind::Gift if found.get.is_some() => Some(t!(matches.gift_get)),
        MatchKind::Gift => Some(t!(matches.gift_give)),
    };
    view! { <div class="stack stack--tight">{give}{get}{more.map(|more| view! { <p class="soft">{more}</p> })}</div> }
        .into_any()
}

/// What the button says, and where it leads. Of half a swap the other half is asked for on the usual page of a proposal.
fn way_on(id: OfferId, found: &MatchView) -> (&'static str, String) {
    let suggested = paths::offer_match(id, found.person.id);
    match found.kind {
        MatchKind::Swap => (t!(matches.propose), suggested),
        MatchKind::Gift if found.get.is_some() => (t!(matches.ask), suggested),
        MatchKind::Gift => (t!(matches.help_out), suggested),
        MatchKind::Half => {
            let theirs =
                found.get.as_ref().or(found.give.as_ref()).and_then(|service| {
                    [Some(service.offer), service.wish].into_iter().flatten().find(|post| *post != id)
                });
            let href = theirs.map(|post| paths::offer_to(post, offer_todo::PROPOSE));
            (t!(matches.propose_half), href.unwrap_or(suggested))
        }
    }
}
