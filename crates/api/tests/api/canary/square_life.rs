//! What she does on the square, in the search and with her news.

use client::SquareFilter;

use super::life::{Canary, uses};
use crate::support::Person;

impl Canary {
    /// Looks at all that is new, looks for her own word, and reads her news.
    pub async fn look_around(&mut self, other: &Person) {
        let person = self.person.clone();
        let canary = self;
        uses!(canary, person.client => get_square(&SquareFilter::default()));
        let words = SquareFilter { words: Some(canary.word.clone()), ..SquareFilter::default() };
        let found = uses!(canary, other.client => search(&words));
        assert!(!found.items.is_empty(), "others find her posts by her word");
        uses!(canary, person.client => list_news(None));
        uses!(canary, person.client => get_unread());
        uses!(canary, person.client => read_news(&Default::default()));
        let told = other.client.list_news(None).await.expect("the news of the other one").items;
        assert!(told.iter().any(|n| n.by.as_ref().is_some_and(|p| p.id == person.id())), "in which her name stands");
    }
}
