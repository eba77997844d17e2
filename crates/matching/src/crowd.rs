//! Posts and the people who made them, by number: what is known of each, kept small.

use domain::circle::Circle;
use domain::id::{HouseholdId, OfferId, TenantId};
use domain::offer::OfferKind;
use rustc_hash::FxHashMap;

use crate::map::{PlaceIx, count};
use crate::post::PERSON_POSTS;
use crate::tree::Cat;

/// The number of a post.
pub(crate) type PostIx = u32;
/// The number of a person who has posts.
pub(crate) type PersonIx = u32;

/// What would please in return.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Back {
    Nothing,
    Anything,
    Named(Box<[Cat]>),
}

#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub id: OfferId,
    pub author: PersonIx,
    pub household: u32,
    pub place: PlaceIx,
    pub category: Cat,
    pub back: Back,
    pub since: i64,
    pub languages: u32,
    pub kind: OfferKind,
    pub circle: Circle,
    pub places_left: u8,
    pub in_ring: bool,
}

#[derive(Clone, Debug)]
struct Person {
    id: TenantId,
    /// The newest first, so that whoever has thousands is no slower than others.
    posts: Vec<PostIx>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Crowd {
    post_ix: FxHashMap<OfferId, PostIx>,
    posts: Vec<Option<Stored>>,
    free_posts: Vec<PostIx>,
    person_ix: FxHashMap<TenantId, PersonIx>,
    people: Vec<Person>,
    free_people: Vec<PersonIx>,
    household_ix: FxHashMap<HouseholdId, u32>,
    households: Vec<HouseholdId>,
}

impl Crowd {
    pub fn len(&self) -> usize {
        self.post_ix.len()
    }

    pub fn find(&self, id: OfferId) -> Option<&Stored> {
        self.get(*self.post_ix.get(&id)?)
    }

    pub fn get(&self, post: PostIx) -> Option<&Stored> {
        self.posts.get(post as usize)?.as_ref()
    }

    pub fn all(&self) -> impl Iterator<Item = &Stored> {
        self.posts.iter().flatten()
    }

    pub fn person(&self, id: TenantId) -> Option<PersonIx> {
        self.person_ix.get(&id).copied()
    }

    /// Everybody who has posts, in no order.
    pub fn people(&self) -> impl Iterator<Item = TenantId> {
        self.person_ix.keys().copied()
    }

    pub fn person_numbers(&self) -> impl Iterator<Item = PersonIx> {
        self.person_ix.values().copied()
    }

    pub fn person_id(&self, person: PersonIx) -> TenantId {
        self.people[person as usize].id
    }

    pub fn household_id(&self, household: u32) -> HouseholdId {
        self.households[household as usize]
    }

    pub fn posts_of(&self, person: PersonIx) -> impl Iterator<Item = (PostIx, &Stored)> {
        self.people[person as usize].posts.iter().filter_map(|&ix| Some((ix, self.get(ix)?)))
    }

    /// The posts of a person that take part: the newest.
    pub fn newest_of(&self, person: PersonIx) -> impl Iterator<Item = (PostIx, &Stored)> {
        self.posts_of(person).take(PERSON_POSTS)
    }

    pub fn intern_person(&mut self, id: TenantId) -> PersonIx {
        if let Some(&ix) = self.person_ix.get(&id) {
            return ix;
        }
        let person = Person { id, posts: Vec::new() };
        let ix = if let Some(ix) = self.free_people.pop() {
            self.people[ix as usize] = person;
            ix
        } else {
            self.people.push(person);
            count(self.people.len() - 1)
        };
        self.person_ix.insert(id, ix);
        ix
    }

    pub fn intern_household(&mut self, id: HouseholdId) -> u32 {
        *self.household_ix.entry(id).or_insert_with(|| {
            self.households.push(id);
            count(self.households.len() - 1)
        })
    }

    /// Inserts a post, or changes the one with its id, which must be by the same person.
    pub fn put(&mut self, post: Stored) {
        self.remove_post(post.id);
        let (id, author) = (post.id, post.author);
        let age = age(&post);
        let posts = &self.people[author as usize].posts;
        let at = posts.partition_point(|&ix| self.get(ix).is_some_and(|other| self::age(other) > age));
        let ix = if let Some(ix) = self.free_posts.pop() {
            self.posts[ix as usize] = Some(post);
            ix
        } else {
            self.posts.push(Some(post));
            count(self.posts.len() - 1)
        };
        self.post_ix.insert(id, ix);
        self.people[author as usize].posts.insert(at, ix);
    }

    /// Takes a post out; its author stays known.
    fn remove_post(&mut self, id: OfferId) -> Option<PersonIx> {
        let ix = self.post_ix.remove(&id)?;
        let post = self.posts[ix as usize].as_ref()?;
        let (author, age) = (post.author, age(post));
        let posts = &self.people[author as usize].posts;
        let at = posts.partition_point(|&ix| self.get(ix).is_some_and(|other| self::age(other) > age));
        self.people[author as usize].posts.remove(at);
        self.posts[ix as usize] = None;
        self.free_posts.push(ix);
        Some(author)
    }

    pub fn remove(&mut self, id: OfferId) {
        let Some(author) = self.remove_post(id) else { return };
        let person = &mut self.people[author as usize];
        if person.posts.is_empty() {
            person.posts.shrink_to_fit();
            self.person_ix.remove(&person.id);
            self.free_people.push(author);
        }
    }

    pub fn set_languages(&mut self, person: PersonIx, languages: u32) {
        for &ix in &self.people[person as usize].posts {
            if let Some(post) = &mut self.posts[ix as usize] {
                post.languages = languages;
            }
        }
    }
}

/// What is larger is newer. No two posts are of one age.
fn age(post: &Stored) -> (i64, OfferId) {
    (post.since, post.id)
}
