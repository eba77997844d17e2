//! The rules of a search spelled out a second time, slowly: every post is read for every question.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::super::fold::fold;
use super::super::query::{Query, Word};
use super::super::stem::key;

#[derive(Debug, Default)]
pub(super) struct Oracle {
    pub(super) posts: BTreeMap<Uuid, (String, String)>,
}

impl Oracle {
    /// All answers that the viewer may see, best first.
    pub(super) fn search(&self, query: &Query, visible: impl Fn(Uuid) -> bool) -> Vec<Uuid> {
        let all = |errors: bool| -> Vec<Uuid> {
            let mut found: Vec<_> = self
                .posts
                .iter()
                .filter(|&(&id, _)| visible(id))
                .filter_map(|(&id, post)| {
                    let best = query.readings.iter().filter_map(|words| rank(words, post, errors)).min()?;
                    Some((best, Reverse(id)))
                })
                .collect();
            found.sort();
            found.into_iter().map(|(_, Reverse(id))| id).collect()
        };
        let found = all(false);
        if found.is_empty() { all(true) } else { found }
    }

    pub(super) fn words(&self) -> BTreeSet<String> {
        self.posts.values().flat_map(|(title, text)| fold(title).chain(fold(text))).collect()
    }
}

/// How badly the worst word fits, then how many words are missing in the title: none, some, all.
fn rank(words: &[Word], (title, text): &(String, String), errors: bool) -> Option<(usize, usize)> {
    let mut fits = Vec::new();
    for word in words {
        let of = |text: &str, place: usize| fold(text).filter_map(|w| Some((near(word, &w, errors)?, place))).min();
        fits.push([of(title, 0), of(text, 1)].into_iter().flatten().min()?);
    }
    let missing = fits.iter().filter(|(_, place)| *place == 1).count();
    let place = if missing == 0 {
        0
    } else if missing < fits.len() {
        1
    } else {
        2
    };
    Some((fits.iter().map(|(near, _)| *near).max()?, place))
}

fn near(word: &Word, other: &str, errors: bool) -> Option<usize> {
    if key(other) == word.key {
        Some(0)
    } else if word.is_open && other.starts_with(&word.text) {
        Some(1)
    } else if errors {
        word.spellings().iter().filter_map(|spelling| spelling.errors(other)).min().map(|n| 1 + n.max(1))
    } else {
        None
    }
}
