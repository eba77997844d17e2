//! Words of a text as they are compared: lower case, without accents, one spelling for each letter.

use std::iter;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How many characters of a word count. A longer one is found by its beginning.
const LONGEST: usize = 40;

/// How many parts are joined to one word at most: a list that somebody wrote with hyphens is no word.
const MOST_PARTS: usize = 4;

/// What is cut off before an apostrophe without being joined to what follows.
const ELISIONS: [&str; 14] =
    ["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "quelqu"];

/// What stands between two spaces: one word, or several linked by hyphens and apostrophes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) parts: Vec<String>,
}

impl Chunk {
    /// Its parts as one word: `weekend` of `week-end`.
    pub(super) fn joined(&self) -> Option<String> {
        let is_word = (2..=MOST_PARTS).contains(&self.parts.len());
        is_word.then(|| self.parts.concat()).filter(|word| word.chars().count() <= LONGEST)
    }
}

/// All words of a text in its order. Linked words come apart and joined: `week`, `end`, `weekend`.
pub fn fold(text: &str) -> impl Iterator<Item = String> {
    chunks(text).flat_map(|chunk| {
        let joined = chunk.joined();
        chunk.parts.into_iter().chain(joined)
    })
}

/// What a character is to a word.
enum Role {
    Letter,
    /// A word by itself: scripts that write without spaces.
    Alone,
    Hyphen,
    Apostrophe,
    Gap,
}

fn role(c: char) -> Role {
    match c {
        '-' | '\u{2010}' => Role::Hyphen,
        '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{2032}' => Role::Apostrophe,
        // Letters in boxes and circles, flags: drawn, not written.
        '\u{1f100}'..='\u{1f1ff}' => Role::Gap,
        _ if is_alone(c) && c.is_alphanumeric() => Role::Alone,
        _ if c.is_alphanumeric() || is_combining_mark(c) => Role::Letter,
        _ => Role::Gap,
    }
}

/// Thai, Lao, Burmese, Khmer, Japanese and Chinese.
fn is_alone(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Marks that people leave out when they type, and characters that nobody sees. Vowel signs of other scripts stay.
fn is_left_out(c: char) -> bool {
    matches!(c,
        // Accents of Latin, Greek and Cyrillic; vowel points of Hebrew and Arabic, and the Arabic stretch.
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        // The soft hyphen, joiners, directions, variants of a character.
        | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{e0000}'..='\u{e01ef}')
}

/// Letters that are not made of a plain one and a mark, as people type them who do not have them.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'þ' => "th",
        'ς' => "σ",
        _ => return None,
    })
}

pub(super) fn chunks(text: &str) -> impl Iterator<Item = Chunk> {
    // Composed again after the marks are gone, so that Hangul and kana are whole characters.
    let mut characters = text.nfkd().filter(|&c| !is_left_out(c)).nfc();
    let mut making = Making::default();
    let mut is_over = false;
    iter::from_fn(move || {
        loop {
            if let Some(chunk) = making.ready.pop() {
                return Some(chunk);
            }
            if is_over {
                return None;
            }
            match characters.next() {
                Some(c) => making.take(c),
                None => {
                    is_over = true;
                    making.end();
                }
            }
        }
    })
}

/// A chunk while its characters come in.
#[derive(Default)]
struct Making {
    chunk: Chunk,
    word: String,
    /// How many characters `word` has.
    length: usize,
    /// The latest first.
    ready: Vec<Chunk>,
}

impl Making {
    fn take(&mut self, c: char) {
        match role(c) {
            Role::Letter if is_combining_mark(c) && self.word.is_empty() => {}
            Role::Letter => self.write(c),
            Role::Alone => {
                self.end();
                self.ready.insert(0, Chunk { parts: vec![c.to_string()] });
            }
            Role::Apostrophe if ELISIONS.contains(&self.word.as_str()) => self.end(),
            // A link holds two words together; one after a gap or another link does not.
            Role::Hyphen | Role::Apostrophe if !self.word.is_empty() => self.end_word(),
            Role::Hyphen | Role::Apostrophe | Role::Gap => self.end(),
        }
    }

    fn write(&mut self, c: char) {
        for lower in c.to_lowercase() {
            match plain(lower) {
                Some(letters) => letters.chars().for_each(|letter| self.push(letter)),
                None => self.push(lower),
            }
        }
    }

    fn push(&mut self, c: char) {
        if self.length < LONGEST {
            self.word.push(c);
            self.length += 1;
        }
    }

    fn end_word(&mut self) {
        self.length = 0;
        if !self.word.is_empty() {
            self.chunk.parts.push(std::mem::take(&mut self.word));
        }
    }

    fn end(&mut self) {
        self.end_word();
        if !self.chunk.parts.is_empty() {
            self.ready.insert(0, std::mem::take(&mut self.chunk));
        }
    }
}
