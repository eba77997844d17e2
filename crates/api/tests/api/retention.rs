//! What is kept for a time only goes by itself: unused accounts after two warnings, accounts of ended leases after a notice.

use api::app::offices::{self, HouseholdOptions};
use chrono::TimeDelta;
use domain::leaving::{LEASE_NOTICE_DAYS, LeaveWhen, LeavingWhy, UNUSED_DAYS, WARNING_DAYS};
use domain::own_data::AccessWhat;
use domain::problem::ProblemCode;

use crate::support::{PASSWORD, Person, Place, Toit, code_of, join, on_both_databases, roll, sign_in};

on_both_databases!(
    an_account_that_nobody_uses_for_24_months_is_erased_after_two_warnings,
    who_comes_back_in_time_keeps_the_account,
    a_server_that_was_off_for_years_warns_before_it_erases,
    when_a_lease_ends_there_are_thirty_days_and_signing_in_does_not_stop_them,
    a_lease_that_is_back_on_the_roll_ends_the_notice,
    everybody_reads_what_the_office_did_about_the_own_household_and_no_other,
    what_the_office_did_is_forgotten_after_24_months,
    a_departure_is_remembered_by_those_who_knew_for_24_months,
);

async fn warnings(toit: &Toit) -> i64 {
    toit.database().number("SELECT CAST(COALESCE(SUM(warnings), 0) AS BIGINT) AS n FROM tenants").await
}

async fn an_account_that_nobody_uses_for_24_months_is_erased_after_two_warnings(toit: &Toit) {
    toit.neighbour("Awa", Place::A).await;
    toit.wait_days(WARNING_DAYS[0] - 1).await;
    assert_eq!(warnings(toit).await, 0);
    toit.wait_days(2).await;
    assert_eq!(warnings(toit).await, 1, "two months before");
    toit.wait_days(WARNING_DAYS[1] - WARNING_DAYS[0]).await;
    assert_eq!(warnings(toit).await, 2, "two weeks before");
    toit.wait_days(UNUSED_DAYS - WARNING_DAYS[1] - 3).await;
    assert_eq!(toit.count("tenants").await, 1, "never before its time");
    toit.wait_days(3).await;
    assert_eq!(toit.count("tenants").await, 0);
    assert_eq!(toit.seats_taken().await, 0);
}

async fn who_comes_back_in_time_keeps_the_account(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    toit.wait_days(WARNING_DAYS[1] + 1).await;
    assert_eq!(toit.count("tenants WHERE leaving_why = 'unused'").await, 1);
    let client = toit.stranger();
    let back = client.sign_in(&sign_in(&awa.me.sign_in_name, PASSWORD)).await.expect("in time");
    assert!(back.stayed);
    assert_eq!((warnings(toit).await, back.me.leaving), (0, None));
    toit.wait_days(60).await;
    client.refresh_session().await.expect("still here");
    // Whoever stays signed in uses the account, too.
    for _ in 0..10 {
        toit.wait_days(80).await;
        client.refresh_session().await.expect("still here");
    }
    assert_eq!(warnings(toit).await, 0);
}

async fn a_server_that_was_off_for_years_warns_before_it_erases(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    toit.wait_days(2_000).await;
    assert_eq!(toit.count("tenants").await, 1, "nobody is erased on the day of the first warning");
    toit.wait_days(13).await;
    let back = toit.stranger().sign_in(&sign_in(&awa.me.sign_in_name, PASSWORD)).await.expect("in time");
    assert!(back.stayed);
}

/// The roll without one household, as the office would upload it.
async fn upload_without(toit: &Toit, reference: Option<&str>) {
    let rows = roll(false).into_iter().filter(|r| Some(r.reference.as_str()) != reference).collect();
    let options = HouseholdOptions { confirm_ended: Some(1), ..HouseholdOptions::default() };
    offices::import_households(toit.app(), toit.office, rows, options).await.expect("the roll is loaded");
}

async fn when_a_lease_ends_there_are_thirty_days_and_signing_in_does_not_stop_them(toit: &Toit) {
    let awa = Person::join_with(toit, &join(&toit.code_of("A-solo").await, "Awa")).await;
    upload_without(toit, Some("A-solo")).await;
    toit.wait(TimeDelta::hours(2)).await;
    let back = awa.sign_in().await;
    let leaving = back.me.leaving.expect("she is told");
    assert_eq!(leaving.why, LeavingWhy::LeaseEnded);
    assert_eq!(leaving.at, toit.now() + TimeDelta::days(LEASE_NOTICE_DAYS));
    assert!(!back.client.export_me().await.expect("she can take her data along").is_empty());
    toit.wait_days(LEASE_NOTICE_DAYS - 1).await;
    awa.sign_in().await;
    toit.wait_days(1).await;
    let refused = toit.stranger().sign_in(&sign_in(&awa.me.sign_in_name, PASSWORD)).await;
    assert_eq!(code_of(refused), ProblemCode::SignInRefused);
    assert_eq!(toit.count("tenants").await, 0);
}

async fn a_lease_that_is_back_on_the_roll_ends_the_notice(toit: &Toit) {
    let awa = Person::join_with(toit, &join(&toit.code_of("A-solo").await, "Awa")).await;
    upload_without(toit, Some("A-solo")).await;
    toit.wait(TimeDelta::hours(2)).await;
    assert!(awa.sign_in().await.me.leaving.is_some());
    upload_without(toit, None).await;
    toit.wait(TimeDelta::hours(2)).await;
    assert_eq!(awa.sign_in().await.me.leaving, None);
    toit.wait_days(LEASE_NOTICE_DAYS + 1).await;
    awa.sign_in().await;
    // Who leaves of her own will meanwhile leaves.
    upload_without(toit, Some("A-solo")).await;
    toit.wait(TimeDelta::hours(2)).await;
    awa.sign_in().await.ask_to_leave(LeaveWhen::Now).await;
    toit.tick().await.expect("erased");
    assert_eq!(toit.count("tenants").await, 0);
}

async fn everybody_reads_what_the_office_did_about_the_own_household_and_no_other(toit: &Toit) {
    let awa = Person::join_with(toit, &join(&toit.code_of("A-solo").await, "Awa")).await;
    let samir = toit.neighbour("Samir", Place::B).await;
    toit.clock.advance(TimeDelta::hours(1));
    toit.code_of("A-solo").await;
    awa.client.refresh_session().await.expect("signed in");
    let seen = awa.client.get_transparency().await.expect("the page");
    let what: Vec<_> = seen.accesses.iter().map(|a| (a.what, a.everybody)).collect();
    assert_eq!(what, [(AccessWhat::CodePrinted, false); 2], "the letter, and the reprint");
    assert!(seen.accesses[0].at > seen.accesses[1].at, "newest first");
    assert_eq!(seen.household.codes.len(), 2);
    assert!(seen.household.codes[1].revoked_at.is_some(), "a reprint takes the old one back");
    samir.client.refresh_session().await.expect("signed in");
    let his = samir.client.get_transparency().await.expect("the page");
    assert_eq!(his.accesses.len(), 1);
    api::app::backups::note(toit.app(), AccessWhat::BackupRestored).await.expect("noted");
    for person in [&awa, &samir] {
        let seen = person.client.get_transparency().await.expect("the page");
        assert_eq!((seen.accesses[0].what, seen.accesses[0].everybody), (AccessWhat::BackupRestored, true));
    }
    upload_without(toit, Some("A-solo")).await;
    let seen = awa.client.get_transparency().await.expect("the page");
    assert_eq!(seen.accesses.iter().filter(|a| a.what == AccessWhat::LeaseEnded).count(), 1);
}

async fn what_the_office_did_is_forgotten_after_24_months(toit: &Toit) {
    let awa = Person::join_with(toit, &join(&toit.code_of("A-solo").await, "Awa")).await;
    assert_eq!(toit.count("accesses").await, 1);
    for _ in 0..10 {
        toit.wait_days(74).await;
        awa.client.refresh_session().await.expect("signed in");
    }
    assert_eq!(toit.count("accesses").await, 0);
}

async fn a_departure_is_remembered_by_those_who_knew_for_24_months(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    samir.take(&offer, &awa).await.expect("agreed");
    awa.leave(toit).await;
    for _ in 0..10 {
        samir.client.refresh_session().await.expect("signed in");
        assert_eq!(code_of(samir.client.get_neighbour(awa.id()).await), ProblemCode::Gone);
        toit.wait_days(74).await;
    }
    samir.client.refresh_session().await.expect("signed in");
    assert_eq!(code_of(samir.client.get_neighbour(awa.id()).await), ProblemCode::NotFound);
}
