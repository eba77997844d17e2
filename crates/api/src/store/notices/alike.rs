//! Notices of the other side: what was found, for who has lost, and the other way round.

use domain::Timestamp;
use domain::circle::Circle;
use domain::id::{NoticeId, OfficeId, ResidenceId, TenantId};
use domain::notice::{NoticeKind, NoticeState};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::super::{Db, StoreError, number, offers::circle};
use super::{Column, Entity};

/// What is compared of a notice of the other side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OtherSide {
    /// Which.
    pub id: NoticeId,
    /// Whose.
    pub author: TenantId,
    /// The residence from which it reaches.
    pub residence: ResidenceId,
    /// How far it reaches.
    pub circle: Circle,
    /// Around which residence.
    pub around: ResidenceId,
    /// How far around, in metres.
    pub radius_m: u16,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How many notices of the other side are looked at, the newest first.
const MOST_COMPARED: u64 = 2_000;

/// The published notices of a kind that were made since an instant, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn published(
    db: &impl Db,
    office: OfficeId,
    kind: NoticeKind,
    since: Timestamp,
) -> Result<Vec<OtherSide>, StoreError> {
    type Row = (Uuid, Uuid, Uuid, String, Option<Uuid>, Option<i32>, i64);
    let rows: Vec<Row> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::AuthorId, Column::ResidenceId, Column::Circle])
        .columns([Column::SeenResidenceId, Column::SeenRadiusM, Column::CreatedAt])
        .filter(Column::OfficeId.eq(office.0))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::State.eq(NoticeState::Published.as_str()))
        .filter(Column::Hidden.eq(false))
        .filter(Column::CreatedAt.gte(since.timestamp_millis()))
        .order_by_desc(Column::Id)
        .limit(MOST_COMPARED)
        .into_tuple()
        .all(db.conn())
        .await?;
    rows.into_iter()
        .map(|(id, author, residence, reach, seen, radius, created_at)| {
            Ok(OtherSide {
                id: NoticeId(id),
                author: TenantId(author),
                residence: ResidenceId(residence),
                circle: circle(&reach)?,
                around: ResidenceId(seen.unwrap_or(residence)),
                radius_m: radius.map_or(Ok(0), number)?,
                created_at: super::super::time(created_at),
            })
        })
        .collect()
}
