//! A new event, one question at a time. Each step has an address, so "back" goes one question back; the draft outlives a reload.

use client::Error;
use domain::circle::Circle;
use domain::event::EventView;
use domain::problem::ProblemCode;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::event_draft::{EventDraft, FIELDS, again};
use super::event_fields::{
    circle_fields, line_fields, place_fields, places_fields, repeat_fields, times_fields, words_fields,
};
use super::{event, square, step};
use crate::session::{Member, Session, api, session};
use crate::ui::{Act, Back, Form, Page, Steps, Submit, Summary, Weight, fetched, fresh, shown};
use crate::var::Var;
use crate::{paths, saved, time, words};

const PREVIEW: u8 = 6;
/// Asked only of those who wish: from the look before publishing.
const AGAIN: u8 = 7;
const BRING: u8 = 8;

/// What is being written. Copies are the same.
#[derive(Clone, Copy)]
struct Writing {
    session: Session,
    memory: square::Memory,
    draft: EventDraft,
}

/// The page.
pub fn create() -> AnyView {
    let step = step(BRING);
    let writing = Writing { session: session(), memory: square::memory(), draft: EventDraft::begun() };
    fetched(move || async move {
        let member = Var::new(writing.session.member().await?);
        Ok(shown(move || {
            fresh(
                move || step.get().to_string(),
                move |_| member.with_untracked(|member| writing.draw(step.get_untracked(), member)),
            )
        }))
    })
}

impl Writing {
    fn draw(self, step: u8, member: &Member) -> AnyView {
        let draft = self.draft;
        let whose = Var::new(member.clone());
        match step {
            1 => self.ask(
                1,
                t!(event_form.words_title),
                "event-new",
                |form| words_fields(form, draft),
                |draft, form| draft.take_words(form).is_some(),
            ),
            2 => self.ask(
                2,
                t!(event_form.when_title),
                "event-new-when",
                |form| times_fields(form, draft),
                move |draft, form| {
                    let times = draft.take_times(form);
                    if times.is_some_and(|(start, _)| start.instant() <= time::now()) {
                        form.take::<()>("day", Err(domain::problem::FieldCode::OutOfRange));
                    }
                    times.is_some()
                },
            ),
            3 => self.ask(
                3,
                t!(event_form.where_title),
                "event-new-where",
                |form| place_fields(form, draft, member),
                move |draft, form| whose.with_untracked(|member| draft.take_place(form, member)).is_some(),
            ),
            4 => self.ask(
                4,
                t!(event_form.circle_title),
                "event-new-reach",
                |form| circle_fields(form, draft, member, true),
                |draft, form| draft.take_circle(form).is_some(),
            ),
            5 => self.ask(
                5,
                t!(event_form.places_title),
                "event-new-places",
                |form| places_fields(form, draft, true),
                |draft, form| draft.take_places(form).is_some(),
            ),
            AGAIN => self.ask(
                AGAIN,
                t!(event_form.repeat_title),
                "event-new-again",
                |form| repeat_fields(form, draft, true),
                |draft, form| {
                    let start = draft.take_times(Form::new()).map(|(start, _)| start.date());
                    draft.take_repeat(form, start.unwrap_or_else(time::this_day), None).is_some()
                },
            ),
            BRING => self.ask(
                BRING,
                t!(event_form.bring_title),
                "event-new-bring",
                |form| line_fields(form, draft, self.session),
                |draft, form| {
                    draft.take_line(form);
                    draft.keep();
                    true
                },
            ),
            _ => self.preview(member),
        }
    }

    /// A step with fields and "go on".
    fn ask(
        self,
        step: u8,
        title: &'static str,
        screen: &'static str,
        fields: impl FnOnce(Form) -> AnyView,
        taken: impl Fn(EventDraft, Form) -> bool + Send + Sync + 'static,
    ) -> AnyView {
        let Self { session, draft, .. } = self;
        let form = Form::new();
        // Whoever comes from the look before publishing goes back to it.
        let looked = draft.looked.get_untracked();
        let next = if looked { PREVIEW } else { step + 1 };
        let send = move |event: SubmitEvent| {
            event.prevent_default();
            draft.keep();
            if form.begin() && (taken(draft, form) & form.holds()) {
                session.go(paths::event_step(next));
            }
        };
        on_cleanup(move || draft.keep());
        let back = match step {
            1 => Back::to(t!(write.back), paths::WHAT),
            AGAIN | BRING => Back::to(t!(write.back), paths::event_step(PREVIEW)),
            _ => Back::to(t!(write.back), paths::event_step(step - 1)),
        };
        let steps = (step < PREVIEW).then(|| view! { <Steps now=step of=PREVIEW/> }.into_any());
        let fields = fields(form);
        view! {
            <Page screen=screen title=title back=back above=steps.into_any()>
                <Summary form=form/>
                <form class="stack" novalidate on:submit=send>
                    {fields}
                    <div class="actions"><Submit label=t!(join.go_on) busy=false/></div>
                </form>
            </Page>
        }
        .into_any()
    }

    /// As neighbours will see it.
    fn preview(self, member: &Member) -> AnyView {
        let draft = self.draft;
        draft.looked.set(true);
        draft.keep();
        let form = Form::new();
        // Nothing is said to be wrong yet: whoever comes too early sees what is missing when it is sent.
        let quiet = Form::new();
        let times = draft.take_times(quiet);
        let when = times.map(|(start, end)| time::capital(&words::from_to(start.instant(), end.instant())));
        let home = draft.home.with_untracked(|home| home == "home").then(|| member.me.residence.name.clone());
        let place: Vec<String> =
            [draft.place.get_untracked()].into_iter().chain(home).filter(|it| !it.is_empty()).collect();
        let circle = Circle::ALL.into_iter().find(|circle| draft.circle.with_untracked(|c| c == circle.as_str()));
        let places = match draft.take_places(quiet) {
            Some((Some(places), ..)) => t!(event_form.places_row, n = places.get().to_string()),
            _ => t!(event_form.no_limit).to_owned(),
        };
        let start = times.map_or_else(time::this_day, |(start, _)| start.date());
        let again = match draft.take_repeat(quiet, start, None) {
            Some(Some(repeat)) => event::repeats(&repeat),
            _ => t!(event_form.never_row).to_owned(),
        };
        let bring = draft.bring.with_untracked(|lines| {
            lines.iter().map(|line| format!("{} × {}", line.wanted, line.what)).collect::<Vec<_>>().join(", ")
        });
        let extra = |filled: bool| if filled { t!(write.change) } else { t!(event_form.add) };
        let (comes_again, brings) = (draft.again.with_untracked(|it| it != again::NEVER), !bring.is_empty());
        let bring = if brings { bring } else { t!(event_form.bring_none).to_owned() };
        let line = |icon: &'static str, name: &'static str, value: String, step: u8, go: &'static str| {
            view! {
                <li class="rows__go"><span class="choice__icon" aria-hidden="true">{icon}</span>
                    <span class="grow"><span class="soft">{name}</span><br/><span dir="auto">{value}</span></span>
                    <a href=paths::event_step(step)>{go}<span class="unseen">" : "{name}</span></a></li>
            }
            .into_any()
        };
        let change = t!(write.change);
        let text = draft.text.get_untracked();
        let whose = Var::new(member.clone());
        let publish = Callback::new(move |()| whose.with_untracked(|member| self.send(form, member, false)));
        let later = Callback::new(move |()| whose.with_untracked(|member| self.send(form, member, true)));
        let title = draft.title.get_untracked();
        let rows = view! {
            <ul class="rows">
                {line("📅", t!(event.when), when.unwrap_or_default(), 2, change)}
                {line("📍", t!(event.place), place.join(", "), 3, change)}
                {line("👀", t!(event.reach), circle.map(|circle| words::circle(circle, member)).unwrap_or_default(), 4, change)}
                {line("👥", t!(event.places), places, 5, change)}
                {line("🔁", t!(event_form.repeat_row), again, AGAIN, extra(comes_again))}
                {line("🧺", t!(event.bring), bring, BRING, extra(brings))}
            </ul>
        };
        view! {
            <Page screen="event-new-preview" title=t!(event_form.preview_title) lead=t!(event_form.preview_lead).to_owned()
                back=Back::to(t!(write.back), paths::event_step(PREVIEW - 1)) above=view! { <Steps now=PREVIEW of=PREVIEW/> }.into_any()>
                <Summary form=form/>
                <section class="card">
                    <h2 dir="auto">{title}</h2>
                    {(!text.trim().is_empty()).then(|| view! { <p class="typed" dir="auto">{text}</p> })}
                    <p><a class="notice__go" href=paths::event_step(1)>{change}<span class="unseen">" : "{t!(event_form.title)}</span></a></p>
                </section>
                {rows}
                <div class="actions">
                    <Act id="publish" label=t!(event_form.publish) weight=Weight::Primary busy=form.busy() on_press=publish/>
                    <Act id="keep-draft" label=t!(event_form.keep_draft) weight=Weight::Quiet busy=form.busy() on_press=later/>
                </div>
            </Page>
        }
        .into_any()
    }

    fn send(self, form: Form, member: &Member, later: bool) {
        if !form.begin() {
            return;
        }
        let Self { session, memory, draft } = self;
        let taken = draft.take(form, member, later);
        let (true, Some(new)) = (form.holds(), taken) else { return };
        form.sent();
        let done = move |event: EventView| {
            EventDraft::drop_kept();
            memory.forget();
            session.say(if later { t!(event_form.draft_said) } else { t!(event.published_said) });
            // Whoever has gone elsewhere meanwhile is not led away from there.
            if draft.key.is_there() {
                session.replace(paths::event(event.id));
            }
        };
        let failed = move |error: Error| {
            // The same draft, changed since it was first sent, is another event.
            if error.code() == Some(ProblemCode::IdempotencyKeyReused) && draft.key.is_there() {
                draft.key.set(saved::new_key());
                draft.keep();
            }
            form.refused(&error, &FIELDS);
        };
        // Read now: when the answer comes, the page may be gone.
        let key = draft.key.get_untracked();
        session.act(async move { api().create_event(&new, &key).await }, done, failed);
    }
}
