//! Notices and events among the offers of the square, and what there is to see of them.

use std::io::Cursor;
use std::path::PathBuf;

use chrono::TimeDelta;
use domain::circle::Circle;
use domain::event::{Access, Guests, NewEvent, Places};
use domain::moment::LocalTime;
use domain::notice::{NewNotice, NoticeKind, NoticeView, Radius, Seen};
use domain::text::{Body, Title, Words};
use serde_json::json;

use crate::hand::What;
use crate::look::NARROW;
use crate::street::sign_in;
use crate::support::{Person, Toit, join, key, unique};
use crate::tab::Tab;

/// A notice around the own residence, seen there yesterday where something is lost or found.
pub fn new_notice(person: &Person, toit: &Toit, kind: NoticeKind, title: &str) -> NewNotice {
    let seen = kind.has_seen().then(|| Seen {
        residence: person.me.residence.id,
        radius_m: Radius::parse(100).expect("a radius"),
        at: Some(toit.now() - TimeDelta::days(1)),
    });
    NewNotice {
        kind,
        title: Title::parse(title).expect("a title"),
        text: Body::parse("Un peu plus à ce sujet, en deux lignes\ncomme on les écrit.").expect("a text"),
        circle: Circle::Nearby,
        seen,
    }
}

pub async fn post_notice(person: &Person, toit: &Toit, kind: NoticeKind, title: &str) -> NoticeView {
    let new = new_notice(person, toit, kind, title);
    person.client.create_notice(&new, &key()).await.expect("a notice")
}

/// A party in three days, with this many places.
pub fn party(toit: &Toit, title: &str, places: Option<u16>) -> NewEvent {
    let start = LocalTime::at(toit.now() + TimeDelta::days(3));
    NewEvent {
        title: Title::parse(title).expect("a title"),
        text: Body::parse("Apportez ce qui vous fait plaisir.").expect("a text"),
        place: Words::parse("Dans la cour, sous le tilleul").expect("words"),
        residence: None,
        start,
        end: LocalTime::at(start.instant() + TimeDelta::hours(3)),
        circle: Circle::Nearby,
        places: places.map(|n| Places::parse(n).expect("places")),
        places_per_residence: None,
        guests: Guests::default(),
        access: Access::default(),
        bring: Vec::new(),
        repeat: None,
        draft: false,
    }
}

/// A photo as a telephone takes it: larger than what is sent. A cat, with some goodwill.
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    let (w, h) = (f64::from(width), f64::from(height));
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x) / w - 0.5, f64::from(y) / h - 0.55);
        let head = x * x * 1.8 + y * y < 0.09;
        let ears = y < -0.12 && y > -0.42 && (x.abs() - 0.16).abs() < (y + 0.42) * 0.35;
        let eyes = (x.abs() - 0.09).powi(2) + (y + 0.05).powi(2) < 0.001;
        match (eyes, head || ears) {
            (true, _) => image::Rgb([60, 120, 60]),
            (false, true) => image::Rgb([214, 120, 46]),
            (false, false) => image::Rgb([205, 220, 226]),
        }
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("a JPEG file");
    bytes.into_inner()
}

/// A file on the disk, as a browser chooses one; gone with this value.
pub struct OnDisk(PathBuf);

impl OnDisk {
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("toit_{}_{}_{name}", std::process::id(), unique()));
        std::fs::write(&path, bytes).expect("the file is written");
        Self(path)
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        // What is left in the system's temporary folder harms nobody.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Chooses a file in the field for a photo, as the browser's own window for files would.
pub async fn choose_photo(tab: &Tab, file: &OnDisk) {
    let field = tab.wait_for_element("the field for a photo", "return document.getElementById('photo');").await;
    field.send_keys(file.0.display().to_string()).await.expect("the file is chosen");
}

/// The photo on the page is loaded and shown; its width in pixels.
pub async fn shown_photo(tab: &Tab, selector: &str) -> u64 {
    let found = format!("document.querySelector({})", json!(format!("main img{selector}")));
    let script = format!("const it = {found}; return it?.complete && it.naturalWidth > 0 && it.naturalWidth;");
    tab.wait("the photo", &script).await.as_u64().expect("a width")
}

/// Nothing is wrong with the screen for axe, a finger, and a window of 320 pixels; a picture is kept.
pub async fn examine(tab: &Tab, name: &str) {
    assert_eq!(tab.axe().await, [""; 0], "{name}: axe");
    assert_eq!(tab.small_targets().await, [""; 0], "{name}: too small for a finger");
    assert_eq!(tab.cut_off(NARROW).await, [""; 0], "{name}: at {NARROW} px");
    tab.shot(&format!("fr-light-{name}")).await;
}

/// What there is to see: notices of all kinds from a neighbour close by, events, and notices of one's own in several states.
pub struct Posts {
    nour: Person,
    theirs: NoticeView,
    trouble: NoticeView,
    own: NoticeView,
    found_again: NoticeView,
}

impl Posts {
    pub async fn set(toit: &Toit) -> Self {
        // The larger households are for others of the stage.
        let ines = Person::join_with(toit, &join(&toit.code_of("A-solo").await, "Inès")).await;
        let nour = Person::join_with(toit, &join(&toit.code_of("B-solo").await, "Nour-Eddine")).await;
        for (kind, title) in [
            (NoticeKind::Thanks, "Merci à Samir pour le vélo"),
            (NoticeKind::News, "Le marché est déplacé place des Fêtes jusqu'à samedi"),
            (NoticeKind::Question, "Où faire réparer une machine à coudre ?"),
            (NoticeKind::FoundObject, "Gant d'enfant rouge"),
            (NoticeKind::LostObject, "Trousseau de clés avec un ruban bleu"),
            (NoticeKind::FoundAnimal, "Petit chat roux trouvé dans la cour"),
        ] {
            post_notice(&ines, toit, kind, title).await;
        }
        let trouble = post_notice(&ines, toit, NoticeKind::Trouble, "L'ascenseur B est arrêté").await;
        let theirs = post_notice(&ines, toit, NoticeKind::LostAnimal, "Perroquet gris qui dit bonjour").await;
        let theirs = ines.client.put_notice_photo(theirs.id, photo(900, 1200)).await.expect("a photo");
        for (title, places) in [("Fête des voisins", Some(50)), ("Le café du mercredi", None)] {
            ines.client.create_event(&party(toit, title, places), &key()).await.expect("an event");
        }
        let found_again = post_notice(&nour, toit, NoticeKind::LostObject, "Mon parapluie à pois").await;
        let found_again = nour.client.resolve_notice(found_again.id).await.expect("it is found");
        let gone = post_notice(&nour, toit, NoticeKind::News, "Le square ferme plus tôt").await;
        nour.client.withdraw_notice(gone.id).await.expect("it is taken down");
        let own = post_notice(&nour, toit, NoticeKind::LostAnimal, "Chat roux perdu, il s'appelle Moka").await;
        let own = nour.client.put_notice_photo(own.id, photo(1200, 900)).await.expect("a photo");
        nour.post(&nour.services.offer("Arroser vos plantes pendant l'été")).await;
        Self { nour, theirs, trouble, own, found_again }
    }
}

/// Goes through all of it, signed out at first and at the end.
pub async fn walk(posts: &Posts, tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    sign_in(tab, &posts.nour, "/connexion").await;
    tab.arrive("square").await;
    tab.press(What::Fold(&tab.word("square.choose"))).await;
    tab.press(What::Button(&tab.word("square.kind_lost_found"))).await;
    tab.says("Perroquet gris").await;
    tab.screen("square").await;
    look(tab, "square-lost-found").await;
    tab.press(What::Button(&tab.word("square.kind_events"))).await;
    tab.says("Fête des voisins").await;
    tab.screen("square").await;
    look(tab, "square-events").await;
    tab.press(What::Button(&tab.word("square.kind_notices"))).await;
    tab.says("machine à coudre").await;
    tab.screen("square").await;
    look(tab, "square-notices").await;
    let pages = [
        (format!("/avis/{}", posts.theirs.id), "notice", "notice"),
        (format!("/avis/{}", posts.trouble.id), "notice", "notice-trouble"),
        (format!("/avis/{}", posts.own.id), "notice", "notice-own"),
        (format!("/avis/{}", posts.found_again.id), "notice", "notice-resolved"),
        (format!("/avis/{}/modifier", posts.own.id), "notice-edit", "notice-edit"),
        (format!("/avis/{}/photo", posts.own.id), "notice-photo", "notice-photo"),
        (format!("/avis/{}/retirer", posts.own.id), "confirm", "notice-withdraw"),
        ("/moi/annonces".to_owned(), "my-offers", "my-offers-notices"),
        ("/chercher".to_owned(), "search", "search"),
        ("/chercher?q=chat".to_owned(), "search", "search-found"),
        ("/chercher?q=girafe".to_owned(), "search", "search-nothing"),
        ("/proposer".to_owned(), "what", "what"),
    ];
    for (path, screen, name) in &pages {
        tab.open_at(path, screen).await;
        look(tab, name).await;
    }
    a_new_notice(tab, look).await;
    tab.open_at("/moi", "me").await;
    tab.press(What::Id("sign-out")).await;
    tab.arrive("welcome").await;
}

async fn a_new_notice(tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    tab.open_at("/avis/nouveau/perdu", "notice-new").await;
    look(tab, "notice-new").await;
    tab.press(What::Id("thing-animal")).await;
    tab.arrive("notice-new-words").await;
    look(tab, "notice-new-words").await;
    tab.fill("title", "Tortue perdue, elle avance vite").await;
    tab.press(What::Submit).await;
    tab.arrive("notice-new-seen").await;
    tab.choose("when", "day").await;
    look(tab, "notice-new-seen").await;
    tab.choose("when", "yesterday").await;
    tab.press(What::Submit).await;
    tab.arrive("notice-new-photo").await;
    look(tab, "notice-new-photo").await;
    let file = OnDisk::new("chat.jpg", &photo(1200, 900));
    choose_photo(tab, &file).await;
    tab.says(&tab.word("notice_post.photo_ready")).await;
    look(tab, "notice-new-photo-chosen").await;
    tab.press(What::Submit).await;
    tab.arrive("notice-new-reach").await;
    look(tab, "notice-new-reach").await;
    tab.press(What::Submit).await;
    tab.arrive("notice-new-preview").await;
    look(tab, "notice-new-preview").await;
    // Left for another time, and begun anew by the next one who comes this way.
    tab.run("sessionStorage.clear(); return null;").await;
}
