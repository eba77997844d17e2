//! Typing errors: how many letters are wrong, missing, too many or changed places.

/// How many errors are forgiven in a word of so many letters.
pub(super) const fn forgiven(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// A word as it was typed, to be compared with many others.
#[derive(Debug)]
pub(super) struct Spelling {
    letters: Vec<char>,
    set: u64,
    most: usize,
}

impl Spelling {
    /// None when no error is forgiven in this word. A year or a size with another digit is another one.
    pub(super) fn of(word: &str) -> Option<Self> {
        let letters: Vec<char> = word.chars().collect();
        let most = forgiven(letters.len());
        let is_forgiven = most > 0 && letters.iter().all(|c| c.is_alphabetic());
        is_forgiven.then(|| Self { set: set(word), letters, most })
    }

    /// How many errors lie between it and another word that begins with the same letter, when they are forgiven.
    pub(super) fn errors(&self, other: &str) -> Option<usize> {
        // An error takes at most one letter out of the set and puts one in. Nearly all words are told apart by that alone.
        let theirs = set(other);
        let most = u32::try_from(self.most).unwrap_or(0);
        if (self.set & !theirs).count_ones() > most || (theirs & !self.set).count_ones() > most {
            return None;
        }
        let other: Vec<char> = other.chars().collect();
        if self.letters.first() == other.first() { edits(&self.letters, &other, self.most) } else { None }
    }
}

/// Which letters a word has, some of them under one bit.
fn set(word: &str) -> u64 {
    word.chars().fold(0, |set, c| set | 1 << (u32::from(c) % 64))
}

/// How many errors lie between two words, when they are not more than `most`. Two neighbours that changed places are one.
pub(super) fn edits(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, &y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        if row.iter().all(|&n| n > most) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().filter(|&n| n <= most)
}
