//! The agenda: a plain month that tells on which days something is, and beside it the dates of one day, or those that come.

use chrono::NaiveDate;
use client::{Error, EventFilter};
use domain::event::{EventDay, EventSummary};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::more::more;
use crate::session::{Session, api, session};
use crate::ui::{Act, DateCard, Empty, Go, Month, Page, Weight, fetched, first_of, last_of, shown};
use crate::var::Var;
use crate::{paths, saved, time, words};

const KEPT: &str = "agenda";

/// What is looked at, kept until the tab is closed: coming back from an event finds the agenda as it was left.
#[derive(Serialize, Deserialize)]
struct Kept {
    at: NaiveDate,
    chosen: Option<NaiveDate>,
    mine: bool,
}

/// How far a question has come. What it is about is kept elsewhere.
#[derive(Clone)]
enum State {
    Asking,
    Here,
    Failed(Error),
}

/// What is looked at. Copies are the same.
#[derive(Clone, Copy)]
struct Agenda {
    session: Session,
    /// The day that can be reached by Tab; its month is shown.
    at: Var<NaiveDate>,
    chosen: Var<Option<NaiveDate>>,
    mine: Var<bool>,
    days: Var<Vec<EventDay>>,
    counting: Question,
    dates: Var<Vec<EventSummary>>,
    /// The cursor of the page after.
    next: Var<Option<String>>,
    listing: Question,
}

/// A question that is asked again and again: answers to older ones are dropped.
#[derive(Clone, Copy)]
struct Question {
    state: Var<State>,
    asked: Var<u32>,
}

impl Question {
    fn new() -> Self {
        Self { state: Var::new(State::Asking), asked: Var::new(0) }
    }

    fn ask<T>(
        self,
        session: Session,
        answer: impl Future<Output = Result<T, Error>> + 'static,
        take: impl FnOnce(T) + 'static,
    ) {
        let Self { state, asked } = self;
        let number = asked.get_untracked() + 1;
        asked.set(number);
        state.set(State::Asking);
        leptos::task::spawn_local(async move {
            let answer = answer.await;
            if asked.try_get() != Some(number) {
                return;
            }
            match answer {
                Ok(found) => {
                    take(found);
                    state.try_set(State::Here);
                }
                Err(error) if session.is_over(&error) => {}
                Err(error) => {
                    state.try_set(State::Failed(error));
                }
            }
        });
    }

    fn failed(self) -> Option<Error> {
        self.state.with(|state| match state {
            State::Failed(error) => Some(error.clone()),
            State::Asking | State::Here => None,
        })
    }
}

/// The page.
pub fn agenda() -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        Ok(shown(move || draw(session)))
    })
}

fn draw(session: Session) -> AnyView {
    let today = time::this_day();
    // A month that has passed since is nothing to come back to.
    let kept = saved::draft(KEPT).filter(|kept: &Kept| first_of(kept.at) >= first_of(today));
    let kept = kept.unwrap_or(Kept { at: today, chosen: None, mine: false });
    let agenda = Agenda {
        session,
        at: Var::new(kept.at),
        chosen: Var::new(kept.chosen),
        mine: Var::new(kept.mine),
        days: Var::new(Vec::new()),
        counting: Question::new(),
        dates: Var::new(Vec::new()),
        next: Var::new(None),
        listing: Question::new(),
    };
    let month = Memo::new(move |_| first_of(agenda.at.get()).to_string());
    // A move within a month asks nothing.
    let listed = Memo::new(move |_| agenda.chosen.get().map_or_else(|| month.get(), |day| format!("on {day}")));
    Effect::new(move || {
        // Read, not only tracked: what was never computed has nothing that could tell it of a change.
        let _ = (month.get(), agenda.mine.get());
        agenda.count();
    });
    Effect::new(move || {
        let _ = (listed.get(), agenda.mine.get());
        agenda.ask();
    });
    Effect::new(move || {
        let kept = Kept { at: agenda.at.get(), chosen: agenda.chosen.get(), mine: agenda.mine.get() };
        saved::keep_draft(KEPT, &kept);
    });
    let count = Callback::new(move |day| {
        agenda.days.with(|days| days.iter().find(|on| on.day == day).map_or(0, |on| on.count as usize))
    });
    // What is counted comes by itself: it must not draw the list anew, only say what is wrong.
    let trouble = Memo::new(move |_| {
        let failed = agenda.counting.failed().or_else(|| agenda.listing.failed());
        failed.map(|error| words::error(&error).to_string()).unwrap_or_default()
    });
    let chip = move |id: &'static str, mine: bool, label: &'static str| {
        let pressed = move || (agenda.mine.get() == mine).to_string();
        view! { <button type="button" class="chip" id=id aria-pressed=pressed on:click=move |_| agenda.mine.set(mine)>{label}</button> }
            .into_any()
    };
    view! {
        <Page screen="agenda" title=t!(bar.agenda) lead=t!(agenda.lead).to_owned() wide=true roof=true>
            <div class="columns">
                <div class="aside stack">
                    <div class="reach" role="group" aria-label=t!(agenda.whose)>
                        {chip("agenda-all", false, t!(agenda.all))}
                        {chip("agenda-mine", true, t!(agenda.mine))}
                    </div>
                    <Month at=agenda.at chosen=agenda.chosen count=count/>
                    <Go id="propose-event" label=t!(agenda.propose) href=paths::EVENT_NEW weight=Weight::Other/>
                </div>
                <section class="stack stack--close" aria-labelledby="agenda-list">
                    <h2 id="agenda-list" aria-live="polite">{move || agenda.title()}</h2>
                    {move || agenda.list(trouble.get())}
                </section>
            </div>
        </Page>
    }
    .into_any()
}

impl Agenda {
    fn count(self) {
        let (at, mine, days) = (self.at.get_untracked(), self.mine.get_untracked(), self.days);
        days.set(Vec::new());
        let answer = async move { api().list_event_days(first_of(at), last_of(at), mine).await };
        self.counting.ask(self.session, answer, move |page| {
            days.try_set(page.items);
        });
    }

    fn ask(self) {
        let Self { session, dates, next, listing, .. } = self;
        let filter = self.filter(None);
        listing.ask(session, async move { api().list_events(&filter).await }, move |page| {
            dates.try_set(page.items);
            next.try_set(page.next);
        });
    }

    /// The dates of the day that was chosen, or of the month; while this month runs what comes, to the end of the next one: at its end a month
    /// is empty, and the party in ten days must not be out of sight. Of one's own then all that come, and what still waits for its date.
    fn filter(self, after: Option<String>) -> EventFilter {
        let (at, mine) = (self.at.get_untracked(), self.mine.get_untracked());
        let (from, to) = match self.chosen.get_untracked() {
            Some(day) => (Some(day), Some(day)),
            None if first_of(at) == first_of(time::this_day()) => (None, (!mine).then(|| end_of_next(at))),
            None => (Some(first_of(at)), Some(last_of(at))),
        };
        EventFilter { from, to, mine, after, limit: None }
    }

    fn title(self) -> String {
        let at = self.at.get();
        match self.chosen.get() {
            Some(day) => time::day_capital(time::noon(day)),
            None if first_of(at) == first_of(time::this_day()) => t!(agenda.coming).to_owned(),
            None => time::capital(&time::month(at)),
        }
    }

    fn list(self, trouble: String) -> AnyView {
        let body = match self.listing.state.get() {
            _ if !trouble.is_empty() => {
                let retry = Callback::new(move |()| {
                    self.count();
                    self.ask();
                });
                view! {
                    <p role="alert">{trouble}</p>
                    <Act label=t!(page.retry) weight=Weight::Other busy=false on_press=retry/>
                }
                .into_any()
            }
            State::Here => self.cards(),
            State::Asking | State::Failed(_) => {
                view! { <p class="soft" role="status" aria-busy="true">{t!(page.loading)}</p> }.into_any()
            }
        };
        let whole = self.chosen.get_untracked().map(|_| {
            let press = Callback::new(move |()| {
                self.chosen.set(None);
                crate::ui::focus("day");
            });
            view! { <Act id="whole-month" label=t!(agenda.whole_month) weight=Weight::Quiet busy=false on_press=press/> }
        });
        view! { {body}{whole} }.into_any()
    }

    fn cards(self) -> AnyView {
        let Self { session, dates, next, .. } = self;
        if dates.with_untracked(|dates| !dates.is_empty()) {
            let more = more(session, dates, next, move |after| {
                let filter = self.filter(after);
                async move { api().list_events(&filter).await }
            });
            return view! {
                <ul class="posts">
                    <For each=move || dates.get() key=|date| (date.id, date.on.date) let:date><li><DateCard event=date/></li></For>
                </ul>
                {more}
            }
            .into_any();
        }
        if self.chosen.get_untracked().is_some() {
            return view! { <p class="soft">{t!(agenda.nothing_day)}</p> }.into_any();
        }
        let (title, lead) = if self.mine.get_untracked() {
            (t!(agenda.nothing_mine), t!(agenda.nothing_mine_lead))
        } else {
            (t!(agenda.nothing), t!(agenda.nothing_lead))
        };
        view! { <Empty title=title lead=lead/> }.into_any()
    }
}

/// The last day of the next month.
fn end_of_next(at: NaiveDate) -> NaiveDate {
    last_of(at).succ_opt().map_or(at, last_of)
}
