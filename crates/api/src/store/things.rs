//! Things in few words: what a line of news, or a conversation, is about.

use std::collections::{HashMap, HashSet};

use domain::circle::Circle;
use domain::conversation::{ThingKind, ThingRef};
use domain::event::EventState;
use domain::id::{ResidenceId, TenantId};
use domain::leg::TermsLeg;
use domain::notice::NoticeState;
use domain::offer::OfferState;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::entity::{barter_terms, events, notices, offers};
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
    words: String,
}

/// A column of one table where another has none.
fn nothing(kind: &'static str) -> Expr {
    Expr::cust("NULL").cast_as(Alias::new(kind))
}

macro_rules! posts {
    ($module:ident, $kind:expr, $ids:expr) => {{
        use $module::{Column, Entity};
        Query::select()
            .expr_as(Expr::val($kind.as_str()), "thing")
            .columns([Column::Id, Column::OfficeId, Column::AuthorId, Column::ResidenceId])
            .columns([Column::Circle, Column::State, Column::Hidden])
            .expr_as(Expr::col(Column::Title), "words")
            .from(Entity)
            .and_where(Expr::col(Column::Id).is_in($ids))
            .to_owned()
    }};
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
        .expr_as(Expr::col((Entity, Column::Legs)), "words")
        .from(Entity)
        .and_where(Expr::col((Entity, Column::BarterId)).is_in(ids))
        .and_where(Expr::col((Entity, Column::Version)).eq(Expr::from(newest)))
        .to_owned()
}

/// The titles of those of these things that are there and of which the viewer may know; with one query.
pub(super) async fn titles(
    store: &Store,
    viewer: &Viewer,
    things: impl IntoIterator<Item = ThingRef>,
) -> Result<HashMap<ThingRef, String>, StoreError> {
    let things: HashSet<ThingRef> = things.into_iter().collect();
    let of = |kind| things.iter().filter(|t| t.kind == kind).map(|t| t.id).collect::<Vec<_>>();
    let mut selects = Vec::new();
    for kind in [ThingKind::Offer, ThingKind::Notice, ThingKind::Event, ThingKind::Barter] {
        let ids = of(kind);
        if ids.is_empty() {
            continue;
        }
        selects.push(match kind {
            ThingKind::Offer => posts!(offers, kind, ids),
            ThingKind::Notice => posts!(notices, kind, ids),
            ThingKind::Event => posts!(events, kind, ids),
            ThingKind::Barter | ThingKind::Conversation => barters(ids),
        });
    }
    let mut selects = selects.into_iter();
    let Some(mut select) = selects.next() else { return Ok(HashMap::new()) };
    for more in selects {
        select.union(UnionType::All, more);
    }
    let atlas = store.atlas();
    let mut titles = HashMap::new();
    for row in store.conn().query_all(&select).await? {
        let row = Row::from_query_result(&row, "")?;
        let about = ThingRef { kind: word(ThingKind::from_word(&row.thing), &row.thing)?, id: row.id };
        if let Some(title) = row.title(store, &atlas, viewer, about.kind)? {
            titles.insert(about, title);
        }
    }
    Ok(titles)
}

impl Row {
    fn title(
        self,
        store: &Store,
        atlas: &Atlas,
        viewer: &Viewer,
        kind: ThingKind,
    ) -> Result<Option<String>, StoreError> {
        let Some(author) = self.author_id.map(TenantId) else {
            // Of a ring each knows her own part alone.
            let legs: Vec<TermsLeg> = value(serde_json::from_str(&self.words))?;
            let hers = |l: &&TermsLeg| l.giver == viewer.tenant;
            let leg = legs.iter().find(hers).or_else(|| legs.iter().find(|l| l.receiver == viewer.tenant));
            let leg = if legs.len() > 2 { leg } else { leg.and(legs.first()) };
            return Ok(leg.filter(|l| !l.what.is_erased()).map(|l| l.what.to_string()));
        };
        let state = self.state.unwrap_or_default();
        let is_shown = match kind {
            ThingKind::Offer => state == OfferState::Open.as_str(),
            ThingKind::Notice => [NoticeState::Published, NoticeState::Resolved].iter().any(|s| s.as_str() == state),
            // What somebody went to keeps its name when it is over.
            ThingKind::Event => state != EventState::Draft.as_str(),
            ThingKind::Barter | ThingKind::Conversation => false,
        };
        let circle = self.circle.as_deref().map(super::offers::circle).transpose()?;
        let reaches = |from: Option<Uuid>, circle: Option<Circle>| {
            from.zip(circle).is_some_and(|(from, c)| atlas.reaches(ResidenceId(from), c, viewer.residence))
        };
        let is_visible = author == viewer.tenant
            || (is_shown
                && self.hidden == Some(false)
                && self.office_id == Some(viewer.office.0)
                && reaches(self.residence_id, circle)
                && !store.are_apart(viewer.tenant, author));
        Ok(is_visible.then_some(self.words))
    }
}
