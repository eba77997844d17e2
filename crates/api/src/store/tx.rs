//! Transactions, and the word that goes round after them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use domain::id::{OfferId, SessionId, TenantId};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::listen::{self, CHANNEL};
use super::{Change, Db, Store, StoreError, StoreKind};

/// An open transaction. Dropped without [`Tx::commit`] it never was.
pub struct Tx {
    inner: DatabaseTransaction,
    store: Arc<Store>,
    changes: Mutex<Vec<Change>>,
}

impl Db for Tx {
    fn conn(&self) -> &impl ConnectionTrait {
        &self.inner
    }
}

impl Tx {
    pub(super) fn tell(&self, change: Change) {
        self.changes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(change);
    }

    /// In which database.
    pub(super) fn kind(&self) -> StoreKind {
        self.store.kind
    }

    /// Whether one of the two has blocked the other.
    pub(super) fn are_apart(&self, a: TenantId, b: TenantId) -> bool {
        self.store.are_apart(a, b)
    }

    /// Makes it last, then tells this server and, on PostgreSQL, all others.
    ///
    /// # Errors
    /// When the database could not keep it: then nothing happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        // A task of its own: whoever asked may hang up at any moment, and what is committed must reach the lists all the same.
        tokio::spawn(self.finish()).await.map_err(|e| StoreError::Broken(e.to_string()))?
    }

    async fn finish(self) -> Result<(), StoreError> {
        let changes = self.changes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        if self.store.kind == StoreKind::Postgres {
            // 60 changes of two ids each, and who says it, stay below the 8,000 bytes that a notification may have.
            for part in changes.chunks(60) {
                let payload = listen::payload(self.store.origin, part);
                let notify = Statement::from_sql_and_values(
                    self.inner.get_database_backend(),
                    "SELECT pg_notify($1, $2)",
                    [CHANNEL.into(), payload.into()],
                );
                self.inner.execute_raw(notify).await?;
            }
        }
        self.inner.commit().await?;
        if let Err(error) = self.store.apply(&changes).await {
            // It is committed: the caller must not hear of a failure. The lists are read anew instead.
            tracing::error!(%error, "lists could not follow a write");
            self.store.board.distrust();
        }
        Ok(())
    }
}

impl Store {
    /// Opens a transaction that may write: on SQLite it takes its turn at once (`BEGIN IMMEDIATE`).
    ///
    /// # Errors
    /// `Busy` when others hold the database for too long.
    pub async fn begin(self: &Arc<Self>) -> Result<Tx, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: (self.kind == StoreKind::Sqlite).then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = self.writer.begin_with_options(options).await?;
        Ok(Tx { inner, store: Arc::clone(self), changes: Mutex::default() })
    }

    /// Brings what is kept in memory up to date with what was committed, and tells whoever listens.
    pub(super) async fn apply(&self, changes: &[Change]) -> Result<(), StoreError> {
        let followed = self.refresh(changes).await;
        for change in changes {
            // Nobody listens: no page is open.
            let _ = self.heard.send(*change);
        }
        followed
    }

    async fn refresh(&self, changes: &[Change]) -> Result<(), StoreError> {
        let mut offers: BTreeSet<OfferId> = BTreeSet::new();
        let mut pairs: BTreeSet<(TenantId, TenantId)> = BTreeSet::new();
        let (mut notices, mut events) = (BTreeSet::new(), BTreeSet::new());
        for change in changes {
            match change {
                Change::Offer(id) => {
                    offers.insert(*id);
                }
                Change::SessionEnded(id) => self.session_ended(*id),
                Change::Block(blocker, blocked) => {
                    pairs.insert((*blocker, *blocked));
                }
                Change::Notice(id) => {
                    notices.insert(*id);
                }
                Change::Event(id) => {
                    events.insert(*id);
                }
                // Nothing of it is kept in memory: open pages hear of it.
                Change::Message(..) | Change::News(..) => {}
            }
        }
        let pairs: Vec<_> = pairs.into_iter().collect();
        self.refresh_blocks(&pairs).await?;
        self.refresh_apart(&pairs);
        self.refresh_offers(&offers.into_iter().collect::<Vec<_>>()).await?;
        self.refresh_notices(&notices.into_iter().collect::<Vec<_>>()).await?;
        self.refresh_events(&events.into_iter().collect::<Vec<_>>()).await
    }

    fn session_ended(&self, id: SessionId) {
        self.sessions.end(id);
    }
}
