//! Who has blocked whom, and who therefore no longer meets whom.
//!
//! Blocks are few, and every list asks for them: all pairs lie in memory, in both directions, so that no request needs a query and
//! whoever has blocked nobody pays for one look into a map. The database stays the truth; after each commit the pairs that changed are
//! read again, one reader after the other, as on the board.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, RwLock};

use domain::Timestamp;
use domain::id::TenantId;
use domain::tenant::{BlockView, MAX_BLOCKS};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::entity::blocks::{ActiveModel, Column, Entity};
use super::entity::tenants as people;
use super::{Change, Db, Store, StoreError, Tx, Viewer, tenants};

/// How many rows one query reads while the memory is filled.
const BATCH: u64 = 20_000;
/// How many pairs one query reads again: a statement takes a bounded number of values.
const PAIRS: usize = 400;

/// Those whom somebody does not meet, whichever of the two wished it.
pub(super) type Apart = HashSet<TenantId, BuildHasherDefault<LastBytes>>;

/// Each offer of a page is asked for its author: ids are drawn at random by the server, so their last bytes are hash enough, in a tenth of
/// the time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LastBytes(u64);

impl Hasher for LastBytes {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last_chunk() {
            self.0 = u64::from_be_bytes(*last);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Who does not meet whom, in memory.
#[derive(Debug, Default)]
pub struct Blocks {
    apart: RwLock<HashMap<TenantId, Arc<Apart>>>,
    /// One refresh after the other: read, then keep.
    turn: tokio::sync::Mutex<()>,
}

fn part(apart: &mut HashMap<TenantId, Arc<Apart>>, a: TenantId, b: TenantId) {
    for (one, other) in [(a, b), (b, a)] {
        Arc::make_mut(apart.entry(one).or_default()).insert(other);
    }
}

fn join(apart: &mut HashMap<TenantId, Arc<Apart>>, a: TenantId, b: TenantId) {
    for (one, other) in [(a, b), (b, a)] {
        if let Some(set) = apart.get_mut(&one) {
            Arc::make_mut(set).remove(&other);
            if set.is_empty() {
                apart.remove(&one);
            }
        }
    }
}

impl Blocks {
    fn write(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<TenantId, Arc<Apart>>> {
        self.apart.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Those whom somebody does not meet; none for nearly everybody.
    pub(super) fn apart(&self, who: TenantId) -> Option<Arc<Apart>> {
        self.apart.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(&who).cloned()
    }
}

impl Store {
    /// Whether one of the two has blocked the other.
    #[must_use]
    pub fn are_apart(&self, a: TenantId, b: TenantId) -> bool {
        self.blocks.apart(a).is_some_and(|apart| apart.contains(&b))
    }

    /// Reads all blocks anew.
    pub(super) async fn reload_blocks(&self) -> Result<(), StoreError> {
        let _turn = self.blocks.turn.lock().await;
        let mut apart = HashMap::new();
        for (blocker, blocked) in pairs(self).await? {
            part(&mut apart, blocker, blocked);
        }
        *self.blocks.write() = apart;
        Ok(())
    }

    /// Reads these pairs again.
    pub(super) async fn refresh_blocks(&self, changed: &[(TenantId, TenantId)]) -> Result<(), StoreError> {
        if changed.is_empty() {
            return Ok(());
        }
        let _turn = self.blocks.turn.lock().await;
        for some in changed.chunks(PAIRS) {
            let of: HashSet<Uuid> = some.iter().flat_map(|(a, b)| [a.0, b.0]).collect();
            let found: HashSet<(Uuid, Uuid)> = among(of).into_tuple().all(self.conn()).await?.into_iter().collect();
            let mut apart = self.blocks.write();
            for &(a, b) in some {
                if found.contains(&(a.0, b.0)) || found.contains(&(b.0, a.0)) {
                    part(&mut apart, a, b);
                } else {
                    join(&mut apart, a, b);
                }
            }
        }
        Ok(())
    }

    /// Whether somebody may say of another that she no longer wants to meet her: she knows of her, or has said so already. Whom she no
    /// longer meets because the other one said so she does not know of, but for what they had together.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn may_block(&self, viewer: &Viewer, other: TenantId) -> Result<bool, StoreError> {
        Ok(exists(self, viewer.tenant, other).await?
            || self.share_a_barter(viewer, other).await?
            || self.share_a_conversation(viewer, other).await?
            || self.an_offer_reaches(viewer, other).await?
            || self.a_notice_reaches(viewer, other).await?
            || self.meet_at_an_event(viewer, other).await?)
    }
}

/// The blocks among these people.
fn among(people: impl IntoIterator<Item = Uuid> + Clone) -> sea_orm::Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::BlockerId, Column::BlockedId])
        .filter(Column::BlockerId.is_in(people.clone()))
        .filter(Column::BlockedId.is_in(people))
}

/// All blocks: who, whom.
///
/// # Errors
/// When the database does not answer.
pub async fn pairs(db: &impl Db) -> Result<Vec<(TenantId, TenantId)>, StoreError> {
    let mut pairs: Vec<(TenantId, TenantId)> = Vec::new();
    loop {
        let mut select = Entity::find().select_only().columns([Column::BlockerId, Column::BlockedId]);
        if let Some((blocker, blocked)) = pairs.last() {
            let same = Condition::all().add(Column::BlockerId.eq(blocker.0)).add(Column::BlockedId.gt(blocked.0));
            select = select.filter(Condition::any().add(Column::BlockerId.gt(blocker.0)).add(same));
        }
        let select = select.order_by_asc(Column::BlockerId).order_by_asc(Column::BlockedId).limit(BATCH);
        let rows: Vec<(Uuid, Uuid)> = select.into_tuple().all(db.conn()).await?;
        if rows.is_empty() {
            return Ok(pairs);
        }
        pairs.extend(rows.into_iter().map(|(a, b)| (TenantId(a), TenantId(b))));
    }
}

/// Keeps these people as they are until the end of the transaction, in the order of their ids, so that two never wait for each other.
/// Answers how many of them there are. SQLite has one writer at a time and needs no such thing.
async fn hold(tx: &Tx, these: &[TenantId], how: LockType) -> Result<usize, StoreError> {
    let held: Vec<Uuid> = people::Entity::find()
        .select_only()
        .column(people::Column::Id)
        .filter(people::Column::Id.is_in(these.iter().map(|p| p.0)))
        .order_by_asc(people::Column::Id)
        .lock(how)
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(held.len())
}

/// Keeps these people to oneself, each named once: nothing is begun among them meanwhile ([`none_among`] waits), and what is counted of them
/// holds. False when one of them is gone.
///
/// # Errors
/// When the database does not answer.
pub async fn hold_all(tx: &Tx, these: &[TenantId]) -> Result<bool, StoreError> {
    // Not as strict as `FOR UPDATE`, so that rows which only refer to them can be written.
    Ok(hold(tx, these, LockType::NoKeyUpdate).await? == these.len())
}

/// Whether nobody of these has blocked another of them, now and until the end of the transaction: to be asked before a barter of theirs
/// is written.
///
/// # Errors
/// When the database does not answer.
pub async fn none_among(tx: &Tx, these: &[TenantId]) -> Result<bool, StoreError> {
    hold(tx, these, LockType::Share).await?;
    let found: Option<(Uuid, Uuid)> = among(these.iter().map(|p| p.0)).into_tuple().one(tx.conn()).await?;
    Ok(found.is_none())
}

/// Whether somebody has blocked somebody.
///
/// # Errors
/// When the database does not answer.
pub async fn exists(db: &impl Db, blocker: TenantId, blocked: TenantId) -> Result<bool, StoreError> {
    Ok(Entity::find_by_id((blocker.0, blocked.0)).one(db.conn()).await?.is_some())
}

/// How many people somebody has blocked.
///
/// # Errors
/// When the database does not answer.
pub async fn count(db: &impl Db, blocker: TenantId) -> Result<u64, StoreError> {
    Ok(Entity::find().filter(Column::BlockerId.eq(blocker.0)).count(db.conn()).await?)
}

/// Keeps a block; one that stands stays as it is.
///
/// # Errors
/// `Stale` when one of the two is gone.
pub async fn insert(tx: &Tx, blocker: TenantId, blocked: TenantId, now: Timestamp) -> Result<(), StoreError> {
    let row =
        ActiveModel { blocker_id: Set(blocker.0), blocked_id: Set(blocked.0), created_at: Set(now.timestamp_millis()) };
    Entity::insert(row)
        .on_conflict(OnConflict::columns([Column::BlockerId, Column::BlockedId]).do_nothing().to_owned())
        .exec_without_returning(tx.conn())
        .await?;
    tx.tell(Change::Block(blocker, blocked));
    Ok(())
}

/// Takes a block back; false when there was none.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(tx: &Tx, blocker: TenantId, blocked: TenantId) -> Result<bool, StoreError> {
    let deleted = Entity::delete_by_id((blocker.0, blocked.0)).exec(tx.conn()).await?;
    tx.tell(Change::Block(blocker, blocked));
    Ok(deleted.rows_affected == 1)
}

/// Forgets whom somebody has blocked and who has blocked her: she leaves.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn delete_all(tx: &Tx, who: TenantId) -> Result<(), StoreError> {
    let hers = || Condition::any().add(Column::BlockerId.eq(who.0)).add(Column::BlockedId.eq(who.0));
    let pairs: Vec<(Uuid, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::BlockerId, Column::BlockedId])
        .filter(hers())
        .into_tuple()
        .all(tx.conn())
        .await?;
    if pairs.is_empty() {
        return Ok(());
    }
    Entity::delete_many().filter(hers()).exec(tx.conn()).await?;
    for (blocker, blocked) in pairs {
        tx.tell(Change::Block(TenantId(blocker), TenantId(blocked)));
    }
    Ok(())
}

/// Whom the viewer has blocked, the last one first; all of them ([`MAX_BLOCKS`]).
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &impl Db, viewer: &Viewer) -> Result<Vec<BlockView>, StoreError> {
    let rows = Entity::find()
        .filter(Column::BlockerId.eq(viewer.tenant.0))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::BlockedId)
        .limit(MAX_BLOCKS)
        .all(db.conn())
        .await?;
    let mut people = tenants::people(db, rows.iter().map(|r| TenantId(r.blocked_id))).await?;
    let view = |row: super::entity::blocks::Model| {
        let person = people.remove(&TenantId(row.blocked_id))?;
        Some(BlockView { person, since: super::time(row.created_at) })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}
