//! Following what other servers of one PostgreSQL write.

use std::sync::{Arc, Weak};
use std::time::Duration;

use domain::conversation::{ThingKind, ThingRef};
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::sqlx::{self, PgPool};
use uuid::Uuid;

use super::{Change, Store, StoreError};

/// The channel on which servers of one PostgreSQL tell each other.
pub(super) const CHANNEL: &str = "toit";
/// How long a server waits before it tries again to reach a database that is gone.
const PATIENCE: Duration = Duration::from_secs(1);
/// After so much silence a server says something to itself. When it does not hear it within as much time, the line is dead, although nothing
/// has cut it: a firewall may drop an idle connection without a word to either side.
const SILENCE: Duration = Duration::from_secs(20);

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

/// What is told after a commit, and by which server, so that it need not hear itself.
pub(super) fn payload(origin: Uuid, changes: &[Change]) -> String {
    let mut text = format!("from:{origin}");
    for change in changes {
        text.push(' ');
        text.push_str(&change.to_text());
    }
    text
}

/// The changes that another server tells of. What this one wrote it has read again already; an older server does not say who it is.
fn of_others(payload: &str, origin: Uuid) -> Vec<Change> {
    let (from, changes) = match payload.strip_prefix("from:") {
        Some(rest) => rest.split_once(' ').unwrap_or((rest, "")),
        None => ("", payload),
    };
    if from.parse() == Ok(origin) { Vec::new() } else { changes.split(' ').filter_map(Change::from_text).collect() }
}

/// What a line says next.
enum Said {
    Word(String),
    /// It was cut, and is up again.
    CutAndUp,
    Dead(String),
}

/// Waits for the next word of a line that speaks at least every [`SILENCE`], because whoever listens speaks to itself.
async fn next(listener: &mut PgListener, pool: &PgPool, origin: Uuid) -> Said {
    let heard = listener.try_recv();
    tokio::pin!(heard);
    for asked in [false, true] {
        tokio::select! {
            heard = &mut heard => return match heard {
                Ok(Some(word)) => Said::Word(word.payload().to_owned()),
                Ok(None) => Said::CutAndUp,
                Err(error) => Said::Dead(error.to_string()),
            },
            () = tokio::time::sleep(SILENCE) => {}
        }
        if !asked {
            let word = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload(origin, &[])).execute(pool);
            // A database that does not take it does not give it back either.
            let _ = tokio::time::timeout(SILENCE, word).await;
        }
    }
    Said::Dead("it does not give back what is said".to_owned())
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
        let read = self.reload().await;
        self.missed.send_modify(|times| *times += 1);
        read
    }
}

async fn follow(store: Weak<Store>, pool: PgPool, mut listener: PgListener) {
    let Some(origin) = store.upgrade().map(|store| store.origin) else { return };
    loop {
        let followed = match next(&mut listener, &pool, origin).await {
            Said::Word(said) => {
                let Some(store) = store.upgrade() else { return };
                store.apply(&of_others(&said, origin)).await
            }
            Said::CutAndUp => {
                let Some(store) = store.upgrade() else { return };
                store.read_all_anew().await
            }
            Said::Dead(_) if pool.is_closed() => return,
            Said::Dead(error) => {
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

#[cfg(test)]
mod tests {
    use domain::id::{ConversationId, EventId, MessageId, NoticeId, OfferId, SessionId, TenantId};

    use super::*;

    fn changes() -> Vec<Change> {
        let id = Uuid::from_u128;
        let about = ThingRef { kind: ThingKind::Barter, id: id(8) };
        vec![
            Change::Offer(OfferId(id(1))),
            Change::Notice(NoticeId(id(2))),
            Change::Event(EventId(id(3))),
            Change::SessionEnded(SessionId(id(4))),
            Change::Block(TenantId(id(5)), TenantId(id(6))),
            Change::Message(ConversationId(id(7)), MessageId(id(9))),
            Change::News(TenantId(id(5)), about),
        ]
    }

    #[test]
    fn another_server_reads_what_was_written_and_the_writer_does_not_read_it_twice() {
        let (here, there) = (Uuid::from_u128(70), Uuid::from_u128(71));
        let said = payload(here, &changes());
        assert_eq!(of_others(&said, there), changes());
        assert_eq!(of_others(&said, here), []);
    }

    #[test]
    fn what_a_server_says_to_itself_changes_nothing_anywhere() {
        let here = Uuid::from_u128(70);
        let said = payload(here, &[]);
        assert_eq!(of_others(&said, here), []);
        assert_eq!(of_others(&said, Uuid::from_u128(71)), []);
    }

    #[test]
    fn what_a_server_says_that_does_not_tell_its_name_is_followed() {
        let said = changes().iter().map(|c| c.to_text()).collect::<Vec<_>>().join(" ");
        assert_eq!(of_others(&said, Uuid::from_u128(71)), changes());
    }

    #[test]
    fn sixty_changes_fit_into_one_notification() {
        let about = ThingRef { kind: ThingKind::Conversation, id: Uuid::max() };
        let longest = [Change::News(TenantId(Uuid::max()), about); 60];
        assert!(payload(Uuid::max(), &longest).len() < 8_000);
    }

    #[test]
    fn a_word_that_only_a_newer_server_knows_is_passed_over() {
        let said = format!("from:{} planet:1 {}", Uuid::from_u128(70), changes()[0].to_text());
        assert_eq!(of_others(&said, Uuid::from_u128(71)), [changes()[0]]);
    }
}
