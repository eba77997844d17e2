//! The only room that knows SQL.
//!
//! Reads of tenants' things take the viewer; writes take a [`Tx`]. What SQLite and PostgreSQL do differently is in `connect.rs`.

pub mod accesses;
mod atlas;
pub mod backup;
pub mod barters;
pub mod blocks;
mod board;
mod cards;
pub mod categories;
pub mod codes;
mod compact;
mod connect;
pub mod conversations;
mod entity;
pub mod events;
pub mod feeds;
pub mod hold;
pub mod households;
pub mod idempotency;
pub mod leaving;
mod listen;
pub mod market;
pub mod news;
pub mod notices;
pub mod offers;
pub mod offices;
mod open;
pub mod outbox;
pub mod photos;
pub mod receipts;
pub mod residences;
pub mod rings;
pub mod sessions;
pub mod square;
mod stacks;
pub mod tenants;
mod things;
mod tx;

pub use atlas::Atlas;
pub use connect::{Store, StoreKind, sqlite_file};
pub use tx::Tx;

use std::future::Future;

use chrono::DateTime;
use domain::Timestamp;
use domain::id::{OfficeId, ResidenceId, SessionId, TenantId};
use sea_orm::{ConnectionTrait, DbErr, RuntimeErr, SqlErr, sqlx};

/// Who asks. Without a viewer nothing of tenants can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The person.
    pub tenant: TenantId,
    /// Her office.
    pub office: OfficeId,
    /// Her residence.
    pub residence: ResidenceId,
    /// The session with which she came.
    pub session: SessionId,
}

/// What can go wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody was faster: the row is no longer as it was read.
    #[error("the row has changed")]
    Stale,
    /// A unique constraint says that it exists already.
    #[error("it exists already")]
    Taken,
    /// The database undid the transaction so that another one could go on.
    #[error("another transaction went first: {0}")]
    Crossed(String),
    /// The database does not answer in time.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The database, or what stands in it, is broken.
    #[error("the database failed: {0}")]
    Broken(String),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => return Self::Taken,
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Self::Stale,
            Some(_) | None => {}
        }
        let text = error.to_string();
        match cause(&error) {
            Some(sqlx::Error::Database(of)) if of.code().is_some_and(|code| is_crossed_code(&code)) => {
                Self::Crossed(text)
            }
            Some(cause) if is_busy(cause) => Self::Busy(text),
            None if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => Self::Busy(text),
            Some(_) | None => Self::Broken(text),
        }
    }
}

fn cause(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

/// Whether the database only asks to come back later: it is gone for a moment, another program writes, its disk is full.
fn is_busy(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_busy_code(&code)),
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// PostgreSQL (appendix A of its manual): a serialization failure, a deadlock.
fn is_crossed_code(code: &str) -> bool {
    matches!(code, "40001" | "40P01")
}

/// PostgreSQL: no connection, no resources (a full disk is one), shut down by an operator, a lock that is not there in time. SQLite
/// (<https://www.sqlite.org/rescode.html>): `SQLITE_BUSY`, `SQLITE_LOCKED` and what extends them, `SQLITE_FULL`, and those of
/// `SQLITE_IOERR` that say that a file could not be written or made longer.
fn is_busy_code(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => {
            matches!(number & 0xff, 5 | 6 | 13) || matches!(number, 778 | 1034 | 1290 | 1546 | 4618 | 4874 | 5386)
        }
        Ok(_) | Err(_) => ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) || code == "55P03",
    }
}

/// Whatever can be read from: the store, or an open transaction.
pub trait Db: Sync {
    /// The connection.
    #[doc(hidden)]
    fn conn(&self) -> &impl ConnectionTrait;
}

/// A word of the domain that the database holds but the domain does not know: the database is newer, or damaged.
fn word<T>(found: Option<T>, word: &str) -> Result<T, StoreError> {
    found.ok_or_else(|| StoreError::Broken(format!("unknown word {word:?}")))
}

fn value<T, E: std::fmt::Display>(found: Result<T, E>) -> Result<T, StoreError> {
    found.map_err(|e| StoreError::Broken(format!("a stored value is refused: {e}")))
}

fn time(millis: i64) -> Timestamp {
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
}

fn number<T: TryFrom<i32>>(n: i32) -> Result<T, StoreError> {
    T::try_from(n).map_err(|_| StoreError::Broken(format!("{n} is out of range")))
}

/// What a running server has to know of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// An offer was made or changed.
    Offer(domain::id::OfferId),
    /// A session has ended.
    SessionEnded(SessionId),
    /// Somebody has blocked somebody, or no longer does.
    Block(TenantId, TenantId),
    /// A notice was made or changed.
    Notice(domain::id::NoticeId),
    /// An event was made or changed, or its places were.
    Event(domain::id::EventId),
    /// A message was written or taken back.
    Message(domain::id::ConversationId, domain::id::MessageId),
    /// Something that concerns somebody has happened to a thing.
    News(TenantId, domain::conversation::ThingRef),
}

/// A boxed future, for the few places that need to name one.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[cfg(test)]
mod tests {
    use super::{is_busy_code, is_crossed_code};

    #[test]
    fn a_database_that_asks_to_come_back_is_told_from_a_broken_one() {
        for busy in ["5", "6", "261", "517", "13", "778", "4874", "08006", "53300", "57P01", "55P03"] {
            assert!(is_busy_code(busy) && !is_crossed_code(busy), "{busy}");
        }
        for crossed in ["40001", "40P01"] {
            assert!(is_crossed_code(crossed) && !is_busy_code(crossed), "{crossed}");
        }
        for broken in ["1", "10", "11", "266", "787", "22021", "23502", "40003", "42P01", "57014", "XX001"] {
            assert!(!is_busy_code(broken) && !is_crossed_code(broken), "{broken}");
        }
    }
}
