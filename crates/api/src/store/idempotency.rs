//! Idempotency keys: what a request with this key has already made. Kept in the transaction that makes it.

use domain::Timestamp;
use domain::id::TenantId;
use domain::own_data::RecentRequest;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Db, StoreError, Tx, entity::idempotency_keys};

/// What was made with a key, and by which request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Stands for the content of the request.
    pub request_hash: [u8; 32],
    /// The thing that it made.
    pub id: Uuid,
}

/// What this key has made since `since`.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Db, scope: &str, key: &str, since: Timestamp) -> Result<Option<Made>, StoreError> {
    let row = idempotency_keys::Entity::find_by_id((scope.to_owned(), key.to_owned())).one(db.conn()).await?;
    row.filter(|r| r.created_at > since.timestamp_millis())
        .map(|r| {
            let request_hash = super::value(<[u8; 32]>::try_from(r.request_hash.as_slice()))?;
            Ok(Made { request_hash, id: r.made })
        })
        .transpose()
}

/// Keeps what was made.
///
/// # Errors
/// `Taken` when another request with this key was faster.
pub async fn keep(tx: &Tx, scope: &str, key: &str, made: &Made, now: Timestamp) -> Result<(), StoreError> {
    let row = idempotency_keys::ActiveModel {
        scope: Set(scope.to_owned()),
        key: Set(key.to_owned()),
        request_hash: Set(made.request_hash.to_vec()),
        made: Set(made.id),
        created_at: Set(now.timestamp_millis()),
    };
    row.insert(tx.conn()).await?;
    Ok(())
}

/// Notes that what a key stands for was there already.
///
/// # Errors
/// When the database does not answer.
pub async fn found(tx: &Tx, scope: &str, key: &str, id: Uuid) -> Result<(), StoreError> {
    use idempotency_keys::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::Made, Expr::value(id))
        .filter(Column::Scope.eq(scope))
        .filter(Column::Key.eq(key))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Forgets keys that are too old.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(tx: &Tx, before: Timestamp) -> Result<u64, StoreError> {
    use idempotency_keys::{Column, Entity};
    Ok(Entity::delete_many()
        .filter(Column::CreatedAt.lte(before.timestamp_millis()))
        .exec(tx.conn())
        .await?
        .rows_affected)
}

/// Forgets one key that is too old, so that it can be used again.
///
/// # Errors
/// When the database does not answer.
pub async fn drop_old(tx: &Tx, scope: &str, key: &str, before: Timestamp) -> Result<(), StoreError> {
    use idempotency_keys::{Column, Entity};
    Entity::delete_many()
        .filter(Column::Scope.eq(scope))
        .filter(Column::Key.eq(key))
        .filter(Column::CreatedAt.lte(before.timestamp_millis()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What somebody's keys have made, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_person(db: &impl Db, scopes: &[String], id: TenantId) -> Result<Vec<RecentRequest>, StoreError> {
    use idempotency_keys::{Column, Entity};
    let hers = Condition::any().add(Column::Scope.is_in(scopes.iter().map(String::as_str))).add(Column::Made.eq(id.0));
    let rows = Entity::find().filter(hers).order_by_desc(Column::CreatedAt).all(db.conn()).await?;
    let view =
        |r: idempotency_keys::Model| RecentRequest { key: r.key, made: r.made, created_at: super::time(r.created_at) };
    Ok(rows.into_iter().map(view).collect())
}
