//! The whole life of barters, legs and offers as one table: every state, every verb, every role.
//!
//! The table is compared with the committed one: a rule that changes shows here as a changed line.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use domain::barter::{Barter, BarterAction, BarterState, BarterVerb, Party, Terms};
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::id::{BarterId, LegId, OfferId, OfficeId, ResidenceId, TenantId};
use domain::leg::{Appointment, Leg, LegAction, LegState, LegVerb, TermsLeg};
use domain::offer::{Capacity, InReturn, NewOffer, Offer, OfferAction, OfferKind, OfferState};
use domain::problem::ProblemCode;
use domain::text::{Body, Title};
use uuid::Uuid;

const PROPOSER: u128 = 1;
const OTHER: u128 = 2;
const THIRD: u128 = 3;
const STRANGER: u128 = 9;

fn tenant(n: u128) -> TenantId {
    TenantId(Uuid::from_u128(n))
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("a time within range")
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).expect("codes have a JSON form").as_str().expect("a word").to_owned()
}

fn terms_leg(n: u128, giver: u128, receiver: u128) -> TermsLeg {
    TermsLeg {
        id: LegId(Uuid::from_u128(100 + n)),
        giver: tenant(giver),
        receiver: tenant(receiver),
        offer: None,
        wish: None,
        category: CategorySlug::parse("ironing").expect("a slug"),
        what: Title::parse("Repassage").expect("a title"),
        details: Body::parse("").expect("a body"),
        at: None,
        place: None,
        sensitive: false,
    }
}

/// One leg each, around: a gift for two people when `legs` is one.
fn legs(people: u128) -> Vec<TermsLeg> {
    (1..=people).map(|n| terms_leg(n, n, n % people + 1)).collect()
}

fn barter(people: u128, state: BarterState, versions: u32, consents: &[Option<u32>]) -> Barter {
    let terms: Vec<Terms> = (1..=versions)
        .map(|version| Terms { version, author: tenant(PROPOSER), note: None, legs: legs(people), created_at: now() })
        .collect();
    let agreed = matches!(state, BarterState::Agreed | BarterState::Completed | BarterState::Dissolved);
    Barter {
        id: BarterId(Uuid::from_u128(50)),
        office: OfficeId(Uuid::from_u128(51)),
        state,
        revision: 7,
        parties: (1..=people).zip(consents).map(|(n, &consented)| Party { tenant: tenant(n), consented }).collect(),
        legs: if agreed { legs(people).into_iter().map(Leg::begin).collect() } else { Vec::new() },
        terms,
        created_at: now(),
        updated_at: now(),
        expires_at: now() + TimeDelta::days(7),
    }
}

fn outcome(result: Result<Barter, ProblemCode>) -> String {
    match result {
        Ok(barter) => format!("→ {}", word(barter.state)),
        Err(code) => word(code),
    }
}

fn line(table: &mut String, cells: &[String]) {
    let mut text = String::new();
    for cell in cells {
        write!(text, "{cell:<26}").expect("text takes text");
    }
    writeln!(table, "{}", text.trim_end()).expect("text takes text");
}

fn action(verb: BarterVerb, version: u32, people: u128) -> BarterAction {
    match verb {
        BarterVerb::Consent => BarterAction::Consent { version },
        BarterVerb::Counter => BarterAction::Counter { on_version: version, legs: legs(people), note: None },
        BarterVerb::Decline => BarterAction::Decline,
        BarterVerb::Withdraw => BarterAction::Withdraw,
        BarterVerb::Dissolve => BarterAction::Dissolve,
    }
}

fn barters(table: &mut String, title: &str, versions: u32, consents: &[Option<u32>]) {
    let people = consents.len() as u128;
    let mut roles = vec![("proposer", PROPOSER), ("other", OTHER)];
    if people > 2 {
        roles.push(("third", THIRD));
    }
    roles.push(("stranger", STRANGER));
    writeln!(table, "\n## {title}\n").expect("text takes text");
    let head = ["state", "verb"].into_iter().chain(roles.iter().map(|r| r.0)).map(str::to_owned);
    line(table, &head.collect::<Vec<_>>());
    for &state in BarterState::ALL {
        for &verb in BarterVerb::ALL {
            let speaks_of_version = matches!(verb, BarterVerb::Consent | BarterVerb::Counter);
            for read in if speaks_of_version && versions > 1 { vec![versions, versions - 1] } else { vec![versions] } {
                let said =
                    if read == versions { verb.as_str().to_owned() } else { format!("{} (older)", verb.as_str()) };
                let mut cells = vec![state.as_str().to_owned(), said];
                for &(_, role) in &roles {
                    let barter = barter(people, state, versions, consents);
                    cells.push(outcome(barter.act(tenant(role), action(verb, read, people), now())));
                }
                line(table, &cells);
            }
        }
    }
}

fn leg_action(verb: LegVerb) -> LegAction {
    match verb {
        LegVerb::Met => LegAction::Met,
        LegVerb::Schedule => LegAction::Schedule(Appointment { at: now() + TimeDelta::days(1), place: None }),
        LegVerb::Done => LegAction::Done,
        LegVerb::Confirm => LegAction::Confirm,
        LegVerb::Waive => LegAction::Waive,
        LegVerb::Dispute => LegAction::Dispute,
        LegVerb::Settle => LegAction::Settle,
    }
}

/// Every leg that differs in what can be done with it.
fn leg_cases() -> Vec<(String, Leg)> {
    let mut cases = Vec::new();
    for &state in LegState::ALL {
        let base = Leg { state, ..Leg::begin(terms_leg(1, PROPOSER, OTHER)) };
        match state {
            LegState::Agreed | LegState::Scheduled => {
                cases.push((state.as_str().to_owned(), base.clone()));
                for (who, met) in [
                    ("nobody", vec![]),
                    ("giver", vec![tenant(PROPOSER)]),
                    ("receiver", vec![tenant(OTHER)]),
                    ("both", vec![tenant(PROPOSER), tenant(OTHER)]),
                ] {
                    let mut leg = Leg { met, ..base.clone() };
                    leg.terms.sensitive = true;
                    cases.push((format!("{}, met: {who}", state.as_str()), leg));
                }
            }
            LegState::Done | LegState::Confirmed | LegState::Disputed | LegState::Settled => {
                for (who, by) in [("giver", PROPOSER), ("receiver", OTHER)] {
                    let leg = Leg { done_by: Some(tenant(by)), done_at: Some(now()), ..base.clone() };
                    cases.push((format!("{}, by {who}", state.as_str()), leg));
                }
            }
            LegState::Waived => cases.push((state.as_str().to_owned(), base)),
        }
    }
    cases
}

fn ring_with(leg: Leg) -> Barter {
    let mut barter = barter(3, BarterState::Agreed, 1, &[Some(1); 3]);
    barter.legs[0] = leg;
    barter
}

fn legs_table(table: &mut String) {
    let roles = [("giver", PROPOSER), ("receiver", OTHER), ("third of the ring", THIRD), ("stranger", STRANGER)];
    writeln!(table, "\n## Legs of an agreed barter\n").expect("text takes text");
    let head = ["state", "verb"].into_iter().chain(roles.iter().map(|r| r.0)).map(str::to_owned);
    line(table, &head.collect::<Vec<_>>());
    for (name, leg) in leg_cases() {
        for &verb in LegVerb::ALL {
            let mut cells = vec![name.clone(), verb.as_str().to_owned()];
            for (_, role) in roles {
                let act = BarterAction::Leg(leg.terms.id, leg_action(verb));
                let cell = match ring_with(leg.clone()).act(tenant(role), act, now()) {
                    Ok(after) => format!("→ {}", word(after.legs[0].state)),
                    Err(code) => word(code),
                };
                cells.push(cell);
            }
            line(table, &cells);
        }
    }
    writeln!(table, "\n## The last open leg of a swap, and legs when the barter is not agreed\n")
        .expect("text takes text");
    line(table, &["barter", "leg", "verb", "by the one who may"].map(str::to_owned));
    for &state in BarterState::ALL {
        for (before, verb, by) in [
            (LegState::Scheduled, LegVerb::Done, PROPOSER),
            (LegState::Done, LegVerb::Confirm, OTHER),
            (LegState::Done, LegVerb::Dispute, OTHER),
            (LegState::Scheduled, LegVerb::Waive, OTHER),
            (LegState::Disputed, LegVerb::Settle, OTHER),
        ] {
            let mut swap = barter(2, state, 1, &[Some(1); 2]);
            swap.legs = legs(2).into_iter().map(Leg::begin).collect();
            swap.legs[0].state = before;
            swap.legs[0].done_by = Some(tenant(PROPOSER));
            swap.legs[1].state = LegState::Confirmed;
            let id = swap.legs[0].terms.id;
            let result = outcome(swap.act(tenant(by), BarterAction::Leg(id, leg_action(verb)), now()));
            line(table, &[word(state), word(before), verb.as_str().to_owned(), result]);
        }
    }
}

fn offers_table(table: &mut String) {
    writeln!(table, "\n## Offers, by their author; and the places an agreement takes\n").expect("text takes text");
    line(table, &["state", "action", "places left", "full"].map(str::to_owned));
    let full = Capacity::parse(2).expect("a capacity");
    for &state in OfferState::ALL {
        let offer = |taken| Offer {
            state,
            taken,
            ..Offer::post(
                OfferId(Uuid::from_u128(60)),
                OfficeId(Uuid::from_u128(51)),
                tenant(PROPOSER),
                ResidenceId(Uuid::from_u128(61)),
                NewOffer {
                    kind: OfferKind::Offer,
                    category: CategorySlug::parse("ironing").expect("a slug"),
                    title: Title::parse("Repassage").expect("a title"),
                    text: Body::parse("").expect("a body"),
                    circle: Circle::Nearby,
                    times: None,
                    capacity: full,
                    in_return: InReturn::Nothing,
                },
                now(),
            )
            .expect("an offer")
        };
        let told = |result: Result<Offer, ProblemCode>| match result {
            Ok(after) => format!("→ {}, {} taken", word(after.state), after.taken),
            Err(code) => word(code),
        };
        for &action in OfferAction::ALL {
            let act = |offer: Offer| match action {
                OfferAction::Edit => offer.edit(domain::offer::EditOffer::default()),
                OfferAction::Pause => offer.pause(),
                OfferAction::Resume => offer.resume(now()),
                OfferAction::Renew => offer.renew(now()),
                OfferAction::Close => offer.close(),
            };
            line(table, &[word(state), word(action), told(act(offer(1))), told(act(offer(2)))]);
        }
        line(
            table,
            &[word(state), "(take a place)".to_owned(), told(offer(1).take_place()), told(offer(2).take_place())],
        );
        line(
            table,
            &[word(state), "(give it back)".to_owned(), told(Ok(offer(1).give_back())), told(Ok(offer(2).give_back()))],
        );
        let open = |offer: Offer| told(Ok(offer.give_back_open(now())));
        line(table, &[word(state), "(someone has left)".to_owned(), open(offer(1)), open(offer(2))]);
        let ring = BarterId(Uuid::from_u128(50));
        let take = |offer: Offer| told(offer.take_ring_place(ring));
        line(table, &[word(state), "(take one for a ring)".to_owned(), take(offer(1)), take(offer(2))]);
        let later = now() + TimeDelta::days(60);
        let expired = |offer: Offer| told(offer.expire(later).ok_or(ProblemCode::NotNow));
        line(table, &[word(state), "(60 days pass)".to_owned(), expired(offer(1)), expired(offer(2))]);
    }
}

#[test]
fn the_state_table_is_the_one_that_was_agreed() {
    let mut table = String::new();
    barters(&mut table, "A swap as it was sent: the proposer has consented", 1, &[Some(1), None]);
    barters(&mut table, "A swap after a counter-offer of the other", 2, &[None, Some(2)]);
    barters(&mut table, "A ring of three: one consent is missing", 1, &[Some(1), Some(1), None]);
    barters(&mut table, "A ring of three: two consents are missing", 1, &[Some(1), None, None]);
    legs_table(&mut table);
    offers_table(&mut table);
    insta::assert_snapshot!("state_table", table);
}
