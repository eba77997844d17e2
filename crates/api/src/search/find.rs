//! Searching: which posts have the words of a query, the best or the newest first.
//!
//! A post must have every word, in the form that was typed or another; the last word may go on. When the viewer sees no such post, words
//! with a typing error count too. Whether they do is asked of what she sees, not of the vocabulary: otherwise a post of her own, one
//! letter away, would tell whether a word stands in a post of somebody else.
//!
//! Few posts are looked at one by one, by their words; for many, the posts of each word are gone through once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::iter;

use uuid::Uuid;

use super::fit::{CLASSES, NO_MATCH, Reading, WITH_ERRORS};
use super::index::Index;
use super::query::Query;

/// Where a post stands among the answers to a query. As text it is the cursor of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    class: u8,
    id: Uuid,
}

impl Rank {
    /// Reads a cursor.
    pub fn parse(text: &str) -> Option<Self> {
        let (class, id) = text.split_once('-')?;
        let class = class.parse().ok().filter(|&class| class < CLASSES)?;
        let rank = Self { class, id: Uuid::try_parse(id).ok()? };
        // One text for one rank.
        (rank.to_string() == text).then_some(rank)
    }

    fn order(self) -> (u8, Reverse<Uuid>) {
        (self.class, Reverse(self.id))
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.class, self.id.simple())
    }
}

/// A post that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The post.
    pub id: Uuid,
    /// Where it stands; the next page comes after the last one's.
    pub rank: Rank,
}

/// Among which posts a search looks.
pub(super) enum Among<'a> {
    /// All, one by one when there are at most so many that may fit.
    All(usize),
    /// These, by number.
    These(&'a [u32]),
}

impl Index {
    /// The best answers after `after` that the viewer may see, at most `limit`. `visible` is asked of one after the other, best first,
    /// and no longer than needed: for viewers who see much.
    pub fn search(
        &self,
        query: &Query,
        after: Option<Rank>,
        limit: usize,
        visible: impl FnMut(Uuid) -> bool,
    ) -> Vec<Hit> {
        self.best(&self.all(), query, after, limit, visible)
    }

    /// The same among `candidates` alone, in any order: for viewers who see little.
    pub fn search_among(
        &self,
        query: &Query,
        after: Option<Rank>,
        limit: usize,
        candidates: impl IntoIterator<Item = Uuid>,
    ) -> Vec<Hit> {
        self.best(&Among::These(&self.numbers(candidates)), query, after, limit, |_| true)
    }

    /// The newest answers before `before` that the viewer may see, at most `limit`; `visible` is asked as above.
    pub fn newest(
        &self,
        query: &Query,
        before: Option<Uuid>,
        limit: usize,
        visible: impl FnMut(Uuid) -> bool,
    ) -> Vec<Uuid> {
        self.latest(&self.all(), query, before, limit, visible)
    }

    /// The same among `candidates` alone, in any order.
    pub fn newest_among(
        &self,
        query: &Query,
        before: Option<Uuid>,
        limit: usize,
        candidates: impl IntoIterator<Item = Uuid>,
    ) -> Vec<Uuid> {
        self.latest(&Among::These(&self.numbers(candidates)), query, before, limit, |_| true)
    }

    fn all(&self) -> Among<'static> {
        // Looking at one post takes about as long as going through thirty marks.
        Among::All(256.max(self.posts.len() / 32))
    }

    fn numbers(&self, candidates: impl IntoIterator<Item = Uuid>) -> Vec<u32> {
        let mut posts: Vec<u32> = candidates.into_iter().filter_map(|id| self.by_id.get(&id).copied()).collect();
        posts.sort_unstable();
        posts.dedup();
        posts
    }

    pub(super) fn best(
        &self,
        among: &Among<'_>,
        query: &Query,
        after: Option<Rank>,
        limit: usize,
        mut visible: impl FnMut(Uuid) -> bool,
    ) -> Vec<Hit> {
        let mut page = |errors: bool| -> Vec<Hit> {
            self.answers(among, query, errors)
                .best_first(self)
                .filter(|rank| after.is_none_or(|after| rank.order() > after.order()))
                .filter(|rank| visible(rank.id))
                .take(limit)
                .map(|rank| Hit { id: rank.id, rank })
                .collect()
        };
        // A later page goes on as the first one did.
        let exact = if after.is_none_or(|rank| rank.class < WITH_ERRORS) { page(false) } else { return page(true) };
        if exact.is_empty() && after.is_none() { page(true) } else { exact }
    }

    pub(super) fn latest(
        &self,
        among: &Among<'_>,
        query: &Query,
        before: Option<Uuid>,
        limit: usize,
        mut visible: impl FnMut(Uuid) -> bool,
    ) -> Vec<Uuid> {
        let is_older = |id: &Uuid| before.is_none_or(|before| *id < before);
        let exact = self.answers(among, query, false);
        let page: Vec<Uuid> = exact.newest_first(self).filter(is_older).filter(|&id| visible(id)).take(limit).collect();
        // An earlier page had answers without an error: this is the end, not another beginning.
        if !page.is_empty() || exact.newest_first(self).filter(|id| !is_older(id)).any(&mut visible) {
            return page;
        }
        let answers = self.answers(among, query, true);
        answers.newest_first(self).filter(is_older).filter(|&id| visible(id)).take(limit).collect()
    }

    fn answers(&self, among: &Among<'_>, query: &Query, errors: bool) -> Answers {
        let readings: Vec<Reading> =
            query.readings.iter().filter_map(|words| Reading::of(self, words, errors)).collect();
        match among {
            Among::These(posts) => one_by_one(self, &readings, posts.iter().copied()),
            Among::All(few) if readings.iter().map(|r| r.rarest(self)).sum::<usize>() <= *few => {
                let mut posts: Vec<u32> = readings.iter().flat_map(|r| r.posts_of_rarest(self)).collect();
                posts.sort_unstable();
                posts.dedup();
                one_by_one(self, &readings, posts.into_iter())
            }
            Among::All(_) => all_at_once(self, &readings),
        }
    }
}

/// Posts that fit, with their classes.
enum Answers {
    Few(Vec<(u8, Uuid)>),
    /// The class of every post, by number.
    Many(Vec<u8>),
}

fn one_by_one(index: &Index, readings: &[Reading], posts: impl Iterator<Item = u32>) -> Answers {
    let class_of = |marks: &_| readings.iter().map(|r| r.class_of(marks)).min().unwrap_or(NO_MATCH);
    let posts = posts.map(|post| &index.posts[post as usize]);
    Answers::Few(posts.map(|post| (class_of(&post.words), post.id)).filter(|&(class, _)| class != NO_MATCH).collect())
}

fn all_at_once(index: &Index, readings: &[Reading]) -> Answers {
    let mut classes = vec![NO_MATCH; index.posts.len()];
    for reading in readings {
        for (class, other) in classes.iter_mut().zip(reading.classes(index)) {
            *class = (*class).min(other);
        }
    }
    Answers::Many(classes)
}

impl Answers {
    /// Sorted no further than they are asked for.
    fn best_first<'a>(self, index: &'a Index) -> Box<dyn Iterator<Item = Rank> + 'a> {
        match self {
            Self::Few(found) => {
                let mut heap: BinaryHeap<_> =
                    found.into_iter().map(|(class, id)| Reverse((class, Reverse(id)))).collect();
                Box::new(iter::from_fn(move || heap.pop().map(|Reverse((class, Reverse(id)))| Rank { class, id })))
            }
            Self::Many(classes) => {
                let mut is_there = [false; CLASSES as usize];
                for &class in classes.iter().filter(|&&class| class != NO_MATCH) {
                    is_there[usize::from(class)] = true;
                }
                let mut of_class = (0..CLASSES).filter(move |&class| is_there[usize::from(class)]);
                let mut at = None;
                Box::new(iter::from_fn(move || {
                    loop {
                        if let Some((class, newest)) = &mut at
                            && let Some(id) = find(index, newest, |post| classes[post as usize] == *class)
                        {
                            return Some(Rank { class: *class, id });
                        }
                        at = Some((of_class.next()?, index.in_order.iter().rev()));
                    }
                }))
            }
        }
    }

    fn newest_first<'a>(&'a self, index: &'a Index) -> Box<dyn Iterator<Item = Uuid> + 'a> {
        match self {
            Self::Few(found) => {
                let mut ids: Vec<Uuid> = found.iter().map(|&(_, id)| id).collect();
                ids.sort_unstable();
                Box::new(ids.into_iter().rev())
            }
            Self::Many(classes) => {
                let mut newest = index.in_order.iter().rev();
                Box::new(iter::from_fn(move || find(index, &mut newest, |post| classes[post as usize] != NO_MATCH)))
            }
        }
    }
}

/// The next post that is meant.
fn find<'a>(index: &Index, posts: &mut impl Iterator<Item = &'a u32>, is_meant: impl Fn(u32) -> bool) -> Option<Uuid> {
    posts.find(|&&post| is_meant(post)).map(|&post| index.posts[post as usize].id)
}
