//! What others have found near what I have lost, or the other way round.

use domain::notice::{NoticeKind, NoticeView};
use leptos::prelude::*;

use crate::session::Member;
use crate::ui::NoticeCard;

/// On the page of one's own notice.
pub fn section(member: &Member, kind: NoticeKind, alike: Vec<NoticeView>) -> AnyView {
    let title = match kind {
        NoticeKind::LostAnimal => t!(notice_post.alike_lost_animal),
        NoticeKind::FoundAnimal => t!(notice_post.alike_found_animal),
        NoticeKind::FoundObject => t!(notice_post.alike_found_object),
        _ => t!(notice_post.alike_lost_object),
    };
    let cards: Vec<AnyView> = alike
        .into_iter()
        .map(|notice| view! { <li><NoticeCard notice=notice member=member.clone()/></li> }.into_any())
        .collect();
    view! {
        <section class="stack stack--close" id="alike" aria-labelledby="alike-title">
            <h2 id="alike-title">{title}</h2>
            <p class="hint">{t!(notice_post.alike_hint)}</p>
            <ul class="posts">{cards}</ul>
        </section>
    }
    .into_any()
}
