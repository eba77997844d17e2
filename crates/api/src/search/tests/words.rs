//! Words and their forms.

use super::super::edits::{Spelling, edits, forgiven};
use super::super::fold::fold;
use super::super::stem::key;

fn words(text: &str) -> Vec<String> {
    fold(text).collect()
}

#[track_caller]
fn folds(text: &str, expected: &[&str]) {
    assert_eq!(words(text), expected, "{text}");
}

#[test]
fn case_and_accents_do_not_count() {
    folds("ÉCOLE Garçon Noël où naïve", &["ecole", "garcon", "noel", "ou", "naive"]);
    folds("cœur Œuvre ex æquo Straße ẞ", &["coeur", "oeuvre", "ex", "aequo", "strasse", "ss"]);
    // Composed and decomposed, wide, raised.
    folds("e\u{301}te\u{301} été Ｖｅｌｏ m²", &["ete", "ete", "velo", "m2"]);
    folds("Łódź İstanbul ışık Đà Nẵng", &["lodz", "istanbul", "isik", "da", "nang"]);
}

#[test]
fn an_elision_is_cut_off() {
    folds("l'aspirateur d’occasion L’ÉCOLE qu'elle", &["l", "aspirateur", "d", "occasion", "l", "ecole", "qu", "elle"]);
    folds("l´école", &["l", "ecole"]);
    folds("aujourd'hui", &["aujourd", "hui", "aujourdhui"]);
    folds("l'après-midi", &["l", "apres", "midi", "apresmidi"]);
}

#[test]
fn linked_words_come_apart_and_joined() {
    folds("porte-monnaie", &["porte", "monnaie", "portemonnaie"]);
    folds("arc‑en‑ciel", &["arc", "en", "ciel", "arcenciel"]);
    folds("- un -deux trois- -", &["un", "deux", "trois"]);
    folds("un--deux un - deux", &["un", "deux", "un", "deux"]);
    folds("a-b-c-d-e", &["a", "b", "c", "d", "e"]);
}

#[test]
fn other_scripts_stay() {
    folds("مَرْحَبًا", &["مرحبا"]);
    folds("Вёлосипед ΟΔΟΣ", &["велосипед", "οδοσ"]);
    folds("自転車、中文", &["自", "転", "車", "中", "文"]);
    folds("が", &["が"]);
    folds("한국어", &["한국어"]);
    folds("हिन्दी", &["हिन्दी"]);
}

#[test]
fn signs_and_pictures_are_no_words() {
    folds("🚲 vélo 👨‍👩‍👧 🇫🇷 ❤️ 🅰", &["velo"]);
    folds("24h/24 n°3 T2 1,5", &["24h", "24", "n", "3", "t2", "1", "5"]);
    folds("a\0b c\u{ad}d e\u{200b}f", &["a", "b", "cd", "ef"]);
    folds("\u{301}\u{301} \"*\" (:", &[]);
}

#[test]
fn a_word_without_end_is_cut() {
    assert_eq!(words(&"é".repeat(5_000)), ["e".repeat(40)]);
    assert_eq!(words(&format!("e{}", "\u{301}".repeat(5_000))), ["e"]);
    // Not joined when that were longer still.
    assert_eq!(words(&format!("{0}-{0}", "b".repeat(30))).len(), 2);
}

fn meet(a: &str, b: &str) -> bool {
    let (a, b) = (words(a).concat(), words(b).concat());
    key(&a) == key(&b)
}

#[test]
fn forms_of_a_word_meet() {
    let forms = "chat chats, chat chatte, chat chattes, cheval chevaux, journal journaux, travail travaux, gâteau gâteaux, jeu jeux, \
        vélo vélos, photo photos, voisin voisine, voisines voisins, étudiant étudiante, coiffeur coiffeuse, vendeur vendeuses, \
        animateur animatrice, directeur directrice, boulanger boulangère, infirmier infirmière, premier première, réparer répare, \
        réparer réparé, réparer réparées, réparer réparation, reparation réparations, garder gardez, garde garder, aide aider, \
        aider aidée, échange échanger, echange échanges, ecole écoles, activité activites, sportif sportive, petit petite, \
        gros grosses, bon bonne, chien chienne, chien chiens, canapé canapes, bijou bijoux, genou genoux, cheveu cheveux, clé cles, \
        repasser repassage, jardin jardinage, jardiner jardinage, bricoler bricolage, musée musées, idée idées, année années, \
        fête fetes, leçon leçons, enfant enfants, perceuse perceuses, couturier couturière, prêt prêter, prêter prête, donner donne, \
        chercher cherche, vends vend, perdu perdue, perdus perdues, trouvé trouvée, français française, ami amies, oiseau oiseaux, \
        nouveau nouveaux, nouveau nouvelle, hôpital hôpitaux, animal animaux, électricien électricienne, canne cannes, \
        déménager déménagement, musicien musicienne, danser danse, danseur danseuse, soirée soirées, étagère etageres, \
        heureux heureuse, vieux vieille, bébé bebes, book books, lesson lessons, bike bikes";
    let apart: Vec<&str> = forms
        .split(',')
        .map(str::trim)
        .filter(|pair| pair.split_once(' ').is_none_or(|(one, other)| !meet(one, other)))
        .collect();
    assert!(apart.is_empty(), "do not meet: {apart:?}");
}

#[test]
fn other_words_do_not_meet() {
    let others = "table tablette, poule poulet, port portable, cour cours, cour course, cours courses, car carton, bal balle, bal balai, \
        ville vil, lit litière, livre livraison, chat château, chat achat, pain peinture, sel selle, tasse tas, classe clas, jeu jeune, \
        an année, marche mars, lampe lampadaire, vol vélo, bois boisson, main maison, verre ver, peur peu, fleur fleuve, mère mer, \
        père per, colère colle, pomme pommade, terre terrasse, bus buse, sac saccage, rose roseau, mur mûre, masse masseur, masse mas, \
        mes messe, pois poisson, passe pas, balle ballon, mal malle, ménage men, garage gare, étage étagère, cousin coussin, chaise chai";
    let met: Vec<&str> = others
        .split(',')
        .map(str::trim)
        .filter(|pair| pair.split_once(' ').is_none_or(|(one, other)| meet(one, other)))
        .collect();
    assert!(met.is_empty(), "meet: {met:?}");
}

#[test]
fn a_key_is_taken_of_latin_words_alone() {
    for word in ["t2s", "велосипеды", "24s", "", "s", "es", "aux", "eux"] {
        assert_eq!(key(word), word);
    }
}

#[test]
fn errors_are_counted_as_people_make_them() {
    let count = |a: &str, b: &str, most| edits(&Vec::from_iter(a.chars()), &Vec::from_iter(b.chars()), most);
    for (a, b, n) in [
        ("velo", "velo", 0),
        ("velo", "vleo", 1),
        ("velo", "vel", 1),
        ("velo", "veslo", 1),
        ("velo", "vilo", 1),
        ("aspirateur", "asipratuer", 2),
        ("aspirateur", "aspirater", 1),
        ("aspirateur", "aspirat", 3),
        ("", "ab", 2),
    ] {
        assert_eq!(count(a, b, 3), Some(n), "{a} {b}");
        assert_eq!(count(b, a, 3), Some(n), "{b} {a}");
        assert_eq!(count(a, b, n), Some(n), "{a} {b}");
        assert!(n == 0 || count(a, b, n - 1).is_none(), "{a} {b}");
    }
    assert_eq!([0, 3, 4, 7, 8, 40].map(forgiven), [0, 0, 1, 1, 2, 2]);
}

#[test]
fn errors_are_forgiven_by_length_and_after_the_right_first_letter() {
    let errors = |typed: &str, word: &str| Spelling::of(typed).and_then(|spelling| spelling.errors(word));
    assert_eq!(errors("velp", "velo"), Some(1));
    assert_eq!(errors("vlo", "velo"), None);
    assert_eq!(errors("delo", "velo"), None);
    assert_eq!(errors("aspiratr", "aspirateur"), Some(2));
    assert_eq!(errors("aspirat", "aspirateur"), None);
    // Letters that share a bit are still other letters.
    assert_eq!(errors("velo\u{103}", "veloc\u{103}"), Some(1));
    assert_eq!(errors("2025", "2026"), None);
}
