//! A person who posts, edits, proposes and answers, and asks again when no answer came.

use std::net::SocketAddr;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow};
use serde_json::json;

use super::book::{Book, Deed, Kept};
use super::dice::Dice;
use super::found::{Barter, Offer, Page};
use super::http::{Answer, Call, Way};
use super::town::Person;

/// Counts what all writers begin, for whoever waits to kill the server.
#[derive(Default)]
pub struct Gate {
    begun: Mutex<u64>,
    more: Condvar,
}

impl Gate {
    fn pass(&self) {
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.more.notify_all();
    }

    /// Waits until so many things were begun, or it takes too long.
    pub fn wait_for(&self, number: u64) -> bool {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.more.wait_timeout_while(begun, Duration::from_secs(20), |begun| *begun < number);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

/// Why a writer stopped.
#[derive(Debug)]
pub enum Stop {
    /// No answer came.
    Lost,
    /// The server asked to come back later.
    Busy(Answer),
    /// The server answered what it must not.
    Wrong(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Wrong(error)
    }
}

/// One of the people.
pub struct Writer {
    name: String,
    pub person: Person,
    pub book: Book,
    pub acknowledged: u64,
    pub retried: u64,
    dice: Dice,
    numbered: u64,
}

fn ask(way: &mut Way, call: &Call<'_>) -> Result<Answer, Stop> {
    match way.ask(call) {
        Ok(answer) if answer.status == 503 => Err(Stop::Busy(answer)),
        Ok(answer) => Ok(answer),
        Err(_) => Err(Stop::Lost),
    }
}

fn wrong(deed: &Deed, answer: &Answer) -> Stop {
    Stop::Wrong(anyhow!("{deed:?} is answered by {}", answer.shown()))
}

fn id(answer: &Answer) -> Result<String> {
    #[derive(serde::Deserialize)]
    struct Made {
        id: String,
    }
    answer.json::<Made>().map(|made| made.id)
}

impl Writer {
    pub fn new(number: u64, person: Person, seed: u64) -> Self {
        let book = Book { id: person.id.clone(), ..Book::default() };
        let name = format!("w{number}");
        Self { name, person, book, acknowledged: 0, retried: 0, dice: Dice::new(seed, number), numbered: 0 }
    }

    /// Goes on until something stops it.
    pub fn run(&mut self, server: SocketAddr, gate: &Gate) -> Stop {
        let Ok(mut way) = Way::open(server) else { return Stop::Lost };
        loop {
            if let Err(stop) = self.step(&mut way, gate) {
                return stop;
            }
        }
    }

    /// Asks again for what no answer came to, or for something new.
    pub fn step(&mut self, way: &mut Way, gate: &Gate) -> Result<(), Stop> {
        let again = self.book.pending.take();
        let (deed, again) = match again {
            Some(deed) => (deed, true),
            None => (self.choose(way)?, false),
        };
        self.retried += u64::from(again);
        self.book.pending = Some(deed.clone());
        gate.pass();
        if self.carry_out(way, &deed, again)? {
            self.acknowledged += 1;
        }
        self.book.pending = None;
        Ok(())
    }

    fn choose(&mut self, way: &mut Way) -> Result<Deed, Stop> {
        let wished = match self.dice.below(10) {
            0..3 => None,
            3..6 => self.choose_edit(way)?,
            6..8 => self.choose_proposal(way)?,
            _ => self.choose_answer(way)?,
        };
        let number = self.next();
        Ok(wished.unwrap_or_else(|| Deed::Post { title: format!("offre-{number}") }))
    }

    fn next(&mut self) -> String {
        self.numbered += 1;
        format!("{}-{}", self.name, self.numbered)
    }

    fn get<T: serde::de::DeserializeOwned>(&self, way: &mut Way, path: &str) -> Result<T, Stop> {
        let answer = way.ask(&Call::get(path, Some(&self.person.token))).map_err(|_| Stop::Lost)?;
        if answer.status == 200 {
            Ok(answer.json()?)
        } else {
            Err(Stop::Wrong(anyhow!("GET {path} is answered by {}", answer.shown())))
        }
    }

    fn choose_edit(&mut self, way: &mut Way) -> Result<Option<Deed>, Stop> {
        let own: Vec<String> = self.book.offers.keys().rev().take(20).cloned().collect();
        let Some(offer) = self.dice.one_of(&own) else { return Ok(None) };
        let read: Offer = self.get(way, &format!("/offers/{offer}"))?;
        let title = format!("titre-{}", self.next());
        Ok((read.state == "open").then_some(Deed::Edit { offer: read.id, version: read.version, title }))
    }

    fn choose_proposal(&mut self, way: &mut Way) -> Result<Option<Deed>, Stop> {
        let page: Page<Offer> = self.get(way, "/offers?limit=20")?;
        let others: Vec<_> =
            page.items.into_iter().filter(|o| o.author.id != self.person.id && o.places_left > 0).collect();
        let note = format!("note-{}", self.next());
        let chosen = self.dice.one_of(&others);
        Ok(chosen.map(|o| Deed::Propose { note, offer: o.id.clone(), author: o.author.id.clone() }))
    }

    fn choose_answer(&mut self, way: &mut Way) -> Result<Option<Deed>, Stop> {
        let page: Page<Barter> = self.get(way, "/barters?part=needs_me&limit=20")?;
        let asked = page.items.into_iter().find(|barter| barter.actions.iter().any(|action| action == "consent"));
        let yes = self.dice.below(4) > 0;
        Ok(asked.map(|barter| Deed::Answer { barter: barter.id, yes }))
    }

    /// Asks for it; tells whether it is done. What is refused is looked at: perhaps it was done when no answer came.
    fn carry_out(&mut self, way: &mut Way, deed: &Deed, again: bool) -> Result<bool, Stop> {
        let token = self.person.token.clone();
        let answer = ask(way, &self.call(deed, &token))?;
        let done = match (deed, answer.status) {
            (Deed::Post { .. } | Deed::Propose { .. }, 201) | (Deed::Edit { .. } | Deed::Answer { .. }, 200) => true,
            (Deed::Edit { .. }, 409 | 412) | (Deed::Answer { .. }, 409) if again => self.is_done(way, deed)?,
            (Deed::Edit { .. }, 409 | 412) | (Deed::Propose { .. } | Deed::Answer { .. }, 409) => false,
            _ => return Err(wrong(deed, &answer)),
        };
        if done {
            self.note(deed, &answer)?;
        }
        Ok(done)
    }

    fn call<'a>(&self, deed: &Deed, token: &'a str) -> Call<'a> {
        match deed {
            Deed::Post { title } => {
                let body = json!({
                    "kind": "offer", "category": "ironing", "title": title, "text": "Du repassage, chez moi ou chez vous.",
                    "circle": "office", "capacity": 20, "in_return": { "kind": "anything" },
                });
                Call::post("/offers", Some(token), body).once(title)
            }
            Deed::Edit { offer, version, title } => Call {
                method: "PATCH",
                headers: format!("If-Match: \"{version}\"\r\n"),
                ..Call::post(format!("/offers/{offer}"), Some(token), json!({ "title": title }))
            },
            Deed::Propose { note, offer, author } => {
                let me = &self.person.id;
                let legs = json!([
                    { "giver": author, "receiver": me, "offer": offer },
                    { "giver": me, "receiver": author, "category": "computer_lessons", "what": "Une heure ensemble" },
                ]);
                Call::post("/barters", Some(token), json!({ "legs": legs, "note": note })).once(note)
            }
            Deed::Answer { barter, yes: true } => {
                Call::post(format!("/barters/{barter}/consent"), Some(token), json!({ "version": 1 }))
            }
            Deed::Answer { barter, yes: false } => {
                Call { body: None, ..Call::post(format!("/barters/{barter}/decline"), Some(token), json!({})) }
            }
        }
    }

    fn is_done(&self, way: &mut Way, deed: &Deed) -> Result<bool, Stop> {
        match deed {
            Deed::Edit { offer, title, .. } => Ok(self.get::<Offer>(way, &format!("/offers/{offer}"))?.title == *title),
            Deed::Answer { barter, yes } => {
                let state = self.get::<Barter>(way, &format!("/barters/{barter}"))?.state;
                Ok(state == if *yes { "agreed" } else { "declined" })
            }
            Deed::Post { .. } | Deed::Propose { .. } => Ok(false),
        }
    }

    /// Writes it into the book.
    fn note(&mut self, deed: &Deed, answer: &Answer) -> Result<()> {
        match deed {
            Deed::Post { title } => {
                self.book.offers.insert(id(answer)?, Kept { title: title.clone(), edits: 0 });
            }
            Deed::Edit { offer, title, .. } => {
                if let Some(kept) = self.book.offers.get_mut(offer) {
                    *kept = Kept { title: title.clone(), edits: kept.edits + 1 };
                }
            }
            Deed::Propose { note, .. } => {
                self.book.barters.insert(id(answer)?, note.clone());
            }
            Deed::Answer { barter, yes } => {
                self.book.answers.insert(barter.clone(), *yes);
            }
        }
        Ok(())
    }
}
