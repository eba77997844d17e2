//! A page that asks once more before something ends. No dialog: it has an address, and "back" goes back.

use std::future::Future;

use client::Error;
use leptos::prelude::*;

use crate::session::session;
use crate::ui::{Act, Back, Form, Go, Page, Summary, Weight};

/// What is asked.
pub struct Question {
    pub title: String,
    pub lead: String,
    pub yes: String,
    pub no: String,
    /// Where "no" and the way back lead.
    pub back: Back,
}

/// Asks; on "yes" does it and hands on what it gave.
pub fn ask<T: 'static, F: Future<Output = Result<T, Error>> + 'static>(
    question: Question,
    deed: impl Fn() -> F + Send + Sync + 'static,
    done: impl Fn(T) + Copy + Send + Sync + 'static,
) -> AnyView {
    let session = session();
    let form = Form::new();
    let press = Callback::new(move |(): ()| {
        if form.begin() {
            form.sent();
            session.act(deed(), done, move |error| form.refused(&error, &[]));
        }
    });
    let back = question.back.href.clone();
    view! {
        <Page screen="confirm" title=question.title back=question.back>
            <Summary form=form/>
            <p>{question.lead}</p>
            <div class="actions">
                <Act id="yes" label=question.yes weight=Weight::Alarm busy=form.busy() on_press=press/>
                <Go label=question.no href=back weight=Weight::Quiet/>
            </div>
        </Page>
    }
    .into_any()
}
