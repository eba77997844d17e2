//! What she hosts, what she answers, what she brings, and her calendars.

use chrono::TimeDelta;
use client::EventFilter;
use domain::calendar::CalendarKind;
use domain::event::{
    Access, AnswerState, EditEvent, EventView, Guests, NewBringLine, NewEvent, Places, Reply, StepFree, TakeBringLine,
    Wanted,
};
use domain::text::{Body, Title, Words};
use serde_json::json;

use super::life::{Canary, uses};
use crate::event_places::event_in_a_week;
use crate::events::{going, says};
use crate::square_events::{event, invite};
use crate::support::{Person, Toit, unique};

impl Canary {
    fn some_words(&self) -> Words {
        Words::parse(self.words()).expect("words")
    }

    fn invitation(&self, toit: &Toit) -> NewEvent {
        let line = NewBringLine { id: None, what: self.some_words(), wanted: Wanted::parse(4).expect("four") };
        NewEvent {
            text: Body::parse(format!("Avec {}.", self.words())).expect("a text"),
            place: self.some_words(),
            residence: Some(self.person.me.residence.id),
            places: Places::parse(4).ok(),
            places_per_residence: Places::parse(2).ok(),
            guests: Guests::parse(1).expect("one"),
            access: Access { step_free: StepFree::No, text: Some(self.some_words()) },
            bring: vec![line],
            ..event_in_a_week(toit, &self.words())
        }
    }

    async fn invite(&mut self, new: &NewEvent) -> EventView {
        let person = self.person.clone();
        let made = uses!(self, person.client => create_event(new, &format!("{}-{}", self.word, unique())));
        self.ids.push(made.id.to_string());
        self.ids.extend(made.bring.iter().map(|l| l.id.to_string()));
        made
    }

    /// Makes events and ends them in every way, answers those of others, subscribes to calendars.
    pub async fn meet_everybody(&mut self, toit: &Toit, other: &Person) {
        self.host(toit, other).await;
        self.share(toit, other).await;
        self.come(toit, other).await;
        let person = self.person.clone();
        let canary = self;
        for kind in [CalendarKind::Mine, CalendarKind::Residence] {
            let path = uses!(canary, person.client => renew_calendar(kind)).path.expect("an address");
            let secret = path.rsplit('/').next().and_then(|s| s.strip_suffix(".ics")).expect("a secret").to_owned();
            let file = uses!(canary, toit.stranger() => get_calendar(&secret));
            assert!(String::from_utf8(file).expect("UTF-8").contains(&canary.word), "her words stand in her calendar");
        }
        uses!(canary, person.client => list_calendars());
        uses!(canary, person.client => close_calendar(CalendarKind::Residence));
    }

    async fn host(&mut self, toit: &Toit, other: &Person) {
        let person = self.person.clone();
        let new = self.invitation(toit);
        let draft = self.invite(&NewEvent { draft: true, ..new.clone() }).await;
        self.invite(&NewEvent { draft: true, ..new.clone() }).await;
        let gone = self.invite(&NewEvent { draft: true, ..new.clone() }).await;
        let repeat = serde_json::from_value(json!({"every": "weekly", "ends": {"count": 3}})).ok();
        let weekly = self.invite(&NewEvent { repeat, ..new.clone() }).await;
        let postponed = self.invite(&new).await;
        let cancelled = self.invite(&new).await;
        let canary = self;
        uses!(canary, person.client => delete_event(gone.id));
        uses!(canary, person.client => publish_event(draft.id));
        let edit = EditEvent { title: Title::parse(canary.words()).ok(), ..EditEvent::default() };
        let version = uses!(canary, person.client => get_event(draft.id, None)).version;
        uses!(canary, person.client => edit_event(draft.id, version, &edit));
        for id in [draft.id, postponed.id, cancelled.id] {
            other.client.answer_event(id, &going(1)).await.expect("he comes");
        }
        let two = TakeBringLine { count: 2, date: None };
        other.client.bring_to_event(draft.id, draft.bring[0].id, &two).await.expect("he brings");
        uses!(canary, person.client => answer_event(draft.id, &going(0)));
        uses!(canary, person.client => list_attendees(draft.id, None, None));
        uses!(canary, person.client => postpone_event(postponed.id));
        uses!(canary, person.client => cancel_event(cancelled.id, None));
        uses!(canary, person.client => cancel_event(weekly.id, Some(weekly.dates[1].date)));
        uses!(canary, person.client => get_event_ics(weekly.id));
        uses!(canary, person.client => list_events(&EventFilter::default()));
        let today = toit.now().date_naive();
        let days = uses!(canary, person.client => list_event_days(today, today + TimeDelta::days(30), true));
        assert!(!days.items.is_empty(), "what she hosts");
    }

    /// What goes on with somebody else keeps its words, which are then those of both: none that is hers alone.
    async fn share(&mut self, toit: &Toit, other: &Person) {
        let person = self.person.clone();
        let canary = self;
        let shared = invite(&person, &event_in_a_week(toit, "La fête de tous")).await;
        other.client.answer_event(shared.id, &going(0)).await.expect("he comes");
        uses!(canary, person.client => add_event_host(shared.id, other.id()));
        uses!(canary, person.client => remove_event_host(shared.id, other.id()));
        uses!(canary, person.client => add_event_host(shared.id, other.id()));
        let theirs = invite(other, &event_in_a_week(toit, "Chez lui")).await;
        person.client.answer_event(theirs.id, &going(0)).await.expect("she comes");
        other.client.add_event_host(theirs.id, person.id()).await.expect("she helps");
    }

    async fn come(&mut self, toit: &Toit, other: &Person) {
        let person = self.person.clone();
        let canary = self;
        let bread = Words::parse("Du pain").expect("words");
        let line = NewBringLine { id: None, what: bread, wanted: Wanted::parse(3).expect("three") };
        let his = invite(other, &NewEvent { bring: vec![line], ..event(toit, "Son rendez-vous") }).await;
        uses!(canary, person.client => answer_event(his.id, &going(0)));
        let two = TakeBringLine { count: 2, date: None };
        uses!(canary, person.client => bring_to_event(his.id, his.bring[0].id, &two));
        let full = NewEvent { places: Places::parse(1).ok(), ..event_in_a_week(toit, "Petit") };
        let (offered, waits) = (invite(other, &full).await, invite(other, &full).await);
        for small in [&offered, &waits] {
            other.client.answer_event(small.id, &going(0)).await.expect("he sits");
            person.client.answer_event(small.id, &going(0)).await.expect("she waits");
        }
        other.client.answer_event(offered.id, &says(Reply::Declined)).await.expect("he does not come");
        let hers = person.client.get_event(offered.id, None).await.expect("seen").dates[0].my_answer.expect("hers");
        assert_eq!(hers.answer, AnswerState::Offered);
        toit.wait(TimeDelta::minutes(5)).await;
        let maybe = invite(other, &event(toit, "Peut-être")).await;
        person.client.answer_event(maybe.id, &says(Reply::Maybe)).await.expect("perhaps");
    }
}
