//! How the database answers lists: with few statements, and each by an index, never by reading a whole table that grows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use api::store::{Store, StoreKind};
use domain::conversation::{ConversationWith, NewConversation, ThingKind, ThingRef};
use domain::event::{Guests, NewAnswer, Reply};
use domain::id::NoticeId;
use domain::notice::{Notice, NoticeKind};
use domain::text::MessageText;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::Value;

use crate::square::notice;
use crate::square_events::{event, invite};
use crate::support::{Person, Place, Raw, Toit, key, offer_leg, on_both_databases};

on_both_databases!(lists_take_few_statements_and_read_no_whole_table, a_whole_table_that_is_read_is_seen,);

/// The most statements of one list.
const MOST: usize = 3;

/// Lists of cards, which a server keeps.
const CARDS: [&str; 3] = ["/square", "/search", "/offers?limit"];

/// What the office owns: it does not grow with what people do.
const SMALL: [&str; 4] = ["offices", "residences", "categories", "revisions"];

/// What a store reads with.
struct Heard(Arc<Mutex<Vec<Statement>>>);

impl Heard {
    fn by(store: &Store) -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&heard);
        store.watch_statements(move |statement| ear.lock().expect("no test holds it").push(statement.clone()));
        Self(heard)
    }

    fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.0.lock().expect("no test holds it"))
    }
}

/// Explains statements.
struct Planner {
    database: DatabaseConnection,
    kind: StoreKind,
    tables: BTreeSet<String>,
}

impl Planner {
    async fn of(toit: &Toit) -> Self {
        let mut options = ConnectOptions::new(toit.database().url());
        options.max_connections(1).sqlx_logging(false);
        let database = Database::connect(options).await.expect("the database lets a test in");
        let kind = toit.app().store.kind();
        let tables = match kind {
            StoreKind::Sqlite => "SELECT name AS n FROM sqlite_master WHERE type = 'table'",
            StoreKind::Postgres => "SELECT tablename::text AS n FROM pg_tables WHERE schemaname = 'public'",
        };
        let rows = toit.database().rows(tables).await;
        let tables = rows.iter().map(|r| r.try_get("", "n").expect("a name")).collect();
        if kind == StoreKind::Postgres {
            multiply(&database).await;
        }
        Self { database, kind, tables }
    }

    /// The tables that grow and that this statement reads whole.
    async fn read_whole(&self, statement: &Statement) -> Vec<String> {
        let explain = match self.kind {
            StoreKind::Sqlite => "EXPLAIN QUERY PLAN",
            StoreKind::Postgres => "EXPLAIN (FORMAT JSON)",
        };
        let sql = format!("{explain} {}", statement.sql);
        let explained = Statement { sql, ..statement.clone() };
        let rows = self.database.query_all_raw(explained).await.unwrap_or_else(|e| panic!("{e}: {}", statement.sql));
        let mut whole = Vec::new();
        for row in rows {
            match self.kind {
                StoreKind::Sqlite => {
                    let detail: String = row.try_get("", "detail").expect("a line");
                    let scanned = detail.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
                    whole.extend(scanned.and_then(|name| self.names(&statement.sql).get(name).cloned()));
                }
                StoreKind::Postgres => {
                    let plan: Value = row.try_get("", "QUERY PLAN").expect("a plan");
                    scans(&plan, &mut whole);
                }
            }
        }
        whole.retain(|table| !SMALL.contains(&table.as_str()));
        whole
    }

    /// Each table of a statement by the name that it has there.
    fn names(&self, sql: &str) -> BTreeMap<String, String> {
        let words: Vec<&str> =
            sql.split(|c: char| c.is_whitespace() || "\"(),".contains(c)).filter(|w| !w.is_empty()).collect();
        let mut names = BTreeMap::new();
        for (n, word) in words.iter().enumerate().filter(|(_, word)| self.tables.contains(**word)) {
            names.insert((*word).to_owned(), (*word).to_owned());
            let alias = match words.get(n + 1) {
                Some(next) if next.eq_ignore_ascii_case("as") => words.get(n + 2),
                next => next,
            };
            if let Some(alias) = alias {
                names.insert((*alias).to_owned(), (*word).to_owned());
            }
        }
        names
    }
}

/// What grows with people, from their names on.
const GROWING: [&str; 17] = [
    "tenants",
    "offers",
    "notices",
    "barters",
    "barter_parties",
    "barter_terms",
    "barter_legs",
    "events",
    "event_hosts",
    "event_dates",
    "event_answers",
    "event_lines",
    "event_takings",
    "conversations",
    "conversation_people",
    "messages",
    "news",
];

/// PostgreSQL reads a short table whole, whatever its indexes: so the neighbourhood is there a thousand times, each with ids of its own
/// that lead from table to table as the first one's do. SQLite plans as if all tables were long.
async fn multiply(database: &DatabaseConnection) {
    let backend = database.get_database_backend();
    database
        .execute_unprepared("SET session_replication_role = replica")
        .await
        .expect("references are taken as they are");
    for table in GROWING {
        let sql = format!(
            "SELECT column_name::text AS c, data_type::text AS t FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
        );
        let rows = database.query_all_raw(Statement::from_string(backend, sql)).await.expect("the columns");
        let column = |row: &sea_orm::QueryResult| -> (String, String) {
            (row.try_get("", "c").expect("a name"), row.try_get("", "t").expect("a type"))
        };
        let columns: Vec<(String, String)> = rows.iter().map(column).collect();
        let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let copied = columns.iter().map(|(name, kind)| match (name.as_str(), kind.as_str()) {
            (_, "uuid") => format!("md5(\"{name}\"::text || n)::uuid"),
            ("sign_in_name" | "sign_in_key", _) => format!("\"{name}\" || n"),
            _ => format!("\"{name}\""),
        });
        let (into, from) = (names.join(", "), copied.collect::<Vec<_>>().join(", "));
        let times = if table == "tenants" { 20_000 } else { 1_000 };
        let copy = format!("INSERT INTO {table} ({into}) SELECT {from} FROM {table}, generate_series(1, {times}) AS n");
        database.execute_unprepared(&copy).await.unwrap_or_else(|e| panic!("{table}: {e}"));
    }
    let photos =
        "INSERT INTO photos SELECT gen_random_uuid(), id, decode(repeat('00', 32), 'hex'), 1, 1, 0 FROM notices";
    database.execute_unprepared(photos).await.expect("each notice has a photo");
    let prepare = "SET session_replication_role = DEFAULT; ANALYZE; SET enable_seqscan = off";
    database.execute_unprepared(prepare).await.expect("counted");
}

/// The tables of a plan that are read from end to end, by themselves or along an index.
fn scans(plan: &Value, found: &mut Vec<String>) {
    match plan {
        Value::Array(parts) => parts.iter().for_each(|part| scans(part, found)),
        Value::Object(node) => {
            let kind = node.get("Node Type").and_then(Value::as_str).unwrap_or_default();
            let by_index = kind.contains("Index") && node.contains_key("Index Cond");
            if kind.ends_with("Scan") && kind != "Bitmap Heap Scan" && !by_index {
                let name = node.get("Relation Name").or_else(|| node.get("Index Name"));
                found.extend(name.and_then(Value::as_str).map(str::to_owned));
            }
            node.values().filter(|v| v.is_array() || v.is_object()).for_each(|v| scans(v, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A neighbourhood in which there is something of everything: the lists that its people read.
async fn lists(toit: &Toit, awa: &Person, samir: &Person) -> Vec<String> {
    let offers: Vec<_> = (0..30).map(|n| toit.offer(samir, &samir.services.offer(&format!("Lecture {n}")))).collect();
    toit.insert_offers(&offers).await;
    let me = &samir.me;
    let notices: Vec<Notice> = (0..40)
        .map(|n| {
            let new = notice(NoticeKind::ALL[n % 8], &format!("Avis {n}"));
            Notice::post(NoticeId(toit.clock.id()), me.office, me.id, me.residence.id, new, toit.now())
                .expect("a notice")
        })
        .collect();
    let tx = toit.app().store.begin().await.expect("a transaction");
    api::store::notices::insert_many(&tx, &notices).await.expect("inserted");
    tx.commit().await.expect("posted");
    let mut conversation = None;
    let mut party = None;
    for n in 0..12 {
        let offer = samir.post(&samir.services.offer(&format!("Cours {n}"))).await;
        let new = NewConversation {
            about: ThingRef { kind: ThingKind::Offer, id: offer.id.0 },
            with: ConversationWith::Author,
            text: MessageText::parse("Bonjour").expect("words"),
        };
        conversation = Some(awa.client.start_conversation(&new, &key()).await.expect("begun").id);
        let barter = awa.propose(vec![offer_leg(samir, awa, &offer)]).await;
        if n % 2 == 0 {
            samir.client.consent_to_barter(barter.id, 1).await.expect("agreed");
        }
        let made = invite(samir, &event(toit, &format!("Fête {n}"))).await;
        let going = NewAnswer { answer: Reply::Going, guests: Guests::parse(0).expect("none"), date: None };
        awa.client.answer_event(made.id, &going).await.expect("she comes");
        party = Some(made.id);
    }
    let (conversation, party) = (conversation.expect("one"), party.expect("one"));
    let after = toit.clock.id();
    [
        "/square".to_owned(),
        "/square?limit=100".to_owned(),
        format!("/square?after={after}"),
        "/square?q=lecture".to_owned(),
        "/search?q=lecture".to_owned(),
        "/search?q=f%C3%AAte".to_owned(),
        "/offers?limit=100".to_owned(),
        "/offers?mine=true".to_owned(),
        "/notices".to_owned(),
        "/barters".to_owned(),
        "/barters?part=running".to_owned(),
        "/news".to_owned(),
        format!("/news?after={after}"),
        "/news/unread".to_owned(),
        "/conversations".to_owned(),
        format!("/conversations/{conversation}/messages"),
        "/events".to_owned(),
        "/events?mine=true".to_owned(),
        "/events?mine=true&from=2026-11-01&to=2027-01-31".to_owned(),
        "/events/days?from=2026-11-01&to=2027-01-01".to_owned(),
        "/events/days?from=2026-11-01&to=2027-01-01&mine=true".to_owned(),
        format!("/events/{party}/attendees"),
    ]
    .into()
}

async fn lists_take_few_statements_and_read_no_whole_table(toit: &Toit) {
    let (awa, samir) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Samir", Place::B).await);
    let lists = lists(toit, &awa, &samir).await;
    let planner = Planner::of(toit).await;
    let mut wrong = Vec::new();
    let warm = toit.one_more_server().await;
    let heard_warm = Heard::by(&warm.app().store);
    for person in [&awa, &samir] {
        for path in &lists {
            // Pages of cards are asked of a server that has made none yet: what is kept hides no statement.
            let fresh =
                if CARDS.iter().any(|of| path.starts_with(of)) { Some(toit.one_more_server().await) } else { None };
            let heard_fresh = fresh.as_ref().map(|server| Heard::by(&server.app().store));
            let (server, heard) = (fresh.as_ref().unwrap_or(&warm), heard_fresh.as_ref().unwrap_or(&heard_warm));
            let raw = Raw::new(&server.url(), person.client.tokens().map(|t| t.access_token));
            assert_eq!(raw.get("/tenants/me").await.status, 200, "now it knows who she is");
            heard.take();
            let answer = raw.get(path).await;
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            let statements = heard.take();
            if statements.len() > MOST {
                let sql: Vec<_> = statements.iter().map(|s| s.sql.as_str()).collect();
                wrong.push(format!("{path}: {} statements\n{}", statements.len(), sql.join("\n")));
            }
            for statement in &statements {
                for table in planner.read_whole(statement).await {
                    wrong.push(format!("{path} reads all of {table}\n{}", statement.sql));
                }
            }
            if let Some(fresh) = fresh {
                fresh.stop().await;
            }
        }
    }
    warm.stop().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A check that sees nothing proves nothing.
async fn a_whole_table_that_is_read_is_seen(toit: &Toit) {
    let planner = Planner::of(toit).await;
    let backend = planner.database.get_database_backend();
    for (sql, table) in [
        ("SELECT id FROM offers WHERE title = 'x'", Some("offers")),
        ("SELECT o.id FROM offers AS o WHERE o.text LIKE '%x%'", Some("offers")),
        ("SELECT (SELECT COUNT(*) FROM messages m WHERE m.text = 'x') AS n", Some("messages")),
        ("SELECT about_id FROM news WHERE at < 5", None),
        ("SELECT name FROM offices", None),
    ] {
        let statement = Statement::from_string(backend, sql);
        let whole = planner.read_whole(&statement).await;
        assert_eq!(whole.first().map(String::as_str), table, "{sql}: {whole:?}");
    }
}
