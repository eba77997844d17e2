//! The open-data file of Paris "Les logements sociaux financés à Paris", as it is published: one line per financed programme.
//!
//! Source: Ville de Paris, opendata.paris.fr, `logements-sociaux-finances-a-paris`, ODbL 1.0. Several programmes stand at one
//! address, ids repeat, addresses are in capitals, corrections have negative numbers of dwellings.

use std::collections::{BTreeMap, HashMap};

use domain::office::district_name;

use super::residences::{ResidenceRow, district};
use super::street::readable;
use super::table::{Row, Table, folded, one_line};
use super::{Errors, ImportErrors, quoted};

/// What the Paris file holds of one landlord.
#[derive(Clone, Debug, PartialEq)]
pub struct ParisFile {
    /// How many programmes were read: lines of the file.
    pub programmes: u64,
    /// One residence per distinct address, as written in the file, in the order of the references.
    pub residences: Vec<ResidenceRow>,
}

/// One line of the file.
struct Programme {
    id: String,
    postcode: String,
    district: String,
    dwellings: i64,
    point: Option<(f64, f64)>,
}

const ID: &str = "Identifiant livraison";
const ADDRESS: &str = "Adresse du programme";
const LANDLORD: &str = "Bailleur social";

/// Whether a file is the one that Paris publishes: its header tells.
#[must_use]
pub fn is_paris(bytes: &[u8]) -> bool {
    Table::open(bytes).is_ok_and(|table| {
        let names: Vec<String> = table.header.iter().map(|name| folded(name)).collect();
        [ID, ADDRESS, LANDLORD].iter().all(|name| names.contains(&folded(name)))
    })
}

/// Reads the programmes of one landlord as residences: one for each distinct address, since in Paris a street has its name
/// once. Its dwellings are the sum over the programmes; its place is that of the largest one; its reference is the smallest id,
/// so that a file of a later year finds it again. Where several addresses share their smallest id, all but the first
/// in alphabetical order get a number after it ("2002559-2").
///
/// `landlord` is compared without case, accents and punctuation.
///
/// # Errors
/// The landlord is not in the file (the sentence gives the nearest names), or everything that is to be mended in the file.
pub fn parse_paris(bytes: &[u8], landlord: &str) -> Result<ParisFile, ImportErrors> {
    let table = Table::open(bytes)?;
    let mut errors = Errors::default();
    let columns = Columns {
        id: table.required(ID, &mut errors),
        address: table.required(ADDRESS, &mut errors),
        postcode: table.required("Code postal", &mut errors),
        landlord: table.required(LANDLORD, &mut errors),
        dwellings: table.required("Nombre total de logements financés", &mut errors),
        district: table.required("Arrondissement", &mut errors),
        point: table.required("geo_point_2d", &mut errors),
    };
    if errors.count() > 0 {
        return errors.finish(ParisFile { programmes: 0, residences: Vec::new() });
    }
    let wanted = folded(landlord);
    let mut landlords: HashMap<String, u64> = HashMap::new();
    let mut addresses: BTreeMap<String, Vec<Programme>> = BTreeMap::new();
    let mut programmes = 0;
    table.each_row(&mut errors, |row, errors| {
        let name = row.cell(columns.landlord);
        if let Some(count) = landlords.get_mut(name) {
            *count += 1;
        } else {
            landlords.insert(name.to_owned(), 1);
        }
        if wanted.is_empty() || folded(name) != wanted {
            return;
        }
        let address = row.cell(columns.address);
        if address.is_empty() {
            errors.push(row.line, table.name(columns.address), "L'adresse est vide. Remplissez-la.");
        } else if let Some(programme) = columns.programme(&table, row, errors) {
            programmes += 1;
            addresses.entry(address.to_owned()).or_default().push(programme);
        }
    });
    if programmes == 0 && errors.count() == 0 {
        errors.push(table.header_line, table.name(columns.landlord), unknown_landlord(landlord, &wanted, &landlords));
    }
    errors.finish(ParisFile { programmes, residences: residences(addresses) })
}

struct Columns {
    id: usize,
    address: usize,
    postcode: usize,
    landlord: usize,
    dwellings: usize,
    district: usize,
    point: usize,
}

impl Columns {
    fn programme(&self, table: &Table<'_>, row: &Row<'_>, errors: &mut Errors) -> Option<Programme> {
        let before = errors.count();
        let mut refuse = |column: usize, what: &str| {
            let sentence = format!("{} n'est pas {what}. Corrigez la cellule.", quoted(row.cell(column)));
            errors.push(row.line, table.name(column), sentence);
        };
        let id = one_line(row.cell(self.id));
        if id.is_empty() {
            refuse(self.id, "un identifiant");
        }
        let arrondissement = row.cell(self.district).parse().ok().filter(|n| (1..=20u8).contains(n));
        // One line of the file says "code_75020".
        let postcode = row.cell(self.postcode).trim_start_matches(|c: char| !c.is_ascii_digit());
        let postcode = match arrondissement {
            _ if postcode.len() == 5 && postcode.bytes().all(|b| b.is_ascii_digit()) => Some(postcode.to_owned()),
            Some(n) => Some(format!("750{n:02}")),
            None => None,
        };
        if postcode.is_none() {
            refuse(self.postcode, "un code postal");
        }
        let dwellings: Option<i64> = row.cell(self.dwellings).parse().ok().filter(|n| (-100_000..=100_000).contains(n));
        if dwellings.is_none() {
            refuse(self.dwellings, "un nombre de logements");
        }
        let written = row.cell(self.point);
        let point = written.split_once(',').and_then(|(lat, lon)| {
            let (lat, lon): (f64, f64) = (lat.trim().parse().ok()?, lon.trim().parse().ok()?);
            (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lat, lon))
        });
        if point.is_none() && !written.is_empty() {
            refuse(self.point, "un point « latitude, longitude »");
        }
        if errors.count() > before {
            return None;
        }
        let postcode = postcode?;
        let district = arrondissement.map_or_else(|| district("", &postcode), |n| format!("750{n:02}"));
        Some(Programme { id, postcode, district, dwellings: dwellings?, point })
    }
}

/// Ids by number, those that are none ("CPE10") after them.
fn rank(id: &str) -> (bool, u64, &str) {
    let number = id.parse();
    (number.is_err(), number.unwrap_or(0), id)
}

fn residences(addresses: BTreeMap<String, Vec<Programme>>) -> Vec<ResidenceRow> {
    let mut taken: HashMap<String, u32> = HashMap::new();
    let mut rows: Vec<ResidenceRow> = Vec::with_capacity(addresses.len());
    for (raw, mut programmes) in addresses {
        programmes.sort_by(|a, b| rank(&a.id).cmp(&rank(&b.id)));
        let dwellings: i64 = programmes.iter().map(|programme| programme.dwellings).sum();
        let Some(first) = programmes.first().map(|first| first.id.clone()) else { continue };
        let times = taken.entry(first.clone()).or_default();
        *times += 1;
        let reference = if *times == 1 { first } else { format!("{first}-{times}") };
        // Of several as large, the one with the smallest id.
        programmes.reverse();
        let Some(largest) = programmes.into_iter().max_by_key(|programme| programme.dwellings) else { continue };
        let readable = readable(&raw);
        rows.push(ResidenceRow {
            reference,
            name: format!("{}, {}", readable.name, district_name(&largest.district)),
            address: readable.address,
            postcode: largest.postcode,
            district: largest.district,
            quarter: None,
            point: largest.point,
            dwellings: u32::try_from(dwellings).unwrap_or(0),
        });
    }
    rows.sort_by(|a, b| rank(&a.reference).cmp(&rank(&b.reference)));
    rows
}

/// The sentence for a landlord that is not in the file, with the names that are nearest to it, or the largest ones.
fn unknown_landlord(landlord: &str, wanted: &str, landlords: &HashMap<String, u64>) -> String {
    let mut names: Vec<(usize, std::cmp::Reverse<u64>, &str)> = landlords
        .iter()
        .map(|(name, count)| {
            let known = folded(name);
            let near = known.contains(wanted) || wanted.contains(&known);
            let far = if wanted.is_empty() || (near && !known.is_empty()) { 0 } else { distance(&known, wanted) };
            (far, std::cmp::Reverse(*count), name.as_str())
        })
        .collect();
    names.sort_unstable();
    let shown: Vec<String> =
        names.iter().take(6).map(|(_, count, name)| format!("{} ({})", quoted(name), count.0)).collect();
    let names = shown.join(", ");
    if wanted.is_empty() {
        return format!("Ce fichier de la Ville de Paris a plusieurs bailleurs. Dites lequel, par exemple : {names}.");
    }
    format!(
        "Le bailleur {} n'est pas dans ce fichier. Écrivez son nom comme dans le fichier. Les plus proches : {names}.",
        quoted(landlord)
    )
}

/// Levenshtein distance: how many letters are to be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(100).enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
