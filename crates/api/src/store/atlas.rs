//! Where the residences stand, and which services each office knows, kept in memory: small, read at every request, changed by the office
//! alone.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Timestamp;
use domain::category::Category;
use domain::circle::{Circle, NEARBY_M, Spot};
use domain::id::{OfficeId, ResidenceId};
use domain::office::{Residence, district_name};
use domain::tenant::{CircleView, ResidenceBrief, ResidenceView};
use sea_orm::EntityTrait;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter};

use super::{Db, Store, StoreError, Tx, Viewer, categories, entity, residences};

/// The row of `revisions` that grows whenever residences or categories change, also by another program.
const REVISION: &str = "residences";

/// All residences, who is near whom, and which office is which.
#[derive(Debug, Default)]
pub struct Atlas {
    revision: i64,
    offices: HashMap<OfficeId, Office>,
    places: HashMap<ResidenceId, Place>,
    by_district: HashMap<(OfficeId, String), Vec<ResidenceId>>,
    trees: HashMap<OfficeId, Vec<Category>>,
}

/// What the atlas knows of an office.
#[derive(Debug)]
struct Office {
    name: String,
    /// Where trouble in a building is told to the office itself.
    repair_line: Option<String>,
}

/// A residence and its neighbours.
#[derive(Debug)]
pub struct Place {
    /// The residence.
    pub residence: Residence,
    /// What the circles need of it.
    pub spot: Spot,
    /// Those that take part within 800 m, itself included, with the distance in metres; the closest first.
    pub near: Vec<(ResidenceId, u32)>,
}

impl Atlas {
    fn build(
        revision: i64,
        offices: HashMap<OfficeId, Office>,
        residences: Vec<Residence>,
        trees: HashMap<OfficeId, Vec<Category>>,
    ) -> Self {
        let mut atlas = Self { revision, offices, trees, ..Self::default() };
        for residence in residences {
            let spot = Spot {
                office: residence.office,
                residence: residence.id,
                district: residence.district.clone(),
                point: residence.point,
                wave: residence.wave,
            };
            // Residences whose district is unknown are not in one district for that.
            if spot.wave.is_live() && !spot.district.is_empty() {
                atlas.by_district.entry((spot.office, spot.district.clone())).or_default().push(residence.id);
            }
            atlas.places.insert(residence.id, Place { residence, spot, near: Vec::new() });
        }
        atlas.find_neighbours();
        atlas
    }

    /// Compares each residence only with those in a band of latitude as high as `nearby` reaches.
    fn find_neighbours(&mut self) {
        // One degree of latitude is at least 110.5 km.
        let band = NEARBY_M / 110_500.0;
        let mut live: Vec<(f64, Spot)> = self
            .places
            .values()
            .filter(|p| p.spot.wave.is_live())
            .filter_map(|p| Some((p.spot.point?.lat, p.spot.clone())))
            .collect();
        live.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut near: HashMap<ResidenceId, Vec<(ResidenceId, u32)>> = HashMap::new();
        for (i, (lat, spot)) in live.iter().enumerate() {
            for (_, other) in live[i + 1..].iter().take_while(|(other, _)| other - lat <= band) {
                if spot.within(Circle::Nearby, other) {
                    let metres = metres(spot.distance_m(other)).unwrap_or(0);
                    near.entry(spot.residence).or_default().push((other.residence, metres));
                    near.entry(other.residence).or_default().push((spot.residence, metres));
                }
            }
        }
        for (id, place) in &mut self.places {
            if place.spot.wave.is_live() {
                place.near = near.remove(id).unwrap_or_default();
                place.near.push((*id, 0));
                place.near.sort_by_key(|&(id, metres)| (metres, id));
            }
        }
    }

    /// One residence.
    #[must_use]
    pub fn place(&self, id: ResidenceId) -> Option<&Place> {
        self.places.get(&id)
    }

    /// All residences, as the circles see them.
    pub fn spots(&self) -> impl Iterator<Item = &Spot> {
        self.places.values().map(|p| &p.spot)
    }

    /// The categories of all offices.
    pub fn trees(&self) -> impl Iterator<Item = (OfficeId, Vec<Category>)> {
        self.trees.iter().map(|(office, tree)| (*office, tree.clone()))
    }

    /// The categories of an office, groups before their services.
    #[must_use]
    pub fn tree(&self, office: OfficeId) -> &[Category] {
        self.trees.get(&office).map_or(&[], Vec::as_slice)
    }

    /// Whether a residence takes part.
    #[must_use]
    pub fn is_live(&self, id: ResidenceId) -> bool {
        self.place(id).is_some_and(|p| p.spot.wave.is_live())
    }

    /// The residences that take part in the district of one that does; itself alone when its district is unknown.
    pub fn district<'a>(&'a self, spot: &'a Spot) -> &'a [ResidenceId] {
        let known = self.by_district.get(&(spot.office, spot.district.clone()));
        known.map_or(std::slice::from_ref(&spot.residence), Vec::as_slice)
    }

    /// Whether something that reaches from `from` as far as `circle` reaches the residence `to`.
    #[must_use]
    pub fn reaches(&self, from: ResidenceId, circle: Circle, to: ResidenceId) -> bool {
        match (self.place(from), self.place(to)) {
            (Some(from), Some(to)) => from.spot.within(circle, &to.spot),
            _ => false,
        }
    }

    /// The distance between two residences in metres, when both are known.
    #[must_use]
    pub fn distance_m(&self, from: ResidenceId, to: ResidenceId) -> Option<u32> {
        metres(self.place(from)?.spot.distance_m(&self.place(to)?.spot))
    }

    /// A residence in few words.
    #[must_use]
    pub fn brief(&self, id: ResidenceId) -> Option<ResidenceBrief> {
        let r = &self.place(id)?.residence;
        Some(ResidenceBrief { id: r.id, name: r.name.clone(), quarter: r.quarter.clone() })
    }

    /// The name of an office.
    #[must_use]
    pub fn office_name(&self, id: OfficeId) -> &str {
        self.offices.get(&id).map_or("", |office| &office.name)
    }

    /// The office's own repair line: a telephone number or an address of the web, as the office wrote it.
    #[must_use]
    pub fn repair_line(&self, id: OfficeId) -> Option<&str> {
        self.offices.get(&id)?.repair_line.as_deref()
    }

    /// A residence as seen from the viewer's; none when it is of another office or does not take part.
    #[must_use]
    pub fn view(&self, viewer: &Viewer, id: ResidenceId) -> Option<ResidenceView> {
        let place = self.place(id).filter(|p| p.spot.office == viewer.office)?;
        if id != viewer.residence && !place.spot.wave.is_live() {
            return None;
        }
        let r = &place.residence;
        Some(ResidenceView {
            id: r.id,
            name: r.name.clone(),
            address: r.address.clone(),
            postcode: r.postcode.clone(),
            district: r.district.clone(),
            district_name: district_name(&r.district),
            quarter: r.quarter.clone(),
            wave: r.wave,
            distance_m: self.distance_m(viewer.residence, id),
        })
    }

    /// The residences within 800 m of the viewer's, the closest first.
    #[must_use]
    pub fn near(&self, viewer: &Viewer) -> Vec<ResidenceView> {
        let near = self.place(viewer.residence).map_or(&[][..], |p| &p.near);
        near.iter().filter_map(|&(id, _)| self.view(viewer, id)).collect()
    }

    /// What is behind the viewer's four circles.
    #[must_use]
    pub fn circles(&self, viewer: &Viewer) -> Vec<CircleView> {
        let Some(place) = self.place(viewer.residence) else { return Vec::new() };
        let of_office =
            self.places.values().filter(|p| p.spot.office == viewer.office && p.spot.wave.is_live()).count();
        let view = |circle, name: String, n: usize| CircleView {
            circle,
            name,
            residences: u32::try_from(n).unwrap_or(u32::MAX),
        };
        vec![
            view(Circle::Residence, place.residence.name.clone(), 1),
            view(Circle::Nearby, place.residence.quarter.clone().unwrap_or_default(), place.near.len()),
            view(Circle::District, district_name(&place.spot.district), self.district(&place.spot).len()),
            view(Circle::Office, self.office_name(viewer.office).to_owned(), of_office),
        ]
    }
}

/// Whole metres, rounded to ten: nobody needs the door.
fn metres(distance: Option<f64>) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most half the Earth's girth, never negative"
    )]
    distance.map(|m| ((m / 10.0).round() * 10.0) as u32)
}

impl Store {
    /// Where the residences stand now.
    #[must_use]
    pub fn atlas(&self) -> Arc<Atlas> {
        Arc::clone(&self.atlas.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    async fn atlas_revision(&self) -> Result<i64, StoreError> {
        let row = entity::revisions::Entity::find_by_id(REVISION.to_owned()).one(self.conn()).await?;
        Ok(row.map_or(0, |r| r.value))
    }

    /// Reads residences and categories anew.
    pub(super) async fn reload_atlas(&self) -> Result<(), StoreError> {
        let revision = self.atlas_revision().await?;
        let offices = entity::offices::Entity::find().all(self.conn()).await?;
        let offices = offices
            .into_iter()
            .map(|o| (OfficeId(o.id), Office { name: o.name, repair_line: o.repair_line }))
            .collect();
        let rows = entity::residences::Entity::find().all(self.conn()).await?;
        let residences = rows.into_iter().map(residences::from_row).collect::<Result<_, _>>()?;
        let trees = categories::all(self).await?;
        let atlas = Arc::new(Atlas::build(revision, offices, residences, trees));
        *self.atlas.write().unwrap_or_else(std::sync::PoisonError::into_inner) = atlas;
        // Names of residences stand on the cards.
        self.cards.forget();
        Ok(())
    }

    /// Follows what the office changed, here or in another program, and mends lists that could not follow a write. Cheap when there
    /// is nothing to do.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn catch_up(&self, now: Timestamp) -> Result<(), StoreError> {
        self.board.tell_time(now);
        if self.atlas_revision().await? != self.atlas().revision {
            self.reload_atlas().await?;
            self.reload_market().await?;
        }
        if self.board.is_distrusted() {
            self.reload_blocks().await?;
            self.reload_posts().await?;
            // What could not be followed was not told to the open pages either.
            self.missed.send_modify(|times| *times += 1);
        }
        Ok(())
    }
}

/// Says that residences or categories have changed, to be seen by every server.
pub(super) async fn touch(tx: &Tx) -> Result<(), StoreError> {
    use entity::revisions::{ActiveModel, Column, Entity};
    let first = ActiveModel { name: Set(REVISION.to_owned()), value: Set(0) };
    let keep = OnConflict::column(Column::Name).do_nothing().to_owned();
    Entity::insert(first).on_conflict(keep).exec_without_returning(tx.conn()).await?;
    Entity::update_many()
        .col_expr(Column::Value, sea_orm::sea_query::Expr::col(Column::Value).add(1))
        .filter(Column::Name.eq(REVISION))
        .exec(tx.conn())
        .await?;
    Ok(())
}
