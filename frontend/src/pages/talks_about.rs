//! What neighbours have written about something of one's own: each a way into its conversation.

use domain::conversation::{ConversationView, ThingRef};
use domain::page::Page;
use leptos::prelude::*;

use super::conversations::card;
use super::more::more;
use crate::session::{Session, api};
use crate::var::Var;

/// The first of them; none when they cannot be had now: what they are about can be cared for all the same.
pub async fn look(about: ThingRef) -> Option<Page<ConversationView>> {
    api().list_conversations(Some(about), None).await.ok().filter(|page| !page.items.is_empty())
}

/// The list, where there is anything in it.
pub fn section(session: Session, about: ThingRef, first: Option<Page<ConversationView>>) -> Option<AnyView> {
    let first = first?;
    let (talks, next) = (Var::new(first.items), Var::new(first.next));
    let more = more(session, talks, next, move |after| async move {
        api().list_conversations(Some(about), after.as_deref()).await
    });
    let section = view! {
        <section class="stack stack--close" id="talks" aria-labelledby="talks-title">
            <h2 id="talks-title">{t!(talk.about_mine)}</h2>
            <ul class="posts">
                <For each=move || talks.get() key=|talk| talk.id.0 let:talk>{card(&talk, false)}</For>
            </ul>
            {more}
        </section>
    };
    Some(section.into_any())
}
