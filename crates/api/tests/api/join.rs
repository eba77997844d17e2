//! Joining with a code.

use chrono::TimeDelta;
use domain::id::TenantId;
use domain::problem::{FieldCode, ProblemCode};
use domain::tenant::{EditMe, FirstName, Join, Password};

use crate::support::{
    Person, Place, Toit, check, code_of, email, join, key, mark, on_both_databases, refusal, refused_value,
};

on_both_databases!(
    a_code_opens_the_residence_for_which_it_was_printed,
    a_code_is_read_in_lower_case_with_spaces_and_with_o_for_zero,
    a_wrong_letter_is_caught_by_the_check_symbol,
    whoever_joins_is_signed_in_and_sees_herself,
    a_household_takes_as_many_people_as_it_has_seats,
    two_people_on_the_last_seat_at_once_and_one_joins,
    the_same_join_sent_again_takes_one_seat_and_signs_in_the_same_person,
    the_same_join_sent_twice_at_once_makes_one_person,
    a_key_with_another_content_or_password_is_refused,
    a_key_is_forgotten_after_a_day,
    first_names_of_all_scripts_are_kept_as_typed,
    namesakes_of_one_residence_have_different_marks,
    a_weak_password_is_refused_with_its_pointer,
    the_sign_in_name_is_the_first_name_and_two_words,
    a_first_name_a_mark_and_a_language_can_be_changed,
);

async fn a_code_opens_the_residence_for_which_it_was_printed(toit: &Toit) {
    let code = toit.code_of("A-duo").await;
    let place = toit.stranger().check_join_code(&check(&code)).await.expect("a good code");
    assert_eq!(place.office, "Toits de Test");
    assert_eq!(place.residence.name, "Résidence A");
    assert_eq!(place.address, "1 rue des Essais, 75019");
    assert_eq!(place.seats_left, 2);
    Person::join_with(toit, &join(&code, "Awa")).await;
    let place = toit.stranger().check_join_code(&check(&code)).await.expect("a seat is left");
    assert_eq!(place.seats_left, 1);
}

async fn a_code_is_read_in_lower_case_with_spaces_and_with_o_for_zero(toit: &Toit) {
    let printed = toit.code(Place::A).await.to_string();
    let typed = [
        printed.to_lowercase(),
        printed.replace('-', " "),
        format!("  {} ", printed.replace('-', "")),
        printed.replace('0', "o").replace('1', "l"),
        printed.replace('1', "I"),
        printed.replace('-', "–"),
    ];
    for typed in typed {
        let body = serde_json::json!({ "code": typed }).to_string();
        let answer = toit.raw().post("/join/check", body).await;
        assert_eq!(answer.ok()["residence"]["name"], "Résidence A", "{typed:?}");
    }
}

async fn a_wrong_letter_is_caught_by_the_check_symbol(toit: &Toit) {
    let printed = toit.code(Place::A).await.to_string();
    let last = if printed.ends_with('7') { "8" } else { "7" };
    let wrong = format!("{}{last}", &printed[..printed.len() - 1]);
    let body = serde_json::json!({ "code": wrong }).to_string();
    toit.raw().post("/join/check", body).await.invalid("/code", FieldCode::CheckSymbol);
    for (typed, why) in
        [("", FieldCode::Required), ("K7QF-2M9D", FieldCode::NotACode), ("UUUU-UUUU-UUUU", FieldCode::NotACode)]
    {
        let body = serde_json::json!({ "code": typed }).to_string();
        toit.raw().post("/join/check", body).await.invalid("/code", why);
    }
}

async fn whoever_joins_is_signed_in_and_sees_herself(toit: &Toit) {
    let code = toit.code(Place::B).await;
    let client = toit.stranger();
    let asked = Join { email: email("Awa@Example.org"), ..join(&code, "Awa") };
    let joined = client.join(&asked, &key()).await.expect("the code opens");
    assert!(joined.tokens.is_some(), "a program gets its tokens in the body");
    let me = client.get_me().await.expect("she is signed in");
    assert_eq!(me, joined.me);
    assert_eq!((me.first_name.as_str(), me.mark, me.language), ("Awa", asked.mark, asked.language));
    assert_eq!(me.email.map(String::from).as_deref(), Some("awa@example.org"));
    assert_eq!((me.office, me.office_name.as_str()), (toit.office, "Toits de Test"));
    assert_eq!((me.residence.name.as_str(), me.residence.district_name.as_str()), ("Résidence B", "18e"));
    assert_eq!(me.joined_at, toit.now());
}

async fn a_household_takes_as_many_people_as_it_has_seats(toit: &Toit) {
    let code = toit.code_of("A-duo").await;
    let third = toit.stranger();
    let place = third.check_join_code(&check(&code)).await.expect("seats are left");
    for name in ["Awa", "Samir"] {
        Person::join_with(toit, &join(&code, name)).await;
    }
    let late = Join { ticket: Some(place.ticket), ..join(&code, "Zoé") };
    assert_eq!(
        code_of(third.join(&late, &key()).await),
        ProblemCode::SeatsTaken,
        "she was told before that seats are left"
    );
    let guess = join(&code, "Zoé");
    assert_eq!(code_of(third.join(&guess, &key()).await), ProblemCode::JoinCodeRefused, "others learn nothing");
}

async fn two_people_on_the_last_seat_at_once_and_one_joins(toit: &Toit) {
    for round in ["A", "B", "C"] {
        let code = toit.code_of(&format!("{round}-solo")).await;
        let (one, two) = (toit.stranger(), toit.stranger());
        let ticket = one.check_join_code(&check(&code)).await.expect("a seat is left").ticket;
        let ask = |name| Join { ticket: Some(ticket.clone()), ..join(&code, name) };
        let ((key_one, key_two), (awa, samir)) = ((key(), key()), (ask("Awa"), ask("Samir")));
        let (one, two) = tokio::join!(one.join(&awa, &key_one), two.join(&samir, &key_two));
        let refused: Vec<_> = [one, two].into_iter().filter_map(Result::err).collect();
        assert_eq!(refused.len(), 1, "one seat, one person: {refused:?}");
        assert_eq!(refused[0].code(), Some(ProblemCode::SeatsTaken));
    }
}

async fn the_same_join_sent_again_takes_one_seat_and_signs_in_the_same_person(toit: &Toit) {
    let code = toit.code_of("A-solo").await;
    let (asked, key) = (join(&code, "Awa"), key());
    let first = toit.stranger().join(&asked, &key).await.expect("the code opens");
    let again = toit.stranger();
    let second = again.join(&asked, &key).await.expect("an interrupted join is resumed");
    assert_eq!(first.me.id, second.me.id);
    assert_eq!(again.get_me().await.expect("she is signed in").id, first.me.id);
    let late = toit.stranger().check_join_code(&check(&code)).await;
    assert_eq!(code_of(late), ProblemCode::JoinCodeRefused, "the one seat is taken");
}

async fn the_same_join_sent_twice_at_once_makes_one_person(toit: &Toit) {
    let code = toit.code_of("A-duo").await;
    let (asked, key) = (join(&code, "Awa"), key());
    let (one, two) = (toit.stranger(), toit.stranger());
    let (first, second) = tokio::join!(one.join(&asked, &key), two.join(&asked, &key));
    let ids: Vec<TenantId> = [first, second].into_iter().map(|j| j.expect("both are let in").me.id).collect();
    assert_eq!(ids[0], ids[1]);
    let place = toit.stranger().check_join_code(&check(&code)).await.expect("a seat is left");
    assert_eq!(place.seats_left, 1);
}

async fn a_key_with_another_content_or_password_is_refused(toit: &Toit) {
    let code = toit.code(Place::A).await;
    let (asked, key) = (join(&code, "Awa"), key());
    toit.stranger().join(&asked, &key).await.expect("the code opens");
    let other_name = Join { first_name: FirstName::parse("Samir").expect("a name"), ..asked.clone() };
    assert_eq!(code_of(toit.stranger().join(&other_name, &key).await), ProblemCode::IdempotencyKeyReused);
    let other_password = Join { password: Password::parse("Cinq canards bleus au balcon").expect("one"), ..asked };
    assert_eq!(code_of(toit.stranger().join(&other_password, &key).await), ProblemCode::IdempotencyKeyReused);
}

async fn a_key_is_forgotten_after_a_day(toit: &Toit) {
    let code = toit.code(Place::A).await;
    let key = key();
    let first = toit.stranger().join(&join(&code, "Awa"), &key).await.expect("the code opens");
    toit.wait(TimeDelta::hours(25)).await;
    let other = toit.stranger().join(&join(&code, "Samir"), &key).await.expect("the key is free again");
    assert_ne!(first.me.id, other.me.id);
}

async fn first_names_of_all_scripts_are_kept_as_typed(toit: &Toit) {
    let code = toit.code(Place::A).await;
    for name in ["Zoé", "N’Golo", "محمد", "देवेन्द्र"] {
        let person = Person::join_with(toit, &join(&code, name)).await;
        assert_eq!(person.me.first_name.as_str(), name);
        assert_eq!(person.sign_in().await.me.id, person.me.id, "{name} can come back as {}", person.me.sign_in_name);
    }
}

async fn namesakes_of_one_residence_have_different_marks(toit: &Toit) {
    let ask = async |name, place, mark| {
        let code = toit.code(place).await;
        toit.stranger().join(&Join { mark, ..join(&code, name) }, &key()).await
    };
    let (bird, cat) = (mark(0), mark(8));
    ask("Fatima", Place::A, bird).await.expect("the first Fatima");
    assert_eq!(code_of(ask("Fatima", Place::A, bird).await), ProblemCode::MarkTaken);
    assert_eq!(
        code_of(ask("fàtima", Place::A, bird).await),
        ProblemCode::MarkTaken,
        "accents and case tell nobody apart"
    );
    ask("Fatima", Place::A, cat).await.expect("another mark");
    ask("Samir", Place::A, bird).await.expect("another name");
    ask("Fatima", Place::B, bird).await.expect("another residence");
}

async fn a_weak_password_is_refused_with_its_pointer(toit: &Toit) {
    let code = toit.code_of("A-solo").await;
    for weak in ["password", "12345678", "aaaaaaaaaa", "awaawaawa"] {
        let asked = Join { password: Password::parse(weak).expect("long enough"), ..join(&code, "Awa") };
        let refused = refused_value(toit.stranger().join(&asked, &key()).await);
        assert_eq!(refused, ("/password".to_owned(), FieldCode::WeakPassword), "{weak}");
    }
    Person::join_with(toit, &join(&code, "Awa")).await;
}

async fn the_sign_in_name_is_the_first_name_and_two_words(toit: &Toit) {
    let person = toit.neighbour("Zoé", Place::A).await;
    let name = person.me.sign_in_name.clone();
    let words: Vec<&str> = name.split([' ', '-']).collect();
    assert_eq!(words.len(), 3, "{name}");
    assert_eq!(words[0], "zoe");
    assert!(words[1..].iter().all(|w| w.len() >= 3 && w.bytes().all(|b| b.is_ascii_lowercase())), "{name}");
    let namesake = toit.neighbour("Zoé", Place::A).await;
    assert_ne!(namesake.me.sign_in_name, name);
}

async fn a_first_name_a_mark_and_a_language_can_be_changed(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let samir = toit.neighbour("Samir", Place::A).await;
    let offer = awa.post(&awa.services.offer("Lecture")).await;
    let name = |n: &str| EditMe { first_name: Some(FirstName::parse(n).expect("a name")), ..EditMe::default() };
    let edited = awa.client.edit_me(awa.me.version, &name("Awa Marie")).await.expect("she changes her name");
    assert_eq!((edited.first_name.as_str(), edited.mark), ("Awa Marie", awa.me.mark));
    assert_eq!(edited.sign_in_name, awa.me.sign_in_name, "the card that she printed stays good");
    let seen = samir.client.get_offer(offer.id).await.expect("he sees the offer");
    assert_eq!(seen.author.first_name.as_str(), "Awa Marie");
    let old = awa.client.edit_me(awa.me.version, &name("Awa")).await;
    assert_eq!(code_of(old), ProblemCode::PreconditionFailed);
    let like_samir = EditMe { mark: Some(samir.me.mark), ..name("SAMIR") };
    assert_eq!(code_of(awa.client.edit_me(edited.version, &like_samir).await), ProblemCode::MarkTaken);
    let raw = awa.raw();
    let without = raw.send_json(reqwest::Method::PATCH, "/tenants/me", r#"{"language":"en"}"#).await;
    without.refused(ProblemCode::PreconditionRequired);
    assert_eq!(refusal(toit.stranger().get_me().await).status, 401);
}
