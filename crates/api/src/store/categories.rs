//! The tree of categories of an office.

use std::collections::HashMap;

use domain::category::{Category, CategorySlug};
use domain::id::OfficeId;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Db, StoreError, Tx, entity::categories, value};

/// The whole tree in its order, groups before their services.
///
/// # Errors
/// When the database does not answer.
pub async fn tree(db: &impl Db, office: OfficeId) -> Result<Vec<Category>, StoreError> {
    let rows = categories::Entity::find()
        .filter(categories::Column::OfficeId.eq(office.0))
        .order_by_asc(categories::Column::Position)
        .all(db.conn())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// The trees of all offices.
pub(super) async fn all(db: &impl Db) -> Result<HashMap<OfficeId, Vec<Category>>, StoreError> {
    let rows = categories::Entity::find().order_by_asc(categories::Column::Position).all(db.conn()).await?;
    let mut trees: HashMap<OfficeId, Vec<Category>> = HashMap::new();
    for row in rows {
        trees.entry(OfficeId(row.office_id)).or_default().push(from_row(row)?);
    }
    Ok(trees)
}

fn from_row(row: categories::Model) -> Result<Category, StoreError> {
    Ok(Category {
        slug: value(CategorySlug::parse(row.slug))?,
        parent: row.parent.map(|p| value(CategorySlug::parse(p))).transpose()?,
        fr: row.fr,
        en: row.en,
        icon: row.icon,
        sensitive: row.sensitive,
    })
}

/// Gives an office its tree.
///
/// # Errors
/// `Taken` when a slug stands twice.
pub async fn insert(tx: &Tx, office: OfficeId, tree: &[Category]) -> Result<(), StoreError> {
    let rows = tree.iter().zip(0..).map(|(c, position)| categories::ActiveModel {
        office_id: Set(office.0),
        slug: Set(c.slug.to_string()),
        parent: Set(c.parent.as_ref().map(ToString::to_string)),
        position: Set(position),
        fr: Set(c.fr.clone()),
        en: Set(c.en.clone()),
        icon: Set(c.icon.clone()),
        sensitive: Set(c.sensitive),
    });
    categories::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    super::atlas::touch(tx).await
}
