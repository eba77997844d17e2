//! Calendars that can be subscribed to: behind a secret address that can be changed.

use serde::{Deserialize, Serialize};

use crate::mark::words;

words! {
    /// Which calendar: the events that the viewer hosts or goes to, or all that reach her residence.
    CalendarKind { Mine "mine", Residence "residence" }
}

/// A calendar and its address. Whoever knows the address reads the calendar; it names no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CalendarView {
    /// Which.
    pub kind: CalendarKind,
    /// Its path on this server, `/api/v1/calendars/{secret}.ics`; absent while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}
