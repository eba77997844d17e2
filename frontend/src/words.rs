//! Codes of the domain turned into sentences.

use client::Error;
use domain::circle::Circle;
use domain::event::{AnswerState, Places};
use domain::leg::LegState;
use domain::mark::{Mark, MarkAnimal, MarkColour};
use domain::notice::{NoticeKind, NoticeState, SeenView};
use domain::offer::{InReturn, OfferKind, OfferState};
use domain::own_data::{AccessWhat, Sentence};
use domain::problem::{FieldCode, Problem, ProblemCode};
use domain::tenant::{Language, ResidenceBrief, ResidenceView};

use crate::session::{Catalogue, Member};
use crate::{language, time};

/// What went wrong, and what to do about it.
pub fn error(error: &Error) -> String {
    match error {
        Error::Problem(it) => problem(it),
        Error::Network(_) => t!(problem.network).to_owned(),
        Error::Unexpected { .. } => t!(problem.unexpected).to_owned(),
    }
}

fn problem(problem: &Problem) -> String {
    match problem.code {
        ProblemCode::MalformedRequest
        | ProblemCode::MissingBrowserHeader
        | ProblemCode::MethodNotAllowed
        | ProblemCode::UnsupportedMediaType
        | ProblemCode::PreconditionRequired => t!(problem.ours),
        ProblemCode::Unauthenticated | ProblemCode::SessionEnded => t!(problem.signed_out),
        ProblemCode::SignInRefused => t!(problem.sign_in_refused),
        ProblemCode::NotYours => t!(problem.not_yours),
        ProblemCode::NotFound => t!(problem.not_found),
        ProblemCode::Gone => t!(problem.gone),
        ProblemCode::NotNow => t!(problem.not_now),
        ProblemCode::Stale | ProblemCode::PreconditionFailed => t!(problem.stale),
        ProblemCode::SeatsTaken => t!(problem.seats_taken),
        ProblemCode::MarkTaken => t!(problem.mark_taken),
        ProblemCode::OfferFull => t!(problem.offer_full),
        ProblemCode::OfferNotOpen => t!(problem.offer_not_open),
        ProblemCode::EventFull => t!(problem.event_full),
        ProblemCode::EventNotOpen => t!(problem.event_not_open),
        ProblemCode::LineFull => t!(problem.line_full),
        ProblemCode::PhotoUnreadable => t!(problem.photo_unreadable),
        ProblemCode::PhotoTooLarge => t!(problem.photo_too_large),
        ProblemCode::PhotoHeic => t!(problem.photo_heic),
        ProblemCode::MustHaveMet => t!(problem.must_have_met),
        ProblemCode::SuggestionGone => t!(problem.suggestion_gone),
        ProblemCode::IdempotencyKeyReused => t!(problem.key_reused),
        ProblemCode::TooSlow => t!(problem.too_slow),
        ProblemCode::BodyTooLarge => t!(problem.too_large),
        ProblemCode::Invalid => t!(problem.invalid),
        ProblemCode::JoinCodeRefused => t!(problem.code_refused),
        ProblemCode::TooManyRequests => return wait(problem.retry_after),
        ProblemCode::Internal => t!(problem.internal),
        ProblemCode::Unavailable => t!(problem.unavailable),
    }
    .to_owned()
}

fn wait(seconds: Option<u32>) -> String {
    match seconds {
        Some(seconds) if seconds > 90 => t!(problem.wait_minutes, minutes = seconds.div_ceil(60).to_string()),
        _ => t!(problem.wait_moment).to_owned(),
    }
}

/// Why a value is refused, said for the field it stands in.
pub fn field(field: &str, code: FieldCode) -> String {
    match code {
        FieldCode::Required => match field {
            "code" => t!(refused.code_required),
            "first-name" => t!(refused.first_name_required),
            "password" => t!(refused.password_required),
            "email" => t!(refused.email_required),
            "name" => t!(refused.name_required),
            "title" => t!(refused.title_required),
            "category" => t!(refused.category_required),
            "kind" | "in-return" | "give" | "get" => t!(refused.choice_required),
            "wanted" => t!(refused.wanted_required),
            "give-what" | "get-what" => t!(refused.what_required),
            "day" | "give-day" | "get-day" | "seen-day" | "end-day" | "until" => t!(refused.day_required),
            "hour" | "give-hour" | "get-hour" | "end-hour" => t!(refused.hour_required),
            "place" => t!(refused.place_required),
            "places" => t!(refused.places_number),
            "note" => t!(refused.note_required),
            "text" => t!(talk.text_required),
            "contact" => t!(talk.contact_required),
            "speaks" => t!(refused.speaks_required),
            _ => t!(refused.required),
        },
        FieldCode::TooShort => t!(refused.password_short),
        FieldCode::TooLong => t!(refused.too_long),
        FieldCode::ControlCharacter => t!(refused.control_character),
        FieldCode::NotAFirstName => t!(refused.not_a_first_name),
        FieldCode::NotAnEmail => t!(refused.not_an_email),
        FieldCode::WeakPassword => t!(refused.weak_password),
        FieldCode::WrongPassword => t!(refused.wrong_password),
        FieldCode::NotACode => t!(refused.not_a_code),
        FieldCode::CheckSymbol => t!(refused.check_symbol),
        FieldCode::OutOfRange => match field {
            "wanted" => t!(refused.wanted_many),
            "day" | "hour" | "give-day" | "get-day" => t!(refused.day_past),
            "seen-day" => t!(refused.day_future),
            "end-hour" | "end-day" => t!(refused.end_before),
            "until" => t!(refused.until_range),
            "places" | "per-residence" => t!(refused.places_number),
            _ => t!(refused.out_of_range),
        },
        FieldCode::NoSuchTime => t!(refused.no_such_time),
        FieldCode::UnknownValue | FieldCode::UnknownField | FieldCode::WrongForm => t!(refused.unknown),
    }
    .to_owned()
}

/// "Je propose" or "Je cherche", as others read it.
pub fn kind(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::Offer => t!(offer.kind_offer),
        OfferKind::Request => t!(offer.kind_request),
    }
}

/// Where an own offer stands.
pub fn offer_state(state: OfferState) -> &'static str {
    match state {
        OfferState::Open => t!(offer.state_open),
        OfferState::Paused => t!(offer.state_paused),
        OfferState::Closed => t!(offer.state_closed),
        OfferState::Expired => t!(offer.state_expired),
    }
}

/// What a notice is about.
pub fn notice_kind(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::LostAnimal => t!(notice_post.lost_animal),
        NoticeKind::FoundAnimal => t!(notice_post.found_animal),
        NoticeKind::LostObject => t!(notice_post.lost_object),
        NoticeKind::FoundObject => t!(notice_post.found_object),
        NoticeKind::Question => t!(notice_post.question),
        NoticeKind::News => t!(notice_post.news),
        NoticeKind::Trouble => t!(notice_post.trouble),
        NoticeKind::Thanks => t!(notice_post.thanks),
    }
}

/// The good end of a notice, as its banner says it; those of news and thanks only end.
pub fn notice_resolved(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::LostAnimal | NoticeKind::LostObject => t!(notice_post.resolved_lost),
        NoticeKind::FoundAnimal | NoticeKind::FoundObject => t!(notice_post.resolved_found),
        NoticeKind::Question => t!(notice_post.resolved_question),
        NoticeKind::Trouble => t!(notice_post.resolved_trouble),
        NoticeKind::News | NoticeKind::Thanks => t!(notice_post.state_over),
    }
}

/// Where an own notice stands.
pub fn notice_state(kind: NoticeKind, state: NoticeState) -> &'static str {
    match state {
        NoticeState::Published => t!(offer.state_open),
        NoticeState::Resolved => notice_resolved(kind),
        NoticeState::Expired => t!(notice_post.state_over),
        NoticeState::Withdrawn | NoticeState::Removed => t!(notice_post.state_withdrawn),
    }
}

/// Where and when something was seen last, or found.
pub fn seen(kind: NoticeKind, seen: &SeenView, member: &Member) -> String {
    let place = if seen.residence.id == member.me.residence.id {
        t!(notice_post.around_home).to_owned()
    } else {
        match seen.distance_m {
            None => t!(notice_post.around, place = &seen.residence.name),
            Some(metres) => t!(notice_post.around_far, place = &seen.residence.name, distance = distance(metres)),
        }
    };
    let said = match kind {
        NoticeKind::LostAnimal => t!(notice_post.seen, place = place),
        NoticeKind::LostObject => t!(notice_post.lost, place = place),
        NoticeKind::FoundAnimal
        | NoticeKind::FoundObject
        | NoticeKind::Question
        | NoticeKind::News
        | NoticeKind::Trouble
        | NoticeKind::Thanks => t!(notice_post.found, place = place),
    };
    match seen.at {
        None => said,
        Some(at) => t!(notice_post.seen_when, said = said, day = time::day_near(at)),
    }
}

/// "avec 2 personnes".
pub fn guests(n: u8) -> String {
    match n {
        0 => t!(event.guests_none).to_owned(),
        1 => t!(event.guests_one).to_owned(),
        n => t!(event.guests_many, n = n.to_string()),
    }
}

/// From when to when: "samedi à 14 h 30, jusqu'à 18 h".
pub fn from_to(starts_at: domain::Timestamp, ends_at: domain::Timestamp) -> String {
    let day = |at| domain::moment::in_paris(at).date();
    let end = if day(starts_at) == day(ends_at) { time::hour(ends_at) } else { time::when(ends_at) };
    t!(event.at_days, start = time::when(starts_at), end = end)
}

/// What the viewer has answered, in a word or two.
pub fn my_answer(answer: AnswerState) -> &'static str {
    match answer {
        AnswerState::Going => t!(event.tag_going),
        AnswerState::Maybe => t!(event.tag_maybe),
        AnswerState::Declined => t!(event.tag_declined),
        AnswerState::Waitlisted => t!(event.tag_waits),
        AnswerState::Offered => t!(event.tag_offered),
    }
}

/// Where a leg stands.
pub fn leg_state(state: LegState) -> &'static str {
    match state {
        LegState::Agreed => t!(leg.state_agreed),
        LegState::Scheduled => t!(leg.state_scheduled),
        LegState::Done => t!(leg.state_done),
        LegState::Confirmed => t!(leg.state_confirmed),
        LegState::Waived => t!(leg.state_waived),
        LegState::Disputed => t!(leg.state_disputed),
        LegState::Settled => t!(leg.state_settled),
    }
}

/// A sentence of the API in the language of the page.
pub fn said(sentence: &Sentence) -> &str {
    match language::current() {
        Language::Fr => &sentence.fr,
        Language::En => &sentence.en,
    }
}

/// What the office did.
pub fn access(what: AccessWhat) -> &'static str {
    match what {
        AccessWhat::CodePrinted => t!(transparency.code_printed),
        AccessWhat::RollChanged => t!(transparency.roll_changed),
        AccessWhat::LeaseEnded => t!(transparency.lease_ended),
        AccessWhat::LeaseReopened => t!(transparency.lease_reopened),
        AccessWhat::BackupTaken => t!(transparency.backup_taken),
        AccessWhat::BackupRestored => t!(transparency.backup_restored),
    }
}

/// "Le 19e", or the name of a commune.
pub fn district(residence: &ResidenceView) -> String {
    let name = &residence.district_name;
    if name.is_empty() {
        t!(circle.district).to_owned()
    } else if name.starts_with(|c: char| c.is_ascii_digit()) {
        t!(circle.district_number, name = name)
    } else {
        name.clone()
    }
}

/// What a circle is called.
pub fn circle(circle: Circle, member: &Member) -> String {
    match circle {
        Circle::Residence => t!(circle.residence).to_owned(),
        Circle::Nearby => t!(circle.nearby).to_owned(),
        Circle::District => district(&member.me.residence),
        Circle::Office => t!(circle.office).to_owned(),
    }
}

/// How many places an event has left; none when it is full.
pub fn places_left(places: Places, taken: u32) -> Option<String> {
    match u32::from(places.get()).saturating_sub(taken) {
        0 => None,
        1 => Some(t!(post.places_one).to_owned()),
        left => Some(t!(post.places, n = left.to_string())),
    }
}

/// Where a neighbour lives, as seen from the viewer's home.
pub fn whereabouts(residence: &ResidenceBrief, distance_m: Option<u32>, member: &Member) -> String {
    if residence.id == member.me.residence.id {
        return t!(offer.same_residence).to_owned();
    }
    match distance_m {
        None => residence.name.clone(),
        Some(metres) => t!(offer.at_distance, place = &residence.name, distance = distance(metres)),
    }
}

/// "300 m", "1,4 km".
pub fn distance(metres: u32) -> String {
    if metres < 950 {
        let rounded = if metres < 50 { metres.max(10).div_ceil(10) * 10 } else { (metres + 25) / 50 * 50 };
        return t!(offer.metres, metres = rounded.to_string());
    }
    let tenths = (metres + 50) / 100;
    t!(offer.kilometres, whole = (tenths / 10).to_string(), tenth = (tenths % 10).to_string())
}

/// What would please in return, in one line.
pub fn in_return(offer_kind: OfferKind, in_return: &InReturn, catalogue: &Catalogue) -> String {
    match (offer_kind, in_return) {
        (OfferKind::Offer, InReturn::Nothing) => t!(offer.gift).to_owned(),
        (OfferKind::Request, InReturn::Nothing) => t!(offer.gift_wanted).to_owned(),
        (OfferKind::Offer, InReturn::Anything) => t!(offer.anything).to_owned(),
        (OfferKind::Request, InReturn::Anything) => t!(offer.anything_given).to_owned(),
        (kind, InReturn::Categories { categories }) => {
            let services = categories.iter().map(|slug| catalogue.name(slug)).collect::<Vec<_>>().join(", ");
            match kind {
                OfferKind::Offer => t!(offer.wishes, services = services),
                OfferKind::Request => t!(offer.gives, services = services),
            }
        }
    }
}

/// "oiseau bleu".
pub fn mark(mark: Mark) -> String {
    t!(mark.both, animal = animal(mark.animal), colour = colour(mark.colour))
}

pub fn colour(colour: MarkColour) -> &'static str {
    match colour {
        MarkColour::Blue => t!(mark.blue),
        MarkColour::Orange => t!(mark.orange),
        MarkColour::Green => t!(mark.green),
        MarkColour::Violet => t!(mark.violet),
        MarkColour::Yellow => t!(mark.yellow),
        MarkColour::Pink => t!(mark.pink),
        MarkColour::Grey => t!(mark.grey),
        MarkColour::Turquoise => t!(mark.turquoise),
    }
}

pub fn animal(animal: MarkAnimal) -> &'static str {
    match animal {
        MarkAnimal::Bird => t!(mark.bird),
        MarkAnimal::Cat => t!(mark.cat),
        MarkAnimal::Dog => t!(mark.dog),
        MarkAnimal::Rabbit => t!(mark.rabbit),
        MarkAnimal::Hedgehog => t!(mark.hedgehog),
        MarkAnimal::Squirrel => t!(mark.squirrel),
        MarkAnimal::Turtle => t!(mark.turtle),
        MarkAnimal::Fish => t!(mark.fish),
        MarkAnimal::Butterfly => t!(mark.butterfly),
        MarkAnimal::Bee => t!(mark.bee),
        MarkAnimal::Ladybird => t!(mark.ladybird),
        MarkAnimal::Owl => t!(mark.owl),
        MarkAnimal::Duck => t!(mark.duck),
        MarkAnimal::Swan => t!(mark.swan),
        MarkAnimal::Horse => t!(mark.horse),
        MarkAnimal::Sheep => t!(mark.sheep),
        MarkAnimal::Goat => t!(mark.goat),
        MarkAnimal::Elephant => t!(mark.elephant),
        MarkAnimal::Giraffe => t!(mark.giraffe),
        MarkAnimal::Lion => t!(mark.lion),
        MarkAnimal::Bear => t!(mark.bear),
        MarkAnimal::Fox => t!(mark.fox),
        MarkAnimal::Dolphin => t!(mark.dolphin),
        MarkAnimal::Frog => t!(mark.frog),
    }
}
