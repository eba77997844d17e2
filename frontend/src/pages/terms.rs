//! Terms as they are read: what I give, what I get, what a new version changed, all versions.

use domain::barter::{BarterView, Terms};
use domain::id::TenantId;
use domain::leg::TermsLeg;
use domain::tenant::Person;
use leptos::prelude::*;

use super::leg_draft::Side;
use super::ring_barter::{self, is_ring};
use crate::session::Catalogue;
use crate::time;

/// A barter as one of its people reads it.
pub struct Sides {
    /// The others.
    pub others: Vec<Person>,
    /// What the reader gives and gets, as it stands now: what she gives first.
    pub legs: Vec<TermsLeg>,
    me: TenantId,
    someone_left: bool,
    ring: Option<&'static str>,
}

impl Sides {
    pub fn of(barter: &BarterView, me: TenantId) -> Self {
        let others = barter.parties.iter().map(|party| party.person.clone()).filter(|person| person.id != me).collect();
        // Once agreed, the legs hold day and place as they were fixed last.
        let mut legs: Vec<TermsLeg> = if barter.legs.is_empty() {
            barter.terms.last().map(|newest| newest.legs.clone()).unwrap_or_default()
        } else {
            barter.legs.iter().map(|view| view.leg.terms.clone()).collect()
        };
        legs.retain(|leg| leg.giver == me || leg.receiver == me);
        legs.sort_by_key(|leg| leg.giver != me);
        let ring = is_ring(barter).then(|| ring_barter::title(barter));
        Self { others, legs, me, someone_left: barter.someone_left(), ring }
    }

    /// "Échange avec Samir", "Une boucle à trois avec Awa et Luc".
    pub fn title(&self) -> String {
        match self.ring {
            Some(title) => t!(ring.with, title = title, name = self.name()),
            None => t!(barter.with, name = self.name()),
        }
    }

    /// The first names of the others.
    pub fn name(&self) -> String {
        let mut names: Vec<&str> = self.others.iter().map(|person| person.first_name.as_str()).collect();
        if self.someone_left {
            names.push(t!(barter.gone));
        }
        match names.as_slice() {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [several @ .., last] => t!(barter.names, names = several.join(", "), last = last),
        }
    }

    /// What the reader gives, in words.
    pub fn gives(&self, catalogue: &Catalogue) -> Option<String> {
        self.legs.iter().find(|leg| leg.giver == self.me).map(|leg| what(leg, catalogue))
    }

    /// What the reader gets, in words.
    pub fn gets(&self, catalogue: &Catalogue) -> Option<String> {
        self.legs.iter().find(|leg| leg.receiver == self.me).map(|leg| what(leg, catalogue))
    }
}

/// What a leg is about; the name of the service alone where the words went with somebody who has left.
fn what(leg: &TermsLeg, catalogue: &Catalogue) -> String {
    if leg.what.is_erased() { catalogue.name(&leg.category) } else { leg.what.to_string() }
}

/// The first name of one of the people of a barter.
pub fn name_of(barter: &BarterView, who: TenantId) -> String {
    let person = barter.parties.iter().map(|party| &party.person).find(|person| person.id == who);
    person.map_or_else(|| t!(barter.gone).to_owned(), |person| person.first_name.to_string())
}

/// "Vous donnez à Awa": of whom and to whom, in a ring. Between two it says itself.
pub fn leg_title(barter: &BarterView, leg: &TermsLeg, me: TenantId) -> Option<String> {
    is_ring(barter).then(|| match Side::of(leg, me) {
        Side::Give => t!(ring.give_to, name = name_of(barter, leg.receiver)),
        Side::Get => t!(ring.get_from, name = name_of(barter, leg.giver)),
    })
}

/// What stands around a leg.
#[derive(Default)]
pub struct Around {
    /// Its heading, where "you give" does not say all.
    pub title: Option<String>,
    /// The same leg in the version before: what differs is marked.
    pub before: Option<TermsLeg>,
    /// Beside its heading.
    pub tag: Option<AnyView>,
    /// Below it.
    pub next: Option<AnyView>,
}

/// One service, as the reader gives or gets it.
pub fn leg_card(leg: &TermsLeg, me: TenantId, catalogue: &Catalogue, around: Around) -> AnyView {
    let side = Side::of(leg, me);
    let Around { title, before, tag, next } = around;
    let title = title.unwrap_or_else(|| side.title().to_owned());
    let marked = |differs: fn(&TermsLeg, &TermsLeg) -> bool| match &before {
        Some(before) if differs(before, leg) => "changed",
        _ => "",
    };
    // What was erased has no day any more, and none is to be chosen.
    let day = (!leg.what.is_erased()).then(|| {
        let day = leg.at.map_or_else(|| t!(leg.no_day).to_owned(), time::day_and_hour);
        view! { <p class="leg__meta"><span aria-hidden="true">"🗓️ "</span><span class=marked(differs_in_day)>{day}</span></p> }
    });
    let place = leg.place.as_ref().map(|place| {
        view! { <p class="leg__meta"><span aria-hidden="true">"📍 "</span><span class=marked(differs_in_place) dir="auto">{place.to_string()}</span></p> }
    });
    let details = (!leg.details.as_str().trim().is_empty()).then(|| {
        view! {
            <details class="leg__details">
                <summary>{t!(leg.details)}</summary>
                <p class="typed" dir="auto">{leg.details.to_string()}</p>
            </details>
        }
    });
    view! {
        <section class=side.class() aria-label=title.clone()>
            <div class="leg__head"><h2 class="leg__way" dir="auto">{title.clone()}</h2>{tag}</div>
            <p class="leg__what"><span class=marked(differs_in_what) dir="auto">{what(leg, catalogue)}</span></p>
            {day}
            {place}
            {details}
            {next.map(|next| view! { <div class="leg__next">{next}</div> })}
        </section>
    }
    .into_any()
}

fn differs_in_what(a: &TermsLeg, b: &TermsLeg) -> bool {
    a.what != b.what
}

fn differs_in_day(a: &TermsLeg, b: &TermsLeg) -> bool {
    a.at != b.at
}

fn differs_in_place(a: &TermsLeg, b: &TermsLeg) -> bool {
    a.place != b.place
}

/// The leg of the same two people, the same way round.
pub fn same_way<'a>(legs: &'a [TermsLeg], leg: &TermsLeg) -> Option<&'a TermsLeg> {
    legs.iter().find(|other| (other.giver, other.receiver) == (leg.giver, leg.receiver))
}

/// What a version changed, in words: "le jour", "le lieu"; one line for all.
fn changes(before: &Terms, after: &Terms) -> String {
    let differ = |differs: fn(&TermsLeg, &TermsLeg) -> bool| {
        after.legs.iter().any(|leg| same_way(&before.legs, leg).is_none_or(|old| differs(old, leg)))
    };
    let mut said = Vec::new();
    if differ(differs_in_what) || before.legs.len() != after.legs.len() {
        said.push(t!(barter.changed_what));
    }
    if differ(differs_in_day) {
        said.push(t!(barter.changed_day));
    }
    if differ(differs_in_place) {
        said.push(t!(barter.changed_place));
    }
    match said.as_slice() {
        [] => t!(barter.changed_nothing).to_owned(),
        [one] => (*one).to_owned(),
        [several @ .., last] => t!(barter.names, names = several.join(", "), last = last),
    }
}

/// What the newest version changed, when somebody else wrote it and there was one before.
pub fn news(barter: &BarterView, me: TenantId) -> Option<AnyView> {
    let [.., before, newest] = barter.terms.as_slice() else { return None };
    (newest.author != me).then(|| {
        let sentence = t!(barter.changed, name = name_of(barter, newest.author), what = changes(before, newest));
        view! { <p class="notice notice--sun" dir="auto">{sentence}</p> }.into_any()
    })
}

/// What somebody wrote with a version.
pub fn speech(barter: &BarterView, terms: &Terms, me: TenantId) -> Option<AnyView> {
    let note = terms.note.as_ref()?;
    let who = if terms.author == me { t!(barter.you).to_owned() } else { name_of(barter, terms.author) };
    let view = view! {
        <figure class="speech">
            <figcaption class="soft" dir="auto">{who}</figcaption>
            <blockquote class="typed" dir="auto">{note.to_string()}</blockquote>
        </figure>
    };
    Some(view.into_any())
}

/// All versions, folded away, the newest first; nothing where there is only one.
pub fn history(barter: &BarterView, me: TenantId) -> Option<AnyView> {
    if barter.terms.len() < 2 {
        return None;
    }
    let version = |at: usize, terms: &Terms| {
        let who = if terms.author == me { t!(barter.you).to_owned() } else { name_of(barter, terms.author) };
        let what = match at.checked_sub(1).and_then(|before| barter.terms.get(before)) {
            Some(before) => t!(barter.version_changed, what = changes(before, terms)),
            None => t!(barter.version_first).to_owned(),
        };
        let legs: Vec<AnyView> = terms
            .legs
            .iter()
            .map(|leg| {
                let day = leg.at.map_or_else(|| t!(leg.no_day).to_owned(), time::day_and_hour);
                let title = Side::of(leg, me).title();
                view! { <li class="soft" dir="auto">{t!(barter.version_leg, way = title, what = leg.what.as_str(), day = day)}</li> }
                    .into_any()
            })
            .collect();
        view! {
            <li>
                <p><b dir="auto">{t!(barter.version, n = terms.version.to_string(), name = who)}</b></p>
                <p class="soft">{time::day_and_hour(terms.created_at)}</p>
                <p>{what}</p>
                <ul>{legs}</ul>
                {speech(barter, terms, me)}
            </li>
        }
        .into_any()
    };
    let versions: Vec<AnyView> = barter.terms.iter().enumerate().rev().map(|(at, terms)| version(at, terms)).collect();
    let view = view! {
        <details class="fold">
            <summary>{t!(barter.history, n = barter.terms.len().to_string())}</summary>
            <div class="fold__body"><ol class="history">{versions}</ol></div>
        </details>
    };
    Some(view.into_any())
}
