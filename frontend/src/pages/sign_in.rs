//! Signing in.

use crate::var::Var;
use domain::session::SignIn;
use domain::tenant::Password;
use domain::text::Words;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::paths;
use crate::session::{api, session};
use crate::ui::{Field, Form, Page, PasswordField, Roofline, Submit, Summary, TopLinks};

/// The page.
pub fn sign_in() -> AnyView {
    let session = session();
    crate::app::expect_member();
    let form = Form::new();
    let (name, password) = (Var::new(String::new()), Var::new(String::new()));
    let back_to = use_query_map().with_untracked(|query| query.get("suite")).filter(|path| paths::is_ours(path));
    let sent_here = back_to.is_some();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let name = form.take("name", Words::parse(name.get_untracked().trim()));
        let password = form.take("password", Password::parse(password.get_untracked()));
        let (true, Some(name), Some(password)) = (form.holds(), name, password) else { return };
        form.sent();
        let back_to = back_to.clone().unwrap_or_else(|| paths::SQUARE.to_owned());
        let deed = async move {
            let signed_in = api().sign_in(&SignIn { name, password }).await?;
            session.enter(signed_in.me).await?;
            Ok(signed_in.stayed)
        };
        leptos::task::spawn_local(async move {
            match deed.await {
                Ok(false) => session.replace(back_to),
                // Wherever she wanted to go: first of all she reads that she is here and nothing is lost.
                Ok(true) => {
                    session.stayed.set(true);
                    session.replace(paths::SQUARE);
                }
                Err(error) => form.refused(&error, &[("/name", "name"), ("/password", "password")]),
            }
        });
    };
    view! {
        <Page screen="sign-in" title=t!(sign_in.title) above=view! { <TopLinks/><Roofline/> }.into_any()>
            {sent_here.then(|| view! { <p class="notice">{t!(sign_in.sent_here)}</p> })}
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <Field form=form id="name" label=t!(sign_in.name) hint=t!(sign_in.name_hint) value=name autocomplete="username"/>
                <PasswordField form=form label=t!(sign_in.password) value=password autocomplete="current-password"/>
                <div class="actions"><Submit label=t!(sign_in.send) busy=form.busy()/></div>
            </form>
            <p><a href=paths::JOIN>{t!(sign_in.no_account)}</a></p>
        </Page>
    }
    .into_any()
}
