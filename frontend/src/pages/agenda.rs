//! The agenda: a plain month, and the dates that come.

use chrono::NaiveDate;
use client::{Error, EventFilter};
use domain::event::{EventState, EventSummary};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::session::{Session, api, session};
use crate::ui::{Act, DateCard, Empty, Go, Month, Page, Weight, fetched, first_of, last_of, shown};
use crate::var::Var;
use crate::{paths, saved, time, words};

const KEPT: &str = "agenda";
/// More pages than a month has.
const MOST_PAGES: usize = 20;

/// What is looked at, kept until the tab is closed: coming back from an event finds the agenda as it was left.
#[derive(Serialize, Deserialize)]
struct Kept {
    at: NaiveDate,
    chosen: Option<NaiveDate>,
    mine: bool,
}

#[derive(Clone)]
enum State {
    Asking,
    Here(Vec<EventSummary>),
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
    state: Var<State>,
    /// Grows with every new question: answers to older ones are dropped.
    asked: Var<u32>,
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
        state: Var::new(State::Asking),
        asked: Var::new(0),
    };
    let month = Memo::new(move |_| first_of(agenda.at.get()).to_string());
    Effect::new(move || {
        // Read, not only tracked: what was never computed has nothing that could tell it of a change.
        let _ = (month.get(), agenda.mine.get());
        agenda.ask();
    });
    Effect::new(move || {
        let kept = Kept { at: agenda.at.get(), chosen: agenda.chosen.get(), mine: agenda.mine.get() };
        saved::keep_draft(KEPT, &kept);
    });
    let count = Callback::new(move |day| {
        agenda.state.with(|state| match state {
            State::Here(dates) => dates.iter().filter(|date| falls_on(date, day)).count(),
            State::Asking | State::Failed(_) => 0,
        })
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
                    {move || agenda.list()}
                </section>
            </div>
        </Page>
    }
    .into_any()
}

/// Whether a date falls on a day: it begins on it, or goes on.
fn falls_on(date: &EventSummary, day: NaiveDate) -> bool {
    let (first, last) = (date.on.start.date(), date.on.end.date());
    // What ends at midnight does not reach into the next day; a party until one in the morning belongs to its evening.
    first == day || (first < day && day <= last && (date.on.ends_at - date.on.starts_at).num_hours() >= 24)
}

impl Agenda {
    fn ask(self) {
        let Self { session, at, mine, state, asked, .. } = self;
        let number = asked.get_untracked() + 1;
        asked.set(number);
        state.set(State::Asking);
        let (at, mine) = (at.get_untracked(), mine.get_untracked());
        leptos::task::spawn_local(async move {
            let answer = month_of(at, mine).await;
            if asked.try_get() != Some(number) {
                return;
            }
            match answer {
                Ok(dates) => state.try_set(State::Here(dates)),
                Err(error) if session.is_over(&error) => {}
                Err(error) => state.try_set(State::Failed(error)),
            }
        });
    }

    fn title(self) -> String {
        let at = self.at.get();
        match self.chosen.get() {
            Some(day) => time::day_capital(time::noon(day)),
            None if first_of(at) == first_of(time::this_day()) => t!(agenda.coming).to_owned(),
            None => time::capital(&time::month(at)),
        }
    }

    fn list(self) -> AnyView {
        let chosen = self.chosen.get();
        // Asked anew with each month, so that a move within one draws nothing.
        let (at, today) = (self.at.get_untracked(), time::this_day());
        let this_month = first_of(at) == first_of(today);
        let body = self.state.with(|state| match state {
            State::Asking => view! { <p class="soft" role="status" aria-busy="true">{t!(page.loading)}</p> }.into_any(),
            State::Failed(error) => {
                let retry = Callback::new(move |()| self.ask());
                view! {
                    <p role="alert">{words::error(error)}</p>
                    <Act label=t!(page.retry) weight=Weight::Other busy=false on_press=retry/>
                }
                .into_any()
            }
            State::Here(dates) => {
                let shown = dates.iter().filter(|date| match chosen {
                    Some(day) => falls_on(date, day),
                    // What waits for its host stands in every month: nobody remembers in which one she began it.
                    None if self.mine.get() && waits(date) => true,
                    None if date.on.start.date() > horizon(at) => false,
                    // What nobody can go to any more is still found on its day.
                    None => date.on.end.date() >= if this_month { today } else { first_of(at) },
                });
                self.cards(shown.cloned().collect(), chosen.is_some())
            }
        });
        let whole = chosen.map(|_| {
            let press = Callback::new(move |()| {
                self.chosen.set(None);
                crate::ui::focus("day");
            });
            view! { <Act id="whole-month" label=t!(agenda.whole_month) weight=Weight::Quiet busy=false on_press=press/> }
        });
        view! { {body}{whole} }.into_any()
    }

    fn cards(self, dates: Vec<EventSummary>, one_day: bool) -> AnyView {
        if !dates.is_empty() {
            let cards: Vec<AnyView> =
                dates.into_iter().map(|date| view! { <li><DateCard event=date/></li> }.into_any()).collect();
            return view! { <ul class="posts">{cards}</ul> }.into_any();
        }
        if one_day {
            return view! { <p class="soft">{t!(agenda.nothing_day)}</p> }.into_any();
        }
        let (title, lead) = if self.mine.get() {
            (t!(agenda.nothing_mine), t!(agenda.nothing_mine_lead))
        } else {
            (t!(agenda.nothing), t!(agenda.nothing_lead))
        };
        view! { <Empty title=title lead=lead/> }.into_any()
    }
}

/// Whether an own event is still to be published, or to get its new date.
fn waits(date: &EventSummary) -> bool {
    match date.state {
        EventState::Draft | EventState::Postponed => true,
        EventState::Published | EventState::Cancelled | EventState::Ended => false,
    }
}

/// Until when the list goes: to the end of the month, or of the next one while this is the one that runs. At its end a month is empty, and
/// the party in ten days must not be out of sight.
fn horizon(at: NaiveDate) -> NaiveDate {
    let end = last_of(at);
    let runs = first_of(at) == first_of(time::this_day());
    end.succ_opt().filter(|_| runs).map_or(end, last_of)
}

/// All dates of a month, with those that the list shows after it: days without a dot would be wrong, were only some of them there. Of one's own all that come.
async fn month_of(at: NaiveDate, mine: bool) -> Result<Vec<EventSummary>, Error> {
    let within = |day: NaiveDate| (!mine).then_some(day);
    let mut filter =
        EventFilter { from: within(first_of(at)), to: within(horizon(at)), mine, after: None, limit: Some(100) };
    let mut dates = Vec::new();
    for _ in 0..MOST_PAGES {
        let page = api().list_events(&filter).await?;
        dates.extend(page.items);
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    Ok(dates)
}
