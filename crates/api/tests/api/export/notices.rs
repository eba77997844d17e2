//! One's notices and their photos, to take along.

use std::io::{Cursor, Read};

use chrono::TimeDelta;
use domain::notice::{NewNotice, NoticeKind, PhotoSize, Seen};
use domain::text::Body;

use super::Taken;
use crate::support::pictures::jpeg;
use crate::support::{Place, Toit, notice, on_both_databases, seen_near};

on_both_databases!(
    notices_are_told_in_words_and_their_photos_lie_beside,
    what_people_type_into_notices_is_shown_and_never_interpreted,
    a_photo_that_is_gone_does_not_keep_anybody_from_her_data,
);

async fn notices_are_told_in_words_and_their_photos_lie_beside(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let seen = Seen { at: Some(toit.now() - TimeDelta::hours(2)), ..seen_near(&bilal, 250) };
    let lost = NewNotice { seen: Some(seen), ..notice(NoticeKind::LostAnimal, "Chat roux") };
    let cat = awa.tell(&lost).await;
    awa.client.put_notice_photo(cat.id, jpeg(90, 60)).await.expect("taken");
    let question = awa.tell(&notice(NoticeKind::Question, "Qui a une échelle ?")).await;
    awa.client.resolve_notice(question.id).await.expect("answered");
    let theirs = bilal.tell(&notice(NoticeKind::FoundAnimal, "Trouvé par Bilal")).await;
    bilal.client.put_notice_photo(theirs.id, jpeg(90, 60)).await.expect("taken");
    let taken = Taken::by(&awa).await;
    taken.fits_its_schema();
    let photo = format!("photos/{}.jpg", cat.id);
    assert_eq!(taken.names, ["index.html", "data.json", "data.schema.json", &photo]);
    let words = taken.words();
    for told in [
        "Chat roux Sorte Animal perdu Texte Plus sur : Chat roux Autour de quel endroit Résidence B, à 250 m",
        "Vu quand lundi 23 novembre 2026 à 7 h La photo photos/",
        "Qui a une échelle ? Sorte Question",
        "État Réponse trouvée\u{a0}!",
        "les photos de vos avis",
    ] {
        assert!(words.contains(&told.replace('\u{a0}', " ")), "{told}\n{words}");
    }
    assert!(!words.contains("Trouvé par Bilal"), "what others have posted is theirs");
    assert_eq!(taken.data["notices"].as_array().map(Vec::len), Some(2));
    let archive = awa.client.export_me().await.expect("an archive");
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).expect("a ZIP");
    let mut packed = Vec::new();
    zip.by_name(&photo).expect("her photo").read_to_end(&mut packed).expect("read");
    assert_eq!(packed, awa.client.get_notice_photo(cat.id, PhotoSize::Large).await.expect("her photo"));
    assert!(!Taken::by(&toit.neighbour("Zoé", Place::A).await).await.words().contains("photos de vos avis"));
}

async fn what_people_type_into_notices_is_shown_and_never_interpreted(toit: &Toit) {
    const TYPED: &str = "<script>alert('1')</script> & \"co\"";
    const SHOWN: &str = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;co&quot;";
    let awa = toit.neighbour("Awa", Place::A).await;
    let new = NewNotice { text: Body::parse(TYPED).expect("a text"), ..notice(NoticeKind::News, TYPED) };
    awa.tell(&new).await;
    let taken = Taken::by(&awa).await;
    assert_eq!((taken.page.matches(SHOWN).count(), taken.page.matches("<script").count()), (2, 0));
}

async fn a_photo_that_is_gone_does_not_keep_anybody_from_her_data(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let cat = awa.tell(&notice(NoticeKind::LostAnimal, "Chat roux")).await;
    awa.client.put_notice_photo(cat.id, jpeg(90, 60)).await.expect("taken");
    std::fs::remove_dir_all(toit.folder().join("photos")).expect("removed");
    assert_eq!(Taken::by(&awa).await.names.len(), 3);
}
