//! Fixing day and place of one service, or changing them.

use crate::var::Var;
use domain::barter::BarterView;
use domain::id::{BarterId, LegId, TenantId};
use domain::leg::{Appointment, TermsLeg};
use domain::text::Words;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::leg_draft::{Side, take_time};
use super::terms::Sides;
use crate::session::{Session, api, session};
use crate::ui::{Back, DayField, Field, Form, Page, Submit, Summary, fetched, not_found, shown};
use crate::{paths, time};

pub fn page(id: BarterId, leg: LegId) -> AnyView {
    let session = session();
    fetched(move || async move {
        let me = session.member().await?.me.id;
        let barter = api().get_barter(id).await?;
        Ok(shown(move || match barter.legs.iter().map(|view| &view.leg.terms).find(|terms| terms.id == leg) {
            Some(terms) if !barter.someone_left() => draw(session, me, &barter, terms.clone()),
            Some(_) | None => not_found(),
        }))
    })
}

fn draw(session: Session, me: TenantId, barter: &BarterView, leg: TermsLeg) -> AnyView {
    let form = Form::new();
    let (day, hour) = time::to_inputs(leg.at);
    let (day, hour) = (Var::new(day), Var::new(hour));
    let place = Var::new(leg.place.as_ref().map(ToString::to_string).unwrap_or_default());
    let (id, leg_id) = (barter.id, leg.id);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let at = take_time(form, ("day", "hour"), &day.get_untracked(), &hour.get_untracked());
        let place = form.take_if("place", &place.get_untracked(), |typed| Words::parse(typed));
        let (true, Some(at), Some(place)) = (form.holds(), at, place) else { return };
        form.sent();
        let done = move |_| {
            session.say(t!(leg.scheduled_said));
            session.look_what_waits();
            session.replace(paths::barter(id));
        };
        let failed = move |error| form.refused(&error, &[("/at", "day"), ("/place", "place")]);
        session.act(async move { api().schedule_leg(id, leg_id, &Appointment { at, place }).await }, done, failed);
    };
    let side = Side::of(&leg, me);
    let name = Sides::of(barter, me).name();
    view! {
        <Page screen="leg-day" title=t!(leg.day_title) lead=t!(leg.day_lead, name = name) back=Back::to(t!(barter.back), paths::barter(id))>
            <div class=side.class()>
                <p class="leg__way">{side.title()}</p>
                <p class="leg__what" dir="auto">{leg.what.to_string()}</p>
            </div>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <DayField form=form ids=("day", "hour") day=day hour=hour/>
                <Field form=form id="place" optional=true label=t!(leg.place) hint=t!(leg.place_hint) value=place/>
                <div class="actions"><Submit label=t!(form.save) busy=form.busy()/></div>
            </form>
        </Page>
    }
    .into_any()
}
