//! What an office uploads: residences and the nameless roll.

use std::collections::HashSet;

use api::app::AppError;
use api::app::codes::{self, CodesFor};
use api::app::import::HouseholdRow;
use api::app::offices::{self, HouseholdOptions, HouseholdsReport, ResidencesReport, WaveTarget};
use chrono::TimeDelta;
use domain::circle::Wave;
use domain::code::JoinCode;
use domain::problem::ProblemCode;

use crate::support::{Person, Place, Toit, check, code_of, household, join, key, on_both_databases, roll};

on_both_databases!(
    the_same_roll_twice_changes_nothing,
    the_same_residences_twice_change_nothing,
    a_dry_run_changes_nothing,
    a_roll_that_would_end_more_than_two_percent_stops_until_the_number_is_typed_in,
    a_household_that_ends_closes_its_code_and_one_that_returns_opens_it,
    a_lease_that_ends_later_closes_its_code_on_that_day,
    nobody_loses_a_seat_because_the_roll_got_shorter,
    a_household_of_an_unknown_residence_stops_the_whole_file,
    codes_are_issued_once_for_each_household,
    codes_of_one_residence_and_of_one_household,
    letters_that_got_lost_are_printed_again_with_other_codes,
    offices_do_not_touch_each_other,
    waves_open_districts_and_single_residences,
);

const APPLY: HouseholdOptions = HouseholdOptions { dry_run: false, confirm_ended: None };
const DRY: HouseholdOptions = HouseholdOptions { dry_run: true, confirm_ended: None };

async fn load(toit: &Toit, rows: Vec<HouseholdRow>, options: HouseholdOptions) -> Result<HouseholdsReport, AppError> {
    offices::import_households(toit.app(), toit.office, rows, options).await
}

async fn apply(toit: &Toit, rows: Vec<HouseholdRow>) -> HouseholdsReport {
    load(toit, rows, APPLY).await.expect("the roll is applied")
}

async fn refused(toit: &Toit, code: &JoinCode) -> ProblemCode {
    code_of(toit.stranger().check_join_code(&check(code)).await)
}

async fn the_same_roll_twice_changes_nothing(toit: &Toit) {
    let rows = roll(false);
    let code = toit.code_of("A-duo").await;
    Person::join_with(toit, &join(&code, "Awa")).await;
    let unchanged = HouseholdsReport { unchanged: rows.len() as u64, ..HouseholdsReport::default() };
    assert_eq!(apply(toit, rows.clone()).await, unchanged);
    assert_eq!(apply(toit, rows).await, unchanged);
    let place = toit.stranger().check_join_code(&check(&code)).await.expect("the code stays");
    assert_eq!(place.seats_left, 1, "and so do those who have joined");
}

async fn the_same_residences_twice_change_nothing(toit: &Toit) {
    let rows = || [Place::A, Place::B, Place::C, Place::D].map(Place::row).to_vec();
    let load = async |rows, dry_run| {
        offices::import_residences(toit.app(), toit.office, rows, dry_run).await.expect("residences are loaded")
    };
    let unchanged = ResidencesReport { unchanged: 4, ..ResidencesReport::default() };
    assert_eq!(load(rows(), false).await, unchanged);
    let mut renamed = rows();
    renamed[1].name = "Les Lilas".to_owned();
    let mut added = renamed.clone();
    added.push(api::app::import::ResidenceRow { reference: "F".to_owned(), ..Place::A.row() });
    let expected = ResidencesReport { added: 1, changed: 1, unchanged: 3 };
    assert_eq!(load(added.clone(), true).await, expected);
    assert_eq!(load(added.clone(), true).await, expected, "a dry run changes nothing");
    assert_eq!(load(added.clone(), false).await, expected);
    assert_eq!(load(added, false).await, ResidencesReport { unchanged: 5, ..ResidencesReport::default() });
    let partial = load(vec![Place::A.row()], false).await;
    assert_eq!(partial.unchanged, 1, "residences that are not in the file stay");
    let code = toit.code(Place::D).await;
    assert_eq!(refused(toit, &code).await, ProblemCode::JoinCodeRefused, "a file opens no residence");
}

async fn a_dry_run_changes_nothing(toit: &Toit) {
    let mut rows = roll(false);
    rows.retain(|r| r.reference != "A-01");
    rows.push(household("A-new", Place::A, 3));
    rows.iter_mut().filter(|r| r.reference == "A-02").for_each(|r| r.seats = 5);
    let unchanged = rows.len() as u64 - 2;
    let expected = HouseholdsReport { added: 1, changed: 1, unchanged, ended: 1, reopened: 0, mass_end: false };
    assert_eq!(load(toit, rows.clone(), DRY).await.expect("a preview"), expected);
    assert_eq!(load(toit, rows.clone(), DRY).await.expect("the same preview"), expected);
    assert_eq!(apply(toit, rows.clone()).await, expected);
    let after = HouseholdsReport { unchanged: rows.len() as u64, ..HouseholdsReport::default() };
    assert_eq!(apply(toit, rows).await, after);
}

async fn a_roll_that_would_end_more_than_two_percent_stops_until_the_number_is_typed_in(toit: &Toit) {
    let all = roll(false);
    let total = all.len() as u64;
    assert_eq!(total, 64);
    let without = |n: usize| all[n..].to_vec();
    let code = toit.code_of(&all[0].reference).await;
    let preview = load(toit, without(2), DRY).await.expect("a preview shows also that");
    assert_eq!((preview.ended, preview.mass_end), (2, true));
    for options in [APPLY, HouseholdOptions { confirm_ended: Some(3), ..APPLY }] {
        match load(toit, without(2), options).await {
            Err(AppError::MassEnd { ended, total: of }) => assert_eq!((ended, of), (2, total)),
            other => panic!("{other:?}"),
        }
    }
    toit.stranger().check_join_code(&check(&code)).await.expect("nothing was applied");
    assert_eq!(apply(toit, without(1)).await.ended, 1, "one of 64 is not more than two percent");
    let typed = HouseholdOptions { confirm_ended: Some(63), ..APPLY };
    assert_eq!(load(toit, Vec::new(), typed).await.expect("typed in").ended, 63);
    assert_eq!(apply(toit, all).await.reopened, 64);
}

async fn a_household_that_ends_closes_its_code_and_one_that_returns_opens_it(toit: &Toit) {
    let code = toit.code_of("A-duo").await;
    let awa = Person::join_with(toit, &join(&code, "Awa")).await;
    let without: Vec<_> = roll(false).into_iter().filter(|r| r.reference != "A-duo").collect();
    assert_eq!(apply(toit, without.clone()).await.ended, 1);
    assert_eq!(refused(toit, &code).await, ProblemCode::JoinCodeRefused);
    let late = toit.stranger().join(&join(&code, "Samir"), &key()).await;
    assert_eq!(code_of(late), ProblemCode::JoinCodeRefused);
    awa.client.get_me().await.expect("nobody is thrown out at once");
    assert_eq!(apply(toit, without).await.ended, 0, "it has ended already");
    assert_eq!(apply(toit, roll(false)).await.reopened, 1);
    let place = toit.stranger().check_join_code(&check(&code)).await.expect("back again");
    assert_eq!(place.seats_left, 1);
}

async fn a_lease_that_ends_later_closes_its_code_on_that_day(toit: &Toit) {
    let code = toit.code_of("A-duo").await;
    let mut rows = roll(false);
    let today = toit.now().date_naive();
    for row in rows.iter_mut().filter(|r| r.reference == "A-duo") {
        row.lease_end = today.checked_add_days(chrono::Days::new(10));
    }
    assert_eq!(apply(toit, rows.clone()).await.ended, 0, "not yet");
    Person::join_with(toit, &join(&code, "Awa")).await;
    toit.wait_days(10).await;
    toit.stranger().check_join_code(&check(&code)).await.expect("the last day");
    assert_eq!(apply(toit, rows.clone()).await.changed, 0);
    toit.wait_days(1).await;
    assert_eq!(refused(toit, &code).await, ProblemCode::JoinCodeRefused);
    let unchanged = HouseholdsReport { unchanged: rows.len() as u64, ..HouseholdsReport::default() };
    assert_eq!(apply(toit, rows).await, unchanged);
}

async fn nobody_loses_a_seat_because_the_roll_got_shorter(toit: &Toit) {
    let code = toit.code_of("A-duo").await;
    let awa = Person::join_with(toit, &join(&code, "Awa")).await;
    let samir = Person::join_with(toit, &join(&code, "Samir")).await;
    let mut rows = roll(false);
    rows.iter_mut().filter(|r| r.reference == "A-duo").for_each(|r| r.seats = 1);
    apply(toit, rows.clone()).await;
    for person in [&awa, &samir] {
        person.client.get_me().await.expect("both stay");
    }
    assert_eq!(refused(toit, &code).await, ProblemCode::JoinCodeRefused);
    let again = HouseholdsReport { unchanged: rows.len() as u64, ..HouseholdsReport::default() };
    assert_eq!(apply(toit, rows).await, again);
}

async fn a_household_of_an_unknown_residence_stops_the_whole_file(toit: &Toit) {
    let mut rows = roll(false);
    rows.push(household("A-new", Place::A, 2));
    rows.push(household("E-new", Place::E, 2));
    let problem = load(toit, rows.clone(), APPLY).await.expect_err("E is of another office").into_problem();
    assert_eq!(problem.code, ProblemCode::Invalid);
    rows.pop();
    assert_eq!(apply(toit, rows).await.added, 1, "nothing was applied before");
}

async fn codes_are_issued_once_for_each_household(toit: &Toit) {
    let all = async || codes::issue(toit.app(), toit.office, CodesFor::All).await.expect("codes are issued");
    let letters = all().await;
    // D is closed.
    assert_eq!(letters.len(), 48);
    assert_eq!(letters.iter().map(|l| &l.household_reference).collect::<HashSet<_>>().len(), 48);
    assert_eq!(letters.iter().map(|l| &l.code).collect::<HashSet<_>>().len(), 48);
    assert!(letters.iter().all(|l| !l.household_reference.starts_with('D')));
    assert!(all().await.is_empty(), "everybody has one");
    let code = JoinCode::parse(&letters[0].code).expect("a printed code can be read");
    toit.stranger().check_join_code(&check(&code)).await.expect("it opens");
    let mut rows = roll(false);
    rows.push(household("A-new", Place::A, 2));
    apply(toit, rows).await;
    let more = all().await;
    assert_eq!(more.len(), 1);
    assert_eq!((more[0].household_reference.as_str(), more[0].seats), ("A-new", 2));
    toit.wait(TimeDelta::days(181)).await;
    assert_eq!(all().await.len(), 49, "expired ones are replaced");
}

async fn codes_of_one_residence_and_of_one_household(toit: &Toit) {
    let issue = async |target| codes::issue(toit.app(), toit.office, target).await;
    let of = |reference: &str| CodesFor::Residence(reference.to_owned());
    assert_eq!(issue(of("B")).await.expect("issued").len(), 16);
    assert_eq!(issue(of("B")).await.expect("issued").len(), 0);
    assert_eq!(issue(CodesFor::All).await.expect("issued").len(), 32);
    for unknown in [of("Z"), of("E"), CodesFor::Household("Z-01".to_owned()), CodesFor::Household("E-01".to_owned())] {
        let problem = issue(unknown.clone()).await.expect_err("of no residence of this office").into_problem();
        assert_eq!(problem.code, ProblemCode::NotFound, "{unknown:?}");
    }
}

async fn offices_do_not_touch_each_other(toit: &Toit) {
    let code = toit.code_of("E-duo").await;
    let typed = HouseholdOptions { confirm_ended: Some(64), ..APPLY };
    load(toit, Vec::new(), typed).await.expect("the first office ends all");
    let place = toit.stranger().check_join_code(&check(&code)).await.expect("the other one goes on");
    assert_eq!(place.office, "Murs Voisins");
    offices::set_wave(toit.app(), toit.office, WaveTarget::All, Wave::Closed).await.expect("closed");
    toit.stranger().check_join_code(&check(&code)).await.expect("the other one stays open");
    let taken = offices::add(toit.app(), "murs-voisins", "Encore").await;
    assert_eq!(taken.expect_err("the short name exists").into_problem().code, ProblemCode::Stale);
}

async fn waves_open_districts_and_single_residences(toit: &Toit) {
    let codes = [toit.code(Place::A).await, toit.code(Place::B).await, toit.code(Place::C).await];
    let open = async || {
        let mut open = Vec::new();
        for code in &codes {
            open.push(toit.stranger().check_join_code(&check(code)).await.is_ok());
        }
        open
    };
    let set = async |target, wave| offices::set_wave(toit.app(), toit.office, target, wave).await;
    assert_eq!(set(WaveTarget::All, Wave::Closed).await.expect("closed"), 4);
    assert_eq!(open().await, [false, false, false]);
    assert_eq!(set(WaveTarget::District("75019".to_owned()), Wave::Open).await.expect("opened"), 3);
    assert_eq!(open().await, [true, false, true]);
    assert_eq!(set(WaveTarget::Reference("B".to_owned()), Wave::Pilot).await.expect("opened"), 1);
    assert_eq!(open().await, [true, true, true]);
    let nothing = set(WaveTarget::District("13001".to_owned()), Wave::Open).await;
    assert_eq!(nothing.expect_err("no such district").into_problem().code, ProblemCode::NotFound);
}

async fn letters_that_got_lost_are_printed_again_with_other_codes(toit: &Toit) {
    let target = || CodesFor::Residence("A".to_owned());
    let lost = codes::issue(toit.app(), toit.office, target()).await.expect("issued");
    assert!(codes::issue(toit.app(), toit.office, target()).await.expect("nothing to do").is_empty());
    let again = codes::reprint(toit.app(), toit.office, target()).await.expect("printed again");
    assert_eq!(again.len(), lost.len());
    let code = |letters: &[api::app::letters::Letter]| JoinCode::parse(&letters[0].code).expect("a code");
    assert_eq!(refused(toit, &code(&lost)).await, ProblemCode::JoinCodeRefused);
    toit.stranger().check_join_code(&check(&code(&again))).await.expect("the new one opens");
}
