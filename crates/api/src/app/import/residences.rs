//! Residences in the own CSV format.
//!
//! Columns, in any order: `référence`, `nom`, `adresse`, `code_postal`; and, when there is something to say, `district`,
//! `quartier`, `latitude` and `longitude`, `logements`. Other columns are not read.

use std::collections::HashMap;

use super::table::{Row, Table, folded, one_line, words};
use super::{Errors, ImportErrors, persons, quoted};

/// One residence of an uploaded file.
#[derive(Clone, Debug, PartialEq)]
pub struct ResidenceRow {
    /// The office's own reference, 1 to 64 characters, once in a file.
    pub reference: String,
    /// What people call it, 1 to 120 characters on one line.
    pub name: String,
    /// Street and number, 1 to 200 characters on one line, without postcode and town.
    pub address: String,
    /// Five digits.
    pub postcode: String,
    /// A postcode of Paris for an arrondissement ("75019"), elsewhere the commune as the office writes it; by default the
    /// postcode.
    pub district: String,
    /// The quarter, when the file tells it.
    pub quarter: Option<String>,
    /// Latitude (−90 to 90) and longitude (−180 to 180), WGS 84, in degrees.
    pub point: Option<(f64, f64)>,
    /// How many dwellings; 0 when the file does not tell.
    pub dwellings: u32,
}

const NAME: &str = "nom | nom de la résidence | nom résidence | résidence | nom du groupe | nom du programme";
/// The longest reference, name, address and district.
pub const MAX_REFERENCE: usize = 64;
const MAX_NAME: usize = 120;
const MAX_ADDRESS: usize = 200;

struct Columns {
    reference: usize,
    name: usize,
    address: usize,
    postcode: usize,
    district: Option<usize>,
    quarter: Option<usize>,
    latitude: Option<usize>,
    longitude: Option<usize>,
    dwellings: Option<usize>,
}

/// Reads a file of residences in the own format.
///
/// # Errors
/// Everything that is to be mended in the file.
pub fn parse_residences(bytes: &[u8]) -> Result<Vec<ResidenceRow>, ImportErrors> {
    let table = Table::open(bytes)?;
    let mut errors = Errors::default();
    persons::refuse_columns(&table, &["nom"], &mut errors);
    if errors.count() > 0 {
        return errors.finish(Vec::new());
    }
    let columns = Columns {
        reference: table.required(
            "référence | réf | reference résidence | ref résidence | code résidence | code | identifiant | id",
            &mut errors,
        ),
        name: table.required(NAME, &mut errors),
        address: table.required("adresse | adresse de la résidence | adresse résidence | rue | voie", &mut errors),
        postcode: table.required("code_postal | cp | postcode", &mut errors),
        district: table.column("district | arrondissement | commune | ville", &mut errors),
        quarter: table.column("quartier | nom du quartier", &mut errors),
        latitude: table.column("latitude | lat", &mut errors),
        longitude: table.column("longitude | lon | lng | long", &mut errors),
        dwellings: table
            .column("logements | nombre de logements | nb logements | nbre logements | nb de logements", &mut errors),
    };
    if errors.count() > 0 {
        return errors.finish(Vec::new());
    }
    let mut rows = Vec::new();
    let mut lines: HashMap<String, u64> = HashMap::new();
    table.each_row(&mut errors, |row, errors| {
        persons::refuse_cells(&table, row, &[columns.reference], errors);
        let Some(read) = read_row(&table, &columns, row, errors) else { return };
        match lines.get(&read.reference) {
            Some(first) => errors.push(
                row.line,
                table.name(columns.reference),
                format!(
                    "La référence {} est déjà à la ligne {first}. Chaque résidence a sa propre référence : corrigez l'une des \
                     deux lignes, ou retirez-la.",
                    quoted(&read.reference)
                ),
            ),
            None => {
                lines.insert(read.reference.clone(), row.line);
                rows.push(read);
            }
        }
    });
    if rows.is_empty() && errors.count() == 0 {
        errors.push(
            table.header_line,
            None,
            "Le fichier n'a aucune ligne sous l'en-tête. Ajoutez une ligne par résidence.",
        );
    }
    errors.finish(rows)
}

fn read_row(table: &Table<'_>, columns: &Columns, row: &Row<'_>, errors: &mut Errors) -> Option<ResidenceRow> {
    let before = errors.count();
    let mut text = |column: usize, most: usize| {
        let text = one_line(row.cell(column));
        let length = text.chars().count();
        if length == 0 {
            errors.push(row.line, table.name(column), "La cellule est vide. Remplissez-la.");
        } else if length > most {
            errors.push(
                row.line,
                table.name(column),
                format!("Le texte a {length} caractères, {most} au plus sont permis. Raccourcissez-le."),
            );
        }
        text
    };
    let name = text(columns.name, MAX_NAME);
    let address = text(columns.address, MAX_ADDRESS);
    let reference = reference(table, columns.reference, row, errors);
    let postcode = postcode(row.cell(columns.postcode));
    if postcode.is_none() {
        errors.push(
            row.line,
            table.name(columns.postcode),
            format!(
                "{} n'est pas un code postal. Écrivez cinq chiffres, comme 75019.",
                quoted(row.cell(columns.postcode))
            ),
        );
    }
    let point = point(table, columns, row, errors);
    let written = row.optional(columns.dwellings);
    let dwellings = if written.is_empty() { Some(0) } else { whole(written) };
    if dwellings.is_none() {
        errors.push(
            row.line,
            columns.dwellings.and_then(|column| table.name(column)),
            format!("{} n'est pas un nombre de logements. Écrivez un nombre entier, comme 24.", quoted(written)),
        );
    }
    if errors.count() > before {
        return None;
    }
    let (postcode, dwellings) = (postcode?, dwellings?);
    let district = district(row.optional(columns.district), &postcode);
    let quarter = one_line(row.optional(columns.quarter));
    let quarter = (!quarter.is_empty()).then(|| quarter.chars().take(MAX_NAME).collect());
    Some(ResidenceRow { reference: reference?, name, address, postcode, district, quarter, point, dwellings })
}

/// A reference: what a spreadsheet puts around it to keep its zeros (`="007"`, `'007`) is taken off.
///
/// What cannot be a reference goes into `errors`: nothing at all, a line break, more than 64 characters, or `1,23E+11`, which is
/// what is left of a long number when a spreadsheet has shortened it.
pub fn reference(table: &Table<'_>, column: usize, row: &Row<'_>, errors: &mut Errors) -> Option<String> {
    let cell = row.cell(column);
    let cell = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(cell);
    let cell = cell.strip_prefix('\'').unwrap_or(cell).trim();
    let sentence = if cell.is_empty() {
        "La référence est vide. Remplissez-la.".to_owned()
    } else if cell.contains(['\n', '\r', '\t']) {
        "La référence contient un saut de ligne ou une tabulation. Retirez-le.".to_owned()
    } else if cell.chars().count() > MAX_REFERENCE {
        format!("La référence dépasse {MAX_REFERENCE} caractères. Raccourcissez-la.")
    } else if is_shortened(cell) {
        format!(
            "Le tableur a abrégé cette référence en {}. Mettez la colonne au format « Texte », puis exportez de nouveau.",
            quoted(cell)
        )
    } else {
        return Some(cell.to_owned());
    };
    errors.push(row.line, table.name(column), sentence);
    None
}

/// Whether a number is written as `1,23457E+11`.
fn is_shortened(cell: &str) -> bool {
    let Some((number, exponent)) = cell.split_once("E+").or_else(|| cell.split_once("e+")) else { return false };
    !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
        && !exponent.is_empty()
        && exponent.bytes().all(|b| b.is_ascii_digit())
}

/// A postcode of five digits. The leading zero that a spreadsheet eats is put back: "1000" is 01000.
fn postcode(cell: &str) -> Option<String> {
    let mut digits: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    // A number column of a spreadsheet: 75019.0
    for fraction in [".0", ",0"] {
        if let Some(whole) = digits.strip_suffix(fraction) {
            digits.truncate(whole.len());
        }
    }
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match digits.len() {
        4 => Some(format!("0{digits}")),
        5 => Some(digits),
        _ => None,
    }
}

/// The district: an arrondissement of Paris in any of its spellings ("19e", "Paris 19", 75119, 75116) as the postcode 75019; a
/// commune as written; the postcode when nothing is written.
pub fn district(written: &str, postcode: &str) -> String {
    let arrondissement = |n: u32| format!("750{n:02}");
    let of_code = |code: &str| match code.strip_prefix("75").map(str::parse) {
        Some(Ok(n @ (1..=20 | 101..=120))) if code.len() == 5 => Some(arrondissement(n % 100)),
        _ => None,
    };
    let words = words(written);
    let number = |word: &str| word.trim_end_matches(char::is_alphabetic).parse().ok().filter(|n| (1..=20).contains(n));
    let of_words = || {
        let words: Vec<&str> =
            words.iter().map(String::as_str).filter(|w| !matches!(*w, "arrondissement" | "ardt")).collect();
        match words[..] {
            ["paris", word] | [word] => number(word).map(arrondissement),
            _ => None,
        }
    };
    if let Some(code) = of_code(&folded(written)) {
        code
    } else if postcode.starts_with("75")
        && let Some(code) = of_words()
    {
        code
    } else if written.is_empty() || (postcode.starts_with("75") && folded(written) == "paris") {
        of_code(postcode).unwrap_or_else(|| postcode.to_owned())
    } else {
        one_line(written).chars().take(MAX_NAME).collect()
    }
}

/// A number of degrees; a decimal comma is accepted.
fn degrees(cell: &str, most: f64) -> Option<f64> {
    let number: f64 = cell.replace(',', ".").parse().ok()?;
    (number.is_finite() && number.abs() <= most).then_some(number)
}

fn point(table: &Table<'_>, columns: &Columns, row: &Row<'_>, errors: &mut Errors) -> Option<(f64, f64)> {
    let mut read = |column: Option<usize>, most: f64| {
        let cell = row.optional(column);
        if cell.is_empty() {
            return None;
        }
        let found = degrees(cell, most);
        if found.is_none() {
            errors.push(
                row.line,
                column.and_then(|column| table.name(column)),
                format!(
                    "{} n'est pas une coordonnée entre −{most} et {most} degrés. Corrigez-la, ou videz la cellule.",
                    quoted(cell)
                ),
            );
        }
        Some(found.unwrap_or(f64::NAN))
    };
    match (read(columns.latitude, 90.0), read(columns.longitude, 180.0)) {
        (Some(lat), Some(lon)) => Some((lat, lon)),
        (None, None) => None,
        (lat, _) => {
            let there = if lat.is_some() { columns.latitude } else { columns.longitude };
            errors.push(
                row.line,
                there.and_then(|column| table.name(column)),
                "Il faut la latitude et la longitude, ou aucune des deux. Remplissez l'autre cellule, ou videz celle-ci.",
            );
            None
        }
    }
}

/// A whole number, also as a spreadsheet writes it: "1 332", "24,0".
pub fn whole(cell: &str) -> Option<u32> {
    let number: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    let (digits, fraction) = number.split_once(['.', ',']).unwrap_or((&number, ""));
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !matches!(fraction, "" | "0" | "00") {
        return None;
    }
    digits.parse().ok()
}
