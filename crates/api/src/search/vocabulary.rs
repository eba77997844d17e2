//! Every word that stands in a post, with the posts in which it stands. A word of no post is not kept.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use super::stem;

/// A number (of a post, or of a word), and whether the word stands in the post's title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark(u32);

impl Mark {
    pub(super) const fn new(number: u32, in_title: bool) -> Self {
        Self(number << 1 | in_title as u32)
    }

    pub(super) const fn number(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub(super) const fn in_title(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Takes a free number, or the next one.
pub(super) fn take_number<T>(free: &mut Vec<u32>, things: &mut Vec<T>, thing: T) -> u32 {
    if let Some(number) = free.pop() {
        things[number as usize] = thing;
        return number;
    }
    things.push(thing);
    u32::try_from(things.len() - 1).unwrap_or(u32::MAX)
}

#[derive(Debug, Default)]
struct Entry {
    text: Arc<str>,
    /// By number.
    posts: Vec<Mark>,
}

#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    entries: Vec<Entry>,
    /// Numbers that no word has.
    free: Vec<u32>,
    by_text: BTreeMap<Arc<str>, u32>,
    by_key: HashMap<Box<str>, Vec<u32>>,
}

impl Vocabulary {
    /// How many numbers there are; not all of them are taken.
    pub(super) fn numbers(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn posts(&self, word: u32) -> &[Mark] {
        &self.entries[word as usize].posts
    }

    /// Notes that a post has a word. The answer is the word's mark, for the post.
    pub(super) fn enter(&mut self, text: &str, post: u32, in_title: bool) -> Mark {
        let word = match self.by_text.get(text) {
            Some(&word) => word,
            None => self.add(text),
        };
        let (posts, mark) = (&mut self.entries[word as usize].posts, Mark::new(post, in_title));
        if let Err(at) = posts.binary_search(&mark) {
            posts.insert(at, mark);
        }
        Mark::new(word, in_title)
    }

    fn add(&mut self, text: &str) -> u32 {
        let text: Arc<str> = text.into();
        let entry = Entry { text: Arc::clone(&text), posts: Vec::new() };
        let word = take_number(&mut self.free, &mut self.entries, entry);
        self.by_key.entry(stem::key(&text).into()).or_default().push(word);
        self.by_text.insert(text, word);
        word
    }

    /// Notes that a post no longer has the word of this mark.
    pub(super) fn leave(&mut self, mark: Mark, post: u32) {
        let entry = &mut self.entries[mark.number()];
        if let Ok(at) = entry.posts.binary_search(&Mark::new(post, mark.in_title())) {
            entry.posts.remove(at);
        }
        let room = entry.posts.capacity();
        if entry.posts.is_empty() {
            self.drop_word(mark.number());
        } else if room > 16 && entry.posts.len() < room / 4 {
            entry.posts.shrink_to(room / 2);
        }
    }

    fn drop_word(&mut self, word: usize) {
        let text = std::mem::take(&mut self.entries[word]).text;
        let Some(number) = self.by_text.remove(&text) else { return };
        self.free.push(number);
        let key = stem::key(&text);
        if let Some(forms) = self.by_key.get_mut(key.as_ref()) {
            forms.retain(|&form| form != number);
            if forms.is_empty() {
                self.by_key.remove(key.as_ref());
            }
        }
    }

    /// The words of this key.
    pub(super) fn forms(&self, key: &str) -> &[u32] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    /// The words that begin so.
    pub(super) fn beginning(&self, start: &str) -> impl Iterator<Item = (&str, u32)> {
        let from = (Bound::Included(start), Bound::Unbounded);
        self.by_text
            .range::<str, _>(from)
            .map(|(text, &word)| (&**text, word))
            .take_while(move |(text, _)| text.starts_with(start))
    }

    #[cfg(test)]
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.by_text.keys().map(|text| &**text)
    }

    /// How many marks there is room for.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.entries.iter().map(|entry| entry.posts.capacity()).sum()
    }
}
