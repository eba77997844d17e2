//! Rings as the tests make them.

use client::Error;
use domain::barter::{BarterView, NewBarter};
use domain::category::CategorySlug;
use domain::offer::{Capacity, InReturn, NewOffer, OfferView};
use domain::suggestion::{RingId, RingView};

use super::{Person, Place, Toit, key};

/// An offer of one service in return for another one.
pub fn turn(author: &Person, gives: &CategorySlug, wants: &CategorySlug, capacity: u8) -> NewOffer {
    NewOffer {
        category: gives.clone(),
        capacity: Capacity::parse(capacity).expect("a capacity"),
        in_return: InReturn::Categories { categories: vec![wants.clone()] },
        ..author.services.offer(&format!("Service de {}", author.me.first_name))
    }
}

/// Three neighbours each of whom gives what the next one looks for.
pub struct Three {
    pub awa: Person,
    pub luc: Person,
    pub nour: Person,
    /// Their posts, in the order of giving: Awa gives to Luc, Luc to Nour, Nour to Awa.
    pub posts: [OfferView; 3],
}

impl Three {
    /// Each post serves so many people.
    pub async fn meet(toit: &Toit, capacity: u8) -> Self {
        Self::around(toit, toit.neighbour("Awa", Place::A).await, capacity).await
    }

    /// Two more who stand in a ring with somebody who is there.
    pub async fn around(toit: &Toit, awa: Person, capacity: u8) -> Self {
        let luc = toit.neighbour("Luc", Place::B).await;
        let nour = toit.neighbour("Nour", Place::A).await;
        let s = awa.services.clone();
        let posts = [
            awa.post(&turn(&awa, &s.one, &s.two, capacity)).await,
            luc.post(&turn(&luc, &s.elsewhere, &s.one, capacity)).await,
            nour.post(&turn(&nour, &s.two, &s.elsewhere, capacity)).await,
        ];
        Self { awa, luc, nour, posts }
    }

    pub const fn people(&self) -> [&Person; 3] {
        [&self.awa, &self.luc, &self.nour]
    }

    /// Awa proposes the ring.
    pub async fn proposed(&self) -> BarterView {
        self.awa.propose_ring(&self.awa.ring().await.id).await.expect("a ring is proposed")
    }

    /// All agree.
    pub async fn agreed(&self) -> BarterView {
        let ring = self.proposed().await;
        for person in [&self.luc, &self.nour] {
            person.client.consent_to_barter(ring.id, 1).await.expect("she agrees");
        }
        self.awa.client.get_barter(ring.id).await.expect("hers")
    }
}

impl Person {
    /// The rings that the program suggests to her, the best first.
    pub async fn rings(&self) -> Vec<RingView> {
        self.client.list_rings(None, Some(20)).await.expect("her rings").items
    }

    /// The best of them.
    pub async fn ring(&self) -> RingView {
        self.rings().await.into_iter().next().expect("a ring is suggested")
    }

    pub async fn propose_ring(&self, ring: &RingId) -> Result<BarterView, Error> {
        let new = NewBarter { ring: Some(ring.clone()), ..NewBarter::default() };
        self.client.propose_barter(&new, &key()).await
    }
}
