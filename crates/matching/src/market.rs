//! The market: posts, blocks and the map, kept so that questions are answered at once.

use domain::category::Category;
use domain::circle::Spot;
use domain::id::{OfferId, OfficeId, TenantId};

use crate::naive::Naive;
use crate::post::{Languages, Match, Packing, Post, Ring};

/// All open posts of a deployment, who blocks whom, and where everybody lives.
#[derive(Clone)]
pub struct Market(Naive);

impl Market {
    /// A market without posts on a map of residences, with the categories of each office.
    #[must_use]
    pub fn new(
        spots: impl IntoIterator<Item = Spot>,
        trees: impl IntoIterator<Item = (OfficeId, Vec<Category>)>,
    ) -> Self {
        Self(Naive::new(spots, trees))
    }

    /// The same posts and blocks on another map.
    #[must_use]
    pub fn rebuilt(
        &self,
        spots: impl IntoIterator<Item = Spot>,
        trees: impl IntoIterator<Item = (OfficeId, Vec<Category>)>,
    ) -> Self {
        let mut other = Naive::new(spots, trees);
        other.posts = self.0.posts.clone();
        other.blocks = self.0.blocks.clone();
        Self(other)
    }

    /// Inserts a post, or changes the one with its id.
    pub fn put(&mut self, post: Post) {
        self.0.posts.insert(post.id, post);
    }

    /// Takes a post out. Whether it was in.
    pub fn remove(&mut self, id: OfferId) -> bool {
        self.0.posts.remove(&id).is_some()
    }

    /// From now on these two never meet.
    pub fn block(&mut self, blocker: TenantId, blocked: TenantId) {
        self.0.blocks.insert((blocker, blocked));
    }

    /// Takes a block back; one in the other direction stays.
    pub fn unblock(&mut self, blocker: TenantId, blocked: TenantId) {
        self.0.blocks.remove(&(blocker, blocked));
    }

    /// Changes the languages of all posts of a person.
    pub fn set_person(&mut self, person: TenantId, languages: Languages) {
        self.0.set_person(person, languages);
    }

    /// The posts of a person, by id.
    #[must_use]
    pub fn posts_of(&self, person: TenantId) -> Vec<OfferId> {
        self.0.posts.values().filter(|p| p.author == person).map(|p| p.id).collect()
    }

    /// One post.
    #[must_use]
    pub fn get(&self, id: OfferId) -> Option<Post> {
        self.0.posts.get(&id).cloned()
    }

    /// How many posts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.posts.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.posts.is_empty()
    }

    /// The best direct matches of a post, one for each neighbour, the best first.
    #[must_use]
    pub fn matches(&self, id: OfferId, limit: usize) -> Vec<Match> {
        self.0.matches(id, limit)
    }

    /// The best rings through a post that are `wanted`.
    #[must_use]
    pub fn rings(&self, id: OfferId, limit: usize, wanted: &mut dyn FnMut(&Ring) -> bool) -> Vec<Ring> {
        self.0.rings(id).into_iter().filter(|r| wanted(r)).take(limit).collect()
    }

    /// Whether this very ring can be made now.
    #[must_use]
    pub fn is_ring(&self, ring: &Ring) -> bool {
        self.0.is_ring(ring)
    }

    /// Disjoint swaps and rings for a swap day.
    #[must_use]
    pub fn pack(&self) -> Packing {
        Packing::default()
    }
}
