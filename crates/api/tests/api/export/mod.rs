//! All about oneself to take along: complete by the erasure map, readable, and nothing of others but what the person saw.

mod notices;
mod schema;
mod talk;

use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

use api::app::offices::{self, HouseholdOptions};
use api::data_map::{Exported, columns};
use chrono::{Days, TimeDelta};
use domain::barter::NewBarter;
use domain::leaving::LeaveWhen;
use domain::offer::{Capacity, InReturn, NewOffer};
use domain::problem::ProblemCode;
use domain::tenant::{Join, Language};
use domain::text::{Body, Note, Title, Words};
use serde_json::Value;

use crate::canary::life::Canary;
use crate::support::{Person, Place, Toit, appointment, email, join, key, leg, offer_leg, on_both_databases, roll};

on_both_databases!(
    whoever_used_everything_finds_every_column_of_the_map_in_the_export,
    the_archive_holds_a_page_the_data_and_the_form_of_the_data,
    the_page_tells_an_exchange_from_the_first_word_to_the_end,
    nothing_of_a_stranger_and_no_secret_of_anybody_is_in_it,
    a_neighbour_who_has_left_is_nobody_in_it,
    whoever_blocks_finds_it_there_and_whoever_is_blocked_finds_nothing,
    what_people_type_is_shown_and_never_interpreted,
    whoever_reads_english_gets_english,
    three_thousand_offers_are_packed_in_a_few_seconds,
    nobody_gets_the_export_of_somebody_without_being_signed_in,
);

/// What somebody took along.
struct Taken {
    names: Vec<String>,
    page: String,
    text: String,
    data: Value,
    schema: Value,
}

impl Taken {
    async fn by(person: &Person) -> Self {
        let bytes = person.client.export_me().await.expect("an archive");
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
        let mut read = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).expect(name).read_to_string(&mut text).expect("UTF-8");
            text
        };
        let (page, text, schema) = (read("index.html"), read("data.json"), read("data.schema.json"));
        let data = serde_json::from_str(&text).expect("JSON");
        let schema = serde_json::from_str(&schema).expect("JSON");
        let names =
            (0..zip.len()).map(|n| zip.by_index(n).expect("an entry").name().expect("a name").into_owned()).collect();
        Self { names, page, text, data, schema }
    }

    /// The text of the page without its marks of HTML.
    fn words(&self) -> String {
        let parts = self.page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        parts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn fits_its_schema(&self) {
        assert_eq!(schema::check(&self.schema, &self.data), Ok(()));
    }
}

/// Whether something stands at a JSON Pointer; 0 stands for any item of a list, because no single one has everything.
fn is_there(value: &Value, pointer: &[&str]) -> bool {
    match (pointer, value) {
        ([], value) => !value.is_null(),
        (["0", rest @ ..], Value::Array(items)) => items.iter().any(|item| is_there(item, rest)),
        ([name, rest @ ..], value) => value.get(name).is_some_and(|member| is_there(member, rest)),
    }
}

async fn whoever_used_everything_finds_every_column_of_the_map_in_the_export(toit: &Toit) {
    let samir = toit.neighbour("Samir", Place::B).await;
    let mut canary = Canary::join(toit).await;
    canary.offer_everything().await;
    canary.exchange_everything(toit, &samir).await;
    canary.notice_everything(toit, &samir).await;
    canary.meet_everybody(toit, &samir).await;
    canary.talk(&samir).await;
    let household = canary.person.client.get_transparency().await.expect("hers").household.reference;
    // A reprint takes the first code back, and the lease ends: what is there only then.
    toit.code_of(&household).await;
    let mut rows = roll(false);
    for row in rows.iter_mut().filter(|r| r.reference == household) {
        row.order = Some(7);
        row.lease_end = toit.now().date_naive().checked_sub_days(Days::new(1));
    }
    let options = HouseholdOptions { confirm_ended: Some(1), ..HouseholdOptions::default() };
    offices::import_households(toit.app(), toit.office, rows, options).await.expect("the roll is loaded");
    toit.wait(TimeDelta::hours(2)).await;
    let taken = Taken::by(&canary.person.sign_in().await).await;
    taken.fits_its_schema();
    let mut missing: Vec<String> = Vec::new();
    let mut found = 0;
    for column in columns() {
        if let Exported::At(pointer) = column.exported {
            let path: Vec<&str> = pointer.split('/').skip(1).collect();
            match is_there(&taken.data, &path) {
                true => found += 1,
                false => missing.push(format!("{}.{} at {pointer}", column.table, column.name)),
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "the map promises what the export does not hold");
    assert!(found > 80, "{found}");
    let words = taken.words();
    for told in [
        "on 23 December 2026, because your lease has ended",
        "The rank of the letter box 7",
        "taken back on 23 November 2026",
    ] {
        assert!(words.contains(told), "{told}\n{words}");
    }
}

async fn the_archive_holds_a_page_the_data_and_the_form_of_the_data(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let taken = Taken::by(&awa).await;
    assert_eq!(taken.names, ["index.html", "data.json", "data.schema.json"]);
    taken.fits_its_schema();
    assert_eq!(taken.data["version"], 1);
    assert_eq!(taken.data["account"]["first_name"], "Awa");
    assert_eq!(taken.schema["$id"], "urn:de-toit-a-toit:export:1");
    assert!(taken.text.starts_with("{\n  \"version\": 1,\n"), "people may look into it too");
    for damaged in ["made_at", "account", "offers", "accesses"] {
        let mut data = taken.data.clone();
        data.as_object_mut().expect("an object").remove(damaged);
        assert!(schema::check(&taken.schema, &data).is_err(), "without {damaged} it is no export");
    }
    let mut data = taken.data.clone();
    data["account"]["mark"]["animal"] = "mammoth".into();
    assert!(schema::check(&taken.schema, &data).is_err());
}

/// An exchange with words in every field, done on both sides.
async fn swap(toit: &Toit, awa: &Person, samir: &Person) {
    let offer = NewOffer {
        times: Words::parse("le samedi").ok(),
        in_return: InReturn::Categories { categories: vec![samir.services.two.clone()] },
        capacity: Capacity::parse(3).expect("a capacity"),
        ..samir.services.offer("Cours d'informatique")
    };
    let offer = samir.post(&offer).await;
    let mut given = leg(awa, samir, &awa.services.two, "Trois chemises");
    given.place = Words::parse("dans la loge").ok();
    let note = Note::parse("Bonjour Samir !").ok();
    let new = NewBarter { legs: vec![offer_leg(samir, awa, &offer), given], ring: None, note };
    let barter = awa.client.propose_barter(&new, &key()).await.expect("proposed");
    let barter = samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
    // 18 h in Paris, in winter.
    let day = appointment("2026-11-26T17:00:00Z".parse().expect("a time"), "Salle commune");
    for leg in &barter.legs {
        awa.client.schedule_leg(barter.id, leg.leg.terms.id, &day).await.expect("a day is set");
        samir.client.finish_leg(barter.id, leg.leg.terms.id).await.expect("done");
        awa.client.confirm_leg(barter.id, leg.leg.terms.id).await.expect("confirmed");
    }
    assert_eq!(toit.count("barters").await, 1);
}

async fn the_page_tells_an_exchange_from_the_first_word_to_the_end(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    swap(toit, &awa, &samir).await;
    let taken = Taken::by(&awa).await;
    taken.fits_its_schema();
    let words = taken.words();
    for told in [
        "Cette page a été faite le lundi 23 novembre 2026 à 9 h.",
        "Échange avec Samir (",
        "Où cela en est Fait",
        "Quoi Cours d&#39;informatique Le texte de l&#39;annonce Le samedi matin. Qui le fait Samir Pour qui vous",
        "Quand jeudi 26 novembre 2026 à 18 h Où Salle commune",
        "Quoi Trois chemises Qui le fait vous Pour qui Samir",
        "Comment cela a fini Fait C&#39;est fait, dit par Samir, le lundi 23 novembre 2026 à 9 h",
        "Petit mot écrit par vous, le lundi 23 novembre 2026 à 9 h Ses mots Bonjour Samir !",
        "Aucune annonce.",
        "Un code d&#39;arrivée a été imprimé pour votre foyer.",
        "A-01",
        "1 sur 4",
    ] {
        assert!(words.contains(told), "{told}\n{words}");
    }
    let theirs = Taken::by(&samir).await.words();
    for told in ["Je propose", "le samedi", "3 (places encore libres : 2)", "Tout le bailleur", "Échange avec Awa ("] {
        assert!(theirs.contains(told), "{told}\n{theirs}");
    }
    let service = |slug: &domain::category::CategorySlug| {
        let services = taken.data["services"].as_array().expect("services").clone();
        services.into_iter().find(|s| s["slug"] == slug.as_str()).expect("named")["fr"]
            .as_str()
            .expect("a name")
            .to_owned()
    };
    for named in [service(&awa.services.one), service(&awa.services.two)] {
        assert!(words.contains(named.replace('\'', "&#39;").as_str()), "{named}: not the slug, but the office's words");
    }
}

async fn nothing_of_a_stranger_and_no_secret_of_anybody_is_in_it(toit: &Toit) {
    let with_address = async |name: &str, place: Place, address: &str| {
        let code = toit.code(place).await;
        Person::join_with(toit, &Join { email: email(address), ..join(&code, name) }).await
    };
    let awa = with_address("Awa", Place::A, "awa@example.org").await;
    let samir = with_address("Samir", Place::A, "samir@example.org").await;
    let emma = with_address("Emma", Place::A, "emma@example.org").await;
    swap(toit, &awa, &samir).await;
    let hers = emma.post(&emma.services.offer("Secret d'Emma")).await;
    samir.take(&hers, &emma).await.expect("agreed");
    let taken = Taken::by(&awa).await;
    let everything = format!("{}{}", taken.page, taken.text);
    assert!(everything.contains("awa@example.org") && everything.contains(&awa.me.sign_in_name));
    assert!(everything.contains("Samir"), "whom she knows she finds");
    for other in [&samir, &emma] {
        let address = other.me.email.as_ref().expect("an address");
        assert!(!everything.contains(address.as_str()), "{address:?}");
        assert!(!everything.contains(&other.me.sign_in_name), "{}", other.me.sign_in_name);
    }
    for stranger in ["Emma", "Secret", &emma.id().to_string(), &hers.id.to_string()] {
        assert!(!everything.contains(stranger), "{stranger}");
    }
    for secret in ["argon2", "password", "hash", "tombstone"] {
        assert!(!taken.text.contains(secret), "{secret}");
    }
}

async fn a_neighbour_who_has_left_is_nobody_in_it(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    swap(toit, &awa, &samir).await;
    samir.ask_to_leave(LeaveWhen::Now).await;
    toit.tick().await.expect("erased");
    let taken = Taken::by(&awa).await;
    taken.fits_its_schema();
    let words = taken.words();
    for told in [
        "Échange avec un voisin qui est parti",
        "Les mots de cet échange sont effacés.",
        "Quoi (les mots sont effacés) Qui le fait un voisin qui est parti Pour qui vous",
        "C&#39;est fait, dit par un voisin qui est parti",
    ] {
        assert!(words.contains(told), "{told}\n{words}");
    }
    let everything = format!("{}{}", taken.page, taken.text);
    for gone in ["Samir", "chemises", "Salle commune", &samir.id().to_string()] {
        assert!(!everything.contains(gone), "{gone}");
    }
}

async fn whoever_blocks_finds_it_there_and_whoever_is_blocked_finds_nothing(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    awa.post(&awa.services.offer("Lecture")).await;
    samir.post(&samir.services.offer("Bricolage")).await;
    let before = [Taken::by(&awa).await, Taken::by(&samir).await];
    assert!(before[0].words().contains("Les personnes que j&#39;ai bloquées Personne."));
    assert!(!before[0].text.contains("Samir"), "no exchange, no block: nothing of him");
    awa.client.block_neighbour(samir.id()).await.expect("blocked");
    let after = [Taken::by(&awa).await, Taken::by(&samir).await];
    after[0].fits_its_schema();
    assert_eq!(after[0].data["blocks"][0]["person"]["first_name"], "Samir");
    assert_eq!(after[0].data["blocks"][0]["since"], "2026-11-23T08:00:00Z");
    let words = after[0].words();
    assert!(words.contains("Depuis le lundi 23 novembre 2026 à 9 h"), "{words}");
    assert_eq!((&after[1].text, &after[1].page), (&before[1].text, &before[1].page), "not one letter differs");
    awa.client.unblock_neighbour(samir.id()).await.expect("no longer");
    assert_eq!(Taken::by(&awa).await.text, before[0].text, "taken back, it leaves nothing");
}

async fn what_people_type_is_shown_and_never_interpreted(toit: &Toit) {
    const TYPED: &str = "<script>alert('1')</script> & \"co\"";
    const SHOWN: &str = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;co&quot;";
    let (awa, samir) = (toit.neighbour("N'Golo", Place::A).await, toit.neighbour("D'Arcy", Place::A).await);
    let new = NewOffer {
        text: Body::parse(TYPED).expect("a text"),
        times: Words::parse(TYPED).ok(),
        ..awa.services.offer(TYPED)
    };
    let offer = awa.post(&new).await;
    let back = leg(&samir, &awa, &awa.services.two, TYPED);
    let note = Note::parse(TYPED).ok();
    let mut legs = vec![offer_leg(&awa, &samir, &offer), back];
    legs.iter_mut().for_each(|l| l.place = Words::parse(TYPED).ok());
    samir.client.propose_barter(&NewBarter { legs, ring: None, note }, &key()).await.expect("proposed");
    let taken = Taken::by(&awa).await;
    // The offer's title, text and times; the legs' words, the copied text and places; the note; the line of news.
    assert_eq!(taken.page.matches(SHOWN).count(), 3 + 5 + 1 + 1);
    assert_eq!(taken.data["offers"][0]["title"], TYPED, "as typed for programs");
    for (typed, shown) in [("N'Golo", "N&#39;Golo"), ("D'Arcy", "D&#39;Arcy")] {
        assert!(!taken.page.contains(typed) && taken.page.contains(shown), "{typed}");
    }
    for asked in
        ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "http://", "https://", "javascript:"]
    {
        assert!(!taken.page.contains(asked), "the page asks for nothing: {asked}");
    }
    assert!(taken.page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    let elsewhere = taken.page.split("href=\"").skip(1).filter(|link| !link.starts_with('#')).count();
    assert_eq!(elsewhere, 0, "links stay within the page");
}

async fn whoever_reads_english_gets_english(toit: &Toit) {
    let code = toit.code(Place::A).await;
    let olga = Person::join_with(toit, &Join { language: Language::En, ..join(&code, "Olga") }).await;
    let samir = toit.neighbour("Samir", Place::B).await;
    swap(toit, &olga, &samir).await;
    let taken = Taken::by(&olga).await;
    assert!(taken.page.contains("<html lang=\"en\">"));
    let words = taken.words();
    for told in [
        "This page was made on Monday 23 November 2026 at 9:00.",
        "My posts No post.",
        "Exchange with Samir (",
        "When Thursday 26 November 2026 at 18:00 Where Salle commune",
        "A word written by you, on Monday 23 November 2026 at 9:00",
        "A join code was printed for your household.",
        "As long as you have an account.",
    ] {
        assert!(words.contains(told), "{told}\n{words}");
    }
    for french in ["Échange", "annonce", "Prénom", "Bailleur", "bailleur", "novembre", "vous"] {
        assert!(!words.contains(french), "{french}\n{words}");
    }
}

async fn three_thousand_offers_are_packed_in_a_few_seconds(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let text = Body::parse("Des mots comme les gens en écrivent. ".repeat(20)).expect("a text");
    let offers: Vec<_> = (0..3_000)
        .map(|n| {
            let title = Title::parse(format!("annonce {n}")).expect("a title");
            toit.offer(&awa, &NewOffer { title, text: text.clone(), ..awa.services.offer("Titre") })
        })
        .collect();
    toit.insert_offers(&offers).await;
    let begun = Instant::now();
    let bytes = awa.client.export_me().await.expect("an archive").len();
    let took = begun.elapsed();
    // The limit is wide: it is unoptimized here, and other tests run beside it.
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert!(bytes < 2_000_000, "{bytes} bytes: it is compressed");
    let taken = Taken::by(&awa).await;
    assert_eq!(taken.data["offers"].as_array().expect("offers").len(), 3_000);
    assert_eq!(taken.page.matches("<h3 dir=\"auto\">annonce ").count(), 3_000);
}

async fn nobody_gets_the_export_of_somebody_without_being_signed_in(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let answer = toit.raw().get("/tenants/me/export").await;
    answer.refused(ProblemCode::Unauthenticated);
    let url = format!("{}/api/v1/tenants/me/export", toit.url());
    let token = awa.client.tokens().expect("tokens").access_token;
    let answer = reqwest::Client::new().get(url).bearer_auth(token).send().await.expect("an answer");
    let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    assert_eq!(header("content-type").as_deref(), Some("application/zip"));
    assert_eq!(header("content-disposition").as_deref(), Some("attachment; filename=\"de-toit-a-toit.zip\""));
    assert_eq!(header("cache-control").as_deref(), Some("no-store"));
}
