//! My events in the calendar of my telephone: addresses that a calendar reads by itself.

use domain::calendar::{CalendarKind, CalendarView};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::confirm::{Question, ask};
use crate::paths::{self, calendar_todo, me_part};
use crate::session::{Session, api, session};
use crate::ui::{Act, Back, Form, Go, Page, Summary, Weight, fetched, shown};
use crate::var::Var;

pub fn page() -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        let calendars = api().list_calendars().await?.items;
        Ok(shown(move || draw(session, calendars)))
    })
}

/// The pages that ask once more; none for other parts of the address.
pub fn todo(part: &str) -> Option<AnyView> {
    let of = |todo: &str| CalendarKind::ALL.iter().copied().find(|kind| paths::calendar_part(*kind, todo) == part);
    of(calendar_todo::RENEW).map(renew).or_else(|| of(calendar_todo::CLOSE).map(close))
}

fn draw(session: Session, calendars: Vec<CalendarView>) -> AnyView {
    let form = Form::new();
    let calendars = Var::new(calendars);
    let part = move |kind: CalendarKind| {
        let path = move || calendars.with(|all| all.iter().find(|it| it.kind == kind).and_then(|it| it.path.clone()));
        let body = move || match path() {
            None => make(session, form, calendars, kind),
            Some(path) => address(session, kind, &path),
        };
        let (id, title, hint) = match kind {
            CalendarKind::Mine => ("mine-title", t!(calendars.mine), t!(calendars.mine_hint)),
            CalendarKind::Residence => ("residence-title", t!(calendars.residence), t!(calendars.residence_hint)),
        };
        view! {
            <section class="card" aria-labelledby=id><h2 id=id>{title}</h2><p class="hint">{hint}</p>{body}</section>
        }
        .into_any()
    };
    view! {
        <Page screen="my-calendars" title=t!(calendars.title) lead=t!(calendars.lead).to_owned() back=Back::to(t!(me.title), paths::ME)>
            <Summary form=form/>
            {part(CalendarKind::Mine)}
            {part(CalendarKind::Residence)}
            <p class="notice notice--sun">{t!(calendars.secret)}</p>
        </Page>
    }
    .into_any()
}

fn word(kind: CalendarKind) -> &'static str {
    kind.as_str()
}

/// No address yet.
fn make(session: Session, form: Form, calendars: Var<Vec<CalendarView>>, kind: CalendarKind) -> AnyView {
    let press = Callback::new(move |()| {
        if !form.begin() {
            return;
        }
        form.sent();
        let done = move |fresh: CalendarView| {
            form.done();
            calendars.try_update(|all| {
                all.retain(|it| it.kind != kind);
                all.push(fresh);
            });
            session.say(t!(calendars.made_said));
            select(kind);
        };
        session.act(async move { api().renew_calendar(kind).await }, done, move |error| form.refused(&error, &[]));
    });
    let weight = if kind == CalendarKind::Mine { Weight::Primary } else { Weight::Other };
    view! { <Act id=format!("make-{}", word(kind)) label=t!(calendars.make) weight=weight busy=form.busy() on_press=press/> }.into_any()
}

fn address(session: Session, kind: CalendarKind, path: &str) -> AnyView {
    let place = window().location();
    let whole = place.origin().unwrap_or_default() + path;
    // A telephone opens this in its calendar, and asks whether to subscribe.
    let subscribe = format!("webcal://{}{path}", place.host().unwrap_or_default());
    let copy = Callback::new(move |()| {
        let said = if copied(kind) { t!(calendars.copied_said) } else { t!(calendars.copy_by_hand) };
        session.say(said);
    });
    let word = word(kind);
    let heard = match kind {
        CalendarKind::Mine => t!(calendars.mine),
        CalendarKind::Residence => t!(calendars.residence),
    };
    let id = format!("address-{word}");
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{t!(calendars.address)}<span class="unseen">" : "{heard}</span></label>
            <input id=id readonly dir="ltr" value=whole/>
        </div>
        <div class="actions">
            <Act id=format!("copy-{word}") label=t!(calendars.copy) weight=Weight::Other busy=false on_press=copy/>
            <a class="button button--wide" id=format!("subscribe-{word}") href=subscribe rel="external">{t!(calendars.subscribe)}</a>
            <Go id=format!("renew-{word}") label=t!(calendars.renew) href=paths::calendar_to(kind, calendar_todo::RENEW) weight=Weight::Faint unseen=heard/>
            <Go id=format!("close-{word}") label=t!(calendars.close) href=paths::calendar_to(kind, calendar_todo::CLOSE) weight=Weight::Faint unseen=heard/>
        </div>
    }
    .into_any()
}

fn input(kind: CalendarKind) -> Option<web_sys::HtmlInputElement> {
    let found = document().get_element_by_id(&format!("address-{}", word(kind)));
    found.and_then(|found| found.dyn_into().ok())
}

/// Leads the focus to the address, once it is drawn, with all of it selected.
fn select(kind: CalendarKind) {
    request_animation_frame(move || {
        if let Some(input) = input(kind) {
            let _ = input.focus();
            input.select();
        }
    });
}

/// Copies the address, the way that also works on pages that came over plain HTTP; tells whether the browser did.
fn copied(kind: CalendarKind) -> bool {
    let Some(input) = input(kind) else { return false };
    input.select();
    let page: JsValue = document().into();
    let command = js_sys::Reflect::get(&page, &JsValue::from_str("execCommand")).ok();
    let command = command.and_then(|it| it.dyn_into::<js_sys::Function>().ok());
    command.and_then(|it| it.call1(&page, &JsValue::from_str("copy")).ok()).is_some_and(|done| done.is_truthy())
}

fn back() -> Back {
    Back::to(t!(calendars.title), paths::me(me_part::CALENDARS))
}

fn renew(kind: CalendarKind) -> AnyView {
    let session = session();
    let question = Question {
        title: t!(calendars.renew_title).to_owned(),
        lead: t!(calendars.renew_lead).to_owned(),
        yes: t!(calendars.renew_yes).to_owned(),
        no: t!(calendars.renew_no).to_owned(),
        back: back(),
    };
    ask(
        question,
        move || async move { api().renew_calendar(kind).await },
        move |_| {
            session.say(t!(calendars.renewed_said));
            session.replace(paths::me(me_part::CALENDARS));
        },
    )
}

fn close(kind: CalendarKind) -> AnyView {
    let session = session();
    let question = Question {
        title: t!(calendars.close_title).to_owned(),
        lead: t!(calendars.close_lead).to_owned(),
        yes: t!(calendars.close_yes).to_owned(),
        no: t!(calendars.close_no).to_owned(),
        back: back(),
    };
    ask(
        question,
        move || async move { api().close_calendar(kind).await },
        move |()| {
            session.say(t!(calendars.closed_said));
            session.replace(paths::me(me_part::CALENDARS));
        },
    )
}
