//! What those who invite can do: publish, edit, postpone, cancel, forget, step down. Each that ends something asks once more.

use chrono::NaiveDate;
use domain::event::{EventAction, EventState, EventView};
use domain::id::EventId;
use leptos::prelude::*;

use super::confirm::{Question, ask};
use super::event::{Open, opened};
use super::square;
use crate::paths::{self, event_todo};
use crate::session::{api, session};
use crate::time;
use crate::ui::{Act, Back, Go, Weight, fetched, shown};

/// The tools; nothing for others.
pub fn section(open: Open) -> Option<AnyView> {
    let event = open.event.get_untracked();
    let may = |action| event.may.contains(&action);
    if !event.is_mine {
        return None;
    }
    let id = event.id;
    let memory = square::memory();
    let publish = may(EventAction::Publish).then(|| {
        let press = Callback::new(move |()| {
            open.act(async move { api().publish_event(id).await }, move |event| {
                memory.forget();
                open.session.say(t!(event.published_said));
                open.take_whole(event);
            });
        });
        view! { <Act id="publish" label=t!(event.publish) weight=Weight::Primary busy=open.form.busy() on_press=press/> }
    });
    let go = |action: EventAction, id_of: &'static str, label: &'static str, href: String, weight: Weight| {
        may(action).then(|| view! { <Go id=id_of label=label href=href weight=weight/> })
    };
    let to = |todo: &str| paths::event_to(id, todo);
    let postponed = event.state == EventState::Postponed;
    let (edit, weight) =
        if postponed { (t!(event.set_date), Weight::Primary) } else { (t!(event.edit), Weight::Other) };
    let several = event.dates.len() > 1;
    // What is off already, or over, cannot be called off.
    let date = opened(&event).filter(|on| several && !on.cancelled && on.ends_at > time::now());
    let date = date.and_then(|on| {
        let href = paths::event_to_on(id, event_todo::CANCEL_DATE, on.date);
        go(EventAction::CancelDate, "cancel-date", t!(event.cancel_date), href, Weight::Quiet)
    });
    let cancel = if several { t!(event.cancel_all) } else { t!(event.cancel) };
    let view = view! {
        <section class="stack stack--close" aria-labelledby="organise-title">
            <h2 id="organise-title">{t!(event.organise)}</h2>
            <div class="actions">
                {publish}
                {go(EventAction::Edit, "edit", edit, to(event_todo::EDIT), weight)}
                {go(EventAction::Postpone, "postpone", t!(event.postpone), to(event_todo::POSTPONE), Weight::Other)}
                {date}
                {go(EventAction::Cancel, "cancel", cancel, to(event_todo::CANCEL), Weight::Quiet)}
                {go(EventAction::Delete, "delete", t!(event.delete), to(event_todo::DELETE), Weight::Quiet)}
                {go(EventAction::StepDown, "step-down", t!(event.step_down), to(event_todo::STEP_DOWN), Weight::Quiet)}
            </div>
        </section>
    };
    (!event.may.iter().all(|action| matches!(action, EventAction::Answer | EventAction::SeeAnswers)))
        .then(|| view.into_any())
}

/// How many will be told.
fn told(event: &EventView, date: Option<NaiveDate>) -> String {
    let dates: Vec<_> = event.awaited(date, time::now()).collect();
    let (going, waiting) = dates.iter().fold((0, 0), |(going, waiting), on| (going + on.taken, waiting + on.waiting));
    match (dates.len(), going, waiting) {
        (_, 0, 0) => t!(event.told_nobody).to_owned(),
        (2.., ..) => t!(event.told_dates, n = dates.len().to_string()),
        (_, 1, 0) => t!(event.told_one).to_owned(),
        (_, going, 0) => t!(event.told_going, going = going.to_string()),
        (_, going, waiting) => t!(event.told, going = going.to_string(), waiting = waiting.to_string()),
    }
}

/// Asks about an event that has to be read first.
fn about(
    id: EventId,
    date: Option<NaiveDate>,
    question: fn(&EventView) -> Question,
    deed: fn(&EventView) -> Option<NaiveDate>,
    todo: EventAction,
    said: &'static str,
) -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        session.member().await?;
        let event = api().get_event(id, date).await?;
        Ok(shown(move || {
            let date = deed(&event);
            let act = move || async move {
                match todo {
                    EventAction::Postpone => api().postpone_event(id).await,
                    _ => api().cancel_event(id, date).await,
                }
            };
            let back = date.map_or_else(|| paths::event(id), |date| paths::event_on(id, date));
            let done = move |_: EventView| {
                memory.forget();
                session.say(said);
            };
            let back = crate::var::Var::new(back);
            ask(question(&event), act, move |event| {
                done(event);
                // Whoever has gone elsewhere meanwhile is not led away from there.
                if let Some(back) = back.try_get() {
                    session.replace(back);
                }
            })
        }))
    })
}

fn back(event: &EventView) -> Back {
    Back::to(t!(event.back), paths::event(event.id))
}

pub fn postpone(id: EventId) -> AnyView {
    let question = |event: &EventView| Question {
        title: t!(event.postpone_title).to_owned(),
        lead: format!("{} {}", t!(event.postpone_lead), told(event, None)),
        yes: t!(event.postpone_yes).to_owned(),
        no: t!(event.postpone_no).to_owned(),
        back: back(event),
    };
    about(id, None, question, |_| None, EventAction::Postpone, t!(event.postponed_said))
}

pub fn cancel(id: EventId) -> AnyView {
    let question = |event: &EventView| Question {
        title: if event.dates.len() > 1 { t!(event.cancel_all_title) } else { t!(event.cancel_title) }.to_owned(),
        lead: told(event, None),
        yes: t!(event.cancel_yes).to_owned(),
        no: t!(event.cancel_no).to_owned(),
        back: back(event),
    };
    about(id, None, question, |_| None, EventAction::Cancel, t!(event.cancelled_said))
}

/// One date of several.
pub fn cancel_date(id: EventId, date: Option<NaiveDate>) -> AnyView {
    let question = |event: &EventView| Question {
        title: t!(event.cancel_date_title, day = time::when(event.starts_at)),
        lead: told(event, Some(event.date)),
        yes: t!(event.cancel_yes).to_owned(),
        no: t!(event.cancel_no).to_owned(),
        back: Back::to(t!(event.back), paths::event_on(event.id, event.date)),
    };
    about(id, date, question, |event| Some(event.date), EventAction::CancelDate, t!(event.cancelled_said))
}

pub fn delete(id: EventId) -> AnyView {
    let session = session();
    let question = Question {
        title: t!(event.delete_title).to_owned(),
        lead: t!(event.delete_lead).to_owned(),
        yes: t!(event.delete_yes).to_owned(),
        no: t!(event.delete_no).to_owned(),
        back: Back::to(t!(event.back), paths::event(id)),
    };
    ask(
        question,
        move || async move { api().delete_event(id).await },
        move |()| {
            session.say(t!(event.deleted_said));
            session.replace(paths::AGENDA);
        },
    )
}

pub fn step_down(id: EventId) -> AnyView {
    let session = session();
    let question = Question {
        title: t!(event.step_down_title).to_owned(),
        lead: t!(event.step_down_lead).to_owned(),
        yes: t!(event.step_down_yes).to_owned(),
        no: t!(event.step_down_no).to_owned(),
        back: Back::to(t!(event.back), paths::event(id)),
    };
    let deed = move || async move {
        let me = session.member().await?.me.id;
        api().remove_event_host(id, me).await
    };
    ask(question, deed, move |_: EventView| {
        session.say(t!(event.stepped_down_said));
        session.replace(paths::event(id));
    })
}
