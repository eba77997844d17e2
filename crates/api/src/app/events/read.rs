//! What is read of events with a decision of who may.

use chrono::NaiveDate;
use domain::event::AttendeeView;
use domain::id::EventId;
use domain::page::Page;
use domain::problem::ProblemCode;

use super::super::{App, AppError};
use super::refused;
use crate::store::Viewer;
use crate::store::events::{AttendeesAfter, answers, attendees as list};

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
    let event = app.store.event_for(viewer, id).await?.ok_or(ProblemCode::NotFound)?;
    let on = event
        .named_date(date)
        .map_err(|error| refused(domain::problem::FieldError { pointer: error.pointer.replace('/', "?"), ..error }))?;
    let hers = answers::find(&*app.store, id, on.date, viewer.tenant).await?.map(|f| f.answer.state);
    let shown = event.answers_seen(viewer.tenant, hers);
    if shown.is_empty() {
        return Err(ProblemCode::NotYours.into());
    }
    Ok(list(&app.store, viewer, &event, on.date, shown, after, limit).await?)
}
