//! Codes that open nothing, and those who try them.

use std::collections::BTreeSet;

use api::app::codes::{CodesFor, issue};
use chrono::TimeDelta;
use domain::circle::Wave;
use domain::code::{CODE_LIFE_DAYS, JoinCode};
use domain::problem::ProblemCode;

use crate::support::{Answer, Person, Place, Toit, check, code_of, join, key, on_both_databases, refusal};

on_both_databases!(
    wrong_expired_revoked_and_used_up_codes_answer_alike,
    a_code_works_for_180_days_and_no_longer,
    a_reprint_takes_the_old_code_back,
    codes_that_are_printed_many_times_at_once_are_one_for_each_household,
    a_closed_residence_lets_nobody_in,
    whoever_guesses_is_asked_to_wait,
    one_code_is_not_tried_for_ever,
    good_codes_are_not_counted,
    a_whole_hall_may_join_from_one_address,
);

/// A code that was never printed.
fn unknown(n: u64) -> JoinCode {
    (0..).map(|i| n * 1_000 + i).find_map(JoinCode::from_random).expect("most numbers make a code")
}

async fn both_steps(toit: &Toit, code: &JoinCode) -> [Answer; 2] {
    let check = serde_json::to_string(&check(code)).expect("JSON");
    let join = serde_json::to_string(&join(code, "Awa")).expect("JSON");
    let raw = toit.raw();
    [raw.post("/join/check", check).await, raw.post("/join", join).await]
}

async fn wrong_expired_revoked_and_used_up_codes_answer_alike(toit: &Toit) {
    let expired = toit.code(Place::A).await;
    toit.wait_days(CODE_LIFE_DAYS + 1).await;
    let revoked = toit.code_of("A-duo").await;
    toit.code_of("A-duo").await;
    let used_up = toit.code_of("A-solo").await;
    Person::join_with(toit, &join(&used_up, "Samir")).await;
    let closed = toit.code(Place::D).await;
    let mut bodies = Vec::new();
    for code in [&unknown(1), &expired, &revoked, &used_up, &closed] {
        for answer in both_steps(toit, code).await {
            answer.refused(ProblemCode::JoinCodeRefused);
            let headers: BTreeSet<String> = answer.headers.keys().map(ToString::to_string).collect();
            bodies.push((answer.status, headers, answer.body));
        }
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "the answers differ: {bodies:#?}");
}

async fn a_code_works_for_180_days_and_no_longer(toit: &Toit) {
    let code = toit.code(Place::A).await;
    toit.wait(TimeDelta::days(CODE_LIFE_DAYS) - TimeDelta::milliseconds(1)).await;
    toit.stranger().check_join_code(&check(&code)).await.expect("the last day");
    toit.wait(TimeDelta::milliseconds(1)).await;
    assert_eq!(code_of(toit.stranger().check_join_code(&check(&code)).await), ProblemCode::JoinCodeRefused);
}

async fn a_reprint_takes_the_old_code_back(toit: &Toit) {
    let old = toit.code_of("A-duo").await;
    let new = toit.code_of("A-duo").await;
    assert_ne!(old, new);
    assert_eq!(code_of(toit.stranger().check_join_code(&check(&old)).await), ProblemCode::JoinCodeRefused);
    toit.stranger().check_join_code(&check(&new)).await.expect("the new one opens");
}

async fn codes_that_are_printed_many_times_at_once_are_one_for_each_household(toit: &Toit) {
    let residence = || issue(toit.app(), toit.office, CodesFor::Residence("A".to_owned()));
    let (a, b, c, d) = tokio::join!(residence(), residence(), residence(), residence());
    let printed: Vec<_> = [a, b, c, d].into_iter().flat_map(|letters| letters.expect("printed")).collect();
    let households: BTreeSet<_> = printed.iter().map(|letter| &letter.household_reference).collect();
    assert_eq!((printed.len(), households.len()), (16, 16), "one letter for each household of the residence");
    // A reprint takes the code before back: whoever of these was the last has the one that opens.
    let household = || issue(toit.app(), toit.office, CodesFor::Household("A-duo".to_owned()));
    let (a, b, c, d) = tokio::join!(household(), household(), household(), household());
    let mut opening = 0;
    for letters in [a, b, c, d] {
        let code = JoinCode::parse(&letters.expect("printed")[0].code).expect("a printed code can be read");
        opening += u32::from(toit.stranger().check_join_code(&check(&code)).await.is_ok());
    }
    assert_eq!(opening, 1);
}

async fn a_closed_residence_lets_nobody_in(toit: &Toit) {
    let code = toit.code(Place::D).await;
    let refused = toit.stranger().join(&join(&code, "Awa"), &key()).await;
    assert_eq!(code_of(refused), ProblemCode::JoinCodeRefused);
    toit.set_wave(Place::D, Wave::Pilot).await;
    toit.stranger().join(&join(&code, "Awa"), &key()).await.expect("the pilot has begun");
    toit.set_wave(Place::D, Wave::Closed).await;
    let refused = toit.stranger().join(&join(&code, "Samir"), &key()).await;
    assert_eq!(code_of(refused), ProblemCode::JoinCodeRefused, "closed again");
}

async fn whoever_guesses_is_asked_to_wait(toit: &Toit) {
    let good = toit.code(Place::A).await;
    let mut tries = 0;
    let wait = loop {
        tries += 1;
        assert!(tries < 200, "nobody stops a guesser");
        let problem = refusal(toit.stranger().check_join_code(&check(&unknown(tries))).await);
        match problem.code {
            ProblemCode::JoinCodeRefused => {}
            ProblemCode::TooManyRequests => break problem.retry_after.expect("it says how long"),
            other => panic!("{other:?}"),
        }
    };
    assert!(tries > 5, "a few mistakes are nobody's fault");
    let body = serde_json::to_string(&check(&good)).expect("JSON");
    let answer = toit.raw().post("/join/check", body).await;
    let problem = answer.refused(ProblemCode::TooManyRequests);
    assert_eq!(answer.header("retry-after"), problem.retry_after.map(|s| s.to_string()).as_deref());
    let refused = toit.stranger().join(&join(&good, "Awa"), &key()).await;
    assert_eq!(code_of(refused), ProblemCode::TooManyRequests, "the other door is shut too");
    toit.wait(TimeDelta::seconds(i64::from(wait))).await;
    toit.stranger().check_join_code(&check(&good)).await.expect("after the time that it said");
}

async fn one_code_is_not_tried_for_ever(toit: &Toit) {
    let code = unknown(7);
    let mut refused = 0;
    while code_of(toit.stranger().check_join_code(&check(&code)).await) == ProblemCode::JoinCodeRefused {
        refused += 1;
        assert!(refused < 200, "nobody stops a guesser");
        // Slower than the limit of an address.
        toit.clock.advance(TimeDelta::minutes(4));
    }
    assert!(refused >= 5, "{refused}");
}

async fn good_codes_are_not_counted(toit: &Toit) {
    let good = toit.code(Place::A).await;
    for _ in 0..60 {
        toit.stranger().check_join_code(&check(&good)).await.expect("a good code is good as often as one looks");
    }
}

async fn a_whole_hall_may_join_from_one_address(toit: &Toit) {
    for (n, letter) in ('a'..='x').enumerate() {
        let code = toit.code(if n % 2 == 0 { Place::A } else { Place::B }).await;
        let next = join(&code, &format!("Awa{letter}"));
        toit.stranger().join(&next, &key()).await.expect("the next in the hall");
    }
}
