//! What neighbours have said to each other, and what there is to see of it.

use domain::conversation::{
    ConversationView, ConversationWith, MessageKind, MessageView, NewConversation, NewMessage, ThingKind, ThingRef,
};
use domain::offer::OfferView;
use domain::text::MessageText;
use serde_json::json;

use crate::hand::What;
use crate::street::sign_in;
use crate::support::{Person, Place, Toit, key, offer_leg};
use crate::tab::Tab;

fn text(words: &str) -> MessageText {
    MessageText::parse(words).expect("a message")
}

/// The first word to whoever has posted an offer.
pub async fn ask(person: &Person, offer: &OfferView, words: &str) -> ConversationView {
    let about = ThingRef { kind: ThingKind::Offer, id: offer.id.0 };
    let new = NewConversation { about, with: ConversationWith::Author, text: text(words) };
    person.client.start_conversation(&new, &key()).await.expect("a conversation")
}

/// One more message.
pub async fn say(person: &Person, talk: &ConversationView, words: &str) -> MessageView {
    let new = NewMessage { kind: MessageKind::Text, text: text(words) };
    person.client.send_message(talk.id, &new, &key()).await.expect("a message")
}

/// What is said on the page, the oldest first.
pub async fn bubbles(tab: &Tab) -> Vec<String> {
    let script = "return [...document.querySelectorAll('.bubble__body')].map((e) => e.innerText.trim());";
    serde_json::from_value(tab.run(script).await).expect("a list of messages")
}

/// The message stands on the page, and has arrived.
pub async fn waits_for_bubble(tab: &Tab, words: &str) {
    let script = format!(
        "return [...document.querySelectorAll('.bubble:not(.bubble--unsent) .bubble__body')].some((e) => e.innerText.trim() === {});",
        json!(words)
    );
    tab.wait(&format!("the message {words:?}"), &script).await;
}

/// Writes and sends, and sees it arrive.
pub async fn write(tab: &Tab, words: &str) {
    tab.fill("text", words).await;
    tab.press(What::Submit).await;
    waits_for_bubble(tab, words).await;
}

/// Zoé's conversations, in all states that look different, and her news.
pub struct Talked {
    zoe: Person,
    alone: Person,
    talk: ConversationView,
    own: MessageView,
    closed: ConversationView,
    theirs: OfferView,
}

impl Talked {
    pub async fn set(toit: &Toit) -> Self {
        let (zoe, luc) = (toit.neighbour("Zoé", Place::B).await, toit.neighbour("Luc", Place::B).await);
        let alone = toit.neighbour("Odile", Place::B).await;
        let theirs = luc.post(&luc.services.offer("Un coup de main pour porter des meubles lourds le samedi")).await;
        let talk = ask(&zoe, &theirs, "Bonjour Luc !\nEst-ce que samedi prochain irait aussi ?").await;
        say(&luc, &talk, "Oui, bien sûr. À quelle heure ?").await;
        say(&luc, &talk, "C'est un canapé ?").await;
        let own = say(&zoe, &talk, "Une armoire, deux mètres sur un. Quatrième étage sans ascenseur, désolée…").await;
        let regretted = say(&zoe, &talk, "Je le regrette").await;
        zoe.client.take_message_back(talk.id, regretted.id).await.expect("her own message");
        let number = NewMessage { kind: MessageKind::Contact, text: text("06 12 34 56 78") };
        luc.client.send_message(talk.id, &number, &key()).await.expect("his number");
        say(&luc, &talk, "https://exemple.example/une-adresse-tres-longue-sans-aucun-espace-pour-la-couper").await;

        let gone = toit.neighbour("Ines", Place::B).await;
        let hers = gone.post(&gone.services.offer("Des boutures de géranium")).await;
        let closed = ask(&zoe, &hers, "Encore là ?").await;
        say(&gone, &closed, "Oui !").await;
        gone.leave(toit).await;

        let own_offer = zoe.post(&zoe.services.offer("Arroser vos plantes")).await;
        luc.propose(vec![offer_leg(&zoe, &luc, &own_offer)]).await;
        Self { zoe, alone, talk, own, closed, theirs }
    }
}

/// Goes through all of it, signed out at first and at the end.
pub async fn walk(talked: &Talked, tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    sign_in(tab, &talked.alone, "/conversations").await;
    tab.arrive("conversations").await;
    look(tab, "conversations-empty").await;
    tab.open_at("/nouvelles", "news").await;
    look(tab, "news-empty").await;
    sign_out(tab).await;

    sign_in(tab, &talked.zoe, "/conversations").await;
    tab.arrive("conversations").await;
    look(tab, "conversations").await;
    tab.open_at("/nouvelles", "news").await;
    look(tab, "news").await;
    let talk = format!("/conversations/{}", talked.talk.id);
    tab.open_at(&talk, "conversation").await;
    tab.fill("text", "Mon numéro est le 06 12 34 56 78").await;
    tab.says(&tab.word("talk.note_contact")).await;
    look(tab, "conversation").await;
    tab.open_at(&format!("{talk}/donner-mon-numero"), "talk-contact").await;
    look(tab, "talk-contact").await;
    tab.open_at(&format!("{talk}/messages/{}", talked.own.id), "confirm").await;
    look(tab, "talk-take-back").await;
    tab.open_at(&format!("/conversations/{}", talked.closed.id), "conversation").await;
    tab.says(&tab.word("talk.closed")).await;
    look(tab, "conversation-closed").await;
    sign_out(tab).await;

    sign_in(tab, &talked.alone, &format!("/conversations/nouvelle/annonce/{}", talked.theirs.id)).await;
    tab.arrive("talk-new").await;
    tab.press(What::Submit).await;
    tab.wait("the list of errors", "return document.getElementById('summary') !== null;").await;
    look(tab, "talk-new").await;
    sign_out(tab).await;
}

async fn sign_out(tab: &Tab) {
    tab.open_at("/moi", "me").await;
    tab.press(What::Id("sign-out")).await;
    tab.arrive("welcome").await;
}
