use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use proptest::prelude::*;

use super::super::*;

const HEADER: &str = "Référence;Nom;Adresse;Code postal";

fn rows(bytes: &[u8]) -> Vec<ResidenceRow> {
    parse_residences(bytes).unwrap_or_else(|errors| panic!("{errors}"))
}

fn errors(bytes: &[u8]) -> Vec<ImportError> {
    parse_residences(bytes).expect_err("the file passed").errors
}

/// A text in one of the encodings of real life; `mark` puts a byte order mark before it.
fn encoded(text: &str, encoding: &'static Encoding, mark: bool) -> Vec<u8> {
    let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    match encoding {
        e if e == UTF_16LE => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        e if e == UTF_16BE => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        e => e.encode(&text).0.into_owned(),
    }
}

#[test]
fn a_file_reads_alike_in_each_encoding_with_each_delimiter_and_each_line_ending() {
    let text = format!("{HEADER}\nR1;Les Érables – l'été;2 rue de l'Œuvre;75019\nR2;Cité d'Aÿ;4 allée Noël;75020\n");
    let expected = rows(text.as_bytes());
    assert_eq!(expected[0].name, "Les Érables – l'été");
    assert_eq!(expected[0].address, "2 rue de l'Œuvre");
    for ending in ["\n", "\r\n", "\r"] {
        for delimiter in [";", ",", "\t"] {
            let text = text.replace('\n', ending).replace(';', delimiter);
            for (encoding, mark) in
                [(UTF_8, false), (UTF_8, true), (UTF_16LE, true), (UTF_16BE, true), (WINDOWS_1252, false)]
            {
                let read = rows(&encoded(&text, encoding, mark));
                assert_eq!(read, expected, "{} {delimiter:?} {ending:?}", encoding.name());
            }
        }
    }
}

#[test]
fn the_line_with_which_a_spreadsheet_names_its_delimiter_is_skipped() {
    assert_eq!(rows(format!("sep=;\r\n{HEADER}\r\nR1;A, B;1 rue C;75019\r\n").as_bytes())[0].name, "A, B");
    let found = errors(format!("sep=;\r\n{HEADER}\r\nR1;A;1 rue C;x\r\n").as_bytes());
    assert_eq!(found[0].line, 3);
}

#[test]
fn names_of_columns_are_compared_without_case_accents_and_punctuation() {
    for header in [
        "REFERENCE;NOM;ADRESSE;CODE_POSTAL",
        "  Réf. ;« Nom »;adresse;CodePostal",
        "re\u{301}fe\u{301}rence;Nom;Adresse;C.P.",
    ] {
        assert_eq!(rows(format!("{header}\nR1;A;1 rue B;75019\n").as_bytes()).len(), 1, "{header}");
    }
}

#[test]
fn a_missing_column_is_named_with_those_that_are_there() {
    let found = errors(b"\n\nReference;Nom;Adresse\nR1;A;1 rue B\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].line, 3);
    assert!(found[0].sentence.contains("code_postal") && found[0].sentence.contains("Adresse"), "{}", found[0]);
}

#[test]
fn two_columns_of_one_meaning_are_refused() {
    let found = errors(b"reference;nom;adresse;cp;code postal\nR1;A;1 rue B;75019;75020\n");
    assert_eq!(found[0].column.as_deref(), Some("code postal"));
}

#[test]
fn errors_keep_the_physical_line_after_blank_lines_and_quoted_line_breaks() {
    for ending in ["\n", "\r\n", "\r"] {
        let text = format!(
            "\n{HEADER}\n\nR1;\"Les\nTilleuls\";\"1 rue B\n\nbâtiment 2\";75019\n;;;\n  \nR2;A;1 rue B;x\n\n\nR3;A;1 rue B;y"
        );
        let found = errors(text.replace('\n', ending).as_bytes());
        let lines: Vec<u64> = found.iter().map(|error| error.line).collect();
        assert_eq!(lines, [10, 13], "{ending:?}");
        assert_eq!(found[0].column.as_deref(), Some("Code postal"));
    }
}

#[test]
fn line_breaks_inside_a_name_become_spaces() {
    let read = rows(format!("{HEADER}\nR1;\"Les\r\n Tilleuls\";\"1  rue \"\"B\"\"\";75019").as_bytes());
    assert_eq!(read[0].name, "Les Tilleuls");
    assert_eq!(read[0].address, "1 rue \"B\"");
}

#[test]
fn a_quote_that_is_never_closed_is_found_at_its_line() {
    for bad in [
        "R2;A;\"1 rue B;75019\nR3;A;1 rue B;75019\n",
        "R2;A;1 rue B;\"75019\nR3;A;1 rue B;75019",
        "R2;A;1 rue B;75019;\"",
    ] {
        let found = errors(format!("{HEADER}\nR1;A;1 rue B;75019\n{bad}").as_bytes());
        assert!(found.iter().any(|e| e.line == 3 && e.sentence.contains("guillemet")), "{bad:?} {found:?}");
    }
    let closed = format!("{HEADER}\nR1;\"A \"\"B\"\"\";\"1 rue C\";\"75019\"");
    assert_eq!(rows(closed.as_bytes())[0].name, "A \"B\"");
}

#[test]
fn a_row_with_more_cells_than_the_header_is_refused_and_one_with_empty_cells_too_many_is_not() {
    let found = errors(format!("{HEADER}\nR1;A;1 rue B; bât. 2;75019\n").as_bytes());
    assert!(found[0].sentence.contains("5 cellules, l'en-tête en annonce 4"), "{}", found[0]);
    assert_eq!(rows(format!("{HEADER}\nR1;A;1 rue B;75019;;\n").as_bytes()).len(), 1);
}

#[test]
fn control_characters_are_refused_with_line_and_column() {
    for bad in ["\0", "\u{1b}[31m", "\u{7f}", "\u{9c}"] {
        let found = errors(format!("{HEADER}\nR1;A{bad};1 rue B;75019\n").as_bytes());
        assert_eq!((found[0].line, found[0].column.as_deref()), (2, Some("Nom")), "{bad:?}");
        assert_eq!(errors(format!("Réf{bad}\n").as_bytes())[0].line, 1);
    }
}

#[test]
fn a_cell_of_more_than_ten_thousand_characters_is_refused() {
    let long = "é".repeat(10_001);
    let found = errors(format!("{HEADER}\nR1;{long};1 rue B;75019\n").as_bytes());
    assert!(found[0].sentence.contains("10 000"), "{}", found[0]);
}

#[test]
fn a_file_beyond_the_limit_is_refused_unread() {
    assert!(errors(&vec![b'a'; MAX_BYTES + 1])[0].sentence.contains("64 Mio"));
}

#[test]
fn a_file_of_two_encodings_is_refused_where_the_second_begins() {
    let mut bytes = format!("{HEADER}\nR1;Les Érables;1 rue B;75019\n").into_bytes();
    bytes.extend_from_slice(b"R2;Les \xc9rables;1 rue B;75019\n");
    let found = errors(&bytes);
    assert_eq!(found[0].line, 3);
    assert!(found[0].sentence.contains("UTF-8"));
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend_from_slice(b"R\xe9f;Nom");
    assert!(errors(&marked)[0].sentence.contains("se dit en UTF-8"));
    assert!(errors(b"\xff\xfeR\x00\x00\xd8")[0].sentence.contains("se dit en UTF-16"));
}

#[test]
fn a_file_without_a_header_or_without_rows_is_refused_with_what_to_do() {
    for bytes in [&b""[..], b"\n\n", b"\xef\xbb\xbf", b"   \r\n"] {
        assert!(errors(bytes)[0].sentence.contains("vide"), "{bytes:?}");
    }
    assert!(errors(format!("{HEADER}\n;;;\n").as_bytes())[0].sentence.contains("aucune ligne"));
}

#[test]
fn fifty_errors_are_told_and_the_rest_is_counted() {
    let mut text = HEADER.to_owned();
    (0..60).for_each(|n| text.push_str(&format!("\nR{n};A;1 rue B;x")));
    let found = parse_residences(text.as_bytes()).unwrap_err();
    assert_eq!((found.errors.len(), found.more), (MAX_ERRORS, 10));
    let shown = found.to_string();
    assert_eq!(shown.lines().count(), MAX_ERRORS + 1);
    assert!(shown.starts_with("Ligne 2, colonne «\u{a0}Code postal\u{a0}» : "), "{shown}");
    assert!(shown.ends_with("… et 10 autres erreurs."));
}

#[test]
fn what_stands_in_a_bad_cell_is_shortened_in_the_sentence() {
    let found = errors(format!("{HEADER}\nR1;A;1 rue B;{}\n", "x".repeat(500)).as_bytes());
    assert!(found[0].sentence.chars().count() < 150, "{}", found[0]);
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), known in any::<bool>()) {
        let _ = parse_residences(&bytes);
        let _ = parse_households(&bytes, &|_| known, &|_| known);
        let _ = parse_paris(&bytes, "RIVP");
        let _ = Quarters::parse(&bytes);
    }

    #[test]
    fn no_row_makes_a_parser_panic(cells in proptest::collection::vec(any::<String>(), 4)) {
        let _ = parse_residences(format!("{HEADER}\n{}", cells.join(";")).as_bytes());
        let text = format!("reference;residence;places;ordre;fin_de_bail\nF1;{}", cells.join(";"));
        let _ = parse_households(text.as_bytes(), &|_| true, &|_| false);
    }
}
