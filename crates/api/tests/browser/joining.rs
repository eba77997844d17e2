//! Joining where something goes wrong: a mistyped code, a reload in the middle, answers that are missing.

use serde_json::Value;

use crate::hand::What;
use crate::street::Street;
use crate::support::{PASSWORD, Place, check};
use crate::tab::{Tab, Wishes};

/// What the page has asked of the API since it was opened.
async fn requests_to_the_api(tab: &Tab) -> Vec<Value> {
    let script =
        "return performance.getEntriesByType('resource').map((e) => e.name).filter((name) => name.includes('/api/'));";
    tab.run(script).await.as_array().expect("a list").clone()
}

/// The code with its first symbol replaced by another one.
fn mistyped(code: &str) -> String {
    let wrong = if code.starts_with('7') { '8' } else { '7' };
    format!("{wrong}{}", &code[1..])
}

#[tokio::test]
async fn a_mistyped_code_is_caught_in_the_page_without_a_request() {
    let Some(street) = Street::open().await else { return };
    let code = street.toit.code(Place::A).await.to_string();
    let tab = street.tab(Wishes::default()).await;
    tab.open_at("/rejoindre", "join-code").await;
    tab.fill("code", &mistyped(&code)).await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("refused.check_symbol")).await;
    tab.screen("join-code").await;
    assert_eq!(requests_to_the_api(&tab).await, [Value::Null; 0]);

    tab.fill("code", &code).await;
    tab.press(What::Submit).await;
    tab.arrive("join-residence").await;
    assert_eq!(requests_to_the_api(&tab).await.len(), 1, "the right code is asked about");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn the_code_of_the_letter_s_qr_code_is_filled_in_and_leaves_the_address() {
    let Some(street) = Street::open().await else { return };
    let code = street.toit.code(Place::A).await.to_string();
    let tab = street.tab(Wishes::default()).await;
    tab.open_at(&format!("/rejoindre#{code}"), "join-code").await;
    let script = format!("return document.getElementById('code').value === {code:?} && location.hash === '';");
    tab.wait("the code in the field alone", &script).await;
    tab.press(What::Submit).await;
    tab.arrive("join-residence").await;
    tab.close().await;
    street.close().await;
}

/// As far as the last question.
async fn answer_three_questions(tab: &Tab, code: &str) {
    tab.open_at("/rejoindre", "join-code").await;
    tab.fill("code", code).await;
    tab.press(What::Submit).await;
    tab.arrive("join-residence").await;
    tab.press(What::Link(&tab.word("join.residence_yes"))).await;
    tab.arrive("join-name").await;
    tab.fill("first-name", "Awa").await;
    tab.choose("animal", "owl").await;
    tab.press(What::Submit).await;
    tab.arrive("join-return").await;
}

#[tokio::test]
async fn an_interrupted_join_is_resumed_and_takes_one_seat() {
    let Some(street) = Street::open().await else { return };
    let code = street.toit.code_of("A-duo").await;
    let tab = street.tab(Wishes::default()).await;
    answer_three_questions(&tab, &code.to_string()).await;

    tab.driver.refresh().await.expect("the page is loaded again");
    tab.screen("join-return").await;
    tab.driver.back().await.expect("one question back");
    tab.arrive("join-name").await;
    let kept = "return document.getElementById('first-name').value === 'Awa' && answer('animal', 'owl').checked;";
    tab.wait("the answers that were given", kept).await;
    tab.driver.back().await.expect("one question back");
    tab.arrive("join-residence").await;
    tab.driver.forward().await.expect("one question on");
    tab.arrive("join-name").await;
    tab.driver.refresh().await.expect("the page is loaded again");
    tab.screen("join-name").await;
    tab.wait("the answers that were given", kept).await;
    tab.press(What::Submit).await;
    tab.arrive("join-return").await;

    // The first try does not reach the server.
    tab.fill("password", PASSWORD).await;
    tab.offline(true).await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("problem.network")).await;
    tab.offline(false).await;
    tab.press(What::Submit).await;
    tab.arrive("join-done").await;
    let place = street.toit.stranger().check_join_code(&check(&code)).await.expect("a seat is left");
    assert_eq!(place.seats_left, 1, "of two seats one is taken");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn errors_are_listed_and_lead_to_their_fields() {
    let Some(street) = Street::open().await else { return };
    let tab = street.tab(Wishes::default()).await;
    tab.open_at("/connexion", "sign-in").await;
    tab.press(What::Submit).await;
    tab.wait("the focus on the list of errors", "return document.activeElement.id === 'summary';").await;
    for (field, sentence) in [("name", "refused.name_required"), ("password", "refused.password_required")] {
        let sentence = tab.word(sentence);
        tab.press(What::Link(&sentence)).await;
        let focused = format!("return document.activeElement.id === {field:?};");
        tab.wait(&format!("the focus on the field {field}"), &focused).await;
        let told = format!(
            "const field = document.getElementById({field:?});
             const told = field.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id)?.textContent);
             return field.ariaInvalid === 'true' && told.includes({sentence:?});"
        );
        tab.wait(&format!("the error of {field} at the field"), &told).await;
    }
    assert_eq!(tab.axe().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn what_looks_like_a_full_name_is_asked_about_and_not_refused() {
    let Some(street) = Street::open().await else { return };
    let code = street.toit.code(Place::A).await.to_string();
    let tab = street.tab(Wishes::default()).await;
    answer_three_questions(&tab, &code).await;
    tab.driver.back().await.expect("one question back");
    tab.arrive("join-name").await;
    tab.fill("first-name", "Awa Diallo").await;
    tab.press(What::Submit).await;
    tab.wait("the focus on the question", "return document.activeElement.id === 'doubt';").await;
    assert_eq!(tab.axe().await, [""; 0]);
    tab.press(What::Button(&tab.word("join.doubt_yes"))).await;
    tab.arrive("join-return").await;
    tab.close().await;
    street.close().await;
}
