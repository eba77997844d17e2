//! A crowd in memory that answers to one date of an event, and does nothing but what the domain decides.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::circle::Circle;
use domain::event::places::{Line, Party, Room};
use domain::event::{
    Access, Answer, AnswerState, EditEvent, Event, EventError, EventTime, Guests, NewAnswer, NewEvent, Places, Reply,
};
use domain::id::{EventId, LineId, OfficeId, ResidenceId, TenantId};
use domain::moment::LocalTime;
use domain::text::{Body, Title, Words};
use uuid::Uuid;

pub const HOST: TenantId = TenantId(Uuid::from_u128(1_000));

pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("a time within range")
}

pub fn residence(n: u8) -> ResidenceId {
    ResidenceId(Uuid::from_u128(u128::from(n)))
}

pub fn places(n: u16) -> Places {
    Places::parse(n).expect("a number of places")
}

pub fn guests(n: u8) -> Guests {
    Guests::parse(n).expect("a number of guests")
}

pub fn party(total: Option<u16>, share: Option<u16>) -> Event {
    let new = NewEvent {
        title: Title::parse("Fête des voisins").expect("a title"),
        text: Body::empty(),
        place: Words::parse("La cour").expect("words"),
        residence: None,
        start: LocalTime::at(start() + TimeDelta::days(20)),
        end: LocalTime::at(start() + TimeDelta::days(21)),
        circle: Circle::District,
        places: total.map(places),
        places_per_residence: share.map(places),
        guests: guests(9),
        access: Access::default(),
        bring: Vec::new(),
        repeat: None,
        draft: false,
    };
    let id = Uuid::from_u128;
    let no_line = || LineId(Uuid::nil());
    Event::create(EventId(id(1)), OfficeId(id(2)), HOST, residence(0), new, no_line, start()).expect("an event")
}

/// An answer, and since when it waits: larger is later.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    pub answer: Answer,
    pub position: u32,
}

/// One date of an event, as a store keeps it.
pub struct Crowd {
    pub event: Event,
    pub now: DateTime<Utc>,
    pub answers: BTreeMap<u8, Kept>,
    pub last_position: u32,
}

impl Crowd {
    pub fn on(&self) -> EventTime {
        self.event.named_date(None).expect("one date")
    }

    pub fn room(&self) -> Room {
        let mut by = BTreeMap::<ResidenceId, u32>::new();
        for kept in self.answers.values() {
            *by.entry(kept.answer.residence).or_default() += kept.answer.seats();
        }
        self.event.room(by.values().sum(), by)
    }

    /// All who wait, in their order.
    pub fn line(&self) -> Vec<(u8, Party)> {
        let mut line: Vec<_> =
            self.answers.iter().filter(|(_, kept)| kept.answer.state == AnswerState::Waitlisted).collect();
        line.sort_by_key(|(_, kept)| kept.position);
        line.into_iter().map(|(&who, kept)| (who, kept.answer.party())).collect()
    }

    /// Of some who wait, those beyond a place in line: the first one of each residence who could ever sit; of all, where none has a share.
    pub fn heads(&self, line: impl IntoIterator<Item = (u8, Party)>, beyond: u32) -> Vec<(u32, u8, Party)> {
        let (largest, shared) = (self.room().largest(), self.event.places_per_residence.is_some());
        let mut heads: Vec<(u32, u8, Party)> = Vec::new();
        for (who, party) in line {
            let at = self.answers[&who].position;
            let is_first = heads.iter().all(|(.., head)| shared && head.residence != party.residence);
            if at > beyond && is_first && largest.is_none_or(|largest| party.size <= largest) {
                heads.push((at, who, party));
            }
        }
        heads
    }

    pub fn before(&self, who: u8) -> Vec<Party> {
        self.line().into_iter().take_while(|&(other, _)| other != who).map(|(_, party)| party).collect()
    }

    pub fn answer(&mut self, who: u8, reply: Reply, with: u8) -> Result<(), EventError> {
        let asked = NewAnswer { answer: reply, guests: guests(with), date: None };
        let before = self.answers.get(&who).map(|kept| kept.answer);
        let home = residence(who % 4);
        let whole = self.event.answer(asked, home, before, self.room(), self.before(who), self.now);
        // As a store asks: who stands first for each residence, and that only where it counts.
        let asks = self.event.asks_line(&asked, home, before, &self.room(), self.now);
        let heads = Line::of(self.heads(self.line().into_iter().take_while(|&(other, _)| asks && other != who), 0));
        let answered = self.event.answer(asked, home, before, self.room(), heads.parties(), self.now);
        assert_eq!(answered, whole, "{asked:?} in {:?} behind {:?}", self.room(), self.before(who));
        if reply == Reply::Going {
            self.was_said_before(
                who,
                before,
                answered.as_ref().is_ok_and(|it| it.answer.state == AnswerState::Going),
                with,
            );
        }
        let answered = answered?;
        let position = if answered.queues {
            self.last_position += 1;
            self.last_position
        } else {
            self.answers.get(&who).map_or(0, |kept| kept.position)
        };
        self.answers.insert(who, Kept { answer: answered.answer, position });
        if answered.look {
            self.offer();
        }
        Ok(())
    }

    /// Whether she comes, or waits, she could know before she said so.
    fn was_said_before(&self, who: u8, before: Option<Answer>, comes: bool, with: u8) {
        let (on, home, line) = (self.on(), residence(who % 4), self.before(who));
        let said = self.event.places_for(on, home, before, self.room(), line.iter().copied(), self.now);
        let heads = Line::of(self.heads(self.line().into_iter().take_while(|&(other, _)| other != who), 0));
        let by_heads = self.event.places_for(on, home, before, self.room(), heads.parties(), self.now);
        assert_eq!(by_heads, said, "{:?} behind {line:?}", self.room());
        let fits = said.is_none_or(|n| u32::from(with) < n);
        assert_eq!(comes, fits && self.event.is_open(on, self.now), "{said:?} for {with} more in {:?}", self.room());
    }

    pub fn offer(&mut self) -> Vec<u8> {
        let on = self.on();
        if !self.event.offers(on, self.now) {
            return Vec::new();
        }
        let chosen = self.room().next_offers(self.line());
        let (mut room, mut line, mut by_heads) = (self.room(), Line::of(self.heads(self.line(), 0)), Vec::new());
        while let Some(who) = line.next(&mut room) {
            by_heads.push(who);
            let home = self.answers[&who].answer.residence;
            let behind = self.heads(self.line(), self.answers[&who].position);
            let shared = self.event.places_per_residence.is_some();
            if let Some((at, who, party)) = behind.into_iter().find(|(.., party)| !shared || party.residence == home) {
                line.follow(at, who, party);
            }
        }
        assert_eq!(by_heads, chosen, "{:?} for {:?}", self.line(), self.room());
        for who in &chosen {
            let kept = self.answers.get_mut(who).expect("somebody who waits");
            kept.answer = kept.answer.offered(on, self.now);
        }
        chosen
    }

    /// What the clock does.
    pub fn tick(&mut self) {
        let (on, event, now) = (self.on(), &self.event, self.now);
        for kept in self.answers.values_mut().filter(|kept| event.takes_back(on, &kept.answer, now)) {
            kept.answer = kept.answer.lapsed();
        }
        self.offer();
    }

    pub fn limits(&mut self, total: Option<u16>, share: Option<u16>) {
        let edit = EditEvent {
            places: Some(total.map(places)),
            places_per_residence: Some(share.map(places)),
            ..EditEvent::default()
        };
        let edited = self.event.clone().edit(HOST, edit, || LineId(Uuid::nil()), self.now).expect("edited");
        self.event = edited.event;
        if edited.look {
            self.offer();
        }
    }
}

pub fn crowd(total: u16) -> Crowd {
    Crowd { event: party(Some(total), None), now: start(), answers: BTreeMap::new(), last_position: 0 }
}

impl Crowd {
    pub fn state(&self, who: u8) -> AnswerState {
        self.answers[&who].answer.state
    }
}
