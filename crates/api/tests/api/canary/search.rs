//! Looking for a person in raw bytes.

use std::io::Read;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use sea_orm::ConnectionTrait;

use super::life::Canary;
use crate::support::{Person, Toit};

/// What must be found nowhere: her word in any case, and her ids as text and as bytes.
pub struct Needles {
    finder: AhoCorasick,
    names: Vec<String>,
}

impl Needles {
    pub fn of(canary: &Canary) -> Self {
        Self::find(&canary.word, &canary.ids)
    }

    /// Her word alone: for what other servers are told in passing (`NOTIFY`), which is ids of things, random numbers that lead to nobody
    /// once the things are gone; PostgreSQL recycles these pages by itself.
    pub fn of_words(canary: &Canary) -> Self {
        Self::find(&canary.word, &[])
    }

    fn find(word: &str, ids: &[String]) -> Self {
        let mut needles = vec![word.as_bytes().to_vec()];
        for id in ids {
            let uuid: uuid::Uuid = id.parse().expect("an id");
            needles.extend([id.as_bytes().to_vec(), uuid.simple().to_string().into_bytes(), uuid.as_bytes().to_vec()]);
        }
        let names = needles.iter().map(|n| String::from_utf8_lossy(n).into_owned()).collect();
        let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(needles).expect("a few needles");
        Self { finder, names }
    }

    /// Whether one of them stands in these bytes, and which.
    pub fn found_in(&self, bytes: &[u8]) -> Option<String> {
        self.finder.find(bytes).map(|hit| {
            let (from, to) = (hit.start().saturating_sub(60), (hit.end() + 60).min(bytes.len()));
            let around = String::from_utf8_lossy(&bytes[from..to]).into_owned();
            format!("{} at byte {}: …{around}…", self.names[hit.pattern().as_usize()], hit.start())
        })
    }

    /// Every file of the database in which one of them stands.
    pub async fn found_in_files(canary: &Canary, toit: &Toit) -> Vec<String> {
        let (all, words) = (Self::of(canary), Self::of_words(canary));
        let mut found = Vec::new();
        for folder in folders(toit).await {
            let needles = if folder.ends_with("pg_notify") { &words } else { &all };
            found.extend(needles.found_below(&folder));
        }
        found
    }

    /// Every file below a folder in which one of them stands.
    fn found_below(&self, folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for path in files_below(folder) {
            if let Some(what) = self.found_in(path.strip_prefix(folder).unwrap_or(&path).as_os_str().as_encoded_bytes())
            {
                found.push(format!("the name of {}: {what}", path.display()));
            }
            // A file may go while we look: then nothing stands in it.
            let mut bytes = Vec::new();
            if std::fs::File::open(&path).and_then(|mut f| f.read_to_end(&mut bytes)).is_ok()
                && let Some(what) = self.found_in(&bytes)
            {
                found.push(format!("{}: {what}", path.display()));
            }
        }
        found
    }
}

pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files.extend(files_below(&entry.path())),
            Ok(_) => files.push(entry.path()),
            Err(_) => {}
        }
    }
    files
}

/// Everything that another tenant can see or take along.
pub async fn seen_by(person: &Person) -> Vec<u8> {
    let mut seen = Vec::new();
    for path in [
        "/tenants/me",
        "/tenants/me/transparency",
        "/offers?limit=100",
        "/offers?mine=true&limit=100",
        "/notices?limit=100",
        "/events?limit=100",
        "/events?mine=true&limit=100",
        "/square?limit=100",
        "/news?limit=100",
        "/barters?limit=100",
        "/sessions",
        "/conversations?limit=100",
    ] {
        let answer = person.raw().get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        seen.extend(answer.body.into_bytes());
    }
    let archive = person.client.export_me().await.expect("an archive");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).expect("a ZIP");
    for n in 0..archive.len() {
        archive.by_index(n).expect("an entry").read_to_end(&mut seen).expect("it can be read");
    }
    assert!(seen.len() > 5_000, "others still see what is theirs");
    seen
}

/// The folders in which the database keeps its bytes.
async fn folders(toit: &Toit) -> Vec<PathBuf> {
    let mut folders = vec![toit.database().folder().to_owned()];
    if toit.app().store.kind() == api::store::StoreKind::Postgres {
        // What the operator's nightly errand does (docs/OPERATING.md): a new segment of the log, and the old ones go.
        let admin = toit.database().administrator();
        admin.execute_unprepared("SELECT pg_switch_wal()").await.expect("a new segment");
        admin.execute_unprepared("CHECKPOINT").await.expect("a checkpoint");
        let sql = "SELECT setting AS s, (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS o \
                   FROM pg_settings WHERE name = 'data_directory'";
        let rows = toit.database().rows(sql).await;
        let text = |column: &str| rows[0].try_get::<String>("", column).expect("a text");
        let data = PathBuf::from(text("s"));
        // All but the databases of other tests, which have canaries of their own.
        folders.push(data.join("base").join(text("o")));
        let others = std::fs::read_dir(&data).expect("the data directory can be read").flatten();
        folders.extend(others.map(|e| e.path()).filter(|p| p.is_dir() && !p.ends_with("base")));
    }
    folders
}
