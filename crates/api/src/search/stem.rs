//! The key under which forms of one word meet: plural, feminine, and the commonest forms of verbs, in French.
//!
//! Rules for folded words, made for short posts of neighbours: `réparer`, `répare`, `réparée` and `réparation` meet, also when accents are
//! left out. A key is compared with keys and with nothing else; it need not be a word.

use std::borrow::Cow;

/// Words that the rules below would miss, or would take for another.
const IRREGULAR: [(&str, &str); 9] = [
    ("travaux", "travail"),
    ("yeux", "oeil"),
    ("cours", "cours"),
    ("course", "course"),
    ("amie", "ami"),
    ("gros", "gros"),
    ("grosse", "gros"),
    ("vieille", "vieu"),
    ("nouvelle", "nouveau"),
];

/// Endings of a singular, how many letters must stand before them, and what takes their place. The first that fits is taken.
const ENDINGS: [(&str, usize, &str); 15] = [
    // Who does it, and the doing: animateur, animatrice, animation.
    ("ateur", 4, "e"),
    ("atrice", 4, "e"),
    ("ation", 4, "e"),
    ("trice", 3, "teu"),
    ("euse", 3, "eu"),
    ("eure", 3, "eu"),
    ("eur", 3, "eu"),
    ("iere", 3, "ier"),
    ("ere", 5, "e"),
    ("ive", 3, "if"),
    ("aise", 3, "ai"),
    ("oise", 3, "oi"),
    // Jardinage, déménagement.
    ("age", 5, "e"),
    ("ement", 4, "e"),
    ("ez", 3, "e"),
];

/// The key of a folded word.
pub(super) fn key(word: &str) -> Cow<'_, str> {
    if !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Cow::Borrowed(word);
    }
    if let Some(key) = irregular(word) {
        return Cow::Borrowed(key);
    }
    let one = singular(word);
    if let Some(key) = irregular(&one) {
        return Cow::Borrowed(key);
    }
    let ending = ENDINGS.iter().find_map(|&(ending, least, instead)| {
        let before = one.strip_suffix(ending).filter(|before| before.len() >= least)?;
        Some(format!("{before}{instead}"))
    });
    let form = ending.or_else(|| infinitive(&one));
    match form.as_deref().unwrap_or(&one) {
        form if form.len() > 4 && form.ends_with('e') => Cow::Owned(without_e(form).to_owned()),
        _ => form.map_or(one, Cow::Owned),
    }
}

fn irregular(word: &str) -> Option<&'static str> {
    IRREGULAR.iter().find(|&&(form, _)| form == word).map(|&(_, key)| key)
}

fn singular(word: &str) -> Cow<'_, str> {
    if word.len() < 4 {
        return Cow::Borrowed(word);
    }
    if let Some(before) = word.strip_suffix("aux").filter(|b| b.len() >= 3 && !b.ends_with('e')) {
        return Cow::Owned(format!("{before}al"));
    }
    let is_plural = (word.ends_with('s') && !word.ends_with("ss"))
        || ["eux", "oux", "eaux"].iter().any(|ending| word.ends_with(ending));
    Cow::Borrowed(if is_plural { &word[..word.len() - 1] } else { word })
}

/// `garde` of `garder`; a `plombier` stays.
fn infinitive(word: &str) -> Option<String> {
    let before = word.strip_suffix("er").filter(|b| b.len() >= 3 && !b.ends_with('i'))?;
    Some(format!("{before}e"))
}

/// Without its last `e`, nor the letter that was doubled before it: `chatte`, `bonne`.
fn without_e(mut form: &str) -> &str {
    while form.len() > 4
        && let Some(before) = form.strip_suffix('e')
    {
        form = before;
    }
    if form.len() > 3 && (form.ends_with("tt") || form.ends_with("nn")) { &form[..form.len() - 1] } else { form }
}
