//! Changing a notice. Its photo has a page of its own.

use client::Error;
use domain::id::NoticeId;
use domain::notice::{EditNotice, NoticeView};
use domain::problem::ProblemCode;
use domain::tenant::ResidenceView;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::notice_draft::{FIELDS, NoticeDraft, circle_fields, seen_fields, words_fields};
use super::square;
use crate::paths;
use crate::session::{Member, Session, api, session};
use crate::ui::{Back, Form, Page, Submit, Summary, fetched, fresh, shown};
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
            // Drawn anew with the newest version when somebody else's hand (another tab) was faster.
            let current = Var::new((notice, false));
            fresh(
                move || current.with(|(notice, _)| notice.version.to_string()),
                move |_| known.with_untracked(|(member, near)| draw(session, memory, member, near, current)),
            )
        }))
    })
}

fn draw(
    session: Session,
    memory: square::Memory,
    member: &Member,
    near: &[ResidenceView],
    current: Var<(NoticeView, bool)>,
) -> AnyView {
    let (notice, overtaken) = current.get_untracked();
    let (id, version) = (notice.id, notice.version);
    let form = Form::new();
    let draft = NoticeDraft::from_notice(&notice);
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
            if error.code() != Some(ProblemCode::PreconditionFailed) {
                return form.refused(&error, &FIELDS);
            }
            session.act(
                async move { api().get_notice(id).await },
                move |notice| current.try_set((notice, true)),
                move |error| form.refused(&error, &[]),
            );
        };
        session.act(async move { api().edit_notice(id, version, &edit).await }, done, failed);
    };
    let seen = notice.kind.has_seen().then(|| seen_fields(form, draft, member, near));
    let (words, circle) = (words_fields(form, draft), circle_fields(form, draft, member, false));
    view! {
        <Page screen="notice-edit" title=t!(notice_post.edit_title) back=Back::to(t!(notice_post.back), paths::notice(id))>
            {overtaken.then(|| view! { <p class="notice notice--sun" role="status">{t!(problem.stale)}</p> })}
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
