//! Every operation, tried by those who may not: nobody, and a tenant of another office.

use std::collections::BTreeSet;

use domain::problem::ProblemCode;

use crate::support::{Answer, Operation, Place, RealThings, Toit, on_both_databases, operations};

on_both_databases!(
    a_stranger_hears_401_from_everything_but_a_short_public_list,
    a_session_that_has_ended_opens_nothing,
    a_tenant_of_another_office_finds_nothing_of_this_one,
    what_a_tenant_of_another_office_tries_changes_nothing,
);

/// What anybody may call: to see whether the server runs, to read its reference, to come in, to read a receipt after having left, to
/// read a calendar behind a secret.
const PUBLIC: [&str; 9] = [
    "health",
    "health_ready",
    "openapi_json",
    "check_join_code",
    "join",
    "sign_in",
    "refresh_session",
    "get_receipt",
    "get_calendar",
];

async fn all(toit: &Toit) -> Vec<Operation> {
    operations(&toit.raw().get("/openapi.json").await.ok())
}

#[track_caller]
fn is_documented(operation: &Operation, answer: &Answer) {
    let Operation { id, statuses, .. } = operation;
    assert!(statuses.contains(&answer.status), "{id} answers {} and documents {statuses:?}", answer.status);
}

async fn a_stranger_hears_401_from_everything_but_a_short_public_list(toit: &Toit) {
    let (things, _) = RealThings::of(toit).await;
    let mut public = BTreeSet::new();
    for operation in all(toit).await {
        let answer = operation.call(&toit.raw(), &things).await;
        is_documented(&operation, &answer);
        if operation.is_public {
            assert_ne!(answer.status, 500, "{answer:?}");
            public.insert(operation.id);
        } else {
            assert_eq!(answer.problem().code, ProblemCode::Unauthenticated, "{}", operation.id);
        }
    }
    assert_eq!(public, PUBLIC.map(str::to_owned).into(), "what is public stands in a short list");
}

async fn a_session_that_has_ended_opens_nothing(toit: &Toit) {
    let (things, [awa, _]) = RealThings::of(toit).await;
    let raw = awa.raw();
    awa.client.sign_out().await.expect("signed out");
    for operation in all(toit).await.into_iter().filter(|o| !o.is_public) {
        let answer = operation.call(&raw, &things).await;
        is_documented(&operation, &answer);
        assert_eq!(answer.problem().code, ProblemCode::SessionEnded, "{}", operation.id);
    }
}

async fn a_tenant_of_another_office_finds_nothing_of_this_one(toit: &Toit) {
    let (things, _) = RealThings::of(toit).await;
    let elif = toit.neighbour("Elif", Place::E).await;
    let mut tried = 0;
    for operation in all(toit).await.into_iter().filter(Operation::names_a_thing) {
        let answer = operation.call(&elif.raw(), &things).await;
        is_documented(&operation, &answer);
        assert_eq!(answer.problem().code, ProblemCode::NotFound, "{}: {answer:?}", operation.id);
        tried += 1;
    }
    assert!(tried > 15, "{tried}");
}

async fn what_a_tenant_of_another_office_tries_changes_nothing(toit: &Toit) {
    let (things, [awa, samir]) = RealThings::of(toit).await;
    let elif = toit.neighbour("Elif", Place::E).await;
    let seen = async || {
        let offers = samir.raw().get("/offers?mine=true").await.ok();
        let notices = samir.raw().get("/notices").await.ok();
        let events = samir.raw().get("/events?mine=true").await.ok();
        let barters = samir.raw().get("/barters").await.ok();
        (offers, (notices, events), barters, awa.raw().get("/sessions").await.ok())
    };
    let before = seen().await;
    for operation in
        all(toit).await.into_iter().filter(|o| !o.is_public && o.id != "end_all_sessions" && o.id != "sign_out")
    {
        operation.call(&elif.raw(), &things).await;
    }
    assert_eq!(seen().await, before);
}
