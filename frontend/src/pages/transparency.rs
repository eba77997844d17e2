//! What the office sees of me, what it does not see, and what it did.

use domain::own_data::{AccessView, Fate, HouseholdView, KeptThing, Topic, Transparency};
use leptos::prelude::*;

use super::own_data::fold;
use crate::paths;
use crate::session::{api, session};
use crate::ui::{Back, Page, fetched, shown};
use crate::{time, words};

/// How many accesses are read at once; older ones are folded away.
const FIRST: usize = 10;

pub fn page() -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        let known = api().get_transparency().await?;
        Ok(shown(move || draw(&known)))
    })
}

fn draw(known: &Transparency) -> AnyView {
    // What is about nobody need not be hidden from anybody.
    let about_me = known.things.iter().filter(|thing| thing.leaving != Fate::NotPersonal);
    let (seen, unseen): (Vec<&KeptThing>, Vec<&KeptThing>) = about_me.partition(|thing| thing.office_sees);
    let folds = |things: Vec<&KeptThing>| -> Vec<AnyView> { things.into_iter().map(|t| fold(t, None)).collect() };
    let (answer, household, accesses) = (answer(&known.things), household(&known.household), accesses(&known.accesses));
    let (seen, unseen) = (folds(seen), folds(unseen));
    view! {
        <Page screen="transparency" title=t!(transparency.title) back=Back::to(t!(me.title), paths::ME)>
            {answer}
            <section class="stack stack--close" aria-labelledby="sees-title">
                <h2 id="sees-title">{t!(transparency.sees)}</h2>
                {household}
                {seen}
            </section>
            <section class="stack stack--close" aria-labelledby="sees-not-title">
                <h2 id="sees-not-title">{t!(transparency.sees_not)}</h2>
                {unseen}
            </section>
            <section class="stack stack--close" aria-labelledby="done-title">
                <h2 id="done-title">{t!(transparency.done)}</h2>
                {accesses}
            </section>
        </Page>
    }
    .into_any()
}

/// The one sentence that most people come for. It is said only when the things themselves say so.
fn answer(things: &[KeptThing]) -> AnyView {
    let hidden = |topic| things.iter().any(|thing| thing.topic == topic && !thing.office_sees);
    if [Topic::Account, Topic::Offers, Topic::Exchanges].into_iter().all(hidden) {
        return view! { <p class="notice notice--leaf"><b>{t!(transparency.answer)}</b></p> }.into_any();
    }
    let seen: Vec<&str> = things.iter().filter(|t| t.office_sees).map(|t| words::said(&t.title)).collect();
    view! { <p class="notice notice--sun"><b>{t!(transparency.answer_sees, things = seen.join(", "))}</b></p> }
        .into_any()
}

fn household(household: &HouseholdView) -> AnyView {
    let line =
        |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd dir="auto">{value}</dd></div> }.into_any();
    let seats = t!(transparency.seats, taken = household.seats_taken.to_string(), seats = household.seats.to_string());
    let codes: Vec<AnyView> = household
        .codes
        .iter()
        .map(|code| {
            let day = time::date(code.issued_at);
            let said = match code.revoked_at {
                Some(at) => t!(transparency.code_revoked, day = day, until = time::date(at)),
                None => t!(transparency.code, day = day, until = time::date(code.expires_at)),
            };
            view! { <dd>{time::capital(&said)}</dd> }.into_any()
        })
        .collect();
    let none = codes.is_empty().then(|| view! { <dd>{t!(transparency.no_codes)}</dd> });
    view! {
        <div class="card"><dl class="facts facts--read">
            {line(t!(transparency.reference), household.reference.clone())}
            {line(t!(transparency.seats_taken), seats)}
            {household.letter_box.map(|rank| line(t!(transparency.letter_box), rank.to_string()))}
            {household.ended_at.map(|at| line(t!(transparency.lease_end), time::date(at)))}
            <div><dt>{t!(transparency.codes)}</dt>{codes}{none}</div>
        </dl></div>
    }
    .into_any()
}

fn accesses(accesses: &[AccessView]) -> AnyView {
    let line = |access: &AccessView| {
        let everybody = access.everybody.then(|| view! { <p class="soft">{t!(transparency.everybody)}</p> });
        view! {
            <li><p class="soft">{time::capital(&time::date(access.at))}</p><p>{words::access(access.what)}</p>{everybody}</li>
        }
        .into_any()
    };
    if accesses.is_empty() {
        return view! { <p>{t!(transparency.nothing)}</p> }.into_any();
    }
    let (newest, older) = accesses.split_at(accesses.len().min(FIRST));
    let older = (!older.is_empty()).then(|| {
        view! {
            <details class="fold">
                <summary>{t!(transparency.older, n = older.len().to_string())}</summary>
                <div class="fold__body"><ol class="history">{older.iter().map(line).collect::<Vec<_>>()}</ol></div>
            </details>
        }
    });
    view! {
        <p class="hint">{t!(transparency.done_lead)}</p>
        <ol class="history">{newest.iter().map(line).collect::<Vec<_>>()}</ol>
        {older}
    }
    .into_any()
}
