//! Cards: posts of the lists as JSON, made once and kept while there is room.

use std::sync::Arc;

use domain::Timestamp;
use domain::circle::Circle;
use domain::id::{OfficeId, ResidenceId, TenantId};
use quick_cache::sync::Cache;
use uuid::Uuid;

use super::{Atlas, StoreError, Viewer, notices};

/// How many bytes of cards are kept.
const ROOM: u64 = 64 * 1024 * 1024;

/// A post as JSON without its last brace, so that what depends on the viewer can be added.
#[derive(Debug)]
pub struct Card {
    /// The version that it shows.
    pub version: i32,
    /// Until when it is right, in milliseconds; what ends by a write alone is right for ever.
    pub until: i64,
    /// The office in which it lives.
    pub office: OfficeId,
    /// Its author.
    pub author: TenantId,
    /// Its author's residence.
    pub residence: ResidenceId,
    /// How far it reaches.
    pub circle: Circle,
    /// How far this residence is, viewers read.
    pub place: ResidenceId,
    /// `{"id":…,"version":7`
    pub head: Box<str>,
    /// What it is, and what of it depends on the viewer.
    pub(super) rest: Rest,
}

/// What of a post depends on the viewer.
#[derive(Debug)]
pub(super) enum Rest {
    Offer,
    Notice(notices::Rest),
    Event,
}

impl Card {
    /// About how long it is.
    pub fn len(&self) -> usize {
        self.head.len() + 100
    }

    /// Whole, as the viewer reads it.
    pub fn write(&self, json: &mut String, atlas: &Atlas, viewer: &Viewer) -> Result<(), StoreError> {
        json.push_str(&self.head);
        self.finish(json, atlas, viewer)
    }

    /// The same with the word for what it is.
    pub fn write_tagged(&self, json: &mut String, atlas: &Atlas, viewer: &Viewer) -> Result<(), StoreError> {
        json.push_str(match self.rest {
            Rest::Offer => "{\"post\":\"offer\",",
            Rest::Notice(_) => "{\"post\":\"notice\",",
            Rest::Event => "{\"post\":\"event\",",
        });
        json.push_str(self.head.trim_start_matches('{'));
        self.finish(json, atlas, viewer)
    }

    fn finish(&self, json: &mut String, atlas: &Atlas, viewer: &Viewer) -> Result<(), StoreError> {
        if let Rest::Notice(rest) = &self.rest {
            return rest.finish(json, atlas, viewer);
        }
        if let Some(metres) = atlas.distance_m(viewer.residence, self.place) {
            json.push_str(",\"distance_m\":");
            json.push_str(&metres.to_string());
        }
        // Open offers allow their author the same things, whatever else is in them, but for renewing a full one, which is not open.
        if matches!(self.rest, Rest::Offer) && self.author == viewer.tenant {
            json.push_str(",\"actions\":[\"edit\",\"pause\",\"renew\",\"close\"]");
        }
        json.push('}');
        Ok(())
    }
}

#[derive(Clone)]
struct Weight;

impl quick_cache::Weighter<Uuid, Arc<Card>> for Weight {
    fn weight(&self, _: &Uuid, card: &Arc<Card>) -> u64 {
        // What an entry costs besides its text.
        180 + card.len() as u64
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

    /// The card of this version, if it is kept and still right.
    pub fn get(&self, id: Uuid, version: i32, now: Timestamp) -> Option<Arc<Card>> {
        self.cache.get(&id).filter(|c| c.version == version && c.until > now.timestamp_millis())
    }

    pub fn keep(&self, id: Uuid, card: &Arc<Card>) {
        self.cache.insert(id, Arc::clone(card));
    }

    pub fn remove(&self, id: Uuid) {
        self.cache.remove(&id);
    }

    /// Whether a text stands on any of them.
    pub fn hold(&self, text: &str) -> bool {
        self.cache.iter().any(|(_, card)| card.head.contains(text))
    }

    pub fn forget(&self) {
        self.cache.clear();
    }
}
