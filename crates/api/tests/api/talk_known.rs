//! What people talk about keeps its name for those who may know of it.

use domain::circle::Circle;
use domain::conversation::{ThingKind, ThingRef, ThingView};
use domain::event::{EditEvent, NewEvent, Reply};
use domain::id::ConversationId;
use domain::leaving::LeaveWhen;
use domain::notice::NoticeKind;
use domain::problem::ProblemCode;
use domain::text::Words;

use crate::conversations::{offer, two};
use crate::events::{going, places, says};
use crate::square_events::{event, invite};
use crate::support::{Person, Place, Toit, about, code_of, key, notice, on_both_databases, to_author, to_everybody};

on_both_databases!(
    an_event_keeps_its_name_for_all_who_may_open_it,
    whoever_comes_to_an_event_that_is_off_the_lists_can_ask_its_host,
    a_post_that_is_off_the_lists_keeps_its_name_for_those_who_talk_about_it,
    whoever_posted_something_finds_all_conversations_about_it,
    what_is_erased_is_named_by_no_conversation,
);

async fn told(person: &Person, thing: ThingRef) -> ThingView {
    let news = person.client.list_news(None).await.expect("hers").items;
    news.into_iter().find(|line| line.about.id == thing.id).expect("she was told").about
}

async fn title(person: &Person, talk: ConversationId) -> Option<String> {
    person.talk(talk).await.about.title
}

async fn may_ask(person: &Person, thing: ThingRef) -> Result<ConversationId, ProblemCode> {
    match person.client.start_conversation(&to_author(thing, "Une question"), &key()).await {
        Ok(talk) => Ok(talk.id),
        refused => Err(code_of(refused)),
    }
}

async fn an_event_keeps_its_name_for_all_who_may_open_it(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let (nour, elif) = (toit.neighbour("Nour", Place::B).await, toit.neighbour("Elif", Place::C).await);
    let (marc, omar) = (toit.neighbour("Marc", Place::B).await, toit.neighbour("Omar", Place::B).await);
    let party = invite(&awa, &NewEvent { places: places(1), ..event(toit, "Fête") }).await;
    let thing = about(ThingKind::Event, party.id.0);
    let answers = [(&nour, going(0)), (&elif, going(0)), (&marc, says(Reply::Maybe)), (&omar, says(Reply::Declined))];
    for (person, answer) in answers {
        person.client.answer_event(party.id, &answer).await.expect("answered");
    }
    awa.client.add_event_host(party.id, nour.id()).await.expect("a host");
    let asked = omar.start(&to_author(thing, "C'est où ?")).await.id;
    assert_eq!(title(&omar, asked).await.as_deref(), Some("Fête"));
    let edit =
        EditEvent { circle: Some(Circle::Residence), place: Words::parse("Au jardin").ok(), ..EditEvent::default() };
    let version = awa.client.get_event(party.id, None).await.expect("hers").version;
    awa.client.edit_event(party.id, version, &edit).await.expect("it reaches no further than the house");
    toit.tick().await.expect("told");
    for person in [&nour, &elif, &marc] {
        person.client.get_event(party.id, None).await.expect("who has answered knows of it");
        let seen = told(person, thing).await;
        assert_eq!((seen.title.as_deref(), seen.closed), (Some("Fête"), false), "{}", person.me.first_name);
        let talk = may_ask(person, thing).await.expect("can ask");
        assert_eq!(title(person, talk).await.as_deref(), Some("Fête"), "{}", person.me.first_name);
    }
    nour.client.answer_event(party.id, &says(Reply::Declined)).await.expect("she hosts, and cannot come");
    assert_eq!(told(&nour, thing).await.title.as_deref(), Some("Fête"));
    assert_eq!(code_of(omar.client.get_event(party.id, None).await), ProblemCode::NotFound);
    assert_eq!(title(&omar, asked).await, None, "it does not reach him, and he does not come");
}

async fn whoever_comes_to_an_event_that_is_off_the_lists_can_ask_its_host(toit: &Toit) {
    let (awa, samir, _) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let party = invite(&awa, &event(toit, "Fête")).await;
    let thing = about(ThingKind::Event, party.id.0);
    samir.client.answer_event(party.id, &going(0)).await.expect("he comes");
    awa.ask_to_leave(LeaveWhen::InSevenDays).await;
    samir.client.get_event(party.id, None).await.expect("he comes still");
    let talk = may_ask(&samir, thing).await.expect("can ask");
    assert_eq!(title(&samir, talk).await.as_deref(), Some("Fête"));
    samir.start(&to_everybody(thing, "Qui apporte les chaises ?")).await;
    assert_eq!(may_ask(&emma, thing).await, Err(ProblemCode::NotFound));
}

async fn a_post_that_is_off_the_lists_keeps_its_name_for_those_who_talk_about_it(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let of_offer = samir.start(&to_author(offer(&post), "Bonjour")).await.id;
    let lost = awa.tell(&notice(NoticeKind::LostAnimal, "Chat roux")).await;
    let of_notice = samir.start(&to_author(about(ThingKind::Notice, lost.id.0), "Vu hier")).await.id;
    let seen = async |who: &Person| {
        let mut names = Vec::new();
        for talk in [of_offer, of_notice] {
            let about = who.talk(talk).await.about;
            names.push((about.title.unwrap_or_default(), about.closed));
        }
        names
    };
    let names = |closed| vec![("Lecture".to_owned(), closed), ("Chat roux".to_owned(), closed)];
    assert_eq!((seen(&awa).await, seen(&samir).await), (names(false), names(false)));
    awa.client.pause_offer(post.id).await.expect("paused");
    awa.client.withdraw_notice(lost.id).await.expect("withdrawn");
    assert_eq!((seen(&awa).await, seen(&samir).await), (names(false), names(true)));
    awa.client.close_offer(post.id).await.expect("closed");
    assert_eq!(seen(&samir).await, names(true));
    awa.say(of_offer, "C'est pris").await;
    let line = told(&samir, about(ThingKind::Conversation, of_offer.0)).await;
    assert_eq!((line.title.as_deref(), line.closed), (Some("Lecture"), false), "a conversation can be opened");
    awa.client.block_neighbour(samir.id()).await.expect("blocked");
    assert_eq!(seen(&samir).await, [(String::new(), false), (String::new(), false)]);
    assert_eq!(seen(&awa).await, names(false));
}

async fn whoever_posted_something_finds_all_conversations_about_it(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let lost = awa.tell(&notice(NoticeKind::LostAnimal, "Chat roux")).await;
    let party = invite(&awa, &event(toit, "Fête")).await;
    for thing in [offer(&post), about(ThingKind::Notice, lost.id.0), about(ThingKind::Event, party.id.0)] {
        let first = samir.start(&to_author(thing, "Bonjour")).await.id;
        let second = emma.start(&to_author(thing, "Bonsoir")).await.id;
        let list = async |who: &Person| {
            let page = who.client.list_conversations(Some(thing), None).await.expect("a page");
            page.items.iter().map(|talk| talk.id).collect::<Vec<_>>()
        };
        assert_eq!(list(&awa).await, [second, first], "{:?}", thing.kind);
        assert_eq!(list(&samir).await, [first], "each reads her own alone");
    }
}

async fn what_is_erased_is_named_by_no_conversation(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let lost = awa.tell(&notice(NoticeKind::LostAnimal, "Chat roux")).await;
    let party = invite(&awa, &event(toit, "Fête")).await;
    let things = [offer(&post), about(ThingKind::Notice, lost.id.0), about(ThingKind::Event, party.id.0)];
    let mut talks = Vec::new();
    for thing in things {
        talks.push((thing, samir.start(&to_author(thing, "Bonjour")).await.id));
    }
    awa.leave(toit).await;
    for (thing, talk) in talks {
        let seen = samir.talk(talk).await.about;
        assert_eq!((seen.kind, seen.id, seen.title), (thing.kind, talk.0, None));
        let of_it = samir.client.list_conversations(Some(thing), None).await.expect("a page");
        assert!(of_it.items.is_empty(), "{:?}", thing.kind);
    }
}
