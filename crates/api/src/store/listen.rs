//! Following what other servers of one PostgreSQL write.

use std::sync::{Arc, Weak};
use std::time::Duration;

use domain::conversation::{ThingKind, ThingRef};
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::sqlx::{self, PgPool};

use super::{Change, Store, StoreError};

/// The channel on which servers of one PostgreSQL tell each other.
pub(super) const CHANNEL: &str = "toit";
/// How long a server waits before it tries again to reach a database that is gone.
const PATIENCE: Duration = Duration::from_secs(1);

impl Change {
    pub(super) fn to_text(self) -> String {
        match self {
            Self::Offer(id) => format!("offer:{id}"),
            Self::SessionEnded(id) => format!("session:{id}"),
            Self::Block(blocker, blocked) => format!("block:{blocker}:{blocked}"),
            Self::Notice(id) => format!("notice:{id}"),
            Self::Event(id) => format!("event:{id}"),
            Self::Message(conversation, message) => format!("message:{conversation}:{message}"),
            Self::News(tenant, about) => format!("news:{tenant}:{}:{}", about.kind.as_str(), about.id),
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(':')?;
        match kind {
            "offer" => id.parse().ok().map(Self::Offer),
            "session" => id.parse().ok().map(Self::SessionEnded),
            "block" => {
                let (blocker, blocked) = id.split_once(':')?;
                Some(Self::Block(blocker.parse().ok()?, blocked.parse().ok()?))
            }
            "notice" => id.parse().ok().map(Self::Notice),
            "event" => id.parse().ok().map(Self::Event),
            "message" => {
                let (conversation, message) = id.split_once(':')?;
                Some(Self::Message(conversation.parse().ok()?, message.parse().ok()?))
            }
            "news" => {
                let (tenant, about) = id.split_once(':')?;
                let (kind, id) = about.split_once(':')?;
                let about = ThingRef { kind: ThingKind::from_word(kind)?, id: id.parse().ok()? };
                Some(Self::News(tenant.parse().ok()?, about))
            }
            _ => None,
        }
    }
}

async fn connect(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

impl Store {
    /// Follows what other servers write, for as long as the store is used.
    pub(super) async fn listen(store: &Arc<Self>) -> Result<(), StoreError> {
        let pool = store.writer.get_postgres_connection_pool().clone();
        let listener = connect(&pool).await.map_err(|e| StoreError::Busy(e.to_string()))?;
        tokio::spawn(follow(Arc::downgrade(store), pool, listener));
        Ok(())
    }

    /// Whatever was said while the line was cut is lost: forgets and reads anew all that others may have changed.
    async fn read_all_anew(&self) -> Result<(), StoreError> {
        self.sessions.forget();
        self.reload().await
    }
}

async fn follow(store: Weak<Store>, pool: PgPool, mut listener: PgListener) {
    loop {
        let heard = listener.try_recv().await;
        let followed = match heard {
            Ok(Some(said)) => {
                let Some(store) = store.upgrade() else { return };
                let changes: Vec<Change> = said.payload().split(' ').filter_map(Change::from_text).collect();
                store.apply(&changes).await
            }
            // The line was cut, and is up again.
            Ok(None) => {
                let Some(store) = store.upgrade() else { return };
                store.read_all_anew().await
            }
            Err(_) if pool.is_closed() => return,
            Err(error) => {
                tracing::warn!(%error, "the line to the other servers is cut");
                let Some(again) = connect_again(&store, &pool).await else { return };
                listener = again;
                let Some(store) = store.upgrade() else { return };
                store.read_all_anew().await
            }
        };
        if let (Err(error), Some(store)) = (followed, store.upgrade()) {
            tracing::warn!(%error, "could not follow another server");
            store.board.distrust();
        }
    }
}

/// Tries until the database answers; none when the store is no longer used.
async fn connect_again(store: &Weak<Store>, pool: &PgPool) -> Option<PgListener> {
    loop {
        if pool.is_closed() || store.strong_count() == 0 {
            return None;
        }
        if let Ok(listener) = connect(pool).await {
            return Some(listener);
        }
        tokio::time::sleep(PATIENCE).await;
    }
}
