use super::super::*;

const HEADER: &str = "référence;nom;adresse;code_postal;district;quartier;latitude;longitude;logements";

fn read(lines: &str) -> Vec<ResidenceRow> {
    parse_residences(format!("{HEADER}\n{lines}").as_bytes()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn errors(lines: &str) -> Vec<ImportError> {
    parse_residences(format!("{HEADER}\n{lines}").as_bytes()).expect_err("the file passed").errors
}

#[test]
fn a_residence_is_read_with_all_that_is_known_of_it() {
    let rows = read("0042;Les Meuniers;16-20 rue des Meuniers;75012;;Bel-Air;48,8339981;2,3981754;62\n");
    assert_eq!(
        rows,
        [ResidenceRow {
            reference: "0042".into(),
            name: "Les Meuniers".into(),
            address: "16-20 rue des Meuniers".into(),
            postcode: "75012".into(),
            district: "75012".into(),
            quarter: Some("Bel-Air".into()),
            point: Some((48.833_998_1, 2.398_175_4)),
            dwellings: 62,
        }]
    );
}

#[test]
fn what_may_be_left_out_may_be_left_out() {
    let rows = parse_residences(b"reference,nom,adresse,cp\nR1,A,1 rue B,94200\n").unwrap();
    assert_eq!(
        (rows[0].district.as_str(), &rows[0].quarter, rows[0].point, rows[0].dwellings),
        ("94200", &None, None, 0)
    );
}

#[test]
fn columns_that_are_not_known_are_not_read() {
    let rows = parse_residences(b"id,ascenseur,nom,adresse,cp\nR1,oui,A,1 rue B,94200\n").unwrap();
    assert_eq!(rows[0].name, "A");
}

#[test]
fn the_zero_that_a_spreadsheet_ate_from_a_postcode_is_put_back() {
    let rows = read("R1;A;1 rue B;1000;;;;;\nR2;A;1 rue B;01000.0;;;;;\nR3;A;1 rue B;75 019;;;;;");
    let postcodes: Vec<&str> = rows.iter().map(|row| row.postcode.as_str()).collect();
    assert_eq!(postcodes, ["01000", "01000", "75019"]);
    for bad in ["123", "750191", "2A004", "-1000", "７５０１９", ""] {
        assert_eq!(errors(&format!("R1;A;1 rue B;{bad};;;;;"))[0].column.as_deref(), Some("code_postal"), "{bad}");
    }
}

#[test]
fn an_arrondissement_of_paris_is_one_district_however_it_is_written() {
    for written in
        ["", "19", "19e", "19ème", "Paris 19e", "PARIS 19", "Paris 19e arrondissement", "75019", "75119", "Paris"]
    {
        assert_eq!(read(&format!("R1;A;1 rue B;75019;{written};;;;"))[0].district, "75019", "{written}");
    }
    assert_eq!(read("R1;A;1 rue B;75116;;;;;")[0].district, "75016", "the 16th has two postcodes");
    assert_eq!(read("R1;A;1 rue B;75001;1er;;;;")[0].district, "75001");
    assert_eq!(read("R1;A;1 rue B;94200;Ivry-sur-Seine;;;;")[0].district, "Ivry-sur-Seine");
    assert_eq!(read("R1;A;1 rue B;94200;94041;;;;")[0].district, "94041");
}

#[test]
fn coordinates_are_both_there_or_both_missing_and_on_earth() {
    assert_eq!(read("R1;A;1 rue B;75019;;;48.88;2.37;")[0].point, Some((48.88, 2.37)));
    for (lat, lon, column) in [
        ("48,88", "", "latitude"),
        ("", "2,37", "longitude"),
        ("91", "2", "latitude"),
        ("48", "180,5", "longitude"),
        ("nan", "2", "latitude"),
        ("inf", "2", "latitude"),
        ("48°53'", "2", "latitude"),
    ] {
        let found = errors(&format!("R1;A;1 rue B;75019;;;{lat};{lon};"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].column.as_deref(), Some(column), "{lat} {lon}");
    }
}

#[test]
fn a_number_of_dwellings_is_whole() {
    for (written, dwellings) in [("24", 24), ("1 332", 1332), ("1\u{a0}332", 1332), ("24,0", 24), ("", 0)] {
        assert_eq!(read(&format!("R1;A;1 rue B;75019;;;;;{written}"))[0].dwellings, dwellings);
    }
    for bad in ["-8", "24,5", "beaucoup", "99999999999", "1.000"] {
        assert_eq!(errors(&format!("R1;A;1 rue B;75019;;;;;{bad}"))[0].column.as_deref(), Some("logements"), "{bad}");
    }
}

#[test]
fn a_reference_that_comes_twice_is_refused_with_both_lines() {
    let found = errors("R1;A;1 rue B;75019;;;;;\nR2;A;1 rue B;75019;;;;;\n\nR1;A;2 rue B;75019;;;;;");
    assert_eq!((found.len(), found[0].line), (1, 5));
    assert!(found[0].sentence.contains("ligne 2"), "{}", found[0]);
}

#[test]
fn a_reference_keeps_its_zeros_and_loses_what_a_spreadsheet_put_around_it() {
    let rows = read("=\"0042\";A;1 rue B;75019;;;;;\n'0043;A;1 rue B;75019;;;;;\n0044;A;1 rue B;75019;;;;;");
    let references: Vec<&str> = rows.iter().map(|row| row.reference.as_str()).collect();
    assert_eq!(references, ["0042", "0043", "0044"]);
}

#[test]
fn a_reference_that_a_spreadsheet_has_shortened_is_refused() {
    for bad in ["1,23457E+11", "1.2E+5", "\"a\nb\"", ""] {
        assert_eq!(errors(&format!("{bad};A;1 rue B;75019;;;;;"))[0].column.as_deref(), Some("référence"), "{bad}");
    }
    assert_eq!(read("E+12;A;1 rue B;75019;;;;;")[0].reference, "E+12");
}

#[test]
fn every_error_of_a_row_is_told_at_once() {
    let found = errors(";;;x;;;91;;y");
    let columns: Vec<&str> = found.iter().filter_map(|error| error.column.as_deref()).collect();
    assert_eq!(columns, ["nom", "adresse", "référence", "code_postal", "latitude", "latitude", "logements"]);
    assert!(found.iter().all(|error| error.line == 2 && error.sentence.ends_with('.')));
}

#[test]
fn a_file_with_a_column_about_a_person_is_refused_whole_and_says_why() {
    let found = parse_residences("référence;nom;adresse;code_postal;E-mail du gardien\nR1;A;1 rue B;x;\n".as_bytes())
        .unwrap_err();
    assert_eq!((found.errors.len(), found.errors[0].line), (1, 1));
    assert_eq!(found.errors[0].column.as_deref(), Some("E-mail du gardien"));
    let sentence = &found.errors[0].sentence;
    assert!(sentence.contains("Retirez cette colonne") && sentence.contains("article 5"), "{sentence}");
}

#[test]
fn an_e_mail_address_or_a_phone_number_in_any_cell_is_refused_and_never_repeated() {
    let text = "référence;nom;adresse;code_postal;remarque\nR1;A;1 rue B;75019;Mme D., 06 12 34 56 78\nR2;B;1 rue B;75019;d@ex.fr\n";
    let found = parse_residences(text.as_bytes()).unwrap_err();
    assert_eq!(found.errors.iter().map(|error| error.line).collect::<Vec<_>>(), [2, 3]);
    assert!(!found.to_string().contains("06 12") && !found.to_string().contains("d@ex"), "{found}");
    // Ten digits are a phone number, except where references stand.
    assert!(parse_residences(b"reference;nom;adresse;cp\n0612345678;A;1 rue B;75019\n").is_ok());
    assert!(parse_residences(b"reference;nom;adresse;cp\nR1;0612345678;1 rue B;75019\n").is_err());
}

#[test]
fn quarters_are_given_to_residences_that_have_coordinates_and_none_of_their_own() {
    let quarters = Quarters::parse(
        br#"{"features":[{"properties":{"l_qu":"Villette"},"geometry":{"type":"Polygon",
            "coordinates":[[[2.0,48.0],[3.0,48.0],[3.0,49.0],[2.0,49.0],[2.0,48.0]]]}}]}"#,
    )
    .unwrap();
    let mut rows = read(
        "R1;A;1 rue B;75019;;;48,5;2,5;\nR2;A;1 rue B;75019;;Combat;48,5;2,5;\nR3;A;1 rue B;75019;;;;;\nR4;A;1 rue B;75019;;;50;2;",
    );
    assert_eq!(name_quarters(&mut rows, &quarters), 1);
    let named: Vec<Option<&str>> = rows.iter().map(|row| row.quarter.as_deref()).collect();
    assert_eq!(named, [Some("Villette"), Some("Combat"), None, None]);
}
