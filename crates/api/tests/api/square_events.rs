//! Events among the other posts of the square.

use chrono::{NaiveDate, TimeDelta};
use client::SquareFilter;
use domain::circle::Circle;
use domain::event::{Access, EditEvent, EventCard, EventState, EventView, Guests, NewAnswer, NewEvent, Places, Reply};
use domain::moment::LocalTime;
use domain::notice::NoticeKind;
use domain::page::Page;
use domain::square::{PostKind, PostView};
use domain::text::{Body, Title, Words};

use crate::square::{notice, post};
use crate::support::{Person, Place, Toit, key, on_both_databases};

on_both_databases!(
    an_event_stands_among_offers_and_notices,
    an_event_reaches_as_far_as_its_circle,
    an_event_that_repeats_shows_its_next_date_until_the_last_is_over,
    the_card_follows_the_answers,
    a_draft_is_nobodys_and_what_was_called_off_still_says_so,
    a_draft_stands_where_it_was_published,
    a_server_that_starts_finds_events_that_are_not_over,
    an_event_is_found_by_title_text_and_place,
);

/// Tomorrow at six, for two hours.
pub fn event(toit: &Toit, title: &str) -> NewEvent {
    let tomorrow = toit.now().date_naive() + TimeDelta::days(1);
    let at = |hour| LocalTime::parse(tomorrow.and_hms_opt(hour, 0, 0).expect("an hour")).expect("a time");
    NewEvent {
        title: Title::parse(title).expect("a title"),
        text: Body::parse("Venez nombreux.").expect("a text"),
        place: Words::parse("Dans la cour").expect("a place"),
        residence: None,
        start: at(18),
        end: at(20),
        circle: Circle::Office,
        places: None,
        places_per_residence: None,
        guests: Guests::parse(0).expect("none"),
        access: Access::default(),
        bring: Vec::new(),
        repeat: None,
        draft: false,
    }
}

pub async fn invite(person: &Person, new: &NewEvent) -> EventView {
    person.client.create_event(new, &key()).await.expect("the event is made")
}

async fn page(person: &Person) -> Page<PostView> {
    person.client.get_square(&SquareFilter::default()).await.expect("a page")
}

fn title(of: PostView) -> String {
    match of {
        PostView::Offer(o) => o.title.to_string(),
        PostView::Notice(n) => n.title.to_string(),
        PostView::Event(e) => e.title.to_string(),
    }
}

async fn titles(person: &Person) -> Vec<String> {
    page(person).await.items.into_iter().map(title).collect()
}

async fn card(person: &Person) -> Option<EventCard> {
    let mut items = page(person).await.items;
    assert!(items.len() <= 1);
    items.pop().map(|item| match item {
        PostView::Event(card) => card,
        other => panic!("{other:?}"),
    })
}

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

async fn an_event_stands_among_offers_and_notices(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    awa.post(&awa.services.offer("offre")).await;
    let made = invite(&samir, &event(toit, "fête")).await;
    post(&samir, &notice(NoticeKind::News, "nouvelle")).await;
    assert_eq!(titles(&awa).await, ["nouvelle", "fête", "offre"]);
    let events = SquareFilter { kind: Some(PostKind::Event), ..SquareFilter::default() };
    let items = awa.client.get_square(&events).await.expect("a page").items;
    let [PostView::Event(card)] = items.as_slice() else { panic!("{items:?}") };
    let whole = awa.client.get_event(made.id, None).await.expect("seen");
    assert_eq!(card.id, whole.id);
    assert_eq!((&card.title, &card.text, &card.place), (&whole.title, &whole.text, &whole.place));
    assert_eq!((card.date, card.start, card.end), (whole.date, whole.start, whole.end));
    assert_eq!((card.starts_at, card.ends_at), (whole.starts_at, whole.ends_at));
    assert_eq!((card.state, card.version, card.circle), (whole.state, whole.version, whole.circle));
    assert_eq!((&card.residence, card.distance_m), (&whole.residence, whole.distance_m));
    assert_eq!((&card.author, card.created_at), (&whole.hosts[0], whole.created_at));
    assert_eq!(awa.titles(client::OfferFilter::default()).await, ["offre"]);
    awa.client.block_neighbour(samir.id()).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(titles(&awa).await, ["offre"]);
}

async fn an_event_reaches_as_far_as_its_circle(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let (far, elif) = (toit.neighbour("Farid", Place::C).await, toit.neighbour("Elif", Place::E).await);
    for circle in Circle::ALL {
        invite(&awa, &NewEvent { circle, ..event(toit, circle.as_str()) }).await;
    }
    assert_eq!(titles(&awa).await, ["office", "district", "nearby", "residence"]);
    assert_eq!(titles(&samir).await, ["office", "nearby"]);
    assert_eq!(titles(&far).await, ["office", "district"]);
    assert!(titles(&elif).await.is_empty());
}

fn three_days(toit: &Toit, title: &str) -> NewEvent {
    let repeat = serde_json::from_str(r#"{"every":"daily","ends":{"count":3}}"#).expect("a repetition");
    NewEvent { repeat: Some(repeat), ..event(toit, title) }
}

async fn an_event_that_repeats_shows_its_next_date_until_the_last_is_over(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let made = invite(&samir, &three_days(toit, "atelier")).await;
    let first: NaiveDate = made.date;
    for (date, more) in [(first, 2), (first + TimeDelta::days(1), 1), (first + TimeDelta::days(2), 0)] {
        let card = card(&awa).await.expect("there");
        assert_eq!((card.date, card.more_dates), (date, more));
        // Until its very end.
        toit.clock.advance(card.ends_at - toit.now() - TimeDelta::minutes(1));
        assert_eq!(self::card(&awa).await.expect("there").date, date);
        toit.clock.advance(TimeDelta::minutes(1));
    }
    assert_eq!(card(&awa).await, None, "over");
    toit.wait(TimeDelta::hours(2)).await;
    assert_eq!(card(&awa).await, None, "and taken down");
}

async fn the_card_follows_the_answers(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let places = Places::parse(20).ok();
    let made = invite(&samir, &NewEvent { places, ..event(toit, "fête") }).await;
    let taken = async || card(&samir).await.map(|c| (c.taken, c.places));
    assert_eq!(taken().await, Some((0, places)));
    let going = NewAnswer { answer: Reply::Going, guests: Guests::parse(0).expect("none"), date: None };
    awa.client.answer_event(made.id, &going).await.expect("she comes");
    assert_eq!(taken().await, Some((1, places)));
    awa.client.answer_event(made.id, &NewAnswer { answer: Reply::Declined, ..going }).await.expect("not any more");
    assert_eq!(taken().await, Some((0, places)));
}

async fn a_draft_is_nobodys_and_what_was_called_off_still_says_so(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let draft = invite(&samir, &NewEvent { draft: true, ..event(toit, "fête") }).await;
    assert_eq!((card(&awa).await, card(&samir).await), (None, None));
    samir.client.publish_event(draft.id).await.expect("published");
    assert_eq!(card(&awa).await.map(|c| c.state), Some(EventState::Published));
    samir.client.postpone_event(draft.id).await.expect("postponed");
    assert_eq!(card(&awa).await.map(|c| c.state), Some(EventState::Postponed));
    samir.client.cancel_event(draft.id, None).await.expect("cancelled");
    assert_eq!(card(&awa).await.map(|c| c.state), Some(EventState::Cancelled));
}

async fn a_draft_stands_where_it_was_published(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let draft = invite(&samir, &NewEvent { draft: true, ..event(toit, "fête, la chorale") }).await;
    toit.clock.advance(TimeDelta::hours(5));
    post(&awa, &notice(NoticeKind::News, "avant la fête")).await;
    toit.clock.advance(TimeDelta::hours(5));
    let made = samir.client.publish_event(draft.id).await.expect("published");
    assert_eq!((made.id, made.created_at), (draft.id, toit.now()), "it is posted now");
    toit.clock.advance(TimeDelta::minutes(5));
    post(&awa, &notice(NoticeKind::News, "après la fête")).await;
    let in_order = ["après la fête", "fête, la chorale", "avant la fête"];
    let again = toit.one_more_server().await;
    let there = client::Client::program(&again.url());
    there.set_tokens(awa.client.tokens());
    for (client, words) in [(&awa.client, None), (&awa.client, Some("fête")), (&there, None), (&there, Some("fête"))]
    {
        // One by one, so that each is the end of a page.
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let words = words.map(str::to_owned);
            let filter = SquareFilter { words, after, limit: Some(1), ..SquareFilter::default() };
            let page = client.get_square(&filter).await.expect("a page");
            seen.extend(page.items.into_iter().map(title));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, in_order, "{words:?}");
    }
    again.stop().await;
    // What hangs by another key than its id is taken down all the same.
    let edit = EditEvent { title: Title::parse("fête, le bal").ok(), ..EditEvent::default() };
    samir.client.edit_event(draft.id, made.version, &edit).await.expect("edited");
    assert_eq!(titles(&awa).await, ["après la fête", "fête, le bal", "avant la fête"]);
    let found = async |words: &str| {
        let filter = SquareFilter { words: Some(words.into()), ..SquareFilter::default() };
        awa.client.search(&filter).await.expect("a page").items.len()
    };
    assert_eq!((found("chorale").await, found("bal").await), (0, 1));
    toit.wait_days(2).await;
    assert_eq!(titles(&awa.sign_in().await).await.len(), 2, "over");
}

async fn a_server_that_starts_finds_events_that_are_not_over(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    invite(&samir, &event(toit, "demain")).await;
    invite(&samir, &three_days(toit, "trois jours")).await;
    toit.clock.advance(TimeDelta::days(2));
    let again = toit.one_more_server().await;
    let client = client::Client::program(&again.url());
    client.set_tokens(awa.sign_in().await.client.tokens());
    let items = client.get_square(&SquareFilter::default()).await.expect("a page").items;
    let [PostView::Event(card)] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!((card.title.as_str(), card.more_dates), ("trois jours", 1));
    again.stop().await;
}

async fn an_event_is_found_by_title_text_and_place(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    invite(&samir, &event(toit, "Fête des voisins")).await;
    for words in ["fetes", "nombreux", "la cour", "voisin"] {
        let filter = SquareFilter { words: Some(words.into()), ..SquareFilter::default() };
        assert_eq!(awa.client.search(&filter).await.expect("a page").items.len(), 1, "{words}");
    }
    toit.clock.advance(TimeDelta::days(2));
    let awa = awa.sign_in().await;
    let filter = SquareFilter { words: Some("fête".into()), ..SquareFilter::default() };
    assert!(awa.client.search(&filter).await.expect("a page").items.is_empty(), "over");
}
