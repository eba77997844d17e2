//! What holds after any sequence of posts, edits and removals: the index answers as a reading of all posts does.

use std::collections::BTreeSet;

use proptest::prelude::*;
use uuid::Uuid;

use super::super::find::Among;
use super::super::{Index, Query, Rank};
use super::oracle::Oracle;

const POSTS: u128 = 12;

/// Near each other in every way that counts: forms, beginnings, errors, links, stop words.
const WORDS: [&str; 22] = [
    "chat",
    "chats",
    "chatte",
    "château",
    "chaton",
    "vélo",
    "Velos",
    "vleo",
    "aspirateur",
    "asprateur",
    "aspirer",
    "week-end",
    "weekend",
    "week",
    "end",
    "le",
    "la",
    "l'école",
    "ecole",
    "écoles",
    "中文",
    "jardinage",
];

#[derive(Clone, Debug)]
enum Step {
    Put(u128, String, String),
    Remove(u128),
}

fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..most).prop_map(|words| words.join(" "))
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..POSTS, text(3), text(6)).prop_map(|(id, title, text)| Step::Put(id, title, text)),
        1 => (0..POSTS).prop_map(Step::Remove),
    ]
}

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => text(4),
        1 => prop::sample::select(&["ch", "vel", "velp", "aspiratuer", "wekend", "v", "eco le", "", "zzz", "chta weekend"][..])
            .prop_map(str::to_owned),
    ]
}

fn after(steps: &[Step]) -> (Index, Oracle) {
    let (mut index, mut oracle) = (Index::new(), Oracle::default());
    for step in steps {
        match step {
            Step::Put(id, title, text) => {
                index.put(Uuid::from_u128(*id), title, text);
                oracle.posts.insert(Uuid::from_u128(*id), (title.clone(), text.clone()));
            }
            Step::Remove(id) => {
                index.remove(Uuid::from_u128(*id));
                oracle.posts.remove(&Uuid::from_u128(*id));
            }
        }
    }
    (index, oracle)
}

/// All pages, one after the other, through the cursor as text.
fn pages(limit: usize, mut page: impl FnMut(Option<Rank>, usize) -> Vec<super::super::Hit>) -> Vec<Uuid> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let hits = page(cursor, limit);
        found.extend(hits.iter().map(|hit| hit.id));
        match hits.last() {
            Some(last) if hits.len() == limit => cursor = Rank::parse(&last.rank.to_string()),
            _ => return found,
        }
    }
}

fn pages_by_age(limit: usize, mut page: impl FnMut(Option<Uuid>, usize) -> Vec<Uuid>) -> Vec<Uuid> {
    let mut found = Vec::new();
    loop {
        let ids = page(found.last().copied(), limit);
        found.extend(&ids);
        if ids.len() < limit {
            return found;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_a_reading_of_all_posts_in_the_same_order(
        steps in prop::collection::vec(step(), 0..60),
        questions in prop::collection::vec(typed(), 1..8),
        seen in any::<u16>(),
        limit in 1..5usize,
    ) {
        let (index, oracle) = after(&steps);
        prop_assert_eq!(index.len(), oracle.posts.len());
        let visible = |id: Uuid| seen >> id.as_u128() & 1 == 1;
        let candidates: Vec<Uuid> = (0..POSTS).map(Uuid::from_u128).filter(|&id| visible(id)).collect();
        for typed in &questions {
            let query = Query::parse(typed);
            let expected = oracle.search(&query, visible);
            for few in [0, 4, usize::MAX] {
                let found = pages(limit, |cursor, limit| index.best(&Among::All(few), &query, cursor, limit, visible));
                prop_assert_eq!(&found, &expected, "{:?}, few {}", typed, few);
            }
            let among = pages(limit, |cursor, limit| {
                index.search_among(&query, cursor, limit, candidates.iter().rev().copied())
            });
            prop_assert_eq!(&among, &expected, "{:?} among", typed);

            let mut expected = expected;
            expected.sort_by(|a, b| b.cmp(a));
            for few in [0, usize::MAX] {
                let found = pages_by_age(limit, |before, limit| index.latest(&Among::All(few), &query, before, limit, visible));
                prop_assert_eq!(&found, &expected, "{:?} by age, few {}", typed, few);
            }
            let among = pages_by_age(limit, |before, limit| {
                index.newest_among(&query, before, limit, candidates.iter().copied())
            });
            prop_assert_eq!(&among, &expected, "{:?} by age, among", typed);
        }
    }

    #[test]
    fn no_word_is_kept_that_stands_in_no_post(steps in prop::collection::vec(step(), 0..60)) {
        let (index, oracle) = after(&steps);
        let kept: BTreeSet<String> = index.vocabulary.words().map(str::to_owned).collect();
        prop_assert_eq!(kept, oracle.words());
    }

    #[test]
    fn whatever_is_written_is_found_by_itself(title in "\\PC{1,60}", text in any::<String>()) {
        let (mut index, id) = (Index::new(), Uuid::from_u128(1));
        index.put(id, &title, &text);
        for typed in [&title, &text] {
            let query = Query::parse(typed);
            let found = index.search(&query, None, 1, |_| true);
            // What is cut in the middle of linked words or after twelve words need not be.
            if !query.is_empty() && typed.chars().count() < 60 && typed.split(|c: char| !c.is_alphanumeric()).count() < 6 {
                prop_assert_eq!(found.len(), 1, "{:?}", typed);
            }
        }
    }
}
