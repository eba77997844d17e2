//! Coming back.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::problem::ProblemCode;
use domain::tenant::{Join, Password};

use crate::support::{
    Answer, PASSWORD, Person, Place, Toit, code_of, email, join, on_both_databases, refusal, sign_in,
};

on_both_databases!(
    a_name_is_read_in_any_case_with_spaces_or_hyphens,
    an_e_mail_address_signs_in_too,
    a_couple_may_share_an_address,
    unknown_accounts_and_wrong_passwords_answer_alike,
    many_wrong_passwords_shut_the_door_for_a_while,
    a_name_that_does_not_exist_is_limited_alike,
    signing_in_well_is_not_counted,
);

async fn a_name_is_read_in_any_case_with_spaces_or_hyphens(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let name = &awa.me.sign_in_name;
    let typed = [
        name.clone(),
        name.to_uppercase(),
        name.replace('-', " "),
        name.replace(' ', "-"),
        format!("  {}  ", name.replace('-', "  ")),
        name.replace('a', "à"),
    ];
    for typed in typed {
        let signed_in = toit.stranger().sign_in(&sign_in(&typed, PASSWORD)).await;
        assert_eq!(signed_in.unwrap_or_else(|e| panic!("{typed:?}: {e}")).me, awa.me);
    }
}

async fn an_e_mail_address_signs_in_too(toit: &Toit) {
    let code = toit.code(Place::A).await;
    let awa = Person::join_with(toit, &Join { email: email("awa@example.org"), ..join(&code, "Awa") }).await;
    for typed in ["awa@example.org", " AWA@Example.ORG "] {
        let signed_in = toit.stranger().sign_in(&sign_in(typed, PASSWORD)).await.expect("she is let in");
        assert_eq!(signed_in.me.id, awa.id());
    }
}

async fn a_couple_may_share_an_address(toit: &Toit) {
    let code = toit.code(Place::A).await;
    let shared = |name, password| Join {
        email: email("famille@example.org"),
        password: Password::parse(password).expect("a password"),
        ..join(&code, name)
    };
    let awa = Person::join_with(toit, &shared("Awa", "Trois hérissons verts au marché")).await;
    let samir = Person::join_with(toit, &shared("Samir", "Douze girafes lentes à vélo")).await;
    for (person, password) in [(awa, "Trois hérissons verts au marché"), (samir, "Douze girafes lentes à vélo")] {
        let signed_in = toit.stranger().sign_in(&sign_in("famille@example.org", password)).await.expect("let in");
        assert_eq!(signed_in.me.id, person.id());
    }
    let wrong = toit.stranger().sign_in(&sign_in("famille@example.org", "un mot de passe faux")).await;
    assert_eq!(code_of(wrong), ProblemCode::SignInRefused);
}

async fn try_raw(toit: &Toit, name: &str, password: &str) -> Answer {
    toit.raw().post("/session", serde_json::to_string(&sign_in(name, password)).expect("JSON")).await
}

async fn unknown_accounts_and_wrong_passwords_answer_alike(toit: &Toit) {
    let code = toit.code(Place::A).await;
    let awa = Person::join_with(toit, &Join { email: email("awa@example.org"), ..join(&code, "Awa") }).await;
    let mut answers = Vec::new();
    for name in [awa.me.sign_in_name.as_str(), "awa@example.org", "zoe-tulipe-bateau", "personne@example.org", "..."] {
        let answer = try_raw(toit, name, "un mot de passe faux").await;
        answer.refused(ProblemCode::SignInRefused);
        let headers: BTreeSet<String> = answer.headers.keys().map(ToString::to_string).collect();
        answers.push((answer.status, headers, answer.body));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "the answers differ: {answers:#?}");
}

/// Tries wrong passwords until the door is shut; how often, and for how many seconds it is shut.
async fn knock(toit: &Toit, name: &str) -> (u32, u32) {
    for tries in 0..100 {
        let problem = refusal(toit.stranger().sign_in(&sign_in(name, "un mot de passe faux")).await);
        match problem.code {
            ProblemCode::SignInRefused => {}
            ProblemCode::TooManyRequests => return (tries, problem.retry_after.expect("it says how long")),
            other => panic!("{other:?}"),
        }
    }
    panic!("nobody stops a guesser");
}

async fn many_wrong_passwords_shut_the_door_for_a_while(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let (tries, seconds) = knock(toit, &awa.me.sign_in_name).await;
    assert!(tries >= 5, "a few mistakes are nobody's fault: {tries}");
    let right = toit.stranger().sign_in(&sign_in(&awa.me.sign_in_name, PASSWORD)).await;
    assert_eq!(code_of(right), ProblemCode::TooManyRequests, "not even with the right one");
    awa.client.get_me().await.expect("who is signed in stays");
    samir.sign_in().await;
    toit.wait(TimeDelta::seconds(i64::from(seconds))).await;
    awa.sign_in().await;
}

async fn a_name_that_does_not_exist_is_limited_alike(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let known = knock(toit, &awa.me.sign_in_name).await;
    toit.wait(TimeDelta::hours(1)).await;
    assert_eq!(knock(toit, "zoe-tulipe-bateau").await, known, "the limit tells who exists");
}

async fn signing_in_well_is_not_counted(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    for _ in 0..15 {
        awa.sign_in().await;
    }
}
