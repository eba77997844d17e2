//! Sessions and their refresh tokens.

use std::collections::HashSet;

use domain::Timestamp;
use domain::id::{SessionId, TenantId};
use domain::session::{Device, SessionView};
use quick_cache::sync::Cache;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Change, Db, Store, StoreError, Tx, Viewer, entity, word};

/// Viewers by session, so that a request with a good token needs no query; and sessions that have ended, so that a viewer who was
/// read a moment before the end cannot come back.
pub struct SessionCache {
    viewers: Cache<SessionId, Viewer>,
    ended: Cache<SessionId, ()>,
}

impl SessionCache {
    pub(super) fn new() -> Self {
        Self { viewers: Cache::new(100_000), ended: Cache::new(100_000) }
    }

    pub(super) fn end(&self, id: SessionId) {
        self.ended.insert(id, ());
        self.viewers.remove(&id);
    }

    pub(super) fn forget(&self) {
        self.viewers.clear();
    }
}

/// A refresh token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The session it belongs to.
    pub session: SessionId,
    /// Whose session that is.
    pub tenant: TenantId,
    /// When it was used, if it was.
    pub used_at: Option<Timestamp>,
    /// Whether the session goes on.
    pub alive: bool,
}

impl Store {
    /// Who comes with this session; none when it has ended.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn viewer(&self, session: SessionId, now: Timestamp) -> Result<Option<Viewer>, StoreError> {
        if self.sessions.ended.get(&session).is_some() {
            return Ok(None);
        }
        if let Some(viewer) = self.sessions.viewers.get(&session) {
            return Ok(Some(viewer));
        }
        let Some(row) = entity::sessions::Entity::find_by_id(session.0).one(self.conn()).await? else {
            return Ok(None);
        };
        if row.ended_at.is_some() || row.expires_at <= now.timestamp_millis() {
            return Ok(None);
        }
        let Some(tenant) = super::tenants::find(self, TenantId(row.tenant_id)).await? else { return Ok(None) };
        let viewer = Viewer { tenant: tenant.id, office: tenant.office, residence: tenant.residence, session };
        self.sessions.viewers.insert(session, viewer.clone());
        Ok(Some(viewer))
    }
}

/// Which of these sessions go on.
///
/// # Errors
/// When the database does not answer.
pub async fn alive(
    db: &impl Db,
    sessions: &HashSet<SessionId>,
    now: Timestamp,
) -> Result<HashSet<SessionId>, StoreError> {
    use entity::sessions::{Column, Entity};
    let ids: Vec<Uuid> = sessions.iter().map(|s| s.0).collect();
    let mut alive = HashSet::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let found: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(some.iter().copied()))
            .filter(Column::EndedAt.is_null())
            .filter(Column::ExpiresAt.gt(now.timestamp_millis()))
            .into_tuple()
            .all(db.conn())
            .await?;
        alive.extend(found.into_iter().map(SessionId));
    }
    Ok(alive)
}

/// A new session with its first refresh token.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    tx: &Tx,
    id: SessionId,
    tenant: TenantId,
    device: Device,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = entity::sessions::ActiveModel {
        id: Set(id.0),
        tenant_id: Set(tenant.0),
        device: Set(device.as_str().to_owned()),
        created_at: Set(now.timestamp_millis()),
        last_used_at: Set(now.timestamp_millis()),
        expires_at: Set(expires_at.timestamp_millis()),
        ended_at: Set(None),
    };
    row.insert(tx.conn()).await?;
    Ok(())
}

/// Keeps the hash of a refresh token.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_token(tx: &Tx, hash: &[u8; 32], session: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let row = entity::refresh_tokens::ActiveModel {
        hash: Set(hash.to_vec()),
        session_id: Set(session.0),
        created_at: Set(now.timestamp_millis()),
        used_at: Set(None),
    };
    entity::refresh_tokens::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The refresh token with this hash.
///
/// # Errors
/// When the database does not answer.
pub async fn token(db: &impl Db, hash: &[u8; 32], now: Timestamp) -> Result<Option<RefreshToken>, StoreError> {
    let Some(row) = entity::refresh_tokens::Entity::find_by_id(hash.to_vec()).one(db.conn()).await? else {
        return Ok(None);
    };
    let Some(session) = entity::sessions::Entity::find_by_id(row.session_id).one(db.conn()).await? else {
        return Ok(None);
    };
    Ok(Some(RefreshToken {
        session: SessionId(session.id),
        tenant: TenantId(session.tenant_id),
        used_at: row.used_at.map(super::time),
        alive: session.ended_at.is_none() && session.expires_at > now.timestamp_millis(),
    }))
}

/// Marks a refresh token as used; false when somebody else was faster.
///
/// # Errors
/// When the database does not answer.
pub async fn use_token(tx: &Tx, hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
    use entity::refresh_tokens::{Column, Entity};
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now.timestamp_millis()))
        .filter(Column::Hash.eq(hash.to_vec()))
        .filter(Column::UsedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(used.rows_affected == 1)
}

/// Notes that a session was used, and until when it lives now.
///
/// # Errors
/// When the database does not answer.
pub async fn extend(tx: &Tx, id: SessionId, expires_at: Timestamp, now: Timestamp) -> Result<(), StoreError> {
    use entity::sessions::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(now.timestamp_millis()))
        .col_expr(Column::ExpiresAt, Expr::value(expires_at.timestamp_millis()))
        .filter(Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Ends one session of a tenant; false when she has no such open session.
///
/// # Errors
/// When the database does not answer.
pub async fn end(tx: &Tx, tenant: TenantId, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
    use entity::sessions::{Column, Entity};
    let ended = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.timestamp_millis()))
        .filter(Column::Id.eq(id.0))
        .filter(Column::TenantId.eq(tenant.0))
        .filter(Column::EndedAt.is_null())
        .exec(tx.conn())
        .await?;
    tx.tell(Change::SessionEnded(id));
    Ok(ended.rows_affected == 1)
}

/// Ends all sessions of a tenant.
///
/// # Errors
/// When the database does not answer.
pub async fn end_all(tx: &Tx, tenant: TenantId, now: Timestamp) -> Result<(), StoreError> {
    use entity::sessions::{Column, Entity};
    let open = Entity::find()
        .filter(Column::TenantId.eq(tenant.0))
        .filter(Column::EndedAt.is_null())
        .order_by_asc(Column::Id)
        .all(tx.conn())
        .await?;
    for session in open {
        end(tx, tenant, SessionId(session.id), now).await?;
    }
    Ok(())
}

/// Forgets sessions that are over, and refresh tokens that were used before `used_before`.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(tx: &Tx, now: Timestamp, used_before: Timestamp) -> Result<u64, StoreError> {
    use entity::{refresh_tokens, sessions};
    let over = sessions::Column::EndedAt.is_not_null().or(sessions::Column::ExpiresAt.lte(now.timestamp_millis()));
    let forgotten = sessions::Entity::delete_many().filter(over).exec(tx.conn()).await?.rows_affected;
    refresh_tokens::Entity::delete_many()
        .filter(refresh_tokens::Column::UsedAt.lte(used_before.timestamp_millis()))
        .exec(tx.conn())
        .await?;
    Ok(forgotten)
}

/// The open sessions of the viewer, the last used first, at most a hundred.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &impl Db, viewer: &Viewer, now: Timestamp) -> Result<Vec<SessionView>, StoreError> {
    use entity::sessions::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::TenantId.eq(viewer.tenant.0))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.timestamp_millis()))
        .order_by_desc(Column::LastUsedAt)
        .order_by_desc(Column::Id)
        .limit(100)
        .all(db.conn())
        .await?;
    rows.into_iter()
        .map(|s| {
            Ok(SessionView {
                id: SessionId(s.id),
                device: word(Device::from_word(&s.device), &s.device)?,
                created_at: super::time(s.created_at),
                last_used_at: super::time(s.last_used_at),
                expires_at: super::time(s.expires_at),
                current: SessionId(s.id) == viewer.session,
            })
        })
        .collect()
}
