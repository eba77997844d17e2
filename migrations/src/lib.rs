//! The history of the schema. Runs alone (`toit migrate`), and at every start of the server.
//!
//! Instants are whole milliseconds since 1970 in UTC (`bigint`), words of the domain are text, ids are UUIDs: alike on SQLite and on
//! PostgreSQL.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod columns;
mod m2026_11_24_first;
mod m2026_11_25_leaving;
mod m2026_11_25_square;
mod m2026_11_25_suggestions;

/// All steps, the oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m2026_11_24_first::Migration),
            Box::new(m2026_11_25_leaving::Migration),
            Box::new(m2026_11_25_suggestions::Migration),
            Box::new(m2026_11_25_square::Migration),
        ]
    }
}
