//! The devices on which I am signed in.

use crate::var::Var;
use domain::id::SessionId;
use domain::session::{Device, SessionView};
use leptos::prelude::*;

use crate::paths::{self, me_part};
use crate::session::{Session, api, session};
use crate::time;
use crate::ui::{Act, Back, Form, Go, Page, Summary, Weight, fetched, shown};

pub fn page() -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        let devices = api().list_sessions().await?.items;
        Ok(shown(move || draw(session, devices)))
    })
}

fn draw(session: Session, devices: Vec<SessionView>) -> AnyView {
    let form = Form::new();
    let devices = Var::new(devices);
    let end = move |id: SessionId| {
        Callback::new(move |(): ()| {
            if !form.begin() {
                return;
            }
            form.sent();
            let done = move |()| {
                form.done();
                session.say(t!(me.device_ended_said));
                devices.try_update(|devices| devices.retain(|device| device.id != id));
                // The pressed button is gone; the focus must not be lost with it.
                crate::ui::focus("devices");
            };
            session.act(async move { api().end_session(id).await }, done, move |error| form.refused(&error, &[]));
        })
    };
    let line = move |device: SessionView| {
        let id = device.id;
        let (icon, name) = kind(device.device);
        let button = if device.current {
            view! { <span class="tag tag--leaf">{t!(me.this_device)}</span> }.into_any()
        } else {
            let label = t!(me.end_device);
            view! { <Act label=label weight=Weight::Other busy=form.busy() on_press=end(id)/> }.into_any()
        };
        view! {
            <li class="card">
                <p class="person"><span class="choice__icon" aria-hidden="true">{icon}</span>
                    <span class="stack stack--tight"><b>{name}</b><span class="soft">{t!(me.last_used, day = time::day_and_hour(device.last_used_at))}</span></span></p>
                {button}
            </li>
        }
        .into_any()
    };
    view! {
        <Page screen="my-sessions" title=t!(me.devices) lead=t!(me.devices_lead).to_owned() back=Back::to(t!(me.title), paths::ME)>
            <Summary form=form/>
            <ul class="stack" id="devices" tabindex="-1" aria-label=t!(me.devices)>
                <For each=move || devices.get() key=|device| device.id.0 let:device>{line(device)}</For>
            </ul>
            <div class="actions">
                <Go id="end-all" label=t!(me.end_all) href=paths::me(me_part::END_ALL) weight=Weight::Quiet/>
            </div>
        </Page>
    }
    .into_any()
}

fn kind(device: Device) -> (&'static str, &'static str) {
    match device {
        Device::Phone => ("📱", t!(me.phone)),
        Device::Tablet => ("📱", t!(me.tablet)),
        Device::Computer => ("💻", t!(me.computer)),
        Device::Program => ("⚙️", t!(me.program)),
    }
}
