//! Every screen, in both languages, light and dark, at 320 and 360 pixels, with letters of twice the size.

use domain::tenant::Language;
use serde_json::json;

use crate::hand::What;
use crate::look::NARROW;
use crate::street::Street;
use crate::support::Place;
use crate::tab::{Tab, Wishes};
use crate::walk::{Stage, walk};

/// What is wrong with a screen, each line with its name.
fn noted(faults: &mut Vec<String>, screen: &str, how: &str, lines: Vec<String>) {
    faults.extend(lines.into_iter().map(|line| format!("{screen}, {how}: {line}")));
}

/// Looks at a screen in light and dark, and measures it.
async fn examine(tab: &Tab, language: &str, screen: &str, faults: &mut Vec<String>) {
    for (theme, dark) in [("dark", true), ("light", false)] {
        tab.dark(dark).await;
        noted(faults, screen, &format!("{language}, {theme}"), tab.axe().await);
        tab.shot(&format!("{language}-{theme}-{screen}")).await;
    }
    noted(faults, screen, &format!("{language}, too small for a finger"), tab.small_targets().await);
    noted(faults, screen, &format!("{language}, at {NARROW} px"), tab.cut_off(NARROW).await);
}

/// Changes to the other language with the button on the page.
async fn speak_english(tab: &mut Tab) {
    tab.open_at("/", "welcome").await;
    tab.press(What::Button(&tab.word("page.other_language"))).await;
    tab.wait("English", "return document.documentElement.lang === 'en';").await;
    tab.speak(Language::En);
    tab.says(&tab.word("welcome.lead")).await;
}

async fn every_screen_passes(language: Language) {
    let Some(street) = Street::open().await else { return };
    let stage = Stage::set(&street.toit).await;
    let mut tab = street.tab(Wishes::default()).await;
    if language == Language::En {
        speak_english(&mut tab).await;
    }
    let mut faults = Vec::new();
    walk(&stage, &tab, async |tab, screen| examine(tab, language.as_str(), screen, &mut faults).await).await;
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn every_screen_passes_axe_in_french_light_and_dark() {
    every_screen_passes(Language::Fr).await;
}

#[tokio::test]
async fn every_screen_passes_axe_in_english_light_and_dark() {
    every_screen_passes(Language::En).await;
}

#[tokio::test]
async fn at_320_px_with_letters_of_twice_the_size_nothing_is_cut_off() {
    let Some(street) = Street::open().await else { return };
    let stage = Stage::set(&street.toit).await;
    let tab = street.tab(Wishes { letters: 32, ..Wishes::default() }).await;
    tab.open_at("/", "welcome").await;
    let size = tab.run("return parseFloat(getComputedStyle(document.body).fontSize);").await;
    assert_eq!(size, json!(36), "18 px of the page's own, doubled");
    let mut faults = Vec::new();
    walk(&stage, &tab, async |tab, screen| {
        noted(&mut faults, screen, "large letters", tab.cut_off(NARROW).await);
        tab.shot(&format!("fr-large-{screen}")).await;
    })
    .await;
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn what_is_said_in_passing_is_seen_also_by_whoever_wants_no_motion() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let offer = awa.post(&awa.services.offer("Arroser les plantes")).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/annonces/{}", offer.id), "offer").await;
    tab.press(What::Button(&tab.word("offer.pause"))).await;
    tab.says(&tab.word("offer.paused_said")).await;
    let seen =
        "const said = document.querySelector('.toast p'); return said && getComputedStyle(said).opacity === '1';";
    tab.wait("what is said to be seen", seen).await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn an_english_browser_is_spoken_to_in_english() {
    let Some(street) = Street::open().await else { return };
    let tab = street.tab(Wishes { language: Language::En, ..Wishes::default() }).await;
    tab.open_at("/", "welcome").await;
    tab.says(&tab.word("welcome.code")).await;
    assert_eq!(tab.run("return document.documentElement.lang;").await, json!("en"));
    tab.close().await;
    street.close().await;
}
