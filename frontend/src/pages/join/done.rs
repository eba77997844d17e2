//! In: the card to keep, the promises, one useful thing to do.

use domain::tenant::Me;
use leptos::prelude::*;

use crate::paths;
use crate::session::session;
use crate::ui::{Act, Face, Go, Page, Roofline, Weight, fetched, shown};

pub fn page() -> AnyView {
    let session = session();
    fetched(move || async move {
        let member = session.member().await?;
        Ok(shown(move || welcome(member.me)))
    })
}

fn welcome(me: Me) -> AnyView {
    let print = Callback::new(|(): ()| {
        // Without a printer the card can still be copied by hand.
        let _ = window().print();
    });
    let lead = if me.email.is_some() { t!(join.card_lead_email) } else { t!(join.card_lead) };
    let promise = |icon: &'static str, words: &'static str| {
        view! { <li class="promise"><span class="promise__icon" aria-hidden="true">{icon}</span><span>{words}</span></li> }.into_any()
    };
    view! {
        <Page screen="join-done" title=t!(join.done_title, name = me.first_name.as_str()) above=view! { <Roofline/> }.into_any()>
            <section class="stack stack--close" aria-labelledby="card-title">
                <h2 id="card-title">{t!(join.card_title)}</h2>
                <p>{lead}</p>
                <div class="ticket">
                    <p><Face mark=me.mark/></p>
                    <p class="soft">{t!(join.card_name)}</p>
                    <p class="ticket__name" id="sign-in-name" dir="auto">{me.sign_in_name.clone()}</p>
                    <p class="soft" dir="auto">{t!(brand)}" · "{me.residence.name.clone()}</p>
                </div>
                <Act label=t!(join.card_print) weight=Weight::Other busy=false on_press=print/>
            </section>
            <section class="notice unprinted" aria-labelledby="promises-title">
                <h2 id="promises-title">{t!(promise.title)}</h2>
                <ul class="promises">
                    {promise("🏷️", t!(join.promise_name))}
                    {promise("🔒", t!(join.promise_unread))}
                    {promise("🧹", t!(join.promise_erased))}
                    {promise("🤝", t!(join.promise_no_money))}
                    {promise("🫶", t!(join.promise_everybody))}
                </ul>
            </section>
            <section class="stack stack--close unprinted" aria-labelledby="first-title">
                <h2 id="first-title">{t!(join.first_title)}</h2>
                <p>{t!(join.first_lead)}</p>
                <div class="actions">
                    <Go label=t!(join.first_offer) href=paths::OFFER_NEW weight=Weight::Primary/>
                    <Go label=t!(join.first_look) href=paths::SQUARE weight=Weight::Other/>
                </div>
            </section>
        </Page>
    }
    .into_any()
}
