//! Stacks of posts: where each hangs, and which of them a viewer finds in reach.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use domain::Timestamp;
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::id::{OfficeId, ResidenceId, TenantId};
use domain::notice::NoticeKind;
use domain::offer::OfferKind;
use domain::square::PostKind;
use uuid::Uuid;

use super::blocks::Apart;
use super::{Atlas, Viewer};

/// Until when something hangs that ends by a write and not by the clock.
const NO_END: u32 = u32::MAX;

/// Where a post hangs: at its author's residence, and once more where many residences share one stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stack {
    Home(ResidenceId, Circle),
    /// All of the office's posts that reach the whole office.
    Office(OfficeId),
}

pub(super) type Shelf = HashMap<Stack, Vec<Entry>>;

/// What a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Offer(OfferKind),
    Notice(NoticeKind),
    Event,
}

impl Kind {
    const fn is_offer(self) -> bool {
        matches!(self, Self::Offer(_))
    }

    pub fn is_among(self, wanted: PostKind) -> bool {
        match self {
            Self::Offer(OfferKind::Offer) => wanted == PostKind::Offer,
            Self::Offer(OfferKind::Request) => wanted == PostKind::Request,
            Self::Notice(kind) if kind.has_seen() => wanted == PostKind::LostFound,
            Self::Notice(_) => wanted == PostKind::Notice,
            Self::Event => wanted == PostKind::Event,
        }
    }
}

/// One post on a stack, with all that a page asks of it: a page reads a few stacks from their ends and nothing else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Orders the stacks: [`Hung::rank`].
    pub rank: Uuid,
    pub id: Uuid,
    pub version: i32,
    /// Its author's residence, by its place in `Stacks::homes`.
    home: u32,
    /// When it is over, in seconds.
    until: u32,
    pub category: u16,
    pub kind: Kind,
    author: TenantId,
}

impl Entry {
    pub fn found(&self) -> Found {
        Found { rank: self.rank, id: self.id, version: self.version, kind: self.kind }
    }
}

/// What is known of a post that hangs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub entry: Entry,
    office: OfficeId,
    circle: Circle,
}

/// A post of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub rank: Uuid,
    pub id: Uuid,
    pub version: i32,
    pub kind: Kind,
}

/// A post as it is hung up: an offer, a notice or an event.
#[derive(Debug)]
pub(super) struct Hung {
    /// Its place among the others, the newest last: its id, unless it was begun long before it could be seen.
    pub rank: Uuid,
    pub id: Uuid,
    pub version: i32,
    pub kind: Kind,
    pub office: OfficeId,
    pub author: TenantId,
    pub residence: ResidenceId,
    pub circle: Circle,
    pub category: Option<CategorySlug>,
    /// When it is over, unless a write ends it.
    pub until: Option<Timestamp>,
    pub title: String,
    pub text: String,
}

fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.timestamp()).unwrap_or(if at.timestamp() < 0 { 0 } else { NO_END })
}

#[derive(Debug, Default)]
pub(super) struct Stacks {
    /// Oldest first, so that a new one goes to the end.
    pub offers: Shelf,
    /// Notices and events.
    posts: Shelf,
    /// By their rank.
    pub known: HashMap<Uuid, Known>,
    /// The rank of those whose rank is not their id.
    ranks: HashMap<Uuid, Uuid>,
    pub categories: HashMap<CategorySlug, u16>,
    homes: Vec<ResidenceId>,
    home_of: HashMap<ResidenceId, u32>,
}

impl Stacks {
    fn home(&mut self, residence: ResidenceId) -> u32 {
        let homes = &mut self.homes;
        *self.home_of.entry(residence).or_insert_with(|| {
            homes.push(residence);
            u32::try_from(homes.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn category(&mut self, slug: &CategorySlug) -> u16 {
        let next = u16::try_from(self.categories.len()).unwrap_or(u16::MAX);
        *self.categories.entry(slug.clone()).or_insert(next)
    }

    fn shelf(&mut self, kind: Kind) -> &mut Shelf {
        if kind.is_offer() { &mut self.offers } else { &mut self.posts }
    }

    /// Takes a post down; gives the rank it had.
    pub fn remove(&mut self, id: Uuid) -> Option<Uuid> {
        let rank = self.ranks.remove(&id).unwrap_or(id);
        let known = self.known.remove(&rank)?;
        for stack in self.stacks_of(&known) {
            if let Some(entries) = self.shelf(known.entry.kind).get_mut(&stack)
                && let Ok(at) = entries.binary_search_by_key(&rank, |e| e.rank)
            {
                entries.remove(at);
            }
        }
        Some(rank)
    }

    /// Hangs a post where it belongs now; gives the rank it had before.
    pub fn hang(&mut self, post: &Hung) -> Option<Uuid> {
        let before = self.remove(post.id);
        if post.rank != post.id {
            self.ranks.insert(post.id, post.rank);
        }
        let entry = Entry {
            rank: post.rank,
            id: post.id,
            version: post.version,
            home: self.home(post.residence),
            until: post.until.map_or(NO_END, seconds),
            category: post.category.as_ref().map_or(u16::MAX, |slug| self.category(slug)),
            kind: post.kind,
            author: post.author,
        };
        let known = Known { entry, office: post.office, circle: post.circle };
        for stack in self.stacks_of(&known) {
            let entries = self.shelf(entry.kind).entry(stack).or_default();
            match entries.last() {
                Some(last) if last.rank >= entry.rank => {
                    if let Err(at) = entries.binary_search_by_key(&entry.rank, |e| e.rank) {
                        entries.insert(at, entry);
                    }
                }
                _ => entries.push(entry),
            }
        }
        self.known.insert(entry.rank, known);
        before
    }

    pub fn stacks_of(&self, known: &Known) -> impl Iterator<Item = Stack> + use<> {
        let home = self.homes.get(known.entry.home as usize).map(|&home| Stack::Home(home, known.circle));
        let shared = (known.circle == Circle::Office).then_some(Stack::Office(known.office));
        [home, shared].into_iter().flatten()
    }

    /// A stack of one residence is in reach or not; on the office's, each post is asked whether its residence takes part.
    pub fn is_live(&self, atlas: &Atlas, entry: &Entry) -> bool {
        self.homes.get(entry.home as usize).is_some_and(|&home| atlas.is_live(home))
    }

    /// The newest that fit, from all these stacks.
    pub fn page(
        &self,
        look: &Look<'_>,
        shelves: &[&Shelf],
        before: Option<Uuid>,
        limit: usize,
        fits: impl Fn(&Entry) -> bool,
    ) -> Vec<Found> {
        let in_reach: Vec<(bool, &[Entry])> = look
            .stacks()
            .iter()
            .flat_map(|s| shelves.iter().map(move |shelf| (s, shelf)))
            .filter_map(|(s, shelf)| Some((matches!(s, Stack::Office(_)), shelf.get(s)?.as_slice())))
            .collect();
        let next = |n: usize, end: usize| {
            let (is_shared, stack) = in_reach[n];
            stack[..end].iter().rposition(|e| look.meets(e) && fits(e) && (!is_shared || self.is_live(look.atlas, e)))
        };
        // The newest entry of each stack on top of a heap; the one that is taken is replaced by its successor.
        let mut heap = BinaryHeap::new();
        for (n, (_, stack)) in in_reach.iter().enumerate() {
            let end = before.map_or(stack.len(), |b| stack.partition_point(|e| e.rank < b));
            if let Some(at) = next(n, end) {
                heap.push((stack[at].rank, Reverse(n), at));
            }
        }
        let mut page = Vec::with_capacity(limit.min(128));
        while page.len() < limit
            && let Some((_, Reverse(n), at)) = heap.pop()
        {
            page.push(in_reach[n].1[at].found());
            if let Some(at) = next(n, at) {
                heap.push((in_reach[n].1[at].rank, Reverse(n), at));
            }
        }
        page
    }

    /// What is over by the clock.
    pub fn over(&self, now: Timestamp) -> impl Iterator<Item = Uuid> + '_ {
        let is_over = move |k: &&Known| k.entry.until != NO_END && k.entry.until <= seconds(now);
        self.known.values().filter(is_over).map(|k| k.entry.id)
    }

    /// Where posts of this kind hang.
    pub fn shelves(&self, kind: Option<PostKind>) -> Vec<&Shelf> {
        match kind {
            None => vec![&self.offers, &self.posts],
            Some(PostKind::Offer | PostKind::Request) => vec![&self.offers],
            Some(PostKind::LostFound | PostKind::Notice | PostKind::Event) => vec![&self.posts],
        }
    }
}

/// Who looks, from where, how far, and when.
pub(super) struct Look<'a> {
    pub atlas: &'a Atlas,
    pub viewer: &'a Viewer,
    pub apart: Option<&'a Apart>,
    pub circle: Option<Circle>,
    pub now: Timestamp,
}

impl Look<'_> {
    pub fn stacks(&self) -> Vec<Stack> {
        stacks_in_reach(self.atlas, self.viewer, self.circle)
    }

    pub fn meets(&self, entry: &Entry) -> bool {
        (entry.until == NO_END || entry.until > seconds(self.now))
            && self.apart.is_none_or(|a| !a.contains(&entry.author))
    }
}

/// The stacks whose posts stand within `circle` of the viewer and reach her; each post is on one of them only.
fn stacks_in_reach(atlas: &Atlas, viewer: &Viewer, circle: Option<Circle>) -> Vec<Stack> {
    let Some(own) = atlas.place(viewer.residence).filter(|p| p.spot.wave.is_live()) else { return Vec::new() };
    let home = own.spot.residence;
    let same_district = |id: ResidenceId| atlas.reaches(id, Circle::District, home);
    match circle {
        Some(Circle::Residence) => Circle::ALL.iter().map(|&c| Stack::Home(home, c)).collect(),
        Some(Circle::Nearby) => own
            .near
            .iter()
            .flat_map(|&(id, _)| {
                [
                    (id == home).then_some(Stack::Home(id, Circle::Residence)),
                    Some(Stack::Home(id, Circle::Nearby)),
                    same_district(id).then_some(Stack::Home(id, Circle::District)),
                    Some(Stack::Home(id, Circle::Office)),
                ]
            })
            .flatten()
            .collect(),
        Some(Circle::District) => atlas
            .district(&own.spot)
            .iter()
            .flat_map(|&id| {
                [
                    (id == home).then_some(Stack::Home(id, Circle::Residence)),
                    atlas.reaches(id, Circle::Nearby, home).then_some(Stack::Home(id, Circle::Nearby)),
                    Some(Stack::Home(id, Circle::District)),
                    Some(Stack::Home(id, Circle::Office)),
                ]
            })
            .flatten()
            .collect(),
        Some(Circle::Office) | None => std::iter::once(Stack::Office(own.spot.office))
            .chain(std::iter::once(Stack::Home(home, Circle::Residence)))
            .chain(own.near.iter().map(|&(id, _)| Stack::Home(id, Circle::Nearby)))
            .chain(atlas.district(&own.spot).iter().map(|&id| Stack::Home(id, Circle::District)))
            .collect(),
    }
}
