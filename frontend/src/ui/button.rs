//! Buttons act, links go; one of them on a screen is the primary one.

use leptos::prelude::*;

/// How much a button weighs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The one thing to do here.
    Primary,
    /// Something else that can be done.
    Other,
    /// A way out.
    Quiet,
    /// Ends something.
    Alarm,
    /// Seldom wanted: it must be there, and draw no eye.
    Faint,
}

impl Weight {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--wide button--primary",
            Self::Other => "button button--wide",
            Self::Quiet => "button button--wide button--quiet",
            Self::Alarm => "button button--wide button--alarm",
            Self::Faint => "button button--wide button--quiet button--faint",
        }
    }
}

/// Sends the form it stands in. While the server works on it, it says so and sends nothing again.
#[component]
pub fn Submit(#[prop(into)] label: String, #[prop(into)] busy: Signal<bool>) -> AnyView {
    view! {
        <button type="submit" class=Weight::Primary.class() aria-disabled=move || busy.get().then_some("true")>{label}</button>
    }
    .into_any()
}

/// Does something.
#[component]
pub fn Act(
    #[prop(into)] label: String,
    weight: Weight,
    #[prop(optional, into)] id: Option<String>,
    #[prop(into)] busy: Signal<bool>,
    on_press: Callback<()>,
) -> AnyView {
    let press = move |_| {
        if !busy.get_untracked() {
            on_press.run(());
        }
    };
    view! {
        <button type="button" id=id class=weight.class() aria-disabled=move || busy.get().then_some("true") on:click=press>{label}</button>
    }
    .into_any()
}

/// Goes somewhere.
#[component]
pub fn Go(
    #[prop(into)] label: String,
    #[prop(into)] href: String,
    weight: Weight,
    #[prop(optional, into)] id: Option<String>,
    /// What is heard after the label, where several on a page have the same one.
    #[prop(optional, into)]
    unseen: Option<String>,
) -> AnyView {
    let unseen = unseen.map(|unseen| view! { <span class="unseen">" "{unseen}</span> });
    view! { <a class=weight.class() id=id href=href>{label}{unseen}</a> }.into_any()
}
