//! What is kept about me, and all of it to take along.

use domain::own_data::KeptThing;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::paths::{self, me_part};
use crate::session::{Session, api, session};
use crate::ui::{Act, Back, Form, Page, Summary, Weight, fetched, shown};
use crate::{time, words};

pub fn page() -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        let things = api().get_transparency().await?.things;
        Ok(shown(move || draw(session, things)))
    })
}

fn draw(session: Session, things: Vec<KeptThing>) -> AnyView {
    let form = Form::new();
    let press = Callback::new(move |(): ()| {
        if form.begin() {
            form.sent();
            let done = move |_| {
                form.done();
                download(paths::EXPORT);
                session.say(t!(own_data.download_said));
            };
            // The browser fetches the file by itself: whether the session is still good is seen to before.
            session.act(async { api().get_me().await }, done, move |error| form.refused(&error, &[]));
        }
    });
    let folds: Vec<AnyView> = things.iter().map(whole).collect();
    view! {
        <Page screen="own-data" title=t!(own_data.title) lead=t!(own_data.lead).to_owned() back=Back::to(t!(me.title), paths::ME)>
            <Summary form=form/>
            <div class="actions">
                <Act id="download" label=t!(own_data.download) weight=Weight::Primary busy=form.busy() on_press=press/>
                <p class="hint">{t!(own_data.download_hint)}</p>
            </div>
            <section class="stack stack--close" aria-labelledby="kept-title">
                <h2 id="kept-title">{t!(own_data.kept)}</h2>
                <p class="hint">{t!(own_data.kept_hint)}</p>
                {folds}
            </section>
            <ul class="rows">
                <li><a class="rows__go" href=paths::me(me_part::SEEN)>{t!(transparency.title)}</a></li>
                <li><a class="rows__go" href=paths::me(me_part::LEAVE)>{t!(leave.title)}</a></li>
            </ul>
        </Page>
    }
    .into_any()
}

/// Has the browser save the file. By a link of its own, not by going to that address: a refusal must not take the place of the page.
pub fn download(file: &str) {
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(link) = link {
        // Attributes of a fresh link cannot be refused.
        let _ = link.set_attribute("href", file);
        let _ = link.set_attribute("download", "");
        link.click();
    }
}

/// One thing, folded: what is kept of it, for how long, what leaving does to it.
fn whole(thing: &KeptThing) -> AnyView {
    let line = |icon: &'static str, name: &'static str, value: String| {
        view! { <div><dt><span class="facts__icon" aria-hidden="true">{icon}</span>{name}</dt><dd>{value}</dd></div> }
            .into_any()
    };
    let more = view! {
        <dl class="facts facts--read">
            {line("⏳", t!(own_data.how_long), words::said(&thing.how_long).to_owned())}
            {line("🧹", t!(own_data.leaving), time::capital(words::said(&thing.leaving_words)) + ".")}
        </dl>
    };
    fold(thing, Some(more.into_any()))
}

/// One thing, folded: what is kept of it.
pub fn fold(thing: &KeptThing, more: Option<AnyView>) -> AnyView {
    view! {
        <details class="fold">
            <summary id=format!("kept-{}", thing.topic.as_str())>{words::said(&thing.title).to_owned()}</summary>
            <div class="fold__body"><p>{words::said(&thing.what).to_owned()}</p>{more}</div>
        </details>
    }
    .into_any()
}
