//! The board: which open offers hang where, kept in memory and fed by every write.
//!
//! A page of a list is a merge of a few dozen short stacks, newest first; no query is made for it. The database stays the truth: the
//! board is read from it at start, and after each commit the rows that changed are read again, one writer after the other, so that an
//! older row never replaces a newer one.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::id::{OfferId, OfficeId, ResidenceId, TenantId};
use domain::offer::OfferKind;
use uuid::Uuid;

use super::blocks::Apart;
use super::open::OpenRow;
use super::{Atlas, StoreError, Viewer, word};

/// Where an offer hangs: at its author's residence, and once more where many residences share one stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stack {
    Home(ResidenceId, Circle),
    /// All of the office's offers that reach the whole office.
    Office(OfficeId),
}

/// One offer on a stack, with all that a page asks of it: a page reads a few stacks from their ends and nothing else.
#[derive(Clone, Copy, Debug)]
struct Entry {
    id: Uuid,
    version: i32,
    /// Its author's residence, by its place in [`Stacks::homes`].
    home: u32,
    category: u16,
    kind: OfferKind,
    author: TenantId,
}

/// What is known of an open offer.
#[derive(Clone, Copy, Debug)]
struct Known {
    version: i32,
    office: OfficeId,
    residence: ResidenceId,
    circle: Circle,
}

#[derive(Debug, Default)]
pub(super) struct Stacks {
    /// Oldest first, so that a new offer goes to the end.
    stacks: HashMap<Stack, Vec<Entry>>,
    known: HashMap<Uuid, Known>,
    categories: HashMap<CategorySlug, u16>,
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

    fn remove(&mut self, id: Uuid) {
        if let Some(known) = self.known.remove(&id) {
            for stack in stacks_of(&known) {
                if let Some(entries) = self.stacks.get_mut(&stack)
                    && let Ok(at) = entries.binary_search_by_key(&id, |e| e.id)
                {
                    entries.remove(at);
                }
            }
        }
    }

    /// Hangs an offer where it belongs now.
    pub(super) fn hang(&mut self, row: &OpenRow) -> Result<(), StoreError> {
        let slug = super::value(CategorySlug::parse(row.category.as_str()))?;
        let (office, residence) = (OfficeId(row.office_id), ResidenceId(row.residence_id));
        let entry = Entry {
            id: row.id,
            version: row.version,
            home: self.home(residence),
            category: self.category(&slug),
            kind: word(OfferKind::from_word(&row.kind), &row.kind)?,
            author: TenantId(row.author_id),
        };
        let circle = super::offers::circle(&row.circle)?;
        self.put(entry, Known { version: row.version, office, residence, circle });
        Ok(())
    }

    fn put(&mut self, entry: Entry, known: Known) {
        self.remove(entry.id);
        for stack in stacks_of(&known) {
            let entries = self.stacks.entry(stack).or_default();
            match entries.last() {
                Some(last) if last.id >= entry.id => {
                    if let Err(at) = entries.binary_search_by_key(&entry.id, |e| e.id) {
                        entries.insert(at, entry);
                    }
                }
                _ => entries.push(entry),
            }
        }
        self.known.insert(entry.id, known);
    }
}

fn stacks_of(known: &Known) -> impl Iterator<Item = Stack> + use<> {
    let shared = (known.circle == Circle::Office).then_some(Stack::Office(known.office));
    [Some(Stack::Home(known.residence, known.circle)), shared].into_iter().flatten()
}

/// Which open offers hang where.
#[derive(Debug, Default)]
pub struct Board {
    stacks: RwLock<Stacks>,
    /// One refresh after the other: read, then hang up.
    pub(super) turn: tokio::sync::Mutex<()>,
    pub(super) distrusted: AtomicBool,
}

/// Which part of the board a page shows.
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

impl Board {
    /// Says that the board may lag behind: it is read anew at the next occasion.
    pub(super) fn distrust(&self) {
        self.distrusted.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_distrusted(&self) -> bool {
        self.distrusted.load(Ordering::SeqCst)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Stacks> {
        self.stacks.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Stacks> {
        self.stacks.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Puts what was read anew in the place of all there is.
    pub(super) fn replace(&self, stacks: Stacks) {
        *self.write() = stacks;
    }

    /// Hangs these offers as they were read, and takes down those that were not found.
    pub(super) fn refresh(&self, ids: &[OfferId], found: &HashMap<Uuid, OpenRow>) -> Result<(), StoreError> {
        let mut stacks = self.write();
        for id in ids {
            match found.get(&id.0) {
                Some(row) => stacks.hang(row)?,
                None => stacks.remove(id.0),
            }
        }
        Ok(())
    }

    /// The version of an open offer.
    pub(super) fn version(&self, id: Uuid) -> Option<i32> {
        self.read().known.get(&id).map(|k| k.version)
    }

    /// The newest offers that reach the viewer, at most `limit`, and their versions; none of those whom she does not meet.
    pub(super) fn page(
        &self,
        atlas: &Atlas,
        viewer: &Viewer,
        apart: Option<&Apart>,
        filter: &BoardFilter,
        limit: usize,
    ) -> Vec<(Uuid, i32)> {
        let stacks = self.read();
        let categories: Option<Vec<u16>> = filter
            .categories
            .as_ref()
            .map(|c| c.iter().filter_map(|slug| stacks.categories.get(slug).copied()).collect());
        let fits = |e: &Entry| {
            filter.kind.is_none_or(|k| k == e.kind)
                && categories.as_ref().is_none_or(|c| c.contains(&e.category))
                && apart.is_none_or(|a| !a.contains(&e.author))
        };
        // A stack of one residence is in reach or not; on the office's, each offer is asked whether its residence takes part.
        let is_live = |e: &Entry| stacks.homes.get(e.home as usize).is_some_and(|&home| atlas.is_live(home));
        // The newest entry of each stack on top of a heap; the one that is taken is replaced by its successor.
        let mut heap = BinaryHeap::new();
        let in_reach: Vec<(bool, &[Entry])> = stacks_in_reach(atlas, viewer, filter.circle)
            .into_iter()
            .filter_map(|s| Some((matches!(s, Stack::Office(_)), stacks.stacks.get(&s)?.as_slice())))
            .collect();
        let next = |n: usize, end: usize| {
            let (is_shared, stack) = in_reach[n];
            stack[..end].iter().rposition(|e| fits(e) && (!is_shared || is_live(e)))
        };
        for (n, (_, stack)) in in_reach.iter().enumerate() {
            let end = filter.before.map_or(stack.len(), |b| stack.partition_point(|e| e.id < b.0));
            if let Some(at) = next(n, end) {
                heap.push((stack[at].id, Reverse(n), at));
            }
        }
        let mut page = Vec::with_capacity(limit);
        while page.len() < limit
            && let Some((id, Reverse(n), at)) = heap.pop()
        {
            page.push((id, in_reach[n].1[at].version));
            if let Some(at) = next(n, at) {
                heap.push((in_reach[n].1[at].id, Reverse(n), at));
            }
        }
        page
    }
}

/// The stacks whose offers stand within `circle` of the viewer and reach her; each offer is on one of them only.
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
