//! An offer that is being written: its answers, and the fields that ask for them.

use crate::var::Var;
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::offer::{Capacity, InReturn, NewOffer, OfferKind, OfferView};
use domain::problem::FieldCode;
use domain::text::{Body, Title, Words};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::overtaken::{Differs, differs, take, untouched};
use crate::session::{Catalogue, Member, name};
use crate::ui::{Choice, Choices, Field, Form, Kind, SelectField, Ticks};
use crate::{saved, words};

const DRAFT: &str = "offer";

/// As it is kept until the tab is closed.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Kept {
    kind: String,
    category: String,
    title: String,
    text: String,
    circle: String,
    times: String,
    capacity: String,
    in_return: String,
    wanted: Vec<String>,
    key: String,
}

/// The answers so far, as typed. Copies are the same.
#[derive(Clone, Copy)]
pub struct OfferDraft {
    pub kind: Var<String>,
    pub category: Var<String>,
    pub title: Var<String>,
    pub text: Var<String>,
    pub circle: Var<String>,
    pub times: Var<String>,
    pub capacity: Var<String>,
    pub in_return: Var<String>,
    pub wanted: Var<Vec<String>>,
    /// One offer, however often it is sent.
    pub key: Var<String>,
}

impl OfferDraft {
    fn of(kept: Kept) -> Self {
        Self {
            kind: Var::new(kept.kind),
            category: Var::new(kept.category),
            title: Var::new(kept.title),
            text: Var::new(kept.text),
            circle: Var::new(kept.circle),
            times: Var::new(kept.times),
            capacity: Var::new(kept.capacity),
            in_return: Var::new(kept.in_return),
            wanted: Var::new(kept.wanted),
            key: Var::new(kept.key),
        }
    }

    /// The draft that was begun in this tab, or a blank one.
    pub fn begun() -> Self {
        Self::of(saved::draft(DRAFT).unwrap_or_else(|| Kept {
            circle: Circle::Nearby.as_str().to_owned(),
            capacity: "1".to_owned(),
            key: saved::new_key(),
            ..Kept::default()
        }))
    }

    /// An offer that is to be changed.
    pub fn from_offer(offer: &OfferView) -> Self {
        let (in_return, wanted) = match &offer.in_return {
            InReturn::Nothing => ("nothing", Vec::new()),
            InReturn::Anything => ("anything", Vec::new()),
            InReturn::Categories { categories } => ("categories", categories.iter().map(ToString::to_string).collect()),
        };
        Self::of(Kept {
            kind: offer.kind.as_str().to_owned(),
            category: offer.category.to_string(),
            title: offer.title.to_string(),
            text: offer.text.to_string(),
            circle: offer.circle.as_str().to_owned(),
            times: offer.times.as_ref().map(ToString::to_string).unwrap_or_default(),
            capacity: offer.capacity.get().to_string(),
            in_return: in_return.to_owned(),
            wanted,
            key: String::new(),
        })
    }

    /// Takes over what somebody else has changed of the offer, where nothing was changed here; what still differs stays.
    pub fn follow(self, was: &OfferView, newest: &OfferView) -> Differs {
        let (was, newest) = (Self::from_offer(was), Self::from_offer(newest));
        for (here, was, newest) in [
            (self.category, was.category, newest.category),
            (self.title, was.title, newest.title),
            (self.text, was.text, newest.text),
            (self.circle, was.circle, newest.circle),
            (self.times, was.times, newest.times),
            (self.capacity, was.capacity, newest.capacity),
        ] {
            take(here, was, newest);
        }
        // One answer in two fields: it is taken as a whole.
        if untouched(self.in_return, was.in_return) && untouched(self.wanted, was.wanted) {
            self.in_return.set(newest.in_return.get_untracked());
            self.wanted.set(newest.wanted.get_untracked());
        }
        let words = [
            (t!(write.title), self.title, newest.title),
            (t!(write.text), self.text, newest.text),
            (t!(write.times), self.times, newest.times),
        ];
        words.into_iter().filter_map(|(field, here, newest)| differs(field, here, newest)).collect()
    }

    /// Says what is stored, whatever was typed.
    pub fn take_stored(self, offer: &OfferView) {
        let stored = Self::from_offer(offer);
        for (here, stored) in [
            (self.category, stored.category),
            (self.title, stored.title),
            (self.text, stored.text),
            (self.circle, stored.circle),
            (self.times, stored.times),
            (self.capacity, stored.capacity),
            (self.in_return, stored.in_return),
        ] {
            here.set(stored.get_untracked());
        }
        self.wanted.set(stored.wanted.get_untracked());
    }

    /// Keeps it until the tab is closed.
    pub fn keep(self) {
        let kept = Kept {
            kind: self.kind.get_untracked(),
            category: self.category.get_untracked(),
            title: self.title.get_untracked(),
            text: self.text.get_untracked(),
            circle: self.circle.get_untracked(),
            times: self.times.get_untracked(),
            capacity: self.capacity.get_untracked(),
            in_return: self.in_return.get_untracked(),
            wanted: self.wanted.get_untracked(),
            key: self.key.get_untracked(),
        };
        saved::keep_draft(DRAFT, &kept);
    }

    /// Forgets what was kept.
    pub fn drop_kept() {
        saved::drop_draft(DRAFT);
    }

    /// Given or wanted, as far as answered.
    pub fn offer_kind(self) -> Option<OfferKind> {
        OfferKind::from_word(&self.kind.get_untracked())
    }

    pub fn take_kind(self, form: Form) -> Option<OfferKind> {
        form.take("kind", self.offer_kind().ok_or(FieldCode::Required))
    }

    pub fn take_category(self, form: Form) -> Option<CategorySlug> {
        form.take("category", CategorySlug::parse(self.category.get_untracked()).map_err(|_| FieldCode::Required))
    }

    pub fn take_words(self, form: Form) -> Option<(Title, Body)> {
        let title = form.take("title", Title::parse(self.title.get_untracked()));
        let text = form.take("text", Body::parse(self.text.get_untracked()));
        title.zip(text)
    }

    pub fn take_reach(self, form: Form) -> Option<(Circle, Option<Words>, Capacity)> {
        let typed = self.circle.get_untracked();
        let circle = Circle::ALL.into_iter().find(|circle| circle.as_str() == typed).ok_or(FieldCode::Required);
        let circle = form.take("circle", circle);
        let times = form.take_if("times", &self.times.get_untracked(), |typed| Words::parse(typed));
        let capacity =
            self.capacity.get_untracked().parse().map_err(|_| FieldCode::OutOfRange).and_then(Capacity::parse);
        let capacity = form.take("capacity", capacity);
        Some((circle?, times?, capacity?))
    }

    pub fn take_return(self, form: Form) -> Option<InReturn> {
        let in_return = match self.in_return.get_untracked().as_str() {
            "nothing" => InReturn::Nothing,
            "anything" => InReturn::Anything,
            "categories" => {
                let wanted = self.wanted.get_untracked();
                InReturn::Categories { categories: wanted.into_iter().flat_map(CategorySlug::parse).collect() }
            }
            _ => return form.take("in-return", Err(FieldCode::Required)),
        };
        form.take("wanted", in_return.check().map(|()| in_return))
    }

    /// The whole.
    pub fn take(self, form: Form) -> Option<NewOffer> {
        let kind = self.take_kind(form);
        let category = self.take_category(form);
        let words = self.take_words(form);
        let reach = self.take_reach(form);
        let in_return = self.take_return(form)?;
        let ((title, text), (circle, times, capacity)) = (words?, reach?);
        Some(NewOffer { kind: kind?, category: category?, title, text, circle, times, capacity, in_return })
    }
}

/// Where each value of the body is typed.
pub const FIELDS: [(&str, &str); 8] = [
    ("/kind", "kind"),
    ("/category", "category"),
    ("/title", "title"),
    ("/text", "text"),
    ("/circle", "circle"),
    ("/times", "times"),
    ("/capacity", "capacity"),
    ("/in_return", "in-return"),
];

/// Title and text.
pub fn words_fields(form: Form, draft: OfferDraft) -> AnyView {
    let hint = match draft.offer_kind() {
        Some(OfferKind::Request) => t!(write.title_hint_request),
        _ => t!(write.title_hint_offer),
    };
    view! {
        <Field form=form id="title" label=t!(write.title) hint=hint value=draft.title/>
        <Field form=form id="text" kind=Kind::Lines optional=true label=t!(write.text) hint=t!(write.text_hint) value=draft.text/>
    }
    .into_any()
}

/// How far a post can reach, each with how many homes that is.
pub fn circle_choices(member: &Member) -> Vec<Choice> {
    let hint = |circle: Circle| {
        let residences = member.circles.iter().find(|view| view.circle == circle).map_or(1, |view| view.residences);
        match (circle, residences) {
            (Circle::Residence, _) => member.me.residence.name.clone(),
            (_, 1) => t!(write.one_residence).to_owned(),
            (_, n) => t!(write.residences, n = n.to_string()),
        }
    };
    let choice = |circle: Circle| Choice::new(circle.as_str(), words::circle(circle, member)).hint(hint(circle));
    Circle::ALL.into_iter().map(choice).collect()
}

/// How far, for how many, when.
pub fn reach_fields(form: Form, draft: OfferDraft, member: &Member) -> AnyView {
    let people = match draft.offer_kind() {
        Some(OfferKind::Request) => t!(write.capacity_request),
        _ => t!(write.capacity_offer),
    };
    let numbers = (1..=Capacity::MAX).map(|n| (n.to_string(), n.to_string())).collect();
    view! {
        <Choices form=form id="circle" legend=t!(write.circle) choices=circle_choices(member) value=draft.circle/>
        <Field form=form id="times" optional=true label=t!(write.times) hint=t!(write.times_hint) value=draft.times/>
        <SelectField form=form id="capacity" label=people value=draft.capacity groups=vec![(String::new(), numbers)]/>
    }
    .into_any()
}

/// What would please in return.
pub fn return_fields(form: Form, draft: OfferDraft, member: &Member, unseen_legend: bool) -> AnyView {
    let request = draft.offer_kind() == Some(OfferKind::Request);
    let choices = if request {
        vec![
            Choice::new("categories", t!(write.return_gives)).icon("⇄"),
            Choice::new("anything", t!(write.return_gives_anything)).icon("💬"),
            Choice::new("nothing", t!(write.return_gives_nothing)).icon("🫶"),
        ]
    } else {
        vec![
            Choice::new("categories", t!(write.return_wishes)).icon("⇄"),
            Choice::new("anything", t!(write.return_anything)).icon("💬"),
            Choice::new("nothing", t!(write.return_nothing)).icon("🎁"),
        ]
    };
    let legend = if request { t!(write.return_title_request) } else { t!(write.return_title_offer) };
    let groups = service_groups(&member.catalogue);
    let services = move || {
        let groups = groups.clone();
        (draft.in_return.get() == "categories").then(
            move || view! { <Ticks form=form id="wanted" legend=t!(write.wanted) groups=groups values=draft.wanted/> },
        )
    };
    view! {
        <Choices form=form id="in-return" legend=legend unseen_legend=unseen_legend choices=choices value=draft.in_return/>
        {services}
    }
    .into_any()
}

/// All services in their groups.
fn service_groups(catalogue: &Catalogue) -> Vec<(String, String, Vec<Choice>)> {
    let leaves = |group: &CategorySlug| {
        catalogue
            .services(group)
            .map(|leaf| Choice::new(leaf.slug.to_string(), name(leaf)).icon(leaf.icon.clone()))
            .collect()
    };
    catalogue.groups().map(|group| (name(group).to_owned(), group.icon.clone(), leaves(&group.slug))).collect()
}

/// All services in their groups, for a folded list; `first` stands before them.
pub fn service_options(catalogue: &Catalogue, first: &str) -> Vec<(String, Vec<(String, String)>)> {
    let leaves = |group: &CategorySlug| {
        catalogue.services(group).map(|leaf| (leaf.slug.to_string(), name(leaf).to_owned())).collect()
    };
    let groups = catalogue.groups().map(|group| (format!("{} {}", group.icon, name(group)), leaves(&group.slug)));
    std::iter::once((String::new(), vec![(String::new(), first.to_owned())])).chain(groups).collect()
}
