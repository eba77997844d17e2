//! The fields that ask for an event, for the new one and for its edit.

use domain::event::{Guests, StepFree, Wanted};
use domain::problem::FieldCode;
use leptos::prelude::*;

use super::event_draft::{EventDraft, Line, again};
use super::offer_draft::circle_choices;
use crate::session::{Member, Session};
use crate::time;
use crate::ui::{Act, Choice, Choices, DateField, DayField, Field, Form, HourField, Kind, SelectField, Weight, focus};

/// Title and text.
pub fn words_fields(form: Form, draft: EventDraft) -> AnyView {
    view! {
        <Field form=form id="title" label=t!(event_form.title) hint=t!(event_form.title_hint) value=draft.title/>
        <Field form=form id="text" kind=Kind::Lines optional=true label=t!(event_form.text) hint=t!(event_form.text_hint) value=draft.text/>
    }
    .into_any()
}

/// Day, hour and end.
pub fn times_fields(form: Form, draft: EventDraft) -> AnyView {
    let long = draft.long;
    let last = move || {
        long.get().then(|| {
            view! { <DateField form=form id="end-day" label=t!(event_form.end_day) min=time::today() value=draft.end_day/> }
        })
    };
    let end = move || {
        let (label, value) = (t!(event_form.end_hour), draft.end_hour);
        if long.get() {
            view! { <HourField form=form id="end-hour" label=label value=value/> }
        } else {
            view! { <HourField form=form id="end-hour" label=label hint=t!(event_form.end_hint) value=value/> }
        }
    };
    view! {
        <DayField form=form ids=("day", "hour") day=draft.day hour=draft.hour/>
        <label class="choice choice--small">
            <input type="checkbox" id="long" name="long" value="long" prop:checked=move || long.get()
                on:change=move |event| long.set(event_target_checked(&event))/>
            <span class="grow"><span class="choice__label">{t!(event_form.long)}</span></span>
        </label>
        {last}
        {end}
    }
    .into_any()
}

/// Where it is, and how one gets in.
pub fn place_fields(form: Form, draft: EventDraft, member: &Member) -> AnyView {
    let places = vec![
        Choice::new("home", t!(event_form.home)).hint(member.me.residence.name.clone()).icon("🏠"),
        Choice::new("elsewhere", t!(event_form.elsewhere)).icon("🌳"),
    ];
    let access = vec![
        Choice::new(StepFree::Yes.as_str(), t!(event_form.step_free_yes)),
        Choice::new(StepFree::No.as_str(), t!(event_form.step_free_no)),
        Choice::new(StepFree::Unknown.as_str(), t!(event_form.step_free_unknown)),
    ];
    view! {
        <Choices form=form id="home" legend=t!(event_form.where_title) unseen_legend=true choices=places value=draft.home/>
        <Field form=form id="place" label=t!(event_form.place) hint=t!(event_form.place_hint) value=draft.place/>
        <Choices form=form id="step-free" legend=t!(event_form.step_free) choices=access value=draft.step_free/>
        <Field form=form id="access" optional=true label=t!(event_form.access_text) hint=t!(event_form.access_hint) value=draft.access/>
    }
    .into_any()
}

/// How far it reaches.
pub fn circle_fields(form: Form, draft: EventDraft, member: &Member, unseen_legend: bool) -> AnyView {
    let circles = circle_choices(member);
    view! { <Choices form=form id="circle" legend=t!(event_form.circle) unseen_legend=unseen_legend choices=circles value=draft.circle/> }
        .into_any()
}

/// How many people, and how many guests.
pub fn places_fields(form: Form, draft: EventDraft, unseen_legend: bool) -> AnyView {
    let limits = vec![
        Choice::new("none", t!(event_form.no_limit)).icon("🎉"),
        Choice::new("some", t!(event_form.limit)).hint(t!(event_form.limit_hint)).icon("🪑"),
    ];
    let numbers = move || {
        draft.limit.with(|limit| limit == "some").then(|| {
            view! {
                <Field form=form id="places" kind=Kind::Number label=t!(event_form.places) value=draft.places/>
                <Field form=form id="per-residence" kind=Kind::Number optional=true label=t!(event_form.per_residence)
                    hint=t!(event_form.per_residence_hint) value=draft.per_residence/>
            }
        })
    };
    let guests = (0..=Guests::MAX).map(|n| {
        let words = match n {
            0 => t!(event_form.guests_none).to_owned(),
            1 => t!(event_form.guests_one).to_owned(),
            n => t!(event_form.guests_many, n = n.to_string()),
        };
        (n.to_string(), words)
    });
    view! {
        <Choices form=form id="limit" legend=t!(event_form.places_title) unseen_legend=unseen_legend choices=limits value=draft.limit/>
        {numbers}
        <SelectField form=form id="guests" label=t!(event_form.guests) value=draft.guests groups=vec![(String::new(), guests.collect())]/>
    }
    .into_any()
}

/// Whether and how it comes again.
pub fn repeat_fields(form: Form, draft: EventDraft, unseen_legend: bool) -> AnyView {
    let mut ways = vec![
        Choice::new(again::NEVER, t!(event_form.never)),
        Choice::new(again::WEEKLY, t!(event_form.weekly)),
        Choice::new(again::FORTNIGHTLY, t!(event_form.fortnightly)),
        Choice::new(again::MONTHLY_DAY, t!(event_form.monthly_day)),
        Choice::new(again::MONTHLY_WEEKDAY, t!(event_form.monthly_weekday)),
        Choice::new(again::DAILY, t!(event_form.daily)),
    ];
    if draft.again.with_untracked(|it| it == again::KEEP) {
        ways.insert(0, Choice::new(again::KEEP, t!(event_form.keep)));
    }
    let until = move || {
        draft.again.with(|it| it != again::NEVER && it != again::KEEP).then(|| {
            view! { <DateField form=form id="until" label=t!(event_form.until) min=time::today() value=draft.until/> }
        })
    };
    view! {
        <Choices form=form id="again" legend=t!(event_form.repeat_title) unseen_legend=unseen_legend choices=ways value=draft.again/>
        {until}
    }
    .into_any()
}

/// What to bring: the lines so far, and one more.
pub fn line_fields(form: Form, draft: EventDraft, session: Session) -> AnyView {
    let lines = draft.bring;
    let row = move |line: Line| {
        let label = t!(event_form.line_away, what = &line.what);
        let said = t!(event_form.line_away_said, what = &line.what);
        let gone = line.clone();
        let press = move |_| {
            lines.update(|lines| lines.retain(|it| *it != gone));
            draft.keep();
            session.say(said.clone());
            focus("line");
        };
        view! {
            <li class="people__row"><span class="grow" dir="auto">{format!("{} × {}", line.wanted, line.what)}</span>
                <button type="button" class="chip" aria-label=label on:click=press><span aria-hidden="true">"✕"</span></button></li>
        }
        .into_any()
    };
    let list = move || {
        let lines = lines.get();
        (!lines.is_empty()).then(|| {
            let rows: Vec<AnyView> = lines.into_iter().map(row).collect();
            view! { <ul class="rows" id="lines">{rows}</ul> }
        })
    };
    let add = Callback::new(move |()| {
        if !form.begin() {
            return;
        }
        if draft.line.with_untracked(|line| domain::text::is_blank(line)) {
            form.take::<()>("line", Err(FieldCode::Required));
        }
        let taken = draft.take_line(form);
        let (true, Some(what)) = (form.holds(), taken) else { return };
        draft.keep();
        session.say(t!(event_form.line_added_said, what = what));
        focus("line");
    });
    let counts = (1..=Wanted::MAX).map(|n| (n.to_string(), n.to_string())).collect::<Vec<_>>();
    let more = move || {
        let counts = counts.clone();
        lines.with(|lines| lines.len() < domain::event::MAX_LINES).then(|| {
            view! {
                <div class="card">
                    <Field form=form id="line" label=t!(event_form.line) hint=t!(event_form.line_hint) value=draft.line/>
                    <SelectField form=form id="wanted-count" label=t!(event_form.wanted) value=draft.line_wanted groups=vec![(String::new(), counts)]/>
                    <Act id="line-add" label=t!(event_form.line_add) weight=Weight::Other busy=false on_press=add/>
                </div>
            }
        })
    };
    view! {
        <p class="lead">{t!(event_form.bring_lead)}</p>
        {list}
        {more}
    }
    .into_any()
}
