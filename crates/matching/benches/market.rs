//! How long the market takes to be built, to answer a new post, and to pack a swap day; and how much memory it holds.
//!
//! `cargo bench -p matching --bench market -- --posts 500000 [--residences FILE] [--new 20000]`, or `-- --pack 20000`. Prints one JSON
//! object; each size wants a process of its own, so that its memory is its own. FILE is the Paris open-data file of social
//! housing as it is published; without it a town is invented. `cargo xtask bench --market` runs all and writes the table.

use std::error::Error;
use std::fs;
use std::time::Instant;

use domain::category::{Category, CategorySlug};
use domain::circle::{Circle, Point, Spot, Wave};
use domain::id::{HouseholdId, OfferId, OfficeId, ResidenceId, TenantId};
use domain::offer::{InReturn, OfferKind};
use matching::{Languages, Market, MarketBuilder, Post};
use serde_json::json;
use uuid::Uuid;

type Anything<T> = Result<T, Box<dyn Error>>;

const OFFICE: OfficeId = OfficeId(Uuid::from_u128(1));
const LANDLORD: &str = "PARIS HABITAT";
/// People and dwellings of the first office.
const PEOPLE: u64 = 281_177;
const DWELLINGS: u64 = 125_803;
/// As many posts as that office is measured with.
const POSTS: u64 = 500_000;
const GROUPS: usize = 11;
const SERVICES: usize = 66;
/// Answers of that many matches and rings are asked for.
const BEST: usize = 10;

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and alike everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % (n.max(1) as u64)).unwrap_or(0)
    }

    /// An index, by sums of weights: the first sum above what is drawn.
    fn weighted(&mut self, sums: &[f64]) -> usize {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are plenty")]
        let part = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        let at = part * sums.last().copied().unwrap_or(0.0);
        sums.partition_point(|&sum| sum <= at).min(sums.len().saturating_sub(1))
    }
}

fn sums(weights: impl IntoIterator<Item = f64>) -> Vec<f64> {
    weights
        .into_iter()
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}

fn id(kind: u128, n: u64) -> Uuid {
    Uuid::from_u128((kind << 64) | u128::from(n))
}

/// Places with how many dwellings each has.
struct Town {
    spots: Vec<Spot>,
    by_dwellings: Vec<f64>,
}

impl Town {
    fn largest(&self) -> ResidenceId {
        let dwellings = |n: usize| self.by_dwellings[n] - n.checked_sub(1).map_or(0.0, |n| self.by_dwellings[n]);
        let most = (0..self.spots.len()).max_by(|&a, &b| dwellings(a).total_cmp(&dwellings(b)));
        self.spots[most.unwrap_or_default()].residence
    }
}

fn spot(n: usize, district: &str, lat: f64, lon: f64) -> Spot {
    Spot {
        office: OFFICE,
        residence: ResidenceId(id(2, n as u64)),
        district: district.to_owned(),
        point: Some(Point { lat, lon }),
        wave: Wave::Open,
    }
}

/// The landlord's residences: programmes at one address are one residence.
fn real_town(file: &str) -> Anything<Town> {
    let text = fs::read_to_string(file)?;
    let (mut spots, mut dwellings, mut known) = (Vec::new(), Vec::new(), std::collections::BTreeMap::new());
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(';').collect();
        let [_, _, postcode, _, _, landlord, homes, .., point] = fields.as_slice() else { continue };
        let place = point.trim_matches('"').split_once(',');
        let place = place.and_then(|(lat, lon)| Some((lat.trim().parse().ok()?, lon.trim().parse().ok()?)));
        let (Some((lat, lon)), Ok(homes)) = (place, homes.parse::<f64>()) else { continue };
        if *landlord != LANDLORD {
            continue;
        }
        let at = *known.entry(point.to_string()).or_insert_with(|| {
            spots.push(spot(spots.len(), postcode, lat, lon));
            dwellings.push(0.0);
            spots.len() - 1
        });
        dwellings[at] += homes;
    }
    if spots.is_empty() {
        return Err(format!("no residence of {LANDLORD} in {file}").into());
    }
    Ok(Town { spots, by_dwellings: sums(dwellings) })
}

fn invented_town(draw: &mut Draw) -> Town {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let mut part = |n: usize| draw.below(n) as f64 / n as f64;
    let mut town = Town { spots: Vec::new(), by_dwellings: Vec::new() };
    let mut dwellings = Vec::new();
    for n in 0..1_200 {
        let (lat, lon) = (48.82 + 0.08 * part(10_000), 2.26 + 0.15 * part(10_000));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 20")]
        let district = format!("750{:02}", 1 + (((lat - 48.82) / 0.02) as u32) * 5 + ((lon - 2.26) / 0.03) as u32);
        town.spots.push(spot(n, &district, lat, lon));
        dwellings.push(20.0 + 200.0 * part(1_000));
    }
    town.by_dwellings = sums(dwellings);
    town
}

/// Draws posts one after the other.
struct Posts<'a> {
    town: &'a Town,
    draw: Draw,
    people: u64,
    /// Zipf with exponent 1.
    popular: Vec<f64>,
    services: Vec<CategorySlug>,
    next: u64,
}

impl Posts<'_> {
    fn service(&mut self) -> CategorySlug {
        self.services[self.draw.weighted(&self.popular)].clone()
    }

    /// Where somebody lives and what she speaks, always the same for one person.
    fn person(&self, n: u64) -> (u64, usize, Languages) {
        let household = n * DWELLINGS / PEOPLE;
        let home = Draw(household).weighted(&self.town.by_dwellings);
        let languages = match Draw(n ^ 0xabcd).below(20) {
            0 => Languages(2),
            1..=5 => Languages(3),
            _ => Languages(1),
        };
        (household, home, languages)
    }

    fn post(&mut self) -> Post {
        let person = self.draw.next() % self.people;
        let (household, home, languages) = self.person(person);
        let category = self.service();
        let in_return = match self.draw.below(10) {
            0 => InReturn::Nothing,
            1 | 2 => InReturn::Anything,
            n => InReturn::Categories { categories: (0..=n % 3).map(|_| self.service()).collect() },
        };
        let circle = match self.draw.below(20) {
            0..=2 => Circle::Residence,
            3..=9 => Circle::Nearby,
            10..=14 => Circle::District,
            _ => Circle::Office,
        };
        self.next += 1;
        Post {
            id: OfferId(id(4, self.next)),
            author: TenantId(id(3, person)),
            household: HouseholdId(id(5, household)),
            residence: self.town.spots[home].residence,
            kind: if self.draw.below(2) == 0 { OfferKind::Offer } else { OfferKind::Request },
            category,
            in_return,
            circle,
            languages,
            since: i64::try_from(self.next).unwrap_or(i64::MAX),
            places_left: 1 + u8::try_from(self.draw.below(3)).unwrap_or(0),
            in_ring: false,
        }
    }
}

fn slug(n: usize) -> Anything<CategorySlug> {
    CategorySlug::parse(format!("service_{n}")).map_err(|e| e.to_string().into())
}

fn tree() -> Anything<Vec<Category>> {
    let category = |slug, parent, sensitive| Category {
        slug,
        parent,
        fr: String::new(),
        en: String::new(),
        icon: String::new(),
        sensitive,
    };
    let group = |n: usize| CategorySlug::parse(format!("group_{n}")).map_err(|e| e.to_string());
    let mut tree = Vec::new();
    for n in 0..GROUPS {
        tree.push(category(group(n)?, None, false));
    }
    for n in 0..SERVICES {
        tree.push(category(slug(n)?, Some(group(n % GROUPS)?), n % 7 == 0));
    }
    Ok(tree)
}

/// The most memory that this process ever held, in bytes.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// Seconds of each question, sorted; and how many matches and rings came out.
struct Asked {
    seconds: Vec<f64>,
    matches: usize,
    rings: usize,
}

impl Asked {
    fn of(market: &mut Market, posts: impl Iterator<Item = Post>) -> Self {
        let mut asked = Self { seconds: Vec::new(), matches: 0, rings: 0 };
        for post in posts {
            let id = post.id;
            let begun = Instant::now();
            market.put(post);
            let matches = market.matches(id, BEST);
            let rings = market.rings(id, BEST, &mut |_| true);
            asked.seconds.push(begun.elapsed().as_secs_f64());
            asked.matches += matches.len();
            asked.rings += rings.len();
        }
        asked.seconds.sort_by(f64::total_cmp);
        asked
    }

    fn part(&self, percent: usize) -> f64 {
        let last = self.seconds.len().saturating_sub(1);
        self.seconds.get((self.seconds.len() * percent / 100).min(last)).copied().unwrap_or(0.0)
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "asked": self.seconds.len(), "median": self.part(50), "p99": self.part(99), "worst": self.part(100),
            "matches": self.matches, "rings": self.rings,
        })
    }
}

fn main() -> Anything<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| words.iter().position(|w| w == name).and_then(|n| words.get(n + 1)).cloned();
    let number = |name: &str| value(name).map(|v| v.parse::<u64>()).transpose();
    let packs = number("--pack")?;
    let count = packs.or(number("--posts")?).unwrap_or(POSTS);
    let town = match value("--residences") {
        Some(file) => real_town(&file)?,
        None => invented_town(&mut Draw(1)),
    };
    let services: Vec<CategorySlug> = (0..SERVICES).map(slug).collect::<Result<_, _>>()?;
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let popular = sums((1..=SERVICES).map(|rank| 1.0 / rank as f64));
    let people = (count * PEOPLE / POSTS).max(2);
    let mut posts = Posts { town: &town, draw: Draw(7), people, popular, services, next: 0 };
    let before = most_memory();
    let begun = Instant::now();
    let mut market = MarketBuilder::new(town.spots.clone(), [(OFFICE, tree()?)]);
    for _ in 0..people / 1_000 {
        let (a, b) = (posts.draw.next() % people, posts.draw.next() % people);
        market.block(TenantId(id(3, a)), TenantId(id(3, b)));
    }
    for _ in 0..count {
        let post = posts.post();
        market.put(post);
    }
    let mut market = market.build();
    let built = begun.elapsed().as_secs_f64();
    let memory = most_memory().saturating_sub(before);
    if packs.is_some() {
        let begun = Instant::now();
        let packing = market.pack();
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{}",
            json!({ "posts": count, "pack_seconds": seconds, "rings": packing.rings.len(), "people": packing.people(),
                "of": people })
        );
        return Ok(());
    }
    let new = usize::try_from(number("--new")?.unwrap_or(20_000))?;
    let drawn: Vec<Post> = (0..new).map(|_| posts.post()).collect();
    let random = Asked::of(&mut market, drawn.into_iter());
    // The largest residence, the two most wanted services, the widest circle; every other wish is older than all others.
    let largest = town.largest();
    let crowded = |n: usize, post: Post| Post {
        category: posts_service(n % 2),
        in_return: InReturn::Categories { categories: vec![posts_service(1 - n % 2)] },
        circle: Circle::Office,
        residence: largest,
        since: if n % 4 < 2 { 0 } else { post.since },
        languages: Languages(3),
        ..post
    };
    let drawn: Vec<Post> = (0..new / 10).map(|n| crowded(n, posts.post())).collect();
    let densest = Asked::of(&mut market, drawn.into_iter());
    println!(
        "{}",
        json!({ "posts": count, "people": people, "residences": town.spots.len(), "build_seconds": built,
            "memory_bytes": memory, "random": random.json(), "densest": densest.json() })
    );
    Ok(())
}

fn posts_service(n: usize) -> CategorySlug {
    slug(n).unwrap_or_else(|e| panic!("{e}"))
}
