//! The fourth question: how will you come back?

use crate::var::Var;
use domain::code::JoinCode;
use domain::problem::ProblemCode;
use domain::tenant::{Email, FirstName, Join, Password};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::{DONE, DRAFT, Draft, FIRST_NAME};
use crate::session::{api, session};
use crate::ui::{Back, Field, Form, Kind, Page, PasswordField, Roofline, Steps, Submit, Summary};
use crate::{language, paths, saved};

pub fn page(draft: Draft) -> AnyView {
    let session = session();
    let form = Form::new();
    let (password, email) = (Var::new(String::new()), Var::new(String::new()));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let password = form.take("password", Password::parse(password.get_untracked()));
        let email = form.take_if("email", &email.get_untracked(), |typed| Email::parse(typed));
        let (true, Some(password), Some(email)) = (form.holds(), password, email) else { return };
        // What was answered before has been accepted by the same parsers.
        let (Ok(code), Ok(first_name)) = (JoinCode::parse(&draft.code), FirstName::parse(&draft.first_name)) else {
            return session.replace(paths::JOIN);
        };
        form.sent();
        let ticket = draft.place.as_ref().map(|place| place.ticket.clone());
        let join = Join { code, ticket, first_name, mark: draft.mark, password, email, language: language::current() };
        let draft = draft.clone();
        leptos::task::spawn_local(async move {
            let joined = async { session.enter(api().join(&join, &draft.key).await?.me).await };
            match joined.await {
                Ok(_) => {
                    saved::drop_draft(DRAFT);
                    session.replace(paths::join(DONE));
                }
                Err(error) if error.code() == Some(ProblemCode::MarkTaken) => {
                    Draft { mark_taken: true, ..draft }.keep();
                    session.go(paths::join(FIRST_NAME));
                }
                Err(error) => form.refused(&error, &[("/password", "password"), ("/email", "email")]),
            }
        });
    };
    view! {
        <Page screen="join-return" title=t!(join.return_title) lead=t!(join.return_lead).to_owned()
            back=Back::to(t!(join.name_back), paths::join(FIRST_NAME)) above=view! { <Roofline/><Steps now=4 of=4/> }.into_any()>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <PasswordField form=form label=t!(join.password) hint=t!(join.password_hint) value=password autocomplete="new-password"/>
                <Field form=form id="email" kind=Kind::Email optional=true label=t!(join.email) hint=t!(join.email_hint) value=email autocomplete="email"/>
                <div class="actions"><Submit label=t!(join.send) busy=form.busy()/></div>
            </form>
        </Page>
    }
    .into_any()
}
