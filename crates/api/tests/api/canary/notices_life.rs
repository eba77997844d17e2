//! Her notices and their photos.

use chrono::TimeDelta;
use domain::notice::{EditNotice, NewNotice, NoticeKind, NoticeView, PhotoSize, Seen};
use domain::text::{Body, Title};

use super::life::{Canary, uses};
use crate::support::pictures::{of_a_telephone, png};
use crate::support::{Person, Toit, notice, seen_near, unique};

impl Canary {
    async fn tell_of(&mut self, kind: NoticeKind, seen: Option<Seen>) -> NoticeView {
        let words = self.words();
        let new = NewNotice {
            text: Body::parse(format!("Il s'appelle {words}.")).expect("a text"),
            seen,
            ..notice(kind, &words)
        };
        let person = self.person.clone();
        let told = uses!(self, person.client => create_notice(&new, &format!("{}-{}", self.word, unique())));
        self.ids.push(told.id.to_string());
        told
    }

    async fn show(&mut self, told: &NoticeView, file: Vec<u8>) {
        let person = self.person.clone();
        let with = uses!(self, person.client => put_notice_photo(told.id, file));
        self.ids.push(with.photo.expect("a photo").id.to_string());
    }

    /// Posts notices with photos that are full of her word, and does with them all that can be done.
    pub async fn notice_everything(&mut self, toit: &Toit, other: &Person) {
        let person = self.person.clone();
        let seen = Seen { at: Some(toit.now() - TimeDelta::hours(3)), ..seen_near(other, 300) };
        let cat = self.tell_of(NoticeKind::LostAnimal, Some(seen)).await;
        self.show(&cat, of_a_telephone(900, 600, &self.word)).await;
        self.show(&cat, png(900, 600, &self.word)).await;
        let canary = self;
        uses!(canary, person.client => get_notice(cat.id));
        uses!(canary, person.client => list_notices(None, None));
        uses!(canary, person.client => get_notice_photo(cat.id, PhotoSize::Small));
        let edit = EditNotice { title: Title::parse(canary.words()).ok(), ..EditNotice::default() };
        let version = person.client.get_notice(cat.id).await.expect("hers").version;
        uses!(canary, person.client => edit_notice(cat.id, version, &edit));
        uses!(canary, person.client => renew_notice(cat.id));
        // Each is told of the other's.
        other.tell(&notice(NoticeKind::FoundAnimal, "Un chat roux")).await;
        assert_eq!(uses!(canary, person.client => list_alike_notices(cat.id)).items.len(), 1);
        assert!(canary.is_seen_with_her_photo(other, &cat).await);
        for kind in [NoticeKind::Question, NoticeKind::Trouble, NoticeKind::Thanks] {
            canary.tell_of(kind, None).await;
        }
        let resolved = canary.tell_of(NoticeKind::LostObject, None).await;
        canary.show(&resolved, of_a_telephone(40, 30, &canary.word)).await;
        uses!(canary, person.client => resolve_notice(resolved.id));
        let without = canary.tell_of(NoticeKind::News, None).await;
        canary.show(&without, png(40, 30, &canary.word)).await;
        uses!(canary, person.client => delete_notice_photo(without.id));
        let withdrawn = canary.tell_of(NoticeKind::News, None).await;
        canary.show(&withdrawn, png(40, 30, &canary.word)).await;
        uses!(canary, person.client => withdraw_notice(withdrawn.id));
    }

    async fn is_seen_with_her_photo(&self, other: &Person, cat: &NoticeView) -> bool {
        let seen = other.client.get_notice(cat.id).await.expect("it reaches the other");
        let photo = other.client.get_notice_photo(cat.id, PhotoSize::Large).await.expect("so does its photo");
        seen.title.as_str().contains(&self.word) && !photo.is_empty()
    }
}
