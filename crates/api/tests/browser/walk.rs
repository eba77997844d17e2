//! Every screen of the application, one after the other, in every state that looks different.

use domain::barter::{BarterState, BarterView};
use domain::code::JoinCode;
use domain::id::BarterId;
use domain::leg::LegState;
use domain::offer::{Capacity, InReturn, NewOffer, OfferKind, OfferView};
use domain::tenant::Language;

use crate::departures::{self, Departures, left_exchanges};
use crate::gatherings::{self, Gatherings};
use crate::hand::What;
use crate::posts::{self, Posts};
use crate::street::{IRONING, LESSONS, Tree, sign_in};
use crate::suggested::{self, Suggested};
use crate::support::{PASSWORD, Person, Place, Toit, appointment, counter, offer_leg};
use crate::tab::Tab;
use crate::talked::{self, Talked};

/// What there is to see: Awa's exchanges in all their states, offers of hers and of others, a household that has not joined yet.
pub struct Stage {
    awa: Person,
    theirs: OfferView,
    own: OfferView,
    barters: Vec<(&'static str, BarterView)>,
    code: JoinCode,
    departures: Departures,
    suggested: Suggested,
    posts: Posts,
    talked: Talked,
    gatherings: Gatherings,
}

impl Stage {
    pub async fn set(toit: &Toit) -> Self {
        let (samir, awa) = (toit.neighbour("Samir", Place::A).await, toit.neighbour("Awa", Place::B).await);
        let many = Capacity::parse(10).expect("so many people");
        let lessons = NewOffer {
            capacity: many,
            category: LESSONS.parse_slug(),
            in_return: InReturn::Categories {
                categories: vec![IRONING.parse_slug(), samir.services.elsewhere.clone()],
            },
            times: Some(domain::text::Words::parse("le samedi matin").expect("words")),
            ..samir.services.offer("Cours d'informatique pour débuter")
        };
        let theirs = samir.post(&lessons).await;
        let request = NewOffer {
            kind: OfferKind::Request,
            category: IRONING.parse_slug(),
            in_return: InReturn::Nothing,
            ..samir.services.offer("Quelqu'un pour repasser mes chemises, cinq tous les quinze jours")
        };
        samir.post(&request).await;
        let ironing = NewOffer {
            capacity: many,
            category: IRONING.parse_slug(),
            ..awa.services.offer("Du repassage, une heure ou deux")
        };
        let own = awa.post(&ironing).await;
        let paused = awa.post(&awa.services.offer("De la couture")).await;
        awa.client.pause_offer(paused.id).await.expect("an own offer can be paused");
        let mut barters = Vec::new();
        for state in STATES {
            barters.push((state, barter_in(toit, state, (&awa, &own), (&samir, &theirs)).await));
        }
        barters.extend(left_exchanges(toit, &awa, &own).await);
        let code = toit.code(Place::C).await;
        let suggested = Suggested::set(toit).await;
        let (posts, talked) = (Posts::set(toit).await, Talked::set(toit).await);
        // The last ones: whoever leaves after them would have what is due done for them too.
        let departures = Departures::set(toit).await;
        let gatherings = Gatherings::set(toit).await;
        Self { awa, theirs, own, barters, code, departures, suggested, posts, talked, gatherings }
    }

    fn barter(&self, state: &str) -> BarterId {
        self.barters.iter().find(|(name, _)| *name == state).expect("a state of the stage").1.id
    }
}

trait ParseSlug {
    fn parse_slug(&self) -> domain::category::CategorySlug;
}

impl ParseSlug for &str {
    fn parse_slug(&self) -> domain::category::CategorySlug {
        domain::category::CategorySlug::parse(*self).expect("a slug")
    }
}

/// Exchanges as Awa sees them; the pictures bear these names.
const STATES: [&str; 12] = [
    "answer",
    "waiting",
    "gift",
    "agreed",
    "meet",
    "done",
    "said-done",
    "disputed",
    "completed",
    "declined",
    "withdrawn",
    "dissolved",
];

/// An exchange that has come as far as this.
async fn barter_in(
    toit: &Toit,
    state: &str,
    (awa, own): (&Person, &OfferView),
    (samir, theirs): (&Person, &OfferView),
) -> BarterView {
    let legs = vec![offer_leg(awa, samir, own), offer_leg(samir, awa, theirs)];
    let soon = appointment(toit.now() + chrono::TimeDelta::days(3), "salle commune");
    let proposed = match state {
        "waiting" | "withdrawn" => awa.propose(legs.clone()).await,
        "gift" => samir.propose(vec![offer_leg(awa, samir, own)]).await,
        "meet" => {
            let category = awa.services.sensitive.clone();
            let keys = NewOffer { category, ..awa.services.offer("Arroser les plantes pendant l'été") };
            samir.propose(vec![offer_leg(awa, samir, &awa.post(&keys).await)]).await
        }
        _ => samir.propose(legs.clone()).await,
    };
    let id = proposed.id;
    let barter = match state {
        "waiting" | "gift" => return proposed,
        "answer" => {
            let mut later = legs.clone();
            later[0].at = Some(soon.at);
            let second =
                awa.client.counter_barter(id, &counter(&proposed, later.clone())).await.expect("a counter-offer");
            later[0].place.clone_from(&soon.place);
            later[0].at = Some(soon.at + chrono::TimeDelta::days(1));
            return samir.client.counter_barter(id, &counter(&second, later)).await.expect("another counter-offer");
        }
        "declined" => return awa.client.decline_barter(id).await.expect("she may say no"),
        "withdrawn" => return awa.client.withdraw_barter(id).await.expect("she may take it back"),
        _ => awa.client.consent_to_barter(id, 1).await.expect("she consents"),
    };
    assert_eq!(barter.state, BarterState::Agreed);
    // What Awa gives, then what she gets.
    let give = barter.legs.iter().find(|view| view.leg.terms.giver == awa.id()).expect("a leg of hers").leg.terms.id;
    let get =
        barter.legs.iter().find(|view| view.leg.terms.receiver == awa.id()).map_or(give, |view| view.leg.terms.id);
    let (hers, his) = (&awa.client, &samir.client);
    let scheduled = async || hers.schedule_leg(id, give, &soon).await.expect("a day is fixed");
    match state {
        "agreed" => scheduled().await,
        "done" => {
            scheduled().await;
            hers.finish_leg(id, give).await.expect("she has done it")
        }
        "said-done" | "disputed" | "completed" => {
            scheduled().await;
            his.finish_leg(id, give).await.expect("he says that it is done");
            match state {
                "said-done" => hers.get_barter(id).await.expect("her exchange"),
                "disputed" => hers.dispute_leg(id, give).await.expect("she says that it is not"),
                _ => {
                    hers.confirm_leg(id, give).await.expect("she confirms");
                    let last = hers.waive_leg(id, get).await.expect("she waits for nothing more");
                    assert_eq!((last.state, last.legs.len()), (BarterState::Completed, 2));
                    last
                }
            }
        }
        "dissolved" => hers.dissolve_barter(id).await.expect("she ends it"),
        _ => {
            assert_eq!((state, barter.legs[0].leg.state), ("meet", LegState::Agreed));
            barter
        }
    }
}

/// Goes through all screens and shows each to `look`, with its name.
pub async fn walk(stage: &Stage, tab: &Tab, mut look: impl AsyncFnMut(&Tab, &str)) {
    arrivals(stage, tab, &mut look).await;
    sign_in(tab, &stage.awa, "/echanges").await;
    tab.arrive("barters").await;
    let tree = Tree::of(&stage.awa, tab.sentences.language()).await;
    offers(stage, tab, &mut look).await;
    a_new_offer(&tree, tab, &mut look).await;
    exchanges(stage, tab, &mut look).await;
    oneself(tab, &mut look).await;
    nothing_there(tab, &mut look).await;
    // As it was found.
    tab.open_at("/moi", "me").await;
    tab.press(What::Id("sign-out")).await;
    tab.arrive("welcome").await;
    departures::walk(&stage.departures, tab, &mut look).await;
    suggested::walk(&stage.suggested, tab, &mut look).await;
    talked::walk(&stage.talked, tab, &mut look).await;
    posts::walk(&stage.posts, tab, &mut look).await;
    gatherings::walk(&stage.gatherings, tab, &mut look).await;
}

/// What somebody sees who comes for the first time, as far as the empty lists.
async fn arrivals(stage: &Stage, tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    tab.open_at("/", "welcome").await;
    look(tab, "welcome").await;
    tab.open_at("/rejoindre", "join-code").await;
    look(tab, "join-code").await;
    tab.press(What::Submit).await;
    tab.wait("the list of errors", "return document.getElementById('summary') !== null;").await;
    look(tab, "join-code-missing").await;
    tab.fill("code", &stage.code.to_string()).await;
    tab.press(What::Submit).await;
    tab.arrive("join-residence").await;
    look(tab, "join-residence").await;
    tab.press(What::Link(&tab.word("join.residence_yes"))).await;
    tab.arrive("join-name").await;
    // Nobody else of this residence bears it, whichever mark is drawn.
    tab.fill("first-name", if tab.sentences.language() == Language::Fr { "Nour" } else { "Grace" }).await;
    look(tab, "join-name").await;
    tab.press(What::Submit).await;
    tab.arrive("join-return").await;
    look(tab, "join-return").await;
    tab.fill("password", PASSWORD).await;
    tab.press(What::Submit).await;
    tab.arrive("join-done").await;
    look(tab, "join-done").await;
    for (path, screen) in [("/place", "square"), ("/echanges", "barters"), ("/moi/annonces", "my-offers")] {
        tab.open_at(path, screen).await;
        look(tab, &format!("{screen}-empty")).await;
    }
    tab.open_at("/moi", "me").await;
    tab.press(What::Id("sign-out")).await;
    tab.arrive("welcome").await;
    tab.open_at("/echanges", "sign-in").await;
    look(tab, "sign-in").await;
}

async fn offers(stage: &Stage, tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    tab.open_at("/place", "square").await;
    look(tab, "square").await;
    tab.press(What::Fold(&tab.word("square.choose"))).await;
    look(tab, "square-filters").await;
    let theirs = format!("/annonces/{}", stage.theirs.id);
    tab.open_at(&theirs, "offer").await;
    look(tab, "offer").await;
    tab.open_at(&format!("{theirs}/proposer"), "propose").await;
    tab.choose("give", "other").await;
    look(tab, "propose").await;
    tab.choose("give", &format!("service:{IRONING}")).await;
    tab.press(What::Submit).await;
    tab.arrive("propose-details").await;
    look(tab, "propose-details").await;
    let own = format!("/annonces/{}", stage.own.id);
    for (path, screen, name) in
        [("", "offer", "offer-own"), ("/modifier", "offer-edit", "offer-edit"), ("/fermer", "confirm", "offer-close")]
    {
        tab.open_at(&format!("{own}{path}"), screen).await;
        look(tab, name).await;
    }
}

async fn a_new_offer(tree: &Tree, tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    tab.open_at("/annonces/nouvelle", "offer-new").await;
    look(tab, "offer-new").await;
    let steps = [
        (What::Id("kind-offer"), "offer-new-group"),
        (What::Id(&format!("service-{}", tree.group(IRONING))), "offer-new-service"),
        (What::Id(&format!("service-{IRONING}")), "offer-new-words"),
    ];
    for (what, screen) in steps {
        tab.press(what).await;
        tab.arrive(screen).await;
        look(tab, screen).await;
    }
    tab.fill("title", "Du repassage, une heure ou deux").await;
    tab.press(What::Submit).await;
    tab.arrive("offer-new-reach").await;
    look(tab, "offer-new-reach").await;
    tab.press(What::Submit).await;
    tab.arrive("offer-new-return").await;
    tab.choose("in-return", "categories").await;
    tab.press(What::Fold(tree.name(tree.group(LESSONS).as_str()))).await;
    tab.choose("wanted", LESSONS).await;
    look(tab, "offer-new-return").await;
    tab.press(What::Submit).await;
    tab.arrive("offer-new-preview").await;
    look(tab, "offer-new-preview").await;
}

async fn exchanges(stage: &Stage, tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    tab.open_at("/echanges", "barters").await;
    look(tab, "barters").await;
    for (state, barter) in &stage.barters {
        tab.open_at(&format!("/echanges/{}", barter.id), "barter").await;
        if *state == "answer" {
            let versions = tab.word("barter.history").replace("{{ n }}", "3");
            tab.press(What::Fold(&versions)).await;
        }
        look(tab, &format!("barter-{state}")).await;
    }
    let asked = [
        ("answer", "contre-proposer", "counter", "counter"),
        ("answer", "refuser", "confirm", "barter-decline"),
        ("waiting", "retirer", "confirm", "barter-withdraw"),
        ("agreed", "arreter", "confirm", "barter-dissolve"),
    ];
    for (state, todo, screen, name) in asked {
        tab.open_at(&format!("/echanges/{}/{todo}", stage.barter(state)), screen).await;
        look(tab, name).await;
    }
    let legs = [
        ("agreed", "leg-get-schedule", "leg-day", "leg-day"),
        ("agreed", "leg-get-waive", "confirm", "leg-waive"),
        ("said-done", "leg-give-dispute", "confirm", "leg-dispute"),
    ];
    for (state, button, screen, name) in legs {
        tab.open_at(&format!("/echanges/{}", stage.barter(state)), "barter").await;
        tab.press(What::Id(button)).await;
        tab.arrive(screen).await;
        look(tab, name).await;
    }
}

async fn oneself(tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    let pages = [
        ("/moi", "me", "me"),
        ("/moi/prenom", "my-name", "my-name"),
        ("/moi/annonces", "my-offers", "my-offers"),
        ("/moi/appareils", "my-sessions", "my-sessions"),
        ("/moi/tout-deconnecter", "confirm", "end-all"),
        ("/moi/donnees", "own-data", "own-data"),
        ("/moi/transparence", "transparency", "transparency"),
        ("/moi/quitter", "leave", "leave"),
        ("/moi/quitter?etape=2", "leave-when", "leave-when"),
    ];
    for (path, screen, name) in pages {
        tab.open_at(path, screen).await;
        if name == "own-data" {
            // The first thing, unfolded.
            tab.press(What::Id("kept-account")).await;
        }
        look(tab, name).await;
    }
}

async fn nothing_there(tab: &Tab, look: &mut impl AsyncFnMut(&Tab, &str)) {
    tab.open_at("/nulle-part", "not-found").await;
    look(tab, "not-found").await;
    tab.open_at("/moi", "me").await;
    tab.offline(true).await;
    tab.press(What::Link(&tab.word("bar.barters"))).await;
    tab.arrive("error").await;
    look(tab, "error").await;
    tab.offline(false).await;
}
