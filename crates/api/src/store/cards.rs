//! Cards: open offers as JSON, made once and kept while there is room.

use std::sync::Arc;

use domain::circle::Circle;
use domain::id::{OfficeId, ResidenceId, TenantId};
use quick_cache::sync::Cache;
use uuid::Uuid;

/// How many bytes of cards are kept.
const ROOM: u64 = 64 * 1024 * 1024;

/// An offer as JSON without its last brace, so that what depends on the viewer can be added.
#[derive(Debug)]
pub struct Card {
    /// The version that it shows.
    pub version: i32,
    /// The office in which it lives.
    pub office: OfficeId,
    /// Its author.
    pub author: TenantId,
    /// Its author's residence.
    pub residence: ResidenceId,
    /// How far it reaches.
    pub circle: Circle,
    /// `{"id":…,"version":7`
    pub head: Box<str>,
}

#[derive(Clone)]
struct Weight;

impl quick_cache::Weighter<Uuid, Arc<Card>> for Weight {
    fn weight(&self, _: &Uuid, card: &Arc<Card>) -> u64 {
        // What an entry costs besides its text.
        200 + card.head.len() as u64
    }
}

/// The cards that are kept.
pub struct Cards {
    cache: Cache<Uuid, Arc<Card>, Weight>,
}

impl Cards {
    pub fn new() -> Self {
        Self { cache: Cache::with_weighter(100_000, ROOM, Weight) }
    }

    /// The card of this version, if it is kept.
    pub fn get(&self, id: Uuid, version: i32) -> Option<Arc<Card>> {
        self.cache.get(&id).filter(|c| c.version == version)
    }

    pub fn keep(&self, id: Uuid, card: &Arc<Card>) {
        self.cache.insert(id, Arc::clone(card));
    }

    pub fn forget(&self) {
        self.cache.clear();
    }
}
