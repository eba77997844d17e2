//! Leaving: what happens, then when, with the password.

use std::sync::Arc;

use client::Error;
use domain::event::EventView;
use domain::id::TenantId;
use domain::leaving::{BACKUP_DAYS, Leave, LeaveWhen, PAUSE_DAYS, ReceiptState, ReceiptToken};
use domain::problem::{FieldCode, ProblemCode};
use domain::tenant::Password;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::{leave_events, step};
use crate::paths::{self, me_part};
use crate::saved;
use crate::session::{Session, api, session};
use crate::ui::{
    Back, Choice, Choices, Form, Go, Page, PasswordField, Steps, Submit, Summary, Weight, fetched, fresh, shown,
};
use crate::var::Var;

/// Kept in the tab from before the request is sent: when its answer gets lost, the receipt tells what became of it.
const DRAFT: &str = "receipt";

/// The receipt of a request whose answer is not known.
pub fn pending() -> Option<ReceiptToken> {
    saved::draft(DRAFT)
}

/// The two questions.
pub fn page() -> AnyView {
    let session = session();
    let step = step(2);
    fetched(move || async move {
        if let Some(token) = pending()
            && let Ok(receipt) = api().get_receipt(&token).await
        {
            if receipt.state != ReceiptState::Stopped {
                session.replace(paths::receipt(&token));
                return Ok(shown(|| ().into_any()));
            }
            // She came back: the next departure has a receipt of its own.
            saved::drop_draft(DRAFT);
        }
        let me = session.member().await?.me.id;
        // Not knowing them keeps nobody from leaving.
        let shared = Arc::new(leave_events::look(me).await.ok());
        Ok(shown(move || {
            fresh(
                move || step.get().to_string(),
                move |_| if step.get_untracked() == 1 { what(me, shared.as_ref().as_deref()) } else { when(session) },
            )
        }))
    })
}

/// What happens, in five lines.
fn what(me: TenantId, shared: Option<&[EventView]>) -> AnyView {
    let line = |icon: &'static str, words: String| {
        view! { <li class="promise"><span class="promise__icon" aria-hidden="true">{icon}</span><span>{words}</span></li> }
            .into_any()
    };
    let shared = leave_events::section(me, shared);
    let erased = if shared.is_some() { t!(leave.erased_but) } else { t!(leave.erased) };
    let backups = t!(leave.backups, days = BACKUP_DAYS.to_string());
    view! {
        <Page screen="leave" title=t!(leave.title) lead=t!(leave.lead).to_owned() back=Back::to(t!(me.title), paths::ME)
            above=view! { <Steps now=1 of=2/> }.into_any()>
            <ul class="promises promises--lines">
                {line("🧹", erased.to_owned())}
                {line("🤝", t!(leave.exchanges).to_owned())}
                {line("🔑", t!(leave.seat).to_owned())}
                {line("💾", backups)}
                {line("🧾", t!(leave.receipt).to_owned())}
            </ul>
            {shared}
            <div class="actions">
                <Go label=t!(leave.go_on) href=paths::leave_when() weight=Weight::Primary/>
                <Go label=t!(leave.download) href=paths::me(me_part::DATA) weight=Weight::Other/>
                <Go label=t!(leave.stay) href=paths::ME weight=Weight::Quiet/>
            </div>
        </Page>
    }
    .into_any()
}

/// When, and the password. The pause is chosen at first: what cannot be undone should not happen by a press too many, and whoever
/// wants it at once has it one touch away.
fn when(session: Session) -> AnyView {
    let form = Form::new();
    let password = Var::new(String::new());
    let when = Var::new(LeaveWhen::InSevenDays.as_str().to_owned());
    let days = || PAUSE_DAYS.to_string();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let chosen = LeaveWhen::from_word(&when.get_untracked()).ok_or(FieldCode::Required);
        let chosen = form.take("when", chosen);
        let password = form.take("password", Password::parse(password.get_untracked()));
        let (true, Some(when), Some(password)) = (form.holds(), chosen, password) else { return };
        let Some(receipt) = pending().or_else(|| ReceiptToken::parse(saved::new_secret()).ok()) else { return };
        form.sent();
        saved::keep_draft(DRAFT, &receipt);
        leptos::task::spawn_local(ask(session, form, Leave { password, when, receipt }));
    };
    let choices = vec![
        Choice::new(LeaveWhen::InSevenDays.as_str(), t!(leave.later, days = days())).hint(t!(leave.later_hint)),
        Choice::new(LeaveWhen::Now.as_str(), t!(leave.now)).hint(t!(leave.now_hint)),
    ];
    let button = move |chosen: String| {
        let now = chosen == LeaveWhen::Now.as_str();
        let label = if now { t!(leave.send_now).to_owned() } else { t!(leave.send_later, days = days()) };
        view! { <Submit label=label busy=form.busy()/> }.into_any()
    };
    view! {
        <Page screen="leave-when" title=t!(leave.when_title) back=Back::to(t!(leave.back), paths::me(me_part::LEAVE))
            above=view! { <Steps now=2 of=2/> }.into_any()>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <Choices form=form id="when" legend=t!(leave.when_title) unseen_legend=true choices=choices value=when/>
                <PasswordField form=form label=t!(leave.password) hint=t!(leave.password_hint) value=password autocomplete="current-password"/>
                <div class="actions">
                    {fresh(move || when.get(), button)}
                    <Go label=t!(leave.stay) href=paths::ME weight=Weight::Quiet/>
                </div>
            </form>
        </Page>
    }
    .into_any()
}

/// Sends it, and goes to the receipt unless it was refused.
async fn ask(session: Session, form: Form, leave: Leave) {
    let receipt = paths::receipt(&leave.receipt);
    match api().leave(&leave).await {
        Ok(_) => {
            session.forget();
            session.replace(receipt);
        }
        Err(error) if is_open(&error) => session.replace(receipt),
        Err(error) => {
            saved::drop_draft(DRAFT);
            form.refused(&error, &[("/password", "password")]);
        }
    }
}

/// Whether it may have been done all the same: the answer is missing, or an earlier try has signed her out.
fn is_open(error: &Error) -> bool {
    match error {
        Error::Network(_) | Error::Unexpected { .. } => true,
        Error::Problem(problem) => {
            matches!(problem.code, ProblemCode::Internal | ProblemCode::Unauthenticated | ProblemCode::SessionEnded)
        }
    }
}
