//! The residences around one, level by level of distance, without measuring all ways of a large office for those next door.

use std::cell::OnceCell;

use domain::circle::Point;

use crate::map::{PlaceIx, Reach};

/// How many residences of a large office are measured at first.
const FIRST: usize = 256;

/// A residence seen from another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Near {
    pub place: PlaceIx,
    pub reach: Reach,
}

/// A place as a point on a sphere of radius 1: which of two is closer is seen without an angle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnSphere([f64; 3]);

impl OnSphere {
    /// None for what is no place on Earth.
    pub fn of(point: Point) -> Option<Self> {
        let ((lat_sin, lat_cos), (lon_sin, lon_cos)) =
            (point.lat.to_radians().sin_cos(), point.lon.to_radians().sin_cos());
        let at = [lat_cos * lon_cos, lat_cos * lon_sin, lat_sin];
        at.iter().all(|part| part.is_finite()).then_some(Self(at))
    }

    fn chord(self, other: Self) -> f64 {
        self.0.iter().zip(other.0).map(|(a, b)| (a - b) * (a - b)).sum()
    }
}

/// Which of these are the closest to a point: some more than [`FIRST`], or all.
pub(crate) fn closest(from: OnSphere, points: &[Option<OnSphere>]) -> Vec<usize> {
    let mut chords: Vec<(f64, usize)> =
        points.iter().enumerate().filter_map(|(n, p)| Some((p.as_ref()?.chord(from), n))).collect();
    if chords.len() > FIRST {
        chords.select_nth_unstable_by(FIRST, |a, b| a.0.total_cmp(&b.0));
        chords.truncate(FIRST + 1);
    }
    chords.into_iter().map(|(_, n)| n).collect()
}

/// The residences that one reaches, the closest first.
pub(crate) struct Around<'a> {
    kept: &'a [Near],
    first: Vec<Near>,
    rest: OnceCell<Vec<Near>>,
    all: Option<Box<dyn Fn() -> Vec<Near> + 'a>>,
}

impl<'a> Around<'a> {
    /// They are known.
    pub fn whole(kept: &'a [Near]) -> Self {
        Self { kept, first: Vec::new(), rest: OnceCell::new(), all: None }
    }

    /// The closest of `count` residences are known, and how all are to be had.
    pub fn beginning(mut first: Vec<Near>, count: usize, all: impl Fn() -> Vec<Near> + 'a) -> Self {
        let mut more: Option<Box<dyn Fn() -> Vec<Near> + 'a>> = None;
        if first.len() < count {
            // Others may be as far as the last of them.
            let last = first.last().map_or(0, |n| n.reach.metres().saturating_sub(1));
            first.retain(|n| n.reach.metres() < last);
            more = Some(Box::new(all));
        }
        Self { kept: &[], first, rest: OnceCell::new(), all: more }
    }

    fn rest(&self) -> &[Near] {
        self.rest.get_or_init(|| {
            let mut rest = self.all.as_ref().map_or_else(Vec::new, |all| all());
            if let Some(last) = self.first.last() {
                rest.retain(|n| n.reach.metres() > last.reach.metres());
            }
            rest
        })
    }

    /// Those at one distance, then those at the next.
    pub fn levels(&self) -> impl Iterator<Item = &[Near]> {
        let rest = std::iter::once_with(|| self.rest());
        let parts = [self.kept, &self.first].into_iter().chain(rest);
        parts.flat_map(|part| part.chunk_by(|a, b| a.reach.metres() == b.reach.metres()))
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &Near> {
        self.levels().flatten()
    }

    /// How many ways had to be measured so far.
    pub fn measured(&self) -> u64 {
        (self.first.len() + self.rest.get().map_or(0, Vec::len)) as u64
    }

    /// How far the last one is.
    pub fn farthest_m(&self) -> u32 {
        let last = self.kept.last().or_else(|| self.rest().last()).or_else(|| self.first.last());
        last.map_or(0, |n| n.reach.metres())
    }
}
