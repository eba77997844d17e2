//! The rules of the market, one by one, as neighbours would tell them.

use domain::category::{Category, CategorySlug};
use domain::circle::{Circle, Point, Spot, Wave};
use domain::id::{HouseholdId, OfferId, OfficeId, ResidenceId, TenantId};
use domain::offer::{InReturn, OfferKind};
use matching::{Hand, Languages, Market, Match, MatchKind, PERSON_POSTS, Post, Ring, Turn};
use uuid::Uuid;

const AWA: u32 = 1;
const SAMIR: u32 = 2;
const LINH: u32 = 3;
const OMAR: u32 = 4;

fn id(n: u32) -> Uuid {
    Uuid::from_u128(u128::from(n))
}

fn slug(name: &str) -> CategorySlug {
    CategorySlug::parse(name).expect("a slug")
}

fn spot(n: u32, metres_north: f64) -> Spot {
    let point = Some(Point { lat: 48.88 + metres_north / 111_195.0, lon: 2.37 });
    Spot {
        office: OfficeId(id(1)),
        residence: ResidenceId(id(n)),
        district: "75019".to_owned(),
        point,
        wave: Wave::Open,
    }
}

/// Residence 1, residence 2 at 400 m, residence 3 at 2 km.
fn spots() -> Vec<Spot> {
    vec![spot(1, 0.0), spot(2, 400.0), spot(3, 2_000.0)]
}

fn tree() -> Vec<Category> {
    let services =
        [("home", None), ("ironing", Some("home")), ("sewing", Some("home")), ("music", None), ("errands", None)];
    let category = |(name, parent): (&str, Option<&str>)| Category {
        slug: slug(name),
        parent: parent.map(slug),
        fr: String::new(),
        en: String::new(),
        icon: String::new(),
        sensitive: false,
    };
    services.into_iter().map(category).collect()
}

fn market(posts: impl IntoIterator<Item = Post>) -> Market {
    let mut market = Market::new(spots(), [(OfficeId(id(1)), tree())]);
    posts.into_iter().for_each(|post| market.put(post));
    market
}

/// An open post in residence 1, since as many milliseconds as its number, reaching the whole office.
fn post(n: u32, author: u32, kind: OfferKind, category: &str, in_return: InReturn) -> Post {
    Post {
        id: OfferId(id(n)),
        author: TenantId(id(author)),
        household: HouseholdId(id(author)),
        residence: ResidenceId(id(1)),
        kind,
        category: slug(category),
        in_return,
        circle: Circle::Office,
        languages: Languages::of([0]),
        since: i64::from(n),
        places_left: 1,
        in_ring: false,
    }
}

/// Gives one service and wants one of others in return.
fn offer(n: u32, author: u32, category: &str, wanted: &[&str]) -> Post {
    post(n, author, OfferKind::Offer, category, named(wanted))
}

fn request(n: u32, author: u32, category: &str, given: &[&str]) -> Post {
    post(n, author, OfferKind::Request, category, named(given))
}

fn named(names: &[&str]) -> InReturn {
    InReturn::Categories { categories: names.iter().map(|name| slug(name)).collect() }
}

fn hand(give: u32, want: Option<u32>, category: &str) -> Option<Hand> {
    Some(Hand { give: OfferId(id(give)), want: want.map(|n| OfferId(id(n))), category: slug(category) })
}

fn kinds(market: &Market, n: u32) -> Vec<MatchKind> {
    market.matches(OfferId(id(n)), 10).iter().map(|m| m.kind).collect()
}

fn rings(market: &Market, n: u32) -> Vec<Ring> {
    market.rings(OfferId(id(n)), 10, &mut |_| true)
}

#[test]
fn samir_seeks_ironing_which_awa_gives_and_gives_the_errands_that_she_seeks() {
    let market = market([offer(1, AWA, "ironing", &["errands"]), request(2, SAMIR, "ironing", &["errands", "music"])]);
    let swap = Match {
        kind: MatchKind::Swap,
        person: TenantId(id(SAMIR)),
        gives: hand(1, Some(2), "ironing"),
        gets: hand(2, Some(1), "errands"),
        distance_m: 0,
        since: 1,
    };
    assert_eq!(market.matches(OfferId(id(1)), 10), std::slice::from_ref(&swap));
    let (gives, gets) = (swap.gets, swap.gives);
    assert_eq!(market.matches(OfferId(id(2)), 10), [Match { person: TenantId(id(AWA)), gives, gets, ..swap }]);
}

#[test]
fn what_is_given_for_nothing_is_a_gift_and_what_asks_for_something_else_is_one_half() {
    let gift = post(1, AWA, OfferKind::Offer, "ironing", InReturn::Nothing);
    let market = market([gift, request(2, SAMIR, "ironing", &["music"]), offer(3, LINH, "ironing", &["sewing"])]);
    let found = market.matches(OfferId(id(2)), 10);
    assert_eq!(
        found.iter().map(|m| (m.kind, &m.gives, &m.gets)).collect::<Vec<_>>(),
        [
            (MatchKind::Gift, &None, &hand(1, Some(2), "ironing")),
            (MatchKind::Half, &None, &hand(3, Some(2), "ironing")),
        ]
    );
}

#[test]
fn an_offer_for_anything_takes_what_the_other_gives_but_somebody_must_seek_something() {
    let anything = |n, author, category| post(n, author, OfferKind::Offer, category, InReturn::Anything);
    let posts = [anything(1, AWA, "ironing"), offer(2, SAMIR, "music", &["ironing"]), anything(3, LINH, "sewing")];
    let market = market(posts);
    let found = market.matches(OfferId(id(1)), 10);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0].gives, &found[0].gets), (&hand(1, Some(2), "ironing"), &hand(2, None, "music")));
    assert_eq!(rings(&market, 1), []);
}

#[test]
fn an_offer_and_a_request_of_one_person_belong_together() {
    let gift = post(1, AWA, OfferKind::Offer, "ironing", InReturn::Nothing);
    let market = market([gift, request(2, AWA, "music", &[]), offer(3, SAMIR, "music", &["ironing"])]);
    assert_eq!(kinds(&market, 1), [MatchKind::Swap]);
    assert_eq!(kinds(&market, 2), [MatchKind::Swap]);
}

#[test]
fn a_ring_of_three_appears_with_its_last_post_and_goes_with_any() {
    let posts = [
        offer(1, AWA, "ironing", &["music"]),
        request(2, SAMIR, "ironing", &["errands"]),
        offer(3, LINH, "music", &["errands"]),
    ];
    let mut market = market(posts[..2].to_vec());
    assert_eq!(rings(&market, 1), []);
    market.put(posts[2].clone());
    let turn = |person, post, category| Turn {
        person: TenantId(id(person)),
        give: OfferId(id(post)),
        want: OfferId(id(post)),
        category: slug(category),
    };
    let turns = vec![turn(AWA, 1, "ironing"), turn(SAMIR, 2, "errands"), turn(LINH, 3, "music")];
    let ring = Ring { turns, farthest_m: 0, since: 1 };
    for n in 1..=3 {
        assert_eq!(rings(&market, n), std::slice::from_ref(&ring));
    }
    assert!(market.is_ring(&ring));
    for post in posts {
        market.remove(post.id);
        assert!(!market.is_ring(&ring) && rings(&market, 1).is_empty());
        market.put(Post { in_ring: true, ..post.clone() });
        assert!(!market.is_ring(&ring) && rings(&market, 1).is_empty());
        market.put(Post { places_left: 0, ..post.clone() });
        assert!(!market.is_ring(&ring) && rings(&market, 1).is_empty());
        market.put(post);
        assert!(market.is_ring(&ring));
    }
}

#[test]
fn of_two_who_stand_across_in_a_ring_of_four_none_blocks_the_other() {
    let mut market = market([
        offer(1, AWA, "ironing", &["errands"]),
        offer(2, SAMIR, "sewing", &["ironing"]),
        offer(3, LINH, "music", &["sewing"]),
        offer(4, OMAR, "errands", &["music"]),
    ]);
    let found = rings(&market, 1);
    assert_eq!(found.iter().map(|r| r.turns.len()).collect::<Vec<_>>(), [4]);
    market.block(TenantId(id(LINH)), TenantId(id(AWA)));
    assert!(rings(&market, 1).is_empty() && rings(&market, 2).is_empty() && !market.is_ring(&found[0]));
    market.unblock(TenantId(id(AWA)), TenantId(id(LINH)));
    assert_eq!(rings(&market, 1), [], "a block is taken back by who made it");
    market.unblock(TenantId(id(LINH)), TenantId(id(AWA)));
    assert_eq!(rings(&market, 1), found);
}

#[test]
fn a_kind_of_what_is_wanted_will_do_but_not_the_other_way_round() {
    let wide = market([offer(1, AWA, "ironing", &["music"]), offer(2, SAMIR, "music", &["home"])]);
    assert_eq!(kinds(&wide, 1), [MatchKind::Swap]);
    let narrow = market([offer(1, AWA, "home", &["music"]), offer(2, SAMIR, "music", &["ironing"])]);
    assert_eq!(kinds(&narrow, 1), []);
}

#[test]
fn an_offer_that_matches_itself_a_household_on_both_sides_and_a_removed_category_match_nothing() {
    let selfish = market([offer(1, AWA, "ironing", &["ironing", "home"]), offer(2, SAMIR, "ironing", &["ironing"])]);
    assert_eq!((kinds(&selfish, 1), rings(&selfish, 1)), (vec![], vec![]));

    let flatmate = Post { household: HouseholdId(id(AWA)), ..request(2, SAMIR, "ironing", &["music"]) };
    assert_eq!(kinds(&market([offer(1, AWA, "ironing", &["music"]), flatmate]), 1), []);

    let removed = market([
        offer(1, AWA, "gone", &["music"]),
        request(2, SAMIR, "gone", &["music"]),
        offer(3, LINH, "music", &["gone"]),
    ]);
    assert!((1..=3).all(|n| kinds(&removed, n).is_empty() && rings(&removed, n).is_empty()));
    assert_eq!(removed.len(), 3);
}

#[test]
fn the_nearer_comes_first_and_who_waits_longest_among_those_next_door() {
    let at = |post: Post, residence| Post { residence: ResidenceId(id(residence)), ..post };
    let market = market([
        request(9, AWA, "ironing", &[]),
        at(offer(1, SAMIR, "ironing", &[]), 2),
        offer(8, LINH, "ironing", &[]),
        at(request(7, SAMIR, "sewing", &[]), 2),
        at(Post { circle: Circle::Nearby, ..offer(2, OMAR, "ironing", &[]) }, 3),
    ]);
    let found = market.matches(OfferId(id(9)), 10);
    assert_eq!(
        found.iter().map(|m| (m.person, m.distance_m)).collect::<Vec<_>>(),
        [(TenantId(id(LINH)), 0), (TenantId(id(SAMIR)), 400),]
    );
}

#[test]
fn only_the_newest_posts_of_a_person_take_part() {
    let most = u32::try_from(PERSON_POSTS).expect("a small number");
    let mut market = market((1..=most + 1).map(|n| offer(n, AWA, "ironing", &["music"])));
    market.put(offer(100, SAMIR, "music", &["ironing"]));
    assert_eq!(kinds(&market, 1), [], "the oldest");
    assert_eq!(kinds(&market, 2), [MatchKind::Swap]);
    market.remove(OfferId(id(most)));
    assert_eq!(kinds(&market, 1), [MatchKind::Swap]);
    assert_eq!(market.posts_of(TenantId(id(AWA))).len(), PERSON_POSTS);
}

#[test]
fn a_post_in_an_unknown_residence_is_kept_for_the_day_on_which_that_is_known() {
    let lost = Post { residence: ResidenceId(id(7)), ..offer(1, AWA, "ironing", &["music"]) };
    let market = market([lost.clone(), offer(2, SAMIR, "music", &["ironing"])]);
    assert_eq!((kinds(&market, 1), kinds(&market, 2), rings(&market, 1)), (vec![], vec![], vec![]));
    let known = market.rebuilt(spots().into_iter().chain([spot(7, 100.0)]), [(OfficeId(id(1)), tree())]);
    assert_eq!(kinds(&known, 1), [MatchKind::Swap]);
    assert_eq!(known.get(lost.id), Some(lost));
}

#[test]
fn the_best_of_thousands_of_rings_are_the_first_of_all() {
    let services = ["ironing", "music", "errands"];
    let market = market((0..120).map(|n| {
        let (give, want) = (services[n as usize % 3], services[(n as usize + 1) % 3]);
        let (since, residence) = (i64::from(n * 7919 % 61), ResidenceId(id(1 + n % 7 % 3)));
        Post { since, residence, ..offer(n + 1, n + 1, give, &[want]) }
    }));
    let all = market.rings(OfferId(id(50)), usize::MAX, &mut |_| true);
    assert_eq!(all.len(), 40 * 40);
    assert!(all.is_sorted_by_key(|r| (r.farthest_m, r.since)));
    for limit in [1, 10, 300] {
        assert_eq!(market.rings(OfferId(id(50)), limit, &mut |_| true), all[..limit]);
    }
    let even = |r: &Ring| r.turns[1].give.0.as_u128().is_multiple_of(2);
    let wanted: Vec<Ring> = all.into_iter().filter(even).take(10).collect();
    assert_eq!(market.rings(OfferId(id(50)), 10, &mut |r| even(r)), wanted);
}

#[test]
fn a_market_is_asked_by_several_at_once() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    is_shared(&market([]));
}

#[test]
fn thousands_with_one_wish_of_one_date_in_one_residence_are_answered_nevertheless() {
    let services = ["ironing", "music", "errands", "sewing"];
    let mut market = market((0..6_000).map(|n| {
        let (give, want) = (services[n as usize % 4], services[(n as usize + 1) % 4]);
        Post { since: 0, ..offer(n + 1, n + 1, give, &[want]) }
    }));
    // The four services make rings of four alone: there are 1,500⁴ of them.
    let found = rings(&market, 1);
    assert!(found.len() == 10 && found.iter().all(|r| r.turns.len() == 4 && market.is_ring(r)));
    assert_eq!(market.rings(OfferId(id(1)), 10, &mut |_| false), [], "none is wanted");
    market.put(Post { since: 0, ..offer(9_000, 9_000, "errands", &["sewing"]) });
    assert_eq!(market.matches(OfferId(id(9_000)), 10).len(), 0);
}
