//! Use cases that write: each opens a transaction, loads, lets the domain decide, saves, commits. Knows neither HTTP nor SQL.

pub mod alike;
pub mod backups;
mod barter_news;
pub mod barters;
pub mod blocks;
pub mod calendars;
pub mod codes;
pub mod conversations;
pub mod events;
pub mod export;
mod idempotency;
pub mod import;
pub mod leaving;
pub mod letters;
mod limits;
pub mod news;
pub mod notices;
pub mod offers;
pub mod offices;
pub mod own_data;
mod paper;
mod passwords;
pub mod photos;
mod places;
mod receipts;
pub mod retention;
mod ring_names;
mod rings;
pub mod sessions;
pub mod suggestions;
pub mod tenants;
mod terms;
mod tokens;
pub mod worker;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::problem::{FieldCode, Problem, ProblemCode};

use crate::clock::Clock;
use crate::hold::Hold;
use crate::keys::Keys;
use crate::ledger::Ledger;
use crate::photos::Photos;
use crate::store::{Store, StoreError};

pub use idempotency::IdempotencyKey;
pub use limits::Limits;
pub use passwords::Passwords;
pub use tokens::ACCESS_TOKEN_MINUTES;

/// All that use cases need.
#[derive(Debug)]
pub struct App {
    /// The database.
    pub store: Arc<Store>,
    /// The server's secrets.
    pub keys: Keys,
    /// The time, and new ids.
    pub clock: Clock,
    /// Counts tries.
    pub limits: Limits,
    /// Hashes passwords, one after the other.
    pub passwords: Passwords,
    /// When it was last looked for what is too old.
    pub swept: retention::Swept,
    /// When it was last looked for pictures without a row.
    pub pictures_swept: retention::Swept,
    /// When traces of what was erased were last taken out.
    pub compacted: leaving::Compacted,
    /// Who has left: kept beside the database.
    pub ledger: Ledger,
    /// Whether the server is about to stop: what has begun is finished, nothing more of what is due is begun.
    pub stopping: AtomicBool,
    /// Where photos lie.
    pub photos: Photos,
    /// Keeps restorations away from the data folder.
    pub hold: Hold,
}

/// Why a use case did not do it.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// For a reason that the caller is told.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// An upload would end too many households: the number has to be typed in.
    #[error("this upload would end {ended} of {total} households")]
    MassEnd {
        /// How many it would end.
        ended: u64,
        /// How many there are.
        total: u64,
    },
    /// The database did not do it.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale | StoreError::Taken => ProblemCode::Stale.into(),
            StoreError::Crossed(_) | StoreError::Busy(_) | StoreError::Broken(_) => Self::Store(error),
        }
    }
}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<ProblemCode> for AppError {
    fn from(code: ProblemCode) -> Self {
        Problem::new(code).into()
    }
}

impl AppError {
    /// A refused value.
    fn field(pointer: &str, code: FieldCode) -> Self {
        Problem::field(pointer, code).into()
    }

    /// What the caller is told.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Problem(problem) => *problem,
            Self::MassEnd { .. } => Problem::new(ProblemCode::NotNow),
            Self::Store(StoreError::Crossed(cause) | StoreError::Busy(cause)) => {
                tracing::warn!(%cause, "the database is busy");
                Problem { retry_after: Some(2), ..Problem::new(ProblemCode::Unavailable) }
            }
            Self::Store(error) => {
                tracing::error!(%error, "a request failed");
                Problem::new(ProblemCode::Internal)
            }
        }
    }
}
