//! The life of a tenant who uses everything there is, and who writes one unmistakable word into every field.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::barter::{BarterView, CounterOffer, NewBarter, NewLeg};
use domain::circle::Circle;
use domain::id::BarterId;
use domain::leaving::{LeaveWhen, ReceiptToken};
use domain::leg::Appointment;
use domain::offer::{Capacity, EditOffer, InReturn, NewOffer, OfferView};
use domain::tenant::{EditMe, FirstName, Join, Language};
use domain::text::{Body, Note, Title, Words};
use domain::tongue::{Speaks, Tongue};

use crate::support::{
    PASSWORD, Person, Place, Three, Toit, check, email, join, key, leave, leg, mark, offer_leg, sign_in, unique,
};

/// A word that stands in everything she writes and in nothing else, also not in what another canary writes: tests on one PostgreSQL share
/// its write-ahead log, those of other processes too. Letters alone, as a first name needs; always of one length.
fn new_word() -> String {
    let n = u64::from(std::process::id()) * 26_u64.pow(4) + unique();
    let letters = (0..9).map(|at| char::from(b'a' + u8::try_from(n / 26_u64.pow(at) % 26).expect("one of 26")));
    format!("zqkanari{}", letters.collect::<String>())
}

/// Calls a method of the client and notes which.
macro_rules! uses {
    ($canary:ident, $client:expr => $method:ident($($argument:expr),* $(,)?)) => {{
        $canary.used.insert(stringify!($method));
        $client.$method($($argument),*).await.expect(stringify!($method))
    }};
}
pub(super) use uses;

/// Her, what she used, and what is hers.
pub struct Canary {
    pub person: Person,
    /// Stands in everything she writes.
    pub word: String,
    /// The operations that she used, by their id.
    pub used: BTreeSet<&'static str>,
    /// Her own ids, as text.
    pub ids: Vec<String>,
}

impl Canary {
    pub(super) fn words(&self) -> String {
        format!("{} {}", self.word, unique())
    }

    fn note(&self) -> Option<Note> {
        Note::parse(format!("Note de {}.\nDeuxième ligne.", self.words())).ok()
    }

    fn place(&self) -> Option<Words> {
        Words::parse(format!("chez {}, troisième étage", self.words())).ok()
    }

    /// Joins with an e-mail address, signs in twice, tries all about sessions and places.
    pub async fn join(toit: &Toit) -> Self {
        let mut canary = Self::arrive(toit).await;
        let person = canary.person.clone();
        uses!(canary, person.client => health());
        for (operation, path) in [("health_ready", "/health/ready"), ("openapi_json", "/openapi.json")] {
            assert_eq!(person.raw().get(path).await.status, 200);
            canary.used.insert(operation);
        }
        let phone = toit.stranger();
        let address = format!("{}@example.org", canary.word);
        uses!(canary, phone => sign_in(&sign_in(&address, PASSWORD)));
        uses!(canary, phone => refresh_session());
        uses!(canary, phone => sign_out());
        let tablet = person.sign_in().await;
        let devices = uses!(canary, person.client => list_sessions()).items;
        canary.ids.extend(devices.iter().map(|d| d.id.to_string()));
        let other = devices.iter().find(|d| !d.current).expect("the tablet");
        uses!(canary, person.client => end_session(other.id));
        drop(tablet);
        let last = person.sign_in().await;
        uses!(canary, last.client => end_all_sessions());
        canary.person = person.sign_in().await;
        let person = canary.person.clone();
        let edit = EditMe {
            first_name: FirstName::parse(format!("{} Marie", canary.word)).ok(),
            mark: Some(mark(77)),
            language: Some(Language::En),
            speaks: Speaks::parse(&[Tongue::Fr, Tongue::En, Tongue::Wo]).ok(),
        };
        let me = uses!(canary, person.client => edit_me(person.me.version, &edit));
        uses!(canary, person.client => get_me());
        uses!(canary, person.client => list_residences());
        uses!(canary, person.client => get_residence(me.residence.id));
        uses!(canary, person.client => list_circles());
        uses!(canary, person.client => list_categories());
        canary
    }

    async fn arrive(toit: &Toit) -> Self {
        let code = toit.code(Place::A).await;
        let word = new_word();
        let new = Join { email: email(&format!("{word}@example.org")), ..join(&code, &word) };
        let mut used = BTreeSet::new();
        let stranger = toit.stranger();
        stranger.check_join_code(&check(&code)).await.expect("a good code");
        used.extend(["check_join_code", "join"]);
        let person = Person::join_with(toit, &new).await;
        let ids = vec![person.id().to_string()];
        Self { person, word, used, ids }
    }

    async fn post(&mut self, capacity: u8) -> OfferView {
        let new = NewOffer {
            title: Title::parse(self.words()).expect("a title"),
            text: Body::parse(format!("Texte de {}, le soir.", self.words())).expect("a text"),
            times: Words::parse(self.words()).ok(),
            circle: Circle::Office,
            capacity: Capacity::parse(capacity).expect("a capacity"),
            in_return: InReturn::Anything,
            ..self.person.services.offer("Titre")
        };
        let person = self.person.clone();
        let offer = uses!(self, person.client => create_offer(&new, &format!("{}-{}", self.word, unique())));
        self.ids.push(offer.id.to_string());
        offer
    }

    /// Posts offers and does with them all that can be done.
    pub async fn offer_everything(&mut self) {
        let person = self.person.clone();
        let offer = self.post(4).await;
        let canary = self;
        uses!(canary, person.client => get_offer(offer.id));
        uses!(canary, person.client => list_offers(&client::OfferFilter::default()));
        uses!(canary, person.client => list_matches(offer.id, None));
        uses!(canary, person.client => list_rings(Some(offer.id), None));
        let edit = EditOffer { title: Title::parse(canary.words()).ok(), ..EditOffer::default() };
        uses!(canary, person.client => edit_offer(offer.id, offer.version, &edit));
        uses!(canary, person.client => pause_offer(offer.id));
        uses!(canary, person.client => resume_offer(offer.id));
        uses!(canary, person.client => renew_offer(offer.id));
        let closed = canary.post(1).await;
        uses!(canary, person.client => close_offer(closed.id));
        canary.post(3).await;
    }

    async fn propose(&mut self, other: &Person) -> BarterView {
        let theirs = other.post(&other.services.offer("Bricolage")).await;
        let mut given = leg(&self.person, other, &self.person.services.two, &self.words());
        given.place = self.place();
        let legs = vec![NewLeg { place: self.place(), ..offer_leg(other, &self.person, &theirs) }, given];
        let person = self.person.clone();
        uses!(self, person.client => propose_barter(&NewBarter { legs, ring: None, note: self.note() }, &key()))
    }

    /// Two agreed legs of an exchange with `other`: what she gets and what she gives.
    async fn agree(&mut self, other: &Person) -> BarterView {
        let barter = self.propose(other).await;
        let person = self.person.clone();
        let newest = self.counter(other, &barter).await;
        uses!(self, person.client => consent_to_barter(barter.id, newest))
    }

    /// Each of the two writes a version; answers with the newest.
    async fn counter(&mut self, other: &Person, barter: &BarterView) -> u32 {
        let person = self.person.clone();
        let legs = |of: &BarterView| -> Vec<NewLeg> {
            let newest = of.terms.last().expect("terms");
            let again = newest.legs.iter().map(|l| NewLeg {
                giver: l.giver,
                receiver: l.receiver,
                offer: l.offer,
                wish: None,
                category: Some(l.category.clone()),
                what: Some(l.what.clone()),
                at: l.at,
                place: l.place.clone(),
            });
            again.collect()
        };
        let first = CounterOffer { on_version: 1, legs: legs(barter), note: self.note() };
        let second = uses!(self, person.client => counter_barter(barter.id, &first));
        let answer = CounterOffer { on_version: 2, legs: legs(&second), note: Note::parse("D'accord.").ok() };
        let third = other.client.counter_barter(barter.id, &answer).await.expect("answered");
        third.terms.last().expect("terms").version
    }

    /// Makes exchanges with `other` and lets them end in every way; answers with one that is still open.
    pub async fn exchange_everything(&mut self, toit: &Toit, other: &Person) -> BarterId {
        let person = self.person.clone();
        let canary = self;
        uses!(canary, person.client => list_barters(None, None));
        let withdrawn = canary.propose(other).await;
        uses!(canary, person.client => withdraw_barter(withdrawn.id));
        uses!(canary, person.client => get_barter(withdrawn.id));
        uses!(canary, person.client => get_neighbour(other.id()));
        let mine = canary.post(9).await;
        let asked = other.propose(vec![offer_leg(&person, other, &mine)]).await;
        uses!(canary, person.client => decline_barter(asked.id));
        let dissolved = canary.agree(other).await;
        uses!(canary, person.client => dissolve_barter(dissolved.id));
        let done = canary.agree(other).await;
        let [got, gave] = [0, 1].map(|n| done.legs[n].leg.terms.id);
        let day = Appointment { at: toit.now() + TimeDelta::days(1), place: canary.place() };
        for id in [got, gave] {
            uses!(canary, person.client => schedule_leg(done.id, id, &day));
        }
        other.client.finish_leg(done.id, got).await.expect("done by the other");
        uses!(canary, person.client => confirm_leg(done.id, got));
        uses!(canary, person.client => finish_leg(done.id, gave));
        other.client.dispute_leg(done.id, gave).await.expect("disputed");
        other.client.settle_leg(done.id, gave).await.expect("settled");
        let open = canary.agree(other).await;
        let id = open.legs[0].leg.terms.id;
        uses!(canary, person.client => schedule_leg(open.id, id, &day));
        other.client.finish_leg(open.id, id).await.expect("said to be done");
        uses!(canary, person.client => dispute_leg(open.id, id));
        uses!(canary, person.client => settle_leg(open.id, id));
        let waived = canary.agree(other).await;
        uses!(canary, person.client => waive_leg(waived.id, waived.legs[0].leg.terms.id));
        canary.meet(toit, other).await;
        canary.turn(toit).await;
        canary.part(toit).await;
        open.id
    }

    /// Stands in a ring that is agreed, in one that she refuses, and in one that waits.
    async fn turn(&mut self, toit: &Toit) {
        let person = self.person.clone();
        for ring in ["agreed", "refused", "waits"] {
            let three = Three::around(toit, person.clone(), 1).await;
            self.ids.push(three.posts[0].id.to_string());
            match ring {
                "agreed" => {
                    let agreed = three.agreed().await;
                    assert_eq!(agreed.legs.len(), 3);
                    self.talk_among_three(&three, agreed.id).await;
                }
                "refused" => {
                    let refused = three.proposed().await;
                    uses!(self, person.client => decline_barter(refused.id));
                    uses!(self, person.client => close_offer(three.posts[0].id));
                }
                _ => assert!(three.proposed().await.ring.is_some()),
            }
        }
    }

    /// Blocks somebody, and is blocked by her.
    async fn part(&mut self, toit: &Toit) {
        let person = self.person.clone();
        let zora = toit.neighbour("Zora", Place::A).await;
        let hers = zora.post(&zora.services.offer("Couture")).await;
        person.take(&hers, &zora).await.expect("agreed");
        uses!(self, person.client => block_neighbour(zora.id()));
        uses!(self, person.client => list_blocks());
        uses!(self, person.client => unblock_neighbour(zora.id()));
        uses!(self, person.client => block_neighbour(zora.id()));
        zora.client.block_neighbour(person.id()).await.expect("she too");
    }

    /// A service for which the two must have met.
    async fn meet(&mut self, toit: &Toit, other: &Person) {
        let person = self.person.clone();
        let keys = NewOffer { category: person.services.sensitive.clone(), ..person.services.offer(&self.words()) };
        let keys = person.post(&keys).await;
        self.ids.push(keys.id.to_string());
        let barter = other.take(&keys, &person).await.expect("agreed");
        let id = barter.legs[0].leg.terms.id;
        uses!(self, person.client => meet_for_leg(barter.id, id));
        other.client.meet_for_leg(barter.id, id).await.expect("both have met");
        let day = Appointment { at: toit.now() + TimeDelta::days(1), place: self.place() };
        uses!(self, person.client => schedule_leg(barter.id, id, &day));
    }

    /// Looks at all that is kept, takes it along, and leaves.
    pub async fn look_back_and_leave(&mut self, toit: &Toit, when: LeaveWhen) -> ReceiptToken {
        let person = self.person.clone();
        let canary = self;
        uses!(canary, person.client => get_transparency());
        let archive = uses!(canary, person.client => export_me());
        assert!(!archive.is_empty());
        let leave = leave(when);
        uses!(canary, person.client => leave(&leave));
        uses!(canary, toit.stranger() => get_receipt(&leave.receipt));
        leave.receipt
    }
}
