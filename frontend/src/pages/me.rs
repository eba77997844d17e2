//! Me: who I am here, what is mine, the way out.

use domain::tenant::{EditMe, Me};
use leptos::prelude::*;

use super::confirm::{Question, ask};
use super::first_words::first_words;
use super::{
    by_params, leave, my_blocks, my_calendars, my_name, my_offers, my_sessions, my_tongues, news, own_data,
    transparency,
};
use crate::paths::{self, me_part};
use crate::session::{Session, api, session};
use crate::ui::{Act, Back, Face, Form, Page, Summary, Weight, fetched, not_found, shown};
use crate::{language, words};

/// The page and those below it.
pub fn me() -> AnyView {
    by_params(|params| match params.get_str("part").unwrap_or_default() {
        "" => load(),
        me_part::NAME => my_name::page(),
        me_part::TONGUES => my_tongues::page(),
        me_part::OFFERS => my_offers::page(),
        me_part::BLOCKS => my_blocks::page(),
        me_part::DEVICES => my_sessions::page(),
        me_part::END_ALL => end_all(),
        me_part::CALENDARS => my_calendars::page(),
        me_part::DATA => own_data::page(),
        me_part::SEEN => transparency::page(),
        me_part::LEAVE => leave::page(),
        part => my_calendars::todo(part).unwrap_or_else(not_found),
    })
}

fn load() -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        Ok(shown(move || draw(session, member.me)))
    })
}

fn draw(session: Session, me: Me) -> AnyView {
    let form = Form::new();
    let place = me.residence.name.clone();
    let row = |part: &str, words: &'static str| {
        view! { <li><a class="rows__go" href=paths::me(part)>{words}</a></li> }.into_any()
    };
    let print = Callback::new(|(): ()| {
        // Without a printer the card can still be copied by hand.
        let _ = window().print();
    });
    let sign_out = Callback::new(move |(): ()| {
        if form.begin() {
            form.sent();
            session.act(
                async { api().sign_out().await },
                move |()| out(session),
                move |error| form.refused(&error, &[]),
            );
        }
    });
    view! {
        <Page screen="me" title=t!(me.title) roof=true>
            {news::bell(session)}
            {first_words(session, &me)}
            <Summary form=form/>
            <section class="card" aria-label=t!(me.name)>
                <p class="person"><Face mark=me.mark size="mark--large"/>
                    <span class="stack stack--tight"><b><bdi>{me.first_name.to_string()}</bdi></b><span class="soft">{words::mark(me.mark)}</span></span></p>
                <p class="soft" dir="auto">{place.clone()}<br/>{me.office_name.clone()}</p>
            </section>
            <ul class="rows">
                {row(me_part::NAME, t!(me.change_name))}
                {row(me_part::TONGUES, t!(tongue.title))}
                {row(me_part::OFFERS, t!(me.offers))}
                {row(me_part::CALENDARS, t!(calendars.title))}
                {row(me_part::DEVICES, t!(me.devices))}
                {row(me_part::BLOCKS, t!(block.list))}
                {row(me_part::DATA, t!(own_data.title))}
                {row(me_part::SEEN, t!(transparency.title))}
                {row(me_part::LEAVE, t!(leave.title))}
            </ul>
            <section class="stack stack--close" aria-labelledby="card-title">
                <h2 id="card-title">{t!(join.card_title)}</h2>
                <div class="ticket">
                    <p class="soft">{t!(join.card_name)}</p>
                    <p class="ticket__name" id="sign-in-name" dir="auto">{me.sign_in_name.clone()}</p>
                    {me.email.as_ref().map(|email| view! { <p class="soft">{t!(me.or_email, email = email.as_str())}</p> })}
                    <p class="soft" dir="auto">{t!(brand)}" · "{place}</p>
                </div>
                <Act label=t!(join.card_print) weight=Weight::Other busy=false on_press=print/>
            </section>
            {languages(session, form, me.version)}
            <div class="actions">
                <Act id="sign-out" label=t!(me.sign_out) weight=Weight::Other busy=form.busy() on_press=sign_out/>
            </div>
            <p class="hint">{t!(me.sign_out_hint)}</p>
        </Page>
    }
    .into_any()
}

/// The other language, for this page and for whatever is sent later.
fn languages(session: Session, form: Form, version: u32) -> AnyView {
    let other = language::other();
    let press = Callback::new(move |(): ()| {
        if !form.begin() {
            return;
        }
        form.sent();
        let edit = EditMe { language: Some(other), ..EditMe::default() };
        let deed = async move {
            // A change made elsewhere does not matter here: the newest version gets the language.
            match api().edit_me(version, &edit).await {
                Err(error) if error.code() == Some(domain::problem::ProblemCode::PreconditionFailed) => {
                    let newest = api().get_me().await?;
                    api().edit_me(newest.version, &edit).await
                }
                answer => answer,
            }
        };
        let done = move |me: Me| {
            form.done();
            session.renew(me);
            session.speak(other);
        };
        session.act(deed, done, move |error| form.refused(&error, &[]));
    });
    view! {
        <section class="stack stack--close" aria-labelledby="language-title">
            <h2 id="language-title">{t!(me.language)}</h2>
            <div lang=other.as_str()><Act id="language" label=t!(page.other_language) weight=Weight::Other busy=form.busy() on_press=press/></div>
        </section>
    }
    .into_any()
}

fn out(session: Session) {
    session.leave();
    session.say(t!(me.signed_out_said));
    session.replace(paths::WELCOME);
}

fn end_all() -> AnyView {
    let session = session();
    let question = Question {
        title: t!(me.end_all_title).to_owned(),
        lead: t!(me.end_all_lead).to_owned(),
        yes: t!(me.end_all_yes).to_owned(),
        no: t!(me.end_all_no).to_owned(),
        back: Back::to(t!(me.devices), paths::me(me_part::DEVICES)),
    };
    ask(question, || async { api().end_all_sessions().await }, move |()| out(session))
}
