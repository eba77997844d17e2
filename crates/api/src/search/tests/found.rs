//! What neighbours look for, and what they find.

use uuid::Uuid;

use super::super::find::Among;
use super::super::{Index, Query, Rank};

fn id(n: usize) -> Uuid {
    Uuid::from_u128(n as u128)
}

/// Posts with these titles and texts; the last one is the newest.
fn index(posts: &[(&str, &str)]) -> Index {
    let mut index = Index::new();
    for (n, (title, text)) in posts.iter().enumerate() {
        index.put(id(n), title, text);
    }
    index
}

fn found(index: &Index, typed: &str) -> Vec<usize> {
    found_by(index, typed, |_| true)
}

fn found_by(index: &Index, typed: &str, sees: impl Fn(usize) -> bool) -> Vec<usize> {
    let query = Query::parse(typed);
    let hits = index.search(&query, None, 100, |id| sees(id.as_u128() as usize));
    hits.iter().map(|hit| hit.id.as_u128() as usize).collect()
}

#[track_caller]
fn finds(text: &str, questions: &[&str]) {
    let index = index(&[("", text), ("Autre chose", "Rien de tel.")]);
    for typed in questions {
        assert_eq!(found(&index, typed), [0], "{typed} in {text}");
    }
}

#[track_caller]
fn does_not_find(text: &str, questions: &[&str]) {
    let index = index(&[("", text)]);
    for typed in questions {
        assert!(found(&index, typed).is_empty(), "{typed} in {text}");
    }
}

#[test]
fn a_post_is_found_as_people_type() {
    finds(
        "J'emprunterais bien l’aspirateur d'un voisin",
        &["aspirateur", "ASPIRATEURS", "l'aspirateur", "aspi", "asiprateur", "voisine"],
    );
    finds(
        "Cours de français le week-end",
        &["francais", "weekend", "week-end", "week end", "cours francaises", "cour francais"],
    );
    finds("Soirée le weekend", &["week-end", "weekend", "soiree week-end"]);
    finds(
        "Porte-monnaie perdu aujourd'hui",
        &["portemonnaie", "porte monnaie", "porte-monnaie", "aujourd'hui", "aujourdhui", "aujourd’hui"],
    );
    finds("Œufs frais", &["oeufs", "œuf", "OEUF"]);
    finds("Gâteau au thé", &["thé", "the", "gateaux au the", "GÂTEAU"]);
    finds("مرحبا بالجيران", &["مرحبا", "مَرْحَبًا", "بالجيران مرحبا"]);
    finds("我教中文", &["中文", "教", "中"]);
    finds("Học tiếng Việt", &["tieng viet", "tiếng Việt"]);
}

#[test]
fn every_word_is_needed_but_for_stop_words() {
    finds("Je répare les vélos", &["réparation vélo", "reparer un velo", "un vélo à réparer", "pour les vélos de la"]);
    does_not_find("Je répare les vélos", &["vélo bleu", "réparer machine"]);
    // Stop words alone are words like others.
    let index = index(&[("La lampe", ""), ("Un vélo", "pour la ville"), ("Jardin", "bio")]);
    assert_eq!(found(&index, "la"), [0, 1]);
    assert_eq!(found(&index, "pour la"), [1]);
}

#[test]
fn the_last_word_may_go_on_and_the_others_may_not() {
    finds("Perceuse à prêter", &["perc", "p", "prêter perce"]);
    does_not_find("Perceuse à prêter", &["perc prêter", "euse"]);
}

#[test]
fn errors_are_forgiven_in_long_words_with_the_right_first_letter() {
    finds("Perceuse et canapé", &["percuese", "preceuse", "canape", "canpé", "canpés", "perceuze canapé"]);
    does_not_find("Perceuse et canapé", &["terceuse", "cnp", "perruche"]);
    does_not_find("Un lit", &["lot", "mit"]);
    does_not_find("Vide-grenier 2026", &["2025", "2062"]);
}

#[test]
fn errors_are_forgiven_only_when_nothing_fits() {
    let index = index(&[("Cheval", ""), ("Chenal", ""), ("Chacal", "")]);
    assert_eq!(found(&index, "cheval"), [0]);
    assert_eq!(found(&index, "chevol"), [0]);
    assert_eq!(found(&index, "chexal"), [1, 0]);
}

/// Otherwise somebody could write a post with a word one letter away, and learn whether the word stands in a post of somebody else.
#[test]
fn a_post_that_is_not_seen_changes_no_answer() {
    let mut index = index(&[("Cherche Duponf", "à Lyon")]);
    let before = found_by(&index, "dupont", |n| n == 0);
    assert_eq!(before, [0]);
    index.put(id(1), "Dupont", "de Lyon");
    assert_eq!(found_by(&index, "dupont", |n| n == 0), before);
    let among = index.search_among(&Query::parse("dupont"), None, 9, [id(0)]);
    assert_eq!(among.iter().map(|hit| hit.id).collect::<Vec<_>>(), [id(0)]);
}

#[test]
fn the_word_itself_comes_before_a_longer_one_and_a_title_before_a_text() {
    let index = index(&[
        ("Jeux de société", ""),
        ("Soirée", "un jeu"),
        ("Jeudi", ""),
        ("Sortie", "jeudi prochain"),
        ("Un jeu", ""),
        ("Le chat", "et le jeu"),
    ]);
    assert_eq!(found(&index, "jeu"), [4, 0, 5, 1, 2, 3]);
    // All in the title, some, none.
    let index = self::index(&[
        ("Table", "ronde"),
        ("", "table ronde"),
        ("Table ronde", ""),
        ("", "ronde, table"),
        ("Rond", "table"),
    ]);
    assert_eq!(found(&index, "table ronde"), [2, 4, 0, 3, 1]);
    // One error before two.
    let index = self::index(&[("aspirateur", ""), ("aspirateor", ""), ("", "aspirateur")]);
    assert_eq!(found(&index, "asdirateur"), [0, 2, 1]);
}

#[test]
fn pages_go_on_where_the_last_one_ended() {
    let titles: Vec<String> =
        (0..25).map(|n| if n % 2 == 0 { "Vélo".to_owned() } else { format!("Divers {n}") }).collect();
    let posts: Vec<(&str, &str)> = titles.iter().map(|title| (title.as_str(), "vélo rouge")).collect();
    let mut index = index(&posts);
    for typed in ["vélo", "vleo"] {
        let query = Query::parse(typed);
        let all = found(&index, typed);
        assert_eq!(all.len(), 25);
        let first = index.search(&query, None, 10, |_| true);
        // New posts do not move the pages that follow.
        index.put(id(100), "Vélo", "");
        index.put(id(101), "", "velo");
        let cursor = Rank::parse(&first[9].rank.to_string());
        let second = index.search(&query, cursor, 100, |_| true);
        let ids = |hits: &[super::super::Hit]| hits.iter().map(|hit| hit.id.as_u128() as usize).collect::<Vec<_>>();
        assert_eq!(ids(&first), all[..10]);
        assert_eq!(ids(&second).into_iter().filter(|&n| n < 100).collect::<Vec<_>>(), all[10..]);
        assert!(!ids(&second).contains(&100));
        index.remove(id(100));
        index.remove(id(101));
    }
}

#[test]
fn a_cursor_is_read_back_or_refused() {
    let rank = index(&[("Vélo", "")]).search(&Query::parse("vélo"), None, 1, |_| true)[0].rank;
    assert_eq!(Rank::parse(&rank.to_string()), Some(rank));
    let nil = "00000000000000000000000000000000";
    assert!(Rank::parse(&format!("11-{nil}")).is_some());
    for text in [
        "",
        "-",
        "0-",
        "0",
        &format!("12-{nil}"),
        &format!("00-{nil}"),
        &format!("+1-{nil}"),
        &format!("0-{nil}0"),
        &format!("0-{nil} "),
    ] {
        assert_eq!(Rank::parse(text), None, "{text}");
    }
}

#[test]
fn whether_a_post_is_seen_is_asked_no_more_often_than_needed() {
    let mut index = Index::new();
    for n in 0..5_000 {
        index.put(id(n), "Vélo", "à vendre");
    }
    let mut asked = Vec::new();
    let hits = index.search(&Query::parse("vélo"), None, 3, |id| {
        asked.push(id.as_u128());
        id.as_u128() % 2 == 0
    });
    assert_eq!(hits.len(), 3);
    assert_eq!(asked, [4_999, 4_998, 4_997, 4_996, 4_995, 4_994]);
}

#[test]
fn many_posts_are_found_as_few_are() {
    let mut index = Index::new();
    // Not in their order, and some of them again.
    for n in (0..3_000).rev().chain(500..600) {
        let title = if n % 7 == 0 { "Vélos" } else { "Divers" };
        index.put(id(n), title, if n % 3 == 0 { "un vélo rouge" } else { "un vélocipède rouge" });
    }
    for typed in ["velo", "rouge velo", "vélo-rouge", "velocippede rouge"] {
        let query = Query::parse(typed);
        let one_by_one = index.best(&Among::All(usize::MAX), &query, None, 5_000, |_| true);
        assert_eq!(one_by_one, index.search(&query, None, 5_000, |_| true), "{typed}");
        assert_eq!(one_by_one, index.search_among(&query, None, 5_000, (0..3_000).chain(0..9).map(id)), "{typed}");
        assert!(one_by_one.len() >= 1_000, "{typed}");
    }
}

#[test]
fn by_age_a_later_page_forgives_errors_when_the_first_one_did() {
    let mut index = index(&[("Chevol", ""), ("Cheval", ""), ("Chevaux", ""), ("Chevam", ""), ("Le cheval", "")]);
    let query = Query::parse("cheval");
    let newest = |index: &Index, before: Option<usize>, limit| -> Vec<usize> {
        let page = index.newest(&query, before.map(id), limit, |_| true);
        page.iter().map(|id| id.as_u128() as usize).collect()
    };
    assert_eq!(newest(&index, None, 2), [4, 2]);
    assert_eq!(newest(&index, Some(2), 2), [1]);
    assert_eq!(newest(&index, Some(1), 2), [0; 0]);
    (1..5).filter(|&n| n != 3).for_each(|n| index.remove(id(n)));
    assert_eq!(newest(&index, None, 1), [3]);
    assert_eq!(newest(&index, Some(3), 1), [0]);
}

#[test]
fn an_edit_takes_the_place_of_what_was_known() {
    let mut index = index(&[("Perceuse", "à prêter"), ("Échelle", "")]);
    index.put(id(0), "Tondeuse", "à donner");
    assert_eq!(found(&index, "perceuse"), [0; 0]);
    assert_eq!(found(&index, "tondeuse donner"), [0]);
    index.put(id(0), "Divers", "tondeuse");
    assert_eq!(found(&index, "tondeuse"), [0]);
    assert_eq!(index.len(), 2);
    index.remove(id(0));
    index.remove(id(0));
    assert_eq!(found(&index, "tondeuse"), [0; 0]);
    assert_eq!(found(&index, "echelle"), [1]);
}

#[test]
fn nothing_of_a_removed_post_is_kept() {
    let mut index = index(&[("Voisine", "du troisième")]);
    let before = format!("{index:?}");
    index.put(id(7), "Zanzibar", "kanarivogel-zwei, l'ornithorynque");
    assert!(format!("{index:?}").contains("zanzibar"));
    index.put(id(7), "Autre", "voisine");
    index.remove(id(7));
    let after = format!("{index:?}");
    for word in ["zanz", "kanari", "zwei", "ornitho", "autre"] {
        assert!(!after.contains(word), "{word} in {after}");
    }
    assert!(before.contains("troisieme") && after.contains("troisieme"));
}

#[test]
fn a_long_life_of_posts_takes_no_more_room() {
    let mut index = Index::new();
    for round in 0..40_000 {
        // Ten live at a time, each with words of its own.
        index.put(id(round), &format!("Titre{round}"), &format!("mot{round} commun vélo-{round}"));
        if round >= 10 {
            index.remove(id(round - 10));
        }
    }
    assert_eq!(index.len(), 10);
    assert!(index.posts.len() <= 11, "{}", index.posts.len());
    assert!(index.vocabulary.numbers() <= 60, "{}", index.vocabulary.numbers());
    assert!(index.in_order.capacity() <= 32);
    let text = format!("{index:?}");
    assert!(text.len() < 10_000, "{}", text.len());
}

#[test]
fn the_room_of_a_word_shrinks_with_its_posts() {
    let mut index = Index::new();
    (0..5_000).for_each(|n| index.put(id(n), "Vélo", ""));
    (0..4_990).for_each(|n| index.remove(id(n)));
    assert!(index.vocabulary.room() <= 64, "{}", index.vocabulary.room());
    assert_eq!(found(&index, "vélo").len(), 10);
}

#[test]
fn what_is_typed_is_text_and_nothing_else() {
    let index = index(&[("Vélo", "près de la gare"), ("Title", "drop table")]);
    for typed in ["\"vélo\"", "vélo*", "*vélo", "(vélo", "vélo\0", "^vélo~"] {
        assert_eq!(found(&index, typed), [0], "{typed}");
    }
    for typed in
        ["title:vélo", "NEAR/5", "vélo OR table", "NOT vélo", "'; DROP TABLE posts; --", "-vélo table", "vélo~2"]
    {
        assert_eq!(found(&index, typed), [0; 0], "{typed}");
    }
    for typed in ["", " ", "\"*\"", "***", "🚲", "\0", "--", "\u{301}"] {
        assert!(Query::parse(typed).is_empty(), "{typed}");
        assert_eq!(found(&index, typed), [0; 0], "{typed}");
    }
}

#[test]
fn of_too_much_only_the_beginning_is_read() {
    let word = |n: usize| format!("mot{}", char::from(b'a' + u8::try_from(n).unwrap()));
    let text: Vec<String> = (0..12).map(word).collect();
    let index = index(&[("", &text.join(" "))]);
    assert_eq!(found(&index, &format!("{} treize quatorze", text.join(" "))), [0]);
    let long = format!("{}{}", "mota ".repeat(40), "absent ".repeat(10_000));
    assert_eq!(found(&index, &long), [0]);
    for typed in [
        "x".repeat(10_000),
        "e\u{301}".repeat(10_000),
        "\u{301}".repeat(10_000),
        "a-".repeat(5_000),
        "𓀀".repeat(10_000),
    ] {
        found(&index, &typed);
        assert!(Query::parse(&typed).readings.iter().all(|words| words.len() <= 12));
    }
}
