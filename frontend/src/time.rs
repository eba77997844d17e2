//! Times in words, in the office's time zone. The rules of time zones are the browser's.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use domain::Timestamp;
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::language;

const ZONE: &str = "Europe/Paris";

fn written(at: Timestamp, tag: &str, options: &[(&str, &str)]) -> String {
    let date = Date::new(&JsValue::from_f64(at.timestamp_millis() as f64));
    let wishes = Object::new();
    for (name, value) in options.iter().chain(&[("timeZone", ZONE)]) {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&wishes, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let text: String = date.to_locale_string(tag, &wishes).into();
    // Browsers leave "premier" out: "mardi 1 décembre".
    match text.strip_prefix("1 ") {
        _ if tag != "fr-FR" => text,
        Some(month) => format!("1er {month}"),
        None => text.replacen(" 1 ", " 1er ", 1),
    }
}

/// What the device's clock shows. The server decides by its own.
pub fn now() -> Timestamp {
    DateTime::from_timestamp_millis(Date::now() as i64).unwrap_or_default()
}

/// "jeudi 26 novembre".
pub fn day(at: Timestamp) -> String {
    written(at, language::tag(), &[("weekday", "long"), ("day", "numeric"), ("month", "long")])
}

/// The same with a capital at its beginning.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// "Jeudi 26 novembre".
pub fn day_capital(at: Timestamp) -> String {
    capital(&day(at))
}

/// "aujourd'hui", "hier", or else "jeudi 26 novembre".
pub fn day_near(at: Timestamp) -> String {
    let day_of = |at| paris(at).map(|wall| wall.date());
    let (then, today) = (day_of(at), day_of(now()));
    if then.is_some() && then == today {
        t!(time.today).to_owned()
    } else if then.is_some() && then == today.and_then(|today| today.pred_opt()) {
        t!(time.yesterday).to_owned()
    } else {
        day(at)
    }
}

/// "sam.", above the number of a day.
pub fn weekday_short(at: Timestamp) -> String {
    written(at, language::tag(), &[("weekday", "short")])
}

/// "26 novembre 2026".
pub fn date(at: Timestamp) -> String {
    written(at, language::tag(), &[("day", "numeric"), ("month", "long"), ("year", "numeric")])
}

/// "18 h 30".
pub fn hour(at: Timestamp) -> String {
    let Some(wall) = paris(at) else { return String::new() };
    match (wall.minute(), language::current()) {
        (0, domain::tenant::Language::Fr) => format!("{}\u{a0}h", wall.hour()),
        (minutes, domain::tenant::Language::Fr) => format!("{}\u{a0}h\u{a0}{}", wall.hour(), two_digits(minutes)),
        (minutes, domain::tenant::Language::En) => format!("{}:{}", wall.hour(), two_digits(minutes)),
    }
}

/// How many days ago it was, as calendars in Paris count.
fn days_ago(at: Timestamp) -> Option<i64> {
    Some((paris(now())?.date() - paris(at)?.date()).num_days())
}

/// The day of what has been: "Aujourd'hui", "Hier", "Jeudi 26 novembre".
pub fn day_back(at: Timestamp) -> String {
    match days_ago(at) {
        Some(0) => t!(talk.today).to_owned(),
        Some(1) => t!(talk.yesterday).to_owned(),
        Some(2..300) => day_capital(at),
        _ => date(at),
    }
}

/// When it was: "à 18 h 30", "hier à 18 h 30", "jeudi 26 novembre".
pub fn since(at: Timestamp) -> String {
    match days_ago(at) {
        Some(0) => t!(talk.at_hour, hour = hour(at)),
        Some(1) => t!(talk.yesterday_at, hour = hour(at)),
        Some(2..300) => day(at),
        _ => date(at),
    }
}

/// How near a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Near {
    Yesterday,
    Today,
    Tomorrow,
    /// Its weekday alone tells which one.
    SixDays,
    Far,
    OtherYear,
}

impl Near {
    fn of(day: NaiveDate, today: NaiveDate) -> Self {
        match (day - today).num_days() {
            -1 => Self::Yesterday,
            0 => Self::Today,
            1 => Self::Tomorrow,
            2..=6 => Self::SixDays,
            // Around New Year's Day the weekday and the month say enough.
            -60..=120 => Self::Far,
            _ if day.year() == today.year() => Self::Far,
            _ => Self::OtherYear,
        }
    }
}

/// Today in Paris.
pub fn this_day() -> NaiveDate {
    domain::moment::in_paris(now()).date()
}

/// A moment of that day, for the words above.
pub fn noon(day: NaiveDate) -> Timestamp {
    day.and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(12)
}

/// The day of what comes: "aujourd'hui", "demain", "samedi", "samedi 5 décembre".
pub fn day_ahead(at: Timestamp) -> String {
    match Near::of(domain::moment::in_paris(at).date(), this_day()) {
        Near::Yesterday => t!(time.yesterday).to_owned(),
        Near::Today => t!(time.today).to_owned(),
        Near::Tomorrow => t!(time.tomorrow).to_owned(),
        Near::SixDays => written(at, language::tag(), &[("weekday", "long")]),
        Near::Far => day(at),
        Near::OtherYear => {
            let parts = [("weekday", "long"), ("day", "numeric"), ("month", "long"), ("year", "numeric")];
            written(at, language::tag(), &parts)
        }
    }
}

/// When something comes: "demain à 18 h", "samedi à 14 h 30", "samedi 5 décembre à 18 h".
pub fn when(at: Timestamp) -> String {
    t!(time.day_at, day = day_ahead(at), hour = hour(at))
}

/// "décembre 2026".
pub fn month(day: NaiveDate) -> String {
    written(noon(day), language::tag(), &[("month", "long"), ("year", "numeric")])
}

/// "5 décembre".
pub fn day_of_month(day: NaiveDate) -> String {
    written(noon(day), language::tag(), &[("day", "numeric"), ("month", "long")])
}

/// "lundi", "L": a weekday as it is heard, and as it stands above a column.
pub fn weekday(day: NaiveDate) -> (String, String) {
    let name = |length| written(noon(day), language::tag(), &[("weekday", length)]);
    (name("long"), capital(&name("narrow")))
}

/// "jeudi 26 novembre à 18 h 30".
pub fn day_and_hour(at: Timestamp) -> String {
    let hour = hour(at);
    if hour.is_empty() { day(at) } else { t!(time.day_at, day = day(at), hour = hour) }
}

fn two_digits(n: u32) -> String {
    format!("{n:02}")
}

/// What clocks in Paris show. "sv-SE" writes times as ISO 8601 does.
fn paris(at: Timestamp) -> Option<NaiveDateTime> {
    let parts = [
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("hourCycle", "h23"),
    ];
    let text = written(at, "sv-SE", &parts);
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse::<u32>().ok());
    let mut next = || numbers.next();
    let day = NaiveDate::from_ymd_opt(i32::try_from(next()?).ok()?, next()?, next()?)?;
    day.and_hms_opt(next()?, next()?, 0)
}

/// A day and an hour as inputs hold them: "2026-11-26" and "18:30"; both empty when there is none.
pub fn to_inputs(at: Option<Timestamp>) -> (String, String) {
    let Some(wall) = at.and_then(paris) else { return Default::default() };
    // By hand: chrono's own formatting would be loaded by every visitor for this alone.
    let day = format!("{}-{}-{}", wall.year(), two_digits(wall.month()), two_digits(wall.day()));
    (day, format!("{}:{}", two_digits(wall.hour()), two_digits(wall.minute())))
}

/// The instant at which clocks in Paris show this day and hour; none when they are no day and hour. Of an hour that comes
/// twice it is the first one.
pub fn from_inputs(day: &str, hour: &str) -> Option<Timestamp> {
    let mut day = day.split('-');
    let mut next = || day.next();
    let day = NaiveDate::from_ymd_opt(next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?)?;
    let (hours, minutes) = hour.split_once(':')?;
    let wall = day.and_time(NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.get(..2)?.parse().ok()?, 0)?);
    // Off by the zone's offset at first; by nothing, or by the hour of a change of clocks, after the correction.
    let mut instant = wall.and_utc();
    for _ in 0..2 {
        instant += wall - paris(instant)?;
    }
    Some(instant)
}

/// Today as an input of a day holds it.
pub fn today() -> String {
    to_inputs(Some(now())).0
}

/// The day before, by the calendar: a day has not always 24 hours.
pub fn yesterday() -> String {
    let noon = from_inputs(&today(), "12:00").map(|noon| noon - chrono::TimeDelta::days(1));
    to_inputs(noon).0
}

#[cfg(test)]
mod tests {
    use super::{NaiveDate, Near, noon};

    #[test]
    fn a_day_is_called_by_how_near_it_is() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let today = day("2026-11-25");
        let said = [
            ("2026-11-24", Near::Yesterday),
            ("2026-11-25", Near::Today),
            ("2026-11-26", Near::Tomorrow),
            ("2026-11-27", Near::SixDays),
            ("2026-12-01", Near::SixDays),
            ("2026-12-02", Near::Far),
            ("2026-11-23", Near::Far),
            ("2026-01-05", Near::Far),
            ("2027-01-08", Near::Far),
            ("2027-06-01", Near::OtherYear),
            ("2025-06-01", Near::OtherYear),
        ];
        for (then, near) in said {
            assert_eq!(Near::of(day(then), today), near, "{then}");
        }
    }

    #[test]
    fn the_noon_of_a_day_lies_in_it_in_summer_and_in_winter() {
        for day in ["2026-03-29", "2026-07-14", "2026-10-25", "2026-12-05"] {
            let day: NaiveDate = day.parse().expect("a day");
            assert_eq!(domain::moment::in_paris(noon(day)).date(), day);
        }
    }
}
