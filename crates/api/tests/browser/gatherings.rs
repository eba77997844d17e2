//! Events in all states that look different, and what there is to see of them.

use chrono::{NaiveDate, TimeDelta};
use domain::event::repeat::{Every, Repeat, RepeatEnds};
use domain::event::{
    Access, Count, EventView, Guests, Interval, NewAnswer, NewBringLine, NewEvent, Reply, StepFree, Wanted,
};
use domain::moment::LocalTime;
use domain::text::Words;
use serde_json::json;

use crate::hand::What;
use crate::posts::party;
use crate::street::sign_in;
use crate::support::{Person, Place, Toit, key};
use crate::tab::Tab;

fn words(text: &str) -> Words {
    Words::parse(text).expect("words")
}

/// A line of what to bring.
pub fn line(what: &str, wanted: u8) -> NewBringLine {
    NewBringLine { id: None, what: words(what), wanted: Wanted::parse(wanted).expect("a number") }
}

/// A party at home with something to bring, to which each may bring three guests.
pub fn whole_party(toit: &Toit, host: &Person, title: &str, places: Option<u16>) -> NewEvent {
    NewEvent {
        residence: Some(host.me.residence.id),
        guests: Guests::parse(3).expect("a number"),
        access: Access { step_free: StepFree::Yes, text: Some(words("Sonnez au portail de gauche")) },
        bring: vec![line("Gâteau salé ou sucré", 3), line("Tables pliantes", 2)],
        ..party(toit, title, places)
    }
}

/// The same hour on so many weeks.
pub fn weekly(count: u8) -> Repeat {
    Repeat {
        every: Every::Weekly,
        interval: Interval::EACH,
        monthly_by: None,
        ends: RepeatEnds::Count(Count::parse(count).expect("a number")),
        except: Vec::new(),
    }
}

pub async fn invite(host: &Person, new: &NewEvent) -> EventView {
    host.client.create_event(new, &key()).await.expect("an event")
}

pub async fn answer(person: &Person, event: &EventView, answer: Reply, date: Option<NaiveDate>) -> EventView {
    let new = NewAnswer { answer, guests: Guests::NONE, date };
    person.client.answer_event(event.id, &new).await.expect("an answer")
}

/// My answer, as the page says it.
pub async fn answered(tab: &Tab, key: &str) {
    let beginning = tab.word(key);
    let beginning = beginning.split("{{").next().unwrap_or_default().trim_end();
    let script = format!(
        "return document.getElementById('my-answer')?.textContent.replace(/\\s+/g, ' ').startsWith({});",
        json!(beginning.replace(['\u{a0}', '\u{202f}'], " "))
    );
    tab.wait(&format!("the answer {beginning:?}"), &script).await;
}

/// How many places are taken, as the page says it.
pub async fn room(tab: &Tab, key: &str, numbers: &[(&str, &str)]) {
    let mut words = tab.word(key);
    for (name, number) in numbers {
        words = words.replace(&format!("{{{{ {name} }}}}"), number);
    }
    let script = format!("return document.getElementById('room')?.textContent.startsWith({});", json!(words));
    tab.wait(&format!("the places: {words:?}"), &script).await;
}

/// Events of Malika's and of her neighbour's.
pub struct Gatherings {
    malika: Person,
    own: EventView,
    draft: EventView,
    postponed: EventView,
    cancelled: EventView,
    theirs: EventView,
    full: EventView,
    offered: EventView,
    weekly: EventView,
}

impl Gatherings {
    pub async fn set(toit: &Toit) -> Self {
        let (malika, paul) = (toit.neighbour("Malika", Place::A).await, toit.neighbour("Paul", Place::B).await);
        let rose = toit.neighbour("Rose", Place::A).await;
        let own = invite(&malika, &whole_party(toit, &malika, "Fête dans la cour", Some(4))).await;
        for person in [&paul, &rose] {
            answer(person, &own, Reply::Going, None).await;
        }
        let draft = NewEvent { draft: true, ..party(toit, "Une idée de vide-grenier", None) };
        let draft = invite(&malika, &draft).await;
        let postponed = invite(&malika, &party(toit, "Sortie au parc", None)).await;
        let postponed = malika.client.postpone_event(postponed.id).await.expect("it is hers");
        let cancelled = invite(&paul, &party(toit, "Atelier vélo", None)).await;
        answer(&malika, &cancelled, Reply::Going, None).await;
        let cancelled = paul.client.cancel_event(cancelled.id, None).await.expect("it is his");
        let theirs = invite(&paul, &whole_party(toit, &paul, "Grande soupe du quartier et musique", Some(50))).await;
        let theirs = answer(&malika, &theirs, Reply::Going, None).await;
        let full = invite(&paul, &whole_party(toit, &paul, "Visite de l'atelier du luthier", Some(1))).await;
        answer(&rose, &full, Reply::Going, None).await;
        let full = answer(&malika, &full, Reply::Going, None).await;
        let offered = invite(&paul, &whole_party(toit, &paul, "Cours de cuisine", Some(1))).await;
        answer(&rose, &offered, Reply::Going, None).await;
        answer(&malika, &offered, Reply::Going, None).await;
        answer(&rose, &offered, Reply::Declined, None).await;
        let start = LocalTime::at(toit.now() + TimeDelta::days(2));
        let end = LocalTime::at(start.instant() + TimeDelta::hours(1));
        let weekly = NewEvent { start, end, repeat: Some(weekly(9)), ..party(toit, "Chorale", Some(30)) };
        let weekly = invite(&paul, &weekly).await;
        let weekly = answer(&malika, &weekly, Reply::Maybe, Some(weekly.dates[1].date)).await;
        Self { malika, own, draft, postponed, cancelled, theirs, full, offered, weekly }
    }
}

/// Goes through all of it, signed out at first and at the end.
pub async fn walk(gatherings: &Gatherings, tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    sign_in(tab, &gatherings.malika, "/connexion").await;
    tab.arrive("square").await;
    tab.open_at("/agenda", "agenda").await;
    tab.says("Grande soupe").await;
    look(tab, "agenda").await;
    tab.press(What::Id("agenda-mine")).await;
    tab.says("Une idée de vide-grenier").await;
    look(tab, "agenda-mine").await;
    let at = |event: &EventView, todo: &str| format!("/rendez-vous/{}{todo}", event.id);
    let pages = [
        (at(&gatherings.own, ""), "event", "event-own"),
        (at(&gatherings.own, "/modifier"), "event-edit", "event-edit"),
        (at(&gatherings.own, "/annuler"), "confirm", "event-cancel"),
        (at(&gatherings.draft, ""), "event", "event-draft"),
        (at(&gatherings.postponed, ""), "event", "event-postponed"),
        (at(&gatherings.cancelled, ""), "event", "event-cancelled"),
        (at(&gatherings.theirs, ""), "event", "event-going"),
        (at(&gatherings.full, ""), "event", "event-waiting"),
        (at(&gatherings.offered, ""), "event", "event-offered"),
        (at(&gatherings.weekly, ""), "event", "event-weekly"),
        ("/moi/agenda".to_owned(), "my-calendars", "my-calendars"),
    ];
    for (path, screen, name) in &pages {
        tab.open_at(path, screen).await;
        look(tab, name).await;
    }
    tab.press(What::Id("make-mine")).await;
    tab.says(&tab.word("calendars.copy")).await;
    look(tab, "my-calendars-made").await;
    a_new_event(tab, look).await;
    tab.open_at("/moi", "me").await;
    tab.press(What::Id("sign-out")).await;
    tab.arrive("welcome").await;
}

async fn a_new_event(tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    tab.open_at("/rendez-vous/nouveau", "event-new").await;
    look(tab, "event-new").await;
    tab.fill("title", "Goûter des voisins").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-when").await;
    look(tab, "event-new-when").await;
    let day = domain::moment::in_paris(api::clock::Clock::system().now()).date() + TimeDelta::days(9);
    tab.fill_time("day", &day.to_string()).await;
    tab.fill_time("hour", "16:00").await;
    tab.fill_time("end-hour", "18:30").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-where").await;
    tab.fill("place", "Salle commune").await;
    look(tab, "event-new-where").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-reach").await;
    look(tab, "event-new-reach").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-places").await;
    tab.choose("limit", "some").await;
    tab.fill("places", "30").await;
    look(tab, "event-new-places").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-preview").await;
    look(tab, "event-new-preview").await;
    tab.open_at("/rendez-vous/nouveau?etape=7", "event-new-again").await;
    tab.choose("again", "monthly_weekday").await;
    look(tab, "event-new-again").await;
    tab.open_at("/rendez-vous/nouveau?etape=8", "event-new-bring").await;
    tab.fill("line", "Jus de pomme").await;
    tab.press(What::Id("line-add")).await;
    tab.says("1 × Jus de pomme").await;
    look(tab, "event-new-bring").await;
    // Left for another time, and begun anew by the next one who comes this way.
    tab.run("sessionStorage.clear(); return null;").await;
}
