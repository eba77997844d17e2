//! Backups: made while people write, each night, from the command line.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use api::app::backups::{self, BackupError, Nightly, Partial, checksum_file};
use chrono::TimeDelta;
use client::{Client, OfferFilter};
use domain::id::OfferId;
use domain::problem::ProblemCode;
use sha2::{Digest, Sha256};

use crate::restore::restored;
use crate::support::{Database, PASSWORD, Person, Place, Toit, code_of, sign_in};

pub async fn start() -> Toit {
    Toit::start(Database::sqlite()).await
}

pub async fn backup(toit: &Toit, name: &str) -> PathBuf {
    let file = toit.folder().join(name);
    backups::make(toit.app(), &file).await.expect("a backup is made");
    file
}

/// Somebody at the server as it is now.
pub fn again(toit: &Toit, person: &Person) -> Client {
    let client = Client::program(&toit.url());
    client.set_tokens(person.client.tokens());
    client
}

pub async fn own_offers(client: &Client) -> BTreeSet<OfferId> {
    let (mut found, mut after) = (BTreeSet::new(), None);
    loop {
        let filter = OfferFilter { mine: true, limit: Some(100), after, ..OfferFilter::default() };
        let page = client.list_offers(&filter).await.expect("her offers");
        found.extend(page.items.iter().map(|o| o.id));
        match page.next {
            Some(next) => after = Some(next),
            None => return found,
        }
    }
}

/// The raw bytes of all files below a folder, with their names.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push((path.clone(), std::fs::read(&path).expect("a file"))),
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn a_backup_taken_while_people_write_holds_every_write_from_before_it_and_none_in_part() {
    let toit = start().await;
    let people = [toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await];
    let (stop, made) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let writers: Vec<_> = people
        .iter()
        .flat_map(|person| [person.clone(), person.clone()])
        .map(|person| {
            let (stop, made) = (Arc::clone(&stop), Arc::clone(&made));
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let id = person.post(&person.services.offer("Lecture")).await.id;
                    made.lock().expect("no panic").push(id);
                }
            })
        })
        .collect();
    let count = |made: &Mutex<Vec<OfferId>>| made.lock().expect("no panic").len();
    while count(&made) < 40 {
        tokio::task::yield_now().await;
    }
    let before: BTreeSet<OfferId> = made.lock().expect("no panic").iter().copied().collect();
    let file = backup(&toit, "during.db").await;
    let after = count(&made);
    while count(&made) < after + 10 {
        tokio::task::yield_now().await;
    }
    stop.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.expect("no write was refused");
    }
    let all: BTreeSet<OfferId> = made.lock().expect("no panic").iter().copied().collect();
    let (toit, done) = restored(toit, &file).await;
    assert!(done.compared);
    let mut found = BTreeSet::new();
    for person in &people {
        found.extend(own_offers(&again(&toit, person)).await);
    }
    assert!(before.is_subset(&found), "{} of {} are there", before.intersection(&found).count(), before.len());
    assert!(found.is_subset(&all) && found.len() < all.len(), "the backup is older than the last writes");
    // Each offer came with the work that ends it: both are there, or neither.
    toit.wait_days(200).await;
    let open = again(&toit, &people[0]);
    open.sign_in(&sign_in(&people[0].me.sign_in_name, PASSWORD)).await.expect("she signs in");
    let listed = open.list_offers(&OfferFilter::default()).await.expect("a list");
    assert_eq!(listed.items.len(), 0, "every offer has ended");
    toit.end().await;
}

#[tokio::test]
async fn a_backup_is_private_whole_and_never_written_over_another_file() {
    use std::os::unix::fs::PermissionsExt;
    let toit = start().await;
    let file = backup(&toit, "one.db").await;
    let bytes = std::fs::read(&file).expect("the backup");
    assert_eq!(std::fs::metadata(&file).expect("the backup").permissions().mode() & 0o777, 0o600);
    let told = std::fs::read_to_string(checksum_file(&file)).expect("a checksum");
    let sum: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(told, format!("{sum}  one.db\n"));
    let refused = backups::make(toit.app(), &file).await;
    assert!(matches!(refused, Err(BackupError::Exists(_))), "{refused:?}");
    assert_eq!(std::fs::read(&file).expect("the backup"), bytes);
    // What a killed program left behind is in nobody's way.
    for left in ["two.db.partial", "two.db.partial-journal"] {
        std::fs::write(toit.folder().join(left), "half of a file").expect("a file");
    }
    backup(&toit, "two.db").await;
    // Nor is what SQLite leaves there when the disk is full.
    let full = Partial::begin(&toit.folder().join("three.db")).expect("a free name");
    std::fs::write(format!("{}-journal", full.path().display()), "a page").expect("a file");
    drop(full);
    let partial = |(path, _): &(PathBuf, Vec<u8>)| path.display().to_string().contains(".partial");
    assert!(!files(toit.folder()).iter().any(partial));
    let keys = std::fs::read_to_string(toit.folder().join("keys")).expect("the keys");
    let secret = keys.lines().find_map(|l| l.strip_prefix("codes=")).expect("a secret");
    assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()));
    toit.end().await;
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with(".sha256"))
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn each_night_has_its_backup_and_none_is_kept_for_more_than_thirty_days() {
    // The clock begins on Monday the 23rd at 8 h in UTC.
    let toit = start().await;
    let folder = toit.folder().join("nights");
    let mut nightly = Nightly::new(folder.clone());
    assert!(nightly.run_due(toit.app()).await.expect("made"), "the night before the first start is made up for");
    assert!(!nightly.run_due(toit.app()).await.expect("nothing is due"));
    toit.clock.advance(TimeDelta::hours(18) - TimeDelta::seconds(1));
    assert!(!nightly.run_due(toit.app()).await.expect("nothing is due"), "not yet 2 h");
    toit.clock.advance(TimeDelta::seconds(1));
    assert!(nightly.run_due(toit.app()).await.expect("made"));
    assert_eq!(names(&folder), ["toit-2026-11-23.db", "toit-2026-11-24.db"]);
    // Somebody's own file is left alone; what was replaced and what was left behind goes with its day.
    let left =
        ["toit-2026-11-27.db.sha256.partial", "toit-2026-11-25.db.partial", "toit-2026-11-25.db.partial-journal"];
    for name in ["notes.txt", "toit-2026-11-24-replaced-1.db"].iter().chain(&left) {
        std::fs::write(folder.join(name), "").expect("a file");
    }
    // Three nights are missed; another start of the server.
    toit.clock.advance(TimeDelta::days(3) + TimeDelta::hours(5));
    let mut nightly = Nightly::new(folder.clone());
    assert!(nightly.run_due(toit.app()).await.expect("made"));
    let kept = ["toit-2026-11-23.db", "toit-2026-11-24-replaced-1.db", "toit-2026-11-24.db", "toit-2026-11-27.db"];
    assert_eq!(names(&folder), [&["notes.txt"][..], &kept].concat());
    // The 23rd of December, at midnight: the backup of that night is not due yet.
    toit.clock.advance(TimeDelta::days(25));
    assert!(nightly.run_due(toit.app()).await.expect("made"));
    assert!(names(&folder).contains(&kept[0].to_owned()));
    toit.clock.advance(TimeDelta::days(1) - TimeDelta::hours(7));
    assert!(!nightly.run_due(toit.app()).await.expect("looked after"));
    assert!(!names(&folder).contains(&kept[0].to_owned()), "thirty days later it is gone");
    assert!(names(&folder).contains(&kept[2].to_owned()));
    toit.clock.advance(TimeDelta::days(1));
    nightly.run_due(toit.app()).await.expect("looked after");
    assert_eq!(names(&folder), ["notes.txt", "toit-2026-11-27.db", "toit-2026-12-22.db", "toit-2026-12-23.db"]);
    toit.end().await;
}

#[tokio::test]
async fn a_night_that_failed_is_tried_again_in_an_hour() {
    let toit = start().await;
    let folder = toit.folder().join("nights");
    std::fs::write(&folder, "where the folder should be").expect("a file");
    let mut nightly = Nightly::new(folder.clone());
    assert!(nightly.run_due(toit.app()).await.is_err());
    std::fs::remove_file(&folder).expect("mended");
    toit.clock.advance(TimeDelta::minutes(59));
    assert!(!nightly.run_due(toit.app()).await.expect("it waits"));
    toit.clock.advance(TimeDelta::minutes(1));
    assert!(nightly.run_due(toit.app()).await.expect("made"));
    assert_eq!(names(&folder), ["toit-2026-11-23.db"]);
    toit.end().await;
}

pub fn toit(database: &Database, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_toit"))
        .args(arguments)
        .env("TOIT_DATA", database.folder())
        .env("DATABASE_URL", database.url())
        .env_remove("TOIT_BACKUPS")
        .env_remove("TOIT_PHOTOS")
        .output()
        .expect("the command runs")
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(if output.status.success() { &output.stdout } else { &output.stderr }).into_owned()
}

#[tokio::test]
async fn the_command_line_backs_up_a_server_that_runs_and_restores_one_that_stands_still() {
    let running = start().await;
    let awa = running.neighbour("Awa", Place::A).await;
    let file = running.folder().join("by hand.db").display().to_string();
    let running = running
        .restarted(async |database| {
            let (url, clock) = (database.url(), api::clock::Clock::system());
            let app =
                api::server::open(&url, database.folder(), &database.photos(), clock).await.expect("it works here too");
            let made = toit(database, &["backup", &file]);
            assert!(said(&made).starts_with("Sauvegarde faite"), "{made:?}");
            let refused = toit(database, &["restore", &file]);
            assert!(!refused.status.success() && said(&refused).contains("Arrêtez le serveur"), "{refused:?}");
            app.store.close().await;
            drop(app);
            let done = toit(database, &["restore", &file]);
            assert!(done.status.success() && said(&done).contains("La sauvegarde est en service"), "{done:?}");
            let again = toit(database, &["backup", &file]);
            assert!(!again.status.success() && said(&again).contains("existe déjà"), "{again:?}");
            std::fs::write(&file, "abîmé").expect("a file");
            let damaged = toit(database, &["restore", &file]);
            assert!(!damaged.status.success() && said(&damaged).contains("elle est abîmée"), "{damaged:?}");
        })
        .await;
    again(&running, &awa).get_me().await.expect("she is here");
    running.end().await;
}

crate::support::on_postgres!(on_postgresql_the_commands_say_what_to_use_and_the_ledger_is_replayed,);

async fn on_postgresql_the_commands_say_what_to_use_and_the_ledger_is_replayed(running: &Toit) {
    let refused = backups::make(running.app(), &running.folder().join("one.db")).await;
    assert!(matches!(refused, Err(BackupError::Postgres)), "{refused:?}");
    assert!(!Nightly::new(running.folder().join("nights")).run_due(running.app()).await.expect("not here"));
    let database = running.database();
    for arguments in [["backup", "one.db"], ["restore", "one.db"]] {
        let output = toit(database, &arguments);
        assert!(!output.status.success() && said(&output).contains("pg_dump"), "{output:?}");
    }
    // What pg_restore would bring back: somebody whose tombstone is in the ledger.
    let canary = running.neighbour("Canari", Place::B).await;
    let tombstone =
        api::store::tenants::find(&*running.app().store, canary.id()).await.expect("read").expect("there").tombstone;
    running.app().ledger.append(tombstone, running.now()).expect("written");
    let replayed = toit(database, &["ledger", "replay"]);
    assert!(said(&replayed).starts_with("Une personne qui était partie"), "{replayed:?}");
    let refused = running.stranger().sign_in(&sign_in(&canary.me.sign_in_name, PASSWORD)).await;
    assert_eq!(code_of(refused), ProblemCode::SignInRefused);
}
