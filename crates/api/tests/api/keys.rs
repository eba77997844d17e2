//! New secrets for the server, without anybody noticing; receipts and their keys.

use std::os::unix::fs::PermissionsExt;

use api::keys::{Keys, ReceiptError};
use chrono::TimeDelta;
use client::Client;
use domain::problem::ProblemCode;

use crate::backups::{said, toit};
use crate::support::{Database, Place, Toit, check, code_of, join, key, on_both_databases};

on_both_databases!(
    new_keys_sign_nobody_out,
    new_keys_leave_printed_codes_good,
    new_keys_let_a_request_be_sent_again,
    a_server_of_the_same_folder_believes_what_another_signs,
    a_ticket_from_before_new_keys_still_tells_its_holder_that_the_seats_are_taken,
    a_broken_file_of_keys_is_told_once_and_stops_nobody,
);

/// New keys, as `toit keys rotate` writes them; the server follows, and a minute later they serve.
async fn rotate(toit: &Toit) {
    Keys::rotate(toit.folder(), toit.now()).expect("new keys");
    assert!(toit.app().keys.refresh().expect("they are read"), "the file has changed");
    toit.clock.advance(TimeDelta::minutes(1));
}

async fn new_keys_sign_nobody_out(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    // Held as a program that knows nothing of refreshing holds it.
    let old = awa.client.tokens().expect("she is signed in").access_token;
    rotate(toit).await;
    let new = awa.sign_in().await.client.tokens().expect("signed in again").access_token;
    for token in [&old, &new] {
        let answer = crate::support::Raw::new(&toit.url(), Some(token.clone())).get("/tenants/me").await;
        assert_eq!(answer.status, 200);
    }
    rotate(toit).await;
    assert_eq!(awa.client.get_me().await.expect("still signed in").id, awa.id());
    toit.wait_days(30).await;
    assert_eq!(awa.client.get_me().await.expect("refreshed").id, awa.id());
}

async fn new_keys_leave_printed_codes_good(toit: &Toit) {
    let printed = toit.code(Place::A).await;
    for _ in 0..3 {
        rotate(toit).await;
    }
    let later = toit.code(Place::A).await;
    toit.wait_days(170).await;
    for code in [&printed, &later] {
        toit.stranger().check_join_code(&check(code)).await.expect("the code opens");
        toit.stranger().join(&join(code, "Awa"), &key()).await.expect("she joins");
    }
    rotate(toit).await;
    toit.wait_days(11).await;
    let refused = toit.stranger().check_join_code(&check(&printed)).await;
    assert_eq!(code_of(refused), ProblemCode::JoinCodeRefused, "a code opens for 180 days");
}

async fn new_keys_let_a_request_be_sent_again(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let (offer, other, key) = (awa.services.offer("Lecture"), awa.services.offer("Repassage"), key());
    let made = awa.client.create_offer(&offer, &key).await.expect("made");
    for _ in 0..2 {
        rotate(toit).await;
        assert_eq!(awa.client.create_offer(&offer, &key).await.expect("told again").id, made.id);
    }
    let reused = awa.client.create_offer(&other, &key).await;
    assert_eq!(code_of(reused), ProblemCode::IdempotencyKeyReused);
}

async fn a_server_of_the_same_folder_believes_what_another_signs(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let code = toit.code(Place::B).await;
    // It starts with the new keys; the first server has not looked yet.
    Keys::rotate(toit.folder(), toit.now()).expect("new keys");
    let other = toit.one_more_server().await;
    let there = Client::program(&other.url());
    there.join(&join(&code, "Samir"), &key()).await.expect("the code opens there");
    let here = Client::program(&toit.url());
    here.set_tokens(there.tokens());
    here.get_me().await.expect("the first server believes it");
    there.set_tokens(awa.client.tokens());
    there.get_me().await.expect("and the other way round");
    other.stop().await;
}

async fn a_ticket_from_before_new_keys_still_tells_its_holder_that_the_seats_are_taken(toit: &Toit) {
    let code = toit.code_of("A-solo").await;
    let ticket = toit.stranger().check_join_code(&check(&code)).await.expect("the code opens").ticket;
    toit.stranger().join(&join(&code, "Awa"), &key()).await.expect("the seat is taken");
    rotate(toit).await;
    let late = domain::tenant::Join { ticket: Some(ticket), ..join(&code, "Samir") };
    assert_eq!(code_of(toit.stranger().join(&late, &key()).await), ProblemCode::SeatsTaken);
}

async fn a_broken_file_of_keys_is_told_once_and_stops_nobody(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let file = toit.folder().join("keys");
    let text = std::fs::read_to_string(&file).expect("the keys");
    std::fs::write(&file, "tokens=\n").expect("a broken file");
    let keys = &toit.app().keys;
    assert!(keys.refresh().is_err());
    assert!(!keys.refresh().expect("told already"));
    assert!(Keys::rotate(toit.folder(), toit.now()).is_err(), "what is broken is not written over");
    assert_eq!(awa.client.get_me().await.expect("still signed in").id, awa.id());
    std::fs::write(&file, text).expect("mended");
    assert!(keys.refresh().expect("read again"));
}

#[test]
fn a_file_of_keys_of_the_first_version_is_read_and_can_sign_receipts() {
    let database = Database::sqlite();
    let (folder, file) = (database.folder(), database.folder().join("keys"));
    // What the first version wrote: 32 bytes of 1 and of 2.
    let first =
        format!("# Made at first start.\ntokens={}\ncodes={}\n", "AQEB".repeat(10) + "AQE", "AgIC".repeat(10) + "AgI");
    std::fs::write(&file, first).expect("a file");
    let keys = Keys::load_or_make(folder).expect("it is read");
    assert_eq!(keys.token_secret(crate::support::start()), [1; 32]);
    let receipt = keys.sign_receipt("Reçu");
    let again = Keys::load_or_make(folder).expect("it is read");
    assert_eq!(again.verify_receipt(&receipt), Ok(()), "the key that was drawn is kept");
    assert_eq!(again.token_secret(crate::support::start()), [1; 32]);
}

#[test]
fn nobody_else_on_the_machine_reads_the_keys_old_or_new() {
    let database = Database::sqlite();
    let (folder, file) = (database.folder(), database.folder().join("keys"));
    let mode = || std::fs::metadata(&file).expect("the keys").permissions().mode() & 0o777;
    Keys::load_or_make(folder).expect("keys");
    assert_eq!(mode(), 0o600);
    Keys::rotate(folder, crate::support::start()).expect("new keys");
    assert_eq!(mode(), 0o600);
    assert!(!folder.join("keys.partial").exists());
}

#[test]
fn a_receipt_is_genuine_for_ever_and_the_key_that_signed_it_is_gone() {
    let database = Database::sqlite();
    let folder = database.folder();
    let keys = Keys::load_or_make(folder).expect("keys");
    let receipt = keys.sign_receipt("Reçu\nLe 24/11/2026");
    let signed_with = std::fs::read_to_string(folder.join("keys")).expect("the file");
    let secret = signed_with.lines().find_map(|l| l.strip_prefix("receipts=")).expect("a key").to_owned();
    for year in 0..3 {
        Keys::rotate(folder, crate::support::start() + TimeDelta::days(365 * year)).expect("new keys");
    }
    keys.refresh().expect("read anew");
    assert_eq!(keys.verify_receipt(&receipt), Ok(()));
    assert_eq!(keys.verify_receipt(&keys.sign_receipt("Reçu")), Ok(()));
    assert_eq!(keys.verify_receipt(&receipt.replace("24", "25")), Err(ReceiptError::Changed));
    assert_eq!(keys.receipt_keys().len(), 4);
    assert!(!std::fs::read_to_string(folder.join("keys")).expect("the file").contains(&secret));
}

#[test]
fn the_command_line_tells_a_genuine_receipt_with_the_keys_or_with_the_public_one_alone() {
    let (here, elsewhere) = (Database::sqlite(), Database::sqlite());
    let file = elsewhere.folder().join("recu.txt");
    let name = file.display().to_string();
    let receipt = Keys::load_or_make(here.folder()).expect("keys").sign_receipt("Reçu\nLe 24/11/2026 10:12, …");
    std::fs::write(&file, receipt.replace('\n', "\r\n")).expect("a file");
    let key = said(&toit(&here, &["receipt", "key"])).trim().to_owned();
    let good = "Ce reçu est authentique. Il est du 24/11/2026.\n";
    assert_eq!(said(&toit(&here, &["receipt", "verify", &name])), good);
    assert_eq!(said(&toit(&here, &["keys", "rotate"])).lines().count(), 2);
    assert_eq!(said(&toit(&here, &["receipt", "verify", &name])), good);
    assert_eq!(said(&toit(&elsewhere, &["receipt", "verify", &name, "--key", &key])), good);
    assert!(!elsewhere.folder().join("keys").exists(), "who only asks makes no keys");
    assert!(!toit(&elsewhere, &["receipt", "verify", &name]).status.success());
    std::fs::write(&file, receipt.replace("10:12", "10:13")).expect("a file");
    let forged = toit(&here, &["receipt", "verify", &name]);
    assert!(!forged.status.success() && said(&forged).starts_with("Ce reçu n'est pas authentique"), "{forged:?}");
}
