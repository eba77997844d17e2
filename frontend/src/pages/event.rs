//! One event, opened at one of its dates: what it is, when, where, who invites. What can be done about it is beside it.

use chrono::NaiveDate;
use client::Error;
use domain::conversation::{ConversationView, ThingKind, ThingRef};
use domain::event::repeat::{Every, Repeat, RepeatEnds};
use domain::event::{AnswerState, EventAction, EventDate, EventState, EventView, StepFree};
use domain::id::EventId;
use domain::page::Page as ListPage;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    by_params, event_answer, event_dates, event_edit, event_form, event_host, event_lines, event_people, news,
    own_data, talk_new, talks_about,
};
use crate::paths::{self, event_todo};
use crate::session::{Member, Session, api, session};
use crate::ui::{Act, Back, Form, Go, Page, Summary, Weight, fetched, fresh, not_found, shown};
use crate::var::Var;
use crate::{time, words};

/// The page, and those below it.
pub fn event() -> AnyView {
    by_params(|params| {
        let todo = params.get_str("todo").unwrap_or_default();
        match params.get_str("id").unwrap_or_default() {
            "nouveau" => event_form::create(),
            id => id.parse().map_or_else(|_| not_found(), |id| of(id, todo)),
        }
    })
}

fn of(id: EventId, todo: &str) -> AnyView {
    match todo {
        "" => at_date(load, id),
        event_todo::EDIT => event_edit::page(id),
        event_todo::POSTPONE => event_host::postpone(id),
        event_todo::CANCEL => event_host::cancel(id),
        event_todo::CANCEL_DATE => at_date(event_host::cancel_date, id),
        event_todo::DELETE => event_host::delete(id),
        event_todo::STEP_DOWN => event_host::step_down(id),
        _ => not_found(),
    }
}

/// Draws a page for the date that is asked for (`?date=2026-12-05`), anew for each.
fn at_date(draw: fn(EventId, Option<NaiveDate>) -> AnyView, id: EventId) -> AnyView {
    let query = use_query_map();
    let date = move || query.with(|query| query.get_str("date").unwrap_or_default().to_owned());
    fresh(date, move |date| draw(id, date.parse().ok()))
}

/// An event on its page, and all that its parts need. Copies are the same.
#[derive(Clone, Copy)]
pub struct Open {
    pub session: Session,
    /// What is wrong, said once for all parts.
    pub form: Form,
    pub event: Var<EventView>,
    /// Grows when all is to be drawn anew.
    drawn: Var<u32>,
}

/// The date at which an event is opened.
pub fn opened(event: &EventView) -> Option<&EventDate> {
    event.dates.iter().find(|on| on.date == event.date)
}

/// Whether a date takes answers.
pub fn is_open(event: &EventView, on: &EventDate) -> bool {
    event.may.contains(&EventAction::Answer) && !on.cancelled && on.ends_at > time::now()
}

impl Open {
    /// The event came back from the server after something was done about one of its dates: what is shown follows, at the date at which
    /// it is opened here.
    pub fn take(self, fresh: EventView) {
        self.form.done();
        self.event.try_update(|event| {
            if fresh.date == event.date {
                *event = fresh;
            } else {
                (event.dates, event.may, event.version) = (fresh.dates, fresh.may, fresh.version);
            }
        });
    }

    /// As [`Open::take`], and all is drawn anew.
    pub fn take_whole(self, fresh: EventView) {
        self.take(fresh);
        self.drawn.try_update(|drawn| *drawn += 1);
    }

    /// For the server: which date is meant, where there are several.
    pub fn date(self) -> Option<NaiveDate> {
        self.event.with_untracked(|event| event.repeat.is_some().then_some(event.date))
    }

    /// The viewer's own answer to the date that is open.
    pub fn answer(self) -> Option<AnswerState> {
        self.event.with(|event| Some(opened(event)?.my_answer?.answer))
    }

    /// Does something about the event; once at a time.
    pub fn act(
        self,
        deed: impl Future<Output = Result<EventView, Error>> + 'static,
        done: impl FnOnce(EventView) + 'static,
    ) {
        if self.form.begin() {
            self.form.sent();
            self.session.act(deed, done, move |error| self.form.refused(&error, &[]));
        }
    }
}

fn load(id: EventId, date: Option<NaiveDate>) -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        let event = api().get_event(id, date).await?;
        news::read_about(session, ThingKind::Event, id.0);
        let own = event.hosts.first().is_some_and(|host| host.id == member.me.id);
        let talks = if own { talks_about::look(thing(id)).await } else { None };
        Ok(shown(move || {
            let (member, talks) = (Var::new(member), Var::new(talks));
            let open = Open { session, form: Form::new(), event: Var::new(event), drawn: Var::new(0) };
            // Elsewhere: a host published it, or cancelled it. An answer of one's own changes no more than the parts about it.
            let key = move || open.drawn.get().to_string() + open.event.with(|event| event.state.as_str());
            fresh(key, move |_| member.with_untracked(|member| draw(member, open, talks.get_untracked())))
        }))
    })
}

fn thing(id: EventId) -> ThingRef {
    ThingRef { kind: ThingKind::Event, id: id.0 }
}

fn draw(member: &Member, open: Open, talks: Option<ListPage<ConversationView>>) -> AnyView {
    let event = open.event.get_untracked();
    let id = event.id;
    let see = Callback::new(move |()| {
        let date = open.event.with_untracked(|event| event.date);
        let deed = async move { api().get_event(id, Some(date)).await };
        open.session.act(deed, move |event| open.take_whole(event), move |error| open.form.refused(&error, &[]));
    });
    let something_new = news::about(open.session, thing(id), see);
    let talks = talks_about::section(open.session, thing(id), talks);
    let text = (!event.text.as_str().trim().is_empty())
        .then(|| view! { <p class="typed" dir="auto">{event.text.to_string()}</p> });
    let above = view! { <p class="row"><span class="tag tag--leaf">{t!(event.kind)}</span>{state_tag(&event)}</p> };
    let (answer, lines, dates) = (event_answer::section(open), event_lines::section(open), event_dates::section(open));
    let (hosts, people, manage) =
        (event_people::hosts(member, open), event_people::section(open), event_host::section(open));
    let (note, facts, ways) = (note(&event), facts(member, open), ways(member, open));
    view! {
        <Page screen="event" title=event.title.to_string() back=Back::to(t!(bar.agenda), paths::AGENDA) wide=true above=above.into_any()>
            {something_new}
            <Summary form=open.form/>
            <div class="columns">
                <div class="stack">
                    {note}
                    {facts}
                    {text}
                </div>
                <div class="aside stack">{answer}{manage}</div>
            </div>
            {lines}
            {dates}
            {people}
            {hosts}
            {talks}
            {ways}
        </Page>
    }
    .into_any()
}

fn state_tag(event: &EventView) -> Option<AnyView> {
    let (class, words) = match event.state {
        EventState::Draft => ("tag tag--sun", t!(event.state_draft)),
        EventState::Postponed => ("tag tag--sun", t!(post.postponed)),
        EventState::Cancelled => ("tag tag--alarm", t!(post.cancelled)),
        EventState::Ended => ("tag", t!(event.state_ended)),
        EventState::Published => return None,
    };
    Some(view! { <span class=class>{words}</span> }.into_any())
}

/// Why nobody can answer now.
fn note(event: &EventView) -> Option<AnyView> {
    let on = opened(event)?;
    let (class, words) = match event.state {
        EventState::Draft => ("notice notice--sun", t!(event.draft_note)),
        EventState::Postponed => ("notice notice--sun", t!(event.postponed_note)),
        EventState::Cancelled => ("notice notice--alarm", t!(event.cancelled_note)),
        EventState::Ended => ("notice", t!(event.ended_note)),
        EventState::Published if on.cancelled => ("notice notice--alarm", t!(event.cancelled_date_note)),
        EventState::Published if on.ends_at <= time::now() => ("notice", t!(event.ended_date_note)),
        EventState::Published => return None,
    };
    Some(view! { <p class=class id="event-note">{words}</p> }.into_any())
}

/// When, where, how many, how one gets in.
fn facts(member: &Member, open: Open) -> AnyView {
    let event = open.event.get_untracked();
    let line = |icon: &'static str, name: &'static str, value: AnyView| {
        view! { <div><span class="facts__icon" aria-hidden="true">{icon}</span><dt>{name}</dt><dd dir="auto">{value}</dd></div> }.into_any()
    };
    let at = event.at_residence.as_ref().map(|residence| {
        let place = words::whereabouts(residence, event.distance_m, member);
        view! { <span class="facts__more">{place}</span> }
    });
    let place = view! { <span>{event.place.to_string()}</span>{at} }.into_any();
    let places = move || open.event.with(room);
    let access = match event.access.step_free {
        StepFree::Unknown => None,
        StepFree::Yes => Some(t!(event.step_free)),
        StepFree::No => Some(t!(event.steps)),
    };
    let more = event.access.text.as_ref().map(ToString::to_string);
    let knows = access.is_some() || more.is_some();
    let access = view! {
        {access.map(|access| view! { <span>{access}</span> })}
        {more.map(|more| view! { <span class="facts__more">{more}</span> })}
    };
    let when = words::from_to(event.starts_at, event.ends_at);
    // A day that does not hold any more must not be read as the one to keep.
    let when = if event.state == EventState::Postponed { t!(event.was, when = when) } else { time::capital(&when) };
    view! {
        <div role="presentation">
            <dl class="facts">
                {line("📅", t!(event.when), when.into_any())}
                {line("📍", t!(event.place), place)}
                {line("👥", t!(event.places), view! { <span id="room">{places}</span> }.into_any())}
                {event.repeat.as_ref().map(|repeat| line("🔁", t!(event.again), repeats(repeat).into_any()))}
                {knows.then(|| line("♿", t!(event.access), access.into_any()))}
                {event.is_mine.then(|| line("👀", t!(event.reach), words::circle(event.circle, member).into_any()))}
            </dl>
        </div>
    }
    .into_any()
}

/// The places of the date that is open, in words.
fn room(event: &EventView) -> String {
    let (Some(on), Some(places)) = (opened(event), event.places) else { return t!(event.places_free).to_owned() };
    let all = places.get().to_string();
    let said = match on.taken {
        n if n >= u32::from(places.get()) => t!(event.places_full, places = all),
        1 => t!(event.places_taken_one, places = all),
        n => t!(event.places_taken, taken = n.to_string(), places = all),
    };
    let said = match event.places_per_residence {
        None => said,
        Some(n) => t!(event.per_residence, said = said, n = n.get().to_string()),
    };
    match on.waiting {
        0 => said,
        n => t!(event.waiting, said = said, n = n.to_string()),
    }
}

/// "toutes les semaines, jusqu'au 1er mars 2027".
pub fn repeats(repeat: &Repeat) -> String {
    let n = repeat.interval.get();
    let each = match (repeat.every, n) {
        (Every::Daily, 1) => t!(event.again_days).to_owned(),
        (Every::Weekly, 1) => t!(event.again_weeks).to_owned(),
        (Every::Monthly, 1) => t!(event.again_months).to_owned(),
        (Every::Daily, n) => t!(event.again_days_n, n = n.to_string()),
        (Every::Weekly, n) => t!(event.again_weeks_n, n = n.to_string()),
        (Every::Monthly, n) => t!(event.again_months_n, n = n.to_string()),
    };
    match repeat.ends {
        RepeatEnds::Until(day) => t!(event.again_until, each = each, day = time::date(time::noon(day))),
        RepeatEnds::Count(_) => each,
    }
}

/// Writing to whoever invites, to all who come; and the date in one's own calendar.
fn ways(member: &Member, open: Open) -> AnyView {
    let event = open.event.get_untracked();
    let id = event.id;
    let host = event.hosts.first().filter(|host| host.id != member.me.id && !event.is_mine).cloned();
    let host = host.map(|host| talk_new::way(ThingKind::Event, id.0, &host));
    let mine = event.is_mine && event.state != EventState::Draft;
    let comes = move || mine || matches!(open.answer(), Some(AnswerState::Going | AnswerState::Maybe));
    let all = move || {
        comes().then(|| {
            let href = paths::talk_with_all(ThingKind::Event, id.0);
            view! { <Go id="talk-all" label=t!(talk.write_all) href=href weight=Weight::Other/> }
        })
    };
    let calendar = matches!(event.state, EventState::Published | EventState::Postponed).then(|| {
        let press = Callback::new(move |()| {
            let Open { session, form, .. } = open;
            if form.begin() {
                form.sent();
                let done = move |_| {
                    form.done();
                    own_data::download(&paths::event_ics(id));
                    session.say(t!(event.calendar_said));
                };
                // The browser fetches the file by itself: whether the session is still good is seen to before.
                session.act(async { api().get_me().await }, done, move |error| form.refused(&error, &[]));
            }
        });
        view! { <Act id="calendar" label=t!(event.calendar) weight=Weight::Other busy=open.form.busy() on_press=press/> }
    });
    view! { <div class="actions">{all}{host}{calendar}</div> }.into_any()
}
