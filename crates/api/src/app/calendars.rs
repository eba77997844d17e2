//! Calendars to subscribe to, behind addresses that can be changed; and one event as a file.
//!
//! An address is made from the server's own secret, so that it can be shown again although the database holds nothing but its hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use domain::calendar::{CalendarKind, CalendarView};
use domain::id::{EventId, SessionId, TenantId};
use domain::problem::ProblemCode;
use domain::tenant::Language;
use uuid::Uuid;

use super::limits::Limit;
use super::{App, AppError};
use crate::ical;
use crate::keys::{random_bytes, sha256};
use crate::store::feeds::Feed;
use crate::store::{self, Viewer};

/// The longest secret that is looked at.
const LONGEST: usize = 100;

fn path(secret: &str) -> String {
    format!("/api/v1/calendars/{secret}.ics")
}

fn text(secret: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(secret)
}

/// What a secret is made from: whose calendar, which, the how manieth address, and since when.
fn parts(tenant: TenantId, kind: CalendarKind, generation: u32, at: Timestamp) -> [Vec<u8>; 5] {
    [
        b"calendar".to_vec(),
        tenant.0.as_bytes().to_vec(),
        kind.as_str().as_bytes().to_vec(),
        generation.to_be_bytes().to_vec(),
        at.timestamp_millis().to_be_bytes().to_vec(),
    ]
}

/// The secret of a calendar, as long as the server knows what it was made with.
fn secret(app: &App, feed: &Feed) -> Option<String> {
    let parts = parts(feed.tenant, feed.kind, feed.generation, feed.created_at);
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let mut secrets = app.keys.request_hashes(&parts, app.clock.now()).into_iter().map(|s| text(&s));
    secrets.find(|secret| sha256(secret.as_bytes()) == feed.hash)
}

fn view(app: &App, feed: &Feed) -> CalendarView {
    CalendarView { kind: feed.kind, path: secret(app, feed).map(|s| path(&s)) }
}

/// Both calendars of the viewer, with their addresses where there are some.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App, viewer: &Viewer) -> Result<Vec<CalendarView>, AppError> {
    let feeds = store::feeds::of_person(&*app.store, viewer.tenant).await?;
    let of = |kind| feeds.iter().find(|f| f.kind == kind);
    let view = |&kind| of(kind).map_or(CalendarView { kind, path: None }, |feed| view(app, feed));
    Ok(CalendarKind::ALL.iter().map(view).collect())
}

/// Gives a calendar an address, or another one.
///
/// # Errors
/// `stale` when it gets one at the same moment.
pub async fn renew(app: &App, viewer: &Viewer, kind: CalendarKind) -> Result<CalendarView, AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let before = store::feeds::of_person(&tx, viewer.tenant).await?.into_iter().find(|f| f.kind == kind);
    // One that was closed begins anew somewhere else: no address ever comes back.
    let begin = || u32::from_be_bytes(random_bytes()) >> 2;
    let generation = before.map_or_else(begin, |f| f.generation.saturating_add(1));
    let parts = parts(viewer.tenant, kind, generation, now);
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let secret = text(&app.keys.hash_request(&parts, now));
    let feed = Feed { hash: sha256(secret.as_bytes()), tenant: viewer.tenant, kind, generation, created_at: now };
    store::feeds::open(&tx, &feed).await?;
    tx.commit().await?;
    Ok(CalendarView { kind, path: Some(path(&secret)) })
}

/// Takes the address of a calendar away.
///
/// # Errors
/// When the database does not answer.
pub async fn close(app: &App, viewer: &Viewer, kind: CalendarKind) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    store::feeds::close(&tx, viewer.tenant, kind).await?;
    Ok(tx.commit().await?)
}

/// A calendar by its secret, for whoever has it. `address`: from where it is asked, to count wrong ones by. Where many programs ask from
/// one address, those with old secrets shut out nobody who has one that is good.
///
/// # Errors
/// `not_found`, `too_many_requests`.
pub async fn read(app: &App, given: &str, address: &str) -> Result<String, AppError> {
    let now = app.clock.now();
    // Whatever it looks like, it is looked for in the same way.
    let given = given.get(..LONGEST).unwrap_or(given);
    let feed = store::feeds::find(&*app.store, &sha256(given.as_bytes())).await?;
    let owner = match feed {
        Some(feed) => store::tenants::find(&*app.store, feed.tenant).await?.map(|tenant| (feed, tenant)),
        None => None,
    };
    let Some((feed, tenant)) = owner else {
        app.limits.take(Limit::CalendarAddress, address, now)?;
        return Err(ProblemCode::NotFound.into());
    };
    let viewer = Viewer {
        tenant: tenant.id,
        office: tenant.office,
        residence: tenant.residence,
        session: SessionId(Uuid::nil()),
    };
    let (dates, name) = match (feed.kind, tenant.language) {
        (CalendarKind::Mine, language) => (app.store.own_feed(&viewer, now).await?, own_name(language)),
        (CalendarKind::Residence, language) => (app.store.residence_feed(&viewer, now).await?, around_name(language)),
    };
    Ok(ical::feed(name, &dates, tenant.language))
}

const fn own_name(language: Language) -> &'static str {
    match language {
        Language::Fr => "Mes rendez-vous",
        Language::En => "My events",
    }
}

const fn around_name(language: Language) -> &'static str {
    match language {
        Language::Fr => "Rendez-vous autour de chez moi",
        Language::En => "Events around my home",
    }
}

/// One event as a file, in the viewer's language.
///
/// # Errors
/// `not_found`.
pub async fn event(app: &App, viewer: &Viewer, id: EventId) -> Result<String, AppError> {
    let event = app.store.whole_event(viewer, id).await?.ok_or(ProblemCode::NotFound)?;
    let me = store::tenants::find(&*app.store, viewer.tenant).await?.ok_or(ProblemCode::SessionEnded)?;
    let residence = event.at_residence.and_then(|r| app.store.atlas().brief(r)).map(|r| r.name);
    Ok(ical::event(&event, residence, me.language))
}
