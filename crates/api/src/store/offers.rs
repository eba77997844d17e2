//! Offers.

use std::collections::HashMap;

use domain::Timestamp;
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::id::{BarterId, OfferId, OfficeId, ResidenceId, TenantId};
use domain::offer::{Capacity, InReturn, Offer, OfferKind, OfferState, OfferView};
use domain::tenant::Person;
use domain::text::{Body, Title, Words};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

pub use super::board::BoardFilter;
use super::square::{next_of, page_json};
use super::stacks::Look;
use super::{Atlas, Change, Db, Store, StoreError, Tx, Viewer, entity, number, tenants, value, word};

pub(super) fn circle(text: &str) -> Result<Circle, StoreError> {
    word(Circle::ALL.into_iter().find(|c| c.as_str() == text), text)
}

pub(super) fn from_row(row: entity::offers::Model) -> Result<Offer, StoreError> {
    Ok(Offer {
        id: OfferId(row.id),
        office: OfficeId(row.office_id),
        author: TenantId(row.author_id),
        residence: ResidenceId(row.residence_id),
        kind: word(OfferKind::from_word(&row.kind), &row.kind)?,
        category: value(CategorySlug::parse(row.category))?,
        title: value(Title::parse(row.title))?,
        text: value(Body::parse(row.text))?,
        circle: circle(&row.circle)?,
        times: row.times.map(|t| value(Words::parse(t))).transpose()?,
        capacity: value(Capacity::parse(number(row.capacity)?))?,
        taken: number(row.taken)?,
        in_return: value(serde_json::from_str::<InReturn>(&row.in_return))?,
        state: word(OfferState::from_word(&row.state), &row.state)?,
        created_at: super::time(row.created_at),
        expires_at: super::time(row.expires_at),
        version: number(row.version)?,
        hidden: row.hidden,
        ring: row.ring_id.map(BarterId),
    })
}

fn to_row(offer: &Offer) -> Result<entity::offers::Model, StoreError> {
    Ok(entity::offers::Model {
        id: offer.id.0,
        office_id: offer.office.0,
        author_id: offer.author.0,
        residence_id: offer.residence.0,
        kind: offer.kind.as_str().to_owned(),
        category: offer.category.to_string(),
        title: offer.title.to_string(),
        text: offer.text.to_string(),
        circle: offer.circle.as_str().to_owned(),
        times: offer.times.clone().map(String::from),
        capacity: i32::from(offer.capacity.get()),
        taken: i32::from(offer.taken),
        in_return: value(serde_json::to_string(&offer.in_return))?,
        state: offer.state.as_str().to_owned(),
        created_at: offer.created_at.timestamp_millis(),
        expires_at: offer.expires_at.timestamp_millis(),
        version: i32::try_from(offer.version).unwrap_or(i32::MAX),
        hidden: offer.hidden,
        ring_id: offer.ring.map(|r| r.0),
    })
}

/// A new offer.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, offer: &Offer) -> Result<(), StoreError> {
    insert_many(tx, std::slice::from_ref(offer)).await
}

/// Many new offers at once.
///
/// # Errors
/// When the database does not answer.
pub async fn insert_many(tx: &Tx, offers: &[Offer]) -> Result<(), StoreError> {
    for part in offers.chunks(500) {
        let rows = part
            .iter()
            .map(|o| to_row(o).map(IntoActiveModel::into_active_model))
            .collect::<Result<Vec<entity::offers::ActiveModel>, _>>()?;
        entity::offers::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
        for offer in part {
            tx.tell(Change::Offer(offer.id));
        }
    }
    Ok(())
}

/// One offer, for a use case that will decide who may do what.
///
/// # Errors
/// When the database does not answer.
pub async fn load(tx: &Tx, id: OfferId) -> Result<Option<Offer>, StoreError> {
    entity::offers::Entity::find_by_id(id.0).one(tx.conn()).await?.map(from_row).transpose()
}

/// Those of these offers that are open and that nobody hides: for what was already found to reach the viewer.
///
/// # Errors
/// When the database does not answer.
pub async fn open(db: &impl Db, ids: impl IntoIterator<Item = OfferId>) -> Result<HashMap<OfferId, Offer>, StoreError> {
    use entity::offers::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::Id.is_in(ids.into_iter().map(|i| i.0)))
        .filter(Column::State.eq(OfferState::Open.as_str()))
        .filter(Column::Hidden.eq(false))
        .all(db.conn())
        .await?;
    rows.into_iter().map(|row| from_row(row).map(|offer| (offer.id, offer))).collect()
}

/// Whether an offer is the viewer's, in whatever state.
///
/// # Errors
/// When the database does not answer.
pub async fn is_own(db: &impl Db, viewer: &Viewer, id: OfferId) -> Result<bool, StoreError> {
    let row = entity::offers::Entity::find_by_id(id.0).one(db.conn()).await?;
    Ok(row.is_some_and(|row| row.author_id == viewer.tenant.0))
}

/// Keeps a changed offer if it is still as it was read.
///
/// # Errors
/// `Stale` when somebody was faster.
pub async fn save(tx: &Tx, offer: &Offer, read: u32) -> Result<(), StoreError> {
    use entity::offers::Column;
    let row = to_row(offer)?;
    let saved = entity::offers::Entity::update_many()
        .col_expr(Column::Category, Expr::value(row.category))
        .col_expr(Column::Title, Expr::value(row.title))
        .col_expr(Column::Text, Expr::value(row.text))
        .col_expr(Column::Circle, Expr::value(row.circle))
        .col_expr(Column::Times, Expr::value(row.times))
        .col_expr(Column::Capacity, Expr::value(row.capacity))
        .col_expr(Column::Taken, Expr::value(row.taken))
        .col_expr(Column::InReturn, Expr::value(row.in_return))
        .col_expr(Column::State, Expr::value(row.state))
        .col_expr(Column::ExpiresAt, Expr::value(row.expires_at))
        .col_expr(Column::Version, Expr::value(row.version))
        .col_expr(Column::Hidden, Expr::value(row.hidden))
        .col_expr(Column::RingId, Expr::value(row.ring_id))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Version.eq(i32::try_from(read).unwrap_or(i32::MAX)))
        .exec(tx.conn())
        .await?;
    if saved.rows_affected != 1 {
        return Err(StoreError::Stale);
    }
    tx.tell(Change::Offer(offer.id));
    Ok(())
}

/// Makes new cards of all open offers of an author whose name or mark has changed: in the order of their ids, as agreements take places,
/// so that the two never wait for each other.
///
/// # Errors
/// When the database does not answer.
pub async fn author_changed(tx: &Tx, author: TenantId) -> Result<(), StoreError> {
    use entity::offers::{Column, Entity};
    let open: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AuthorId.eq(author.0))
        .filter(Column::State.eq(OfferState::Open.as_str()))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(tx.conn())
        .await?;
    for id in open {
        // Counted by the database: whoever saves it at the same moment gets a version of its own.
        Entity::update_many()
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.eq(id))
            .exec(tx.conn())
            .await?;
        tx.tell(Change::Offer(OfferId(id)));
    }
    Ok(())
}

/// Whether the viewer may know of an offer: her own always, another's when it is open and reaches her.
#[must_use]
fn is_visible(atlas: &Atlas, viewer: &Viewer, offer: &Offer) -> bool {
    offer.author == viewer.tenant
        || (offer.office == viewer.office
            && offer.state == OfferState::Open
            && !offer.hidden
            && atlas.reaches(offer.residence, offer.circle, viewer.residence))
}

/// An offer as the viewer sees it.
#[must_use]
pub fn view(atlas: &Atlas, viewer: &Viewer, offer: &Offer, author: Person) -> Option<OfferView> {
    let mut view = plain_view(atlas, offer, author)?;
    view.distance_m = atlas.distance_m(viewer.residence, offer.residence);
    if offer.author == viewer.tenant {
        view.actions = offer.actions();
    }
    Some(view)
}

/// What of an offer is alike for all.
pub(super) fn plain_view(atlas: &Atlas, offer: &Offer, author: Person) -> Option<OfferView> {
    Some(OfferView {
        id: offer.id,
        kind: offer.kind,
        category: offer.category.clone(),
        title: offer.title.clone(),
        text: offer.text.clone(),
        circle: offer.circle,
        times: offer.times.clone(),
        capacity: offer.capacity,
        places_left: offer.capacity.get().saturating_sub(offer.taken),
        in_return: offer.in_return.clone(),
        author,
        residence: atlas.brief(offer.residence)?,
        distance_m: None,
        state: offer.state,
        created_at: offer.created_at,
        expires_at: offer.expires_at,
        version: offer.version,
        actions: Vec::new(),
    })
}

impl Store {
    /// Whether the viewer may know of an offer: her own always, another's when it is open, reaches her, and the two meet.
    #[must_use]
    pub fn may_see(&self, viewer: &Viewer, offer: &Offer) -> bool {
        is_visible(&self.atlas(), viewer, offer) && !self.are_apart(viewer.tenant, offer.author)
    }

    /// One offer as JSON ([`OfferView`]) with its version; none when the viewer may not know of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn offer_json(
        &self,
        viewer: &Viewer,
        id: OfferId,
        now: Timestamp,
    ) -> Result<Option<(String, u32)>, StoreError> {
        let atlas = self.atlas();
        if let Some(found) = self.board.offer(id) {
            let card = self.cards_of(&atlas, viewer, &[found], now).await?.pop().flatten();
            if let Some(card) = card {
                if !self.may_read(&atlas, viewer, &card) {
                    return Ok(None);
                }
                let mut json = String::with_capacity(card.len());
                card.write(&mut json, &atlas, viewer)?;
                return Ok(Some((json, number(card.version)?)));
            }
        }
        // Off the board: only its author still sees it.
        let row = entity::offers::Entity::find_by_id(id.0).one(self.conn()).await?;
        let Some(offer) = row.map(from_row).transpose()?.filter(|o| o.author == viewer.tenant) else { return Ok(None) };
        let Some(author) = tenants::find(self, viewer.tenant).await? else { return Ok(None) };
        let Some(view) = view(&atlas, viewer, &offer, author.person()) else { return Ok(None) };
        Ok(Some((value(serde_json::to_string(&view))?, offer.version)))
    }

    /// A page of the offers that reach the viewer, newest first, as JSON (`Page<OfferView>`).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn offers_json(
        &self,
        viewer: &Viewer,
        filter: &BoardFilter,
        limit: u16,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let atlas = self.atlas();
        let apart = self.blocks.apart(viewer.tenant);
        let look = Look { atlas: &atlas, viewer, apart: apart.as_deref(), circle: filter.circle, now };
        let mut page = self.board.offers(&look, filter, usize::from(limit) + 1);
        let next = next_of(&mut page, limit, |last| last.id.to_string());
        let cards = self.cards_of(&atlas, viewer, &page, now).await?;
        page_json(&cards, next, |card, json| card.write(json, &atlas, viewer))
    }

    /// Whether an open offer of this author reaches the viewer, who meets her.
    pub(super) async fn an_offer_reaches(&self, viewer: &Viewer, author: TenantId) -> Result<bool, StoreError> {
        use entity::offers::{Column, Entity};
        if self.are_apart(viewer.tenant, author) {
            return Ok(false);
        }
        let rows = Entity::find()
            .filter(Column::AuthorId.eq(author.0))
            .filter(Column::State.eq(OfferState::Open.as_str()))
            .all(self.conn())
            .await?;
        let atlas = self.atlas();
        let offers = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        Ok(offers.iter().any(|offer| is_visible(&atlas, viewer, offer)))
    }

    /// The viewer's own offers in whatever state, newest first; one more than `limit` when there are more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own_offers(
        &self,
        viewer: &Viewer,
        before: Option<OfferId>,
        limit: u16,
    ) -> Result<Vec<OfferView>, StoreError> {
        use entity::offers::{Column, Entity};
        let mut select = Entity::find().filter(Column::AuthorId.eq(viewer.tenant.0));
        if let Some(before) = before {
            select = select.filter(Column::Id.lt(before.0));
        }
        let rows = select.order_by_desc(Column::Id).limit(u64::from(limit) + 1).all(self.conn()).await?;
        let Some(author) = tenants::find(self, viewer.tenant).await? else { return Ok(Vec::new()) };
        let atlas = self.atlas();
        let offers = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        Ok(offers.iter().filter_map(|o| view(&atlas, viewer, o, author.person())).collect())
    }
}
