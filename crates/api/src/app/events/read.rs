//! What is read of events with a decision of who may.

use chrono::NaiveDate;
use domain::event::AttendeeView;
use domain::id::EventId;
use domain::page::Page;
use domain::problem::ProblemCode;

use super::super::{App, AppError};
use super::refused;
use crate::store::Viewer;
use crate::store::events::{AttendeesAfter, attendees as list, event_for};

/// Who comes to a date.
///
/// # Errors
/// `not_yours` unless the viewer is a host or goes to that date, `not_found`, `invalid`.
pub async fn attendees(
    app: &App,
    viewer: &Viewer,
    id: EventId,
    date: Option<NaiveDate>,
    after: Option<AttendeesAfter>,
    limit: u16,
) -> Result<Page<AttendeeView>, AppError> {
    let (event, answered) = event_for(&app.store, viewer, id).await?.ok_or(ProblemCode::NotFound)?;
    let on = event
        .named_date(date)
        .map_err(|error| refused(domain::problem::FieldError { pointer: error.pointer.replace('/', "?"), ..error }))?;
    let hers = answered.iter().find(|(date, _)| *date == on.date).map(|(_, answer)| *answer);
    let shown = event.answers_seen(viewer.tenant, hers);
    if shown.is_empty() {
        return Err(ProblemCode::NotYours.into());
    }
    Ok(list(&app.store, viewer, &event, on.date, shown, after, limit).await?)
}
