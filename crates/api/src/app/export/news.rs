//! News: one line for each thing, the last that happened to it.

use domain::news::{NewsKind, NewsView};
use domain::tenant::Language;

use super::exchanges::name_and_mark;
use super::page::Page;
use super::talk;
use super::words::Both;

pub(super) fn news(page: &mut Page) {
    let export = page.export;
    if export.news.is_empty() {
        page.paragraph(page.say(["Aucune nouvelle.", "No news."]));
        return;
    }
    let lines: Vec<String> = export.news.iter().map(|news| line(page, news)).collect();
    page.list(lines);
}

/// "Le lundi 23 novembre 2026 à 9 h, un échange : Repassage. Proposé, par Awa (chat, bleu)."
fn line(page: &Page, news: &NewsView) -> String {
    let what = match news.kind {
        // Of a ring: nobody learns that somebody said no.
        NewsKind::BarterDeclined if news.by.is_none() => ["N'a pas abouti", "Came to nothing"],
        told => kind(told),
    };
    let (at, about, what) = (page.moment(news.at), talk::about(page, &news.about), page.say(what));
    let by = news.by.as_ref().map(|p| name_and_mark(page, p));
    let by = match (by, page.language) {
        (Some(by), Language::Fr) => format!(", par {by}"),
        (Some(by), Language::En) => format!(", by {by}"),
        (None, _) => String::new(),
    };
    let times = if news.count > 1 { format!(" ({} ×)", news.count) } else { String::new() };
    match page.language {
        Language::Fr => format!("Le {at}, {about}. {what}{by}{times}."),
        Language::En => format!("{at}, {about}. {what}{by}{times}."),
    }
}

/// What happened, said of the thing: on the screen these are sentences that ask for something.
const fn kind(of: NewsKind) -> Both {
    match of {
        NewsKind::BarterProposed | NewsKind::RingProposed => ["Proposé", "Proposed"],
        NewsKind::BarterCountered => ["Autre chose proposé", "Something else proposed"],
        NewsKind::BarterAgreed => ["Convenu", "Agreed"],
        NewsKind::BarterDeclined => ["Refusé", "Declined"],
        NewsKind::BarterWithdrawn => ["Retiré", "Withdrawn"],
        NewsKind::BarterExpired => ["Sans réponse", "No answer"],
        NewsKind::BarterDissolved => ["Arrêté", "Stopped"],
        NewsKind::BarterCompleted => ["Terminé", "Completed"],
        NewsKind::LegScheduled => ["Un jour choisi", "A day chosen"],
        NewsKind::LegDone => ["Un service dit fait", "A service said to be done"],
        NewsKind::LegReminder => ["Un rappel", "A reminder"],
        NewsKind::LegConfirmed => ["Un service confirmé", "A service confirmed"],
        NewsKind::LegDisputed => ["Un service dit non fait", "A service said not to be done"],
        NewsKind::LegWaived => ["Un service abandonné", "A service waived"],
        NewsKind::OfferEnding | NewsKind::NoticeEnding => ["Bientôt terminé", "Ending soon"],
        NewsKind::OfferExpired | NewsKind::NoticeExpired => ["Terminé", "Ended"],
        NewsKind::NoticeAlike => ["Un avis qui ressemble", "A notice that is alike"],
        NewsKind::EventAnswer => ["Une réponse", "An answer"],
        NewsKind::EventChanged => ["Changé", "Changed"],
        NewsKind::EventPostponed => ["Reporté", "Postponed"],
        NewsKind::EventCancelled => ["Annulé", "Cancelled"],
        NewsKind::EventPlaceOffered => ["Une place offerte", "A place offered"],
        NewsKind::EventPlaceLost => ["Une place perdue", "A place lost"],
        NewsKind::EventHost => ["Une invitation à organiser", "An invitation to host"],
        NewsKind::EventSoon => ["Bientôt", "Soon"],
        NewsKind::Message => ["Message non lu", "Message not read"],
    }
}
