//! A soft note, never a wall: what a text seems to hold that has a better place here, or none.

/// What somebody may want to think of once more before she sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoftNote {
    /// What looks like a telephone number or an e-mail address: these are given by an act of their own.
    Contact,
    /// What looks like a price: nothing is paid here.
    Price,
}

/// A telephone number has no fewer digits; "le 26/11/2026 à 18 h 30" does not have them in one piece.
const DIGITS: usize = 9;

impl SoftNote {
    /// What a text seems to hold.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if holds_number(text) || text.split_whitespace().any(is_email) {
            return Some(Self::Contact);
        }
        holds_price(text).then_some(Self::Price)
    }
}

/// Digits with nothing but a space, a full stop or a hyphen between them, as people write numbers.
fn holds_number(text: &str) -> bool {
    let mut digits = 0;
    let mut gap = 0;
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits += 1;
            gap = 0;
        } else if matches!(c, ' ' | '.' | '-' | '\u{a0}' | '\u{202f}') && gap < 2 {
            gap += 1;
        } else {
            digits = 0;
        }
        if digits >= DIGITS {
            return true;
        }
    }
    false
}

fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.trim_end_matches(['.', ',']).contains('.'))
}

/// "10 €", "10€", "€10", "10 euros", "10 balles".
fn holds_price(text: &str) -> bool {
    let lower = text.to_lowercase();
    let has_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let unit = |at: usize, word: &str| {
        let after = lower[at + word.len()..].chars().next();
        let ends = word == "€" || !after.is_some_and(char::is_alphabetic);
        let before = lower[..at].trim_end().chars().next_back();
        let next = lower[at + word.len()..].trim_start().chars().next();
        ends && (has_digit(before) || (word == "€" && has_digit(next)))
    };
    ["€", "euro", "euros", "eur", "balles"].iter().any(|word| lower.match_indices(word).any(|(at, _)| unit(at, word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_noticed_however_it_is_written() {
        for text in
            ["06 12 34 56 78", "appelez 0612345678 !", "+33 6.12.34.56.78", "01-23-45-67-89", "zoe@example.org, merci"]
        {
            assert_eq!(SoftNote::of(text), Some(SoftNote::Contact), "{text}");
        }
    }

    #[test]
    fn a_price_is_noticed() {
        for text in ["10 €", "pour 10€", "ça fait 15 euros", "€20", "5,50 EUR.", "20 balles"] {
            assert_eq!(SoftNote::of(text), Some(SoftNote::Price), "{text}");
        }
    }

    #[test]
    fn everyday_words_are_left_alone() {
        for text in [
            "",
            "demain à 18 h 30, bâtiment 4",
            "le 26/11/2026 à 18 h",
            "75019 Paris, 12 rue de la Mare",
            "l'euro a changé la vie",
            "3 européens",
            "@samir, tu viens ?",
            "code 1234",
        ] {
            assert_eq!(SoftNote::of(text), None, "{text}");
        }
    }
}
