//! One service of terms that are being written: what, when, where.

use crate::var::Var;
use domain::barter::NewLeg;
use domain::category::CategorySlug;
use domain::id::{OfferId, TenantId};
use domain::leg::TermsLeg;
use domain::problem::FieldCode;
use domain::text::{Title, Words};
use leptos::prelude::*;

use crate::time;
use crate::ui::{DayField, Field, Form};

/// Which of the two cards it is; names its fields and buttons.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Give,
    Get,
}

impl Side {
    /// The side on which a person reads a leg.
    pub fn of(leg: &TermsLeg, me: TenantId) -> Self {
        if leg.giver == me { Self::Give } else { Self::Get }
    }

    /// Its name in ids.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Give => "give",
            Self::Get => "get",
        }
    }

    pub fn class(self) -> &'static str {
        match self {
            Self::Give => "leg leg--give",
            Self::Get => "leg leg--get",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Give => t!(leg.give),
            Self::Get => t!(leg.get),
        }
    }

    /// The fields what, day, hour, place.
    fn fields(self) -> [&'static str; 4] {
        match self {
            Self::Give => ["give-what", "give-day", "give-hour", "give-place"],
            Self::Get => ["get-what", "get-day", "get-hour", "get-place"],
        }
    }
}

/// A leg as it is typed. Copies are the same.
#[derive(Clone, Copy)]
pub struct LegDraft {
    pub side: Side,
    pub what: Var<String>,
    day: Var<String>,
    hour: Var<String>,
    place: Var<String>,
}

/// Who, for whom, and where the service comes from.
pub struct Ends {
    pub giver: TenantId,
    pub receiver: TenantId,
    pub offer: Option<OfferId>,
    pub wish: Option<OfferId>,
    pub category: Option<CategorySlug>,
}

impl LegDraft {
    pub fn new(side: Side, what: &str) -> Self {
        let blank = || Var::new(String::new());
        Self { side, what: Var::new(what.to_owned()), day: blank(), hour: blank(), place: blank() }
    }

    pub fn from_terms(side: Side, leg: &TermsLeg) -> Self {
        let draft = Self::new(side, leg.what.as_str());
        let (day, hour) = time::to_inputs(leg.at);
        draft.day.set(day);
        draft.hour.set(hour);
        draft.place.set(leg.place.as_ref().map(ToString::to_string).unwrap_or_default());
        draft
    }

    /// The leg, when all that is typed is accepted.
    pub fn take(self, form: Form, ends: Ends) -> Option<NewLeg> {
        let [what, day, hour, place] = self.side.fields();
        let what = form.take(what, Title::parse(self.what.get_untracked()));
        let at = take_day(form, (day, hour), &self.day.get_untracked(), &self.hour.get_untracked());
        let place = form.take_if(place, &self.place.get_untracked(), |typed| Words::parse(typed));
        let Ends { giver, receiver, offer, wish, category } = ends;
        Some(NewLeg { giver, receiver, offer, wish, category, what: Some(what?), at: at?, place: place? })
    }
}

/// A day with its hour, or neither.
fn take_day(form: Form, ids: (&'static str, &'static str), day: &str, hour: &str) -> Option<Option<domain::Timestamp>> {
    match (day.is_empty(), hour.is_empty()) {
        (true, true) => Some(None),
        (true, false) => form.take(ids.0, Err(FieldCode::Required)),
        (false, true) => form.take(ids.1, Err(FieldCode::Required)),
        (false, false) => take_time(form, ids, day, hour).map(Some),
    }
}

/// A day with its hour.
pub fn take_time(form: Form, ids: (&'static str, &'static str), day: &str, hour: &str) -> Option<domain::Timestamp> {
    if day.is_empty() {
        return form.take(ids.0, Err(FieldCode::Required));
    }
    if hour.is_empty() {
        return form.take(ids.1, Err(FieldCode::Required));
    }
    let at = form.take(ids.0, time::from_inputs(day, hour).ok_or(FieldCode::WrongForm))?;
    form.take(ids.0, if at < time::now() { Err(FieldCode::OutOfRange) } else { Ok(at) })
}

/// The fields of a leg. What comes from an offer of somebody else keeps its words when `fixed`. Day and place are folded until somebody
/// has named one: they can be settled later.
pub fn leg_fields(form: Form, draft: LegDraft, fixed: bool) -> AnyView {
    let [what, day, hour, place] = draft.side.fields();
    let known = [draft.day, draft.hour, draft.place].iter().any(|typed| !typed.with_untracked(String::is_empty));
    let more = match draft.side {
        Side::Give => "give-more",
        Side::Get => "get-more",
    };
    let words = if fixed {
        view! { <p class="leg__what" dir="auto">{draft.what.get_untracked()}</p> }.into_any()
    } else {
        view! { <Field form=form id=what label=t!(leg.what) value=draft.what/> }.into_any()
    };
    view! {
        <section class=draft.side.class() aria-label=draft.side.title()>
            <h2 class="leg__way">{draft.side.title()}</h2>
            <div class="stack">
                {words}
                <details class="fold" open=known>
                    <summary id=more>{t!(leg.when_where)}</summary>
                    <div class="fold__body">
                        <DayField form=form ids=(day, hour) day=draft.day hour=draft.hour optional=true/>
                        <Field form=form id=place optional=true label=t!(leg.place) hint=t!(leg.place_hint) value=draft.place/>
                    </div>
                </details>
            </div>
        </section>
    }
    .into_any()
}

/// Where each value of the body is typed, for legs in this order.
pub fn pointers(sides: &[Side]) -> Vec<(String, &'static str)> {
    let of_leg = |(at, side): (usize, &Side)| {
        let [what, day, _, place] = side.fields();
        [("what", what), ("category", what), ("at", day), ("place", place)]
            .map(|(name, field)| (format!("/legs/{at}/{name}"), field))
    };
    let note = [("/note".to_owned(), "note")];
    sides.iter().enumerate().flat_map(of_leg).chain(note).collect()
}
