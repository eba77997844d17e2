//! Neighbours.

use std::cell::Cell;

use api::server::Running;
use client::{Client, Error, OfferFilter};
use domain::barter::{BarterView, NewBarter, NewLeg};
use domain::code::JoinCode;
use domain::id::TenantId;
use domain::mark::{Mark, MarkAnimal, MarkColour};
use domain::offer::{NewOffer, OfferView};
use domain::session::SignIn;
use domain::tenant::{Email, FirstName, Join, JoinCheck, Language, Me, Password};
use domain::text::Words;

use super::{Place, Raw, Services, Toit, key};

/// What every neighbour of the tests signs in with, unless a test is about passwords.
pub const PASSWORD: &str = "Quatre pigeons gris au balcon";

/// The mark with this number; 192 differ.
pub fn mark(n: u64) -> Mark {
    let n = usize::try_from(n).expect("a small number");
    let colour = MarkColour::ALL[n % MarkColour::ALL.len()];
    Mark { colour, animal: MarkAnimal::ALL[n / MarkColour::ALL.len() % MarkAnimal::ALL.len()] }
}

/// A mark that nobody else of this test has: each test runs on a thread of its own. Namesakes of one residence need different ones.
fn own_mark() -> Mark {
    thread_local! {
        static NEXT: Cell<u64> = const { Cell::new(0) };
    }
    mark(NEXT.replace(NEXT.get() + 1))
}

/// What somebody would send to join.
pub fn join(code: &JoinCode, first_name: &str) -> Join {
    Join {
        code: code.clone(),
        ticket: None,
        first_name: FirstName::parse(first_name).expect("a first name"),
        mark: own_mark(),
        password: Password::parse(PASSWORD).expect("a password"),
        email: None,
        language: Language::Fr,
    }
}

/// What somebody would send to check a code.
pub fn check(code: &JoinCode) -> JoinCheck {
    JoinCheck { code: code.clone() }
}

/// A neighbour who has joined and is signed in.
#[derive(Clone)]
pub struct Person {
    pub client: Client,
    pub me: Me,
    pub services: Services,
    base: String,
}

impl Person {
    pub async fn join(toit: &Toit, first_name: &str, place: Place) -> Self {
        let code = toit.code(place).await;
        Self::join_with(toit, &join(&code, first_name)).await
    }

    pub async fn join_with(toit: &Toit, join: &Join) -> Self {
        let client = toit.stranger();
        let me = client.join(join, &key()).await.expect("the code opens").me;
        let services = Services::of(client.list_categories().await.expect("the tree of categories").items);
        Self { client, me, services, base: toit.url() }
    }

    pub fn id(&self) -> TenantId {
        self.me.id
    }

    /// Requests by hand in her name.
    pub fn raw(&self) -> Raw {
        Raw::new(&self.base, self.client.tokens().map(|t| t.access_token))
    }

    /// The same person on another device.
    pub async fn sign_in(&self) -> Self {
        let client = Client::program(&self.base);
        let signed_in = client.sign_in(&sign_in(&self.me.sign_in_name, PASSWORD)).await.expect("she is let in");
        Self { client, me: signed_in.me, ..self.clone() }
    }

    /// Posts an offer, or a request.
    pub async fn post(&self, new: &NewOffer) -> OfferView {
        self.client.create_offer(new, &key()).await.expect("the offer is posted")
    }

    /// Proposes these legs.
    pub async fn propose(&self, legs: Vec<NewLeg>) -> BarterView {
        self.try_propose(legs).await.expect("the barter is proposed")
    }

    pub async fn try_propose(&self, legs: Vec<NewLeg>) -> Result<BarterView, Error> {
        self.client.propose_barter(&NewBarter { legs, ring: None, note: None }, &key()).await
    }

    /// Proposes to take an offer as a gift, and has its author agree.
    pub async fn take(&self, offer: &OfferView, author: &Self) -> Result<BarterView, Error> {
        let barter = self.try_propose(vec![super::offer_leg(author, self, offer)]).await?;
        author.client.consent_to_barter(barter.id, 1).await
    }

    /// The titles of the first page of offers that reach her, newest first.
    pub async fn titles(&self, filter: OfferFilter) -> Vec<String> {
        let page =
            self.client.list_offers(&OfferFilter { limit: Some(100), ..filter }).await.expect("a page of offers");
        assert_eq!(page.next, None, "one page holds them all");
        page.items.into_iter().map(|o| o.title.to_string()).collect()
    }
}

/// The same person on another server.
pub fn on(server: &Running, person: &Person) -> Client {
    let client = Client::program(&server.url());
    client.set_tokens(person.client.tokens());
    client
}

pub fn sign_in(name: &str, password: &str) -> SignIn {
    SignIn {
        name: Words::parse(name).expect("a name to sign in with"),
        password: Password::parse(password).expect("a password"),
    }
}

pub fn email(address: &str) -> Option<Email> {
    Some(Email::parse(address).expect("an address"))
}
