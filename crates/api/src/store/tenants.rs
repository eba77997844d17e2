//! Tenants.

use std::collections::HashMap;

use domain::Timestamp;
use domain::id::{HouseholdId, OfficeId, ResidenceId, TenantId};
use domain::leaving::{Leaving, LeavingWhy};
use domain::mark::{Mark, MarkAnimal, MarkColour};
use domain::tenant::{Email, FirstName, Language, Person, fold};
use domain::tongue::Speaks;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{self, tenants};
use super::{Db, Store, StoreError, Tx, Viewer, number, value, word};

/// The most accounts that one e-mail address may open; a couple may share one.
pub const ACCOUNTS_PER_EMAIL: u64 = 4;

/// A tenant, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// Who.
    pub id: TenantId,
    /// Her office.
    pub office: OfficeId,
    /// Her residence.
    pub residence: ResidenceId,
    /// The household whose seat she took.
    pub household: HouseholdId,
    /// The first name.
    pub first_name: FirstName,
    /// The mark.
    pub mark: Mark,
    /// The language.
    pub language: Language,
    /// The languages in which she can help or be helped.
    pub speaks: Speaks,
    /// First name and two easy words.
    pub sign_in_name: String,
    /// An e-mail address, if given.
    pub email: Option<Email>,
    /// PHC string of Argon2id.
    pub password_hash: String,
    /// Since when.
    pub joined_at: Timestamp,
    /// The day on which the account was last used.
    pub last_seen_at: Timestamp,
    /// How many warnings about an unused account are out.
    pub warnings: u8,
    /// An erasure that is to come.
    pub leaving: Option<Leaving>,
    /// Stands for her in the ledger of erasures: random, so that it says nothing once she is gone.
    pub tombstone: Uuid,
    /// Grows with every change.
    pub version: u32,
}

impl Tenant {
    /// What others see.
    #[must_use]
    pub fn person(&self) -> Person {
        Person { id: self.id, first_name: self.first_name.clone(), mark: self.mark }
    }
}

fn mark_of(colour: &str, animal: &str) -> Result<Mark, StoreError> {
    Ok(Mark {
        colour: word(MarkColour::from_word(colour), colour)?,
        animal: word(MarkAnimal::from_word(animal), animal)?,
    })
}

fn mark(row: &tenants::Model) -> Result<Mark, StoreError> {
    mark_of(&row.mark_colour, &row.mark_animal)
}

/// What others see of a tenant, of whom a query has read no more.
pub(super) fn person_of(id: TenantId, name: &str, colour: &str, animal: &str) -> Result<Person, StoreError> {
    Ok(Person { id, first_name: value(FirstName::parse(name))?, mark: mark_of(colour, animal)? })
}

pub(super) fn person(row: &tenants::Model) -> Result<Person, StoreError> {
    person_of(TenantId(row.id), &row.first_name, &row.mark_colour, &row.mark_animal)
}

fn from_row(row: tenants::Model) -> Result<Tenant, StoreError> {
    Ok(Tenant {
        mark: mark(&row)?,
        id: TenantId(row.id),
        office: OfficeId(row.office_id),
        residence: ResidenceId(row.residence_id),
        household: HouseholdId(row.household_id),
        first_name: value(FirstName::parse(&row.first_name))?,
        language: word(Language::from_word(&row.language), &row.language)?,
        speaks: word(Speaks::from_words(&row.speaks), &row.speaks)?,
        sign_in_name: row.sign_in_name,
        email: row.email.map(|e| value(Email::parse(e))).transpose()?,
        password_hash: row.password_hash,
        joined_at: super::time(row.joined_at),
        last_seen_at: super::time(row.last_seen_at),
        warnings: number(row.warnings)?,
        leaving: match (row.leaving_at, row.leaving_why) {
            (Some(at), Some(why)) => {
                Some(Leaving { at: super::time(at), why: word(LeavingWhy::from_word(&why), &why)? })
            }
            (None, _) | (_, None) => None,
        },
        // None only for a row that an older program wrote while this one already ran: its id is as random.
        tombstone: row.tombstone.unwrap_or(row.id),
        version: number(row.version)?,
    })
}

fn to_row(t: &Tenant) -> tenants::ActiveModel {
    tenants::ActiveModel {
        id: Set(t.id.0),
        office_id: Set(t.office.0),
        residence_id: Set(t.residence.0),
        household_id: Set(t.household.0),
        first_name: Set(t.first_name.to_string()),
        name_key: Set(t.first_name.key()),
        mark_colour: Set(t.mark.colour.as_str().to_owned()),
        mark_animal: Set(t.mark.animal.as_str().to_owned()),
        language: Set(t.language.as_str().to_owned()),
        speaks: Set(t.speaks.to_words()),
        sign_in_name: Set(t.sign_in_name.clone()),
        sign_in_key: Set(fold(&t.sign_in_name)),
        email: Set(t.email.clone().map(String::from)),
        password_hash: Set(t.password_hash.clone()),
        joined_at: Set(t.joined_at.timestamp_millis()),
        last_seen_at: Set(t.last_seen_at.timestamp_millis()),
        warnings: Set(i32::from(t.warnings)),
        leaving_at: Set(t.leaving.map(|l| l.at.timestamp_millis())),
        leaving_why: Set(t.leaving.map(|l| l.why.as_str().to_owned())),
        receipt: Set(None),
        tombstone: Set(Some(t.tombstone)),
        version: Set(i32::try_from(t.version).unwrap_or(i32::MAX)),
    }
}

/// A new tenant.
///
/// # Errors
/// `Taken` when a namesake of the residence has the mark, or the sign-in name exists.
pub async fn insert(tx: &Tx, tenant: &Tenant) -> Result<(), StoreError> {
    tenants::Entity::insert(to_row(tenant)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Many new tenants at once: for demos and benchmarks.
///
/// # Errors
/// As [`insert`].
pub async fn insert_many(tx: &Tx, new: &[Tenant]) -> Result<(), StoreError> {
    for part in new.chunks(500) {
        tenants::Entity::insert_many(part.iter().map(to_row)).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// One tenant, for her own eyes or for a use case.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Db, id: TenantId) -> Result<Option<Tenant>, StoreError> {
    tenants::Entity::find_by_id(id.0).one(db.conn()).await?.map(from_row).transpose()
}

/// Whether a namesake of the residence has this mark.
///
/// # Errors
/// When the database does not answer.
pub async fn mark_is_taken(
    db: &impl Db,
    residence: ResidenceId,
    name: &FirstName,
    mark: Mark,
    but: Option<TenantId>,
) -> Result<bool, StoreError> {
    use tenants::Column;
    let found = tenants::Entity::find()
        .filter(Column::ResidenceId.eq(residence.0))
        .filter(Column::NameKey.eq(name.key()))
        .filter(Column::MarkColour.eq(mark.colour.as_str()))
        .filter(Column::MarkAnimal.eq(mark.animal.as_str()))
        .one(db.conn())
        .await?;
    Ok(found.is_some_and(|t| Some(TenantId(t.id)) != but))
}

/// Whether this sign-in name exists.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_in_name_exists(db: &impl Db, name: &str) -> Result<bool, StoreError> {
    Ok(tenants::Entity::find().filter(tenants::Column::SignInKey.eq(fold(name))).one(db.conn()).await?.is_some())
}

/// Those who may sign in with this: one by sign-in name, a few by e-mail address, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn for_sign_in(db: &impl Db, name: &str, email: Option<&Email>) -> Result<Vec<Tenant>, StoreError> {
    use tenants::Column;
    let select = match email {
        Some(email) => tenants::Entity::find().filter(Column::Email.eq(email.as_str())),
        None => tenants::Entity::find().filter(Column::SignInKey.eq(fold(name))),
    };
    let rows = select.order_by_desc(Column::Id).limit(ACCOUNTS_PER_EMAIL).all(db.conn()).await?;
    rows.into_iter().map(from_row).collect()
}

/// Changes first name, mark and language.
///
/// # Errors
/// `Stale` when the version has changed, `Taken` when a namesake has the mark.
pub async fn save(tx: &Tx, tenant: &Tenant, read: u32) -> Result<(), StoreError> {
    use tenants::Column;
    let saved = tenants::Entity::update_many()
        .col_expr(Column::FirstName, Expr::value(tenant.first_name.as_str()))
        .col_expr(Column::NameKey, Expr::value(tenant.first_name.key()))
        .col_expr(Column::MarkColour, Expr::value(tenant.mark.colour.as_str()))
        .col_expr(Column::MarkAnimal, Expr::value(tenant.mark.animal.as_str()))
        .col_expr(Column::Language, Expr::value(tenant.language.as_str()))
        .col_expr(Column::Speaks, Expr::value(tenant.speaks.to_words()))
        .col_expr(Column::Version, Expr::value(i32::try_from(tenant.version).unwrap_or(i32::MAX)))
        .filter(Column::Id.eq(tenant.id.0))
        .filter(Column::Version.eq(i32::try_from(read).unwrap_or(i32::MAX)))
        .exec(tx.conn())
        .await?;
    if saved.rows_affected == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// First names and marks of these people.
///
/// # Errors
/// When the database does not answer.
pub async fn people(
    db: &impl Db,
    ids: impl IntoIterator<Item = TenantId>,
) -> Result<HashMap<TenantId, Person>, StoreError> {
    let rows =
        tenants::Entity::find().filter(tenants::Column::Id.is_in(ids.into_iter().map(|i| i.0))).all(db.conn()).await?;
    rows.iter().map(|row| person(row).map(|p| (p.id, p))).collect()
}

impl Store {
    /// Whether the viewer may know of somebody whom she meets: they have an exchange together, one of her open offers or of her notices
    /// reaches the viewer, or they meet at an event.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn knows(&self, viewer: &Viewer, other: TenantId) -> Result<bool, StoreError> {
        Ok(!self.are_apart(viewer.tenant, other)
            && (self.share_a_barter(viewer, other).await?
                || self.share_a_conversation(viewer, other).await?
                || self.an_offer_reaches(viewer, other).await?
                || self.a_notice_reaches(viewer, other).await?
                || self.meet_at_an_event(viewer, other).await?))
    }

    /// Whether the viewer and somebody stand in one exchange, running or over.
    pub(super) async fn share_a_barter(&self, viewer: &Viewer, other: TenantId) -> Result<bool, StoreError> {
        use entity::barter_parties::{Column, Entity};
        let of_other =
            Query::select().column(Column::BarterId).from(Entity).and_where(Column::TenantId.eq(other.0)).to_owned();
        let shared = Entity::find()
            .filter(Column::TenantId.eq(viewer.tenant.0))
            .filter(Column::BarterId.in_subquery(of_other))
            .one(self.conn())
            .await?;
        Ok(shared.is_some())
    }
}
