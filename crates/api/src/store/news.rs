//! News: one row for each person and thing, the last that happened to it.

use chrono::NaiveDate;
use domain::Timestamp;
use domain::conversation::ThingRef;
use domain::id::TenantId;
use domain::news::NewsKind;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::entity::news::{ActiveModel, Column, Entity};
use super::{Change, Db, StoreError, Tx};

/// Something that has happened to a thing.
#[derive(Clone, Copy, Debug)]
pub struct Happened {
    /// To which.
    pub about: ThingRef,
    /// What.
    pub kind: NewsKind,
    /// Through whom, when that may be told.
    pub by: Option<TenantId>,
    /// Of which date of an event.
    pub date: Option<NaiveDate>,
    /// When.
    pub at: Timestamp,
}

/// Tells somebody what has happened; `id` says where it stands among her news. Nobody hears of what somebody did whom she no longer meets.
///
/// # Errors
/// `Stale` when she is gone.
pub async fn tell(tx: &Tx, id: Uuid, to: TenantId, what: &Happened) -> Result<(), StoreError> {
    if to == TenantId::GONE || what.by == Some(to) || what.by.is_some_and(|by| tx.are_apart(by, to)) {
        return Ok(());
    }
    let row = ActiveModel {
        tenant_id: Set(to.0),
        about_kind: Set(what.about.kind.as_str().to_owned()),
        about_id: Set(what.about.id),
        id: Set(id),
        kind: Set(what.kind.as_str().to_owned()),
        count: Set(1),
        actor_id: Set(what.by.map(|by| by.0)),
        date: Set(what.date.map(|d| d.to_string())),
        at: Set(what.at.timestamp_millis()),
        unread: Set(true),
    };
    // The same once more, before it was read: "3 réponses".
    let again = Expr::col((Entity, Column::Unread)).and(Expr::col((Entity, Column::Kind)).eq(what.kind.as_str()));
    let count = CaseStatement::new().case(again, Expr::col((Entity, Column::Count)).add(1)).finally(Expr::value(1));
    let replace = OnConflict::columns([Column::TenantId, Column::AboutKind, Column::AboutId])
        .value(Column::Count, count)
        .update_columns([Column::Id, Column::Kind, Column::ActorId, Column::Date, Column::At, Column::Unread])
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx.conn()).await?;
    tx.tell(Change::News(to, what.about));
    Ok(())
}
