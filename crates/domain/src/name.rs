//! First names, of all scripts.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::problem::FieldCode;
use crate::text::is_blank;

/// A first name of one or two words: letters of any script, with hyphens and apostrophes, at most 40 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, min_length = 1, max_length = 40, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"))]
#[serde(try_from = "String", into = "String")]
pub struct FirstName(String);

impl FirstName {
    /// The most characters it may hold.
    pub const MAX: usize = 40;

    /// Takes a first name as typed; white space around it and twice within it is dropped.
    ///
    /// # Errors
    /// The reason for which it is refused.
    pub fn parse(typed: impl AsRef<str>) -> Result<Self, FieldCode> {
        let typed = typed.as_ref();
        if typed.chars().any(char::is_control) {
            return Err(FieldCode::ControlCharacter);
        }
        if is_blank(typed) {
            return Err(FieldCode::Required);
        }
        let words: Vec<&str> = typed.split_whitespace().collect();
        let name = words.join(" ");
        if name.chars().count() > Self::MAX {
            return Err(FieldCode::TooLong);
        }
        let letters = words.iter().all(|w| w.chars().any(char::is_alphabetic) && w.chars().all(is_name_char));
        if words.len() > 2 || !letters || is_piled_up(&name) {
            return Err(FieldCode::NotAFirstName);
        }
        Ok(Self(name))
    }

    /// The name as shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it looks like a first name with a surname: two words. The page asks gently, nothing refuses it ("Marie Anne").
    #[must_use]
    pub fn looks_like_full_name(&self) -> bool {
        self.0.contains(' ')
    }

    /// What namesakes have in common: lower case, without accents, hyphens and apostrophes.
    #[must_use]
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

/// Whether more marks stand on one letter than any language puts there: Vietnamese has two ("ế").
fn is_piled_up(name: &str) -> bool {
    let mut marks = 0;
    name.chars().any(|c| {
        marks = if matches!(c, '\u{300}'..='\u{36f}') { marks + 1 } else { 0 };
        marks > 2
    })
}

fn is_name_char(c: char) -> bool {
    c.is_alphabetic()
        || matches!(c, '-' | '\'' | '\u{2019}' | '\u{2bc}' | '\u{2010}' | '\u{2011}' | '\u{b7}')
        // Combining marks of European and Indic scripts, joiners of Arabic and Indic ones.
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{109f}' | '\u{200c}' | '\u{200d}')
            && !c.is_numeric()
}

/// Accents as marks of their own ("Combining Diacritical Marks"). Those of other scripts are vowels, and stay.
const ACCENTS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// Lower case without accents, letters only: "Hạnh" and "hanh" are the same. Accents go by canonical decomposition (Unicode
/// Standard Annex 15); letters that have none are written as people write them without them.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfd().flat_map(char::to_lowercase).filter(|c| c.is_alphabetic() && !ACCENTS.contains(c)) {
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            c => folded.push(c),
        }
    }
    folded
}

impl TryFrom<String> for FirstName {
    type Error = FieldCode;
    fn try_from(text: String) -> Result<Self, FieldCode> {
        Self::parse(text)
    }
}

impl From<FirstName> for String {
    fn from(name: FirstName) -> Self {
        name.0
    }
}

impl std::fmt::Display for FirstName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_names_of_all_scripts_are_kept() {
        for name in [
            "Zoé",
            "Jean-Pierre",
            "N'Golo",
            "D’Arcy",
            "Fatima Zahra",
            "José\u{301}",
            "Que\u{302}\u{301}",
            "محمد",
            "Нина",
            "小林",
            "देवेन्द्र",
            "A",
        ] {
            assert_eq!(FirstName::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(FirstName::parse("  Awa  Marie ").unwrap().as_str(), "Awa Marie");
    }

    #[test]
    fn what_is_no_first_name_is_refused_with_its_reason() {
        assert_eq!(FirstName::parse(" "), Err(FieldCode::Required));
        assert_eq!(FirstName::parse("Marie Claire Dupont"), Err(FieldCode::NotAFirstName));
        assert_eq!(FirstName::parse("R2D2"), Err(FieldCode::NotAFirstName));
        assert_eq!(FirstName::parse("<b>Ana</b>"), Err(FieldCode::NotAFirstName));
        assert_eq!(FirstName::parse("🐈"), Err(FieldCode::NotAFirstName));
        assert_eq!(FirstName::parse("-"), Err(FieldCode::NotAFirstName));
        assert_eq!(FirstName::parse("Z\u{317}\u{356}\u{354}\u{368}oe"), Err(FieldCode::NotAFirstName));
        assert_eq!(FirstName::parse("Ana\u{7}"), Err(FieldCode::ControlCharacter));
        assert_eq!(FirstName::parse("a".repeat(10_000)), Err(FieldCode::TooLong));
    }

    #[test]
    fn what_looks_like_a_full_name_is_questioned_not_refused() {
        assert!(FirstName::parse("Samir Benali").unwrap().looks_like_full_name());
        assert!(!FirstName::parse("Jean-Pierre").unwrap().looks_like_full_name());
    }

    #[test]
    fn namesakes_are_found_across_accents_and_case() {
        assert_eq!(FirstName::parse("Zoé").unwrap().key(), FirstName::parse("ZOE").unwrap().key());
        assert_eq!(FirstName::parse("Jean-Pierre").unwrap().key(), "jeanpierre");
        assert_eq!(FirstName::parse("Hạnh").unwrap().key(), "hanh");
        assert_eq!(FirstName::parse("Øystein").unwrap().key(), "oystein");
        // The marks of other scripts are vowels: Mīnā is not Manā.
        assert_ne!(FirstName::parse("मीना").unwrap().key(), FirstName::parse("मना").unwrap().key());
    }
}
