//! The square: offers, notices and events as one list.

use client::SquareFilter;
use domain::circle::{Circle, Wave};
use domain::leaving::LeaveWhen;
use domain::notice::{NewNotice, NoticeKind, NoticeView, Radius, Seen};
use domain::offer::{NewOffer, OfferKind};
use domain::page::Page;
use domain::problem::ProblemCode;
use domain::square::{PostKind, PostView};
use domain::tenant::{EditMe, FirstName};
use domain::text::{Body, Title};

use crate::support::{Person, Place, Toit, key, on_both_databases};

on_both_databases!(
    posts_of_all_kinds_stand_in_one_list_newest_first,
    each_kind_can_be_read_alone,
    a_circle_shows_what_stands_within_it,
    pages_follow_each_other_to_a_plain_end,
    notices_come_and_go_with_their_life,
    what_is_hidden_or_of_somebody_blocked_is_not_there,
    a_card_is_the_same_as_the_thing_itself,
    words_keep_the_order_of_time,
    a_server_that_starts_finds_all_posts_again,
    a_residence_that_closes_takes_its_posts_along,
    filters_that_are_not_understood_are_refused,
    what_reaches_fewer_since_a_moment_shows_its_new_words_to_those_alone,
);

fn title(of: &PostView) -> String {
    match of {
        PostView::Offer(o) => o.title.to_string(),
        PostView::Notice(n) => n.title.to_string(),
        PostView::Event(e) => e.title.to_string(),
    }
}

pub fn notice(kind: NoticeKind, title: &str) -> NewNotice {
    NewNotice {
        kind,
        title: Title::parse(title).expect("a title"),
        text: Body::parse("Merci de me le dire.").expect("a text"),
        circle: Circle::Office,
        seen: None,
    }
}

pub async fn post(person: &Person, new: &NewNotice) -> NoticeView {
    person.client.create_notice(new, &key()).await.expect("the notice is posted")
}

async fn page(person: &Person, filter: &SquareFilter) -> Page<PostView> {
    person.client.get_square(filter).await.expect("a page of the square")
}

async fn titles(person: &Person, filter: SquareFilter) -> Vec<String> {
    let page = page(person, &SquareFilter { limit: Some(100), ..filter }).await;
    assert_eq!(page.next, None, "one page holds them all");
    page.items.iter().map(title).collect()
}

async fn all(person: &Person) -> Vec<String> {
    titles(person, SquareFilter::default()).await
}

async fn two(toit: &Toit) -> (Person, Person) {
    (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await)
}

async fn posts_of_all_kinds_stand_in_one_list_newest_first(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    awa.post(&awa.services.offer("offre")).await;
    post(&samir, &notice(NoticeKind::LostAnimal, "chat perdu")).await;
    awa.post(&NewOffer { kind: OfferKind::Request, ..awa.services.offer("demande") }).await;
    post(&awa, &notice(NoticeKind::Thanks, "merci")).await;
    for person in [&awa, &samir] {
        assert_eq!(all(person).await, ["merci", "demande", "chat perdu", "offre"]);
    }
    let posts = awa.raw().get("/square").await.ok();
    let words: Vec<_> = posts["items"].as_array().expect("items").iter().map(|i| i["post"].clone()).collect();
    assert_eq!(words, ["notice", "offer", "notice", "offer"]);
    assert_eq!(awa.raw().get("/square").await.header("cache-control"), Some("no-store"));
    assert_eq!(
        awa.titles(client::OfferFilter::default()).await,
        ["demande", "offre"],
        "the list of offers holds offers alone"
    );
}

async fn each_kind_can_be_read_alone(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    for kind in NoticeKind::ALL {
        post(&samir, &notice(*kind, kind.as_str())).await;
    }
    samir.post(&samir.services.offer("offre")).await;
    samir.post(&NewOffer { kind: OfferKind::Request, ..samir.services.offer("demande") }).await;
    let mut seen = Vec::new();
    for kind in PostKind::ALL {
        let titles = titles(&awa, SquareFilter { kind: Some(*kind), ..SquareFilter::default() }).await;
        let expected: &[&str] = match kind {
            PostKind::Offer => &["offre"],
            PostKind::Request => &["demande"],
            PostKind::LostFound => &["found_object", "lost_object", "found_animal", "lost_animal"],
            PostKind::Notice => &["thanks", "trouble", "news", "question"],
            PostKind::Event => &[],
        };
        assert_eq!(titles, expected, "{kind:?}");
        seen.extend(titles);
    }
    assert_eq!(seen.len(), all(&awa).await.len(), "every post is of one kind");
}

async fn a_circle_shows_what_stands_within_it(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let far = toit.neighbour("Farid", Place::C).await;
    let elif = toit.neighbour("Elif", Place::E).await;
    for (author, name) in [(&awa, "A"), (&samir, "B"), (&far, "C"), (&elif, "E")] {
        for circle in Circle::ALL {
            let title = format!("{name} {}", circle.as_str());
            post(author, &NewNotice { circle, ..notice(NoticeKind::News, &title) }).await;
        }
    }
    for (circle, expected) in [
        (Some(Circle::Residence), vec!["A office", "A district", "A nearby", "A residence"]),
        (Some(Circle::Nearby), vec!["B office", "B nearby", "A office", "A district", "A nearby", "A residence"]),
        (Some(Circle::District), vec!["C office", "C district", "A office", "A district", "A nearby", "A residence"]),
        (
            None,
            vec!["C office", "C district", "B office", "B nearby", "A office", "A district", "A nearby", "A residence"],
        ),
    ] {
        let filter = SquareFilter { circle, ..SquareFilter::default() };
        assert_eq!(titles(&awa, filter).await, expected, "{circle:?}");
    }
    assert!(all(&elif).await.iter().all(|t| t.starts_with('E')), "another office is another world");
}

async fn pages_follow_each_other_to_a_plain_end(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let mut expected = Vec::new();
    for n in 0..17 {
        let title = format!("numéro {n}");
        match n % 3 {
            0 => drop(samir.post(&samir.services.offer(&title)).await),
            _ => drop(post(&awa, &notice(NoticeKind::Question, &title)).await),
        }
        expected.push(title);
    }
    expected.reverse();
    for limit in [1, 5, 16, 17] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let part = page(&awa, &SquareFilter { after, limit: Some(limit), ..SquareFilter::default() }).await;
            assert!(part.items.len() <= usize::from(limit));
            seen.extend(part.items.iter().map(title));
            after = part.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected, "pages of {limit}");
    }
    let empty = page(&toit.neighbour("Elif", Place::E).await, &SquareFilter::default()).await;
    assert_eq!((empty.items.len(), empty.next), (0, None));
}

async fn notices_come_and_go_with_their_life(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let lost = post(&samir, &notice(NoticeKind::LostAnimal, "chat perdu")).await;
    let gone = post(&samir, &notice(NoticeKind::News, "nouvelle")).await;
    post(&samir, &notice(NoticeKind::Trouble, "panne")).await;
    assert_eq!(all(&awa).await, ["panne", "nouvelle", "chat perdu"]);
    samir.client.withdraw_notice(gone.id).await.expect("withdrawn");
    assert_eq!(all(&awa).await, ["panne", "chat perdu"]);
    samir.client.resolve_notice(lost.id).await.expect("found");
    let resolved = page(&awa, &SquareFilter::default()).await;
    assert!(matches!(&resolved.items[1], PostView::Notice(n) if n.resolved_at.is_some()), "with its banner");
    toit.wait_days(4).await;
    assert_eq!(all(&awa).await, ["chat perdu"], "the trouble is over by itself");
    toit.wait_days(4).await;
    assert!(all(&awa).await.is_empty(), "the banner hung for seven days");
}

async fn what_is_hidden_or_of_somebody_blocked_is_not_there(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let emma = toit.neighbour("Emma", Place::A).await;
    post(&samir, &notice(NoticeKind::News, "nouvelle")).await;
    samir.post(&samir.services.offer("lecture")).await;
    awa.post(&awa.services.offer("d'Awa")).await;
    awa.client.block_neighbour(samir.id()).await.expect("blocked");
    assert_eq!(all(&awa).await, ["d'Awa"]);
    assert_eq!(all(&samir).await, ["lecture", "nouvelle"]);
    assert_eq!(all(&emma).await, ["d'Awa", "lecture", "nouvelle"]);
    awa.client.unblock_neighbour(samir.id()).await.expect("taken back");
    assert_eq!(all(&awa).await, ["d'Awa", "lecture", "nouvelle"]);
    samir.ask_to_leave(LeaveWhen::InSevenDays).await;
    assert_eq!(all(&emma).await, ["d'Awa"], "hidden while he may still come back");
    samir.sign_in().await;
    assert_eq!(all(&emma).await, ["d'Awa", "lecture", "nouvelle"]);
    samir.sign_in().await.leave(toit).await;
    assert_eq!(all(&emma).await, ["d'Awa"]);
}

async fn a_card_is_the_same_as_the_thing_itself(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    let radius_m = Radius::parse(100).expect("metres");
    let seen = Seen { residence: awa.me.residence.id, radius_m, at: Some(toit.now()) };
    let lost = NewNotice { seen: Some(seen), ..notice(NoticeKind::LostObject, "clés \"perdues\" \\ <b>") };
    let lost = post(&samir, &lost).await;
    let offer = samir.post(&samir.services.offer("lecture")).await;
    for person in [&awa, &samir] {
        // Twice: made, then kept.
        for _ in 0..2 {
            let items = page(person, &SquareFilter::default()).await.items;
            assert_eq!(items[0], PostView::Offer(person.client.get_offer(offer.id).await.expect("seen")));
            assert_eq!(items[1], PostView::Notice(person.client.get_notice(lost.id).await.expect("seen")));
        }
    }
    let name = EditMe { first_name: FirstName::parse("Samira").ok(), ..EditMe::default() };
    samir.client.edit_me(samir.me.version, &name).await.expect("renamed");
    for item in page(&awa, &SquareFilter::default()).await.items {
        let (PostView::Offer(domain::offer::OfferView { author, .. }) | PostView::Notice(NoticeView { author, .. })) =
            item
        else {
            panic!("no event")
        };
        assert_eq!(author.first_name.as_str(), "Samira", "cards follow a new name");
    }
}

async fn words_keep_the_order_of_time(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    for n in 0..5 {
        post(&samir, &notice(NoticeKind::News, &format!("vélo numéro {n}"))).await;
        samir.post(&samir.services.offer(&format!("réparer un vélo {n}"))).await;
        samir.post(&samir.services.offer("lecture")).await;
    }
    let words = |after, limit| SquareFilter { words: Some("velos".into()), after, limit, ..SquareFilter::default() };
    let whole = titles(&awa, words(None, None)).await;
    assert_eq!(whole.len(), 10);
    assert_eq!(whole[..3], ["réparer un vélo 4", "vélo numéro 4", "réparer un vélo 3"]);
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let part = page(&awa, &words(after, Some(3))).await;
        seen.extend(part.items.iter().map(title));
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, whole);
    let none = SquareFilter { words: Some("trottinette".into()), ..SquareFilter::default() };
    assert_eq!(titles(&awa, none).await, Vec::<String>::new());
}

async fn a_server_that_starts_finds_all_posts_again(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    post(&samir, &notice(NoticeKind::News, "nouvelle")).await;
    samir.post(&samir.services.offer("lecture")).await;
    let again = toit.one_more_server().await;
    let client = client::Client::program(&again.url());
    client.set_tokens(awa.client.tokens());
    let items = client.get_square(&SquareFilter::default()).await.expect("a page").items;
    assert_eq!(items.iter().map(title).collect::<Vec<_>>(), ["lecture", "nouvelle"]);
    let words = SquareFilter { words: Some("nouvelles".into()), ..SquareFilter::default() };
    assert_eq!(client.search(&words).await.expect("a page").items.len(), 1);
    again.stop().await;
}

async fn a_residence_that_closes_takes_its_posts_along(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    post(&samir, &notice(NoticeKind::News, "nouvelle")).await;
    assert_eq!(all(&awa).await, ["nouvelle"]);
    toit.set_wave(Place::B, Wave::Closed).await;
    assert!(all(&awa).await.is_empty());
    let words = SquareFilter { words: Some("nouvelle".into()), ..SquareFilter::default() };
    assert!(awa.client.search(&words).await.expect("a page").items.is_empty());
}

async fn filters_that_are_not_understood_are_refused(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let long = "a".repeat(201);
    for path in ["square", "search"] {
        for (query, pointer) in [
            ("q=a&circle=galaxy", "?circle"),
            ("q=a&kind=cat", "?kind"),
            ("q=a&after=yesterday", "?after"),
            ("q=a&limit=0", "?limit"),
            ("q=a&limit=101", "?limit"),
            ("q=a&page=2", "?page"),
            ("q=", "?q"),
            (&format!("q={long}"), "?q"),
        ] {
            let problem = awa.raw().get(&format!("/{path}?{query}")).await.refused(ProblemCode::Invalid);
            assert_eq!(problem.errors[0].pointer, pointer, "{path}?{query}");
        }
    }
    let problem = awa.raw().get("/search").await.refused(ProblemCode::Invalid);
    assert_eq!(problem.errors[0].pointer, "?q");
    let unknown = toit.clock.id();
    assert_eq!(
        awa.raw().get(&format!("/square?after={unknown}")).await.status,
        200,
        "a place in the order, not a thing"
    );
}

async fn what_reaches_fewer_since_a_moment_shows_its_new_words_to_those_alone(toit: &Toit) {
    let (awa, samir) = two(toit).await;
    post(&awa, &notice(NoticeKind::LostAnimal, "chat perdu")).await;
    // Another server has kept an edit, of which this one has not heard yet.
    let edit = "UPDATE notices SET circle = 'residence', version = version + 1, title = 'entre nous'";
    toit.database().rows(edit).await;
    assert_eq!(all(&samir).await, Vec::<String>::new());
    assert_eq!(all(&awa).await, ["entre nous"]);
}
