//! The life of an offer.

use chrono::TimeDelta;
use client::OfferFilter;
use domain::category::CategorySlug;
use domain::offer::{Capacity, EditOffer, InReturn, NewOffer, OfferAction, OfferState, OfferView};
use domain::problem::{FieldCode, ProblemCode};
use domain::text::{Title, Words};

use crate::support::{Person, Place, Toit, code_of, key, on_both_databases, refused_value};

on_both_databases!(
    an_offer_is_shown_as_it_was_typed,
    the_same_key_makes_one_offer,
    a_key_belongs_to_one_person,
    a_key_with_another_content_is_refused,
    an_edit_names_the_version_that_was_read,
    two_edits_of_one_version_at_once_and_one_wins,
    an_edit_leaves_alone_what_it_does_not_name,
    pausing_takes_it_off_the_lists_at_once_and_resuming_brings_it_back,
    a_closed_offer_is_gone_for_others_and_can_be_renewed,
    an_offer_expires_after_sixty_days_and_a_renewal_gives_sixty_more,
    a_pause_longer_than_its_life_ends_with_a_new_one,
    buttons_are_offered_to_the_author_alone,
    what_is_somebody_elses_is_not_mine_to_change,
    a_group_or_an_unknown_word_is_no_service,
    what_would_please_in_return_is_checked,
    capacity_is_one_to_twenty,
);

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await)
}

async fn an_offer_is_shown_as_it_was_typed(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let new = NewOffer {
        times: Some(Words::parse("le soir après 18 h").expect("words")),
        capacity: Capacity::parse(4).expect("a capacity"),
        in_return: InReturn::Categories { categories: vec![awa.services.two.clone()] },
        ..awa.services.offer("Cours d'informatique")
    };
    let posted = awa.post(&new).await;
    let seen = bilal.client.get_offer(posted.id).await.expect("it reaches him");
    assert_eq!(seen, OfferView { actions: vec![], distance_m: Some(300), ..posted.clone() });
    let NewOffer { kind, category, title, text, circle, times, capacity, in_return } = new;
    assert_eq!((seen.kind, seen.category, seen.title), (kind, category, title));
    assert_eq!((seen.text, seen.circle, seen.times), (text, circle, times));
    assert_eq!((seen.capacity, seen.places_left, seen.in_return), (capacity, 4, in_return));
    assert_eq!(seen.author.id, awa.id());
    assert_eq!((seen.author.first_name, seen.author.mark), (awa.me.first_name.clone(), awa.me.mark));
    assert_eq!((seen.state, seen.created_at), (OfferState::Open, toit.now()));
    assert_eq!(seen.expires_at, toit.now() + TimeDelta::days(60));
    let listed = bilal.client.list_offers(&OfferFilter::default()).await.expect("a page").items;
    assert_eq!(listed, [bilal.client.get_offer(posted.id).await.expect("by id")], "list and id show the same");
    let own =
        awa.client.list_offers(&OfferFilter { mine: true, ..OfferFilter::default() }).await.expect("a page").items;
    assert_eq!(own, [posted]);
}

async fn the_same_key_makes_one_offer(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let (new, key) = (awa.services.offer("Lecture"), key());
    let first = awa.client.create_offer(&new, &key).await.expect("posted");
    let again = awa.client.create_offer(&new, &key).await.expect("answered as the first time");
    assert_eq!(first, again);
    let (one, two) = tokio::join!(awa.client.create_offer(&new, &key), awa.client.create_offer(&new, &key));
    assert_eq!((one.expect("again").id, two.expect("again").id), (first.id, first.id));
    assert_eq!(bilal.titles(OfferFilter::default()).await, ["Lecture"]);
    let fresh = crate::support::key();
    let (one, two) = tokio::join!(awa.client.create_offer(&new, &fresh), awa.client.create_offer(&new, &fresh));
    assert_eq!(one.expect("posted").id, two.expect("posted").id, "twice at the same moment");
    assert_eq!(bilal.titles(OfferFilter::default()).await.len(), 2);
}

async fn a_key_belongs_to_one_person(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let new = awa.services.offer("Lecture");
    let hers = awa.client.create_offer(&new, "the-same").await.expect("posted");
    let his = bilal.client.create_offer(&new, "the-same").await.expect("posted");
    assert_ne!(hers.id, his.id);
}

async fn a_key_with_another_content_is_refused(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let key = key();
    awa.client.create_offer(&awa.services.offer("Lecture"), &key).await.expect("posted");
    let other = awa.client.create_offer(&awa.services.offer("Écriture"), &key).await;
    assert_eq!(code_of(other), ProblemCode::IdempotencyKeyReused);
    toit.wait(TimeDelta::hours(25)).await;
    awa.client.create_offer(&awa.services.offer("Écriture"), &key).await.expect("kept for 24 hours");
}

fn title(text: &str) -> EditOffer {
    EditOffer { title: Some(Title::parse(text).expect("a title")), ..EditOffer::default() }
}

async fn an_edit_names_the_version_that_was_read(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let offer = awa.post(&awa.services.offer("Avant")).await;
    let path = format!("/offers/{}", offer.id);
    let read = awa.raw().get(&path).await;
    let etag = read.header("etag").expect("a version").to_owned();
    let without = awa.raw().send_json(reqwest::Method::PATCH, &path, r#"{"title":"Après"}"#).await;
    without.refused(ProblemCode::PreconditionRequired);
    let with = |etag: &str| {
        let request = awa.raw().request(reqwest::Method::PATCH, &path).header("If-Match", etag.to_owned());
        crate::support::Answer::of(request.header("Content-Type", "application/json").body(r#"{"title":"Après"}"#))
    };
    for wrong in ["\"999\"", "nonsense", "*", "W/\"x\"", "\"\""] {
        with(wrong).await.refused(ProblemCode::PreconditionFailed);
    }
    let edited = with(&etag).await;
    assert_ne!(edited.header("etag"), Some(etag.as_str()));
    assert_eq!(edited.ok()["title"], "Après");
    with(&etag).await.refused(ProblemCode::PreconditionFailed);
    assert_eq!(bilal.titles(OfferFilter::default()).await, ["Après"]);
    let later = awa.client.edit_offer(offer.id, offer.version, &title("Trop tard")).await;
    assert_eq!(code_of(later), ProblemCode::PreconditionFailed);
}

async fn two_edits_of_one_version_at_once_and_one_wins(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let offer = awa.post(&awa.services.offer("Avant")).await;
    let (left, right) = (title("Gauche"), title("Droite"));
    let (one, two) = tokio::join!(
        awa.client.edit_offer(offer.id, offer.version, &left),
        awa.client.edit_offer(offer.id, offer.version, &right)
    );
    let results = [one, two];
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1, "{results:?}");
    let refused = results.into_iter().find_map(Result::err).expect("the other");
    assert_eq!(refused.code(), Some(ProblemCode::PreconditionFailed));
}

async fn an_edit_leaves_alone_what_it_does_not_name(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let new = NewOffer { times: Some(Words::parse("le soir").expect("words")), ..awa.services.offer("Avant") };
    let before = awa.post(&new).await;
    let after = awa.client.edit_offer(before.id, before.version, &title("Après")).await.expect("edited");
    let same = OfferView { title: after.title.clone(), version: after.version, ..before.clone() };
    assert_eq!(after, same);
    let no_times = EditOffer { times: Some(None), ..EditOffer::default() };
    let without = awa.client.edit_offer(after.id, after.version, &no_times).await.expect("edited");
    assert_eq!(without.times, None);
    assert_eq!(awa.client.get_offer(before.id).await.expect("hers"), without);
}

/// What the others find of an offer: by list and by id.
async fn is_there(viewer: &Person, offer: &OfferView) -> bool {
    let listed = !viewer.titles(OfferFilter::default()).await.is_empty();
    let by_id = match viewer.client.get_offer(offer.id).await {
        Ok(_) => true,
        refused => {
            assert_eq!(code_of(refused), ProblemCode::NotFound);
            false
        }
    };
    assert_eq!(listed, by_id);
    by_id
}

async fn pausing_takes_it_off_the_lists_at_once_and_resuming_brings_it_back(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    assert!(is_there(&bilal, &offer).await);
    let paused = awa.client.pause_offer(offer.id).await.expect("paused");
    assert_eq!(paused.state, OfferState::Paused);
    assert!(!is_there(&bilal, &offer).await);
    assert_eq!(awa.client.get_offer(offer.id).await.expect("she sees it"), paused);
    assert!(awa.titles(OfferFilter::default()).await.is_empty(), "off her own lists too");
    assert_eq!(code_of(awa.client.pause_offer(offer.id).await), ProblemCode::NotNow);
    let resumed = awa.client.resume_offer(offer.id).await.expect("resumed");
    assert_eq!((resumed.state, resumed.expires_at), (OfferState::Open, offer.expires_at));
    assert!(is_there(&bilal, &offer).await);
    assert_eq!(code_of(awa.client.resume_offer(offer.id).await), ProblemCode::NotNow);
}

async fn a_closed_offer_is_gone_for_others_and_can_be_renewed(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    let closed = awa.client.close_offer(offer.id).await.expect("closed");
    assert_eq!(closed.state, OfferState::Closed);
    assert!(!is_there(&bilal, &offer).await);
    assert_eq!(code_of(awa.client.close_offer(offer.id).await), ProblemCode::NotNow);
    let edited = awa.client.edit_offer(offer.id, closed.version, &title("Trop tard")).await;
    assert_eq!(code_of(edited), ProblemCode::NotNow);
    toit.wait_days(70).await;
    let renewed = awa.client.renew_offer(offer.id).await.expect("renewed");
    assert_eq!((renewed.state, renewed.expires_at), (OfferState::Open, toit.now() + TimeDelta::days(60)));
    assert!(is_there(&bilal, &offer).await);
}

async fn an_offer_expires_after_sixty_days_and_a_renewal_gives_sixty_more(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    toit.wait(TimeDelta::days(60) - TimeDelta::milliseconds(1)).await;
    assert!(is_there(&bilal, &offer).await);
    toit.wait(TimeDelta::milliseconds(1)).await;
    assert!(!is_there(&bilal, &offer).await);
    assert_eq!(awa.client.get_offer(offer.id).await.expect("hers").state, OfferState::Expired);
    awa.client.renew_offer(offer.id).await.expect("renewed");
    assert!(is_there(&bilal, &offer).await);
    toit.wait_days(30).await;
    awa.client.renew_offer(offer.id).await.expect("renewed before its end");
    toit.wait_days(59).await;
    assert!(is_there(&bilal, &offer).await);
    toit.wait_days(1).await;
    assert!(!is_there(&bilal, &offer).await);
}

async fn a_pause_longer_than_its_life_ends_with_a_new_one(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    awa.client.pause_offer(offer.id).await.expect("paused");
    toit.wait_days(70).await;
    let resumed = awa.client.resume_offer(offer.id).await.expect("a paused offer waits");
    assert_eq!(resumed.expires_at, toit.now() + TimeDelta::days(60));
    assert!(is_there(&bilal, &offer).await);
    toit.wait_days(60).await;
    assert!(!is_there(&bilal, &offer).await);
}

async fn buttons_are_offered_to_the_author_alone(toit: &Toit) {
    use OfferAction::{Close, Edit, Pause, Renew, Resume};
    let (awa, bilal) = two(toit).await;
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    assert_eq!(offer.actions, [Edit, Pause, Renew, Close]);
    let listed = awa.client.list_offers(&OfferFilter::default()).await.expect("a page").items;
    assert_eq!(listed[0].actions, offer.actions);
    assert!(bilal.client.get_offer(offer.id).await.expect("he sees it").actions.is_empty());
    assert_eq!(awa.client.pause_offer(offer.id).await.expect("paused").actions, [Edit, Resume, Close]);
    assert_eq!(awa.client.close_offer(offer.id).await.expect("closed").actions, [Renew]);
}

async fn what_is_somebody_elses_is_not_mine_to_change(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let chloe = toit.neighbour("Chloé", Place::C).await;
    let new = NewOffer { circle: domain::circle::Circle::Nearby, ..awa.services.offer("Lecture") };
    let offer = awa.post(&new).await;
    for (person, expected) in [(&bilal, ProblemCode::NotYours), (&chloe, ProblemCode::NotFound)] {
        let (client, id) = (&person.client, offer.id);
        assert_eq!(code_of(client.edit_offer(id, offer.version, &title("à moi")).await), expected);
        assert_eq!(code_of(client.pause_offer(id).await), expected);
        assert_eq!(code_of(client.resume_offer(id).await), expected);
        assert_eq!(code_of(client.renew_offer(id).await), expected);
        assert_eq!(code_of(client.close_offer(id).await), expected);
    }
    assert_eq!(awa.client.get_offer(offer.id).await.expect("as it was"), offer);
}

async fn a_group_or_an_unknown_word_is_no_service(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    let expected = ("/category".to_owned(), FieldCode::UnknownValue);
    for category in [awa.services.group.clone(), CategorySlug::parse("there_is_no_such_service").expect("a slug")] {
        let new = NewOffer { category: category.clone(), ..awa.services.offer("Lecture") };
        assert_eq!(refused_value(awa.client.create_offer(&new, &key()).await), expected);
        let edit = EditOffer { category: Some(category), ..EditOffer::default() };
        assert_eq!(refused_value(awa.client.edit_offer(offer.id, offer.version, &edit).await), expected);
    }
}

async fn what_would_please_in_return_is_checked(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let s = awa.services.clone();
    let whole = |code| ("/in_return/categories".to_owned(), code);
    for (categories, expected) in [
        (vec![], whole(FieldCode::Required)),
        (vec![s.one.clone(); 6], whole(FieldCode::OutOfRange)),
        (vec![s.one.clone(), s.group.clone()], ("/in_return/categories/1".to_owned(), FieldCode::UnknownValue)),
    ] {
        let in_return = InReturn::Categories { categories };
        let new = NewOffer { in_return: in_return.clone(), ..s.offer("Lecture") };
        assert_eq!(refused_value(awa.client.create_offer(&new, &key()).await), expected);
        let offer = awa.post(&s.offer("Lecture")).await;
        let edit = EditOffer { in_return: Some(in_return), ..EditOffer::default() };
        assert_eq!(refused_value(awa.client.edit_offer(offer.id, offer.version, &edit).await), expected);
    }
    for in_return in [InReturn::Nothing, InReturn::Anything, InReturn::Categories { categories: vec![s.one.clone()] }] {
        let offer = awa.post(&NewOffer { in_return: in_return.clone(), ..s.offer("Lecture") }).await;
        assert_eq!(offer.in_return, in_return);
    }
}

async fn capacity_is_one_to_twenty(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let mut body = serde_json::to_value(awa.services.offer("Lecture")).expect("JSON");
    for (capacity, code) in [
        (serde_json::json!(0), FieldCode::OutOfRange),
        (serde_json::json!(21), FieldCode::OutOfRange),
        (serde_json::json!(256), FieldCode::OutOfRange),
        (serde_json::json!(-1), FieldCode::OutOfRange),
        (serde_json::json!(1.5), FieldCode::WrongForm),
        (serde_json::json!("2"), FieldCode::WrongForm),
    ] {
        body["capacity"] = capacity;
        awa.raw().post("/offers", body.to_string()).await.invalid("/capacity", code);
    }
    for capacity in [1, 20] {
        body["capacity"] = capacity.into();
        assert_eq!(awa.raw().post("/offers", body.to_string()).await.ok()["places_left"], capacity);
    }
}
