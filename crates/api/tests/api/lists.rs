//! Lists of offers: filters, and pages that neither miss nor repeat anything.

use std::collections::BTreeSet;

use client::OfferFilter;
use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::offer::{NewOffer, OfferKind};
use domain::problem::{FieldCode, ProblemCode};

use crate::support::{Person, Place, Toit, code_of, on_both_databases, refused_value};

on_both_databases!(
    offers_and_requests_are_told_apart,
    a_service_is_found_by_itself_and_by_its_group,
    filters_go_together,
    all_pages_show_each_offer_once,
    offers_posted_while_somebody_turns_pages_change_nothing,
    offers_that_leave_while_somebody_turns_pages_are_left_out,
    a_page_holds_what_was_asked_for,
    a_full_last_page_is_followed_by_nothing,
    my_own_offers_are_listed_in_whatever_state,
    a_list_that_cannot_be_read_is_refused_by_its_parameter,
    categories_are_a_tree_of_two_levels_in_two_languages,
);

async fn offers_and_requests_are_told_apart(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    awa.post(&awa.services.offer("Je donne")).await;
    awa.post(&NewOffer { kind: OfferKind::Request, ..awa.services.offer("Je cherche") }).await;
    let of = |kind| OfferFilter { kind, ..OfferFilter::default() };
    assert_eq!(bilal.titles(of(Some(OfferKind::Offer))).await, ["Je donne"]);
    assert_eq!(bilal.titles(of(Some(OfferKind::Request))).await, ["Je cherche"]);
    assert_eq!(bilal.titles(of(None)).await, ["Je cherche", "Je donne"]);
}

async fn a_service_is_found_by_itself_and_by_its_group(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let services = awa.services.clone();
    for (category, title) in [(&services.one, "un"), (&services.two, "deux"), (&services.elsewhere, "ailleurs")] {
        awa.post(&NewOffer { category: category.clone(), ..services.offer(title) }).await;
    }
    let of = |category: &CategorySlug| OfferFilter { category: Some(category.clone()), ..OfferFilter::default() };
    assert_eq!(bilal.titles(of(&services.one)).await, ["un"]);
    assert_eq!(bilal.titles(of(&services.group)).await, ["deux", "un"]);
    assert_eq!(bilal.titles(of(&services.elsewhere)).await, ["ailleurs"]);
    let unknown = CategorySlug::parse("there_is_no_such_service").expect("a slug");
    let refused = refused_value(bilal.client.list_offers(&of(&unknown)).await);
    assert_eq!(refused, ("?category".to_owned(), FieldCode::UnknownValue));
}

async fn filters_go_together(toit: &Toit) {
    let (awa, chloe) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Chloé", Place::C).await);
    let services = awa.services.clone();
    for (person, who) in [(&awa, "Awa"), (&chloe, "Chloé")] {
        for kind in [OfferKind::Offer, OfferKind::Request] {
            for (category, what) in [(&services.one, "un"), (&services.elsewhere, "ailleurs")] {
                let title = format!("{who} {} {what}", kind.as_str());
                person.post(&NewOffer { kind, category: category.clone(), ..services.offer(&title) }).await;
            }
        }
    }
    let filter = OfferFilter {
        circle: Some(Circle::Nearby),
        kind: Some(OfferKind::Request),
        category: Some(services.group.clone()),
        ..OfferFilter::default()
    };
    assert_eq!(awa.titles(filter.clone()).await, ["Awa request un"]);
    assert_eq!(chloe.titles(filter).await, ["Chloé request un"]);
}

async fn post_many(people: &[&Person], count: usize) -> BTreeSet<String> {
    let mut titles = BTreeSet::new();
    for n in 0..count {
        let title = format!("Annonce {n:02}");
        let author = people[n % people.len()];
        let circle = [Circle::Nearby, Circle::Office][n % 2];
        author.post(&NewOffer { circle, ..author.services.offer(&title) }).await;
        titles.insert(title);
    }
    titles
}

/// Turns all pages; `between` happens after each.
async fn turn_pages(viewer: &Person, limit: Option<u16>, mut between: impl AsyncFnMut(usize)) -> Vec<String> {
    let mut seen = Vec::new();
    let mut filter = OfferFilter { limit, ..OfferFilter::default() };
    for n in 0.. {
        let page = viewer.client.list_offers(&filter).await.expect("a page");
        let size = usize::from(limit.unwrap_or(20));
        assert!(page.items.len() <= size && (page.next.is_none() || page.items.len() == size), "page {n}");
        seen.extend(page.items.into_iter().map(|o| o.title.to_string()));
        between(n).await;
        match page.next {
            Some(next) => filter.after = Some(next),
            None => break,
        }
    }
    seen
}

fn each_once(seen: &[String]) -> BTreeSet<String> {
    let set: BTreeSet<String> = seen.iter().cloned().collect();
    assert_eq!(set.len(), seen.len(), "something stands twice: {seen:?}");
    set
}

async fn all_pages_show_each_offer_once(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let titles = post_many(&[&awa, &bilal], 57).await;
    for limit in [None, Some(1), Some(7), Some(19), Some(57), Some(100)] {
        let seen = turn_pages(&bilal, limit, async |_| ()).await;
        assert_eq!(each_once(&seen), titles, "{limit:?}");
        assert!(seen.is_sorted_by(|a, b| a > b), "newest first: {seen:?}");
    }
}

async fn offers_posted_while_somebody_turns_pages_change_nothing(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let titles = post_many(&[&awa, &bilal], 57).await;
    let seen = turn_pages(&bilal, Some(10), async |n| {
        awa.post(&awa.services.offer(&format!("Nouveau {n}"))).await;
    })
    .await;
    assert_eq!(each_once(&seen), titles);
}

async fn offers_that_leave_while_somebody_turns_pages_are_left_out(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let mut titles = post_many(&[&awa], 25).await;
    let mine = OfferFilter { mine: true, limit: Some(100), ..OfferFilter::default() };
    let own = awa.client.list_offers(&mine).await.expect("her own").items;
    let seen = turn_pages(&bilal, Some(10), async |n| {
        if n == 0 {
            // The last of the page that was read, which the cursor names, and one of the next page.
            for offer in [&own[9], &own[12]] {
                awa.client.close_offer(offer.id).await.expect("closed");
            }
        }
    })
    .await;
    titles.remove("Annonce 12");
    assert_eq!(each_once(&seen), titles);
}

async fn a_page_holds_what_was_asked_for(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    post_many(&[&awa], 21).await;
    for (limit, expected) in [("", 20), ("?limit=1", 1), ("?limit=21", 21), ("?limit=100", 21)] {
        let page = awa.raw().get(&format!("/offers{limit}")).await.ok();
        assert_eq!(page["items"].as_array().map(Vec::len), Some(expected), "{limit}");
    }
    for limit in ["0", "101", "65535", "70000", "-1"] {
        let refused = awa.raw().get(&format!("/offers?limit={limit}")).await.refused(ProblemCode::Invalid);
        assert_eq!(refused.errors[0].pointer, "?limit", "{limit}");
    }
}

async fn a_full_last_page_is_followed_by_nothing(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    post_many(&[&awa], 40).await;
    for mine in [false, true] {
        let filter = OfferFilter { mine, ..OfferFilter::default() };
        let first = awa.client.list_offers(&filter).await.expect("a page");
        assert_eq!((first.items.len(), first.next.is_some()), (20, true));
        let second = awa.client.list_offers(&OfferFilter { after: first.next, ..filter }).await.expect("a page");
        assert_eq!((second.items.len(), second.next), (20, None));
    }
}

async fn my_own_offers_are_listed_in_whatever_state(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let mut offers = Vec::new();
    for title in ["ouverte", "en pause", "fermée"] {
        offers.push(awa.post(&awa.services.offer(title)).await);
    }
    awa.client.pause_offer(offers[1].id).await.expect("paused");
    awa.client.close_offer(offers[2].id).await.expect("closed");
    bilal.post(&bilal.services.offer("à Bilal")).await;
    let mine = OfferFilter { mine: true, ..OfferFilter::default() };
    assert_eq!(awa.titles(mine.clone()).await, ["fermée", "en pause", "ouverte"]);
    assert_eq!(bilal.titles(mine).await, ["à Bilal"]);
    assert_eq!(bilal.titles(OfferFilter::default()).await, ["à Bilal", "ouverte"]);
}

async fn a_list_that_cannot_be_read_is_refused_by_its_parameter(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    for (query, pointer) in [
        ("circle=galaxy", "?circle"),
        ("kind=both", "?kind"),
        ("category=Repassage", "?category"),
        ("mine=perhaps", "?mine"),
        ("after=yesterday", "?after"),
        ("limit=many", "?limit"),
        ("page=2", "?page"),
        ("kind=offer&kind=request", "?kind"),
    ] {
        let problem = awa.raw().get(&format!("/offers?{query}")).await.refused(ProblemCode::Invalid);
        assert_eq!(problem.errors[0].pointer, pointer, "{query}");
    }
    for (query, pointer) in [("part=all", "?part"), ("after=%00", "?after"), ("limit=0", "?limit"), ("x=1", "?x")] {
        let problem = awa.raw().get(&format!("/barters?{query}")).await.refused(ProblemCode::Invalid);
        assert_eq!(problem.errors[0].pointer, pointer, "{query}");
    }
}

async fn categories_are_a_tree_of_two_levels_in_two_languages(toit: &Toit) {
    let (awa, elif) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Elif", Place::E).await);
    let tree = awa.client.list_categories().await.expect("the tree").items;
    assert_eq!(tree, elif.client.list_categories().await.expect("the tree").items);
    let services = tree.iter().filter(|c| c.parent.is_some()).count();
    assert!((50..=80).contains(&services), "about 60 everyday services: {services}");
    let mut groups = BTreeSet::new();
    for category in &tree {
        assert!(!category.fr.is_empty() && !category.en.is_empty() && !category.icon.is_empty(), "{category:?}");
        match &category.parent {
            None => assert!(groups.insert(category.slug.clone()), "{category:?}"),
            Some(parent) => assert!(groups.contains(parent), "its group stands before it: {category:?}"),
        }
    }
    assert_eq!(code_of(toit.stranger().list_categories().await), ProblemCode::Unauthenticated);
}
