//! A market that is being filled. Nothing is asked of it yet, so the turns of each person are made once, at the end, instead of anew
//! after each of her posts.

use domain::category::Category;
use domain::circle::Spot;
use domain::id::{OfficeId, TenantId};
use rustc_hash::FxHashMap;

use crate::crowd::PersonIx;
use crate::map::PlaceIx;
use crate::market::{Market, shelf};
use crate::post::Post;
use crate::shelf::{Row, Shelf};

/// A [`Market`] to be: takes posts and blocks in any order.
#[derive(Clone, Debug, Default)]
pub struct MarketBuilder(Market);

impl MarketBuilder {
    /// Begins with a map of residences and the categories of each office.
    #[must_use]
    pub fn new(
        spots: impl IntoIterator<Item = Spot>,
        trees: impl IntoIterator<Item = (OfficeId, Vec<Category>)>,
    ) -> Self {
        Self(Market::new(spots, trees))
    }

    /// Takes a post, or changes the one with its id.
    pub fn put(&mut self, post: Post) {
        if self.0.is_by_another(&post) {
            self.0.crowd.remove(post.id);
        }
        let person = self.0.crowd.intern_person(post.author);
        self.0.keep(person, &post);
    }

    /// These two never meet.
    pub fn block(&mut self, blocker: TenantId, blocked: TenantId) {
        self.0.block(blocker, blocked);
    }

    /// Makes everybody's turns: the same market as one into which all was put one by one.
    #[must_use]
    pub fn build(self) -> Market {
        let mut market = self.0;
        let people: Vec<PersonIx> = market.crowd.person_numbers().collect();
        // Counted first: lists that grow leave holes in the memory that are as large as the lists.
        let mut room: FxHashMap<(PlaceIx, Row), usize> = FxHashMap::default();
        for &person in &people {
            for (place, entry) in market.display(person).turns {
                for row in Row::of(&entry) {
                    *room.entry((place, row)).or_default() += 1;
                }
            }
        }
        for ((place, row), more) in room {
            shelf(&mut market.shelves, place).reserve(row, more);
        }
        for person in people {
            let display = market.display(person);
            for (place, entry) in display.turns {
                shelf(&mut market.shelves, place).add(entry);
            }
            for (place, lone) in display.lones {
                shelf(&mut market.shelves, place).add_lone(lone);
            }
        }
        market.shelves.iter_mut().for_each(Shelf::sort);
        market
    }
}
