//! News: what concerns somebody, one line for each thing, the newest first.

use chrono::TimeDelta;
use domain::barter::{BarterView, CounterOffer};
use domain::conversation::{ConversationWith, MessageKind, NewConversation, NewMessage, ThingKind, ThingRef};
use domain::id::ConversationId;
use domain::news::{NewsKind, NewsView, ReadNews, Unread};
use domain::notice::NoticeKind;
use domain::offer::OfferView;
use domain::problem::{FieldCode, ProblemCode};
use domain::text::MessageText;
use uuid::Uuid;

use crate::square::{notice, post};
use crate::support::{Person, Place, Three, Toit, appointment, key, leg, offer_leg, on_both_databases};

on_both_databases!(
    a_proposal_and_what_becomes_of_it_is_told_to_the_other_one,
    one_thing_is_one_line_the_last_that_happened_to_it,
    each_step_of_a_service_is_told_to_whom_it_concerns,
    silence_is_told_by_the_clock,
    a_ring_is_told_without_a_name_and_its_refusal_too,
    a_ring_that_nobody_answers_is_told_as_one_that_somebody_refused,
    that_all_have_agreed_to_a_ring_is_told_without_who_was_last,
    whoever_is_parted_reads_of_an_end_like_any_other,
    an_author_is_asked_three_days_before_her_offer_ends_and_told_when_it_has,
    a_paused_offer_asks_nothing_and_a_resumed_one_asks_once,
    reading_one_thing_leaves_the_others_unread,
    messages_that_are_not_read_stand_among_the_news,
    a_title_is_shown_to_those_who_may_know_it_and_to_nobody_else,
    pages_of_news_follow_each_other,
    unread_news_are_counted_to_99,
    news_are_kept_for_ninety_days,
    the_news_of_somebody_who_leaves_go_and_those_of_others_lose_her_name,
    what_is_asked_of_news_is_checked,
);

/// All there is.
const ALL: ReadNews = ReadNews { about: None, up_to: None, lines: None };

fn of(about: ThingRef) -> ReadNews {
    ReadNews { about: Some(about), ..ALL }
}

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

async fn news(person: &Person) -> Vec<NewsView> {
    let page = person.client.list_news(None).await.expect("her news");
    assert_eq!(page.next, None, "one page holds them all");
    page.items
}

/// What somebody reads, and through whom.
async fn told(person: &Person) -> Vec<(NewsKind, Option<String>)> {
    let name = |n: NewsView| (n.kind, n.by.map(|p| p.first_name.to_string()));
    news(person).await.into_iter().map(name).collect()
}

fn by(kind: NewsKind, name: &str) -> Vec<(NewsKind, Option<String>)> {
    vec![(kind, Some(name.to_owned()))]
}

fn only(kind: NewsKind) -> Vec<(NewsKind, Option<String>)> {
    vec![(kind, None)]
}

async fn unread(person: &Person) -> (u32, u32) {
    let Unread { conversations, news, .. } = person.client.get_unread().await.expect("counted");
    (conversations, news)
}

/// Awa asks Samir for a lesson and irons in return.
async fn proposed(awa: &Person, samir: &Person) -> (OfferView, BarterView) {
    let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
    let ironing = leg(awa, samir, &awa.services.two, "Repassage");
    let barter = awa.propose(vec![offer_leg(samir, awa, &offer), ironing]).await;
    (offer, barter)
}

async fn a_proposal_and_what_becomes_of_it_is_told_to_the_other_one(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (_, barter) = proposed(&awa, &samir).await;
    assert!(told(&awa).await.is_empty(), "nobody is told what she did herself");
    let line = news(&samir).await.remove(0);
    assert_eq!((line.kind, line.count, line.unread, line.at), (NewsKind::BarterProposed, 1, true, toit.now()));
    assert_eq!((line.about.kind, line.about.id), (ThingKind::Barter, barter.id.0));
    assert_eq!(line.about.title.as_deref(), Some("Cours d'informatique"));
    assert_eq!(line.by.map(|p| p.id), Some(awa.id()));
    assert_eq!((unread(&samir).await, unread(&awa).await), ((0, 1), (0, 0)));
    samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    assert_eq!(told(&awa).await, by(NewsKind::BarterAgreed, "Samir"));
    awa.client.dissolve_barter(barter.id).await.expect("dissolved");
    assert_eq!(told(&samir).await, only(NewsKind::BarterDissolved), "who it was is told to nobody");
    let (_, declined) = proposed(&awa, &samir).await;
    samir.client.decline_barter(declined.id).await.expect("declined");
    assert_eq!(told(&awa).await[..1], by(NewsKind::BarterDeclined, "Samir"));
    let (_, withdrawn) = proposed(&awa, &samir).await;
    awa.client.withdraw_barter(withdrawn.id).await.expect("withdrawn");
    assert_eq!(told(&samir).await[..1], by(NewsKind::BarterWithdrawn, "Awa"));
    proposed(&awa, &samir).await;
    toit.wait_days(8).await;
    let (awa, samir) = (awa.sign_in().await, samir.sign_in().await);
    for person in [&awa, &samir] {
        assert_eq!(told(person).await[..1], only(NewsKind::BarterExpired));
    }
}

async fn one_thing_is_one_line_the_last_that_happened_to_it(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (_, barter) = proposed(&awa, &samir).await;
    let (_, other) = proposed(&awa, &samir).await;
    let again = |version| CounterOffer {
        on_version: version,
        legs: vec![leg(&awa, &samir, &awa.services.two, "Repassage"), leg(&samir, &awa, &awa.services.one, "Cours")],
        note: None,
    };
    awa.client.counter_barter(barter.id, &again(1)).await.expect("countered");
    awa.client.counter_barter(barter.id, &again(2)).await.expect("and once more");
    let lines = news(&samir).await;
    let read: Vec<_> = lines.iter().map(|l| (l.about.id, l.kind, l.count)).collect();
    let expected = [(barter.id.0, NewsKind::BarterCountered, 2), (other.id.0, NewsKind::BarterProposed, 1)];
    assert_eq!(read, expected, "the last thing that changed stands first");
    samir.client.read_news(&ALL).await.expect("read");
    awa.client.counter_barter(barter.id, &again(3)).await.expect("a third time");
    let line = news(&samir).await.remove(0);
    assert_eq!((line.kind, line.count, line.unread), (NewsKind::BarterCountered, 1, true), "counted since it was read");
}

async fn each_step_of_a_service_is_told_to_whom_it_concerns(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (_, barter) = proposed(&awa, &samir).await;
    let barter = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    let [lesson, ironing] = [0, 1].map(|n| barter.legs[n].leg.terms.id);
    let day = appointment(toit.now(), "ici");
    samir.client.schedule_leg(barter.id, lesson, &day).await.expect("a day");
    assert_eq!(told(&awa).await, by(NewsKind::LegScheduled, "Samir"));
    awa.client.schedule_leg(barter.id, lesson, &appointment(toit.now(), "ailleurs")).await.expect("elsewhere");
    assert_eq!(told(&samir).await, by(NewsKind::LegScheduled, "Awa"));
    samir.client.finish_leg(barter.id, lesson).await.expect("done");
    assert_eq!(told(&awa).await, by(NewsKind::LegDone, "Samir"));
    awa.client.dispute_leg(barter.id, lesson).await.expect("no");
    assert_eq!(told(&samir).await, by(NewsKind::LegDisputed, "Awa"));
    awa.client.settle_leg(barter.id, lesson).await.expect("sorted out");
    awa.client.schedule_leg(barter.id, ironing, &day).await.expect("a day");
    awa.client.finish_leg(barter.id, ironing).await.expect("done");
    samir.client.confirm_leg(barter.id, ironing).await.expect("yes");
    assert_eq!(told(&awa).await, only(NewsKind::BarterCompleted), "the last service ends it all");
    let (_, barter) = proposed(&awa, &samir).await;
    let barter = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    let [lesson, ironing] = [0, 1].map(|n| barter.legs[n].leg.terms.id);
    samir.client.schedule_leg(barter.id, lesson, &day).await.expect("a day");
    samir.client.finish_leg(barter.id, lesson).await.expect("done");
    awa.client.confirm_leg(barter.id, lesson).await.expect("yes");
    assert_eq!(told(&samir).await[..1], by(NewsKind::LegConfirmed, "Awa"));
    samir.client.waive_leg(barter.id, ironing).await.expect("forgiven");
    assert_eq!(told(&awa).await[..1], only(NewsKind::BarterCompleted));
}

async fn silence_is_told_by_the_clock(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (_, barter) = proposed(&awa, &samir).await;
    let barter = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    let lesson = barter.legs[0].leg.terms.id;
    samir.client.schedule_leg(barter.id, lesson, &appointment(toit.now(), "ici")).await.expect("a day");
    samir.client.finish_leg(barter.id, lesson).await.expect("done");
    samir.client.read_news(&ALL).await.expect("read");
    toit.wait_days(3).await;
    assert_eq!(told(&awa).await, only(NewsKind::LegReminder));
    toit.wait_days(4).await;
    for person in [awa.sign_in().await, samir.sign_in().await] {
        assert_eq!(told(&person).await, only(NewsKind::LegConfirmed), "nobody said it");
    }
}

async fn a_ring_is_told_without_a_name_and_its_refusal_too(toit: &Toit) {
    let three = Three::meet(toit, 2).await;
    let ring = three.proposed().await;
    assert!(told(&three.awa).await.is_empty());
    for (person, own) in [(&three.luc, "Service de Luc"), (&three.nour, "Service de Nour")] {
        assert_eq!(told(person).await, only(NewsKind::RingProposed));
        assert_eq!(news(person).await[0].about.title.as_deref(), Some(own), "her own part, nobody else's");
    }
    three.luc.client.consent_to_barter(ring.id, 1).await.expect("he agrees");
    assert!(told(&three.awa).await.is_empty(), "who has agreed so far is told to nobody");
    three.nour.client.decline_barter(ring.id).await.expect("she says no");
    for person in [&three.awa, &three.luc] {
        assert_eq!(told(person).await, only(NewsKind::BarterDeclined));
    }
}

async fn a_ring_that_nobody_answers_is_told_as_one_that_somebody_refused(toit: &Toit) {
    let three = Three::meet(toit, 2).await;
    three.proposed().await;
    toit.wait(TimeDelta::hours(72)).await;
    for person in three.people() {
        assert_eq!(told(person).await, only(NewsKind::BarterDeclined));
    }
}

async fn that_all_have_agreed_to_a_ring_is_told_without_who_was_last(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    three.agreed().await;
    for person in [&three.awa, &three.luc] {
        assert_eq!(told(person).await, only(NewsKind::BarterAgreed));
    }
    assert_eq!(told(&three.nour).await, only(NewsKind::RingProposed), "she knows what she did last");
}

async fn whoever_is_parted_reads_of_an_end_like_any_other(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (_, barter) = proposed(&awa, &samir).await;
    let (_, agreed) = proposed(&awa, &samir).await;
    samir.client.consent_to_barter(agreed.id, 1).await.expect("agreed");
    samir.client.block_neighbour(awa.id()).await.expect("blocked");
    let lines = news(&awa).await;
    let read = |id: Uuid| lines.iter().find(|l| l.about.id == id).map(|l| (l.kind, l.by.clone()));
    assert_eq!(read(barter.id.0), Some((NewsKind::BarterExpired, None)));
    assert_eq!(read(agreed.id.0), Some((NewsKind::BarterDissolved, None)));
    // What he did before is still told, no longer that it was he.
    samir.client.unblock_neighbour(awa.id()).await.expect("taken back");
    let (_, third) = proposed(&samir, &awa).await;
    assert_eq!(told(&awa).await[..1], by(NewsKind::BarterProposed, "Samir"));
    awa.client.block_neighbour(samir.id()).await.expect("blocked");
    let line = news(&awa).await.into_iter().find(|l| l.about.id == third.id.0).expect("told");
    assert_eq!(line.by, None);
}

async fn an_author_is_asked_three_days_before_her_offer_ends_and_told_when_it_has(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Lecture")).await;
    toit.wait(TimeDelta::days(57) - TimeDelta::minutes(1)).await;
    let samir = samir.sign_in().await;
    assert!(told(&samir).await.is_empty());
    toit.wait(TimeDelta::minutes(1)).await;
    let line = news(&samir).await.remove(0);
    assert_eq!((line.kind, line.count), (NewsKind::OfferEnding, 1));
    assert_eq!((line.about.id, line.about.title.as_deref()), (offer.id.0, Some("Lecture")));
    samir.client.renew_offer(offer.id).await.expect("60 days more");
    toit.wait_days(4).await;
    assert_eq!(told(&samir).await, only(NewsKind::OfferEnding), "the end it was asked about does not come");
    toit.wait_days(56).await;
    let samir = samir.sign_in().await;
    assert_eq!(told(&samir).await, only(NewsKind::OfferExpired));
    assert!(told(&awa.sign_in().await).await.is_empty());
}

async fn a_paused_offer_asks_nothing_and_a_resumed_one_asks_once(toit: &Toit) {
    let samir = toit.neighbour("Samir", Place::B).await;
    let offer = samir.post(&samir.services.offer("Lecture")).await;
    for _ in 0..3 {
        samir.client.pause_offer(offer.id).await.expect("paused");
        samir.client.resume_offer(offer.id).await.expect("resumed");
    }
    toit.wait_days(57).await;
    let samir = samir.sign_in().await;
    assert_eq!(news(&samir).await[0].count, 1);
    samir.client.pause_offer(offer.id).await.expect("paused");
    toit.wait_days(4).await;
    assert_eq!(told(&samir).await, only(NewsKind::OfferEnding), "paused, it does not end");
    samir.client.resume_offer(offer.id).await.expect("a new life");
    toit.wait_days(57).await;
    let line = news(&samir.sign_in().await).await.remove(0);
    assert_eq!((line.kind, line.at), (NewsKind::OfferEnding, toit.now()));
}

async fn reading_one_thing_leaves_the_others_unread(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (_, first) = proposed(&awa, &samir).await;
    proposed(&awa, &samir).await;
    assert_eq!(unread(&samir).await, (0, 2));
    let about = ThingRef { kind: ThingKind::Barter, id: first.id.0 };
    awa.client.read_news(&of(about)).await.expect("nothing of hers");
    assert_eq!(unread(&samir).await, (0, 2), "nobody reads for another");
    samir.client.read_news(&of(about)).await.expect("read");
    assert_eq!(unread(&samir).await, (0, 1));
    let lines: Vec<_> = news(&samir).await.into_iter().map(|l| (l.about.id == first.id.0, l.unread)).collect();
    assert_eq!(lines, [(false, true), (true, false)], "read ones stay where they are");
    let other_kind = ThingRef { kind: ThingKind::Offer, id: first.id.0 };
    samir.client.read_news(&of(other_kind)).await.expect("nothing there");
    samir.client.read_news(&ALL).await.expect("all");
    assert_eq!(unread(&samir).await, (0, 0));
}

async fn talk(from: &Person, offer: &OfferView, text: &str) -> ConversationId {
    let new = NewConversation {
        about: ThingRef { kind: ThingKind::Offer, id: offer.id.0 },
        with: ConversationWith::Author,
        text: MessageText::parse(text).expect("words"),
    };
    from.client.start_conversation(&new, &key()).await.expect("begun").id
}

async fn messages_that_are_not_read_stand_among_the_news(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Lecture")).await;
    let (_, barter) = proposed(&awa, &samir).await;
    toit.clock.advance(TimeDelta::minutes(1));
    let conversation = talk(&awa, &offer, "Bonjour").await;
    let say = NewMessage { kind: MessageKind::Text, text: MessageText::parse("Vous êtes là ?").expect("words") };
    let last = awa.client.send_message(conversation, &say, &key()).await.expect("said");
    let lines = news(&samir).await;
    assert_eq!(lines.len(), 2);
    let line = &lines[0];
    assert_eq!((line.kind, line.count, line.unread), (NewsKind::Message, 2, true));
    assert_eq!((line.about.kind, line.about.id), (ThingKind::Conversation, conversation.0));
    assert_eq!(line.about.title.as_deref(), Some("Lecture"), "what it is about");
    assert_eq!((line.by.as_ref().map(|p| p.id), line.at), (Some(awa.id()), toit.now()));
    assert_eq!(lines[1].about.id, barter.id.0);
    assert!(told(&awa).await.is_empty(), "her own messages are no news");
    assert_eq!(unread(&samir).await, (1, 1));
    samir.client.read_news(&ALL).await.expect("news, not messages");
    assert_eq!(unread(&samir).await, (1, 0));
    assert_eq!(told(&samir).await.len(), 2);
    samir.client.read_conversation(conversation, last.id).await.expect("read");
    assert_eq!(unread(&samir).await, (0, 0));
    assert_eq!(told(&samir).await, by(NewsKind::BarterProposed, "Awa"));
    awa.client.send_message(conversation, &say, &key()).await.expect("said");
    samir.client.block_neighbour(awa.id()).await.expect("blocked");
    assert_eq!(unread(&samir).await.0, 0, "of whom one does not meet nothing is unread");
    assert!(news(&samir).await.iter().all(|l| l.kind != NewsKind::Message));
}

async fn a_title_is_shown_to_those_who_may_know_it_and_to_nobody_else(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Lecture")).await;
    let conversation = talk(&awa, &offer, "Bonjour").await;
    let say = NewMessage { kind: MessageKind::Text, text: MessageText::parse("Oui ?").expect("words") };
    samir.client.send_message(conversation, &say, &key()).await.expect("said");
    let title = async |who: &Person| news(who).await.remove(0).about.title;
    assert_eq!(title(&awa).await.as_deref(), Some("Lecture"));
    samir.client.pause_offer(offer.id).await.expect("paused");
    assert_eq!(title(&awa).await.as_deref(), Some("Lecture"), "they talk about it");
    assert_eq!(title(&samir).await.as_deref(), Some("Lecture"));
    let lost = post(&samir, &notice(NoticeKind::LostAnimal, "Chat perdu")).await;
    toit.wait_days(30).await;
    let samir = samir.sign_in().await;
    let line = news(&samir).await.into_iter().find(|l| l.about.id == lost.id.0).expect("told");
    assert_eq!((line.kind, line.about.title.as_deref()), (NewsKind::NoticeExpired, Some("Chat perdu")));
}

async fn pages_of_news_follow_each_other(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let mut expected = Vec::new();
    for n in 0..9 {
        toit.clock.advance(TimeDelta::seconds(1));
        if n % 3 == 2 {
            let offer = samir.post(&samir.services.offer(&format!("Lecture {n}"))).await;
            expected.push(talk(&awa, &offer, "Bonjour").await.0);
        } else {
            expected.push(proposed(&awa, &samir).await.1.id.0);
        }
    }
    expected.reverse();
    for limit in [1, 4, 8, 9] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = samir.raw().get(&format!("/news?limit={limit}{after}")).await.ok();
            let ids = page["items"].as_array().expect("items").iter().map(|i| i["about"]["id"].clone());
            seen.extend(ids.map(|id| id.as_str().and_then(|id| id.parse::<Uuid>().ok()).expect("an id")));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen, expected, "pages of {limit}");
    }
    assert_eq!(unread(&samir).await, (3, 6));
}

async fn unread_news_are_counted_to_99(toit: &Toit) {
    let samir = toit.neighbour("Samir", Place::B).await;
    let offers: Vec<_> = (0..105).map(|n| toit.offer(&samir, &samir.services.offer(&format!("Lecture {n}")))).collect();
    toit.insert_offers(&offers).await;
    let tx = toit.app().store.begin().await.expect("a transaction");
    for offer in &offers {
        let what = api::store::news::Happened {
            about: ThingRef { kind: ThingKind::Offer, id: offer.id.0 },
            kind: NewsKind::OfferEnding,
            by: None,
            date: None,
            at: toit.now(),
        };
        api::store::news::tell(&tx, toit.clock.id(), samir.id(), &what).await.expect("told");
    }
    tx.commit().await.expect("kept");
    assert_eq!(unread(&samir).await, (0, 99));
}

async fn news_are_kept_for_ninety_days(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (_, barter) = proposed(&awa, &samir).await;
    samir.client.decline_barter(barter.id).await.expect("declined");
    toit.wait(TimeDelta::days(90) - TimeDelta::minutes(1)).await;
    let awa = awa.sign_in().await;
    assert_eq!(told(&awa).await, by(NewsKind::BarterDeclined, "Samir"));
    toit.wait(TimeDelta::hours(2)).await;
    assert!(told(&awa).await.is_empty());
}

async fn the_news_of_somebody_who_leaves_go_and_those_of_others_lose_her_name(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    let (_, over) = proposed(&awa, &samir).await;
    samir.client.decline_barter(over.id).await.expect("declined");
    let (_, running) = proposed(&samir, &awa).await;
    let (_, theirs) = proposed(&emma, &awa).await;
    samir.leave(toit).await;
    assert_eq!(toit.count("news WHERE actor_id IS NOT NULL").await, 1, "Emma's name alone");
    let lines = news(&awa).await;
    let read: Vec<_> = lines.iter().map(|l| (l.about.id, l.kind, l.about.title.is_some(), l.by.is_some())).collect();
    let expected = [
        (running.id.0, NewsKind::BarterDissolved, false, false),
        (theirs.id.0, NewsKind::BarterProposed, true, true),
        (over.id.0, NewsKind::BarterDeclined, false, false),
    ];
    assert_eq!(read, expected);
    awa.leave(toit).await;
    assert_eq!(toit.count("news").await, 1, "Emma reads of an end without a name");
    assert_eq!(told(&emma).await, only(NewsKind::BarterDissolved));
    emma.leave(toit).await;
    assert_eq!(toit.count("news").await, 0);
}

async fn what_is_asked_of_news_is_checked(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    for (query, pointer) in [("after=1", "?after"), ("limit=0", "?limit"), ("limit=101", "?limit"), ("kind=x", "?kind")]
    {
        let problem = awa.raw().get(&format!("/news?{query}")).await.refused(ProblemCode::Invalid);
        assert_eq!(problem.errors[0].pointer, pointer, "{query}");
    }
    let read = async |body: &str| awa.raw().post("/news/read", body).await;
    read(r#"{"about":{"kind":"cat","id":"0192f0c1-2b3c-7d4e-8f50-617283940516"}}"#)
        .await
        .invalid("/about/kind", FieldCode::UnknownValue);
    read(r#"{"about":{"kind":"offer"}}"#).await.invalid("/about/id", FieldCode::Required);
    read(r#"{"abou":1}"#).await.invalid("/abou", FieldCode::UnknownField);
    assert_eq!(read("{}").await.status, 204);
    let unknown = format!(r#"{{"about":{{"kind":"offer","id":"{}"}}}}"#, Uuid::from_u128(7));
    assert_eq!(read(&unknown).await.status, 204, "whether it is there is told to nobody");
    assert_eq!(awa.raw().get("/news").await.header("cache-control"), Some("no-store"));
}
