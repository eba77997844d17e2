//! Columns, tables and indexes in few words, alike on both databases.

use sea_orm_migration::prelude::*;

pub fn id(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new(name));
    column.uuid().not_null();
    column
}

pub fn text(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new(name));
    column.text().not_null();
    column
}

pub fn int(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new(name));
    column.integer().not_null();
    column
}

pub fn instant(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new(name));
    column.big_integer().not_null();
    column
}

pub fn hash(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new(name));
    column.binary_len(32).not_null();
    column
}

pub fn flag(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new(name));
    column.boolean().not_null();
    column
}

/// The same column, but it may be empty.
pub fn maybe(mut column: ColumnDef) -> ColumnDef {
    column.null();
    column
}

pub fn unique(mut column: ColumnDef) -> ColumnDef {
    column.unique_key();
    column
}

/// A reference that goes with what it refers to.
fn belongs(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from_col(Alias::new(column))
        .to(Alias::new(table), Alias::new("id"))
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

pub fn table(
    name: &'static str,
    columns: Vec<ColumnDef>,
    key: &[&'static str],
    belongings: &[(&'static str, &'static str)],
) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name));
    for column in columns {
        table.col(column);
    }
    let mut primary = Index::create();
    for column in key {
        primary.col(Alias::new(*column));
    }
    table.primary_key(&mut primary);
    for (column, to) in belongings {
        table.foreign_key(&mut belongs(column, to));
    }
    table
}

pub fn index(name: &'static str, table: &'static str, columns: &[&'static str], unique: bool) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    if unique {
        index.unique();
    }
    index
}
