//! Words in capitals written in mixed case, as French writes the names of streets: "RUE DE L'ABBE GROULT" becomes
//! "rue de l'Abbé Groult".

use super::spelling::{ACCENTS, ACRONYMS, COMMON, PHRASES, SHORT, STREETS, find};

/// Capitals without accents, for looking words up.
pub fn plain(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_uppercase) {
        match c {
            'À' | 'Â' | 'Ä' => plain.push('A'),
            'Ç' => plain.push('C'),
            'È' | 'É' | 'Ê' | 'Ë' => plain.push('E'),
            'Î' | 'Ï' => plain.push('I'),
            'Ô' | 'Ö' => plain.push('O'),
            'Ù' | 'Û' | 'Ü' => plain.push('U'),
            'Œ' => plain.push_str("OE"),
            'Æ' => plain.push_str("AE"),
            '’' => plain.push('\''),
            c => plain.push(c),
        }
    }
    plain
}

/// Whether a word is a kind of street.
pub fn is_street(word: &str) -> bool {
    word.len() > 1 && find(STREETS, word.trim_end_matches('.')).is_some()
}

/// Whether a word joins others.
pub fn is_particle(word: &str) -> bool {
    matches!(word, "DE" | "DU" | "DES" | "AU" | "AUX" | "A" | "ET" | "EN" | "SUR" | "SOUS" | "LEZ")
}

/// Whether a word is an article.
pub fn is_article(word: &str) -> bool {
    matches!(word, "LE" | "LA" | "LES")
}

/// Writes the words of one piece in mixed case.
pub fn write(words: &[&str]) -> String {
    let mut text = String::new();
    for (i, word) in words.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| words[i]);
        let bare = word.trim_end_matches('.');
        let written = match find(STREETS, bare).filter(|_| i == 0) {
            Some(street) if bare.len() > 1 || words.len() > 1 => street.to_owned(),
            _ if is_particle(bare) && i > 0 && i + 1 < words.len() => bare.to_lowercase(),
            _ if is_article(bare) && before.is_some_and(|b| is_particle(b) || b.ends_with('\'')) => bare.to_lowercase(),
            _ if bare == "T" && before.is_some_and(|b| b.ends_with('e') || b.ends_with('r')) => "tranche".to_owned(),
            _ => {
                let roman = i > 0 && bare.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'));
                if roman {
                    bare.to_owned()
                } else {
                    proper(
                        word,
                        i == 0
                            || before.is_some_and(is_common)
                            || matches!(bare, "TRANCHE" | "VAGUE" | "PHASE" | "BAT" | "BATIMENT"),
                    )
                }
            }
        };
        // Saint-Denis, but Saint alone at the end or before "de".
        let saint = before.is_some_and(|b| matches!(b.trim_end_matches('.'), "SAINT" | "SAINTE" | "ST" | "STE"))
            && !is_particle(bare)
            && !is_article(bare)
            && !bare.contains('\'');
        if i > 0 {
            text.push(if saint { '-' } else { ' ' });
        }
        text.push_str(&written);
    }
    for (wrong, right) in PHRASES {
        if text.contains(wrong) {
            text = text.replace(wrong, right);
        }
    }
    text
}

fn is_common(word: &str) -> bool {
    find(COMMON, word).is_some()
}

/// One word that is a name, unless `common` and the word is one of a building plan.
fn proper(word: &str, common: bool) -> String {
    let bare = word.trim_end_matches('.');
    if let Some((elided @ ("D" | "L"), rest)) = bare.split_once('\'') {
        return format!("{}'{}", elided.to_lowercase(), proper(rest, false));
    }
    let in_capitals = ACRONYMS.contains(&bare)
        || bare.len() == 1
        || bare.contains('.')
        || bare.bytes().any(|b| b.is_ascii_digit())
        || !bare.contains(|c: char| "AEIOUY".contains(c) || !c.is_ascii_alphabetic());
    if let Some(written) = find(SHORT, bare).or_else(|| find(COMMON, bare).filter(|_| common)) {
        written.to_owned()
    } else if in_capitals {
        word.to_owned()
    } else if let Some(accented) = find(ACCENTS, bare) {
        accented.to_owned()
    } else if bare.contains('-') {
        let parts: Vec<String> = bare
            .split('-')
            .enumerate()
            .map(|(i, part)| {
                let small = i > 0 && (is_particle(part) || is_article(part));
                if small { part.to_lowercase() } else { proper(part, false) }
            })
            .collect();
        parts.join("-")
    } else {
        capital(&bare.to_lowercase())
    }
}

/// The text with its first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
