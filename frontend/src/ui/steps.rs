//! How far one has come.

use leptos::prelude::*;

/// "Étape 2 sur 4", drawn.
#[component]
pub fn Steps(now: u8, of: u8) -> AnyView {
    let bars: Vec<AnyView> = (1..=of)
        .map(|n| view! { <li class=if n == now { "on now" } else if n < now { "on" } else { "" }></li> }.into_any())
        .collect();
    view! {
        <p class="unseen">{t!(page.step, now = now.to_string(), of = of.to_string())}</p>
        <ol class="steps" aria-hidden="true">{bars}</ol>
    }
    .into_any()
}
