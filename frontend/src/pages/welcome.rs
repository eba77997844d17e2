//! Welcome: what this is, what is promised, two ways in.

use leptos::prelude::*;

use crate::paths;
use crate::session::{Session, session};
use crate::ui::{Go, Page, Street, TopLinks, Weight};

/// The six promises in plain words.
#[component]
fn Promises() -> AnyView {
    let line = |icon: &'static str, name: &'static str, more: &'static str| {
        view! {
            <li class="promise">
                <span class="promise__icon" aria-hidden="true">{icon}</span>
                <b>{name}</b>
                <span class="promise__more">{more}</span>
            </li>
        }
        .into_any()
    };
    view! {
        <ul class="promises">
            {line("🏷️", t!(promise.name), t!(promise.name_more))}
            {line("🧹", t!(promise.erased), t!(promise.erased_more))}
            {line("🌱", t!(promise.no_trade), t!(promise.no_trade_more))}
            {line("🔒", t!(promise.unread), t!(promise.unread_more))}
            {line("🤝", t!(promise.no_money), t!(promise.no_money_more))}
            {line("🫶", t!(promise.everybody), t!(promise.everybody_more))}
        </ul>
    }
    .into_any()
}

/// The page.
pub fn welcome() -> AnyView {
    let session = session();
    if Session::was_in() {
        // Whoever is signed in here wants the square, not a brochure.
        Effect::new(move || session.replace(paths::SQUARE));
    }
    view! {
        <Page screen="welcome" title=t!(brand) lead=t!(welcome.lead).to_owned() above=view! { <TopLinks/><Street/> }.into_any()>
            <div class="actions">
                <Go label=t!(welcome.code) href=paths::JOIN weight=Weight::Primary/>
                <Go label=t!(welcome.account) href=paths::SIGN_IN weight=Weight::Other/>
            </div>
            <h2>{t!(welcome.how)}</h2>
            <ol class="promises">
                <li class="promise"><span class="promise__icon" aria-hidden="true">"1"</span><b>{t!(welcome.how_one)}</b><span class="promise__more">{t!(welcome.how_one_more)}</span></li>
                <li class="promise"><span class="promise__icon" aria-hidden="true">"2"</span><b>{t!(welcome.how_two)}</b><span class="promise__more">{t!(welcome.how_two_more)}</span></li>
                <li class="promise"><span class="promise__icon" aria-hidden="true">"3"</span><b>{t!(welcome.how_three)}</b><span class="promise__more">{t!(welcome.how_three_more)}</span></li>
            </ol>
            <h2>{t!(promise.title)}</h2>
            <Promises/>
        </Page>
    }
    .into_any()
}
