//! Every text that people type: refused with its pointer, or kept and shown exactly as typed.

use domain::offer::NewOffer;
use domain::problem::FieldCode;
use domain::text::Title;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, PASSWORD, Person, Place, RealThings, Toit, join, leg, mark, offer_leg, on_both_databases, unique,
};

on_both_databases!(
    the_texts_of_an_offer,
    the_texts_of_an_edited_offer,
    the_texts_of_a_proposal,
    the_texts_of_a_counter_offer,
    the_place_of_a_leg,
    the_first_name_at_joining_and_later,
    the_password,
    the_e_mail_address,
    the_name_to_sign_in_with,
    html_is_never_interpreted,
);

/// What must come of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Refused(FieldCode),
}

use Fate::{Kept, Refused};

const SAMPLES: [(&str, &str); 17] = [
    ("nothing", ""),
    ("blank", "   \t"),
    ("no width", "\u{200b}\u{feff}"),
    ("one letter", "x"),
    ("one accent", "é"),
    ("spaces around", "  au milieu  "),
    ("emoji", "👩🏽‍🦱 coiffure 🇫🇷"),
    ("right to left", "مساعدة في الحاسوب"),
    ("overrides", "a\u{202e}b"),
    ("combining", "e\u{301}te\u{301} Z̗͖͔ͨ͊a"),
    ("many scripts", "Нина 小林 देवेन्द्र"),
    ("html", "<script>alert('1')</script><b>&amp;\"</b>"),
    ("sql", "'; DROP TABLE offers; --"),
    ("escapes", "\\u0000 \\n %00 ${x} {{x}}"),
    ("two lines", "une\ndeux\r\ntrois"),
    ("nul", "a\u{0}b"),
    ("terminal", "a\u{1b}[31mb"),
];

/// A kind of text: how many characters it may have, whether it may be empty, whether it has lines.
#[derive(Clone, Copy)]
struct Kind {
    max: usize,
    may_be_empty: bool,
    lines: bool,
}

const TITLE: Kind = Kind { max: 80, may_be_empty: false, lines: false };
const BODY: Kind = Kind { max: 2_000, may_be_empty: true, lines: true };
const WORDS: Kind = Kind { max: 120, may_be_empty: false, lines: false };
const NOTE: Kind = Kind { max: 500, may_be_empty: false, lines: true };

impl Kind {
    /// All samples, and the longest texts, with what must come of them.
    fn samples(self) -> Vec<(String, Fate)> {
        let mut all: Vec<(String, Fate)> =
            SAMPLES.iter().map(|&(what, text)| (text.to_owned(), self.fate(what))).collect();
        all.push(("é".repeat(self.max), Kept));
        all.push(("é".repeat(self.max + 1), Refused(FieldCode::TooLong)));
        all.push(("x".repeat(10_000), Refused(FieldCode::TooLong)));
        all
    }

    fn fate(self, what: &str) -> Fate {
        match what {
            "nul" | "terminal" => Refused(FieldCode::ControlCharacter),
            "two lines" if !self.lines => Refused(FieldCode::ControlCharacter),
            // A tab is a control character, in one line.
            "blank" if !self.lines => Refused(FieldCode::ControlCharacter),
            "nothing" | "blank" | "no width" if !self.may_be_empty => Refused(FieldCode::Required),
            _ => Kept,
        }
    }
}

/// Checks what came of a text that stood at `pointer` of a body and is shown at `shown` of the answer.
#[track_caller]
fn check(answer: Answer, text: &str, fate: Fate, pointer: &str, shown: &str) -> Option<Value> {
    match fate {
        Refused(code) => {
            answer.invalid(pointer, code);
            None
        }
        Kept => {
            let value = answer.ok();
            assert_eq!(value.pointer(shown), Some(&json!(text)), "{pointer} {text:?}");
            Some(value)
        }
    }
}

fn offer(person: &Person) -> Value {
    let mut offer = serde_json::to_value(person.services.offer("Lecture")).expect("JSON");
    offer["times"] = json!("le soir");
    offer
}

async fn the_texts_of_an_offer(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    for (pointer, kind) in [("/title", TITLE), ("/text", BODY), ("/times", WORDS)] {
        for (text, fate) in kind.samples() {
            let mut body = offer(&awa);
            *body.pointer_mut(pointer).expect("a field") = json!(text);
            let answer = awa.raw().post("/offers", body.to_string()).await;
            if let Some(made) = check(answer, &text, fate, pointer, pointer) {
                let id = made["id"].as_str().expect("an id");
                let read = awa.raw().get(&format!("/offers/{id}")).await;
                check(read, &text, Kept, pointer, pointer);
                let listed = awa.raw().get("/offers?limit=1").await;
                check(listed, &text, Kept, pointer, &format!("/items/0{pointer}"));
            }
        }
    }
}

async fn the_texts_of_an_edited_offer(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let made = awa.raw().post("/offers", offer(&awa).to_string()).await.ok();
    let path = format!("/offers/{}", made["id"].as_str().expect("an id"));
    let mut version = made["version"].clone();
    for (pointer, kind) in [("/title", TITLE), ("/text", BODY), ("/times", WORDS)] {
        for (text, fate) in kind.samples() {
            let body = json!({ pointer.trim_start_matches('/'): text }).to_string();
            let request = awa.raw().request(Method::PATCH, &path).header("If-Match", format!("\"{version}\""));
            let answer = Answer::of(request.header("Content-Type", "application/json").body(body)).await;
            if let Some(edited) = check(answer, &text, fate, pointer, pointer) {
                version = edited["version"].clone();
            }
        }
    }
}

const TERMS: [(&str, &str, Kind); 3] =
    [("/note", "/note", NOTE), ("/legs/0/what", "/legs/0/what", TITLE), ("/legs/0/place", "/legs/0/place", WORDS)];

async fn the_texts_of_a_proposal(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = samir.post(&samir.services.offer("Lecture")).await;
    let mut body = json!({ "legs": [offer_leg(&samir, &awa, &offer)], "note": "Bonjour" });
    body["legs"][0]["what"] = json!("Lecture");
    body["legs"][0]["place"] = json!("ici");
    for (pointer, shown, kind) in TERMS {
        for (text, fate) in kind.samples() {
            let mut asked = body.clone();
            *asked.pointer_mut(pointer).expect("a field") = json!(text);
            let answer = awa.raw().post("/barters", asked.to_string()).await;
            if let Some(made) = check(answer, &text, fate, pointer, &format!("/terms/0{shown}")) {
                let id = made["id"].as_str().expect("an id");
                let read = samir.raw().get(&format!("/barters/{id}")).await;
                check(read, &text, Kept, pointer, &format!("/terms/0{shown}"));
            }
        }
    }
}

async fn the_texts_of_a_counter_offer(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let offer = samir.post(&samir.services.offer("Lecture")).await;
    for (pointer, shown, kind) in TERMS {
        let barter = awa.propose(vec![offer_leg(&samir, &awa, &offer)]).await;
        let path = format!("/barters/{}/counter", barter.id);
        let mut version = 1;
        for (text, fate) in kind.samples() {
            let mut asked = leg(&awa, &samir, &awa.services.two, "Repassage");
            asked.place = Some(domain::text::Words::parse("ici").expect("words"));
            let mut body = json!({ "on_version": version, "legs": [asked], "note": "Plutôt ainsi" });
            *body.pointer_mut(pointer).expect("a field") = json!(text);
            let answer = awa.raw().post(&path, body.to_string()).await;
            if check(answer, &text, fate, pointer, &format!("/terms/{version}{shown}")).is_some() {
                version += 1;
            }
        }
    }
}

async fn the_place_of_a_leg(toit: &Toit) {
    let (things, [awa, samir]) = RealThings::of(toit).await;
    let path = format!("/{}", things.fill("/api/v1/barters/{id}/legs/{leg}/schedule"));
    for (text, fate) in WORDS.samples() {
        let body = json!({ "at": "2026-12-05T09:00:00Z", "place": text }).to_string();
        let answer = awa.raw().post(&path, body).await;
        if check(answer, &text, fate, "/place", "/legs/0/place").is_some() {
            let read = samir.raw().get(&format!("/{}", things.fill("/api/v1/barters/{id}"))).await;
            check(read, &text, Kept, "/place", "/legs/0/place");
        }
    }
}

/// What must come of a first name.
fn names() -> Vec<(String, Fate)> {
    let mut all: Vec<(String, Fate)> = SAMPLES
        .iter()
        .map(|&(what, text)| {
            let fate = match what {
                "nothing" | "no width" => Refused(FieldCode::Required),
                "blank" | "nul" | "terminal" | "two lines" => Refused(FieldCode::ControlCharacter),
                "one letter" | "one accent" => Kept,
                _ => Refused(FieldCode::NotAFirstName),
            };
            (text.to_owned(), fate)
        })
        // Dropped around a name; its own test is in the domain.
        .filter(|(text, _)| !text.starts_with("  au"))
        .collect();
    all.extend(
        ["José\u{301}", "محمد", "Нина", "N'Golo", "Anne-Lise", "Fatima Zahra"].map(|name| (name.to_owned(), Kept)),
    );
    all.push(("é".repeat(40), Kept));
    all.push(("é".repeat(41), Refused(FieldCode::TooLong)));
    all.push(("x".repeat(10_000), Refused(FieldCode::TooLong)));
    all
}

async fn the_first_name_at_joining_and_later(toit: &Toit) {
    let (mut awa, place) = (toit.neighbour("Awa", Place::B).await, Place::A);
    for (text, fate) in names() {
        let code = if fate == Kept { toit.code(place).await } else { toit.code_of("A-duo").await };
        let mut body = serde_json::to_value(join(&code, "Awa")).expect("JSON");
        body["first_name"] = json!(text);
        let answer = toit.raw().post("/join", body.to_string()).await;
        check(answer, &text, fate, "/first_name", "/me/first_name");
        let edit = json!({ "first_name": text, "mark": mark(unique()) }).to_string();
        let request = awa.raw().request(Method::PATCH, "/tenants/me");
        let request =
            request.header("If-Match", format!("\"{}\"", awa.me.version)).header("Content-Type", "application/json");
        if let Some(me) = check(Answer::of(request.body(edit)).await, &text, fate, "/first_name", "/first_name") {
            awa.me = serde_json::from_value(me).expect("herself");
        }
    }
}

async fn the_password(toit: &Toit) {
    let code = toit.code(Place::A).await;
    for (text, expected) in [
        (String::new(), FieldCode::Required),
        (" ".repeat(20), FieldCode::Required),
        ("x".to_owned(), FieldCode::TooShort),
        ("é".repeat(7), FieldCode::TooShort),
        ("é".repeat(201), FieldCode::TooLong),
        ("x".repeat(10_000), FieldCode::TooLong),
        ("x".repeat(200), FieldCode::WeakPassword),
    ] {
        let mut body = serde_json::to_value(join(&code, "Awa")).expect("JSON");
        body["password"] = json!(text);
        toit.raw().post("/join", body.to_string()).await.invalid("/password", expected);
    }
    for text in [
        "كلمة سر طويلة جدا",
        "<b>mot de passe</b> & co",
        "🐈🐕🐇🦔 quatre bêtes",
        "  deux espaces autour  ",
        "nul\u{0}et\nlignes",
    ] {
        let code = toit.code(Place::A).await;
        let mut body = serde_json::to_value(join(&code, "Awa")).expect("JSON");
        body["password"] = json!(text);
        let me = toit.raw().post("/join", body.to_string()).await.ok()["me"].clone();
        let back = json!({ "name": me["sign_in_name"], "password": text }).to_string();
        assert_eq!(toit.raw().post("/session", back).await.ok()["me"], me, "{text:?}");
        let trimmed = json!({ "name": me["sign_in_name"], "password": format!("{text} ") }).to_string();
        assert_eq!(toit.raw().post("/session", trimmed).await.status, 401, "every character counts");
    }
}

async fn the_e_mail_address(toit: &Toit) {
    let code = toit.code(Place::A).await;
    let with = async |text: &str| {
        let mut body = serde_json::to_value(join(&code, "Awa")).expect("JSON");
        body["email"] = json!(text);
        toit.raw().post("/join", body.to_string()).await
    };
    for (text, expected) in [
        ("", FieldCode::Required),
        ("  ", FieldCode::Required),
        ("x", FieldCode::NotAnEmail),
        ("awa@", FieldCode::NotAnEmail),
        ("awa@example.org, samir@example.org", FieldCode::NotAnEmail),
        ("awa@exa mple.org", FieldCode::NotAnEmail),
        ("awa\u{0}@example.org", FieldCode::NotAnEmail),
        ("awa@example.org\r\nBcc: x@example.org", FieldCode::NotAnEmail),
        ("<b>awa@example.org</b>", FieldCode::NotAnEmail),
    ] {
        with(text).await.invalid("/email", expected);
    }
    with(&format!("{}@example.org", "x".repeat(10_000))).await.invalid("/email", FieldCode::TooLong);
    assert_eq!(with("É.té+voisins@exämple.org").await.ok()["me"]["email"], "é.té+voisins@exämple.org");
}

async fn the_name_to_sign_in_with(toit: &Toit) {
    for (text, fate) in WORDS.samples() {
        let body = json!({ "name": text, "password": PASSWORD }).to_string();
        let answer = toit.raw().post("/session", body).await;
        match fate {
            Refused(code) => answer.invalid("/name", code),
            Kept => drop(answer.refused(domain::problem::ProblemCode::SignInRefused)),
        }
    }
}

async fn html_is_never_interpreted(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let title = Title::parse("</script><script>alert(1)</script>").expect("a title");
    let offer = awa.post(&NewOffer { title, ..awa.services.offer("x") }).await;
    for path in [format!("/offers/{}", offer.id), "/offers".to_owned()] {
        let answer = awa.raw().get(&path).await;
        assert_eq!(answer.header("content-type"), Some("application/json"), "a browser takes it for no page");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
}
