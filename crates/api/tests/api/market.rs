//! The market in memory: it suggests nobody who cannot be met, follows every write at once, and is what would be read anew.

use api::app::import::ResidenceRow;
use api::app::offices;
use client::Client;
use domain::category::CategorySlug;
use domain::circle::{Circle, Wave};
use domain::leaving::LeaveWhen;
use domain::offer::{EditOffer, InReturn, NewOffer, OfferKind, OfferView};
use domain::suggestion::{MatchKind, MatchView};
use domain::tenant::EditMe;
use domain::tongue::{Speaks, Tongue};

use crate::support::{Person, Place, Three, Toit, join, on_both_databases, turn};

on_both_databases!(
    nobody_beyond_the_circle_of_one_of_the_two_is_suggested,
    nobody_of_another_office_or_of_a_closed_residence_is_suggested,
    nobody_without_a_common_language_is_suggested,
    nobody_of_the_own_household_is_suggested,
    nobody_across_a_block_is_suggested,
    no_post_without_a_place_is_suggested,
    a_post_that_matches_itself_and_its_author_is_suggested_nothing,
    between_residences_without_coordinates_nobody_is_suggested,
    a_service_that_the_office_took_off_its_tree_is_suggested_to_nobody,
    the_market_follows_an_edit_a_pause_and_the_end_of_a_post,
    whoever_leaves_is_suggested_to_nobody,
    rings_follow_their_posts,
    what_followed_many_writes_is_what_is_read_anew,
);

/// Awa gives a service for another; somebody else the other way round.
struct Pair {
    awa: Person,
    hers: OfferView,
    samir: Person,
    his: OfferView,
}

impl Pair {
    async fn meet(toit: &Toit, place: Place) -> Self {
        let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", place).await);
        Self::post(awa, samir).await
    }

    async fn post(awa: Person, samir: Person) -> Self {
        let s = awa.services.clone();
        let hers = awa.post(&turn(&awa, &s.one, &s.two, 1)).await;
        let his = samir.post(&turn(&samir, &s.two, &s.one, 1)).await;
        Self { awa, hers, samir, his }
    }

    /// Whether they are suggested to each other; always both or neither.
    async fn is_suggested(&self) -> bool {
        let hers = suggested(&self.awa.client, &self.hers).await;
        let his = suggested(&self.samir.client, &self.his).await;
        assert_eq!(hers.len(), his.len(), "one side alone: {hers:?} {his:?}");
        assert!(hers.iter().all(|m| m.kind == MatchKind::Swap), "{hers:?}");
        !hers.is_empty()
    }
}

async fn suggested(client: &Client, post: &OfferView) -> Vec<MatchView> {
    client.list_matches(post.id, Some(50)).await.expect("suggestions").items
}

async fn edit(who: &Person, post: &OfferView, edit: EditOffer) {
    let version = who.client.get_offer(post.id).await.expect("own").version;
    who.client.edit_offer(post.id, version, &edit).await.expect("edited");
}

fn circle(circle: Circle) -> EditOffer {
    EditOffer { circle: Some(circle), ..EditOffer::default() }
}

async fn nobody_beyond_the_circle_of_one_of_the_two_is_suggested(toit: &Toit) {
    let pair = Pair::meet(toit, Place::B).await;
    assert!(pair.is_suggested().await);
    edit(&pair.samir, &pair.his, circle(Circle::District)).await;
    assert!(!pair.is_suggested().await, "his reaches no other district");
    edit(&pair.samir, &pair.his, circle(Circle::Nearby)).await;
    assert!(pair.is_suggested().await, "but 300 m");
    edit(&pair.awa, &pair.hers, circle(Circle::Residence)).await;
    assert!(!pair.is_suggested().await, "hers does not leave the residence");
}

async fn nobody_of_another_office_or_of_a_closed_residence_is_suggested(toit: &Toit) {
    let pair = Pair::meet(toit, Place::B).await;
    toit.set_wave(Place::B, Wave::Closed).await;
    assert!(!pair.is_suggested().await);
    toit.set_wave(Place::B, Wave::Pilot).await;
    assert!(pair.is_suggested().await);
    let elif = toit.neighbour("Elif", Place::E).await;
    let s = elif.services.clone();
    let theirs = elif.post(&turn(&elif, &s.two, &s.one, 1)).await;
    assert_eq!(suggested(&elif.client, &theirs).await, []);
    assert_eq!(suggested(&pair.awa.client, &pair.hers).await.len(), 1);
}

fn speaks(tongues: &[Tongue]) -> EditMe {
    EditMe { speaks: Speaks::parse(tongues).ok(), ..EditMe::default() }
}

async fn nobody_without_a_common_language_is_suggested(toit: &Toit) {
    let pair = Pair::meet(toit, Place::B).await;
    let me = pair.samir.client.edit_me(pair.samir.me.version, &speaks(&[Tongue::Ta])).await.expect("edited");
    assert!(!pair.is_suggested().await);
    pair.samir.client.edit_me(me.version, &speaks(&[Tongue::Ta, Tongue::Fr])).await.expect("edited");
    assert!(pair.is_suggested().await);
}

async fn nobody_of_the_own_household_is_suggested(toit: &Toit) {
    let code = toit.code(Place::A).await;
    let awa = Person::join_with(toit, &join(&code, "Awa")).await;
    let samir = Person::join_with(toit, &join(&code, "Samir")).await;
    assert!(!Pair::post(awa, samir).await.is_suggested().await);
}

async fn nobody_across_a_block_is_suggested(toit: &Toit) {
    let pair = Pair::meet(toit, Place::B).await;
    pair.samir.client.block_neighbour(pair.awa.id()).await.expect("blocked");
    assert!(!pair.is_suggested().await);
    pair.awa.client.block_neighbour(pair.samir.id()).await.expect_err("she does not know of him any more");
    pair.samir.client.unblock_neighbour(pair.awa.id()).await.expect("taken back");
    assert!(pair.is_suggested().await);
    let three = Three::meet(toit, 1).await;
    assert!(!three.awa.rings().await.is_empty());
    three.luc.client.block_neighbour(three.nour.id()).await.expect("blocked");
    for person in three.people() {
        assert_eq!(person.rings().await, [], "no ring with two who do not meet");
    }
}

async fn no_post_without_a_place_is_suggested(toit: &Toit) {
    let pair = Pair::meet(toit, Place::B).await;
    let luc = toit.neighbour("Luc", Place::A).await;
    luc.take(&pair.his, &pair.samir).await.expect("the one place is taken");
    assert_eq!(suggested(&pair.awa.client, &pair.hers).await, []);
    let two = turn(&pair.samir, &pair.awa.services.two, &pair.awa.services.one, 2);
    let his = pair.samir.post(&two).await;
    luc.take(&his, &pair.samir).await.expect("one of two places");
    assert_eq!(suggested(&pair.awa.client, &pair.hers).await.len(), 1);
}

async fn a_post_that_matches_itself_and_its_author_is_suggested_nothing(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let s = awa.services.clone();
    let odd = awa.post(&turn(&awa, &s.one, &s.one, 1)).await;
    let wish = NewOffer { kind: OfferKind::Request, ..awa.services.offer("Et je cherche la même chose") };
    let wish = awa.post(&wish).await;
    for post in [&odd, &wish] {
        assert_eq!(suggested(&awa.client, post).await, []);
    }
    assert_eq!(awa.rings().await, []);
}

/// Loads these residences once more, without saying where they stand.
async fn forget_where(toit: &Toit, places: &[Place]) {
    let rows = Place::ALL.into_iter().filter(|&p| toit.office_of(p) == toit.office).map(|place| {
        let row = place.row();
        let point = row.point.filter(|_| !places.contains(&place));
        ResidenceRow { point, ..row }
    });
    offices::import_residences(toit.app(), toit.office, rows.collect(), false).await.expect("loaded");
}

async fn between_residences_without_coordinates_nobody_is_suggested(toit: &Toit) {
    let pair = Pair::meet(toit, Place::B).await;
    let luc = toit.neighbour("Luc", Place::A).await;
    luc.post(&turn(&luc, &pair.awa.services.two, &pair.awa.services.one, 1)).await;
    assert_eq!(suggested(&pair.awa.client, &pair.hers).await.len(), 2);
    forget_where(toit, &[Place::A]).await;
    let found = suggested(&pair.awa.client, &pair.hers).await;
    assert_eq!(found.iter().map(|m| (m.person.id, m.distance_m)).collect::<Vec<_>>(), [(luc.id(), 0)]);
    assert_eq!(suggested(&pair.samir.client, &pair.his).await, [], "how far it is nobody could say");
    forget_where(toit, &[]).await;
    assert_eq!(suggested(&pair.awa.client, &pair.hers).await.len(), 2);
}

async fn a_service_that_the_office_took_off_its_tree_is_suggested_to_nobody(toit: &Toit) {
    let pair = Pair::meet(toit, Place::B).await;
    assert!(pair.is_suggested().await);
    let three = Three::meet(toit, 1).await;
    assert!(!three.awa.rings().await.is_empty());
    let gone = &pair.awa.services.two;
    toit.database().rows(&format!("DELETE FROM categories WHERE slug = '{gone}'")).await;
    toit.database().rows("UPDATE revisions SET value = value + 1 WHERE name = 'residences'").await;
    toit.tick().await.expect("the server looks around");
    assert!(!pair.is_suggested().await);
    for person in three.people() {
        assert_eq!(person.rings().await, []);
    }
}

async fn the_market_follows_an_edit_a_pause_and_the_end_of_a_post(toit: &Toit) {
    let pair = Pair::meet(toit, Place::B).await;
    let s = pair.awa.services.clone();
    let (client, id) = (&pair.samir.client, pair.his.id);
    let other = EditOffer { category: Some(s.elsewhere.clone()), ..EditOffer::default() };
    edit(&pair.samir, &pair.his, other).await;
    assert!(!pair.is_suggested().await);
    edit(&pair.samir, &pair.his, EditOffer { category: Some(s.two.clone()), ..EditOffer::default() }).await;
    assert!(pair.is_suggested().await);
    edit(&pair.samir, &pair.his, EditOffer { in_return: Some(InReturn::Nothing), ..EditOffer::default() }).await;
    assert_eq!(suggested(&pair.awa.client, &pair.hers).await, [], "a gift of what she did not ask for");
    let back = InReturn::Categories { categories: vec![s.one.clone()] };
    edit(&pair.samir, &pair.his, EditOffer { in_return: Some(back), ..EditOffer::default() }).await;
    assert!(pair.is_suggested().await);
    client.pause_offer(id).await.expect("paused");
    assert!(!pair.is_suggested().await);
    client.resume_offer(id).await.expect("resumed");
    assert!(pair.is_suggested().await);
    client.close_offer(id).await.expect("closed");
    assert!(!pair.is_suggested().await);
    client.renew_offer(id).await.expect("renewed");
    assert!(pair.is_suggested().await);
    toit.wait_days(59).await;
    let (awa, samir) = (pair.awa.sign_in().await, pair.samir.sign_in().await);
    awa.client.renew_offer(pair.hers.id).await.expect("renewed");
    let pair = Pair { awa, samir, ..pair };
    assert!(pair.is_suggested().await);
    toit.wait_days(1).await;
    let pair = Pair { awa: pair.awa.sign_in().await, samir: pair.samir.sign_in().await, ..pair };
    assert!(!pair.is_suggested().await, "his life is over");
}

async fn whoever_leaves_is_suggested_to_nobody(toit: &Toit) {
    let pair = Pair::meet(toit, Place::B).await;
    pair.samir.ask_to_leave(LeaveWhen::InSevenDays).await;
    assert_eq!(suggested(&pair.awa.client, &pair.hers).await, [], "also while she may still come back");
    let three = Three::meet(toit, 1).await;
    assert!(!three.awa.rings().await.is_empty());
    three.nour.leave(toit).await;
    for person in [&three.awa, &three.luc] {
        assert_eq!(person.rings().await, []);
    }
}

async fn rings_follow_their_posts(toit: &Toit) {
    let three = Three::meet(toit, 1).await;
    let (nour, post) = (&three.nour, &three.posts[2]);
    let before = three.awa.rings().await;
    assert_eq!(before.len(), 1);
    nour.client.pause_offer(post.id).await.expect("paused");
    assert_eq!(three.awa.rings().await, []);
    nour.client.resume_offer(post.id).await.expect("resumed");
    assert_eq!(three.awa.rings().await, before);
    edit(nour, post, circle(Circle::Residence)).await;
    assert_eq!(three.awa.rings().await, [], "Luc lives elsewhere");
}

/// What is suggested to all of them, as text.
async fn all_suggestions(clients: &[Client], posts: &[(usize, OfferView)]) -> String {
    let mut all = String::new();
    for (author, post) in posts {
        let found = suggested(&clients[*author], post).await;
        all.push_str(&serde_json::to_string(&found).expect("JSON"));
    }
    for client in clients {
        let rings = client.list_rings(None, Some(20)).await.expect("rings").items;
        all.push_str(&serde_json::to_string(&rings).expect("JSON"));
    }
    all
}

async fn what_followed_many_writes_is_what_is_read_anew(toit: &Toit) {
    let mut people = Vec::new();
    for (n, place) in [Place::A, Place::B, Place::C].into_iter().cycle().take(9).enumerate() {
        people.push(toit.neighbour(["Awa", "Luc", "Nour"][n % 3], place).await);
    }
    let s = people[0].services.clone();
    let services: [CategorySlug; 3] = [s.one, s.two, s.elsewhere];
    // Always the same draws, so that a failure can be looked at twice.
    let mut state = 20_261_125_u64;
    let mut draw = move |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % n
    };
    let mut posts: Vec<(usize, OfferView)> = Vec::new();
    for round in 0..80 {
        let (who, service, back) = (draw(people.len()), draw(3), draw(3));
        let author = &people[who];
        if posts.len() < 12 || draw(3) == 0 {
            let kind = OfferKind::ALL[draw(2)];
            let new = turn(author, &services[service], &services[back], 2);
            posts.push((who, author.post(&NewOffer { kind, ..new }).await));
            continue;
        }
        let (author, post) = &posts[draw(posts.len())];
        let author = &people[*author];
        // What is not possible now changes nothing.
        let _ = match draw(6) {
            0 => author.client.pause_offer(post.id).await.err(),
            1 => author.client.resume_offer(post.id).await.err(),
            2 => author.client.close_offer(post.id).await.err(),
            3 => author.client.renew_offer(post.id).await.err(),
            4 => {
                let edit = EditOffer { category: Some(services[service].clone()), ..circle(Circle::ALL[draw(4)]) };
                let version = author.client.get_offer(post.id).await.expect("own").version;
                author.client.edit_offer(post.id, version, &edit).await.err()
            }
            _ => {
                let (who, whom) = (&people[draw(9)], people[draw(9)].id());
                if round % 2 == 0 {
                    who.client.block_neighbour(whom).await.err()
                } else {
                    who.client.unblock_neighbour(whom).await.err()
                }
            }
        };
    }
    let here: Vec<Client> = people.iter().map(|p| p.client.clone()).collect();
    let followed = all_suggestions(&here, &posts).await;
    assert!(followed.contains("\"swap\"") && followed.contains("\"farthest_m\""), "too little to compare: {followed}");
    let anew = toit.one_more_server().await;
    let there: Vec<Client> = people
        .iter()
        .map(|p| {
            let client = Client::program(&anew.url());
            client.set_tokens(p.client.tokens());
            client
        })
        .collect();
    let read = all_suggestions(&there, &posts).await;
    anew.stop().await;
    assert_eq!(followed, read);
}
