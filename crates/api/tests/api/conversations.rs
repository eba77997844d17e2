//! Conversations: about something, between two people or among the people of a thing.

use api::clock::Clock;
use api::store::conversations;
use chrono::TimeDelta;
use client::Error;
use domain::conversation::{ConversationWith, MAX_UNREAD, MessageKind, NewMessage, ThingKind, ThingRef};
use domain::id::{ConversationId, MessageId};
use domain::leaving::LeaveWhen;
use domain::offer::OfferView;
use domain::page::Page;
use domain::problem::{FieldCode, ProblemCode};
use uuid::Uuid;

use crate::support::{
    Person, Place, Three, Toit, about, code_of, key, on_both_databases, refused_value, text, to_author, to_everybody,
};

on_both_databases!(
    a_reply_to_an_offer_is_between_the_two,
    whoever_writes_again_about_the_same_thing_goes_on_where_she_was,
    nobody_writes_to_herself_nor_about_what_she_may_not_know,
    each_thing_has_those_to_talk_to_whom_it_has,
    a_conversation_goes_on_when_the_post_is_closed_and_none_begins,
    the_people_of_a_barter_talk_from_the_proposal_on,
    a_ring_talks_once_all_have_said_yes,
    the_same_key_writes_one_message,
    what_is_taken_back_is_gone_for_everybody,
    a_way_to_be_reached_is_one_short_line,
    unread_messages_are_those_of_others_after_the_last_one_read,
    no_message_hides_behind_one_that_was_read_before_it_came,
    lists_of_conversations_and_messages_go_on_page_by_page,
    many_who_begin_at_once_find_themselves_in_one_conversation,
);

pub async fn two(toit: &Toit) -> (Person, Person, OfferView) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    (awa, samir, offer)
}

pub fn offer(offer: &OfferView) -> ThingRef {
    about(ThingKind::Offer, offer.id.0)
}

async fn a_reply_to_an_offer_is_between_the_two(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let stranger = toit.neighbour("Emma", Place::A).await;
    let begun = samir.start(&to_author(offer(&post), "Bonjour, c'est encore libre ?")).await;
    assert_eq!((begun.with, begun.about.kind, begun.about.id), (ConversationWith::Author, ThingKind::Offer, post.id.0));
    assert_eq!(begun.about.title.as_deref(), Some("Lecture"));
    assert_eq!((begun.people.len(), begun.others, begun.unread), (1, 1, 0));
    assert_eq!((begun.people[0].id, begun.may_write, begun.muted), (awa.id(), true, false));
    assert!(begun.last.expect("his words").mine);
    let hers = awa.client.list_conversations(None, None).await.expect("hers").items.remove(0);
    assert_eq!((hers.id, hers.unread, hers.people[0].id), (begun.id, 1, samir.id()));
    let last = hers.last.expect("his words");
    assert_eq!((last.mine, last.author.expect("he").id), (false, samir.id()));
    let answer = awa.say(begun.id, "Oui !\nSamedi ?").await;
    assert!(answer.mine && answer.author.is_some_and(|a| a.id == awa.id()));
    assert_eq!(samir.reads(begun.id).await, ["Bonjour, c'est encore libre ?", "Oui !\nSamedi ?"]);
    let client = &stranger.client;
    for refused in [
        client.get_conversation(begun.id).await.map(drop),
        client.list_messages(begun.id, None, None).await.map(drop),
        stranger.try_say(begun.id, "Moi aussi").await.map(drop),
        client.read_conversation(begun.id, answer.id).await,
        client.mute_conversation(begun.id, true).await,
        client.take_message_back(begun.id, answer.id).await,
    ] {
        assert_eq!(code_of(refused), ProblemCode::NotFound);
    }
    assert!(client.list_conversations(None, None).await.expect("none").items.is_empty());
}

async fn whoever_writes_again_about_the_same_thing_goes_on_where_she_was(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let first = samir.start(&to_author(offer(&post), "un")).await;
    let again = samir.start(&to_author(offer(&post), "deux")).await;
    assert_eq!(first.id, again.id);
    let other = emma.start(&to_author(offer(&post), "trois")).await;
    assert_ne!(other.id, first.id, "each has her own with the author");
    assert_eq!(awa.reads(first.id).await, ["un", "deux"]);
    assert_eq!(awa.reads(other.id).await, ["trois"]);
    let about = awa.client.list_conversations(Some(offer(&post)), None).await.expect("hers").items;
    assert_eq!(about.iter().map(|c| c.id).collect::<Vec<_>>(), [other.id, first.id]);
    let elsewhere = ThingRef { id: Uuid::nil(), ..offer(&post) };
    assert!(awa.client.list_conversations(Some(elsewhere), None).await.expect("none").items.is_empty());
}

async fn nobody_writes_to_herself_nor_about_what_she_may_not_know(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let start = async |who: &Person, thing| who.client.start_conversation(&to_author(thing, "Bonjour"), &key()).await;
    assert_eq!(code_of(start(&awa, offer(&post)).await), ProblemCode::NotNow);
    let elif = toit.neighbour("Elif", Place::E).await;
    assert_eq!(code_of(start(&elif, offer(&post)).await), ProblemCode::NotFound);
    for kind in [ThingKind::Offer, ThingKind::Notice, ThingKind::Event] {
        assert_eq!(code_of(start(&samir, about(kind, Uuid::nil())).await), ProblemCode::NotFound, "{kind:?}");
    }
    samir.post(&samir.services.offer("Bricolage")).await;
    awa.client.block_neighbour(samir.id()).await.expect("blocked");
    assert_eq!(code_of(start(&samir, offer(&post)).await), ProblemCode::NotFound);
    assert_eq!(toit.count("conversations").await, 0);
}

async fn each_thing_has_those_to_talk_to_whom_it_has(toit: &Toit) {
    let (_, samir, post) = two(toit).await;
    let start = async |new| refused_value(samir.client.start_conversation(&new, &key()).await);
    let with = ("/with".to_owned(), FieldCode::UnknownValue);
    assert_eq!(start(to_everybody(offer(&post), "a")).await, with);
    assert_eq!(start(to_everybody(about(ThingKind::Notice, post.id.0), "a")).await, with);
    assert_eq!(start(to_author(about(ThingKind::Barter, post.id.0), "a")).await, with);
    let of_talk = to_author(about(ThingKind::Conversation, post.id.0), "a");
    assert_eq!(start(of_talk).await, ("/about/kind".to_owned(), FieldCode::UnknownValue));
}

async fn a_conversation_goes_on_when_the_post_is_closed_and_none_begins(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let talk = samir.start(&to_author(offer(&post), "un")).await.id;
    awa.client.close_offer(post.id).await.expect("closed");
    assert_eq!(samir.start(&to_author(offer(&post), "deux")).await.id, talk);
    awa.say(talk, "trois").await;
    let new = to_author(offer(&post), "Bonjour");
    assert_eq!(code_of(emma.client.start_conversation(&new, &key()).await), ProblemCode::NotFound);
    assert_eq!(code_of(awa.client.start_conversation(&new, &key()).await), ProblemCode::NotNow);
    assert_eq!(samir.reads(talk).await, ["un", "deux", "trois"]);
}

async fn the_people_of_a_barter_talk_from_the_proposal_on(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let barter = samir.propose(vec![crate::support::offer_leg(&awa, &samir, &post)]).await;
    let thing = about(ThingKind::Barter, barter.id.0);
    let talk = awa.start(&to_everybody(thing, "Plutôt dimanche ?")).await;
    assert_eq!((talk.people[0].id, talk.others), (samir.id(), 1));
    assert_eq!(talk.about.title.as_deref(), Some("Lecture"));
    assert_eq!(samir.start(&to_everybody(thing, "D'accord")).await.id, talk.id, "one for all");
    assert_eq!(awa.reads(talk.id).await, ["Plutôt dimanche ?", "D'accord"]);
    let start = emma.client.start_conversation(&to_everybody(thing, "Et moi ?"), &key()).await;
    assert_eq!(code_of(start), ProblemCode::NotFound);
    let offer = awa.post(&awa.services.offer("Couture")).await;
    let refused = samir.propose(vec![crate::support::offer_leg(&awa, &samir, &offer)]).await;
    awa.client.decline_barter(refused.id).await.expect("declined");
    let over = to_everybody(about(ThingKind::Barter, refused.id.0), "Dommage");
    assert_eq!(code_of(samir.client.start_conversation(&over, &key()).await), ProblemCode::NotNow);
}

async fn a_ring_talks_once_all_have_said_yes(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let waits = three.proposed().await;
    let hello = to_everybody(about(ThingKind::Barter, waits.id.0), "Bonjour à tous");
    let start = async || three.luc.client.start_conversation(&hello, &key()).await;
    assert_eq!(code_of(start().await), ProblemCode::NotNow, "nobody learns who the others are");
    for person in [&three.luc, &three.nour] {
        person.client.consent_to_barter(waits.id, 1).await.expect("agreed");
    }
    let talk = start().await.expect("they talk");
    assert_eq!((talk.people.len(), talk.others), (2, 2));
    assert_eq!(three.nour.reads(talk.id).await, ["Bonjour à tous"]);
}

async fn the_same_key_writes_one_message(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let (new, once) = (to_author(offer(&post), "Bonjour"), key());
    let talk = samir.client.start_conversation(&new, &once).await.expect("begun").id;
    assert_eq!(samir.client.start_conversation(&new, &once).await.expect("the same").id, talk);
    let other = to_author(offer(&post), "Bonsoir");
    assert_eq!(code_of(samir.client.start_conversation(&other, &once).await), ProblemCode::IdempotencyKeyReused);
    let (message, once) = (NewMessage { kind: MessageKind::Text, text: text("Alors ?") }, key());
    let send = async |id, message: &NewMessage| samir.client.send_message(id, message, &once).await;
    let sent = send(talk, &message).await.expect("sent");
    assert_eq!(send(talk, &message).await.expect("the same").id, sent.id);
    let changed = NewMessage { text: text("Eh bien ?"), ..message.clone() };
    assert_eq!(code_of(send(talk, &changed).await), ProblemCode::IdempotencyKeyReused);
    let couture = awa.post(&awa.services.offer("Couture")).await;
    let elsewhere = samir.start(&to_author(offer(&couture), "Ici aussi")).await.id;
    assert_eq!(code_of(send(elsewhere, &message).await), ProblemCode::IdempotencyKeyReused, "elsewhere it is another");
    assert_eq!(awa.reads(talk).await, ["Bonjour", "Alors ?"]);
}

async fn what_is_taken_back_is_gone_for_everybody(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start(&to_author(offer(&post), "Bonjour")).await.id;
    let sent = samir.say(talk, "une bêtise").await;
    assert_eq!(code_of(awa.client.take_message_back(talk, sent.id).await), ProblemCode::NotYours);
    for _ in 0..2 {
        samir.client.take_message_back(talk, sent.id).await.expect("taken back, also twice");
    }
    assert_eq!(awa.reads(talk).await, ["Bonjour", "-"]);
    let last = awa.talk(talk).await.last.expect("what is left");
    assert_eq!((last.id, last.kind, last.text), (sent.id, MessageKind::Gone, None));
    assert_eq!(last.author.expect("he is still there").id, samir.id());
    assert_eq!(awa.talk(talk).await.unread, 1, "what is gone waits for nobody");
    assert_eq!(toit.count("messages WHERE text LIKE '%bêtise%'").await, 0);
    let nowhere = MessageId(Uuid::nil());
    assert_eq!(code_of(samir.client.take_message_back(talk, nowhere).await), ProblemCode::NotFound);
    let couture = awa.post(&awa.services.offer("Couture")).await;
    let other = samir.start(&to_author(offer(&couture), "Ici aussi")).await.id;
    assert_eq!(code_of(samir.client.take_message_back(other, sent.id).await), ProblemCode::NotFound);
}

async fn a_way_to_be_reached_is_one_short_line(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start(&to_author(offer(&post), "Bonjour")).await.id;
    let send = async |kind, words: &str| {
        samir.client.send_message(talk, &NewMessage { kind, text: text(words) }, &key()).await
    };
    let number = send(MessageKind::Contact, "06 12 34 56 78").await.expect("given");
    assert_eq!(number.kind, MessageKind::Contact);
    assert_eq!(awa.talk(talk).await.last.expect("the number").kind, MessageKind::Contact);
    let lines = send(MessageKind::Contact, "06 12\n34 56").await;
    assert_eq!(refused_value(lines), ("/text".to_owned(), FieldCode::ControlCharacter));
    let long = send(MessageKind::Contact, &"1".repeat(121)).await;
    assert_eq!(refused_value(long), ("/text".to_owned(), FieldCode::TooLong));
    let gone = send(MessageKind::Gone, "plus rien").await;
    assert_eq!(refused_value(gone), ("/kind".to_owned(), FieldCode::UnknownValue));
    let raw = samir.raw().post(&format!("/conversations/{talk}/messages"), r#"{"kind":"text","text":" "}"#).await;
    raw.invalid("/text", FieldCode::Required);
    assert_eq!(awa.reads(talk).await.len(), 2);
}

async fn unread_messages_are_those_of_others_after_the_last_one_read(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start(&to_author(offer(&post), "un")).await.id;
    let second = samir.say(talk, "deux").await;
    let unread = async |who: &Person| who.talk(talk).await.unread;
    let waiting = async |who: &Person| who.client.get_unread().await.expect("hers").conversations;
    assert_eq!((unread(&awa).await, unread(&samir).await), (2, 0));
    assert_eq!((waiting(&awa).await, waiting(&samir).await), (1, 0));
    awa.say(talk, "trois").await;
    assert_eq!(unread(&awa).await, 2, "answering is not reading");
    awa.client.read_conversation(talk, second.id).await.expect("read");
    assert_eq!((unread(&awa).await, unread(&samir).await, waiting(&awa).await), (0, 1, 0));
    let fourth = samir.say(talk, "quatre").await;
    awa.client.read_conversation(talk, second.id).await.expect("an older one changes nothing");
    assert_eq!(unread(&awa).await, 1);
    awa.client.mute_conversation(talk, true).await.expect("muted");
    assert_eq!((unread(&awa).await, waiting(&awa).await, awa.talk(talk).await.muted), (1, 0, true));
    awa.client.mute_conversation(talk, false).await.expect("word again");
    assert_eq!(waiting(&awa).await, 1);
    awa.client.read_conversation(talk, fourth.id).await.expect("read");
    let last = awa.say(talk, "cinq").await;
    assert_eq!(unread(&awa).await, 0, "her own words are no news to her");
    samir.client.read_conversation(talk, last.id).await.expect("read");
    assert_eq!(code_of(awa.client.read_conversation(talk, MessageId(Uuid::max())).await), ProblemCode::NotFound);
    for _ in 0..=MAX_UNREAD {
        samir.say(talk, "encore").await;
    }
    assert_eq!(unread(&awa).await, MAX_UNREAD);
}

async fn no_message_hides_behind_one_that_was_read_before_it_came(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start(&to_author(offer(&post), "un")).await.id;
    let read = samir.say(talk, "deux").await;
    awa.client.read_conversation(talk, read.id).await.expect("read");
    // The next one comes through a server whose clock is behind.
    let behind = Clock::by_hand(toit.now() - TimeDelta::seconds(30));
    let tx = toit.app().store.begin().await.expect("a transaction");
    let words = (MessageKind::Text, &text("trois"));
    let late = conversations::say(&tx, talk, samir.id(), words, behind.id(), behind.now()).await.expect("written");
    tx.commit().await.expect("kept");
    assert!(late > read.id, "{late} and {}", read.id);
    assert_eq!(awa.talk(talk).await.unread, 1);
    assert_eq!(awa.reads(talk).await, ["un", "deux", "trois"]);
    let last = awa.talk(talk).await;
    assert_eq!(
        (last.last.expect("it").at, last.updated_at),
        (behind.now(), toit.now()),
        "lists do not go back in time"
    );
}

async fn lists_of_conversations_and_messages_go_on_page_by_page(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let mut talks: Vec<ConversationId> = Vec::new();
    for n in 0..5 {
        let other = awa.post(&awa.services.offer(&format!("annonce {n}"))).await;
        talks.push(samir.start(&to_author(offer(&other), "Bonjour")).await.id);
    }
    // All of one moment: their order is that of their ids.
    talks.reverse();
    toit.clock.advance(TimeDelta::seconds(1));
    talks.insert(0, samir.start(&to_author(offer(&post), "0")).await.id);
    let (mut seen, mut after) = (Vec::new(), None::<String>);
    loop {
        let query = after.map(|a| format!("&after={a}")).unwrap_or_default();
        let page = awa.raw().get(&format!("/conversations?limit=2{query}")).await.ok();
        let page: Page<domain::conversation::ConversationView> = serde_json::from_value(page).expect("a page");
        seen.extend(page.items.iter().map(|c| c.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, talks);
    for n in 1..25 {
        awa.say(talks[0], &n.to_string()).await;
    }
    let first = samir.client.list_messages(talks[0], None, None).await.expect("the newest");
    assert_eq!((first.items.len(), first.items[0].text.clone()), (20, Some(text("24"))));
    let after: MessageId = first.next.expect("there are more").parse().expect("an id");
    let second = samir.client.list_messages(talks[0], Some(after), Some(5)).await.expect("the oldest");
    assert_eq!((second.items.len(), second.next), (5, None));
    assert_eq!(second.items[4].text, Some(text("0")));
    for (query, pointer, code) in [
        ("after=hier", "?after", FieldCode::WrongForm),
        ("limit=0", "?limit", FieldCode::OutOfRange),
        ("about_kind=offer", "?about_id", FieldCode::Required),
        ("about_id=00000000-0000-0000-0000-000000000000", "?about_kind", FieldCode::Required),
    ] {
        awa.raw().get(&format!("/conversations?{query}")).await.invalid(pointer, code);
    }
}

async fn many_who_begin_at_once_find_themselves_in_one_conversation(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let barter = samir.propose(vec![crate::support::offer_leg(&awa, &samir, &post)]).await;
    let thing = about(ThingKind::Barter, barter.id.0);
    let tasks: Vec<_> = (0..12)
        .map(|n| {
            let client = if n % 2 == 0 { awa.client.clone() } else { samir.client.clone() };
            let new = to_everybody(thing, &n.to_string());
            tokio::spawn(async move { client.start_conversation(&new, &key()).await })
        })
        .collect();
    let mut talks = std::collections::BTreeSet::new();
    for task in tasks {
        let begun: Result<_, Error> = task.await.expect("no panic");
        talks.insert(begun.expect("begun").id.0);
    }
    assert_eq!((talks.len(), toit.count("conversations").await), (1, 1));
    let id = ConversationId(*talks.first().expect("one"));
    let mut said = awa.reads(id).await;
    said.sort_by_key(|n| n.parse::<u32>().expect("a number"));
    assert_eq!(said, (0..12).map(|n: u32| n.to_string()).collect::<Vec<_>>());
}

/// Leaves at once, and is erased.
pub async fn leaves(toit: &Toit, who: &Person) {
    who.ask_to_leave(LeaveWhen::Now).await;
    toit.tick().await.expect("erased");
}
