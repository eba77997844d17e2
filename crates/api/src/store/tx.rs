//! Transactions, and the word that goes round after them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::id::{OfferId, SessionId};
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::{Change, Db, Store, StoreError, StoreKind};

/// The channel on which servers of one PostgreSQL tell each other.
const CHANNEL: &str = "toit";

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

impl Change {
    fn to_text(self) -> String {
        match self {
            Self::Offer(id) => format!("offer:{id}"),
            Self::SessionEnded(id) => format!("session:{id}"),
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(':')?;
        match kind {
            "offer" => id.parse().ok().map(Self::Offer),
            "session" => id.parse().ok().map(Self::SessionEnded),
            _ => None,
        }
    }
}

impl Tx {
    pub(super) fn tell(&self, change: Change) {
        self.changes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(change);
    }

    /// Makes it last, then tells this server and, on PostgreSQL, all others.
    ///
    /// # Errors
    /// When the database could not keep it: then nothing happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        let changes = self.changes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        if self.store.kind == StoreKind::Postgres && !changes.is_empty() {
            // 60 ids stay well below the 8,000 bytes that a notification may have.
            for part in changes.chunks(60) {
                let payload = part.iter().map(|c| c.to_text()).collect::<Vec<_>>().join(" ");
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

    /// Brings what is kept in memory up to date with what was committed.
    async fn apply(&self, changes: &[Change]) -> Result<(), StoreError> {
        let mut offers: BTreeSet<OfferId> = BTreeSet::new();
        for change in changes {
            match change {
                Change::Offer(id) => {
                    offers.insert(*id);
                }
                Change::SessionEnded(id) => self.session_ended(*id),
            }
        }
        self.refresh_board(&offers.into_iter().collect::<Vec<_>>()).await
    }

    fn session_ended(&self, id: SessionId) {
        self.sessions.end(id);
    }

    /// Follows what other servers write, for as long as the store is used.
    pub(super) async fn listen(store: &Arc<Self>) -> Result<(), StoreError> {
        let broken = |e: sea_orm::sqlx::Error| StoreError::Busy(e.to_string());
        let pool = store.writer.get_postgres_connection_pool().clone();
        let mut listener = PgListener::connect_with(&pool).await.map_err(broken)?;
        listener.listen(CHANNEL).await.map_err(broken)?;
        let weak = Arc::downgrade(store);
        tokio::spawn(async move {
            loop {
                let heard = listener.try_recv().await;
                let Some(store) = weak.upgrade() else { return };
                let followed = match heard {
                    Ok(Some(n)) => {
                        store.apply(&n.payload().split(' ').filter_map(Change::from_text).collect::<Vec<_>>()).await
                    }
                    // The line was cut and is up again: whatever was said in between is lost.
                    Ok(None) => {
                        store.sessions.forget();
                        store.reload().await
                    }
                    Err(error) => {
                        if pool.is_closed() {
                            return;
                        }
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        Err(StoreError::Busy(error.to_string()))
                    }
                };
                if let Err(error) = followed {
                    tracing::warn!(%error, "could not follow another server");
                    store.board.distrust();
                }
            }
        });
        Ok(())
    }
}
