//! A week of four households of one residence, as they live it in their pages: a cat is found, a party fills up, a service is swapped.
//!
//! A browser has no clock but the machine's: the days follow on each other without a night between them.

use std::ops::Deref;

use chrono::TimeDelta;
use domain::tenant::Language;
use serde_json::json;

use crate::counts::{bar_counts, counts};
use crate::events::{today, write_event};
use crate::gatherings::{answered, room};
use crate::hand::What;
use crate::job::{self, offer_lessons, propose};
use crate::notices::{from_the_photo_to_the_end, up_to_the_photo};
use crate::posts::{OnDisk, choose_photo, examine, photo, shown_photo};
use crate::street::{Neighbour, Street, Tree};
use crate::support::{Person, Place};
use crate::tab::Wishes;
use crate::talked::{bubbles, waits_for_bubble, write};

const CAT: &str = "Chat roux perdu, il s'appelle Moka";
const PARTY: &str = "Goûter des voisins";

/// Somebody with a tab of her own.
struct Home {
    person: Person,
    at: Neighbour,
}

impl Deref for Home {
    type Target = Neighbour;

    fn deref(&self) -> &Neighbour {
        &self.at
    }
}

impl Home {
    async fn of(street: &Street, first_name: &str, name: &'static str) -> Self {
        let person = street.toit.neighbour(first_name, Place::A).await;
        let tab = street.tab_of(&person, Wishes::default()).await;
        Self { person, at: Neighbour::at(tab, name) }
    }

    async fn to_the_square(&self) {
        if self.tab.path().await != "/place" {
            self.follow("bar.square", "square").await;
        }
    }

    /// What waits for her is what her square says: exchanges, conversations, news.
    async fn counts(&self, all: [u32; 3]) {
        self.to_the_square().await;
        counts(&self.tab, &self.person, all).await;
    }

    async fn go(&self, link: &str, screen: &str) {
        self.tab.press(What::Link(link)).await;
        self.arrive(screen).await;
    }

    /// Reads the line of her news that begins with this sentence and is about this, and goes where it leads.
    async fn reads(&self, sentence: &str, about: &str, screen: &str) {
        self.follow("news.title", "news").await;
        let named = format!("const line = named('a[href]', {}); return line !== null &&", json!(sentence));
        self.tab.wait(sentence, &format!("{named} heard(line).includes({});", json!(about))).await;
        examine(&self.tab, "week-news").await;
        self.go(sentence, screen).await;
    }

    async fn new_on_the_square(&self, how_many: &str) {
        self.to_the_square().await;
        self.tab.says(how_many).await;
        self.tab.press(What::Id("newer")).await;
    }
}

struct Week {
    street: Street,
    tree: Tree,
    awa: Home,
    samir: Home,
    zoe: Home,
    luc: Home,
}

impl Week {
    async fn begin() -> Option<Self> {
        let street = Street::open().await?;
        let awa = Home::of(&street, "Awa", "week-awa").await;
        let samir = Home::of(&street, "Samir", "week-samir").await;
        let zoe = Home::of(&street, "Zoé", "week-zoe").await;
        let luc = Home::of(&street, "Luc", "week-luc").await;
        let tree = Tree::of(&awa.person, Language::Fr).await;
        Some(Self { street, tree, awa, samir, zoe, luc })
    }

    /// Awa's cat is lost: a photo, and where he was last seen.
    async fn monday(&self) {
        let Self { awa, samir, .. } = self;
        up_to_the_photo(&awa.tab).await;
        let file = OnDisk::new("moka.jpg", &photo(1600, 1200));
        choose_photo(&awa.tab, &file).await;
        awa.tab.says(&awa.tab.word("notice_post.photo_ready")).await;
        from_the_photo_to_the_end(&awa.tab).await;
        awa.press("publish", "notice").await;
        shown_photo(&awa.tab, ".photo").await;

        // His page lies open; it moves when he wishes.
        samir.tab.says(&samir.tab.word("square.newer_one")).await;
        samir.tab.press(What::Id("newer")).await;
        samir.tab.says("Vu autour de votre résidence · hier").await;
        shown_photo(&samir.tab, ".post__photo").await;
        examine(&samir.tab, "week-square").await;
        samir.counts([0, 0, 0]).await;
    }

    /// Zoé looks for a cat, and has him: the two talk, and Awa says that he is back.
    async fn tuesday(&self) {
        let Self { awa, samir, zoe, .. } = self;
        zoe.tab.press(What::Link(&zoe.tab.word("search.title"))).await;
        zoe.tab.screen("search").await;
        zoe.tab.fill("q", "moka").await;
        zoe.tab.says(&zoe.tab.word("search.one")).await;
        examine(&zoe.tab, "week-search").await;
        zoe.go(CAT, "notice").await;
        zoe.tab.says("Il a un collier bleu.").await;
        zoe.follow("notice_post.reply", "talk-new").await;
        zoe.tab.fill("text", "Bonjour Awa, il dort sur mon balcon !").await;
        zoe.submit("conversation").await;

        bar_counts(&awa.tab, 1).await;
        awa.counts([0, 1, 0]).await;
        awa.follow("bar.barters", "barters").await;
        awa.follow("talk.list", "conversations").await;
        awa.tab.says(&awa.tab.word("talk.unread_one")).await;
        examine(&awa.tab, "week-conversations").await;
        awa.go("Zoé", "conversation").await;
        waits_for_bubble(&awa.tab, "Bonjour Awa, il dort sur mon balcon !").await;
        bar_counts(&awa.tab, 0).await;
        write(&awa.tab, "Oh merci ! J'arrive tout de suite.").await;
        waits_for_bubble(&zoe.tab, "Oh merci ! J'arrive tout de suite.").await;
        write(&zoe.tab, "Deuxième étage, à gauche.").await;
        waits_for_bubble(&awa.tab, "Deuxième étage, à gauche.").await;
        assert_eq!(bubbles(&awa.tab).await, bubbles(&zoe.tab).await);
        examine(&awa.tab, "week-conversation").await;

        awa.go(&awa.tab.word("talk.about").replace("{{ title }}", CAT), "notice").await;
        awa.tab.press(What::Id("resolve")).await;
        awa.tab.says(&awa.tab.word("notice_post.resolved_said")).await;
        examine(&awa.tab, "week-found").await;
        // The next time that somebody comes to the square.
        samir.tab.open_at("/place", "square").await;
        samir.tab.says(&samir.tab.word("notice_post.resolved_lost")).await;
        for (home, all) in [(awa, [0, 0, 0]), (zoe, [0, 0, 0]), (samir, [0, 0, 0])] {
            home.counts(all).await;
        }
    }

    /// Samir invites; two places are soon taken, one is given up, and the next in line takes it.
    async fn wednesday(&self) {
        let Self { awa, samir, zoe, luc, .. } = self;
        samir.follow("bar.propose", "what").await;
        samir.follow("what.event", "event-new").await;
        write_event(&samir.tab, today(&self.street.toit) + TimeDelta::days(9), "2").await;
        let bring = format!("{} : {}", samir.tab.word("event_form.add"), samir.tab.word("event.bring"));
        samir.go(&bring, "event-new-bring").await;
        for line in ["Jus de pomme", "Gobelets"] {
            samir.tab.fill("line", line).await;
            samir.tab.press(What::Id("line-add")).await;
            samir.tab.says(&format!("1 × {line}")).await;
        }
        samir.submit("event-new-preview").await;
        examine(&samir.tab, "week-party-written").await;
        samir.press("publish", "event").await;
        room(&samir.tab, "event.places_taken", &[("taken", "0"), ("places", "2")]).await;

        awa.follow("bar.agenda", "agenda").await;
        examine(&awa.tab, "week-agenda").await;
        awa.go(PARTY, "event").await;
        awa.tab.press(What::Id("answer-yes")).await;
        answered(&awa.tab, "event.going").await;
        room(&awa.tab, "event.places_taken_one", &[("places", "2")]).await;
        zoe.new_on_the_square(&zoe.tab.word("square.newer_one")).await;
        zoe.go(PARTY, "event").await;
        zoe.tab.press(What::Button(&zoe.tab.word("event.yes"))).await;
        answered(&zoe.tab, "event.going").await;
        room(&zoe.tab, "event.places_full", &[("places", "2")]).await;
        luc.follow("bar.agenda", "agenda").await;
        luc.tab.says(&luc.tab.word("post.full")).await;
        luc.go(PARTY, "event").await;
        luc.tab.press(What::Button(&luc.tab.word("event.queue"))).await;
        answered(&luc.tab, "event.waits").await;
        luc.tab.says("numéro 1").await;
        samir.counts([0, 0, 1]).await;
        samir.reads(&samir.tab.word("news.event_answers").replace("{{ n }}", "3"), PARTY, "event").await;
        samir.tab.press(What::Id("who")).await;
        samir.tab.says(&samir.tab.word("event.who_waits")).await;
        samir.counts([0, 0, 0]).await;

        luc.counts([0, 0, 0]).await;
        zoe.tab.press(What::Button(&zoe.tab.word("event.no"))).await;
        answered(&zoe.tab, "event.declined").await;
        luc.counts([0, 0, 1]).await;
        self.two_bring_something().await;
    }

    async fn two_bring_something(&self) {
        let Self { awa, samir, luc, zoe, .. } = self;
        awa.tab.press(What::Button(&format!("{} : Jus de pomme", awa.tab.word("event.more")))).await;
        awa.tab.says(&awa.tab.word("event.bring_full")).await;
        luc.reads(&luc.tab.word("news.event_place_offered"), PARTY, "event").await;
        answered(&luc.tab, "event.offered").await;
        luc.tab.press(What::Button(&luc.tab.word("event.take"))).await;
        answered(&luc.tab, "event.going").await;
        let full = "return [...document.querySelectorAll('.bring')].filter((line) => line.innerText.includes('tout est là')).length";
        luc.tab.wait("one line taken by Awa", &format!("{full} === 1;")).await;
        luc.tab.press(What::Button(&format!("{} : Gobelets", luc.tab.word("event.more")))).await;
        luc.tab.wait("all lines taken", &format!("{full} === 2;")).await;
        examine(&luc.tab, "week-party").await;
        for (home, news) in [(awa, 0), (luc, 0), (zoe, 0), (samir, 1)] {
            home.counts([0, 0, news]).await;
        }
        samir.follow("news.title", "news").await;
        samir.counts([0, 0, 0]).await;
    }

    /// Lessons for ironing: proposed, agreed, done by both.
    async fn thursday(&self) {
        let Self { awa, samir, tree, .. } = self;
        samir.follow("bar.propose", "what").await;
        samir.press("what-offer", "offer-new-group").await;
        offer_lessons(samir, tree).await;
        samir.follow("bar.square", "square").await;
        awa.new_on_the_square(&awa.tab.word("square.newer").replace("{{ n }}", "2")).await;
        propose(awa, today(&self.street.toit)).await;

        // He has touched nothing: his square says it in three places.
        samir.counts([1, 0, 1]).await;
        samir.tab.says(&samir.tab.word("square.waits_one")).await;
        samir.reads(&samir.tab.sentences.with_name("news.barter_proposed", "Awa"), job::TITLE, "barter").await;
        samir.tab.says("Bonjour Samir, cela me ferait plaisir.").await;
        samir.act("consent", "leg.state_scheduled").await;
        samir.counts([1, 0, 0]).await;
        awa.counts([1, 0, 1]).await;
        awa.reads(&awa.tab.word("news.barter_agreed"), job::TITLE, "barter").await;
        awa.press("leg-get-schedule", "leg-day").await;
        awa.tab.fill_time("day", &(today(&self.street.toit) + TimeDelta::days(5)).to_string()).await;
        awa.tab.fill_time("hour", "10:00").await;
        awa.submit("barter").await;
        examine(&awa.tab, "week-exchange").await;

        awa.press("talk", "talk-new").await;
        awa.tab.fill("text", "J'apporte mon fer à repasser.").await;
        awa.submit("conversation").await;
        samir.counts([0, 1, 1]).await;
        samir.follow("bar.barters", "barters").await;
        samir.follow("talk.list", "conversations").await;
        samir.go("Awa", "conversation").await;
        waits_for_bubble(&samir.tab, "J'apporte mon fer à repasser.").await;
        write(&samir.tab, "Parfait, à samedi.").await;
        waits_for_bubble(&awa.tab, "Parfait, à samedi.").await;

        samir.to_the_exchange_with("Awa").await;
        samir.act("leg-give-done", "leg.state_done").await;
        awa.to_the_exchange_with("Samir").await;
        awa.act("leg-get-confirm", "leg.state_confirmed").await;
        awa.act("leg-give-done", "leg.state_done").await;
        samir.counts([1, 0, 1]).await;
        samir.to_the_exchange_with("Awa").await;
        samir.act("leg-get-confirm", "barter.completed_said").await;
        samir.counts([0, 0, 0]).await;
        awa.counts([0, 0, 1]).await;
        awa.reads(&awa.tab.word("news.barter_completed"), job::TITLE, "barter").await;
    }

    /// It will rain: Samir postpones, and those who come read it.
    async fn sunday(&self) {
        let Self { awa, samir, zoe, luc, .. } = self;
        samir.follow("bar.agenda", "agenda").await;
        samir.go(PARTY, "event").await;
        samir.press("postpone", "confirm").await;
        samir.tab.says(&samir.tab.word("event.told_going").replace("{{ going }}", "2")).await;
        examine(&samir.tab, "week-postpone").await;
        samir.press("yes", "event").await;
        samir.tab.says(&samir.tab.word("event.postponed_note")).await;
        // So many are told one after the other, by the work that is due.
        self.street.toit.tick().await.expect("what is due is done");
        for home in [awa, luc] {
            home.counts([0, 0, 1]).await;
            home.reads(&home.tab.word("news.event_postponed"), PARTY, "event").await;
            home.tab.says(&home.tab.word("event.postponed_note")).await;
        }
        examine(&luc.tab, "week-postponed").await;
        for home in [awa, samir, zoe, luc] {
            home.counts([0, 0, 0]).await;
        }
    }

    async fn end(self) {
        for home in [self.awa, self.samir, self.zoe, self.luc] {
            assert_eq!(home.tab.faults().await, [""; 0]);
            home.at.tab.close().await;
        }
        self.street.close().await;
    }
}

#[tokio::test]
async fn a_week_of_neighbours_a_cat_a_party_an_exchange_and_rain_on_sunday() {
    let Some(week) = Week::begin().await else { return };
    week.monday().await;
    week.tuesday().await;
    week.wednesday().await;
    week.thursday().await;
    week.sunday().await;
    week.end().await;
}
