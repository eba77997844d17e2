use std::collections::HashSet;
use std::path::Path;

use super::super::*;

const HEADER: &str = "\u{feff}Identifiant livraison;Adresse du programme;Code postal;Ville;Année du financement - agrément;Bailleur social;\
    Nombre total de logements financés;Dont nombre de logements PLA I;Commentaires;Arrondissement;Nature de programme;geo_shape;geo_point_2d";

fn line(id: &str, address: &str, postcode: &str, landlord: &str, dwellings: &str, point: &str) -> String {
    let district = postcode.chars().skip(postcode.len().saturating_sub(2)).collect::<String>();
    let district = district.trim_start_matches('0');
    format!(
        "{id};\"{address}\";{postcode};Paris;2001;{landlord};{dwellings};0;;{district};logement familial;\"{{\"\"a\"\": 1}}\";{point}\r\n"
    )
}

fn file(lines: &[String]) -> Vec<u8> {
    format!("{HEADER}\r\n{}", lines.concat()).into_bytes()
}

#[test]
fn programmes_at_one_address_are_one_residence() {
    let bytes = file(&[
        line("2000575", "27, RUE RIQUET", "75019", "PARIS HABITAT", "9", "48.8, 2.3"),
        line("2000048", "27, RUE RIQUET", "75019", "PARIS HABITAT", "44", "48.9, 2.4"),
        line("2000050", "31 QUAI DE VALMY", "75010", "RIVP", "28", "48.7, 2.2"),
        line("CPE10", "8 CITE\nAUBRY", "75020", "PARIS HABITAT", "3", ""),
    ]);
    assert!(is_paris(&bytes));
    let read = parse_paris(&bytes, "Paris-Habitat").unwrap();
    assert_eq!(read.programmes, 3);
    assert_eq!(
        read.residences[0],
        ResidenceRow {
            reference: "2000048".into(),
            name: "27 rue Riquet, 19e".into(),
            address: "27 rue Riquet".into(),
            postcode: "75019".into(),
            district: "75019".into(),
            quarter: None,
            point: Some((48.9, 2.4)),
            dwellings: 53,
        }
    );
    assert_eq!((read.residences[1].reference.as_str(), read.residences[1].point), ("CPE10", None));
    assert_eq!(read.residences.len(), 2);
}

#[test]
fn the_order_of_the_lines_changes_nothing() {
    let mut lines = vec![
        line("5", "1 RUE A", "75019", "X", "9", "48.8, 2.3"),
        line("3", "1 RUE A", "75019", "X", "9", "48.9, 2.4"),
        line("3", "2 RUE A", "75019", "X", "1", "48.9, 2.4"),
        line("4", "3 RUE A", "75019", "X", "1", "48.9, 2.4"),
    ];
    let read = parse_paris(&file(&lines), "X").unwrap();
    let references: Vec<&str> = read.residences.iter().map(|row| row.reference.as_str()).collect();
    assert_eq!(references, ["3", "4", "3-2"]);
    assert_eq!(read.residences[0].point, Some((48.9, 2.4)), "of two as large, the smaller id");
    lines.reverse();
    assert_eq!(parse_paris(&file(&lines), "X").unwrap(), read);
}

#[test]
fn corrections_and_slips_of_the_publisher_are_understood() {
    let read = parse_paris(
        &file(&[
            line("1", "1 RUE A", "code_75020", "X", "80", "48.8, 2.3"),
            line("2", "1 RUE A", "75020", "X", "-8", "48.8, 2.3"),
            line("3", "2 RUE A", "75116", "X", "-8", "48.8, 2.3"),
        ]),
        "X",
    )
    .unwrap();
    assert_eq!((read.residences[0].postcode.as_str(), read.residences[0].dwellings), ("75020", 72));
    assert_eq!((read.residences[1].district.as_str(), read.residences[1].dwellings), ("75016", 0));
    assert_eq!(read.residences[1].name, "2 rue A, 16e");
}

#[test]
fn a_landlord_that_is_not_in_the_file_gets_the_nearest_names() {
    let bytes = file(&[
        line("1", "1 RUE A", "75019", "RIVP", "1", "48.8, 2.3"),
        line("2", "1 RUE A", "75019", "PARIS HABITAT", "1", "48.8, 2.3"),
    ]);
    let refused = read_residences(&bytes, Some("RIPV")).unwrap_err();
    let sentence = &refused.errors[0].sentence;
    assert!(sentence.find("RIVP") < sentence.find("PARIS HABITAT"), "{sentence}");
    assert!(read_residences(&bytes, None).unwrap_err().errors[0].sentence.contains("plusieurs bailleurs"));
}

#[test]
fn broken_cells_are_refused_for_the_chosen_landlord_alone() {
    let bytes = file(&[
        line("1", "1 RUE A", "75019", "X", "1", "48.8 2.3"),
        line("", "", "75019", "X", "1", ""),
        line("", "2 RUE A", "ici", "X", "beaucoup", "91, 2"),
        line("4", "2 RUE A", "75019", "Y", "1", ""),
    ]);
    let refused = parse_paris(&bytes, "X").unwrap_err();
    let found: Vec<(u64, &str)> =
        refused.errors.iter().map(|error| (error.line, error.column.as_deref().unwrap_or(""))).collect();
    assert_eq!(
        found,
        [
            (2, "geo_point_2d"),
            (3, "Adresse du programme"),
            (4, "Identifiant livraison"),
            (4, "Code postal"),
            (4, "Nombre total de logements financés"),
            (4, "geo_point_2d"),
        ]
    );
    assert_eq!(parse_paris(&bytes, "Y").unwrap().programmes, 1);
}

#[test]
fn the_header_tells_the_format() {
    let own = "référence;nom;adresse;code_postal\nR1;A;1 rue B;75019\n".as_bytes();
    assert!(!is_paris(own) && !is_paris(b"") && !is_paris(b"\xff\xfe"));
    assert_eq!(read_residences(own, Some("RIVP")).unwrap().lines, 1);
    let paris = file(&[line("1", "1 RUE A", "75019", "X", "1", ""), line("2", "1 RUE A", "75019", "X", "1", "")]);
    let read = read_residences(&paris, Some("x")).unwrap();
    assert_eq!((read.lines, read.rows.len()), (2, 1));
}

/// The files as Paris publishes them, when they lie beside the repository. They must where everything is tested.
fn published(path: &str) -> Option<Vec<u8>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    match std::fs::read(&data) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{} is needed here: {error}", data.display());
            println!("skipped: {} is not there", data.display());
            None
        }
    }
}

#[test]
fn the_published_file_gives_its_programmes_addresses_and_dwellings() {
    let Some(bytes) = published("logements_sociaux_paris/logements-sociaux-finances-a-paris.csv") else { return };
    for (landlord, programmes, addresses, dwellings) in
        [("PARIS HABITAT", 1_021, 894, 36_896), ("RIVP", 783, 721, 31_560)]
    {
        let read = parse_paris(&bytes, landlord).unwrap();
        assert_eq!((read.programmes, read.residences.len()), (programmes, addresses), "{landlord}");
        assert_eq!(read.residences.iter().map(|row| u64::from(row.dwellings)).sum::<u64>(), dwellings);
        let references: HashSet<&str> = read.residences.iter().map(|row| row.reference.as_str()).collect();
        assert_eq!(references.len(), addresses);
        assert!(read.residences.iter().all(|row| row.point.is_some() && row.postcode == row.district));
        let capitals = |word: &str| word.len() > 5 && word.chars().all(|c| c.is_ascii_uppercase());
        let unread = |name: &str| name.split([' ', ',', '-']).any(capitals);
        assert_eq!(read.residences.iter().find(|row| unread(&row.name)), None);
    }
    let everywhere: HashSet<String> =
        parse_paris(&bytes, "PARIS HABITAT").unwrap().residences.into_iter().map(|row| row.district).collect();
    assert_eq!(everywhere.len(), 20);
}

#[test]
fn every_published_residence_stands_in_one_of_the_eighty_quarters() {
    let Some(bytes) = published("logements_sociaux_paris/logements-sociaux-finances-a-paris.csv") else { return };
    let Some(quarters) = published("quartiers_paris/quartier_paris.geojson") else { return };
    let quarters = Quarters::parse(&quarters).unwrap();
    assert_eq!(quarters.count(), 80);
    let mut rows = parse_paris(&bytes, "PARIS HABITAT").unwrap().residences;
    assert_eq!(name_quarters(&mut rows, &quarters), 894);
    assert_eq!(rows.iter().filter_map(|row| row.quarter.as_deref()).collect::<HashSet<_>>().len(), 72);
    assert_eq!(quarters.find(48.8530, 2.3499), Some("Notre-Dame"));
}
