//! Those who come to an event talk about it.

use domain::conversation::{ConversationWith, MessageKind, NewMessage, ThingKind, ThingRef};
use domain::event::{Guests, NewAnswer, Reply};
use domain::id::{ConversationId, EventId};
use domain::leaving::LeaveWhen;
use domain::news::Live;
use domain::problem::ProblemCode;

use crate::square_events::{event, invite};
use crate::support::{Person, Place, Toit, about, code_of, key, on_both_databases, text, to_author, to_everybody};

on_both_databases!(
    hosts_and_those_who_come_talk_and_whoever_says_no_is_out,
    whoever_comes_later_reads_what_was_said,
    whoever_says_yes_while_they_begin_to_talk_is_among_them,
    a_question_to_the_host_is_between_the_two,
    about_an_event_that_was_called_off_no_conversation_begins,
    an_event_that_is_erased_is_talked_about_without_its_name,
    a_draft_is_told_to_open_pages_when_it_is_published_and_once,
    whoever_says_no_and_yes_again_finds_the_conversation_as_she_left_it,
    a_number_is_for_those_who_were_there_when_it_was_given,
    whoever_asked_the_author_can_ask_her_heir,
);

fn thing(id: EventId) -> ThingRef {
    about(ThingKind::Event, id.0)
}

async fn answers(person: &Person, id: EventId, answer: Reply) {
    let answer = NewAnswer { answer, guests: Guests::parse(0).expect("none"), date: None };
    person.client.answer_event(id, &answer).await.expect("answered");
}

async fn three(toit: &Toit) -> (Person, Person, Person, EventId) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let (samir, emma) = (toit.neighbour("Samir", Place::B).await, toit.neighbour("Emma", Place::A).await);
    let party = invite(&awa, &event(toit, "Fête des voisins")).await;
    (awa, samir, emma, party.id)
}

async fn hosts_and_those_who_come_talk_and_whoever_says_no_is_out(toit: &Toit) {
    let (awa, samir, emma, party) = three(toit).await;
    let elif = toit.neighbour("Elif", Place::E).await;
    let hello = to_everybody(thing(party), "Qui apporte les chaises ?");
    let start = async |who: &Person| who.client.start_conversation(&hello, &key()).await;
    assert_eq!(code_of(start(&awa).await), ProblemCode::NotNow, "nobody is there yet");
    assert_eq!(code_of(start(&elif).await), ProblemCode::NotFound);
    answers(&samir, party, Reply::Maybe).await;
    assert_eq!(code_of(start(&emma).await), ProblemCode::NotNow, "she has not answered");
    let talk = start(&awa).await.expect("they talk");
    assert_eq!(
        (talk.with, talk.others, talk.about.title.as_deref()),
        (ConversationWith::Everybody, 1, Some("Fête des voisins"))
    );
    samir.say(talk.id, "Moi").await;
    assert_eq!(code_of(start(&emma).await), ProblemCode::NotNow, "not now either that the others talk");
    assert_eq!(code_of(emma.client.get_conversation(talk.id).await), ProblemCode::NotFound);
    answers(&samir, party, Reply::Declined).await;
    assert_eq!(code_of(samir.client.get_conversation(talk.id).await), ProblemCode::NotFound);
    assert_eq!(awa.reads(talk.id).await, ["Qui apporte les chaises ?", "Moi"], "what he said stays");
    assert_eq!(code_of(awa.try_say(talk.id, "Toujours là ?").await), ProblemCode::NotNow);
}

async fn whoever_comes_later_reads_what_was_said(toit: &Toit) {
    let (awa, samir, emma, party) = three(toit).await;
    answers(&samir, party, Reply::Going).await;
    let talk = samir.start_heard(&to_everybody(thing(party), "J'apporte un gâteau")).await.id;
    answers(&emma, party, Reply::Going).await;
    assert_eq!(emma.reads(talk).await, ["J'apporte un gâteau"]);
    assert_eq!(emma.talk(talk).await.unread, 1);
    let mut page = emma.page().await;
    awa.say(talk, "Merci !").await;
    assert_eq!(page.words().await, "Merci !");
    answers(&emma, party, Reply::Maybe).await;
    assert_eq!(emma.talk(talk).await.others, 2, "once, whatever she answers");
    // Whoever no longer meets the host does not read him among the others.
    emma.client.block_neighbour(awa.id()).await.expect("blocked");
    assert_eq!(emma.reads(talk).await, ["J'apporte un gâteau"]);
}

async fn whoever_says_yes_while_they_begin_to_talk_is_among_them(toit: &Toit) {
    let (awa, samir, emma, _) = three(toit).await;
    for n in 0..12 {
        let party = invite(&awa, &event(toit, &format!("Fête {n}"))).await.id;
        answers(&samir, party, Reply::Going).await;
        let hello = to_everybody(thing(party), "Qui apporte les chaises ?");
        let key = key();
        let (talk, ()) =
            tokio::join!(samir.client.start_conversation(&hello, &key), answers(&emma, party, Reply::Going));
        let talk = talk.expect("they talk").id;
        assert_eq!(emma.reads(talk).await, ["Qui apporte les chaises ?"], "at the {n}th");
        assert_eq!(samir.talk(talk).await.others, 2, "at the {n}th");
    }
}

async fn a_question_to_the_host_is_between_the_two(toit: &Toit) {
    let (awa, samir, emma, party) = three(toit).await;
    let talk = samir.start(&to_author(thing(party), "Y a-t-il une marche ?")).await;
    assert_eq!((talk.with, talk.people[0].id), (ConversationWith::Author, awa.id()));
    awa.say(talk.id, "Non").await;
    assert_eq!(code_of(emma.client.get_conversation(talk.id).await), ProblemCode::NotFound);
    assert_eq!(
        code_of(awa.client.start_conversation(&to_author(thing(party), "Moi"), &key()).await),
        ProblemCode::NotNow
    );
}

async fn about_an_event_that_was_called_off_no_conversation_begins(toit: &Toit) {
    let (awa, samir, emma, party) = three(toit).await;
    answers(&samir, party, Reply::Going).await;
    let talk = samir.start(&to_author(thing(party), "C'est sûr ?")).await.id;
    awa.client.postpone_event(party).await.expect("postponed");
    emma.start(&to_author(thing(party), "Et quand alors ?")).await;
    awa.client.cancel_event(party, None).await.expect("called off");
    let everybody = samir.client.start_conversation(&to_everybody(thing(party), "Dommage"), &key()).await;
    assert_eq!(code_of(everybody), ProblemCode::NotNow);
    samir.say(talk, "Dommage").await;
    assert_eq!(awa.talk(talk).await.unread, 2);
    let draft = domain::event::NewEvent { draft: true, ..event(toit, "Secret") };
    let draft = invite(&awa, &draft).await;
    let ask = samir.client.start_conversation(&to_author(thing(draft.id), "Quoi ?"), &key()).await;
    assert_eq!(code_of(ask), ProblemCode::NotFound);
}

async fn an_event_that_is_erased_is_talked_about_without_its_name(toit: &Toit) {
    let (awa, samir, emma, party) = three(toit).await;
    for person in [&samir, &emma] {
        answers(person, party, Reply::Going).await;
    }
    let talk = awa.start(&to_everybody(thing(party), "Bonjour")).await.id;
    emma.say(talk, "Bonsoir").await;
    awa.ask_to_leave(LeaveWhen::Now).await;
    toit.tick().await.expect("erased");
    let seen = samir.talk(talk).await;
    assert_eq!((seen.about.title, seen.others), (None, 1));
    assert_ne!(seen.about.id, party.0);
    assert_eq!(samir.reads(talk).await, ["-", "Bonsoir"]);
    emma.say(talk, "On se voit quand même ?").await;
}

async fn a_draft_is_told_to_open_pages_when_it_is_published_and_once(toit: &Toit) {
    let (awa, samir, emma, party) = three(toit).await;
    let mut page = samir.page().await;
    let draft = domain::event::NewEvent { draft: true, ..event(toit, "Vide-grenier") };
    let draft = invite(&awa, &draft).await;
    awa.client.publish_event(draft.id).await.expect("published");
    let post = async |page: &mut crate::support::Open| {
        // Of the party he may hear a moment after it was written.
        let other = |about: &ThingRef| *about != thing(party);
        page.find(|h| if let Live::Post { about } = h.live { Some(about).filter(other) } else { None }).await
    };
    assert_eq!(post(&mut page).await, thing(draft.id));
    answers(&emma, draft.id, Reply::Going).await;
    let next = invite(&awa, &event(toit, "Concert")).await;
    assert_eq!(post(&mut page).await, thing(next.id), "an answer makes nothing new");
}

async fn whoever_says_no_and_yes_again_finds_the_conversation_as_she_left_it(toit: &Toit) {
    let (awa, samir, emma, party) = three(toit).await;
    for person in [&samir, &emma] {
        answers(person, party, Reply::Going).await;
    }
    let talk = samir.start(&to_everybody(thing(party), "un")).await.id;
    let last = samir.say(talk, "deux").await.id;
    emma.client.read_conversation(talk, last).await.expect("read");
    emma.client.mute_conversation(talk, true).await.expect("muted");
    answers(&emma, party, Reply::Declined).await;
    answers(&emma, party, Reply::Going).await;
    let seen = emma.talk(talk).await;
    assert_eq!((seen.unread, seen.muted), (0, true));
    answers(&emma, party, Reply::Declined).await;
    awa.say(talk, "trois").await;
    answers(&emma, party, Reply::Maybe).await;
    let seen = emma.talk(talk).await;
    assert_eq!((seen.unread, seen.muted), (1, true), "what was said while she was away");
    assert_eq!(toit.count("conversation_left").await, 0);
    answers(&emma, party, Reply::Declined).await;
    assert_eq!(toit.count("conversation_left").await, 1);
    emma.leave(toit).await;
    assert_eq!(toit.count("conversation_left").await, 0, "nothing is kept of whoever has left");
}

async fn give_number(person: &Person, talk: ConversationId) {
    let number = NewMessage { kind: MessageKind::Contact, text: text("06 12 34 56 78") };
    person.client.send_message(talk, &number, &key()).await.expect("given");
}

async fn a_number_is_for_those_who_were_there_when_it_was_given(toit: &Toit) {
    let (awa, samir, emma, party) = three(toit).await;
    answers(&samir, party, Reply::Going).await;
    let talk = samir.start(&to_everybody(thing(party), "Bonjour")).await.id;
    let mut page = emma.page().await;
    give_number(&awa, talk).await;
    assert_eq!(samir.talk(talk).await.unread, 1);
    answers(&emma, party, Reply::Maybe).await;
    assert_eq!(emma.reads(talk).await, ["Bonjour", "-"]);
    let seen = emma.talk(talk).await;
    let last = seen.last.expect("the last message");
    assert_eq!((last.kind, last.text, seen.unread), (MessageKind::Gone, None, 1), "it is nothing to read");
    assert_eq!(emma.client.get_unread().await.expect("counted").conversations, 1);
    let line = emma.client.list_news(None).await.expect("her news").items.remove(0);
    assert_eq!((line.about.id, line.count), (talk.0, 1));
    let export = String::from_utf8_lossy(&emma.client.export_me().await.expect("hers")).into_owned();
    assert!(!export.contains("06 12 34 56 78"));
    // A page that comes back reads what it missed as she reads it.
    let first = emma.client.list_messages(talk, None, None).await.expect("hers").items.pop().expect("the first").id;
    let mut missed = crate::support::Open::not_greeted(&emma.client, Some(first)).await;
    while missed.words().await != "-" {}
    assert_eq!((awa.reads(talk).await, samir.reads(talk).await), {
        let all = ["Bonjour", "06 12 34 56 78"].map(str::to_owned).to_vec();
        (all.clone(), all)
    });
    give_number(&samir, talk).await;
    assert_eq!(emma.reads(talk).await, ["Bonjour", "-", "06 12 34 56 78"]);
    assert_eq!(page.words().await, "06 12 34 56 78", "the first was not for her");
    // Whoever goes out for a moment keeps what she was given, unless a number was given meanwhile; her own she reads always.
    answers(&samir, party, Reply::Declined).await;
    answers(&samir, party, Reply::Going).await;
    assert_eq!(samir.reads(talk).await, ["Bonjour", "06 12 34 56 78", "06 12 34 56 78"]);
    answers(&samir, party, Reply::Declined).await;
    give_number(&emma, talk).await;
    answers(&samir, party, Reply::Going).await;
    assert_eq!(samir.reads(talk).await, ["Bonjour", "-", "06 12 34 56 78", "-"]);
}

async fn whoever_asked_the_author_can_ask_her_heir(toit: &Toit) {
    let (awa, samir, emma, party) = three(toit).await;
    answers(&samir, party, Reply::Going).await;
    awa.client.add_event_host(party, samir.id()).await.expect("a host");
    let before = emma.start(&to_author(thing(party), "Y a-t-il une marche ?")).await;
    assert_eq!(before.people[0].id, awa.id());
    awa.leave(toit).await;
    let after = emma.start(&to_author(thing(party), "Toujours une marche ?")).await;
    assert_eq!((after.people.len(), after.people[0].id), (1, samir.id()));
    assert_ne!(after.id, before.id);
    assert_eq!(emma.start(&to_author(thing(party), "Et la pluie ?")).await.id, after.id, "one with him");
    assert_eq!(emma.reads(before.id).await, ["Y a-t-il une marche ?"], "what she asked stays");
    assert_eq!(emma.talk(before.id).await.about.title.as_deref(), Some("Fête des voisins"));
}
