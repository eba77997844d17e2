//! Posts of the lists with all that is kept of them in memory: one read of offers feeds the board, the index of words and the market.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use domain::Timestamp;
use domain::category::CategorySlug;
use domain::event::EventState;
use domain::id::{EventId, HouseholdId, NoticeId, OfferId, OfficeId, ResidenceId, TenantId};
use domain::notice::{NoticeKind, NoticeState};
use domain::offer::{InReturn, OfferKind, OfferState};
use domain::tongue::Speaks;
use matching::{Languages, Post};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
};
use uuid::Uuid;

use super::board::Beside;
use super::entity::{events, notices, offers, tenants};
use super::market::Update;
use super::stacks::{Hung, Kind};
use super::{Db, Store, StoreError, number, value, word};

/// In which states notices and events stand in the lists.
const NOTICES: [NoticeState; 2] = [NoticeState::Published, NoticeState::Resolved];
const EVENTS: [EventState; 3] = [EventState::Published, EventState::Postponed, EventState::Cancelled];

/// How many rows one query reads while the memory is filled.
const BATCH: u64 = 4_000;
/// How many posts one query reads again: a statement takes a bounded number of values.
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
    title: String,
    text: String,
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

    /// As it hangs on the board.
    fn hung(self) -> Result<Hung, StoreError> {
        Ok(Hung {
            rank: self.id,
            id: self.id,
            version: self.version,
            kind: Kind::Offer(word(OfferKind::from_word(&self.kind), &self.kind)?),
            office: OfficeId(self.office_id),
            author: TenantId(self.author_id),
            residence: ResidenceId(self.residence_id),
            circle: super::offers::circle(&self.circle)?,
            category: Some(value(CategorySlug::parse(self.category))?),
            until: None,
            title: self.title,
            text: self.text,
        })
    }
}

/// A notice of the lists that nobody hides.
#[derive(Debug, FromQueryResult)]
struct NoticeRow {
    id: Uuid,
    office_id: Uuid,
    author_id: Uuid,
    residence_id: Uuid,
    kind: String,
    title: String,
    text: String,
    circle: String,
    version: i32,
}

impl NoticeRow {
    fn hung(self) -> Result<Hung, StoreError> {
        Ok(Hung {
            rank: self.id,
            id: self.id,
            version: self.version,
            kind: Kind::Notice(word(NoticeKind::from_word(&self.kind), &self.kind)?),
            office: OfficeId(self.office_id),
            author: TenantId(self.author_id),
            residence: ResidenceId(self.residence_id),
            circle: super::offers::circle(&self.circle)?,
            category: None,
            until: None,
            title: self.title,
            text: self.text,
        })
    }

    fn select() -> Select<notices::Entity> {
        use notices::Column;
        notices::Entity::find()
            .select_only()
            .columns([
                Column::Id,
                Column::OfficeId,
                Column::AuthorId,
                Column::ResidenceId,
                Column::Kind,
                Column::Title,
                Column::Text,
                Column::Circle,
                Column::Version,
            ])
            .filter(Column::Hidden.eq(false))
    }
}

/// An event of the lists that nobody hides.
#[derive(Debug, FromQueryResult)]
struct EventRow {
    id: Uuid,
    office_id: Uuid,
    author_id: Uuid,
    residence_id: Uuid,
    title: String,
    text: String,
    place: String,
    circle: String,
    listed_until: i64,
    version: i32,
    created_at: i64,
}

/// What takes place is in the lists until the last date that stands is over; what does not, until all are.
const LISTED_UNTIL: &str = "CASE WHEN events.state = 'published' THEN COALESCE((SELECT MAX(stands.ends_at) FROM event_dates stands \
     WHERE stands.event_id = events.id AND NOT stands.cancelled), events.over_at) ELSE events.over_at END";

/// Where something hangs that was begun at one time and posted at another: its id, at the time when it was posted (RFC 9562, 5.7: a UUIDv7
/// begins with its milliseconds, in 48 bits).
fn rank(id: Uuid, posted_at: i64) -> Uuid {
    let begun = id.as_u128() >> 80;
    let posted = u128::try_from(posted_at).unwrap_or(begun);
    // What is posted at once has its id from the same moment, give or take.
    if posted <= begun + 1_000 { id } else { Uuid::from_u128(posted << 80 | id.as_u128() & ((1 << 80) - 1)) }
}

impl EventRow {
    fn hung(self) -> Result<Hung, StoreError> {
        Ok(Hung {
            rank: rank(self.id, self.created_at),
            id: self.id,
            version: self.version,
            kind: Kind::Event,
            office: OfficeId(self.office_id),
            author: TenantId(self.author_id),
            residence: ResidenceId(self.residence_id),
            circle: super::offers::circle(&self.circle)?,
            category: None,
            until: Some(super::time(self.listed_until)),
            title: self.title,
            text: format!("{}\n{}", self.text, self.place),
        })
    }

    fn select() -> Select<events::Entity> {
        use events::Column;
        events::Entity::find()
            .select_only()
            .columns([
                Column::Id,
                Column::OfficeId,
                Column::AuthorId,
                Column::ResidenceId,
                Column::Title,
                Column::Text,
                Column::Place,
                Column::Circle,
                Column::Version,
                Column::CreatedAt,
            ])
            .column_as(Expr::cust(LISTED_UNTIL), "listed_until")
            .filter(Column::Hidden.eq(false))
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
            Column::Title,
            Column::Text,
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

/// Those that were found, and those that were not.
fn all_of<I: Copy>(
    ids: &[I],
    uuid: impl Fn(I) -> Uuid,
    found: impl IntoIterator<Item = Result<Hung, StoreError>>,
) -> Result<Vec<(Uuid, Option<Hung>)>, StoreError> {
    let mut found = found.into_iter().map(|h| h.map(|h| (h.id, h))).collect::<Result<HashMap<_, _>, _>>()?;
    Ok(ids.iter().map(|&id| (uuid(id), found.remove(&uuid(id)))).collect())
}

impl Store {
    /// The open offers that come after this one, a batch of them.
    async fn open_after(&self, after: Uuid) -> Result<Vec<OpenRow>, StoreError> {
        let select = select().filter(offers::Column::Id.gt(after)).order_by_asc(offers::Column::Id).limit(BATCH);
        Ok(select.into_model::<OpenRow>().all(self.conn()).await?)
    }

    /// Reads all posts of the lists anew, for the board and for the market.
    pub(super) async fn reload_posts(&self) -> Result<(), StoreError> {
        let _turn = self.board.turn.lock().await;
        // Before reading: a doubt that comes up meanwhile stays.
        self.board.distrusted.store(false, Ordering::SeqCst);
        let mut beside = Beside::default();
        let read = async {
            self.read_open(Some(&mut beside)).await?;
            self.read_notices(&mut beside).await?;
            self.read_events(&mut beside).await?;
            self.reload_agenda().await
        };
        read.await.inspect_err(|_| self.board.distrust())?;
        self.board.replace(beside);
        Ok(())
    }

    /// Makes the market anew on the atlas as it is now; the board stays.
    pub(super) async fn reload_market(&self) -> Result<(), StoreError> {
        self.read_open(None).await.inspect_err(|_| self.board.distrust())
    }

    async fn read_open(&self, mut board: Option<&mut Beside>) -> Result<(), StoreError> {
        let mut beside = self.market.begin().await;
        beside.lay_out(&self.atlas()).await?;
        let mut after = Uuid::nil();
        loop {
            let rows = self.open_after(after).await?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            let posts = rows.iter().map(OpenRow::post).collect::<Result<_, _>>()?;
            if let Some(board) = board.as_deref_mut() {
                rows.into_iter().try_for_each(|row| row.hung().map(|post| board.hang(&post)))?;
            }
            beside.fill(posts).await?;
        }
        beside.part(super::blocks::pairs(self).await?).await?;
        beside.replace().await
    }

    async fn read_notices(&self, board: &mut Beside) -> Result<(), StoreError> {
        use notices::Column;
        for state in NOTICES {
            let mut after = Uuid::nil();
            loop {
                let select = NoticeRow::select().filter(Column::State.eq(state.as_str())).filter(Column::Id.gt(after));
                let select = select.order_by_asc(Column::Id).limit(BATCH);
                let rows = select.into_model::<NoticeRow>().all(self.conn()).await?;
                let Some(last) = rows.last() else { break };
                after = last.id;
                rows.into_iter().try_for_each(|row| row.hung().map(|post| board.hang(&post)))?;
            }
        }
        Ok(())
    }

    async fn read_events(&self, board: &mut Beside) -> Result<(), StoreError> {
        use events::Column;
        for state in EVENTS {
            let mut after = Uuid::nil();
            loop {
                let select = EventRow::select()
                    .filter(Column::State.eq(state.as_str()))
                    .filter(Column::OverAt.gt(self.board.latest()))
                    .filter(Column::Id.gt(after));
                let select = select.order_by_asc(Column::Id).limit(BATCH);
                let rows = select.into_model::<EventRow>().all(self.conn()).await?;
                let Some(last) = rows.last() else { break };
                after = last.id;
                rows.into_iter().try_for_each(|row| row.hung().map(|post| board.hang(&post)))?;
            }
        }
        Ok(())
    }

    fn hang(&self, posts: &[(Uuid, Option<Hung>)]) {
        self.board.refresh(posts);
        for (id, _) in posts.iter().filter(|(_, post)| post.is_none()) {
            self.cards.remove(*id);
        }
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
        self.hang(&all_of(ids, |i| i.0, rows.into_values().map(OpenRow::hung))?);
        self.market.tell(|| updates);
        drop(turn);
        self.market.settle().await
    }

    /// Reads these notices again and puts them where they belong now.
    pub(super) async fn refresh_notices(&self, ids: &[NoticeId]) -> Result<(), StoreError> {
        use notices::Column;
        if ids.is_empty() {
            return Ok(());
        }
        let _turn = self.board.turn.lock().await;
        for some in ids.chunks(SOME) {
            let select = NoticeRow::select()
                .filter(Column::Id.is_in(some.iter().map(|i| i.0)))
                .filter(Column::State.is_in(NOTICES.map(NoticeState::as_str)));
            let rows = select.into_model::<NoticeRow>().all(self.conn()).await?;
            self.hang(&all_of(some, |i| i.0, rows.into_iter().map(NoticeRow::hung))?);
        }
        Ok(())
    }

    /// Reads these events again and puts them where they belong now.
    pub(super) async fn refresh_events(&self, ids: &[EventId]) -> Result<(), StoreError> {
        use events::Column;
        if ids.is_empty() {
            return Ok(());
        }
        let _turn = self.board.turn.lock().await;
        for some in ids.chunks(SOME) {
            let select = EventRow::select()
                .filter(Column::Id.is_in(some.iter().map(|i| i.0)))
                .filter(Column::State.is_in(EVENTS.map(EventState::as_str)));
            let rows = select.into_model::<EventRow>().all(self.conn()).await?;
            self.hang(&all_of(some, |i| i.0, rows.into_iter().map(EventRow::hung))?);
            self.refresh_agenda(some).await?;
        }
        Ok(())
    }

    /// Takes what the clock has ended off the lists.
    pub async fn take_down_over(&self, now: Timestamp) {
        // What gets another date meanwhile is hung anew after this.
        let _turn = self.board.turn.lock().await;
        self.board.tell_time(now);
        let over: Vec<_> = self.board.over(now).into_iter().map(|id| (id, None)).collect();
        self.forget_agenda(now);
        self.hang(&over);
    }

    /// Whether a text stands in what the memory holds of the lists: for the proof that nothing of it stays.
    #[must_use]
    pub fn lists_hold(&self, text: &str) -> bool {
        self.board.holds(text) || self.cards.hold(text)
    }
}
