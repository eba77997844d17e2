//! Notices: how they are posted, seen and edited.

use chrono::TimeDelta;
use domain::circle::Circle;
use domain::id::{NoticeId, ResidenceId};
use domain::notice::{
    EditNotice, MAX_RENEWALS, NewNotice, NoticeAction, NoticeKind, NoticeState, NoticeView, Seen, SeenView,
};
use domain::problem::{FieldCode, ProblemCode};
use domain::text::{Body, Title};

use crate::support::{Answer, Person, Place, Toit, code_of, key, notice, on_both_databases, refused_value, seen_near};

on_both_databases!(
    a_notice_is_shown_as_it_was_typed,
    a_notice_of_hostile_words_is_text_and_nothing_else,
    the_same_key_makes_one_notice,
    a_notice_reaches_its_circle_and_nobody_else,
    an_edit_of_a_notice_names_the_version_that_was_read,
    two_edits_of_one_notice_at_once_and_one_wins,
    what_is_somebody_elses_notice_is_not_mine_to_change,
    where_something_was_seen_is_a_residence_that_takes_part,
    only_trouble_shows_the_repair_line_of_the_office,
    own_notices_come_page_by_page,
    a_new_name_stands_on_old_notices,
    who_posts_a_notice_is_known_to_whom_it_reaches,
    who_asks_to_leave_is_hidden_and_seen_again_when_she_stays,
    what_ended_while_its_author_was_going_is_seen_again_when_she_stays_and_renews_it,
    what_is_sent_wrongly_is_refused_with_its_place,
);

pub async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await)
}

pub fn lost(title: &str) -> NewNotice {
    notice(NoticeKind::LostAnimal, title)
}

pub async fn sees(person: &Person, id: NoticeId) -> bool {
    match person.client.get_notice(id).await {
        Ok(_) => true,
        refused => {
            assert_eq!(code_of(refused), ProblemCode::NotFound);
            false
        }
    }
}

async fn a_notice_is_shown_as_it_was_typed(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let seen = Seen { at: Some(toit.now() - TimeDelta::hours(20)), ..seen_near(&bilal, 250) };
    let new = NewNotice { seen: Some(seen), ..lost("Chat roux, yeux verts") };
    let posted = awa.tell(&new).await;
    assert_eq!(
        posted.actions,
        [NoticeAction::Edit, NoticeAction::Renew, NoticeAction::Resolve, NoticeAction::Withdraw]
    );
    assert_eq!(posted.renewals_left, Some(MAX_RENEWALS));
    let NewNotice { kind, title, text, circle, seen } = new;
    assert_eq!((posted.kind, &posted.title, &posted.text, posted.circle), (kind, &title, &text, circle));
    let around = posted.seen.clone().expect("where it was seen");
    let place = |distance_m| SeenView { distance_m, ..around.clone() };
    let seen = seen.expect("asked for");
    assert_eq!((around.residence.id, around.radius_m, around.at), (seen.residence, seen.radius_m, seen.at));
    assert_eq!(around.distance_m, Some(300));
    assert_eq!((posted.state, posted.created_at), (NoticeState::Published, toit.now()));
    assert_eq!((posted.expires_at, posted.version), (toit.now() + TimeDelta::days(30), 1));
    assert_eq!((posted.photo, posted.resolved_at, &posted.repair_line), (None, None, &None));
    assert_eq!((posted.author.id, posted.author.mark), (awa.id(), awa.me.mark));
    let theirs = bilal.client.get_notice(posted.id).await.expect("it reaches him");
    let expected = NoticeView {
        seen: Some(place(Some(0))),
        distance_m: Some(300),
        actions: vec![],
        renewals_left: None,
        ..posted.clone()
    };
    assert_eq!(theirs, expected);
    assert_eq!(awa.client.get_notice(posted.id).await.expect("hers"), posted);
    assert_eq!(awa.client.list_notices(None, None).await.expect("a page").items, [posted]);
    assert!(bilal.client.list_notices(None, None).await.expect("a page").items.is_empty());
}

async fn a_notice_of_hostile_words_is_text_and_nothing_else(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    for words in [
        "<script>alert('1')</script>",
        "'; DROP TABLE notices; --",
        "{{constructor}} ${7*7} %s %n",
        "\u{202e}gnirts\u{202c} e\u{301}\u{323} 👨‍👩‍👧 العربية",
        "..\\..\\etc/passwd \\u0000 \\",
    ] {
        let new = NewNotice { text: Body::parse(format!("{words}\n\t{words}")).expect("a text"), ..lost(words) };
        let seen = bilal.client.get_notice(awa.tell(&new).await.id).await.expect("it reaches him");
        assert_eq!((seen.title, seen.text), (new.title, new.text), "kept exactly as typed");
    }
    for nothing in ["", "  ", "\u{200b}", "a\u{0}b", "deux\nlignes"] {
        let body = serde_json::json!({ "kind": "news", "title": nothing, "text": "", "circle": "office" });
        awa.raw().post("/notices", body.to_string()).await.refused(ProblemCode::Invalid);
    }
}

async fn the_same_key_makes_one_notice(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let (new, key) = (lost("Chat roux"), key());
    let first = awa.client.create_notice(&new, &key).await.expect("posted");
    let (one, two) = tokio::join!(awa.client.create_notice(&new, &key), awa.client.create_notice(&new, &key));
    assert_eq!((one.expect("again").id, two.expect("again").id), (first.id, first.id));
    assert_eq!(code_of(awa.client.create_notice(&lost("Chat noir"), &key).await), ProblemCode::IdempotencyKeyReused);
    assert_ne!(bilal.client.create_notice(&new, &key).await.expect("his own key").id, first.id);
    let fresh = crate::support::key();
    let (one, two) = tokio::join!(awa.client.create_notice(&new, &fresh), awa.client.create_notice(&new, &fresh));
    assert_eq!(one.expect("posted").id, two.expect("posted").id, "twice at the same moment");
    assert_eq!(toit.count("notices").await, 3);
}

async fn a_notice_reaches_its_circle_and_nobody_else(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let others = [
        toit.neighbour("Samir", Place::A).await,
        toit.neighbour("Bilal", Place::B).await,
        toit.neighbour("Chloé", Place::C).await,
        toit.neighbour("Elif", Place::E).await,
    ];
    for (circle, reached) in [
        (Circle::Residence, [true, false, false, false]),
        (Circle::Nearby, [true, true, false, false]),
        (Circle::District, [true, false, true, false]),
        (Circle::Office, [true, true, true, false]),
    ] {
        let told = awa.tell(&NewNotice { circle, ..lost("Chat roux") }).await;
        for (other, expected) in others.iter().zip(reached) {
            assert_eq!(sees(other, told.id).await, expected, "{circle:?}, {}", other.me.first_name);
        }
    }
    let told = awa.tell(&lost("Chat roux")).await;
    let bilal = &others[1];
    bilal.client.block_neighbour(awa.id()).await.expect("blocked");
    assert!(!sees(bilal, told.id).await);
    bilal.client.unblock_neighbour(awa.id()).await.expect("taken back");
    assert!(sees(bilal, told.id).await);
}

pub fn title(text: &str) -> EditNotice {
    EditNotice { title: Some(Title::parse(text).expect("a title")), ..EditNotice::default() }
}

async fn an_edit_of_a_notice_names_the_version_that_was_read(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let told = awa.tell(&NewNotice { seen: Some(seen_near(&awa, 100)), ..lost("Chat roux") }).await;
    let path = format!("/notices/{}", told.id);
    assert_eq!(awa.raw().get(&path).await.header("etag"), Some("\"1\""));
    let without = awa.raw().send_json(reqwest::Method::PATCH, &path, r#"{"title":"Après"}"#).await;
    without.refused(ProblemCode::PreconditionRequired);
    for wrong in ["\"2\"", "nonsense", "*", "\"\""] {
        let request = awa.raw().request(reqwest::Method::PATCH, &path).header("If-Match", wrong);
        let request = request.header("Content-Type", "application/json").body(r#"{"title":"Après"}"#);
        Answer::of(request).await.refused(ProblemCode::PreconditionFailed);
    }
    let edited = awa.client.edit_notice(told.id, 1, &title("Chat roux et blanc")).await.expect("edited");
    let same = NoticeView { title: edited.title.clone(), version: 2, ..told.clone() };
    assert_eq!(edited, same, "what is not named stays");
    assert_eq!(code_of(awa.client.edit_notice(told.id, 1, &title("Trop tard")).await), ProblemCode::PreconditionFailed);
    let nowhere = EditNotice { seen: Some(None), circle: Some(Circle::Residence), ..EditNotice::default() };
    let edited = awa.client.edit_notice(told.id, 2, &nowhere).await.expect("edited");
    assert_eq!((edited.seen, edited.circle), (None, Circle::Residence));
    assert!(!sees(&bilal, told.id).await, "it reaches less far");
}

async fn two_edits_of_one_notice_at_once_and_one_wins(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = awa.tell(&lost("Chat roux")).await;
    let (left, right) = (title("Gauche"), title("Droite"));
    let (one, two) =
        tokio::join!(awa.client.edit_notice(told.id, 1, &left), awa.client.edit_notice(told.id, 1, &right));
    let results = [one, two];
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1, "{results:?}");
    let refused = results.into_iter().find_map(Result::err).expect("the other");
    assert_eq!(refused.code(), Some(ProblemCode::PreconditionFailed));
    assert_eq!(awa.client.get_notice(told.id).await.expect("hers").version, 2);
}

async fn what_is_somebody_elses_notice_is_not_mine_to_change(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let chloe = toit.neighbour("Chloé", Place::C).await;
    let told = awa.tell(&NewNotice { circle: Circle::Nearby, ..lost("Chat roux") }).await;
    for (person, expected) in [(&bilal, ProblemCode::NotYours), (&chloe, ProblemCode::NotFound)] {
        let (client, id) = (&person.client, told.id);
        assert_eq!(code_of(client.edit_notice(id, 1, &title("à moi")).await), expected);
        assert_eq!(code_of(client.renew_notice(id).await), expected);
        assert_eq!(code_of(client.resolve_notice(id).await), expected);
        assert_eq!(code_of(client.withdraw_notice(id).await), expected);
        assert_eq!(code_of(client.put_notice_photo(id, vec![1]).await), expected);
        assert_eq!(code_of(client.delete_notice_photo(id).await), expected);
        assert_eq!(code_of(client.list_alike_notices(id).await), ProblemCode::NotFound, "alike is for the author");
    }
    assert_eq!(awa.client.get_notice(told.id).await.expect("as it was"), told);
}

async fn where_something_was_seen_is_a_residence_that_takes_part(toit: &Toit) {
    let (awa, elif) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Elif", Place::E).await);
    let told = awa.tell(&lost("Chat roux")).await;
    let closed = {
        toit.set_wave(Place::D, domain::circle::Wave::Open).await;
        let dora = toit.neighbour("Dora", Place::D).await;
        toit.set_wave(Place::D, domain::circle::Wave::Closed).await;
        dora
    };
    let nowhere = ResidenceId(toit.clock.id());
    let elsewhere = Seen { residence: nowhere, ..seen_near(&awa, 100) };
    let tomorrow = Seen { at: Some(toit.now() + TimeDelta::days(1)), ..seen_near(&awa, 100) };
    let residence = ("/seen/residence".to_owned(), FieldCode::UnknownValue);
    for (seen, expected) in [
        (elsewhere, residence.clone()),
        (seen_near(&elif, 100), residence.clone()),
        (seen_near(&closed, 100), residence),
        (tomorrow, ("/seen/at".to_owned(), FieldCode::OutOfRange)),
    ] {
        let new = NewNotice { seen: Some(seen), ..lost("Chat roux") };
        assert_eq!(refused_value(awa.client.create_notice(&new, &key()).await), expected);
        let edit = EditNotice { seen: Some(Some(seen)), ..EditNotice::default() };
        assert_eq!(refused_value(awa.client.edit_notice(told.id, 1, &edit).await), expected);
    }
    let new = NewNotice { seen: Some(seen_near(&awa, 100)), ..notice(NoticeKind::Question, "Où ?") };
    let expected = ("/seen".to_owned(), FieldCode::UnknownValue);
    assert_eq!(refused_value(awa.client.create_notice(&new, &key()).await), expected);
    let asked = awa.tell(&notice(NoticeKind::Question, "Où ?")).await;
    let edit = EditNotice { seen: Some(new.seen), ..EditNotice::default() };
    assert_eq!(refused_value(awa.client.edit_notice(asked.id, 1, &edit).await), expected);
}

async fn only_trouble_shows_the_repair_line_of_the_office(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let trouble = awa.tell(&notice(NoticeKind::Trouble, "L'ascenseur est en panne")).await;
    let other = awa.tell(&lost("Chat roux")).await;
    let line = async |id| bilal.client.get_notice(id).await.expect("it reaches him").repair_line;
    assert_eq!(line(trouble.id).await, None);
    let set = async |line| api::app::offices::set_repair_line(toit.app(), toit.office, line).await;
    set(Some("01 23 45 67 89")).await.expect("one line");
    assert_eq!(line(trouble.id).await.as_deref(), Some("01 23 45 67 89"));
    assert_eq!(line(other.id).await, None);
    let long = "1".repeat(121);
    for refused in ["", "deux\nlignes", &long] {
        assert!(set(Some(refused)).await.is_err(), "{refused:?}");
    }
    assert_eq!(line(trouble.id).await.as_deref(), Some("01 23 45 67 89"));
    set(None).await.expect("taken back");
    assert_eq!(line(trouble.id).await, None);
}

async fn own_notices_come_page_by_page(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(awa.tell(&lost(&format!("Chat {n}"))).await.id);
    }
    awa.client.withdraw_notice(ids[1]).await.expect("withdrawn");
    awa.client.resolve_notice(ids[2]).await.expect("found");
    ids.reverse();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = awa.client.list_notices(after, Some(2)).await.expect("a page");
        seen.extend(page.items.iter().map(|n| n.id));
        let Some(next) = page.next else { break };
        after = Some(next.parse().expect("an id"));
    }
    assert_eq!(seen, ids, "all of them, whatever their state, the newest first");
    for limit in ["0", "101", "x"] {
        let answer = awa.raw().get(&format!("/notices?limit={limit}")).await;
        answer.refused(ProblemCode::Invalid);
    }
}

async fn a_new_name_stands_on_old_notices(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let told = awa.tell(&lost("Chat roux")).await;
    let name = domain::tenant::FirstName::parse("Aminata").expect("a name");
    let edit = domain::tenant::EditMe { first_name: Some(name.clone()), ..domain::tenant::EditMe::default() };
    awa.client.edit_me(awa.me.version, &edit).await.expect("renamed");
    let seen = bilal.client.get_notice(told.id).await.expect("it reaches him");
    assert_eq!((seen.author.first_name, seen.version), (name, 2), "a card of another version is not shown");
}

async fn who_posts_a_notice_is_known_to_whom_it_reaches(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let chloe = toit.neighbour("Chloé", Place::C).await;
    assert_eq!(code_of(bilal.client.get_neighbour(awa.id()).await), ProblemCode::NotFound);
    let told = awa.tell(&NewNotice { circle: Circle::Nearby, ..lost("Chat roux") }).await;
    assert_eq!(bilal.client.get_neighbour(awa.id()).await.expect("he sees her notice").id, awa.id());
    assert_eq!(code_of(chloe.client.get_neighbour(awa.id()).await), ProblemCode::NotFound);
    awa.client.withdraw_notice(told.id).await.expect("withdrawn");
    assert_eq!(code_of(bilal.client.get_neighbour(awa.id()).await), ProblemCode::NotFound);
}

async fn who_asks_to_leave_is_hidden_and_seen_again_when_she_stays(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let told = awa.tell(&lost("Chat roux")).await;
    awa.ask_to_leave(domain::leaving::LeaveWhen::InSevenDays).await;
    assert!(!sees(&bilal, told.id).await);
    let back = awa.sign_in().await;
    assert!(sees(&bilal, told.id).await, "she stays");
    back.leave(toit).await;
    assert!(!sees(&bilal, told.id).await);
    assert_eq!(toit.count("notices").await, 0);
    assert_eq!(toit.count("outbox WHERE kind = 'notice'").await, 0);
}

async fn what_ended_while_its_author_was_going_is_seen_again_when_she_stays_and_renews_it(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let cat = awa.tell(&lost("Chat roux")).await;
    toit.wait_days(25).await;
    let awa = awa.sign_in().await;
    let lift = awa.tell(&notice(NoticeKind::Trouble, "Ascenseur en panne")).await;
    awa.ask_to_leave(domain::leaving::LeaveWhen::InSevenDays).await;
    toit.wait_days(6).await;
    let (back, bilal) = (awa.sign_in().await, bilal.sign_in().await);
    for id in [cat.id, lift.id] {
        assert_eq!(back.client.get_notice(id).await.expect("her own").state, NoticeState::Expired);
        assert!(!sees(&bilal, id).await);
        back.client.renew_notice(id).await.expect("renewed");
        assert!(sees(&bilal, id).await);
    }
}

async fn what_is_sent_wrongly_is_refused_with_its_place(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let good = serde_json::json!({ "kind": "lost_animal", "title": "Chat", "text": "", "circle": "office" });
    let with = |name: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[name] = value;
        body.to_string()
    };
    let seen = |radius: serde_json::Value| serde_json::json!({ "residence": awa.me.residence.id, "radius_m": radius });
    let raw = awa.raw();
    for (body, pointer, code) in [
        (with("kind", "missing".into()), "/kind", FieldCode::UnknownValue),
        (with("circle", "partners".into()), "/circle", FieldCode::UnknownValue),
        (with("title", "x".repeat(81).into()), "/title", FieldCode::TooLong),
        (with("text", "x".repeat(2_001).into()), "/text", FieldCode::TooLong),
        (with("text", serde_json::Value::Null), "/text", FieldCode::WrongForm),
        (with("photo", "1".into()), "/photo", FieldCode::UnknownField),
        (with("seen", seen(49.into())), "/seen/radius_m", FieldCode::OutOfRange),
        (with("seen", seen(2_001.into())), "/seen/radius_m", FieldCode::OutOfRange),
        (with("seen", seen(70_000.into())), "/seen/radius_m", FieldCode::OutOfRange),
    ] {
        raw.post("/notices", body).await.invalid(pointer, code);
    }
    assert_eq!(toit.count("notices").await, 0);
}
