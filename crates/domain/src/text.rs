//! Texts that people type: kept exactly as typed, or refused.

use serde::{Deserialize, Serialize};

use crate::problem::FieldCode;

/// Whether a text shows nothing: only white space and characters without width.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(
                c,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                    | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
                    | '\u{feff}' | '\u{ffa0}'
            )
    })
}

fn check(text: &str, min: usize, max: usize, lines: bool) -> Result<(), FieldCode> {
    if text.chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'))) {
        return Err(FieldCode::ControlCharacter);
    }
    if min > 0 && is_blank(text) {
        return Err(FieldCode::Required);
    }
    // Counted in Unicode scalar values: what JSON Schema's `maxLength` counts.
    let length = text.chars().count();
    if length < min {
        Err(FieldCode::TooShort)
    } else if length > max {
        Err(FieldCode::TooLong)
    } else {
        Ok(())
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $min:tt..=$max:tt $lines:literal $pattern:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "schema", schema(value_type = String, min_length = $min, max_length = $max, pattern = $pattern))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters (Unicode scalar values) it may hold.
            pub const MAX: usize = $max;

            /// Takes a text as typed.
            ///
            /// # Errors
            /// The reason for which the text is refused.
            pub fn parse(text: impl Into<String>) -> Result<Self, FieldCode> {
                let text = text.into();
                check(&text, $min, $max, $lines)?;
                Ok(Self(text))
            }

            /// The text as typed.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = FieldCode;
            fn try_from(text: String) -> Result<Self, FieldCode> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

texts! {
    /// What an offer is called: one line of 1 to 80 characters.
    Title 1..=80 false "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
    /// A longer text of up to 2,000 characters, with line breaks; may be empty.
    Body 0..=2000 true "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
    /// A few words (a place, rough times, a note on a leg): one line of 1 to 120 characters.
    Words 1..=120 false "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
    /// A message of a conversation: 1 to 2,000 characters, with line breaks.
    MessageText 1..=2000 true "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
    /// A note with the terms of a barter: 1 to 500 characters, with line breaks.
    Note 1..=500 true "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
}

/// What stands in place of a title whose words were erased.
const ERASED: &str = "…";

impl Title {
    /// A title whose words were erased, because somebody of an agreement has left.
    #[must_use]
    pub fn erased() -> Self {
        Self(ERASED.to_owned())
    }

    /// Whether its words were erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.0 == ERASED
    }
}

impl Words {
    /// Words that were erased, because who wrote them has left.
    #[must_use]
    pub fn erased() -> Self {
        Self(ERASED.to_owned())
    }
}

impl Body {
    /// A text without words.
    #[must_use]
    pub fn empty() -> Self {
        Self(String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_exactly_as_typed() {
        for typed in
            ["é", "<b>Bonjour</b> & 'merci'", "👩🏽‍🦱 coiffure", "مساعدة في الحاسوب", "e\u{301}", " deux  espaces "]
        {
            assert_eq!(Title::parse(typed).unwrap().as_str(), typed);
        }
    }

    #[test]
    fn a_text_that_shows_nothing_is_refused() {
        for typed in ["", "   ", "\u{200b}\u{200d}", "\u{feff}", "\u{3000}"] {
            assert_eq!(Title::parse(typed), Err(FieldCode::Required), "{typed:?}");
        }
        assert!(Body::parse("").is_ok());
    }

    #[test]
    fn control_characters_are_refused_and_line_breaks_only_where_lines_are_kept() {
        assert_eq!(Title::parse("a\u{0}b"), Err(FieldCode::ControlCharacter));
        assert_eq!(Title::parse("a\nb"), Err(FieldCode::ControlCharacter));
        assert_eq!(Body::parse("a\u{1b}[31m"), Err(FieldCode::ControlCharacter));
        assert!(Body::parse("a\r\nb\tc").is_ok());
    }

    #[test]
    fn a_text_of_ten_thousand_characters_is_too_long_and_the_last_allowed_one_is_not() {
        assert_eq!(Title::parse("x".repeat(10_000)), Err(FieldCode::TooLong));
        assert!(Title::parse("é".repeat(Title::MAX)).is_ok());
        assert_eq!(Title::parse("é".repeat(Title::MAX + 1)), Err(FieldCode::TooLong));
    }
}
