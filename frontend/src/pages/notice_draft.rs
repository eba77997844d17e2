//! A notice that is being written: its answers, and the fields that ask for them.

use std::sync::Arc;

use domain::circle::Circle;
use domain::id::{NoticeId, ResidenceId};
use domain::notice::{NewNotice, NoticeKind, NoticeView, Radius, Seen};
use domain::problem::FieldCode;
use domain::tenant::ResidenceView;
use domain::text::{Body, Title};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::offer_draft::circle_choices;
use super::overtaken::{Differs, differs, take, untouched};
use crate::paths::notice_what;
use crate::session::Member;
use crate::ui::{Choice, Choices, Chosen, DateField, Field, Form, Kind, SelectField};
use crate::var::Var;
use crate::{photo_file, saved, time, words};

/// As it is kept until the tab is closed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Kept {
    kind: String,
    title: String,
    text: String,
    residence: String,
    radius: String,
    when: String,
    day: String,
    circle: String,
    key: String,
    posted: String,
}

impl Kept {
    fn keep(&self, what: &str) {
        saved::keep_draft(&name(what), self);
    }

    /// One notice, however often it is sent.
    pub fn key(&self) -> String {
        self.key.clone()
    }

    /// The same, posted: only its photo is on its way. For a page that is gone by then.
    pub fn keep_posted(self, what: &str, id: NoticeId) {
        Self { posted: id.to_string(), ..self }.keep(what);
    }
}

/// The answers so far, as typed. Copies are the same.
#[derive(Clone, Copy)]
pub struct NoticeDraft {
    /// Which way was taken: see [`notice_what`].
    what: &'static str,
    pub kind: Var<String>,
    pub title: Var<String>,
    pub text: Var<String>,
    pub residence: Var<String>,
    pub radius: Var<String>,
    /// `today`, `yesterday`, `day` or `unknown`.
    pub when: Var<String>,
    pub day: Var<String>,
    /// The very moment, when the notice that is changed says one.
    seen_at: Var<Option<domain::Timestamp>>,
    pub circle: Var<String>,
    pub photo: Var<Chosen>,
    /// One notice, however often it is sent.
    pub key: Var<String>,
    /// Its id once it is posted and only the photo is on its way.
    pub posted: Var<String>,
}

/// How far around, in metres: in words that need no map.
const CLOSE: u16 = 100;
const QUARTER: u16 = 800;

impl NoticeDraft {
    fn of(what: &'static str, kept: Kept, photo: Chosen) -> Self {
        Self {
            what,
            kind: Var::new(kept.kind),
            title: Var::new(kept.title),
            text: Var::new(kept.text),
            residence: Var::new(kept.residence),
            radius: Var::new(kept.radius),
            when: Var::new(kept.when),
            day: Var::new(kept.day),
            seen_at: Var::new(None),
            circle: Var::new(kept.circle),
            photo: Var::new(photo),
            key: Var::new(kept.key),
            posted: Var::new(kept.posted),
        }
    }

    /// The draft that was begun in this tab, or a blank one.
    pub fn begun(what: &'static str) -> Self {
        let kept = saved::draft(&name(what)).unwrap_or_else(|| Kept {
            kind: only_kind(what).map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            radius: CLOSE.to_string(),
            when: "today".to_owned(),
            circle: Circle::Nearby.as_str().to_owned(),
            key: saved::new_key(),
            ..Kept::default()
        });
        let photo = saved::draft::<String>(&photo_name(what)).and_then(|text| photo_file::from_text(&text));
        Self::of(what, kept, photo.map(Arc::new))
    }

    /// A notice that is to be changed.
    pub fn from_notice(notice: &NoticeView) -> Self {
        let seen = notice.seen.as_ref();
        let at = seen.and_then(|seen| seen.at);
        let kept = Kept {
            kind: notice.kind.as_str().to_owned(),
            title: notice.title.to_string(),
            text: notice.text.to_string(),
            residence: seen.map(|seen| seen.residence.id.to_string()).unwrap_or_default(),
            radius: seen.map_or(CLOSE, |seen| seen.radius_m.get()).to_string(),
            when: if at.is_some() { "day" } else { "unknown" }.to_owned(),
            day: time::to_inputs(at).0,
            circle: notice.circle.as_str().to_owned(),
            ..Kept::default()
        };
        Self { seen_at: Var::new(at), ..Self::of("", kept, None) }
    }

    /// Takes over what somebody else has changed of the notice, where nothing was changed here; what still differs stays.
    pub fn follow(self, was: &NoticeView, newest: &NoticeView) -> Differs {
        let (was, newest) = (Self::from_notice(was), Self::from_notice(newest));
        for (here, was, newest) in [
            (self.title, was.title, newest.title),
            (self.text, was.text, newest.text),
            (self.circle, was.circle, newest.circle),
            (self.residence, was.residence, newest.residence),
            (self.radius, was.radius, newest.radius),
        ] {
            take(here, was, newest);
        }
        // One answer in two fields: it is taken as a whole.
        if untouched(self.when, was.when) && untouched(self.day, was.day) {
            self.when.set(newest.when.get_untracked());
            self.day.set(newest.day.get_untracked());
        }
        self.seen_at.set(newest.seen_at.get_untracked());
        let words = [(t!(write.title), self.title, newest.title), (t!(write.text), self.text, newest.text)];
        words.into_iter().filter_map(|(field, here, newest)| differs(field, here, newest)).collect()
    }

    /// Says what is stored, whatever was typed.
    pub fn take_stored(self, notice: &NoticeView) {
        let stored = Self::from_notice(notice);
        for (here, stored) in [
            (self.title, stored.title),
            (self.text, stored.text),
            (self.circle, stored.circle),
            (self.residence, stored.residence),
            (self.radius, stored.radius),
            (self.when, stored.when),
            (self.day, stored.day),
        ] {
            here.set(stored.get_untracked());
        }
        self.seen_at.set(stored.seen_at.get_untracked());
    }

    /// Keeps it until the tab is closed.
    pub fn keep(self) {
        self.kept().keep(self.what);
    }

    /// As it is now.
    pub fn kept(self) -> Kept {
        Kept {
            kind: self.kind.get_untracked(),
            title: self.title.get_untracked(),
            text: self.text.get_untracked(),
            residence: self.residence.get_untracked(),
            radius: self.radius.get_untracked(),
            when: self.when.get_untracked(),
            day: self.day.get_untracked(),
            circle: self.circle.get_untracked(),
            key: self.key.get_untracked(),
            posted: self.posted.get_untracked(),
        }
    }

    /// Keeps the photo beside it: should it be too large for the browser's store, the words are kept all the same, and no photo rather
    /// than the one before.
    pub fn keep_photo(self) {
        let text = self.photo.with_untracked(|photo| photo.as_ref().and_then(|bytes| photo_file::to_text(bytes)));
        match text {
            Some(text) => saved::keep_draft(&photo_name(self.what), &text),
            None => saved::drop_draft(&photo_name(self.what)),
        }
    }

    /// Forgets what was kept.
    pub fn drop_kept(what: &str) {
        saved::drop_draft(&name(what));
        saved::drop_draft(&photo_name(what));
    }

    /// What it is about, as far as answered.
    pub fn notice_kind(self) -> Option<NoticeKind> {
        NoticeKind::from_word(&self.kind.get_untracked())
    }

    /// The notice, when only its photo is still to be sent.
    pub fn posted_as(self) -> Option<NoticeId> {
        self.posted.get_untracked().parse().ok()
    }

    pub fn take_words(self, form: Form) -> Option<(Title, Body)> {
        let title = form.take("title", Title::parse(self.title.get_untracked()));
        let text = form.take("text", Body::parse(self.text.get_untracked()));
        title.zip(text)
    }

    /// Where and when; nothing for what is neither lost nor found, or when nobody knows where.
    pub fn take_seen(self, form: Form) -> Option<Option<Seen>> {
        if !self.notice_kind().is_some_and(NoticeKind::has_seen) {
            return Some(None);
        }
        let Ok(residence) = self.residence.get_untracked().parse::<ResidenceId>() else { return Some(None) };
        let radius = self.radius.get_untracked().parse().map_err(|_| FieldCode::Required).and_then(Radius::parse);
        let radius_m = form.take("radius", radius);
        let at = form.take("seen-day", self.seen_at());
        Some(Some(Seen { residence, radius_m: radius_m?, at: at? }))
    }

    /// The day alone, as its first moment: nobody is asked for the hour, and sending twice sends the same. A day that is not changed
    /// stays the moment that it was.
    fn seen_at(self) -> Result<Option<domain::Timestamp>, FieldCode> {
        let was = self.seen_at.get_untracked();
        let day = match self.when.get_untracked().as_str() {
            "today" => time::today(),
            "yesterday" => time::yesterday(),
            "day" if was.is_some() && self.day.get_untracked() == time::to_inputs(was).0 => return Ok(was),
            "day" => self.day.get_untracked(),
            _ => return Ok(None),
        };
        let at = time::from_inputs(&day, "00:00").ok_or(FieldCode::Required)?;
        if at > time::now() { Err(FieldCode::OutOfRange) } else { Ok(Some(at)) }
    }

    pub fn take_circle(self, form: Form) -> Option<Circle> {
        let typed = self.circle.get_untracked();
        let circle = Circle::ALL.into_iter().find(|circle| circle.as_str() == typed);
        form.take("circle", circle.ok_or(FieldCode::Required))
    }

    /// The whole.
    pub fn take(self, form: Form) -> Option<NewNotice> {
        let kind = form.take("kind", self.notice_kind().ok_or(FieldCode::Required));
        let words = self.take_words(form);
        let seen = self.take_seen(form);
        let circle = self.take_circle(form);
        let (title, text) = words?;
        Some(NewNotice { kind: kind?, title, text, circle: circle?, seen: seen? })
    }
}

fn name(what: &str) -> String {
    format!("notice-{what}")
}

fn photo_name(what: &str) -> String {
    format!("notice-{what}-photo")
}

/// What a way leads to when it leaves no choice.
fn only_kind(what: &str) -> Option<NoticeKind> {
    match what {
        notice_what::QUESTION => Some(NoticeKind::Question),
        notice_what::NEWS => Some(NoticeKind::News),
        notice_what::TROUBLE => Some(NoticeKind::Trouble),
        notice_what::THANKS => Some(NoticeKind::Thanks),
        _ => None,
    }
}

/// Where each value of the body is typed.
pub const FIELDS: [(&str, &str); 6] = [
    ("/kind", "kind"),
    ("/title", "title"),
    ("/text", "text"),
    ("/circle", "circle"),
    ("/seen/at", "seen-day"),
    ("/seen", "residence"),
];

/// Title and text.
pub fn words_fields(form: Form, draft: NoticeDraft) -> AnyView {
    let (title, text) = match draft.notice_kind() {
        Some(NoticeKind::LostAnimal) => (t!(notice_post.title_lost_animal), t!(notice_post.text_lost_animal)),
        Some(NoticeKind::FoundAnimal) => (t!(notice_post.title_found_animal), t!(notice_post.text_found)),
        Some(NoticeKind::LostObject) => (t!(notice_post.title_lost_object), t!(notice_post.text_lost_object)),
        Some(NoticeKind::FoundObject) => (t!(notice_post.title_found_object), t!(notice_post.text_found)),
        Some(NoticeKind::News) => (t!(notice_post.title_news), t!(notice_post.text_any)),
        Some(NoticeKind::Trouble) => (t!(notice_post.title_trouble), t!(notice_post.text_trouble)),
        Some(NoticeKind::Thanks) => (t!(notice_post.title_thanks), t!(notice_post.text_any)),
        Some(NoticeKind::Question) | None => (t!(notice_post.title_question), t!(notice_post.text_any)),
    };
    view! {
        <Field form=form id="title" label=t!(write.title) hint=title value=draft.title/>
        <Field form=form id="text" kind=Kind::Lines optional=true label=t!(write.text) hint=text value=draft.text/>
    }
    .into_any()
}

/// Where and when it was seen last, or found: around which of the residences close by, how far, on which day.
pub fn seen_fields(form: Form, draft: NoticeDraft, member: &Member, near: &[ResidenceView]) -> AnyView {
    let own = &member.me.residence;
    if draft.residence.with_untracked(String::is_empty) {
        draft.residence.set(own.id.to_string());
    }
    let mut places = vec![(own.id.to_string(), t!(notice_post.my_residence, name = &own.name))];
    for residence in near.iter().filter(|residence| residence.id != own.id) {
        let name = match residence.distance_m {
            None => residence.name.clone(),
            Some(metres) => t!(offer.at_distance, place = &residence.name, distance = words::distance(metres)),
        };
        places.push((residence.id.to_string(), name));
    }
    let chosen = draft.residence.get_untracked();
    if !places.iter().any(|(id, _)| *id == chosen) {
        // Another one, farther away: an edit leaves it as it is.
        places.push((chosen, t!(notice_post.other_residence).to_owned()));
    }
    let mut radii = vec![
        Choice::new(CLOSE.to_string(), t!(notice_post.radius_close)).hint(words::distance(CLOSE.into())),
        Choice::new(QUARTER.to_string(), t!(notice_post.radius_quarter)).hint(words::distance(QUARTER.into())),
    ];
    let radius = draft.radius.get_untracked();
    if let Ok(metres) = radius.parse::<u16>()
        && metres != CLOSE
        && metres != QUARTER
    {
        radii.insert(1, Choice::new(radius, words::distance(metres.into())));
    }
    let days = vec![
        Choice::new("today", time::capital(t!(time.today))),
        Choice::new("yesterday", time::capital(t!(time.yesterday))),
        Choice::new("day", t!(notice_post.another_day)),
        Choice::new("unknown", t!(notice_post.unknown_day)),
    ];
    let day = move || {
        (draft.when.get() == "day").then(
            || view! { <DateField form=form id="seen-day" label=t!(form.day) max=time::today() value=draft.day/> },
        )
    };
    view! {
        <SelectField form=form id="residence" label=t!(notice_post.around_what) value=draft.residence groups=vec![(String::new(), places)]/>
        <Choices form=form id="radius" legend=t!(notice_post.how_far_around) choices=radii value=draft.radius/>
        <Choices form=form id="when" legend=t!(notice_post.which_day) choices=days value=draft.when/>
        {day}
    }
    .into_any()
}

/// How far it reaches.
pub fn circle_fields(form: Form, draft: NoticeDraft, member: &Member, unseen_legend: bool) -> AnyView {
    let circles = circle_choices(member);
    view! { <Choices form=form id="circle" legend=t!(notice_post.circle) unseen_legend=unseen_legend choices=circles value=draft.circle/> }
        .into_any()
}
