//! Whom one can speak with, and whom one does not want to see.

use domain::tongue::Tongue;

use crate::hand::{Hand, What};
use crate::street::Street;
use crate::support::{Place, offer_leg};
use crate::tab::Wishes;

#[tokio::test]
async fn a_neighbour_says_which_languages_she_speaks() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes { hand: Hand::Keyboard, ..Wishes::default() }).await;
    tab.open_at("/moi", "me").await;
    tab.press(What::Link(&tab.word("tongue.title"))).await;
    tab.arrive("my-tongues").await;
    let first = "return document.querySelector('input[name=speaks]').value;";
    // French stands first.
    tab.gives(first, "fr").await;
    tab.choose("speaks", "wo").await;
    tab.press(What::Submit).await;
    tab.arrive("me").await;
    let me = awa.client.get_me().await.expect("herself");
    assert_eq!(me.speaks.tongues(), [Tongue::Fr, Tongue::Wo]);

    tab.open_at("/moi/langues", "my-tongues").await;
    for tongue in ["fr", "wo"] {
        tab.tab_to(&What::Answer("speaks", tongue)).await;
        tab.keys(thirtyfour::Key::Space).await;
    }
    tab.press(What::Submit).await;
    tab.says(&tab.word("refused.speaks_required")).await;
    assert_eq!(tab.axe().await, [""; 0]);
    let me = awa.client.get_me().await.expect("herself");
    assert_eq!(me.speaks.tongues(), [Tongue::Fr, Tongue::Wo], "nothing was changed");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn whoever_is_blocked_is_not_seen_any_more_until_she_is_unblocked() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::A).await);
    let offer = samir.post(&samir.services.offer("Arroser les plantes")).await;
    awa.post(&awa.services.offer("De la couture")).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.press(What::Link("Arroser les plantes")).await;
    tab.arrive("offer").await;
    tab.press(What::Link(&tab.sentences.with_name("block.go", "Samir"))).await;
    tab.arrive("block").await;
    tab.press(What::Id("no")).await;
    tab.arrive("offer").await;
    tab.press(What::Link(&tab.sentences.with_name("block.go", "Samir"))).await;
    tab.arrive("block").await;
    tab.press(What::Id("yes")).await;
    tab.arrive("square").await;
    let there =
        "return named('a[href]', 'De la couture') !== null && named('a[href]', 'Arroser les plantes') === null;";
    tab.wait("the square without him", there).await;
    let his = samir.titles(client::OfferFilter::default()).await;
    assert_eq!(his, ["Arroser les plantes"], "mutual: his own, and not hers");

    tab.open_at("/moi", "me").await;
    tab.press(What::Link(&tab.word("block.list"))).await;
    tab.arrive("my-blocks").await;
    tab.press(What::Button(&tab.sentences.with_name("block.undo", "Samir"))).await;
    tab.says(&tab.word("block.empty")).await;
    tab.press(What::Link(&tab.word("bar.square"))).await;
    tab.arrive("square").await;
    tab.press(What::Link(&offer.title.to_string())).await;
    tab.arrive("offer").await;
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn blocking_ends_what_runs_and_tells_nobody_why() {
    let Some(street) = Street::open().await else { return };
    let (samir, awa) = (street.toit.neighbour("Samir", Place::A).await, street.toit.neighbour("Awa", Place::A).await);
    let offer = samir.post(&samir.services.offer("Arroser les plantes")).await;
    let barter = awa.take(&offer, &samir).await.expect("a gift");
    let gift = samir.post(&samir.services.offer("Encore des plantes")).await;
    let asked = awa.propose(vec![offer_leg(&samir, &awa, &gift)]).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&format!("/echanges/{}", barter.id), "barter").await;
    tab.press(What::Link(&tab.sentences.with_name("block.go", "Samir"))).await;
    tab.arrive("block").await;
    tab.press(What::Id("yes")).await;
    tab.arrive("square").await;

    // The exchange that is over is still hers to read, and leads to the list of those whom she blocks.
    tab.open_at(&format!("/echanges/{}", barter.id), "barter").await;
    tab.press(What::Link(&tab.sentences.with_name("block.go", "Samir"))).await;
    tab.arrive("my-blocks").await;

    let his = street.tab_of(&samir, Wishes::default()).await;
    his.open_at(&format!("/echanges/{}", barter.id), "barter").await;
    his.says(&his.word("barter.dissolved_said")).await;
    his.open_at(&format!("/echanges/{}", asked.id), "barter").await;
    his.says(&his.word("barter.expired_said")).await;
    for tab in [tab, his] {
        tab.close().await;
    }
    street.close().await;
}
