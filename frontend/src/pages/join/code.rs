//! The first question: the code.

use crate::var::Var;
use domain::code::JoinCode;
use domain::tenant::JoinCheck;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{Draft, RESIDENCE};
use crate::paths;
use crate::session::{api, session};
use crate::ui::{Back, Field, Form, Kind, Page, Roofline, Steps, Submit, Summary, TopLinks};

/// The code that the letter's QR code brings along; it leaves the address at once, so that no history keeps it.
fn brought() -> Option<String> {
    let place = window().location();
    let fragment = place.hash().ok()?.trim_start_matches('#').to_owned();
    if fragment.is_empty() {
        return None;
    }
    // A browser that refuses only leaves the code in the address bar.
    let _ =
        window().history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(paths::JOIN)));
    Some(fragment)
}

pub fn page(draft: Draft) -> AnyView {
    let session = session();
    let form = Form::new();
    let typed = Var::new(brought().unwrap_or_else(|| draft.code.clone()));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let parsed = form.take("code", JoinCode::parse(&typed.get_untracked()));
        let (true, Some(code)) = (form.holds(), parsed) else { return };
        form.sent();
        let mut draft = draft.clone();
        leptos::task::spawn_local(async move {
            match api().check_join_code(&JoinCheck { code: code.clone() }).await {
                Ok(place) => {
                    draft.code = code.to_string();
                    draft.place = Some(place);
                    draft.keep();
                    session.go(paths::join(RESIDENCE));
                }
                Err(error) => form.refused(&error, &[("/code", "code")]),
            }
        });
    };
    view! {
        <Page screen="join-code" title=t!(join.code_title) lead=t!(join.code_lead).to_owned()
            back=Back::to(t!(page.welcome), paths::WELCOME) above=view! { <TopLinks/><Roofline/><Steps now=1 of=4/> }.into_any()>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <Field form=form id="code" kind=Kind::Code label=t!(join.code) hint=t!(join.code_hint) value=typed/>
                <div class="actions"><Submit label=t!(join.go_on) busy=form.busy()/></div>
            </form>
            <details class="fold">
                <summary>{t!(join.no_code)}</summary>
                <div class="fold__body"><p>{t!(join.no_code_where)}</p><p>{t!(join.no_code_ask)}</p></div>
            </details>
        </Page>
    }
    .into_any()
}
