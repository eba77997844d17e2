//! The second question: is this your home?

use leptos::prelude::*;

use super::{Draft, FIRST_NAME};
use crate::paths;
use crate::ui::{Back, Go, Page, Roofline, Steps, Weight, not_found};

pub fn page(draft: Draft) -> AnyView {
    let Some(place) = draft.place else { return not_found() };
    let seats = match place.seats_left {
        1 => t!(join.seats_one).to_owned(),
        n => t!(join.seats, n = n.to_string()),
    };
    view! {
        <Page screen="join-residence" title=t!(join.residence_title) back=Back::to(t!(join.code_back), paths::JOIN)
            above=view! { <Roofline/><Steps now=2 of=4/> }.into_any()>
            <div class="card">
                <p class="soft" dir="auto">{place.office}</p>
                <h2 dir="auto">{t!(join.residence, name = &place.residence.name)}</h2>
                <p dir="auto">{place.address}</p>
                {place.residence.quarter.map(|quarter| view! { <p class="soft" dir="auto">{t!(join.quarter, name = quarter)}</p> })}
            </div>
            <div class="actions">
                <Go label=t!(join.residence_yes) href=paths::join(FIRST_NAME) weight=Weight::Primary/>
                <Go label=t!(join.residence_no) href=paths::JOIN weight=Weight::Quiet/>
            </div>
            <p class="hint">{seats}</p>
        </Page>
    }
    .into_any()
}
