//! The whole life of an event as one table: every state, every action, every role. Compared with the committed one.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use domain::event::{EditEvent, Event, EventAction, EventState, NewEvent};
use domain::id::{EventId, LineId, OfficeId, ResidenceId, TenantId};
use domain::problem::ProblemCode;
use uuid::Uuid;

const AUTHOR: TenantId = TenantId(Uuid::from_u128(1));
const CO_HOST: TenantId = TenantId(Uuid::from_u128(2));
const NEIGHBOUR: TenantId = TenantId(Uuid::from_u128(3));

fn now() -> DateTime<Utc> {
    "2026-12-01T11:00:00Z".parse().expect("an instant")
}

fn event(state: EventState, repeats: bool) -> (Event, DateTime<Utc>) {
    let repeat = if repeats { r#","repeat":{"every":"weekly","ends":{"count":3}}"# } else { "" };
    let text = format!(
        r#"{{"title":"Fête","text":"","place":"La cour","start":"2026-12-05T18:00:00","end":"2026-12-05T23:00:00",
            "circle":"district"{repeat}}}"#
    );
    let new: NewEvent = serde_json::from_str(&text).expect("an event");
    let id = Uuid::from_u128;
    let event = Event::create(EventId(id(7)), OfficeId(id(8)), AUTHOR, ResidenceId(id(9)), new, line_id, now());
    let event = event.expect("an event").name_host(AUTHOR, CO_HOST, now()).expect("named");
    match state {
        EventState::Ended => (event, now() + TimeDelta::days(60)),
        EventState::Draft | EventState::Published | EventState::Postponed | EventState::Cancelled => {
            (Event { state, ..event }, now())
        }
    }
}

fn line_id() -> LineId {
    LineId(Uuid::nil())
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).expect("codes have a JSON form").as_str().expect("a word").to_owned()
}

/// Does it, where it is a deed of the domain: what `check` says and what the deed says must be the same.
fn deed(event: Event, actor: TenantId, action: EventAction, now: DateTime<Utc>) -> Option<Result<Event, ProblemCode>> {
    let first = event.start.date();
    match action {
        EventAction::Edit => Some(
            event.edit(actor, EditEvent::default(), line_id, now).map(|edited| edited.event).map_err(|e| match e {
                domain::event::EventError::Refused(code) => code,
                domain::event::EventError::Value(error) => panic!("{error:?}"),
            }),
        ),
        EventAction::Publish => Some(event.publish(actor, now)),
        EventAction::Postpone => Some(event.postpone(actor, now)),
        EventAction::Cancel => Some(event.cancel(actor, now)),
        EventAction::CancelDate => Some(event.cancel_date(actor, first, now)),
        EventAction::NameHosts => Some(event.name_host(actor, NEIGHBOUR, now)),
        EventAction::StepDown => Some(event.remove_host(actor, actor, now)),
        EventAction::Delete | EventAction::SeeAnswers | EventAction::Answer => None,
    }
}

#[test]
fn the_table_of_events_is_the_committed_one() {
    let mut table = String::new();
    for repeats in [false, true] {
        for &state in EventState::ALL {
            let repeated = if repeats { ", three dates" } else { "" };
            let _ = writeln!(table, "{}{repeated}", word(state));
            for &action in EventAction::ALL {
                let _ = write!(table, "    {:<12}", word(action));
                for (role, actor) in [("author", AUTHOR), ("co-host", CO_HOST), ("neighbour", NEIGHBOUR)] {
                    let (event, now) = event(state, repeats);
                    assert_eq!(event.state_at(now), state);
                    let said = event.check(actor, action, now);
                    assert_eq!(event.may(actor, &[], now).contains(&action), said.is_ok());
                    let done = deed(event, actor, action, now);
                    if let Some(done) = &done {
                        assert_eq!(done.as_ref().err(), said.as_ref().err(), "{} {}", word(state), word(action));
                    }
                    let outcome = match (said, done) {
                        (Err(code), _) => word(code),
                        (Ok(()), Some(Ok(event))) => format!("→ {}", word(event.state_at(now))),
                        (Ok(()), _) => "yes".to_owned(),
                    };
                    let _ = write!(table, "{role}: {outcome:<18}");
                }
                table.truncate(table.trim_end().len());
                table.push('\n');
            }
        }
    }
    insta::assert_snapshot!(table);
}
