//! What she wrote in conversations in which she is no longer.

use domain::conversation::{MessageKind, NewMessage, ThingKind};
use domain::event::Reply;
use domain::id::MessageId;
use domain::problem::ProblemCode;
use serde_json::Value;

use super::Taken;
use crate::events::{going, says};
use crate::square_events::{event, invite};
use crate::support::{Place, Toit, about, code_of, key, on_both_databases, text, to_everybody};

on_both_databases!(whoever_no_longer_comes_finds_what_she_wrote_and_can_take_it_back,);

async fn whoever_no_longer_comes_finds_what_she_wrote_and_can_take_it_back(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let emma = toit.neighbour("Emma", Place::A).await;
    let party = invite(&emma, &event(toit, "Fête")).await;
    for person in [&awa, &samir] {
        person.client.answer_event(party.id, &going(0)).await.expect("they come");
    }
    let talk = awa.start(&to_everybody(about(ThingKind::Event, party.id.0), "J'apporte une tarte")).await.id;
    let number = NewMessage { kind: MessageKind::Contact, text: text("06 12 34 56 78") };
    let number = awa.client.send_message(talk, &number, &key()).await.expect("given");
    let theirs = samir.say_heard(talk, "Merci Awa").await;
    let all = Taken::by(&awa).await;
    assert_eq!(all.data["conversations"][0]["left"], false);
    assert_eq!(all.data["conversations"][0]["messages"].as_array().map(Vec::len), Some(3));
    awa.client.answer_event(party.id, &says(Reply::Declined)).await.expect("she does not come");

    let taken = Taken::by(&awa).await;
    taken.fits_its_schema();
    let left = &taken.data["conversations"][0];
    assert_eq!((&left["left"], &left["conversation"]["about"]["title"]), (&Value::from(true), &Value::from("Fête")));
    let said: Vec<_> = left["messages"].as_array().expect("hers").iter().map(|m| m["text"].clone()).collect();
    assert_eq!(said, ["J'apporte une tarte", "06 12 34 56 78"]);
    assert!(!taken.text.contains("Merci Awa") && !taken.text.contains("Samir"), "{}", taken.text);
    let words = taken.words();
    for told in ["Une conversation où vous n&#39;êtes plus", "Un rendez-vous : Fête", "Pour être joint 06 12 34 56 78"]
    {
        assert!(words.to_lowercase().contains(&told.to_lowercase()), "{told}\n{words}");
    }

    let id: MessageId = left["messages"][1]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    assert_eq!(id, number.id);
    let mut page = samir.page().await;
    awa.client.take_message_back(talk, id).await.expect("her own");
    assert_eq!(page.words().await, "-");
    assert_eq!(samir.reads(talk).await, ["J'apporte une tarte", "-", "Merci Awa"]);
    assert_eq!(code_of(awa.client.take_message_back(talk, theirs.id).await), ProblemCode::NotFound);
    let taken = Taken::by(&awa).await;
    assert!(!taken.text.contains("06 12 34 56 78"));
    assert_eq!(taken.data["conversations"][0]["messages"][1]["kind"], "gone");
    awa.client.answer_event(party.id, &going(0)).await.expect("she comes after all");
    assert_eq!(Taken::by(&awa).await.data["conversations"].as_array().map(Vec::len), Some(1), "once");
}
