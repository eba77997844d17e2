//! Signals of any type whose machinery is compiled once.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use leptos::prelude::{GetUntracked, RwSignal, Set, Track};

type Held = Arc<dyn Any + Send + Sync>;

/// A signal. Copies are the same.
///
/// It does what `RwSignal<T>` does. But each type in one of those brings its own copy of the reactive machinery, some 6 kB of
/// what every visitor loads; here all types share the one for a pointer. Updating clones the value: they are small.
pub struct Var<T> {
    held: RwSignal<Held>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Var<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Var<T> {}

impl<T: Clone + Send + Sync + 'static> Var<T> {
    pub fn new(value: T) -> Self {
        Self { held: RwSignal::new(Arc::new(value)), of: PhantomData }
    }

    /// The value; whoever reads it here is told when it changes.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// As [`Var::get`], without a copy.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.held.track();
        self.with_untracked(read)
    }

    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        let held = self.held.get_untracked();
        // The only way in is `new` and `set`, which take this type.
        read(held.downcast_ref().expect("a value of this type"))
    }

    pub fn set(self, value: T) {
        self.held.set(Arc::new(value));
    }

    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }

    /// Sets it unless what it belonged to is gone from the page: for answers that come late.
    pub fn try_set(self, value: T) {
        self.held.try_set(Arc::new(value));
    }

    /// As [`Var::get_untracked`]; none when what it belonged to is gone.
    pub fn try_get(self) -> Option<T> {
        self.held.try_get_untracked().and_then(|held| held.downcast_ref::<T>().cloned())
    }

    /// Whether what it belongs to is still on the page.
    pub fn is_there(self) -> bool {
        self.held.try_get_untracked().is_some()
    }

    /// As [`Var::update`], unless what it belonged to is gone.
    pub fn try_update(self, change: impl FnOnce(&mut T)) {
        if let Some(held) = self.held.try_get_untracked()
            && let Some(value) = held.downcast_ref::<T>()
        {
            let mut value = value.clone();
            change(&mut value);
            self.try_set(value);
        }
    }
}
