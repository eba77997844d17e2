//! Those whom I do not want to see, and the way to see them again.

use domain::id::TenantId;
use domain::page::Page as ListPage;
use domain::tenant::BlockView;
use leptos::prelude::*;

use super::square;
use crate::session::{Session, api, session};
use crate::ui::{Act, Back, Empty, Face, Form, Page, Summary, Weight, fetched, fresh, shown};
use crate::var::Var;
use crate::{paths, time};

pub fn page() -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        session.member().await?;
        let blocks = api().list_blocks().await?;
        Ok(shown(move || draw(session, memory, blocks)))
    })
}

fn draw(session: Session, memory: square::Memory, list: ListPage<BlockView>) -> AnyView {
    let form = Form::new();
    let blocks = Var::new(list.items);
    let undo = move |id: TenantId| {
        Callback::new(move |(): ()| {
            if !form.begin() {
                return;
            }
            form.sent();
            let done = move |()| {
                form.done();
                memory.forget();
                session.say(t!(block.undone_said));
                blocks.try_update(|blocks| blocks.retain(|block| block.person.id != id));
                // The pressed button is gone; the focus must not be lost with it.
                crate::ui::focus("blocks");
            };
            session.act(async move { api().unblock_neighbour(id).await }, done, move |error| form.refused(&error, &[]));
        })
    };
    let line = move |block: BlockView| {
        let name = block.person.first_name.to_string();
        let label = t!(block.undo, name = &name);
        view! {
            <li class="card">
                <p class="person"><Face mark=block.person.mark/>
                    <span class="stack stack--tight"><b><bdi>{name}</bdi></b><span class="soft">{t!(block.since, day = time::date(block.since))}</span></span></p>
                <Act label=label weight=Weight::Other busy=form.busy() on_press=undo(block.person.id)/>
            </li>
        }
        .into_any()
    };
    let list = move |key: String| {
        if key == "none" {
            return view! { <Empty title=t!(block.empty) lead=t!(block.empty_lead)/> }.into_any();
        }
        view! {
            <p class="lead">{t!(block.list_lead)}</p>
            <ul class="stack"><For each=move || blocks.get() key=|block| block.person.id.0 let:block>{line(block)}</For></ul>
        }
        .into_any()
    };
    let key = move || blocks.with(|blocks| if blocks.is_empty() { "none" } else { "some" }.to_owned());
    view! {
        <Page screen="my-blocks" title=t!(block.list) back=Back::to(t!(me.title), paths::ME)>
            <Summary form=form/>
            <div class="stack" id="blocks" tabindex="-1">{fresh(key, list)}</div>
        </Page>
    }
    .into_any()
}
