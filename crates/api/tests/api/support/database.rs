//! An empty database for one test.

use std::io::Write;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};

use super::unique;

/// Names an administrator of a PostgreSQL cluster who may create databases.
const ADMIN: &str = "TOIT_TEST_POSTGRES";
/// Names a file to which a test that cannot be tried appends a line.
const SKIPS: &str = "TOIT_TEST_SKIPS";

/// An empty database, and a folder for the server's own files.
pub struct Database {
    folder: PathBuf,
    postgres: Option<Server>,
}

struct Server {
    admin: DatabaseConnection,
    url: String,
    name: String,
}

fn name() -> String {
    format!("toit_test_{}_{}", std::process::id(), unique())
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

impl Database {
    /// A file in a folder of its own.
    pub fn sqlite() -> Self {
        Self { folder: folder(&name()), postgres: None }
    }

    /// A database of its own in the cluster that the environment names; none when it names none.
    pub async fn postgres() -> Option<Self> {
        let admin_url = std::env::var(ADMIN).ok()?;
        let mut options = ConnectOptions::new(&admin_url);
        options.max_connections(1).sqlx_logging(false);
        let admin = sea_orm::Database::connect(options).await.expect("the administrator of PostgreSQL is let in");
        let name = name();
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .await
            .expect("a database is made");
        let (server, _) = admin_url.rsplit_once('/').expect("the URL of the administrator names a database");
        let url = format!("{server}/{name}");
        Some(Self { folder: folder(&name), postgres: Some(Server { admin, url, name }) })
    }

    pub fn url(&self) -> String {
        match &self.postgres {
            Some(server) => server.url.clone(),
            None => format!("sqlite://{}/toit.db", self.folder.display()),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where photos lie.
    pub fn photos(&self) -> api::photos::Place {
        api::photos::Place::Folder(self.folder.join("photos"))
    }

    /// The connection of an administrator of PostgreSQL.
    pub fn administrator(&self) -> &DatabaseConnection {
        &self.postgres.as_ref().expect("SQLite has no administrator").admin
    }

    /// What a statement answers that asks for one number `n`, on a connection of its own.
    pub async fn number(&self, sql: &str) -> i64 {
        let rows = self.rows(sql).await;
        rows.first().and_then(|row| row.try_get("", "n").ok()).expect("a number")
    }

    /// What a statement answers, on a connection of its own.
    pub async fn rows(&self, sql: &str) -> Vec<sea_orm::QueryResult> {
        let mut options = ConnectOptions::new(self.url());
        options.max_connections(1).sqlx_logging(false);
        let connection = sea_orm::Database::connect(options).await.expect("the database lets a test in");
        let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
        let rows = connection.query_all_raw(statement).await.expect("an answer");
        connection.close().await.expect("closed");
        rows
    }

    /// Ends all connections to the database, as its restart would.
    pub async fn cut_all_lines(&self) {
        let server = self.postgres.as_ref().expect("SQLite has no lines");
        let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", server.name);
        server.admin.execute_unprepared(&cut).await.expect("the lines are cut");
    }

    pub async fn remove(self) {
        if let Some(server) = &self.postgres {
            let drop = format!("DROP DATABASE {} WITH (FORCE)", server.name);
            server.admin.execute_unprepared(&drop).await.expect("the database is removed");
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What is left in the system's temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Says that a test was not tried for want of PostgreSQL.
pub fn skipped(test: &str) {
    skip(&format!("{test}: {ADMIN} is not set"));
}

/// Says that something was not tried, and why.
pub fn skip(why: &str) {
    let reason = format!("SKIPPED: {why}");
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{reason}, and in CI nothing may be skipped");
    println!("{reason}");
    if let Ok(path) = std::env::var(SKIPS) {
        let mut file =
            std::fs::OpenOptions::new().create(true).append(true).open(&path).expect("the list of skipped tests");
        writeln!(file, "{reason}").expect("the list of skipped tests can be written");
    }
}
