//! A ring that is being agreed to, or runs: what its exchange shows besides what every exchange shows.
//!
//! Until all have agreed nobody is told who has; when it ends, nobody is told by whom.

use domain::barter::{BarterState, BarterView, RingAnswers};
use domain::leg::LegState;
use leptos::prelude::*;

use super::rings;
use crate::session::Member;
use crate::time;
use crate::ui::{Ring, Service};

/// Whether an exchange is a ring. Said by its terms: people may have left.
pub fn is_ring(barter: &BarterView) -> bool {
    barter.ring.is_some() || barter.terms.last().is_some_and(|newest| newest.legs.len() > 2)
}

/// How many people it was made for.
pub fn people(barter: &BarterView) -> usize {
    match barter.ring {
        Some(answers) => usize::from(answers.people),
        None => barter.terms.last().map_or(0, |newest| newest.legs.len()),
    }
}

/// "Une boucle à trois".
pub fn title(barter: &BarterView) -> &'static str {
    rings::title(people(barter))
}

/// The circle, with all services once everybody has agreed; none when somebody has left it.
pub fn drawing(barter: &BarterView, member: &Member) -> Option<AnyView> {
    if barter.parties.len() != people(barter) || barter.someone_left() {
        return None;
    }
    // Before all have agreed only the reader's own are told.
    let legs = &barter.terms.last()?.legs;
    let service = |giver| {
        let leg = legs.iter().find(|leg| leg.giver == giver)?;
        Some(Service { icon: member.catalogue.icon(&leg.category), name: member.catalogue.name(&leg.category) })
    };
    let services: Vec<Option<Service>> = barter.parties.iter().map(|party| service(party.person.id)).collect();
    let people = barter.parties.iter().map(|party| party.person.clone()).collect();
    Some(view! { <Ring people=people services=services/> }.into_any())
}

/// How many have agreed: "2 oui sur 3".
pub fn tag(barter: &BarterView) -> String {
    match barter.ring {
        Some(RingAnswers { agreed: 1, people }) => t!(ring.tag_one, people = people.to_string()),
        Some(RingAnswers { agreed, people }) => t!(ring.tag, n = agreed.to_string(), people = people.to_string()),
        None => String::new(),
    }
}

/// Where it stands, in one sentence: after the reader's own yes, when all have agreed, and when it is over.
pub fn news(barter: &BarterView) -> Option<AnyView> {
    if barter.someone_left() && barter.state != BarterState::Completed {
        return Some(view! { <p class="notice">{t!(barter.left_said)}</p> }.into_any());
    }
    let (class, sentence) = match barter.state {
        BarterState::Proposed => return waiting(barter),
        BarterState::Agreed if barter.legs.iter().all(|view| view.leg.state == LegState::Agreed) => {
            ("notice notice--leaf", t!(ring.agreed))
        }
        BarterState::Agreed => return None,
        BarterState::Completed => ("notice notice--leaf", t!(ring.completed)),
        BarterState::Declined | BarterState::Withdrawn | BarterState::Expired => {
            return Some(
                view! { <div class="notice"><p><b>{t!(ring.ended)}</b></p><p>{t!(ring.ended_lead)}</p></div> }
                    .into_any(),
            );
        }
        BarterState::Dissolved => ("notice", t!(ring.dissolved)),
    };
    Some(view! { <p class=class>{sentence}</p> }.into_any())
}

fn waiting(barter: &BarterView) -> Option<AnyView> {
    let RingAnswers { agreed, people } = barter.ring.filter(|_| barter.need.is_none())?;
    let people = people.to_string();
    let answers = match agreed {
        1 => t!(ring.said_yes_one, people = people),
        n => t!(ring.said_yes, n = n.to_string(), people = people),
    };
    let until = t!(ring.answers_until, day = time::day_and_hour(barter.expires_at));
    Some(view! { <p class="notice notice--sun"><span><b>{answers}</b>" "{until}</span></p> }.into_any())
}

/// What stands below the buttons as long as answers are awaited.
pub fn hint(barter: &BarterView) -> Option<AnyView> {
    (barter.state == BarterState::Proposed).then(|| {
        let until = barter.need.map(|_| {
            view! { <p class="hint">{t!(ring.until, day = time::day_and_hour(barter.expires_at))}</p> }
        });
        view! { <p class="hint">{rings::hint(people(barter))}</p>{until} }.into_any()
    })
}
