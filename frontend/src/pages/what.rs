//! "Que voulez-vous faire ?": the first question of whatever is put on the square.

use leptos::prelude::*;

use super::offer_draft::OfferDraft;
use crate::paths::{self, notice_what};
use crate::session::session;
use crate::ui::{Back, Page, fetched, shown};
use domain::offer::OfferKind;

/// The page.
pub fn what() -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        Ok(shown(draw))
    })
}

fn draw() -> AnyView {
    let draft = OfferDraft::begun();
    let notice = |what: &'static str, icon: &'static str, label: &'static str, hint: &'static str| {
        way(paths::notice_new(what), what, icon, label, hint, None)
    };
    // The kind of an offer is its first answer: the form goes on with the second question.
    let offer = move |kind: OfferKind, icon: &'static str, label: &'static str, hint: &'static str| {
        way(paths::offer_new(2), kind.as_str(), icon, label, hint, Some((draft, kind)))
    };
    view! {
        <Page screen="what" title=t!(write.kind_title) back=Back::to(t!(bar.square), paths::SQUARE)>
            <ul class="choices choices--ways">
                {notice(notice_what::LOST, "🔍", t!(what.lost), t!(what.lost_hint))}
                {notice(notice_what::FOUND, "🧤", t!(what.found), t!(what.found_hint))}
                {offer(OfferKind::Offer, "🎁", t!(what.offer), t!(what.offer_hint))}
                {offer(OfferKind::Request, "🙋", t!(what.request), t!(what.request_hint))}
                {way(paths::EVENT_NEW.to_owned(), "event", "🎈", t!(what.event), t!(what.event_hint), None)}
                {notice(notice_what::QUESTION, "❓", t!(what.question), t!(what.question_hint))}
                {notice(notice_what::NEWS, "📣", t!(what.news), t!(what.news_hint))}
                {notice(notice_what::TROUBLE, "🔧", t!(what.trouble), t!(what.trouble_hint))}
                {notice(notice_what::THANKS, "💛", t!(what.thanks), t!(what.thanks_hint))}
            </ul>
        </Page>
    }
    .into_any()
}

fn way(
    href: String,
    name: &'static str,
    icon: &'static str,
    label: &'static str,
    hint: &'static str,
    first: Option<(OfferDraft, OfferKind)>,
) -> AnyView {
    let answer = move |_| {
        if let Some((draft, kind)) = first {
            draft.kind.set(kind.as_str().to_owned());
            draft.keep();
        }
    };
    view! {
        <li><a class="choice" id=format!("what-{name}") href=href on:click=answer>
            <span class="choice__icon" aria-hidden="true">{icon}</span>
            <span class="grow"><span class="choice__label">{label}</span><span class="choice__hint">{hint}</span></span>
        </a></li>
    }
    .into_any()
}
