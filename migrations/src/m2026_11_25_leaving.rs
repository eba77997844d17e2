//! Leaving: when and why, tombstones, receipts, who knew whom; when an account was last used; what the office did.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::columns::{flag, hash, id, index, instant, int, maybe, table, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn with_default(mut column: ColumnDef, value: impl Into<Value>) -> ColumnDef {
    column.default(value.into());
    column
}

/// New columns of tables that exist.
fn columns() -> Vec<(&'static str, ColumnDef)> {
    vec![
        ("tenants", maybe(instant("leaving_at"))),
        ("tenants", maybe(text("leaving_why"))),
        ("tenants", maybe(hash("receipt"))),
        ("tenants", with_default(instant("last_seen_at"), 0i64)),
        ("tenants", with_default(int("warnings"), 0i32)),
        ("tenants", maybe(id("tombstone"))),
        ("offers", with_default(flag("hidden"), false)),
    ]
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("tombstones", vec![id("tombstone"), instant("erased_at")], &["tombstone"], &[]),
        table(
            "departures",
            vec![id("tenant_id"), hash("hash"), instant("left_at")],
            &["tenant_id", "hash"],
            &[("tenant_id", "tenants")],
        ),
        table(
            "receipts",
            vec![
                hash("hash"),
                text("number"),
                text("language"),
                text("state"),
                instant("erase_at"),
                maybe(instant("erased_at")),
                instant("expires_at"),
            ],
            &["hash"],
            &[],
        ),
        table(
            "accesses",
            vec![id("id"), id("office_id"), maybe(id("household_id")), text("what"), instant("at")],
            &["id"],
            &[("office_id", "offices"), ("household_id", "households")],
        ),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("tenants_tombstone", "tenants", &["tombstone"], true),
        index("tenants_last_seen", "tenants", &["last_seen_at"], false),
        index("tenants_leaving", "tenants", &["leaving_at"], false),
        index("receipts_state", "receipts", &["state"], false),
        index("accesses_household", "accesses", &["household_id", "at"], false),
        index("accesses_office", "accesses", &["office_id", "at"], false),
        index("idempotency_keys_made", "idempotency_keys", &["made"], false),
        index("outbox_subject", "outbox", &["subject"], false),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for (table, mut column) in columns() {
            let add = Table::alter().table(Alias::new(table)).add_column(&mut column).to_owned();
            manager.alter_table(add).await?;
        }
        let random = match manager.get_database_backend() {
            DatabaseBackend::Sqlite => "randomblob(16)",
            DatabaseBackend::Postgres | DatabaseBackend::MySql => "gen_random_uuid()",
            _ => return Err(DbErr::Custom("neither SQLite nor PostgreSQL".to_owned())),
        };
        let fill = format!("UPDATE tenants SET last_seen_at = joined_at, tombstone = {random}");
        manager.get_connection().execute_unprepared(&fill).await?;
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in indexes() {
            let name = index.get_index_spec().get_name().map(str::to_owned).unwrap_or_default();
            manager.drop_index(Index::drop().name(name).to_owned()).await?;
        }
        for name in ["accesses", "receipts", "departures", "tombstones"] {
            manager.drop_table(Table::drop().table(Alias::new(name)).to_owned()).await?;
        }
        for (table, column) in columns() {
            let drop =
                Table::alter().table(Alias::new(table)).drop_column(Alias::new(column.get_column_name())).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}
