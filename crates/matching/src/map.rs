//! Where everybody lives: residences by number, how far they are from each other, and which circles reach from one to another.

use std::borrow::Cow;

use domain::circle::{Circle, Spot};
use domain::id::{OfficeId, ResidenceId};
use rustc_hash::FxHashMap;

/// The number of a residence.
pub(crate) type PlaceIx = u32;

/// An office with more live residences than this keeps no table of distances: it would take 16 bytes for each pair. Its distances are
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

/// A residence seen from another one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Near {
    pub place: PlaceIx,
    pub reach: Reach,
}

/// All that one residence reaches.
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
    /// The live residences of each office.
    offices: Vec<Vec<PlaceIx>>,
}

impl Map {
    pub fn new(spots: impl IntoIterator<Item = Spot>) -> Self {
        let mut map = Self::default();
        for spot in spots {
            let place = map.intern(spot.residence);
            map.places[place as usize].spot = Some(spot);
        }
        for place in 0..map.places.len() {
            let Some(spot) = &map.places[place].spot else { continue };
            let offices = &mut map.offices;
            let office = *map.office_ids.entry(spot.office).or_insert_with(|| {
                offices.push(Vec::new());
                count(offices.len() - 1)
            });
            if spot.wave.is_live() {
                let live = &mut offices[office as usize];
                live.push(count(place));
                map.places[place].office = Some((office, count(live.len() - 1)));
            }
        }
        for office in 0..map.offices.len() {
            if map.offices[office].len() <= TABLE_MAX {
                map.tabulate(office);
            }
        }
        map
    }

    /// Keeps the distances between all residences of an office. They are the same both ways.
    fn tabulate(&mut self, office: usize) {
        let live = self.offices[office].clone();
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
    pub fn near(&self, place: PlaceIx) -> Cow<'_, [Near]> {
        let from = &self.places[place as usize];
        match (from.office, &from.row) {
            (None, _) => Cow::Borrowed(&[]),
            (Some(_), Some(row)) => Cow::Borrowed(&row.near),
            (Some((office, _)), None) => {
                let live = &self.offices[office as usize];
                let to: Vec<Reach> = live.iter().map(|&other| self.between(place, other)).collect();
                Cow::Owned(nearest(live, &to).into_vec())
            }
        }
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
