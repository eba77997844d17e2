//! Photos: shown, and chosen to be sent.

use std::sync::Arc;

use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};

use super::{Act, Form, Weight};
use crate::photo_file::{self, Refused};
use crate::session::session;
use crate::var::Var;

/// A photo that the API keeps. The browser fetches it by itself, and cannot refresh a session that has grown old meanwhile: when it fails,
/// the session is seen to, and it is fetched once more.
#[component]
pub fn Photo(
    /// Its address.
    src: String,
    /// What a screen reader says in its place.
    #[prop(into)]
    alt: String,
    #[prop(default = "photo")] class: &'static str,
    width: u16,
    height: u16,
    /// Fetched only when it comes into sight.
    #[prop(optional)]
    lazy: bool,
) -> AnyView {
    let session = session();
    let failed = Var::new(false);
    let again = move || if failed.get() { session.mended.get().to_string() } else { String::new() };
    super::fresh(again, move |_| {
        let fails = move |_| {
            if !failed.get_untracked() {
                failed.set(true);
                session.mend();
            }
        };
        view! {
            <img class=class src=src.clone() alt=alt.clone() width=width height=height loading=lazy.then_some("lazy") decoding="async" on:error=fails/>
        }
        .into_any()
    })
}

/// What was chosen: the bytes of a file.
pub type Chosen = Option<Arc<Vec<u8>>>;

/// Where a photo is chosen or taken, seen before it is sent, and put away again. It is made smaller before anything is sent.
#[component]
pub fn PhotoField(form: Form, photo: Var<Chosen>) -> AnyView {
    let id = "photo";
    let working = Var::new(false);
    let choose = move |event: leptos::ev::Event| {
        let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // Choosing the same file again shall be heard too.
        input.set_value("");
        take(form, working, photo, file);
    };
    let label =
        move || if photo.with(Option::is_some) { t!(notice_post.photo_another) } else { t!(notice_post.photo_choose) };
    let said = move || {
        if working.get() {
            t!(notice_post.photo_working)
        } else if photo.with(Option::is_some) {
            t!(notice_post.photo_ready)
        } else {
            ""
        }
    };
    let wrong = move || form.fault_of(id).map(|why| view! { <p class="field__error" id="photo-error">{why}</p> });
    let away = Callback::new(move |(): ()| {
        photo.set(None);
        super::focus(id);
    });
    let remove = move || {
        photo.with(Option::is_some).then(
            || view! { <Act id="photo-away" label=t!(notice_post.photo_away) weight=Weight::Quiet busy=false on_press=away/> },
        )
    };
    view! {
        <div class=move || if form.fault_of(id).is_some() { "field field--wrong" } else { "field" }>
            <Preview photo=photo/>
            <p role="status" class="soft">{said}</p>
            {wrong}
            <label class="button button--wide photo__pick" class:photo__pick--busy=move || working.get()>
                <span aria-hidden="true">"📷 "</span>{label}
                <input id=id name=id type="file" accept="image/*" aria-describedby=move || form.fault_of(id).map(|_| "photo-error") on:change=choose/>
            </label>
            {remove}
        </div>
    }
    .into_any()
}

fn take(form: Form, working: Var<bool>, photo: Var<Chosen>, file: File) {
    if !form.begin() {
        return;
    }
    working.set(true);
    leptos::task::spawn_local(async move {
        let made = photo_file::ready(&file).await;
        if !working.is_there() {
            return;
        }
        working.set(false);
        match made {
            Ok(bytes) => photo.set(Some(Arc::new(bytes))),
            Err(why) => {
                let why = match why {
                    Refused::TooLarge => t!(problem.photo_too_large),
                    Refused::Unreadable => t!(problem.photo_unreadable),
                };
                form.fault("photo", why);
                form.holds();
            }
        }
    });
}

/// The photo as it will be sent. Drawn, not loaded: the policy of the pages knows no pictures but those of the server.
#[component]
pub fn Preview(photo: Var<Chosen>) -> AnyView {
    let drawn = move || {
        let bytes = photo.get()?;
        let place = NodeRef::<Canvas>::new();
        // A photo that this browser cannot read is sent as it is; the server may know better.
        let seen = Var::new(true);
        Effect::new(move || {
            let Some(canvas) = place.get() else { return };
            let bytes = Arc::clone(&bytes);
            leptos::task::spawn_local(async move {
                let done = photo_file::draw(&bytes, &canvas).await;
                seen.try_set(done);
            });
        });
        let canvas = view! {
            <canvas class="photo photo--preview" role="img" aria-label=t!(notice_post.photo_yours) width="4" height="3" node_ref=place hidden=move || !seen.get()></canvas>
        };
        let blind = move || (!seen.get()).then(|| view! { <p class="notice">{t!(notice_post.photo_blind)}</p> });
        Some(view! { {canvas}{blind} })
    };
    drawn.into_any()
}
