//! What all pages have in common that somebody prints: their head, and words that stand in any of them.

use chrono::{Datelike, NaiveDate};
use domain::tenant::Language;

/// The beginning of a page that asks for nothing from any host, as its own policy says once more; up to the opened body.
pub(super) fn head(language: Language, title: &str, style: &str) -> String {
    format!(
        r#"<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
"#,
        lang = language.as_str(),
        title = escaped(title),
    )
}

/// A text inside HTML.
pub(super) fn escaped(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

const MONTHS: [[&str; 2]; 12] = [
    ["janvier", "January"],
    ["février", "February"],
    ["mars", "March"],
    ["avril", "April"],
    ["mai", "May"],
    ["juin", "June"],
    ["juillet", "July"],
    ["août", "August"],
    ["septembre", "September"],
    ["octobre", "October"],
    ["novembre", "November"],
    ["décembre", "December"],
];

/// A day in words: "24 mai 2027", "1er mai 2027"; "24 May 2027".
pub(super) fn long_date(day: NaiveDate, language: Language) -> String {
    let [french, english] = MONTHS[day.month0() as usize];
    match language {
        Language::Fr if day.day() == 1 => format!("1er {french} {}", day.year()),
        Language::Fr => format!("{} {french} {}", day.day(), day.year()),
        Language::En => format!("{} {english} {}", day.day(), day.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_each_language_writes_them() {
        let day = |month, day| NaiveDate::from_ymd_opt(2027, month, day).unwrap();
        assert_eq!(long_date(day(8, 1), Language::Fr), "1er août 2027");
        assert_eq!(long_date(day(5, 23), Language::Fr), "23 mai 2027");
        assert_eq!(long_date(day(5, 1), Language::En), "1 May 2027");
        assert_eq!(long_date(day(12, 31), Language::En), "31 December 2027");
    }
}
