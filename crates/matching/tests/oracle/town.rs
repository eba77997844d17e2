//! A small invented town in which everything happens that can go wrong, and what can happen to a market there.

use std::collections::BTreeMap;

use domain::category::{Category, CategorySlug};
use domain::circle::{Circle, Point, Spot, Wave};
use domain::id::{HouseholdId, OfferId, OfficeId, ResidenceId, TenantId};
use domain::offer::{InReturn, OfferKind};
use matching::{Languages, Market, Post};
use proptest::prelude::*;
use uuid::Uuid;

use super::Oracle;

pub const PEOPLE: u8 = 10;
pub const POSTS: u8 = 44;

pub fn offer(n: u8) -> OfferId {
    // Not in the order of the numbers: ids decide about ties.
    OfferId(Uuid::from_u128(u128::from(n.wrapping_mul(37)) + 1))
}

pub fn tenant(n: u8) -> TenantId {
    TenantId(Uuid::from_u128(u128::from(n.wrapping_mul(91)) + 1))
}

fn residence(n: u8) -> ResidenceId {
    ResidenceId(Uuid::from_u128(u128::from(n)))
}

fn office(n: u8) -> OfficeId {
    OfficeId(Uuid::from_u128(u128::from(n)))
}

/// Eight residences: two at one place, one 300 m off, one 790 m, one of an unknown district far away, one without coordinates, one
/// closed, and one of another office next door.
pub fn spots() -> Vec<Spot> {
    let at = |lat: f64| Some(Point { lat: 48.88 + lat, lon: 2.37 });
    let rows = [
        (1, "75019", at(0.0), Wave::Open),
        (1, "75019", at(0.0), Wave::Open),
        (1, "75018", at(0.0027), Wave::Pilot),
        (1, "75019", at(0.0071), Wave::Open),
        (1, "", at(0.03), Wave::Open),
        (1, "75019", None, Wave::Open),
        (1, "75019", at(0.0), Wave::Closed),
        (2, "75019", at(0.0), Wave::Open),
    ];
    let spot = |(n, (of, district, point, wave)): (u8, (u8, &str, Option<Point>, Wave))| Spot {
        office: office(of),
        residence: residence(n),
        district: district.to_owned(),
        point,
        wave,
    };
    (0..).zip(rows).map(spot).collect()
}

const SLUGS: [&str; 8] = ["home", "ironing", "mending", "shop", "errands", "music", "lone", "removed"];

fn slug(n: u8) -> CategorySlug {
    CategorySlug::parse(SLUGS[usize::from(n) % SLUGS.len()]).expect("a slug")
}

/// Two groups with services, one service without a group, one whose group is gone. The second office has fewer.
pub fn trees() -> Vec<(OfficeId, Vec<Category>)> {
    let rows = [(0, None), (1, Some(0)), (2, Some(0)), (3, None), (4, Some(3)), (5, Some(7)), (6, None)];
    let category = |&(n, parent): &(u8, Option<u8>)| Category {
        slug: slug(n),
        parent: parent.map(slug),
        fr: String::new(),
        en: String::new(),
        icon: String::new(),
        sensitive: false,
    };
    let tree: Vec<Category> = rows.iter().map(category).collect();
    vec![(office(1), tree.clone()), (office(2), tree[..3].to_vec()), (office(9), tree)]
}

/// A service: two are common, one is no longer there.
fn service() -> impl Strategy<Value = u8> {
    prop::sample::select(&[0u8, 1, 1, 1, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 7][..])
}

/// One post, in a market in which most can meet.
pub fn post() -> impl Strategy<Value = Post> {
    let who = (0..POSTS, 0..PEOPLE, prop::bool::weighted(0.05), prop::bool::weighted(0.04), 0..8u8);
    let what = (any::<bool>(), service(), prop::collection::vec(service(), 0..5), 0..10u8);
    let how = (0..16u8, 0..16u8, -2..4i64, 0..16u8, prop::bool::weighted(0.06));
    (who, what, how).prop_map(|((id, person, with_flatmate, moved, to), (is_offer, category, back, asks), how)| {
        let (circle, languages, since, places_left, in_ring) = how;
        // Most live in the first three residences.
        let home = if moved { to } else { [0, 0, 0, 0, 1, 2, 2, 3, 4, 5][usize::from(person)] };
        Post {
            id: offer(id),
            author: tenant(person),
            household: HouseholdId(Uuid::from_u128(u128::from(if with_flatmate { person / 2 } else { person + 50 }))),
            residence: residence(home),
            kind: if is_offer { OfferKind::Offer } else { OfferKind::Request },
            category: slug(category),
            in_return: match asks {
                0 => InReturn::Nothing,
                1 | 2 => InReturn::Anything,
                _ => InReturn::Categories { categories: back.into_iter().map(slug).collect() },
            },
            circle: Circle::ALL[[0, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3][usize::from(circle)]],
            languages: Languages::of(match languages {
                0 => vec![],
                1 => vec![1, 40],
                2..=4 => vec![0, 1],
                _ => vec![0],
            }),
            since,
            places_left: places_left.min(2),
            in_ring,
        }
    })
}

/// What happens to a market.
#[derive(Clone, Debug)]
pub enum Step {
    Put(Post),
    Remove(u8),
    Block(u8, u8),
    Unblock(u8, u8),
    Speaks(u8, u32),
}

pub fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        40 => post().prop_map(Step::Put),
        3 => (0..POSTS).prop_map(Step::Remove),
        1 => (0..PEOPLE, 0..PEOPLE).prop_map(|(a, b)| Step::Block(a, b)),
        1 => (0..PEOPLE, 0..PEOPLE).prop_map(|(a, b)| Step::Unblock(a, b)),
        1 => (0..PEOPLE, 0..4u32).prop_map(|(p, l)| Step::Speaks(p, l)),
    ]
}

pub fn markets() -> (Market, Oracle) {
    (Market::new(spots(), trees()), Oracle::new(spots(), trees()))
}

/// Lets the same happen to both.
pub fn run(market: &mut Market, oracle: &mut Oracle, step: Step) {
    match step {
        Step::Put(post) => {
            oracle.posts.insert(post.id, post.clone());
            market.put(post);
        }
        Step::Remove(n) => {
            assert_eq!(market.remove(offer(n)), oracle.posts.remove(&offer(n)).is_some());
        }
        Step::Block(a, b) => {
            oracle.blocks.insert((tenant(a), tenant(b)));
            market.block(tenant(a), tenant(b));
        }
        Step::Unblock(a, b) => {
            oracle.blocks.remove(&(tenant(a), tenant(b)));
            market.unblock(tenant(a), tenant(b));
        }
        Step::Speaks(person, languages) => {
            oracle.set_person(tenant(person), Languages(languages));
            market.set_person(tenant(person), Languages(languages));
        }
    }
}

/// The posts of a market by id, as it tells them.
pub fn posts(market: &Market) -> BTreeMap<OfferId, Post> {
    let ids = (0..PEOPLE).flat_map(|n| market.posts_of(tenant(n)));
    ids.map(|id| (id, market.get(id).expect("a post that is named"))).collect()
}
