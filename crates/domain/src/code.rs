//! Join codes: twelve symbols of Crockford's base 32, the last of which is a check symbol.
//!
//! Source: Douglas Crockford, "Base 32" (<https://www.crockford.com/base32.html>): the alphabet without I, L, O and U, the
//! substitutions when reading (O is 0, I and L are 1, hyphens do not count) and the check symbol modulo 37. Of its 37 check
//! symbols only the 32 that are also digits are used: codes whose check would be one of `*~$=U` are never issued.

use serde::{Deserialize, Serialize};

use crate::problem::FieldCode;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many symbols a code has, the check symbol included.
pub const SYMBOLS: usize = 12;
const DATA_BITS: u32 = 5 * (SYMBOLS as u32 - 1);

/// A join code that is well formed: twelve upper-case symbols with a fitting check symbol.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, min_length = 12, max_length = 40))]
#[serde(try_from = "String", into = "String")]
pub struct JoinCode(String);

impl JoinCode {
    /// Makes a code of 55 random bits; none when its check symbol is not a digit of the alphabet (5 of 37 draws): draw again.
    #[must_use]
    pub fn from_random(bits: u64) -> Option<Self> {
        let value = bits & ((1 << DATA_BITS) - 1);
        let check = usize::try_from(value % 37).ok().filter(|&c| c < 32)?;
        let mut text: String =
            (0..SYMBOLS - 1).rev().map(|i| char::from(ALPHABET[((value >> (5 * i)) & 31) as usize])).collect();
        text.push(char::from(ALPHABET[check]));
        Some(Self(text))
    }

    /// Reads a code as people type it: lower case, spaces, hyphens, O for 0, I or L for 1.
    ///
    /// # Errors
    /// `Required` when nothing is there, `NotACode` when it has other symbols or another length, `CheckSymbol` when one
    /// symbol is wrong or two neighbours are swapped.
    pub fn parse(typed: &str) -> Result<Self, FieldCode> {
        let mut text = String::with_capacity(SYMBOLS);
        for c in typed.chars() {
            let c = match c.to_ascii_uppercase() {
                // Spaces, and what phones make of a hyphen.
                c if c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '.' | '_') => {
                    continue;
                }
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            if text.len() == SYMBOLS {
                return Err(FieldCode::NotACode);
            }
            text.push(c);
        }
        if text.is_empty() {
            return Err(FieldCode::Required);
        }
        let digits: Option<Vec<u64>> =
            text.bytes().map(|b| ALPHABET.iter().position(|&a| a == b).map(|i| i as u64)).collect();
        match digits.as_deref() {
            Some([data @ .., check]) if data.len() == SYMBOLS - 1 => {
                let value = data.iter().fold(0, |value, digit| value << 5 | digit);
                if value % 37 == *check { Ok(Self(text)) } else { Err(FieldCode::CheckSymbol) }
            }
            _ => Err(FieldCode::NotACode),
        }
    }

    /// The twelve symbols without hyphens: what is hashed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for JoinCode {
    type Error = FieldCode;
    fn try_from(text: String) -> Result<Self, FieldCode> {
        Self::parse(&text)
    }
}

impl From<JoinCode> for String {
    fn from(code: JoinCode) -> Self {
        code.to_string()
    }
}

/// In three groups of four, as printed: `K7QF-2M9D-XR4T`.
impl std::fmt::Display for JoinCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}-{}", &self.0[..4], &self.0[4..8], &self.0[8..])
    }
}

/// A code opens a home: it must not land in a log.
impl std::fmt::Debug for JoinCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinCode(…)")
    }
}

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CodeState {
    /// Printed, nobody has come.
    Issued,
    /// Somebody has come, seats are left.
    PartlyUsed,
    /// All seats are taken. A seat that is freed opens it again.
    UsedUp,
    /// 180 days have passed.
    Expired,
    /// A reprint or the office took it back.
    Revoked,
    /// The lease of the household has ended.
    Closed,
}

/// How long a code can be used.
pub const CODE_LIFE_DAYS: i64 = 180;

impl CodeState {
    /// The word of the wire and of the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::PartlyUsed => "partly_used",
            Self::UsedUp => "used_up",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Closed => "closed",
        }
    }

    /// The state that follows from what the roll knows.
    #[must_use]
    pub const fn derive(revoked: bool, lease_ended: bool, expired: bool, seats_taken: u8, seats: u8) -> Self {
        if revoked {
            Self::Revoked
        } else if lease_ended {
            Self::Closed
        } else if expired {
            Self::Expired
        } else if seats_taken >= seats {
            Self::UsedUp
        } else if seats_taken > 0 {
            Self::PartlyUsed
        } else {
            Self::Issued
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = (0..).find_map(|n| JoinCode::from_random(0x0042_1040_0000_0000 + n)).unwrap();
        let printed = code.to_string();
        assert_eq!(printed.len(), 14);
        for typed in [
            printed.to_lowercase(),
            printed.replace('-', " "),
            printed.replace('0', "o"),
            printed.replace('1', "l"),
            printed.replace('1', "I"),
            format!("  {} ", printed.replace('-', "–")),
        ] {
            assert_eq!(JoinCode::parse(&typed).as_ref(), Ok(&code), "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_told_apart_from_a_typing_mistake() {
        assert_eq!(JoinCode::parse("  - "), Err(FieldCode::Required));
        assert_eq!(JoinCode::parse("K7QF-2M9D"), Err(FieldCode::NotACode));
        assert_eq!(JoinCode::parse("U7QF-2M9D-XR4T"), Err(FieldCode::NotACode));
        assert_eq!(JoinCode::parse(&"é".repeat(10_000)), Err(FieldCode::NotACode));
        assert_eq!(JoinCode::parse("K7QF-2M9D-XR4T-K7QF"), Err(FieldCode::NotACode));
    }

    #[test]
    fn a_code_never_shows_in_a_debug_line() {
        assert_eq!(format!("{:?}", (0..).find_map(JoinCode::from_random).unwrap()), "JoinCode(…)");
    }

    proptest! {
        #[test]
        fn every_wrong_symbol_is_caught(bits in any::<u64>(), at in 0usize..12, by in 1usize..32) {
            let Some(code) = JoinCode::from_random(bits) else { return Ok(()) };
            let mut wrong = code.as_str().as_bytes().to_vec();
            let digit = ALPHABET.iter().position(|&a| a == wrong[at]).unwrap();
            wrong[at] = ALPHABET[(digit + by) % 32];
            prop_assert_eq!(JoinCode::parse(std::str::from_utf8(&wrong).unwrap()), Err(FieldCode::CheckSymbol));
        }

        #[test]
        fn two_swapped_neighbours_are_caught(bits in any::<u64>(), at in 0usize..10) {
            let Some(code) = JoinCode::from_random(bits) else { return Ok(()) };
            let mut wrong = code.as_str().as_bytes().to_vec();
            wrong.swap(at, at + 1);
            let parsed = JoinCode::parse(std::str::from_utf8(&wrong).unwrap());
            prop_assert_eq!(parsed.is_ok(), wrong == code.as_str().as_bytes());
        }

        #[test]
        fn reading_never_panics(typed in any::<String>()) {
            let _ = JoinCode::parse(&typed);
        }
    }
}
