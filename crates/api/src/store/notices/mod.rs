//! Notices, row by row.

mod alike;
mod view;

use domain::Timestamp;
use domain::conversation::ThingKind;
use domain::id::{NoticeId, OfficeId, PhotoId, ResidenceId, TenantId};
use domain::notice::{Notice, NoticeKind, NoticeState, PhotoView, Radius, Seen};
use domain::tenant::Person;
use domain::text::{Body, Title};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, Select,
};
use uuid::Uuid;

use super::entity::notices::{Column, Entity, Model};
use super::entity::{outbox, photos, tenants as authors};
use super::offers::circle;
use super::{Change, Db, StoreError, Tx, number, tenants, value, word};

pub use alike::{OtherSide, published};
pub use view::find_own;
pub(super) use view::{Rest, plain_view};

pub(super) fn from_row(row: Model) -> Result<Notice, StoreError> {
    let seen = row.seen_residence_id.zip(row.seen_radius_m).map(|(residence, metres)| {
        let radius_m = value(Radius::parse(number(metres)?))?;
        Ok::<_, StoreError>(Seen { residence: ResidenceId(residence), radius_m, at: row.seen_at.map(super::time) })
    });
    Ok(Notice {
        id: NoticeId(row.id),
        office: OfficeId(row.office_id),
        author: TenantId(row.author_id),
        residence: ResidenceId(row.residence_id),
        kind: word(NoticeKind::from_word(&row.kind), &row.kind)?,
        title: value(Title::parse(row.title))?,
        text: value(Body::parse(row.text))?,
        circle: circle(&row.circle)?,
        seen: seen.transpose()?,
        photo: row.photo_id.map(PhotoId),
        state: word(NoticeState::from_word(&row.state), &row.state)?,
        created_at: super::time(row.created_at),
        expires_at: super::time(row.expires_at),
        renewals: number(row.renewals)?,
        resolved_at: row.resolved_at.map(super::time),
        version: number(row.version)?,
        hidden: row.hidden,
    })
}

fn to_row(notice: &Notice) -> Model {
    Model {
        id: notice.id.0,
        office_id: notice.office.0,
        author_id: notice.author.0,
        residence_id: notice.residence.0,
        kind: notice.kind.as_str().to_owned(),
        title: notice.title.to_string(),
        text: notice.text.to_string(),
        circle: notice.circle.as_str().to_owned(),
        seen_residence_id: notice.seen.map(|s| s.residence.0),
        seen_radius_m: notice.seen.map(|s| i32::from(s.radius_m.get())),
        seen_at: notice.seen.and_then(|s| s.at).map(|at| at.timestamp_millis()),
        photo_id: notice.photo.map(|p| p.0),
        state: notice.state.as_str().to_owned(),
        created_at: notice.created_at.timestamp_millis(),
        expires_at: notice.expires_at.timestamp_millis(),
        renewals: i32::from(notice.renewals),
        resolved_at: notice.resolved_at.map(|at| at.timestamp_millis()),
        version: i32::try_from(notice.version).unwrap_or(i32::MAX),
        hidden: notice.hidden,
    }
}

/// A notice with all that is shown of it, by one query.
pub(super) struct Whole {
    pub notice: Notice,
    pub author: Person,
    pub photo: Option<PhotoView>,
}

#[derive(FromQueryResult)]
struct WholeRow {
    #[sea_orm(nested)]
    notice: Model,
    first_name: String,
    mark_colour: String,
    mark_animal: String,
    width: Option<i32>,
    height: Option<i32>,
}

impl WholeRow {
    fn whole(self) -> Result<Whole, StoreError> {
        let author = tenants::person_of(
            TenantId(self.notice.author_id),
            &self.first_name,
            &self.mark_colour,
            &self.mark_animal,
        )?;
        let notice = from_row(self.notice)?;
        let photo = match (notice.photo, self.width, self.height) {
            (Some(id), Some(width), Some(height)) => {
                Some(PhotoView { id, width: number(width)?, height: number(height)? })
            }
            (_, _, _) => None,
        };
        Ok(Whole { notice, author, photo })
    }
}

/// Notices with their authors and photos; to be narrowed down, then read with [`read`].
pub(super) fn whole() -> Select<Entity> {
    let author: RelationDef = Entity::belongs_to(authors::Entity).from(Column::AuthorId).to(authors::Column::Id).into();
    let photo: RelationDef = Entity::belongs_to(photos::Entity).from(Column::PhotoId).to(photos::Column::Id).into();
    Entity::find()
        .columns([authors::Column::FirstName, authors::Column::MarkColour, authors::Column::MarkAnimal])
        .columns([photos::Column::Width, photos::Column::Height])
        .join(JoinType::InnerJoin, author)
        .join(JoinType::LeftJoin, photo)
}

/// What [`whole`] finds.
pub(super) async fn read(db: &impl Db, select: Select<Entity>) -> Result<Vec<Whole>, StoreError> {
    select.into_model::<WholeRow>().all(db.conn()).await?.into_iter().map(WholeRow::whole).collect()
}

/// A new notice.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, notice: &Notice) -> Result<(), StoreError> {
    insert_many(tx, std::slice::from_ref(notice)).await
}

/// Many new notices at once.
///
/// # Errors
/// When the database does not answer.
pub async fn insert_many(tx: &Tx, notices: &[Notice]) -> Result<(), StoreError> {
    for part in notices.chunks(500) {
        let rows = part.iter().map(|n| to_row(n).into_active_model());
        Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
        part.iter().for_each(|n| tx.tell(Change::Notice(n.id)));
    }
    Ok(())
}

/// One notice, for a use case that will decide who may do what.
///
/// # Errors
/// When the database does not answer.
pub async fn load(tx: &Tx, id: NoticeId) -> Result<Option<Notice>, StoreError> {
    Entity::find_by_id(id.0).one(tx.conn()).await?.map(from_row).transpose()
}

/// Keeps a changed notice if it is still as it was read.
///
/// # Errors
/// `Stale` when somebody was faster.
pub async fn save(tx: &Tx, notice: &Notice, read: u32) -> Result<(), StoreError> {
    let row = to_row(notice);
    let saved = Entity::update_many()
        .col_expr(Column::Title, Expr::value(row.title))
        .col_expr(Column::Text, Expr::value(row.text))
        .col_expr(Column::Circle, Expr::value(row.circle))
        .col_expr(Column::SeenResidenceId, Expr::value(row.seen_residence_id))
        .col_expr(Column::SeenRadiusM, Expr::value(row.seen_radius_m))
        .col_expr(Column::SeenAt, Expr::value(row.seen_at))
        .col_expr(Column::PhotoId, Expr::value(row.photo_id))
        .col_expr(Column::State, Expr::value(row.state))
        .col_expr(Column::ExpiresAt, Expr::value(row.expires_at))
        .col_expr(Column::Renewals, Expr::value(row.renewals))
        .col_expr(Column::ResolvedAt, Expr::value(row.resolved_at))
        .col_expr(Column::Version, Expr::value(row.version))
        .col_expr(Column::Hidden, Expr::value(row.hidden))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Version.eq(i32::try_from(read).unwrap_or(i32::MAX)))
        .exec(tx.conn())
        .await?;
    if saved.rows_affected != 1 {
        return Err(StoreError::Stale);
    }
    tx.tell(Change::Notice(notice.id));
    Ok(())
}

const EXPIRED: &str = NoticeState::Expired.as_str();

/// The states in which neighbours may meet a notice.
const LISTED: [&str; 2] = [NoticeState::Published.as_str(), NoticeState::Resolved.as_str()];

async fn listed_of(tx: &Tx, author: TenantId) -> Result<Vec<Uuid>, StoreError> {
    let ids = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AuthorId.eq(author.0))
        .filter(Column::State.is_in(LISTED))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(ids)
}

/// Makes new cards of all notices in the lists whose author has changed her name or mark.
///
/// # Errors
/// When the database does not answer.
pub async fn author_changed(tx: &Tx, author: TenantId) -> Result<(), StoreError> {
    for id in listed_of(tx, author).await? {
        // Counted by the database: whoever saves it at the same moment gets a version of its own.
        Entity::update_many()
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.eq(id))
            .exec(tx.conn())
            .await?;
        tx.tell(Change::Notice(NoticeId(id)));
    }
    Ok(())
}

/// Hides somebody's notices from the lists, or shows them again.
///
/// # Errors
/// When the database does not answer.
pub async fn hide(tx: &Tx, author: TenantId, hidden: bool) -> Result<(), StoreError> {
    let mut select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AuthorId.eq(author.0))
        .filter(Column::Hidden.ne(hidden));
    if hidden {
        // Shown again is whatever was hidden: the clock may have ended some of it meanwhile, and its author may renew it.
        select = select.filter(Column::State.is_in(LISTED));
    }
    let ids: Vec<Uuid> = select.order_by_asc(Column::Id).into_tuple().all(tx.conn()).await?;
    for id in ids {
        Entity::update_many()
            .col_expr(Column::Hidden, Expr::value(hidden))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.eq(id))
            .exec(tx.conn())
            .await?;
        tx.tell(Change::Notice(NoticeId(id)));
    }
    Ok(())
}

/// Withdraws some of the notices that expired before an instant; answers how many there were, and which photos are to be taken off their
/// place.
///
/// # Errors
/// When the database does not answer.
pub async fn withdraw_expired(tx: &Tx, before: Timestamp, limit: u64) -> Result<(usize, Vec<PhotoId>), StoreError> {
    let expired = || {
        let of_state = Entity::find().select_only().column(Column::Id).filter(Column::State.eq(EXPIRED));
        of_state.filter(Column::ExpiresAt.lte(before.timestamp_millis()))
    };
    let some: Vec<Uuid> = expired().order_by_asc(Column::Id).limit(limit).into_tuple().all(tx.conn()).await?;
    super::hold::notices(tx, some.iter().copied().map(NoticeId)).await?;
    // Whoever renewed one a moment ago keeps it.
    let ids: Vec<Uuid> = expired().filter(Column::Id.is_in(some)).into_tuple().all(tx.conn()).await?;
    let pictures = super::photos::of_notices(tx, &ids).await?;
    photos::Entity::delete_many().filter(photos::Column::NoticeId.is_in(ids.iter().copied())).exec(tx.conn()).await?;
    Entity::update_many()
        .col_expr(Column::State, Expr::value(NoticeState::Withdrawn.as_str()))
        .col_expr(Column::PhotoId, Expr::value(None::<Uuid>))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(tx.conn())
        .await?;
    ids.iter().for_each(|id| tx.tell(Change::Notice(NoticeId(*id))));
    Ok((ids.len(), pictures))
}

/// Deletes some of somebody's notices with their photos and the work about them; answers how many there were, and which photos are to be
/// taken off their place.
///
/// # Errors
/// When the database does not answer.
pub async fn delete_some(tx: &Tx, author: TenantId, limit: u64) -> Result<(usize, Vec<PhotoId>), StoreError> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AuthorId.eq(author.0))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx.conn())
        .await?;
    if ids.is_empty() {
        return Ok((0, Vec::new()));
    }
    super::hold::notices(tx, ids.iter().copied().map(NoticeId)).await?;
    let pictures = super::photos::of_notices(tx, &ids).await?;
    super::news::forget_things(tx, &ids).await?;
    super::conversations::things_gone(tx, ThingKind::Notice, &ids).await?;
    outbox::Entity::delete_many().filter(outbox::Column::Subject.is_in(ids.iter().copied())).exec(tx.conn()).await?;
    photos::Entity::delete_many().filter(photos::Column::NoticeId.is_in(ids.iter().copied())).exec(tx.conn()).await?;
    Entity::delete_many().filter(Column::Id.is_in(ids.iter().copied())).exec(tx.conn()).await?;
    ids.iter().for_each(|id| tx.tell(Change::Notice(NoticeId(*id))));
    Ok((ids.len(), pictures))
}
