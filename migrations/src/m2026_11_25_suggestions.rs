//! Suggestions: which post stands in an agreed ring, whose wish a leg meets, rings that were proposed, who blocks whom, who speaks what.

use sea_orm_migration::prelude::*;

use crate::columns::{hash, id, index, instant, maybe, table, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// New columns of tables that exist.
fn columns() -> Vec<(&'static str, ColumnDef)> {
    let mut speaks = text("speaks");
    speaks.default("fr");
    vec![("offers", maybe(id("ring_id"))), ("barter_legs", maybe(id("wish_id"))), ("tenants", speaks)]
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "rings",
            vec![hash("key"), id("barter_id"), maybe(instant("rests_until"))],
            &["key"],
            &[("barter_id", "barters")],
        ),
        table(
            "blocks",
            vec![id("blocker_id"), id("blocked_id"), instant("created_at")],
            &["blocker_id", "blocked_id"],
            &[("blocker_id", "tenants"), ("blocked_id", "tenants")],
        ),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("rings_barter", "rings", &["barter_id"], true),
        index("blocks_blocked", "blocks", &["blocked_id"], false),
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
        // Whoever reads the pages in English is understood in English as well.
        let fill = "UPDATE tenants SET speaks = 'fr,en' WHERE language = 'en'";
        manager.get_connection().execute_unprepared(fill).await?;
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
        for name in ["blocks", "rings"] {
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
