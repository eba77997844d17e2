//! An event that is being written: its answers as typed, and what they mean.

use chrono::{NaiveDate, NaiveTime};
use domain::circle::Circle;
use domain::event::repeat::{Every, MonthlyBy, Repeat, RepeatEnds};
use domain::event::{Access, EditEvent, EventView, Guests, Interval, NewBringLine, NewEvent, Places, StepFree, Wanted};
use domain::id::ResidenceId;
use domain::moment::LocalTime;
use domain::problem::FieldCode;
use domain::text::{Body, Title, Words};
use serde::{Deserialize, Serialize};

use crate::saved;
use crate::session::Member;
use crate::ui::Form;
use crate::var::Var;

const DRAFT: &str = "event";

/// One line of what to bring, as typed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Empty for a new one.
    pub id: String,
    pub what: String,
    pub wanted: u8,
}

/// As it is kept until the tab is closed.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Kept {
    title: String,
    text: String,
    day: String,
    hour: String,
    end_hour: String,
    long: bool,
    end_day: String,
    home: String,
    place: String,
    step_free: String,
    access: String,
    circle: String,
    limit: String,
    places: String,
    per_residence: String,
    guests: String,
    again: String,
    until: String,
    bring: Vec<Line>,
    key: String,
    looked: bool,
}

/// The answers so far, as typed. Copies are the same.
#[derive(Clone, Copy)]
pub struct EventDraft {
    pub title: Var<String>,
    pub text: Var<String>,
    pub day: Var<String>,
    pub hour: Var<String>,
    pub end_hour: Var<String>,
    /// Whether it lasts several days.
    pub long: Var<bool>,
    pub end_day: Var<String>,
    /// `home` or `elsewhere`.
    pub home: Var<String>,
    pub place: Var<String>,
    pub step_free: Var<String>,
    pub access: Var<String>,
    pub circle: Var<String>,
    /// `none` or `some`.
    pub limit: Var<String>,
    pub places: Var<String>,
    pub per_residence: Var<String>,
    pub guests: Var<String>,
    /// See [`again`].
    pub again: Var<String>,
    pub until: Var<String>,
    pub bring: Var<Vec<Line>>,
    /// The line that is being typed, and how many of it.
    pub line: Var<String>,
    pub line_wanted: Var<String>,
    /// One event, however often it is sent.
    pub key: Var<String>,
    /// Whether all questions were answered once.
    pub looked: Var<bool>,
}

/// How it comes again.
pub mod again {
    pub const NEVER: &str = "never";
    pub const DAILY: &str = "daily";
    pub const WEEKLY: &str = "weekly";
    pub const FORTNIGHTLY: &str = "fortnightly";
    pub const MONTHLY_DAY: &str = "monthly_day";
    pub const MONTHLY_WEEKDAY: &str = "monthly_weekday";
    /// A rule that the form has no words for, or dates that were left out: it stays as it is.
    pub const KEEP: &str = "keep";
}

/// Where each value of the body is typed.
pub const FIELDS: [(&str, &str); 14] = [
    ("/title", "title"),
    ("/text", "text"),
    ("/place", "place"),
    ("/residence", "home"),
    ("/start", "day"),
    ("/end", "end-hour"),
    ("/circle", "circle"),
    ("/places_per_residence", "per-residence"),
    ("/places", "places"),
    ("/guests", "guests"),
    ("/access/text", "access"),
    ("/access", "step-free"),
    ("/bring", "line"),
    ("/repeat", "until"),
];

impl EventDraft {
    fn of(kept: Kept) -> Self {
        Self {
            title: Var::new(kept.title),
            text: Var::new(kept.text),
            day: Var::new(kept.day),
            hour: Var::new(kept.hour),
            end_hour: Var::new(kept.end_hour),
            long: Var::new(kept.long),
            end_day: Var::new(kept.end_day),
            home: Var::new(kept.home),
            place: Var::new(kept.place),
            step_free: Var::new(kept.step_free),
            access: Var::new(kept.access),
            circle: Var::new(kept.circle),
            limit: Var::new(kept.limit),
            places: Var::new(kept.places),
            per_residence: Var::new(kept.per_residence),
            guests: Var::new(kept.guests),
            again: Var::new(kept.again),
            until: Var::new(kept.until),
            bring: Var::new(kept.bring),
            line: Var::new(String::new()),
            line_wanted: Var::new("1".to_owned()),
            key: Var::new(kept.key),
            looked: Var::new(kept.looked),
        }
    }

    /// The draft that was begun in this tab, or a blank one.
    pub fn begun() -> Self {
        Self::of(saved::draft(DRAFT).unwrap_or_else(|| Kept {
            home: "home".to_owned(),
            step_free: StepFree::Unknown.as_str().to_owned(),
            circle: Circle::Nearby.as_str().to_owned(),
            limit: "none".to_owned(),
            guests: "0".to_owned(),
            again: again::NEVER.to_owned(),
            key: saved::new_key(),
            ..Kept::default()
        }))
    }

    /// An event that is to be changed.
    pub fn from_event(event: &EventView) -> Self {
        let (start, end) = event.first.map_or((event.start, event.end), |first| (first.start, first.end));
        let clock = |at: LocalTime| at.naive().time().to_string().get(..5).unwrap_or_default().to_owned();
        let number = |n: Option<Places>| n.map(|n| n.get().to_string()).unwrap_or_default();
        let line = |line: &domain::event::BringLineView| Line {
            id: line.id.to_string(),
            what: line.what.to_string(),
            wanted: line.wanted.get(),
        };
        let until = match event.repeat.as_ref().map(|repeat| repeat.ends) {
            Some(RepeatEnds::Until(day)) => day.to_string(),
            Some(RepeatEnds::Count(_)) | None => String::new(),
        };
        let long = end.date() != start.date() && (end.instant() - start.instant()).num_hours() >= 24;
        Self::of(Kept {
            title: event.title.to_string(),
            text: event.text.to_string(),
            day: start.date().to_string(),
            hour: clock(start),
            end_hour: clock(end),
            long,
            end_day: end.date().to_string(),
            home: if event.at_residence.is_some() { "home" } else { "elsewhere" }.to_owned(),
            place: event.place.to_string(),
            step_free: event.access.step_free.as_str().to_owned(),
            access: event.access.text.as_ref().map(ToString::to_string).unwrap_or_default(),
            circle: event.circle.as_str().to_owned(),
            limit: if event.places.is_some() { "some" } else { "none" }.to_owned(),
            places: number(event.places),
            per_residence: number(event.places_per_residence),
            guests: event.guests.get().to_string(),
            again: word_of(event.repeat.as_ref()).to_owned(),
            until,
            bring: event.bring.iter().map(line).collect(),
            key: String::new(),
            looked: true,
        })
    }

    /// Keeps it until the tab is closed.
    pub fn keep(self) {
        let text = |var: Var<String>| var.get_untracked();
        let kept = Kept {
            title: text(self.title),
            text: text(self.text),
            day: text(self.day),
            hour: text(self.hour),
            end_hour: text(self.end_hour),
            long: self.long.get_untracked(),
            end_day: text(self.end_day),
            home: text(self.home),
            place: text(self.place),
            step_free: text(self.step_free),
            access: text(self.access),
            circle: text(self.circle),
            limit: text(self.limit),
            places: text(self.places),
            per_residence: text(self.per_residence),
            guests: text(self.guests),
            again: text(self.again),
            until: text(self.until),
            bring: self.bring.get_untracked(),
            key: text(self.key),
            looked: self.looked.get_untracked(),
        };
        saved::keep_draft(DRAFT, &kept);
    }

    /// Forgets what was kept.
    pub fn drop_kept() {
        saved::drop_draft(DRAFT);
    }

    pub fn take_words(self, form: Form) -> Option<(Title, Body)> {
        let title = form.take("title", Title::parse(self.title.get_untracked()));
        let text = form.take("text", Body::parse(self.text.get_untracked()));
        title.zip(text)
    }

    /// When it begins and ends. An end that is earlier than the beginning is meant for the next day.
    pub fn take_times(self, form: Form) -> Option<(LocalTime, LocalTime)> {
        let day = form.take("day", self.day.get_untracked().parse::<NaiveDate>().map_err(|_| FieldCode::Required));
        let clock = |typed: Var<String>| clock(&typed.get_untracked());
        let hour = form.take("hour", clock(self.hour));
        let end_hour = form.take("end-hour", clock(self.end_hour));
        let last = if self.long.get_untracked() {
            let typed = self.end_day.get_untracked().parse::<NaiveDate>().map_err(|_| FieldCode::Required);
            form.take("end-day", typed).map(Some)
        } else {
            Some(None)
        };
        let (day, hour, end_hour, last) = (day?, hour?, end_hour?, last?);
        let start = form.take("hour", LocalTime::parse(day.and_time(hour)))?;
        let next = || if end_hour <= hour { day.succ_opt().unwrap_or(day) } else { day };
        let end = form.take("end-hour", LocalTime::parse(last.unwrap_or_else(next).and_time(end_hour)))?;
        let long = end.instant() - start.instant() > chrono::TimeDelta::days(domain::event::MAX_LENGTH_DAYS);
        if end <= start || long {
            form.take::<()>(if last.is_some() { "end-day" } else { "end-hour" }, Err(FieldCode::OutOfRange))?;
        }
        Some((start, end))
    }

    pub fn take_place(self, form: Form, member: &Member) -> Option<(Option<ResidenceId>, Words, Access)> {
        let home = self.home.with_untracked(|home| home == "home").then_some(member.me.residence.id);
        let place = form.take("place", Words::parse(self.place.get_untracked()));
        let text = form.take_if("access", &self.access.get_untracked(), |typed| Words::parse(typed));
        let step_free = StepFree::from_word(&self.step_free.get_untracked()).unwrap_or(StepFree::Unknown);
        Some((home, place?, Access { step_free, text: text? }))
    }

    pub fn take_circle(self, form: Form) -> Option<Circle> {
        let typed = self.circle.get_untracked();
        form.take("circle", Circle::ALL.into_iter().find(|circle| circle.as_str() == typed).ok_or(FieldCode::Required))
    }

    /// How many in all, how many of one residence, how many guests.
    pub fn take_places(self, form: Form) -> Option<(Option<Places>, Option<Places>, Guests)> {
        let some = self.limit.with_untracked(|limit| limit == "some");
        let places =
            if some { form.take("places", number(&self.places.get_untracked())).map(Some) } else { Some(None) };
        let each = form.take_if(
            "per-residence",
            if some { self.per_residence.get_untracked() } else { String::new() }.as_str(),
            number,
        );
        let guests = self.guests.get_untracked().parse().map_err(|_| FieldCode::Required).and_then(Guests::parse);
        let guests = form.take("guests", guests);
        Some((places?, each?, guests?))
    }

    /// On which dates it comes again, when it begins on `start`.
    pub fn take_repeat(self, form: Form, start: NaiveDate, was: Option<&Repeat>) -> Option<Option<Repeat>> {
        let week = Interval::parse(2).unwrap_or(Interval::EACH);
        let (every, interval, monthly_by) = match self.again.get_untracked().as_str() {
            again::DAILY => (Every::Daily, Interval::EACH, None),
            again::WEEKLY => (Every::Weekly, Interval::EACH, None),
            again::FORTNIGHTLY => (Every::Weekly, week, None),
            again::MONTHLY_DAY => (Every::Monthly, Interval::EACH, Some(MonthlyBy::Day)),
            again::MONTHLY_WEEKDAY => (Every::Monthly, Interval::EACH, Some(MonthlyBy::Weekday)),
            again::KEEP => return Some(was.cloned()),
            _ => return Some(None),
        };
        let until = form.take("until", self.until.get_untracked().parse().map_err(|_| FieldCode::Required))?;
        let repeat = Repeat { every, interval, monthly_by, ends: RepeatEnds::Until(until), except: Vec::new() };
        let alone = || repeat.dates(start).len() < 2;
        let fits = repeat.check(start).is_ok() && !alone();
        form.take("until", if fits { Ok(Some(repeat)) } else { Err(FieldCode::OutOfRange) })
    }

    /// Takes the line that is being typed to the others, if there is one; tells what it says.
    pub fn take_line(self, form: Form) -> Option<String> {
        let typed = self.line.get_untracked();
        let taken = form.take_if("line", &typed, |typed| Words::parse(typed))??.to_string();
        let all = self.bring.get_untracked();
        let fits = all.len() < domain::event::MAX_LINES && all.iter().all(|line| line.what != taken);
        form.take("line", if fits { Ok(()) } else { Err(FieldCode::OutOfRange) })?;
        let wanted = self.line_wanted.get_untracked().parse().unwrap_or(1);
        self.bring.update(|lines| lines.push(Line { id: String::new(), what: taken.clone(), wanted }));
        self.line.set(String::new());
        self.line_wanted.set("1".to_owned());
        Some(taken)
    }

    fn lines(self) -> Vec<NewBringLine> {
        let line = |line: Line| {
            let (what, wanted) = (Words::parse(line.what).ok()?, Wanted::parse(line.wanted).ok()?);
            Some(NewBringLine { id: line.id.parse().ok(), what, wanted })
        };
        self.bring.get_untracked().into_iter().filter_map(line).collect()
    }

    /// The whole.
    pub fn take(self, form: Form, member: &Member, draft: bool) -> Option<NewEvent> {
        let words = self.take_words(form);
        let times = self.take_times(form);
        let place = self.take_place(form, member);
        let circle = self.take_circle(form);
        let places = self.take_places(form);
        let repeat = times.and_then(|(start, _)| self.take_repeat(form, start.date(), None));
        let ((title, text), (start, end), (residence, place, access)) = (words?, times?, place?);
        let (places, places_per_residence, guests) = places?;
        Some(NewEvent {
            title,
            text,
            place,
            residence,
            start,
            end,
            circle: circle?,
            places,
            places_per_residence,
            guests,
            access,
            bring: self.lines(),
            repeat: repeat?,
            draft,
        })
    }

    /// What has changed of an event: the rest is not sent, so that nobody is told of what stays.
    pub fn take_edit(self, form: Form, member: &Member, event: &EventView) -> Option<EditEvent> {
        let words = self.take_words(form);
        let times = self.take_times(form);
        let place = self.take_place(form, member);
        let circle = self.take_circle(form);
        let places = self.take_places(form);
        let repeat = times.and_then(|(start, _)| self.take_repeat(form, start.date(), event.repeat.as_ref()));
        let ((title, text), (start, end), (home, place, access)) = (words?, times?, place?);
        let (places, places_per_residence, guests) = places?;
        let (circle, repeat) = (circle?, repeat?);
        let (was_start, was_end) = event.first.map_or((event.start, event.end), |first| (first.start, first.end));
        // At another residence than one's own: as long as it is "at a residence", it stays there.
        let was_home = event.at_residence.as_ref().map(|residence| residence.id);
        let residence = if home.is_some() && was_home.is_some() { was_home } else { home };
        // Typed, and not yet put to the others: it is meant all the same.
        self.take_line(form);
        let lines = self.lines();
        let was_lines: Vec<NewBringLine> = Self::from_event(event).lines();
        let resumes = event.state == domain::event::EventState::Postponed;
        Some(EditEvent {
            title: (title != event.title).then_some(title),
            text: (text != event.text).then_some(text),
            place: (place != event.place).then_some(place),
            residence: (residence != was_home).then_some(residence),
            start: (start != was_start || resumes).then_some(start),
            end: (end != was_end || resumes).then_some(end),
            circle: (circle != event.circle).then_some(circle),
            places: (places != event.places).then_some(places),
            places_per_residence: (places_per_residence != event.places_per_residence).then_some(places_per_residence),
            guests: (guests != event.guests).then_some(guests),
            access: (access != event.access).then_some(access),
            bring: (lines != was_lines).then_some(lines),
            repeat: (repeat != event.repeat).then_some(repeat),
        })
    }
}

fn clock(typed: &str) -> Result<NaiveTime, FieldCode> {
    let parts =
        typed.split_once(':').and_then(|(hours, minutes)| Some((hours.parse().ok()?, minutes.get(..2)?.parse().ok()?)));
    parts.and_then(|(hours, minutes)| NaiveTime::from_hms_opt(hours, minutes, 0)).ok_or(FieldCode::Required)
}

fn number(typed: &str) -> Result<Places, FieldCode> {
    typed.trim().parse().map_err(|_| FieldCode::OutOfRange).and_then(Places::parse)
}

/// What the form calls a repetition.
fn word_of(repeat: Option<&Repeat>) -> &'static str {
    let Some(repeat) = repeat else { return again::NEVER };
    if !repeat.except.is_empty() || matches!(repeat.ends, RepeatEnds::Count(_)) {
        return again::KEEP;
    }
    match (repeat.every, repeat.interval.get(), repeat.monthly_by) {
        (Every::Daily, 1, None) => again::DAILY,
        (Every::Weekly, 1, None) => again::WEEKLY,
        (Every::Weekly, 2, None) => again::FORTNIGHTLY,
        (Every::Monthly, 1, Some(MonthlyBy::Day)) => again::MONTHLY_DAY,
        (Every::Monthly, 1, Some(MonthlyBy::Weekday)) => again::MONTHLY_WEEKDAY,
        _ => again::KEEP,
    }
}
