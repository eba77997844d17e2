//! Leaving, row by row. What becomes of each column stands in `data_map.rs`, and a test compares the two.

use domain::Timestamp;
use domain::barter::Barter;
use domain::conversation::ThingKind;
use domain::id::{BarterId, HouseholdId, OfferId, TenantId};
use domain::leaving::Leaving;
use domain::offer::OfferState;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::entity::{
    barter_legs, barter_parties, barter_terms, barters, departures, households, idempotency_keys, notices, offers,
    outbox, tenants, tombstones,
};
use super::{Change, Db, StoreError, Tx};

/// Notes that somebody is going to be erased; false when she had asked for it already.
///
/// # Errors
/// When the database does not answer.
pub async fn begin(tx: &Tx, id: TenantId, leaving: Leaving, receipt: Option<&[u8; 32]>) -> Result<bool, StoreError> {
    use tenants::Column;
    let asked = domain::leaving::LeavingWhy::Asked.as_str();
    let begun = tenants::Entity::update_many()
        .col_expr(Column::LeavingAt, Expr::value(leaving.at.timestamp_millis()))
        .col_expr(Column::LeavingWhy, Expr::value(leaving.why.as_str()))
        .col_expr(Column::Receipt, Expr::value(receipt.map(|r| r.to_vec())))
        .filter(Column::Id.eq(id.0))
        .filter(Column::LeavingWhy.is_null().or(Column::LeavingWhy.ne(asked)))
        .exec(tx.conn())
        .await?;
    Ok(begun.rows_affected == 1)
}

/// Stops an erasure that is to come; answers with the hash of the receipt that will not be written. None when there was none to stop, or
/// when it has begun.
///
/// # Errors
/// When the database does not answer.
pub async fn stop(tx: &Tx, id: TenantId) -> Result<Option<Option<Vec<u8>>>, StoreError> {
    use tenants::Column;
    let Some(row) = tenants::Entity::find_by_id(id.0).one(tx.conn()).await? else { return Ok(None) };
    let stopped = tenants::Entity::update_many()
        .col_expr(Column::LeavingAt, Expr::value(None::<i64>))
        .col_expr(Column::LeavingWhy, Expr::value(None::<String>))
        .col_expr(Column::Receipt, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::Warnings, Expr::value(0))
        .filter(Column::Id.eq(id.0))
        .filter(Column::LeavingAt.is_not_null())
        .filter(Column::PasswordHash.ne(""))
        .exec(tx.conn())
        .await?;
    Ok((stopped.rows_affected == 1).then_some(row.receipt))
}

/// The receipt that somebody waits for.
///
/// # Errors
/// When the database does not answer.
pub async fn receipt_of(db: &impl Db, id: TenantId) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(tenants::Entity::find_by_id(id.0).one(db.conn()).await?.and_then(|t| t.receipt))
}

/// Notes the day on which an account was used; false when its erasure has begun, so that nobody comes in any more.
///
/// # Errors
/// When the database does not answer.
pub async fn seen(tx: &Tx, id: TenantId, now: Timestamp) -> Result<bool, StoreError> {
    use tenants::Column;
    // Whole days: who came when is nobody's business, and a row that does not change is not written.
    let day = now.timestamp_millis() / 86_400_000 * 86_400_000;
    let Some(row) = tenants::Entity::find_by_id(id.0).one(tx.conn()).await? else { return Ok(false) };
    if row.password_hash.is_empty() {
        return Ok(false);
    }
    if row.last_seen_at < day || row.warnings > 0 {
        tenants::Entity::update_many()
            .col_expr(Column::LastSeenAt, Expr::value(day))
            .col_expr(Column::Warnings, Expr::value(0))
            .filter(Column::Id.eq(id.0))
            .exec(tx.conn())
            .await?;
    }
    Ok(true)
}

/// Hides somebody's offers from the lists, or shows them again.
///
/// # Errors
/// When the database does not answer.
pub async fn hide_offers(tx: &Tx, author: TenantId, hidden: bool) -> Result<(), StoreError> {
    use offers::{Column, Entity};
    let mut select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AuthorId.eq(author.0))
        .filter(Column::Hidden.ne(hidden));
    if hidden {
        // Shown again is whatever was hidden: the clock may have ended some of it meanwhile, and its author may renew it.
        select = select.filter(Column::State.eq(OfferState::Open.as_str()));
    }
    let ids: Vec<Uuid> = select.order_by_asc(Column::Id).into_tuple().all(tx.conn()).await?;
    for id in ids {
        Entity::update_many()
            .col_expr(Column::Hidden, Expr::value(hidden))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.eq(id))
            .exec(tx.conn())
            .await?;
        tx.tell(Change::Offer(OfferId(id)));
    }
    Ok(())
}

/// The first step of an erasure, after which it cannot be stopped: nobody can sign in any more, and name and address are gone. False when
/// it was stopped a moment ago: `due` is the time by which it had to be asked for, none when it needs no asking.
///
/// # Errors
/// When the database does not answer.
pub async fn close_account(tx: &Tx, id: TenantId, tombstone: Uuid, due: Option<Timestamp>) -> Result<bool, StoreError> {
    use tenants::Column;
    let mut close = tenants::Entity::update_many();
    if let Some(due) = due {
        close = close.filter(Column::LeavingAt.lte(due.timestamp_millis()));
    }
    let closed = close
        .col_expr(Column::PasswordHash, Expr::value(""))
        .col_expr(Column::Email, Expr::value(None::<String>))
        .col_expr(Column::SignInName, Expr::value(tombstone.to_string()))
        .col_expr(Column::SignInKey, Expr::value(tombstone.to_string()))
        .filter(Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(closed.rows_affected == 1)
}

/// Whether there is an offer or a notice of somebody's.
///
/// # Errors
/// When the database does not answer.
pub async fn has_posted(db: &impl Db, who: TenantId) -> Result<bool, StoreError> {
    let offer = offers::Entity::find().filter(offers::Column::AuthorId.eq(who.0));
    let notice = notices::Entity::find().filter(notices::Column::AuthorId.eq(who.0));
    Ok(offer.one(db.conn()).await?.is_some() || notice.one(db.conn()).await?.is_some())
}

/// Some of the barters of which somebody is still a part.
///
/// # Errors
/// When the database does not answer.
pub async fn some_barters(db: &impl Db, id: TenantId, limit: u64) -> Result<Vec<BarterId>, StoreError> {
    use barter_parties::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::TenantId.eq(id.0))
        .order_by_asc(Column::BarterId)
        .limit(limit)
        .all(db.conn())
        .await?;
    Ok(rows.into_iter().map(|p| BarterId(p.barter_id)).collect())
}

/// Keeps what is left of a barter after somebody has left it ([`Barter::leave`]); those who are left will remember that they knew her.
///
/// # Errors
/// `Stale` when somebody was faster.
pub async fn leave_barter(
    tx: &Tx,
    before: &Barter,
    after: Option<&Barter>,
    gone: TenantId,
    gone_hash: &[u8; 32],
) -> Result<(), StoreError> {
    let same = barters::Entity::update_many()
        .col_expr(barters::Column::Revision, Expr::value(i32::try_from(before.revision + 1).unwrap_or(i32::MAX)))
        .filter(barters::Column::Id.eq(before.id.0))
        .filter(barters::Column::Revision.eq(i32::try_from(before.revision).unwrap_or(i32::MAX)))
        .exec(tx.conn())
        .await?;
    if same.rows_affected != 1 {
        return Err(StoreError::Stale);
    }
    let Some(after) = after else {
        barters::Entity::delete_by_id(before.id.0).exec(tx.conn()).await?;
        super::conversations::things_gone(tx, ThingKind::Barter, &[before.id.0]).await?;
        return Ok(());
    };
    barter_parties::Entity::delete_by_id((before.id.0, gone.0)).exec(tx.conn()).await?;
    barter_terms::Entity::delete_many().filter(barter_terms::Column::BarterId.eq(before.id.0)).exec(tx.conn()).await?;
    barter_legs::Entity::delete_many().filter(barter_legs::Column::BarterId.eq(before.id.0)).exec(tx.conn()).await?;
    super::barters::rewrite(tx, after).await?;
    for party in &after.parties {
        let row = departures::Model {
            tenant_id: party.tenant.0,
            hash: gone_hash.to_vec(),
            left_at: after.updated_at.timestamp_millis(),
        };
        departures::Entity::insert(row.into_active_model())
            .on_conflict(
                OnConflict::columns([departures::Column::TenantId, departures::Column::Hash]).do_nothing().to_owned(),
            )
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// Deletes some of somebody's offers and the work about them; answers how many there were.
///
/// # Errors
/// When the database does not answer.
pub async fn delete_some_offers(tx: &Tx, author: TenantId, limit: u64) -> Result<usize, StoreError> {
    use offers::{Column, Entity};
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AuthorId.eq(author.0))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx.conn())
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    super::hold::offers(tx, ids.iter().copied().map(OfferId)).await?;
    outbox::Entity::delete_many().filter(outbox::Column::Subject.is_in(ids.iter().copied())).exec(tx.conn()).await?;
    Entity::delete_many().filter(Column::Id.is_in(ids.iter().copied())).exec(tx.conn()).await?;
    super::conversations::things_gone(tx, ThingKind::Offer, &ids).await?;
    for id in &ids {
        tx.tell(Change::Offer(OfferId(*id)));
    }
    Ok(ids.len())
}

/// Keeps an account to oneself until the end of the transaction: nothing that needs its row is begun meanwhile.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(tx: &Tx, id: TenantId) -> Result<(), StoreError> {
    tenants::Entity::find_by_id(id.0).lock_exclusive().one(tx.conn()).await?;
    Ok(())
}

/// The last step: the account itself with all that hangs on it, its keys, its work; the seat is free, the tombstone stands.
///
/// # Errors
/// When the database does not answer.
pub async fn delete_account(
    tx: &Tx,
    id: TenantId,
    household: HouseholdId,
    tombstone: Uuid,
    scopes: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    super::blocks::delete_all(tx, id).await?;
    let gone = tenants::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    if gone.rows_affected != 1 {
        return Err(StoreError::Stale);
    }
    idempotency_keys::Entity::delete_many()
        .filter(
            Condition::any()
                .add(idempotency_keys::Column::Scope.is_in(scopes.iter().map(String::as_str)))
                .add(idempotency_keys::Column::Made.eq(id.0)),
        )
        .exec(tx.conn())
        .await?;
    outbox::Entity::delete_many().filter(outbox::Column::Subject.eq(id.0)).exec(tx.conn()).await?;
    households::Entity::update_many()
        .col_expr(households::Column::SeatsTaken, Expr::col(households::Column::SeatsTaken).sub(1))
        .filter(households::Column::Id.eq(household.0))
        .filter(households::Column::SeatsTaken.gt(0))
        .exec(tx.conn())
        .await?;
    keep_tombstones(tx, &[(tombstone, now)]).await
}

/// Keeps tombstones; those that stand already stay as they are.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_tombstones(tx: &Tx, stones: &[(Uuid, Timestamp)]) -> Result<(), StoreError> {
    for part in stones.chunks(1_000) {
        let rows = part.iter().map(|&(tombstone, at)| tombstones::ActiveModel {
            tombstone: Set(tombstone),
            erased_at: Set(at.timestamp_millis()),
        });
        tombstones::Entity::insert_many(rows)
            .on_conflict(OnConflict::column(tombstones::Column::Tombstone).do_nothing().to_owned())
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// All tombstones since an instant, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn tombstones(db: &impl Db, since: Timestamp) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
    let rows = tombstones::Entity::find()
        .filter(tombstones::Column::ErasedAt.gte(since.timestamp_millis()))
        .order_by_asc(tombstones::Column::ErasedAt)
        .all(db.conn())
        .await?;
    Ok(rows.into_iter().map(|r| (r.tombstone, super::time(r.erased_at))).collect())
}

/// Whose tombstones these are: people who had left and are here again, after a backup was restored. Without `closed`, those whose erasure
/// has begun are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn by_tombstones(db: &impl Db, stones: &[Uuid], closed: bool) -> Result<Vec<TenantId>, StoreError> {
    let mut found = Vec::new();
    for part in stones.chunks(1_000) {
        let mut select = tenants::Entity::find().filter(tenants::Column::Tombstone.is_in(part.iter().copied()));
        if !closed {
            select = select.filter(tenants::Column::PasswordHash.ne(""));
        }
        let ids: Vec<Uuid> = select.select_only().column(tenants::Column::Id).into_tuple().all(db.conn()).await?;
        found.extend(ids.into_iter().map(TenantId));
    }
    Ok(found)
}

/// Whether the viewer knew somebody with this hash who has left.
///
/// # Errors
/// When the database does not answer.
pub async fn knew(db: &impl Db, viewer: TenantId, gone_hash: &[u8; 32]) -> Result<bool, StoreError> {
    Ok(departures::Entity::find_by_id((viewer.0, gone_hash.to_vec())).one(db.conn()).await?.is_some())
}

/// Forgets who knew whom, once that is long ago.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep_departures(tx: &Tx, before: Timestamp) -> Result<(), StoreError> {
    departures::Entity::delete_many()
        .filter(departures::Column::LeftAt.lt(before.timestamp_millis()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Some accounts that nobody used since `before` and that have got exactly so many warnings.
///
/// # Errors
/// When the database does not answer.
pub async fn unused(
    db: &impl Db,
    before: Timestamp,
    warnings: usize,
    limit: u64,
) -> Result<Vec<(TenantId, Timestamp)>, StoreError> {
    // Whoever leaves for another reason needs no warning.
    let unused = domain::leaving::LeavingWhy::Unused.as_str();
    let rows: Vec<(Uuid, i64)> = tenants::Entity::find()
        .select_only()
        .columns([tenants::Column::Id, tenants::Column::LastSeenAt])
        .filter(tenants::Column::LastSeenAt.lte(before.timestamp_millis()))
        .filter(tenants::Column::Warnings.eq(i32::try_from(warnings).unwrap_or(i32::MAX)))
        .filter(tenants::Column::LeavingWhy.is_null().or(tenants::Column::LeavingWhy.eq(unused)))
        .order_by_asc(tenants::Column::LastSeenAt)
        .limit(limit)
        .into_tuple()
        .all(db.conn())
        .await?;
    Ok(rows.into_iter().map(|(id, seen)| (TenantId(id), super::time(seen))).collect())
}

/// Notes that somebody was warned.
///
/// # Errors
/// When the database does not answer.
pub async fn warned(tx: &Tx, id: TenantId, warnings: u8) -> Result<(), StoreError> {
    tenants::Entity::update_many()
        .col_expr(tenants::Column::Warnings, Expr::value(i32::from(warnings)))
        .filter(tenants::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Those whose lease has ended and of whom nothing was noted yet.
///
/// # Errors
/// When the database does not answer.
pub async fn lease_ended(db: &impl Db, now: Timestamp, limit: u64) -> Result<Vec<TenantId>, StoreError> {
    let ended = Query::select()
        .column(households::Column::Id)
        .from(households::Entity)
        .and_where(households::Column::EndedAt.lte(now.timestamp_millis()))
        .and_where(households::Column::SeatsTaken.gt(0))
        .to_owned();
    let rows: Vec<Uuid> = tenants::Entity::find()
        .select_only()
        .column(tenants::Column::Id)
        .filter(tenants::Column::HouseholdId.in_subquery(ended))
        .filter(tenants::Column::LeavingAt.is_null())
        .order_by_asc(tenants::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db.conn())
        .await?;
    Ok(rows.into_iter().map(TenantId).collect())
}

/// Those who are warned about the end of a lease that has not ended: their household is back on the roll.
///
/// # Errors
/// When the database does not answer.
pub async fn lease_is_back(db: &impl Db, now: Timestamp, limit: u64) -> Result<Vec<TenantId>, StoreError> {
    let running = Query::select()
        .column(households::Column::Id)
        .from(households::Entity)
        .and_where(households::Column::EndedAt.is_null().or(households::Column::EndedAt.gt(now.timestamp_millis())))
        .to_owned();
    let rows: Vec<Uuid> = tenants::Entity::find()
        .select_only()
        .column(tenants::Column::Id)
        .filter(tenants::Column::LeavingAt.is_not_null())
        .filter(tenants::Column::LeavingWhy.eq(domain::leaving::LeavingWhy::LeaseEnded.as_str()))
        .filter(tenants::Column::HouseholdId.in_subquery(running))
        .limit(limit)
        .into_tuple()
        .all(db.conn())
        .await?;
    Ok(rows.into_iter().map(TenantId).collect())
}
