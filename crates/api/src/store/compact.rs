//! Taking the last traces of deleted rows out of the database's files.
//!
//! A deleted row is out of reach of every query at once, but its bytes may stay on a page. SQLite: `secure_delete` writes zeros over a
//! freed cell, yet a page that is rebuilt while neighbours move keeps copies in the gap between its cells; `VACUUM` writes every page
//! anew, and the log is cut to nothing. PostgreSQL: an old row version stays until its page is cleaned, and its bytes stay even then;
//! `VACUUM FULL` writes the tables anew, `ANALYZE` takes sample values out of the planner's statistics.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};

use super::{Store, StoreError, StoreKind};
use crate::data_map;

/// How often it is tried again while readers still look into what goes, and how long between two tries.
const TRIES: u32 = 100;
const PATIENCE: Duration = Duration::from_millis(50);

impl Store {
    /// Writes anew all that may hold traces of what was deleted.
    ///
    /// # Errors
    /// When the database does not answer, or has no room for it.
    pub async fn compact(&self) -> Result<(), StoreError> {
        match self.kind {
            StoreKind::Sqlite => {
                self.writer.execute_unprepared("VACUUM").await?;
                self.cut_log().await
            }
            StoreKind::Postgres => {
                self.wait_for_old_readers().await?;
                let tables = data_map::tables_with_traces().join(", ");
                self.writer.execute_unprepared(&format!("VACUUM (FULL) {tables}")).await?;
                self.writer.execute_unprepared(&format!("ANALYZE {tables}")).await?;
                // For whoever owns the database; who does not has an operator who does it by night (docs/OPERATING.md).
                for statement in ["VACUUM (FULL) pg_catalog.pg_statistic", "CHECKPOINT"] {
                    if let Err(error) = self.writer.execute_unprepared(statement).await {
                        tracing::warn!(%error, statement, "left to the operator of the database");
                    }
                }
                Ok(())
            }
        }
    }

    /// PostgreSQL keeps an old row version, also in a table that is written anew, as long as a transaction may still read it. Waits until
    /// all that began before now have ended: those that read this database, and those that write anywhere in the cluster, since the
    /// snapshot of the rewriting itself looks back to the oldest of them.
    async fn wait_for_old_readers(&self) -> Result<(), StoreError> {
        let ask = |sql: String| Statement::from_string(self.writer.get_database_backend(), sql);
        let now = self.writer.query_one_raw(ask("SELECT pg_current_xact_id()::text AS x".to_owned())).await?;
        let now: String = now.map_or(Ok(String::new()), |r| r.try_get("", "x"))?;
        let are_gone = format!(
            "SELECT pg_snapshot_xmin(pg_current_snapshot()) > '{now}'::xid8 AND NOT EXISTS (SELECT FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid() \
             AND GREATEST(age(backend_xmin), age(backend_xid)) >= age('{now}'::xid8::xid)) AS gone"
        );
        for _ in 0..TRIES {
            let row = self.writer.query_one_raw(ask(are_gone.clone())).await?;
            if row.map_or(Ok(false), |r| r.try_get("", "gone"))? {
                return Ok(());
            }
            tokio::time::sleep(PATIENCE).await;
        }
        Err(StoreError::Busy("older transactions still read what was deleted".to_owned()))
    }

    /// Folds SQLite's log into the file and cuts it to nothing.
    async fn cut_log(&self) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let backend = self.writer.get_database_backend();
            let row =
                self.writer.query_one_raw(Statement::from_string(backend, "PRAGMA wal_checkpoint(TRUNCATE)")).await?;
            // busy, pages in the log, pages folded.
            if row.map_or(Ok(1), |r| r.try_get_by_index::<i32>(0))? == 0 {
                return Ok(());
            }
            tokio::time::sleep(PATIENCE).await;
        }
        Err(StoreError::Busy("readers kept the log from being cut".to_owned()))
    }
}
