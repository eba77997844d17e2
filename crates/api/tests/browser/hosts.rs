//! Events that two invite to: whoever hosts may step down or be taken off, and two hands at once lose nothing. A draft is one's own.

use domain::event::{EventView, NewEvent, Reply};
use domain::problem::ProblemCode;
use serde_json::json;

use crate::counts::bell_counts;
use crate::gatherings::{answer, answered, invite};
use crate::hand::What;
use crate::posts::{examine, party};
use crate::street::Street;
use crate::support::{Person, Place, code_of};
use crate::tab::{Tab, Wishes};

/// Awa invites, and Samir with her.
async fn two_hosts(street: &Street) -> (Person, Person, EventView) {
    let (awa, samir) = (street.toit.neighbour("Awa", Place::A).await, street.toit.neighbour("Samir", Place::A).await);
    let event = invite(&awa, &party(&street.toit, "Troc de livres", Some(20))).await;
    answer(&samir, &event, Reply::Going, None).await;
    let event = awa.client.add_event_host(event.id, samir.me.id).await.expect("he comes, and may host");
    (awa, samir, event)
}

async fn at(street: &Street, person: &Person, path: &str, screen: &str) -> Tab {
    let tab = street.tab_of(person, Wishes::default()).await;
    tab.open_at(path, screen).await;
    tab
}

/// Those who invite, as the page names them.
async fn invited_by(tab: &Tab, names: &[&str]) {
    let script = format!(
        "const names = [...document.querySelectorAll('[aria-labelledby=hosts-title] bdi')].map((e) => e.textContent);
         return JSON.stringify(names) === {};",
        json!(json!(names).to_string())
    );
    tab.wait(&format!("{names:?} invite"), &script).await;
}

#[tokio::test]
async fn a_host_steps_down_and_still_comes() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir, event) = two_hosts(&street).await;
    let path = format!("/rendez-vous/{}", event.id);
    let tab = street.tab_of(&samir, Wishes::default()).await;
    bell_counts(&tab, 1).await;
    tab.press(What::Link(&tab.word("news.title"))).await;
    tab.arrive("news").await;
    tab.press(What::Link(&tab.sentences.with_name("news.event_host", "Awa"))).await;
    tab.arrive("event").await;
    invited_by(&tab, &["Awa", "Samir"]).await;
    tab.press(What::Id("step-down")).await;
    tab.arrive("confirm").await;
    tab.says(&tab.word("event.step_down_lead")).await;
    examine(&tab, "event-step-down").await;
    tab.press(What::Id("yes")).await;
    tab.arrive("event").await;
    tab.says(&tab.word("event.stepped_down_said")).await;
    answered(&tab, "event.going").await;
    invited_by(&tab, &["Awa"]).await;
    assert_eq!(tab.run("return document.getElementById('edit');").await, json!(null), "nothing to organise any more");
    let edit = domain::event::EditEvent { places: Some(None), ..Default::default() };
    let refused = samir.client.edit_event(event.id, event.version + 1, &edit).await;
    assert_eq!(code_of(refused), ProblemCode::NotYours);
    let hers = at(&street, &awa, &path, "event").await;
    invited_by(&hers, &["Awa"]).await;
    for tab in [tab, hers] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn its_author_takes_a_host_off() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir, event) = two_hosts(&street).await;
    let path = format!("/rendez-vous/{}", event.id);
    let tab = at(&street, &awa, &path, "event").await;
    invited_by(&tab, &["Awa", "Samir"]).await;
    let his = at(&street, &samir, &path, "event").await;
    his.wait("what he can do", "return document.getElementById('edit') !== null;").await;
    let off = json!(his.sentences.with_name("event.host_off", "Awa"));
    assert_eq!(his.run(&format!("return named('button', {off});")).await, json!(null), "he cannot take her off");
    tab.press(What::Button(&tab.sentences.with_name("event.host_off", "Samir"))).await;
    tab.says(&tab.sentences.with_name("event.host_off_said", "Samir")).await;
    invited_by(&tab, &["Awa"]).await;
    examine(&tab, "event-host-off").await;
    his.open_at(&path, "event").await;
    invited_by(&his, &["Awa"]).await;
    assert_eq!(his.run("return document.getElementById('edit');").await, json!(null));
    for tab in [tab, his] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn of_two_hosts_who_edit_at_once_the_second_is_told_and_loses_no_word() {
    let Some(street) = Street::open().await else { return };
    let (awa, samir, event) = two_hosts(&street).await;
    let path = format!("/rendez-vous/{}/modifier", event.id);
    let hers = at(&street, &awa, &path, "event-edit").await;
    let his = at(&street, &samir, &path, "event-edit").await;
    hers.fill("title", "Grand troc de livres").await;
    hers.fill("text", "Romans, bandes dessinées, livres pour enfants.").await;
    his.fill("title", "Troc de livres et de jeux").await;
    his.fill("place", "Salle commune, au rez-de-chaussée").await;
    his.press(What::Submit).await;
    his.arrive("event").await;

    hers.press(What::Submit).await;
    hers.says(&hers.word("event_form.overtaken")).await;
    for (field, words) in [
        ("title", "Grand troc de livres"),
        ("text", "Romans, bandes dessinées, livres pour enfants."),
        ("place", "Salle commune, au rez-de-chaussée"),
    ] {
        let holds = format!("return document.getElementById({field:?}).value === {};", json!(words));
        hers.wait(&format!("{words:?} in the field {field}"), &holds).await;
    }
    examine(&hers, "event-edit-overtaken").await;
    let now = awa.client.get_event(event.id, None).await.expect("her event");
    assert_eq!(now.title.as_str(), "Troc de livres et de jeux", "nothing is overwritten before she has read it");
    hers.press(What::Submit).await;
    hers.arrive("event").await;
    let now = awa.client.get_event(event.id, None).await.expect("her event");
    let words = [now.title.as_str(), now.text.as_str(), now.place.as_str()];
    let both =
        ["Grand troc de livres", "Romans, bandes dessinées, livres pour enfants.", "Salle commune, au rez-de-chaussée"];
    assert_eq!(words, both);
    for tab in [hers, his] {
        assert_eq!(tab.faults().await, [""; 0]);
        tab.close().await;
    }
    street.close().await;
}

#[tokio::test]
async fn a_draft_is_deleted_after_a_question() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let draft = invite(&awa, &NewEvent { draft: true, ..party(&street.toit, "Un café, peut-être", None) }).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.press(What::Link(&tab.word("bar.agenda"))).await;
    tab.arrive("agenda").await;
    tab.press(What::Id("agenda-mine")).await;
    tab.press(What::Link("Un café, peut-être")).await;
    tab.arrive("event").await;
    tab.press(What::Id("delete")).await;
    tab.arrive("confirm").await;
    tab.says(&tab.word("event.delete_lead")).await;
    tab.press(What::Link(&tab.word("event.delete_no"))).await;
    tab.arrive("event").await;
    tab.press(What::Id("delete")).await;
    tab.arrive("confirm").await;
    examine(&tab, "event-delete").await;
    tab.press(What::Id("yes")).await;
    tab.arrive("agenda").await;
    tab.says(&tab.word("event.deleted_said")).await;
    tab.says(&tab.word("agenda.nothing_mine")).await;
    assert_eq!(code_of(awa.client.get_event(draft.id, None).await), ProblemCode::NotFound);
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}
