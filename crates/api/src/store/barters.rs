//! Barters: the agreement, its people, its versions, its legs.

use std::collections::{HashMap, HashSet};

use domain::Timestamp;
use domain::barter::{Barter, BarterPart, BarterState, BarterView, Need, Party, Terms};
use domain::category::CategorySlug;
use domain::id::{BarterId, LegId, OfferId, OfficeId, TenantId};
use domain::leg::{Leg, LegState, TermsLeg};
use domain::tenant::Person;
use domain::text::{Body, Note, Title, Words};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, IntoCondition, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use uuid::Uuid;

use super::entity::{barter_legs, barter_parties, barter_terms, barters, tenants as people};
use super::{Db, StoreError, Tx, Viewer, number, tenants, time, value, word};

type People = HashMap<TenantId, Person>;

fn int(n: impl TryInto<i32>) -> i32 {
    n.try_into().unwrap_or(i32::MAX)
}

fn part(barter: &Barter, need: Option<Need>) -> BarterPart {
    match barter.state {
        _ if need.is_some() => BarterPart::NeedsMe,
        BarterState::Proposed | BarterState::Agreed => BarterPart::Running,
        BarterState::Completed
        | BarterState::Declined
        | BarterState::Withdrawn
        | BarterState::Expired
        | BarterState::Dissolved => BarterPart::Over,
    }
}

fn party_row(barter: &Barter, position: usize, party: &Party) -> barter_parties::Model {
    let need = barter.need(party.tenant);
    barter_parties::Model {
        barter_id: barter.id.0,
        tenant_id: party.tenant.0,
        position: int(position),
        consented: party.consented.map(int),
        need: need.map(|n| n.as_str().to_owned()),
        part: part(barter, need).as_str().to_owned(),
        updated_at: barter.updated_at.timestamp_millis(),
    }
}

fn terms_row(barter: BarterId, terms: &Terms) -> Result<barter_terms::ActiveModel, StoreError> {
    Ok(barter_terms::ActiveModel {
        barter_id: Set(barter.0),
        version: Set(int(terms.version)),
        author_id: Set(terms.author.0),
        note: Set(terms.note.clone().map(String::from)),
        legs: Set(value(serde_json::to_string(&terms.legs))?),
        created_at: Set(terms.created_at.timestamp_millis()),
    })
}

fn leg_row(barter: BarterId, position: usize, leg: &Leg) -> barter_legs::Model {
    let t = &leg.terms;
    barter_legs::Model {
        id: t.id.0,
        barter_id: barter.0,
        position: int(position),
        giver_id: t.giver.0,
        receiver_id: t.receiver.0,
        offer_id: t.offer.map(|o| o.0),
        wish_id: t.wish.map(|o| o.0),
        category: t.category.to_string(),
        what: t.what.to_string(),
        details: t.details.to_string(),
        at: t.at.map(|a| a.timestamp_millis()),
        place: t.place.clone().map(String::from),
        sensitive: t.sensitive,
        state: leg.state.as_str().to_owned(),
        giver_met: leg.met.contains(&t.giver),
        receiver_met: leg.met.contains(&t.receiver),
        done_by: leg.done_by.map(|d| d.0),
        done_at: leg.done_at.map(|d| d.timestamp_millis()),
        reminders: i32::from(leg.reminders),
    }
}

fn leg_from_row(row: barter_legs::Model) -> Result<Leg, StoreError> {
    let (giver, receiver) = (TenantId(row.giver_id), TenantId(row.receiver_id));
    Ok(Leg {
        state: word(LegState::from_word(&row.state), &row.state)?,
        met: [(row.giver_met, giver), (row.receiver_met, receiver)].into_iter().filter(|m| m.0).map(|m| m.1).collect(),
        done_by: row.done_by.map(TenantId),
        done_at: row.done_at.map(time),
        reminders: number(row.reminders)?,
        terms: TermsLeg {
            id: LegId(row.id),
            giver,
            receiver,
            offer: row.offer_id.map(OfferId),
            wish: row.wish_id.map(OfferId),
            category: value(CategorySlug::parse(row.category))?,
            what: value(Title::parse(row.what))?,
            details: value(Body::parse(row.details))?,
            at: row.at.map(time),
            place: row.place.map(|p| value(Words::parse(p))).transpose()?,
            sensitive: row.sensitive,
        },
    })
}

/// A new barter.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, barter: &Barter) -> Result<(), StoreError> {
    let row = barters::ActiveModel {
        id: Set(barter.id.0),
        office_id: Set(barter.office.0),
        state: Set(barter.state.as_str().to_owned()),
        revision: Set(int(barter.revision)),
        created_at: Set(barter.created_at.timestamp_millis()),
        updated_at: Set(barter.updated_at.timestamp_millis()),
        expires_at: Set(barter.expires_at.timestamp_millis()),
    };
    barters::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    let parties = barter.parties.iter().enumerate().map(|(n, p)| party_row(barter, n, p).into_active_model());
    barter_parties::Entity::insert_many(parties).exec_without_returning(tx.conn()).await?;
    let terms = barter.terms.iter().map(|t| terms_row(barter.id, t)).collect::<Result<Vec<_>, _>>()?;
    barter_terms::Entity::insert_many(terms).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Keeps a changed barter if it is still as `read`.
///
/// # Errors
/// `Stale` when somebody was faster.
pub async fn save(tx: &Tx, barter: &Barter, read: &Barter) -> Result<(), StoreError> {
    use barters::Column;
    let saved = barters::Entity::update_many()
        .col_expr(Column::State, Expr::value(barter.state.as_str()))
        .col_expr(Column::Revision, Expr::value(int(barter.revision)))
        .col_expr(Column::UpdatedAt, Expr::value(barter.updated_at.timestamp_millis()))
        .col_expr(Column::ExpiresAt, Expr::value(barter.expires_at.timestamp_millis()))
        .filter(Column::Id.eq(barter.id.0))
        .filter(Column::State.eq(read.state.as_str()))
        .filter(Column::Revision.eq(int(read.revision)))
        .exec(tx.conn())
        .await?;
    if saved.rows_affected != 1 {
        return Err(StoreError::Stale);
    }
    for (n, party) in barter.parties.iter().enumerate() {
        let row = party_row(barter, n, party);
        barter_parties::Entity::update(row.into_active_model().reset_all()).exec(tx.conn()).await?;
    }
    for terms in &barter.terms[read.terms.len()..] {
        barter_terms::Entity::insert(terms_row(barter.id, terms)?).exec_without_returning(tx.conn()).await?;
    }
    let begun = read.legs.is_empty();
    for (n, leg) in barter.legs.iter().enumerate() {
        if begun {
            barter_legs::Entity::insert(leg_row(barter.id, n, leg).into_active_model())
                .exec_without_returning(tx.conn())
                .await?;
        } else if read.legs.get(n) != Some(leg) {
            barter_legs::Entity::update(leg_row(barter.id, n, leg).into_active_model().reset_all())
                .exec(tx.conn())
                .await?;
        }
    }
    Ok(())
}

/// Writes a barter anew whose terms and legs were deleted; whoever calls has made sure that it is still as it was read.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn rewrite(tx: &Tx, barter: &Barter) -> Result<(), StoreError> {
    use barters::Column;
    barters::Entity::update_many()
        .col_expr(Column::State, Expr::value(barter.state.as_str()))
        .col_expr(Column::Revision, Expr::value(int(barter.revision)))
        .col_expr(Column::UpdatedAt, Expr::value(barter.updated_at.timestamp_millis()))
        .filter(Column::Id.eq(barter.id.0))
        .exec(tx.conn())
        .await?;
    for (n, party) in barter.parties.iter().enumerate() {
        let row = party_row(barter, n, party);
        barter_parties::Entity::update(row.into_active_model().reset_all()).exec(tx.conn()).await?;
    }
    for terms in &barter.terms {
        barter_terms::Entity::insert(terms_row(barter.id, terms)?).exec_without_returning(tx.conn()).await?;
    }
    for (n, leg) in barter.legs.iter().enumerate() {
        let row = leg_row(barter.id, n, leg).into_active_model();
        barter_legs::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// The newest version of the terms of a barter, in a statement that reads those.
fn newest_version() -> SelectStatement {
    use barter_terms::Column;
    let newer = Alias::new("newer");
    Query::select()
        .expr(Expr::col((newer.clone(), Column::Version)).max())
        .from_as(barter_terms::Entity, newer.clone())
        .and_where(Expr::col((newer, Column::BarterId)).equals((barter_terms::Entity, Column::BarterId)))
        .to_owned()
}

/// These barters, each whole and in their order, with the people in them: by two queries.
async fn whole(db: &impl Db, rows: Vec<barters::Model>) -> Result<(Vec<Barter>, People), StoreError> {
    use barter_legs::Column as Legs;
    use barter_parties::Column as Parties;
    use barter_terms::Column as Versions;
    let conn = db.conn();
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut people = People::new();
    if ids.is_empty() {
        return Ok((Vec::new(), people));
    }
    let mut found: HashMap<Uuid, Barter> = HashMap::new();
    for row in rows {
        let barter = Barter {
            id: BarterId(row.id),
            office: OfficeId(row.office_id),
            state: word(BarterState::from_word(&row.state), &row.state)?,
            revision: number(row.revision)?,
            parties: Vec::new(),
            terms: Vec::new(),
            legs: Vec::new(),
            created_at: time(row.created_at),
            updated_at: time(row.updated_at),
            expires_at: time(row.expires_at),
        };
        found.insert(row.id, barter);
    }
    let person: RelationDef =
        barter_parties::Entity::belongs_to(people::Entity).from(Parties::TenantId).to(people::Column::Id).into();
    let parties = barter_parties::Entity::find()
        .join(JoinType::LeftJoin, person)
        .select_also(people::Entity)
        .filter(Parties::BarterId.is_in(ids.iter().copied()))
        .order_by_asc(Parties::Position)
        .all(conn)
        .await?;
    for (row, person) in parties {
        if let Some(barter) = found.get_mut(&row.barter_id) {
            barter
                .parties
                .push(Party { tenant: TenantId(row.tenant_id), consented: row.consented.map(number).transpose()? });
        }
        if let Some(person) = person {
            people.insert(TenantId(person.id), tenants::person(&person)?);
        }
    }
    // The legs come with the newest version alone, so that no row is read twice.
    let newest = newest_version();
    let legs = RelationDef::from(
        barter_terms::Entity::belongs_to(barter_legs::Entity).from(Versions::BarterId).to(Legs::BarterId),
    )
    .on_condition(move |_, _| {
        Expr::col((barter_terms::Entity, Versions::Version)).eq(Expr::from(newest.clone())).into_condition()
    });
    let words = barter_terms::Entity::find()
        .join(JoinType::LeftJoin, legs)
        .select_also(barter_legs::Entity)
        .filter(Versions::BarterId.is_in(ids.iter().copied()))
        .order_by_asc(Versions::Version)
        .order_by_asc(Legs::Position)
        .all(conn)
        .await?;
    for (row, leg) in words {
        let Some(barter) = found.get_mut(&row.barter_id) else { continue };
        let version = number(row.version)?;
        if barter.terms.last().is_none_or(|t| t.version != version) {
            barter.terms.push(Terms {
                version,
                author: TenantId(row.author_id),
                note: row.note.map(|n| value(Note::parse(n))).transpose()?,
                legs: value(serde_json::from_str(&row.legs))?,
                created_at: time(row.created_at),
            });
        }
        barter.legs.extend(leg.map(leg_from_row).transpose()?);
    }
    let barters = ids.iter().filter_map(|id| found.remove(id)).filter(|b| !b.terms.is_empty()).collect();
    Ok((barters, people))
}

async fn load_one(db: &impl Db, id: BarterId) -> Result<(Vec<Barter>, People), StoreError> {
    whole(db, barters::Entity::find_by_id(id.0).all(db.conn()).await?).await
}

/// One barter, for a use case that will decide who may do what.
///
/// # Errors
/// When the database does not answer.
pub async fn load(tx: &Tx, id: BarterId) -> Result<Option<Barter>, StoreError> {
    Ok(load_one(tx, id).await?.0.pop())
}

/// What runs with both of these people in it.
///
/// # Errors
/// When the database does not answer.
pub async fn running_between(db: &impl Db, one: TenantId, other: TenantId) -> Result<Vec<BarterId>, StoreError> {
    use barter_parties::{Column, Entity};
    let of = |person: TenantId| {
        Query::select()
            .column(Column::BarterId)
            .from(Entity)
            .and_where(Column::TenantId.eq(person.0))
            .and_where(Column::Part.ne(BarterPart::Over.as_str()))
            .to_owned()
    };
    let rows: Vec<Uuid> = barters::Entity::find()
        .select_only()
        .column(barters::Column::Id)
        .filter(barters::Column::Id.in_subquery(of(one)))
        .filter(barters::Column::Id.in_subquery(of(other)))
        .order_by_asc(barters::Column::Id)
        .into_tuple()
        .all(db.conn())
        .await?;
    Ok(rows.into_iter().map(BarterId).collect())
}

/// With whom the viewer has an exchange about one of her posts that waits or runs. One in a ring is not asked about it: the ring is.
///
/// # Errors
/// When the database does not answer.
pub async fn partners(db: &impl Db, viewer: &Viewer, post: OfferId) -> Result<HashSet<TenantId>, StoreError> {
    use barter_parties::Column as Parties;
    use barter_terms::Column as Versions;
    let mine: RelationDef =
        barter_terms::Entity::belongs_to(barter_parties::Entity).from(Versions::BarterId).to(Parties::BarterId).into();
    let words: Vec<String> = barter_terms::Entity::find()
        .select_only()
        .column(Versions::Legs)
        .join(JoinType::InnerJoin, mine)
        .filter(Parties::TenantId.eq(viewer.tenant.0))
        .filter(Parties::Part.ne(BarterPart::Over.as_str()))
        .filter(Expr::col((barter_terms::Entity, Versions::Version)).eq(Expr::from(newest_version())))
        .into_tuple()
        .all(db.conn())
        .await?;
    let mut partners = HashSet::new();
    for legs in words {
        let legs: Vec<TermsLeg> = value(serde_json::from_str(&legs))?;
        if !domain::barter::is_ring(&legs) && legs.iter().any(|leg| leg.posts().any(|p| p == post)) {
            partners.extend(legs.iter().flat_map(|leg| [leg.giver, leg.receiver]));
        }
    }
    partners.remove(&viewer.tenant);
    Ok(partners)
}

/// Barters as the viewer sees them; those of which she is no part are left out.
fn views(viewer: &Viewer, (barters, people): (Vec<Barter>, People)) -> Vec<BarterView> {
    let mine = barters.into_iter().filter(|b| b.parties.iter().any(|p| p.tenant == viewer.tenant));
    mine.map(|b| b.view(viewer.tenant, &people)).collect()
}

/// One barter of the viewer.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Db, viewer: &Viewer, id: BarterId) -> Result<Option<BarterView>, StoreError> {
    Ok(views(viewer, load_one(db, id).await?).pop())
}

/// The viewer's barters, the last changed first; one more than `limit` when there are more. `before` is where the page before ended.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    viewer: &Viewer,
    part: Option<BarterPart>,
    before: Option<(Timestamp, BarterId)>,
    limit: u16,
) -> Result<Vec<BarterView>, StoreError> {
    use barter_parties::{Column, Entity};
    let mine: RelationDef = barters::Entity::belongs_to(Entity).from(barters::Column::Id).to(Column::BarterId).into();
    let mut select =
        barters::Entity::find().join(JoinType::InnerJoin, mine).filter(Column::TenantId.eq(viewer.tenant.0));
    if let Some(part) = part {
        select = select.filter(Column::Part.eq(part.as_str()));
    }
    if let Some((at, id)) = before {
        let at = at.timestamp_millis();
        select = select.filter(
            Condition::any()
                .add(Column::UpdatedAt.lt(at))
                .add(Condition::all().add(Column::UpdatedAt.eq(at)).add(Column::BarterId.lt(id.0))),
        );
    }
    let select = select.order_by_desc(Column::UpdatedAt).order_by_desc(Column::BarterId).limit(u64::from(limit) + 1);
    let rows = select.all(db.conn()).await?;
    Ok(views(viewer, whole(db, rows).await?))
}
