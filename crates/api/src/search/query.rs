//! What somebody typed, as words.

use std::collections::HashSet;
use std::iter;

use super::edits::Spelling;
use super::fold::{Chunk, chunks};
use super::stem;

/// How many characters of what was typed are read.
const MOST_CHARACTERS: usize = 200;

/// How many of its words count.
const MOST_WORDS: usize = 12;

/// Words that need not stand in a post, as they are folded. Not `the`, which is also tea; nor `car`, `son`, `été`, which are things.
const STOP_WORDS: [&str; 71] = [
    "a", "and", "au", "aux", "avec", "c", "ce", "ces", "cet", "cette", "chez", "d", "dans", "de", "des", "du", "elle",
    "elles", "en", "est", "et", "for", "i", "il", "ils", "in", "j", "je", "l", "la", "le", "les", "leur", "leurs", "m",
    "ma", "me", "mes", "mon", "my", "n", "ne", "nos", "notre", "nous", "of", "on", "ou", "par", "pas", "pour", "qu",
    "que", "qui", "s", "sa", "sans", "se", "ses", "sur", "t", "ta", "te", "tes", "to", "un", "une", "vos", "votre",
    "vous", "with",
];

/// What somebody looks for. Everything typed is text: there are no operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Ways to read it; a post is found by any. Two when words are linked: `week-end` is `week` and `end`, or `weekend`.
    pub(super) readings: Vec<Vec<Word>>,
}

/// One word that a post must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) key: String,
    /// Whether more may follow: it is the last one, and perhaps still being typed.
    pub(super) is_open: bool,
}

impl Query {
    /// The words of what was typed: the first twelve, in the first 200 characters.
    pub fn parse(typed: &str) -> Self {
        let end = typed.char_indices().nth(MOST_CHARACTERS).map_or(typed.len(), |(at, _)| at);
        let chunks: Vec<Chunk> = chunks(&typed[..end]).take(MOST_WORDS).collect();
        let apart = words(chunks.iter().flat_map(|chunk| chunk.parts.clone()));
        let joined = words(chunks.iter().flat_map(|chunk| chunk.joined().map_or(chunk.parts.clone(), |one| vec![one])));
        let mut readings = vec![apart, joined];
        readings.dedup();
        readings.retain(|words| !words.is_empty());
        Self { readings }
    }

    /// Whether it holds no word at all: only spaces, signs or pictures.
    pub fn is_empty(&self) -> bool {
        self.readings.is_empty()
    }
}

fn words(texts: impl Iterator<Item = String>) -> Vec<Word> {
    let mut words: Vec<Word> =
        texts.take(MOST_WORDS).map(|text| Word { key: stem::key(&text).into_owned(), text, is_open: false }).collect();
    if let Some(last) = words.last_mut() {
        last.is_open = true;
    }
    let is_stop = |word: &Word| STOP_WORDS.contains(&word.text.as_str());
    if !words.iter().all(is_stop) {
        words.retain(|word| !is_stop(word));
    }
    let mut known = HashSet::new();
    words.reverse();
    words.retain(|word| known.insert(word.text.clone()));
    words.reverse();
    words
}

impl Word {
    /// As it was typed and without the sign of a plural, which is not an error; none of them when no error is forgiven.
    pub(super) fn spellings(&self) -> Vec<Spelling> {
        let one = self.text.strip_suffix(['s', 'x']);
        iter::once(self.text.as_str()).chain(one).filter_map(Spelling::of).collect()
    }
}
