//! What is given and wanted in one residence, ready to be looked up by category.

use crate::tree::{ANY, Cat};

/// One turn of a person, with all that a search asks of it, so that it reads no other memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub give: Cat,
    /// [`ANY`] for an offer that takes anything.
    pub want: Cat,
    /// Since when the wish in it waits.
    pub since: i64,
    pub person: u32,
    pub household: u32,
    pub give_post: u32,
    pub want_post: u32,
    pub give_languages: u32,
    pub want_languages: u32,
    /// The bit of the giving post's circle.
    pub give_circle: u8,
    pub want_circle: u8,
    /// Neither post stands in an agreed ring.
    pub free: bool,
}

impl Entry {
    /// Whether it can stand in a ring: what it wants has a name, and no post of it stands in another ring.
    pub fn is_for_rings(&self) -> bool {
        self.free && self.want != ANY
    }
}

/// One of the rows in which a turn stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Row {
    Wanting(Cat),
    Giving(Cat),
    Anything,
}

impl Row {
    /// The rows in which this turn stands.
    pub fn of(entry: &Entry) -> impl Iterator<Item = Self> + use<> {
        let named = entry.want != ANY;
        let lists = if named {
            [Some(Self::Wanting(entry.want)), Some(Self::Giving(entry.give))]
        } else {
            [Some(Self::Anything), None]
        };
        lists.into_iter().flatten()
    }
}

/// One post by itself, for a match with a single service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Lone {
    pub category: Cat,
    pub is_offer: bool,
    /// An offer for which nothing is asked in return.
    pub gift: bool,
    pub since: i64,
    pub person: u32,
    pub household: u32,
    pub post: u32,
    pub languages: u32,
    pub circle: u8,
}

/// Sorted lists by category.
#[derive(Clone, Debug)]
struct Lists<T>(Vec<Vec<T>>);

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Lists<T> {
    fn get(&self, cat: Cat) -> &[T] {
        self.0.get(cat as usize).map_or(&[], Vec::as_slice)
    }

    fn list(&mut self, cat: Cat) -> &mut Vec<T> {
        if self.0.len() <= cat as usize {
            self.0.resize_with(cat as usize + 1, Vec::new);
        }
        &mut self.0[cat as usize]
    }
}

fn insert<T, K: Ord>(list: &mut Vec<T>, item: T, key: impl Fn(&T) -> K) {
    let wanted = key(&item);
    let at = list.partition_point(|other| key(other) < wanted);
    list.insert(at, item);
}

fn remove<T: PartialEq, K: Ord>(list: &mut Vec<T>, item: &T, key: impl Fn(&T) -> K) {
    let wanted = key(item);
    let at = list.partition_point(|other| key(other) < wanted);
    if list.get(at) == Some(item) {
        list.remove(at);
        if list.capacity() > 32 && list.len() < list.capacity() / 4 {
            list.shrink_to(list.len() * 2);
        }
    }
}

// Turns of one category on the one side are ordered by the category of the other side, then the oldest wish first.

fn want_order(e: &Entry) -> (Cat, i64, Entry) {
    (e.give, e.since, *e)
}

fn give_order(e: &Entry) -> (Cat, i64, Entry) {
    (e.want, e.since, *e)
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf {
    wanting: Lists<Entry>,
    giving: Lists<Entry>,
    anything: Vec<Entry>,
    offers: Lists<Lone>,
    requests: Lists<Lone>,
}

impl Shelf {
    pub fn insert(&mut self, entry: Entry) {
        if entry.want == ANY {
            insert(&mut self.anything, entry, want_order);
            return;
        }
        insert(self.wanting.list(entry.want), entry, want_order);
        insert(self.giving.list(entry.give), entry, give_order);
    }

    /// Adds one of many, in no order: [`Shelf::sort`] comes after all.
    pub fn add(&mut self, entry: Entry) {
        for row in Row::of(&entry) {
            self.row(row).push(entry);
        }
    }

    /// Makes room for exactly so many more in one row.
    pub fn reserve(&mut self, row: Row, more: usize) {
        self.row(row).reserve_exact(more);
    }

    fn row(&mut self, row: Row) -> &mut Vec<Entry> {
        match row {
            Row::Wanting(cat) => self.wanting.list(cat),
            Row::Giving(cat) => self.giving.list(cat),
            Row::Anything => &mut self.anything,
        }
    }

    pub fn add_lone(&mut self, lone: Lone) {
        self.lone(&lone).push(lone);
    }

    pub fn sort(&mut self) {
        self.anything.sort_unstable_by_key(want_order);
        self.wanting.0.iter_mut().for_each(|list| list.sort_unstable_by_key(want_order));
        self.giving.0.iter_mut().for_each(|list| list.sort_unstable_by_key(give_order));
        for list in self.offers.0.iter_mut().chain(&mut self.requests.0) {
            list.sort_unstable();
            list.shrink_to_fit();
        }
    }

    pub fn remove(&mut self, entry: &Entry) {
        if entry.want == ANY {
            remove(&mut self.anything, entry, want_order);
            return;
        }
        remove(self.wanting.list(entry.want), entry, want_order);
        remove(self.giving.list(entry.give), entry, give_order);
    }

    fn lone(&mut self, lone: &Lone) -> &mut Vec<Lone> {
        if lone.is_offer { self.offers.list(lone.category) } else { self.requests.list(lone.category) }
    }

    pub fn insert_lone(&mut self, lone: Lone) {
        insert(self.lone(&lone), lone, |l| *l);
    }

    pub fn remove_lone(&mut self, lone: &Lone) {
        remove(self.lone(lone), lone, |l| *l);
    }

    /// The turns that want this category by name, in runs of what they give, the oldest wish of a run first.
    pub fn wanting(&self, want: Cat) -> &[Entry] {
        self.wanting.get(want)
    }

    /// The turns that give this category and want one by name, in runs of what they want.
    pub fn giving(&self, give: Cat) -> &[Entry] {
        self.giving.get(give)
    }

    /// The turns with this want and this give.
    pub fn run(&self, want: Cat, give: Cat) -> &[Entry] {
        within(self.wanting.get(want), give)
    }

    /// The turns that give this and take anything.
    pub fn anything(&self, give: Cat) -> &[Entry] {
        within(&self.anything, give)
    }

    /// The offers or the requests of this category.
    pub fn lones(&self, is_offer: bool, category: Cat) -> &[Lone] {
        if is_offer { self.offers.get(category) } else { self.requests.get(category) }
    }
}

fn within(list: &[Entry], give: Cat) -> &[Entry] {
    let from = list.partition_point(|e| e.give < give);
    let rest = &list[from..];
    &rest[..rest.partition_point(|e| e.give == give)]
}
