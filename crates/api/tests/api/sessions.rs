//! Being signed in: access tokens of ten minutes, refresh tokens that rotate, devices that are ended at once.

use chrono::TimeDelta;
use domain::id::SessionId;
use domain::problem::ProblemCode;
use domain::session::{Device, Tokens};
use uuid::Uuid;

use crate::support::{Person, Place, Raw, Toit, code_of, on_both_databases};

on_both_databases!(
    an_access_token_is_refused_after_ten_minutes,
    the_client_refreshes_by_itself,
    a_token_that_was_tampered_with_is_refused,
    refreshing_gives_a_new_pair,
    a_refresh_token_may_come_twice_within_thirty_seconds,
    a_refresh_token_that_comes_back_later_ends_the_session,
    a_session_that_is_not_used_for_ninety_days_ends,
    devices_are_listed_the_last_used_first,
    ending_a_device_works_at_once,
    ending_all_devices_works_at_once,
    signing_out_ends_this_device_alone,
    nobody_ends_the_session_of_somebody_else,
    sessions_that_are_over_are_forgotten_and_others_go_on,
);

fn tokens(person: &Person) -> Tokens {
    person.client.tokens().expect("she is signed in")
}

/// A request with this access token, without a client that refreshes.
async fn code_with(toit: &Toit, access_token: &str) -> Option<ProblemCode> {
    let answer = Raw::new(&toit.url(), Some(access_token.to_owned())).get("/tenants/me").await;
    (answer.status != 200).then(|| answer.problem().code)
}

async fn an_access_token_is_refused_after_ten_minutes(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let held = tokens(&awa);
    assert_eq!(held.expires_in, 600);
    toit.wait(TimeDelta::seconds(599)).await;
    assert_eq!(code_with(toit, &held.access_token).await, None);
    toit.wait(TimeDelta::seconds(1)).await;
    assert_eq!(code_with(toit, &held.access_token).await, Some(ProblemCode::Unauthenticated));
}

async fn the_client_refreshes_by_itself(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let before = tokens(&awa);
    toit.wait_days(60).await;
    assert_eq!(awa.client.get_me().await.expect("refreshed on the way").id, awa.id());
    assert_ne!(tokens(&awa), before);
}

async fn a_token_that_was_tampered_with_is_refused(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let good = tokens(&awa).access_token;
    let parts: Vec<&str> = good.split('.').collect();
    assert_eq!(parts.len(), 3, "a JWT");
    let other = toit.neighbour("Samir", Place::A).await;
    let others: Vec<String> = tokens(&other).access_token.split('.').map(str::to_owned).collect();
    // {"alg":"none"}
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    let forged = [
        String::new(),
        "x".to_owned(),
        "..".to_owned(),
        format!("{good}x"),
        format!("{}.{}.{}", parts[0], others[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        unsigned,
        tokens(&awa).refresh_token,
        "x".repeat(7_000),
    ];
    for token in forged {
        assert_eq!(code_with(toit, &token).await, Some(ProblemCode::Unauthenticated), "{token}");
    }
    let basic =
        toit.raw().request(reqwest::Method::GET, "/tenants/me").header("Authorization", format!("Basic {good}"));
    crate::support::Answer::of(basic).await.refused(ProblemCode::Unauthenticated);
}

async fn refreshing_gives_a_new_pair(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let before = tokens(&awa);
    toit.wait(TimeDelta::minutes(9)).await;
    let answer = awa.client.refresh_session().await.expect("she is refreshed");
    assert_eq!(answer.me.id, awa.id());
    let after = tokens(&awa);
    assert_ne!(before.refresh_token, after.refresh_token);
    toit.wait(TimeDelta::minutes(9)).await;
    assert_eq!(code_with(toit, &after.access_token).await, None);
    awa.client.set_tokens(Some(Tokens { refresh_token: "not ours".to_owned(), ..after }));
    assert_eq!(code_of(awa.client.refresh_session().await), ProblemCode::Unauthenticated);
}

async fn a_refresh_token_may_come_twice_within_thirty_seconds(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let tab = toit.stranger();
    tab.set_tokens(awa.client.tokens());
    let (one, two) = tokio::join!(awa.client.refresh_session(), tab.refresh_session());
    one.and(two).expect("two tabs at the same moment");
    let late = toit.stranger();
    late.set_tokens(awa.client.tokens());
    awa.client.refresh_session().await.expect("the first use");
    toit.wait(TimeDelta::seconds(30)).await;
    late.refresh_session().await.expect("an answer got lost and is asked for again");
    awa.client.get_me().await.expect("nobody is thrown out");
}

async fn a_refresh_token_that_comes_back_later_ends_the_session(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let elsewhere = awa.sign_in().await;
    let thief = toit.stranger();
    thief.set_tokens(awa.client.tokens());
    awa.client.refresh_session().await.expect("the first use");
    toit.wait(TimeDelta::seconds(31)).await;
    assert_eq!(code_of(thief.refresh_session().await), ProblemCode::SessionEnded);
    let access = tokens(&awa).access_token;
    assert_eq!(code_with(toit, &access).await, Some(ProblemCode::SessionEnded), "the whole family ends, at once");
    assert_eq!(code_of(awa.client.refresh_session().await), ProblemCode::SessionEnded);
    elsewhere.client.get_me().await.expect("another device is another family");
}

async fn a_session_that_is_not_used_for_ninety_days_ends(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    toit.wait_days(89).await;
    awa.client.refresh_session().await.expect("used in time");
    toit.wait_days(89).await;
    awa.client.refresh_session().await.expect("used in time again");
    toit.clock.advance(TimeDelta::days(91));
    assert_eq!(code_of(awa.client.refresh_session().await), ProblemCode::SessionEnded);
    toit.tick().await.expect("what is over is forgotten");
    assert_eq!(code_of(awa.client.refresh_session().await), ProblemCode::Unauthenticated, "nothing is left of it");
}

async fn devices_are_listed_the_last_used_first(toit: &Toit) {
    let first = toit.neighbour("Awa", Place::A).await;
    let begun = toit.now();
    toit.wait(TimeDelta::minutes(1)).await;
    let second = first.sign_in().await;
    let list = second.client.list_sessions().await.expect("her devices").items;
    assert_eq!(list.iter().map(|s| s.current).collect::<Vec<_>>(), [true, false]);
    assert_eq!(list[1].created_at, begun);
    assert!(list.iter().all(|s| s.device == Device::Program));
    toit.wait(TimeDelta::minutes(1)).await;
    first.client.refresh_session().await.expect("refreshed");
    let list = second.client.list_sessions().await.expect("her devices").items;
    assert_eq!(list.iter().map(|s| s.current).collect::<Vec<_>>(), [false, true]);
    assert_eq!(list[0].last_used_at, toit.now());
}

/// The session that this person asks with.
async fn current(person: &Person) -> SessionId {
    let list = person.client.list_sessions().await.expect("her devices").items;
    list.iter().find(|s| s.current).expect("the one that asks").id
}

async fn ending_a_device_works_at_once(toit: &Toit) {
    let phone = toit.neighbour("Awa", Place::A).await;
    let lost = phone.sign_in().await;
    let access = tokens(&lost).access_token;
    assert_eq!(code_with(toit, &access).await, None);
    phone.client.end_session(current(&lost).await).await.expect("the lost phone is signed out");
    assert_eq!(code_with(toit, &access).await, Some(ProblemCode::SessionEnded));
    assert_eq!(code_of(lost.client.refresh_session().await), ProblemCode::SessionEnded);
    assert_eq!(phone.client.list_sessions().await.expect("her devices").items.len(), 1);
}

async fn ending_all_devices_works_at_once(toit: &Toit) {
    let phone = toit.neighbour("Awa", Place::A).await;
    let computer = phone.sign_in().await;
    let samir = toit.neighbour("Samir", Place::A).await;
    phone.client.end_all_sessions().await.expect("signed out everywhere");
    for device in [&phone, &computer] {
        assert_eq!(code_with(toit, &tokens(device).access_token).await, Some(ProblemCode::SessionEnded));
    }
    samir.client.get_me().await.expect("he is not concerned");
    phone.sign_in().await;
}

async fn signing_out_ends_this_device_alone(toit: &Toit) {
    let phone = toit.neighbour("Awa", Place::A).await;
    let computer = phone.sign_in().await;
    let access = tokens(&phone).access_token;
    phone.client.sign_out().await.expect("signed out");
    assert_eq!(phone.client.tokens(), None);
    assert_eq!(code_with(toit, &access).await, Some(ProblemCode::SessionEnded));
    computer.client.get_me().await.expect("the other device stays");
}

async fn nobody_ends_the_session_of_somebody_else(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let samir = toit.neighbour("Samir", Place::A).await;
    let hers = current(&awa).await;
    assert_eq!(code_of(samir.client.end_session(hers).await), ProblemCode::NotFound);
    assert_eq!(code_of(samir.client.end_session(SessionId(Uuid::from_u128(1))).await), ProblemCode::NotFound);
    awa.client.get_me().await.expect("she is still signed in");
    awa.client.refresh_session().await.expect("and stays so");
}

async fn sessions_that_are_over_are_forgotten_and_others_go_on(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let (tablet, phone) = (awa.sign_in().await, awa.sign_in().await);
    let left = tablet.client.tokens();
    tablet.client.sign_out().await.expect("signed out");
    tablet.client.set_tokens(left);
    assert_eq!(code_of(tablet.client.refresh_session().await), ProblemCode::SessionEnded);
    api::app::retention::sweep(toit.app()).await.expect("swept");
    assert_eq!(code_of(tablet.client.refresh_session().await), ProblemCode::Unauthenticated, "nothing is left of it");
    for person in [&awa, &phone] {
        person.client.refresh_session().await.expect("the others go on");
        person.client.get_me().await.expect("signed in");
    }
}
