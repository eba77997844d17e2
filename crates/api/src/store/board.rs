//! The board: which posts hang where, kept in memory and fed by every write.
//!
//! A page of a list is a merge of a few dozen short stacks, newest first; no query is made for it. The database stays the truth: the
//! board is read from it at start, and after each commit the rows that changed are read again, one writer after the other, so that an
//! older row never replaces a newer one.
//!
//! Offers hang on stacks of their own, so that their list never wades through notices and events; the square merges both. Beside the
//! stacks lies the index of their words.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use domain::Timestamp;
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::id::OfferId;
use domain::offer::OfferKind;
use domain::square::PostKind;
use uuid::Uuid;

use super::stacks::{Entry, Found, Hung, Kind, Look, Stack, Stacks};
use crate::search::{Index, Query, Rank};

/// With so few posts in reach each is looked at; with more, first those that have the words.
const FEW: usize = 2_000;
/// Which posts hang where, and their words.
#[derive(Debug, Default)]
pub struct Board {
    stacks: RwLock<Stacks>,
    /// Read before the stacks where both are read; never written while the other is held.
    index: RwLock<Index>,
    /// One refresh after the other: read, then hang up.
    pub(super) turn: tokio::sync::Mutex<()>,
    pub(super) distrusted: AtomicBool,
    /// The latest instant that was told, in milliseconds: what was over then is not read anew.
    latest: AtomicI64,
}

/// What is made beside the board, to be put in its place.
#[derive(Debug, Default)]
pub(super) struct Beside {
    stacks: Stacks,
    index: Index,
}

impl Beside {
    pub fn hang(&mut self, post: &Hung) {
        self.stacks.hang(post);
        self.index.put(post.rank, &post.title, &post.text);
    }
}

/// Which part of the board a page of offers shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardFilter {
    /// How far the viewer looks; all that reaches her when absent.
    pub circle: Option<Circle>,
    /// Given or wanted.
    pub kind: Option<OfferKind>,
    /// Only these services; all when absent.
    pub categories: Option<Vec<CategorySlug>>,
    /// Only older ones than this.
    pub before: Option<OfferId>,
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

impl Board {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { latest: now.timestamp_millis().into(), ..Self::default() }
    }

    /// Says what time it is, for when it is read anew.
    pub(super) fn tell_time(&self, now: Timestamp) {
        self.latest.store(now.timestamp_millis(), Ordering::Relaxed);
    }

    /// Says that the board may lag behind: it is read anew at the next occasion.
    pub(super) fn distrust(&self) {
        self.distrusted.store(true, Ordering::SeqCst);
    }

    pub(super) fn latest(&self) -> i64 {
        self.latest.load(Ordering::Relaxed)
    }

    pub(super) fn is_distrusted(&self) -> bool {
        self.distrusted.load(Ordering::SeqCst)
    }

    /// Puts what was read anew in the place of all there is.
    pub(super) fn replace(&self, beside: Beside) {
        *write(&self.stacks) = beside.stacks;
        *write(&self.index) = beside.index;
    }

    /// Hangs these posts as they were read, and takes down those that were not found.
    pub(super) fn refresh(&self, posts: &[(Uuid, Option<Hung>)]) {
        let mut stacks = write(&self.stacks);
        let before: Vec<Option<Uuid>> = posts
            .iter()
            .map(|(id, post)| match post {
                Some(post) => stacks.hang(post),
                None => stacks.remove(*id),
            })
            .collect();
        drop(stacks);
        let mut index = write(&self.index);
        for ((_, post), before) in posts.iter().zip(before) {
            let rank = post.as_ref().map(|post| post.rank);
            if let Some(before) = before.filter(|before| Some(*before) != rank) {
                index.remove(before);
            }
            if let Some(post) = post {
                index.put(post.rank, &post.title, &post.text);
            }
        }
    }

    /// What is over by the clock.
    pub(super) fn over(&self, now: Timestamp) -> Vec<Uuid> {
        read(&self.stacks).over(now).collect()
    }

    /// Whether a text stands anywhere in the index.
    pub(super) fn holds(&self, text: &str) -> bool {
        format!("{:?}", read(&self.index)).contains(text)
    }

    /// An offer, if it hangs.
    pub(super) fn offer(&self, id: OfferId) -> Option<Found> {
        read(&self.stacks).known.get(&id.0).map(|k| k.entry.found()).filter(|f| matches!(f.kind, Kind::Offer(_)))
    }

    /// The newest offers that reach the viewer, at most `limit`; none of those whom she does not meet.
    pub(super) fn offers(&self, look: &Look<'_>, filter: &BoardFilter, limit: usize) -> Vec<Found> {
        let stacks = read(&self.stacks);
        let categories: Option<Vec<u16>> = filter
            .categories
            .as_ref()
            .map(|c| c.iter().filter_map(|slug| stacks.categories.get(slug).copied()).collect());
        stacks.page(look, &[&stacks.offers], filter.before.map(|b| b.0), limit, |e| {
            filter.kind.is_none_or(|k| Kind::Offer(k) == e.kind)
                && categories.as_ref().is_none_or(|c| c.contains(&e.category))
        })
    }

    /// The newest posts of all kinds that reach the viewer, or of one kind.
    pub(super) fn posts(
        &self,
        look: &Look<'_>,
        kind: Option<PostKind>,
        before: Option<Uuid>,
        limit: usize,
    ) -> Vec<Found> {
        let stacks = read(&self.stacks);
        let fits = |e: &Entry| kind.is_none_or(|kind| e.kind.is_among(kind));
        stacks.page(look, &stacks.shelves(kind), before, limit, fits)
    }

    /// The posts with these words, the best first.
    pub(super) fn best(
        &self,
        look: &Look<'_>,
        kind: Option<PostKind>,
        query: &Query,
        after: Option<Rank>,
        limit: usize,
    ) -> Vec<(Found, Rank)> {
        let (index, stacks) = (read(&self.index), read(&self.stacks));
        let hits = in_reach(&stacks, look, kind, |in_reach| match in_reach {
            InReach::Few(these) => index.search_among(query, after, limit, these),
            InReach::Many(is_visible) => index.search(query, after, limit, is_visible),
        });
        hits.into_iter().filter_map(|hit| Some((stacks.known.get(&hit.id)?.entry.found(), hit.rank))).collect()
    }

    /// The posts with these words, the newest first.
    pub(super) fn newest(
        &self,
        look: &Look<'_>,
        kind: Option<PostKind>,
        query: &Query,
        before: Option<Uuid>,
        limit: usize,
    ) -> Vec<Found> {
        let (index, stacks) = (read(&self.index), read(&self.stacks));
        let ranks = in_reach(&stacks, look, kind, |in_reach| match in_reach {
            InReach::Few(these) => index.newest_among(query, before, limit, these),
            InReach::Many(is_visible) => index.newest(query, before, limit, is_visible),
        });
        ranks.into_iter().filter_map(|rank| Some(stacks.known.get(&rank)?.entry.found())).collect()
    }
}

/// What a viewer sees, for the index.
enum InReach<'a> {
    Few(Vec<Uuid>),
    Many(&'a mut dyn FnMut(Uuid) -> bool),
}

/// Asks about what the viewer sees: post by post where she sees few, else whether she sees what was found.
fn in_reach<T>(stacks: &Stacks, look: &Look<'_>, kind: Option<PostKind>, ask: impl FnOnce(InReach<'_>) -> T) -> T {
    let fits = |e: &Entry| kind.is_none_or(|kind| e.kind.is_among(kind)) && look.meets(e);
    let reaches = |stack: &Stack, e: &Entry| matches!(stack, Stack::Home(..)) || stacks.is_live(look.atlas, e);
    let these: HashSet<Stack> = look.stacks().into_iter().collect();
    let shelves = stacks.shelves(kind);
    let piles: Vec<(&Stack, &Vec<Entry>)> =
        these.iter().flat_map(|s| shelves.iter().filter_map(move |shelf| Some((s, shelf.get(s)?)))).collect();
    if piles.iter().map(|(_, entries)| entries.len()).sum::<usize>() <= FEW {
        let entries = piles.iter().flat_map(|(s, entries)| entries.iter().filter(|e| fits(e) && reaches(s, e)));
        return ask(InReach::Few(entries.map(|e| e.rank).collect()));
    }
    ask(InReach::Many(&mut |rank| {
        stacks.known.get(&rank).is_some_and(|known| {
            let e = &known.entry;
            fits(e) && stacks.stacks_of(known).any(|s| these.contains(&s) && reaches(&s, e))
        })
    }))
}
