//! Leaving: at once or with a pause, the receipt, the way back, and what the others read.

use chrono::TimeDelta;
use domain::code::JoinCode;
use domain::id::BarterId;
use domain::leaving::{LeaveWhen, ReceiptState, ReceiptToken};
use serde_json::json;

use crate::hand::{Hand, What};
use crate::paper::{Saved, sheets};
use crate::street::{Street, sign_in};
use crate::support::{PASSWORD, Person, Place, appointment, join, offer_leg};
use crate::tab::{Tab, Wishes};

/// Somebody of the household of one seat, with an exchange that runs.
async fn somebody(street: &Street) -> (Person, JoinCode, Person, BarterId) {
    let toit = &street.toit;
    let code = toit.code_of("A-solo").await;
    let awa = Person::join_with(toit, &join(&code, "Awa")).await;
    let samir = toit.neighbour("Samir", Place::B).await;
    let (hers, his) =
        (awa.post(&awa.services.offer("Repassage chez Awa")).await, samir.post(&samir.services.offer("Cours")).await);
    let barter = awa.propose(vec![offer_leg(&awa, &samir, &hers), offer_leg(&samir, &awa, &his)]).await;
    let barter = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    let day = appointment(toit.now() + TimeDelta::days(2), "chez Awa, troisième étage");
    samir.client.schedule_leg(barter.id, barter.legs[0].leg.terms.id, &day).await.expect("a day");
    (awa, code, samir, barter.id)
}

/// From whatever page to the question when, by the links that people find.
async fn to_the_question(tab: &Tab) {
    tab.press(What::Link(&tab.word("bar.me"))).await;
    tab.arrive("me").await;
    tab.press(What::Link(&tab.word("leave.title"))).await;
    tab.arrive("leave").await;
    tab.press(What::Link(&tab.word("leave.go_on"))).await;
    tab.arrive("leave-when").await;
}

/// Asks to leave at once.
async fn leave_now(tab: &Tab) {
    to_the_question(tab).await;
    tab.choose("when", "now").await;
    tab.fill("password", PASSWORD).await;
    tab.says(&tab.word("leave.send_now")).await;
    tab.press(What::Submit).await;
}

/// The token in the address of the receipt.
async fn token_of(tab: &Tab) -> ReceiptToken {
    let path = tab.path().await;
    path.strip_prefix("/recu/").and_then(|token| token.parse().ok()).unwrap_or_else(|| panic!("no receipt: {path}"))
}

/// Nothing stays on the device but its language, and no cookie that the page's own scripts could not see opens anything.
async fn nothing_is_kept(tab: &Tab) {
    let kept = tab
        .run("return [Object.keys(localStorage).filter((k) => k !== 'language'), Object.keys(sessionStorage)];")
        .await;
    assert_eq!(kept, json!([[], []]));
    let cookies = tab.driver.get_all_cookies().await.expect("the browser's cookies");
    assert!(cookies.is_empty(), "{cookies:?}");
}

async fn leaves_and_comes_back(hand: Hand) {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let (awa, code, samir, barter) = somebody(&street).await;
    let tab = street.tab_of(&awa, Wishes { hand, ..Wishes::default() }).await;
    leave_now(&tab).await;
    tab.arrive("receipt-erasing").await;
    nothing_is_kept(&tab).await;
    let token = token_of(&tab).await;
    tab.driver.refresh().await.expect("the page is loaded again");
    tab.screen("receipt-erasing").await;

    toit.tick().await.expect("what is due is done");
    tab.arrive("receipt-done").await;
    tab.says(&tab.word("receipt.done_lead")).await;
    let receipt = toit.stranger().get_receipt(&token).await.expect("a receipt");
    let text = receipt.text.expect("a text to keep");
    let saved = Saved::of(&tab).await;
    tab.press(What::Id("save")).await;
    let file = String::from_utf8(saved.file("recu-de-toit-a-toit.txt").await).expect("a text");
    assert_eq!(file, text, "to the byte");
    toit.app().keys.verify_receipt(&file).expect("signed by this server");
    tab.run("window.print = () => { window.printed = true; }; return null;").await;
    tab.press(What::Id("print")).await;
    tab.wait("the page to be printed", "return window.printed === true;").await;
    assert_eq!(sheets(&tab).await, 1, "the receipt is one sheet");
    tab.driver.refresh().await.expect("the page is loaded again");
    tab.screen("receipt-done").await;

    what_the_partner_reads(&street, &samir, barter).await;
    comes_back(&tab, &code).await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

/// One neutral sentence; no name, no words, no gap where they stood.
async fn what_the_partner_reads(street: &Street, samir: &Person, barter: BarterId) {
    let tab = street.tab_of(samir, Wishes::default()).await;
    let gone = tab.word("barter.gone");
    let whole = async |wanted: &[&str]| {
        let text =
            tab.run("return document.querySelector('main').innerText;").await.as_str().unwrap_or_default().to_owned();
        for word in wanted {
            assert!(text.contains(word), "{word} is not in:\n{text}");
        }
        for word in ["Awa", "étage", "Repassage chez", "…", &tab.word("leg.state_waived"), &tab.word("leg.no_day")] {
            assert!(!text.contains(word), "{word} is left in:\n{text}");
        }
        let empty = "return [...document.querySelectorAll('main :is(h1, h2, h3, p, a, b, .tag)')].filter((e) => shown(e) && !heard(e) && !e.querySelector('[aria-hidden=true]')).map((e) => e.outerHTML);";
        assert_eq!(tab.run(empty).await, json!([]));
    };
    let services: Vec<String> = {
        let legs = samir.client.get_barter(barter).await.expect("his").legs;
        let tree = samir.client.list_categories().await.expect("the tree").items;
        let name = |slug| tree.iter().find(|c| c.slug == slug).map(|c| c.fr.clone());
        legs.into_iter().filter_map(|view| name(view.leg.terms.category)).collect()
    };
    assert_eq!(services.len(), 2);
    let (one, two) = (services[0].as_str(), services[1].as_str());
    tab.open_at("/echanges", "barters").await;
    whole(&[&gone, one, two, &tab.word("barter.state_dissolved")]).await;
    tab.press(What::Link(&tab.sentences.with_name("barter.with", &gone))).await;
    tab.arrive("barter").await;
    whole(&[&gone, one, two, &tab.word("barter.left_said")]).await;
    for todo in ["contre-proposer".to_owned(), format!("parts/{}/jour", leg_of(samir, barter).await)] {
        tab.open_at(&format!("/echanges/{barter}/{todo}"), "not-found").await;
    }
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
}

async fn leg_of(samir: &Person, barter: BarterId) -> String {
    samir.client.get_barter(barter).await.expect("his").legs[0].leg.terms.id.to_string()
}

/// The same code lets her in as somebody new, who has nothing.
async fn comes_back(tab: &Tab, code: &JoinCode) {
    tab.press(What::Link(&tab.word("welcome.code"))).await;
    tab.arrive("join-code").await;
    tab.fill("code", &code.to_string()).await;
    tab.press(What::Submit).await;
    tab.arrive("join-residence").await;
    tab.press(What::Link(&tab.word("join.residence_yes"))).await;
    tab.arrive("join-name").await;
    tab.fill("first-name", "Awa").await;
    tab.press(What::Submit).await;
    tab.arrive("join-return").await;
    tab.fill("password", PASSWORD).await;
    tab.press(What::Submit).await;
    tab.arrive("join-done").await;
    tab.open_at("/echanges", "barters").await;
    tab.says(&tab.word("barters.empty")).await;
    tab.open_at("/moi/annonces", "my-offers").await;
    tab.says(&tab.word("me.no_offers")).await;
}

#[tokio::test]
async fn whoever_leaves_at_once_sees_it_done_and_comes_back_as_somebody_new() {
    leaves_and_comes_back(Hand::Touch).await;
}

#[tokio::test]
async fn leaving_and_coming_back_need_no_more_than_a_keyboard() {
    leaves_and_comes_back(Hand::Keyboard).await;
}

#[tokio::test]
async fn a_pause_is_stopped_by_signing_in() {
    let Some(street) = Street::open().await else { return };
    let (awa, _, samir, _) = somebody(&street).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    to_the_question(&tab).await;
    // The pause is chosen unless she chooses otherwise: the button says what it does.
    tab.fill("password", PASSWORD).await;
    tab.says(&tab.word("leave.send_later").replace("{{ days }}", "7")).await;
    tab.press(What::Submit).await;
    tab.arrive("receipt-waiting").await;
    nothing_is_kept(&tab).await;
    let token = token_of(&tab).await;
    tab.says(&format!("{}/recu/{}", tab.base, token.as_str())).await;
    assert_eq!(street.toit.stranger().get_receipt(&token).await.expect("known").state, ReceiptState::Waiting);
    assert!(samir.titles(client::OfferFilter::default()).await.iter().all(|title| !title.contains("Awa")));

    street.toit.wait(TimeDelta::days(6)).await;
    tab.press(What::Link(&tab.word("receipt.stay"))).await;
    tab.arrive("sign-in").await;
    tab.fill("name", &awa.me.sign_in_name).await;
    tab.fill("password", PASSWORD).await;
    tab.press(What::Submit).await;
    tab.arrive("square").await;
    tab.says(&tab.word("notice.stayed")).await;
    // Said once.
    tab.press(What::Link(&tab.word("bar.me"))).await;
    tab.arrive("me").await;
    let silent =
        format!("return !document.querySelector('main').innerText.includes({});", json!(tab.word("notice.stayed")));
    tab.wait("no more word of it", &silent).await;
    street.toit.wait(TimeDelta::days(2)).await;
    tab.open_at(&format!("/recu/{}", token.as_str()), "receipt-stopped").await;
    tab.says(&tab.word("receipt.stopped_lead")).await;
    tab.press(What::Link(&tab.word("page.to_square"))).await;
    tab.arrive("square").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_wrong_password_is_said_at_its_field_and_erases_nothing() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    to_the_question(&tab).await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("refused.password_required")).await;
    tab.fill("password", "un tout autre mot de passe").await;
    tab.press(What::Submit).await;
    let told = format!(
        "const field = document.getElementById('password');
         return field.ariaInvalid === 'true' && document.getElementById('password-error')?.textContent === {};",
        json!(tab.word("refused.wrong_password"))
    );
    tab.wait("the error at its field", &told).await;
    assert_eq!(tab.axe().await, [""; 0]);
    awa.client.get_me().await.expect("still here");
    // Nothing is pending that a reload would take for sent.
    tab.driver.refresh().await.expect("the page is loaded again");
    tab.screen("leave-when").await;
    tab.choose("when", "now").await;
    tab.fill("password", PASSWORD).await;
    tab.press(What::Submit).await;
    tab.arrive("receipt-erasing").await;
    tab.close().await;
    street.close().await;
}

/// Has the page lose the answers to its request to leave, or never hear of them.
async fn lose_the_answer(tab: &Tab, what_happens: &str) {
    let script = format!(
        "const real = window.fetch;
         window.fetch = async (...asked) => {{
           const answer = await real(...asked);
           if (String(asked[0].url ?? asked[0]).endsWith('/leave')) {{ window.lost = true; {what_happens} }}
           return answer;
         }};
         return null;"
    );
    tab.run(&script).await;
}

#[tokio::test]
async fn a_lost_answer_leads_to_the_receipt() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    lose_the_answer(&tab, "throw new TypeError('lost');").await;
    leave_now(&tab).await;
    tab.arrive("receipt-erasing").await;
    assert_eq!(tab.run("return window.lost;").await, json!(true), "the answer was there and got lost");
    nothing_is_kept(&tab).await;
    street.toit.tick().await.expect("what is due is done");
    tab.arrive("receipt-done").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_page_that_is_loaded_again_while_the_answer_is_missing_leads_to_the_receipt() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    lose_the_answer(&tab, "return new Promise(() => {});").await;
    leave_now(&tab).await;
    tab.wait("the request to have been answered", "return window.lost === true;").await;
    tab.driver.refresh().await.expect("the page is loaded again");
    tab.screen("receipt-erasing").await;
    nothing_is_kept(&tab).await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_second_departure_has_a_receipt_of_its_own() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    lose_the_answer(&tab, "return new Promise(() => {});").await;
    to_the_question(&tab).await;
    tab.fill("password", PASSWORD).await;
    tab.press(What::Submit).await;
    tab.wait("the request to have been answered", "return window.lost === true;").await;
    // Before she looks at this page again, she comes back on another device.
    awa.sign_in().await;
    sign_in(&tab, &awa, "/moi/appareils").await;
    tab.arrive("my-sessions").await;
    to_the_question(&tab).await;
    tab.fill("password", PASSWORD).await;
    tab.press(What::Submit).await;
    tab.arrive("receipt-waiting").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_request_that_never_arrived_is_said_to_be_lost_and_can_be_sent_again() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    to_the_question(&tab).await;
    tab.fill("password", PASSWORD).await;
    tab.offline(true).await;
    tab.press(What::Submit).await;
    tab.arrive("receipt-no-answer").await;
    assert_eq!(tab.axe().await, [""; 0]);
    tab.offline(false).await;
    tab.arrive("receipt-lost").await;
    assert_eq!(tab.axe().await, [""; 0]);
    tab.shot("fr-light-receipt-lost").await;
    assert_eq!(tab.small_targets().await, [""; 0]);
    awa.client.get_me().await.expect("still here");
    tab.press(What::Link(&tab.word("receipt.again"))).await;
    tab.arrive("leave").await;
    tab.press(What::Link(&tab.word("leave.go_on"))).await;
    tab.arrive("leave-when").await;
    tab.fill("password", PASSWORD).await;
    tab.press(What::Submit).await;
    tab.arrive("receipt-waiting").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_departure_that_was_asked_for_elsewhere_is_not_mistaken_for_a_lost_request() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    // Somebody else's receipt is read in this browser: it signs nobody out.
    let samir = street.toit.neighbour("Samir", Place::A).await;
    let token = samir.ask_to_leave(LeaveWhen::Now).await;
    tab.open_at(&format!("/recu/{}", token.as_str()), "receipt-erasing").await;
    tab.open_at("/moi", "me").await;
    tab.says("Awa").await;
    tab.open_at("/recu/un-recu-que-personne-ne-connait", "receipt-unknown").await;
    tab.close().await;
    street.close().await;
}
