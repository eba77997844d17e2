//! A server under stress: crowds, callers who are slow, the word to stop, a clock that jumps; and what every answer tells browsers.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use api::clock::Clock;
use api::server::{Bounds, Places};
use api::store::Db;
use chrono::TimeDelta;
use domain::offer::{EditOffer, NewOffer};
use domain::problem::{Problem, ProblemCode};
use domain::text::{Body, Title};
use sea_orm::ConnectionTrait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{PASSWORD, PATIENCE, Person, Place, Raw, Toit, key, on_both_databases, sign_in};

on_both_databases!(
    a_crowd_that_writes_is_refused_at_once_and_leaves_the_others_alone,
    a_body_that_dribbles_gives_its_place_back,
    a_head_that_dribbles_is_cut_off,
    whoever_has_begun_gets_an_answer_when_the_server_stops,
    every_answer_tells_browsers_to_be_careful,
    https_is_asked_for_when_the_proxy_says_that_it_was_https,
    a_clock_that_jumps_loses_nothing,
    a_small_step_back_of_the_clock_ends_no_session,
);

/// A request whose head has arrived and whose body has not.
struct Half(TcpStream);

fn json(new: &NewOffer) -> String {
    serde_json::to_string(new).expect("an offer can be written")
}

impl Half {
    /// The head of a new offer. The server has taken it on when it answers `100 Continue`.
    async fn post(url: &str, person: &Person, length: usize) -> Self {
        let host = url.strip_prefix("http://").expect("plain http");
        let mut stream = TcpStream::connect(host).await.expect("the server listens");
        let token = person.client.tokens().expect("signed in").access_token;
        let head = format!(
            "POST /api/v1/offers HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        // No more of it than this: what comes next may be there already.
        let mut wants = [0; 25];
        stream.read_exact(&mut wants).await.expect("an answer");
        assert_eq!(String::from_utf8_lossy(&wants), "HTTP/1.1 100 Continue\r\n\r\n", "the server wants the body");
        Self(stream)
    }

    async fn read(&mut self) -> String {
        let mut buffer = vec![0; 16 * 1024];
        let length = self.0.read(&mut buffer).await.expect("an answer");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    /// What comes until the server closes the connection.
    async fn read_to_end(mut self) -> String {
        let mut answer = String::new();
        self.0.read_to_string(&mut answer).await.expect("an answer, then the end");
        answer
    }

    async fn finish(mut self, body: &str) -> String {
        self.0.write_all(body.as_bytes()).await.expect("sent");
        self.read().await
    }
}

/// How long those who are slow are waited for: long enough for those who are not, on a machine that is.
const SOON: Duration = Duration::from_secs(1);

fn bounds(writes: usize) -> Bounds {
    Bounds { places: Places { writes, ..Places::default() }, ..Bounds::default() }
}

async fn a_crowd_that_writes_is_refused_at_once_and_leaves_the_others_alone(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    // A body may come as late as it likes: nothing but its end gives a place back.
    let server = toit.one_more_server_within(Bounds { body: Duration::from_secs(3_600), ..bounds(2) }).await;
    let (url, new) = (server.url(), json(&awa.services.offer("Lecture")));
    let raw = Raw::new(&url, awa.client.tokens().map(|t| t.access_token));
    let (first, second) = (Half::post(&url, &awa, new.len()).await, Half::post(&url, &awa, new.len()).await);
    let refused = raw.post("/offers", new.clone()).await;
    assert_eq!(refused.header("retry-after"), Some("2"));
    assert_eq!(refused.refused(ProblemCode::Unavailable).retry_after, Some(2));
    assert_ne!(refused.header("connection"), Some("close"), "whoever comes back need not connect anew");
    assert_eq!(toit.count("offers").await, 0, "what was refused is not done");
    for path in ["/health", "/health/ready", "/offers", "/circles"] {
        assert_eq!(raw.get(path).await.status, 200, "{path}");
    }
    let name = serde_json::to_string(&sign_in(&awa.me.sign_in_name, PASSWORD)).expect("written");
    assert_eq!(raw.post("/session", name).await.status, 200);
    assert!(first.finish(&new).await.starts_with("HTTP/1.1 201"), "who was taken on is served");
    assert_eq!(raw.post("/offers", new.clone()).await.status, 201, "there is a place again");
    let third = Half::post(&url, &awa, new.len()).await;
    raw.post("/offers", new.clone()).await.refused(ProblemCode::Unavailable);
    // Whoever hangs up gives the place back too, as soon as the server notices.
    drop(second);
    let begun = Instant::now();
    while raw.post("/offers", new.clone()).await.status != 201 {
        assert!(begun.elapsed() < PATIENCE, "the place of somebody who hung up is lost");
    }
    assert!(third.finish(&new).await.starts_with("HTTP/1.1 201"));
    server.stop().await;
}

async fn a_body_that_dribbles_gives_its_place_back(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let server = toit.one_more_server_within(Bounds { body: SOON, ..bounds(1) }).await;
    let new = json(&awa.services.offer("Lecture"));
    let mut slow = Half::post(&server.url(), &awa, new.len()).await;
    slow.0.write_all(&new.as_bytes()[..10]).await.expect("sent");
    let answer = slow.read_to_end().await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.starts_with("HTTP/1.1 408"), "{head}");
    let problem: Problem = serde_json::from_str(body).expect("a problem");
    assert_eq!((problem.code, problem.status), (ProblemCode::TooSlow, 408));
    let raw = Raw::new(&server.url(), awa.client.tokens().map(|t| t.access_token));
    assert_eq!(raw.post("/offers", new).await.status, 201);
    server.stop().await;
}

async fn a_head_that_dribbles_is_cut_off(toit: &Toit) {
    let server = toit.one_more_server_within(Bounds { head: SOON, ..Bounds::default() }).await;
    let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).await.expect("the server listens");
    stream.write_all(b"GET /api/v1/hea").await.expect("sent");
    assert!(Half(stream).read_to_end().await.starts_with("HTTP/1.1 408"));
    server.stop().await;
}

/// The real program, on the database of the test.
struct Program {
    child: Child,
    url: String,
}

impl Program {
    async fn serve(toit: &Toit) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toit"));
        command
            .args(["serve", "--no-backups", "--listen", "127.0.0.1:0"])
            .env("DATABASE_URL", toit.database().url())
            .env("TOIT_DATA", toit.folder())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let output = child.stdout.take().expect("its output");
        let said = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map(|_| line)
        });
        let said = said.await.expect("no panic").expect("it says where it is");
        let (_, url) = said.trim().split_once(" : ").expect("an address");
        Self { child, url: url.to_owned() }
    }

    fn terminate(&self) {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, rustix::process::Signal::TERM).expect("the signal is sent");
    }

    async fn ended_well(mut self) -> bool {
        let ended = tokio::task::spawn_blocking(move || self.child.wait());
        ended.await.expect("no panic").expect("it has ended").success()
    }
}

async fn whoever_has_begun_gets_an_answer_when_the_server_stops(toit: &Toit) {
    // The program lives in our time.
    toit.clock.advance(Clock::system().now() - toit.now());
    let awa = toit.neighbour("Awa", Place::A).await;
    let program = Program::serve(toit).await;
    let new = json(&awa.services.offer("Lecture"));
    let (posted, hung_up) =
        (Half::post(&program.url, &awa, new.len()).await, Half::post(&program.url, &awa, new.len()).await);
    drop(hung_up);
    program.terminate();
    let host = program.url.trim_start_matches("http://").to_owned();
    // It has heard the word when nobody new is let in.
    let begun = Instant::now();
    while TcpStream::connect(&host).await.is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it still lets people in");
        tokio::task::yield_now().await;
    }
    assert_eq!(toit.count("offers").await, 0);
    let answer = posted.finish(&new).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer:?}");
    assert!(program.ended_well().await);
    assert_eq!(toit.count("offers").await, 1);
}

const CAREFUL: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
];

async fn every_answer_tells_browsers_to_be_careful(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await.raw();
    let nobody = toit.raw();
    let new = "{\"kind\":1}";
    for answer in [
        nobody.get("/health").await,
        nobody.get("/openapi.json").await,
        nobody.get("/offers").await,
        nobody.get("/nowhere").await,
        nobody.get("//neither.here").await,
        nobody.send_json(reqwest::Method::PUT, "/offers", "{}").await,
        awa.get("/offers").await,
        awa.post("/offers", new).await,
        awa.post("/offers", "x".repeat(70_000)).await,
    ] {
        for (name, value) in CAREFUL {
            assert_eq!(answer.header(name), Some(value), "{answer:?}");
        }
        let policy = answer.header("permissions-policy").expect("a policy");
        assert!(policy.split(", ").all(|feature| feature.ends_with("=()")), "nothing is allowed: {policy}");
        assert_eq!(answer.header("strict-transport-security"), None, "this was plain http");
    }
    let page = nobody.get("//api/docs/").await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!page.body.contains("<script>"), "no script stands in the page itself: {}", page.body);
}

async fn https_is_asked_for_when_the_proxy_says_that_it_was_https(toit: &Toit) {
    let server = toit.one_more_server_behind_proxy().await;
    let ask = |url: String, proto: &'static str| async move {
        let request = Raw::new(&url, None).request(reqwest::Method::GET, "/health").header("X-Forwarded-Proto", proto);
        let answer = crate::support::Answer::of(request).await;
        answer.header("strict-transport-security").map(str::to_owned)
    };
    assert_eq!(ask(server.url(), "https").await.as_deref(), Some("max-age=31536000"));
    assert_eq!(ask(server.url(), "http").await, None);
    assert_eq!(ask(toit.url(), "https").await, None, "without a proxy anybody can write that");
    server.stop().await;
}

/// Posts an offer under a key, and once more under the same.
async fn post_twice(person: Person, new: NewOffer) -> Title {
    let key = key();
    let first = person.client.create_offer(&new, &key).await.expect("posted");
    let again = person.client.create_offer(&new, &key).await.expect("told again");
    assert_eq!(first.id, again.id);
    let title = Title::parse(format!("{} !", new.title)).expect("a title");
    let edit = EditOffer { title: Some(title.clone()), ..EditOffer::default() };
    let edited = person.client.edit_offer(first.id, first.version, &edit).await.expect("edited");
    assert_eq!((edited.version, edited.title), (first.version + 1, title.clone()));
    title
}

async fn a_clock_that_jumps_loses_nothing(toit: &Toit) {
    let mut people = Vec::new();
    for (name, place) in [("Awa", Place::A), ("Samir", Place::B), ("Lucie", Place::C)] {
        people.push(toit.neighbour(name, place).await);
    }
    let mut titles = Vec::new();
    let jumps = [-120, 3_600, -7_200, 86_400 * 20, -86_400 * 20, 1, -1, 86_400 * 30, -3_600, 600];
    for (n, jump) in jumps.into_iter().enumerate() {
        let tasks: Vec<_> = people
            .iter()
            .map(|person| {
                let new = person.services.offer(&format!("Service {n} de {}", person.me.first_name));
                tokio::spawn(post_twice(person.clone(), new))
            })
            .collect();
        // Somewhere in the middle of what they write; before it when keys would be forgotten meanwhile.
        if (-86_400..86_400).contains(&jump) {
            people[0].client.health().await.expect("the server lives");
        }
        toit.clock.advance(TimeDelta::seconds(jump));
        toit.tick().await.expect("what is due is done");
        for task in tasks {
            titles.push(task.await.expect("nobody is refused").to_string());
        }
        for person in &mut people {
            *person = person.sign_in().await;
        }
    }
    titles.sort_unstable();
    for person in &people {
        let mut seen = person.titles(client::OfferFilter::default()).await;
        seen.sort_unstable();
        assert_eq!(seen, titles, "each is there once");
    }
    assert_eq!(toit.count("offers").await, i64::try_from(titles.len()).expect("few"));
}

async fn a_small_step_back_of_the_clock_ends_no_session(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    for step in [-1, -60, -240] {
        toit.clock.advance(TimeDelta::seconds(step));
        toit.tick().await.expect("what is due is done");
        assert_eq!(awa.raw().get("/tenants/me").await.status, 200, "the token of before, {step} s");
        awa.client.refresh_session().await.expect("refreshed");
        toit.clock.advance(TimeDelta::seconds(step));
        awa.client.refresh_session().await.expect("and again, earlier than it was made");
        assert_eq!(awa.client.list_sessions().await.expect("sessions").items.len(), 1);
    }
}

/// Lets the connection that writes make the database so many pages large at most.
async fn allow_pages(toit: &Toit, pages: i64) {
    let tx = toit.app().store.begin().await.expect("a transaction");
    tx.conn().execute_unprepared(&format!("PRAGMA max_page_count = {pages}")).await.expect("allowed");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_full_disk_is_refused_and_nothing_that_follows_is_lost() {
    let toit = Toit::start(crate::support::Database::sqlite()).await;
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let new = NewOffer { text: Body::parse("x".repeat(2_000)).expect("a text"), ..awa.services.offer("Lecture") };
    let mut kept = 0;
    // Twice: a transaction that was left open by the first one would swallow what follows.
    for _ in 0..2 {
        let pages = toit.database().number("SELECT page_count AS n FROM pragma_page_count").await;
        allow_pages(&toit, pages).await;
        let refused = loop {
            match awa.client.create_offer(&new, &key()).await {
                Ok(_) => kept += 1,
                Err(error) => break crate::support::refusal::<()>(Err(error)),
            }
            assert!(kept < 1_000, "the disk is never full");
        };
        assert_eq!((refused.code, refused.retry_after), (ProblemCode::Unavailable, Some(2)));
        assert_eq!(samir.titles(client::OfferFilter::default()).await.len(), kept, "reading goes on");
        allow_pages(&toit, 1_000_000).await;
        for offer in [&new, &new, &new] {
            let posted = awa.client.create_offer(offer, &key()).await.expect("posted");
            kept += 1;
            let stale = EditOffer { title: Some(new.title.clone()), ..EditOffer::default() };
            let refused = awa.client.edit_offer(posted.id, 7, &stale).await;
            assert_eq!(crate::support::code_of(refused), ProblemCode::PreconditionFailed, "rolled back");
        }
        assert_eq!(toit.count("offers").await, i64::try_from(kept).expect("few"), "what was acknowledged is kept");
    }
    toit.end().await;
}
