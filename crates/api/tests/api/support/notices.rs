//! Notices, as the tests post them.

use domain::circle::Circle;
use domain::notice::{NewNotice, NoticeKind, NoticeView, Radius, Seen};
use domain::text::{Body, Title};

use super::{Person, key};

/// A notice that reaches the whole office.
pub fn notice(kind: NoticeKind, title: &str) -> NewNotice {
    NewNotice {
        kind,
        title: Title::parse(title).expect("a title"),
        text: Body::parse(format!("Plus sur : {title}")).expect("a text"),
        circle: Circle::Office,
        seen: None,
    }
}

/// Somewhere around the home of somebody.
pub fn seen_near(person: &Person, radius_m: u16) -> Seen {
    Seen { residence: person.me.residence.id, radius_m: Radius::parse(radius_m).expect("a radius"), at: None }
}

impl Person {
    /// Posts a notice.
    pub async fn tell(&self, new: &NewNotice) -> NoticeView {
        self.client.create_notice(new, &key()).await.expect("the notice is posted")
    }
}
