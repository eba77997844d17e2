//! Drawings. All are ornaments: words stand beside each of them.

use leptos::prelude::*;

/// The outline of a place or an action, 24 by 24.
#[component]
pub fn Icon(
    /// The path.
    d: &'static str,
) -> AnyView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=d></path></svg> }.into_any()
}

/// Give and get.
#[component]
pub fn SwapIcon() -> AnyView {
    view! { <span class="swap" aria-hidden="true"><Icon d="M8 20V5L4 9M16 4v15l4-4"/></span> }.into_any()
}

/// The roof line.
#[component]
pub fn Roofline() -> AnyView {
    view! {
        <svg class="roofline" viewBox="0 0 360 46" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
            <path d="M0 44 28 24l28 20h20l36-28 36 28h16V26h10v-10h8v10h10v18h18l30-24 30 24h16l24-18 24 18h30V18l24-12 24 12v26h26"></path>
        </svg>
    }
    .into_any()
}

const STREET: &str = include_str!("street.svg");

/// A whole street: what the network is about, without a word.
#[component]
pub fn Street() -> AnyView {
    view! { <div aria-hidden="true" inner_html=STREET></div> }.into_any()
}

const TWO_ROOFS: &str = include_str!("two-roofs.svg");

/// Two roofs and a line between them.
#[component]
pub fn TwoRoofs() -> AnyView {
    view! { <div aria-hidden="true" inner_html=TWO_ROOFS></div> }.into_any()
}
