//! A server with neighbours, and browsers for them.

use std::cell::Cell;
use std::sync::Arc;

use api::clock::Clock;
use domain::category::{Category, CategorySlug};
use domain::tenant::Language;

use crate::chromium::{Chromium, Means};
use crate::hand::{Hand, What};
use crate::support::{Database, PASSWORD, Person, Toit};
use crate::tab::{Tab, Wishes};

/// The services that the stories of the tests are about.
pub const LESSONS: &str = "computer_lessons";
pub const IRONING: &str = "ironing";

/// A server and a driver of browsers.
pub struct Street {
    pub toit: Toit,
    chromium: Arc<Chromium>,
}

impl Street {
    /// None, said once, where there is no browser to try with.
    ///
    /// Browsers have no other clock than the machine's, so the server's begins at the same time.
    pub async fn open() -> Option<Self> {
        Self::open_since(0).await
    }

    /// As [`Street::open`], so many days ago: what happens before a browser is opened has happened then.
    pub async fn open_since(days: i64) -> Option<Self> {
        let means = Means::given()?;
        let chromium = Chromium::start(&means).await;
        let clock = Clock::by_hand(Clock::system().now() - chrono::TimeDelta::days(days));
        let toit = Toit::serve(Database::sqlite(), clock, Some(means.spa)).await;
        Some(Self { toit, chromium })
    }

    pub async fn close(self) {
        self.toit.end().await;
    }

    pub async fn tab(&self, wishes: Wishes) -> Tab {
        Tab::new(&self.chromium, self.toit.url(), wishes).await
    }

    /// A tab in which somebody who has joined by the API signs in.
    pub async fn tab_of(&self, person: &Person, wishes: Wishes) -> Tab {
        let tab = self.tab(wishes).await;
        sign_in(&tab, person, "/connexion").await;
        tab.arrive("square").await;
        tab
    }
}

/// Signs in on the page at this address.
pub async fn sign_in(tab: &Tab, person: &Person, path: &str) {
    tab.open_at(path, "sign-in").await;
    tab.fill("name", &person.me.sign_in_name).await;
    tab.fill("password", PASSWORD).await;
    tab.press(What::Submit).await;
}

/// One neighbour's tab, with a number for her next picture.
pub struct Neighbour {
    pub tab: Tab,
    name: &'static str,
    pictures: Cell<u8>,
}

impl Neighbour {
    pub fn at(tab: Tab, name: &'static str) -> Self {
        Self { tab, name, pictures: Cell::new(1) }
    }

    /// Arrives at a screen and keeps a picture of it.
    pub async fn arrive(&self, screen: &str) {
        self.tab.arrive(screen).await;
        if self.tab.hand == Hand::Touch {
            let number = self.pictures.replace(self.pictures.get() + 1);
            self.tab.shot(&format!("fr-light-{}-{number:02}-{screen}", self.name)).await;
        }
    }

    pub async fn follow(&self, key: &str, screen: &str) {
        self.tab.press(What::Link(&self.tab.word(key))).await;
        self.arrive(screen).await;
    }

    pub async fn submit(&self, screen: &str) {
        self.tab.press(What::Submit).await;
        self.arrive(screen).await;
    }

    pub async fn press(&self, id: &str, screen: &str) {
        self.tab.press(What::Id(id)).await;
        self.arrive(screen).await;
    }
}

/// The tree of services, as the pages show it.
pub struct Tree(Vec<Category>, Language);

impl Tree {
    pub async fn of(person: &Person, language: Language) -> Self {
        Self(person.client.list_categories().await.expect("the tree of services").items, language)
    }

    fn find(&self, slug: &str) -> &Category {
        self.0.iter().find(|category| category.slug.as_str() == slug).unwrap_or_else(|| panic!("no service {slug}"))
    }

    /// The group of a service.
    pub fn group(&self, slug: &str) -> CategorySlug {
        self.find(slug).parent.clone().expect("a service stands in a group")
    }

    /// What people call a service or a group.
    pub fn name(&self, slug: &str) -> &str {
        let found = self.find(slug);
        match self.1 {
            Language::Fr => &found.fr,
            Language::En => &found.en,
        }
    }
}
