//! Offers, legs and appointments as the tests write them.

use chrono::{DateTime, Utc};
use domain::barter::{BarterView, CounterOffer, NewLeg};
use domain::category::{Category, CategorySlug};
use domain::circle::Circle;
use domain::leg::Appointment;
use domain::offer::{Capacity, InReturn, NewOffer, OfferKind, OfferView};
use domain::text::{Body, Title, Words};

use super::Person;

/// Services of the office's own tree.
#[derive(Clone, Debug)]
pub struct Services {
    /// A group, with services in it.
    pub group: CategorySlug,
    /// Two services of that group that need no meeting first.
    pub one: CategorySlug,
    pub two: CategorySlug,
    /// A service of another group that needs no meeting first.
    pub elsewhere: CategorySlug,
    /// A service for which the two must have met.
    pub sensitive: CategorySlug,
}

impl Services {
    pub fn of(tree: Vec<Category>) -> Self {
        let plain: Vec<&Category> = tree.iter().filter(|c| c.parent.is_some() && !c.sensitive).collect();
        let (one, two) = plain
            .iter()
            .flat_map(|a| plain.iter().map(move |b| (a, b)))
            .find(|(a, b)| a.parent == b.parent && a.slug != b.slug)
            .expect("two services of one group");
        let group = one.parent.clone().expect("a service stands in a group");
        let elsewhere = plain.iter().find(|c| c.parent.as_ref() != Some(&group)).expect("another group");
        let sensitive = tree.iter().find(|c| c.parent.is_some() && c.sensitive).expect("a sensitive service");
        Self {
            group,
            one: one.slug.clone(),
            two: two.slug.clone(),
            elsewhere: elsewhere.slug.clone(),
            sensitive: sensitive.slug.clone(),
        }
    }

    /// A service given to the whole office, for one person, for whatever in return.
    pub fn offer(&self, title: &str) -> NewOffer {
        NewOffer {
            kind: OfferKind::Offer,
            category: self.one.clone(),
            title: Title::parse(title).expect("a title"),
            text: Body::parse("Le samedi matin.").expect("a text"),
            circle: Circle::Office,
            times: None,
            capacity: Capacity::ONE,
            in_return: InReturn::Anything,
        }
    }
}

/// A leg that comes from no offer.
pub fn leg(giver: &Person, receiver: &Person, category: &CategorySlug, what: &str) -> NewLeg {
    NewLeg {
        giver: giver.id(),
        receiver: receiver.id(),
        offer: None,
        wish: None,
        category: Some(category.clone()),
        what: Some(Title::parse(what).expect("a title")),
        at: None,
        place: None,
    }
}

/// A leg that comes from an offer, whose words are copied.
pub fn offer_leg(giver: &Person, receiver: &Person, offer: &OfferView) -> NewLeg {
    NewLeg {
        giver: giver.id(),
        receiver: receiver.id(),
        offer: Some(offer.id),
        wish: None,
        category: None,
        what: None,
        at: None,
        place: None,
    }
}

/// A counter-offer on the newest version of a barter as it was read.
pub fn counter(read: &BarterView, legs: Vec<NewLeg>) -> CounterOffer {
    let on_version = read.terms.last().expect("a barter has terms").version;
    CounterOffer { on_version, legs, note: None }
}

/// A day and a place.
pub fn appointment(at: DateTime<Utc>, place: &str) -> Appointment {
    Appointment { at, place: Some(Words::parse(place).expect("a place")) }
}
