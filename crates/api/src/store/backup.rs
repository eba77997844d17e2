//! Copies of the whole database, and a look into one before it is put to use. SQLite alone: PostgreSQL has its own tools.

use std::path::Path;

use domain::Timestamp;
use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, DbErr, EntityTrait, QueryResult, Statement,
};
use uuid::Uuid;

use super::connect::options;
use super::entity::tombstones;
use super::{Store, StoreError, time};

/// Stands in the head of our files ("toit"): so that another program's database is told from ours.
const APPLICATION_ID: i32 = 0x746f_6974;
/// What every file of SQLite begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Why a file is not put to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is no database of this program.
    Foreign,
    /// A newer program has written it.
    Newer,
    /// What stands in it does not hold together.
    Damaged(String),
}

impl From<DbErr> for Unfit {
    fn from(error: DbErr) -> Self {
        Self::Damaged(error.to_string())
    }
}

async fn rows(db: &DatabaseConnection, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(DatabaseBackend::Sqlite, sql)).await
}

async fn application_id(db: &DatabaseConnection) -> Result<i32, DbErr> {
    rows(db, "PRAGMA application_id").await?.first().map_or(Ok(0), |row| row.try_get_by_index(0))
}

/// Marks a database as ours.
pub(super) async fn mark(db: &DatabaseConnection) -> Result<(), StoreError> {
    match application_id(db).await? {
        APPLICATION_ID => Ok(()),
        0 => {
            db.execute_unprepared(&format!("PRAGMA application_id = {APPLICATION_ID}")).await?;
            Ok(())
        }
        _ => Err(StoreError::Broken("the file is a database of another program".to_owned())),
    }
}

async fn vacuum_into(db: &DatabaseConnection, file: &Path) -> Result<(), DbErr> {
    let file = file.to_str().ok_or_else(|| DbErr::Custom("the path is not UTF-8".to_owned()))?;
    db.execute_raw(Statement::from_sql_and_values(DatabaseBackend::Sqlite, "VACUUM INTO ?", [file.into()])).await?;
    Ok(())
}

/// Opens a file as it is: neither made, nor migrated. When it is closed again, its log is folded into it. What is no database is not
/// given to SQLite at all, which would throw its log away.
async fn open(file: &Path) -> Result<DatabaseConnection, DbErr> {
    if !begins_like_sqlite(file) {
        return Err(DbErr::Custom("the file does not begin like a database".to_owned()));
    }
    let mut options = options("sqlite:", 1);
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |o| o.filename(&file).create_if_missing(false));
    Database::connect(options).await
}

impl Store {
    /// Copies all that is committed now into a file, which must be missing or empty. Writes go on meanwhile. What was deleted is not in
    /// the copy: it is written page by page from what lives.
    ///
    /// # Errors
    /// When there is no room, or the database does not answer.
    pub async fn copy_into(&self, file: &Path) -> Result<(), StoreError> {
        Ok(vacuum_into(&self.reader, file).await?)
    }
}

/// As [`Store::copy_into`], of a file that nobody works on: it may be older or newer than this program.
///
/// # Errors
/// When it is damaged, or there is no room.
pub async fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    let db = open(from).await?;
    let done = vacuum_into(&db, to).await;
    let _ = db.close().await;
    Ok(done?)
}

/// The tombstones of a file that nobody works on.
///
/// # Errors
/// When it is damaged, or too old to have some.
pub async fn tombstones_of(file: &Path) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
    let db = open(file).await?;
    let found = tombstones::Entity::find().all(&db).await;
    let _ = db.close().await;
    Ok(found?.into_iter().map(|row| (row.tombstone, time(row.erased_at))).collect())
}

/// Whether a file can be put to use.
///
/// # Errors
/// Why not.
pub async fn inspect(file: &Path) -> Result<(), Unfit> {
    if !begins_like_sqlite(file) {
        return Err(Unfit::Foreign);
    }
    let db = open(file).await?;
    let found = look(&db).await;
    let _ = db.close().await;
    found
}

fn begins_like_sqlite(file: &Path) -> bool {
    let mut head = [0; MAGIC.len()];
    let read = std::fs::File::open(file).and_then(|mut f| std::io::Read::read_exact(&mut f, &mut head));
    read.is_ok() && head == MAGIC
}

async fn look(db: &DatabaseConnection) -> Result<(), Unfit> {
    if application_id(db).await? != APPLICATION_ID {
        return Err(Unfit::Foreign);
    }
    for row in rows(db, "PRAGMA integrity_check").await? {
        let found: String = row.try_get_by_index(0)?;
        if found != "ok" {
            return Err(Unfit::Damaged(found));
        }
    }
    if let Some(row) = rows(db, "PRAGMA foreign_key_check").await?.first() {
        let table: String = row.try_get_by_index(0)?;
        return Err(Unfit::Damaged(format!("a row of {table} refers to nothing")));
    }
    let known: Vec<String> = Migrator::migrations().iter().map(|m| m.name().to_owned()).collect();
    for row in rows(db, "SELECT version FROM seaql_migrations").await? {
        let version: String = row.try_get_by_index(0)?;
        if !known.contains(&version) {
            return Err(Unfit::Newer);
        }
    }
    Ok(())
}
