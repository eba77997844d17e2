//! The rules, spelt out: every turn against every other. Slow and plain, and without anything of the market's own code.

pub mod town;

use std::collections::{BTreeMap, BTreeSet};

use domain::category::{Category, CategorySlug};
use domain::circle::Spot;
use domain::id::{HouseholdId, OfferId, OfficeId, ResidenceId, TenantId};
use domain::offer::{InReturn, OfferKind};
use domain::suggestion::MatchKind;

use matching::{Hand, Languages, Match, PERSON_POSTS, Post, Ring, Turn};

#[derive(Clone, Default)]
pub struct Oracle {
    pub spots: BTreeMap<ResidenceId, Spot>,
    pub trees: BTreeMap<OfficeId, BTreeMap<CategorySlug, Option<CategorySlug>>>,
    pub posts: BTreeMap<OfferId, Post>,
    pub blocks: BTreeSet<(TenantId, TenantId)>,
}

/// One way in which a person gives one service and wants one; `wants` is none for "anything".
#[derive(Clone)]
struct Way<'a> {
    give: &'a Post,
    want: &'a Post,
    gives: CategorySlug,
    wants: Option<CategorySlug>,
}

fn named(post: &Post) -> Vec<CategorySlug> {
    match &post.in_return {
        InReturn::Categories { categories } => {
            categories.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect()
        }
        InReturn::Anything | InReturn::Nothing => Vec::new(),
    }
}

impl Oracle {
    pub fn new(
        spots: impl IntoIterator<Item = Spot>,
        trees: impl IntoIterator<Item = (OfficeId, Vec<Category>)>,
    ) -> Self {
        Self {
            spots: spots.into_iter().map(|s| (s.residence, s)).collect(),
            trees: trees
                .into_iter()
                .map(|(o, tree)| (o, tree.into_iter().map(|c| (c.slug, c.parent)).collect()))
                .collect(),
            ..Self::default()
        }
    }

    pub fn set_person(&mut self, person: TenantId, languages: Languages) {
        self.posts.values_mut().filter(|p| p.author == person).for_each(|p| p.languages = languages);
    }

    fn tree(&self, post: &Post) -> Option<&BTreeMap<CategorySlug, Option<CategorySlug>>> {
        self.trees.get(&self.spots.get(&post.residence)?.office)
    }

    fn exists(&self, post: &Post, category: &CategorySlug) -> bool {
        self.tree(post).is_some_and(|tree| tree.contains_key(category))
    }

    fn serves(&self, post: &Post, gives: &CategorySlug, wants: &CategorySlug) -> bool {
        self.exists(post, gives)
            && self.exists(post, wants)
            && (gives == wants
                || self.tree(post).and_then(|tree| tree.get(gives)).is_some_and(|p| p.as_ref() == Some(wants)))
    }

    /// The posts of a person that take part.
    fn active(&self, person: TenantId) -> Vec<&Post> {
        let mut posts: Vec<&Post> = self.posts.values().filter(|p| p.author == person).collect();
        posts.sort_by_key(|p| std::cmp::Reverse((p.since, p.id)));
        posts.truncate(PERSON_POSTS);
        posts
    }

    fn takes_part(&self, post: &Post) -> bool {
        post.places_left > 0 && self.active(post.author).iter().any(|p| p.id == post.id)
    }

    fn ways(&self, person: TenantId) -> Vec<Way<'_>> {
        let mut ways = Vec::new();
        let posts = self.active(person);
        for &post in &posts {
            let way = |gives: &CategorySlug, wants: Option<&CategorySlug>| Way {
                give: post,
                want: post,
                gives: gives.clone(),
                wants: wants.cloned(),
            };
            for category in named(post) {
                ways.push(match post.kind {
                    OfferKind::Offer => way(&post.category, Some(&category)),
                    OfferKind::Request => way(&category, Some(&post.category)),
                });
            }
            if post.kind == OfferKind::Offer && post.in_return == InReturn::Anything {
                ways.push(way(&post.category, None));
            }
            for &other in &posts {
                let one_home = post.residence == other.residence && post.household == other.household;
                if post.kind == OfferKind::Offer && other.kind == OfferKind::Request && one_home {
                    ways.push(Way { want: other, wants: Some(other.category.clone()), ..way(&post.category, None) });
                }
            }
        }
        ways.retain(|w| {
            w.give.places_left > 0
                && w.want.places_left > 0
                && self.exists(w.give, &w.gives)
                && w.wants
                    .as_ref()
                    .is_none_or(|wants| self.exists(w.want, wants) && !self.serves(w.give, &w.gives, wants))
        });
        ways
    }

    /// How far a service would go from one post to another, if it can go at all.
    fn reach(&self, from: &Post, to: &Post) -> Option<u32> {
        let blocked = |a: TenantId, b: TenantId| self.blocks.contains(&(a, b));
        if from.author == to.author
            || from.household == to.household
            || blocked(from.author, to.author)
            || blocked(to.author, from.author)
            || !from.languages.shares(to.languages)
        {
            return None;
        }
        let (a, b) = (self.spots.get(&from.residence)?, self.spots.get(&to.residence)?);
        (a.within(from.circle, b) && a.within(to.circle, b)).then_some(())?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than half around the Earth")]
        a.distance_m(b).map(|m| m.round() as u32)
    }

    fn edge(&self, a: &Way<'_>, b: &Way<'_>) -> Option<u32> {
        let fits = b.wants.as_ref().is_none_or(|wants| self.serves(a.give, &a.gives, wants));
        if fits { self.reach(a.give, b.want) } else { None }
    }

    fn people(&self) -> BTreeSet<TenantId> {
        self.posts.values().map(|p| p.author).collect()
    }

    pub fn matches(&self, id: OfferId, limit: usize) -> Vec<Match> {
        let Some(post) = self.posts.get(&id).filter(|p| self.takes_part(p)) else { return Vec::new() };
        let own: Vec<Way<'_>> = self.ways(post.author);
        let mut best = Vec::new();
        for person in self.people() {
            let mut found = Vec::new();
            for a in own.iter().filter(|w| w.give.id == id || w.want.id == id) {
                for b in self.ways(person).iter().filter(|b| a.wants.is_some() || b.wants.is_some()) {
                    if let (Some(there), Some(_)) = (self.edge(a, b), self.edge(b, a)) {
                        let hand = |from: &Way<'_>, to: &Way<'_>| Hand {
                            give: from.give.id,
                            want: to.wants.is_some().then_some(to.want.id),
                            category: from.gives.clone(),
                        };
                        found.push(Match {
                            kind: MatchKind::Swap,
                            person,
                            gives: Some(hand(a, b)),
                            gets: Some(hand(b, a)),
                            distance_m: there,
                            since: a.want.since.min(b.want.since),
                        });
                    }
                }
            }
            for other in self.active(person).into_iter().filter(|o| o.places_left > 0 && o.kind != post.kind) {
                let (offer, request) = if post.kind == OfferKind::Offer { (post, other) } else { (other, post) };
                if !self.serves(offer, &offer.category, &request.category) {
                    continue;
                }
                if let Some(distance_m) = self.reach(offer, request) {
                    let gift = offer.in_return == InReturn::Nothing;
                    let hand = Hand { give: offer.id, want: Some(request.id), category: offer.category.clone() };
                    let (gives, gets) = if offer.id == id { (Some(hand), None) } else { (None, Some(hand)) };
                    found.push(Match {
                        kind: if gift { MatchKind::Gift } else { MatchKind::Half },
                        person,
                        gives,
                        gets,
                        distance_m,
                        since: request.since,
                    });
                }
            }
            best.extend(found.into_iter().min_by_key(order));
        }
        best.sort_by_key(order);
        best.truncate(limit);
        best
    }

    /// All rings of three and four through a post, the best first.
    pub fn rings(&self, id: OfferId) -> Vec<Ring> {
        self.rings_from(id, 3)
    }

    /// All rings through a post of at least so many people, the best first.
    pub fn rings_from(&self, id: OfferId, shortest: usize) -> Vec<Ring> {
        let Some(post) = self.posts.get(&id) else { return Vec::new() };
        let usable = |w: &Way<'_>| w.wants.is_some() && !w.give.in_ring && !w.want.in_ring;
        let mut all: Vec<Way<'_>> = Vec::new();
        for person in self.people().into_iter().filter(|&p| p != post.author) {
            all.extend(self.ways(person).into_iter().filter(usable));
        }
        let mut found = BTreeMap::new();
        for a in self.ways(post.author).iter().filter(|w| usable(w) && (w.give.id == id || w.want.id == id)) {
            self.follow(&mut vec![a], &all, shortest, 0, &mut found);
        }
        found.into_values().collect()
    }

    fn follow<'a>(
        &'a self,
        chain: &mut Vec<&'a Way<'a>>,
        all: &'a [Way<'a>],
        shortest: usize,
        farthest: u32,
        found: &mut BTreeMap<RingOrder, Ring>,
    ) {
        let (Some(&first), Some(&last)) = (chain.first(), chain.last()) else { return };
        if chain.len() >= shortest
            && let Some(back) = self.edge(last, first)
        {
            let ring = ring(chain, farthest.max(back));
            let mut sinces: Vec<i64> = chain.iter().map(|w| w.want.since).collect();
            sinces.sort_unstable();
            found.insert((chain.len(), ring.farthest_m, sinces, ring.turns.clone()), ring);
        }
        if chain.len() == 4 {
            return;
        }
        for next in all {
            let stranger = |w: &&Way<'_>| {
                let household: [HouseholdId; 2] = [w.give.household, next.give.household];
                let blocked = |a, b| self.blocks.contains(&(a, b)) || self.blocks.contains(&(b, a));
                w.give.author != next.give.author
                    && household[0] != household[1]
                    && !blocked(w.give.author, next.give.author)
            };
            if chain.iter().all(stranger)
                && let Some(m) = self.edge(last, next)
            {
                chain.push(next);
                self.follow(chain, all, shortest, farthest.max(m), found);
                chain.pop();
            }
        }
    }
}

type RingOrder = (usize, u32, Vec<i64>, Vec<Turn>);

fn ring(chain: &[&Way<'_>], farthest_m: u32) -> Ring {
    let turn =
        |w: &&Way<'_>| Turn { person: w.give.author, give: w.give.id, want: w.want.id, category: w.gives.clone() };
    let mut turns: Vec<Turn> = chain.iter().map(turn).collect();
    let first = turns.iter().enumerate().min_by_key(|(_, t)| t.person).map_or(0, |(i, _)| i);
    turns.rotate_left(first);
    Ring { turns, farthest_m, since: chain.iter().map(|w| w.want.since).min().unwrap_or_default() }
}

/// The best match first.
type Order = (u8, u32, i64, TenantId, Option<Hand>, Option<Hand>);

fn order(m: &Match) -> Order {
    let kind = match m.kind {
        MatchKind::Swap => 0,
        MatchKind::Gift => 1,
        MatchKind::Half => 2,
    };
    (kind, m.distance_m, m.since, m.person, m.gives.clone(), m.gets.clone())
}
