//! Addresses in capitals made readable: "16-20 RUE DES MEUNIERS" becomes "16-20 rue des Meuniers".
//!
//! The text is cut into tokens, the tokens into pieces (a street with its numbers, a group of buildings, a lot, a remark in
//! brackets), and each piece is written in mixed case. Nothing is looked up and nothing can fail: what is not understood is kept.

use super::mixed_case::{capital, is_article, is_particle, is_street, plain, write};
use super::spelling::{COMMON, find};
use super::table::one_line;

/// The longest name, in characters, before the pieces at its end are left out.
const LONGEST_NAME: usize = 80;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A number of a building with what belongs to it: `16`, `9A`, `20 bis`.
    Number(String),
    /// A word, in capitals as in the file; apostrophes, dots and hyphens inside belong to it.
    Word(String),
    Comma,
    /// A hyphen or a slash; `true` when a space stands on one of its sides.
    Dash(bool),
    Open,
    Close,
}

use Token::{Close, Comma, Dash, Number, Open, Word};

/// What stands before a piece.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Link {
    Comma,
    And,
    Or,
    Brackets,
}

struct Piece {
    link: Link,
    text: String,
}

/// A readable address: all of it, and as much of it as makes a name.
pub struct Readable {
    /// Everything, on one line.
    pub address: String,
    /// Whole pieces from the start, at most 80 characters, the first piece always.
    pub name: String,
}

/// Makes an address readable.
pub fn readable(raw: &str) -> Readable {
    let tokens = cut(raw);
    let mut reader = Reader { tokens: &tokens, at: 0 };
    let pieces = reader.pieces();
    let address = capital(&join(&pieces));
    if address.is_empty() {
        // Nothing but punctuation: shown as it is.
        let address = one_line(raw);
        return Readable { name: address.clone(), address };
    }
    let mut kept = pieces.len();
    while kept > 1 && join(&pieces[..kept]).chars().count() > LONGEST_NAME {
        kept -= 1;
    }
    Readable { name: capital(&join(&pieces[..kept])), address }
}

fn join(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece.link {
            _ if text.is_empty() && piece.link != Link::Brackets => {}
            Link::Comma => text.push_str(", "),
            Link::And => text.push_str(" et "),
            Link::Or => text.push_str(" ou "),
            Link::Brackets if text.is_empty() => text.push('('),
            Link::Brackets => text.push_str(" ("),
        }
        text.push_str(&piece.text);
        if piece.link == Link::Brackets {
            text.push(')');
        }
    }
    text
}

fn cut(raw: &str) -> Vec<Token> {
    let chars: Vec<char> = raw.chars().map(|c| if c == '’' { '\'' } else { c }).collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if !c.is_alphanumeric() {
            let blank = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_none_or(|c| c.is_whitespace());
            match c {
                ',' | ';' | '\n' => tokens.push(Comma),
                '(' => tokens.push(Open),
                ')' => tokens.push(Close),
                '-' | '–' | '/' => tokens.push(Dash(blank(at.checked_sub(1)) || blank(Some(at + 1)))),
                _ => {}
            }
            at += 1;
            continue;
        }
        let start = at;
        let digits = chars[start].is_ascii_digit();
        while at < chars.len() {
            let next = chars.get(at + 1).copied().unwrap_or(' ');
            let inside = match chars[at] {
                c if c.is_alphanumeric() => true,
                '\'' => at > start && next.is_alphanumeric(),
                // E.DUPLOYE is two words, J.B. is one, 2.1.1 is one.
                '.' => {
                    let mut word = chars[start..at].iter().filter(|c| c.is_alphabetic());
                    !next.is_alphabetic() || (word.next().is_some() && chars.get(at + 2) == Some(&'.'))
                }
                '-' => !digits && next.is_alphabetic(),
                '/' => !digits && next.is_ascii_digit(),
                _ => false,
            };
            if !inside {
                break;
            }
            at += 1;
        }
        if chars.get(at) == Some(&'.') {
            at += 1;
        }
        let word: String = chars[start..at].iter().collect();
        tokens.push(if digits { number(&word) } else { Word(plain(&word)) });
    }
    tokens
}

/// `44BIS` is a number with its "bis", `1ER` and `2EME` are words, so is `2.1.1`.
fn number(word: &str) -> Token {
    let letters = plain(word.trim_start_matches(|c: char| c.is_ascii_digit()).trim_end_matches('.'));
    let digits = &word[..word.bytes().take_while(u8::is_ascii_digit).count()];
    match letters.as_str() {
        "" => Number(digits.to_owned()),
        "BIS" | "TER" | "QUATER" => Number(format!("{digits} {}", letters.to_lowercase())),
        "ER" | "ERE" => Word(format!("{digits}er")),
        "E" | "EME" | "IEME" => Word(format!("{digits}e")),
        _ if letters.len() == 1 => Number(format!("{digits}{letters}")),
        _ => Word(plain(word)),
    }
}

/// Words that begin a piece of their own.
fn is_starter(word: &str) -> bool {
    matches!(word, "GROUPE" | "GROUPES" | "ZAC") || is_coded(word)
}

/// Words that are followed by a number or a letter: lot B1.
fn is_coded(word: &str) -> bool {
    matches!(word, "LOT" | "LOTS" | "ILOT" | "ILOTS" | "POLE")
}

/// A number or letters of a plan: `B1`, `M9B3B4`, `2.1.1`, `A`.
fn is_code(word: &str) -> bool {
    word.len() == 1 || (word.len() <= 8 && word.bytes().any(|b| b.is_ascii_digit()))
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead)
    }

    fn word(&self, ahead: usize) -> Option<&str> {
        match self.peek(ahead) {
            Some(Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is_number(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), Some(Number(_)))
    }

    fn pieces(&mut self) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut link = Link::Comma;
        while let Some(token) = self.peek(0) {
            let text = match token {
                Comma | Dash(_) => {
                    self.at += 1;
                    continue;
                }
                Close => {
                    self.at += 1;
                    break;
                }
                Open => {
                    self.at += 1;
                    link = Link::Brackets;
                    join(&self.pieces())
                }
                Number(_) => {
                    let numbers = self.numbers();
                    match self.street_after_numbers() {
                        Some(street) => format!("{numbers} {street}"),
                        // A number that counts something else belongs to what stands before it: "tranche 2".
                        None => match pieces.last_mut().filter(|last| last.link != Link::Brackets) {
                            Some(last) => {
                                last.text = format!("{} {numbers}", last.text);
                                continue;
                            }
                            None => numbers,
                        },
                    }
                }
                Word(word) if matches!(word.as_str(), "ET" | "OU") => {
                    link = if word == "ET" { Link::And } else { Link::Or };
                    self.at += 1;
                    continue;
                }
                Word(word) if is_coded(word) => self.plan(),
                Word(_) => self.words(),
            };
            let remark = link == Link::Brackets;
            // Two or three capitals in brackets are the publisher's own marks.
            let mark = remark && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_uppercase());
            if !text.is_empty() && !mark {
                pieces.push(Piece { link, text });
            }
            link = Link::Comma;
        }
        pieces
    }

    /// `10 BIS A 14`, `16/20`, `1-2-3`, `54-68, 70-72 ET 109-111`.
    fn numbers(&mut self) -> String {
        let mut text = String::new();
        while let Some(Number(number)) = self.peek(0) {
            text.push_str(number);
            self.at += 1;
            let apart = usize::from(matches!(self.peek(0), Some(Comma)));
            if let Some(bis @ ("BIS" | "TER" | "QUATER")) = self.word(apart) {
                text = format!("{text} {}", bis.to_lowercase());
                self.at += 1 + apart;
            } else if let Some(letter) = self.word(0).filter(|word| word.len() == 1 && "ABCD".contains(*word))
                && !self.is_number(1)
                && self.word(1).is_none_or(|next| is_street(next) || next == "ET")
            {
                text.push_str(letter);
                self.at += 1;
            }
            let (joined, taken) = match self.peek(0) {
                Some(Dash(_)) => ("-", 1),
                Some(Comma) => (", ", 1),
                Some(Word(word)) if matches!(word.as_str(), "A" | "AU") => ("-", 1),
                Some(Word(word)) if word == "ET" => (" et ", 1),
                _ => break,
            };
            if !self.is_number(taken) {
                break;
            }
            text.push_str(joined);
            self.at += taken;
        }
        text
    }

    fn street_after_numbers(&mut self) -> Option<String> {
        let apart = usize::from(matches!(self.peek(0), Some(Comma | Dash(_))));
        let next = self.word(apart)?;
        if is_starter(next) || matches!(next, "ET" | "OU") {
            return None;
        }
        self.at += apart;
        Some(self.words())
    }

    /// Whether the number ahead is one of a street: "LOT 4 - 6-14 PASSAGE GOIX".
    fn leads_to_street(&self, ahead: usize) -> bool {
        let mut after = Reader { tokens: self.tokens, at: self.at + ahead };
        after.numbers();
        after.street_after_numbers().is_some()
    }

    /// The words of a street or of a group, up to where another piece begins.
    fn words(&mut self) -> String {
        let mut words: Vec<&str> = Vec::new();
        while let Some(Word(word)) = self.tokens.get(self.at) {
            let before = words.last().copied();
            let apart =
                before.is_some_and(|before| !is_particle(before) && !is_article(before) && before != "BATIMENT");
            if apart && (is_street(word) || is_starter(word)) {
                break;
            }
            let next_begins = self.is_number(1) || self.word(1).is_some_and(is_street);
            if apart && matches!(word.as_str(), "ET" | "OU") && next_begins {
                break;
            }
            words.push(word);
            self.at += 1;
        }
        write(&words)
    }

    /// A lot with its codes: "LOTS 1-3 ET 7", "LOT B1 - B2", "ILOT LAGNY-DAVOUT".
    fn plan(&mut self) -> String {
        let starter = self.word(0).unwrap_or_default();
        let mut text = find(COMMON, starter).unwrap_or_default().to_owned();
        self.at += 1;
        let mut joined = " ";
        let mut ahead = 0;
        loop {
            let code = match self.peek(ahead) {
                Some(Number(number)) if joined == " " && text.contains(' ') && self.leads_to_street(ahead) => break,
                Some(Number(_)) if joined != " " && self.leads_to_street(ahead) => break,
                Some(Number(number)) => number,
                Some(Word(word)) if is_code(word) => word,
                _ => break,
            };
            text.push_str(joined);
            text.push_str(code);
            self.at += ahead + 1;
            (joined, ahead) = match self.peek(0) {
                Some(Dash(_)) => ("-", 1),
                Some(Comma) => (", ", 1),
                Some(Word(word)) if word == "ET" => (" et ", 1),
                _ => (" ", 0),
            };
        }
        let more =
            self.word(0).is_some_and(|word| !is_street(word) && !is_starter(word) && !matches!(word, "ET" | "OU"));
        if more { format!("{text} {}", self.words()) } else { text }
    }
}
