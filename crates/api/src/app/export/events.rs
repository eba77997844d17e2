//! One's events, what one has answered to those of others, and the calendars.

use chrono::NaiveDate;
use domain::calendar::CalendarKind;
use domain::event::EventView;
use domain::own_data::AnswerExport;
use domain::tenant::Language;

use super::exchanges::{joined, name_and_mark};
use super::page::Page;
use super::words;
use crate::app::paper::long_date;

pub(super) fn events(page: &mut Page) {
    let export = page.export;
    if export.events.is_empty() && export.answers.is_empty() {
        page.paragraph(page.say(["Aucun rendez-vous.", "No event."]));
    }
    for event in &export.events {
        own(page, event);
    }
    for answer in &export.answers {
        answered(page, answer);
    }
    for calendar in &export.calendars {
        let title = match calendar.kind {
            CalendarKind::Mine => ["Le calendrier de mes rendez-vous", "The calendar of my events"],
            CalendarKind::Residence => ["Le calendrier de ma résidence", "The calendar of my residence"],
        };
        let since = (["A une adresse depuis", "Has an address since"], Some(page.moment(calendar.created_at)));
        page.article(page.say(title), [since]);
    }
}

fn own(page: &mut Page, event: &EventView) {
    let hosts: Vec<String> = event.hosts.iter().map(|h| name_and_mark(page, h)).collect();
    let dates: Vec<String> = event.dates.iter().map(|d| page.moment(d.starts_at)).collect();
    let access = [
        Some(page.say(words::step_free(event.access.step_free)).to_owned()),
        event.access.text.as_ref().map(ToString::to_string),
    ];
    let access = access.into_iter().flatten().filter(|a| !a.is_empty()).collect::<Vec<_>>().join(", ");
    let bring: Vec<String> = event.bring.iter().map(|l| format!("{} ({})", l.what, l.wanted.get())).collect();
    let rows = [
        (["Texte", "Text"], Some(event.text.to_string())),
        (["Où", "Where"], Some(event.place.to_string())),
        (["À quelle résidence", "At which residence"], event.at_residence.as_ref().map(|r| r.name.clone())),
        (["Quand", "When"], Some(dates.join(" ; "))),
        (["Qui invite", "Who invites"], Some(joined(page, &hosts))),
        (["Visible jusqu'où", "Seen how far"], Some(page.say(words::circle(event.circle)).to_owned())),
        (["Places", "Places"], event.places.map(|n| n.get().to_string())),
        (
            ["Places par résidence", "Places for each residence"],
            event.places_per_residence.map(|n| n.get().to_string()),
        ),
        (["Accès", "Access"], Some(access)),
        (["À apporter", "What to bring"], Some(bring.join(", "))),
        (["État", "State"], Some(page.say(words::event_state(event.state)).to_owned())),
        (["Fait le", "Made on"], Some(page.moment(event.created_at))),
    ];
    page.article(event.title.as_str(), rows);
}

fn day(page: &Page, date: NaiveDate) -> String {
    long_date(date, page.language)
}

fn answered(page: &mut Page, answer: &AnswerExport) {
    let said = page.say(words::answer(answer.answer));
    let title = match (&answer.title, page.language) {
        (Some(title), Language::Fr) => format!("Ma réponse : {title}"),
        (Some(title), Language::En) => format!("My answer: {title}"),
        (None, _) => page.say(["Ma réponse à un rendez-vous", "My answer to an event"]).to_owned(),
    };
    let export = page.export;
    let brings = export.takings.iter().filter(|t| t.event == answer.event && t.date == answer.date);
    let brings: Vec<String> = brings.map(|t| format!("{} ({})", t.what, t.number)).collect();
    let rows = [
        (["Pour le", "For"], Some(day(page, answer.date))),
        (["Réponse", "Answer"], Some(said.to_owned())),
        (["Invités", "Guests"], (answer.guests.get() > 0).then(|| answer.guests.get().to_string())),
        (["J'apporte", "I bring"], Some(brings.join(", "))),
        (["Place gardée jusqu'au", "Place held until"], answer.offer_until.map(|at| page.moment(at))),
        (["Répondu le", "Answered on"], Some(page.moment(answer.updated_at))),
    ];
    page.article(&title, rows);
}
