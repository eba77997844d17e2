//! What she says, to one and to several, and what others say to her.

use domain::conversation::{MessageKind, NewConversation, NewMessage, ThingKind};
use domain::id::BarterId;
use domain::text::MessageText;

use super::life::{Canary, uses};
use crate::support::{Person, Three, about, say, to_author, to_everybody, unique};

impl Canary {
    fn key(&self) -> String {
        format!("{}-{}", self.word, unique())
    }

    fn message(&self, kind: MessageKind) -> NewMessage {
        let text = format!("{} au {}", self.word, unique());
        NewMessage { kind, text: MessageText::parse(text).expect("a message") }
    }

    /// Talks about a post of somebody else's and about one of her own.
    pub async fn talk(&mut self, other: &Person) {
        let person = self.person.clone();
        let canary = self;
        let his = other.post(&other.services.offer("Jardinage")).await;
        let new = to_author(about(ThingKind::Offer, his.id.0), &format!("Bonjour, ici {}", canary.word));
        let talk = uses!(canary, person.client => start_conversation(&new, &canary.key())).id;
        for kind in [MessageKind::Text, MessageKind::Contact] {
            uses!(canary, person.client => send_message(talk, &canary.message(kind), &canary.key()));
        }
        let sent =
            uses!(canary, person.client => send_message(talk, &canary.message(MessageKind::Text), &canary.key()));
        uses!(canary, person.client => take_message_back(talk, sent.id));
        let answer = say(&other.client, talk, "Bonsoir").await.expect("answered");
        uses!(canary, person.client => read_conversation(talk, answer.id));
        uses!(canary, person.client => mute_conversation(talk, true));
        uses!(canary, person.client => list_conversations(None, None));
        uses!(canary, person.client => get_conversation(talk));
        let read = uses!(canary, person.client => list_messages(talk, None, None));
        assert_eq!(read.items.len(), 5);
        let mut page = uses!(canary, person.client => stream(Some(answer.id)));
        page.next().await.expect("what is not read").expect("the page is open");
        canary.answer(other).await;
    }

    /// Answers somebody who writes about a post of hers.
    async fn answer(&mut self, other: &Person) {
        let person = self.person.clone();
        let post = person.post(&person.services.offer(&format!("{} répond", self.word))).await;
        self.ids.push(post.id.to_string());
        let talk = other.start(&to_author(about(ThingKind::Offer, post.id.0), "C'est encore libre ?")).await.id;
        say(&person.client, talk, &format!("Oui, dit {}", self.word)).await.expect("answered");
        let barter = other.take(&post, &person).await.expect("agreed");
        let about_it: NewConversation = to_everybody(about(ThingKind::Barter, barter.id.0), &self.word);
        person.start(&about_it).await;
    }

    /// Says a word to the two others of a ring.
    pub(super) async fn talk_among_three(&mut self, three: &Three, ring: BarterId) {
        let talk = three.luc.start(&to_everybody(about(ThingKind::Barter, ring.0), "Bonjour")).await.id;
        self.person.say(talk, &format!("Bonjour de {}", self.word)).await;
    }
}
