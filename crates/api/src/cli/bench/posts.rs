//! Drawn posts: offers, notices, events, those that live and those that do not, and who no longer meets whom.

use chrono::{NaiveTime, TimeDelta};
use domain::Timestamp;
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::event::{Event, NewEvent};
use domain::id::{EventId, LineId, NoticeId, OfferId};
use domain::moment::{LocalTime, in_paris};
use domain::notice::{NewNotice, Notice, NoticeKind};
use domain::offer::{Capacity, InReturn, NewOffer, Offer, OfferKind};
use domain::text::{Body, Title, Words};

use super::{BATCH, CliError, Draw, refused};
use crate::app::App;
use crate::app::offices;
use crate::store::{self, tenants::Tenant};

/// How many offers' ids are written down.
const IDS: usize = 20_000;
/// How many neighbours somebody no longer meets who blocks at all: the most that one can.
const BLOCKED: usize = 200;

/// What posts are about: so that a word is found in many of them, or in few.
const THINGS: [&str; 48] = [
    "chat",
    "chien",
    "vélo",
    "clés",
    "écharpe",
    "doudou",
    "poussette",
    "ordinateur",
    "téléphone",
    "imprimante",
    "repassage",
    "couture",
    "jardinage",
    "plantes",
    "balcon",
    "bricolage",
    "perceuse",
    "échelle",
    "meuble",
    "canapé",
    "livres",
    "école",
    "devoirs",
    "anglais",
    "arabe",
    "lecture",
    "musique",
    "guitare",
    "chorale",
    "danse",
    "cuisine",
    "gâteaux",
    "soupe",
    "repas",
    "brocante",
    "fête des voisins",
    "pique-nique",
    "promenade",
    "courses",
    "pharmacie",
    "papiers",
    "impôts",
    "formulaires",
    "lessive",
    "ascenseur",
    "fuite",
    "lumière",
    "boîte aux lettres",
];
const WHEN: [&str; 8] = [
    "samedi",
    "dimanche matin",
    "en soirée",
    "cette semaine",
    "avant Noël",
    "au printemps",
    "demain",
    "quand vous voulez",
];
const CIRCLES: [Circle; 5] = [Circle::Residence, Circle::Nearby, Circle::Nearby, Circle::District, Circle::Office];

/// Draws posts and keeps them.
pub struct Posts<'a> {
    app: &'a App,
    draw: Draw,
    services: Vec<CategorySlug>,
    now: Timestamp,
}

impl<'a> Posts<'a> {
    pub fn new(app: &'a App, draw: Draw, now: Timestamp) -> Result<Self, CliError> {
        let services =
            offices::default_categories()?.into_iter().filter(|c| c.parent.is_some()).map(|c| c.slug).collect();
        Ok(Self { app, draw, services, now })
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.draw.below(of.len())]
    }

    fn title(&mut self, begin: &str) -> Result<Title, CliError> {
        Title::parse(format!("{begin} {} {}", self.one(&THINGS), self.one(&WHEN))).map_err(refused)
    }

    fn text(&mut self) -> Result<Body, CliError> {
        let (one, other) = (self.one(&THINGS), self.one(&THINGS));
        let text = format!(
            "Je suis là le plus souvent en fin de journée, et le samedi matin. C'est pour {one}, et s'il reste du temps {other}. Dites-moi \
             ce qui vous arrange."
        );
        Body::parse(text).map_err(refused)
    }

    fn offer(&mut self, people: &[Tenant]) -> Result<Offer, CliError> {
        let author = &people[self.draw.below(people.len())];
        let service = self.draw.below(self.services.len());
        let new = NewOffer {
            kind: self.one(OfferKind::ALL),
            category: self.services[service].clone(),
            title: self.title("Un coup de main :")?,
            text: self.text()?,
            circle: self.one(&CIRCLES),
            times: None,
            capacity: Capacity::ONE,
            in_return: InReturn::Anything,
        };
        let id = OfferId(self.app.clock.id());
        Offer::post(id, author.office, author.id, author.residence, new, self.app.clock.now()).map_err(refused)
    }

    fn notice(&mut self, people: &[Tenant]) -> Result<Notice, CliError> {
        let author = &people[self.draw.below(people.len())];
        let new = NewNotice {
            kind: self.one(NoticeKind::ALL),
            title: self.title("Avis :")?,
            text: self.text()?,
            circle: self.one(&CIRCLES),
            seen: None,
        };
        let id = NoticeId(self.app.clock.id());
        Notice::post(id, author.office, author.id, author.residence, new, self.app.clock.now()).map_err(refused)
    }

    /// Offers; answers the ids of the newest.
    pub async fn offers(&mut self, people: &[Tenant], wanted: usize, alive: bool) -> Result<Vec<String>, CliError> {
        let mut ids = Vec::with_capacity(IDS.min(wanted));
        let mut made = 0;
        while made < wanted {
            let mut batch = Vec::with_capacity(BATCH);
            for _ in made..wanted.min(made + BATCH) {
                let offer = self.offer(people)?;
                let closed = |offer: Offer| offer.close().map_err(|_| CliError::new("une annonce ne se ferme pas"));
                batch.push(if alive { offer } else { closed(offer)? });
            }
            let tx = self.app.store.begin().await?;
            store::offers::insert_many(&tx, &batch).await?;
            tx.commit().await?;
            made += batch.len();
            // The newest ones: those that people open.
            ids.extend(batch.iter().map(|o| o.id.to_string()));
            ids.drain(..ids.len().saturating_sub(IDS));
        }
        Ok(ids)
    }

    /// Posts whose life is over: two offers for one notice.
    pub async fn dead(&mut self, people: &[Tenant], wanted: usize) -> Result<(), CliError> {
        self.offers(people, wanted - wanted / 3, false).await?;
        self.keep_notices(people, wanted / 3, false).await
    }

    pub async fn notices(&mut self, people: &[Tenant], wanted: usize) -> Result<(), CliError> {
        self.keep_notices(people, wanted, true).await
    }

    async fn keep_notices(&mut self, people: &[Tenant], wanted: usize, alive: bool) -> Result<(), CliError> {
        let mut made = 0;
        while made < wanted {
            let mut batch = Vec::with_capacity(BATCH);
            for _ in made..wanted.min(made + BATCH) {
                let notice = self.notice(people)?;
                let down = |notice: Notice| notice.withdraw().map_err(|_| CliError::new("un avis ne se retire pas"));
                batch.push(if alive { notice } else { down(notice)? });
            }
            let tx = self.app.store.begin().await?;
            store::notices::insert_many(&tx, &batch).await?;
            tx.commit().await?;
            made += batch.len();
        }
        Ok(())
    }

    /// Events of the coming two months.
    pub async fn events(&mut self, people: &[Tenant], wanted: usize) -> Result<(), CliError> {
        let mut made = 0;
        while made < wanted {
            let tx = self.app.store.begin().await?;
            let batch = BATCH.min(wanted - made);
            for _ in 0..batch {
                let event = self.event(people)?;
                store::events::insert(&tx, &event).await?;
            }
            tx.commit().await?;
            made += batch;
        }
        Ok(())
    }

    fn event(&mut self, people: &[Tenant]) -> Result<Event, CliError> {
        let author = &people[self.draw.below(people.len())];
        let days = TimeDelta::days(i64::try_from(1 + self.draw.below(60)).unwrap_or(1));
        let day = in_paris(self.now).date() + days;
        let hour = |hour: usize| {
            day.and_time(NaiveTime::from_hms_opt(u32::try_from(hour).unwrap_or(12), 0, 0).unwrap_or_default())
        };
        let begins = 9 + self.draw.below(10);
        let new = NewEvent {
            title: self.title("Rendez-vous :")?,
            text: self.text()?,
            place: Words::parse("salle commune").map_err(refused)?,
            residence: None,
            start: LocalTime::parse(hour(begins)).map_err(refused)?,
            end: LocalTime::parse(hour(begins + 2)).map_err(refused)?,
            circle: self.one(&CIRCLES),
            places: None,
            places_per_residence: None,
            guests: domain::event::Guests::default(),
            access: domain::event::Access::default(),
            bring: Vec::new(),
            repeat: None,
            draft: false,
        };
        let id = EventId(self.app.clock.id());
        let line = || LineId(self.app.clock.id());
        Event::create(id, author.office, author.id, author.residence, new, line, self.app.clock.now())
            .map_err(|e| CliError::new(format!("un rendez-vous tiré est refusé : {e:?}")))
    }

    /// The first of these people no longer meet 200 others each; answers how many they are.
    pub async fn blocks(&mut self, people: &[Tenant], wanted: usize) -> Result<usize, CliError> {
        for blocker in people.iter().take(wanted) {
            let tx = self.app.store.begin().await?;
            for _ in 0..BLOCKED {
                let other = &people[self.draw.below(people.len())];
                if other.id != blocker.id {
                    store::blocks::insert(&tx, blocker.id, other.id, self.now).await?;
                }
            }
            tx.commit().await?;
        }
        Ok(wanted.min(people.len()))
    }
}
