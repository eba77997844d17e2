//! The square and the search: pages of posts of all kinds, put together from cards.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Timestamp;
use domain::circle::Circle;
use domain::event::{Access, EventCard, EventState, Places, StepFree};
use domain::id::{EventId, OfficeId, ResidenceId, TenantId};
use domain::moment::LocalTime;
use domain::offer::OfferState;
use domain::square::PostKind;
use domain::text::{Body, Title, Words};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Order, Query as Sql, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationDef};
use uuid::Uuid;

use super::cards::{Card, Rest};
use super::entity::{event_dates, events, offers as offer_rows, tenants as authors};
use super::stacks::{Found, Kind, Look};
use super::{Atlas, Db, Store, StoreError, Viewer, notices, number, offers, tenants, time, value, word};
use crate::search::{Query, Rank};

/// What comes back for one page more than fits: where the next begins.
pub(super) fn next_of<T>(page: &mut Vec<T>, limit: u16, cursor: impl Fn(&T) -> String) -> Option<String> {
    let limit = usize::from(limit);
    let more = page.len() > limit;
    page.truncate(limit);
    page.last().filter(|_| more).map(cursor)
}

/// A page (`Page<…>`) of these cards. `next` is made by the server: it needs no escaping.
pub(super) fn page_json(
    cards: &[Option<Arc<Card>>],
    next: Option<String>,
    write: impl Fn(&Card, &mut String) -> Result<(), StoreError>,
) -> Result<String, StoreError> {
    let mut json = String::with_capacity(64 + cards.iter().flatten().map(|c| c.len() + 20).sum::<usize>());
    json.push_str("{\"items\":[");
    for (n, card) in cards.iter().flatten().enumerate() {
        if n > 0 {
            json.push(',');
        }
        write(card, &mut json)?;
    }
    json.push(']');
    if let Some(next) = next {
        json.push_str(",\"next\":\"");
        json.push_str(&next);
        json.push('"');
    }
    json.push('}');
    Ok(json)
}

/// Which posts a page of the square, or of a search, shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SquareFilter {
    /// How far the viewer looks; all that reaches her when absent.
    pub circle: Option<Circle>,
    /// Only these; all when absent.
    pub kind: Option<PostKind>,
}

/// An event with its next date that stands; else with the next one that was cancelled; else, when none is to come, with its last.
#[derive(FromQueryResult)]
struct EventRow {
    #[sea_orm(nested)]
    event: events::Model,
    first_name: String,
    mark_colour: String,
    mark_animal: String,
    on_date: String,
    starts_at: i64,
    ends_at: i64,
    taken: i32,
    more: i64,
}

/// A column of the dates of the event that is read.
fn dates_of(alias: &'static str) -> SelectStatement {
    use event_dates::Column;
    let of = (Alias::new(alias), Column::EventId);
    Sql::select()
        .from_as(event_dates::Entity, Alias::new(alias))
        .and_where(Expr::col(of).equals((events::Entity, events::Column::Id)))
        .to_owned()
}

fn next_date(now: Timestamp) -> Expr {
    use event_dates::Column;
    let (next, last) = (Alias::new("next_dates"), Alias::new("last_dates"));
    let mut coming = dates_of("next_dates");
    coming
        .column((next.clone(), Column::Date))
        .and_where(Expr::col((next.clone(), Column::EndsAt)).gt(now.timestamp_millis()))
        .order_by((next.clone(), Column::Cancelled), Order::Asc)
        .order_by((next, Column::StartsAt), Order::Asc)
        .limit(1);
    let mut latest = dates_of("last_dates");
    latest
        .column((last.clone(), Column::Date))
        .order_by((last.clone(), Column::Cancelled), Order::Asc)
        .order_by((last, Column::StartsAt), Order::Desc)
        .limit(1);
    Func::coalesce([Expr::from(coming), Expr::from(latest)]).into()
}

fn dates_after() -> Expr {
    use event_dates::Column;
    let later = Alias::new("later_dates");
    let mut dates = dates_of("later_dates");
    dates
        .expr(Func::count(Expr::col((later.clone(), Column::Date))))
        .and_where(Expr::col((later.clone(), Column::StartsAt)).gt(Expr::col((event_dates::Entity, Column::StartsAt))))
        .and_where(Expr::col((later, Column::Cancelled)).eq(false));
    Expr::from(dates)
}

impl EventRow {
    fn card(self, atlas: &Atlas, now: Timestamp) -> Result<Option<Card>, StoreError> {
        let e = self.event;
        let residence = ResidenceId(e.residence_id);
        let Some(brief) = atlas.brief(residence) else { return Ok(None) };
        let (starts_at, ends_at) = (time(self.starts_at), time(self.ends_at));
        let circle = offers::circle(&e.circle)?;
        let author = tenants::person_of(TenantId(e.author_id), &self.first_name, &self.mark_colour, &self.mark_animal)?;
        let view = EventCard {
            id: EventId(e.id),
            version: number(e.version)?,
            state: word(EventState::from_word(&e.state), &e.state)?,
            title: value(Title::parse(e.title))?,
            text: value(Body::parse(e.text))?,
            place: value(Words::parse(e.place))?,
            residence: brief,
            distance_m: None,
            date: value(self.on_date.parse())?,
            start: LocalTime::at(starts_at),
            end: LocalTime::at(ends_at),
            starts_at,
            ends_at,
            more_dates: u8::try_from(self.more).unwrap_or(u8::MAX),
            circle,
            taken: number(self.taken)?,
            places: e.places.map(|n| value(Places::parse(number(n)?))).transpose()?,
            access: Access {
                step_free: word(StepFree::from_word(&e.step_free), &e.step_free)?,
                text: e.access_text.map(|t| value(Words::parse(t))).transpose()?,
            },
            author,
            created_at: time(e.created_at),
        };
        Ok(Some(Card {
            version: e.version,
            // Then another date is the next; what is over stays as it is.
            until: if ends_at > now { ends_at.timestamp_millis() } else { i64::MAX },
            office: OfficeId(e.office_id),
            author: TenantId(e.author_id),
            residence,
            circle,
            place: e.at_residence_id.map_or(residence, ResidenceId),
            head: head(&view)?,
            rest: Rest::Event,
        }))
    }
}

/// As JSON, without the last brace.
fn head(view: &impl serde::Serialize) -> Result<Box<str>, StoreError> {
    let mut head = value(serde_json::to_string(view))?;
    head.pop();
    Ok(head.into())
}

#[derive(FromQueryResult)]
struct OfferRow {
    #[sea_orm(nested)]
    offer: offer_rows::Model,
    first_name: String,
    mark_colour: String,
    mark_animal: String,
}

impl Store {
    /// The cards of these posts that the viewer may read; those that are not kept are read, each kind with one query.
    pub(super) async fn cards_of(
        &self,
        atlas: &Atlas,
        viewer: &Viewer,
        wanted: &[Found],
        now: Timestamp,
    ) -> Result<Vec<Option<Arc<Card>>>, StoreError> {
        let mut cards: Vec<Option<Arc<Card>>> = wanted.iter().map(|f| self.cards.get(f.id, f.version, now)).collect();
        let missing: Vec<&Found> = wanted.iter().zip(&cards).filter(|(_, c)| c.is_none()).map(|(w, _)| w).collect();
        if missing.is_empty() {
            return Ok(cards);
        }
        let ids = |is: fn(Kind) -> bool| missing.iter().filter(|f| is(f.kind)).map(|f| f.id).collect::<Vec<_>>();
        let mut read = self.offer_cards(atlas, ids(|k| matches!(k, Kind::Offer(_)))).await?;
        read.extend(self.notice_cards(atlas, ids(|k| matches!(k, Kind::Notice(_)))).await?);
        read.extend(self.event_cards(atlas, ids(|k| matches!(k, Kind::Event)), now).await?);
        let mut made = HashMap::with_capacity(read.len());
        for (id, card) in read {
            let card = Arc::new(card);
            self.cards.keep(id, &card);
            made.insert(id, card);
        }
        for (found, card) in wanted.iter().zip(&mut cards) {
            if card.is_none() {
                // Another version than the one that was found may have another circle, of which the board does not know yet.
                let may_read = |c: &&Arc<Card>| c.version == found.version || self.may_read(atlas, viewer, c);
                *card = made.get(&found.id).filter(may_read).cloned();
            }
        }
        Ok(cards)
    }

    /// Whether a card reaches the viewer: her own always, another's when it is within its circle, and the two meet.
    pub(super) fn may_read(&self, atlas: &Atlas, viewer: &Viewer, card: &Card) -> bool {
        card.author == viewer.tenant
            || card.office == viewer.office
                && atlas.reaches(card.residence, card.circle, viewer.residence)
                && !self.are_apart(viewer.tenant, card.author)
    }

    async fn offer_cards(&self, atlas: &Atlas, ids: Vec<Uuid>) -> Result<Vec<(Uuid, Card)>, StoreError> {
        use offer_rows::{Column, Entity};
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let author: RelationDef =
            Entity::belongs_to(authors::Entity).from(Column::AuthorId).to(authors::Column::Id).into();
        let select = Entity::find()
            .columns([authors::Column::FirstName, authors::Column::MarkColour, authors::Column::MarkAnimal])
            .join(JoinType::InnerJoin, author)
            .filter(Column::Id.is_in(ids))
            .filter(Column::State.eq(OfferState::Open.as_str()))
            .filter(Column::Hidden.eq(false));
        let mut cards = Vec::new();
        for row in select.into_model::<OfferRow>().all(self.conn()).await? {
            let author = TenantId(row.offer.author_id);
            let author = tenants::person_of(author, &row.first_name, &row.mark_colour, &row.mark_animal)?;
            let offer = offers::from_row(row.offer)?;
            let Some(view) = offers::plain_view(atlas, &offer, author) else { continue };
            let card = Card {
                version: i32::try_from(offer.version).unwrap_or(i32::MAX),
                until: i64::MAX,
                office: offer.office,
                author: offer.author,
                residence: offer.residence,
                circle: offer.circle,
                place: offer.residence,
                head: head(&view)?,
                rest: Rest::Offer,
            };
            cards.push((offer.id.0, card));
        }
        Ok(cards)
    }

    async fn notice_cards(&self, atlas: &Atlas, ids: Vec<Uuid>) -> Result<Vec<(Uuid, Card)>, StoreError> {
        use super::entity::notices::Column;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut cards = Vec::new();
        for whole in notices::read(self, notices::whole().filter(Column::Id.is_in(ids))).await? {
            let notice = whole.notice;
            let rest = Rest::Notice(notices::Rest::of(&notice));
            let view = notices::plain_view(atlas, &notice, whole.author, whole.photo).filter(|_| notice.is_listed());
            let Some(view) = view else { continue };
            let card = Card {
                version: i32::try_from(notice.version).unwrap_or(i32::MAX),
                until: i64::MAX,
                office: notice.office,
                author: notice.author,
                residence: notice.residence,
                circle: notice.circle,
                place: notice.residence,
                head: head(&view)?,
                rest,
            };
            cards.push((notice.id.0, card));
        }
        Ok(cards)
    }

    async fn event_cards(
        &self,
        atlas: &Atlas,
        ids: Vec<Uuid>,
        now: Timestamp,
    ) -> Result<Vec<(Uuid, Card)>, StoreError> {
        use event_dates::Column as Date;
        use events::{Column, Entity};
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let author: RelationDef =
            Entity::belongs_to(authors::Entity).from(Column::AuthorId).to(authors::Column::Id).into();
        let dates: RelationDef = Entity::belongs_to(event_dates::Entity).from(Column::Id).to(Date::EventId).into();
        let select =
            Entity::find()
                .columns([authors::Column::FirstName, authors::Column::MarkColour, authors::Column::MarkAnimal])
                .column_as(Date::Date, "on_date")
                .columns([Date::StartsAt, Date::EndsAt, Date::Taken])
                .expr_as(dates_after(), "more")
                .join(JoinType::InnerJoin, author)
                .join(JoinType::InnerJoin, dates)
                .filter(Expr::col((event_dates::Entity, Date::Date)).eq(next_date(now)))
                .filter(Column::Id.is_in(ids))
                .filter(Column::State.is_in(
                    [EventState::Published, EventState::Postponed, EventState::Cancelled].map(EventState::as_str),
                ))
                .filter(Column::Hidden.eq(false));
        let mut cards = Vec::new();
        for row in select.into_model::<EventRow>().all(self.conn()).await? {
            let id = row.event.id;
            cards.extend(row.card(atlas, now)?.map(|card| (id, card)));
        }
        Ok(cards)
    }

    /// A page of what reaches the viewer, newest first, as JSON (`Page<PostView>`); with these words alone when there are some.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn square_json(
        &self,
        viewer: &Viewer,
        filter: SquareFilter,
        words: Option<&str>,
        before: Option<Uuid>,
        limit: u16,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let (atlas, apart) = (self.atlas(), self.blocks.apart(viewer.tenant));
        let look = Look { atlas: &atlas, viewer, apart: apart.as_deref(), circle: filter.circle, now };
        let most = usize::from(limit) + 1;
        let mut page = match words {
            Some(words) => self.board.newest(&look, filter.kind, &Query::parse(words), before, most),
            None => self.board.posts(&look, filter.kind, before, most),
        };
        let next = next_of(&mut page, limit, |last| last.rank.to_string());
        let cards = self.cards_of(&atlas, viewer, &page, now).await?;
        page_json(&cards, next, |card, json| card.write_tagged(json, &atlas, viewer))
    }

    /// A page of what reaches the viewer and has these words, the best first, as JSON (`Page<PostView>`).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn search_json(
        &self,
        viewer: &Viewer,
        filter: SquareFilter,
        words: &str,
        after: Option<Rank>,
        limit: u16,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let (atlas, apart) = (self.atlas(), self.blocks.apart(viewer.tenant));
        let look = Look { atlas: &atlas, viewer, apart: apart.as_deref(), circle: filter.circle, now };
        let mut page = self.board.best(&look, filter.kind, &Query::parse(words), after, usize::from(limit) + 1);
        let next = next_of(&mut page, limit, |(_, rank)| rank.to_string());
        let page: Vec<Found> = page.into_iter().map(|(found, _)| found).collect();
        let cards = self.cards_of(&atlas, viewer, &page, now).await?;
        page_json(&cards, next, |card, json| card.write_tagged(json, &atlas, viewer))
    }
}
