//! Opening a database, and all in which SQLite and PostgreSQL differ.

use std::future::ready;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::Timestamp;
use migrations::{Migrator, MigratorTrait};
use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, Statement};
use uuid::Uuid;

use super::{
    Atlas, Change, Db, StoreError, blocks::Blocks, board::Board, cards::Cards, events::Agenda, market::Marketplace,
    sessions::SessionCache,
};

/// Below it, SQLite can lose writes when the log is reset (WAL-reset bug, mended in 3.51.3).
const LEAST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How many changes wait for whoever listens: who is slower reads anew.
const HEARD: usize = 4_096;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// A file inside the program.
    Sqlite,
    /// A server of its own.
    Postgres,
}

/// The database, and what the server keeps of it in memory.
pub struct Store {
    pub(super) kind: StoreKind,
    pub(super) writer: DatabaseConnection,
    pub(super) reader: DatabaseConnection,
    pub(super) atlas: std::sync::RwLock<Arc<Atlas>>,
    pub(super) blocks: Blocks,
    pub(super) board: Board,
    pub(super) cards: Cards,
    pub(super) agenda: Agenda,
    pub(super) market: Arc<Marketplace>,
    pub(super) sessions: SessionCache,
    /// Tells this server's notifications from those of others.
    pub(super) origin: Uuid,
    statements: Statements,
    /// What was written, here and elsewhere, for whoever has a page open.
    pub(super) heard: tokio::sync::broadcast::Sender<Change>,
    /// How often something may have been written of which nothing was heard.
    pub(super) missed: tokio::sync::watch::Sender<u64>,
}

/// Who hears of statements: nobody, but in a test.
#[derive(Clone, Default)]
struct Statements(Arc<OnceLock<Ear>>);

type Ear = Box<dyn Fn(&Statement) + Send + Sync>;

impl Statements {
    fn hear(&self, db: &mut DatabaseConnection) {
        let heard = self.clone();
        db.set_metric_callback(move |info| {
            if let Some(hear) = heard.0.get() {
                hear(info.statement);
            }
        });
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Db for Store {
    fn conn(&self) -> &impl ConnectionTrait {
        &self.reader
    }
}

pub(super) fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        // A ping before each statement costs more than the statement; a lost connection shows as an error and is replaced.
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = options(url, connections);
    options.map_sqlx_sqlite_opts(move |o| {
        let o = o
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(200)
            // 8 MiB of the file are read without a system call. More would help little, since lists and cards are kept in memory, and each
            // connection's map of the file counts as memory of the server.
            .pragma("mmap_size", "8388608")
            .pragma("cache_size", "-4096");
        if read_only {
            o.read_only(true)
        } else {
            o.create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                // Deleted text is overwritten with zeros: leaving erases.
                .pragma("secure_delete", "ON")
        }
    });
    if !read_only {
        // A full disk makes SQLite end a transaction by itself. sqlx hears an error when it ends it once more, and takes it for open ever
        // after: all that follows would happen inside it and never be committed. Such a connection is closed, another takes its place.
        options.map_sqlx_sqlite_pool_opts(|o| o.before_acquire(|c, _| Box::pin(ready(Ok(!c.is_in_transaction())))));
    }
    options
}

impl Store {
    /// Opens the database, brings its schema up to date and reads what is kept in memory; `origin` is a new id, which tells this server
    /// from others of the same database.
    ///
    /// # Errors
    /// When it cannot be reached, is older than it may be, or holds what the domain refuses.
    pub async fn open(url: &str, origin: Uuid, now: Timestamp) -> Result<Arc<Self>, StoreError> {
        let statements = Statements::default();
        let (kind, writer, reader) = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let mut db = Database::connect(options(url, 16)).await?;
            statements.hear(&mut db);
            (StoreKind::Postgres, db.clone(), db)
        } else if url.starts_with("sqlite:") {
            keep_private(url)?;
            let writer = Database::connect(sqlite(url, 1, false)).await?;
            check_sqlite(&writer).await?;
            super::backup::mark(&writer).await?;
            let mut reader = Database::connect(sqlite(url, 4, true)).await?;
            statements.hear(&mut reader);
            (StoreKind::Sqlite, writer, reader)
        } else {
            return Err(StoreError::Broken(format!("{url:?} is neither sqlite: nor postgres:")));
        };
        Migrator::up(&writer, None).await?;
        let store = Arc::new(Self {
            kind,
            writer,
            reader,
            atlas: std::sync::RwLock::new(Arc::new(Atlas::default())),
            blocks: Blocks::default(),
            board: Board::new(now),
            cards: Cards::new(),
            agenda: Agenda::default(),
            market: Arc::default(),
            sessions: SessionCache::new(),
            origin,
            statements,
            heard: tokio::sync::broadcast::channel(HEARD).0,
            missed: tokio::sync::watch::channel(0).0,
        });
        // Listened to before it is read: what others write in between is heard.
        if kind == StoreKind::Postgres {
            Self::listen(&store).await?;
        }
        store.reload().await?;
        Ok(store)
    }

    /// What is written from now on, here and by other servers, after the lists have followed.
    #[must_use]
    pub fn hear(&self) -> tokio::sync::broadcast::Receiver<Change> {
        self.heard.subscribe()
    }

    /// Changes whenever something may have been written that [`Store::hear`] did not tell.
    #[must_use]
    pub fn missed(&self) -> tokio::sync::watch::Receiver<u64> {
        self.missed.subscribe()
    }

    /// Hands each statement that is read with to `hear`, for tests that look at how the database answers it.
    pub fn watch_statements(&self, hear: impl Fn(&Statement) + Send + Sync + 'static) {
        let _ = self.statements.0.set(Box::new(hear));
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> StoreKind {
        self.kind
    }

    /// Reads residences, blocks and the posts of the lists anew.
    pub(super) async fn reload(&self) -> Result<(), StoreError> {
        self.reload_atlas().await?;
        self.reload_blocks().await?;
        self.reload_posts().await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.reader.query_one_raw(Statement::from_string(self.reader.get_database_backend(), "SELECT 1")).await?;
        Ok(())
    }

    /// Closes the connections; on SQLite the log is folded into the file.
    pub async fn close(&self) {
        let _ = self.reader.clone().close().await;
        let _ = self.writer.clone().close().await;
    }
}

/// The file of a database of SQLite.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<&str> {
    let file = url.strip_prefix("sqlite:")?.trim_start_matches("//");
    let file = file.split_once('?').map_or(file, |(file, _)| file);
    (!file.is_empty() && file != ":memory:").then_some(file)
}

/// Makes the file before SQLite does, so that no other account of the machine can read it. SQLite gives its log the same rights.
fn keep_private(url: &str) -> Result<(), StoreError> {
    let Some(file) = sqlite_file(url) else { return Ok(()) };
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(file);
    opened.map(drop).map_err(|e| StoreError::Broken(format!("{file} cannot be opened: {e}")))
}

async fn check_sqlite(db: &DatabaseConnection) -> Result<(), StoreError> {
    let row = db.query_one_raw(Statement::from_string(DatabaseBackend::Sqlite, "SELECT sqlite_version() AS v")).await?;
    let version: String = row.map_or(Ok(String::new()), |r| r.try_get("", "v"))?;
    let parts: Vec<u32> = version.split('.').filter_map(|p| p.parse().ok()).collect();
    match parts.as_slice() {
        [a, b, c, ..] if (*a, *b, *c) >= LEAST_SQLITE => Ok(()),
        _ => Err(StoreError::Broken(format!("SQLite {version} is too old: 3.51.3 is the least"))),
    }
}
