//! How well posts fit a query: which words of the vocabulary are near each word of it, and what a post is worth by its words.

use super::index::Index;
use super::query::Word;
use super::vocabulary::Mark;

/// How near a word of a post is to one of the query; one and two errors follow.
const EXACT: u8 = 0;
const BEGINNING: u8 = 1;

/// What does not fit: instead of a nearness, a fitness or a class.
pub(super) const NO_MATCH: u8 = u8::MAX;

/// Classes of posts that fit. Less is better: by the word that fits worst, then all words in the title before some, before none.
pub(super) const CLASSES: u8 = 12;

/// The first class with a typing error.
pub(super) const WITH_ERRORS: u8 = 6;

/// One way to read a query, with the words of the vocabulary that fit.
pub(super) struct Reading {
    words: Vec<Fit>,
}

/// What fits one word of a query.
struct Fit {
    /// How near each word of the vocabulary is, by number.
    near: Vec<u8>,
    /// Those that fit.
    fitting: Vec<u32>,
}

impl Fit {
    fn of(index: &Index, word: &Word, errors: bool) -> Self {
        let vocabulary = &index.vocabulary;
        let mut fit = Self { near: vec![NO_MATCH; vocabulary.numbers()], fitting: Vec::new() };
        for &form in vocabulary.forms(&word.key) {
            fit.add(form, EXACT);
        }
        if word.is_open {
            vocabulary.beginning(&word.text).for_each(|(_, longer)| fit.add(longer, BEGINNING));
        }
        let spellings = if errors { word.spellings() } else { Vec::new() };
        if let Some(first) = word.text.chars().next().filter(|_| !spellings.is_empty()) {
            for (text, other) in vocabulary.beginning(first.encode_utf8(&mut [0; 4])) {
                if let Some(found) = spellings.iter().filter_map(|spelling| spelling.errors(text)).min() {
                    fit.add(other, BEGINNING + u8::try_from(found.max(1)).unwrap_or(1));
                }
            }
        }
        fit
    }

    fn add(&mut self, word: u32, near: u8) {
        let known = &mut self.near[word as usize];
        if *known == NO_MATCH {
            *known = near;
            self.fitting.push(word);
        }
    }

    fn marks<'a>(&'a self, index: &'a Index) -> impl Iterator<Item = (u8, &'a [Mark])> {
        self.fitting.iter().map(|&word| (self.near[word as usize], index.vocabulary.posts(word)))
    }

    fn count(&self, index: &Index) -> usize {
        self.marks(index).map(|(_, posts)| posts.len()).sum()
    }
}

/// Nearness, and whether it is in the text alone: less is better.
const fn fitness(near: u8, mark: Mark) -> u8 {
    near * 2 + !mark.in_title() as u8
}

/// What is known of a post after some words of the query.
#[derive(Clone, Copy)]
struct Tally {
    worst: u8,
    titles: u8,
}

impl Tally {
    const START: Self = Self { worst: EXACT, titles: 0 };

    /// After one more word, which the post has with this fitness or has not.
    const fn and(self, fitness: u8) -> Self {
        let near = if fitness == NO_MATCH { NO_MATCH } else { fitness / 2 };
        let worst = if near > self.worst { near } else { self.worst };
        Self { worst, titles: self.titles + (fitness.is_multiple_of(2)) as u8 }
    }

    fn class(self, words: usize) -> u8 {
        match self {
            Self { worst: NO_MATCH, .. } => NO_MATCH,
            Self { worst, titles: 0 } => worst * 3 + 2,
            Self { worst, titles } => worst * 3 + u8::from(usize::from(titles) < words),
        }
    }
}

impl Reading {
    /// None when nothing fits one of the words.
    pub(super) fn of(index: &Index, words: &[Word], errors: bool) -> Option<Self> {
        let mut fits = Vec::with_capacity(words.len());
        for word in words {
            let fit = Fit::of(index, word, errors);
            if fit.fitting.is_empty() {
                return None;
            }
            fits.push(fit);
        }
        Some(Self { words: fits })
    }

    /// In how many posts the rarest word stands, at most.
    pub(super) fn rarest(&self, index: &Index) -> usize {
        self.words.iter().map(|fit| fit.count(index)).min().unwrap_or_default()
    }

    pub(super) fn posts_of_rarest<'a>(&'a self, index: &'a Index) -> impl Iterator<Item = u32> + 'a {
        let rarest = self.words.iter().min_by_key(|fit| fit.count(index));
        rarest
            .into_iter()
            .flat_map(|fit| fit.marks(index))
            .flat_map(|(_, posts)| posts)
            .map(|mark| mark.number() as u32)
    }

    /// Looks at one post's words.
    pub(super) fn class_of(&self, marks: &[Mark]) -> u8 {
        let mut tally = Tally::START;
        for fit in &self.words {
            let near = |mark: &Mark| match fit.near[mark.number()] {
                NO_MATCH => NO_MATCH,
                near => fitness(near, *mark),
            };
            tally = tally.and(marks.iter().map(near).min().unwrap_or(NO_MATCH));
            if tally.worst == NO_MATCH {
                return NO_MATCH;
            }
        }
        tally.class(self.words.len())
    }

    /// The class of every post, by number.
    pub(super) fn classes(&self, index: &Index) -> impl Iterator<Item = u8> {
        let mut tallies = vec![Tally::START; index.posts.len()];
        let mut best = vec![NO_MATCH; index.posts.len()];
        for fit in &self.words {
            for (near, posts) in fit.marks(index) {
                for &mark in posts {
                    let best = &mut best[mark.number()];
                    *best = (*best).min(fitness(near, mark));
                }
            }
            for (tally, best) in tallies.iter_mut().zip(&mut best) {
                *tally = tally.and(std::mem::replace(best, NO_MATCH));
            }
        }
        let words = self.words.len();
        tallies.into_iter().map(move |tally| tally.class(words))
    }
}
