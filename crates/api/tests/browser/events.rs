//! Events as neighbours live them: written, answered, full, postponed, called off.

use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::event::{AnswerState, EventState, NewEvent, Reply};
use domain::moment::in_paris;
use serde_json::json;

use crate::gatherings::{answer, answered, invite, room, weekly, whole_party};
use crate::hand::{Hand, What};
use crate::posts::{examine, party};
use crate::street::Street;
use crate::support::{Place, Toit};
use crate::tab::{Tab, Wishes};

pub fn today(toit: &Toit) -> NaiveDate {
    in_paris(toit.now()).date()
}

async fn a_party_lived_by_three(hand: Hand) {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let (fatima, samir) = (toit.neighbour("Fatima", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let zoe = toit.neighbour("Zoé", Place::B).await;
    let event = invite(&fatima, &whole_party(toit, &fatima, "Fête dans la cour", Some(2))).await;
    let path = format!("/rendez-vous/{}", event.id);
    let his = street.tab_of(&samir, Wishes::default()).await;
    let hers = street.tab_of(&zoe, Wishes { hand, ..Wishes::default() }).await;

    // He comes with somebody: the two places are taken.
    his.open_at(&path, "event").await;
    room(&his, "event.places_taken", &[("taken", "0"), ("places", "2")]).await;
    his.says(&his.word("event.step_free")).await;
    his.says(&his.word("event.bring_first")).await;
    his.press(What::Id("guests-more")).await;
    his.press(What::Id("answer-yes")).await;
    answered(&his, "event.going_with").await;
    room(&his, "event.places_full", &[("places", "2")]).await;

    // He brings a cake.
    let cake = format!("bring-{}", event.bring[0].id);
    his.press(What::Id(&format!("{cake}-more"))).await;
    his.wait("one cake", &format!("return document.getElementById({}).textContent === '1';", json!(cake))).await;
    his.press(What::Id(&format!("{cake}-less"))).await;
    his.wait("no cake", &format!("return document.getElementById({}).textContent === '0';", json!(cake))).await;
    his.press(What::Id(&format!("{cake}-more"))).await;
    his.wait("one cake again", &format!("return document.getElementById({}).textContent === '1';", json!(cake))).await;
    examine(&his, "event-party-samir").await;

    // She finds it in the agenda, and waits.
    hers.press(What::Link(&hers.word("bar.agenda"))).await;
    hers.arrive("agenda").await;
    hers.press(What::Link("Fête dans la cour")).await;
    hers.arrive("event").await;
    hers.says(&hers.word("event.line_hint")).await;
    hers.press(What::Button(&hers.word("event.queue"))).await;
    answered(&hers, "event.waits").await;
    hers.says("numéro 1").await;
    let pressed = "return document.getElementById('answer-yes').getAttribute('aria-pressed');";
    hers.gives(pressed, "true").await;
    // The focus stays where she pressed.
    hers.gives("return document.activeElement.id;", "answer-yes").await;
    examine(&hers, "event-party-waits").await;

    // He comes alone now, then not at all: her page says that there is something new, and a place is hers.
    his.press(What::Id("guests-less")).await;
    answered(&his, "event.going").await;
    his.press(What::Id("answer-no")).await;
    answered(&his, "event.declined").await;
    let view = zoe.client.get_event(event.id, None).await.expect("the event");
    assert_eq!(view.dates[0].my_answer.map(|mine| mine.answer), Some(AnswerState::Offered));
    hers.press(What::Button(&hers.word("news.see"))).await;
    answered(&hers, "event.offered").await;
    examine(&hers, "event-party-offered").await;
    hers.press(What::Button(&hers.word("event.take"))).await;
    answered(&hers, "event.going").await;
    room(&hers, "event.places_taken_one", &[("places", "2")]).await;
    hers.press(What::Id("who")).await;
    hers.wait(
        "herself among those who come",
        "return document.querySelector('.fold .people').innerText.includes('Zoé');",
    )
    .await;

    // The host sees her, asks her to host as well, and calls it off.
    let host = street.tab_of(&fatima, Wishes { hand, ..Wishes::default() }).await;
    host.open_at(&path, "event").await;
    host.press(What::Id("who")).await;
    host.press(What::Button(&format!("{} Zoé", host.word("event.make_host")))).await;
    host.says(&host.sentences.with_name("event.host_said", "Zoé")).await;
    let hosts = zoe.client.get_event(event.id, None).await.expect("the event").hosts;
    assert_eq!(hosts.iter().map(|host| host.first_name.as_str()).collect::<Vec<_>>(), ["Fatima", "Zoé"]);
    examine(&host, "event-party-host").await;
    host.press(What::Id("cancel")).await;
    host.arrive("confirm").await;
    host.says(&host.word("event.told_one")).await;
    host.press(What::Id("yes")).await;
    host.arrive("event").await;
    host.says(&host.word("event.cancelled_note")).await;
    hers.open_at(&path, "event").await;
    hers.says(&hers.word("event.cancelled_note")).await;
    assert_eq!(hers.run("return document.getElementById('answer-yes');").await, json!(null), "nothing to answer");
    for tab in [his, hers, host] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn a_party_with_a_waiting_list_is_lived_by_three_people() {
    a_party_lived_by_three(Hand::Touch).await;
}

#[tokio::test]
async fn a_party_with_a_waiting_list_is_lived_by_keyboard_alone() {
    a_party_lived_by_three(Hand::Keyboard).await;
}

/// Answers the questions that everybody is asked.
pub async fn write_event(tab: &Tab, day: NaiveDate, places: &str) {
    tab.fill("title", "Goûter des voisins").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-when").await;
    tab.fill_time("day", &day.to_string()).await;
    tab.fill_time("hour", "16:00").await;
    tab.fill_time("end-hour", "18:30").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-where").await;
    tab.fill("place", "Salle commune").await;
    tab.choose("step-free", "yes").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-reach").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-places").await;
    tab.choose("limit", "some").await;
    tab.fill("places", places).await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-preview").await;
}

async fn an_event_is_written(hand: Hand) {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let awa = toit.neighbour("Awa", Place::A).await;
    let day = today(toit) + TimeDelta::days(9);
    let tab = street.tab_of(&awa, Wishes { hand, ..Wishes::default() }).await;
    tab.press(What::Link(&tab.word("bar.propose"))).await;
    tab.arrive("what").await;
    tab.press(What::Link(&tab.word("what.event"))).await;
    tab.arrive("event-new").await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("refused.title_required")).await;
    write_event(&tab, day, "30").await;

    // A reload loses nothing; the rest is asked only of those who wish.
    tab.open_at("/rendez-vous/nouveau?etape=6", "event-new-preview").await;
    tab.says("Goûter des voisins").await;
    tab.press(What::Link(&format!("{} : {}", tab.word("event_form.add"), tab.word("event_form.repeat_row")))).await;
    tab.arrive("event-new-again").await;
    tab.choose("again", "weekly").await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("refused.day_required")).await;
    tab.fill_time("until", &(day + TimeDelta::days(20)).to_string()).await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-preview").await;
    tab.says(&tab.word("event.again_weeks")).await;
    tab.press(What::Link(&format!("{} : {}", tab.word("event_form.add"), tab.word("event.bring")))).await;
    tab.arrive("event-new-bring").await;
    tab.fill("line", "Jus de pomme").await;
    tab.press(What::Id("line-add")).await;
    tab.says("1 × Jus de pomme").await;
    // Typed and not added: it is meant all the same.
    tab.fill("line", "Gobelets").await;
    tab.press(What::Submit).await;
    tab.arrive("event-new-preview").await;
    tab.says("1 × Jus de pomme, 1 × Gobelets").await;
    examine(&tab, "event-written").await;
    tab.press(What::Id("keep-draft")).await;
    tab.arrive("event").await;
    tab.says(&tab.word("event.draft_note")).await;

    // Kept for herself, found again under "mine", published.
    tab.press(What::Link(&tab.word("bar.agenda"))).await;
    tab.arrive("agenda").await;
    tab.press(What::Id("agenda-mine")).await;
    tab.press(What::Link("Goûter des voisins")).await;
    tab.arrive("event").await;
    tab.press(What::Id("publish")).await;
    tab.says(&tab.word("event.published_said")).await;
    let id = tab.path().await.replace("/rendez-vous/", "");
    let id = id.split('?').next().expect("an id").parse().expect("an id");
    let event = awa.client.get_event(id, None).await.expect("her event");
    assert_eq!((event.state, event.dates.len()), (EventState::Published, 3));
    assert_eq!(event.dates.iter().map(|on| on.date).collect::<Vec<_>>(), [0, 7, 14].map(|n| day + TimeDelta::days(n)));
    assert_eq!(event.start.naive().to_string(), format!("{day} 16:00:00"));
    assert_eq!(event.end.naive().to_string(), format!("{day} 18:30:00"));
    assert_eq!(event.at_residence.map(|residence| residence.id), Some(awa.me.residence.id));
    assert_eq!((event.places.map(|n| n.get()), event.bring.len()), (Some(30), 2));
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn an_event_is_written_one_question_at_a_time() {
    an_event_is_written(Hand::Touch).await;
}

#[tokio::test]
async fn an_event_is_written_by_keyboard_alone() {
    an_event_is_written(Hand::Keyboard).await;
}

/// The next day on which clocks in Paris are put forward.
fn summer_time_begins(today: NaiveDate) -> NaiveDate {
    let last_sunday = |year| {
        let last = NaiveDate::from_ymd_opt(year, 3, 31).expect("a day");
        last - TimeDelta::days(last.weekday().num_days_from_sunday().into())
    };
    [today.year(), today.year() + 1].map(last_sunday).into_iter().find(|day| *day > today).expect("one of the two")
}

#[tokio::test]
async fn an_hour_that_clocks_leave_out_and_an_end_before_the_beginning_are_said_at_their_fields() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at("/rendez-vous/nouveau?etape=2", "event-new-when").await;
    let gap = summer_time_begins(today(&street.toit));
    tab.fill_time("day", &gap.to_string()).await;
    tab.fill_time("hour", "02:30").await;
    tab.fill_time("end-hour", "05:00").await;
    tab.press(What::Submit).await;
    tab.wait("the sentence at the field", "return document.getElementById('hour-error') !== null;").await;
    tab.says(&tab.word("refused.no_such_time")).await;
    examine(&tab, "event-no-such-time").await;

    tab.fill_time("hour", "19:00").await;
    tab.press(What::Id("long")).await;
    tab.fill_time("end-day", &(gap - TimeDelta::days(1)).to_string()).await;
    tab.press(What::Submit).await;
    tab.wait("the sentence at the field", "return document.getElementById('end-day-error') !== null;").await;
    tab.says(&tab.word("refused.end_before")).await;
    tab.press(What::Id("long")).await;
    tab.fill_time("day", &(today(&street.toit) - TimeDelta::days(1)).to_string()).await;
    tab.press(What::Submit).await;
    tab.says(&tab.word("refused.day_past")).await;
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_host_postpones_it_and_chooses_the_new_day() {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let event = invite(&awa, &whole_party(toit, &awa, "Fête dans la cour", Some(20))).await;
    answer(&samir, &event, Reply::Going, None).await;
    let path = format!("/rendez-vous/{}", event.id);
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at(&path, "event").await;
    tab.press(What::Id("postpone")).await;
    tab.arrive("confirm").await;
    tab.says(&tab.word("event.told_one")).await;
    tab.press(What::Id("yes")).await;
    tab.arrive("event").await;
    tab.says(&tab.word("event.postponed_note")).await;
    tab.says(tab.word("event.was").split("{{").next().unwrap_or_default()).await;
    tab.press(What::Link(&tab.word("event.set_date"))).await;
    tab.arrive("event-edit").await;
    let day = today(toit) + TimeDelta::days(12);
    tab.fill_time("day", &day.to_string()).await;
    tab.fill("title", "Fête dans la cour, enfin").await;
    tab.press(What::Submit).await;
    tab.arrive("event").await;
    tab.says("Fête dans la cour, enfin").await;
    let now = samir.client.get_event(event.id, None).await.expect("the event");
    assert_eq!((now.state, now.date), (EventState::Published, day));
    assert_eq!(now.dates[0].my_answer.map(|mine| mine.answer), Some(AnswerState::Going), "his answer came along");
    assert_eq!(now.text, event.text);
    assert_eq!(now.bring.len(), 2);
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn each_date_of_a_repetition_has_its_own_answer_and_can_be_called_off_alone() {
    let Some(street) = Street::open().await else { return };
    let toit = &street.toit;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::A).await);
    let event = invite(&awa, &NewEvent { repeat: Some(weekly(8)), ..party(toit, "Chorale", Some(30)) }).await;
    let path = format!("/rendez-vous/{}", event.id);
    let dates: Vec<NaiveDate> = event.dates.iter().map(|on| on.date).collect();
    let his = street.tab_of(&samir, Wishes { hand: Hand::Keyboard, ..Wishes::default() }).await;
    his.open_at(&path, "event").await;
    his.press(What::Id("answer-yes")).await;
    answered(&his, "event.going").await;
    his.press(What::Id(&format!("come-{}", dates[2]))).await;
    let pressed =
        format!("return document.getElementById('come-{}').getAttribute('aria-pressed') === 'true';", dates[2]);
    his.wait("the third date to be answered", &pressed).await;
    his.press(What::Fold(&his.word("event.dates_more"))).await;
    examine(&his, "event-dates").await;
    let view = samir.client.get_event(event.id, None).await.expect("the event");
    let answers: Vec<_> = view.dates.iter().map(|on| on.my_answer.map(|mine| mine.answer)).collect();
    let going = Some(AnswerState::Going);
    assert_eq!(answers, [going, None, going, None, None, None, None, None]);

    let hers = street.tab_of(&awa, Wishes::default()).await;
    hers.open_at(&format!("{path}?date={}", dates[2]), "event").await;
    hers.press(What::Id("cancel-date")).await;
    hers.arrive("confirm").await;
    hers.says(&hers.word("event.told_one")).await;
    hers.press(What::Id("yes")).await;
    hers.arrive("event").await;
    hers.says(&hers.word("event.cancelled_date_note")).await;
    let view = samir.client.get_event(event.id, Some(dates[2])).await.expect("the event");
    assert_eq!(view.state, EventState::Published);
    assert_eq!(view.dates.iter().filter(|on| on.cancelled).map(|on| on.date).collect::<Vec<_>>(), [dates[2]]);
    for tab in [his, hers] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}
