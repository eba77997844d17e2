//! One's notices.

use domain::notice::{NoticeView, SeenView};
use domain::tenant::Language;

use super::page::Page;
use super::words;

pub(super) fn notices(page: &mut Page) {
    let export = page.export;
    if export.notices.is_empty() {
        page.paragraph(page.say(["Aucun avis.", "No notice."]));
    }
    for notice in &export.notices {
        let seen = notice.seen.as_ref();
        let rows = [
            (["Sorte", "Kind"], Some(page.say(words::notice_kind(notice.kind)).to_owned())),
            (["Texte", "Text"], Some(notice.text.to_string())),
            (["Autour de quel endroit", "Around which place"], seen.map(|s| around(page, s))),
            (["Vu quand", "Seen when"], seen.and_then(|s| s.at).map(|at| page.moment(at))),
            (["La photo", "The photo"], notice.photo.map(|_| format!("photos/{}.jpg", notice.id))),
            (["Jusqu'où", "How far"], Some(page.say(words::circle(notice.circle)).to_owned())),
            (["État", "State"], Some(page.say(words::notice_state(notice.state, notice.kind)).to_owned())),
            (["Publié le", "Posted on"], Some(page.moment(notice.created_at))),
            (["Jusqu'au", "Until"], Some(page.day(notice.expires_at))),
            (["Fini le", "Ended well on"], notice.resolved_at.map(|at| page.moment(at))),
            (["Combien de fois encore", "How often it can go on"], renewals(notice)),
        ];
        page.article(notice.title.as_str(), rows);
    }
}

fn around(page: &Page, seen: &SeenView) -> String {
    let (place, metres) = (&seen.residence.name, seen.radius_m.get());
    match page.language {
        Language::Fr => format!("{place}, à {metres} m"),
        Language::En => format!("{place}, within {metres} m"),
    }
}

fn renewals(notice: &NoticeView) -> Option<String> {
    notice.renewals_left.map(|n| n.to_string())
}
