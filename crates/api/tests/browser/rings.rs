//! Rings: agreed to, run and completed by three people; refused without a name; overtaken.

use chrono::TimeDelta;
use domain::barter::{BarterState, NewBarter};
use serde_json::json;

use crate::hand::{Hand, What};
use crate::street::Street;
use crate::suggested::{Three, four_with_long_names};
use crate::support::key;
use crate::tab::{Tab, WIDTH, Wishes};

/// Opens the ring from the list of exchanges, suggested or begun.
async fn open_ring(tab: &Tab, screen: &str) {
    tab.open_at("/echanges", "barters").await;
    tab.press(What::Link(&tab.word("ring.title_three"))).await;
    tab.arrive(screen).await;
}

/// Presses a button of the exchange and waits until it has done its work.
async fn act(tab: &Tab, id: &str) {
    tab.press(What::Id(id)).await;
    tab.wait(&format!("{id} to be done"), &format!("return document.getElementById({id:?}) === null;")).await;
    tab.arrive("barter").await;
}

fn answers(tab: &Tab, n: u8) -> String {
    let key = if n == 1 { "ring.said_yes_one" } else { "ring.said_yes" };
    tab.word(key).replace("{{ n }}", &n.to_string()).replace("{{ people }}", "3")
}

#[tokio::test]
async fn a_ring_of_three_is_agreed_run_and_completed_by_three_people() {
    let Some(street) = Street::open().await else { return };
    let three = Three::live_in(&street.toit).await;
    let fatou = street.tab_of(&three.fatou, Wishes::default()).await;
    // One of the three has no finger to tap with.
    let karim = street.tab_of(&three.karim, Wishes { hand: Hand::Keyboard, ..Wishes::default() }).await;
    let linh = street.tab_of(&three.linh, Wishes::default()).await;

    open_ring(&fatou, "ring").await;
    fatou.says(&fatou.sentences.with_name("ring.give_to", "Karim")).await;
    fatou.says(&fatou.sentences.with_name("ring.get_from", "Linh")).await;
    fatou.says(&fatou.word("ring.hint_three")).await;
    fatou.press(What::Id("consent")).await;
    fatou.arrive("barter").await;
    fatou.says(&answers(&fatou, 1)).await;

    open_ring(&karim, "barter").await;
    act(&karim, "consent").await;
    karim.says(&answers(&karim, 2)).await;
    open_ring(&linh, "barter").await;
    act(&linh, "consent").await;
    linh.says(&linh.word("ring.agreed")).await;

    let people = [&fatou, &karim, &linh];
    let day = (street.toit.now().date_naive() + TimeDelta::days(2)).to_string();
    for tab in people {
        open_ring(tab, "barter").await;
        tab.press(What::Id("leg-give-schedule")).await;
        tab.arrive("leg-day").await;
        tab.fill_time("day", &day).await;
        tab.fill_time("hour", "18:30").await;
        tab.press(What::Submit).await;
        tab.arrive("barter").await;
        act(tab, "leg-give-done").await;
    }
    for tab in people {
        open_ring(tab, "barter").await;
        act(tab, "leg-get-confirm").await;
    }
    for tab in people {
        open_ring(tab, "barter").await;
        tab.says(&tab.word("ring.completed")).await;
    }
    fatou.shot("fr-light-ring-completed").await;
    for tab in [fatou, karim, linh] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn a_ring_is_read_out_as_a_list_in_the_order_of_giving() {
    let Some(street) = Street::open().await else { return };
    let three = Three::live_in(&street.toit).await;
    let tab = street.tab_of(&three.fatou, Wishes::default()).await;
    open_ring(&tab, "ring").await;
    let lines = "return [...document.querySelectorAll('.ring__list li')].map((e) => e.textContent.replaceAll('\\u00a0', ' ')).join('|');";
    let said = tab.run(lines).await;
    assert_eq!(said, "Vous donnez à Karim : Couture, ourlets|Karim aide Linh|Linh vous donne : Cuisiner un plat");
    // Ornament for those who see it; not a word of it is heard twice.
    let drawing = "const it = document.querySelector('.ring svg'); return it.getAttribute('aria-hidden') === 'true' && shown(it);";
    assert_eq!(tab.run(drawing).await, true);

    let begun = Three::begun_by(&three.fatou).await;
    for person in [&three.karim, &three.linh] {
        person.client.consent_to_barter(begun.id, 1).await.expect("they say yes");
    }
    tab.open_at(&format!("/echanges/{}", begun.id), "barter").await;
    let said = tab.run(lines).await;
    let all =
        "Vous donnez à Karim : Couture, ourlets|Karim aide Linh : Réparer un vélo|Linh vous donne : Cuisiner un plat";
    assert_eq!(said, all, "once agreed, everybody sees everything");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn whoever_refuses_a_ring_is_not_named_to_the_others() {
    let Some(street) = Street::open().await else { return };
    let three = Three::live_in(&street.toit).await;
    let begun = Three::begun_by(&three.fatou).await;
    three.karim.client.consent_to_barter(begun.id, 1).await.expect("he says yes");
    let linh = street.tab_of(&three.linh, Wishes::default()).await;
    open_ring(&linh, "barter").await;
    linh.press(What::Id("decline")).await;
    linh.arrive("confirm").await;
    linh.says(&linh.word("ring.decline_lead")).await;
    linh.press(What::Id("yes")).await;
    linh.arrive("barter").await;
    linh.says(&linh.word("ring.ended")).await;

    let fatou = street.tab_of(&three.fatou, Wishes::default()).await;
    let karim = street.tab_of(&three.karim, Wishes::default()).await;
    let told = "const all = [...document.querySelectorAll('main .notice, main .tag, main .hint, main .lead')];
        return all.map((e) => e.textContent.replaceAll('\\u00a0', ' ')).join('|');";
    let mut heard = Vec::new();
    for tab in [&fatou, &karim, &linh] {
        tab.open_at(&format!("/echanges/{}", begun.id), "barter").await;
        tab.says(&tab.word("ring.ended")).await;
        heard.push(tab.run(told).await);
    }
    assert!(heard.iter().all(|words| *words == heard[0]), "all read the same: {heard:#?}");
    let words = heard[0].to_string().to_lowercase();
    assert!(["fatou", "karim", "linh", "refus"].iter().all(|name| !words.contains(name)), "{words}");
    // It rests: nobody is asked again.
    fatou.open_at("/echanges", "barters").await;
    let asked = format!("return document.body.innerText.includes({:?});", fatou.word("ring.possible"));
    assert_eq!(fatou.run(&asked).await, false);
    for tab in [fatou, karim, linh] {
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn a_ring_that_is_gone_says_so_and_leads_on() {
    let Some(street) = Street::open().await else { return };
    let three = Three::live_in(&street.toit).await;
    let tab = street.tab_of(&three.fatou, Wishes::default()).await;
    open_ring(&tab, "ring").await;
    three.linh.client.close_offer(three.posts[2]).await.expect("her own offer");
    tab.press(What::Id("consent")).await;
    tab.arrive("suggestion-gone").await;
    tab.says(&tab.word("ring.gone")).await;
    tab.press(What::Link(&tab.word("barters.title"))).await;
    tab.arrive("barters").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn two_who_say_yes_to_the_same_suggestion_stand_in_one_ring() {
    let Some(street) = Street::open().await else { return };
    let three = Three::live_in(&street.toit).await;
    let fatou = street.tab_of(&three.fatou, Wishes::default()).await;
    let karim = street.tab_of(&three.karim, Wishes::default()).await;
    open_ring(&fatou, "ring").await;
    open_ring(&karim, "ring").await;
    tokio::join!(fatou.press(What::Id("consent")), karim.press(What::Id("consent")));
    fatou.arrive("barter").await;
    karim.arrive("barter").await;
    assert_eq!(fatou.path().await, karim.path().await, "one exchange for both");
    let barters = three.linh.client.list_barters(None, None).await.expect("exchanges").items;
    assert_eq!(
        barters.iter().map(|b| (b.state, b.ring.map(|r| r.agreed))).collect::<Vec<_>>(),
        [(BarterState::Proposed, Some(2))]
    );
    for tab in [fatou, karim] {
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn a_ring_that_somebody_puts_aside_is_not_shown_again_in_this_tab() {
    let Some(street) = Street::open().await else { return };
    let three = Three::live_in(&street.toit).await;
    let tab = street.tab_of(&three.fatou, Wishes::default()).await;
    open_ring(&tab, "ring").await;
    tab.press(What::Id("pass")).await;
    tab.arrive("barters").await;
    tab.says(&tab.word("barters.empty")).await;
    // The others are still asked.
    Three::ring(&three.karim).await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn the_names_and_services_of_a_ring_stay_within_its_drawing_at_320_px() {
    let Some(street) = Street::open().await else { return };
    let four = four_with_long_names(&street.toit).await;
    let ring = Three::ring(&four[0]).await.id;
    let begun = four[0].client.propose_barter(&NewBarter { ring: Some(ring), ..NewBarter::default() }, &key()).await;
    let begun = begun.expect("the ring is begun");
    for person in &four[1..] {
        person.client.consent_to_barter(begun.id, 1).await.expect("they say yes");
    }
    let tab = street.tab_of(&four[0], Wishes::default()).await;
    tab.open_at(&format!("/echanges/{}", begun.id), "barter").await;
    let outside = "const all = document.querySelector('.ring svg').getBoundingClientRect();
        return [...document.querySelectorAll('.ring svg text')].filter((e) => {
          const it = e.getBoundingClientRect();
          return it.left < all.left - 1 || it.right > all.right + 1 || it.top < all.top - 1 || it.bottom > all.bottom + 1;
        }).map((e) => e.textContent);";
    for width in [crate::look::NARROW, WIDTH, 1280] {
        tab.width(width).await;
        assert_eq!(tab.run(outside).await, json!([]), "at {width} px");
    }
    let services = "return document.querySelectorAll('.ring__badge').length;";
    assert_eq!(tab.run(services).await, 4, "everybody has agreed: all services are told");
    tab.width(WIDTH).await;
    tab.shot("fr-light-ring-four-agreed").await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn with_large_letters_the_list_takes_the_place_of_the_drawing() {
    let Some(street) = Street::open().await else { return };
    let three = Three::live_in(&street.toit).await;
    let tab = street.tab_of(&three.fatou, Wishes { letters: 32, ..Wishes::default() }).await;
    open_ring(&tab, "ring").await;
    let seen = "const list = document.querySelector('.ring__list').getBoundingClientRect();
        return !shown(document.querySelector('.ring svg')) && list.width > 200 && list.height > 80;";
    tab.wait("the list to be seen", seen).await;
    assert_eq!(tab.cut_off(crate::look::NARROW).await, [""; 0]);
    tab.close().await;
    street.close().await;
}
