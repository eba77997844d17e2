//! How long a search takes, and how much memory the index: `cargo run --release --example search_timing`.
//!
//! 50,000 posts of 34 words: words as frequent as in a language (the n-th stands in one of n posts), and two that stand in all.

use std::hint::black_box;
use std::time::{Duration, Instant};

use api::search::{Index, Query};
use uuid::Uuid;

const POSTS: u64 = 50_000;
const WORDS: u64 = 40_000;

/// Numbers without an order, the same in each run.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn word(&mut self) -> String {
        // The larger the number, the rarer: each doubling of it is as likely as the one before.
        let part = self.next(1 << 20) as f64 / f64::from(1 << 20);
        spell((WORDS as f64).powf(part) as u64)
    }

    fn words(&mut self, count: u64) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

/// The n-th word, in syllables.
fn spell(n: u64) -> String {
    let mut rest = n * 7_919 + 60;
    let mut word = String::new();
    while rest > 0 {
        let at = usize::try_from(rest % 60).unwrap_or(0);
        word.push(['b', 'c', 'd', 'f', 'g', 'l', 'm', 'n', 'p', 'r', 's', 't'][at % 12]);
        word.push_str(["a", "é", "i", "ou", "ar"][at / 12]);
        rest /= 60;
    }
    word
}

fn id(n: u64) -> Uuid {
    Uuid::from_u128(u128::from(n) << 64)
}

/// Kilobytes of memory that this program holds (Linux).
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|l| l.trim().split(' ').next()).and_then(|n| n.parse().ok()).unwrap_or_default()
}

fn time(name: &str, rounds: u32, mut run: impl FnMut(u32)) {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|round| {
            let start = Instant::now();
            run(round);
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("{name:<64} median {:>9.1?}  slowest {:>9.1?}", times[times.len() / 2], times[times.len() - 1]);
}

fn main() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let posts: Vec<(String, String)> =
        (0..POSTS).map(|_| (dice.words(4), format!("commun {} partout", dice.words(28)))).collect();
    let before = resident();
    let (mut index, start) = (Index::new(), Instant::now());
    for (n, (title, text)) in (0..).zip(&posts) {
        index.put(id(n), title, text);
    }
    println!("{} posts taken in: {:.1?}, {} MB", index.len(), start.elapsed(), (resident() - before) / 1024);

    time("put again", 2_000, |round| {
        let (title, text) = &posts[round as usize + 1];
        index.put(id(u64::from(round)), title, text);
    });
    time("remove and put", 2_000, |round| {
        index.remove(id(u64::from(round) * 20));
        index.put(id(u64::from(round) * 20), "commun", "partout");
    });

    let few: Vec<Uuid> = (0..300).map(|n| id(n * 166)).collect();
    let some: Vec<Uuid> = (0..3_000).map(|n| id(n * 16)).collect();
    let sees_few = |id: Uuid| (id.as_u128() >> 64).is_multiple_of(166);
    let (one, rare) = (spell(1), spell(30_000));
    let wrong = format!("{}x", spell(20_000));
    let many_wrong = (0..12).map(|n| format!("{}x", spell(20_000 + n * 100))).collect::<Vec<_>>().join(" ");
    for (name, typed) in [
        ("in all posts", "commun"),
        ("two words in all posts", "commun partout"),
        ("a common word, and what begins with it", &one),
        ("a rare word", &rare),
        ("a common and a rare word", &format!("commun {rare}")),
        ("one letter", "b"),
        ("a word with an error", &wrong),
        ("twelve words with errors", &many_wrong),
        ("twelve times the word in all posts", &"commun ".repeat(12)),
        ("linked", "commun-partout-commun"),
        ("ten thousand characters", &"é'\u{301}-".repeat(2_500)),
    ] {
        let query = Query::parse(typed);
        time(&format!("{name}: read"), 200, |_| drop(black_box(Query::parse(typed))));
        time(&format!("{name}: all seen"), 200, |_| drop(black_box(index.search(&query, None, 20, |_| true))));
        time(&format!("{name}: 300 of 50,000 seen"), 200, |_| {
            drop(black_box(index.search(&query, None, 20, sees_few)))
        });
        time(&format!("{name}: none seen"), 200, |_| drop(black_box(index.search(&query, None, 20, |_| false))));
        time(&format!("{name}: among 300"), 200, |_| {
            drop(black_box(index.search_among(&query, None, 20, few.iter().copied())));
        });
        time(&format!("{name}: among 3,000"), 200, |_| {
            drop(black_box(index.search_among(&query, None, 20, some.iter().copied())));
        });
    }

    let (before, start) = (resident(), Instant::now());
    for round in 0..1_000_000 {
        let (title, text) = &posts[usize::try_from(dice.next(POSTS)).unwrap_or(0)];
        index.put(id(POSTS + round), title, text);
        index.remove(id(POSTS + round));
        if round % 50 == 0 {
            index.remove(id(dice.next(POSTS)));
            index.put(id(dice.next(POSTS)), title, text);
        }
    }
    let grown = resident().saturating_sub(before) / 1024;
    println!("a million puts and removals: {:.1?}, {grown} MB more, {} posts", start.elapsed(), index.len());
}
