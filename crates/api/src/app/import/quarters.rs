//! Quarters from a GeoJSON file (RFC 7946): which one a point stands in.

use serde::Deserialize;

/// Why a file of quarters is refused, in French.
#[derive(Debug, thiserror::Error)]
pub enum QuartersError {
    /// It is no JSON, or no FeatureCollection of areas.
    #[error("Le fichier des quartiers n'est pas un GeoJSON (FeatureCollection de Polygon ou MultiPolygon) : {0}.")]
    NotGeoJson(#[from] serde_json::Error),
    /// An area has no name that is known here.
    #[error(
        "Dans le fichier des quartiers, l'élément {0} n'a pas de nom. Donnez-lui la propriété « l_qu » ou « nom »."
    )]
    NoName(usize),
    /// There is nothing in it.
    #[error("Le fichier des quartiers est vide. Il doit contenir au moins un quartier.")]
    Empty,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    geometry: Geometry,
    properties: Properties,
}

#[derive(Deserialize)]
struct Properties {
    l_qu: Option<String>,
    nom: Option<String>,
    name: Option<String>,
}

/// A closed line of longitudes and latitudes. A third number, the height, is allowed and not read.
type Ring = Vec<Position>;

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Ring>),
    MultiPolygon(Vec<Vec<Ring>>),
}

struct Position {
    lat: f64,
    lon: f64,
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let numbers = Vec::<f64>::deserialize(deserializer)?;
        match numbers[..] {
            [lon, lat] | [lon, lat, _] => Ok(Self { lat, lon }),
            _ => Err(serde::de::Error::custom("a position has two or three numbers")),
        }
    }
}

/// One polygon: its outline, its holes, and the box around it.
struct Area {
    rings: Vec<Ring>,
    south: f64,
    north: f64,
    west: f64,
    east: f64,
}

impl Area {
    fn new(rings: Vec<Ring>) -> Self {
        let mut area = Self {
            rings,
            south: f64::INFINITY,
            north: f64::NEG_INFINITY,
            west: f64::INFINITY,
            east: f64::NEG_INFINITY,
        };
        for at in area.rings.iter().flatten() {
            (area.south, area.north) = (area.south.min(at.lat), area.north.max(at.lat));
            (area.west, area.east) = (area.west.min(at.lon), area.east.max(at.lon));
        }
        area
    }

    /// Even-odd rule over the outline and the holes together: a ray to the east crosses an odd number of edges.
    fn contains(&self, lat: f64, lon: f64) -> bool {
        if !(self.south..=self.north).contains(&lat) || !(self.west..=self.east).contains(&lon) {
            return false;
        }
        let mut inside = false;
        for ring in &self.rings {
            // A ring repeats its first position at its end; where it does not, the last edge closes it.
            let mut from = ring.last();
            for to in ring {
                if let Some(from) = from
                    && (from.lat > lat) != (to.lat > lat)
                    && lon < (to.lon - from.lon) * (lat - from.lat) / (to.lat - from.lat) + from.lon
                {
                    inside = !inside;
                }
                from = Some(to);
            }
        }
        inside
    }
}

/// Areas with names.
pub struct Quarters {
    named: Vec<(String, Vec<Area>)>,
}

impl Quarters {
    /// Reads a FeatureCollection of Polygons and MultiPolygons in WGS 84, as Paris publishes `quartier_paris`. The name of an area
    /// is its property `l_qu`, else `nom`, else `name`.
    ///
    /// # Errors
    /// The file cannot be read, is empty, or an area has no name.
    pub fn parse(bytes: &[u8]) -> Result<Self, QuartersError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let collection: Collection = serde_json::from_slice(bytes)?;
        let mut named = Vec::with_capacity(collection.features.len());
        for (i, Feature { geometry, properties }) in collection.features.into_iter().enumerate() {
            let name = properties.l_qu.or(properties.nom).or(properties.name);
            let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            let polygons = match geometry {
                Geometry::Polygon(rings) => vec![rings],
                Geometry::MultiPolygon(polygons) => polygons,
            };
            let areas = polygons.into_iter().map(Area::new).collect();
            named.push((name.ok_or(QuartersError::NoName(i + 1))?, areas));
        }
        if named.is_empty() { Err(QuartersError::Empty) } else { Ok(Self { named }) }
    }

    /// The name of the area in which a point stands, WGS 84, in degrees; of the first one in the file where areas overlap.
    #[must_use]
    pub fn find(&self, lat: f64, lon: f64) -> Option<&str> {
        let here = |(_, areas): &&(String, Vec<Area>)| areas.iter().any(|area| area.contains(lat, lon));
        self.named.iter().find(here).map(|(name, _)| name.as_str())
    }

    /// How many areas there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.named.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"l_qu":"Goutte-d'Or","c_ar":18},"geometry":{"type":"Polygon","coordinates":[
            [[2.0,48.0],[3.0,48.0],[3.0,49.0],[2.0,49.0],[2.0,48.0]],
            [[2.4,48.4],[2.6,48.4],[2.6,48.6],[2.4,48.6],[2.4,48.4]]]}},
        {"type":"Feature","properties":{"nom":"Les Îles"},"geometry":{"type":"MultiPolygon","coordinates":[
            [[[4.0,48.0,35.0],[4.1,48.0,35.0],[4.0,48.1,35.0]]],[[[5.0,48.0],[5.1,48.0],[5.1,48.1],[5.0,48.1],[5.0,48.0]]]]}}]}"#;

    #[test]
    fn a_point_finds_its_quarter_and_a_point_outside_finds_none() {
        let quarters = Quarters::parse(TWO.as_bytes()).unwrap();
        assert_eq!(quarters.count(), 2);
        assert_eq!(quarters.find(48.2, 2.2), Some("Goutte-d'Or"));
        assert_eq!(quarters.find(48.05, 5.05), Some("Les Îles"));
        assert_eq!(quarters.find(48.02, 4.02), Some("Les Îles"), "a ring that does not close itself");
        assert_eq!(quarters.find(47.9, 2.2), None);
        assert_eq!(quarters.find(48.09, 4.09), None, "in the box, outside the outline");
        assert_eq!(quarters.find(f64::NAN, 2.2), None);
    }

    #[test]
    fn a_hole_is_outside() {
        let quarters = Quarters::parse(TWO.as_bytes()).unwrap();
        assert_eq!(quarters.find(48.5, 2.5), None);
        assert_eq!(quarters.find(48.5, 2.3), Some("Goutte-d'Or"));
    }

    #[test]
    fn a_file_that_is_no_geojson_is_refused_with_a_sentence() {
        for bytes in [
            "",
            "[]",
            "{}",
            r#"{"features":3}"#,
            "\u{feff}{",
            r#"{"features":[]}"#,
            r#"{"features":[{"properties":{"l_qu":"A"},"geometry":{"type":"Point","coordinates":[2,48]}}]}"#,
            r#"{"features":[{"properties":{"l_qu":"A"},"geometry":{"type":"Polygon","coordinates":[[[2]]]}}]}"#,
            r#"{"features":[{"properties":{"l_qu":" "},"geometry":{"type":"Polygon","coordinates":[]}}]}"#,
        ] {
            let Err(error) = Quarters::parse(bytes.as_bytes()) else { panic!("{bytes} passed") };
            assert!(error.to_string().contains("fichier des quartiers"), "{error}");
        }
    }
}
