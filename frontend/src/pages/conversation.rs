//! One conversation: what was said, and a place to write.
//!
//! `talk` holds what is said and sent, `talk_lines` draws it, `composer` is the place to write.

use client::Error;
use domain::conversation::{ConversationView, ConversationWith, ThingKind};
use domain::id::ConversationId;
use leptos::prelude::*;

use super::barters::gone_face;
use super::composer::composer;
use super::conversations::name;
use super::talk::Talk;
use super::talk_lines::lines;
use super::{block, by_params};
use crate::live::{self, Heard};
use crate::paths::{self, conversation_todo};
use crate::session::{Session, api, session};
use crate::ui::{Act, Back, Face, Form, Page, Summary, Weight, fetched, fresh, not_found, shown};

/// How many faces stand above the name.
const FACES: usize = 4;

/// The page.
pub fn conversation() -> AnyView {
    by_params(|params| match params.get_str("id").and_then(|id| id.parse().ok()) {
        Some(id) => load(id),
        None => not_found(),
    })
}

fn load(id: ConversationId) -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        let api = api();
        let (view, messages) = futures::try_join!(api.get_conversation(id), api.list_messages(id, None, None))?;
        Ok(shown(move || draw(Talk::new(session, view, messages))))
    })
}

fn draw(talk: Talk) -> AnyView {
    let view = talk.view.get_untracked();
    listen(talk);
    let name = name(&view);
    let group = view.with == ConversationWith::Everybody;
    let foot = fresh(
        move || talk.view.with(|view| view.may_write.to_string()),
        move |_| {
            let view = talk.view.get_untracked();
            if view.may_write {
                composer(talk, &view)
            } else {
                view! { <p class="notice" role="status">{t!(talk.closed)}</p> }.into_any()
            }
        },
    );
    let lead = group.then(|| view! { <p class="lead">{t!(talk.group_lead)}</p> });
    view! {
        <Page screen="conversation" title=name back=Back::to(t!(talk.list), paths::CONVERSATIONS) above=faces(&view)>
            <div class="talk__about">{about(&view)}{lead}</div>
            {lines(talk)}
            <div id="talk-foot">{foot}</div>
            {choices(talk, &view)}
        </Page>
    }
    .into_any()
}

fn faces(view: &ConversationView) -> AnyView {
    let mut faces: Vec<AnyView> =
        view.people.iter().take(FACES).map(|person| view! { <Face mark=person.mark/> }.into_any()).collect();
    if faces.is_empty() {
        faces.push(gone_face());
    }
    view! { <p class="row row--stiff talk__faces">{faces}</p> }.into_any()
}

fn about(view: &ConversationView) -> AnyView {
    let about = &view.about;
    let said = match (&about.title, about.kind) {
        (Some(title), _) => t!(talk.about, title = title),
        // Its words went with somebody who has left; the exchange itself is still there.
        (None, ThingKind::Barter) => t!(talk.about_barter).to_owned(),
        (None, _) => return view! { <p class="soft">{t!(talk.about_gone)}</p> }.into_any(),
    };
    if about.closed {
        // It has its name still for those who talk about it, and no page any more.
        return view! { <p class="soft" dir="auto">{said}</p> }.into_any();
    }
    view! { <p><a href=paths::thing(about.kind, about.id) dir="auto">{said}</a></p> }.into_any()
}

fn listen(talk: Talk) {
    live::talk();
    live::hear(move |heard| match heard {
        Heard::Message(id, message) if *id == talk.id() => talk.take(message.clone()),
        Heard::Back { .. } => talk.catch_up(),
        Heard::Message(..) | Heard::News(_) => {}
    });
    let look = move |_| talk.look();
    let scrolled = window_event_listener_untyped("scroll", look);
    let seen = window_event_listener_untyped("visibilitychange", look);
    on_cleanup(move || {
        scrolled.remove();
        seen.remove();
    });
    talk.to_the_end();
}

/// What else can be done: nothing that anybody comes here for.
fn choices(talk: Talk, view: &ConversationView) -> AnyView {
    let id = view.id;
    let contact = view.may_write.then(|| {
        let href = paths::conversation_to(id, conversation_todo::CONTACT);
        view! { <li><a class="rows__go" href=href>{t!(talk.give_contact)}</a></li> }
    });
    // In a conversation of many each one has an exchange or an event where she can be blocked.
    let block = match view.people.as_slice() {
        [one] if view.others == 1 => Some(block::way(one)),
        _ => None,
    };
    let form = Form::new();
    let mute = fresh(
        move || talk.view.with(|view| view.muted.to_string()),
        move |_| {
            let muted = talk.view.with_untracked(|view| view.muted);
            let (label, hint) =
                if muted { (t!(talk.unmute), t!(talk.muted)) } else { (t!(talk.mute), t!(talk.mute_hint)) };
            let press = Callback::new(move |()| set_muted(talk.session, talk, form, !muted));
            view! {
                <Act id="mute" label=label weight=Weight::Quiet busy=form.busy() on_press=press/>
                <p class="hint centred">{hint}</p>
            }
            .into_any()
        },
    );
    view! {
        {contact.map(|contact| view! { <ul class="rows">{contact}</ul> })}
        <Summary form=form/>
        <div class="stack stack--tight">{mute}{block}</div>
    }
    .into_any()
}

fn set_muted(session: Session, talk: Talk, form: Form, muted: bool) {
    if !form.begin() {
        return;
    }
    form.sent();
    let id = talk.id();
    let done = move |()| {
        form.done();
        talk.view.try_update(|view| view.muted = muted);
        session.say(if muted { t!(talk.muted_said) } else { t!(talk.unmuted_said) });
        // The pressed button is drawn anew.
        crate::ui::focus("mute");
        live::count(session);
    };
    let failed = move |error: Error| form.refused(&error, &[]);
    session.act(async move { api().mute_conversation(id, muted).await }, done, failed);
}
