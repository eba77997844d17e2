//! Versions of the terms: everybody agrees to one exact text.

use domain::barter::NewLeg;
use domain::barter::{BarterState, BarterView, NewBarter};
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::offer::{Capacity, EditOffer, InReturn, NewOffer, OfferKind, OfferView};
use domain::problem::{FieldCode, ProblemCode};
use domain::text::{Body, Note, Title};

use crate::support::{
    Person, Place, Toit, appointment, code_of, counter, key, leg, offer_leg, on_both_databases, refusal, refused_value,
};

on_both_databases!(
    consent_to_an_older_version_is_refused_with_the_newest,
    a_counter_offer_on_an_older_version_is_refused_with_the_newest,
    of_two_counter_offers_that_cross_one_wins,
    consent_and_counter_at_once_never_agree_to_what_was_not_read,
    a_version_that_does_not_exist_yet_is_stale,
    whoever_wrote_the_newest_version_has_consented,
    later_edits_of_an_offer_change_nothing_that_was_agreed,
    terms_keep_notes_days_and_places_as_typed,
    a_swap_may_become_a_gift_and_a_gift_a_swap,
    a_counter_offer_brings_in_nobody_else,
    agreed_terms_are_final,
    a_counter_offer_names_no_post_that_does_not_reach_its_author,
    a_post_that_was_paused_stays_in_the_terms,
    a_swap_names_the_posts_of_both_and_takes_one_place_of_each,
    a_wish_is_the_receivers_own_post_that_asks_for_this_service,
    a_request_gives_what_it_names_in_return,
    who_answers_a_wish_with_her_own_offer_was_invited,
);

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

async fn proposed(awa: &Person, samir: &Person) -> BarterView {
    let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
    awa.propose(vec![offer_leg(samir, awa, &offer), leg(awa, samir, &awa.services.two, "Repassage")]).await
}

async fn countered(toit: &Toit) -> (Person, Person, BarterView, BarterView) {
    let (awa, samir) = two(toit).await;
    let first = proposed(&awa, &samir).await;
    let gift = vec![leg(&awa, &samir, &awa.services.two, "Deux corbeilles")];
    let second = samir.client.counter_barter(first.id, &counter(&first, gift)).await.expect("countered");
    (awa, samir, first, second)
}

async fn consent_to_an_older_version_is_refused_with_the_newest(toit: &Toit) {
    let (awa, _, first, second) = countered(toit).await;
    let problem = refusal(awa.client.consent_to_barter(first.id, 1).await);
    assert_eq!(problem.code, ProblemCode::Stale);
    let current: BarterView = serde_json::from_value(problem.current.expect("the newest")).expect("a barter");
    assert_eq!(current, awa.client.get_barter(first.id).await.expect("hers"));
    assert_eq!(current.terms, second.terms);
    assert_eq!(current.state, BarterState::Proposed);
    let agreed = awa.client.consent_to_barter(first.id, 2).await.expect("the newest");
    assert_eq!(agreed.legs[0].leg.terms.what.as_str(), "Deux corbeilles");
}

async fn a_counter_offer_on_an_older_version_is_refused_with_the_newest(toit: &Toit) {
    let (awa, samir, first, _) = countered(toit).await;
    let old = counter(&first, vec![leg(&awa, &samir, &awa.services.two, "Trois corbeilles")]);
    let problem = refusal(awa.client.counter_barter(first.id, &old).await);
    assert_eq!(problem.code, ProblemCode::Stale);
    let current: BarterView = serde_json::from_value(problem.current.expect("the newest")).expect("a barter");
    assert_eq!(current.terms.len(), 2);
}

async fn of_two_counter_offers_that_cross_one_wins(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    for _ in 0..5 {
        let barter = proposed(&awa, &samir).await;
        let hers = counter(&barter, vec![leg(&awa, &samir, &awa.services.two, "à elle")]);
        let his = counter(&barter, vec![leg(&awa, &samir, &awa.services.two, "à lui")]);
        let (one, two) =
            tokio::join!(awa.client.counter_barter(barter.id, &hers), samir.client.counter_barter(barter.id, &his));
        let results = [one, two];
        let won = results.iter().position(Result::is_ok).expect("one wins");
        let problem = refusal(results[1 - won].clone());
        assert_eq!(problem.code, ProblemCode::Stale);
        let current: BarterView = serde_json::from_value(problem.current.expect("the newest")).expect("a barter");
        assert_eq!((current.terms.len(), current.revision), (2, 2));
        assert_eq!(current.terms[1].author, [awa.id(), samir.id()][won]);
    }
}

async fn consent_and_counter_at_once_never_agree_to_what_was_not_read(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    for _ in 0..5 {
        let barter = proposed(&awa, &samir).await;
        let hers = counter(&barter, vec![leg(&awa, &samir, &awa.services.two, "à elle")]);
        let (countered, agreed) =
            tokio::join!(awa.client.counter_barter(barter.id, &hers), samir.client.consent_to_barter(barter.id, 1));
        let now = awa.client.get_barter(barter.id).await.expect("hers");
        match (countered, agreed) {
            (Ok(_), refused) => {
                assert_eq!(code_of(refused), ProblemCode::Stale);
                assert_eq!((now.state, now.terms.len()), (BarterState::Proposed, 2));
            }
            (refused, Ok(_)) => {
                assert!(matches!(code_of(refused), ProblemCode::NotNow | ProblemCode::Stale));
                assert_eq!((now.state, now.terms.len()), (BarterState::Agreed, 1));
            }
            (one, two) => panic!("one of both wins: {one:?} {two:?}"),
        }
    }
}

async fn a_version_that_does_not_exist_yet_is_stale(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = proposed(&awa, &samir).await;
    for version in [0, 2, u32::MAX] {
        assert_eq!(code_of(samir.client.consent_to_barter(barter.id, version).await), ProblemCode::Stale);
    }
    let path = format!("/barters/{}/consent", barter.id);
    for body in [r#"{"version":-1}"#, r#"{"version":4294967296}"#] {
        samir.raw().post(&path, body).await.invalid("/version", FieldCode::OutOfRange);
    }
    assert_eq!(samir.client.get_barter(barter.id).await.expect("his").state, BarterState::Proposed);
}

async fn whoever_wrote_the_newest_version_has_consented(toit: &Toit) {
    let (awa, samir, first, second) = countered(toit).await;
    assert_eq!(code_of(samir.client.consent_to_barter(first.id, 2).await), ProblemCode::NotNow);
    let own = counter(&second, vec![leg(&awa, &samir, &awa.services.two, "plutôt trois")]);
    let third = samir.client.counter_barter(first.id, &own).await.expect("he may change his mind");
    let consents: Vec<_> = third.parties.iter().map(|p| p.consented).collect();
    assert_eq!(consents, [None, Some(3)], "consents start again");
    assert_eq!(awa.client.consent_to_barter(first.id, 3).await.expect("agreed").state, BarterState::Agreed);
}

async fn later_edits_of_an_offer_change_nothing_that_was_agreed(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
    let barter = awa.propose(vec![offer_leg(&samir, &awa, &offer)]).await;
    let edit = EditOffer {
        title: Some(Title::parse("Tout autre chose").expect("a title")),
        text: Some(Body::parse("Et payant.").expect("a text")),
        category: Some(samir.services.elsewhere.clone()),
        ..EditOffer::default()
    };
    samir.client.edit_offer(offer.id, offer.version, &edit).await.expect("edited");
    let agreed = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    for terms in [&agreed.terms[0].legs[0], &agreed.legs[0].leg.terms] {
        assert_eq!((terms.what.as_str(), terms.details.as_str()), ("Cours d'informatique", "Le samedi matin."));
        assert_eq!(terms.category, offer.category);
    }
    let closed = samir.client.get_offer(offer.id).await.expect("his");
    assert_eq!(closed.places_left, 0, "the one place is promised");
}

async fn terms_keep_notes_days_and_places_as_typed(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
    let when = appointment(toit.now() + chrono::TimeDelta::days(3), "salle «\u{a0}commune\u{a0}» <b>RdC</b>");
    let mut lesson = offer_leg(&samir, &awa, &offer);
    lesson.at = Some(when.at);
    lesson.place = when.place.clone();
    lesson.what = Some(Title::parse("Une heure seulement").expect("a title"));
    let note = Note::parse("Bonjour,\nça vous irait ? 🙂").expect("a note");
    let new = NewBarter { legs: vec![lesson], ring: None, note: Some(note.clone()) };
    let barter = awa.client.propose_barter(&new, &key()).await.expect("proposed");
    assert_eq!(barter.terms[0].note, Some(note));
    let terms = &barter.terms[0].legs[0];
    assert_eq!((terms.at, &terms.place), (Some(when.at), &when.place));
    assert_eq!(terms.what.as_str(), "Une heure seulement", "own words go before those of the offer");
    let agreed = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    assert_eq!(agreed.legs[0].leg.terms, *terms);
    assert_eq!(agreed.legs[0].leg.state, domain::leg::LegState::Scheduled, "the day was agreed too");
}

async fn a_swap_may_become_a_gift_and_a_gift_a_swap(toit: &Toit) {
    let (awa, samir, first, second) = countered(toit).await;
    assert_eq!((first.terms[0].legs.len(), second.terms[1].legs.len()), (2, 1));
    let s = &awa.services;
    let swap = vec![leg(&awa, &samir, &s.two, "Repassage"), leg(&samir, &awa, &s.one, "Lecture")];
    let third = awa.client.counter_barter(first.id, &counter(&second, swap)).await.expect("countered");
    let agreed = samir.client.consent_to_barter(first.id, 3).await.expect("agreed");
    assert_eq!((third.terms[2].legs.len(), agreed.legs.len()), (2, 2));
}

async fn a_counter_offer_brings_in_nobody_else(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let chloe = toit.neighbour("Chloé", Place::A).await;
    let barter = proposed(&awa, &samir).await;
    let with_her = counter(&barter, vec![leg(&awa, &chloe, &awa.services.two, "Repassage")]);
    assert_eq!(refused_value(awa.client.counter_barter(barter.id, &with_her).await).0, "/legs");
    assert!(chloe.client.list_barters(None, None).await.expect("hers").items.is_empty());
    let nothing = counter(&barter, vec![]);
    assert_eq!(
        refused_value(awa.client.counter_barter(barter.id, &nothing).await),
        ("/legs".to_owned(), FieldCode::Required)
    );
}

async fn agreed_terms_are_final(toit: &Toit) {
    let (awa, samir, first, second) = countered(toit).await;
    awa.client.consent_to_barter(first.id, 2).await.expect("agreed");
    let more = counter(&second, vec![leg(&awa, &samir, &awa.services.two, "encore")]);
    assert_eq!(code_of(samir.client.counter_barter(first.id, &more).await), ProblemCode::NotNow);
    assert_eq!(code_of(samir.client.decline_barter(first.id).await), ProblemCode::NotNow);
    assert_eq!(code_of(awa.client.withdraw_barter(first.id).await), ProblemCode::NotNow);
    assert_eq!(code_of(awa.client.consent_to_barter(first.id, 2).await), ProblemCode::NotNow);
}

async fn a_counter_offer_names_no_post_that_does_not_reach_its_author(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let barter = proposed(&awa, &samir).await;
    let at_home = NewOffer { circle: Circle::Residence, ..samir.services.offer("Pour ma cage d'escalier") };
    let hidden = samir.post(&at_home).await;
    assert_eq!(code_of(awa.client.get_offer(hidden.id).await), ProblemCode::NotFound);
    let hers = counter(&barter, vec![offer_leg(&samir, &awa, &hidden)]);
    let expected = ("/legs/0/offer".to_owned(), FieldCode::UnknownValue);
    assert_eq!(refused_value(awa.client.counter_barter(barter.id, &hers).await), expected);
    let his = counter(&barter, vec![offer_leg(&samir, &awa, &hidden)]);
    let shown = samir.client.counter_barter(barter.id, &his).await.expect("it is his to show");
    let again =
        counter(&shown, vec![offer_leg(&samir, &awa, &hidden), leg(&awa, &samir, &awa.services.two, "Repassage")]);
    awa.client.counter_barter(barter.id, &again).await.expect("what he has shown may stay");
}

async fn a_post_that_was_paused_stays_in_the_terms(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let offer = samir.post(&samir.services.offer("Cours d'informatique")).await;
    let barter = awa.propose(vec![offer_leg(&samir, &awa, &offer)]).await;
    samir.client.pause_offer(offer.id).await.expect("paused");
    let more =
        counter(&barter, vec![offer_leg(&samir, &awa, &offer), leg(&awa, &samir, &awa.services.two, "Repassage")]);
    awa.client.counter_barter(barter.id, &more).await.expect("it stays");
}

/// A post for two people that names what would please in return.
async fn post(author: &Person, kind: OfferKind, category: &CategorySlug, in_return: InReturn) -> OfferView {
    let title = if kind == OfferKind::Offer { "Je propose" } else { "Je cherche" };
    let capacity = Capacity::parse(2).expect("two");
    author
        .post(&NewOffer { kind, category: category.clone(), capacity, in_return, ..author.services.offer(title) })
        .await
}

fn named(category: &CategorySlug) -> InReturn {
    InReturn::Categories { categories: vec![category.clone()] }
}

fn with_wish(leg: NewLeg, wish: &OfferView) -> NewLeg {
    NewLeg { wish: Some(wish.id), ..leg }
}

async fn a_swap_names_the_posts_of_both_and_takes_one_place_of_each(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    let hers = post(&awa, OfferKind::Offer, &s.one, named(&s.two)).await;
    let his = post(&samir, OfferKind::Offer, &s.two, named(&s.one)).await;
    let there = with_wish(offer_leg(&awa, &samir, &hers), &his);
    let back = with_wish(offer_leg(&samir, &awa, &his), &hers);
    let swap = awa.propose(vec![there, back]).await;
    assert_eq!((swap.terms[0].legs[0].offer, swap.terms[0].legs[0].wish), (Some(hers.id), Some(his.id)));
    let agreed = samir.client.consent_to_barter(swap.id, 1).await.expect("agreed");
    assert_eq!(agreed.legs[1].leg.terms.wish, Some(hers.id));
    for (person, post) in [(&awa, &hers), (&samir, &his)] {
        let left = person.client.get_offer(post.id).await.expect("own").places_left;
        assert_eq!(left, 1, "each post stands in both legs and is promised once");
    }
    awa.client.waive_leg(swap.id, agreed.legs[1].leg.terms.id).await.expect("forgiven");
    assert_eq!(samir.client.get_offer(his.id).await.expect("his").places_left, 1, "the other leg still needs it");
    samir.client.dissolve_barter(swap.id).await.expect("dissolved");
    for (person, post) in [(&awa, &hers), (&samir, &his)] {
        assert_eq!(person.client.get_offer(post.id).await.expect("own").places_left, 2);
    }
}

async fn a_wish_is_the_receivers_own_post_that_asks_for_this_service(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let chloe = toit.neighbour("Chloé", Place::A).await;
    let s = awa.services.clone();
    let his = post(&samir, OfferKind::Offer, &s.one, InReturn::Anything).await;
    let ok = [
        post(&awa, OfferKind::Request, &s.one, InReturn::Nothing).await,
        post(&awa, OfferKind::Offer, &s.two, named(&s.one)).await,
        post(&awa, OfferKind::Offer, &s.two, InReturn::Anything).await,
    ];
    for wish in &ok {
        awa.propose(vec![with_wish(offer_leg(&samir, &awa, &his), wish)]).await;
    }
    let at_home = NewOffer { circle: Circle::Residence, kind: OfferKind::Request, ..chloe.services.offer("Chez moi") };
    let paused = post(&awa, OfferKind::Request, &s.one, InReturn::Nothing).await;
    awa.client.close_offer(paused.id).await.expect("closed");
    let wrong = [
        post(&awa, OfferKind::Request, &s.two, named(&s.one)).await,
        post(&awa, OfferKind::Offer, &s.one, named(&s.two)).await,
        post(&awa, OfferKind::Offer, &s.two, InReturn::Nothing).await,
        post(&chloe, OfferKind::Request, &s.one, InReturn::Nothing).await,
        chloe.post(&at_home).await,
        his.clone(),
    ];
    for wish in &wrong {
        let refused = refused_value(awa.try_propose(vec![with_wish(offer_leg(&samir, &awa, &his), wish)]).await);
        assert_eq!(refused, ("/legs/0/wish".to_owned(), FieldCode::UnknownValue), "{wish:?}");
    }
    let closed = awa.try_propose(vec![with_wish(offer_leg(&samir, &awa, &his), &paused)]).await;
    assert_eq!(code_of(closed), ProblemCode::OfferNotOpen);
}

async fn a_request_gives_what_it_names_in_return(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    let seeks = post(&samir, OfferKind::Request, &s.one, named(&s.two)).await;
    let there = offer_leg(&awa, &samir, &seeks);
    let back =
        |category: Option<&CategorySlug>| NewLeg { category: category.cloned(), ..offer_leg(&samir, &awa, &seeks) };
    let swap = awa.propose(vec![there.clone(), back(Some(&s.two))]).await;
    let legs = &swap.terms[0].legs;
    assert_eq!((&legs[0].category, &legs[1].category), (&s.one, &s.two));
    assert_eq!(legs[0].what.as_str(), "Je cherche");
    let tree = awa.client.list_categories().await.expect("services").items;
    let name = tree.iter().find(|c| c.slug == s.two).map(|c| c.fr.clone());
    assert_eq!(Some(legs[1].what.to_string()), name, "his post has no words for what he gives in return");
    samir.client.consent_to_barter(swap.id, 1).await.expect("agreed");
    assert_eq!(samir.client.get_offer(seeks.id).await.expect("his").places_left, 1, "one post, one place");
    let unnamed = awa.try_propose(vec![there.clone(), back(None)]).await;
    assert_eq!(refused_value(unnamed), ("/legs/1/category".to_owned(), FieldCode::Required));
    for other in [&s.one, &s.elsewhere] {
        let refused = awa.try_propose(vec![there.clone(), back(Some(other))]).await;
        assert_eq!(refused_value(refused), ("/legs/1/offer".to_owned(), FieldCode::UnknownValue));
    }
}

async fn who_answers_a_wish_with_her_own_offer_was_invited(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    let hers = post(&awa, OfferKind::Offer, &s.one, InReturn::Nothing).await;
    let seeks = post(&samir, OfferKind::Request, &s.one, InReturn::Anything).await;
    let gift = with_wish(offer_leg(&awa, &samir, &hers), &seeks);
    let barter = awa.propose(vec![gift.clone()]).await;
    let agreed = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    assert_eq!(agreed.legs[0].leg.terms.what.as_str(), "Je propose");
    samir.client.pause_offer(seeks.id).await.expect("paused");
    assert!(awa.try_propose(vec![gift]).await.is_err(), "what is off the lists invites nobody new");
}
