//! What comes back when a backup is put to use: everything, except who has left. And what is refused.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use api::app::backups::checksum_file;
use api::server::restore::{Restore, RestoreError, Restored, restore};
use api::store::backup::Unfit;
use client::{Client, OfferFilter};
use domain::own_data::AccessWhat;
use domain::problem::ProblemCode;
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};

use crate::backups::{again, backup, files, own_offers, start};
use crate::support::{Database, PASSWORD, Place, Toit, code_of, sign_in};

/// Restores into the folder of a server that stands still.
async fn restore_into(folder: &Path, file: &Path, clock: &api::clock::Clock) -> Result<Restored, RestoreError> {
    let ask = Restore {
        file: file.to_owned(),
        database: folder.join("toit.db"),
        data: folder.to_owned(),
        photos: api::photos::Place::Folder(folder.join("photos")),
        backups: folder.join("backups"),
        without_checksum: false,
        clock: clock.clone(),
    };
    restore(&ask).await
}

/// The same server, with a backup in the place of its database.
pub async fn restored(toit: Toit, file: &Path) -> (Toit, Restored) {
    let (clock, mut done) = (toit.clock.clone(), None);
    let toit = toit
        .restarted(async |database| {
            done = Some(restore_into(database.folder(), file, &clock).await.expect("it is restored"));
        })
        .await;
    (toit, done.expect("it was done"))
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
            let unhinged = make("unhinged.db");
            // Every row can be read; an index is gone without its pages.
            let index = "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'outbox_subject'";
            tamper(&unhinged, index).await;
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
            for file in
                [&flipped, &cut, &cut_with_sum, &wiped, &orphans, &unhinged, &newer, &foreign, &text, &lonely, &at_work]
            {
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
                photos: api::photos::Place::Folder(folder.join("photos")),
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
    assert_eq!(sings(toit.folder()), std::slice::from_ref(&file), "the backup alone");
    let (toit, done) = restored(toit, &file).await;
    assert_eq!(done.erased, 1);
    assert_eq!(sings(toit.folder()), std::slice::from_ref(&file));
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
