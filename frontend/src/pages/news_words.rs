//! What has happened, as one sentence, and what can be done about it.

use chrono::NaiveTime;
use domain::news::{NewsKind, NewsView};

use crate::time;

/// "Fatima propose un échange".
pub fn sentence(line: &NewsView) -> String {
    let by = line.by.as_ref().map(|person| person.first_name.as_str());
    // "Un voisin", where it may not be told or nobody remembers.
    let name = by.unwrap_or(t!(news.somebody));
    let many = (line.count > 1).then(|| line.count.to_string());
    match (line.kind, many) {
        (NewsKind::BarterProposed, _) => t!(news.barter_proposed, name = name),
        (NewsKind::BarterCountered, _) => t!(news.barter_countered, name = name),
        (NewsKind::BarterAgreed, _) => t!(news.barter_agreed).to_owned(),
        (NewsKind::BarterDeclined, _) if by.is_some() => t!(news.barter_declined, name = name),
        (NewsKind::BarterWithdrawn, _) if by.is_some() => t!(news.barter_withdrawn, name = name),
        // Of a ring nobody learns by whom.
        (NewsKind::BarterDeclined | NewsKind::BarterWithdrawn, _) => t!(news.barter_ended).to_owned(),
        (NewsKind::BarterExpired, _) => t!(news.barter_expired).to_owned(),
        (NewsKind::BarterDissolved, _) => t!(news.barter_dissolved).to_owned(),
        (NewsKind::BarterCompleted, _) => t!(news.barter_completed).to_owned(),
        (NewsKind::RingProposed, _) => t!(news.ring_proposed).to_owned(),
        (NewsKind::LegScheduled, _) => t!(news.leg_scheduled, name = name),
        (NewsKind::LegDone, _) => t!(news.leg_done, name = name),
        (NewsKind::LegReminder, _) => t!(news.leg_reminder).to_owned(),
        (NewsKind::LegConfirmed, _) => t!(news.leg_confirmed, name = name),
        (NewsKind::LegDisputed, _) => t!(news.leg_disputed, name = name),
        (NewsKind::LegWaived, _) => t!(news.leg_waived, name = name),
        (NewsKind::OfferEnding, _) => t!(news.offer_ending).to_owned(),
        (NewsKind::OfferExpired, _) => t!(news.offer_expired).to_owned(),
        (NewsKind::NoticeEnding, _) => t!(news.notice_ending).to_owned(),
        (NewsKind::NoticeExpired, _) => t!(news.notice_expired).to_owned(),
        (NewsKind::NoticeAlike, _) => t!(news.notice_alike).to_owned(),
        (NewsKind::EventAnswer, None) => t!(news.event_answer, name = name),
        (NewsKind::EventAnswer, Some(n)) => t!(news.event_answers, n = n),
        (NewsKind::EventChanged, _) => dated(line, t!(news.event_changed)),
        (NewsKind::EventPostponed, _) => dated(line, t!(news.event_postponed)),
        (NewsKind::EventCancelled, _) => dated(line, t!(news.event_cancelled)),
        (NewsKind::EventPlaceOffered, _) => dated(line, t!(news.event_place_offered)),
        (NewsKind::EventPlaceLost, _) => dated(line, t!(news.event_place_lost)),
        (NewsKind::EventHost, _) => t!(news.event_host, name = name),
        (NewsKind::EventSoon, _) => dated(line, t!(news.event_soon)),
        (NewsKind::Message, None) => t!(news.message, name = name),
        (NewsKind::Message, Some(n)) => t!(news.messages, name = name, n = n),
    }
}

/// With the day, where it is about one of several.
fn dated(line: &NewsView, what: &'static str) -> String {
    match line.date {
        // At noon it is the same day in Paris.
        Some(date) => t!(news.on_day, what = what, day = time::day(date.and_time(NOON).and_utc())),
        None => what.to_owned(),
    }
}

const NOON: NaiveTime = match NaiveTime::from_hms_opt(12, 0, 0) {
    Some(noon) => noon,
    None => NaiveTime::MIN,
};

/// What the reader can do about it.
pub fn action(kind: NewsKind) -> &'static str {
    match kind {
        NewsKind::BarterProposed | NewsKind::BarterCountered | NewsKind::RingProposed | NewsKind::EventPlaceOffered => {
            t!(news.do_answer)
        }
        NewsKind::LegDone | NewsKind::LegReminder => t!(news.do_confirm),
        NewsKind::OfferEnding | NewsKind::NoticeEnding => t!(news.do_renew),
        NewsKind::NoticeAlike => t!(news.do_look),
        NewsKind::Message => t!(news.do_read),
        NewsKind::BarterAgreed
        | NewsKind::BarterDeclined
        | NewsKind::BarterWithdrawn
        | NewsKind::BarterExpired
        | NewsKind::BarterDissolved
        | NewsKind::BarterCompleted
        | NewsKind::LegScheduled
        | NewsKind::LegConfirmed
        | NewsKind::LegDisputed
        | NewsKind::LegWaived
        | NewsKind::OfferExpired
        | NewsKind::NoticeExpired
        | NewsKind::EventAnswer
        | NewsKind::EventChanged
        | NewsKind::EventPostponed
        | NewsKind::EventCancelled
        | NewsKind::EventPlaceLost
        | NewsKind::EventHost
        | NewsKind::EventSoon => t!(news.do_see),
    }
}
