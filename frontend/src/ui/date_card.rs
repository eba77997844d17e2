//! One date of an event, as a line of the agenda that leads to it.

use chrono::Datelike;
use domain::event::{EventState, EventSummary};
use leptos::prelude::*;

use crate::{paths, time, words};

#[component]
pub fn DateCard(event: EventSummary) -> AnyView {
    let on = &event.on;
    let href = if event.repeats { paths::event_on(event.id, on.date) } else { paths::event(event.id) };
    view! {
        <article class="post">
            <span class="post__sign post__sign--day" aria-hidden="true"><span>{time::weekday_short(on.starts_at)}</span><b>{on.date.day()}</b></span>
            <div class="grow">
                <h3 class="post__title"><a href=href dir="auto">{event.title.to_string()}</a></h3>
                <p class="post__when">{time::capital(&words::from_to(on.starts_at, on.ends_at))}</p>
                <p class="post__seen" dir="auto"><span aria-hidden="true">"📍 "</span>{event.place.to_string()}</p>
                {tags(&event)}
            </div>
        </article>
    }
    .into_any()
}

/// What has to be known at a glance: it is off, what I have answered, how many places are left.
fn tags(event: &EventSummary) -> AnyView {
    let tag = |class: &'static str, words: String| view! { <span class=class>{words}</span> }.into_any();
    let state = match event.state {
        EventState::Draft => Some(("tag tag--sun", t!(event.state_draft))),
        EventState::Postponed => Some(("tag tag--sun", t!(post.postponed))),
        EventState::Cancelled => Some(("tag tag--alarm", t!(post.cancelled))),
        EventState::Published | EventState::Ended => None,
    };
    let places =
        event.on.places.filter(|_| state.is_none()).map(|places| match words::places_left(places, event.on.taken) {
            Some(left) => tag("tag", left),
            None => tag("tag tag--sun", t!(post.full).to_owned()),
        });
    let mine = event.is_mine.then(|| tag("tag tag--roof", t!(event.mine).to_owned()));
    let answer = event.on.my_answer.map(|mine| tag("tag tag--leaf", words::my_answer(mine.answer).to_owned()));
    let state = state.map(|(class, words)| tag(class, words.to_owned()));
    view! { <p class="post__room tags">{state}{mine}{answer}{places}</p> }.into_any()
}
