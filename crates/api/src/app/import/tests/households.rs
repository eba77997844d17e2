use std::collections::HashSet;

use chrono::NaiveDate;

use super::super::*;

fn parse(text: &str, households: &[&str]) -> Result<Vec<HouseholdRow>, ImportErrors> {
    let known: HashSet<&str> = households.iter().copied().collect();
    parse_households(text.as_bytes(), &|residence| ["R1", "0042"].contains(&residence), &|household| {
        known.contains(household)
    })
}

fn rows(text: &str, households: &[&str]) -> Vec<HouseholdRow> {
    parse(text, households).unwrap_or_else(|errors| panic!("{errors}"))
}

fn errors(text: &str) -> Vec<ImportError> {
    parse(text, &[]).expect_err("the file passed").errors
}

const HEADER: &str = "Référence;Résidence;Places;Ordre;Fin de bail";

#[test]
fn a_household_is_read_with_all_that_is_known_of_it() {
    let read = rows(&format!("{HEADER}\nF-17;R1;4;12;31/12/2027\nF-18;R1;1;;\n"), &[]);
    assert_eq!(
        read[0],
        HouseholdRow {
            reference: "F-17".into(),
            residence: "R1".into(),
            seats: 4,
            order: Some(12),
            lease_end: NaiveDate::from_ymd_opt(2027, 12, 31),
        }
    );
    assert_eq!((read[1].seats, read[1].order, read[1].lease_end), (1, None, None));
}

#[test]
fn the_columns_may_come_in_another_order_and_under_their_other_names() {
    let read = rows("nb_occupants,ref_residence,foyer\n\"3,0\",R1,F1\n", &[]);
    assert_eq!((read[0].seats, read[0].reference.as_str()), (3, "F1"));
}

#[test]
fn a_household_has_one_to_twelve_places() {
    for bad in ["0", "13", "-1", "2,5", "", "quatre", "300"] {
        let found = errors(&format!("{HEADER}\nF1;R1;{bad};;\n"));
        assert_eq!((found[0].line, found[0].column.as_deref()), (2, Some("Places")), "{bad}");
    }
    assert_eq!(rows(&format!("{HEADER}\nF1;R1;12;;\n"), &[])[0].seats, MAX_SEATS);
}

#[test]
fn the_end_of_a_lease_is_written_as_people_and_as_machines_write_it() {
    let day = NaiveDate::from_ymd_opt(2027, 2, 1);
    for written in [
        "01/02/2027",
        "1/2/2027",
        "01-02-2027",
        "01.02.2027",
        "2027-02-01",
        "2027-02-01T00:00:00",
        "2027-02-01 00:00:00",
    ] {
        assert_eq!(rows(&format!("{HEADER}\nF1;R1;1;;{written}\n"), &[])[0].lease_end, day, "{written}");
    }
    for bad in
        ["29/02/2027", "2027", "01/02/27", "31/13/2027", "bientôt", "46054", "01/02/2027/3", "01/02/0027", "-1/-2/2027"]
    {
        let found = errors(&format!("{HEADER}\nF1;R1;1;;{bad}\n"));
        assert_eq!(found[0].column.as_deref(), Some("Fin de bail"), "{bad}");
    }
}

#[test]
fn a_flat_number_is_no_order() {
    let found = errors(&format!("{HEADER}\nF1;R1;1;B12;\n"));
    assert!(found[0].sentence.contains("pas le numéro du logement"), "{}", found[0]);
}

#[test]
fn a_residence_that_is_not_known_is_refused_with_what_to_do() {
    let found = errors(&format!("{HEADER}\nF1;R9;1;;\nF2;R9;1;;\n"));
    assert_eq!(found.len(), 2);
    assert!(found[0].sentence.contains("importez d'abord les résidences"), "{}", found[0]);
}

#[test]
fn zeros_that_a_spreadsheet_ate_are_put_back_when_the_reference_is_known() {
    let read = rows(&format!("{HEADER}\n123;42;1;;\n4567;0042;1;;\n89;R1;1;;\n"), &["00123", "04567"]);
    let references: Vec<(&str, &str)> =
        read.iter().map(|row| (row.reference.as_str(), row.residence.as_str())).collect();
    assert_eq!(references, [("00123", "0042"), ("04567", "0042"), ("89", "R1")], "89 is new and stays as written");
}

#[test]
fn zeros_that_an_export_put_back_find_the_reference_that_is_known_without_them() {
    assert_eq!(rows(&format!("{HEADER}\n00123;R1;1;;\n"), &["123"])[0].reference, "123");
}

#[test]
fn two_references_that_differ_by_their_zeros_stay_two() {
    let read = rows(&format!("{HEADER}\n123;R1;1;;\n00123;R1;2;;\n"), &["00123"]);
    assert_eq!((read[0].reference.as_str(), read[1].reference.as_str()), ("123", "00123"));
}

#[test]
fn a_household_that_comes_twice_is_refused_with_both_lines() {
    let found = errors(&format!("{HEADER}\nF1;R1;1;;\nF2;R1;1;;\nF1;R1;2;;\nF1;R1;3;;\n"));
    assert_eq!(found.iter().map(|error| error.line).collect::<Vec<_>>(), [4, 5]);
    assert!(found.iter().all(|error| error.sentence.contains("ligne 2")), "{found:?}");
    // The same after the zeros are put back.
    assert!(parse(&format!("{HEADER}\n123;R1;1;;\n0123;R1;1;;\n"), &["00123"]).is_err());
}

#[test]
fn a_roll_with_any_column_about_a_person_is_refused_whole() {
    for column in
        ["Nom", "prénom", "E-mail", "Téléphone", "Date de naissance", "NIR", "Locataire", "N° appartement", "IBAN"]
    {
        let found = errors(&format!("{HEADER};{column}\nF1;R1;1;;;\n"));
        assert_eq!((found.len(), found[0].line, found[0].column.as_deref()), (1, 1, Some(column)));
    }
}

#[test]
fn a_roll_in_which_somebody_wrote_a_phone_number_is_refused() {
    let found = errors(&format!("{HEADER}\nF1 tél. 06.12.34.56.78;R1;1;;\n"));
    assert!(found[0].sentence.contains("téléphone") && !found[0].sentence.contains("06"), "{}", found[0]);
}
