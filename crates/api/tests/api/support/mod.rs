//! A real server on a free port, on an empty database of its own, with a clock that tests move by hand.

mod database;
mod http;
mod leaving;
mod notices;
mod operations;
mod people;
pub mod pictures;
mod rings;
mod services;
mod talk;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use api::app::codes::{self, CodesFor};
use api::app::import::{HouseholdRow, ResidenceRow};
use api::app::offices::{self, HouseholdOptions, WaveTarget};
use api::clock::Clock;
use api::server::{Bounds, Config, Running};
use chrono::{DateTime, TimeDelta, Utc};
use client::Client;
use domain::circle::Wave;
use domain::code::JoinCode;
use domain::id::{OfferId, OfficeId};
use domain::offer::{NewOffer, Offer};

#[allow(unused_imports, reason = "the browser's tests share this module and skip too")]
pub use database::skip;
pub use database::{Database, skipped};
pub use http::{Answer, Raw};
pub use leaving::leave;
#[allow(unused_imports, reason = "the browser's tests share this module")]
pub use notices::{notice, seen_near};
pub use operations::{Operation, RealThings, operations};
pub use people::{PASSWORD, Person, check, email, join, mark, on, sign_in};
#[allow(unused_imports, reason = "the browser's tests share this module and make rings by hand")]
pub use rings::{Three, turn};
pub use services::{Services, appointment, counter, leg, offer_leg};
#[allow(unused_imports, reason = "the browser's tests share this module and talk by hand")]
pub use talk::{Open, about, say, text, to_author, to_everybody};

/// How long a test waits for what must come: far longer than a busy machine takes.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The residences of the invented office "Toits de Test", and one of another office.
///
/// A and B stand 300 m apart on two sides of the boundary of the 18th and 19th districts, C in A's district but 3 km away, D next to
/// A but closed, and E next to A, of the office "Murs Voisins".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    A,
    B,
    C,
    D,
    E,
}

impl Place {
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// The office's own reference.
    pub const fn reference(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
        }
    }

    const fn of_other_office(self) -> bool {
        matches!(self, Self::E)
    }

    const fn district(self) -> &'static str {
        match self {
            Self::B => "75018",
            Self::A | Self::C | Self::D | Self::E => "75019",
        }
    }

    const fn point(self) -> (f64, f64) {
        match self {
            Self::A => (48.8867, 2.3722),
            Self::B => (48.8867, 2.3681),
            Self::C => (48.8867, 2.4132),
            Self::D => (48.8876, 2.3722),
            Self::E => (48.8871, 2.3722),
        }
    }

    pub fn row(self) -> ResidenceRow {
        ResidenceRow {
            reference: self.reference().to_owned(),
            name: format!("Résidence {}", self.reference()),
            address: format!("{} rue des Essais", self as u8 + 1),
            postcode: self.district().to_owned(),
            district: self.district().to_owned(),
            quarter: Some("Les Essais".to_owned()),
            point: Some(self.point()),
            dwellings: 20,
        }
    }
}

/// How many households of four seats each residence has, besides one of one seat ("A-solo") and one of two ("A-duo").
const HOUSEHOLDS: u32 = 14;

/// One household of the roll.
pub fn household(reference: &str, place: Place, seats: u8) -> HouseholdRow {
    HouseholdRow {
        reference: reference.to_owned(),
        residence: place.reference().to_owned(),
        seats,
        order: None,
        lease_end: None,
    }
}

/// The whole roll of one of the two offices.
pub fn roll(of_other_office: bool) -> Vec<HouseholdRow> {
    let places = Place::ALL.into_iter().filter(|p| p.of_other_office() == of_other_office);
    places
        .flat_map(|place| {
            let name = place.reference();
            (1..=HOUSEHOLDS)
                .map(move |n| household(&format!("{name}-{n:02}"), place, 4))
                .chain([household(&format!("{name}-solo"), place, 1), household(&format!("{name}-duo"), place, 2)])
        })
        .collect()
}

/// A number that no other call of this process gets.
pub fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// An `Idempotency-Key` that nobody has used.
pub fn key() -> String {
    format!("key-{}", unique())
}

fn config(database: &Database, clock: &Clock) -> Config {
    Config {
        database_url: database.url(),
        data: database.folder().to_owned(),
        listen: "127.0.0.1:0".to_owned(),
        clock: clock.clone(),
        spa: None,
        worker: false,
        behind_proxy: false,
        backups: None,
        photos: database.photos(),
        bounds: Bounds::default(),
    }
}

/// The server under test and all that belongs to it.
pub struct Toit {
    pub clock: Clock,
    pub office: OfficeId,
    pub other_office: OfficeId,
    running: Running,
    database: Database,
    next_household: Mutex<HashMap<Place, u32>>,
}

impl Toit {
    /// Starts a server on this database and loads two offices: every residence is open but D.
    pub async fn start(database: Database) -> Self {
        Self::serve(database, Clock::by_hand(start()), None).await
    }

    /// As [`Toit::start`], at another time and with the application for browsers.
    pub async fn serve(database: Database, clock: Clock, spa: Option<PathBuf>) -> Self {
        let config = Config { spa, ..config(&database, &clock) };
        let running = api::server::start(config).await.expect("the server starts");
        let app = running.app();
        let office = offices::add(app, "toits-de-test", "Toits de Test").await.expect("an office");
        let other_office = offices::add(app, "murs-voisins", "Murs Voisins").await.expect("another office");
        let toit = Self { clock, office, other_office, running, database, next_household: Mutex::default() };
        for (id, other) in [(office, false), (other_office, true)] {
            let rows = Place::ALL.into_iter().filter(|p| p.of_other_office() == other).map(Place::row).collect();
            offices::import_residences(toit.app(), id, rows, false).await.expect("residences are loaded");
            offices::set_wave(toit.app(), id, WaveTarget::All, Wave::Open).await.expect("residences are opened");
            let options = HouseholdOptions { dry_run: false, confirm_ended: None };
            offices::import_households(toit.app(), id, roll(other), options).await.expect("the roll is loaded");
        }
        toit.set_wave(Place::D, Wave::Closed).await;
        toit
    }

    /// Another server on the same database, with the same keys and the same clock.
    pub async fn one_more_server(&self) -> Running {
        let config = config(&self.database, &self.clock);
        api::server::start(config).await.expect("another server starts")
    }

    /// As [`Toit::one_more_server`], with bounds of its own.
    pub async fn one_more_server_within(&self, bounds: Bounds) -> Running {
        let config = Config { bounds, ..config(&self.database, &self.clock) };
        api::server::start(config).await.expect("another server starts")
    }

    /// As [`Toit::one_more_server`], behind a proxy.
    pub async fn one_more_server_behind_proxy(&self) -> Running {
        let config = Config { behind_proxy: true, ..config(&self.database, &self.clock) };
        api::server::start(config).await.expect("another server starts")
    }

    /// Stops the server, lets somebody do something with its files, and starts it again.
    pub async fn restarted(self, between: impl AsyncFnOnce(&Database)) -> Self {
        let Self { clock, running, database, .. } = self;
        running.stop().await;
        between(&database).await;
        let running = api::server::start(config(&database, &clock)).await.expect("the server starts again");
        Self { clock, running, database, ..self }
    }

    /// Starts a server on what stands in this database already: a copy of another server's.
    pub async fn again(database: Database, of: &Self) -> Self {
        let running = api::server::start(config(&database, &of.clock)).await.expect("the server starts");
        let (clock, next_household) = (of.clock.clone(), Mutex::default());
        Self { clock, office: of.office, other_office: of.other_office, running, database, next_household }
    }

    /// The folder of the server's own files.
    pub fn folder(&self) -> &std::path::Path {
        self.database.folder()
    }

    /// Ends all connections to the database, as its restart would.
    pub async fn cut_all_lines(&self) {
        self.database.cut_all_lines().await;
    }

    /// Does all work that is due.
    pub async fn tick(&self) -> Result<u64, api::app::AppError> {
        self.running.tick().await
    }

    /// Stops the server and removes its database.
    pub async fn end(self) {
        self.running.stop().await;
        self.database.remove().await;
    }

    pub fn app(&self) -> &api::app::App {
        self.running.app()
    }

    pub fn url(&self) -> String {
        self.running.url()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Moves the clock and does all work that is due then.
    pub async fn wait(&self, by: TimeDelta) {
        self.clock.advance(by);
        self.running.tick().await.expect("what is due is done");
    }

    /// As [`Toit::wait`], in days.
    pub async fn wait_days(&self, days: i64) {
        self.wait(TimeDelta::days(days)).await;
    }

    /// An offer that is not posted yet.
    pub fn offer(&self, author: &Person, new: &NewOffer) -> Offer {
        let (me, id) = (&author.me, OfferId(self.clock.id()));
        Offer::post(id, me.office, me.id, me.residence.id, new.clone(), self.now()).expect("an offer")
    }

    /// Posts many offers at once.
    pub async fn insert_offers(&self, offers: &[Offer]) {
        let tx = self.app().store.begin().await.expect("a transaction");
        api::store::offers::insert_many(&tx, offers).await.expect("inserted");
        tx.commit().await.expect("posted");
    }

    /// How many pages are open.
    pub fn open_pages(&self) -> usize {
        self.running.live().count()
    }

    /// How many rows a table holds.
    pub async fn count(&self, table: &str) -> i64 {
        self.database.number(&format!("SELECT COUNT(*) AS n FROM {table}")).await
    }

    /// How many seats of all households are taken.
    pub async fn seats_taken(&self) -> i64 {
        self.database.number("SELECT CAST(SUM(seats_taken) AS BIGINT) AS n FROM households").await
    }

    /// Its database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The office that owns a residence.
    pub fn office_of(&self, place: Place) -> OfficeId {
        if place.of_other_office() { self.other_office } else { self.office }
    }

    /// Opens or closes one residence.
    pub async fn set_wave(&self, place: Place, wave: Wave) {
        let target = WaveTarget::Reference(place.reference().to_owned());
        offices::set_wave(self.app(), self.office_of(place), target, wave).await.expect("the wave is set");
    }

    /// A caller without an account.
    pub fn stranger(&self) -> Client {
        Client::program(&self.url())
    }

    /// Requests by hand, without an account.
    pub fn raw(&self) -> Raw {
        Raw::new(&self.url(), None)
    }

    /// A new code for the household with this reference ("A-solo"); the one before is taken back.
    pub async fn code_of(&self, reference: &str) -> JoinCode {
        let place =
            Place::ALL.into_iter().find(|p| reference.starts_with(p.reference())).expect("a reference of the roll");
        let target = CodesFor::Household(reference.to_owned());
        let mut letters = codes::issue(self.app(), self.office_of(place), target).await.expect("a code is issued");
        assert_eq!(letters.len(), 1, "one letter for one household");
        JoinCode::parse(&letters.remove(0).code).expect("a printed code can be read")
    }

    /// A code with four free seats in this residence.
    pub async fn code(&self, place: Place) -> JoinCode {
        let n = {
            let mut next = self.next_household.lock().expect("no test holds it");
            let n = next.entry(place).or_insert(0);
            *n += 1;
            *n
        };
        assert!(n <= HOUSEHOLDS, "{place:?} has no more households");
        self.code_of(&format!("{}-{n:02}", place.reference())).await
    }

    /// Somebody new in this residence, in a household of her own.
    pub async fn neighbour(&self, first_name: &str, place: Place) -> Person {
        Person::join(self, first_name, place).await
    }
}

/// When every test begins: a Monday morning in November.
pub fn start() -> DateTime<Utc> {
    "2026-11-23T08:00:00Z".parse().expect("a time")
}

/// Makes two tests of each function: `sqlite::name` and `postgres::name`.
macro_rules! on_both_databases {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let toit = crate::support::Toit::start(crate::support::Database::sqlite()).await;
                super::$name(&toit).await;
                toit.end().await;
            })+
        }

        crate::support::on_postgres!($($name),+);
    };
}
pub(crate) use on_both_databases;

/// Makes one test of each function, for what SQLite has no answer to: `postgres::name`.
macro_rules! on_postgres {
    ($($name:ident),+ $(,)?) => {
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                let Some(database) = crate::support::Database::postgres().await else {
                    return crate::support::skipped(concat!(module_path!(), "::", stringify!($name)));
                };
                let toit = crate::support::Toit::start(database).await;
                super::$name(&toit).await;
                toit.end().await;
            })+
        }
    };
}
pub(crate) use on_postgres;

/// What a refused call was refused with.
#[track_caller]
pub fn refusal<T: std::fmt::Debug>(result: Result<T, client::Error>) -> domain::problem::Problem {
    match result {
        Err(client::Error::Problem(problem)) => {
            assert_eq!(problem.status, problem.code.status(), "each code has one status");
            *problem
        }
        other => panic!("expected a problem, got {other:?}"),
    }
}

/// The code of a refused call.
#[track_caller]
pub fn code_of<T: std::fmt::Debug>(result: Result<T, client::Error>) -> domain::problem::ProblemCode {
    refusal(result).code
}

/// The pointer and the reason of the one value that was refused.
#[track_caller]
pub fn refused_value<T: std::fmt::Debug>(result: Result<T, client::Error>) -> (String, domain::problem::FieldCode) {
    let problem = refusal(result);
    assert_eq!(problem.code, domain::problem::ProblemCode::Invalid);
    assert_eq!(problem.errors.len(), 1, "{:?}", problem.errors);
    (problem.errors[0].pointer.clone(), problem.errors[0].code)
}
