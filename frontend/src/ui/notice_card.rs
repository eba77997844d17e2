//! A notice on a list.

use domain::notice::{NoticeKind, NoticeState, NoticeView, PhotoSize};
use leptos::prelude::*;

use super::Photo;
use super::mark::PersonLine;
use crate::session::Member;
use crate::{paths, words};

fn picture(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::LostAnimal => "🐈",
        NoticeKind::FoundAnimal => "🐾",
        NoticeKind::LostObject => "🔑",
        NoticeKind::FoundObject => "🧤",
        NoticeKind::Question => "❓",
        NoticeKind::News => "📣",
        NoticeKind::Trouble => "🔧",
        NoticeKind::Thanks => "💛",
    }
}

/// What a kind looks like; words always stand beside it.
fn tint(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::LostAnimal | NoticeKind::LostObject => "lost",
        NoticeKind::FoundAnimal | NoticeKind::FoundObject => "found",
        NoticeKind::Trouble => "want",
        NoticeKind::Thanks => "thanks",
        NoticeKind::Question | NoticeKind::News => "plain",
    }
}

/// The picture of a kind, in its tinted square.
#[component]
pub fn Sign(kind: NoticeKind, #[prop(optional)] large: bool) -> AnyView {
    let size = if large { " post__sign--large" } else { "" };
    view! { <span class=format!("post__sign post__sign--{}{size}", tint(kind)) aria-hidden="true">{picture(kind)}</span> }
        .into_any()
}

/// The banner of a good end.
#[component]
pub fn Resolved(kind: NoticeKind) -> AnyView {
    view! { <p class="post__end"><span aria-hidden="true">"✓ "</span>{words::notice_resolved(kind)}</p> }.into_any()
}

/// A notice, as a card that leads to it.
#[component]
pub fn NoticeCard(
    notice: NoticeView,
    member: Member,
    /// Stands below in the place of what others would want to know.
    #[prop(optional)]
    below: Option<AnyView>,
) -> AnyView {
    let kind = notice.kind;
    let own = notice.author.id == member.me.id;
    let meta = (!own).then(|| {
        // Where it was seen says more than where its author lives, and one place is enough on a card.
        let whereabouts =
            notice.seen.is_none().then(|| words::whereabouts(&notice.residence, notice.distance_m, &member));
        view! { <p class="post__meta"><PersonLine person=notice.author.clone()/><span>{whereabouts}</span></p> }
    });
    let seen = notice.seen.as_ref().map(|seen| {
        view! { <p class="post__seen" dir="auto"><span aria-hidden="true">"📍 "</span>{words::seen(kind, seen, &member)}</p> }
    });
    let resolved = (notice.state == NoticeState::Resolved).then(|| view! { <Resolved kind=kind/> });
    let sign = match notice.photo {
        Some(photo) => {
            let src = paths::notice_photo(notice.id, photo.id, PhotoSize::Small);
            view! { <Photo src=src alt="" class="post__photo" width=photo.width height=photo.height lazy=true/> }
                .into_any()
        }
        None => view! { <Sign kind=kind/> }.into_any(),
    };
    let class = if notice.photo.is_some() { "post post--photo" } else { "post" };
    let icon = notice.photo.map(|_| view! { <span aria-hidden="true">{picture(kind)}" "</span> });
    view! {
        <article class=class>
            {sign}
            <div class="grow">
                <p class=format!("post__kind post__kind--{}", tint(kind))>{icon}{words::notice_kind(kind)}</p>
                <h2 class="post__title"><a href=paths::notice(notice.id) dir="auto">{notice.title.to_string()}</a></h2>
                {meta}
                {below.unwrap_or_else(|| view! { {seen}{resolved} }.into_any())}
            </div>
        </article>
    }
    .into_any()
}
