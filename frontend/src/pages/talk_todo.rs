//! Giving a number or an address, and taking a message back: small pages, each for one act.

use domain::conversation::{ConversationView, MessageKind, MessageView, NewMessage};
use domain::id::{ConversationId, MessageId};
use domain::problem::{FieldCode, ProblemCode};
use domain::text::{MessageText, Words};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::by_params;
use super::confirm::{Question, ask};
use super::conversations::name;
use crate::paths::{self, conversation_todo};
use crate::saved;
use crate::session::{Session, api, session};
use crate::ui::{Back, Face, Field, Form, Go, Page, Submit, Summary, Weight, fetched, not_found, shown};
use crate::var::Var;

/// The pages below a conversation.
pub fn todo() -> AnyView {
    by_params(|params| {
        let Some(id) = params.get_str("id").and_then(|id| id.parse().ok()) else { return not_found() };
        match params.get_str("todo").unwrap_or_default() {
            conversation_todo::CONTACT => load(id),
            _ => not_found(),
        }
    })
}

fn load(id: ConversationId) -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        let view = api().get_conversation(id).await?;
        Ok(shown(move || give_contact(session, &view)))
    })
}

/// One line, so that what is given is a number or an address and no letter.
fn contact(typed: &str) -> Result<MessageText, FieldCode> {
    Words::parse(typed.trim()).and_then(|words| MessageText::parse(words.as_str()))
}

fn give_contact(session: Session, view: &ConversationView) -> AnyView {
    let id = view.id;
    let back = Back::to(name(view), paths::conversation(id));
    if !view.may_write {
        return view! {
            <Page screen="talk-contact" title=t!(talk.give_contact) back=back><p class="notice">{t!(talk.closed)}</p></Page>
        }
        .into_any();
    }
    let form = Form::new();
    let typed = Var::new(String::new());
    let once = Var::new(saved::new_key());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let text = form.take("contact", contact(&typed.get_untracked()));
        let (true, Some(text)) = (form.holds(), text) else { return };
        form.sent();
        let new = NewMessage { kind: MessageKind::Contact, text };
        let key = once.get_untracked();
        let done = move |_: MessageView| {
            session.say(t!(talk.given_said));
            session.replace(paths::conversation(id));
        };
        session.act(async move { api().send_message(id, &new, &key).await }, done, move |error| {
            if error.code() == Some(ProblemCode::IdempotencyKeyReused) {
                once.set(saved::new_key());
            }
            form.refused(&error, &[("/text", "contact")]);
        });
    };
    let people: Vec<AnyView> = view
        .people
        .iter()
        .map(|person| {
            let first_name = person.first_name.to_string();
            view! { <li class="person"><Face mark=person.mark/><bdi>{first_name}</bdi></li> }.into_any()
        })
        .collect();
    let rest = (view.others as usize).saturating_sub(view.people.len());
    let rest = (rest > 0).then(|| view! { <li>{t!(talk.more_people, n = rest.to_string())}</li> });
    view! {
        <Page screen="talk-contact" title=t!(talk.give_contact) lead=t!(talk.contact_lead).to_owned() back=back>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <section class="stack stack--close"><h2>{t!(talk.contact_to)}</h2><ul class="stack stack--close">{people}{rest}</ul></section>
                <Field form=form id="contact" label=t!(talk.contact_label) hint=t!(talk.contact_hint) value=typed autocomplete="tel"/>
                <div class="actions">
                    <Submit label=t!(talk.contact_give) busy=form.busy()/>
                    <Go label=t!(talk.contact_no) href=paths::conversation(id) weight=Weight::Quiet/>
                </div>
            </form>
        </Page>
    }
    .into_any()
}

/// Asking whether an own message is to be taken back.
pub fn take_back() -> AnyView {
    by_params(|params| {
        let id = params.get_str("id").and_then(|id| id.parse().ok());
        match id.zip(params.get_str("message").and_then(|message| message.parse().ok())) {
            Some((id, message)) => ask_back(id, message),
            None => not_found(),
        }
    })
}

fn ask_back(id: ConversationId, message: MessageId) -> AnyView {
    let session = session();
    let question = Question {
        title: t!(talk.back_title).to_owned(),
        lead: t!(talk.back_lead).to_owned(),
        yes: t!(talk.back_yes).to_owned(),
        no: t!(talk.back_no).to_owned(),
        back: Back::to(t!(talk.back), paths::conversation(id)),
    };
    ask(
        question,
        move || async move { api().take_message_back(id, message).await },
        move |()| {
            session.say(t!(talk.back_said));
            session.replace(paths::conversation(id));
        },
    )
}
