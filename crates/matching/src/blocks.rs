//! Who blocks whom. A block holds both ways, and is taken back by who made it.

use domain::id::TenantId;
use rustc_hash::{FxHashMap, FxHashSet};

#[derive(Clone, Debug, Default)]
pub(crate) struct Blocks {
    pairs: FxHashSet<(TenantId, TenantId)>,
    /// In how many blocks somebody stands, on either side: most stand in none, and cost nothing.
    involved: FxHashMap<TenantId, u32>,
}

impl Blocks {
    pub fn insert(&mut self, blocker: TenantId, blocked: TenantId) {
        if self.pairs.insert((blocker, blocked)) {
            for person in [blocker, blocked] {
                *self.involved.entry(person).or_default() += 1;
            }
        }
    }

    pub fn remove(&mut self, blocker: TenantId, blocked: TenantId) {
        if self.pairs.remove(&(blocker, blocked)) {
            for person in [blocker, blocked] {
                if let Some(count) = self.involved.get_mut(&person) {
                    *count -= 1;
                    if *count == 0 {
                        self.involved.remove(&person);
                    }
                }
            }
        }
    }

    /// All of them, in no order.
    pub fn all(&self) -> impl Iterator<Item = (TenantId, TenantId)> {
        self.pairs.iter().copied()
    }

    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    pub fn involves(&self, person: TenantId) -> bool {
        self.involved.contains_key(&person)
    }

    pub fn between(&self, a: TenantId, b: TenantId) -> bool {
        self.involves(a) && (self.pairs.contains(&(a, b)) || self.pairs.contains(&(b, a)))
    }
}
