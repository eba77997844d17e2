//! Backups while people write, and what comes back when one is put to use: everything, except who has left.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use api::app::backups::{self, BackupError, Nightly, checksum_file};
use api::server::restore::{Restore, RestoreError, Restored, restore};
use api::store::backup::Unfit;
use chrono::TimeDelta;
use client::{Client, OfferFilter};
use domain::id::OfferId;
use domain::own_data::AccessWhat;
use domain::problem::ProblemCode;
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};

use crate::support::{Database, PASSWORD, Person, Place, Toit, code_of, sign_in};

async fn start() -> Toit {
    Toit::start(Database::sqlite()).await
}

/// Restores into the folder of a server that stands still.
async fn restore_into(folder: &Path, file: &Path, clock: &api::clock::Clock) -> Result<Restored, RestoreError> {
    let ask = Restore {
        file: file.to_owned(),
        database: folder.join("toit.db"),
        data: folder.to_owned(),
        backups: folder.join("backups"),
        without_checksum: false,
        clock: clock.clone(),
    };
    restore(&ask).await
}

async fn backup(toit: &Toit, name: &str) -> PathBuf {
    let file = toit.folder().join(name);
    backups::make(toit.app(), &file).await.expect("a backup is made");
    file
}

/// The same server, with a backup in the place of its database.
async fn restored(toit: Toit, file: &Path) -> (Toit, Restored) {
    let (clock, mut done) = (toit.clock.clone(), None);
    let toit = toit
        .restarted(async |database| {
            done = Some(restore_into(database.folder(), file, &clock).await.expect("it is restored"));
        })
        .await;
    (toit, done.expect("it was done"))
}

/// Somebody at the server as it is now.
fn again(toit: &Toit, person: &Person) -> Client {
    let client = Client::program(&toit.url());
    client.set_tokens(person.client.tokens());
    client
}

async fn own_offers(client: &Client) -> BTreeSet<OfferId> {
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
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
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

fn write_checksum(file: &Path) {
    let hash: String =
        Sha256::digest(std::fs::read(file).expect("a file")).iter().map(|b| format!("{b:02x}")).collect();
    std::fs::write(checksum_file(file), format!("{hash}  backup\n")).expect("a checksum");
}

/// Changes a file of SQLite behind its back.
async fn tamper(file: &Path, sql: &str) {
    let db = sea_orm::Database::connect(format!("sqlite://{}", file.display())).await.expect("a database");
    db.execute_unprepared(sql).await.expect("it is changed");
    db.close().await.expect("it is closed");
    write_checksum(file);
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
    std::fs::write(toit.folder().join("two.db.partial"), "half of a").expect("a file");
    backup(&toit, "two.db").await;
    let partial = |(path, _): &(PathBuf, Vec<u8>)| path.extension().is_some_and(|e| e == "partial");
    assert!(!files(toit.folder()).iter().any(partial));
    let keys = std::fs::read_to_string(toit.folder().join("keys")).expect("the keys");
    let secret = keys.lines().find_map(|l| l.strip_prefix("codes=")).expect("a secret");
    assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()));
    toit.end().await;
}

#[tokio::test]
async fn restoring_brings_back_what_was_and_keeps_what_it_replaces() {
    let toit = start().await;
    let awa = toit.neighbour("Awa", Place::A).await;
    let early = awa.post(&awa.services.offer("Lecture")).await.id;
    let file = backup(&toit, "early.db").await;
    let late = awa.post(&awa.services.offer("Repassage")).await.id;
    let (toit, done) = restored(toit, &file).await;
    assert_eq!(own_offers(&again(&toit, &awa)).await, BTreeSet::from([early]));
    assert_eq!((done.erased, done.compared), (0, true));
    let transparency = again(&toit, &awa).get_transparency().await.expect("what the office did");
    assert!(transparency.accesses.iter().any(|a| a.what == AccessWhat::BackupRestored && a.everybody));
    // The same once more, then the database from before the first time.
    let (toit, twice) = restored(toit, &file).await;
    assert_eq!(own_offers(&again(&toit, &awa)).await, BTreeSet::from([early]));
    assert_ne!(twice.before, done.before);
    let (toit, _) = restored(toit, &done.before.expect("it was kept")).await;
    assert_eq!(own_offers(&again(&toit, &awa)).await, BTreeSet::from([early, late]));
    toit.end().await;
}

#[tokio::test]
async fn restoring_into_an_empty_folder_needs_the_backup_and_the_keys_alone() {
    let toit = start().await;
    let (awa, code) = (toit.neighbour("Awa", Place::A).await, toit.code(Place::A).await);
    let file = backup(&toit, "early.db").await;
    let elsewhere = Database::sqlite();
    std::fs::copy(toit.folder().join("keys"), elsewhere.folder().join("keys")).expect("the keys");
    let done = restore_into(elsewhere.folder(), &file, &toit.clock).await.expect("it is restored");
    assert_eq!(done.before, None);
    let there = Toit::again(elsewhere, &toit).await;
    assert_eq!(again(&there, &awa).get_me().await.expect("still signed in").id, awa.id());
    there.stranger().check_join_code(&crate::support::check(&code)).await.expect("the printed code opens");
    there.end().await;
    toit.end().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_trusted_is_refused_and_nothing_is_touched() {
    let toit = start().await;
    toit.neighbour("Awa", Place::A).await;
    let good = backup(&toit, "good.db").await;
    let toit = toit
        .restarted(async |database| {
            let folder = database.folder();
            let make = |name: &str| {
                let file = folder.join(name);
                std::fs::copy(&good, &file).expect("a copy");
                write_checksum(&file);
                file
            };
            let bytes = std::fs::read(&good).expect("the backup");
            let flipped = make("flipped.db");
            let mut other = bytes.clone();
            other[bytes.len() / 2] ^= 1;
            std::fs::write(&flipped, &other).expect("a file");
            let cut = make("cut.db");
            std::fs::write(&cut, &bytes[..bytes.len() / 2]).expect("a file");
            let cut_with_sum = make("cut_with_sum.db");
            std::fs::write(&cut_with_sum, &bytes[..bytes.len() / 2]).expect("a file");
            write_checksum(&cut_with_sum);
            let wiped = make("wiped.db");
            // A page in the middle, gone, and a checksum of what is left.
            other[bytes.len() / 8192 * 4096..][..4096].fill(0);
            std::fs::write(&wiped, &other).expect("a file");
            write_checksum(&wiped);
            let orphans = make("orphans.db");
            tamper(&orphans, "PRAGMA foreign_keys = OFF; DELETE FROM households").await;
            let newer = make("newer.db");
            tamper(&newer, "INSERT INTO seaql_migrations VALUES ('m2099_01_01_wonders', 1)").await;
            let foreign = make("foreign.db");
            tamper(&foreign, "PRAGMA application_id = 7").await;
            let text = make("text.db");
            std::fs::write(&text, "bonjour").expect("a file");
            write_checksum(&text);
            let lonely = folder.join("lonely.db");
            std::fs::copy(&good, &lonely).expect("a copy");
            let at_work = make("at_work.db");
            std::fs::write(folder.join("at_work.db-wal"), "what is not in the file yet").expect("a log");

            let before = files(folder);
            let mut told = Vec::new();
            for file in [&flipped, &cut, &cut_with_sum, &wiped, &orphans, &newer, &foreign, &text, &lonely, &at_work] {
                let refused = restore_into(folder, file, &api::clock::Clock::system()).await;
                told.push(match refused.expect_err("it is refused") {
                    RestoreError::Unfit(Unfit::Damaged(_)) => "damaged".to_owned(),
                    other => format!("{other:?}"),
                });
                let now = files(folder);
                let names = |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|f| f.0.clone()).collect::<Vec<_>>();
                assert_eq!(names(&now), names(&before), "{}", file.display());
                assert!(now == before, "{} changed a file", file.display());
            }
            let lonely = format!("NoChecksum({:?})", checksum_file(&lonely));
            let expected = [
                "WrongChecksum",
                "WrongChecksum",
                "damaged",
                "damaged",
                "damaged",
                "Unfit(Newer)",
                "Unfit(Foreign)",
                "Unfit(Foreign)",
                &lonely,
                "AtWork",
            ];
            assert_eq!(told, expected);
        })
        .await;
    toit.end().await;
}

#[tokio::test]
async fn a_backup_without_its_checksum_is_taken_when_that_is_asked_for() {
    let toit = start().await;
    let awa = toit.neighbour("Awa", Place::A).await;
    let file = backup(&toit, "lonely.db").await;
    std::fs::remove_file(checksum_file(&file)).expect("it is gone");
    let clock = toit.clock.clone();
    let toit = toit
        .restarted(async |database| {
            let folder = database.folder();
            let ask = Restore {
                file: file.clone(),
                database: folder.join("toit.db"),
                data: folder.to_owned(),
                backups: folder.join("backups"),
                without_checksum: true,
                clock,
            };
            assert!(!restore(&ask).await.expect("it is restored").compared);
        })
        .await;
    again(&toit, &awa).get_me().await.expect("she is here");
    toit.end().await;
}

#[tokio::test]
async fn nothing_is_restored_under_a_server_that_runs_and_a_damaged_database_is_replaced() {
    let toit = start().await;
    let awa = toit.neighbour("Awa", Place::A).await;
    let file = backup(&toit, "early.db").await;
    let refused = restore_into(toit.folder(), &file, &toit.clock).await;
    assert!(matches!(refused, Err(RestoreError::InUse)), "{refused:?}");
    let clock = toit.clock.clone();
    let toit = toit
        .restarted(async |database| {
            let (folder, broken) = (database.folder(), database.folder().join("toit.db"));
            std::fs::write(&broken, "a disk that died").expect("a file");
            std::fs::write(folder.join("toit.db-wal"), "with its log").expect("a file");
            // A restoration that was killed half way.
            std::fs::write(folder.join("toit.db.restoring"), "half of a database").expect("a file");
            let before = restore_into(folder, &file, &clock).await.expect("restored").before.expect("kept");
            assert_eq!(std::fs::read(&before).expect("kept"), b"a disk that died");
            assert_eq!(std::fs::read(format!("{}-wal", before.display())).expect("kept"), b"with its log");
            assert!(!folder.join("toit.db-wal").exists());
        })
        .await;
    again(&toit, &awa).get_me().await.expect("she is here");
    toit.end().await;
}

const CANARY: &str = "Canarikaterina";

fn sings(folder: &Path) -> Vec<PathBuf> {
    let holds = |bytes: &[u8]| bytes.windows(CANARY.len()).any(|w| w == CANARY.as_bytes());
    files(folder).into_iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path).collect()
}

#[tokio::test]
async fn who_left_since_last_weeks_backup_does_not_come_back_with_it() {
    let toit = start().await;
    let (awa, canary) = (toit.neighbour("Awa", Place::A).await, toit.neighbour(CANARY, Place::B).await);
    canary.post(&canary.services.offer(CANARY)).await;
    let file = backup(&toit, "last_week.db").await;
    assert_eq!(sings(toit.folder()).iter().filter(|f| **f == file).count(), 1, "the backup holds her words");
    toit.wait_days(7).await;
    let receipt = canary.leave(&toit).await.text.expect("a receipt");
    assert_eq!(sings(toit.folder()), [file.clone()], "the backup alone");
    let (toit, done) = restored(toit, &file).await;
    assert_eq!(done.erased, 1);
    assert_eq!(sings(toit.folder()), [file.clone()]);
    let here = Client::program(&toit.url());
    assert_eq!(code_of(here.sign_in(&sign_in(&canary.me.sign_in_name, PASSWORD)).await), ProblemCode::SignInRefused);
    let hers = here.sign_in(&sign_in(&awa.me.sign_in_name, PASSWORD)).await.expect("Awa is here").me;
    assert_eq!(hers.id, awa.id());
    assert_eq!(here.list_offers(&OfferFilter::default()).await.expect("a list").items.len(), 0);
    assert_eq!(toit.app().keys.verify_receipt(&receipt), Ok(()));
    // Put in place by hand: the start of the server does the same.
    let toit = toit
        .restarted(async |database| {
            std::fs::copy(&file, database.folder().join("toit.db")).expect("a copy");
        })
        .await;
    let refused = Client::program(&toit.url()).sign_in(&sign_in(&canary.me.sign_in_name, PASSWORD)).await;
    assert_eq!(code_of(refused), ProblemCode::SignInRefused);
    assert_eq!(sings(toit.folder()), [file]);
    toit.end().await;
}

#[tokio::test]
async fn a_lost_ledger_is_made_good_from_the_database_that_is_replaced() {
    let toit = start().await;
    let canary = toit.neighbour(CANARY, Place::B).await;
    let file = backup(&toit, "before.db").await;
    canary.leave(&toit).await;
    std::fs::remove_file(toit.app().ledger.path()).expect("the ledger is lost");
    let (toit, done) = restored(toit, &file).await;
    assert_eq!(done.erased, 1);
    assert_eq!(sings(toit.folder()), [file]);
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
    for name in ["notes.txt", "toit-2026-11-24-replaced-1.db", "toit-2026-11-24.db.sha256.partial"] {
        std::fs::write(folder.join(name), "").expect("a file");
    }
    // Three nights are missed; another start of the server.
    toit.clock.advance(TimeDelta::days(3) + TimeDelta::hours(5));
    let mut nightly = Nightly::new(folder.clone());
    assert!(nightly.run_due(toit.app()).await.expect("made"));
    let kept = ["toit-2026-11-23.db", "toit-2026-11-24-replaced-1.db", "toit-2026-11-24.db", "toit-2026-11-27.db"];
    assert_eq!(names(&folder), [&["notes.txt"][..], &kept].concat());
    // The 23rd of December, at midnight: before the backup of that night.
    toit.clock.advance(TimeDelta::days(26) - TimeDelta::hours(7));
    nightly.run_due(toit.app()).await.expect("looked after");
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

fn toit(database: &Database, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_toit"))
        .args(arguments)
        .env("TOIT_DATA", database.folder())
        .env("DATABASE_URL", database.url())
        .env_remove("TOIT_BACKUPS")
        .output()
        .expect("the command runs")
}

fn said(output: &Output) -> String {
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
            let app = api::server::open(&url, database.folder(), clock).await.expect("another program works here");
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
    let canary = running.neighbour(CANARY, Place::B).await;
    let tombstone =
        api::store::tenants::find(&*running.app().store, canary.id()).await.expect("read").expect("there").tombstone;
    running.app().ledger.append(tombstone, running.now()).expect("written");
    let replayed = toit(database, &["ledger", "replay"]);
    assert!(said(&replayed).starts_with("Une personne qui était partie"), "{replayed:?}");
    let refused = running.stranger().sign_in(&sign_in(&canary.me.sign_in_name, PASSWORD)).await;
    assert_eq!(code_of(refused), ProblemCode::SignInRefused);
}
