//! Suggestions: who can help with a post and why, and rings in which everybody gives one service and gets one.

use chrono::TimeDelta;
use domain::barter::{BarterState, NewLeg};
use domain::category::CategorySlug;
use domain::id::TenantId;
use domain::offer::{InReturn, NewOffer, OfferKind, OfferView};
use domain::problem::{FieldCode, ProblemCode};
use domain::suggestion::{MatchKind, MatchView, SuggestedService};
use domain::text::Title;

use crate::support::{Person, Place, Three, Toit, code_of, on_both_databases, refused_value, turn};

on_both_databases!(
    a_swap_is_suggested_to_both_with_its_reason,
    a_gift_is_suggested_with_the_one_service_it_is,
    half_of_a_swap_is_suggested_when_the_other_half_is_to_be_found,
    whoever_takes_anything_in_return_is_suggested_what_a_neighbour_can_give,
    swaps_come_first_then_gifts_then_halves_and_the_nearer_before_the_farther,
    a_suggestion_is_proposed_as_it_stands,
    a_neighbour_who_was_asked_about_a_post_is_not_suggested_for_it,
    a_neighbour_who_was_asked_leaves_her_place_to_the_next_one,
    only_the_own_open_post_has_suggestions,
    a_ring_of_three_appears_with_the_post_that_closes_it,
    a_ring_of_four_appears_with_the_post_that_closes_it,
    a_suggested_ring_shows_to_each_first_names_and_her_own_two_services,
    the_same_people_are_suggested_one_ring,
    rings_are_listed_through_one_post_or_all,
    a_ring_that_lives_or_rests_is_not_suggested,
);

/// A post that is given or wanted.
fn post(kind: OfferKind, author: &Person, service: &CategorySlug, title: &str, in_return: InReturn) -> NewOffer {
    NewOffer { kind, category: service.clone(), in_return, ..author.services.offer(title) }
}

fn offer(author: &Person, service: &CategorySlug, title: &str) -> NewOffer {
    post(OfferKind::Offer, author, service, title, InReturn::Nothing)
}

fn request(author: &Person, service: &CategorySlug, title: &str) -> NewOffer {
    post(OfferKind::Request, author, service, title, InReturn::Nothing)
}

fn named(service: &CategorySlug) -> InReturn {
    InReturn::Categories { categories: vec![service.clone()] }
}

async fn matches(person: &Person, post: &OfferView) -> Vec<MatchView> {
    let page = person.client.list_matches(post.id, None).await.expect("suggestions");
    assert_eq!(page.next, None);
    page.items
}

/// The one neighbour who is suggested.
async fn only(person: &Person, post: &OfferView) -> MatchView {
    let mut found = matches(person, post).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn service(category: &CategorySlug, title: &str, give: &OfferView, want: Option<&OfferView>) -> SuggestedService {
    SuggestedService {
        category: category.clone(),
        title: Title::parse(title).expect("a title"),
        offer: give.id,
        wish: want.map(|w| w.id),
        sensitive: false,
    }
}

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

async fn a_swap_is_suggested_to_both_with_its_reason(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    let hers = awa.post(&offer(&awa, &s.one, "Je repasse vos chemises")).await;
    let her_wish = awa.post(&request(&awa, &s.two, "Je cherche de l'aide en informatique")).await;
    toit.clock.advance(TimeDelta::hours(1));
    let his = samir.post(&offer(&samir, &s.two, "J'installe vos appareils")).await;
    assert_eq!(only(&awa, &her_wish).await.kind, MatchKind::Gift, "half an hour earlier he asked for nothing yet");
    let his_wish = samir.post(&request(&samir, &s.one, "Qui repasse ?")).await;
    let give = service(&s.one, "Je repasse vos chemises", &hers, Some(&his_wish));
    let get = service(&s.two, "J'installe vos appareils", &his, Some(&her_wish));
    for post in [&hers, &her_wish] {
        let found = only(&awa, post).await;
        assert_eq!((found.kind, found.person.id), (MatchKind::Swap, samir.id()));
        assert_eq!((found.residence.id, found.distance_m), (samir.me.residence.id, 300));
        assert_eq!((found.give.as_ref(), found.get.as_ref()), (Some(&give), Some(&get)));
        assert_eq!(found.since, her_wish.created_at, "hers has waited longer than his");
    }
    let found = only(&samir, &his).await;
    assert_eq!((found.kind, found.person.id), (MatchKind::Swap, awa.id()));
    assert_eq!((found.give, found.get), (Some(get), Some(give)), "the same, seen from the other side");
}

async fn a_gift_is_suggested_with_the_one_service_it_is(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    let given = awa.post(&offer(&awa, &s.one, "Lecture à voix haute")).await;
    let wanted = samir.post(&post(OfferKind::Request, &samir, &s.one, "Qui lit pour moi ?", InReturn::Anything)).await;
    let what = service(&s.one, "Lecture à voix haute", &given, Some(&wanted));
    let found = only(&awa, &given).await;
    assert_eq!((found.kind, found.give.as_ref(), found.get), (MatchKind::Gift, Some(&what), None));
    let found = only(&samir, &wanted).await;
    assert_eq!((found.kind, found.give, found.get), (MatchKind::Gift, None, Some(what)));
}

async fn half_of_a_swap_is_suggested_when_the_other_half_is_to_be_found(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    // She would like a service that he does not speak of.
    let hers = awa.post(&turn(&awa, &s.one, &s.elsewhere, 1)).await;
    let his = samir.post(&request(&samir, &s.one, "Je cherche cela")).await;
    let what = service(&s.one, "Service de Awa", &hers, Some(&his));
    let found = only(&awa, &hers).await;
    assert_eq!((found.kind, found.give.as_ref(), found.get), (MatchKind::Half, Some(&what), None));
    let found = only(&samir, &his).await;
    assert_eq!((found.kind, found.give, found.get), (MatchKind::Half, None, Some(what)));
    let other = toit.neighbour("Inès", Place::A).await;
    let nothing = other.post(&offer(&other, &s.two, "Personne n'en demande")).await;
    assert_eq!(matches(&other, &nothing).await, []);
}

async fn whoever_takes_anything_in_return_is_suggested_what_a_neighbour_can_give(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    let hers = awa.post(&post(OfferKind::Offer, &awa, &s.one, "Je repasse", InReturn::Anything)).await;
    let his = samir.post(&turn(&samir, &s.two, &s.one, 1)).await;
    let found = only(&awa, &hers).await;
    assert_eq!((found.kind, found.person.id), (MatchKind::Swap, samir.id()));
    assert_eq!(found.give, Some(service(&s.one, "Je repasse", &hers, Some(&his))));
    assert_eq!(found.get, Some(service(&s.two, "Service de Samir", &his, None)), "she had not asked for it by name");
    let ines = toit.neighbour("Inès", Place::A).await;
    let too = ines.post(&post(OfferKind::Offer, &ines, &s.elsewhere, "Et moi, tout", InReturn::Anything)).await;
    assert_eq!(matches(&ines, &too).await, [], "nobody seeks by name what she gives");
}

async fn swaps_come_first_then_gifts_then_halves_and_the_nearer_before_the_farther(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let s = awa.services.clone();
    let wish = awa.post(&post(OfferKind::Request, &awa, &s.one, "Je cherche", named(&s.two))).await;
    for (name, place, in_return) in [
        ("Half", Place::A, named(&s.elsewhere)),
        ("Gift loin", Place::C, InReturn::Nothing),
        ("Gift", Place::B, InReturn::Nothing),
        ("Swap loin", Place::C, named(&s.two)),
        ("Swap", Place::B, named(&s.two)),
    ] {
        let person = toit.neighbour(name, place).await;
        person.post(&post(OfferKind::Offer, &person, &s.one, name, in_return)).await;
    }
    let found = matches(&awa, &wish).await;
    let names: Vec<_> = found.iter().map(|m| m.person.first_name.to_string()).collect();
    assert_eq!(names, ["Swap", "Swap loin", "Gift", "Gift loin", "Half"]);
    let first = awa.client.list_matches(wish.id, Some(2)).await.expect("two").items;
    assert_eq!(first, found[..2]);
}

fn asked(giver: TenantId, receiver: TenantId, service: SuggestedService) -> NewLeg {
    NewLeg {
        giver,
        receiver,
        offer: Some(service.offer),
        wish: service.wish,
        category: Some(service.category),
        what: None,
        at: None,
        place: None,
    }
}

async fn a_suggestion_is_proposed_as_it_stands(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    // He asks for one service and would give another for it: no post tells what that would be.
    let hers = awa.post(&turn(&awa, &s.one, &s.two, 1)).await;
    samir.post(&post(OfferKind::Request, &samir, &s.one, "Je cherche", named(&s.two))).await;
    let found = only(&awa, &hers).await;
    assert_eq!(found.kind, MatchKind::Swap);
    let (give, get) = (found.give.expect("hers"), found.get.expect("his"));
    let label = awa.client.list_categories().await.expect("services").items.into_iter().find(|c| c.slug == s.two);
    assert_eq!(get.title.to_string(), label.expect("known").fr, "the name of the service stands for a title");
    let titles = [give.title.clone(), get.title.clone()];
    let legs = vec![asked(awa.id(), samir.id(), give), asked(samir.id(), awa.id(), get)];
    let barter = awa.propose(legs).await;
    assert_eq!(barter.terms[0].legs.iter().map(|l| l.what.clone()).collect::<Vec<_>>(), titles);
    let agreed = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    assert_eq!(agreed.state, BarterState::Agreed);
    assert_eq!(matches(&awa, &hers).await, [], "both posts are taken");
}

async fn a_neighbour_who_was_asked_about_a_post_is_not_suggested_for_it(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    let hers = awa.post(&turn(&awa, &s.one, &s.two, 2)).await;
    let his = samir.post(&turn(&samir, &s.two, &s.one, 2)).await;
    let other = awa.post(&turn(&awa, &s.one, &s.two, 2)).await;
    let found = only(&awa, &hers).await;
    let (give, get) = (found.give.expect("hers"), found.get.expect("his"));
    let used = give.offer;
    let barter = awa.propose(vec![asked(awa.id(), samir.id(), give), asked(samir.id(), awa.id(), get)]).await;
    let (used, free) = if used == hers.id { (&hers, &other) } else { (&other, &hers) };
    assert_eq!(matches(&awa, used).await, [], "she has asked him, and he has not answered");
    assert_eq!(matches(&samir, &his).await, [], "he was asked");
    assert_eq!(only(&awa, free).await.person.id, samir.id(), "of another post nothing was said");
    samir.client.decline_barter(barter.id).await.expect("no");
    assert_eq!(only(&awa, used).await.person.id, samir.id(), "she may ask again");
    assert_eq!(only(&samir, &his).await.person.id, awa.id());
}

async fn a_neighbour_who_was_asked_leaves_her_place_to_the_next_one(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lina = toit.neighbour("Lina", Place::C).await;
    let s = awa.services.clone();
    let hers = awa.post(&turn(&awa, &s.one, &s.two, 2)).await;
    for person in [&samir, &lina] {
        person.post(&turn(person, &s.two, &s.one, 2)).await;
    }
    let first = async || {
        let page = awa.client.list_matches(hers.id, Some(1)).await.expect("suggestions");
        page.items.into_iter().map(|m| m.person.id).collect::<Vec<_>>()
    };
    assert_eq!(first().await, [samir.id()], "the nearer one");
    let found = matches(&awa, &hers).await.remove(0);
    let legs = vec![
        asked(awa.id(), samir.id(), found.give.expect("hers")),
        asked(samir.id(), awa.id(), found.get.expect("his")),
    ];
    awa.propose(legs).await;
    assert_eq!(first().await, [lina.id()]);
}

async fn only_the_own_open_post_has_suggestions(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let s = awa.services.clone();
    let hers = awa.post(&turn(&awa, &s.one, &s.two, 1)).await;
    let his = samir.post(&turn(&samir, &s.two, &s.one, 1)).await;
    assert_eq!(matches(&awa, &hers).await.len(), 1);
    assert_eq!(code_of(samir.client.list_matches(hers.id, None).await), ProblemCode::NotFound);
    assert_eq!(code_of(awa.client.list_rings(Some(his.id), None).await), ProblemCode::NotFound);
    let nothing = domain::id::OfferId(uuid::Uuid::from_u128(7));
    assert_eq!(code_of(awa.client.list_matches(nothing, None).await), ProblemCode::NotFound);
    assert_eq!(code_of(awa.client.list_rings(Some(nothing), None).await), ProblemCode::NotFound);
    awa.client.pause_offer(hers.id).await.expect("paused");
    assert_eq!(matches(&awa, &hers).await, []);
    assert_eq!(awa.client.list_rings(Some(hers.id), None).await.expect("none").items, []);
    assert_eq!(code_of(samir.client.list_matches(hers.id, None).await), ProblemCode::NotFound);
    for limit in [0, 51] {
        let refused = refused_value(awa.client.list_matches(hers.id, Some(limit)).await);
        assert_eq!(refused, ("?limit".to_owned(), FieldCode::OutOfRange));
    }
    for limit in [0, 21] {
        let refused = refused_value(awa.client.list_rings(None, Some(limit)).await);
        assert_eq!(refused, ("?limit".to_owned(), FieldCode::OutOfRange));
    }
    let answer = awa.raw().get("/rings").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

async fn a_ring_of_three_appears_with_the_post_that_closes_it(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let last = three.nour.client.close_offer(three.posts[2].id).await.expect("not yet");
    for person in three.people() {
        assert_eq!(person.rings().await, [], "{} cannot help", last.title);
    }
    let s = three.awa.services.clone();
    three.nour.post(&turn(&three.nour, &s.two, &s.elsewhere, 1)).await;
    for (n, person) in three.people().into_iter().enumerate() {
        let ring = person.ring().await;
        let ids: Vec<_> = ring.people.iter().map(|p| p.id).collect();
        assert_eq!(
            ids,
            [0, 1, 2].map(|k| three.people()[(n + k) % 3].id()),
            "the viewer first, in the order of giving"
        );
        assert_eq!((ring.farthest_m, ring.since), (300, three.posts[0].created_at));
    }
}

async fn a_ring_of_four_appears_with_the_post_that_closes_it(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let s = awa.services.clone();
    let services = [s.one, s.two, s.elsewhere, s.sensitive];
    let mut people = vec![awa];
    for (name, place) in [("Luc", Place::B), ("Nour", Place::A), ("Rosa", Place::B)] {
        people.push(toit.neighbour(name, place).await);
    }
    for (n, person) in people.iter().enumerate() {
        assert_eq!(people[0].rings().await, [], "{n} posts are too few");
        person.post(&turn(person, &services[n], &services[(n + 3) % 4], 1)).await;
    }
    for (n, person) in people.iter().enumerate() {
        let ring = person.ring().await;
        let ids: Vec<_> = ring.people.iter().map(|p| p.id).collect();
        assert_eq!(ids, [0, 1, 2, 3].map(|k| people[(n + k) % 4].id()));
        assert_eq!((&ring.give.category, &ring.get.category), (&services[n], &services[(n + 3) % 4]));
        assert_eq!((ring.give.sensitive, ring.get.sensitive), (n == 3, n == 0), "some services need a meeting first");
    }
}

async fn a_suggested_ring_shows_to_each_first_names_and_her_own_two_services(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    for (n, person) in three.people().into_iter().enumerate() {
        let ring = person.ring().await;
        let [mine, next, last] = [0, 1, 2].map(|k| &three.posts[(n + k) % 3]);
        assert_eq!(ring.give, service(&mine.category, mine.title.as_str(), mine, Some(next)));
        assert_eq!(ring.get, service(&last.category, last.title.as_str(), last, Some(mine)));
        let json = serde_json::to_string(&ring).expect("JSON");
        assert!(!json.contains(next.title.as_str()) && !json.contains(next.category.as_str()), "{json}");
        let name = ring.id.as_str();
        let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, name).expect("base64url");
        let slug = next.category.as_str().as_bytes();
        assert!(!bytes.windows(slug.len()).any(|w| w == slug), "nor does its name tell what the others do");
        assert!(!bytes.windows(16).any(|w| w == next.id.0.as_bytes()));
    }
}

async fn the_same_people_are_suggested_one_ring(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let s = three.awa.services.clone();
    let before = three.awa.ring().await;
    // More posts of the same people, by which the same ring and the one the other way round could be made too.
    three.luc.post(&turn(&three.luc, &s.elsewhere, &s.one, 1)).await;
    three.awa.post(&turn(&three.awa, &s.two, &s.one, 1)).await;
    three.luc.post(&turn(&three.luc, &s.one, &s.elsewhere, 1)).await;
    three.nour.post(&turn(&three.nour, &s.elsewhere, &s.two, 1)).await;
    assert_eq!(three.awa.rings().await, [before], "the oldest wishes first");
    let rosa = toit.neighbour("Rosa", Place::C).await;
    rosa.post(&turn(&rosa, &s.two, &s.elsewhere, 1)).await;
    let rings = three.awa.rings().await;
    assert_eq!(rings.len(), 2, "another one with somebody else: {rings:?}");
    assert!(rings[0].farthest_m < rings[1].farthest_m);
    assert!(rings[1].people.iter().any(|p| p.id == rosa.id()));
}

async fn rings_are_listed_through_one_post_or_all(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let s = three.awa.services.clone();
    let other = three.awa.post(&turn(&three.awa, &s.sensitive, &s.one, 1)).await;
    let list = async |offer| three.awa.client.list_rings(offer, None).await.expect("rings").items;
    let all = list(None).await;
    assert_eq!(all.len(), 1);
    assert_eq!(list(Some(three.posts[0].id)).await, all);
    assert_eq!(list(Some(other.id)).await, []);
}

async fn a_ring_that_lives_or_rests_is_not_suggested(toit: &Toit) {
    let three = Three::meet(toit, 2).await;
    let before = three.awa.ring().await;
    let barter = three.proposed().await;
    for person in three.people() {
        assert_eq!(person.rings().await, [], "it stands among the exchanges");
    }
    three.luc.client.decline_barter(barter.id).await.expect("no");
    for person in three.people() {
        assert_eq!(person.rings().await, [], "it rests");
    }
    // The posts have to be renewed meanwhile.
    for _ in 0..2 {
        toit.wait_days(44).await;
        for (person, post) in three.people().into_iter().zip(&three.posts) {
            person.client.renew_offer(post.id).await.expect("renewed");
        }
        let signed_in = three.awa.sign_in().await;
        assert_eq!(signed_in.rings().await, []);
    }
    toit.wait_days(2).await;
    let again = three.awa.sign_in().await;
    assert_eq!(again.ring().await, before, "after ninety days it may be proposed again");
}
