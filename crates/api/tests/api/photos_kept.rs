//! Notices and photos over restarts and restored backups, and what the office says from its command line (SQLite: its files).

use domain::leaving::LeaveWhen;
use domain::notice::{NoticeKind, PhotoSize};
use domain::problem::ProblemCode;

use crate::backups::{again, backup, said, start, toit};
use crate::canary::life::Canary;
use crate::canary::search::Needles;
use crate::restore::restored;
use crate::support::pictures::jpeg;
use crate::support::{PASSWORD, Place, code_of, notice, sign_in};

#[tokio::test]
async fn a_server_that_starts_again_shows_its_photos_and_asks_in_time() {
    let toit = start().await;
    let awa = toit.neighbour("Awa", Place::A).await;
    let cat = awa.tell(&notice(NoticeKind::LostAnimal, "Chat roux")).await;
    awa.client.put_notice_photo(cat.id, jpeg(60, 40)).await.expect("taken");
    let before = awa.client.get_notice_photo(cat.id, PhotoSize::Large).await.expect("a photo");
    let toit = toit.restarted(async |_| {}).await;
    let client = again(&toit, &awa);
    assert_eq!(client.get_notice_photo(cat.id, PhotoSize::Large).await.expect("still there"), before);
    toit.wait_days(27).await;
    let client = toit.stranger();
    client.sign_in(&sign_in(&awa.me.sign_in_name, PASSWORD)).await.expect("let in");
    let asked = client.list_news(None).await.expect("news").items;
    assert_eq!(asked.len(), 1, "{asked:?}");
    toit.end().await;
}

#[tokio::test]
async fn an_older_database_shows_no_photo_that_is_gone_and_takes_another_one() {
    let toit = start().await;
    let awa = toit.neighbour("Awa", Place::A).await;
    let cat = awa.tell(&notice(NoticeKind::LostAnimal, "Chat roux")).await;
    awa.client.put_notice_photo(cat.id, jpeg(60, 40)).await.expect("taken");
    let file = backup(&toit, "early.db").await;
    awa.client.put_notice_photo(cat.id, jpeg(80, 80)).await.expect("another one");
    let (toit, _) = restored(toit, &file).await;
    let client = again(&toit, &awa);
    let gone = client.get_notice_photo(cat.id, PhotoSize::Large).await;
    assert_eq!(code_of(gone), ProblemCode::NotFound);
    client.put_notice_photo(cat.id, jpeg(50, 50)).await.expect("taken");
    assert!(client.get_notice_photo(cat.id, PhotoSize::Large).await.is_ok());
    toit.end().await;
}

#[tokio::test]
async fn who_has_left_does_not_come_back_with_a_backup_neither_in_words_nor_in_pictures() {
    let toit = start().await;
    let samir = toit.neighbour("Samir", Place::B).await;
    let mut canary = Canary::join(&toit).await;
    canary.notice_everything(&toit, &samir).await;
    assert!(!Needles::found_in_files(&canary, &toit).await.is_empty(), "she is here");
    let file = backup(&toit, "early.db").await;
    canary.look_back_and_leave(&toit, LeaveWhen::Now).await;
    toit.tick().await.expect("erased");
    let (toit, done) = restored(toit, &file).await;
    assert_eq!(done.erased, 1);
    toit.tick().await.expect("traces are taken out");
    for kept in [Some(file), done.before] {
        std::fs::remove_file(kept.expect("a file")).expect("the backups themselves go after thirty days");
    }
    assert_eq!(Needles::found_in_files(&canary, &toit).await, Vec::<String>::new());
    assert_eq!((toit.count("photos").await, toit.count("notices").await), (0, 1), "Samir's alone");
    assert_eq!(std::fs::read_dir(toit.folder().join("photos")).expect("a folder").count(), 0);
    toit.end().await;
}

#[tokio::test]
async fn the_office_says_from_its_command_line_where_trouble_is_told() {
    let running = start().await;
    let awa = running.neighbour("Awa", Place::A).await;
    let trouble = awa.tell(&notice(NoticeKind::Trouble, "L'ascenseur est en panne")).await;
    let line = async || awa.client.get_notice(trouble.id).await.expect("hers").repair_line;
    let say = |arguments: &[&str]| {
        let office = ["office", "repair-line", "--office", "toits-de-test"];
        toit(running.database(), &[&office, arguments].concat())
    };
    let set = say(&["--set", "01 23 45 67 89"]);
    assert_eq!(said(&set), "Les locataires de Toits de Test liront à côté d'une panne : 01 23 45 67 89\n");
    running.tick().await.expect("the server follows");
    assert_eq!(line().await.as_deref(), Some("01 23 45 67 89"));
    let long = "1".repeat(121);
    let refused = say(&["--set", &long]);
    assert!(!refused.status.success() && said(&refused).contains("sur une ligne, 120 signes au plus"), "{refused:?}");
    assert!(!say(&[]).status.success() && !say(&["--set", "1", "--remove"]).status.success(), "one of the two");
    let removed = say(&["--remove"]);
    assert!(removed.status.success() && said(&removed).contains("ne liront plus rien"), "{removed:?}");
    running.tick().await.expect("the server follows");
    assert_eq!(line().await, None);
    let nowhere = toit(running.database(), &["--photos", "ftp://example.org", "office", "list"]);
    assert!(
        !nowhere.status.success() && said(&nowhere).contains("n'est pas un endroit pour les photos"),
        "{nowhere:?}"
    );
    running.end().await;
}
