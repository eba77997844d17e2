//! The first word about a thing: about what, to whom, and what to say. Where a conversation has begun already, it goes on.

use client::Error;
use domain::barter::BarterView;
use domain::conversation::{ConversationView, ConversationWith, NewConversation, ThingKind, ThingRef, may_begin_about};
use domain::id::{BarterId, EventId, NoticeId, OfferId, TenantId};
use domain::problem::ProblemCode;
use domain::tenant::Person;
use domain::text::MessageText;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::by_params;
use super::composer::soft_note;
use super::ring_barter::is_ring;
use super::terms::Sides;
use crate::session::{Member, Session, api, here, session};
use crate::ui::{Back, Face, Field, Form, Go, Kind, Page, Submit, Summary, Weight, fetched, not_found, shown};
use crate::var::Var;
use crate::{paths, saved};

/// The link to whoever has posted something.
pub fn way(kind: ThingKind, id: Uuid, author: &Person) -> AnyView {
    let label = t!(talk.write_to, name = author.first_name.as_str());
    view! { <Go id="talk" label=label href=paths::talk_about(kind, id) weight=Weight::Other/> }.into_any()
}

/// The link to the others of an exchange; in a ring they are only known once it is agreed.
pub fn way_to_parties(barter: &BarterView, me: TenantId) -> Option<AnyView> {
    let sides = Sides::of(barter, me);
    // It has legs from the moment on at which all have agreed.
    let known = !is_ring(barter) || !barter.legs.is_empty();
    if !may_begin_about(barter.state, known) || sides.others.is_empty() {
        return None;
    }
    let label = match sides.others.as_slice() {
        [one] => t!(talk.write_to, name = one.first_name.as_str()),
        _ => t!(talk.write_all).to_owned(),
    };
    let href = paths::talk_about(ThingKind::Barter, barter.id.0);
    Some(view! { <Go id="talk" label=label href=href weight=Weight::Quiet/> }.into_any())
}

/// The page.
pub fn start() -> AnyView {
    by_params(|params| {
        let word = params.get_str("kind").unwrap_or_default();
        let kind = ThingKind::ALL.iter().copied().find(|kind| paths::talk_word(*kind) == word);
        let id = params.get_str("id").and_then(|id| id.parse().ok());
        let all = params.get_str("with") == Some(paths::TALK_ALL);
        match kind.zip(id) {
            Some((kind, id)) => load(ThingRef { kind, id }, all),
            None => not_found(),
        }
    })
}

/// What there is to say something about.
struct Thing {
    title: String,
    /// To whom; nobody by name where it is all who come.
    to: Vec<Person>,
    with: ConversationWith,
}

fn load(about: ThingRef, all: bool) -> AnyView {
    let session = session();
    fetched(move || async move {
        let from = here();
        let lead = move |path: String| {
            // Whoever has gone elsewhere meanwhile is not led away from there.
            if here() == from {
                session.replace(path);
            }
            shown(|| ().into_any())
        };
        let member = session.member().await?;
        let api = api();
        let (thing, begun) = futures::try_join!(thing(&member, about, all), api.list_conversations(Some(about), None))?;
        // One in which the author is no longer is over: her heir is asked anew.
        let goes_on = |talk: &ConversationView| talk.may_write || thing.with == ConversationWith::Everybody;
        let own = |talk: &&ConversationView| talk.with == thing.with && goes_on(talk);
        let begun = begun.items.iter().find(own).map(|talk| talk.id);
        // Nobody writes to herself: what others have asked about it stands in the list.
        let to_herself = thing.to.iter().all(|person| person.id == member.me.id) && !thing.to.is_empty();
        Ok(match begun {
            _ if to_herself => lead(paths::CONVERSATIONS.to_owned()),
            Some(begun) => lead(paths::conversation(begun)),
            None => shown(move || draw(session, about, thing)),
        })
    })
}

async fn thing(member: &Member, about: ThingRef, all: bool) -> Result<Thing, Error> {
    let id = about.id;
    let post = |title: String, author: Person| Thing { title, to: vec![author], with: ConversationWith::Author };
    Ok(match about.kind {
        ThingKind::Offer => {
            let offer = api().get_offer(OfferId(id)).await?;
            post(offer.title.to_string(), offer.author)
        }
        ThingKind::Notice => {
            let notice = api().get_notice(NoticeId(id)).await?;
            post(notice.title.to_string(), notice.author)
        }
        ThingKind::Event => {
            let event = api().get_event(EventId(id), None).await?;
            let title = event.title.to_string();
            match event.hosts.into_iter().next() {
                Some(author) if !all => post(title, author),
                _ => Thing { title, to: Vec::new(), with: ConversationWith::Everybody },
            }
        }
        ThingKind::Barter | ThingKind::Conversation => {
            let barter = api().get_barter(BarterId(id)).await?;
            let sides = Sides::of(&barter, member.me.id);
            Thing { title: sides.title(), to: sides.others, with: ConversationWith::Everybody }
        }
    })
}

/// As it is kept until the tab is closed.
#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
    key: String,
}

fn draw(session: Session, about: ThingRef, thing: Thing) -> AnyView {
    let form = Form::new();
    let draft = format!("talk-new-{}-{}", thing.with.as_str(), about.id);
    let kept = saved::draft(&draft).unwrap_or_else(|| Kept { text: String::new(), key: saved::new_key() });
    let text = Var::new(kept.text);
    let once = Var::new(kept.key);
    let name = Var::new(draft);
    Effect::new(move || {
        let kept = Kept { text: text.get(), key: once.get() };
        name.with_untracked(|name| saved::keep_draft(name, &kept));
    });
    let with = thing.with;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let taken = form.take("text", MessageText::parse(text.get_untracked()));
        let (true, Some(words)) = (form.holds(), taken) else { return };
        form.sent();
        let new = NewConversation { about, with, text: words };
        // Read now: when the answer comes, the page may be gone.
        let (key, name) = (once.get_untracked(), name.get_untracked());
        let done = move |talk: ConversationView| {
            saved::drop_draft(&name);
            session.say(t!(talk.sent_said));
            // Whoever has gone elsewhere meanwhile is not led away from there.
            if once.is_there() {
                session.replace(paths::conversation(talk.id));
            }
        };
        session.act(async move { api().start_conversation(&new, &key).await }, done, move |error: Error| {
            if error.code() == Some(ProblemCode::IdempotencyKeyReused) {
                once.set(saved::new_key());
            }
            form.refused(&error, &[("/text", "text")]);
        });
    };
    let (title, hint) = match thing.to.as_slice() {
        [one] => (t!(talk.write_to, name = one.first_name.as_str()), t!(talk.only_one, name = one.first_name.as_str())),
        _ => (t!(talk.write_all).to_owned(), t!(talk.only_group).to_owned()),
    };
    let faces: Vec<AnyView> = thing.to.iter().map(|person| view! { <Face mark=person.mark/> }.into_any()).collect();
    let above =
        view! { <p class="row">{faces}<span class="soft" dir="auto">{t!(talk.about, title = &thing.title)}</span></p> };
    let label = match about.kind {
        ThingKind::Offer => t!(offer.back),
        ThingKind::Notice => t!(talk.back_notice),
        ThingKind::Event => t!(talk.back_event),
        ThingKind::Barter | ThingKind::Conversation => t!(barter.back),
    };
    let back = Back::to(label, paths::thing(about.kind, about.id));
    view! {
        <Page screen="talk-new" title=title back=back above=above.into_any()>
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <Field form=form id="text" kind=Kind::Lines label=t!(talk.message) hint=hint value=text/>
                {soft_note(text)}
                <div class="actions"><Submit label=t!(talk.send) busy=form.busy()/></div>
            </form>
        </Page>
    }
    .into_any()
}
