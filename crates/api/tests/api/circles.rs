//! How far a post reaches: exactly those it reaches see it, by list and by id.

use api::app::import::ResidenceRow;
use api::app::offices;
use client::OfferFilter;
use domain::circle::{Circle, Wave};
use domain::offer::{NewOffer, OfferView};
use domain::problem::ProblemCode;

use crate::support::{Person, Place, Toit, code_of, on_both_databases};

on_both_databases!(
    a_post_is_seen_exactly_by_those_it_reaches,
    two_residences_300_m_apart_across_a_boundary_see_each_others_nearby_posts,
    nothing_reaches_a_residence_that_closes,
    nothing_reaches_from_a_residence_that_closes,
    a_list_shows_who_lives_within_the_circle_and_reaches_me,
    the_circles_tell_how_many_residences_stand_in_them,
    residences_around_are_listed_the_closest_first,
    a_residence_that_is_loaded_later_joins_the_circles,
    an_edit_of_the_circle_changes_who_sees_it_at_once,
    residences_whose_district_is_unknown_are_not_in_one_district,
);

async fn one_in_each(toit: &Toit) -> Vec<(Place, Person)> {
    // D opens for the moment of joining: somebody lives there already when it closes again.
    toit.set_wave(Place::D, Wave::Open).await;
    let mut people = Vec::new();
    for (place, name) in Place::ALL.into_iter().zip(["Awa", "Bilal", "Chloé", "Denis", "Elif"]) {
        people.push((place, toit.neighbour(name, place).await));
    }
    toit.set_wave(Place::D, Wave::Closed).await;
    people
}

async fn post(person: &Person, circle: Circle) -> OfferView {
    person
        .post(&NewOffer { circle, ..person.services.offer(&format!("{} {}", person.me.first_name, circle.as_str())) })
        .await
}

/// Whether somebody sees a post, asked by list and by id, which must agree.
async fn sees(viewer: &Person, offer: &OfferView) -> bool {
    let listed = viewer.titles(OfferFilter::default()).await.contains(&offer.title.to_string());
    let by_id = match viewer.client.get_offer(offer.id).await {
        Ok(found) => {
            assert_eq!(found.id, offer.id);
            true
        }
        refused => {
            assert_eq!(code_of(refused), ProblemCode::NotFound);
            false
        }
    };
    assert_eq!(listed, by_id, "list and id disagree about {} for {}", offer.title, viewer.me.first_name);
    by_id
}

async fn a_post_is_seen_exactly_by_those_it_reaches(toit: &Toit) {
    use Place::{A, B, C, E};
    let people = one_in_each(toit).await;
    for (circle, from_a, from_b, from_c) in [
        (Circle::Residence, &[A][..], &[B][..], &[C][..]),
        (Circle::Nearby, &[A, B], &[A, B], &[C]),
        (Circle::District, &[A, C], &[B], &[A, C]),
        (Circle::Office, &[A, B, C], &[A, B, C], &[A, B, C]),
    ] {
        for (from, reached) in [(A, from_a), (B, from_b), (C, from_c), (E, &[E])] {
            let author = &people.iter().find(|p| p.0 == from).expect("somebody lives there").1;
            let offer = post(author, circle).await;
            for (place, viewer) in &people {
                assert_eq!(
                    sees(viewer, &offer).await,
                    reached.contains(place),
                    "{circle:?} from {from:?} to {place:?}"
                );
            }
            author.client.close_offer(offer.id).await.expect("closed");
        }
    }
}

async fn two_residences_300_m_apart_across_a_boundary_see_each_others_nearby_posts(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    assert_ne!(awa.me.residence.district, bilal.me.residence.district);
    let (hers, his) = (post(&awa, Circle::Nearby).await, post(&bilal, Circle::Nearby).await);
    assert!(sees(&bilal, &hers).await && sees(&awa, &his).await);
    let seen = bilal.client.get_offer(hers.id).await.expect("he sees it");
    assert_eq!(seen.distance_m, Some(300));
    assert_eq!(seen.residence.name, "Résidence A");
    assert!(seen.actions.is_empty(), "it is not his");
    let (hers, his) = (post(&awa, Circle::District).await, post(&bilal, Circle::District).await);
    assert!(!sees(&bilal, &hers).await && !sees(&awa, &his).await);
}

async fn nothing_reaches_a_residence_that_closes(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let offer = post(&awa, Circle::Office).await;
    assert!(sees(&bilal, &offer).await);
    toit.set_wave(Place::B, Wave::Closed).await;
    assert!(!sees(&bilal, &offer).await);
    toit.set_wave(Place::B, Wave::Pilot).await;
    assert!(sees(&bilal, &offer).await);
}

async fn nothing_reaches_from_a_residence_that_closes(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let offers = [post(&awa, Circle::Office).await, post(&awa, Circle::Nearby).await];
    toit.set_wave(Place::A, Wave::Closed).await;
    for offer in &offers {
        assert!(!sees(&bilal, offer).await);
    }
    let mine = OfferFilter { mine: true, ..OfferFilter::default() };
    assert_eq!(awa.titles(mine).await.len(), 2, "she still finds her own");
    toit.set_wave(Place::A, Wave::Open).await;
    for offer in &offers {
        assert!(sees(&bilal, offer).await);
    }
}

async fn a_list_shows_who_lives_within_the_circle_and_reaches_me(toit: &Toit) {
    let people = one_in_each(toit).await;
    for (_, person) in &people {
        for circle in Circle::ALL {
            post(person, circle).await;
        }
    }
    let awa = &people[0].1;
    let own = ["Awa office", "Awa district", "Awa nearby", "Awa residence"];
    let (bilal, chloe) = (["Bilal office", "Bilal nearby"], ["Chloé office", "Chloé district"]);
    for (circle, expected) in [
        (Some(Circle::Residence), own.to_vec()),
        (Some(Circle::Nearby), [&bilal[..], &own].concat()),
        (Some(Circle::District), [&chloe[..], &own].concat()),
        (Some(Circle::Office), [&chloe[..], &bilal, &own].concat()),
        (None, [&chloe[..], &bilal, &own].concat()),
    ] {
        assert_eq!(awa.titles(OfferFilter { circle, ..OfferFilter::default() }).await, expected, "{circle:?}");
    }
    let denis = &people[3].1;
    for circle in Circle::ALL {
        let filter = OfferFilter { circle: Some(circle), ..OfferFilter::default() };
        assert!(denis.titles(filter).await.is_empty(), "{circle:?}");
    }
}

async fn the_circles_tell_how_many_residences_stand_in_them(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let circles = awa.client.list_circles().await.expect("her circles").items;
    let told: Vec<_> = circles.iter().map(|c| (c.circle, c.name.as_str(), c.residences)).collect();
    let expected = [
        (Circle::Residence, "Résidence A", 1),
        (Circle::Nearby, "Les Essais", 2),
        (Circle::District, "19e", 2),
        (Circle::Office, "Toits de Test", 3),
    ];
    assert_eq!(told, expected);
}

async fn residences_around_are_listed_the_closest_first(toit: &Toit) {
    let people = one_in_each(toit).await;
    let awa = &people[0].1;
    let near = awa.client.list_residences().await.expect("what is around").items;
    let told: Vec<_> = near.iter().map(|r| (r.name.as_str(), r.distance_m)).collect();
    assert_eq!(told, [("Résidence A", Some(0)), ("Résidence B", Some(300))]);
    for (place, person) in &people {
        let seen = awa.client.get_residence(person.me.residence.id).await;
        match place {
            Place::A | Place::B | Place::C => assert_eq!(seen.expect("of her office").id, person.me.residence.id),
            Place::D | Place::E => assert_eq!(code_of(seen), ProblemCode::NotFound, "{place:?}"),
        }
    }
}

async fn a_residence_that_is_loaded_later_joins_the_circles(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let offer = post(&awa, Circle::Nearby).await;
    assert!(sees(&bilal, &offer).await);
    // B turns out to stand elsewhere, and under another name.
    let mut row = Place::B.row();
    row.point = Some((48.85, 2.30));
    row.name = "Résidence Bis".to_owned();
    let report = api::app::offices::import_residences(toit.app(), toit.office, vec![row], false).await;
    assert_eq!(report.expect("loaded").changed, 1);
    assert!(!sees(&bilal, &offer).await);
    let his = post(&bilal, Circle::Office).await;
    let seen = awa.client.get_offer(his.id).await.expect("she sees it");
    assert_eq!(seen.residence.name, "Résidence Bis");
}

async fn an_edit_of_the_circle_changes_who_sees_it_at_once(toit: &Toit) {
    let (awa, chloe) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Chloé", Place::C).await);
    let mut offer = post(&awa, Circle::Residence).await;
    for (circle, seen) in
        [(Circle::Office, true), (Circle::Nearby, false), (Circle::District, true), (Circle::Residence, false)]
    {
        let edit = domain::offer::EditOffer { circle: Some(circle), ..Default::default() };
        offer = awa.client.edit_offer(offer.id, offer.version, &edit).await.expect("edited");
        assert_eq!(sees(&chloe, &offer).await, seen, "{circle:?}");
    }
}

async fn residences_whose_district_is_unknown_are_not_in_one_district(toit: &Toit) {
    let nowhere = |place: Place| ResidenceRow { district: String::new(), ..place.row() };
    let rows = vec![nowhere(Place::A), nowhere(Place::C)];
    offices::import_residences(toit.app(), toit.office, rows, false).await.expect("loaded");
    let (awa, chloe) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Chloé", Place::C).await);
    let offer = post(&awa, Circle::District).await;
    assert!(sees(&awa, &offer).await, "her own residence is in her own district");
    assert!(!sees(&chloe, &offer).await);
    let circles = chloe.client.list_circles().await.expect("her circles").items;
    assert_eq!(circles[2].residences, 1);
}
