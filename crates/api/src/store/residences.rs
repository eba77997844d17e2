//! Residences as the office loads them.

use domain::circle::{Point, Wave};
use domain::id::{OfficeId, ResidenceId};
use domain::office::Residence;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Db, StoreError, Tx, entity::residences, number};

pub(super) fn wave(word: &str) -> Result<Wave, StoreError> {
    super::word([Wave::Closed, Wave::Pilot, Wave::Open].into_iter().find(|w| w.as_str() == word), word)
}

pub(super) fn from_row(row: residences::Model) -> Result<Residence, StoreError> {
    Ok(Residence {
        id: ResidenceId(row.id),
        office: OfficeId(row.office_id),
        reference: row.reference,
        name: row.name,
        address: row.address,
        postcode: row.postcode,
        district: row.district,
        quarter: row.quarter,
        point: row.lat.zip(row.lon).map(|(lat, lon)| Point { lat, lon }),
        dwellings: number(row.dwellings)?,
        wave: wave(&row.wave)?,
    })
}

fn to_row(residence: &Residence) -> residences::ActiveModel {
    residences::ActiveModel {
        id: Set(residence.id.0),
        office_id: Set(residence.office.0),
        reference: Set(residence.reference.clone()),
        name: Set(residence.name.clone()),
        address: Set(residence.address.clone()),
        postcode: Set(residence.postcode.clone()),
        district: Set(residence.district.clone()),
        quarter: Set(residence.quarter.clone()),
        lat: Set(residence.point.map(|p| p.lat)),
        lon: Set(residence.point.map(|p| p.lon)),
        dwellings: Set(i32::try_from(residence.dwellings).unwrap_or(i32::MAX)),
        wave: Set(residence.wave.as_str().to_owned()),
    }
}

/// All residences of an office.
///
/// # Errors
/// When the database does not answer.
pub async fn of_office(db: &impl Db, office: OfficeId) -> Result<Vec<Residence>, StoreError> {
    let rows = residences::Entity::find().filter(residences::Column::OfficeId.eq(office.0)).all(db.conn()).await?;
    rows.into_iter().map(from_row).collect()
}

/// Keeps all residences of an office as they are: codes for their households are printed by one after the other.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(tx: &Tx, office: OfficeId) -> Result<(), StoreError> {
    residences::Entity::find()
        .select_only()
        .column(residences::Column::Id)
        .filter(residences::Column::OfficeId.eq(office.0))
        .order_by_asc(residences::Column::Id)
        // Not as strict as `FOR UPDATE`, so that people can move in meanwhile.
        .lock(LockType::NoKeyUpdate)
        .into_tuple::<uuid::Uuid>()
        .all(tx.conn())
        .await?;
    Ok(())
}

/// Adds residences.
///
/// # Errors
/// `Taken` when a reference exists.
pub async fn insert(tx: &Tx, new: &[Residence]) -> Result<(), StoreError> {
    for part in new.chunks(500) {
        residences::Entity::insert_many(part.iter().map(to_row)).exec_without_returning(tx.conn()).await?;
    }
    super::atlas::touch(tx).await
}

/// Changes residences.
///
/// # Errors
/// When the database does not answer.
pub async fn update(tx: &Tx, changed: &[Residence]) -> Result<(), StoreError> {
    for residence in changed {
        to_row(residence).update(tx.conn()).await?;
    }
    super::atlas::touch(tx).await
}

/// Opens or closes residences; all of the office when neither district nor reference is given.
///
/// # Errors
/// When the database does not answer.
pub async fn set_wave(
    tx: &Tx,
    office: OfficeId,
    district: Option<&str>,
    reference: Option<&str>,
    wave: Wave,
) -> Result<u64, StoreError> {
    use residences::Column;
    let mut update = residences::Entity::update_many()
        .col_expr(Column::Wave, sea_orm::sea_query::Expr::value(wave.as_str()))
        .filter(Column::OfficeId.eq(office.0));
    if let Some(district) = district {
        update = update.filter(Column::District.eq(district));
    }
    if let Some(reference) = reference {
        update = update.filter(Column::Reference.eq(reference));
    }
    let changed = update.exec(tx.conn()).await?.rows_affected;
    super::atlas::touch(tx).await?;
    Ok(changed)
}
