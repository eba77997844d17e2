//! What people type is shown as they typed it, and is nothing but text.

use domain::text::{Body, Title};
use serde_json::json;

use crate::hand::What;
use crate::street::Street;
use crate::support::{Place, offer_leg};
use crate::tab::Wishes;

/// Markup, an emoji of several parts, right to left, and marks that combine.
const TITLE: &str = "<b>Pain</b> 👩🏽‍🍳 خبز de\u{301}licieux &amp; \"frais\"";
const TEXT: &str = "<script>window.ran = 1</script>\n<img src=x onerror=\"window.ran = 2\">\n  עזרה   {{ name }} javascript:alert(1)\nZ\u{351}\u{302}\u{32f}a\u{30a}lgo 🏳️‍🌈";

#[tokio::test]
async fn what_was_typed_is_shown_as_typed() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::A).await);
    let mut new = samir.services.offer("Pain");
    new.title = Title::parse(TITLE).expect("a title");
    new.text = Body::parse(TEXT).expect("a text");
    let offer = samir.post(&new).await;
    let barter = awa.propose(vec![offer_leg(&samir, &awa, &offer)]).await;

    let tab = street.tab_of(&awa, Wishes::default()).await;
    // As it is stored: parsing may trim, and composes what combines.
    let (title, text) = (offer.title.to_string(), offer.text.to_string());
    for stored in [&title, &text] {
        assert!(stored.contains('<') && stored.contains('>'), "nothing is taken away: {stored}");
    }
    let shows = |selector: &str, text: &str| {
        let text = json!(text);
        format!("return [...document.querySelectorAll('main {selector}')].some((e) => e.textContent === {text});")
    };
    tab.wait("the title on the square", &shows("h2 a", &title)).await;
    tab.press(What::Link(&title.split_whitespace().collect::<Vec<_>>().join(" "))).await;
    tab.arrive("offer").await;
    tab.wait("the title as the heading", &shows("h1", &title)).await;
    tab.wait("the text below it", &shows(".typed", &text)).await;
    // Every line and every space is seen as typed, not only kept.
    let lines = format!("return document.querySelector('main .typed').innerText === {};", json!(text));
    tab.wait("the text line by line", &lines).await;
    nothing_ran(&tab).await;
    for (path, screen) in [("/echanges".to_owned(), "barters"), (format!("/echanges/{}", barter.id), "barter")] {
        tab.open_at(&path, screen).await;
        tab.wait("the title on the exchange", &shows("[dir=auto]", &title)).await;
        nothing_ran(&tab).await;
    }
    let own = street.tab_of(&samir, Wishes::default()).await;
    own.open_at(&format!("/annonces/{}/modifier", offer.id), "offer-edit").await;
    for (field, typed) in [("title", &title), ("text", &text)] {
        let holds = format!("return document.getElementById({field:?}).value === {};", json!(typed));
        own.wait(&format!("what was typed in the field {field}"), &holds).await;
    }
    nothing_ran(&own).await;
    for tab in [tab, own] {
        tab.close().await;
    }
    street.close().await;
}

/// No script of a neighbour's has run, and no element of hers stands in the page.
async fn nothing_ran(tab: &crate::tab::Tab) {
    let clean = "return window.ran === undefined && document.querySelector('main script, main img, main h1 b, main h2 b') === null;";
    tab.wait("a page without foreign elements", clean).await;
    assert_eq!(tab.faults().await, [""; 0]);
}
