//! What the server has, read through its lists to their end.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::http::{Call, Way};
use super::town::Person;

#[derive(Clone, Debug, Deserialize)]
pub struct Someone {
    pub id: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Offer {
    pub id: String,
    pub title: String,
    pub version: u64,
    capacity: u64,
    pub places_left: u64,
    pub state: String,
    pub author: Someone,
}

impl Offer {
    pub fn taken(&self) -> u64 {
        self.capacity - self.places_left
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Barter {
    pub id: String,
    pub state: String,
    pub revision: u64,
    pub parties: Vec<Party>,
    terms: Vec<Terms>,
    pub actions: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Party {
    pub person: Someone,
}

#[derive(Clone, Debug, Deserialize)]
struct Terms {
    note: Option<String>,
    legs: Vec<Leg>,
}

#[derive(Clone, Debug, Deserialize)]
struct Leg {
    offer: Option<String>,
}

impl Barter {
    pub fn is_by(&self, person: &str) -> bool {
        self.parties.first().is_some_and(|party| party.person.id == person)
    }

    pub fn note(&self) -> &str {
        self.terms.first().and_then(|terms| terms.note.as_deref()).unwrap_or_default()
    }
}

#[derive(Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    next: Option<String>,
}

/// All that the server shows.
#[derive(Debug, Default)]
pub struct Found {
    offers: BTreeMap<String, Vec<Offer>>,
    barters: BTreeMap<String, Vec<Barter>>,
    /// What reaches the one who looks.
    pub square: Vec<Offer>,
    pub looker: String,
}

impl Found {
    /// Reads everything that these people have, and the square as the first of them sees it.
    pub fn by(way: &mut Way, people: &[&Person]) -> Result<Self> {
        let mut found = Self::default();
        for person in people {
            found.offers.insert(person.id.clone(), all(way, "/offers?mine=true&limit=100", person)?);
            found.barters.insert(person.id.clone(), all(way, "/barters?limit=100", person)?);
        }
        if let Some(person) = people.first() {
            found.square = all(way, "/offers?limit=100", person)?;
            found.looker.clone_from(&person.id);
        }
        Ok(found)
    }

    #[cfg(test)]
    pub fn of<const N: usize>(all: [(&str, Vec<Offer>, Vec<Barter>); N], square: Vec<Offer>) -> Self {
        let mut found = Self { square, looker: "samir".to_owned(), ..Self::default() };
        for (person, offers, barters) in all {
            found.offers.insert(person.to_owned(), offers);
            found.barters.insert(person.to_owned(), barters);
        }
        found
    }

    pub fn offers_of(&self, person: &str) -> &[Offer] {
        self.offers.get(person).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn barters_of(&self, person: &str) -> &[Barter] {
        self.barters.get(person).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many places of an offer are promised in what was agreed.
    pub fn taken(&self, offer: &str) -> u64 {
        let agreed = self.barters.iter().flat_map(|(person, barters)| barters.iter().filter(|b| b.is_by(person)));
        let legs = agreed.filter(|barter| barter.state == "agreed").flat_map(|barter| &barter.terms[0].legs);
        legs.filter(|leg| leg.offer.as_deref() == Some(offer)).count() as u64
    }
}

fn all<T: DeserializeOwned>(way: &mut Way, path: &str, person: &Person) -> Result<Vec<T>> {
    let mut items = Vec::new();
    let mut after = String::new();
    loop {
        let answer = way.ask(&Call::get(format!("{path}{after}"), Some(&person.token)))?;
        ensure!(answer.status == 200, "{path}: {}", answer.shown());
        let page: Page<T> = answer.json()?;
        items.extend(page.items);
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => return Ok(items),
        }
    }
}
