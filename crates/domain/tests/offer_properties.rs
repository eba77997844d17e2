//! What holds for offers whatever their author does and whoever takes a place.

use chrono::{DateTime, TimeDelta, Utc};
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::id::{OfferId, OfficeId, ResidenceId, TenantId};
use domain::offer::{
    Capacity, EditOffer, InReturn, NewOffer, OFFER_LIFE_DAYS, Offer, OfferAction, OfferKind, OfferState,
};
use domain::problem::{FieldCode, ProblemCode};
use domain::text::{Body, Title, Words};
use proptest::prelude::*;
use uuid::Uuid;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("a time within range")
}

fn new(capacity: u8, in_return: InReturn) -> NewOffer {
    NewOffer {
        kind: OfferKind::Offer,
        category: CategorySlug::parse("ironing").expect("a slug"),
        title: Title::parse("Repassage").expect("a title"),
        text: Body::parse("").expect("a body"),
        circle: Circle::Nearby,
        times: Some(Words::parse("le soir").expect("words")),
        capacity: Capacity::parse(capacity).expect("a capacity"),
        in_return,
    }
}

fn post(new: NewOffer) -> Result<Offer, FieldCode> {
    let id = Uuid::from_u128;
    Offer::post(OfferId(id(1)), OfficeId(id(2)), TenantId(id(3)), ResidenceId(id(4)), new, start())
}

#[derive(Clone, Debug)]
enum Step {
    Edit(Option<u8>),
    Pause,
    Resume,
    Renew,
    Close,
    Take,
    GiveBack,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop::option::of(1u8..=20).prop_map(Step::Edit),
        2 => Just(Step::Pause),
        2 => Just(Step::Resume),
        2 => Just(Step::Renew),
        1 => Just(Step::Close),
        8 => Just(Step::Take),
        2 => Just(Step::GiveBack),
        2 => (0i64..40).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn an_offer_never_promises_more_places_than_it_has(
        capacity in 1u8..=6,
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut now = start();
        let mut offer = post(new(capacity, InReturn::Anything)).expect("an offer");
        for step in steps {
            let before = offer.clone();
            let result = match step {
                Step::Edit(capacity) => {
                    let capacity = capacity.map(|n| Capacity::parse(n).expect("a capacity"));
                    offer.clone().edit(EditOffer { capacity, ..EditOffer::default() })
                }
                Step::Pause => offer.clone().pause(),
                Step::Resume => offer.clone().resume(now),
                Step::Renew => offer.clone().renew(now),
                Step::Close => offer.clone().close(),
                Step::Take => offer.clone().take_place(),
                Step::GiveBack if offer.taken == 0 => continue,
                Step::GiveBack => Ok(offer.clone().give_back()),
                Step::Wait(days) => {
                    now += TimeDelta::days(days);
                    let over = offer.state == OfferState::Open && offer.expires_at <= now;
                    prop_assert_eq!(offer.clone().expire(now).is_some(), over);
                    offer.clone().expire(now).ok_or(ProblemCode::NotNow)
                }
            };
            if let Ok(after) = result {
                prop_assert_eq!(after.version, before.version + 1);
                offer = after;
            }
            prop_assert!(offer.taken <= offer.capacity.get(), "{} of {:?}", offer.taken, offer.capacity);
            if matches!(offer.state, OfferState::Open | OfferState::Paused) {
                prop_assert!(offer.taken < offer.capacity.get(), "a full offer stands in the lists");
            }
            for &action in OfferAction::ALL {
                let works = match action {
                    OfferAction::Edit => offer.clone().edit(EditOffer::default()).is_ok(),
                    OfferAction::Pause => offer.clone().pause().is_ok(),
                    OfferAction::Resume => offer.clone().resume(now).is_ok(),
                    OfferAction::Renew => offer.clone().renew(now).is_ok(),
                    OfferAction::Close => offer.clone().close().is_ok(),
                };
                prop_assert_eq!(offer.actions().contains(&action), works);
            }
        }
    }
}

#[test]
fn an_offer_for_four_closes_at_the_fourth_agreement_never_at_the_fifth() {
    let mut offer = post(new(4, InReturn::Nothing)).expect("an offer");
    for taken in 1..=4 {
        offer = offer.take_place().expect("a place");
        assert_eq!((offer.taken, offer.state == OfferState::Closed), (taken, taken == 4));
    }
    assert_eq!(offer.take_place(), Err(ProblemCode::OfferFull));
}

#[test]
fn an_offer_lives_sixty_days_and_a_renewal_gives_sixty_more() {
    let life = TimeDelta::days(OFFER_LIFE_DAYS);
    let offer = post(new(1, InReturn::Nothing)).expect("an offer");
    assert_eq!(offer.expires_at, start() + TimeDelta::days(60));
    assert_eq!(offer.clone().expire(start() + life - TimeDelta::milliseconds(1)), None);
    let expired = offer.expire(start() + life).expect("over");
    let later = start() + TimeDelta::days(75);
    let renewed = expired.renew(later).expect("renewed");
    assert_eq!((renewed.state, renewed.expires_at), (OfferState::Open, later + life));
}

#[test]
fn what_would_please_in_return_is_one_to_five_services() {
    let of = |n: usize| InReturn::Categories { categories: vec![CategorySlug::parse("ironing").expect("a slug"); n] };
    assert_eq!(post(new(1, of(0))), Err(FieldCode::Required));
    assert!(post(new(1, of(1))).is_ok() && post(new(1, of(5))).is_ok());
    assert_eq!(post(new(1, of(6))), Err(FieldCode::OutOfRange));
}

#[test]
fn an_edit_tells_what_is_absent_from_what_is_removed() {
    let read = |json: &str| serde_json::from_str::<EditOffer>(json).expect("an edit");
    let edit = |json| post(new(1, InReturn::Nothing)).expect("an offer").edit(read(json)).expect("edited");
    assert_eq!(edit("{}").times.map(String::from).as_deref(), Some("le soir"));
    assert_eq!(edit(r#"{"times":null}"#).times, None);
    assert_eq!(edit(r#"{"times":"le matin"}"#).times.map(String::from).as_deref(), Some("le matin"));
    for json in ["{}", r#"{"times":null}"#, r#"{"times":"le matin"}"#] {
        assert_eq!(serde_json::to_string(&read(json)).expect("JSON"), json);
    }
}
