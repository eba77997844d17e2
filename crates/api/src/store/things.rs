//! Things in few words: what a line of news, or a conversation, is about.

use std::collections::{HashMap, HashSet};

use domain::conversation::{ThingKind, ThingRef, ThingView};
use domain::event::{AnswerState, EventState};
use domain::id::{OfficeId, ResidenceId, TenantId};
use domain::leg::TermsLeg;
use domain::notice::NoticeState;
use domain::offer::OfferState;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::entity::{
    barter_terms, conversation_people, conversations, event_answers, event_hosts, events, notices, offers,
};
use super::events::{Whose, may_know};
use super::{Atlas, Db, Store, StoreError, Viewer, value, word};

/// What is read of a thing to tell its title to somebody. A barter has no author: its people find their own part in its words.
#[derive(FromQueryResult)]
struct Row {
    thing: String,
    id: Uuid,
    office_id: Option<Uuid>,
    author_id: Option<Uuid>,
    residence_id: Option<Uuid>,
    circle: Option<String>,
    state: Option<String>,
    hidden: Option<bool>,
    /// Of an event: whether the viewer is named as one of its hosts.
    hosts: bool,
    /// Of an event: whether she has answered it, and not with no. Of another post: whether she talks about it.
    is_in: bool,
    words: String,
}

/// A column of one table where another has none.
fn nothing(kind: &'static str) -> Expr {
    Expr::cust("NULL").cast_as(Alias::new(kind))
}

macro_rules! posts {
    ($module:ident, $kind:expr, $ids:expr, $hosts:expr, $is_in:expr) => {{
        use $module::{Column, Entity};
        Query::select()
            .expr_as(Expr::val($kind.as_str()), "thing")
            .columns([Column::Id, Column::OfficeId, Column::AuthorId, Column::ResidenceId])
            .columns([Column::Circle, Column::State, Column::Hidden])
            .expr_as($hosts, "hosts")
            .expr_as($is_in, "is_in")
            .expr_as(Expr::col(Column::Title), "words")
            .from(Entity)
            .and_where(Expr::col(Column::Id).is_in($ids))
            .to_owned()
    }};
}

fn hosts(viewer: &Viewer) -> Expr {
    use event_hosts::{Column, Entity};
    let named = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::EventId)).equals((events::Entity, events::Column::Id)))
        .and_where(Expr::col((Entity, Column::TenantId)).eq(viewer.tenant.0))
        .to_owned();
    Expr::exists(named)
}

fn comes(viewer: &Viewer) -> Expr {
    use event_answers::{Column, Entity};
    let answered = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::EventId)).equals((events::Entity, events::Column::Id)))
        .and_where(Expr::col((Entity, Column::TenantId)).eq(viewer.tenant.0))
        .and_where(Expr::col((Entity, Column::Answer)).ne(AnswerState::Declined.as_str()))
        .to_owned();
    Expr::exists(answered)
}

/// Whether the viewer is in a conversation about a post, whose id this is.
fn talks(viewer: &Viewer, kind: ThingKind, post: Expr) -> Expr {
    use conversation_people as people;
    let talk = |column| Expr::col((conversations::Entity, column));
    let in_one = Query::select()
        .expr(Expr::val(1))
        .from(conversations::Entity)
        .inner_join(
            people::Entity,
            Expr::col((people::Entity, people::Column::ConversationId))
                .equals((conversations::Entity, conversations::Column::Id)),
        )
        .and_where(talk(conversations::Column::AboutId).eq(post))
        .and_where(talk(conversations::Column::AboutKind).eq(kind.as_str()))
        .and_where(Expr::col((people::Entity, people::Column::TenantId)).eq(viewer.tenant.0))
        .to_owned();
    Expr::exists(in_one)
}

/// The newest words of barters.
fn barters(ids: Vec<Uuid>) -> SelectStatement {
    use barter_terms::{Column, Entity};
    let newer = Alias::new("newer");
    let newest = Query::select()
        .expr(Func::max(Expr::col((newer.clone(), Column::Version))))
        .from_as(Entity, newer.clone())
        .and_where(Expr::col((newer, Column::BarterId)).equals((Entity, Column::BarterId)))
        .to_owned();
    Query::select()
        .expr_as(Expr::val(ThingKind::Barter.as_str()), "thing")
        .expr_as(Expr::col((Entity, Column::BarterId)), "id")
        .expr_as(nothing("uuid"), "office_id")
        .expr_as(nothing("uuid"), "author_id")
        .expr_as(nothing("uuid"), "residence_id")
        .expr_as(nothing("text"), "circle")
        .expr_as(nothing("text"), "state")
        .expr_as(nothing("boolean"), "hidden")
        .expr_as(Expr::val(false), "hosts")
        .expr_as(Expr::val(false), "is_in")
        .expr_as(Expr::col((Entity, Column::Legs)), "words")
        .from(Entity)
        .and_where(Expr::col((Entity, Column::BarterId)).is_in(ids))
        .and_where(Expr::col((Entity, Column::Version)).eq(Expr::from(newest)))
        .to_owned()
}

/// The name of a thing, and whether it can no longer be opened.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub title: String,
    closed: bool,
}

/// One of these things in few words.
pub(super) fn view(about: ThingRef, named: &HashMap<ThingRef, Named>) -> ThingView {
    let found = named.get(&about);
    ThingView {
        kind: about.kind,
        id: about.id,
        title: found.map(|n| n.title.clone()),
        closed: found.is_some_and(|n| n.closed),
    }
}

/// The names of those of these things that are there and of which the viewer may know; with one query.
pub(super) async fn named(
    store: &Store,
    viewer: &Viewer,
    things: impl IntoIterator<Item = ThingRef>,
) -> Result<HashMap<ThingRef, Named>, StoreError> {
    let things: HashSet<ThingRef> = things.into_iter().collect();
    let of = |kind| things.iter().filter(|t| t.kind == kind).map(|t| t.id).collect::<Vec<_>>();
    let mut selects = Vec::new();
    for kind in [ThingKind::Offer, ThingKind::Notice, ThingKind::Event, ThingKind::Barter] {
        let ids = of(kind);
        if ids.is_empty() {
            continue;
        }
        selects.push(match kind {
            ThingKind::Offer => {
                let id = Expr::col((offers::Entity, offers::Column::Id));
                posts!(offers, kind, ids, Expr::val(false), talks(viewer, kind, id))
            }
            ThingKind::Notice => {
                let id = Expr::col((notices::Entity, notices::Column::Id));
                posts!(notices, kind, ids, Expr::val(false), talks(viewer, kind, id))
            }
            ThingKind::Event => posts!(events, kind, ids, hosts(viewer), comes(viewer)),
            ThingKind::Barter | ThingKind::Conversation => barters(ids),
        });
    }
    let mut selects = selects.into_iter();
    let Some(mut select) = selects.next() else { return Ok(HashMap::new()) };
    for more in selects {
        select.union(UnionType::All, more);
    }
    let atlas = store.atlas();
    let mut found = HashMap::new();
    for row in store.conn().query_all(&select).await? {
        let row = Row::from_query_result(&row, "")?;
        let about = ThingRef { kind: word(ThingKind::from_word(&row.thing), &row.thing)?, id: row.id };
        if let Some(named) = row.named(store, &atlas, viewer, about.kind)? {
            found.insert(about, named);
        }
    }
    Ok(found)
}

/// As [`named`], the titles alone.
pub(super) async fn titles(
    store: &Store,
    viewer: &Viewer,
    things: impl IntoIterator<Item = ThingRef>,
) -> Result<HashMap<ThingRef, String>, StoreError> {
    Ok(named(store, viewer, things).await?.into_iter().map(|(about, n)| (about, n.title)).collect())
}

/// Where a post stands with somebody else than its author.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Open,
    /// Off the lists: those who talk about it know its name still.
    Closed,
    /// Nobody else is to know of it any more.
    Gone,
}

fn stands(kind: ThingKind, state: &str) -> Result<Stands, StoreError> {
    Ok(match kind {
        ThingKind::Offer => match word(OfferState::from_word(state), state)? {
            OfferState::Open => Stands::Open,
            OfferState::Paused | OfferState::Closed | OfferState::Expired => Stands::Closed,
        },
        ThingKind::Notice => match word(NoticeState::from_word(state), state)? {
            NoticeState::Published | NoticeState::Resolved => Stands::Open,
            NoticeState::Expired | NoticeState::Withdrawn => Stands::Closed,
            NoticeState::Removed => Stands::Gone,
        },
        ThingKind::Event => match word(EventState::from_word(state), state)? {
            EventState::Draft => Stands::Gone,
            // What somebody went to keeps its name when it is over.
            EventState::Published | EventState::Postponed | EventState::Cancelled | EventState::Ended => Stands::Open,
        },
        ThingKind::Barter | ThingKind::Conversation => Stands::Gone,
    })
}

impl Row {
    fn named(
        self,
        store: &Store,
        atlas: &Atlas,
        viewer: &Viewer,
        kind: ThingKind,
    ) -> Result<Option<Named>, StoreError> {
        let Some(author) = self.author_id.map(TenantId) else {
            // Of a ring each knows her own part alone.
            let legs: Vec<TermsLeg> = value(serde_json::from_str(&self.words))?;
            let hers = |l: &&TermsLeg| l.giver == viewer.tenant;
            let leg = legs.iter().find(hers).or_else(|| legs.iter().find(|l| l.receiver == viewer.tenant));
            let leg = if legs.len() > 2 { leg } else { leg.and(legs.first()) };
            let title = leg.filter(|l| !l.what.is_erased()).map(|l| l.what.to_string());
            return Ok(title.map(|title| Named { title, closed: false }));
        };
        let (Some(office), Some(residence), Some(circle), Some(state), Some(hidden)) =
            (self.office_id, self.residence_id, self.circle, self.state, self.hidden)
        else {
            return Ok(None);
        };
        let (office, residence, circle) = (OfficeId(office), ResidenceId(residence), super::offers::circle(&circle)?);
        let stands = stands(kind, &state)?;
        let mine = author == viewer.tenant;
        let knows = if kind == ThingKind::Event {
            let is_draft = stands == Stands::Gone;
            let whose = Whose { author, office, residence, circle, is_draft, hidden };
            may_know(store, atlas, viewer, &whose, (self.hosts, self.is_in))
        } else {
            let in_reach = office == viewer.office
                && !hidden
                && atlas.reaches(residence, circle, viewer.residence)
                && !store.are_apart(viewer.tenant, author);
            mine || (in_reach && (stands == Stands::Open || (stands == Stands::Closed && self.is_in)))
        };
        Ok(knows.then(|| Named { title: self.words, closed: !mine && stands == Stands::Closed }))
    }
}
