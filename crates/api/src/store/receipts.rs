//! Receipts of erasures: nothing about a person, found by the hash of a secret that only she knows.

use domain::Timestamp;
use domain::leaving::ReceiptState;
use domain::tenant::Language;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::entity::receipts::{ActiveModel, Column, Entity, Model};
use super::{Db, StoreError, Tx, word};

/// A receipt as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// SHA-256 of its token.
    pub hash: Vec<u8>,
    /// Its number: random, to tell two receipts apart.
    pub number: String,
    /// The language in which it is written.
    pub language: Language,
    /// How far the erasure is.
    pub state: ReceiptState,
    /// When it begins.
    pub erase_at: Timestamp,
    /// When nothing was left.
    pub erased_at: Option<Timestamp>,
    /// Until when it can be fetched.
    pub expires_at: Timestamp,
}

fn from_row(row: Model) -> Result<Receipt, StoreError> {
    Ok(Receipt {
        hash: row.hash,
        number: row.number,
        language: word(Language::from_word(&row.language), &row.language)?,
        state: word(ReceiptState::from_word(&row.state), &row.state)?,
        erase_at: super::time(row.erase_at),
        erased_at: row.erased_at.map(super::time),
        expires_at: super::time(row.expires_at),
    })
}

/// A new receipt.
///
/// # Errors
/// `Taken` when its token is in use.
pub async fn insert(tx: &Tx, receipt: &Receipt) -> Result<(), StoreError> {
    let row = ActiveModel {
        hash: Set(receipt.hash.clone()),
        number: Set(receipt.number.clone()),
        language: Set(receipt.language.as_str().to_owned()),
        state: Set(receipt.state.as_str().to_owned()),
        erase_at: Set(receipt.erase_at.timestamp_millis()),
        erased_at: Set(receipt.erased_at.map(|t| t.timestamp_millis())),
        expires_at: Set(receipt.expires_at.timestamp_millis()),
    };
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The receipt with this hash.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Db, hash: &[u8; 32]) -> Result<Option<Receipt>, StoreError> {
    Entity::find_by_id(hash.to_vec()).one(db.conn()).await?.map(from_row).transpose()
}

/// Says how far an erasure is.
///
/// # Errors
/// When the database does not answer.
pub async fn set_state(tx: &Tx, hash: &[u8], state: ReceiptState) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state.as_str()))
        .filter(Column::Hash.eq(hash.to_vec()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The hashes of the receipts whose rows are gone, while traces may still stand in the file.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting_for_compaction(db: &impl Db) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = Entity::find().filter(Column::State.eq(ReceiptState::Erasing.as_str())).all(db.conn()).await?;
    Ok(rows.into_iter().map(|r| r.hash).collect())
}

/// Completes receipts: from now on they can be shown.
///
/// # Errors
/// When the database does not answer.
pub async fn complete(tx: &Tx, hashes: &[Vec<u8>], erased_at: Timestamp, until: Timestamp) -> Result<(), StoreError> {
    for part in hashes.chunks(500) {
        Entity::update_many()
            .col_expr(Column::State, Expr::value(ReceiptState::Done.as_str()))
            .col_expr(Column::ErasedAt, Expr::value(erased_at.timestamp_millis()))
            .col_expr(Column::ExpiresAt, Expr::value(until.timestamp_millis()))
            .filter(Column::Hash.is_in(part.iter().cloned()))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// Forgets receipts that can no longer be fetched.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(now.timestamp_millis())).exec(tx.conn()).await?;
    Ok(())
}
