//! What holds for notices whatever their author does and however the time passes.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use domain::circle::Circle;
use domain::id::{NoticeId, OfficeId, PhotoId, ResidenceId, TenantId};
use domain::notice::{
    EditNotice, MAX_RENEWALS, NewNotice, Notice, NoticeAction, NoticeKind, NoticeState, RENEWED_AGAIN_MINUTES,
    RESOLVED_DAYS, Radius, Seen, are_near,
};
use domain::problem::{FieldCode, ProblemCode};
use domain::text::{Body, Title};
use proptest::prelude::*;
use uuid::Uuid;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("a time within range")
}

fn seen() -> Seen {
    Seen { residence: ResidenceId(Uuid::from_u128(9)), radius_m: Radius::parse(100).expect("a radius"), at: None }
}

fn new(kind: NoticeKind) -> NewNotice {
    NewNotice {
        kind,
        title: Title::parse("Chat roux").expect("a title"),
        text: Body::parse("").expect("a body"),
        circle: Circle::Nearby,
        seen: None,
    }
}

fn post(new: NewNotice) -> Result<Notice, FieldCode> {
    let id = Uuid::from_u128;
    Notice::post(NoticeId(id(1)), OfficeId(id(2)), TenantId(id(3)), ResidenceId(id(4)), new, start())
}

fn notice(kind: NoticeKind) -> Notice {
    post(new(kind)).expect("a notice")
}

/// Does what its author asks for.
fn act(notice: Notice, action: NoticeAction, now: DateTime<Utc>) -> Result<Notice, ProblemCode> {
    match action {
        NoticeAction::Edit => notice.edit(EditNotice::default()),
        NoticeAction::Renew => notice.renew(now),
        NoticeAction::Resolve => notice.resolve(now),
        NoticeAction::Withdraw => notice.withdraw(),
    }
}

fn kinds() -> impl Strategy<Value = NoticeKind> {
    prop::sample::select(NoticeKind::ALL)
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Act(NoticeAction),
    Photo(bool),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::sample::select(NoticeAction::ALL).prop_map(Step::Act),
        1 => any::<bool>().prop_map(Step::Photo),
        4 => (1i64..24 * 40).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// The clock is asked at each instant that the notice names, as the server does.
    #[test]
    fn a_notice_ends_in_time_is_asked_about_once_a_life_and_renewed_three_times_at_most(
        kind in kinds(), steps in prop::collection::vec(step(), 0..40),
    ) {
        let (mut now, mut notice) = (start(), notice(kind));
        let mut due = notice.due_after(now);
        let (mut asked, mut lives) = (0, 1);
        for step in steps {
            let before = notice.clone();
            match step {
                Step::Wait(hours) => {
                    let until = now + TimeDelta::hours(hours);
                    while let Some(at) = due.filter(|at| *at <= until) {
                        prop_assert!(at >= now, "nothing becomes due in the past");
                        now = at;
                        asked += u32::from(notice.asks(now));
                        if let Some(over) = notice.clone().expire(now) {
                            prop_assert_eq!(over.version, notice.version + 1);
                            notice = over;
                        }
                        let next = notice.due_after(now);
                        prop_assert!(next.is_none_or(|next| next > now), "the clock is not asked for ever");
                        due = next;
                    }
                    now = until;
                    prop_assert_eq!(notice.clone().expire(now), None, "what is over has ended");
                }
                Step::Photo(there) => {
                    let photo = there.then_some(PhotoId(Uuid::from_u128(7)));
                    let after = notice.clone().with_photo(photo);
                    prop_assert_eq!(after.is_ok(), notice.allows(NoticeAction::Edit));
                    notice = after.unwrap_or(notice);
                }
                Step::Act(action) => match act(notice.clone(), action, now) {
                    // Renewed a moment ago already.
                    Ok(after) if action == NoticeAction::Renew && after == before => {
                        let begun = before.expires_at - TimeDelta::days(kind.life_days());
                        prop_assert!(now < begun + TimeDelta::minutes(RENEWED_AGAIN_MINUTES));
                        prop_assert_eq!(before.state, NoticeState::Published);
                    }
                    Ok(after) => {
                        prop_assert!(before.allows(action) && before.actions().contains(&action));
                        prop_assert_eq!(after.version, before.version + 1);
                        if after.expires_at != before.expires_at || after.state != before.state {
                            due = after.due_after(now);
                        }
                        lives += u32::from(action == NoticeAction::Renew);
                        notice = after;
                    }
                    Err(code) => {
                        prop_assert_eq!(code, ProblemCode::NotNow);
                        prop_assert!(!before.allows(action) && !before.actions().contains(&action));
                    }
                },
            }
            prop_assert!(notice.renewals <= MAX_RENEWALS && u32::from(notice.renewals) + 1 == lives);
            prop_assert!(asked <= lives, "asked {asked} times in {lives} lives");
            prop_assert!(!notice.is_listed() || notice.expires_at > now, "nothing stays in the lists after its end");
            prop_assert_eq!(notice.kind, kind);
            prop_assert!(notice.state != NoticeState::Withdrawn || notice.photo.is_none(), "a photo goes with its post");
            prop_assert!(notice.state != NoticeState::Resolved || notice.resolved_at.is_some());
        }
    }

    #[test]
    fn being_near_does_not_depend_on_the_side(metres in 0u32..6_000, a in 50u16..=2_000, b in 50u16..=2_000) {
        prop_assert_eq!(are_near(metres, a, b), are_near(metres, b, a));
        prop_assert_eq!(are_near(metres, a, b), metres <= 800 || metres <= u32::from(a) + u32::from(b));
    }
}

#[test]
fn each_kind_lives_as_long_as_the_product_says_and_is_asked_about_in_time() {
    use NoticeKind::{FoundAnimal, FoundObject, LostAnimal, LostObject, News, Question, Thanks, Trouble};
    for (kind, hours, asked) in [
        (LostAnimal, 30 * 24, 27 * 24),
        (FoundAnimal, 30 * 24, 27 * 24),
        (LostObject, 60 * 24, 57 * 24),
        (FoundObject, 60 * 24, 57 * 24),
        (Question, 14 * 24, 11 * 24),
        (News, 14 * 24, 11 * 24),
        (Trouble, 3 * 24, 36),
        (Thanks, 7 * 24, 4 * 24),
    ] {
        let of = |hours| start() + TimeDelta::hours(hours);
        let posted = notice(kind);
        assert_eq!((posted.expires_at, posted.warn_at()), (of(hours), of(asked)), "{kind:?}");
        assert!(!posted.asks(of(asked) - TimeDelta::milliseconds(1)) && posted.asks(of(asked)), "{kind:?}");
        assert!(!posted.asks(of(hours)), "{kind:?}: over is over");
    }
}

#[test]
fn who_can_do_nothing_about_its_end_is_not_asked() {
    for (kind, asks) in [(NoticeKind::Thanks, false), (NoticeKind::News, false), (NoticeKind::Question, true)] {
        let last = Notice { renewals: MAX_RENEWALS, ..notice(kind) };
        assert_eq!(last.asks(last.warn_at()), asks, "{kind:?}");
    }
}

#[test]
fn news_and_thanks_cannot_be_resolved() {
    for kind in NoticeKind::ALL.iter().copied() {
        let can = !matches!(kind, NoticeKind::News | NoticeKind::Thanks);
        assert_eq!(notice(kind).resolve(start()).is_ok(), can, "{kind:?}");
    }
}

#[test]
fn only_what_is_lost_or_found_says_where_it_was_seen() {
    for kind in NoticeKind::ALL.iter().copied() {
        let asked = NewNotice { seen: Some(seen()), ..new(kind) };
        let expected = if kind.has_seen() { Ok(Some(seen())) } else { Err(FieldCode::UnknownValue) };
        assert_eq!(post(asked).map(|n| n.seen), expected, "{kind:?}");
        let edit = EditNotice { seen: Some(Some(seen())), ..EditNotice::default() };
        assert_eq!(notice(kind).edit(edit).is_ok(), kind.has_seen(), "{kind:?}");
    }
}

#[test]
fn a_banner_hangs_seven_days_whenever_it_was_found() {
    let late = start() + TimeDelta::days(45);
    let expired = notice(NoticeKind::LostAnimal).expire(late).expect("over");
    assert_eq!(expired.state, NoticeState::Expired);
    let found = expired.resolve(late).expect("found after all");
    let end = late + TimeDelta::days(RESOLVED_DAYS);
    assert_eq!((found.state, found.resolved_at, found.expires_at), (NoticeState::Resolved, Some(late), end));
    assert!(found.is_listed() && found.clone().expire(end - TimeDelta::milliseconds(1)).is_none());
    let gone = found.expire(end).expect("over");
    assert_eq!((gone.state, gone.resolved_at, gone.actions()), (NoticeState::Withdrawn, Some(late), vec![]));
}

#[test]
fn an_edit_tells_what_is_absent_from_what_is_removed() {
    let read = |json: &str| serde_json::from_str::<EditNotice>(json).expect("an edit");
    let lost = || Notice { seen: Some(seen()), ..notice(NoticeKind::LostAnimal) };
    assert_eq!(lost().edit(read("{}")).expect("edited").seen, Some(seen()));
    assert_eq!(lost().edit(read(r#"{"seen":null}"#)).expect("edited").seen, None);
    assert!(serde_json::from_str::<EditNotice>(r#"{"kind":"thanks"}"#).is_err(), "the kind stays for ever");
}

#[test]
fn nothing_is_seen_in_the_future() {
    let at = |minutes| Seen { at: Some(start() + TimeDelta::minutes(minutes)), ..seen() };
    assert_eq!(seen().check(start()), Ok(()));
    assert_eq!((at(-1).check(start()), at(5).check(start())), (Ok(()), Ok(())), "clocks differ a little");
    assert_eq!(at(6).check(start()), Err(FieldCode::OutOfRange));
}

#[test]
fn a_radius_is_fifty_metres_to_two_kilometres() {
    for (metres, good) in [(0, false), (49, false), (50, true), (2_000, true), (2_001, false), (u16::MAX, false)] {
        assert_eq!(Radius::parse(metres).is_ok(), good, "{metres}");
    }
}

#[test]
fn the_table_of_states_is_the_one_that_was_agreed() {
    let mut table = String::from("state | action | found | found, renewed three times | thanks\n");
    for &state in NoticeState::ALL {
        for &action in NoticeAction::ALL {
            let later = start() + TimeDelta::hours(2);
            let told = |kind, renewals| match act(Notice { state, renewals, ..notice(kind) }, action, later) {
                Ok(after) => format!("→ {}", after.state.as_str()),
                Err(code) => serde_json::to_string(&code).expect("a word").trim_matches('"').to_owned(),
            };
            let cells =
                [(NoticeKind::FoundObject, 0), (NoticeKind::FoundObject, MAX_RENEWALS), (NoticeKind::Thanks, 0)];
            let cells = cells.map(|(kind, renewals)| told(kind, renewals)).join(" | ");
            writeln!(table, "{} | {} | {cells}", state.as_str(), action.as_str()).expect("text takes text");
        }
        let over = Notice { state, ..notice(NoticeKind::FoundObject) }.expire(start() + TimeDelta::days(60));
        let over = over.map_or("stays".to_owned(), |after| format!("→ {}", after.state.as_str()));
        writeln!(table, "{} | (its time is over) | {over} | {over} | {over}", state.as_str()).expect("text takes text");
    }
    insta::assert_snapshot!("notice_states", table);
}
