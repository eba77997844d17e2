//! Conversations of people who no longer meet, and of those who have left.

use api::store::{StoreKind, conversations as talk};
use domain::conversation::{ConversationWith, MessageKind, ThingKind};
use domain::id::ConversationId;
use domain::problem::ProblemCode;

use crate::conversations::{leaves, offer, two};
use crate::support::{Person, Three, Toit, about, code_of, key, offer_leg, on_both_databases, to_author, to_everybody};

on_both_databases!(
    two_who_no_longer_meet_can_read_and_not_write,
    among_others_two_who_no_longer_meet_do_not_notice_each_other,
    whoever_leaves_takes_her_words_along_and_leaves_the_others_theirs,
    a_conversation_in_which_nobody_is_left_is_gone,
    what_is_erased_is_talked_about_without_its_name,
    of_two_who_leave_at_once_no_conversation_is_left,
    a_thousand_messages_of_somebody_who_leaves_go_in_steps,
);

async fn two_who_no_longer_meet_can_read_and_not_write(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start(&to_author(offer(&post), "Bonjour")).await.id;
    awa.say(talk, "Bonsoir").await;
    awa.client.get_neighbour(samir.id()).await.expect("whoever writes to her is known to her");
    awa.client.block_neighbour(samir.id()).await.expect("and can be blocked");
    for (who, other) in [(&awa, &samir), (&samir, &awa)] {
        let seen = who.talk(talk).await;
        assert_eq!((seen.may_write, seen.others, seen.people.len(), seen.unread), (false, 0, 0, 0));
        assert_eq!(who.reads(talk).await, ["Bonjour", "Bonsoir"], "what was said stays");
        assert_eq!(code_of(who.try_say(talk, "Encore").await), ProblemCode::NotNow, "{}", other.me.first_name);
        assert_eq!(who.client.get_unread().await.expect("nothing").conversations, 0);
    }
    assert_eq!(
        code_of(samir.client.start_conversation(&to_author(offer(&post), "Encore"), &key()).await),
        ProblemCode::NotNow
    );
    awa.client.unblock_neighbour(samir.id()).await.expect("taken back");
    samir.say(talk, "Merci").await;
    assert!(awa.talk(talk).await.may_write);
}

/// A ring of three that talk.
async fn ring(toit: &Toit) -> (Three, ConversationId) {
    let three = Three::meet(toit, 1).await;
    let ring = three.agreed().await;
    let talk = three.awa.start(&to_everybody(about(ThingKind::Barter, ring.id.0), "Awa")).await;
    three.luc.say(talk.id, "Luc").await;
    three.nour.say(talk.id, "Nour").await;
    (three, talk.id)
}

async fn among_others_two_who_no_longer_meet_do_not_notice_each_other(toit: &Toit) {
    let (three, talk) = ring(toit).await;
    let (awa, luc, nour) = (&three.awa, &three.luc, &three.nour);
    luc.client.block_neighbour(awa.id()).await.expect("blocked");
    assert_eq!(awa.reads(talk).await, ["Awa", "Nour"]);
    assert_eq!(luc.reads(talk).await, ["Luc", "Nour"]);
    assert_eq!(nour.reads(talk).await, ["Awa", "Luc", "Nour"]);
    for who in [awa, luc] {
        let seen = who.talk(talk).await;
        assert_eq!(
            (seen.others, seen.people.len(), seen.may_write, seen.with),
            (1, 1, true, ConversationWith::Everybody)
        );
        assert_eq!(seen.people[0].id, nour.id());
    }
    let said = luc.say(talk, "Luc encore").await;
    let seen = awa.talk(talk).await;
    assert_eq!((seen.unread, seen.last.and_then(|m| m.author).map(|a| a.id)), (1, Some(nour.id())), "Nour's alone");
    let listed = awa.client.list_conversations(None, None).await.expect("hers").items.remove(0);
    assert_eq!((listed.unread, listed.others), (1, 1));
    assert_eq!(code_of(awa.client.take_message_back(talk, said.id).await), ProblemCode::NotFound);
    nour.client.block_neighbour(awa.id()).await.expect("she too");
    let seen = awa.talk(talk).await;
    assert_eq!((seen.others, seen.may_write), (0, false));
    assert_eq!(code_of(awa.try_say(talk, "Il y a quelqu'un ?").await), ProblemCode::NotNow);
    assert_eq!(awa.client.get_unread().await.expect("nothing").conversations, 0);
    nour.say(talk, "Nous voilà deux").await;
    assert_eq!(awa.reads(talk).await, ["Awa"]);
}

async fn whoever_leaves_takes_her_words_along_and_leaves_the_others_theirs(toit: &Toit) {
    let (three, talk) = ring(toit).await;
    let post = three.nour.post(&three.nour.services.offer("Couture")).await;
    let private = three.awa.start(&to_author(offer(&post), "Bonjour")).await.id;
    three.nour.say(private, "Bonsoir").await;
    leaves(toit, &three.awa).await;
    assert_eq!(three.luc.reads(talk).await, ["-", "Luc", "Nour"]);
    let gone = three.luc.client.list_messages(talk, None, None).await.expect("his").items.remove(2);
    assert_eq!((gone.kind, gone.author, gone.mine), (MessageKind::Gone, None, false));
    let seen = three.luc.talk(talk).await;
    assert_eq!((seen.others, seen.may_write), (1, true));
    let seen = three.nour.talk(private).await;
    assert_eq!((seen.others, seen.people.len(), seen.may_write), (0, 0, false));
    assert_eq!(seen.about.title.as_deref(), Some("Couture"), "her own post");
    assert_eq!(three.nour.reads(private).await, ["-", "Bonsoir"]);
    assert_eq!(code_of(three.nour.try_say(private, "Où êtes-vous ?").await), ProblemCode::NotNow);
    assert_eq!(toit.count("conversations WHERE whom = 'author' AND opener_id = id").await, 1, "nothing names her");
    // Another one can begin with the same author about the same post.
    three.luc.start(&to_author(offer(&post), "À mon tour")).await;
}

async fn a_conversation_in_which_nobody_is_left_is_gone(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start(&to_author(offer(&post), "Bonjour")).await.id;
    awa.say(talk, "Bonsoir").await;
    leaves(toit, &samir).await;
    assert_eq!((toit.count("conversations").await, toit.count("messages").await), (1, 2));
    leaves(toit, &awa).await;
    let left =
        (toit.count("conversations").await, toit.count("conversation_people").await, toit.count("messages").await);
    assert_eq!(left, (0, 0, 0));
}

async fn of_two_who_leave_at_once_no_conversation_is_left(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    samir.start(&to_author(offer(&post), "Bonjour")).await;
    let store = toit.app().store.clone();
    let first = store.begin().await.expect("a transaction");
    talk::leave_some(&first, samir.id(), 10, 10).await.expect("he is out");
    let second = {
        let (store, awa) = (store.clone(), awa.id());
        tokio::spawn(async move {
            let tx = store.begin().await.expect("a transaction");
            talk::leave_some(&tx, awa, 10, 10).await.expect("she is out");
            tx.commit().await.expect("kept");
        })
    };
    if store.kind() == StoreKind::Postgres {
        // She has seen that he is still there, or waits for him.
        let waits = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while !second.is_finished() && toit.database().number(waits).await == 0 {}
    }
    first.commit().await.expect("kept");
    second.await.expect("no panic");
    assert_eq!((toit.count("conversations").await, toit.count("messages").await), (0, 0));
}

async fn what_is_erased_is_talked_about_without_its_name(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start(&to_author(offer(&post), "Bonjour")).await.id;
    let other = awa.post(&awa.services.offer("Couture")).await;
    let barter = samir.propose(vec![offer_leg(&awa, &samir, &other)]).await;
    let of_barter = awa.start(&to_everybody(about(ThingKind::Barter, barter.id.0), "D'accord")).await.id;
    leaves(toit, &awa).await;
    let seen = samir.talk(talk).await;
    assert_eq!((seen.about.kind, seen.about.title), (ThingKind::Offer, None));
    assert_ne!(seen.about.id, post.id.0, "nothing names what she posted");
    assert_eq!(samir.reads(talk).await, ["Bonjour"]);
    let seen = samir.talk(of_barter).await;
    assert_eq!((seen.about.id, seen.about.title), (barter.id.0, None), "his agreement is still his");
}

async fn a_thousand_messages_of_somebody_who_leaves_go_in_steps(toit: &Toit) {
    let (awa, samir, post) = two(toit).await;
    let talk = samir.start(&to_author(offer(&post), "Bonjour")).await.id;
    let rows = api::store::conversations::say;
    let tx = toit.app().store.begin().await.expect("a transaction");
    let kind = MessageKind::Text;
    for n in 0..1_200_u32 {
        let who: &Person = if n % 5 == 0 { &awa } else { &samir };
        let words = crate::support::text(&format!("canari {n}"));
        rows(&tx, talk, who.id(), (kind, &words), toit.clock.id(), toit.now()).await.expect("written");
    }
    tx.commit().await.expect("kept");
    leaves(toit, &samir).await;
    assert_eq!(toit.count("messages WHERE kind = 'text'").await, 240, "hers stay");
    assert_eq!(toit.count("messages WHERE kind = 'gone' AND text = '' AND author_id IS NULL").await, 961);
    leaves(toit, &awa).await;
    assert_eq!(toit.count("messages").await, 0);
}
