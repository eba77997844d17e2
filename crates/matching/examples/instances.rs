//! Writes markets drawn at random as JSON, one a line, with the rings and the packing that the market finds in them: what
//! `benches/compare.py` compares with other people's programs.
//!
//! `cargo run --release -p matching --example instances -- COUNT PEOPLE [POSTS_EACH]`

use std::collections::BTreeSet;
use std::time::Instant;

use domain::category::{Category, CategorySlug};
use domain::circle::{Circle, Point, Spot, Wave};
use domain::id::{HouseholdId, OfferId, OfficeId, ResidenceId, TenantId};
use domain::offer::{InReturn, OfferKind};
use matching::{Languages, Market, Post, Ring};
use serde_json::{Value, json};
use uuid::Uuid;

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and alike everywhere.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n.max(1)
    }

    /// Skewed: small numbers are common.
    fn skewed(&mut self, n: u64) -> u64 {
        let (a, b) = (self.below(n), self.below(n));
        a.min(b)
    }
}

fn id(kind: u128, n: u64) -> Uuid {
    Uuid::from_u128((kind << 64) | u128::from(n))
}

fn slug(n: u64) -> Option<CategorySlug> {
    CategorySlug::parse(format!("service_{n}")).ok()
}

const OFFICE: OfficeId = OfficeId(Uuid::from_u128(1));

struct Town {
    spots: Vec<Spot>,
    tree: Vec<Category>,
    posts: Vec<Post>,
    blocks: Vec<(TenantId, TenantId)>,
}

fn town(seed: u64, people: u64, posts_each: u64) -> Option<Town> {
    let mut draw = Draw(seed);
    let residences = 3 + people / 12;
    let services = 4 + draw.below(2 + people.isqrt());
    let spots = (0..residences)
        .map(|n| Spot {
            office: OFFICE,
            residence: ResidenceId(id(2, n)),
            district: format!("7500{}", draw.below(3)),
            // One in fifteen has no coordinates.
            point: (draw.below(15) > 0).then(|| Point {
                lat: 48.86 + f64::from(u32::try_from(draw.below(400)).unwrap_or(0)) * 5e-5,
                lon: 2.35 + f64::from(u32::try_from(draw.below(400)).unwrap_or(0)) * 7e-5,
            }),
            wave: if draw.below(20) == 0 { Wave::Closed } else { Wave::Open },
        })
        .collect();
    let category = |n: u64| -> Option<Category> {
        Some(Category {
            slug: slug(n)?,
            parent: (n > 0).then(|| slug(0)).flatten(),
            fr: String::new(),
            en: String::new(),
            icon: String::new(),
            sensitive: false,
        })
    };
    let tree = (0..=services).map(category).collect::<Option<Vec<_>>>()?;
    let mut posts = Vec::new();
    for person in 0..people {
        let home = ResidenceId(id(2, draw.below(residences)));
        let languages = Languages([1, 1, 1, 2, 3][usize::try_from(draw.below(5)).unwrap_or(0)]);
        for n in 0..posts_each {
            let named: BTreeSet<u64> = (0..=draw.below(3)).map(|_| 1 + draw.skewed(services)).collect();
            let category = 1 + draw.skewed(services);
            posts.push(Post {
                id: OfferId(id(4, person * posts_each + n)),
                author: TenantId(id(3, person)),
                household: HouseholdId(id(5, person / 2)),
                residence: home,
                kind: if draw.below(2) == 0 { OfferKind::Offer } else { OfferKind::Request },
                category: slug(category)?,
                in_return: InReturn::Categories {
                    categories: named.into_iter().filter(|&n| n != category).filter_map(slug).collect(),
                },
                circle: Circle::ALL[usize::try_from(draw.below(4)).unwrap_or(0)],
                languages,
                since: i64::try_from(draw.below(1_000)).unwrap_or(0),
                places_left: u8::try_from(draw.below(12).min(1)).unwrap_or(1),
                in_ring: false,
            });
        }
    }
    let blocks = (0..people / 10)
        .map(|_| (TenantId(id(3, draw.below(people))), TenantId(id(3, draw.below(people)))))
        .filter(|(a, b)| a != b)
        .collect();
    Some(Town { spots, tree, posts, blocks })
}

fn rings_json(rings: &[Ring]) -> Value {
    let turn = |t: &matching::Turn| json!([t.give.to_string(), t.want.to_string(), t.category.as_str()]);
    rings.iter().map(|r| r.turns.iter().map(turn).collect::<Vec<_>>()).collect::<Vec<_>>().into()
}

fn post_json(p: &Post) -> Value {
    json!({
        "id": p.id, "author": p.author, "household": p.household, "residence": p.residence, "kind": p.kind.as_str(),
        "category": p.category, "in_return": p.in_return, "circle": p.circle.as_str(), "languages": p.languages.0,
        "since": p.since, "places_left": p.places_left,
    })
}

fn main() {
    let ask: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let [count, people, rest @ ..] = ask.as_slice() else {
        eprintln!("usage: instances COUNT PEOPLE [POSTS_EACH]");
        std::process::exit(2);
    };
    let posts_each = rest.first().copied().unwrap_or(1);
    for seed in 0..*count {
        let Some(town) = town(seed, *people, posts_each) else { continue };
        let mut market = Market::new(town.spots.clone(), [(OFFICE, town.tree.clone())]);
        town.posts.iter().cloned().for_each(|p| market.put(p));
        town.blocks.iter().for_each(|&(a, b)| market.block(a, b));
        // A post whose rings are known goes, so that each ring is found once.
        let mut rest = market.clone();
        let begun = Instant::now();
        let mut rings = Vec::new();
        for post in &town.posts {
            rings.extend(rest.rings(post.id, usize::MAX, &mut |_| true));
            rest.remove(post.id);
        }
        let seconds = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        let packing = market.pack();
        let packing_seconds = begun.elapsed().as_secs_f64();
        let spot = |s: &Spot| {
            json!({
                "residence": s.residence, "district": s.district, "lat": s.point.map(|p| p.lat), "lon": s.point.map(|p| p.lon),
                "live": s.wave.is_live(),
            })
        };
        let line = json!({
            "seed": seed,
            "spots": town.spots.iter().map(spot).collect::<Vec<_>>(),
            "posts": town.posts.iter().map(post_json).collect::<Vec<_>>(),
            "blocks": town.blocks,
            "parents": town.tree.iter().map(|c| (c.slug.to_string(), json!(c.parent))).collect::<serde_json::Map<_, _>>(),
            "rings": rings_json(&rings), "seconds": seconds,
            "packing": rings_json(&packing.rings), "packing_seconds": packing_seconds,
        });
        println!("{line}");
    }
}
