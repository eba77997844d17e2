//! The market: posts, blocks and the map, kept so that questions are answered at once.

use domain::category::Category;
use domain::circle::Spot;
use domain::id::{OfferId, OfficeId, TenantId};
use domain::offer::InReturn;

use crate::blocks::Blocks;
use crate::builder::MarketBuilder;
use crate::crowd::{Back, Crowd, PersonIx, Stored};
use crate::map::{Map, PlaceIx};
use crate::post::{Languages, Post};
use crate::shelf::Shelf;
use crate::tree::{Names, Tree};
use crate::turns::Display;

/// All open posts of a deployment, who blocks whom, and where everybody lives.
#[derive(Clone, Debug, Default)]
pub struct Market {
    pub(crate) map: Map,
    pub(crate) names: Names,
    /// By the number of the office.
    pub(crate) trees: Vec<Tree>,
    pub(crate) crowd: Crowd,
    pub(crate) blocks: Blocks,
    /// By the number of the residence.
    pub(crate) shelves: Vec<Shelf>,
}

impl Market {
    /// A market without posts on a map of residences, with the categories of each office.
    #[must_use]
    pub fn new(
        spots: impl IntoIterator<Item = Spot>,
        trees: impl IntoIterator<Item = (OfficeId, Vec<Category>)>,
    ) -> Self {
        let mut market = Self { map: Map::new(spots), ..Self::default() };
        for (office, categories) in trees {
            let tree = Tree::new(&categories, &mut market.names);
            let Some(office) = market.map.office_ix(office) else { continue };
            if market.trees.len() <= office as usize {
                market.trees.resize_with(office as usize + 1, Tree::default);
            }
            market.trees[office as usize] = tree;
        }
        market
    }

    /// The same posts and blocks on another map.
    #[must_use]
    pub fn rebuilt(
        &self,
        spots: impl IntoIterator<Item = Spot>,
        trees: impl IntoIterator<Item = (OfficeId, Vec<Category>)>,
    ) -> Self {
        let mut other = MarketBuilder::new(spots, trees);
        for (blocker, blocked) in self.blocks.all() {
            other.block(blocker, blocked);
        }
        for post in self.crowd.all() {
            other.put(self.post(post));
        }
        other.build()
    }

    /// Inserts a post, or changes the one with its id. A post in a residence that the map does not know, or in a closed one, is kept
    /// and matches nothing.
    pub fn put(&mut self, post: Post) {
        if self.is_by_another(&post) {
            self.remove(post.id);
        }
        let person = self.crowd.intern_person(post.author);
        let before = self.display(person);
        self.keep(person, &post);
        self.show(person, before);
    }

    /// Whether the post with this id is known as somebody else's.
    pub(crate) fn is_by_another(&self, post: &Post) -> bool {
        self.crowd.find(post.id).is_some_and(|old| self.crowd.person_id(old.author) != post.author)
    }

    /// Keeps a post of this person; it is not on a shelf by that.
    pub(crate) fn keep(&mut self, person: PersonIx, post: &Post) {
        let back = match &post.in_return {
            InReturn::Nothing => Back::Nothing,
            InReturn::Anything => Back::Anything,
            InReturn::Categories { categories } => {
                Back::Named(categories.iter().map(|c| self.names.intern(c)).collect())
            }
        };
        let stored = Stored {
            id: post.id,
            author: person,
            household: self.crowd.intern_household(post.household),
            place: self.map.intern(post.residence),
            category: self.names.intern(&post.category),
            back,
            since: post.since,
            languages: post.languages.0,
            kind: post.kind,
            circle: post.circle,
            places_left: post.places_left,
            in_ring: post.in_ring,
        };
        self.crowd.put(stored);
    }

    /// Takes a post out. Whether it was in.
    pub fn remove(&mut self, id: OfferId) -> bool {
        let Some(person) = self.crowd.find(id).map(|post| post.author) else { return false };
        let before = self.display(person);
        self.crowd.remove(id);
        self.show(person, before);
        true
    }

    /// From now on these two never meet.
    pub fn block(&mut self, blocker: TenantId, blocked: TenantId) {
        self.blocks.insert(blocker, blocked);
    }

    /// Takes a block back; one in the other direction stays.
    pub fn unblock(&mut self, blocker: TenantId, blocked: TenantId) {
        self.blocks.remove(blocker, blocked);
    }

    /// Changes the languages of all posts of a person.
    pub fn set_person(&mut self, person: TenantId, languages: Languages) {
        let Some(person) = self.crowd.person(person) else { return };
        let before = self.display(person);
        self.crowd.set_languages(person, languages.0);
        self.show(person, before);
    }

    /// The posts of a person, by id.
    #[must_use]
    pub fn posts_of(&self, person: TenantId) -> Vec<OfferId> {
        let Some(person) = self.crowd.person(person) else { return Vec::new() };
        let mut posts: Vec<OfferId> = self.crowd.posts_of(person).map(|(_, p)| p.id).collect();
        posts.sort_unstable();
        posts
    }

    /// One post.
    #[must_use]
    pub fn get(&self, id: OfferId) -> Option<Post> {
        self.crowd.find(id).map(|post| self.post(post))
    }

    /// How many posts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.crowd.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The categories of the office of a live residence.
    pub(crate) fn tree(&self, place: PlaceIx) -> Option<&Tree> {
        self.trees.get(self.map.office(place)? as usize)
    }

    fn post(&self, stored: &Stored) -> Post {
        Post {
            id: stored.id,
            author: self.crowd.person_id(stored.author),
            household: self.crowd.household_id(stored.household),
            residence: self.map.residence(stored.place),
            kind: stored.kind,
            category: self.names.slug(stored.category).clone(),
            in_return: match &stored.back {
                Back::Nothing => InReturn::Nothing,
                Back::Anything => InReturn::Anything,
                Back::Named(cats) => {
                    InReturn::Categories { categories: cats.iter().map(|&cat| self.names.slug(cat).clone()).collect() }
                }
            },
            circle: stored.circle,
            languages: Languages(stored.languages),
            since: stored.since,
            places_left: stored.places_left,
            in_ring: stored.in_ring,
        }
    }

    /// Brings the shelves from what a person showed before to what she shows now.
    fn show(&mut self, person: PersonIx, before: Display) {
        let after = self.display(person);
        let shelves = &mut self.shelves;
        differences(before.turns, after.turns, |(place, entry), is_new| {
            let shelf = shelf(shelves, place);
            if is_new { shelf.insert(entry) } else { shelf.remove(&entry) }
        });
        differences(before.lones, after.lones, |(place, lone), is_new| {
            let shelf = shelf(shelves, place);
            if is_new { shelf.insert_lone(lone) } else { shelf.remove_lone(&lone) }
        });
    }
}

pub(crate) fn shelf(shelves: &mut Vec<Shelf>, place: u32) -> &mut Shelf {
    if shelves.len() <= place as usize {
        shelves.resize_with(place as usize + 1, Shelf::default);
    }
    &mut shelves[place as usize]
}

/// Calls `tell` for what stands in one of two sorted lists alone: with `true` when that is the second.
fn differences<T: Ord + Copy>(before: Vec<T>, after: Vec<T>, mut tell: impl FnMut(T, bool)) {
    let (mut before, mut after) = (before.into_iter().peekable(), after.into_iter().peekable());
    loop {
        match (before.peek(), after.peek()) {
            (None, None) => return,
            (Some(old), Some(new)) if old == new => {
                before.next();
                after.next();
            }
            (Some(&old), new) if new.is_none_or(|new| old < *new) => {
                before.next();
                tell(old, false);
            }
            (_, Some(&new)) => {
                after.next();
                tell(new, true);
            }
            (Some(_), None) => return,
        }
    }
}
