//! Tests of what is printed.

use chrono::NaiveDate;

use super::*;

fn letter(residence: &str, order: Option<u32>, reference: &str) -> Letter {
    Letter {
        code: "K7QF-2M9D-XR4T".into(),
        residence_name: residence.into(),
        residence_address: "16-20 rue des Meuniers".into(),
        household_reference: reference.into(),
        seats: 4,
        order,
    }
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 5, 23).unwrap()
}

fn html(letters: &[Letter]) -> String {
    letters_html("Office <Test> & Cie", "https://toit.example/", letters, day()).unwrap()
}

#[test]
fn each_household_has_one_page_with_its_code_and_without_a_name() {
    let html = html(&[letter("Les Meuniers", None, "F-1"), letter("Les Meuniers", None, "F-2")]);
    assert_eq!(html.matches("<section class=\"page\">").count(), 2);
    assert_eq!(html.matches("</section>").count(), 2);
    assert_eq!(html.matches("<strong>K7QF-2M9D-XR4T</strong>").count(), 2);
    for shown in [
        "référence F-1</p>",
        "Les Meuniers",
        "16-20 rue des Meuniers",
        "4 places",
        "23 mai 2027",
        "<b>toit.example/rejoindre</b>",
    ] {
        assert!(html.contains(shown), "{shown}");
    }
    assert_eq!(html.matches("<li>").count(), 2 * (3 + 6), "three steps and six promises");
}

#[test]
fn the_address_is_said_once() {
    let html = html(&[letter("16-20 rue des Meuniers, 12e", None, "F-1")]);
    assert_eq!(html.matches("16-20 rue des Meuniers").count(), 1);
}

#[test]
fn a_code_for_one_person_says_so() {
    let html = html(&[Letter { seats: 1, ..letter("A", None, "F-1") }]);
    assert!(html.contains("Il ouvre une place"));
}

#[test]
fn the_letters_ask_nothing_from_any_host() {
    let html = html(&[letter("A", None, "F-1")]);
    for asked in ["src=", "href=", "url(", "@import", "<script", "<link", "http://", "https://"] {
        assert!(!html.contains(asked), "{asked}");
    }
}

#[test]
fn what_the_office_writes_is_shown_and_never_interpreted() {
    let html = html(&[letter("<script>alert('1')</script>", None, "\"><b>")]);
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
    assert!(html.contains("référence &quot;&gt;&lt;b&gt;</p>"));
    assert!(html.contains("Office &lt;Test&gt; &amp; Cie"));
}

#[test]
fn the_code_stands_behind_the_hash_where_no_server_sees_it() {
    assert_eq!(join_url("https://toit.example/", "K7QF-2M9D-XR4T"), "https://toit.example/rejoindre#K7QF-2M9D-XR4T");
}

#[test]
fn letters_are_sorted_as_they_go_into_the_boxes() {
    let mut letters = [
        letter("B", Some(1), "F-9"),
        letter("A", None, "F-2"),
        letter("A", None, "F-1"),
        letter("A", Some(10), "F-3"),
        letter("A", Some(2), "F-5"),
        letter("A", Some(2), "F-4"),
    ];
    sort_by_letter_box(&mut letters);
    let references: Vec<&str> = letters.iter().map(|letter| letter.household_reference.as_str()).collect();
    assert_eq!(references, ["F-4", "F-5", "F-3", "F-1", "F-2", "F-9"]);
}

#[test]
fn a_code_never_shows_in_a_debug_line() {
    assert!(!format!("{:?}", letter("A", None, "F-1")).contains("K7QF"));
}

#[test]
fn the_table_of_codes_opens_in_a_french_spreadsheet() {
    let mut out = Vec::new();
    write_codes_csv(&mut out, &[letter("Les \"Meuniers\"; 12e", None, "0042")], day()).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "\u{feff}reference;residence;adresse;code;places;valable_jusqu_au\r\n\
         0042;\"Les \"\"Meuniers\"\"; 12e\";16-20 rue des Meuniers;K7QF-2M9D-XR4T;4;23/05/2027\r\n"
    );
}

#[test]
fn no_cell_is_a_formula() {
    for formula in ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
        let mut out = Vec::new();
        write_codes_csv(&mut out, &[letter(formula, None, formula)], day()).unwrap();
        let mut table = csv::ReaderBuilder::new().delimiter(b';').from_reader(&out[..]);
        let row = table.records().next().unwrap().unwrap();
        assert!(row[0].starts_with('\'') && row[1].starts_with('\''), "{row:?}");
    }
}
