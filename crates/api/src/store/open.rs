//! Open offers with all that is kept of them in memory: one read feeds the board and the market.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use domain::category::CategorySlug;
use domain::id::{HouseholdId, OfferId, ResidenceId, TenantId};
use domain::offer::{InReturn, OfferKind, OfferState};
use domain::tongue::Speaks;
use matching::{Languages, Post};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
};
use uuid::Uuid;

use super::board::Stacks;
use super::entity::{offers, tenants};
use super::market::Update;
use super::{Db, Store, StoreError, number, value, word};

/// How many rows one query reads while the memory is filled.
const BATCH: u64 = 4_000;
/// How many offers one query reads again: a statement takes a bounded number of values.
const SOME: usize = 1_000;

/// An open offer that nobody hides, and of its author what the market asks.
#[derive(Debug, FromQueryResult)]
pub(super) struct OpenRow {
    pub id: Uuid,
    pub office_id: Uuid,
    pub author_id: Uuid,
    pub residence_id: Uuid,
    pub kind: String,
    pub category: String,
    pub circle: String,
    pub version: i32,
    capacity: i32,
    taken: i32,
    in_return: String,
    created_at: i64,
    ring_id: Option<Uuid>,
    household_id: Uuid,
    speaks: String,
}

impl OpenRow {
    /// As the market sees it.
    pub fn post(&self) -> Result<Post, StoreError> {
        let speaks = word(Speaks::from_words(&self.speaks), &self.speaks)?;
        Ok(Post {
            id: OfferId(self.id),
            author: TenantId(self.author_id),
            household: HouseholdId(self.household_id),
            residence: ResidenceId(self.residence_id),
            kind: word(OfferKind::from_word(&self.kind), &self.kind)?,
            category: value(CategorySlug::parse(self.category.as_str()))?,
            in_return: value(serde_json::from_str::<InReturn>(&self.in_return))?,
            circle: super::offers::circle(&self.circle)?,
            languages: Languages(speaks.bits()),
            since: self.created_at,
            places_left: number(self.capacity.saturating_sub(self.taken).max(0))?,
            in_ring: self.ring_id.is_some(),
        })
    }
}

fn select() -> Select<offers::Entity> {
    use offers::Column;
    let author: RelationDef =
        offers::Entity::belongs_to(tenants::Entity).from(Column::AuthorId).to(tenants::Column::Id).into();
    offers::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::OfficeId,
            Column::AuthorId,
            Column::ResidenceId,
            Column::Kind,
            Column::Category,
            Column::Circle,
            Column::Version,
            Column::Capacity,
            Column::Taken,
            Column::InReturn,
            Column::CreatedAt,
            Column::RingId,
        ])
        .columns([tenants::Column::HouseholdId, tenants::Column::Speaks])
        .join(JoinType::InnerJoin, author)
        .filter(Column::State.eq(OfferState::Open.as_str()))
        .filter(Column::Hidden.eq(false))
}

/// Those of these offers that are open and that nobody hides.
pub(super) async fn rows(db: &impl Db, ids: &[OfferId]) -> Result<Vec<OpenRow>, StoreError> {
    let mut rows = Vec::with_capacity(ids.len());
    for some in ids.chunks(SOME) {
        let select = select().filter(offers::Column::Id.is_in(some.iter().map(|i| i.0)));
        rows.extend(select.into_model::<OpenRow>().all(db.conn()).await?);
    }
    Ok(rows)
}

impl Store {
    /// The open offers that come after this one, a batch of them.
    async fn open_after(&self, after: Uuid) -> Result<Vec<OpenRow>, StoreError> {
        let select = select().filter(offers::Column::Id.gt(after)).order_by_asc(offers::Column::Id).limit(BATCH);
        Ok(select.into_model::<OpenRow>().all(self.conn()).await?)
    }

    /// Reads all open offers anew, for the board and for the market.
    pub(super) async fn reload_offers(&self) -> Result<(), StoreError> {
        let _turn = self.board.turn.lock().await;
        // Before reading: a doubt that comes up meanwhile stays.
        self.board.distrusted.store(false, Ordering::SeqCst);
        let mut stacks = Stacks::default();
        self.read_open(Some(&mut stacks)).await.inspect_err(|_| self.board.distrust())?;
        self.board.replace(stacks);
        Ok(())
    }

    /// Makes the market anew on the atlas as it is now; the board stays.
    pub(super) async fn reload_market(&self) -> Result<(), StoreError> {
        self.read_open(None).await.inspect_err(|_| self.board.distrust())
    }

    async fn read_open(&self, mut stacks: Option<&mut Stacks>) -> Result<(), StoreError> {
        let mut beside = self.market.begin().await;
        beside.lay_out(&self.atlas()).await?;
        let mut after = Uuid::nil();
        loop {
            let rows = self.open_after(after).await?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            if let Some(stacks) = stacks.as_deref_mut() {
                rows.iter().try_for_each(|row| stacks.hang(row))?;
            }
            beside.fill(rows.iter().map(OpenRow::post).collect::<Result<_, _>>()?).await?;
        }
        beside.part(super::blocks::pairs(self).await?).await?;
        beside.replace().await
    }

    /// Reads these offers again and puts them where they belong now.
    pub(super) async fn refresh_offers(&self, ids: &[OfferId]) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let turn = self.board.turn.lock().await;
        let rows: HashMap<Uuid, OpenRow> = rows(self, ids).await?.into_iter().map(|r| (r.id, r)).collect();
        let mut updates = Vec::with_capacity(ids.len());
        for id in ids {
            updates.push(match rows.get(&id.0) {
                Some(row) => Update::Put(Box::new(row.post()?)),
                None => Update::Remove(*id),
            });
        }
        self.board.refresh(ids, &rows)?;
        self.market.tell(|| updates);
        drop(turn);
        self.market.settle().await
    }

    /// Reads these notices again and puts them where they belong now.
    pub(super) async fn refresh_notices(&self, _ids: &[domain::id::NoticeId]) -> Result<(), StoreError> {
        Ok(())
    }

    /// Reads these events again and puts them where they belong now.
    pub(super) async fn refresh_events(&self, _ids: &[domain::id::EventId]) -> Result<(), StoreError> {
        Ok(())
    }
}
