//! How far something reaches: circles around a residence.

use serde::{Deserialize, Serialize};

use crate::id::{OfficeId, ResidenceId};

/// How far `nearby` reaches, in metres, whatever the boundary of districts.
pub const NEARBY_M: f64 = 800.0;

/// How far a post reaches, from the staircase to the whole office; or, in a list, how far the viewer looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Circle {
    /// The own residence.
    Residence,
    /// 800 m around the own residence.
    Nearby,
    /// The own district (arrondissement or commune).
    District,
    /// All residences of the own office.
    Office,
}

impl Circle {
    /// All circles, the closest first.
    pub const ALL: [Self; 4] = [Self::Residence, Self::Nearby, Self::District, Self::Office];

    /// The word of the wire and of the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Residence => "residence",
            Self::Nearby => "nearby",
            Self::District => "district",
            Self::Office => "office",
        }
    }
}

/// A place on Earth, WGS 84, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Latitude, −90 to 90.
    pub lat: f64,
    /// Longitude, −180 to 180.
    pub lon: f64,
}

impl Point {
    /// The distance to another point in metres: haversine on a sphere of 6,371,008.8 m (IUGG mean radius), right within 0.5 %.
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        const MEAN_RADIUS_M: f64 = 6_371_008.8;
        let (lat_a, lat_b) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((lat_b - lat_a) / 2.0).sin();
        let half_lon = ((other.lon - self.lon).to_radians() / 2.0).sin();
        let a = half_lat.mul_add(half_lat, lat_a.cos() * lat_b.cos() * half_lon * half_lon);
        2.0 * MEAN_RADIUS_M * a.sqrt().min(1.0).asin()
    }
}

/// Whether tenants may join a residence and posts reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Wave {
    /// Not yet: codes are refused, nothing reaches it.
    Closed,
    /// A first group tries it.
    Pilot,
    /// For everybody.
    Open,
}

impl Wave {
    /// The word of the wire and of the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Pilot => "pilot",
            Self::Open => "open",
        }
    }

    /// Whether tenants live here as far as the network knows.
    #[must_use]
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Closed)
    }
}

/// Where a residence stands: all that the circles need to know of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// The office that owns it.
    pub office: OfficeId,
    /// The residence.
    pub residence: ResidenceId,
    /// Its district: a postcode of Paris ("75019") or the code of a commune.
    pub district: String,
    /// Its coordinates, when known. Without them `nearby` is the residence alone.
    pub point: Option<Point>,
    /// Whether it takes part.
    pub wave: Wave,
}

impl Spot {
    /// The distance in metres; 0 within a residence; none when coordinates are missing.
    #[must_use]
    pub fn distance_m(&self, other: &Self) -> Option<f64> {
        if self.residence == other.residence {
            return Some(0.0);
        }
        Some(self.point?.distance_m(other.point?))
    }

    /// Whether `other` stands within `circle` of this residence. Symmetric; never across offices, never from or to a closed
    /// residence.
    #[must_use]
    pub fn within(&self, circle: Circle, other: &Self) -> bool {
        if self.office != other.office || !self.wave.is_live() || !other.wave.is_live() {
            return false;
        }
        match circle {
            Circle::Residence => self.residence == other.residence,
            Circle::Nearby => self.distance_m(other).is_some_and(|m| m <= NEARBY_M),
            // The own residence belongs to the own district even when its district is unknown.
            Circle::District => {
                self.residence == other.residence || (!self.district.is_empty() && self.district == other.district)
            }
            Circle::Office => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn spot(n: u128, district: &str, point: Option<(f64, f64)>) -> Spot {
        Spot {
            office: OfficeId(Uuid::from_u128(1)),
            residence: ResidenceId(Uuid::from_u128(n)),
            district: district.to_owned(),
            point: point.map(|(lat, lon)| Point { lat, lon }),
            wave: Wave::Open,
        }
    }

    #[test]
    fn two_residences_300_m_apart_across_a_boundary_are_nearby_but_not_in_one_district() {
        let (a, b) = (spot(1, "75019", Some((48.8867, 2.3722))), spot(2, "75018", Some((48.8867, 2.3681))));
        assert!((295.0..305.0).contains(&a.distance_m(&b).unwrap()));
        assert!(a.within(Circle::Nearby, &b));
        assert!(!a.within(Circle::District, &b));
        assert!(a.within(Circle::Office, &b));
        assert!(!a.within(Circle::Residence, &b));
    }

    #[test]
    fn a_residence_without_coordinates_is_nearby_itself_alone() {
        let (a, b) = (spot(1, "75019", None), spot(2, "75019", Some((48.88, 2.37))));
        assert!(a.within(Circle::Nearby, &a.clone()));
        assert!(!a.within(Circle::Nearby, &b));
        assert!(a.within(Circle::District, &b));
    }

    #[test]
    fn a_closed_residence_is_in_no_circle() {
        let (a, mut b) = (spot(1, "75019", Some((48.88, 2.37))), spot(2, "75019", Some((48.88, 2.37))));
        b.wave = Wave::Closed;
        assert!(Circle::ALL.iter().all(|&c| !a.within(c, &b) && !b.within(c, &a)));
    }

    #[test]
    fn paris_to_lyon_is_392_km() {
        let (paris, lyon) = (Point { lat: 48.8566, lon: 2.3522 }, Point { lat: 45.764, lon: 4.8357 });
        assert!((391_000.0..393_000.0).contains(&paris.distance_m(lyon)));
    }

    proptest! {
        #[test]
        fn circles_are_symmetric(lat in 48.8f64..48.9, lon in 2.25f64..2.42, lat2 in 48.8f64..48.9, lon2 in 2.25f64..2.42, same in any::<bool>()) {
            let (a, b) = (spot(1, "75019", Some((lat, lon))), spot(2, if same { "75019" } else { "75020" }, Some((lat2, lon2))));
            for circle in Circle::ALL {
                prop_assert_eq!(a.within(circle, &b), b.within(circle, &a));
            }
        }
    }
}
