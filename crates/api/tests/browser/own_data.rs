//! One's own data: what is kept, what the office sees, all of it to take along, an account that ends with the lease.

use chrono::TimeDelta;
use domain::own_data::{Fate, KeptThing};

use crate::departures::whose_lease_has_ended;
use crate::hand::What;
use crate::paper::Saved;
use crate::street::{Street, sign_in};
use crate::support::Place;
use crate::tab::Wishes;

#[tokio::test]
async fn one_s_own_data_are_saved_as_a_zip_also_after_a_long_pause() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.press(What::Link(&tab.word("bar.me"))).await;
    tab.arrive("me").await;
    tab.press(What::Link(&tab.word("own_data.title"))).await;
    tab.arrive("own-data").await;
    let saved = Saved::of(&tab).await;
    // Longer than an access token is good for.
    street.toit.clock.advance(TimeDelta::minutes(30));
    tab.press(What::Id("download")).await;
    tab.says(&tab.word("own_data.download_said")).await;
    let zip = saved.file("de-toit-a-toit.zip").await;
    assert!(zip.starts_with(b"PK\x03\x04"), "{:?}", &zip[..zip.len().min(80)]);
    tab.screen("own-data").await;
    tab.close().await;
    street.close().await;
}

fn is_shown_as_seen(thing: &KeptThing) -> bool {
    thing.office_sees && thing.leaving != Fate::NotPersonal
}

#[tokio::test]
async fn the_page_about_transparency_says_what_the_api_says() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let known = awa.client.get_transparency().await.expect("what is known of her");
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at("/moi/transparence", "transparency").await;
    tab.says(&tab.word("transparency.answer")).await;
    tab.says(&known.household.reference).await;
    tab.says(&tab.word("transparency.code_printed")).await;
    for (path, screen, of_office) in [("/moi/transparence", "transparency", true), ("/moi/donnees", "own-data", false)]
    {
        tab.open_at(path, screen).await;
        for thing in known.things.iter().filter(|thing| !of_office || is_shown_as_seen(thing)) {
            tab.press(What::Fold(&thing.title.fr)).await;
            tab.says(&thing.what.fr).await;
            if !of_office {
                tab.says(&thing.how_long.fr).await;
            }
        }
    }
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn whose_lease_has_ended_is_told_in_time_and_led_to_her_data() {
    let Some(street) = Street::open().await else { return };
    let awa = whose_lease_has_ended(&street.toit).await;
    let leaving = awa.client.get_me().await.expect("still here").leaving.expect("an end");
    assert_eq!(leaving.at, street.toit.now() + TimeDelta::days(30));
    let tab = street.tab(Wishes::default()).await;
    sign_in(&tab, &awa, "/connexion").await;
    tab.arrive("square").await;
    let day = domain::moment::in_paris(leaving.at).format("%-d").to_string();
    tab.wait("the notice", &format!("return document.getElementById('lease-ended')?.innerText.includes({day:?});"))
        .await;
    tab.press(What::Link(&tab.word("bar.me"))).await;
    tab.arrive("me").await;
    tab.press(What::Link(&tab.word("notice.lease_go"))).await;
    tab.arrive("own-data").await;
    tab.close().await;
    street.close().await;
}
