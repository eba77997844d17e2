//! The nameless roll in the own CSV format: one line per household.
//!
//! Columns, in any order: `référence` (the office's own, of the household), `résidence` (the reference of its residence),
//! `places` (how many people may join, 1 to 12); and, when there is something to say, `ordre` (rank among the letter boxes, for
//! the order of the letters) and `fin_de_bail` (JJ/MM/AAAA or AAAA-MM-JJ). Other columns are not read; a column that looks like
//! a person makes the whole file refused.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::residences::{reference, whole};
use super::table::{Row, Table};
use super::{Errors, ImportErrors, persons, quoted};

/// The most people of one household.
pub const MAX_SEATS: u8 = 12;
/// How long a reference may become when eaten zeros are put back.
const LONGEST_PADDED: usize = 20;

/// One household of an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdRow {
    /// The office's own reference, 1 to 64 characters, once in a file.
    pub reference: String,
    /// The reference of its residence.
    pub residence: String,
    /// How many people may join, 1 to [`MAX_SEATS`].
    pub seats: u8,
    /// Rank among the letter boxes of the residence: no flat number.
    pub order: Option<u32>,
    /// The day on which the lease ends or ended.
    pub lease_end: Option<NaiveDate>,
}

struct Columns {
    reference: usize,
    residence: usize,
    seats: usize,
    order: Option<usize>,
    lease_end: Option<usize>,
}

/// Reads a roll.
///
/// A spreadsheet eats the zeros at the start of a reference, and some exports put them back. So a reference made of digits that
/// is not known is taken for the known one that differs from it by leading zeros alone, unless the file holds that one too.
/// `known_residence` and `known_household` say which references the office has already; a residence that is not known is an
/// error, a household that is not known is new.
///
/// # Errors
/// Everything that is to be mended in the file.
pub fn parse_households(
    bytes: &[u8],
    known_residence: &dyn Fn(&str) -> bool,
    known_household: &dyn Fn(&str) -> bool,
) -> Result<Vec<HouseholdRow>, ImportErrors> {
    let table = Table::open(bytes)?;
    let mut errors = Errors::default();
    persons::refuse_columns(&table, &[], &mut errors);
    if errors.count() > 0 {
        return errors.finish(Vec::new());
    }
    let columns = Columns {
        reference: table.required(
            "référence | réf | foyer | référence foyer | référence du foyer | ref foyer | référence logement | ref logement",
            &mut errors,
        ),
        residence: table.required(
            "résidence | référence résidence | référence de la résidence | ref résidence | code résidence",
            &mut errors,
        ),
        seats: table.required(
            "places | nombre de places | nb places | nombre d'occupants | nb occupants | nombre de personnes | nb personnes",
            &mut errors,
        ),
        order: table.column("ordre | ordre boîte aux lettres | boîte aux lettres | ordre bal | bal", &mut errors),
        lease_end: table.column("fin_de_bail | date fin de bail | date de fin de bail | fin bail", &mut errors),
    };
    if errors.count() > 0 {
        return errors.finish(Vec::new());
    }
    let mut rows: Vec<HouseholdRow> = Vec::new();
    let mut lines: Vec<u64> = Vec::new();
    let mut residences: HashMap<String, Option<String>> = HashMap::new();
    table.each_row(&mut errors, |row, errors| {
        persons::refuse_cells(&table, row, &[columns.reference, columns.residence], errors);
        let Some(mut read) = read_row(&table, &columns, row, errors) else { return };
        let found = residences.entry(read.residence).or_insert_with_key(|written| {
            if known_residence(written) { Some(written.clone()) } else { other_zeros(written, known_residence) }
        });
        let Some(found) = found else {
            errors.push(
                row.line,
                table.name(columns.residence),
                format!(
                    "La résidence {} n'existe pas. Corrigez sa référence, ou importez d'abord les résidences.",
                    quoted(row.cell(columns.residence))
                ),
            );
            return;
        };
        read.residence = found.clone();
        rows.push(read);
        lines.push(row.line);
    });
    if rows.is_empty() && errors.count() == 0 {
        errors.push(
            table.header_line,
            None,
            "Le fichier n'a aucune ligne sous l'en-tête. Ajoutez une ligne par foyer.",
        );
    }
    restore_zeros(&mut rows, known_household);
    refuse_repeats(&rows, &lines, table.name(columns.reference), &mut errors);
    errors.finish(rows)
}

fn read_row(table: &Table<'_>, columns: &Columns, row: &Row<'_>, errors: &mut Errors) -> Option<HouseholdRow> {
    let before = errors.count();
    let (household, residence) =
        (reference(table, columns.reference, row, errors), reference(table, columns.residence, row, errors));
    let written = row.cell(columns.seats);
    let seats = whole(written).and_then(|n| u8::try_from(n).ok()).filter(|n| (1..=MAX_SEATS).contains(n));
    if seats.is_none() {
        errors.push(
            row.line,
            table.name(columns.seats),
            format!("{} n'est pas un nombre de places. Écrivez un nombre de 1 à {MAX_SEATS}.", quoted(written)),
        );
    }
    let written = row.optional(columns.order);
    let order = whole(written);
    if order.is_none() && !written.is_empty() {
        errors.push(
            row.line,
            columns.order.and_then(|column| table.name(column)),
            format!(
                "{} n'est pas un ordre. Écrivez un nombre entier, le rang de la boîte aux lettres (pas le numéro du logement).",
                quoted(written)
            ),
        );
    }
    let written = row.optional(columns.lease_end);
    let lease_end = date(written);
    if lease_end.is_none() && !written.is_empty() {
        errors.push(
            row.line,
            columns.lease_end.and_then(|column| table.name(column)),
            format!("{} n'est pas une date. Écrivez-la comme 31/12/2027 ou 2027-12-31.", quoted(written)),
        );
    }
    if errors.count() > before {
        return None;
    }
    Some(HouseholdRow { reference: household?, residence: residence?, seats: seats?, order, lease_end })
}

/// A day written `31/12/2027`, `31-12-2027`, `31.12.2027` or `2027-12-31`, also with a time of day after it, between 1900 and
/// 2199.
fn date(cell: &str) -> Option<NaiveDate> {
    let day = cell.split(['T', ' ']).next()?;
    let mut parts = day.split(['/', '-', '.']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    let (year, day) = if first.len() == 4 { (first, third) } else { (third, first) };
    let all_digits = |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || year.len() != 4 || ![year, second, day].into_iter().all(all_digits) {
        return None;
    }
    let year = year.parse().ok().filter(|year| (1900..2200).contains(year))?;
    NaiveDate::from_ymd_opt(year, second.parse().ok()?, day.parse().ok()?)
}

/// The known reference that differs from a number by its leading zeros alone.
fn other_zeros(written: &str, known: &dyn Fn(&str) -> bool) -> Option<String> {
    if !written.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut candidate = written.trim_start_matches('0').to_owned();
    if candidate.is_empty() {
        candidate.push('0');
    }
    while candidate.len() <= LONGEST_PADDED {
        if candidate != written && known(&candidate) {
            return Some(candidate);
        }
        candidate.insert(0, '0');
    }
    None
}

fn restore_zeros(rows: &mut [HouseholdRow], known: &dyn Fn(&str) -> bool) {
    let repaired: Vec<(usize, String)> = {
        let written: std::collections::HashSet<&str> = rows.iter().map(|row| row.reference.as_str()).collect();
        rows.iter()
            .enumerate()
            .filter(|(_, row)| !known(&row.reference))
            .filter_map(|(i, row)| Some((i, other_zeros(&row.reference, known)?)))
            .filter(|(_, found)| !written.contains(found.as_str()))
            .collect()
    };
    for (i, found) in repaired {
        rows[i].reference = found;
    }
}

fn refuse_repeats(rows: &[HouseholdRow], lines: &[u64], column: Option<&str>, errors: &mut Errors) {
    let mut seen: HashMap<&str, u64> = HashMap::with_capacity(rows.len());
    for (row, line) in rows.iter().zip(lines) {
        if let Some(first) = seen.insert(&row.reference, *line) {
            seen.insert(&row.reference, first);
            errors.push(
                *line,
                column,
                format!(
                    "La référence {} est déjà à la ligne {first}. Chaque foyer a sa propre référence : corrigez l'une des deux \
                     lignes, ou retirez-la.",
                    quoted(&row.reference)
                ),
            );
        }
    }
}
