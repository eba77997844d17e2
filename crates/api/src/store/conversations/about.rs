//! Posts as conversations and open pages need them: who wrote them, whom they reach, whether one can still begin to talk about them.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::circle::Circle;
use domain::conversation::{ThingKind, ThingRef};
use domain::event::EventState;
use domain::id::{OfficeId, ResidenceId, TenantId};
use domain::notice::{NoticeState, RESOLVED_DAYS};
use domain::offer::OfferState;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::super::events::{Whose, may_know};
use super::super::{Atlas, Db, Store, StoreError, Viewer, offers, word};
use super::Sql;

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    office_id: Uuid,
    author_id: Uuid,
    residence_id: Uuid,
    circle: String,
    state: String,
    hidden: bool,
    version: i32,
    /// When it leaves the lists, where that is not said by its state.
    until: Option<i64>,
}

/// Where a post stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// In the lists, and one can answer it.
    Open,
    /// In the lists, to be read.
    Closed,
    /// Off the lists.
    Off,
}

/// A post about which somebody wants to talk.
#[derive(Clone, Copy, Debug)]
pub struct Post {
    /// Who wrote it.
    pub author: TenantId,
    /// Whether one can begin to talk about it.
    pub is_open: bool,
}

/// A post that has just appeared.
#[derive(Clone, Copy, Debug)]
pub struct NewPost {
    /// Which.
    pub about: ThingRef,
    author: TenantId,
    office: OfficeId,
    residence: ResidenceId,
    circle: Circle,
}

impl NewPost {
    /// Whether it reaches somebody else.
    #[must_use]
    pub fn reaches(&self, store: &Store, atlas: &Atlas, viewer: &Viewer) -> bool {
        self.author != viewer.tenant
            && self.office == viewer.office
            && atlas.reaches(self.residence, self.circle, viewer.residence)
            && !store.are_apart(self.author, viewer.tenant)
    }
}

/// The table of a kind of posts, and what says when one leaves the lists.
const fn table(kind: ThingKind) -> Option<(&'static str, &'static str)> {
    match kind {
        ThingKind::Offer => Some(("offers", "expires_at")),
        ThingKind::Notice => Some(("notices", "resolved_at")),
        ThingKind::Event => Some(("events", "over_at")),
        ThingKind::Barter | ThingKind::Conversation => None,
    }
}

impl Row {
    fn stands(&self, kind: ThingKind, now: Timestamp) -> Result<Stands, StoreError> {
        let until = self.until.map(super::super::time);
        Ok(match kind {
            ThingKind::Offer | ThingKind::Notice if self.hidden => Stands::Off,
            ThingKind::Offer => match word(OfferState::from_word(&self.state), &self.state)? {
                OfferState::Open => Stands::Open,
                OfferState::Paused | OfferState::Closed | OfferState::Expired => Stands::Off,
            },
            ThingKind::Notice => match word(NoticeState::from_word(&self.state), &self.state)? {
                NoticeState::Published => Stands::Open,
                NoticeState::Resolved if until.is_some_and(|at| at + chrono::TimeDelta::days(RESOLVED_DAYS) > now) => {
                    Stands::Closed
                }
                NoticeState::Resolved | NoticeState::Expired | NoticeState::Withdrawn | NoticeState::Removed => {
                    Stands::Off
                }
            },
            ThingKind::Event => match word(EventState::from_word(&self.state), &self.state)? {
                // The day of one that is postponed says nothing any more.
                EventState::Postponed => Stands::Open,
                EventState::Published if until.is_some_and(|at| at > now) => Stands::Open,
                EventState::Published | EventState::Cancelled | EventState::Ended => Stands::Closed,
                EventState::Draft => Stands::Off,
            },
            ThingKind::Barter | ThingKind::Conversation => Stands::Off,
        })
    }

    fn new_post(&self, kind: ThingKind) -> Result<NewPost, StoreError> {
        Ok(NewPost {
            about: ThingRef { kind, id: self.id },
            author: TenantId(self.author_id),
            office: OfficeId(self.office_id),
            residence: ResidenceId(self.residence_id),
            circle: offers::circle(&self.circle)?,
        })
    }
}

async fn rows(db: &impl Db, kind: ThingKind, ids: &[Uuid]) -> Result<Vec<Row>, StoreError> {
    let Some((table, until)) = table(kind).filter(|_| !ids.is_empty()) else { return Ok(Vec::new()) };
    let mut sql = Sql::new();
    let ids = sql.marks(ids.iter().copied());
    sql.add(&format!(
        "SELECT id, office_id, author_id, residence_id, circle, state, hidden, version, {until} AS until \
         FROM {table} WHERE id IN ({ids})"
    ));
    Ok(Row::find_by_statement(sql.statement(db)).all(db.conn()).await?)
}

#[derive(Debug, FromQueryResult)]
struct Hers {
    hosts: bool,
    comes: bool,
}

/// Whether somebody is named as a host of an event, and whether she has answered it, and not with no.
async fn hers(db: &impl Db, event: Uuid, who: TenantId) -> Result<(bool, bool), StoreError> {
    let mut sql = Sql::new();
    let (event, who) = (sql.mark(event), sql.mark(who.0));
    sql.add(&format!(
        "SELECT EXISTS (SELECT 1 FROM event_hosts WHERE event_id = {event} AND tenant_id = {who}) AS hosts, \
         EXISTS (SELECT 1 FROM event_answers WHERE event_id = {event} AND tenant_id = {who} \
         AND answer <> 'declined') AS comes"
    ));
    let hers = Hers::find_by_statement(sql.statement(db)).one(db.conn()).await?;
    Ok(hers.map_or((false, false), |h| (h.hosts, h.comes)))
}

/// A post of which the viewer may know: her own, or one that is in the lists, reaches her, and is of somebody whom she meets; an event by the
/// rule of events.
///
/// # Errors
/// When the database does not answer.
pub async fn post(
    store: &Store,
    db: &impl Db,
    viewer: &Viewer,
    about: ThingRef,
    now: Timestamp,
) -> Result<Option<Post>, StoreError> {
    let Some(row) = rows(db, about.kind, &[about.id]).await?.pop() else { return Ok(None) };
    let stands = row.stands(about.kind, now)?;
    let author = TenantId(row.author_id);
    if author != viewer.tenant {
        let atlas = store.atlas();
        let post = row.new_post(about.kind)?;
        let knows = match about.kind {
            ThingKind::Event => {
                let NewPost { author, office, residence, circle, .. } = post;
                let (is_draft, hidden) = (stands == Stands::Off, row.hidden);
                let whose = Whose { author, office, residence, circle, is_draft, hidden };
                may_know(store, &atlas, viewer, &whose, hers(db, about.id, viewer.tenant).await?)
            }
            ThingKind::Offer | ThingKind::Notice | ThingKind::Barter | ThingKind::Conversation => {
                stands != Stands::Off && post.reaches(store, &atlas, viewer)
            }
        };
        if !knows {
            return Ok(None);
        }
    }
    Ok(Some(Post { author, is_open: stands == Stands::Open }))
}

/// Those of these posts that have just appeared: in the lists, and never changed.
///
/// # Errors
/// When the database does not answer.
pub async fn new_posts(
    store: &Store,
    kind: ThingKind,
    ids: &BTreeSet<Uuid>,
    now: Timestamp,
) -> Result<Vec<NewPost>, StoreError> {
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let mut new = Vec::new();
    for some in ids.chunks(500) {
        for row in rows(store, kind, some).await? {
            if row.version == 1 && !row.hidden && row.stands(kind, now)? == Stands::Open {
                new.push(row.new_post(kind)?);
            }
        }
    }
    Ok(new)
}
