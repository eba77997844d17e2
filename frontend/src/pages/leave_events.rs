//! What becomes of the events that somebody hosts together with others when she leaves: said before she does, where there are any.

use client::{Error, EventFilter};
use domain::event::{EventAction, EventState, EventView};
use domain::id::TenantId;
use leptos::prelude::*;

use crate::paths;
use crate::session::api;

/// So many pages of dates are read at most, and so many events named: the rest is said in one sentence as well.
const PAGES: usize = 5;
const NAMED: usize = 20;

/// Those to come which she hosts with somebody else.
pub async fn look(me: TenantId) -> Result<Vec<EventView>, Error> {
    let mut filter = EventFilter { mine: true, limit: Some(100), ..EventFilter::default() };
    let mut ids = Vec::new();
    for _ in 0..PAGES {
        let page = api().list_events(&filter).await?;
        let goes_on = |state| matches!(state, EventState::Published | EventState::Postponed);
        for date in page.items.iter().filter(|date| date.is_mine && goes_on(date.state)) {
            if !ids.contains(&date.id) && ids.len() < NAMED {
                ids.push(date.id);
            }
        }
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    let events = ids.into_iter().map(|id| async move { api().get_event(id, None).await });
    let events = futures::future::try_join_all(events).await?;
    Ok(events.into_iter().filter(|event| event.hosts.iter().any(|host| host.id != me)).collect())
}

/// Who goes on with each of them, and the way to cancel it before. Where they cannot be had now, what holds for all is said.
pub fn section(me: TenantId, events: Option<&[EventView]>) -> Option<AnyView> {
    if events.is_some_and(<[_]>::is_empty) {
        return None;
    }
    let lines: Vec<AnyView> = events.into_iter().flatten().filter_map(|event| line(me, event)).collect();
    let (lead, cancel) = match events.map(<[_]>::len) {
        None => (t!(leave.shared_unknown), t!(leave.shared_cancel)),
        Some(1) => (t!(leave.shared_lead), t!(leave.shared_cancel)),
        Some(_) => (t!(leave.shared_lead_many), t!(leave.shared_cancel_many)),
    };
    let list = (!lines.is_empty()).then(|| view! { <ul class="rows">{lines}</ul> });
    let section = view! {
        <section class="notice notice--sun stack stack--close" id="shared-events" aria-labelledby="shared-title">
            <h2 id="shared-title">{t!(leave.shared_title)}</h2>
            <p>{lead}</p>
            <p>{cancel}</p>
            {list}
        </section>
    };
    Some(section.into_any())
}

fn line(me: TenantId, event: &EventView) -> Option<AnyView> {
    let next = event.hosts.iter().find(|host| host.id != me)?;
    let label = if event.may.contains(&EventAction::Cancel) { t!(leave.shared_see) } else { t!(news.do_see) };
    let line = view! {
        <li class="rows__go">
            <span class="grow"><b dir="auto">{event.title.to_string()}</b><br/><span class="soft" dir="auto">{t!(leave.shared_next, name = next.first_name.as_str())}</span></span>
            <a href=paths::event(event.id)>{label}<span class="unseen">" : "{event.title.to_string()}</span></a>
        </li>
    };
    Some(line.into_any())
}
