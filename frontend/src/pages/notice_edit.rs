//! Changing a notice. Its photo has a page of its own.

use client::Error;
use domain::id::NoticeId;
use domain::notice::{EditNotice, NoticeView};
use domain::tenant::ResidenceView;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::notice_draft::{FIELDS, NoticeDraft, circle_fields, seen_fields, words_fields};
use super::overtaken::Current;
use super::square;
use crate::paths;
use crate::session::{Member, Session, api, session};
use crate::ui::{Back, Form, Page, Submit, Summary, fetched, shown};
use crate::var::Var;

pub fn page(id: NoticeId) -> AnyView {
    let session = session();
    let memory = square::memory();
    fetched(move || async move {
        let member = session.member().await?;
        let notice = api().get_notice(id).await?;
        let near = if notice.kind.has_seen() { api().list_residences().await?.items } else { Vec::new() };
        Ok(shown(move || {
            let known = Var::new((member, near));
            let draft = NoticeDraft::from_notice(&notice);
            let current = Current::new(notice);
            current.drawn(move || {
                known.with_untracked(|(member, near)| draw(session, memory, member, near, current, draft))
            })
        }))
    })
}

fn draw(
    session: Session,
    memory: square::Memory,
    member: &Member,
    near: &[ResidenceView],
    current: Current<NoticeView>,
    draft: NoticeDraft,
) -> AnyView {
    let notice = current.thing();
    let (id, version) = (notice.id, notice.version);
    let form = Form::new();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let taken = draft.take(form);
        let (true, Some(new)) = (form.holds(), taken) else { return };
        form.sent();
        let seen = new.kind.has_seen().then_some(new.seen);
        let edit = EditNotice { title: Some(new.title), text: Some(new.text), circle: Some(new.circle), seen };
        let done = move |notice: NoticeView| {
            memory.forget();
            session.say(t!(notice_post.changed_said));
            session.replace(paths::notice(notice.id));
        };
        let failed = move |error: Error| {
            let newest = async move { api().get_notice(id).await };
            current.refused(session, form, &error, &FIELDS, newest, move |was, newest| draft.follow(was, newest));
        };
        session.act(async move { api().edit_notice(id, version, &edit).await }, done, failed);
    };
    let seen = notice.kind.has_seen().then(|| seen_fields(form, draft, member, near));
    let (words, circle) = (words_fields(form, draft), circle_fields(form, draft, member, false));
    view! {
        <Page screen="notice-edit" title=t!(notice_post.edit_title) back=Back::to(t!(notice_post.back), paths::notice(id))>
            {current.note(t!(form.overtaken), move |stored| draft.take_stored(stored))}
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                {words}
                {seen}
                {circle}
                <div class="actions"><Submit label=t!(form.save) busy=form.busy()/></div>
            </form>
        </Page>
    }
    .into_any()
}
