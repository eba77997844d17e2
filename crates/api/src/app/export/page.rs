//! `index.html`: one page that anybody can read and print.

use chrono::{Datelike, Timelike};
use domain::Timestamp;
use domain::category::CategorySlug;
use domain::moment::in_paris;
use domain::own_data::{Export, Sentence};
use domain::tenant::Language;

use super::words::{Both, WEEKDAYS};
use super::{events, exchanges, news, notices, own, rest, talk};
use crate::app::paper::{escaped, head, long_date};

const STYLE: &str = include_str!("export.css");

/// One part of the page: its name in the address, its title, what draws it.
type Section = (&'static str, Both, fn(&mut Page));

/// The parts of the page in their order.
const SECTIONS: &[Section] = &[
    ("me", ["Qui je suis ici", "Who I am here"], own::me),
    ("offers", ["Mes annonces", "My posts"], own::offers),
    ("notices", ["Mes avis", "My notices"], notices::notices),
    ("events", ["Mes rendez-vous", "My events"], events::events),
    ("exchanges", ["Mes échanges", "My exchanges"], exchanges::exchanges),
    ("conversations", ["Mes conversations", "My conversations"], talk::conversations),
    ("news", ["Mes nouvelles", "My news"], news::news),
    ("blocks", ["Les personnes que j'ai bloquées", "People whom I have blocked"], exchanges::blocks),
    ("devices", ["Mes appareils", "My devices"], own::devices),
    (
        "household",
        ["Mon foyer, tel que le bailleur le connaît", "My household, as the landlord knows it"],
        rest::household,
    ),
    ("accesses", ["Ce que le bailleur a fait", "What the landlord did"], rest::accesses),
    ("kept", ["Ce qui est gardé, et combien de temps", "What is kept, and for how long"], rest::kept),
    ("files", ["Ce qu'il y a d'autre dans ce dossier", "What else is in this folder"], rest::files),
];

/// The whole page.
pub(super) fn page(export: &Export) -> String {
    let language = export.account.me.language;
    let mut page = Page { export, language, html: String::new() };
    let title = page.say(["De toit à toit : mes données", "De toit à toit: my data"]);
    page.html = head(language, title, STYLE);
    page.title(1, title);
    let made_at = page.moment(export.made_at);
    page.paragraph(&match language {
        Language::Fr => {
            format!("Voici tout ce que De toit à toit garde sur vous. Cette page a été faite le {made_at}.")
        }
        Language::En => format!("Here is all that De toit à toit keeps about you. This page was made on {made_at}."),
    });
    page.paragraph(page.say([
        "Gardez-la pour vous : les prénoms et les mots de vos voisins y sont aussi.",
        "Keep it to yourself: first names and words of your neighbours are in it too.",
    ]));
    page.contents();
    for (id, title, draw) in SECTIONS {
        page.add(&format!("<section id=\"{id}\">\n"));
        page.title(2, page.say(*title));
        draw(&mut page);
        page.add("</section>\n");
    }
    page.add("</body>\n</html>\n");
    page.html
}

/// A page that is being written. All that it is given is text: nothing but [`Page::add`] takes HTML.
pub(super) struct Page<'a> {
    pub(super) export: &'a Export,
    pub(super) language: Language,
    html: String,
}

impl Page<'_> {
    pub(super) fn say(&self, both: Both) -> &'static str {
        let [french, english] = both;
        match self.language {
            Language::Fr => french,
            Language::En => english,
        }
    }

    pub(super) fn sentence<'s>(&self, sentence: &'s Sentence) -> &'s str {
        match self.language {
            Language::Fr => &sentence.fr,
            Language::En => &sentence.en,
        }
    }

    pub(super) fn add(&mut self, html: &str) {
        self.html.push_str(html);
    }

    pub(super) fn title(&mut self, level: u8, text: &str) {
        self.add(&format!("<h{level} dir=\"auto\">{}</h{level}>\n", escaped(text)));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.add(&format!("<p>{}</p>\n", escaped(text)));
    }

    /// Terms and what belongs to each; a term without anything is left out. Words of a person keep their lines and their direction.
    pub(super) fn rows(&mut self, rows: impl IntoIterator<Item = (Both, Option<String>)>) {
        self.add("<dl>\n");
        for (term, text) in rows {
            if let Some(text) = text.filter(|t| !t.is_empty()) {
                let term = escaped(self.say(term));
                self.add(&format!("<dt>{term}</dt><dd dir=\"auto\">{}</dd>\n", escaped(text)));
            }
        }
        self.add("</dl>\n");
    }

    pub(super) fn list(&mut self, items: impl IntoIterator<Item = String>) {
        self.add("<ul>\n");
        for item in items {
            self.add(&format!("<li>{}</li>\n", escaped(item)));
        }
        self.add("</ul>\n");
    }

    /// One of many things, kept together on paper.
    pub(super) fn article(&mut self, title: &str, rows: impl IntoIterator<Item = (Both, Option<String>)>) {
        self.add("<article>\n");
        self.title(3, title);
        self.rows(rows);
        self.add("</article>\n");
    }

    fn contents(&mut self) {
        self.add("<nav><ul>\n");
        for (id, title, _) in SECTIONS {
            let title = escaped(self.say(*title));
            self.add(&format!("<li><a href=\"#{id}\">{title}</a></li>\n"));
        }
        self.add("</ul></nav>\n");
    }

    /// "26 novembre 2026", by the clocks of Paris.
    pub(super) fn day(&self, at: Timestamp) -> String {
        long_date(in_paris(at).date(), self.language)
    }

    /// "jeudi 26 novembre 2026 à 18 h 05", by the clocks of Paris.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        let wall = in_paris(at);
        let weekday = self.say(WEEKDAYS[wall.weekday().num_days_from_monday() as usize]);
        let (day, hour, minute) = (long_date(wall.date(), self.language), wall.hour(), wall.minute());
        match self.language {
            Language::Fr if minute == 0 => format!("{weekday} {day} à {hour} h"),
            Language::Fr => format!("{weekday} {day} à {hour} h {minute:02}"),
            Language::En => format!("{weekday} {day} at {hour}:{minute:02}"),
        }
    }

    /// What the office calls a service.
    pub(super) fn service(&self, slug: &CategorySlug) -> String {
        let service = self.export.services.iter().find(|s| s.slug == *slug);
        match (service, self.language) {
            (Some(service), Language::Fr) => service.fr.clone(),
            (Some(service), Language::En) => service.en.clone(),
            // An office may have taken it off its list since.
            (None, _) => slug.to_string(),
        }
    }
}
