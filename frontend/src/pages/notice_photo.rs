//! The photo of an own notice: another one, or none.

use client::Error;
use domain::id::NoticeId;
use domain::notice::{NoticeView, PhotoSize};
use domain::problem::FieldCode;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::square;
use crate::paths;
use crate::session::{Session, api, session};
use crate::ui::{Act, Back, Chosen, Form, Page, Photo, PhotoField, Submit, Summary, Weight, fetched, shown};
use crate::var::Var;
use crate::words;

pub fn page(id: NoticeId) -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        session.member().await?;
        let notice = api().get_notice(id).await?;
        Ok(shown(move || draw(session, memory, &notice)))
    })
}

fn draw(session: Session, memory: square::Memory, notice: &NoticeView) -> AnyView {
    let id = notice.id;
    let form = Form::new();
    let photo: Var<Chosen> = Var::new(None);
    let said = Var::new("");
    let over = move |sentence: &'static str| {
        memory.forget();
        session.say(sentence);
        session.replace(paths::notice(id));
    };
    let failed = move |error: Error| {
        said.try_set("");
        form.refused(&error, &[]);
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let Some(bytes) = photo.get_untracked() else {
            form.fault("photo", words::field("photo", FieldCode::Required));
            form.holds();
            return;
        };
        form.sent();
        said.set(t!(notice_post.photo_sending));
        let deed = async move { api().put_notice_photo(id, bytes.to_vec()).await };
        session.act(deed, move |_| over(t!(notice_post.photo_said)), failed);
    };
    let away = Callback::new(move |(): ()| {
        if form.begin() {
            form.sent();
            let deed = async move { api().delete_notice_photo(id).await };
            session.act(deed, move |_| over(t!(notice_post.photo_gone_said)), failed);
        }
    });
    let old = notice.photo.map(|photo| {
        let src = paths::notice_photo(id, photo.id, PhotoSize::Large);
        view! { <Photo src=src alt=notice.title.to_string() width=photo.width height=photo.height/> }
    });
    let has = old.is_some();
    // One thing to do at a time: what was chosen is sent; before that the old one can go.
    let chosen = move || photo.with(Option::is_some);
    // The new one takes the place of the old one.
    let old = view! { <div hidden=chosen>{old}</div> };
    let remove = has.then(|| {
        view! {
            <div class="actions" hidden=chosen>
                <Act id="photo-delete" label=t!(notice_post.photo_delete) weight=Weight::Alarm busy=form.busy() on_press=away/>
            </div>
        }
    });
    view! {
        <Page screen="notice-photo" title=t!(notice_post.photo_page) back=Back::to(t!(notice_post.back), paths::notice(id))>
            <Summary form=form/>
            {has.then_some(old)}
            <form class="stack" novalidate on:submit=send>
                <PhotoField form=form photo=photo/>
                <p role="status" class="soft">{move || said.get()}</p>
                <div class="actions" hidden=move || !chosen()><Submit label=t!(notice_post.photo_send) busy=form.busy()/></div>
            </form>
            {remove}
        </Page>
    }
    .into_any()
}
