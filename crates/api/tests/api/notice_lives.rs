//! The lives of notices: asked about, renewed, resolved, over.

use chrono::TimeDelta;
use domain::id::NoticeId;
use domain::news::NewsKind;
use domain::notice::{MAX_RENEWALS, NoticeAction, NoticeKind, NoticeState, PhotoSize};
use domain::problem::ProblemCode;

use crate::canary::search::files_below;
use crate::notices::{lost, sees, title, two};
use crate::support::pictures::jpeg;
use crate::support::{Person, Place, Toit, code_of, notice, on_both_databases};

on_both_databases!(
    an_author_is_asked_three_days_before_the_end_and_once,
    trouble_that_lives_three_days_is_asked_about_at_its_half,
    a_notice_is_renewed_three_times_and_each_life_asks_again,
    two_taps_at_once_renew_a_notice_once,
    whoever_renews_what_has_just_begun_changes_nothing,
    an_expired_notice_is_withdrawn_after_thirty_days_with_its_photo,
    a_resolved_notice_shows_its_banner_for_seven_days,
    what_is_found_after_the_end_is_resolved_all_the_same,
    a_withdrawn_notice_is_gone_for_all_but_its_author,
    work_that_fails_stops_no_other_work,
);

/// Her news about one notice: what, and how often.
async fn told(person: &Person, id: NoticeId) -> Option<(NewsKind, u32)> {
    let news = person.client.list_news(None).await.expect("news").items;
    news.iter().find(|n| n.about.id == id.0).map(|n| (n.kind, n.count))
}

async fn an_author_is_asked_three_days_before_the_end_and_once(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let told_of = awa.tell(&lost("Chat roux")).await;
    let life = TimeDelta::days(30);
    toit.wait(life - TimeDelta::days(3) - TimeDelta::milliseconds(1)).await;
    assert_eq!(told(&awa, told_of.id).await, None);
    toit.wait(TimeDelta::milliseconds(1)).await;
    assert_eq!(told(&awa, told_of.id).await, Some((NewsKind::NoticeEnding, 1)));
    toit.wait_days(2).await;
    assert_eq!(told(&awa, told_of.id).await, Some((NewsKind::NoticeEnding, 1)), "not once more");
    assert!(sees(&bilal, told_of.id).await);
    toit.wait_days(1).await;
    assert_eq!(told(&awa, told_of.id).await, Some((NewsKind::NoticeExpired, 1)));
    assert!(!sees(&bilal, told_of.id).await);
    let over = awa.client.get_notice(told_of.id).await.expect("she sees it");
    assert_eq!(over.state, NoticeState::Expired);
    assert_eq!(over.actions, [NoticeAction::Renew, NoticeAction::Resolve, NoticeAction::Withdraw]);
    assert!(told(&bilal, told_of.id).await.is_none(), "nobody else is told");
    assert_eq!(toit.count("outbox WHERE kind = 'notice'").await, 0, "nothing is due any more");
}

async fn trouble_that_lives_three_days_is_asked_about_at_its_half(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let trouble = awa.tell(&notice(NoticeKind::Trouble, "L'ascenseur est en panne")).await;
    toit.wait(TimeDelta::hours(36) - TimeDelta::milliseconds(1)).await;
    assert_eq!(told(&awa, trouble.id).await, None);
    toit.wait(TimeDelta::milliseconds(1)).await;
    assert_eq!(told(&awa, trouble.id).await, Some((NewsKind::NoticeEnding, 1)));
    toit.wait(TimeDelta::hours(36)).await;
    assert_eq!(told(&awa, trouble.id).await, Some((NewsKind::NoticeExpired, 1)));
}

async fn a_notice_is_renewed_three_times_and_each_life_asks_again(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let told_of = awa.tell(&notice(NoticeKind::Question, "Qui connaît un bon dentiste ?")).await;
    // Before it is asked for, when it is asked for, and after the end.
    for (n, wait) in [(1, 1), (2, 12), (3, 14)] {
        toit.wait_days(wait).await;
        let renewed = awa.client.renew_notice(told_of.id).await.expect("renewed");
        assert_eq!(renewed.renewals_left, Some(MAX_RENEWALS - n));
        assert_eq!((renewed.state, renewed.expires_at), (NoticeState::Published, toit.now() + TimeDelta::days(14)));
        assert!(sees(&bilal, told_of.id).await);
        assert_eq!(toit.count("outbox WHERE kind = 'notice'").await, 1, "the clock looks once a life");
    }
    awa.client.read_news(&Default::default()).await.expect("read");
    toit.wait_days(11).await;
    let asked = told(&awa, told_of.id).await;
    assert_eq!(asked, Some((NewsKind::NoticeEnding, 1)), "she may say that it is answered");
    assert_eq!(code_of(awa.client.renew_notice(told_of.id).await), ProblemCode::NotNow, "three times at most");
    toit.wait_days(3).await;
    let over = awa.client.get_notice(told_of.id).await.expect("hers");
    assert_eq!((over.state, over.renewals_left), (NoticeState::Expired, Some(0)));
    assert_eq!(over.actions, [NoticeAction::Resolve, NoticeAction::Withdraw]);
}

async fn two_taps_at_once_renew_a_notice_once(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told_of = awa.tell(&lost("Chat roux")).await;
    toit.wait_days(1).await;
    let (one, two) = tokio::join!(awa.client.renew_notice(told_of.id), awa.client.renew_notice(told_of.id));
    let renewed = awa.client.get_notice(told_of.id).await.expect("hers");
    assert_eq!(renewed.renewals_left, Some(MAX_RENEWALS - 1));
    assert!(one.is_ok() || two.is_ok());
    assert!([one, two].into_iter().filter_map(Result::err).all(|e| e.code() == Some(ProblemCode::Stale)));
    assert_eq!(toit.count("outbox WHERE kind = 'notice'").await, 1);
}

async fn whoever_renews_what_has_just_begun_changes_nothing(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let posted = awa.tell(&notice(NoticeKind::Trouble, "L'ascenseur est en panne")).await;
    assert!(posted.actions.contains(&NoticeAction::Renew));
    assert_eq!(awa.client.renew_notice(posted.id).await.expect("as it is"), posted);
    let (hour, moment) = (TimeDelta::minutes(60), TimeDelta::milliseconds(1));
    for n in 1..=MAX_RENEWALS {
        toit.wait(hour - moment).await;
        let before = awa.client.get_notice(posted.id).await.expect("hers");
        assert_eq!(awa.client.renew_notice(posted.id).await.expect("too soon"), before);
        toit.wait(moment).await;
        let renewed = awa.client.renew_notice(posted.id).await.expect("renewed");
        assert_eq!((renewed.renewals_left, renewed.version), (Some(MAX_RENEWALS - n), before.version + 1));
        assert_eq!(awa.client.renew_notice(posted.id).await.expect("sent again"), renewed, "also the last time");
    }
    toit.wait(hour).await;
    assert_eq!(code_of(awa.client.renew_notice(posted.id).await), ProblemCode::NotNow);
}

async fn an_expired_notice_is_withdrawn_after_thirty_days_with_its_photo(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let (over, renewed) = (awa.tell(&lost("Chat roux")).await, awa.tell(&lost("Chat noir")).await);
    for id in [over.id, renewed.id] {
        awa.client.put_notice_photo(id, jpeg(60, 40)).await.expect("taken");
    }
    toit.wait_days(30).await;
    toit.wait(TimeDelta::days(30) - TimeDelta::hours(2)).await;
    let awa = awa.sign_in().await;
    let seen = awa.client.get_notice(over.id).await.expect("hers");
    assert_eq!((seen.state, seen.photo.is_some()), (NoticeState::Expired, true));
    awa.client.renew_notice(renewed.id).await.expect("still");
    toit.wait(TimeDelta::hours(2)).await;
    let gone = awa.client.get_notice(over.id).await.expect("hers");
    assert_eq!((gone.state, gone.photo, gone.actions), (NoticeState::Withdrawn, None, vec![]));
    assert_eq!(gone.version, seen.version + 1);
    let photo = awa.client.get_notice_photo(over.id, PhotoSize::Large).await;
    assert_eq!(code_of(photo), ProblemCode::NotFound);
    assert_eq!(toit.count("photos").await, 1);
    let stays = awa.client.get_notice(renewed.id).await.expect("hers");
    assert_eq!((stays.state, stays.photo.is_some()), (NoticeState::Published, true));
    let left: Vec<_> = files_below(&toit.folder().join("photos"));
    assert_eq!(left.len(), 2, "one photo of two sizes");
}

async fn a_resolved_notice_shows_its_banner_for_seven_days(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let told_of = awa.tell(&lost("Chat roux")).await;
    toit.wait_days(2).await;
    let found = awa.client.resolve_notice(told_of.id).await.expect("found");
    assert_eq!((found.state, found.resolved_at), (NoticeState::Resolved, Some(toit.now())));
    assert_eq!(found.expires_at, toit.now() + TimeDelta::days(7));
    assert_eq!(found.actions, [NoticeAction::Withdraw]);
    assert_eq!(bilal.client.get_notice(told_of.id).await.expect("the banner").state, NoticeState::Resolved);
    assert_eq!(code_of(awa.client.resolve_notice(told_of.id).await), ProblemCode::NotNow);
    assert_eq!(code_of(awa.client.renew_notice(told_of.id).await), ProblemCode::NotNow);
    toit.wait(TimeDelta::days(7) - TimeDelta::milliseconds(1)).await;
    assert!(sees(&bilal, told_of.id).await);
    toit.wait(TimeDelta::milliseconds(1)).await;
    assert!(!sees(&bilal, told_of.id).await);
    let over = awa.client.get_notice(told_of.id).await.expect("hers");
    assert_eq!((over.resolved_at, over.actions), (found.resolved_at, vec![]), "it still tells that it ended well");
    assert_eq!(told(&awa, told_of.id).await, None, "nobody asks about what is found");
    for kind in [NoticeKind::News, NoticeKind::Thanks] {
        let other = awa.tell(&notice(kind, "Merci")).await;
        assert_eq!(code_of(awa.client.resolve_notice(other.id).await), ProblemCode::NotNow, "{kind:?}");
    }
}

async fn what_is_found_after_the_end_is_resolved_all_the_same(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let told_of = awa.tell(&lost("Chat roux")).await;
    toit.wait_days(27).await;
    toit.wait_days(10).await;
    assert!(!sees(&bilal, told_of.id).await);
    awa.client.resolve_notice(told_of.id).await.expect("found");
    assert!(sees(&bilal, told_of.id).await, "good news for all who looked");
    toit.wait_days(7).await;
    assert!(!sees(&bilal, told_of.id).await);
}

async fn a_withdrawn_notice_is_gone_for_all_but_its_author(toit: &Toit) {
    let (awa, bilal) = two(toit).await;
    let told_of = awa.tell(&lost("Chat roux")).await;
    let gone = awa.client.withdraw_notice(told_of.id).await.expect("withdrawn");
    assert_eq!((gone.state, &gone.actions), (NoticeState::Withdrawn, &vec![]));
    assert!(!sees(&bilal, told_of.id).await);
    assert_eq!(awa.client.get_notice(told_of.id).await.expect("hers"), gone);
    for refused in [
        awa.client.withdraw_notice(told_of.id).await,
        awa.client.renew_notice(told_of.id).await,
        awa.client.resolve_notice(told_of.id).await,
        awa.client.edit_notice(told_of.id, gone.version, &title("Trop tard")).await,
        awa.client.put_notice_photo(told_of.id, vec![1]).await,
        awa.client.delete_notice_photo(told_of.id).await,
    ] {
        assert_eq!(code_of(refused), ProblemCode::NotNow);
    }
    assert_eq!(toit.count("outbox WHERE kind = 'notice'").await, 0);
}

async fn work_that_fails_stops_no_other_work(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let (broken, good) = (awa.tell(&lost("Chat roux")).await, awa.tell(&lost("Chat noir")).await);
    let (database, name) = (toit.database(), broken.id.0.simple());
    let (id, which) = match database.url().starts_with("postgres") {
        true => ("gen_random_uuid()", format!("uuid '{name}'")),
        false => ("randomblob(16)", format!("x'{name}'")),
    };
    database.rows(&format!("UPDATE notices SET state = 'planet' WHERE id = {which}")).await;
    // More than are read at once, and all of them before what is to be done.
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)";
    let work = format!("INSERT INTO outbox (id, kind, subject, due_at) SELECT {id}, 'notice', {which}, 1 FROM n");
    database.rows(&format!("{many} {work}")).await;
    toit.wait_days(27).await;
    assert_eq!(told(&awa, good.id).await, Some((NewsKind::NoticeEnding, 1)));
    assert_eq!(toit.count("outbox WHERE due_at = 1").await, 500, "it is tried again");
}
