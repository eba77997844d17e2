//! The index: put posts in, take them out.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::fold::fold;
use super::vocabulary::{Mark, Vocabulary, take_number};

#[derive(Debug, Default)]
pub(super) struct Post {
    pub(super) id: Uuid,
    /// By number.
    pub(super) words: Box<[Mark]>,
}

/// Which words stand in which post.
#[derive(Debug, Default)]
pub struct Index {
    pub(super) posts: Vec<Post>,
    /// Numbers that no post has.
    free: Vec<u32>,
    pub(super) by_id: HashMap<Uuid, u32>,
    /// All posts, oldest first, so that a new one goes to the end.
    pub(super) in_order: Vec<u32>,
    pub(super) vocabulary: Vocabulary,
}

impl Index {
    /// An index without any post.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many posts there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is no post.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Takes a post in, in the place of what was known of it. Oldest first is fastest.
    pub fn put(&mut self, id: Uuid, title: &str, text: &str) {
        let post = match self.by_id.get(&id) {
            Some(&post) => {
                self.leave_words(post);
                post
            }
            None => self.add(id),
        };
        let mut words: BTreeMap<String, bool> = fold(text).map(|word| (word, false)).collect();
        words.extend(fold(title).map(|word| (word, true)));
        let mut marks: Vec<Mark> =
            words.iter().map(|(word, &in_title)| self.vocabulary.enter(word, post, in_title)).collect();
        marks.sort_unstable();
        self.posts[post as usize].words = marks.into();
    }

    fn add(&mut self, id: Uuid) -> u32 {
        let post = take_number(&mut self.free, &mut self.posts, Post { id, words: Box::default() });
        let at = self.place(id);
        self.in_order.insert(at, post);
        self.by_id.insert(id, post);
        post
    }

    /// Where in the order this post is, or would be.
    fn place(&self, id: Uuid) -> usize {
        let id_of = |&post: &u32| self.posts[post as usize].id;
        match self.in_order.last() {
            Some(last) if id_of(last) < id => self.in_order.len(),
            _ => self.in_order.partition_point(|post| id_of(post) < id),
        }
    }

    fn leave_words(&mut self, post: u32) {
        for mark in std::mem::take(&mut self.posts[post as usize].words) {
            self.vocabulary.leave(mark, post);
        }
    }

    /// Forgets a post, with every word that stands in no other.
    pub fn remove(&mut self, id: Uuid) {
        let at = self.place(id);
        let Some(post) = self.by_id.remove(&id) else { return };
        self.leave_words(post);
        self.in_order.remove(at);
        self.posts[post as usize] = Post::default();
        self.free.push(post);
    }
}
