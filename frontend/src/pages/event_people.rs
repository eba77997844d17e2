//! Who invites to an event, and who comes.

use domain::event::{AnswerState, AttendeeView, EventAction, EventView};
use domain::id::TenantId;
use domain::page::Page as ListPage;
use domain::tenant::Person;
use leptos::prelude::*;

use super::event::Open;
use super::more::more;
use crate::session::{Member, api};
use crate::ui::{Act, Face, Weight, fresh};
use crate::var::Var;
use crate::words;

/// No answer's word: it is not for her to see who comes.
const NOBODY: &str = "-";

/// Those who invite; the author can take others off again.
pub fn hosts(member: &Member, open: Open) -> AnyView {
    let me = member.me.id;
    let row = move |at: usize, person: &Person, names: bool| {
        let name = person.first_name.to_string();
        let off = (names && at > 0).then(|| {
            let press = remove(open, person.id, &name);
            view! { <Act id=format!("host-off-{at}") label=t!(event.host_off, name = &name) weight=Weight::Faint busy=open.form.busy() on_press=press/> }
        });
        let you = (person.id == me).then(|| view! { <span class="soft">" "{t!(event.mine)}</span> });
        view! {
            <li class="people__row"><span class="person"><Face mark=person.mark/><b><bdi>{name}</bdi></b>{you}</span>{off}</li>
        }
        .into_any()
    };
    let rows = move || -> Vec<AnyView> {
        open.event.with(|event| {
            let names = event.may.contains(&EventAction::NameHosts);
            event.hosts.iter().enumerate().map(|(at, person)| row(at, person, names)).collect()
        })
    };
    // Whoever comes to an event of somebody whom he does not meet reads no name.
    let nobody = move || open.event.with(|event| event.hosts.is_empty());
    view! {
        <section class="stack stack--close" aria-labelledby="hosts-title" hidden=nobody>
            <h2 id="hosts-title">{t!(event.hosts)}</h2>
            <ul class="rows people">{rows}</ul>
        </section>
    }
    .into_any()
}

fn remove(open: Open, host: TenantId, name: &str) -> Callback<()> {
    let said = t!(event.host_off_said, name = name);
    Callback::new(move |()| {
        let (id, said) = (open.event.with_untracked(|event| event.id), said.clone());
        open.act(async move { api().remove_event_host(id, host).await }, move |event| {
            open.session.say(said);
            open.take(event);
        });
    })
}

/// Who comes to the date that is open: for hosts and for those who go.
pub fn section(open: Open) -> AnyView {
    let sees = Memo::new(move |_| {
        // Anew with each answer: it is one of them.
        let answer = open.answer().map_or("", AnswerState::as_str);
        let sees = open.event.with(|event| event.may.contains(&EventAction::SeeAnswers));
        let goes = answer == AnswerState::Going.as_str();
        if sees && (goes || open.event.with(|event| event.is_mine)) { answer } else { NOBODY }.to_owned()
    });
    fresh(move || sees.get(), move |sees| if sees == NOBODY { ().into_any() } else { folded(open) })
}

/// Folded, and asked for only when somebody looks.
fn folded(open: Open) -> AnyView {
    let list: Var<Option<ListPage<AttendeeView>>> = Var::new(None);
    let (id, date) = open.event.with_untracked(|event| (event.id, event.date));
    let look = move |_| {
        if list.with_untracked(Option::is_some) {
            return;
        }
        let deed = async move { api().list_attendees(id, Some(date), None).await };
        open.session.act(deed, move |page| list.try_set(Some(page)), move |error| open.form.refused(&error, &[]));
    };
    let body = move || list.get().map(|page| people(open, page));
    view! {
        <details class="fold" on:toggle=look>
            <summary id="who">{t!(event.who)}</summary>
            <div class="fold__body">{body}</div>
        </details>
    }
    .into_any()
}

fn people(open: Open, page: ListPage<AttendeeView>) -> AnyView {
    let (id, date) = open.event.with_untracked(|event| (event.id, event.date));
    if page.items.is_empty() {
        return view! { <p class="soft">{t!(event.who_none)}</p> }.into_any();
    }
    let (items, next) = (Var::new(page.items), Var::new(page.next));
    let more = more(open.session, items, next, move |after| async move {
        api().list_attendees(id, Some(date), after.as_deref()).await
    });
    let hint = open.event.with_untracked(names).then(|| view! { <p class="hint">{t!(event.host_hint)}</p> });
    view! {
        <ul class="rows people">
            <For each=move || items.get() key=|line| line.person.id let:line>{attendee(open, &line)}</For>
        </ul>
        {hint}
        {more}
    }
    .into_any()
}

/// Whether the viewer may ask somebody to host now.
fn names(event: &EventView) -> bool {
    event.may.contains(&EventAction::NameHosts) && event.hosts.len() <= domain::event::MAX_CO_HOSTS
}

fn attendee(open: Open, line: &AttendeeView) -> AnyView {
    let (host, name) = (line.person.id, line.person.first_name.to_string());
    let state = match line.answer {
        AnswerState::Going | AnswerState::Declined => None,
        AnswerState::Maybe => Some(t!(event.who_maybe)),
        AnswerState::Waitlisted => Some(t!(event.who_waits)),
        AnswerState::Offered => Some(t!(event.who_offered)),
    };
    let guests = (line.guests.get() > 0).then(|| words::guests(line.guests.get()));
    let said: Vec<String> = state.map(str::to_owned).into_iter().chain(guests).collect();
    let said = (!said.is_empty()).then(|| view! { <span class="soft">{said.join(", ")}</span> });
    let (label, said_then) = (t!(event.make_host), t!(event.host_said, name = &name));
    let goes = line.answer == AnswerState::Going;
    let can = move || open.event.with(|event| goes && names(event) && event.hosts.iter().all(|it| it.id != host));
    let heard = name.clone();
    let ask = move || {
        let said_then = said_then.clone();
        let press = move |_| {
            let (id, said) = (open.event.with_untracked(|event| event.id), said_then.clone());
            open.act(async move { api().add_event_host(id, host).await }, move |event| {
                open.session.say(said);
                open.take(event);
            });
        };
        can().then(|| {
            view! { <button type="button" class="chip" on:click=press>{label}<span class="unseen">" "{heard.clone()}</span></button> }
        })
    };
    view! {
        <li class="people__row">
            <span class="person"><Face mark=line.person.mark/><span class="stack stack--tight"><b><bdi>{name}</bdi></b>{said}</span></span>
            {ask}
        </li>
    }
    .into_any()
}
