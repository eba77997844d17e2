//! The life of a ring: one barter however many propose it, nobody bound before all have agreed, nobody known who refused.

use chrono::TimeDelta;
use client::OfferFilter;
use domain::barter::{BarterState, BarterVerb, BarterView, Need, NewBarter, RingAnswers};
use domain::id::TenantId;
use domain::leg::LegState;
use domain::offer::OfferState;
use domain::problem::{FieldCode, ProblemCode};
use domain::suggestion::RingId;
use domain::text::Note;

use crate::support::{
    Person, Place, Three, Toit, appointment, code_of, key, leg, on_both_databases, refusal, refused_value, turn,
};

on_both_databases!(
    a_ring_of_three_is_agreed_carried_out_and_completed,
    before_all_have_agreed_each_sees_first_names_and_her_own_two_services,
    the_export_tells_no_more_than_the_page,
    of_a_ring_of_four_nobody_sees_what_the_opposite_one_does,
    nobody_learns_who_refused,
    a_ring_is_not_rewritten_nor_withdrawn_and_takes_no_note,
    whoever_has_agreed_may_change_her_mind,
    a_ring_that_nobody_answers_ends_after_72_hours,
    a_refused_ring_rests_for_ninety_days_also_when_the_post_is_made_anew,
    a_second_proposal_of_the_same_ring_is_a_yes,
    twenty_proposals_at_once_make_one_ring,
    the_same_key_agrees_once,
    a_ring_is_for_its_people_alone,
    a_completed_ring_may_be_made_again,
    a_ring_that_was_broken_off_frees_its_posts_and_rests,
);

fn all_of(ring: &BarterView) -> Vec<TenantId> {
    ring.parties.iter().map(|p| p.person.id).collect()
}

async fn a_ring_of_three_is_agreed_carried_out_and_completed(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let ring = three.proposed().await;
    assert_eq!(ring.expires_at, toit.now() + TimeDelta::hours(72));
    assert_eq!((ring.state, ring.need), (BarterState::Proposed, None));
    let luc = three.luc.client.consent_to_barter(ring.id, 1).await.expect("he agrees");
    assert_eq!((luc.state, luc.ring), (BarterState::Proposed, Some(RingAnswers { agreed: 2, people: 3 })));
    let agreed = three.nour.client.consent_to_barter(ring.id, 1).await.expect("all have agreed");
    assert_eq!((agreed.state, agreed.ring, agreed.legs.len()), (BarterState::Agreed, None, 3));
    assert_eq!(in_rings(toit).await, 3);
    assert_eq!(all_of(&agreed), [three.nour.id(), three.awa.id(), three.luc.id()], "in the order of giving");
    assert!(agreed.parties.iter().all(|p| p.consented == Some(1)));
    for (person, post) in three.people().into_iter().zip(&three.posts) {
        let own = person.client.get_offer(post.id).await.expect("own");
        assert_eq!((own.state, own.places_left), (OfferState::Closed, 0));
        let seen = person.client.get_barter(ring.id).await.expect("shown to all");
        assert_eq!((seen.legs.len(), seen.need), (3, Some(Need::Schedule)));
    }
    for leg in &agreed.legs {
        let id = leg.leg.terms.id;
        let who = |id| three.people().into_iter().find(|p| p.id() == id).expect("one of them");
        let (giver, receiver) = (who(leg.leg.terms.giver), who(leg.leg.terms.receiver));
        giver.client.schedule_leg(ring.id, id, &appointment(toit.now(), "au local")).await.expect("a day");
        giver.client.finish_leg(ring.id, id).await.expect("done");
        receiver.client.confirm_leg(ring.id, id).await.expect("confirmed");
    }
    for person in three.people() {
        let over = person.client.get_barter(ring.id).await.expect("theirs");
        assert_eq!(over.state, BarterState::Completed);
        assert!(over.legs.iter().all(|l| l.leg.state == LegState::Confirmed));
    }
    assert_eq!(in_rings(toit).await, 0, "what is carried out holds no post any more");
}

/// How many posts stand in an agreed ring.
async fn in_rings(toit: &Toit) -> i64 {
    toit.count("offers WHERE ring_id IS NOT NULL").await
}

/// What somebody may know of a ring that not all have agreed to, and nothing more.
fn tells_nothing(view: &BarterView, viewer: &Person, three: &Three, own: Option<u32>) {
    let legs = &view.terms[0].legs;
    assert_eq!((view.terms.len(), legs.len(), view.legs.len()), (1, 2, 0), "her own two services");
    assert_eq!((legs[0].giver, legs[1].receiver), (viewer.id(), viewer.id()));
    assert_eq!((view.terms[0].author, &view.terms[0].note), (TenantId::GONE, &None));
    assert_eq!(view.parties[0].person.id, viewer.id());
    assert_eq!(view.parties.len(), 3);
    for party in &view.parties {
        let shown = own.filter(|_| party.person.id == viewer.id());
        assert_eq!(party.consented, shown, "no yes but her own");
    }
    // The service between the two others is said nowhere, neither by its words nor by its ids.
    let people = three.people();
    let at = people.iter().position(|p| p.id() == viewer.id()).expect("one of them");
    let json = serde_json::to_string(view).expect("JSON");
    let title = three.posts[(at + 1) % 3].title.to_string();
    assert!(!json.contains(&title), "{title} in {json}");
}

async fn before_all_have_agreed_each_sees_first_names_and_her_own_two_services(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let ring = three.proposed().await;
    tells_nothing(&ring, &three.awa, &three, Some(1));
    for person in [&three.luc, &three.nour] {
        let seen = person.client.get_barter(ring.id).await.expect("asked");
        tells_nothing(&seen, person, &three, None);
        assert_eq!(seen.ring, Some(RingAnswers { agreed: 1, people: 3 }));
        assert_eq!(
            (seen.need, &seen.actions[..]),
            (Some(Need::Answer), &[BarterVerb::Consent, BarterVerb::Decline][..])
        );
        let listed = person.client.list_barters(None, None).await.expect("a list").items;
        assert_eq!(listed, [seen], "lists show the same");
        let stale = refusal(person.client.consent_to_barter(ring.id, 2).await);
        let current: BarterView = serde_json::from_value(stale.current.expect("the newest")).expect("a barter");
        tells_nothing(&current, person, &three, None);
    }
    three.luc.client.consent_to_barter(ring.id, 1).await.expect("he agrees");
    tells_nothing(&three.luc.client.get_barter(ring.id).await.expect("his"), &three.luc, &three, Some(1));
    three.nour.client.decline_barter(ring.id).await.expect("she says no");
    for (person, own) in [(&three.awa, Some(1)), (&three.luc, Some(1)), (&three.nour, None)] {
        let over = person.client.get_barter(ring.id).await.expect("still to be read");
        tells_nothing(&over, person, &three, own);
    }
}

async fn the_export_tells_no_more_than_the_page(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let ring = three.proposed().await;
    three.luc.client.decline_barter(ring.id).await.expect("no");
    let bytes = three.nour.client.export_me().await.expect("an archive");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a ZIP");
    let mut read = |name: &str| std::io::read_to_string(zip.by_name(name).expect(name)).expect("UTF-8");
    let data: serde_json::Value = serde_json::from_str(&read("data.json")).expect("JSON");
    let shown = three.nour.client.get_barter(ring.id).await.expect("hers");
    assert_eq!(data["exchanges"], serde_json::json!([shown]));
    let page = read("index.html");
    assert!(page.contains("Service de Luc") && !page.contains("Service de Awa"), "of the others nothing");
    assert!(page.contains("a pas abouti") && !page.contains("Refusé"), "nor that somebody refused");
}

async fn of_a_ring_of_four_nobody_sees_what_the_opposite_one_does(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let s = awa.services.clone();
    let tree = awa.client.list_categories().await.expect("services").items;
    let known = [&s.one, &s.two, &s.elsewhere, &s.sensitive];
    let fourth = tree.into_iter().find(|c| c.parent.is_some() && !c.sensitive && !known.contains(&&c.slug));
    let services = [s.one, s.two, s.elsewhere, fourth.expect("one more").slug];
    let mut people = vec![awa];
    for name in ["Luc", "Nour", "Rosa"] {
        people.push(toit.neighbour(name, Place::A).await);
    }
    for (n, person) in people.iter().enumerate() {
        person.post(&turn(person, &services[n], &services[(n + 3) % 4], 1)).await;
    }
    let ring = people[0].propose_ring(&people[0].ring().await.id).await.expect("proposed");
    assert_eq!(ring.ring, Some(RingAnswers { agreed: 1, people: 4 }));
    for (n, person) in people.iter().enumerate() {
        let seen = person.client.get_barter(ring.id).await.expect("asked");
        assert_eq!(
            all_of(&seen),
            [0, 1, 2, 3].map(|k| people[(n + k) % 4].id()),
            "first names, in the order of giving"
        );
        let legs: Vec<_> = seen.terms[0].legs.iter().map(|l| (l.giver, l.receiver)).collect();
        assert_eq!(legs, [(person.id(), people[(n + 1) % 4].id()), (people[(n + 3) % 4].id(), person.id())]);
        if n > 0 {
            person.client.consent_to_barter(ring.id, 1).await.expect("she agrees");
        }
    }
    assert_eq!(people[2].client.get_barter(ring.id).await.expect("hers").legs.len(), 4);
}

/// All that can be read of an end, without what differs from ring to ring and from person to person.
fn end(view: &BarterView) -> (BarterState, u32, Option<RingAnswers>, usize) {
    assert!(view.actions.is_empty() && view.need.is_none());
    assert!(view.parties.iter().skip(1).all(|p| p.consented.is_none()));
    (view.state, view.revision, view.ring, view.legs.len())
}

async fn nobody_learns_who_refused(toit: &Toit) {
    let mut ends = Vec::new();
    // Who proposed, who has agreed, who has not answered.
    for who in 0..3 {
        let three = Three::meet(toit, 1).await;
        let ring = three.proposed().await;
        three.luc.client.consent_to_barter(ring.id, 1).await.expect("he agrees");
        three.people()[who].client.decline_barter(ring.id).await.expect("no");
        for person in three.people() {
            let view = person.client.get_barter(ring.id).await.expect("theirs");
            assert_eq!(view.updated_at, toit.now());
            ends.push(end(&view));
        }
        for (person, post) in three.people().into_iter().zip(&three.posts) {
            person.client.close_offer(post.id).await.expect("out of the way of the next round");
        }
    }
    assert_eq!(ends[0].0, BarterState::Declined);
    assert!(ends.iter().all(|e| *e == ends[0]), "{ends:?}");
}

async fn a_ring_is_not_rewritten_nor_withdrawn_and_takes_no_note(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let id = three.awa.ring().await.id;
    let note = Note::parse("De la part d'Awa").ok();
    let noted = NewBarter { ring: Some(id.clone()), note, ..NewBarter::default() };
    let refused = refused_value(three.awa.client.propose_barter(&noted, &key()).await);
    assert_eq!(refused, ("/note".to_owned(), FieldCode::UnknownValue));
    let legs = vec![leg(&three.awa, &three.luc, &three.awa.services.one, "Lecture")];
    let by_hand = NewBarter { legs: legs.clone(), ring: Some(id), note: None };
    let refused = refused_value(three.awa.client.propose_barter(&by_hand, &key()).await);
    assert_eq!(refused, ("/legs".to_owned(), FieldCode::UnknownValue));
    let ring = three.proposed().await;
    for person in three.people() {
        assert_eq!(code_of(person.client.withdraw_barter(ring.id).await), ProblemCode::NotNow);
        let counter = domain::barter::CounterOffer { on_version: 1, legs: legs.clone(), note: None };
        let refused = refusal(person.client.counter_barter(ring.id, &counter).await);
        assert!(matches!(refused.code, ProblemCode::NotNow | ProblemCode::Invalid), "{refused}");
    }
    assert_eq!(three.awa.client.get_barter(ring.id).await.expect("hers"), ring, "nothing happened to it");
}

async fn whoever_has_agreed_may_change_her_mind(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let ring = three.proposed().await;
    assert_eq!(ring.actions, [BarterVerb::Decline]);
    three.luc.client.consent_to_barter(ring.id, 1).await.expect("he agrees");
    three.luc.client.decline_barter(ring.id).await.expect("and thinks again");
    for person in three.people() {
        let over = person.client.get_barter(ring.id).await.expect("theirs");
        assert_eq!((over.state, over.need), (BarterState::Declined, None));
        assert_eq!(code_of(person.client.consent_to_barter(ring.id, 1).await), ProblemCode::NotNow, "no is no");
    }
}

async fn a_ring_that_nobody_answers_ends_after_72_hours(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let ring = three.proposed().await;
    toit.wait(TimeDelta::hours(72) - TimeDelta::milliseconds(1)).await;
    assert_eq!(three.luc.client.get_barter(ring.id).await.expect("his").state, BarterState::Proposed);
    toit.wait(TimeDelta::milliseconds(1)).await;
    assert_eq!(three.luc.client.get_barter(ring.id).await.expect("his").state, BarterState::Expired);
    for person in three.people() {
        assert!(person.rings().await.is_empty(), "it rests");
    }
}

async fn a_refused_ring_rests_for_ninety_days_also_when_the_post_is_made_anew(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let name = three.luc.ring().await.id;
    let ring = three.proposed().await;
    three.nour.client.decline_barter(ring.id).await.expect("no");
    assert_eq!(code_of(three.luc.propose_ring(&name).await), ProblemCode::SuggestionGone);
    three.awa.client.close_offer(three.posts[0].id).await.expect("closed");
    let s = three.awa.services.clone();
    three.awa.post(&turn(&three.awa, &s.one, &s.two, 1)).await;
    assert!(three.awa.rings().await.is_empty(), "the same give and take, whatever the post");
    toit.wait_days(45).await;
    let mine = OfferFilter { mine: true, ..OfferFilter::default() };
    let mut people = Vec::new();
    for person in three.people() {
        let person = person.sign_in().await;
        for post in person.client.list_offers(&mine).await.expect("hers").items {
            if post.state == OfferState::Open {
                person.client.renew_offer(post.id).await.expect("renewed");
            }
        }
        people.push(person);
    }
    toit.wait(TimeDelta::days(45) - TimeDelta::milliseconds(1)).await;
    assert!(people[1].rings().await.is_empty());
    toit.wait(TimeDelta::milliseconds(1)).await;
    let again = people[1].propose_ring(&people[1].ring().await.id).await.expect("it may be proposed again");
    assert_eq!(again.state, BarterState::Proposed);
    assert_ne!(again.id, ring.id);
}

async fn a_second_proposal_of_the_same_ring_is_a_yes(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let mut names = Vec::new();
    for person in three.people() {
        names.push(person.ring().await.id);
    }
    let first = three.nour.propose_ring(&names[2]).await.expect("proposed");
    let second = three.awa.propose_ring(&names[0]).await.expect("a yes");
    assert_eq!((second.id, second.ring), (first.id, Some(RingAnswers { agreed: 2, people: 3 })));
    let twice = three.awa.propose_ring(&names[0]).await.expect("she has said so");
    assert_eq!(twice, second);
    let third = three.luc.propose_ring(&names[1]).await.expect("the last yes");
    assert_eq!((third.id, third.state), (first.id, BarterState::Agreed));
    let after = three.awa.propose_ring(&names[0]).await.expect("it is hers");
    assert_eq!((after.id, after.state), (first.id, BarterState::Agreed));
    assert_eq!(toit.count("barters").await, 1);
}

async fn twenty_proposals_at_once_make_one_ring(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let mut tasks = Vec::new();
    for n in 0..20 {
        let person = three.people()[n % 3].clone();
        let name = person.ring().await.id;
        tasks.push(async move { person.propose_ring(&name).await });
    }
    let answers: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut ids = std::collections::BTreeSet::new();
    for answer in answers {
        ids.insert(answer.await.expect("no panic").expect("each is answered with the ring").id);
    }
    assert_eq!(ids.len(), 1);
    assert_eq!((toit.count("barters").await, toit.count("rings").await), (1, 1));
    let ring = three.awa.client.list_barters(None, None).await.expect("hers").items.remove(0);
    assert_eq!(ring.state, BarterState::Agreed, "all three have said yes");
    for (person, post) in three.people().into_iter().zip(&three.posts) {
        assert_eq!(person.client.get_offer(post.id).await.expect("own").places_left, 0);
    }
}

async fn the_same_key_agrees_once(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let (hers, his) = (three.awa.ring().await.id, three.luc.ring().await.id);
    let ring = three.awa.propose_ring(&hers).await.expect("proposed");
    let new = NewBarter { ring: Some(his), ..NewBarter::default() };
    let key = key();
    let first = three.luc.client.propose_barter(&new, &key).await.expect("a yes");
    let again = three.luc.client.propose_barter(&new, &key).await.expect("the same answer");
    assert_eq!((first.id, &again), (ring.id, &first));
    three.luc.client.decline_barter(ring.id).await.expect("he thinks again");
    let late = three.luc.client.propose_barter(&new, &key).await.expect("an answer that was lost on the way");
    assert_eq!((late.id, late.state), (ring.id, BarterState::Declined), "it does not bring back his yes");
}

async fn a_ring_is_for_its_people_alone(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let rosa = toit.neighbour("Rosa", Place::A).await;
    let name = three.awa.ring().await.id;
    assert_eq!(code_of(rosa.propose_ring(&name).await), ProblemCode::SuggestionGone);
    let ring = three.proposed().await;
    assert_eq!(code_of(rosa.propose_ring(&name).await), ProblemCode::SuggestionGone, "nor when it lives");
    assert_eq!(code_of(rosa.client.get_barter(ring.id).await), ProblemCode::NotFound);
    for made_up in ["AAAA", "x", &name.as_str()[..name.as_str().len() - 1]] {
        let made_up = RingId::parse(made_up).expect("a form");
        assert_eq!(code_of(three.awa.propose_ring(&made_up).await), ProblemCode::SuggestionGone);
    }
    assert_eq!(toit.count("barters").await, 1);
}

async fn a_completed_ring_may_be_made_again(toit: &Toit) {
    let three = Three::meet(toit, 2).await;
    let ring = three.agreed().await;
    for person in three.people() {
        assert!(person.rings().await.is_empty(), "it is among their exchanges");
    }
    for leg in &ring.legs {
        let receiver = three.people().into_iter().find(|p| p.id() == leg.leg.terms.receiver).expect("one of them");
        receiver.client.waive_leg(ring.id, leg.leg.terms.id).await.expect("forgiven");
    }
    assert_eq!(three.awa.client.get_barter(ring.id).await.expect("hers").state, BarterState::Completed);
    assert_eq!(toit.count("rings").await, 0);
    let again = three.agreed().await;
    assert_eq!((again.state, again.id == ring.id), (BarterState::Agreed, false));
}

async fn a_ring_that_was_broken_off_frees_its_posts_and_rests(toit: &Toit) {
    let three = Three::meet(toit, 2).await;
    let ring = three.agreed().await;
    for (person, post) in three.people().into_iter().zip(&three.posts) {
        assert_eq!(person.client.get_offer(post.id).await.expect("own").places_left, 1, "once, in two legs");
    }
    let over = three.luc.client.dissolve_barter(ring.id).await.expect("broken off");
    assert!(over.legs.iter().all(|l| l.leg.state == LegState::Waived));
    for (person, post) in three.people().into_iter().zip(&three.posts) {
        let own = person.client.get_offer(post.id).await.expect("own");
        assert_eq!((own.places_left, own.state), (2, OfferState::Open));
        assert!(person.rings().await.is_empty(), "it rests");
    }
    assert_eq!(in_rings(toit).await, 0);
}
