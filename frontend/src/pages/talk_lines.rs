//! What is said in a conversation, drawn: a day, then who says what.

use domain::conversation::{MessageKind, MessageView};
use domain::id::{ConversationId, TenantId};
use leptos::prelude::*;

use super::talk::{Talk, Unsent};
use crate::ui::{Act, Face, Form, Summary, Weight};
use crate::{paths, time};

/// One line of the list.
#[derive(Clone, PartialEq)]
enum Line {
    /// A day begins.
    Day(String),
    /// A message; and whether somebody else spoke before.
    Said(Box<MessageView>, bool),
    /// One that has not arrived.
    Unsent(Unsent),
}

impl Line {
    fn key(&self) -> String {
        match self {
            Self::Day(day) => day.clone(),
            Self::Said(message, turn) => format!("{} {} {turn}", message.id, message.kind.as_str()),
            Self::Unsent(unsent) => format!("{} {:?}", unsent.key, unsent.failed),
        }
    }
}

fn lines_of(messages: Vec<MessageView>, unsent: Vec<Unsent>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut day = String::new();
    let mut speaker: Option<(bool, Option<TenantId>)> = None;
    for message in messages {
        let today = time::day_back(message.at);
        if today != day {
            day.clone_from(&today);
            lines.push(Line::Day(today));
            speaker = None;
        }
        let now = (message.mine, message.author.as_ref().map(|author| author.id));
        let turn = speaker.replace(now) != Some(now);
        lines.push(Line::Said(Box::new(message), turn));
    }
    lines.extend(unsent.into_iter().map(Line::Unsent));
    lines
}

/// The list, the way to what was said before, and what is heard of new words.
pub fn lines(talk: Talk) -> AnyView {
    let id = talk.id();
    let all = move || lines_of(talk.messages.get(), talk.unsent.get());
    let heard = move || talk.heard.get().map(|message| view! { <p dir="auto">{announced(&message)}</p> });
    let below = move || {
        talk.below.get().then(|| {
            let press = move |_| talk.to_the_end();
            view! { <p class="talk__below"><button type="button" class="chip" on:click=press>{t!(talk.below)}" ↓"</button></p> }
        })
    };
    view! {
        {older(talk)}
        <ol class="talk" id="talk" tabindex="-1" aria-label=t!(talk.messages)>
            <For each=all key=Line::key let:line>{draw(talk, id, line)}</For>
        </ol>
        <div id="talk-end"></div>
        {below}
        // Only what others say while the page is open is read out: neither the old words nor one's own.
        <div class="unseen" role="log" aria-live="polite" aria-label=t!(talk.new_messages)>{heard}</div>
    }
    .into_any()
}

/// "Message de Zoé : à demain".
fn announced(message: &MessageView) -> String {
    let name = message.author.as_ref().map_or(t!(news.somebody), |author| author.first_name.as_str());
    let words = match (message.kind, &message.text) {
        (MessageKind::Text, Some(text)) => text.as_str(),
        _ => t!(talk.contact),
    };
    t!(talk.message_of, name = name, words = words)
}

fn older(talk: Talk) -> AnyView {
    let form = Form::new();
    let press = Callback::new(move |()| {
        if !form.begin() {
            return;
        }
        form.sent();
        talk.read_older(move |answer| match answer {
            Ok(()) => {
                form.done();
                if talk.older.with_untracked(Option::is_none) {
                    // The button is gone; the focus must not be lost with it.
                    crate::ui::focus("talk");
                }
            }
            Err(error) => form.refused(&error, &[]),
        });
    });
    let button = move || {
        talk.older.with(Option::is_some).then(|| {
            view! { <div class="actions"><Act id="older" label=t!(talk.older) weight=Weight::Other busy=form.busy() on_press=press/></div> }
        })
    };
    view! { <Summary form=form/>{button} }.into_any()
}

fn draw(talk: Talk, id: ConversationId, line: Line) -> AnyView {
    match line {
        Line::Day(day) => view! { <li class="talk__day"><span>{day}</span></li> }.into_any(),
        Line::Said(message, turn) => said(id, &message, turn),
        Line::Unsent(unsent) => waiting(talk, unsent),
    }
}

fn said(id: ConversationId, message: &MessageView, turn: bool) -> AnyView {
    let class = match (message.mine, turn) {
        (true, true) => "bubble bubble--mine bubble--turn",
        (true, false) => "bubble bubble--mine",
        (false, true) => "bubble bubble--turn",
        (false, false) => "bubble",
    };
    let who = match &message.author {
        _ if message.mine => view! { <p class="unseen">{t!(barter.you)}</p> }.into_any(),
        Some(author) => {
            let name = author.first_name.to_string();
            if turn {
                view! { <p class="bubble__who"><Face mark=author.mark size="mark--small"/><bdi>{name}</bdi></p> }
                    .into_any()
            } else {
                view! { <p class="unseen">{name}</p> }.into_any()
            }
        }
        None => view! { <p class="unseen">{t!(talk.gone)}</p> }.into_any(),
    };
    let back = (message.mine && message.kind != MessageKind::Gone).then(|| {
        let which = t!(talk.take_back_which, hour = time::hour(message.at));
        view! { <a class="bubble__back" href=paths::message_back(id, message.id)>{t!(talk.take_back)}<span class="unseen">" "{which}</span></a> }
    });
    view! {
        <li class=class>
            {who}
            <div class="bubble__body">{words(message)}</div>
            <p class="bubble__foot"><span>{time::hour(message.at)}</span>{back}</p>
        </li>
    }
    .into_any()
}

fn words(message: &MessageView) -> AnyView {
    match (message.kind, &message.text) {
        (MessageKind::Text, Some(text)) => view! { <p class="typed" dir="auto">{text.to_string()}</p> }.into_any(),
        (MessageKind::Contact, Some(text)) => {
            let text = text.to_string();
            let given = match callable(&text) {
                Some(number) => {
                    view! { <a class="bubble__call" href=format!("tel:{number}") dir="auto">{text}</a> }.into_any()
                }
                None => view! { <span dir="auto">{text}</span> }.into_any(),
            };
            view! {
                <p class="soft"><span aria-hidden="true">"📇 "</span>{t!(talk.contact)}</p>
                <p class="bubble__contact">{given}</p>
            }
            .into_any()
        }
        _ => view! { <p class="bubble__gone">{t!(talk.gone_message)}</p> }.into_any(),
    }
}

/// A number that a telephone can call; whoever wishes calls it by her own tap.
fn callable(text: &str) -> Option<String> {
    let number: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{a0}')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    ((9..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit())).then_some(number)
}

fn waiting(talk: Talk, unsent: Unsent) -> AnyView {
    let foot = match unsent.failed {
        None => view! { <p class="bubble__foot"><span>{t!(talk.sending)}</span></p> }.into_any(),
        Some(why) => {
            let (again, drop) = (unsent.key.clone(), unsent.key.clone());
            view! {
                <div class="bubble__failed" role="alert"><p><b>{t!(talk.failed)}</b>" "{why}</p></div>
                <p class="row">
                    <button type="button" class="chip" on:click=move |_| talk.send_again(&again)>{t!(talk.again)}</button>
                    <button type="button" class="chip" on:click=move |_| talk.drop_unsent(&drop)>{t!(talk.give_up)}</button>
                </p>
            }
            .into_any()
        }
    };
    view! {
        <li class="bubble bubble--mine bubble--turn bubble--unsent">
            <p class="unseen">{t!(barter.you)}</p>
            <div class="bubble__body"><p class="typed" dir="auto">{unsent.text}</p></div>
            {foot}
        </li>
    }
    .into_any()
}
