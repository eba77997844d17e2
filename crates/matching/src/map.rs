//! Where everybody lives: residences by number, how far they are from each other, and which circles reach from one to another.

use domain::circle::{Circle, Spot};
use domain::id::{OfficeId, ResidenceId};
use rustc_hash::FxHashMap;

use crate::near::{self, Around, Near, OnSphere};

/// The number of a residence.
pub(crate) type PlaceIx = u32;

/// An office with more live residences than this keeps no table of distances: it would take 12 bytes for each pair. Its distances are
/// computed when they are asked for.
const TABLE_MAX: usize = 2048;

/// The bit of a circle in a [`Reach`].
pub(crate) const fn bit(circle: Circle) -> u8 {
    match circle {
        Circle::Residence => 1,
        Circle::Nearby => 2,
        Circle::District => 4,
        Circle::Office => 8,
    }
}

/// How far apart two residences are, and which circles hold between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach(u32);

impl Reach {
    /// No service goes between the two: no circle holds, or the distance is unknown.
    pub const NONE: Self = Self(0);

    fn between(a: &Spot, b: &Spot) -> Self {
        let circles = Circle::ALL.iter().filter(|&&c| a.within(c, b)).fold(0, |set, &c| set | bit(c));
        match a.distance_m(b) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at most half around the Earth"
            )]
            Some(m) if circles != 0 && m.is_finite() => Self(((m.round() as u32) << 4) | u32::from(circles)),
            _ => Self::NONE,
        }
    }

    /// Metres.
    pub const fn metres(self) -> u32 {
        self.0 >> 4
    }

    /// The circles that hold, as bits.
    pub const fn circles(self) -> u8 {
        (self.0 & 15) as u8
    }
}

/// All that one residence reaches, kept.
#[derive(Clone, Debug)]
struct Row {
    /// By the number within the office.
    to: Box<[Reach]>,
    /// The closest first.
    near: Box<[Near]>,
}

#[derive(Clone, Debug)]
struct Place {
    id: ResidenceId,
    /// None for a residence that some post names and the map does not know.
    spot: Option<Spot>,
    /// The number of the office, and the number within it; none unless it is live.
    office: Option<(u32, u32)>,
    /// Kept in an office of which a table is kept.
    row: Option<Row>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Map {
    by_id: FxHashMap<ResidenceId, PlaceIx>,
    places: Vec<Place>,
    office_ids: FxHashMap<OfficeId, u32>,
    offices: Vec<Office>,
}

/// The live residences of an office, by the number within it.
#[derive(Clone, Debug, Default)]
struct Office {
    live: Vec<PlaceIx>,
    /// Where they are, when no table is kept.
    points: Vec<Option<OnSphere>>,
}

impl Map {
    pub fn new(spots: impl IntoIterator<Item = Spot>) -> Self {
        Self::with_tables(spots, TABLE_MAX)
    }

    /// A map that keeps tables for offices of at most so many live residences.
    fn with_tables(spots: impl IntoIterator<Item = Spot>, table_max: usize) -> Self {
        let mut map = Self::default();
        for spot in spots {
            let place = map.intern(spot.residence);
            map.places[place as usize].spot = Some(spot);
        }
        for place in 0..map.places.len() {
            let Some(spot) = &map.places[place].spot else { continue };
            let offices = &mut map.offices;
            let office = *map.office_ids.entry(spot.office).or_insert_with(|| {
                offices.push(Office::default());
                count(offices.len() - 1)
            });
            if spot.wave.is_live() {
                let live = &mut offices[office as usize].live;
                live.push(count(place));
                map.places[place].office = Some((office, count(live.len() - 1)));
            }
        }
        for office in 0..map.offices.len() {
            if map.offices[office].live.len() <= table_max {
                map.tabulate(office);
            } else {
                let point = |&place: &PlaceIx| map.places[place as usize].spot.as_ref()?.point.and_then(OnSphere::of);
                map.offices[office].points = map.offices[office].live.iter().map(point).collect();
            }
        }
        map
    }

    /// Keeps the distances between all residences of an office. They are the same both ways.
    fn tabulate(&mut self, office: usize) {
        let live = self.offices[office].live.clone();
        let mut to: Vec<Vec<Reach>> = vec![Vec::with_capacity(live.len()); live.len()];
        for (i, &a) in live.iter().enumerate() {
            for &b in &live[i..] {
                let reach = self.between(a, b);
                to[i].push(reach);
            }
            let (mirrored, rest) = to.split_at_mut(i + 1);
            for (row, &reach) in rest.iter_mut().zip(&mirrored[i][i + 1..]) {
                row.push(reach);
            }
        }
        for (&place, to) in live.iter().zip(to) {
            let near = nearest(&live, &to);
            self.places[place as usize].row = Some(Row { to: to.into_boxed_slice(), near });
        }
    }

    fn between(&self, a: PlaceIx, b: PlaceIx) -> Reach {
        match (&self.places[a as usize].spot, &self.places[b as usize].spot) {
            (Some(a), Some(b)) => Reach::between(a, b),
            _ => Reach::NONE,
        }
    }

    /// The number of a residence; of one that the map does not know too, so that its posts can be kept.
    pub fn intern(&mut self, id: ResidenceId) -> PlaceIx {
        *self.by_id.entry(id).or_insert_with(|| {
            self.places.push(Place { id, spot: None, office: None, row: None });
            count(self.places.len() - 1)
        })
    }

    pub fn residence(&self, place: PlaceIx) -> ResidenceId {
        self.places[place as usize].id
    }

    /// The office of a live residence.
    pub fn office(&self, place: PlaceIx) -> Option<u32> {
        self.places.get(place as usize)?.office.map(|(office, _)| office)
    }

    pub fn office_ix(&self, id: OfficeId) -> Option<u32> {
        self.office_ids.get(&id).copied()
    }

    pub fn reach(&self, a: PlaceIx, b: PlaceIx) -> Reach {
        let (from, to) = (&self.places[a as usize], &self.places[b as usize]);
        let (Some((office, _)), Some((other, local))) = (from.office, to.office) else { return Reach::NONE };
        if office != other {
            return Reach::NONE;
        }
        match &from.row {
            Some(row) => row.to[local as usize],
            None => self.between(a, b),
        }
    }

    /// Which residences one reaches in any circle, the closest first; itself among them.
    pub fn near(&self, place: PlaceIx) -> Around<'_> {
        let from = &self.places[place as usize];
        match (from.office, &from.row) {
            (None, _) => Around::whole(&[]),
            (Some(_), Some(row)) => Around::whole(&row.near),
            (Some((office, local)), None) => {
                let Office { live, points } = &self.offices[office as usize];
                let first = match points[local as usize] {
                    Some(point) => near::closest(point, points),
                    None => vec![local as usize],
                };
                let first = self.seen_from(place, first.into_iter().map(|local| live[local]));
                Around::beginning(first, live.len(), move || self.seen_from(place, live.iter().copied()))
            }
        }
    }

    /// Those of these residences that one reaches, the closest first.
    fn seen_from(&self, place: PlaceIx, others: impl Iterator<Item = PlaceIx>) -> Vec<Near> {
        let mut near: Vec<Near> =
            others.map(|other| Near { place: other, reach: self.between(place, other) }).collect();
        near.retain(|n| n.reach != Reach::NONE);
        near.sort_unstable_by_key(|n| (n.reach.metres(), n.place));
        near
    }
}

fn nearest(live: &[PlaceIx], to: &[Reach]) -> Box<[Near]> {
    let near = live.iter().zip(to).map(|(&place, &reach)| Near { place, reach });
    let mut near: Box<[Near]> = near.filter(|n| n.reach != Reach::NONE).collect();
    near.sort_unstable_by_key(|n| (n.reach.metres(), n.place));
    near
}

/// A length as a number of things: memory ends long before 2³².
pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::circle::{Point, Wave};
    use uuid::Uuid;

    #[test]
    fn a_large_office_without_a_table_is_seen_as_one_with_a_table() {
        let spot = |n: u32| Spot {
            office: OfficeId(Uuid::from_u128(1)),
            residence: ResidenceId(Uuid::from_u128(u128::from(n))),
            district: if n.is_multiple_of(7) { String::new() } else { format!("750{:02}", n % 5) },
            // A grid on which many are equally far from each other, and some are at one place or nowhere.
            point: (n % 50 != 9)
                .then(|| Point { lat: 48.8 + f64::from(n % 40 / 2) * 2e-3, lon: 2.3 + f64::from(n / 40) * 3e-3 }),
            wave: if n.is_multiple_of(61) { Wave::Closed } else { Wave::Open },
        };
        let spots: Vec<Spot> = (0..1_500).map(spot).collect();
        let (kept, computed) = (Map::new(spots.clone()), Map::with_tables(spots, 3));
        let seen =
            |map: &Map, from: PlaceIx| -> Vec<Vec<Near>> { map.near(from).levels().map(<[Near]>::to_vec).collect() };
        for from in (0..1_500).step_by(7) {
            assert_eq!(seen(&kept, from), seen(&computed, from));
            assert_eq!(kept.near(from).farthest_m(), computed.near(from).farthest_m());
            assert!((0..1_500).all(|to| kept.reach(from, to) == computed.reach(from, to)));
        }
    }
}
